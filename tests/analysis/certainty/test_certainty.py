"""Certainty: the drawn networks, what is drawn, and what is made of it."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from analysis.certainty.certainty import (
    MISSING,
    RecordedPairs,
    certainty,
    draws_of,
    recorded_of,
    with_certainty,
)
from analysis.certainty.missing import missing_ties
from analysis.certainty.resample import draw
from analysis.city import City as WholeCity
from analysis.connectivity.definition import CUT_MAX
from analysis.connectivity.engine import components, connectivity, cuts
from analysis.layers.pairs import Pairs
from analysis.policy import Policy
from analysis.weak.weak_grids import weak_grids
from analysis.weak_details import in_full
from graph.model.network import Network
from tests.analysis.build import DAY, City
from tests.strategies import cities

LEVELS = st.sampled_from(("grid", "community", "street", "district"))
SURE = Policy(tie_error=0.0, tie_missing=0.0, resamples=3)
"""Nothing is wrong and nothing is missing: every drawn network is the recorded one."""


def city_of(c: City, level="grid", policy=None):
    return WholeCity(c.network(), policy or Policy(), DAY, level)


def layers_of(c: City, level="grid"):
    return city_of(c, level).layers


# ---------------------------------------------------------------------- measuring


@settings(deadline=None, max_examples=40)
@given(cities(max_ties=24, people=False), LEVELS)
def test_a_draw_without_error_is_the_definition(c, level):
    """The compiled measures equal those of the engine, which equal NetworkX'."""
    layers = layers_of(c, level)
    found = connectivity(layers)
    model = draws_of(recorded_of(layers), tie_error=0.0, tie_missing=0.0, missing="uniform")
    partners, cut, weak = draw(model, 1, 2, threads=1)
    degree = np.bincount(layers.graph.edge_area, minlength=layers.areas.height)
    assert partners.tolist() == [degree.tolist()] * 2
    assert cut.tolist() == [list(found.cut)] * 2
    expected = [c < 2 or not main for c, main in zip(found.cut, found.in_main, strict=True)]
    assert weak.tolist() == [expected] * 2


def drawn(areas: int, actors: int, edges, between) -> tuple[list[int], list[bool]]:
    """Cut and weakness of each area, as drawn without error; the engine must say the same."""
    one = np.array(sorted(set(edges)), np.int64).reshape(-1, 2)
    two = np.array(sorted({(min(p), max(p)) for p in between if p[0] != p[1]}), np.int64)
    two = two.reshape(-1, 2)
    pairs = Pairs(areas, actors, one[:, 0], one[:, 1], two[:, 0], two[:, 1])
    recorded = RecordedPairs(
        pairs,
        np.ones(len(one), np.int64),
        np.ones(len(two), np.int64),
        np.ones(areas, bool),
        np.zeros(areas, np.int64),
    )
    model = draws_of(recorded, tie_error=0.0, tie_missing=0.0, missing="uniform")
    _, cut, weak = draw(model, 1, 1, threads=1)
    _, in_main = components(pairs)
    assert cut[0].tolist() == cuts(pairs)[0]
    assert weak[0].tolist() == [c < 2 or not m for c, m in zip(cut[0], in_main, strict=True)]
    return cut[0].tolist(), weak[0].tolist()


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 11)), max_size=8),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=24),
)
def test_cuts_of_dense_actor_networks(edges, between):
    """Few areas, many ties between actors: long paths and much rerouting."""
    cut, _ = drawn(4, 12, edges, between)
    assert max(cut) <= CUT_MAX


def test_rerouting_back_through_an_actor_leaves_it_free_for_another_path():
    """As in `test_engine`: a-x-y is found first; b takes y over, a turns to w-v-u, c passes x."""
    paths = ["0-a-x-y-1", "0-b-p-q-y", "a-w-v-u-2", "0-c-r-s-t-h-z-x-i-j-k-l-m-n-o-3"]
    links = [tuple(sorted(link)) for path in paths for link in pairwise(path.split("-"))]
    at = {
        name: i for i, name in enumerate(sorted({v for link in links for v in link} - set("0123")))
    }
    edges = [(int(a), at[b]) for a, b in links if a in "0123"]
    between = [(at[a], at[b]) for a, b in links if a not in "0123"]
    assert drawn(4, len(at), edges, between)[0][0] == 3


