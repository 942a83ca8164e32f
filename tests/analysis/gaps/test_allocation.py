"""The two flows: against brute force, NetworkX and each other, on random small cities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import product
from typing import Any, cast

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.gaps.allocation import Allocation, Solver, allocate, allocate_fairly
from analysis.gaps.fitting import WHOLE_ROOT, Links, Need, Offer, Places, fits, hops
from analysis.gaps.fitting_pairs import (
    Lanes,
    area_lanes,
    connected_needs,
    nearest_offers,
    pair_lanes,
)

_PARENT = {"X": "", "D1": "X", "D2": "X", "S1": "D1", "S2": "D2", "C1": "S1", "C2": "S1"}
_PARENT |= {"C3": "S2", "g1": "C1", "g2": "C1", "g3": "C2", "g4": "C3", "b1": "g1", "b2": "C2"}


def _path(code: str) -> tuple[str, ...]:
    return (*_path(_PARENT[code]), code) if code else ()


PATHS = {code: _path(code) for code in _PARENT}
WORD = {
    "X": "City",
    "D": "District",
    "S": "Street",
    "C": "Community",
    "g": "Grid",
    "b": "Building",
}
LABELS = {code: WORD[code[0]] for code in PATHS}
ACTORS = ("p", "q", "r", "t")
SERVICE = {"a": "care", "b": "care", "c": "market"}

Town = tuple[list[Offer], list[Need], Links, Places]


def make_offer(i: int, **changes: Any) -> Offer:
    """An offer of category a with 1 to give, anywhere, by provider p."""
    given: dict[str, Any] = {
        "key": f"r{i}",
        "name": f"r{i}",
        "category": "a",
        "service": "care",
        "unit": None,
        "capacity": 1,
        "matched": 0,
        "free": 1,
        "providers": ("p",),
        "ranges": (WHOLE_ROOT,),
        "assumed_range": False,
        "starts": None,
    }
    return Offer(**given | changes)


def make_need(i: int, **changes: Any) -> Need:
    """A need of 1 of category a at grid g1."""
    given: dict[str, Any] = {
        "key": f"n{i}",
        "name": f"n{i}",
        "category": "a",
        "service": "care",
        "unit": None,
        "area": "g1",
        "requested": 1,
        "met": 0,
        "matches": (),
        "urgency": 2,
        "urgency_word": None,
        "due": None,
        "status": None,
        "requesters": frozenset(),
    }
    return Need(**given | changes)


@st.composite
def towns(draw: st.DrawFn, most: int = 3, amount: int = 2) -> Town:
    level = draw(st.sampled_from(["grid", "grid", "community", "street", "district"]))
    places = Places(LABELS, PATHS, level, draw(st.booleans()))
    kinds = st.sampled_from(["a", "a", "b", "c", "care", None])
    days = st.sampled_from([None, None, "1", "2", "3"])
    amounts = st.integers(0, amount)
    areas = st.sampled_from(sorted(PATHS))

    def categorised(kind: str | None) -> dict[str, str | None]:
        if kind in SERVICE:
            return {"category": kind, "service": SERVICE[kind]}
        return {"category": None, "service": kind}

    offers = [
        make_offer(
            i,
            **categorised(draw(kinds)),
            free=draw(amounts),
            providers=tuple(sorted(draw(st.sets(st.sampled_from(ACTORS), max_size=2)))),
            ranges=tuple(
                sorted(draw(st.sets(areas | st.just(WHOLE_ROOT), min_size=1, max_size=2)))
            ),
            starts=draw(days),
        )
        for i in range(draw(st.integers(0, most)))
    ]
    needs = [
        make_need(
            j,
            **categorised(draw(kinds)),
            area=draw(st.none() | areas),
            requested=draw(amounts),
            urgency=draw(st.integers(0, 2)),
            due=draw(days),
            requesters=frozenset(draw(st.sets(st.sampled_from(ACTORS), max_size=1))),
        )
        for j in range(draw(st.integers(0, most)))
    ]
    tied = {actor: {places.judged(a) for a in draw(st.sets(areas, max_size=3))} for actor in ACTORS}
    known = {actor: draw(st.sets(st.sampled_from(ACTORS), max_size=2)) for actor in ACTORS}
    return offers, needs, Links(tied, known), places


def solve(
    town: Town, *, pairs: bool = False, solver: Solver = "ortools", unit: int = 1
) -> Allocation:
    offers, needs, links, places = town
    lay = pair_lanes if pairs else area_lanes
    return allocate(
        lay(offers, needs, links, places),
        [offer.free * unit for offer in offers],
        [need.open * unit for need in needs],
        [need.urgency for need in needs],
        solver=solver,
    )


def ways(lanes: Lanes, *, tie: bool) -> dict[tuple[int, int], int]:
    """Offer, need -> fewest hops over tie (or range) arcs, by NetworkX."""
    G: nx.DiGraph[int] = nx.DiGraph()
    G.add_nodes_from(range(lanes.nodes))
    for a, b, h, t in zip(lanes.tail, lanes.head, lanes.hops, lanes.tie, strict=True):
        assert a < b
        if t == tie:
            before = G.edges[a, b]["hops"] if G.has_edge(a, b) else 9
            G.add_edge(int(a), int(b), hops=min(before, int(h)))
    found = {}
    for offer in range(lanes.offers):
        for node, steps in nx.single_source_dijkstra_path_length(G, offer, weight="hops").items():
            if node >= lanes.first_need:
                found[offer, node - lanes.first_need] = steps
    return found


def expected_ways(town: Town, *, tie: bool) -> dict[tuple[int, int], int]:
    """The same, pair by pair."""
    offers, needs, links, places = town
    found = {}
    for i, offer in enumerate(offers):
        for j, need in enumerate(needs):
            if fits(offer, need, places):
                steps = hops(offer, need, links, places) if tie else 0
                if steps is not None:
                    found[i, j] = steps
    return found


@given(towns(most=5))
@settings(max_examples=150, deadline=None)
def test_lanes_lead_where_pairs_fit(town: Town) -> None:
    lanes = area_lanes(*town)
    for tie in (True, False):
        assert ways(lanes, tie=tie) == expected_ways(town, tie=tie)


@given(towns(most=5))
@settings(max_examples=60, deadline=None)
def test_nearest_offers_and_connected_needs(town: Town) -> None:
    offers, needs, *_ = town
    lanes = area_lanes(*town)
    for tie in (True, False):
        pairs = expected_ways(town, tie=tie)
        by_need = defaultdict(list)
        for (i, j), steps in pairs.items():
            by_need[j].append((steps, i))
        wanted = {j: tuple(i for _, i in sorted(found)[:2]) for j, found in by_need.items()}
        assert nearest_offers(lanes, tie=tie, limit=2) == wanted
        among = set(range(0, len(offers), 2))
        narrowed = {j: [i for _, i in sorted(f) if i in among] for j, f in by_need.items()}
        found = nearest_offers(lanes, tie=tie, among=among)
        assert {j: list(f) for j, f in found.items()} == {j: f for j, f in narrowed.items() if f}
    tied = expected_ways(town, tie=True)
    counts = [sum((i, j) in tied for j in range(len(needs))) for i in range(len(offers))]
    assert connected_needs(lanes) == counts


def received(allocation: Allocation, n: int) -> tuple[list[int], list[int]]:
    return (
        [allocation.matchable.get(j, 0) for j in range(n)],
        [allocation.reachable.get(j, 0) for j in range(n)],
    )


def plans(
    pairs: Sequence[tuple[int, int]], supply: list[int], demand: list[int]
) -> Iterator[dict[tuple[int, int], int]]:
    """Every whole allocation over `pairs`."""
    if not pairs:
        yield {}
        return
    (i, j), *rest = pairs
    for amount in range(min(supply[i], demand[j]) + 1):
        supply[i] -= amount
        demand[j] -= amount
        for plan in plans(rest, supply, demand):
            yield {**plan, (i, j): amount}
        supply[i] += amount
        demand[j] += amount


def brute_force(town: Town) -> tuple[list[int], list[int], int]:
    """What each need gets in F1 and in F12, and the hops of F1, by trying everything."""
    offers, needs, *_ = town
    supply, demand = [o.free for o in offers], [n.open for n in needs]

    def gets(plan: dict[tuple[int, int], int]) -> list[int]:
        return [sum(q for (_, j), q in plan.items() if j == n) for n in range(len(needs))]

    def urgent_first(got: list[int]) -> list[int]:
        return [sum(g for g, n in zip(got, needs, strict=True) if n.urgency == u) for u in range(3)]

    tied = expected_ways(town, tie=True)

    def first(plan: dict[tuple[int, int], int]) -> tuple[int, list[int], int, list[int]]:
        got = gets(plan)
        return sum(got), urgent_first(got), -sum(tied[p] * q for p, q in plan.items()), got

    _, _, steps, connected = max(map(first, plans(list(tied), supply, demand)))

    def second(plan: dict[tuple[int, int], int]) -> tuple[int, list[int], list[int]]:
        got = gets(plan)
        # After F1's own, by urgency and then by key.
        order = sorted(range(len(needs)), key=lambda j: needs[j].urgency)
        return sum(got), [got[j] for j in order], got

    allowed = (
        plan
        for plan in plans(list(expected_ways(town, tie=False)), supply, demand)
        if all(g >= c for g, c in zip(gets(plan), connected, strict=True))
    )
    return connected, max(map(second, allowed))[2], -steps


@given(towns())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_equals_brute_force(town: Town) -> None:
    connected, full, steps = brute_force(town)
    for pairs, solver in product((False, True), ("ortools", "networkx")):
        found = solve(town, pairs=pairs, solver=solver)
        assert received(found, len(town[1])) == (connected, full)
        tied = expected_ways(town, tie=True)
        assert all(gift.by_tie for gift in found.connected)
        assert sum(tied[g.offer, g.need] * g.amount for g in found.connected) == steps


@given(towns(most=12, amount=9), st.sampled_from([1, 7, 10**30]))
@settings(max_examples=80, deadline=None)
def test_fast_and_definition_agree_and_limits_hold(town: Town, unit: int) -> None:
    offers, needs, *_ = town
    fast = solve(town, unit=unit)
    slow = solve(town, pairs=True, solver="networkx", unit=unit)
    assert received(fast, len(needs)) == received(slow, len(needs))
    fitting = expected_ways(town, tie=False)
    for gifts in (fast.connected, fast.full):
        given, got = defaultdict(int), defaultdict(int)
        for gift in gifts:
            assert gift.amount > 0
            assert (gift.offer, gift.need) in fitting
            given[gift.offer] += gift.amount
            got[gift.need] += gift.amount
        assert all(q <= offers[i].free * unit for i, q in given.items())
        assert all(q <= needs[j].open * unit for j, q in got.items())
    assert all(fast.reachable.get(j, 0) >= q for j, q in fast.matchable.items())
    # The true maxima, by NetworkX over pairs.
    for tie, total in ((True, fast.matchable), (False, fast.reachable)):
        G: nx.DiGraph[Any] = nx.DiGraph()
        G.add_nodes_from(["s", "t"])
        for i, j in expected_ways(town, tie=tie):
            G.add_edge("s", ("offer", i), capacity=offers[i].free * unit)
            G.add_edge(("offer", i), ("need", j))
            G.add_edge(("need", j), "t", capacity=needs[j].open * unit)
        assert sum(total.values()) == nx.maximum_flow_value(G, "s", "t")


def test_urgent_needs_come_before_fewer_hops() -> None:
    # By hand: one offer of 1; the 特急 need is two hops away, the 一般 need one.
    places = Places(LABELS, PATHS)
    needs = [make_need(0, area="g1"), make_need(1, area="g2", urgency=0)]
    links = Links({"p": {"g1"}, "q": {"g2"}}, {"p": {"q"}})
    assert solve(([make_offer(0)], needs, links, places)).matchable == {1: 1}


def test_fewer_hops_come_before_smaller_keys() -> None:
    # By hand: both needs are alike but for the hops: g3 has p's tie, g1 only its neighbour's.
    places = Places(LABELS, PATHS)
    needs = [make_need(0, area="g1"), make_need(1, area="g3")]
    links = Links({"p": {"g3"}, "q": {"g1"}}, {"p": {"q"}})
    assert solve(([make_offer(0)], needs, links, places)).matchable == {1: 1}
    # And with none closer the smaller key wins.
    links = Links({"p": {"g1", "g3"}})
    assert solve(([make_offer(0)], needs, links, places)).matchable == {0: 1}


def test_full_flow_reroutes_without_taking_from_anyone() -> None:
    # By hand: p's offer is tied to both needs, q's fits the first only and has no tie. F1
    # serves the first (smaller key); F12 frees p for the second by sending q to the first.
    places = Places(LABELS, PATHS)
    offers = [make_offer(0), make_offer(1, providers=("q",), ranges=("g1",))]
    needs = [make_need(0, area="g1"), make_need(1, area="g3")]
    found = solve((offers, needs, Links({"p": {"g1", "g3"}}), places))
    assert found.matchable == {0: 1}
    assert found.reachable == {0: 1, 1: 1}
    assert [(g.offer, g.need, g.by_tie) for g in found.full] == [(1, 0, False), (0, 1, True)]


@pytest.mark.parametrize("pairs", [False, True])
def test_nothing_to_do(pairs: bool) -> None:
    places = Places(LABELS, PATHS)
    for offers, needs in (([], []), ([make_offer(0)], []), ([], [make_need(0)])):
        found = solve((offers, needs, Links(), places), pairs=pairs)
        assert (found.connected, found.full, found.used) == ((), (), {})


def test_large_and_fine_numbers_are_exact() -> None:
    # By hand; 64 bits hold neither, so the exact solver must take over.
    places = Places(LABELS, PATHS)
    lanes = area_lanes([make_offer(0)], [make_need(0), make_need(1)], Links(), places)
    found = allocate(lanes, [10**40 + 1], [10**40, 3], [0, 0])
    assert found.reachable == {0: 10**40, 1: 1}


def most(ways: Collection[tuple[int, int]], supply: list[int], demand: list[int]) -> int:
    """The maximum flow over pairs, by NetworkX: a way of its own."""
    G: nx.DiGraph[Any] = nx.DiGraph()
    G.add_nodes_from(["s", "t"])
    for i, amount in enumerate(supply):
        G.add_edge("s", ("o", i), capacity=amount)
    for j, amount in enumerate(demand):
        G.add_edge(("n", j), "t", capacity=amount)
    G.add_edges_from((("o", i), ("n", j)) for i, j in ways)
    return int(nx.maximum_flow_value(G, "s", "t"))


@given(towns(most=5))
@settings(max_examples=100, deadline=None)
def test_worth_of_one_more_unit(town: Town) -> None:
    """Each offer's dual price is what the total gains when the flow is solved again."""
    offers, needs, *_ = town
    supply, demand = [o.free for o in offers], [n.open for n in needs]
    found = allocate(area_lanes(*town), supply, demand, [n.urgency for n in needs])
    for tie, worth in ((True, found.worth_connected), (False, found.worth_full)):
        ways = expected_ways(town, tie=tie)
        before = most(ways, supply, demand)
        gains = set()
        for i in range(len(offers)):
            more = [s + (k == i) for k, s in enumerate(supply)]
            if most(ways, more, demand) > before:
                gains.add(i)
        assert worth == gains


