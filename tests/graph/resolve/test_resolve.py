"""Resolution: expected values are worked out by hand from the design's rules."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.dataset import Dataset, DatasetInfo
from graph.model.labels import Label, SheetKind, TieType
from graph.model.rows import (
    AreaRow,
    DivisionRow,
    MemberRow,
    NeedRow,
    OrganizationRow,
    ResourceRow,
    SocialOrganizationRow,
    Statement,
    TieRow,
    UnitRow,
    VolunteerRow,
)
from graph.model.wanted import WantedGraph
from graph.store.resolving import resolve

HOSPITAL = "91330100799655058B"
OTHER = "9144030071526726XG"

DIVISIONS = (
    ("420902001", "书院街道", "420902001001", "书院社区居委会"),
    ("420902001", "书院街道", "420902001002", "文昌社区居委会"),
    ("420902001", "书院街道", "420902001003", "文昌阁社区居委会"),
    ("420902002", "新华街道", "420902002001", "城站社区居委会"),
    ("420902002", "新华街道", "420902002002", "文昌社区居委会"),
    ("420902100", "肖港镇", "420902100201", "李湾村委会"),
)


def dataset(name: str, kind: SheetKind, *rows: Statement, **info: Any) -> Dataset:
    described = DatasetInfo(
        id=f"{name}:s", sha256=name, file=f"{name}.xlsx", sheet="s", kind=kind, series=name, **info
    )
    return Dataset(described, rows)


def divisions() -> Dataset:
    rows = [
        DivisionRow(
            row=i,
            district="孝南区",
            district_code="420902",
            street=street,
            street_code=street_code,
            community=name,
            community_code=code,
        )
        for i, (street_code, street, code, name) in enumerate(DIVISIONS, start=2)
    ]
    return dataset("divisions", SheetKind.DIVISIONS, *rows)


def areas() -> Dataset:
    rows = [
        AreaRow(
            row=i,
            community_code=community,
            grid=f"第{word}网格",
            grid_code=f"{community}00{n}",
            residents=900,
        )
        for i, (community, n, word) in enumerate(
            [
                (c, n, w)
                for c in ("420902001001", "420902001002", "420902002001")
                for n, w in ((1, "一"), (2, "二"), (3, "三"))
            ],
            start=4,
        )
    ]
    return dataset("areas", SheetKind.AREAS, *rows)


def ties(*rows: TieRow, **info: Any) -> Dataset:
    return dataset("ties", SheetKind.TIES, *rows, **info)


def units(*rows: UnitRow) -> Dataset:
    return dataset("units", SheetKind.RESIDENT_UNITS, *rows)


def pairs(graph: WantedGraph, type_: TieType) -> list[tuple[str, str]]:
    return sorted(
        (t.start, t.end)
        for group, found in graph.ties.items()
        if group[0] is type_
        for t in found.values()
    )


def codes(graph: WantedGraph) -> list[str]:
    return [i.code for i in graph.issues]


class TestPlaces:
    def test_path_and_parent_come_from_the_division_list(self) -> None:
        graph = resolve([divisions(), areas()])
        grid = graph.nodes[Label.GRID]["420902001001002"]
        assert grid["path"] == "/4209/420902/420902001/420902001001/420902001001002/"
        assert grid["parent"] == "420902001001"
        assert graph.nodes[Label.CITY]["4209"]["name"] == "孝感市"

    @pytest.mark.parametrize(
        "spelling",
        [
            "书院社区居委会",
            "书院社区居民委员会",
            "书院社区",
            "书院居委会",
            "书院",
            "書院社區",
            "420902001001",
            "书院街道书院社区",
        ],
    )
    def test_suffix_variants_are_one_community(self, spelling: str) -> None:
        graph = resolve(
            [
                divisions(),
                areas(),
                ties(TieRow(row=3, subject="甲", community=spelling, grid="一网格")),
            ]
        )
        assert pairs(graph, TieType.CO_BUILDS)[0][1] == "420902001001001"

    def test_after_the_suffix_the_match_is_exact(self) -> None:
        row = TieRow(row=3, subject="甲", street="书院街道", community="文昌")
        graph = resolve([divisions(), ties(row)])
        assert pairs(graph, TieType.CO_BUILDS)[0][1] == "420902001002"

    def test_a_name_in_two_streets_waits_unless_the_scope_settles_it(self) -> None:
        row = TieRow(row=3, subject="甲", community="文昌社区")
        waiting = resolve([divisions(), ties(row)])
        assert codes(waiting) == ["place_ambiguous"]
        assert waiting.waiting == {"ties:s": 1}
        settled = resolve([divisions(), ties(row, scope=("孝南区新华街道办事处",))])
        assert pairs(settled, TieType.CO_BUILDS)[0][1] == "420902002002"
        titled = resolve([divisions(), ties(row, scope=("书院街道共建关系台账（2019年8月）",))])
        assert pairs(titled, TieType.CO_BUILDS)[0][1] == "420902001002"

    def test_of_streets_of_one_name_the_sheets_scope_has_one(self) -> None:
        """Streets of two districts may have one name; a row's street column is read anywhere."""
        twin = DivisionRow(
            row=2,
            district="云梦县",
            district_code="420923",
            street="书院街道",
            street_code="420923001",
            community="书院社区居委会",
            community_code="420923001001",
        )
        both = [divisions(), dataset("d2", SheetKind.DIVISIONS, twin)]
        row = TieRow(row=3, subject="甲", street="书院街道", community="书院社区")
        waiting = resolve([*both, ties(row)])
        assert codes(waiting) == ["place_ambiguous"]
        for scope, community in (("孝南区", "420902001001"), ("云梦县", "420923001001")):
            settled = resolve([*both, ties(row, scope=(scope,))])
            assert settled.waiting == {}
            assert pairs(settled, TieType.CO_BUILDS) == [(f"甲@{community[:9]}:?", community)]

    def test_a_name_found_only_outside_its_scope_is_told(self) -> None:
        graph = resolve(
            [divisions(), ties(TieRow(row=3, subject="甲", community="城站"), scope=("书院街道",))]
        )
        assert codes(graph) == ["place_outside_scope"]
        assert "城站社区" in graph.issues[0].zh

    def test_name_against_code_is_an_error(self) -> None:
        row = AreaRow(row=3, community="城站社区", community_code="420902001001", grid="一网格")
        graph = resolve([divisions(), dataset("a", SheetKind.AREAS, row)])
        assert [(i.level, i.code) for i in graph.issues] == [("error", "place_code_differs")]

    def test_a_code_settles_a_name_that_other_communities_have_too(self) -> None:
        """Another community of the city may have the very name that the row uses."""
        twin = DivisionRow(
            row=2,
            district_code="420902",
            street_code="420902003",
            street="广场街道",
            community_code="420902003001",
            community="书院社区",
        )
        row = AreaRow(row=3, community="书院社区", community_code="420902001001", grid="一网格")
        graph = resolve(
            [
                divisions(),
                dataset("d2", SheetKind.DIVISIONS, twin),
                dataset("a", SheetKind.AREAS, row),
            ]
        )
        assert graph.issues == []
        assert len(graph.nodes[Label.GRID]) == 1

    def test_a_row_waits_until_its_grid_is_known(self) -> None:
        row = TieRow(row=3, subject="甲", community="书院社区", grid="第三网格")
        before = resolve([divisions(), ties(row)])
        assert before.waiting == {"ties:s": 1}
        assert pairs(before, TieType.CO_BUILDS) == []
        after = resolve([divisions(), ties(row), areas()])
        assert after.waiting == {}
        assert pairs(after, TieType.CO_BUILDS)[0][1] == "420902001001003"

    def test_local_grid_codes_that_two_communities_share_are_told_apart(self) -> None:
        rows = [
            AreaRow(row=3, community_code="420902001001", grid_code="01", grid="一网格"),
            AreaRow(row=4, community_code="420902002001", grid_code="01", grid="一网格"),
        ]
        tie = TieRow(row=3, subject="甲", community="城站社区", grid_code="01")
        graph = resolve([divisions(), dataset("a", SheetKind.AREAS, *rows), ties(tie)])
        assert sorted(graph.nodes[Label.GRID]) == ["420902001001-01", "420902002001-01"]
        assert pairs(graph, TieType.CO_BUILDS)[0][1] == "420902002001-01"


