"""The engine gives what NetworkX defines, and both give what brute force and hand find."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.connectivity.definition import (
    CUT_MAX,
    Connectivity,
    connectivity_by_networkx,
    nearest_cut,
)
from analysis.connectivity.engine import components, connectivity, cuts, reach_4
from analysis.layers.layers import TieLayers, tie_layers
from analysis.layers.networkx_graph import networkx_graph
from analysis.layers.pairs import Pairs
from analysis.policy import Policy
from tests.analysis.build import DAY, City
from tests.strategies import cities

METHODS = (connectivity_by_networkx, connectivity)
method = pytest.mark.parametrize("measure", METHODS, ids=("networkx", "engine"))


def layers_of(edges: str, level="grid") -> TieLayers:
    """A city of `a-b` edges; names that begin with g are grids, others units."""
    c = City()
    pairs = [edge.split("-") for edge in edges.split()]
    for name in sorted({name for pair in pairs for name in pair}):
        if name.startswith("g"):
            c.grid(name)
        else:
            c.unit(name)
    for pair in pairs:
        if len(pair) == 2:
            actor, target = sorted(pair, key=lambda name: name.startswith("g"))
            c.tie(actor, target)
    return tie_layers(c.network(), Policy(), on=DAY, level=level)


def of(found: Connectivity, measure: str, layers: TieLayers) -> dict[str, object]:
    return dict(zip(layers.codes, getattr(found, measure), strict=True))


# ---------------------------------------------------------------------- known answers, by hand


@method
@pytest.mark.parametrize(
    ("edges", "cut", "actors"),
    [
        ("g1", 0, ()),
        ("g1 g2", 0, ()),
        ("g1-a g2", 0, ()),
        ("g1-a a-g2", 1, ("a",)),
        ("g1-a g1-b a-g2 b-g2", 2, ("a", "b")),
        # a chain: the nearest of two smallest cuts
        ("g1-a a-b b-g2", 1, ("a",)),
        # two partners behind one: the nearest smallest cut isn't a partner
        ("g1-a g1-b a-c b-c c-g2", 1, ("c",)),
        # a partner that is tied to another grid belongs to every cut
        ("g1-a g1-b a-g2 b-c c-g2", 2, ("a", "b")),
        # paths that cross and must be rerouted
        ("g1-a g1-b a-c a-d b-d c-g2 d-g3", 2, ("a", "b")),
        ("g1-a g1-b g1-c a-d b-d c-d d-g2", 1, ("d",)),
        ("g1-a g1-b g1-c a-g2 b-g2 c-g3", 3, ("a", "b", "c")),
        ("g1-a g1-b g1-c g1-d a-g2 b-g2 c-g3 d-g3", 4, None),
        ("g1-a g1-b g1-c g1-d g1-e g1-f a-g2 b-g2 c-g2 d-g2 e-g2 f-g2", 5, None),
        # a partner on a dead end doesn't count
        ("g1-a g1-b a-g2 b-c", 1, ("a",)),
    ],
)
def test_cut(measure, edges, cut, actors):
    found = measure(layers_of(edges))
    assert (found.cut[0], found.cut_actors[0]) == (cut, actors)


@method
def test_a_path_may_not_pass_an_actor_twice(measure):
    """g1's two partners both need c: by hand, cut 1, although each has a path of its own."""
    found = measure(layers_of("g1-a g1-b a-c b-c c-d c-e d-g2 e-g2"))
    assert found.cut_actors[0] == ("c",)


@method
def test_rerouting_frees_an_actor_that_the_first_path_took(measure):
    """The first shortest path a-x-g2 must give x away for two paths to exist."""
    found = measure(layers_of("g1-a g1-b a-x b-x a-y x-g2 y-z z-g3"))
    assert found.cut[0] == 2
    assert found.cut_actors[0] == ("a", "b")


@method
def test_rerouting_back_through_an_actor_leaves_it_free_for_another_path(measure):
    """By hand: a-x-y is found first; b takes y over, a turns to w-v-u, and c may pass x."""
    first = "g1-a a-x x-y y-g2"
    second = "g1-b b-p p-q q-y a-w w-v v-u u-g3"
    third = "g1-c c-r r-s s-t t-h h-z z-x x-i i-j j-k k-l l-m m-n n-o o-g4"
    assert measure(layers_of(f"{first} {second}")).cut_actors[0] == ("a", "b")
    assert measure(layers_of(f"{first} {second} {third}")).cut_actors[0] == ("a", "b", "c")


@method
def test_main_component_of_equals_is_that_of_the_smallest_code(measure):
    layers = layers_of("g1 g4-a a-g3 g2-b b-g5 g6")
    found = measure(layers)
    assert of(found, "component_areas", layers) == {
        "g1": 1, "g2": 2, "g3": 2, "g4": 2, "g5": 2, "g6": 1
    }  # fmt: skip
    main = of(found, "in_main", layers)
    assert [code for code in main if main[code]] == ["g2", "g5"]


@method
def test_a_larger_component_is_the_main_one_whatever_its_codes(measure):
    layers = layers_of("g1-a a-g2 g7-b b-g8 b-g9")
    main = of(measure(layers), "in_main", layers)
    assert [code for code in main if main[code]] == ["g7", "g8", "g9"]


