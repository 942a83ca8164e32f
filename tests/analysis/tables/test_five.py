"""The tables under the five headings: numbers by hand, and what is unknown stays unknown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from analysis.city import City as WholeCity
from analysis.policy import Policy
from analysis.table import HEADINGS, Table
from analysis.tables.five import five_tables
from graph.model.labels import Label, TieType
from tests.analysis.build import DAY, City
from tests.strategies import cities


def tables(c: City, *, day: str | None = None, **options: Any) -> dict[str, Table]:
    city = WholeCity(c.network(), Policy(), day)
    return {t.name: t for t in five_tables(city, **options).tables}


def only(table: Table, key: str = "C1", column: str = "code") -> dict[str, Any]:
    [row] = [r for r in table.records() if r[column] == key]
    return row


@given(cities(needs=True))
@settings(max_examples=15, deadline=None)
def test_all_tables_come_of_any_city_and_agree_with_the_results(c: City) -> None:
    found = five_tables(WholeCity(c.network(), Policy()))
    judged = WholeCity(c.network(), Policy())
    assert {t.heading for t in found.tables} == {None, *HEADINGS}
    for table in found.tables:
        assert table.zh
        assert table.definition_zh
        assert table.definition_en
        assert all(len(row) == len(table.columns) for row in table.rows)
        for column, cells in zip(table.columns, zip(*table.rows, strict=True), strict=False):
            kinds = {type(cell) for cell in cells} - {type(None)}
            allowed = {
                "text": {str}, "list": {tuple}, "count": {int}, "flag": {bool},
                "share": {float}, "number": {int, float},
            }[column.kind]  # fmt: skip
            assert kinds <= allowed, (table.name, column.name)
    verdicts = found.table("weak_grids")
    assert verdicts.column("code") == tuple(a.code for a in judged.weak.areas)
    assert verdicts.column("partners") == tuple(a.partners for a in judged.weak.areas)
    parts = judged.gaps.by_need().totals.parts.sharing_gap
    assert sum(found.table("gaps").column("sharing_gap")) == parts  # type: ignore[arg-type]


@given(cities())
@settings(max_examples=10, deadline=None)
def test_an_area_only_says_which_rows_are_shown(c: City) -> None:
    whole, part = tables(c), tables(c, area="C1")
    for name in ("weak_grids", "branches", "staff", "activity", "one_plus_x", "triads"):
        assert set(part[name].rows) <= set(whole[name].rows), name


def test_connectivity_with_hubs_and_without() -> None:
    """g1 and g2 share u; g3 has v alone; g4 is not covered. With hubs all three hang together."""
    c = City()
    c.grid("g1", "g2", "g3")
    c.community("C2", covered=False)
    c.grid("g4", community="C2")
    c.unit("u")
    c.unit("v")
    for unit, grid in (("u", "g1"), ("u", "g2"), ("v", "g3")):
        c.tie(unit, grid)
    row = only(tables(c)["connectivity"], "X")
    assert (row["judged"], row["covered"]) == (4, 3)
    assert (row["main_with_hubs"], row["main_without_hubs"]) == (1.0, pytest.approx(2 / 3))
    assert (row["parts_with_hubs"], row["parts_without_hubs"]) == (1, 2)


def test_branches_are_unknown_where_no_roster_came() -> None:
    c = City()
    c.community("C2", named_by=["organisations"])
    c.grid("g1")
    c.grid("g2", "g3", community="C2")
    c.building("b1", "b2", grid="g2")
    branch = c.org("branch", "grid_branch", area="C2")
    c.add(TieType.COVERS, branch, "g2")
    c.add(TieType.COVERS, c.org("group", "building_group", area="C2"), "b1")
    rows = {r["code"]: r for r in tables(c)["branches"].records()}
    assert [rows[g]["branch"] for g in ("g1", "g2", "g3")] == [None, True, False]
    assert (rows["g2"]["groups"], rows["g2"]["buildings_without"]) == (1, 1)
    assert rows["g3"]["buildings_without"] is None


def test_a_hub_that_alone_supports_a_grid_is_named() -> None:
    c = City()
    c.grid("g1")
    c.org("committee", "community_party_committee")
    c.unit("u")
    c.tie("u", "committee")
    row = only(tables(c)["hubs"], "committee", "id")
    assert (row["ties"], row["areas"], row["which"]) == (1, 1, ("C1g1",))
    c.tie("u", "C1")  # now it has another support
    assert only(tables(c)["hubs"], "committee", "id")["areas"] == 0


def test_one_plus_x_by_hand() -> None:
    """X = a, b, d, e: a and b share g1, d is tied to e, f isn't of X; nobody is alone but h."""
    c = City()
    c.grid("g1")
    c.org("committee", "community_party_committee")
    for key, kind in (("a", "school"), ("b", "market"), ("d", "hospital"), ("h", None)):
        c.unit(key, kind)
        c.tie(key, "committee")
    c.social("e")
    c.tie("e", "C1")
    c.unit("f")
    for one, other in (("a", "g1"), ("b", "g1"), ("d", "e"), ("f", "g1")):
        c.tie(one, other)
    row = only(tables(c)["one_plus_x"])
    assert (row["size"], row["kinds"], row["by_committee"]) == (5, 3, 4)
    assert (row["parts_without"], row["largest_without"], row["alone_without"]) == (3, 2, 1)