class TestTies:
    def test_one_partner_written_five_ways_is_one(self) -> None:
        roster = units(
            UnitRow(row=3, name="孝感市第一医院", uscc=HOSPITAL, community="书院社区"),
        )
        rows = [
            TieRow(row=3, subject="孝感市第一医院", community="书院社区", grid="一网格"),
            TieRow(row=4, subject="第一医院", community="书院社区", grid="二网格"),
            TieRow(row=5, subject="第 一 醫 院", community="书院社区", grid="三网格"),
            TieRow(row=6, subject="市一医", subject_uscc=HOSPITAL, community="书院", grid="一网格"),
            TieRow(row=7, subject="市一医", community="城站社区", grid="一网格"),
        ]
        graph = resolve([divisions(), areas(), roster, ties(*rows)])
        assert {a for a, _ in pairs(graph, TieType.CO_BUILDS)} == {HOSPITAL}
        assert (
            graph.nodes[Label.RESIDENT_UNIT][HOSPITAL]["aliases"]
            == ["市一医", "第 一 醫 院", "第一医院"][:1]
        )

    def test_identical_rows_are_one_tie_with_both_rows_as_evidence(self) -> None:
        same: dict[str, Any] = {"subject": "甲", "community": "书院社区", "signed": "2019-01-01"}
        graph = resolve([divisions(), ties(TieRow(row=3, **same), TieRow(row=4, **same))])
        (found,) = [t for g, t in graph.ties.items() if g[0] is TieType.CO_BUILDS]
        assert [t.props["evidence"] for t in found.values()] == [["ties:s:3", "ties:s:4"]]

    def test_object_is_grid_then_community_then_hub_then_actor(self) -> None:
        roster = units(UnitRow(row=3, name="大众超市", community="书院社区"))
        place: dict[str, Any] = {"subject": "甲", "community": "书院社区"}
        rows = [
            TieRow(row=3, object="第一网格", **place),
            TieRow(row=4, object="城站社区居委会", **place),
            TieRow(row=5, object="社区大党委", **place),
            TieRow(row=6, object="大众超市有限公司", grid="第二网格", **place),
            TieRow(row=7, grid="第三网格", **place),
            TieRow(row=8, **place),
        ]
        graph = resolve([divisions(), areas(), roster, ties(*rows)])
        assert [b for _, b in pairs(graph, TieType.CO_BUILDS)] == sorted(
            [
                "420902001001001",
                "420902002001",
                "community_party_committee@420902001001",
                "大众超市@420902001001",
                "420902001001003",
                "420902001001",
            ]
        )

    def test_the_roster_office_is_the_hub_that_a_name_means(self) -> None:
        office = OrganizationRow(
            row=3,
            name="中共书院社区委员会",
            kind="community_party_committee",
            community="书院社区",
            uscc=OTHER,
        )
        graph = resolve(
            [
                divisions(),
                dataset("o", SheetKind.ORGANISATIONS, office),
                ties(TieRow(row=3, subject="甲", object="书院社区大党委", community="书院社区")),
            ]
        )
        assert pairs(graph, TieType.CO_BUILDS) == [("甲@420902001:?", OTHER)]

    def test_first_party_that_is_an_area_flips_the_tie(self) -> None:
        row = TieRow(row=3, subject="书院社区", object="大众超市", community="书院社区")
        graph = resolve(
            [divisions(), units(UnitRow(row=3, name="大众超市", community="书院")), ties(row)]
        )
        assert pairs(graph, TieType.CO_BUILDS) == [("大众超市@420902001001", "420902001001")]

    def test_an_unlisted_name_is_one_actor_of_unknown_kind_in_a_street(self) -> None:
        rows = [
            TieRow(row=3, subject="无名商行", community="书院社区"),
            TieRow(row=4, subject="无名商行", community="文昌阁社区"),
            TieRow(row=5, subject="无名商行", community="城站社区"),
        ]
        graph = resolve([divisions(), ties(*rows)])
        assert graph.nodes[Label.RESIDENT_UNIT]["无名商行@420902001:?"]["unlisted"] is True
        assert [a for a, _ in pairs(graph, TieType.CO_BUILDS)] == [
            "无名商行@420902001:?",
            "无名商行@420902001:?",
            "无名商行@420902002:?",
        ]
        assert codes(graph) == ["name_unlisted"]

    def test_several_bodies_of_a_name_wait_and_still_cover(self) -> None:
        roster = units(
            UnitRow(row=3, name="幸福超市", community="书院社区"),
            UnitRow(row=4, name="幸福超市", community="420902001002"),
        )
        near = TieRow(row=3, subject="幸福超市", community="书院社区", grid="一网格")
        far = TieRow(row=4, subject="幸福超市", community="城站社区", grid="一网格")
        graph = resolve([divisions(), areas(), roster, ties(near, far)])
        assert pairs(graph, TieType.CO_BUILDS) == [("幸福超市@420902001001", "420902001001001")]
        assert graph.waiting == {"ties:s": 1}
        assert "name_ambiguous" in codes(graph)
        assert graph.nodes[Label.COMMUNITY]["420902002001"]["named_by"] == ["ties"]

    def test_committee_column_of_a_units_roster(self) -> None:
        roster = units(
            UnitRow(row=3, name="甲", community="书院", cross_member=True, agreement=True)
        )
        graph = resolve([divisions(), roster])
        assert pairs(graph, TieType.CO_BUILDS) == [
            ("甲@420902001001", "community_party_committee@420902001001")
        ]


