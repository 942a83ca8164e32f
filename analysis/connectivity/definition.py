"""How an area hangs together with the others, as NetworkX defines it.

Short and slow: it answers for small cities, and it is what `analysis.connectivity.engine` is tested
against. All measures are of G-, the layer without hubs (`analysis.layers.networkx_graph`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.layers.layers import TieLayers
from analysis.layers.networkx_graph import networkx_graph

if TYPE_CHECKING:
    import networkx as nx

CUT_MAX = 5
"""Larger cuts are given as this: beyond it an area is safe enough."""
CUT_NAMED_MAX = 3
"""Up to this size the actors of the cut are named."""
REACH_HOPS = 4


@dataclass(frozen=True, slots=True)
class Connectivity:
    """Measures of G- per judged area, in the order of the areas.

    Attributes
    ----------
    cut
        The fewest actors whose withdrawal leaves the area without a path to any other; at
        most `CUT_MAX`. 0 = no path now.
    cut_actors
        Keys of the smallest such set that is nearest to the area, sorted; None above
        `CUT_NAMED_MAX`.
    component_areas
        Areas in the same component, the area itself included (>= 1).
    in_main
        Whether that is the main component: the one with most areas, of equals the one with
        the smallest area code; one area alone is none.
    reach_4
        Other areas within four hops, i.e. two actors away.
    """

    cut: tuple[int, ...]
    cut_actors: tuple[tuple[str, ...] | None, ...]
    component_areas: tuple[int, ...]
    in_main: tuple[bool, ...]
    reach_4: tuple[int, ...]


def connectivity_by_networkx(layers: TieLayers) -> Connectivity:
    """The measures by NetworkX, straight from their definitions.

    Cost: a maximum flow per area. For cities beyond some hundred actors, and for the same
    numbers, see `analysis.connectivity.engine.connectivity`.
    """
    import networkx as nx

    G, codes = networkx_graph(layers), layers.codes
    areas = frozenset(codes)
    parts = [sorted(areas.intersection(part)) for part in nx.connected_components(G)]
    part_of = {code: part for part in parts for code in part}
    largest = min(filter(None, parts), key=lambda part: (-len(part), part[0]), default=[])
    cuts = [nearest_cut(G, code, areas) for code in codes]
    reached = [nx.single_source_shortest_path_length(G, c, cutoff=REACH_HOPS) for c in codes]
    return Connectivity(
        cut=tuple(min(len(cut), CUT_MAX) for cut in cuts),
        cut_actors=tuple(cut if len(cut) <= CUT_NAMED_MAX else None for cut in cuts),
        component_areas=tuple(len(part_of[code]) for code in codes),
        in_main=tuple(len(largest) > 1 and part_of[code] is largest for code in codes),
        reach_4=tuple(len(areas.intersection(near)) - 1 for near in reached),
    )


def nearest_cut(G: nx.Graph[str], area: str, areas: Collection[str]) -> tuple[str, ...]:
    """The smallest set of actors that parts an area from all others, nearest to the area.

    Vertex connectivity from `area` to the set of the other areas (Menger 1927): a maximum
    flow in the digraph where each actor is an arc of capacity 1. Of all smallest cuts, the one
    that residual reachability from the area gives is nearest to it, and unique.

    Parameters
    ----------
    G
        Simple graph of areas and actors, without edges between two areas. Not changed.
    area
        A node of `G`.
    areas
        The nodes that are areas.

    Returns
    -------
    tuple of str
        Actors, sorted; empty where there is no path to another area.

    Examples
    --------
    >>> import networkx as nx
    >>> G = nx.Graph([("g1", "school"), ("school", "clinic"), ("clinic", "g2")])
    >>> nearest_cut(G, "g1", {"g1", "g2"}), nearest_cut(G, "g2", {"g1", "g2"})
    (('school',), ('clinic',))
    """
    import networkx as nx
    from networkx.algorithms.flow import edmonds_karp

    part = nx.node_connected_component(G, area)
    actors = [v for v in part if v not in areas]
    D: nx.DiGraph[Any] = nx.DiGraph()
    D.add_nodes_from(("from", "to"))
    D.add_edges_from((("in", v), ("out", v), {"capacity": 1}) for v in actors)
    for v in [area, *actors]:
        tail = "from" if v == area else ("out", v)
        for w in G[v]:
            if w != area:
                D.add_edge(tail, "to" if w in areas else ("in", w))  # no capacity: unlimited
    R = edmonds_karp(D, "from", "to")
    residual = nx.DiGraph(
        (u, v) for u, v, arc in R.edges(data=True) if arc["flow"] < arc["capacity"]
    )
    residual.add_node("from")
    near = nx.descendants(residual, "from") | {"from"}
    return tuple(sorted(v for v in actors if ("in", v) in near and ("out", v) not in near))
