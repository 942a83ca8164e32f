"""Resource-sharing gaps: 20,000 offers and 20,000 needs; and beside `nx.min_cost_flow`.

The lists are random on a regular city of 3,000 grids: one need in ten urgent, three in four
offers with a range, ties to grids and communities. Same seed, same lists. The plain way
is the definition: an arc for every fitting pair, and both flows by NetworkX (the network simplex
behind `nx.min_cost_flow`); finding the pairs isn't counted in its time. That every need gets the
same is asserted.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from analysis.city import City
from analysis.gaps.allocation import allocate
from analysis.gaps.fitting import Places
from analysis.gaps.fitting_pairs import area_lanes, pair_lanes
from analysis.gaps.gaps import gaps
from analysis.gaps.offers_and_needs import links_of, read_lists
from analysis.layers.layers import tie_layers
from analysis.policy import Policy
from benchmarks.bench import Bench
from benchmarks.figures import Figure, repeated, timed
from graph.model.labels import Label, TieType
from graph.model.network import Network
from graph.model.wanted import WantedGraph, WantedTie

DAY = "2019-08-01"
SERVICES = ("care", "public", "government", "market", "social")


def run(bench: Bench) -> Iterable[Figure]:
    """The targets: 5 s for all parts, and at least 50 times faster than the plain way."""
    policy = Policy()
    for categories in (50, 1):
        network = city(20_000, 20_000, categories=categories)
        gaps(City(network, policy))  # compiles what isn't yet
        yield Figure(
            f"gaps of a city, {categories} categories" if categories > 1 else "gaps, one category",
            repeated(lambda network=network: gaps(City(network, policy)), bench.times),  # type: ignore[misc]
            target=5.0,
            size="20,000 offers x 20,000 needs",
        )
    network = city(2_000, 1_000, categories=2)
    ours = repeated(lambda: gaps(City(network, policy)), bench.times)
    plain = plain_seconds(network, policy)
    yield Figure(
        "gaps, small enough for NetworkX",
        ours,
        plain=[plain],
        plain_way="nx.min_cost_flow, an arc a fitting pair",
        size="2,000 offers x 1,000 needs",
    )


def plain_seconds(network: Network, policy: Policy) -> float:
    """Seconds that NetworkX takes for both flows, whose optimum is compared with ours."""
    places = Places.of(network, policy, "grid")
    links = links_of(tie_layers(network, policy, on=DAY))
    lists = read_lists(network, policy, places, DAY)
    sides = (
        [o.free for o in lists.offers],
        [n.open for n in lists.needs],
        [n.urgency for n in lists.needs],
    )
    pairs = pair_lanes(lists.offers, lists.needs, links, places)
    plain, seconds = timed(lambda: allocate(pairs, *sides, solver="networkx"))
    found = allocate(area_lanes(lists.offers, lists.needs, links, places), *sides)
    assert found.matchable == plain.matchable
    assert found.reachable == plain.reachable
    return seconds


def city(offers: int, needs: int, *, categories: int, ties: int = 3, seed: int = 7) -> Network:
    """A city of 4 districts, 40 streets, 600 communities, 3,000 grids, with random lists."""
    draw = random.Random(seed)
    wanted = WantedGraph()
    serial = iter(range(10**9))

    def node(label: Label, key: str, **props: Any) -> None:
        wanted.nodes.setdefault(label, {})[key] = {k: v for k, v in props.items() if v is not None}

    def tie(type_: TieType, a: Label, start: str, b: Label, end: str, **props: Any) -> None:
        group = wanted.ties.setdefault((type_, a, b), {})
        group[f"t{next(serial)}"] = WantedTie(start, end, props)

    communities: list[tuple[str, str]] = []
    grids: dict[str, list[str]] = defaultdict(list)
    node(Label.CITY, "X", name="X", path="/X/")
    for d in range(4):
        node(Label.DISTRICT, f"d{d}", name=f"d{d}", parent="X", path=f"/X/d{d}/")
        for s in range(10):
            street, above = f"d{d}s{s}", f"/X/d{d}/d{d}s{s}/"
            node(Label.STREET, street, name=street, parent=f"d{d}", path=above)
            for c in range(15):
                code = f"{street}c{c}"
                path = f"{above}{code}/"
                node(Label.COMMUNITY, code, name=code, parent=street, path=path, named_by=["ties"])
                communities.append((code, street))
                for g in range(5):
                    grid = f"{code}g{g}"
                    node(
                        Label.GRID, grid, name=grid, parent=code, path=f"{path}{grid}/",
                        residents=900,
                    )  # fmt: skip
                    grids[street].append(grid)
    every_grid = [g for found in grids.values() for g in found]
    paths = {k: n["path"] for k, n in wanted.nodes[Label.GRID].items()}
    for i in range(offers):
        code, street = draw.choice(communities)
        unit = f"u{i:06}"
        path = wanted.nodes[Label.COMMUNITY][code]["path"]
        node(Label.RESIDENT_UNIT, unit, name=unit, kind="private_enterprise", area=code, path=path)
        for _ in range(draw.randint(0, 2 * ties)):
            if draw.random() < 0.8:
                near = draw.choice(grids[street])
                tie(TieType.CO_BUILDS, Label.RESIDENT_UNIT, unit, Label.GRID, near,
                    mechanism="agreement")  # fmt: skip
            else:
                tie(TieType.CO_BUILDS, Label.RESIDENT_UNIT, unit, Label.COMMUNITY, code,
                    mechanism="agreement")  # fmt: skip
        kind = draw.randrange(categories)
        node(
            Label.RESOURCE, f"o{i:06}", name=f"o{i}", category=f"k{kind}",
            service=SERVICES[kind % 5], quantity=float(draw.randint(1, 60)),
            range=draw.choice([None, street, street.split("s")[0], "X"]),
        )  # fmt: skip
        tie(TieType.OFFERS, Label.RESIDENT_UNIT, unit, Label.RESOURCE, f"o{i:06}")
    for i in range(needs):
        kind = draw.randrange(categories)
        grid = draw.choice(every_grid)
        node(
            Label.NEED, f"n{i:06}", name=f"n{i}", category=f"k{kind}", service=SERVICES[kind % 5],
            quantity=float(draw.randint(1, 60)), urgency=draw.choice(["紧急"] + ["一般"] * 9),
            area=grid, path=paths[grid],
        )  # fmt: skip
        tie(TieType.REQUESTS, Label.GRID, grid, Label.NEED, f"n{i:06}")
    return Network.from_wanted(wanted, as_of=DAY)