class TestBodies:
    def test_known_by_name_then_by_code_takes_the_code_as_key(self) -> None:
        by_name = units(UnitRow(row=3, name="大众超市", community="书院社区"))
        tie = ties(TieRow(row=3, subject="大众超市", subject_uscc=OTHER, community="书院社区"))
        assert list(resolve([divisions(), by_name]).nodes[Label.RESIDENT_UNIT]) == [
            "大众超市@420902001001"
        ]
        assert list(resolve([divisions(), by_name, tie]).nodes[Label.RESIDENT_UNIT]) == [OTHER]

    def test_label_goes_by_the_first_roster(self) -> None:
        social = dataset(
            "s",
            SheetKind.SOCIAL_ORGANISATIONS,
            SocialOrganizationRow(
                row=3, name="义工联", uscc=OTHER, community="书院社区", serves=("第一网格",)
            ),
        )
        unit = units(UnitRow(row=3, name="孝感义工联合会", uscc=OTHER, community="书院社区"))
        graph = resolve([divisions(), areas(), unit, social])
        assert list(graph.nodes[Label.SOCIAL_ORGANIZATION]) == [OTHER]
        assert Label.RESIDENT_UNIT not in graph.nodes
        assert pairs(graph, TieType.SERVES) == [(OTHER, "420902001001001")]

    def test_same_name_in_two_communities_is_two_units(self) -> None:
        roster = units(
            UnitRow(row=3, name="幸福超市", community="书院社区"),
            UnitRow(row=4, name="幸福超市有限公司", community="城站社区"),
            UnitRow(row=5, name="幸福超市（有限公司）", community="城站社区"),
        )
        found = resolve([divisions(), roster]).nodes[Label.RESIDENT_UNIT]
        assert sorted(found) == ["幸福超市@420902001001", "幸福超市@420902002001"]

    def test_one_code_under_names_that_share_nothing_is_told(self) -> None:
        roster = units(
            UnitRow(row=3, name="大众超市", uscc=OTHER, community="书院社区"),
            UnitRow(row=4, name="第一医院", uscc=OTHER, community="城站社区"),
        )
        graph = resolve([divisions(), roster])
        assert codes(graph) == ["uscc_shared", "uscc_shared"]
        assert graph.to_review == 1

    def test_names_that_begin_with_different_places_are_two(self) -> None:
        second = dataset(
            "d2",
            SheetKind.DIVISIONS,
            DivisionRow(row=2, district="云梦县", district_code="420923"),
        )
        rows = [
            TieRow(row=3, subject="孝南区慈善总会", community="书院社区"),
            TieRow(row=4, subject="云梦县慈善总会", community="书院社区"),
            TieRow(row=5, subject="孝感市大众商行", community="书院社区"),
            TieRow(row=6, subject="大众商行", community="书院社区"),
            TieRow(row=7, subject="大众商行", community="城站社区"),
        ]
        graph = resolve([divisions(), second, ties(*rows)])
        assert sorted(graph.nodes[Label.RESIDENT_UNIT]) == [
            "云梦县慈善总会@?",
            "大众商行@420902002:?",
            "大众商行@?",
            "孝南区慈善总会@?",
        ]
        roster = units(UnitRow(row=3, name="孝南区慈善总会", community="书院社区"))
        graph = resolve([divisions(), second, roster, ties(*rows)])
        assert ("慈善总会@?", "420902001001") in pairs(graph, TieType.CO_BUILDS)
        assert ("慈善总会@420902001001", "420902001001") in pairs(graph, TieType.CO_BUILDS)

    def test_a_code_is_not_joined_to_a_name_with_another_leading_place(self) -> None:
        second = dataset(
            "d2", SheetKind.DIVISIONS, DivisionRow(row=2, district="云梦县", district_code="420923")
        )
        roster = units(UnitRow(row=3, name="孝南区慈善总会", community="书院社区"))
        row = TieRow(row=3, subject="云梦县慈善总会", subject_uscc=OTHER, community="书院社区")
        graph = resolve([divisions(), second, roster, ties(row)])
        assert sorted(graph.nodes[Label.RESIDENT_UNIT]) == [OTHER, "慈善总会@420902001001"]

    def test_a_name_that_stood_beside_a_code_is_sought_anew(self) -> None:
        """The roster alone has one body of just this name; a code says that another has it too."""
        roster = units(
            UnitRow(row=3, name="大众超市", community="书院社区"),
            UnitRow(row=4, name="大众超市有限公司", uscc=OTHER, community="书院社区"),
            UnitRow(row=5, name="大众超市有限责任公司", uscc=HOSPITAL, community="书院社区"),
        )
        coded = TieRow(row=3, subject="大众超市", subject_uscc=OTHER, community="书院社区")
        named = TieRow(row=4, subject="大众超市", community="书院社区")
        by_name = resolve([divisions(), roster, ties(named)])
        assert pairs(by_name, TieType.CO_BUILDS) == [("大众超市@420902001001", "420902001001")]
        both = resolve([divisions(), roster, ties(coded, named)])
        assert pairs(both, TieType.CO_BUILDS) == [(OTHER, "420902001001")]
        assert both.waiting == {"ties:s": 1}
        assert codes(both) == ["name_ambiguous"]

    def test_an_exact_name_wins_over_a_variant(self) -> None:
        roster = units(
            UnitRow(row=3, name="大众超市有限公司", uscc=OTHER, community="书院社区"),
            UnitRow(row=4, name="大众超市", uscc=HOSPITAL, community="文昌社区", street="书院街道"),
        )
        row = TieRow(row=3, subject="大众超市", community="城站社区")
        assert pairs(resolve([divisions(), roster, ties(row)]), TieType.CO_BUILDS) == [
            (HOSPITAL, "420902002001")
        ]


