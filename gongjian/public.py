"""What `import gongjian` offers, loaded with the first of these names that is asked for."""

from __future__ import annotations

from analysis.certainty.certainty import certainty, with_certainty
from analysis.certainty.expected import expected_partners
from analysis.city import City
from analysis.gaps.gaps import gaps
from analysis.layers.networkx_graph import networkx_graph
from analysis.matches.proposals import propose_matches
from analysis.policy import Policy
from analysis.recommend.recommend import recommend_ties as recommend
from analysis.scenario.edits import Scenario
from analysis.scenario.what_if import what_if
from analysis.weak.results import VERDICTS
from analysis.weak.weak_grids import weak_grids
from graph.model.network import Network
from graph.store.resolving import resolve
from graph.store.store import open_store
from ingest.reading.read import read_datasets
from ingest.sheets.mapping import load_mapping
from ingest.synthetic.sample import write_sample
from maps.render import map_view

__all__ = [
    "VERDICTS",
    "City",
    "Network",
    "Policy",
    "Scenario",
    "certainty",
    "expected_partners",
    "gaps",
    "load_mapping",
    "map_view",
    "networkx_graph",
    "open_store",
    "propose_matches",
    "read_datasets",
    "recommend",
    "resolve",
    "weak_grids",
    "what_if",
    "with_certainty",
    "write_sample",
]
