"""What `import gongjian` offers, loaded with the first of these names that is asked for."""

from __future__ import annotations

from analysis.certainty.certainty import certainty
from analysis.certainty.expected import expected_partners
from analysis.city import City
from analysis.gaps.gaps import gaps
from analysis.policy import Policy
from analysis.recommend.recommend import recommend_ties as recommend
from analysis.scenario.edits import Scenario
from analysis.scenario.what_if import what_if
from analysis.weak.weak_grids import weak_grids
from graph.model.network import Network
from graph.store.store import open_store

__all__ = [
    "City",
    "Network",
    "Policy",
    "Scenario",
    "certainty",
    "expected_partners",
    "gaps",
    "open_store",
    "recommend",
    "weak_grids",
    "what_if",
]