def test_of_equal_components_the_one_with_the_smallest_code_is_the_main_one():
    """By hand: two pairs of areas with two shared partners each; the first pair is not weak."""
    edges = [(0, 0), (0, 1), (2, 0), (2, 1), (1, 2), (1, 3), (3, 2), (3, 3)]
    assert drawn(4, 4, edges, []) == ([2, 2, 2, 2], [False, True, False, True])


# ---------------------------------------------------------------------- p_weak


@settings(deadline=None, max_examples=40)
@given(cities())
def test_p_weak_is_the_verdict_where_nothing_is_uncertain(c):
    network = c.network()
    judged = weak_grids(WholeCity(network, SURE))
    found = with_certainty(judged, certainty(WholeCity(network, SURE, DAY)), SURE)
    for area in found.areas:
        if area.verdict == "unknown":
            assert (area.p_weak, area.firm, area.uniform) == (None, None, None)
        else:
            assert (area.p_weak, area.firm) == (float(area.weak), area.weak)
            assert area.partners == area.uniform.partners[1]
            assert area.cut == area.weak_end.cut[1]


def test_a_wrong_record_is_left_out_at_its_rate():
    """By hand: a partner holds g1 if its tie there is true (0.8) and one of its two others is
    (1 - 0.2^2), and g1 needs both partners; of two records of one tie both must be wrong."""
    c = City()
    c.grid("g1", "g2", "g3")
    for key in "abcd":
        c.unit(key)
        c.tie(key, "g2")
        c.tie(key, "g3")
    c.tie("a", "g1")
    c.tie("b", "g1")
    policy = Policy(tie_error=0.2, tie_missing=0.0, resamples=4000)
    assert certainty(city_of(c, policy=policy)).of["g1"].p_weak == pytest.approx(
        1 - (0.8 * 0.96) ** 2, abs=0.03
    )
    for key in "ab":
        c.tie(key, "g1", "project")
    found = certainty(city_of(c, policy=policy)).of["g1"]
    assert found.p_weak == pytest.approx(1 - (0.96 * 0.96) ** 2, abs=0.02)


def test_an_area_without_partners_may_have_one():
    """Half of all ties missing: of areas with three ties on average some show none."""
    c = City()
    rng = np.random.default_rng(1)
    units = [c.unit(f"u{i}") for i in range(12)]
    for i in range(30):
        c.grid(f"g{i:02d}")
        for unit in rng.choice(units, rng.binomial(4, 0.5), replace=False):
            c.tie(str(unit), f"g{i:02d}")
    layers = layers_of(c)
    found = certainty(city_of(c, policy=Policy(tie_error=0.0, tie_missing=1.0))).of
    bare = [
        found[code]
        for code in layers.codes
        if not (layers.graph.edge_area == layers.codes.index(code)).any()
    ]
    assert bare
    assert all(s.p_weak < 1 and s.partners[2] > 0 for s in bare)


def test_nothing_is_drawn_for_areas_without_data():
    c = City()
    c.community("C2", covered=False)
    c.grid("g1", "g2")
    c.grid("g3", community="C2")
    c.unit("a")
    for grid in ("g1", "g2", "g3"):
        c.tie("a", grid)
    network = c.network()
    found = certainty(WholeCity(network, Policy(), DAY))
    assert set(found.of) == {"g1", "g2"}
    judged = with_certainty(weak_grids(WholeCity(network, Policy())), found, Policy())
    assert {a.code: a.p_weak for a in judged.areas}["g3"] is None


# ---------------------------------------------------------------------- seeds and order


@settings(deadline=None, max_examples=12)
@given(cities(), LEVELS, st.randoms(use_true_random=False))
def test_the_same_seed_gives_the_same_whatever_the_order_and_threads(c, level, random):
    network = c.network()
    shuffled = Network.from_wanted(shuffle(c.wanted, random), as_of=DAY)
    policy = Policy(resamples=20)
    one = certainty(WholeCity(network, policy, DAY, level), threads=1)
    other = certainty(WholeCity(shuffled, policy, DAY, level), threads=3)
    assert one == other


