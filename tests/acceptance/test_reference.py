"""The slow calculation against answers found by hand, and its cut against all subsets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import combinations
from typing import Any

import networkx as nx
import pytest

from tests.acceptance.cases import make_city
from tests.acceptance.generator import DAY, EARLIER, check_character, normal
from tests.acceptance.reference import (
    Judged,
    alive,
    lapsed,
    months_before,
    weak_grids,
)
from tests.acceptance.reference_gaps import gaps


def tiny(ties: Iterable[tuple[str, str]], grids: Iterable[str] = "abc") -> dict[str, Any]:
    """A city of one community; upper-case ends are units, lower-case ones grids."""
    letters = {x for pair in ties for x in pair if x.isupper()}
    unit = {"label": "unit", "kind": "school", "community": "C", "grid": None, "street": "S"}
    return {
        "streets": {"S": {"district": "D"}},
        "communities": {"C": {"street": "S", "grids": list(grids)}},
        "grids": {g: {"community": "C", "residents": None} for g in grids},
        "actors": {x: {**unit, "serves": [], "cross_member": False} for x in letters},
        "ties": [
            {
                "subject": a,
                "object": ("actor" if b.isupper() else "grid", b),
                "place": "C",
                "mechanism": "项目",
                "signed": None,
                "valid_to": None,
                "ended": False,
                "waits": False,
            }
            for a, b in ties
        ],
        "people": {},
        "members": [],
        "volunteers": [],
        "resources": [],
        "needs": [],
    }


def test_two_grids_on_one_thread() -> None:
    found = weak_grids(tiny([("U", "a"), ("U", "b"), ("V", "a")]), DAY)
    assert [found[g]["cut"] for g in "abc"] == [1, 1, 0]
    assert [found[g]["partners"] for g in "abc"] == [2, 1, 0]
    assert [found[g]["component_areas"] for g in "abc"] == [2, 2, 1]
    assert [found[g]["verdict"] for g in "abc"] == ["single_thread", "single_thread", "isolated"]


def test_a_path_through_two_actors_counts_and_reaches_three_hops() -> None:
    found = weak_grids(tiny([("U", "a"), ("U", "V"), ("V", "b"), ("W", "a"), ("W", "c")]), DAY)
    assert [found[g]["cut"] for g in "abc"] == [2, 1, 1]
    assert [found[g]["reach_4"] for g in "abc"] == [2, 1, 1]  # b to c is five hops


def test_no_main_component_where_the_largest_has_one_grid() -> None:
    found = weak_grids(tiny([("U", "a"), ("V", "b")]), DAY)
    assert not any(found[g]["in_main"] for g in "abc")
    assert found["a"]["verdict"] == "detached"


def test_of_equal_components_the_one_with_the_smallest_code_is_the_main_one() -> None:
    found = weak_grids(tiny([("U", "b"), ("U", "c"), ("V", "a"), ("V", "d")], "abcd"), DAY)
    assert [found[g]["in_main"] for g in "abcd"] == [True, False, False, True]


@pytest.mark.parametrize(
    ("signed", "valid_to", "ended", "expected"),
    [
        (date(2018, 2, 28), None, False, "alive"),
        (date(2018, 2, 27), None, False, "lapsed"),
        (date(2010, 1, 1), date(2020, 2, 29), False, "alive"),
        (date(2010, 1, 1), date(2020, 2, 28), False, "lapsed"),
        (date(2020, 3, 1), None, False, "neither"),
        (None, date(2019, 1, 1), False, "lapsed"),
        (None, None, False, "alive"),
        (date(2019, 1, 1), None, True, "neither"),
    ],
)
def test_life_of_a_tie(
    signed: date | None, valid_to: date | None, ended: bool, expected: str
) -> None:
    tie = {"signed": signed, "valid_to": valid_to, "ended": ended}
    assert (alive(tie, DAY), lapsed(tie, DAY)) == (expected == "alive", expected == "lapsed")


def test_months_are_clamped() -> None:
    assert months_before(DAY, 24) == date(2018, 2, 28)
    assert months_before(EARLIER, 18) == date(2018, 2, 28)
    assert months_before(date(2020, 1, 15), 12) == date(2019, 1, 15)


def test_check_digit_and_normalised_name() -> None:
    for code in ("914403001922038216", "91330100799655058B", "9144030071526726XG"):
        assert check_character(code[:17]) == code[17]
    assert normal("孝感市明源 商贸有限责任公司") == normal("明源商贸")


def brute_cut(net: Judged, area: str) -> int:
    """The smallest subset of actors (up to 4) that parts the area from all others, else 5."""
    near = {("area", area)}
    for _ in net.G:  # actors that a path from the area can meet before the next area
        near |= {w for v in near if v[0] == "actor" or v[1] == area for w in net.G[v]}
    actors = sorted(v for v in near if v[0] == "actor")
    around = net.G.subgraph(near)
    for size in range(5):
        for gone in combinations(actors, size):
            rest = nx.restricted_view(around, gone, [])
            part = nx.node_connected_component(rest, ("area", area))
            if all(v[0] == "actor" or v[1] == area for v in part):
                return size
    return 5


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_cut_equals_brute_force(seed: int) -> None:
    city = make_city(seed, streets=2, communities=16, per_community=4, units=60, ties=140)
    net = Judged(city, DAY)
    assert {a: net.cut(a) for a in net.areas} == {a: brute_cut(net, a) for a in net.areas}


@pytest.mark.parametrize("seed", [1, 2])
def test_planted_cases_come_out_as_written_down(seed: int) -> None:
    city = make_city(seed)
    found = weak_grids(city, DAY)
    wrong = {
        (grid, key): (found[grid][key], value)
        for grid, expected in city["planted"].items()
        for key, value in expected.items()
        if found[grid][key] != value
    }
    assert wrong == {}


def test_parts_of_needs_by_hand() -> None:
    """One offer of 10 tied to grid a only; needs of 6 and 8 in a, 5 in b, 2 of another kind."""
    city = tiny([("U", "a"), ("V", "b")], "ab")
    offer = {"provider": "U", "category": "法律服务", "range": None, "valid_to": None}
    city["resources"] = [
        {**offer, "name": "r1", "quantity": 10},
        {**offer, "name": "r2", "quantity": None, "provider": "V", "range": "b"},
        {**offer, "name": "r3", "quantity": 99, "valid_to": date(2020, 2, 28)},
    ]
    need = {"community": "C", "category": "法律服务", "urgency": None}
    city["needs"] = [
        {**need, "name": "n1", "grid": "a", "quantity": 6},
        {**need, "name": "n2", "grid": "b", "quantity": 5, "urgency": "特急"},
        {**need, "name": "n3", "grid": "a", "quantity": 8, "category": "家政服务"},
        {**need, "name": "n4", "grid": None, "quantity": None},
        {**need, "name": "n5", "grid": "b", "quantity": None},
    ]
    found = gaps(city, DAY)
    law = found["groups"]["法律服务"]
    # F1 = 6 (n1), F12 = 10 (n1 and four of n2), one left over of n2.
    assert list(law["parts"].values()) == [0, 6, 4, 1, 0, 0]
    assert law["by_urgency"] == [0, 0, 6]
    assert list(found["groups"]["家政服务"]["parts"].values()) == [0, 0, 0, 0, 8, 0]
    assert found["words"] == {"n4": "sharing_gap", "n5": "matchable"}
