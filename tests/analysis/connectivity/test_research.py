"""Research columns: NetworkX is the origin of every expected number, to 1e-9."""

from __future__ import annotations

import math

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.connectivity.research import research_columns
from analysis.layers.layers import tie_layers
from analysis.layers.networkx_graph import networkx_graph
from analysis.policy import Policy
from tests.analysis.build import DAY, City
from tests.strategies import cities


def layers_of(c: City, level="grid"):
    return tie_layers(c.network(), Policy(), on=DAY, level=level)


def close(found: float | None, expected: float) -> bool:
    if found is None:
        return math.isnan(expected)
    return math.isclose(found, expected, abs_tol=1e-9)


def check(layers) -> None:
    G = networkx_graph(layers)
    found = research_columns(layers)
    covered = {code for code, data in G.nodes(data=True) if data.get("covered")}
    assert set(found) == covered
    if not G:  # NetworkX refuses the empty graph
        return
    core, constraint, size = nx.core_number(G), nx.constraint(G), nx.effective_size(G)
    areas = layers.codes
    near = nx.harmonic_centrality(G, sources=areas)
    for code, columns in found.items():
        assert columns.coreness == core[code]
        if len(areas) == 1:
            assert columns.closeness is None
        else:
            assert close(columns.closeness, near[code] / (len(areas) - 1))
        assert close(columns.constraint, constraint[code])
        assert close(columns.effective_size, size[code])


@settings(deadline=None, max_examples=60)
@given(cities(max_ties=24, people=False), st.sampled_from(("grid", "community", "street")))
def test_equal_to_networkx(c, level):
    check(layers_of(c, level))


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 9)).filter(lambda e: e[0] != e[1]), max_size=40
    )
)
def test_equal_to_networkx_where_actors_are_tied_among_themselves(edges):
    c = City()
    c.grid("g0", "g1", "g2")
    for i in range(3, 10):
        c.unit(f"u{i}")
    for a, b in edges:
        low, high = sorted((a, b))
        if high > 2:
            c.tie(f"u{high}", f"g{low}" if low < 3 else f"u{low}")
    check(layers_of(c))


def test_more_than_64_areas_pass_the_word_border():
    """By hand: 130 grids around one actor are two hops apart."""
    c = City()
    c.unit("u")
    for i in range(130):
        c.grid(f"g{i:03d}")
        c.tie("u", f"g{i:03d}")
    layers = layers_of(c)
    assert {columns.closeness for columns in research_columns(layers).values()} == {0.5}
    check(layers)


def graph_city(G: nx.Graph) -> City:
    """A graph as a city: the first third of the nodes are grids, the others units."""
    c = City()
    nodes = list(G)
    grids = {v: f"g{i:03d}" for i, v in enumerate(nodes[: len(nodes) // 3])}
    for code in grids.values():
        c.grid(code)
    units = {v: c.unit(f"u{i:03d}") for i, v in enumerate(nodes[len(nodes) // 3 :])}
    for a, b in G.edges:
        if a in units and b in units:
            c.tie(units[a], units[b])
        elif a in units or b in units:
            unit, grid = (a, b) if a in units else (b, a)
            c.tie(units[unit], grids[grid])
    return c


@pytest.mark.parametrize(
    "G", [nx.karate_club_graph(), nx.davis_southern_women_graph(), nx.florentine_families_graph()],
    ids=("karate", "southern women", "florentine"),
)  # fmt: skip
def test_real_networks_with_isolates(G):
    G = nx.Graph(G.edges)
    G.add_nodes_from(f"alone {i}" for i in range(4))
    check(layers_of(graph_city(G)))
    check(layers_of(graph_city(nx.Graph())))


def test_e_i_counts_where_partners_sit():
    """By hand: one partner inside the community, two outside, one of unknown place: (2-1)/3."""
    c = City()
    c.community("C2")
    c.grid("g1", "g2")
    for key, area in (("in", "C1"), ("grid", "g1"), ("out", "C2"), ("far", "S1"), ("none", None)):
        c.unit(key, area=area)
    for key in ("in", "out", "far", "none"):
        c.tie(key, "g1")
    c.tie("grid", "g2")
    found = research_columns(layers_of(c))
    assert found["g1"].e_i == 0.0  # `far` names a street only: it may be inside or outside
    assert found["g2"].e_i == -1.0
    c.unit("out2", area="C2")
    c.tie("out2", "g1")
    assert research_columns(layers_of(c))["g1"].e_i == pytest.approx(1 / 3)


def test_no_partners_no_columns_that_need_them():
    c = City()
    c.grid("g1")
    columns = research_columns(layers_of(c))["g1"]
    assert (columns.coreness, columns.closeness) == (0, None)
    assert (columns.constraint, columns.effective_size, columns.e_i) == (None, None, None)
    assert research_columns(layers_of(City())) == {}
