"""Expected by size: the closed form against brute-force dealing of the ties."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.certainty.expected import expected_of, expected_partners, false_discovery
from analysis.city import City as WholeCity
from analysis.layers.pairs import Pairs
from analysis.policy import Policy
from tests.analysis.build import DAY, City

NONE = np.zeros(0, np.int64)


def pairs_of(ties: set[tuple[int, int]], areas: int, actors: int) -> Pairs:
    edges = np.array(sorted(ties), np.int64).reshape(-1, 2)
    return Pairs(areas, actors, edges[:, 0], edges[:, 1], NONE, NONE)


def all_deals(degree, residents):
    """Every set of `degree` areas with its probability: the product of its residents."""
    sets = list(combinations(range(len(residents)), degree))
    weight = np.array([np.prod([residents[g] for g in chosen]) for chosen in sets])
    return sets, weight / weight.sum()


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 4000), min_size=2, max_size=6), st.data())
def test_moments_equal_the_sum_over_all_sets(residents, data):
    """Exact: every set that an actor could have, weighted as the null weights it."""
    n = len(residents)
    degrees = data.draw(st.lists(st.integers(1, n), min_size=1, max_size=5))
    ties = {(g, a) for a, degree in enumerate(degrees) for g in range(degree)}
    found = expected_of(
        pairs_of(ties, n, len(degrees)), np.array(residents, float), np.ones(n, bool)
    )
    for g in range(n):
        chances = []
        for degree in degrees:
            sets, p = all_deals(degree, residents)
            chances.append(sum(q for chosen, q in zip(sets, p, strict=True) if g in chosen))
        assert found[g].mean == pytest.approx(sum(chances), abs=1e-7)
        variance = sum(p * (1 - p) for p in chances)
        assert found[g].sd ** 2 == pytest.approx(variance, abs=1e-6)


def test_moments_and_p_equal_brute_force():
    """Origin: 6,000 simulated deals of the null's own kind."""
    rng = np.random.default_rng(5)
    residents = rng.lognormal(6, 0.8, 9).round() + 1
    degrees = [1, 1, 2, 2, 3, 5, 7, 1, 1, 4, 6, 2, 1, 1, 3] * 2
    ties = {
        (int(g), a)
        for a, degree in enumerate(degrees)
        for g in rng.choice(9, degree, replace=False)
    }
    pairs = pairs_of(ties, 9, len(degrees))
    found = expected_of(pairs, residents, np.ones(9, bool))
    deals = np.zeros((6000, 9))
    for degree in degrees:
        sets, p = all_deals(degree, residents)
        chosen = np.array(sets)[rng.choice(len(sets), len(deals), p=p)]
        np.add.at(deals, (np.arange(len(deals))[:, None], chosen), 1)
    partners = np.bincount(pairs.edge_area, minlength=9)
    for g, e in enumerate(found):
        assert e.mean == pytest.approx(deals[:, g].mean(), abs=0.1)
        assert e.sd == pytest.approx(deals[:, g].std(), rel=0.05)
        low, high = (deals[:, g] <= partners[g]).mean(), (deals[:, g] >= partners[g]).mean()
        assert e.p == pytest.approx(min(1, 2 * min(low, high)), abs=0.03)


@settings(deadline=None, max_examples=50)
@given(
    st.sets(st.tuples(st.integers(0, 5), st.integers(0, 6)), max_size=25),
    st.lists(st.integers(1, 5000), min_size=6, max_size=6),
)
def test_expected_partners_sum_to_the_ties(ties, residents):
    found = expected_of(pairs_of(ties, 6, 7), np.array(residents, float), np.ones(6, bool))
    assert sum(e.mean for e in found) == pytest.approx(len(ties), rel=1e-9, abs=1e-9)
    assert all(0 <= e.p <= 1 for e in found)
    assert all((e.z is None) == (e.q is None) for e in found)


def test_a_deal_that_is_sure_has_no_z():
    """An actor that is tied to every area leaves no choice."""
    found = expected_of(pairs_of({(0, 0), (1, 0)}, 2, 1), np.array([9.0, 5.0]), np.ones(2, bool))
    assert [(e.mean, e.sd, e.z, e.p, e.q) for e in found] == [(1.0, 0.0, None, 1.0, None)] * 2


def test_areas_of_unknown_residents_or_without_data_have_no_part():
    c = City()
    c.community("C2", covered=False)
    c.grid("g1", "g2", residents=800)
    c.grid("g3")
    c.grid("g4", residents=0)
    c.grid("g5", residents=500, community="C2")
    for key, grids in (("a", ("g1", "g3", "g5")), ("b", ("g4",)), ("c", ("g1",))):
        c.unit(key)
        for grid in grids:
            c.tie(key, grid)
    found = expected_partners(WholeCity(c.network(), Policy(), DAY))
    assert sorted(found) == ["g1", "g2"]
    assert found["g1"].mean == pytest.approx(1.0)  # by hand: two ties over two equal grids
    assert found["g1"].z == pytest.approx(-found["g2"].z)


def test_streets_have_their_own():
    c = City()
    c.street("S2")
    c.community("C2", street="S2")
    c.grid("g1", residents=100)
    c.grid("g2", residents=900, community="C2")
    c.unit("a")
    c.tie("a", "g1")
    found = expected_partners(WholeCity(c.network(), Policy(), DAY, "street"))
    assert found["S1"].mean == pytest.approx(0.1)
    assert found["S1"].z > 0 > found["S2"].z


@given(st.lists(st.floats(0, 1), max_size=20))
def test_q_is_the_definition(ps):
    """q_i = min over j ranked at or after i of p_j * n / rank_j, at most 1."""
    q = false_discovery(np.array(ps))
    ranked = sorted(ps)
    for p, found in zip(ps, q, strict=True):
        at = max(i for i, other in enumerate(ranked) if other == p)
        later = [min(1.0, ranked[j] * len(ps) / (j + 1)) for j in range(at, len(ps))]
        assert found == pytest.approx(min(later))