def test_open_triads_name_the_tie_that_would_close_them() -> None:
    c = City()
    told = ["ties", "organisations", "social_organisations"]
    c.community("C2", named_by=told, social_workers=2)
    c.org("R", "residents_committee", area="C2")
    c.org("P", "property_company", area="C2", name="物业")
    c.org("O", "owners_committee", area="C2", name="业委会甲")
    c.social("S", area="C2", name="互助会")
    c.tie("P", "C2")  # a tie to the community is one to its residents' committee
    c.tie("O", "R")
    rows = {r["triad"]: r for r in tables(c)["triads"].records() if r["code"] == "C2"}
    assert rows["三方"]["state"] == "差一条"
    assert rows["三方"]["closing"] == "物业—业委会甲"
    assert (rows["三方"]["actor"], rows["三方"]["target"]) == ("O", "P")
    assert (rows["三社"]["state"], rows["三社"]["tied"]) == ("松散", 1)
    event = c.event("L", "C2", Label.LINKAGE)
    c.node(event).update({"kind": "three_party"})
    for body in ("R", "P", "O"):
        c.takes_part(body, event)
    rows = {r["triad"]: r for r in tables(c)["triads"].records() if r["code"] == "C2"}
    assert rows["三方"]["state"] == "已闭合"
    unknown = {r["state"] for r in tables(c)["triads"].records() if r["code"] == "C1"}
    assert unknown <= {"不明"}


def test_councils_and_who_chairs() -> None:
    c = City()
    c.community("C2", named_by=["linkages"])
    c.community("C3", named_by=["linkages"])
    for unit in "uvw":
        c.unit(unit)
    event = c.event("K", "C2", Label.LINKAGE)
    c.node(event).update({"kind": "council"})
    c.takes_part("u", event, role="chair", turn=1, term_from="2018-01-01", term_to="2018-12-31")
    c.takes_part("v", event, role="chair", turn=2, term_from="2019-01-01", term_to="2019-12-31")
    c.takes_part("w", event, role="participant")
    row = only(tables(c)["councils"], "C2")
    assert (row["members"], row["chairs"], row["chair_now"]) == (3, 2, "v")
    assert row["overdue"] is False
    assert only(tables(c, day="2020-06-01")["councils"], "C2")["overdue"] is True
    assert only(tables(c)["councils"], "C3")["exists"] is False


def test_three_levels_in_one_project() -> None:
    c = City()
    event = c.event("P", "C1", Label.PROJECT)
    for key, area in (("a", "D1"), ("b", "S1"), ("d", "C1")):
        c.unit(key, area=area)
        c.takes_part(key, event)
    row = only(tables(c)["levels"], "P", "id")
    assert (row["levels"], row["three"]) == (("区县", "街道", "社区"), True)


def test_ei_index_of_pairs() -> None:
    """Same grid: school-school internal, 2 x school-market external, 3 pairs with an unknown."""
    c = City()
    c.grid("g1")
    for key, kind in (("a", "school"), ("b", "school"), ("d", "market"), ("e", None)):
        c.unit(key, kind)
        c.tie(key, "g1")
    [row] = [r for r in tables(c)["ei_index"].records()
             if r["layer"].startswith("同一网格") and r["by"].startswith("单位")]  # fmt: skip
    assert (row["internal"], row["external"], row["unknown"]) == (1, 2, 3)
    assert row["index"] == pytest.approx(1 / 3)


