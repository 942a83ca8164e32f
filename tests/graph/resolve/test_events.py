"""Linkages, projects, activities, funds in the graph: expected by hand from the definitions."""

from __future__ import annotations

import random
from typing import Any

import pytest

from analysis.layers.layers import tie_layers
from analysis.policy import Policy
from graph.model.dataset import Dataset
from graph.model.labels import Label, SheetKind, TieType
from graph.model.matches import decision
from graph.model.network import Network
from graph.model.rows import (
    ActivityRow,
    AreaRow,
    FundRow,
    LinkageRow,
    NeedRow,
    OrganizationRow,
    ProjectRow,
    ResourceRow,
    UnitRow,
)
from graph.model.wanted import WantedGraph
from graph.store.resolving import resolve
from tests.graph.resolve.test_resolve import areas, codes, dataset, divisions, pairs, units

BOOK, WEN, STATION = "420902001001", "420902001002", "420902002001"
"""书院社区, 文昌社区 (both in 书院街道), 城站社区 (in 新华街道)."""
SCHOOL = UnitRow(row=2, name="市一中", kind="school", community="书院社区")
CLINIC = UnitRow(row=3, name="市医院", kind="hospital", community="书院社区")


def rosters() -> list[Dataset]:
    return [divisions(), areas(), units(SCHOOL, CLINIC)]


def linkages(*rows: LinkageRow, **info: Any) -> Dataset:
    return dataset("linkages", SheetKind.LINKAGES, *rows, **info)


def projects(*rows: ProjectRow, **info: Any) -> Dataset:
    return dataset("projects", SheetKind.PROJECTS, *rows, **info)


def activities(*rows: ActivityRow, name: str = "activities", **info: Any) -> Dataset:
    return dataset(name, SheetKind.ACTIVITIES, *rows, **info)


def funds(*rows: FundRow, name: str = "funds") -> Dataset:
    return dataset(name, SheetKind.FUNDS, *rows)


def one(graph: WantedGraph, label: Label) -> dict[str, Any]:
    (props,) = graph.nodes[label].values()
    return dict(props)


def taking_part(graph: WantedGraph) -> dict[str, dict[str, Any]]:
    """Name of each body that takes part -> the tie's properties."""
    found = {}
    for (type_, start, _), ties in graph.ties.items():
        if type_ is TieType.PARTICIPATES:
            for tie in ties.values():
                name = str(graph.nodes[start][tie.start]["name"])
                assert name not in found
                found[name] = {k: v for k, v in tie.props.items() if k != "evidence"}
    return found


