"""Names without their place are joined within the row's district only.

Labelled by hand: a bare name in two districts is two bodies (each county has its 派出所), a name that
says its place is one wherever it stands. The areas are those of the statistical code list of 2023.
"""

from __future__ import annotations

import itertools

import pytest

from graph.model.dataset import Dataset
from graph.model.decision import Decision
from graph.model.errors import UsageError
from graph.model.labels import Label, SheetKind, TieType
from graph.model.review import ReviewItem
from graph.model.rows import (
    ActivityRow,
    DivisionRow,
    MemberRow,
    OrganizationRow,
    ResourceRow,
    TieRow,
    UnitRow,
)
from graph.model.wanted import WantedGraph
from graph.review.items import decisions_for, listed
from graph.store.resolving import resolve
from tests.graph.resolve.test_resolve import HOSPITAL, OTHER, codes, dataset, pairs, ties, units

AREAS = """\
420902 孝南区 420902001 书院街道 420902001001 书院社区居委会
420902 孝南区 420902001 书院街道 420902001002 北外社区居委会
420902 孝南区 420902003 广场街道 420902003009 城东社区居委会
420902 孝南区 420902003 广场街道 420902003013 大院社区居委会
420902 孝南区 420902103 陡岗镇 420902103218 红旗村委会
420902 孝南区 420902104 肖港镇 420902104001 白马寺社区
420921 孝昌县 420921100 花园镇 420921100005 城东社区居委会
420922 大悟县 420922100 城关镇 420922100001 长征社区居委会
420923 云梦县 420923100 城关镇 420923100001 朝阳社区居委会
420923 云梦县 420923107 隔蒲潭镇 420923107228 红旗村委会
420923 云梦县 420923107 隔蒲潭镇 420923107229 光荣村委会
420923 云梦县 420923202 清明河乡 420923202217 红旗村委会
420923 云梦县 420923202 清明河乡 420923202218 白合村委会
420982 安陆市 420982001 府城街道 420982001002 中山社区居民委员会
420984 汉川市 420984002 汈东街道 420984002001 汈东社区"""

SHUYUAN, BEIWAI, DAYUAN = "420902001001", "420902001002", "420902003013"
XIAOGANG, CHAOYANG, ZHONGSHAN, DIAODONG = (
    "420902104001",
    "420923100001",
    "420982001002",
    "420984002001",
)

BARE = [
    "派出所",
    "司法所",
    "税务所",
    "供电所",
    "财政所",
    "邮政所",
    "卫生院",
    "中心卫生院",
    "人民医院",
    "中医院",
    "妇幼保健院",
    "第一人民医院",
    "中心小学",
    "实验小学",
    "第一小学",
    "第二小学",
    "一小",
    "中心幼儿园",
    "阳光幼儿园",
    "实验幼儿园",
    "一中",
    "第一中学",
    "实验中学",
    "红旗小学",
    "惠民超市",
    "万家福超市",
    "好又多超市",
    "农商行营业部",
    "农商行城关支行",
    "工商银行",
    "邮政储蓄银行",
    "新华书店",
    "加油站",
    "老年协会",
    "义工队",
    "志愿服务队",
    "慈善协会",
    "商会",
    "业委会",
    "物业公司",
    "阳光物业",
    "幸福养老院",
    "文昌药店",
    "中山大药房",
    "和平小学",
    "光明眼镜店",
    "城东派出所",
    "朝阳小学",
    "消防队",
    "交警大队",
    "敬老院",
    "福利院",
    "图书馆",
    "市场监督管理所",
]
"""Kinds, ordinals and trade names; some are called after what is an area's name elsewhere."""


def divisions() -> Dataset:
    rows = []
    for n, line in enumerate(AREAS.splitlines(), start=2):
        district_code, district, street_code, street, code, name = line.split()
        rows.append(
            DivisionRow(
                row=n,
                district=district,
                district_code=district_code,
                street=street,
                street_code=street_code,
                community=name,
                community_code=code,
            )
        )
    return dataset("divisions", SheetKind.DIVISIONS, *rows)


def unit(name: str, place: str, row: int = 3, uscc: str | None = None) -> UnitRow:
    if len(place) == 12:
        return UnitRow(row=row, name=name, uscc=uscc, community_code=place)
    if len(place) == 9:
        return UnitRow(row=row, name=name, uscc=uscc, street_code=place)
    return UnitRow(row=row, name=name, uscc=uscc, district=place)