def shuffle(wanted, random):
    from graph.model.wanted import WantedGraph

    def mixed(found):
        items = list(found.items())
        random.shuffle(items)
        return dict(items)

    result = WantedGraph()
    result.nodes = {label: mixed(found) for label, found in mixed(wanted.nodes).items()}
    result.ties = {kind: mixed(found) for kind, found in mixed(wanted.ties).items()}
    return result


def test_another_seed_draws_others_and_is_in_the_result():
    c = City()
    c.grid(*(f"g{i}" for i in range(9)))
    for i in range(9):
        c.unit(f"u{i}")
        c.tie(f"u{i}", f"g{i}")
        c.tie(f"u{i}", f"g{(i + 1) % 9}")
    layers = layers_of(c)
    one, other = (certainty(city_of(c), seed=seed) for seed in (1, 2))
    assert (one.seed, other.seed) == (1, 2)
    assert one.of != other.of
    with pytest.raises(ValueError, match="at least one"):
        certainty(city_of(c), resamples=0)
    with pytest.raises(ValueError, match="out of range"):
        draws_of(recorded_of(layers), tie_error=1.0, tie_missing=0.0, missing="uniform")


@pytest.mark.parametrize("level", ["grid", "community", "street", "district"])
def test_small_inputs_give_full_answers(level):
    """Nothing; one grid; grids alone; all unknown; two that are apart."""
    empty, one, apart, unknown = City(), City(), City(), City()
    one.grid("g1")
    apart.grid("g1", "g2", "g3", "g4")
    for key, grids in (("a", "12"), ("b", "34")):
        apart.unit(key)
        for i in grids:
            apart.tie(key, f"g{i}")
    unknown.community("C2", covered=False)
    unknown.grid("g1", "g2", community="C2")
    for c in (empty, one, apart, unknown):
        network = c.network()
        judged = weak_grids(WholeCity(network, Policy(), level=level))
        found = with_certainty(
            judged, certainty(WholeCity(network, Policy(resamples=5), DAY, level)), Policy()
        )
        for area in found.areas:
            assert (area.p_weak is None) == (area.verdict == "unknown")


# ---------------------------------------------------------------------- missing ties


@pytest.mark.parametrize("hidden", [0.1, 0.3, 0.5])
def test_missing_ties_are_bayes_where_the_true_numbers_are_known(hidden):
    """Many areas, true numbers 0, 2 and 6: the posterior by hand from the true shares."""
    truth = {0: 3000, 2: 5000, 6: 2000}
    recorded = Counter()
    for true, many in truth.items():
        for count in range(true + 1):
            recorded[count] += round(many * binom.pmf(count, true, 1 - hidden))
    counts = np.array(sorted(recorded.elements()))
    found = missing_ties(counts, hidden, rounds=3000)
    assert found.sum(axis=1) == pytest.approx(1.0)
    for count in range(3):
        chance = {t: many * binom.pmf(count, t, 1 - hidden) for t, many in truth.items()}
        total = sum(chance.values())
        for true in truth:
            if true >= count and total > 100:
                assert found[count, true - count] == pytest.approx(chance[true] / total, abs=0.05)


def test_missing_ties_sum_to_the_rate():
    rng = np.random.default_rng(3)
    counts = rng.binomial(rng.poisson(4, 3000), 0.8)
    for exponent in (0.0, 0.5):
        found = missing_ties(counts, 0.2, exponent=exponent)
        expected = (found * np.arange(found.shape[1])).sum(axis=1)[counts].sum()
        assert expected == pytest.approx(counts.sum() * 0.25, rel=0.03)
    more = [
        (found * np.arange(found.shape[1])).sum(axis=1)[1]
        for found in (missing_ties(counts, 0.2), missing_ties(counts, 0.2, exponent=0.5))
    ]
    assert more[0] < more[1]


def test_nothing_is_missing_where_nothing_is_hidden():
    assert missing_ties(np.array([0, 2, 2, 60]), 0.0).tolist() == [[1.0]] * 3


def test_missing_ties_refuse_a_share_that_is_none():
    with pytest.raises(ValueError, match="share"):
        missing_ties(np.array([1]), 1.0)
    assert missing_ties(np.zeros(0, np.int64), 0.1).sum() == pytest.approx(1.0)