class TestLinkages:
    def test_three_parties_by_their_kind_alone_are_the_communitys_own(self) -> None:
        """业委会 in two communities are two bodies, not one that ties both together."""
        rows = [
            LinkageRow(
                row=i,
                community=c,
                kind="three_party",
                participants=("居委会", "物业公司", "业委会"),
            )
            for i, c in enumerate(("书院社区", "文昌社区"), start=2)
        ]
        roster = dataset(
            "o",
            SheetKind.ORGANISATIONS,
            OrganizationRow(row=2, name="安居物业", kind="property_company", community="书院社区"),
        )
        scope = ("书院街道",)
        graph = resolve([*rosters(), roster, linkages(*rows, scope=scope)])
        ends = pairs(graph, TieType.PARTICIPATES)
        assert {start for start, _ in ends} == {
            f"residents_committee@{BOOK}",
            f"property_company@{BOOK}:安居物业",
            f"owners_committee@{BOOK}:?",
            f"residents_committee@{WEN}",
            f"property_company@{WEN}:?",
            f"owners_committee@{WEN}:?",
        }
        assert len(ends) == 6
        assert len({end for _, end in ends}) == 2

    def test_parties_that_are_no_bodies_are_kept_as_words(self) -> None:
        row = LinkageRow(
            row=2,
            community="书院社区",
            kind="three_society",
            participants=("社区", "社工", "市一中"),
        )
        graph = resolve([*rosters(), linkages(row)])
        assert one(graph, Label.LINKAGE)["also"] == ["社工"]
        assert set(taking_part(graph)) == {"书院社区居委会", "市一中"}
        assert graph.waiting == {}

    @pytest.mark.parametrize(
        ("where", "area", "venue"),
        [
            ("第二网格", f"{BOOK}002", None),
            ("阳光花园", BOOK, "阳光花园"),
        ],
    )
    def test_an_estate_or_a_grid(self, where: str, area: str, venue: str | None) -> None:
        row = LinkageRow(
            row=2,
            community="书院社区",
            where=(where,),
            kind="three_party",
            participants=("市一中",),
        )
        props = one(resolve([*rosters(), linkages(row)]), Label.LINKAGE)
        assert (props["area"], props.get("venue")) == (area, venue)

    def test_a_council_with_its_chairs_in_turn(self) -> None:
        base: dict[str, Any] = {"community": "书院社区", "kind": "council", "name": "议事会"}
        rows = (
            LinkageRow(
                row=2,
                **base,
                chairs=("市一中",),
                turn=1,
                term_from="2019-01-01",
                term_to="2019-06-30",
            ),
            LinkageRow(row=3, **base, chairs=("市医院",), turn=2),
            LinkageRow(row=4, **base, participants=("市一中", "社区居委会"), date="2018-05-01"),
        )
        graph = resolve([*rosters(), linkages(*rows)])
        assert one(graph, Label.LINKAGE)["date"] == "2018-05-01"
        chairs = {
            (t.start, t.props.get("turn"), t.props.get("term_to"))
            for group, found in graph.ties.items()
            if group[0] is TieType.PARTICIPATES
            for t in found.values()
            if t.props["role"] == "chair"
        }
        assert chairs == {(f"市一中@{BOOK}", 1, "2019-06-30"), (f"市医院@{BOOK}", 2, None)}

    def test_chairs_in_one_cell_take_their_turns_in_its_order(self) -> None:
        row = LinkageRow(row=2, community="书院社区", kind="council", chairs=("市医院", "市一中"))
        found = taking_part(resolve([*rosters(), linkages(row)]))
        assert {n: p["turn"] for n, p in found.items()} == {"市医院": 1, "市一中": 2}

    def test_ended_where_the_sheet_says_so(self) -> None:
        row = LinkageRow(row=2, community="书院社区", participants=("市一中",), status="ended")
        graph = resolve([*rosters(), linkages(row)])
        assert taking_part(graph)["市一中"]["ended"] is True
        assert one(graph, Label.LINKAGE)["status"] == "ended"