def tie(name: str, place: str | None, row: int = 3, uscc: str | None = None) -> TieRow:
    """A row in a community, a street, a district (by name), or nowhere."""
    size = len(place or "")
    return TieRow(
        row=row,
        subject=name,
        subject_uscc=uscc,
        object="书院街道大工委",  # a body, so that the row has no place but the one given
        community_code=place if size == 12 else None,
        street_code=place if size == 9 else None,
        district=place if size not in (9, 12) else None,
    )


def subjects(graph: WantedGraph) -> set[str]:
    return {start for start, _ in pairs(graph, TieType.CO_BUILDS)}


def ends(graph: WantedGraph) -> set[str]:
    """What 合成银行 is tied to."""
    found = {end for pair in pairs(graph, TieType.CO_BUILDS) for end in pair}
    return {end for end in found if not end.startswith("合成银行@")}


def listed_keys(graph: WantedGraph) -> set[str]:
    return {
        key
        for label in (Label.RESIDENT_UNIT, Label.ORGANIZATION, Label.SOCIAL_ORGANIZATION)
        for key, props in graph.nodes.get(label, {}).items()
        if not props.get("unlisted")
    }


def elsewhere(graph: WantedGraph) -> list[ReviewItem]:
    return [i for i in graph.review if i.state == "elsewhere"]


def asked(graph: WantedGraph) -> list[ReviewItem]:
    return [i for i in graph.review if i.state == "open"]


def accept(item: ReviewItem) -> list[Decision]:
    made = decisions_for(item, "same", on="2024-06-01", who="tester")
    return [d for d in made if d.value is not None]


@pytest.mark.parametrize("name", BARE)
def test_a_bare_name_is_never_joined_to_a_body_of_another_district(name: str) -> None:
    places: tuple[str | None, ...] = (DAYUAN, "420902003", "孝南区", CHAOYANG, DIAODONG, None)
    rows = [tie(name, place, n) for n, place in enumerate(places, start=3)]
    graph = resolve([divisions(), units(unit(name, ZHONGSHAN)), ties(*rows)])
    assert not subjects(graph) & listed_keys(graph)
    assert graph.waiting == {}
    assert asked(graph) == []


@pytest.mark.parametrize("name", BARE)
def test_two_streets_of_one_district_have_two_of_a_bare_name(name: str) -> None:
    graph = resolve([divisions(), ties(tie(name, SHUYUAN), tie(name, DAYUAN, 4))])
    assert len(subjects(graph)) == 2
    same = resolve([divisions(), ties(tie(name, SHUYUAN), tie(name, "420902001001", 4))])
    assert len(subjects(same)) == 1


@pytest.mark.parametrize("name", [n for n in BARE if n not in ("业委会", "物业公司")])
def test_the_only_one_of_the_rows_district_is_it_and_of_two_a_person_chooses(name: str) -> None:
    one = units(unit(name, SHUYUAN), unit(name, ZHONGSHAN, 4))
    graph = resolve([divisions(), one, ties(tie(name, DAYUAN))])
    assert subjects(graph) == {f"{_key(graph, SHUYUAN)}"}
    two = units(unit(name, SHUYUAN), unit(name, XIAOGANG, 4))
    waits = resolve([divisions(), two, ties(tie(name, DAYUAN))])
    assert waits.waiting == {"ties:s": 1}
    assert waits.to_review == 1


def _key(graph: WantedGraph, area: str) -> str:
    (found,) = [k for k, p in graph.nodes[Label.RESIDENT_UNIT].items() if p.get("area") == area]
    return found


SAID = [  # name in the roster and its seat, name in the row and the row's place: one body
    ("孝感市第一人民医院", SHUYUAN, "孝感市第一人民医院", CHAOYANG),
    ("孝感市第一人民医院", SHUYUAN, "孝感市第一人民医院", "云梦县"),
    ("孝感市第一人民医院", SHUYUAN, "孝感市第一人民医院", None),
    ("孝感市第一人民医院", SHUYUAN, "第一人民医院", BEIWAI),
    ("第一人民医院", SHUYUAN, "孝感市第一人民医院", DAYUAN),
    ("孝感市总工会", DAYUAN, "孝感市总工会", DIAODONG),
    ("市总工会", DAYUAN, "市总工会", CHAOYANG),
    ("中级人民法院", DAYUAN, "中级人民法院", CHAOYANG),
    ("孝感市中级人民法院", DAYUAN, "孝感市中级人民法院", ZHONGSHAN),
    ("云梦县人民医院", CHAOYANG, "云梦县人民医院", DAYUAN),
    ("人民医院", CHAOYANG, "云梦县人民医院", DAYUAN),
    ("云梦县人民医院", CHAOYANG, "人民医院", "420923107"),
    ("云梦一中", CHAOYANG, "云梦一中", DAYUAN),
    ("孝感一中", SHUYUAN, "孝感一中", CHAOYANG),
    ("农商行云梦支行", CHAOYANG, "农商行云梦支行", DAYUAN),
    ("孝感市孝南区实验小学", SHUYUAN, "孝南区实验小学", CHAOYANG),
    ("肖港镇卫生院", XIAOGANG, "肖港镇卫生院", CHAOYANG),
    ("孝南区肖港镇卫生院", XIAOGANG, "肖港镇卫生院", DAYUAN),
    ("工行孝感分行", SHUYUAN, "中国工商银行股份有限公司孝感分行", CHAOYANG),
]


