"""The tie layers as a simple NetworkX graph: the definition of every measure of connectivity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from analysis.layers.layers import TieLayers

if TYPE_CHECKING:
    import networkx as nx


def networkx_graph(layers: TieLayers, *, hubs: bool = False) -> nx.Graph[str]:
    """One of the two layers as a graph.

    Parameters
    ----------
    layers
        The tie layers of a city. Not changed.
    hubs
        False for G-, the definition of every measure of connectivity; True for G+, with hub
        organisations, coarser areas and the administrative edges.

    Returns
    -------
    networkx.Graph
        Nodes are area codes (`role="area"`, `judged`, `covered`) and actor keys
        (`role="actor"` or `"hub"`, `kind`, `actor_class`); edges carry `ties`, the keys of the
        ties under the pair (none on an administrative edge). Unknown properties are absent.
        Graph attributes: `date`, `level`.

    Examples
    --------
    >>> from analysis.layers.layered_city import LayeredCity
    >>> from analysis.policy import Policy
    >>> from graph.model.wanted import WantedGraph
    >>> from graph.model.network import Network
    >>> nothing = Network.from_wanted(WantedGraph(), as_of="2019-08-01")
    >>> G = networkx_graph(LayeredCity(nothing, Policy()).layers)
    >>> G.number_of_nodes(), G.graph["level"]
    (0, 'grid')
    """
    import networkx as nx

    G: nx.Graph[str] = nx.Graph(date=layers.date, level=layers.level)
    for code, covered in layers.areas.select("code", "covered").iter_rows():
        G.add_node(code, role="area", judged=True, covered=covered)
    for actor in layers.actors.filter(~pl.col("hub")).iter_rows(named=True):
        kinds = {k: actor[k] for k in ("kind", "actor_class") if actor[k] is not None}
        G.add_node(actor["key"], role="actor", **kinds)
    if hubs:
        _add_hubs(G, layers)
    loops, n = pl.col("a") == pl.col("b"), layers.areas.height
    between_hubs = (pl.min_horizontal("a", "b") < 0) | (pl.max_horizontal("a", "b") < n)
    left_out = (loops & (pl.col("a") >= 0)) | (pl.lit(not hubs) & between_hubs)
    for tie in layers.alive.filter(~left_out).iter_rows(named=True):
        start = _node(layers, tie["a"], tie["start"])
        end = _node(layers, tie["b"], tie["end"])
        if not G.has_edge(start, end):
            G.add_edge(start, end, ties=[])
        G.edges[start, end]["ties"].append(tie["tie"])
    return G


def _node(layers: TieLayers, vertex: int, key: str) -> str:
    """The node of a tie's end: the judged area where the end is or stands for one."""
    return layers.codes[vertex] if 0 <= vertex < len(layers.codes) else key


def _add_hubs(G: nx.Graph[str], layers: TieLayers) -> None:
    """Hubs that stand for no judged area, coarser areas, and the administrative edges."""
    for child, parent in layers.parent_of.items():
        for code in (child, parent):
            if code not in layers.judged_of and code not in G:
                G.add_node(code, role="area", judged=False)
        if layers.judged_of.get(child, child) == child:
            G.add_edge(child, parent, ties=[])
    for hub in layers.actors.filter("hub").iter_rows(named=True):
        place = layers.judged_of.get(hub["area"], hub["area"])
        if layers.level == "grid" or place not in G or not G.nodes[place].get("judged"):
            G.add_node(hub["key"], role="hub", kind=hub["kind"])
            if place is not None:
                G.add_edge(hub["key"], place, ties=[])