class TestActivities:
    def test_rows_of_one_activity_are_one(self) -> None:
        """The key is series, date, area, theme: a row for each unit that took part."""
        base: dict[str, Any] = {"date": "2019-05-01", "name": "义诊", "where": ("书院社区一网格",)}
        rows = (
            ActivityRow(row=2, **base, lead=("市医院",), attendance=80, hours=2.0),
            ActivityRow(row=3, **base, participants=("市一中",), attendance=90),
        )
        graph = resolve([*rosters(), activities(*rows)])
        props = one(graph, Label.ACTIVITY)
        assert (props["area"], props["attendance"], props["hours"]) == (f"{BOOK}001", 90, 2.0)
        assert (props["theme"], props["date"]) == ("义诊", "2019-05-01")
        assert {n: p["role"] for n, p in taking_part(graph).items()} == {
            "市医院": "lead",
            "市一中": "participant",
        }

    def test_in_several_grids_it_is_one_in_each(self) -> None:
        rows = [
            ActivityRow(
                row=2,
                community="书院社区",
                grid=f"第{n}网格",
                date="2019-05-01",
                name="义诊",
                lead=("市医院",),
            )
            for n in "一二"
        ]
        graph = resolve([*rosters(), activities(*rows)])
        found = {p["area"] for p in graph.nodes[Label.ACTIVITY].values()}
        assert found == {f"{BOOK}001", f"{BOOK}002"}

    @pytest.mark.parametrize(
        ("where", "area", "covered"),
        [
            ("书院社区", BOOK, True),
            ("书院社区文化广场", BOOK, True),
            ("书院社区第三网格活动室", f"{BOOK}003", True),
            ("人民广场", "420902001", False),
        ],
    )
    def test_where(self, where: str, area: str, covered: bool) -> None:
        row = ActivityRow(row=2, date="2019-05-01", name="义诊", lead=("市医院",), where=(where,))
        graph = resolve([*rosters(), activities(row, scope=("书院街道",))])
        assert one(graph, Label.ACTIVITY)["area"] == area
        label = {9: Label.STREET, 12: Label.COMMUNITY, 15: Label.GRID}[len(area)]
        named = graph.nodes[label][area].get("named_by") or []
        assert ("activities" in named) == covered

    @pytest.mark.parametrize("where", ["不知道社区", "书院社区第九网格"])
    def test_a_place_that_is_not_known_waits(self, where: str) -> None:
        row = ActivityRow(row=2, date="2019-05-01", name="义诊", lead=("市医院",), where=(where,))
        graph = resolve([*rosters(), activities(row, scope=("书院街道",))])
        assert (graph.waiting, codes(graph)) == ({"activities:s": 1}, ["place_unknown"])
        assert Label.ACTIVITY not in graph.nodes

    def test_of_an_ambiguous_body_only_the_tie_waits(self) -> None:
        twins = units(
            UnitRow(row=2, name="大众超市", uscc="91330100799655058B", community="书院社区"),
            UnitRow(row=3, name="大众超市", uscc="9144030071526726XG", community="书院社区"),
            UnitRow(row=4, name="市一中", community="书院社区"),
        )
        row = ActivityRow(
            row=2,
            community="书院社区",
            date="2019-05-01",
            name="义诊",
            participants=("大众超市", "市一中"),
        )
        graph = resolve([divisions(), areas(), twins, activities(row)])
        assert set(taking_part(graph)) == {"市一中"}
        assert graph.waiting == {"activities:s": 1}
        assert "name_ambiguous" in codes(graph)

    def test_an_area_that_takes_part_is_its_office(self) -> None:
        row = ActivityRow(
            row=2, community="书院社区", date="2019-05-01", name="义诊", participants=("文昌社区",)
        )
        graph = resolve([*rosters(), activities(row, scope=("书院街道",))])
        assert pairs(graph, TieType.PARTICIPATES)[0][0] == f"community_party_committee@{WEN}"

    def test_it_ties_the_unit_to_the_grid_while_it_is_fresh(self) -> None:
        row = ActivityRow(
            row=2,
            community="书院社区",
            grid="第一网格",
            date="2017-08-02",
            name="义诊",
            lead=("市医院",),
        )
        network = Network.from_wanted(resolve([*rosters(), activities(row)]), as_of="2019-08-01")
        alive = tie_layers(network, Policy(), on="2019-08-01")
        assert alive.graph.edge_area.size == 1
        assert tie_layers(network, Policy(), on="2019-08-03").graph.edge_area.size == 0
        covered = alive.areas.filter("covered")["code"].to_list()
        assert covered == [f"{BOOK}001", f"{BOOK}002", f"{BOOK}003"]