@method
def test_single_grids_are_no_main_component(measure):
    found = measure(layers_of("g1-a g2-b g3"))
    assert found.in_main == (False, False, False)
    assert found.component_areas == (1, 1, 1)


@method
def test_components_join_through_actors_without_grids(measure):
    found = measure(layers_of("g1-a a-b b-c c-g2"))
    assert found.component_areas == (2, 2)
    assert found.in_main == (True, True)


@method
def test_reach_counts_grids_within_four_hops(measure):
    # g2 in two hops, g3 in three, g4 and g6 in four, g5 in five, g7 in six
    layers = layers_of("g1-a a-g2 a-b b-g3 b-c c-g4 c-d d-g5 g2-e e-g6 g6-f f-g7")
    assert of(measure(layers), "reach_4", layers)["g1"] == 4


@method
def test_no_areas_and_no_actors(measure):
    assert measure(layers_of("")) == Connectivity((), (), (), (), ())
    assert measure(layers_of("g1")).reach_4 == (0,)
    assert measure(layers_of("a-b")).cut == ()


def test_reach_over_many_areas_passes_word_borders():
    """A star of 200 grids around one actor: by hand, each reaches the other 199."""
    n = 200
    none = np.zeros(0, np.int64)
    star = Pairs(n, 1, np.arange(n), np.zeros(n, np.int64), none, none)
    assert reach_4(star).tolist() == [n - 1] * n
    assert components(star)[0].tolist() == [n] * n
    found, near = cuts(star)
    assert (set(found), set(near)) == ({1}, {(0,)})


# ---------------------------------------------------------------------- properties


@settings(deadline=None, max_examples=150)
@given(cities(max_ties=24, people=False), st.sampled_from(("grid", "community")))
def test_engine_equals_definition(c, level):
    layers = tie_layers(c.network(), Policy(), on=DAY, level=level)
    assert connectivity(layers) == connectivity_by_networkx(layers)


edges_ = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 9)).filter(lambda e: e[0] != e[1]), max_size=26
)


@settings(deadline=None, max_examples=150)
@given(edges_)
def test_cuts_of_dense_actor_networks(edges):
    """Few grids (0, 1, 2), many ties between actors (3 ...): long paths, much rerouting."""
    name = {i: f"g{i}" if i < 3 else f"u{i}" for i in range(10)}
    text = " ".join(f"{name[i]}-{name[j]}" for i, j in edges if max(i, j) > 2)
    layers = layers_of("g0 g1 g2 " + text)
    assert connectivity(layers) == connectivity_by_networkx(layers)


@settings(deadline=None, max_examples=100)
@given(cities(max_grids=4, max_actors=7, people=False))
def test_cut_is_the_smallest_by_brute_force_and_the_nearest(c):
    layers = tie_layers(c.network(), Policy(), on=DAY)
    G, areas = networkx_graph(layers), set(layers.codes)
    for code, size, near in zip(
        layers.codes, connectivity(layers).cut, connectivity(layers).cut_actors, strict=True
    ):
        smallest = brute_force_cuts(G, code, areas)
        assert size == min(len(smallest[0]), CUT_MAX)
        if near is None:
            continue
        sides = {cut: side_of(G, code, cut) for cut in smallest}
        assert near in sides
        assert all(sides[near] <= side for side in sides.values())


def brute_force_cuts(G, area, areas) -> list[tuple[str, ...]]:
    actors = sorted(set(G) - areas)
    for size in range(len(actors) + 1):
        found = [
            cut for cut in combinations(actors, size) if side_of(G, area, cut) & areas == {area}
        ]
        if found:
            return found
    raise AssertionError("taking all actors away always cuts")


def side_of(G, area, cut) -> set[str]:
    """What still hangs together with the area once the actors are gone."""
    return nx.node_connected_component(nx.restricted_view(G, cut, []), area)


@settings(deadline=None, max_examples=60)
@given(cities(people=False), st.data())
def test_another_tie_never_lowers_cut_or_reach(c, data):
    actors = sorted(k for k, label in c.label.items() if label == "ResidentUnit")
    grids = sorted(c.wanted.nodes.get("Grid", ()))
    if not actors or not grids:
        return
    before = connectivity(tie_layers(c.network(), Policy(), on=DAY))
    c.tie(data.draw(st.sampled_from(actors)), data.draw(st.sampled_from(grids)))
    after = connectivity(tie_layers(c.network(), Policy(), on=DAY))
    assert all(a <= b for a, b in zip(before.cut, after.cut, strict=True))
    assert all(a <= b for a, b in zip(before.reach_4, after.reach_4, strict=True))
    assert all(a <= b for a, b in zip(before.component_areas, after.component_areas, strict=True))


def test_the_nearest_cut_leaves_the_graph_as_it_was():
    G = nx.Graph([("g1", "a"), ("a", "g2")])
    nearest_cut(G, "g1", {"g1", "g2"})
    assert set(G.edges) == {("g1", "a"), ("a", "g2")}
