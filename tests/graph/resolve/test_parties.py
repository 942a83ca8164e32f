"""Who is 甲方 and who 乙方: expected values are worked out by hand from the rules of coverage."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.city import City
from analysis.policy import Policy
from graph.model.dataset import Dataset
from graph.model.labels import Label, SheetKind, TieType
from graph.model.network import Network
from graph.model.rows import ActivityRow, OrganizationRow, TieRow, UnitRow
from graph.model.wanted import WantedGraph
from graph.store.resolving import resolve
from tests.graph.resolve.test_resolve import (
    HOSPITAL,
    OTHER,
    areas,
    codes,
    dataset,
    divisions,
    pairs,
    ties,
)

SHUYUAN, CHENGZHAN = "420902001001", "420902002001"


def rosters() -> list[Dataset]:
    offices = (
        OrganizationRow(
            row=3, name="城站社区居委会", kind="residents_committee", community="城站社区"
        ),
        OrganizationRow(
            row=4,
            name="书院社区第一网格党支部",
            kind="grid_branch",
            community="书院社区",
            grid="第一网格",
        ),
        OrganizationRow(row=5, name="红星业委会", kind="owners_committee", community="书院社区"),
    )
    units = (
        UnitRow(row=3, name="第一医院", uscc=HOSPITAL, kind="hospital", community="城站社区"),
        UnitRow(row=4, name="幸福超市", community=SHUYUAN),
        UnitRow(row=5, name="幸福超市", community="420902001002"),
    )
    return [
        divisions(),
        areas(),
        dataset("o", SheetKind.ORGANISATIONS, *offices),
        dataset("u", SheetKind.RESIDENT_UNITS, *units),
    ]


def covered(graph: WantedGraph) -> set[str]:
    """Grids that tie data cover, as the analyses see them."""
    city = City(Network.from_wanted(graph, as_of="2024-06-01"), Policy())
    return {area.code for area in city.weak.areas if area.verdict != "unknown"}


GRIDS = {c: {f"{c}00{n}" for n in (1, 2, 3)} for c in (SHUYUAN, CHENGZHAN)}


@pytest.mark.parametrize(
    ("party", "community"),
    [
        ("书院社区", SHUYUAN),
        ("书院社区居委会", SHUYUAN),
        ("书院社区党委", SHUYUAN),
        ("书院社区党群服务中心", SHUYUAN),
        ("书院社区第二网格", SHUYUAN),
        ("书院社区第三网格党支部", SHUYUAN),
        ("书院社区第一网格党支部", SHUYUAN),  # of a roster
        ("城站社区居委会", CHENGZHAN),  # of a roster
        ("420902001001", SHUYUAN),
    ],
)
@pytest.mark.parametrize("status", ["ended", None])
def test_an_area_or_its_office_covers_the_community_on_either_side(
    party: str, community: str, status: str | None
) -> None:
    row = TieRow(row=3, subject=party, object="第一医院", status=status, valid_to="2020-01-01")
    other = replace(row, subject=row.object, object=row.subject)
    one, two = resolve([*rosters(), ties(row)]), resolve([*rosters(), ties(other)])
    assert covered(one) == covered(two) == GRIDS[community]
    ((partner, end),) = pairs(one, TieType.CO_BUILDS)
    assert partner == HOSPITAL
    assert community in end
    assert one.ties == two.ties


@pytest.mark.parametrize("party", ["书院街道", "书院街道大工委", "合成税务所", "红星业委会"])
def test_a_street_a_unit_and_an_owners_committee_cover_nothing(party: str) -> None:
    for subject, target in ((party, "第一医院"), ("第一医院", party)):
        graph = resolve([*rosters(), ties(TieRow(row=3, subject=subject, object=target))])
        assert covered(graph) == set()
        assert len(pairs(graph, TieType.CO_BUILDS)) == 1


def test_a_row_that_waits_covers_whichever_party_waits() -> None:
    """Two communities have a 幸福超市, neither of them 城站社区's: a person must say which."""
    for subject, target in (("幸福超市", "城站社区党委"), ("城站社区党委", "幸福超市")):
        graph = resolve([*rosters(), ties(TieRow(row=3, subject=subject, object=target))])
        assert graph.waiting == {"ties:s": 1}
        assert pairs(graph, TieType.CO_BUILDS) == []
        assert covered(graph) == GRIDS[CHENGZHAN]


