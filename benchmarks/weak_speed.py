"""Verdicts, certainty, research columns and what would change verdicts; beside plain NetworkX.

After the snapshot: reading the city isn't counted. Beside NetworkX on a few streets, as it takes
minutes for a network of a hundred grids: the definition's own functions judge the network, and
then networks with ties left out, of which five are judged and the time of 200 is reckoned. It
adds no ties, which makes the plain way too fast rather than too slow.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable

from analysis.certainty.certainty import certainty
from analysis.certainty.expected import expected_partners
from analysis.city import City
from analysis.connectivity.definition import nearest_cut
from analysis.connectivity.research import research_columns
from analysis.layers.layers import TieLayers
from analysis.layers.networkx_graph import networkx_graph
from analysis.policy import Policy
from analysis.weak.remedies import would_change
from analysis.weak.weak_grids import weak_grids
from benchmarks.bench import DAY, Bench
from benchmarks.figures import Figure, repeated
from graph.model.network import Network

_PLAIN_DRAWS = 5
_GRIDS_PLAIN = 130
"""About so many grids NetworkX can do within a minute."""


def run(bench: Bench) -> Iterable[Figure]:
    """The targets for the whole city: 1 s, 10 s, 30 s; 3 GB; 100 times faster than plain."""
    network, policy = bench.network(), Policy()
    city = City(network, policy, DAY)
    layers = city.layers
    size = f"{layers.areas.height:,} grids, {layers.actors.height:,} actors"
    judged = weak_grids(city)
    certainty(city, resamples=2)  # compiles what isn't yet
    research_columns(layers)
    full = bench.full_city

    def verdicts() -> None:
        weak_grids(City(network, policy, DAY))

    steps = (
        ("verdicts and measures", verdicts, 1.0),
        ("certainty, 200 resamples, both kinds", lambda: certainty(city), 10.0),
        ("research columns", lambda: research_columns(layers), 30.0),
        ("partners expected by size", lambda: expected_partners(city), None),
        ("what would change it", lambda: would_change(city, judged), None),
        ("diagnosis with gaps", lambda: City(network, policy, DAY).judged(), None),
    )
    for name, step, target in steps:
        yield Figure(name, repeated(step, bench.times), target=target if full else None, size=size)
    yield beside_networkx(network, policy, bench.times)


def beside_networkx(network: Network, policy: Policy, times: int) -> Figure:
    """Verdicts and certainty as a whole, ours and the plain way, on some streets."""
    city = City(some_streets(network, _GRIDS_PLAIN), policy, DAY)
    layers = city.layers

    def ours() -> None:
        weak_grids(city, method="engine")
        certainty(city)

    began = time.perf_counter()
    weak_grids(city, method="networkx")
    verdicts = time.perf_counter() - began
    began = time.perf_counter()
    for draw in range(_PLAIN_DRAWS):
        plain_draw(layers, policy, draw)
    one = (time.perf_counter() - began) / _PLAIN_DRAWS
    return Figure(
        "verdicts and certainty, small enough for NetworkX",
        repeated(ours, times),
        plain=[verdicts + one * policy.resamples * 2],
        plain_way=f"NetworkX, {_PLAIN_DRAWS} of {policy.resamples * 2} draws, the rest reckoned",
        size=f"{layers.areas.height} grids, {layers.actors.height} actors",
    )


def plain_draw(layers: TieLayers, policy: Policy, seed: int) -> list[bool]:
    """Which areas are weak once ties are left out at random, by NetworkX."""
    import networkx as nx

    G, areas = networkx_graph(layers), frozenset(layers.codes)
    rng = random.Random(seed)
    G.remove_edges_from([e for e in G.edges if rng.random() < policy.tie_error])
    parts = [areas & part for part in nx.connected_components(G)]
    main = max(parts, key=len, default=frozenset())
    return [len(nearest_cut(G, code, areas)) < 2 or code not in main for code in layers.codes]


def some_streets(network: Network, grids: int) -> Network:
    """The first streets of a city that have about so many grids, with what is tied to them."""
    import polars as pl

    found = network.areas.filter(pl.col("label") == "Grid").sort("path")["path"].to_list()[:grids]
    streets = {"/".join(path.split("/")[:4]) + "/" for path in found}
    inside = pl.any_horizontal([pl.col("path").str.starts_with(s) for s in sorted(streets)])
    areas = network.areas.filter(inside | pl.col("label").is_in(["City", "District"]))
    kept, levels = areas["key"].implode(), ["Grid", "Community", "Street"]
    to_area = pl.col("end_label").is_in(levels)
    ties = network.ties.filter(~to_area | pl.col("end").is_in(kept))
    tied = ties.filter(to_area)["start"].implode()
    actors = network.actors.filter(inside.fill_null(False) | pl.col("key").is_in(tied))
    return Network(
        **{
            name: getattr(network, name)
            for name in (
                "head",
                "as_of",
                "people",
                "events",
                "resources",
                "needs",
                "funds",
                "datasets",
            )
        }
        | {"areas": areas, "actors": actors, "ties": ties}
    )