class TestPeople:
    def test_member_and_volunteer_of_one_identity_are_one_member(self) -> None:
        member = MemberRow(
            row=3,
            id_key="i",
            phone_key="p",
            community="书院",
            grid="一网格",
            registered="2018-01-01",
            employer="第一医院",
        )
        volunteer = VolunteerRow(
            row=3,
            phone_key="p",
            community="城站",
            grid="二网格",
            last_service="2019-07-01",
            team="义工队",
        )
        graph = resolve(
            [
                divisions(),
                areas(),
                dataset("m", SheetKind.MEMBERS, member),
                dataset("v", SheetKind.VOLUNTEERS, volunteer),
            ]
        )
        person = graph.nodes[Label.MEMBER]["i"]
        assert person["roles"] == ["member", "volunteer"]
        assert person["last_service"] == "2019-07-01"
        assert pairs(graph, TieType.REPORTS_TO) == [("i", "420902001001001")]
        assert pairs(graph, TieType.SERVES) == [("i", "420902002001002")]
        assert pairs(graph, TieType.WORKS_AT) == [("i", "第一医院@420902001:?")]
        assert list(graph.nodes[Label.SOCIAL_ORGANIZATION]) == ["义工队@420902002:?"]


class TestLists:
    def test_each_line_of_a_list_is_a_node(self) -> None:
        line: dict[str, Any] = {"name": "投影仪", "quantity": 2.0, "community": "书院社区"}
        needs = dataset("n", SheetKind.NEEDS, NeedRow(row=3, **line), NeedRow(row=4, **line))
        graph = resolve([divisions(), needs])
        assert len(graph.nodes[Label.NEED]) == 2

    def test_range_is_a_code_or_a_name(self) -> None:
        rows = [
            ResourceRow(row=3, name="场地", provider="甲", range="书院街道"),
            ResourceRow(row=4, name="场地", provider="乙", range="420902"),
            ResourceRow(row=5, name="场地", provider="丙", range="孝感市"),
            ResourceRow(row=6, name="场地", provider="丁", range="火星"),
        ]
        graph = resolve([divisions(), dataset("r", SheetKind.RESOURCES, *rows)])
        found = {str(r["range_text"]): r.get("range") for r in graph.nodes[Label.RESOURCE].values()}
        assert found == {
            "书院街道": "420902001",
            "420902": "420902",
            "孝感市": "4209",
            "火星": None,
        }
        assert codes(graph).count("place_unknown") == 1


