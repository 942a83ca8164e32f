"""What if: ten changes on the city judged already, ordinary ones and the best connected gone.

After the snapshot and its judgement: what a planner waits for who tries one thing after another.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable

import polars as pl

from analysis.city import City
from analysis.layers.edits import NewOffer
from analysis.layers.layers import TieLayers
from analysis.policy import Policy
from analysis.scenario.edits import NewTie, Scenario
from analysis.scenario.what_if import what_if
from benchmarks.bench import DAY, Bench
from benchmarks.figures import Figure, repeated
from graph.model.network import Network

_BEST = 4


def run(bench: Bench) -> Iterable[Figure]:
    """The target for the whole city: 1 s; the plain way judges the changed city anew."""
    from analysis.layers.edits import changed_network
    from analysis.scenario.edits import settle

    network, policy = bench.network(), Policy()
    city = City(network, policy, DAY).judged()
    layers = city.layers
    size = f"{layers.areas.height:,} grids, {layers.actors.height:,} actors"
    for name, scenario in scenarios(network, layers):

        def tried(scenario: Scenario = scenario) -> None:
            what_if(city, scenario)

        def anew(scenario: Scenario = scenario) -> None:
            changed = changed_network(network, settle(scenario, city), on=DAY)
            City(changed, policy, DAY).judged()

        yield Figure(
            f"what if, 10 changes, {name}",
            repeated(tried, max(3, bench.times)),
            target=1.0 if bench.full_city else None,
            plain=repeated(anew, 1),
            plain_way="the changed city judged anew",
            size=size,
        )


def scenarios(network: Network, layers: TieLayers) -> list[tuple[str, Scenario]]:
    """Ten changes of every kind, the same for the same city."""
    rng = random.Random(1)
    alive = layers.alive.filter(~pl.col("derived"), ~pl.col("end_is_actor"))
    by_ties = Counter(alive["start"].to_list())
    ordinary = sorted(key for key, n in by_ties.items() if n <= 3)
    best = sorted(by_ties, key=lambda key: (-by_ties[key], key))[:_BEST]
    lapsed = sorted(set(layers.ties.filter(pl.col("status") == "lapsed")["tie"].to_list()))
    actors, codes = rng.sample(ordinary, 8), rng.sample(layers.codes, 3)
    category = network.needs["category"].drop_nulls().sort()[0]
    rest = {
        "add": tuple(NewTie(actor=a, target=c) for a, c in zip(actors, codes, strict=False)),
        "renew": tuple(rng.sample(lapsed, 2)),
        "offers": (NewOffer(provider=actors[3], category=category, quantity=5.0),),
    }
    return [
        ("ordinary actors", Scenario(remove=tuple(actors[4:]), **rest)),
        ("the best connected gone", Scenario(remove=tuple(best), **rest)),
    ]
