"""Which area a row means, and what is told where it means none: expected values are by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.model.dataset import Dataset, SheetColumn
from graph.model.labels import Label, SheetKind, TieType
from graph.model.rows import (
    ActivityRow,
    AreaRow,
    DivisionRow,
    MemberRow,
    NeedRow,
    TieRow,
    UnitRow,
)
from graph.model.wanted import WantedGraph
from graph.store.resolving import resolve
from tests.graph.resolve.test_resolve import areas, codes, dataset, divisions, pairs, ties

SHUYUAN = "420902001001"

GUANGMING = (
    ("420902", "孝南区", "420902001", "书院街道", "420902001011", "光明社区居委会"),
    ("420981", "应城市", "420981001", "城中街道", "420981001006", "光明社区"),
    ("420982", "安陆市", "420982001", "府城街道", "420982001018", "光明社区居民委员会"),
    ("420902", "孝南区", "420902101", "西河镇", "420902101231", "光明村委会"),
    ("420984", "汉川市", "420984200", "西江乡", "420984200229", "光明村民委员会"),
    ("420902", "孝南区", "420902001", "书院街道", "420902001002", "文昌社区居委会"),
    ("420902", "孝南区", "420902001", "书院街道", "420902001003", "文昌阁社区居委会"),
)
"""Real communities and villages: 光明 is written in five ways in Xiaogan's own list."""


def guangming() -> Dataset:
    rows = [
        DivisionRow(
            row=i,
            district_code=d_code,
            district=d,
            street_code=s_code,
            street=s,
            community_code=code,
            community=name,
        )
        for i, (d_code, d, s_code, s, code, name) in enumerate(GUANGMING, 2)
    ]
    return dataset("divisions", SheetKind.DIVISIONS, *rows)


def asked(graph: WantedGraph) -> list[str]:
    """The codes of the areas among which a person must choose."""
    (issue,) = [i for i in graph.issues if i.code == "place_ambiguous"]
    found = [code for *_, code, _ in GUANGMING if f"({code})" in issue.zh]
    assert graph.waiting == {"ties:s": 1}
    assert pairs(graph, TieType.CO_BUILDS) == []
    return found


def place(graph: WantedGraph) -> str:
    """The end of the one tie."""
    ((_, end),) = pairs(graph, TieType.CO_BUILDS)
    return end


COMMUNITIES = ["420902001011", "420981001006", "420982001018"]
VILLAGES = ["420902101231", "420984200229"]


class TestSuffixes:
    @pytest.mark.parametrize(
        "suffix", ["社区", "居委会", "社区居委会", "社区居民委员会", "居民委员会"]
    )
    @pytest.mark.parametrize("column", ["community", "object"])
    def test_no_suffix_picks_a_community(self, suffix: str, column: str) -> None:
        row = TieRow(row=3, subject="甲店", **{column: f"光明{suffix}"})
        assert asked(resolve([guangming(), ties(row)])) == COMMUNITIES

    @pytest.mark.parametrize("suffix", ["村", "村委会", "村民委员会", "村村民委员会"])
    def test_no_suffix_picks_a_village(self, suffix: str) -> None:
        row = TieRow(row=3, subject="甲店", community=f"光明{suffix}")
        assert asked(resolve([guangming(), ties(row)])) == VILLAGES

    def test_a_bare_name_may_be_either(self) -> None:
        found = asked(resolve([guangming(), ties(TieRow(row=3, subject="甲店", community="光明"))]))
        assert sorted(found) == sorted(COMMUNITIES + VILLAGES)

    @pytest.mark.parametrize("suffix", ["", "社区", "居委会", "社区居民委员会"])
    def test_a_street_or_a_district_settles_it(self, suffix: str) -> None:
        by_street = TieRow(row=3, subject="甲店", street="书院街道", community=f"光明{suffix}")
        assert place(resolve([guangming(), ties(by_street)])) == "420902001011"
        by_district = TieRow(row=3, subject="甲店", district="应城", community=f"光明{suffix}")
        assert place(resolve([guangming(), ties(by_district)])) == "420981001006"

    @pytest.mark.parametrize("title", ["光明社区", "光明社区居委会", "光明社区居民委员会"])
    def test_a_title_picks_none_either(self, title: str) -> None:
        sheet = ties(TieRow(row=3, subject="甲店", community="文昌"), scope=(f"{title}共建台账",))
        graph = resolve([guangming(), sheet])
        assert place(graph) == "420902001002"  # looked for everywhere, not within one of three

    @pytest.mark.parametrize("name", ["文昌", "文昌社区", "文昌居委会"])
    def test_after_the_suffix_the_match_is_exact(self, name: str) -> None:
        graph = resolve([guangming(), ties(TieRow(row=3, subject="甲店", community=name))])
        assert place(graph) == "420902001002"