@pytest.mark.parametrize(("listed_name", "seat", "name", "place"), SAID)
def test_a_name_that_says_its_place_is_found_in_the_whole_city(
    listed_name: str, seat: str, name: str, place: str | None
) -> None:
    graph = resolve([divisions(), units(unit(listed_name, seat)), ties(tie(name, place))])
    assert subjects(graph) == {_key(graph, seat)}
    assert elsewhere(graph) == []


APART = [  # likewise: two bodies
    ("人民医院", SHUYUAN, "云梦县人民医院", DAYUAN),
    ("云梦县商会", SHUYUAN, "商会", DAYUAN),
    ("孝感市人民医院", SHUYUAN, "人民医院", CHAOYANG),
    ("人民医院", CHAOYANG, "孝感市人民医院", "420923107"),
    ("人民医院", CHAOYANG, "孝感市人民医院", DAYUAN),
    ("市总工会", DIAODONG, "市总工会", CHAOYANG),
    ("市总工会", DAYUAN, "市总工会", DIAODONG),
    ("县人民医院", CHAOYANG, "县人民医院", "420921100"),
    ("城关镇卫生院", CHAOYANG, "城关镇卫生院", DAYUAN),
    ("城关镇卫生院", CHAOYANG, "城关镇卫生院", "420922100"),
    ("城东派出所", "420921100005", "城东派出所", DAYUAN),
    ("朝阳小学", CHAOYANG, "朝阳小学", DAYUAN),
    ("花园幼儿园", "420921100005", "花园幼儿园", DAYUAN),
    ("红旗村卫生室", "420923107228", "红旗村卫生室", DAYUAN),
    ("孝南小学", SHUYUAN, "孝南小学", CHAOYANG),
    ("云梦县慈善总会", CHAOYANG, "孝昌县慈善总会", CHAOYANG),
]


@pytest.mark.parametrize(("listed_name", "seat", "name", "place"), APART)
def test_near_misses_are_two(listed_name: str, seat: str, name: str, place: str | None) -> None:
    graph = resolve([divisions(), units(unit(listed_name, seat)), ties(tie(name, place))])
    assert _key(graph, seat) not in subjects(graph)
    assert len(subjects(graph)) == 1


class TestCodes:
    def test_a_code_settles_wherever_the_row_is(self) -> None:
        roster = units(unit("派出所", ZHONGSHAN, uscc=HOSPITAL))
        row = tie("派出所", DAYUAN, uscc=HOSPITAL)
        assert subjects(resolve([divisions(), roster, ties(row)])) == {HOSPITAL}

    @pytest.mark.parametrize("name", BARE[:12])
    def test_a_code_in_one_district_says_nothing_of_a_body_in_another(self, name: str) -> None:
        roster = units(unit(name, ZHONGSHAN))
        row = tie(name, DAYUAN, uscc=OTHER)
        graph = resolve([divisions(), roster, ties(row)])
        assert subjects(graph) == {OTHER}
        assert len(listed_keys(graph)) == 1

    def test_a_name_beside_a_code_is_known_in_that_district(self) -> None:
        rows = [
            tie("派出所", DAYUAN, uscc=OTHER),
            tie("派出所", SHUYUAN, 4),
            tie("派出所", CHAOYANG, 5),
        ]
        graph = resolve([divisions(), ties(*rows)])
        assert subjects(graph) == {OTHER, "派出所@420923100:?"}


