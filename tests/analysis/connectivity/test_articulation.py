"""Who holds the network up: against judging the network once without each actor."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.city import City as WholeCity
from analysis.connectivity.articulation import holding
from analysis.layers.edits import changed_network
from analysis.layers.layers import TieLayers, tie_layers
from analysis.layers.networkx_graph import networkx_graph
from analysis.policy import Policy
from analysis.scenario.edits import Scenario, settle
from analysis.weak.weak_grids import weak_grids
from tests.analysis.build import DAY, City
from tests.strategies import cities


def sound_of(c: City, layers: TieLayers) -> list[bool]:
    judged = {a.code: a for a in weak_grids(WholeCity(c.network(), Policy(), DAY)).areas}
    return [not judged[code].weak and judged[code].verdict != "unknown" for code in layers.codes]


@st.composite
def sparse(draw: st.DrawFn) -> City:
    """Grids and units with few ties, so that much hangs on single actors; two components."""
    c = City()
    grids = [f"g{i}" for i in range(draw(st.integers(2, 8)))]
    c.grid(*grids)
    units = [f"u{i}" for i in range(draw(st.integers(1, 9)))]
    for unit in units:
        c.unit(unit)
    for _ in range(draw(st.integers(0, 22))):
        one = draw(st.sampled_from(units))
        other = draw(st.sampled_from([*grids, *grids, *(u for u in units if u != one)]))
        c.tie(one, other)
    return c


def by_brute_force(c: City) -> dict[str, list[str]]:
    network, policy = c.network(), Policy()
    city = WholeCity(network, policy, DAY)
    before = {a.code: a for a in weak_grids(city).areas}
    found = {}
    actors = city.layers.actors
    for actor in actors.filter(~actors["hub"])["key"]:
        edits = settle(Scenario(remove=(actor,)), city)
        after = weak_grids(WholeCity(changed_network(network, edits, on=DAY), policy, DAY)).areas
        lost = sorted(
            a.code
            for a in after
            if a.weak and not before[a.code].weak and before[a.code].verdict != "unknown"
        )
        if lost:
            found[actor] = lost
    return found


def by_kernel(c: City) -> dict[str, list[str]]:
    layers = tie_layers(c.network(), Policy(), on=DAY)
    rests = holding(layers, sound_of(c, layers)).weakened
    return {layers.actor_keys[v]: [layers.codes[a] for a in areas] for v, areas in rests.items()}


@given(sparse())
@settings(max_examples=30, deadline=None)
def test_it_is_judging_without_each_actor(c: City) -> None:
    assert by_kernel(c) == by_brute_force(c)


@given(cities())
@settings(max_examples=12, deadline=None)
def test_also_with_hubs_people_events_and_lapsed_ties(c: City) -> None:
    assert by_kernel(c) == by_brute_force(c)


@given(sparse())
@settings(max_examples=30, deadline=None)
def test_bridges_are_those_of_networkx(c: City) -> None:
    import networkx as nx

    layers = tie_layers(c.network(), Policy(), on=DAY)
    G = networkx_graph(layers)
    n = layers.areas.height
    names = [*layers.codes, *layers.actor_keys]
    found = {
        frozenset((names[b.one], names[b.other])): {layers.codes[a] for a in b.areas_beyond}
        for b in holding(layers, [True] * n).bridges
    }
    expected = {}
    for one, other in nx.bridges(G):
        H = G.copy()
        H.remove_edge(one, other)
        sides = [nx.node_connected_component(H, v) & set(layers.codes) for v in (one, other)]
        if all(sides):
            expected[frozenset((one, other))] = min(len(s) for s in sides)
    assert {k: len(v) for k, v in found.items()} == expected


def test_by_hand_one_unit_joins_two_halves() -> None:
    """g1-g2-g3 share a, b; g4-g5-g6 share c, d; only x reaches both halves. Of equal halves
    the one with the smaller code stays the main component."""
    c = City()
    c.grid("g1", "g2", "g3", "g4", "g5", "g6")
    for unit in "abcdx":
        c.unit(unit)
    for units, grids in (("ab", "123"), ("cd", "456"), ("x", "34")):
        for unit in units:
            for grid in grids:
                c.tie(unit, f"g{grid}")
    found = by_kernel(c)
    assert found["x"] == ["g4", "g5", "g6"]
    assert found["a"] == ["g1", "g2"]  # cut 2 -> 1; g3 has x besides
    assert found == by_brute_force(c)


def test_nothing_rests_on_anybody_in_an_empty_city() -> None:
    c = City()
    layers = tie_layers(c.network(), Policy(), on=DAY)
    assert holding(layers, []).weakened == {}