class TestCities:
    @pytest.mark.parametrize(
        "city", ["孝感市", "孝感", "湖北省孝感市", "孝感市孝南区", "孝感孝南", "孝南区"]
    )
    def test_the_own_city_in_any_writing(self, city: str) -> None:
        row = TieRow(row=3, subject="甲店", city=city, community="书院社区")
        graph = resolve([divisions(), ties(row)])
        assert place(graph) == SHUYUAN
        assert codes(graph) == ["name_unlisted"]

    @pytest.mark.parametrize("city", ["武汉市", "荆州", "孝昌", "湖北省武汉市", "孝感市江汉区"])
    @pytest.mark.parametrize("scope", [(), ("书院街道",)])
    def test_a_city_that_is_not_known_is_never_skipped(
        self, city: str, scope: tuple[str, ...]
    ) -> None:
        row = NeedRow(row=3, name="送餐", city=city, community="书院社区")
        columns = {"city": SheetColumn(letter="D", header="所在市")}
        sheet = dataset("n", SheetKind.NEEDS, row, scope=scope, columns=columns)
        graph = resolve([divisions(), sheet])
        (issue,) = graph.issues
        assert (issue.code, issue.cell, issue.value_shown) == ("place_unknown", "D3", city)
        assert graph.waiting == {"n:s": 1}
        assert Label.NEED not in graph.nodes

    @pytest.mark.parametrize(
        ("field", "text"), [("district", "洪山区"), ("street", "北湖街道"), ("district", "孝感区")]
    )
    def test_nor_is_a_district_or_a_street(self, field: str, text: str) -> None:
        row = TieRow(row=3, subject="甲店", community="书院社区", **{field: text})
        graph = resolve([divisions(), ties(row)])
        assert codes(graph) == ["place_unknown"]
        assert graph.waiting == {"ties:s": 1}

    @pytest.mark.parametrize("street", ["书院", "书院街办", "孝南区书院街", "孝感市孝南区书院街道"])
    def test_a_street_in_any_writing(self, street: str) -> None:
        row = TieRow(row=3, subject="甲店", street=street, community="书院社区")
        assert place(resolve([divisions(), ties(row)])) == SHUYUAN

    def test_without_a_list_of_divisions_the_areas_sheet_says_which_city_it_is(self) -> None:
        own = {"city": "孝感市", "community": "书院社区"}
        sheet = dataset("a", SheetKind.AREAS, AreaRow(row=3, grid="第一网格", **own))
        here = TieRow(row=3, subject="甲店", grid="一网格", **own)
        there = replace(here, city="武汉市")
        assert len(pairs(resolve([sheet, ties(here)]), TieType.CO_BUILDS)) == 1
        graph = resolve([sheet, ties(there)])
        assert graph.waiting == {"ties:s": 1}
        coded = AreaRow(
            row=3, grid="一", grid_code=f"{SHUYUAN}001", community="书院", community_code=SHUYUAN
        )
        by_code = dataset("a", SheetKind.AREAS, coded)
        assert resolve([by_code, ties(here)]).waiting == {}
        assert resolve([by_code, ties(there)]).waiting == {"ties:s": 1}


class TestWithoutPlace:
    COLUMNS = {"community": SheetColumn(letter="A", header="所在社区")}

    def test_a_blank_row_is_not_tied_to_the_sheets_street(self) -> None:
        rows = TieRow(row=3, subject="甲店", community="书院"), TieRow(row=4, subject="乙店")
        sheet = ties(*rows, scope=("书院街道",), columns=self.COLUMNS)
        graph = resolve([divisions(), sheet])
        assert pairs(graph, TieType.CO_BUILDS) == [("甲店@420902001:?", SHUYUAN)]
        assert graph.waiting == {"ties:s": 1}
        assert [(i.code, i.cell) for i in graph.issues if i.level == "warning"] == [
            ("place_blank", "A4")
        ]

    def test_a_sheet_of_one_community_needs_no_column(self) -> None:
        sheet = ties(TieRow(row=4, subject="乙店"), scope=("书院社区",), columns=self.COLUMNS)
        assert place(resolve([divisions(), sheet])) == SHUYUAN

    def test_a_row_placed_by_nothing_is_told(self) -> None:
        for kind, row in (
            (SheetKind.RESIDENT_UNITS, UnitRow(row=3, name="甲店")),
            (SheetKind.MEMBERS, MemberRow(row=3, id_key="a")),
            (SheetKind.NEEDS, NeedRow(row=3, name="送餐")),
            (SheetKind.ACTIVITIES, ActivityRow(row=3, name="义诊")),
        ):
            graph = resolve([divisions(), dataset("x", kind, row, scope=("某单位",))])
            assert codes(graph) == ["place_nowhere"], kind
        graph = resolve([divisions(), ties(TieRow(row=3, subject="甲店"), scope=("某单位",))])
        assert codes(graph) == ["place_blank"]
        assert graph.waiting == {"ties:s": 1}