class TestProjects:
    def lists(self) -> list[Dataset]:
        needs = [
            NeedRow(row=i, name="会议室", quantity=2, community=c, grid=g)
            for i, (c, g) in enumerate([("书院社区", "第一网格"), ("城站社区", None)], start=2)
        ]
        offer = ResourceRow(row=2, name="会议室", provider="市一中", quantity=3)
        return [
            *rosters(),
            dataset("needs", SheetKind.NEEDS, *needs),
            dataset("offers", SheetKind.RESOURCES, offer, scope=("书院街道",)),
        ]

    def test_which_need_and_how_far(self) -> None:
        row = ProjectRow(
            row=2,
            name="借会议室",
            community="书院社区",
            need="会议室",
            resource="会议室",
            lead=("市一中",),
            quantity=2.0,
            date="2019-01-01",
            valid_to="2019-12-31",
            progress="running",
        )
        graph = resolve([*self.lists(), projects(row)])
        props = one(graph, Label.PROJECT)
        need = graph.nodes[Label.NEED][props["need"]]
        assert need["area"] == f"{BOOK}001"
        assert (props["status"], props["date"], props["valid_to"]) == (
            "running",
            "2019-01-01",
            "2019-12-31",
        )
        ((group, found),) = [(g, t) for g, t in graph.ties.items() if g[0] is TieType.MATCHES]
        (match,) = found.values()
        assert group == (TieType.MATCHES, Label.RESOURCE, Label.NEED)
        assert (match.end, match.props["quantity"]) == (props["need"], 2.0)
        assert match.props["status"] == "running"

    def test_without_a_place_it_is_where_the_need_is(self) -> None:
        row = ProjectRow(row=2, name="借会议室", need="会议室", lead=("市一中",))
        scope = ("书院街道",)
        graph = resolve([*self.lists(), projects(row, scope=scope)])
        assert one(graph, Label.PROJECT)["area"] == f"{BOOK}001"

    def test_a_need_of_which_there_are_two_is_told_and_not_linked(self) -> None:
        row = ProjectRow(row=2, name="借会议室", district="孝南区", need="会议室", lead=("市一中",))
        graph = resolve([*self.lists(), projects(row)])
        assert codes(graph) == ["list_line_unsettled"]
        assert "need" not in one(graph, Label.PROJECT)

    def test_the_leads_only_offer_of_that_category_goes_to_the_need(self) -> None:
        """The usual project list names need, lead and progress, but no line of the other list."""
        row = ProjectRow(
            row=2,
            name="借会议室",
            community="书院社区",
            need="会议室",
            lead=("市一中",),
            progress="running",
        )
        graph = resolve([*self.lists(), projects(row)])
        (match,) = [t for g, f in graph.ties.items() if g[0] is TieType.MATCHES for t in f.values()]
        assert match.props["status"] == "running"
        assert graph.nodes[Label.NEED][match.end]["area"] == f"{BOOK}001"

    @pytest.mark.parametrize(("lead", "progress"), [("市医院", "running"), ("市一中", None)])
    def test_another_lead_or_no_progress_matches_nothing(
        self, lead: str, progress: str | None
    ) -> None:
        row = ProjectRow(
            row=2,
            name="借会议室",
            community="书院社区",
            need="会议室",
            lead=(lead,),
            progress=progress,
        )
        graph = resolve([*self.lists(), projects(row)])
        assert not [g for g in graph.ties if g[0] is TieType.MATCHES]

    def test_a_persons_step_takes_the_place_of_the_sheets(self) -> None:
        row = ProjectRow(
            row=2,
            name="借会议室",
            community="书院社区",
            need="会议室",
            resource="会议室",
            lead=("市一中",),
            quantity=2.0,
            progress="running",
        )
        graph = resolve([*self.lists(), projects(row)])
        (match,) = [t for g, f in graph.ties.items() if g[0] is TieType.MATCHES for t in f.values()]
        step = decision(
            match.start, match.end, "done", 3, since="2019-02-01", on="2019-03-01", who="w"
        )
        graph = resolve([*self.lists(), projects(row)], [step])
        (match,) = [t for g, f in graph.ties.items() if g[0] is TieType.MATCHES for t in f.values()]
        assert (match.props["status"], match.props["quantity"]) == ("done", 3)

    @pytest.mark.parametrize(
        ("progress", "status", "ended"),
        [(None, "claimed", None), ("planned", "claimed", None), ("ended", "claimed", True)],
    )
    def test_a_pair_is_a_claim_at_least(
        self, progress: str | None, status: str, ended: bool | None
    ) -> None:
        row = ProjectRow(
            row=2,
            name="甲",
            community="书院社区",
            need="会议室",
            resource="会议室",
            lead=("市一中",),
            progress=progress,
        )
        graph = resolve([*self.lists(), projects(row)])
        (match,) = [t for g, f in graph.ties.items() if g[0] is TieType.MATCHES for t in f.values()]
        assert (match.props["status"], match.props.get("ended")) == (status, ended)

    def test_its_money(self) -> None:
        row = ProjectRow(
            row=2,
            name="楼道灯",
            community="书院社区",
            lead=("市一中",),
            budget=20_000.0,
            fund_source=("财政资金",),
            fund_kinds=("fiscal",),
            date="2019-03-01",
        )
        graph = resolve([*rosters(), projects(row)])
        fund = one(graph, Label.FUND)
        assert (fund["year"], fund["amount"], fund["kind"]) == (2019, 20_000.0, "fiscal")
        (tie,) = pairs(graph, TieType.FUNDS)
        assert tie[1].startswith("project-")

    def test_a_budget_of_two_sources_is_not_divided(self) -> None:
        row = ProjectRow(
            row=2,
            name="楼道灯",
            community="书院社区",
            lead=("市一中",),
            budget=20_000.0,
            fund_source=("财政资金", "自筹"),
            fund_kinds=("fiscal", "own"),
        )
        graph = resolve([*rosters(), projects(row)])
        found = graph.nodes[Label.FUND].values()
        assert sorted((f["kind"], f.get("amount")) for f in found) == [
            ("fiscal", None),
            ("own", None),
        ]
        assert one(graph, Label.PROJECT)["budget"] == 20_000.0