class TestOwnOffice:
    """红旗村 is in 陡岗镇, 隔蒲潭镇 and 清明河乡."""

    LISTED = OrganizationRow(
        row=2, name="红旗村委会", kind="residents_committee", community_code="420923107228"
    )

    def graph(self, *rows: TieRow) -> WantedGraph:
        orgs = dataset("orgs", SheetKind.ORGANISATIONS, self.LISTED)
        return resolve([divisions(), orgs, ties(*rows)])

    @pytest.mark.parametrize(
        "name", ["红旗村委会", "村委会", "红旗村民委员会", "红旗村村委会", "村民委员会"]
    )
    def test_the_rows_own_office_comes_before_any_search(self, name: str) -> None:
        row = TieRow(row=3, subject=name, object="合成银行", community_code="420923202217")
        # the village itself where the name says which one, else the office
        assert ends(self.graph(row)) <= {"420923202217", "residents_committee@420923202217"}
        assert len(ends(self.graph(row))) == 1

    @pytest.mark.parametrize("name", ["社区党委", "社区大党委", "大党委", "书院社区党委"])
    def test_likewise_a_communitys_committee(self, name: str) -> None:
        row = TieRow(row=3, subject=name, object="合成银行", community_code=SHUYUAN)
        assert ends(self.graph(row)) == {f"community_party_committee@{SHUYUAN}"}

    def test_a_nearer_village_comes_before_a_listed_one(self) -> None:
        row = TieRow(row=3, subject="红旗村委会", object="合成银行", community_code="420923202218")
        assert ends(self.graph(row)) == {"420923202217"}

    def test_the_listed_one_of_the_rows_street(self) -> None:
        row = TieRow(row=3, subject="红旗村委会", object="合成银行", community_code="420923107229")
        assert ends(self.graph(row)) == {"420923107228"}

    def test_another_districts_is_not_joined(self) -> None:
        row = TieRow(row=3, subject="红旗村委会", object="合成银行", community_code=ZHONGSHAN)
        assert ends(self.graph(row)) == {"红旗村委会@420982001:?"}

    def test_another_districts_is_found_where_the_name_says_it(self) -> None:
        row = TieRow(
            row=3, subject="隔蒲潭镇红旗村委会", object="合成银行", community_code=ZHONGSHAN
        )
        assert ends(self.graph(row)) == {"420923107228"}

    def test_an_object_of_another_district_waits_and_is_asked_about(self) -> None:
        row = TieRow(row=3, subject="合成银行", object="光荣村委会", community_code=ZHONGSHAN)
        graph = self.graph(row)
        assert graph.waiting == {"ties:s": 1}
        assert "place_outside_scope" in codes(graph)
        (item,) = asked(graph)
        assert (item.subject, item.b.area) == ("place", "420923107229")
        orgs = dataset("orgs", SheetKind.ORGANISATIONS, self.LISTED)
        settled = resolve([divisions(), orgs, ties(row)], accept(item))
        assert pairs(settled, TieType.CO_BUILDS) == [("合成银行@420982001:?", "420923107229")]

    def test_an_office_that_a_roster_calls_so_without_its_kind(self) -> None:
        row = TieRow(row=3, subject="红旗村委会", object="合成银行", community_code="420923202217")
        graph = resolve([divisions(), units(unit("红旗村委会", "420923202217")), ties(row)])
        assert ends(graph) == {"420923202217"}