class TestGrids:
    @pytest.mark.parametrize(
        "text",
        ["1", "1.0", "一", "第1", "1号", "网格1", "1#", "01", "001", "第一", "网格一", "１", "#1",
         "1号网格", "第01网格", "书院社区1", "书院第一网格", "第1格", "壹"],
    )  # fmt: skip
    def test_spellings_of_the_first_grid(self, text: str) -> None:
        row = TieRow(row=3, subject="甲店", community="书院社区", grid=text)
        assert place(resolve([divisions(), areas(), ties(row)])) == f"{SHUYUAN}001"

    @pytest.mark.parametrize("text", ["11", "1.5", "一二", "东1", "1楼", "4", "1-2", "第一组", "0"])
    def test_near_misses(self, text: str) -> None:
        row = TieRow(row=3, subject="甲店", community="书院社区", grid=text)
        graph = resolve([divisions(), areas(), ties(row)])
        assert codes(graph) == ["place_unknown"]
        assert graph.waiting == {"ties:s": 1}

    @pytest.mark.parametrize(
        ("names", "text"),
        [(("1网格", "一号网格"), "1"), (("第二网格", "01"), "二"), (("东1网格", "西1网格"), "1")],
    )
    def test_what_leaves_two_meanings_or_none_waits(
        self, names: tuple[str, str], text: str
    ) -> None:
        rows = [
            AreaRow(row=i, community="书院", grid=name, grid_code=f"G{i}")
            for i, name in enumerate(names, 3)
        ]
        rows += [AreaRow(row=9, community="书院", grid="第2网格", grid_code="G9")]
        row = TieRow(row=3, subject="甲店", community="书院社区", grid=text)
        graph = resolve([divisions(), dataset("a", SheetKind.AREAS, *rows), ties(row)])
        assert graph.waiting == {"ties:s": 1}

    def test_a_local_code_and_a_name_that_mean_two_grids_wait(self) -> None:
        rows = [
            AreaRow(row=3, community="书院", grid="第一网格", grid_code="2"),
            AreaRow(row=4, community="书院", grid="第二网格", grid_code="1"),
        ]
        sheets = [divisions(), dataset("a", SheetKind.AREAS, *rows)]
        told = TieRow(row=3, subject="甲店", community="书院", grid="1")
        assert resolve([*sheets, ties(told)]).waiting == {"ties:s": 1}
        coded = TieRow(row=3, subject="甲店", community="书院", grid_code="1")
        assert place(resolve([*sheets, ties(coded)])) == "1"


class TestCommunityCell:
    @pytest.mark.parametrize(
        "text",
        ["书院社区（原北门社区）", "书院社区(曾用名：北门)", "北门社区（现书院社区）", "书院（原北门）",
         "孝南区书院社区（原北门社区）"],
    )  # fmt: skip
    def test_what_it_was_called_before(self, text: str) -> None:
        for column in ("community", "object"):
            row = TieRow(row=3, subject="甲店", **{column: text})
            assert place(resolve([divisions(), ties(row)])) == SHUYUAN

    @pytest.mark.parametrize("text", ["原书院社区", "北门社区（原书院社区）", "书院社区（城区）"])
    def test_a_former_or_other_name_is_not_guessed(self, text: str) -> None:
        graph = resolve([divisions(), ties(TieRow(row=3, subject="甲店", community=text))])
        assert codes(graph) == ["place_unknown"]

    @pytest.mark.parametrize(
        "text",
        ["书院社区第2网格", "书院社区/第2网格", "书院社区-2网格", "书院社区居委会第二网格", "书院2网格",
         "书院社区2号网格", "书院街道书院社区第2网格", "书院社区（2网格）"],
    )  # fmt: skip
    def test_with_its_grid(self, text: str) -> None:
        row = TieRow(row=3, subject="甲店", community=text)
        graph = resolve([divisions(), areas(), ties(row)])
        assert place(graph) == f"{SHUYUAN}002"
        agreed = replace(row, grid="二网格")
        assert place(resolve([divisions(), areas(), ties(agreed)])) == f"{SHUYUAN}002"

    def test_with_another_grid_than_the_row_s(self) -> None:
        row = TieRow(row=3, subject="甲店", community="书院社区第2网格", grid="第1网格")
        graph = resolve([divisions(), areas(), ties(row)])
        assert codes(graph) == ["place_two_grids"]
        assert graph.waiting == {"ties:s": 1}

    @pytest.mark.parametrize("text", ["书院社区第9网格", "文昌阁2", "书院社区2号楼"])
    def test_a_grid_that_is_not_there(self, text: str) -> None:
        graph = resolve([divisions(), areas(), ties(TieRow(row=3, subject="甲店", community=text))])
        assert codes(graph) == ["place_unknown"]