def test_the_policy_chooses_which_kind_is_p_weak():
    c = City()
    c.grid(*(f"g{i}" for i in range(20)))
    for i in range(30):
        c.unit(f"u{i:02d}")
        for j in range(i % 7):
            c.tie(f"u{i:02d}", f"g{(i * j + j) % 20}")
    for kind in MISSING:
        policy = Policy(missing=kind, tie_missing=0.3)
        found = certainty(city_of(c, policy=policy))
        assert found.of == found.spreads[kind]
    assert found.spreads["uniform"] != found.spreads["weak_end"]


# ---------------------------------------------------------------------- sheets that lack


@pytest.mark.parametrize("which", ["at random", "least connected"])
def test_grids_whose_tie_sheets_lack_are_neither_weak_nor_adequate(which):
    """Forty communities of three grids; the sheets of a tenth of them were not handed in."""
    rng = np.random.default_rng(11)
    communities = [f"C{i + 2:02d}" for i in range(40)]
    ties = {
        f"{code}g{j}": [f"u{a:02d}" for a in rng.choice(30, rng.poisson(1.5), replace=False)]
        for code in communities
        for j in range(3)
    }
    tied = {code: sum(len(ties[f"{code}g{j}"]) for j in range(3)) for code in communities}
    lost = set(
        rng.choice(communities, 4, replace=False).tolist()
        if which == "at random"
        else sorted(communities, key=lambda code: (tied[code], code))[:4]
    )
    c = City()
    for a in range(30):
        c.unit(f"u{a:02d}")
    for code in communities:
        c.community(code, covered=code not in lost)
        for j in range(3):
            grid = f"{code}g{j}"
            c.grid(grid, community=code, residents=900)
            for actor in ties[grid] if code not in lost else ():
                c.tie(actor, grid)
    network = c.network()
    judged = weak_grids(WholeCity(network, Policy()))
    found = in_full(WholeCity(network, Policy()), judged, certain=True, measured=True)
    for area in found.areas:
        if area.path[-2] in lost:
            assert (area.verdict, area.weak, area.rank) == ("unknown", False, None)
            assert (area.p_weak, area.firm, area.uniform, area.weak_end) == (None,) * 4
            assert (area.z_partners, area.coreness, area.closeness) == (None,) * 3
            assert area.would_change == ()
        else:
            assert area.verdict != "unknown"
            assert area.p_weak is not None
    assert sum(area.verdict == "unknown" for area in found.areas) == 12


@pytest.mark.parametrize(
    "G", [nx.karate_club_graph(), nx.davis_southern_women_graph(), nx.les_miserables_graph()],
    ids=("karate", "southern women", "miserables"),
)  # fmt: skip
def test_real_networks_with_isolates_give_full_answers(G):
    """Every second node a grid; ties between grids are left out; isolates added."""
    c = City()
    names = {v: f"{'gu'[i % 2]}{i:02d}" for i, v in enumerate(G)}
    for name in [*names.values(), "g97", "g98", "u99"]:
        if name[0] == "g":
            c.grid(name)
        else:
            c.unit(name)
    for a, b in G.edges:
        one, other = sorted((names[a], names[b]), reverse=True)
        if one[0] == "u":
            c.tie(one, other)
    network = c.network()
    judged = weak_grids(WholeCity(network, Policy()))
    found = in_full(WholeCity(network, Policy()), judged, certain=True, measured=True)
    assert {a.code for a in found.areas} == {n for n in names.values() if n[0] == "g"} | {
        "g97", "g98",
    }  # fmt: skip
    for area in found.areas:
        assert 0 <= area.p_weak <= 1
        assert area.would_change or area.verdict == "adequate"
        assert area.coreness is not None


# ---------------------------------------------------------------------- compiled code


def test_compiled_functions_call_none_of_another_file():
    """What numba keeps on disk would go on calling the old version of another file's."""
    from analysis.certainty import resample
    from analysis.connectivity import flow, research

    for module in (flow, research, resample):
        for name, function in vars(module).items():
            if hasattr(function, "py_func"):
                used = set(function.py_func.__code__.co_names)
                foreign = {
                    other
                    for other in used
                    if hasattr(vars(module).get(other), "py_func")
                    and vars(module)[other].py_func.__module__ != module.__name__
                }
                assert not foreign, (name, foreign)
    assert flow.LIMIT == CUT_MAX