class TestNamesakes:
    DATA = (
        units(unit("派出所", ZHONGSHAN)),
        ties(tie("派出所", DAYUAN), tie("派出所", "420902003009", 4)),
    )

    def test_both_bodies_their_places_and_rows_are_listed(self) -> None:
        graph = resolve([divisions(), *self.DATA])
        (item,) = elsewhere(graph)
        assert (item.a.name, item.a.area, item.a.rows) == ("派出所", "420902003", 2)
        assert (item.b.name, item.b.area, item.b.rows) == ("派出所", ZHONGSHAN, 1)
        assert "广场街道" in item.a.place
        assert "中山社区" in item.b.place
        assert item.why_not[0].code == "elsewhere"
        assert graph.to_review == 0
        assert listed(graph.review, []).elsewhere == 1
        assert codes(graph) == ["name_elsewhere"]

    def test_a_person_joins_them_and_takes_it_back(self) -> None:
        data = [divisions(), *self.DATA]
        before = resolve(data)
        made = accept(elsewhere(before)[0])
        joined = resolve(data, made)
        assert subjects(joined) == {f"派出所@{ZHONGSHAN}"}
        assert elsewhere(joined) == []
        (done,) = [i for i in listed(joined.review, made).items if i.state == "accepted"]
        (back,) = decisions_for(done, "undo", on="2024-06-02", who="tester")
        assert back.value is None
        assert resolve(data, []).nodes == before.nodes

    def test_joined_in_one_street_is_not_joined_in_another_district(self) -> None:
        data = [divisions(), *self.DATA]
        made = accept(elsewhere(resolve(data))[0])
        more = dataset("more", SheetKind.TIES, tie("派出所", CHAOYANG), tie("派出所", SHUYUAN, 4))
        graph = resolve([*data, more], made)
        assert subjects(graph) == {
            f"派出所@{ZHONGSHAN}",
            "派出所@420923100:?",
            "派出所@420902001:?",
        }

    def test_said_not_to_be_the_same_it_is_not_listed_again(self) -> None:
        data = [divisions(), *self.DATA]
        item = elsewhere(resolve(data))[0]
        made = decisions_for(item, "different", on="2024-06-01", who="tester")
        graph = resolve(data, [d for d in made if d.value is not None])
        assert elsewhere(graph) == []
        assert subjects(graph) == {"派出所@420902003:?"}

    def test_names_that_no_roster_has_are_listed_and_joined_likewise(self) -> None:
        rows = [
            tie("惠民超市", DAYUAN),
            tie("惠民超市", CHAOYANG, 4),
            tie("惠民超市", ZHONGSHAN, 5),
        ]
        data = [divisions(), ties(*rows)]
        before = resolve(data)
        assert len(subjects(before)) == 3
        items = elsewhere(before)
        assert [i.why_not[0].code for i in items] == ["not_listed", "not_listed"]
        made = accept(items[0])
        assert len(subjects(resolve(data, made))) == 2
        both = [*made, *accept(items[1])]
        assert len(subjects(resolve(data, both))) == 1

    def test_what_is_listed_cannot_be_undone_before_it_is_decided(self) -> None:
        item = elsewhere(resolve([divisions(), *self.DATA]))[0]
        with pytest.raises(UsageError):
            decisions_for(item, "undo", on="2024-06-01", who="tester")

    def test_the_order_of_sheets_and_rows_does_not_matter(self) -> None:
        rows = [
            tie("孝感市惠民超市", DAYUAN),
            tie("惠民超市", "420902003009", 4),
            tie("惠民超市", CHAOYANG, 5),
            tie("派出所", SHUYUAN, 6),
        ]
        data = [divisions(), units(unit("派出所", ZHONGSHAN)), ties(*rows)]
        expected = resolve(data)
        assert subjects(expected) == {"惠民超市@?", "惠民超市@420923100:?", "派出所@420902001:?"}
        for order in itertools.permutations(data):
            found = resolve(list(order))
            assert (found.nodes, found.ties, found.review) == (
                expected.nodes,
                expected.ties,
                expected.review,
            )


class TestOtherSheets:
    """A name resolves by one rule in every sheet."""

    def test_employers_providers_and_participants(self) -> None:
        data = [
            divisions(),
            units(unit("派出所", ZHONGSHAN)),
            dataset(
                "m",
                SheetKind.MEMBERS,
                MemberRow(row=3, id_key="p", community_code=DAYUAN, employer="派出所"),
            ),
            dataset(
                "r",
                SheetKind.RESOURCES,
                ResourceRow(row=3, name="会议室", provider="派出所", community_code=DAYUAN),
            ),
            dataset(
                "a",
                SheetKind.ACTIVITIES,
                ActivityRow(row=3, name="巡防", participants=("派出所",), community_code=DAYUAN),
            ),
        ]
        graph = resolve(data)
        for type_ in (TieType.WORKS_AT, TieType.OFFERS, TieType.PARTICIPATES):
            found = {e for pair in pairs(graph, type_) for e in pair}
            assert "派出所@420902003:?" in found, type_

    def test_a_row_without_a_place_is_where_its_object_is(self) -> None:
        rows = [
            TieRow(row=3, subject="派出所", object="大院社区"),
            TieRow(row=4, subject="派出所", object="书院社区"),
        ]
        graph = resolve([divisions(), units(unit("派出所", ZHONGSHAN)), ties(*rows)])
        assert subjects(graph) == {"派出所@420902003:?", "派出所@420902001:?"}

    def test_rows_of_two_sheets_without_any_place_are_not_one_body(self) -> None:
        one = dataset("r1", SheetKind.RESOURCES, ResourceRow(row=3, name="甲", provider="派出所"))
        two = dataset("r2", SheetKind.RESOURCES, ResourceRow(row=3, name="乙", provider="派出所"))
        assert len({a for a, _ in pairs(resolve([divisions(), one, two]), TieType.OFFERS)}) == 2


def test_rosters_that_name_the_city_alone_join_no_bare_names() -> None:
    rows = [UnitRow(row=n, name="派出所", city="孝感市") for n in (3, 4)]
    placed = [UnitRow(row=n, name="孝感市第一人民医院", city="孝感市") for n in (5, 6)]
    found = resolve([divisions(), units(*rows, *placed)]).nodes[Label.RESIDENT_UNIT]
    assert len([k for k in found if "派出所" in k]) == 2
    assert len([k for k in found if "医院" in k]) == 1