class TestFunds:
    ROW = FundRow(
        row=2, community="书院社区", year=2019, source="党费", kind="party_dues", amount=5000.0
    )

    def test_a_fund_and_what_it_funds(self) -> None:
        graph = resolve([*rosters(), funds(self.ROW)])
        assert pairs(graph, TieType.FUNDS)[0][1] == BOOK
        fund = one(graph, Label.FUND)
        assert (fund["area"], fund["year"], fund["amount"]) == (BOOK, 2019, 5000.0)
        assert fund["path"] == f"/4209/420902/420902001/{BOOK}/"

    def test_two_payments_in_one_sheet_are_two_in_two_sheets_one(self) -> None:
        again = FundRow(
            row=3, community="书院社区", year=2019, source="党费", kind="party_dues", amount=5000.0
        )
        twice = resolve([*rosters(), funds(self.ROW, again)])
        assert len(twice.nodes[Label.FUND]) == 2
        apart = resolve([*rosters(), funds(self.ROW), funds(again, name="other")])
        assert one(apart, Label.FUND)["evidence"] == ["funds:s:2", "other:s:3"]

    def test_for_a_project(self) -> None:
        project = ProjectRow(row=2, name="楼道灯", community="书院社区", lead=("市一中",))
        row = FundRow(row=2, community="书院社区", year=2019, amount=10.0, project="楼道灯")
        graph = resolve([*rosters(), projects(project), funds(row)])
        assert pairs(graph, TieType.FUNDS)[0][1].startswith("project-")


def test_counts_and_contacts() -> None:
    row = AreaRow(
        row=20,
        community="书院社区",
        grid="第一网格",
        grid_code=f"{BOOK}001",
        grid_workers=2,
        social_workers=1,
        contact_cadres=3,
        contact_units=("市医院",),
    )
    graph = resolve([*rosters(), dataset("more", SheetKind.AREAS, row)])
    grid = graph.nodes[Label.GRID][f"{BOOK}001"]
    counts = [grid[f"{k}"] for k in ("grid_workers", "social_workers", "contact_cadres")]
    assert counts == [2, 1, 3]
    assert pairs(graph, TieType.CONTACTS) == [(f"市医院@{BOOK}", f"{BOOK}001")]


def test_the_order_of_sheets_and_rows_is_no_matter() -> None:
    rng = random.Random(5)
    rows = [
        ActivityRow(
            row=i,
            community=rng.choice(("书院社区", "文昌社区")),
            date=f"2019-0{rng.randint(1, 3)}-01",
            name=rng.choice(("义诊", "清扫")),
            lead=(rng.choice(("市医院", "市一中", "业委会")),),
            attendance=rng.choice((None, 10, 20)),
        )
        for i in range(2, 30)
    ]
    money = [
        FundRow(row=i, community="书院社区", year=2019, source="党费", amount=float(i % 3))
        for i in range(2, 12)
    ]
    scope = ("书院街道",)
    parts = [activities(*rows[::2], scope=scope), activities(*rows[1::2], name="b", scope=scope)]
    sheets = [*rosters(), *parts, funds(*money)]
    first = resolve(sheets)
    for _ in range(4):
        rng.shuffle(sheets)
        shuffled = [
            Dataset(d.info, tuple(rng.sample(d.rows, len(d.rows))), d.issues) for d in sheets
        ]
        again = resolve(shuffled)
        assert (again.nodes, again.ties, again.issues) == (first.nodes, first.ties, first.issues)