class TestCoverage:
    def test_a_complete_sheet_covers_its_declared_area(self) -> None:
        sheet = ties(complete=True, declared_area="书院街道")
        graph = resolve([divisions(), areas(), sheet])
        assert graph.nodes[Label.COMMUNITY]["420902001003"]["named_by"] == ["ties"]
        assert graph.nodes[Label.GRID]["420902001001003"]["named_by"] == ["areas", "ties"]
        assert graph.nodes[Label.COMMUNITY]["420902002001"].get("named_by") is None

    def test_the_subjects_seat_covers_nothing(self) -> None:
        roster = units(UnitRow(row=3, name="甲", community="城站社区"))
        graph = resolve([divisions(), roster, ties(TieRow(row=3, subject="甲", community="书院"))])
        assert graph.nodes[Label.COMMUNITY]["420902002001"]["named_by"] == ["resident_units"]
        assert "ties" in graph.nodes[Label.COMMUNITY]["420902001001"]["named_by"]  # type: ignore[operator]


NAMES = st.sampled_from(
    ["大众超市", "孝感市大众超市有限公司", "第一医院", "市一医", "书院社区居委会"]
)
COMMUNITIES = st.sampled_from(["书院社区", "文昌社区", "城站", None])
CODES = st.sampled_from([HOSPITAL, OTHER, None, None])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(NAMES, CODES, COMMUNITIES), max_size=6),
    st.lists(st.tuples(NAMES, CODES, COMMUNITIES, NAMES), max_size=6),
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from("pq"), st.sampled_from("uv")), max_size=6
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_sheets_and_rows_is_no_matter(
    roster: list[tuple[str, str | None, str | None]],
    named: list[tuple[str, str | None, str | None, str]],
    people: list[tuple[str, str, str]],
    rng: random.Random,
) -> None:
    """Evidence names rows, so rows keep their numbers and only their order changes."""
    sheets = [
        divisions(),
        areas(),
        units(
            *(UnitRow(row=i, name=n, uscc=c, community=p) for i, (n, c, p) in enumerate(roster, 3))
        ),
        ties(
            *(
                TieRow(row=i, subject=n, subject_uscc=c, community=p, object=o)
                for i, (n, c, p, o) in enumerate(named, 3)
            )
        ),
        dataset(
            "m",
            SheetKind.MEMBERS,
            *(
                MemberRow(row=i, id_key=a, phone_key=b, unit_key=c, community="书院")
                for i, (a, b, c) in enumerate(people, 3)
            ),
        ),
    ]
    first = resolve(sheets)
    shuffled = [Dataset(s.info, tuple(rng.sample(s.rows, len(s.rows)))) for s in sheets]
    rng.shuffle(shuffled)
    again = resolve(shuffled)
    assert again.nodes == first.nodes
    assert again.ties == first.ties
    assert again.issues == first.issues
    assert again.waiting == first.waiting