def share_cost(got: int, demand: int) -> int:
    """What serving `got` of a group's demand costs, unit by unit; convex in `got`."""
    bounds = [demand * k // 20 for k in range(21)]
    return sum(next(k for k in range(20) if unit < bounds[k + 1]) for unit in range(got))


@given(towns(most=3), st.lists(st.integers(0, 1), min_size=3, max_size=3))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_fair_shares_equal_brute_force(town: Town, group: list[int]) -> None:
    """By trying everything: the total, urgent needs, even shares, hops, in this order."""
    offers, needs, *_ = town
    group = group[: len(needs)]
    supply, demand = [o.free for o in offers], [n.open for n in needs]
    urgency = [n.urgency for n in needs]
    tied = expected_ways(town, tie=True)
    whole = [sum(d for d, g in zip(demand, group, strict=True) if g == k) for k in (0, 1)]

    def worth(plan: dict[tuple[int, int], int]) -> tuple[int, int, int, int]:
        got = [sum(q for (_, j), q in plan.items() if j == n) for n in range(len(needs))]
        shared = [sum(q for q, g in zip(got, group, strict=True) if g == k) for k in (0, 1)]
        return (
            sum(got),
            -sum(q * u for q, u in zip(got, urgency, strict=True)),
            -sum(share_cost(q, d) for q, d in zip(shared, whole, strict=True)),
            -sum(tied[p] * q for p, q in plan.items()),
        )

    best = max(map(worth, plans(list(tied), supply, demand)))
    for solver in ("ortools", "networkx"):
        gifts = allocate_fairly(
            area_lanes(*town), supply, demand, urgency, group, solver=cast(Solver, solver)
        )
        found: dict[tuple[int, int], int] = defaultdict(int)
        for gift in gifts:
            assert gift.by_tie
            found[gift.offer, gift.need] += gift.amount
        assert all(
            sum(q for (i, _), q in found.items() if i == o) <= supply[o] for o in range(len(offers))
        )
        assert worth(found) == best
