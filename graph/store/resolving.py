"""Live datasets resolved to the graph that the store shall hold, with what people are asked."""

from __future__ import annotations

from collections.abc import Sequence

from graph.collector import collector_paused
from graph.model.dataset import Dataset
from graph.model.decision import Decision
from graph.model.wanted import WantedGraph
from graph.resolve.resolve import resolve_datasets
from graph.review.questions import review_items


def resolve(datasets: Sequence[Dataset], decisions: Sequence[Decision] = ()) -> WantedGraph:
    """Make the nodes and ties that the store shall hold for a set of live datasets.

    Parameters
    ----------
    datasets
        The live datasets, in any order.
    decisions
        What people decided and is in force, in any order; of one kind and key at most one.

    Returns
    -------
    WantedGraph
        Nodes and ties under business keys; `issues` tells every row that waits and why,
        `waiting` counts these rows by dataset. Equal sets of datasets give equal graphs.

    Notes
    -----
    Rosters are clustered first, then the names of all other sheets are sought among them:
    O(rows), with one look-up per distinct text.

    Examples
    --------
    >>> resolve([]).count_nodes()
    0
    """
    with collector_paused():
        resolved = resolve_datasets(datasets, decisions)
        graph = resolved.graph
        graph.review = review_items(resolved)
        graph.to_review = len({i.question for i in graph.review if i.state == "open"})
        return graph