def test_staff_counts_zero_and_unknown_apart() -> None:
    c = City()
    c.grid("g1", grid_workers=0)
    c.grid("g2", grid_workers=2)
    c.grid("g3")
    row = only(tables(c)["staff"])
    assert (row["without_worker"], row["worker_unknown"], row["grid_workers"]) == (1, 1, None)


def test_participation_and_units_whose_members_serve_nowhere() -> None:
    c = City()
    c.community("C2", named_by=["members", "volunteers"])
    c.grid("g1", community="C2")
    c.unit("u", area="C2")
    c.unit("v", area="C2")
    c.members("g1", 6, employer="v")
    c.members("g1", 7, employer="u", last_service="2010-01-01")
    c.members("C2", 2, employer="u", last_service=None, registered=None)
    row = only(tables(c)["participation"], "C2")
    assert (row["members_active"], row["members_inactive"], row["members_unknown"]) == (6, 7, 2)
    assert row["members_share"] == pytest.approx(6 / 13)
    assert row["volunteers"] == 0
    silent = tables(c)["silent_units"].records()
    assert [(r["id"], r["members"], r["unknown"]) for r in silent] == [("u", 9, 2), ("", 9, 2)]
    outside = only(tables(c, outside=True)["participation"], "C2")
    assert outside["members_unknown"] is None
    assert outside["members_share"] is None


def test_activities_by_hand() -> None:
    c = City()
    c.grid("g1", "g2")
    for key, kind in (("a", "school"), ("b", "market")):
        c.unit(key, kind)
    c.takes_part("a", c.event("e1", "g1", date="2019-05-31"))
    c.takes_part("b", c.event("e2", "C1", date="2018-08-01"))
    c.takes_part("b", c.event("e3", "C1", date="2018-07-31"))
    c.event("later", "g1", date="2019-08-02")
    rows = {r["code"]: r for r in tables(c)["activity"].records()}
    assert (rows["C1"]["activities"], rows["C1"]["months"], rows["C1"]["kinds"]) == (2, 2, 2)
    assert (rows["g1"]["activities"], rows["g1"]["last"]) == (1, "2019-05-31")
    assert rows["C1"]["kinds_share"] == pytest.approx(0.4)
    assert (rows["g2"]["activities"], rows["g2"]["months"]) == (None, None)


def test_funds_and_how_unequal_they_are() -> None:
    """C1: 20,000 yuan for 1,000; C2: nothing recorded; C3: 0 for 1,000. Gini of (20, 0) = 1/2."""
    c = City()
    c.community("C2", "C3", residents=1000)
    c.node("C1")["residents"] = 1000
    c.grid("g1")
    funds = c.wanted.nodes.setdefault(Label.FUND, {})
    funds["f1"] = {"area": "C1", "year": 2018, "amount": 15000.0, "kind": "fiscal"}
    funds["f2"] = {"area": "g1", "year": 2018, "amount": 5000.0, "kind": "donation"}
    funds["f3"] = {"area": "C3", "year": 2018, "amount": 0.0, "kind": "fiscal"}
    funds["old"] = {"area": "C2", "year": 2017, "amount": 9.0, "kind": "own"}
    found = tables(c)
    row = only(found["funds"])
    assert (row["amount"], row["per_resident"], row["sources"]) == (20000.0, 20.0, 2)
    assert only(found["funds"], "C2")["amount"] is None
    whole = only(found["fund_inequality"], "X")
    assert (whole["communities"], whole["gini"]) == (2, pytest.approx(0.5))
    assert whole["theil"] == pytest.approx(0.6931471805599453)  # ln 2


def test_facilities_are_unknown_without_a_roster() -> None:
    c = City()
    c.community("C2", "C3", named_by=["organisations"])
    c.org("centre", "service_centre", area="C2")
    rows = {r["code"]: r["centre"] for r in tables(c)["facilities"].records()}
    assert (rows["C2"], rows["C3"]) == (True, False)
    assert rows.get("C1") is None
    assert c.on == DAY