def test_a_grid_alone_covers_its_siblings() -> None:
    row = TieRow(row=3, subject="第一医院", grid_code=f"{SHUYUAN}002")
    assert covered(resolve([*rosters(), ties(row)])) == GRIDS[SHUYUAN]


def test_who_takes_part_in_an_activity_covers_likewise() -> None:
    row = ActivityRow(row=3, name="义诊", where=("文化广场",), participants=("城站社区党委",))
    graph = resolve([*rosters(), dataset("a", SheetKind.ACTIVITIES, row)])
    assert covered(graph) == GRIDS[CHENGZHAN]


def test_an_area_that_is_not_known_waits_on_either_side() -> None:
    for subject, target in (("阳光社区", "第一医院"), ("第一医院", "阳光社区")):
        graph = resolve([*rosters(), ties(TieRow(row=3, subject=subject, object=target))])
        assert graph.waiting == {"ties:s": 1}
        assert codes(graph) == ["place_unknown"]


def test_a_code_beside_an_area_is_the_other_partys() -> None:
    row = TieRow(row=3, subject="书院社区", subject_uscc=OTHER, object="合成税务所")
    graph = resolve([*rosters(), ties(row)])
    assert pairs(graph, TieType.CO_BUILDS) == [(OTHER, SHUYUAN)]
    assert graph.nodes[Label.RESIDENT_UNIT][OTHER]["name"] == "合成税务所"


def test_of_two_areas_the_committee_named_is_partner_of_the_finer_one() -> None:
    row = TieRow(row=3, subject="第二网格", object="城站社区居委会", community="城站社区")
    graph = resolve([*rosters(), ties(row)])
    assert pairs(graph, TieType.CO_BUILDS) == [
        (f"residents_committee@{CHENGZHAN}", f"{CHENGZHAN}002")
    ]


def test_an_area_with_itself_is_no_tie() -> None:
    for subject, target in (("书院社区", "书院社区居委会"), ("书院社区居委会", "书院社区")):
        graph = resolve([*rosters(), ties(TieRow(row=3, subject=subject, object=target))])
        assert pairs(graph, TieType.CO_BUILDS) == []
        assert codes(graph) == ["tie_to_itself"]


def test_a_body_that_is_called_like_an_area_is_the_body() -> None:
    shop = UnitRow(row=9, name="文昌阁", community="书院社区")
    for subject, target in (("文昌阁", "书院社区"), ("书院社区", "文昌阁")):
        row = TieRow(row=3, subject=subject, object=target, community="书院社区")
        graph = resolve([divisions(), dataset("u", SheetKind.RESIDENT_UNITS, shop), ties(row)])
        assert pairs(graph, TieType.CO_BUILDS) == [(f"文昌阁@{SHUYUAN}", SHUYUAN)]


PARTIES = st.sampled_from(
    [
        "书院社区", "书院社区居委会", "城站社区居委会", "城站社区党委", "第一网格", "书院社区第二网格",
        "书院社区第一网格党支部", "书院街道", "书院街道大工委", "文昌社区", "文昌", "阳光社区",
        "第一医院", "孝感市第一医院", "幸福超市", "业委会", "红星业委会", "物业公司", "合成税务所",
        "孝南区合成税务所", "无名商行", "420902001001", "社区党委",
    ]
)  # fmt: skip
PLACES = st.sampled_from([None, "书院社区", "城站社区", "文昌社区", "阳光社区"])


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            PARTIES,
            PARTIES,
            PLACES,
            st.sampled_from([None, "一网格", "九网格"]),
            st.sampled_from([None, "ended"]),
            st.booleans(),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_swapping_the_parties_changes_nothing(
    rows: list[tuple[str, str, str | None, str | None, str | None, bool]],
) -> None:
    """Ties, coverage and what waits are equal, so every verdict is: it follows from them."""
    first, swapped = [], []
    for i, (one, two, place, grid, status, turn) in enumerate(rows, 3):
        row = TieRow(row=i, subject=one, object=two, community=place, grid=grid, status=status)
        first.append(row)
        swapped.append(replace(row, subject=two, object=one) if turn else row)
    known = rosters()
    a, b = resolve([*known, ties(*first)]), resolve([*known, ties(*swapped)])
    assert b.nodes == a.nodes
    assert b.ties == a.ties
    assert b.waiting == a.waiting
    assert covered(b) == covered(a)
