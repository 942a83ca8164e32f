"""Gaps of small cities. Expected numbers are by hand, from the definitions of the parts."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.city import City as WholeCity
from analysis.gaps.gaps import Gaps
from analysis.gaps.gaps import gaps as gaps_of
from analysis.gaps.results import PARTS, NeedGap
from analysis.policy import Policy
from graph.model.errors import UnknownArea
from graph.model.labels import Label, TieType
from graph.model.network import Network
from graph.model.properties import NODE_PROPS
from tests.analysis.build import DAY, City

POLICY = Policy()
CARE = {"service": "care"}


def gaps(city: City, policy: Policy = POLICY, *, level: Any = "grid") -> Gaps:
    """The gaps, which the definition must give as well."""
    whole = WholeCity(city.network(), policy, level=level)
    found = gaps_of(whole)
    slow = gaps_of(whole, by_definition=True)
    assert [n.parts for n in found.needs] == [n.parts for n in slow.needs]
    assert [n.status for n in found.needs] == [n.status for n in slow.needs]
    # Which offers serve isn't unique, what each need gets is.
    assert [{*n.flags} - {"assumed_range"} for n in found.needs] == [
        {*n.flags} - {"assumed_range"} for n in slow.needs
    ]
    assert [o.connected_needs for o in found.offers] == [o.connected_needs for o in slow.offers]
    assert found.by_category() == slow.by_category()
    return found


def need(found: Gaps, key: str = "n") -> NeedGap:
    return next(n for n in found.needs if n.id == key)


def parts(found: Gaps, key: str = "n") -> dict[str, int | float | bool]:
    """The parts that aren't zero or false."""
    return {k: v for k, v in need(found, key).parts.model_dump().items() if v}


def town(**offer: Any) -> City:
    """Grids g1, g2 in C1, g3 in C2; library p in C1 offers 5 of a; g1 needs 3 of a."""
    c = City()
    c.grid("g1", "g2")
    c.community("C2")
    c.grid("g3", community="C2")
    c.unit("p", "public_institution", area="C1")
    c.unit("u", "school", area="C2")
    c.offer("p", "r", **{"category": "a", "quantity": 5, **CARE, **offer})
    c.need("n", "g1", "a", 3, unit="台", **CARE)
    return c


# ---------------------------------------------------------------------- connection


def test_no_tie_is_a_sharing_gap() -> None:
    found = gaps(town())
    assert parts(found) == {"sharing_gap": 3}
    assert need(found).status == "sharing_gap"
    assert need(found).offers == ("r",)
    assert found.offers[0].model_dump(include={"used", "idle", "connected_needs"}) == {
        "used": 3,
        "idle": 2,
        "connected_needs": 0,
    }


def with_hub(c: City) -> None:
    c.org("committee", "community_party_committee", "C1")
    c.tie("p", "committee")


def with_neighbour(c: City) -> None:
    c.tie("p", "u")
    c.tie("u", "g1")


def with_neighbour_of_community(c: City) -> None:
    c.tie("u", "p")
    c.tie("u", "C1")


def with_two_neighbours(c: City) -> None:
    c.unit("v")
    c.tie("p", "u")
    c.tie("u", "v")
    c.tie("v", "g1")


def with_branch(c: City) -> None:
    c.org("branch", "grid_branch", "g1")
    c.tie("p", "branch")


def through_hub(c: City) -> None:
    c.org("other", "community_party_committee", "C2")
    c.tie("p", "other")
    c.tie("other", "g1")


def with_hub_of_street(c: City) -> None:
    c.org("work committee", "street_work_committee", "S1")
    c.tie("p", "work committee")


def lapsed(c: City) -> None:
    c.tie("p", "g1", signed="2017-07-31")


def administrative(c: City) -> None:
    c.add(TieType.LOCATED_IN, "p", "g1")


CONNECTS: list[tuple[Callable[[City], Any], bool]] = [
    (lambda c: c.tie("p", "g1"), True),
    (lambda c: c.tie("p", "C1"), True),
    (with_hub, True),
    (with_neighbour, True),
    (with_neighbour_of_community, True),
    (lambda c: c.members("g1", 3, employer="p"), True),
    (lambda c: c.members("g1", 2, employer="p"), False),
    (lambda c: c.members("C1", 3, employer="p"), False),
    (lambda c: c.tie("p", "g2"), False),
    (lambda c: c.tie("p", "C2"), False),
    (lambda c: c.tie("p", "S1"), False),
    (with_two_neighbours, False),
    (with_branch, False),
    (through_hub, False),
    (with_hub_of_street, False),
    (lapsed, False),
    (administrative, False),
    (lambda c: c.tie("p", "g1", ended=True), False),
    (lambda c: c.tie("p", "g1", signed="2019-08-02"), False),
]


@pytest.mark.parametrize(("tie", "connected"), CONNECTS)
def test_what_connects(tie: Callable[[City], Any], connected: bool) -> None:
    c = town()
    tie(c)
    assert parts(gaps(c)) == {"matchable" if connected else "sharing_gap": 3}


def test_community_ties_count_only_by_policy() -> None:
    without = Policy(community_ties_count=False)
    for tie in (lambda c: c.tie("p", "C1"), with_hub, with_neighbour_of_community):
        c = town()
        tie(c)
        assert parts(gaps(c, without)) == {"sharing_gap": 3}
    c = town()
    c.tie("p", "g1")
    assert parts(gaps(c, without)) == {"matchable": 3}


def test_need_of_a_community_is_met_by_ties_to_it() -> None:
    c = town()
    c.need("m", "C1", "a", 1, **CARE)
    c.tie("p", "g2")
    assert parts(gaps(c), "m") == {"sharing_gap": 1}
    c.tie("p", "C1")
    assert parts(gaps(c), "m") == {"matchable": 1}
    assert parts(gaps(c, Policy(community_ties_count=False)), "m") == {"matchable": 1}


def test_levels_count_ties_of_finer_areas() -> None:
    c = town()
    c.tie("p", "g2")
    assert parts(gaps(c, level="grid")) == {"sharing_gap": 3}
    assert parts(gaps(c, level="community")) == {"matchable": 3}
    c = town()
    c.tie("p", "g3")
    assert parts(gaps(c, level="community")) == {"sharing_gap": 3}
    assert parts(gaps(c, level="street")) == {"matchable": 3}
    c = town()
    with_branch(c)
    assert parts(gaps(c, level="community")) == {"matchable": 3}


def test_a_running_match_ties_its_provider_to_the_grid() -> None:
    c = town()
    c.offer("p", "r2", "b", 1)
    c.need("n2", "g1", "b", 1)
    c.match("r2", "n2", 1, status="running")
    assert parts(gaps(c)) == {"matchable": 3}


def test_own_need_by_own_offer() -> None:
    c = town()
    c.need("m", "C2", "a", 1, requester="p", **CARE)
    assert parts(gaps(c), "m") == {"matchable": 1}


def test_hub_as_a_provider() -> None:
    c = City()
    c.grid("g1", "g2")
    c.org("centre", "service_centre", "C1")
    c.unit("u")
    c.offer("centre", "r", "a", 2)
    c.need("n", "g1", "a", 1)
    assert parts(gaps(c)) == {"sharing_gap": 1}
    c.tie("u", "centre")
    c.tie("u", "g1")
    assert parts(gaps(c)) == {"matchable": 1}


def test_need_where_its_requester_sits() -> None:
    c = town()
    c.node("n")["area"] = None
    c.add(TieType.REQUESTS, "u", "n")
    c.wanted.ties[(TieType.REQUESTS, Label.GRID, Label.NEED)].clear()
    assert need(gaps(c)).area == "C2"


# ---------------------------------------------------------------------- fits


@pytest.mark.parametrize(
    ("offered", "needed", "fitting"),
    [
        (("a", "care"), ("a", "care"), True),
        (("a", None), ("a", None), True),
        (("b", "care"), ("a", "care"), False),
        (("b", "care"), (None, "care"), True),
        ((None, "care"), (None, "care"), True),
        ((None, "care"), ("a", "care"), False),
        (("b", "market"), (None, "care"), False),
        ((None, None), ("a", "care"), False),
        ((None, None), (None, "care"), False),
    ],
)
def test_categories(
    offered: tuple[str | None, str | None], needed: tuple[str | None, str | None], fitting: bool
) -> None:
    c = town(category=offered[0], service=offered[1])
    c.node("n").update(category=needed[0], service=needed[1])
    found = gaps(c)
    assert parts(found) == ({"sharing_gap": 3} if fitting else {"absent": 3})
    assert ("coarse" in need(found).flags) == (needed[0] is None)


@pytest.mark.parametrize("quantity", [3, None])
def test_unclassified_need_is_wholly_that(quantity: float | None) -> None:
    c = town()
    c.node("n").update(category=None, service=None, quantity=quantity)
    c.match("r", "n", 2)
    found = gaps(c)
    assert parts(found) == {"unclassified": 3 if quantity else True}
    assert need(found).status == "unclassified"
    assert need(found).explain.zh.startswith("需要n")
    row = found.by_category().categories[0]
    assert (row.category, row.service, row.needs) == (None, None, 1)


@pytest.mark.parametrize(
    ("offer", "due", "part"),
    [
        ({"valid_to": "2019-07-31"}, None, "absent"),
        ({"valid_to": DAY}, None, "sharing_gap"),
        ({"valid_from": "2019-10-01"}, None, "sharing_gap"),
        ({"valid_from": "2019-10-01"}, "2019-10-01", "sharing_gap"),
        ({"valid_from": "2019-10-01"}, "2019-09-30", "absent"),
        ({"range": "g1"}, None, "sharing_gap"),
        ({"range": "C1"}, None, "sharing_gap"),
        ({"range": "X"}, None, "sharing_gap"),
        ({"range": "g2"}, None, "absent"),
        ({"range": "C2"}, None, "absent"),
    ],
)
def test_dates_and_range(offer: dict[str, str], due: str | None, part: str) -> None:
    c = town(**offer)
    c.node("n")["due"] = due
    assert parts(gaps(c)) == {part: 3}


def test_a_range_inside_the_tied_community() -> None:
    c = town(range="g1")
    c.need("n2", "g2", "a", 2, **CARE)
    c.tie("p", "C1")
    assert parts(gaps(c)) == {"matchable": 3}
    assert parts(gaps(c), "n2") == {"absent": 2}


@pytest.mark.parametrize(
    ("unknown_range", "part"),
    [
        ("grid", "sharing_gap"),
        ("community", "absent"),
        ("street", "absent"),
        ("district", "sharing_gap"),
        ("city", "sharing_gap"),
    ],
)
def test_range_unknown(unknown_range: Any, part: str) -> None:
    # The provider sits in C2, below another street; without a grid of its own: everywhere.
    c = town()
    c.street("S2")
    c.community("C9", street="S2")
    c.unit("far", area="C9")
    c.node("r")["range"] = "C2"
    c.offer("far", "r2", "a", 9, **CARE)
    found = gaps(c, Policy(unknown_range=unknown_range))
    assert parts(found) == {part: 3}
    assert ("assumed_range" in need(found).flags) == (part == "sharing_gap")


def test_offer_without_a_place_goes_everywhere() -> None:
    c = town(range="C2")
    c.org("nowhere", "property_company", None)
    c.offer("nowhere", "r2", "a", 9, **CARE)
    found = gaps(c)
    assert parts(found) == {"sharing_gap": 3}
    assert found.offers[1].range == ()
    assert found.offers[1].assumed_range


def test_offer_without_a_provider_is_never_connected() -> None:
    c = town()
    c.tie("p", "g1")
    c.wanted.ties[(TieType.OFFERS, Label.RESIDENT_UNIT, Label.RESOURCE)].clear()
    found = gaps(c)
    assert parts(found) == {"sharing_gap": 3}
    assert found.offers[0].range == ("D1",)
    assert "r在D1范围内可提供3台" in need(found).explain.zh


# ---------------------------------------------------------------------- quantities


def test_all_parts_of_one_need() -> None:
    # 20 asked: 2 matched, 4 by a tied provider, 5 by another in range, the rest lacking.
    c = town()
    c.node("n")["quantity"] = 20
    c.tie("u", "g1")
    c.offer("u", "r2", "a", 6, **CARE)
    c.match("r2", "n", 2, status="matched")
    found = gaps(c)
    assert parts(found) == {"met": 2, "matchable": 4, "sharing_gap": 5, "exhausted": 9}
    assert need(found).status == "sharing_gap"
    assert need(found).offers == ("r2", "r")
    assert [(o.id, o.matched, o.used, o.idle) for o in found.offers] == [
        ("r", 0, 5, 0),
        ("r2", 2, 6, 0),
    ]
    assert need(found).explain.zh == (
        "需要n20台：已对接2台；u已有共建关系，可对接4台；p在D1范围内可提供5台，"
        "但与本网格没有共建关系，建议牵线；还差9台，范围内同类资源已用完，建议扩大供给。"
        "服务范围未填，按提供单位所在区域推定。"
    )
    assert need(found).explain.en == (
        "Needs n 20台: 2台 matched already; u tied to it can give 4台; make the match; p can give "
        "5台 within D1, but has no tie to this grid; bring them together; 9台 lacking, what is "
        "offered in range is used up; raise capacity. The range was not given; the provider's own "
        "area is assumed."
    )


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        ("claimed", False),
        ("matched", True),
        ("running", True),
        ("done", True),
        ("evaluated", True),
        (None, False),
    ],
)
def test_which_matches_count(status: str | None, counts: bool) -> None:
    c = town(quantity=1)
    c.match("r", "n", 1, status=status)
    found = parts(gaps(c))
    assert found.get("met", 0) == (1 if counts else 0)
    assert sum(found.values()) == 3
    c.node("n")["quantity"] = None
    assert parts(gaps(c)) == ({"met": True} if counts else {"sharing_gap": True})


def test_more_matched_than_asked() -> None:
    c = town()
    c.match("r", "n", 4, status="done")
    c.need("m", "g1", "a", 3, **CARE)
    found = gaps(c)
    assert parts(found) == {"met": 3}
    assert need(found).offers == ("r",)
    assert parts(found, "m") == {"matchable": 1, "exhausted": 2}
    assert (found.offers[0].matched, found.offers[0].idle) == (4, 0)


def test_match_of_unknown_quantity_adds_nothing() -> None:
    c = town()
    c.match("r", "n", None, status="matched")
    found = gaps(c)
    assert parts(found) == {"sharing_gap": 3}
    assert "match_unknown" in need(found).flags


def test_a_need_of_nothing_is_met() -> None:
    c = town()
    c.node("n")["quantity"] = 0
    found = gaps(c)
    assert (parts(found), need(found).status) == ({}, "met")


def test_decimals_are_exact() -> None:
    # 0.3 - 0.1 - 0.1 = 0.1 on paper, though not in binary floats.
    c = town(quantity=0.1)
    c.node("n")["quantity"] = 0.3
    c.match("r", "n", 0.1)
    c.offer("u", "r2", "a", 0.1, **CARE)
    found = gaps(c)
    assert parts(found) == {"met": 0.1, "sharing_gap": 0.1, "exhausted": 0.1}
    totals = found.by_category().totals
    assert totals.requested == 0.3
    assert sum(Decimal(repr(v)) for v in totals.parts.model_dump().values()) == Decimal("0.3")


def test_not_a_number() -> None:
    c = town(quantity=float("inf"))
    with pytest.raises(ValueError, match="finite"):
        gaps_of(WholeCity(c.network(), POLICY))


@pytest.mark.parametrize(
    ("tie", "offered", "part"),
    [
        ("g1", 0, "matchable"),
        ("g1", None, "matchable"),
        (None, 2, "sharing_gap"),
        (None, None, "sharing_gap"),
    ],
)
def test_need_of_unknown_quantity(tie: str | None, offered: float | None, part: str) -> None:
    c = town(quantity=offered)
    c.node("n")["quantity"] = None
    if tie:
        c.tie("p", tie)
    found = gaps(c)
    assert parts(found) == {part: True}
    totals = found.by_category().totals
    assert (totals.needs, totals.unknown_quantity, totals.requested) == (1, 1, 0)
    assert totals.unknown_parts.model_dump()[part] == 1
    c.node("n")["category"] = "b"
    assert parts(gaps(c)) == {"absent": True}


def test_offer_of_unknown_capacity() -> None:
    c = town(quantity=None)
    found = gaps(c)
    # In word a gap, in quantity not.
    assert parts(found) == {"exhausted": 3}
    assert need(found).status == "sharing_gap"
    assert need(found).flags == ("assumed_range", "unknown_capacity")
    assert found.offers[0].idle is None
    c.tie("p", "g1")
    found = gaps(c)
    assert (parts(found), need(found).status) == ({"exhausted": 3}, "matchable")
    assert "p已有共建关系，但可提供数量未说明，请核实" in need(found).explain.zh
    assert parts(gaps(c, Policy(unknown_capacity=2))) == {"matchable": 2, "exhausted": 1}


# ---------------------------------------------------------------------- several needs


def test_urgent_needs_first() -> None:
    c = town(quantity=4)
    c.tie("p", "C1")
    c.need("z", "g2", "a", 3, urgency="特急", **CARE)
    found = gaps(c)
    assert parts(found, "z") == {"matchable": 3}
    assert parts(found) == {"matchable": 1, "exhausted": 2}


def test_sums_by_category_and_area() -> None:
    c = town()
    c.tie("p", "g1")
    c.need("n2", "g3", "a", 4, **CARE)
    c.need("n3", "g3", None, 2.5, **CARE)
    c.need("n4", "C2", "b", None, service="market")
    c.need("n5", "g1", None, 1)
    found = gaps(c)
    rows = found.by_category().model_dump()["categories"]
    assert [(r["service"], r["category"], r["needs"], r["requested"]) for r in rows] == [
        ("care", "a", 2, 7),
        ("care", None, 1, 2.5),
        ("market", "b", 1, 0),
        (None, None, 1, 1),
    ]
    assert rows[0]["parts"] == {
        **dict.fromkeys(PARTS, 0),
        "matchable": 3,
        "sharing_gap": 2,
        "exhausted": 2,
    }
    areas = found.by_area().areas
    assert [(a.code, a.needs, a.requested) for a in areas] == [
        ("C2", 1, 0),
        ("g1", 2, 4),
        ("g3", 2, 6.5),
    ]
    assert [(a.code, a.needs) for a in found.by_area("C2", level="community").areas] == [("C2", 3)]
    assert [n.id for n in found.by_need("C2").needs] == ["n2", "n3", "n4"]
    assert found.by_need("C2").totals.requested == 6.5


def test_unknown_area() -> None:
    with pytest.raises(UnknownArea, match="C77"):
        gaps(town()).by_need("C77")


def test_json_shape() -> None:
    found = gaps(town())
    sheet = json.loads(found.by_need().model_dump_json())
    assert list(sheet) == ["date", "area", "level", "policy_hash", "needs", "totals", "notes"]
    row = sheet["needs"][0]
    assert {"id", "name", "category", "area", "requested", "parts", "status", "offers"} <= {*row}
    assert row["parts"] == {**dict.fromkeys(PARTS, 0), "sharing_gap": 3}
    assert set(row["explain"]) == {"zh", "en"}
    assert '"requested":3,' in found.by_need().model_dump_json()
    assert type(row["requested"]) is int
    assert sheet["date"] == DAY
    c = town()
    c.node("n")["quantity"] = None
    row = json.loads(gaps(c).by_need().model_dump_json())["needs"][0]
    assert row["parts"] == {**dict.fromkeys(PARTS, False), "sharing_gap": True}


def test_uncovered_grid_is_flagged() -> None:
    c = town()
    c.node("C1")["named_by"] = []
    found = gaps(c)
    assert "ties_unknown" in need(found).flags
    assert "本网格的共建台账尚未报送" in need(found).explain.zh
    assert "ties_unknown" in [n.code for n in found.notes]


def test_frames_and_html() -> None:
    c = town()
    c.node("n")["category"] = c.node("r")["category"] = "<img src=x>"
    c.need("n2", "g1", "a", None, **CARE)
    found = gaps(c)
    frame = found.to_polars()
    assert frame["sharing_gap"].to_list() == [3.0, None]
    assert frame["status"].to_list() == ["sharing_gap", "absent"]
    assert found.to_pandas().shape == frame.shape
    assert "<img" not in found._repr_html_()
    assert "&lt;img src=x&gt;" in found._repr_html_()


def test_no_needs_and_no_offers() -> None:
    c = City()
    c.grid("g1")
    found = gaps(c)
    assert found.needs == found.offers == ()
    assert found.by_category().totals.requested == 0
    assert found.to_polars().height == 0
    c.need("n", "g1", "a", 2)
    assert parts(gaps(c)) == {"absent": 2}


def test_empty_network() -> None:
    found = gaps(City(on=None, plain=True))
    assert (found.date, found.by_area().areas) == (None, ())


# ---------------------------------------------------------------------- properties


@st.composite
def cities(draw: st.DrawFn) -> City:
    c = City()
    c.street("S2")
    c.community("C2")
    c.community("C3", street="S2")
    for community in ("C1", "C2", "C3"):
        c.grid(f"{community}a", f"{community}b", community=community)
    places = ["C1a", "C1b", "C2a", "C2b", "C3a", "C3b", "C1", "C2", "C3", "S1"]
    place = st.sampled_from(places)
    c.org("h1", "community_party_committee", "C1")
    c.org("h3", "residents_committee", "C3")
    units = ["u0", "u1", "u2", "u3"]
    for unit in units:
        c.unit(unit, area=draw(place))
    for one, other in draw(
        st.sets(
            st.tuples(st.sampled_from([*units, "h1"]), st.sampled_from([*places, *units, "h3"])),
            max_size=8,
        )
    ):
        if one != other:
            c.tie(one, other, signed=draw(st.sampled_from(["2016-01-01", "2019-01-01"])))
    amounts = st.sampled_from([None, 0, 1, 2, 2.5, 3, 10])
    kinds = st.sampled_from([("a", "care"), ("b", "care"), (None, "care"), ("x", None)])
    for i in range(draw(st.integers(0, 5))):
        category, service = draw(kinds)
        c.offer(
            draw(st.sampled_from([*units, "h3"])),
            f"r{i}",
            category,
            draw(amounts),
            range=draw(st.sampled_from([None, *places])),
            service=service,
        )
    for i in range(draw(st.integers(0, 6))):
        category, service = draw(st.one_of(kinds, st.just((None, None))))
        c.need(
            f"n{i}",
            draw(place),
            category,
            draw(amounts),
            service=service,
            urgency=draw(st.sampled_from([None, "特急", "紧急"])),
        )
    resources = sorted(k for k in c.label if c.label[k] == Label.RESOURCE)
    needs = sorted(k for k in c.label if c.label[k] == Label.NEED)
    if resources and needs:
        for _ in range(draw(st.integers(0, 2))):
            c.match(
                draw(st.sampled_from(resources)),
                draw(st.sampled_from(needs)),
                draw(amounts),
                status=draw(st.sampled_from(["claimed", "matched", "done"])),
            )
    return c


@given(cities(), st.sampled_from(["grid", "community", "street"]))
@settings(max_examples=60, deadline=None)
def test_parts_add_up(city: City, level: Any) -> None:
    found = gaps(city, level=level)
    for row in found.needs:
        values = [getattr(row.parts, part) for part in PARTS]
        if row.requested is None:
            assert sorted(map(repr, values)) == ["False"] * 5 + ["True"]
            assert getattr(row.parts, row.status) is True
        else:
            assert sum(values) == row.requested  # halves are exact in binary
            assert min(values) >= 0
    totals = found.by_need().totals
    assert sum(totals.parts.model_dump().values()) == totals.requested
    for sheet in (found.by_category().categories, found.by_area().areas):
        for part in PARTS:
            assert sum(getattr(r.parts, part) for r in sheet) == getattr(totals.parts, part)
            words = sum(getattr(r.unknown_parts, part) for r in sheet)
            assert words == getattr(totals.unknown_parts, part)
    for offer in found.offers:
        if offer.capacity is not None:
            assert offer.used <= max(offer.capacity, offer.matched)
            assert offer.idle == max(0, offer.capacity - offer.used)


@given(cities(), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_order_of_rows_changes_nothing(city: City, rng: random.Random) -> None:
    network = city.network()
    tables = {
        name: getattr(network, name).sample(fraction=1, shuffle=True, seed=rng.randrange(10**6))
        for name in ("areas", "actors", "people", "events", "resources", "needs", "funds", "ties")
    }
    shuffled = Network(head="test", as_of=network.as_of, datasets=network.datasets, **tables)
    one, other = (gaps_of(WholeCity(n, POLICY)) for n in (network, shuffled))
    assert one.by_need().model_dump_json() == other.by_need().model_dump_json()
    assert one.offers == other.offers


@given(cities(), st.sampled_from(["C1a", "C2b", "S2", None]))
@settings(max_examples=25, deadline=None)
def test_one_more_offer_never_serves_less(city: City, range_: str | None) -> None:
    def served(found: Gaps) -> float:
        sums = found.by_need().totals.parts
        return sums.met + sums.matchable + sums.sharing_gap

    before = served(gaps_of(WholeCity(city.network(), POLICY)))
    city.offer("u0", "rr", "a", 2, range=range_, service="care")
    assert served(gaps_of(WholeCity(city.network(), POLICY))) >= before


@given(cities())
@settings(max_examples=20, deadline=None)
def test_without_ties_nothing_is_matchable(city: City) -> None:
    for type_, start, end in list(city.wanted.ties):
        if type_ in (TieType.CO_BUILDS, TieType.MATCHES):
            city.wanted.ties[(type_, start, end)].clear()
    sums = gaps(city).by_need().totals
    assert sums.parts.matchable == sums.parts.met == 0
    assert sums.unknown_parts.matchable == sums.unknown_parts.met == 0


@given(cities())
@settings(max_examples=20, deadline=None)
def test_unknown_quantities_are_never_summed(city: City) -> None:
    for table in (Label.NEED, Label.RESOURCE):
        for props in city.wanted.nodes.get(table, {}).values():
            props["quantity"] = None
    totals = gaps(city).by_need().totals
    assert totals.requested == 0
    assert (
        totals.unknown_quantity == totals.needs == sum(totals.unknown_parts.model_dump().values())
    )


def test_input_is_not_changed() -> None:
    network = town().network()
    before = {name: getattr(network, name).clone() for name in ("areas", "needs", "ties")}
    gaps_of(WholeCity(network, POLICY))
    assert all(before[name].equals(getattr(network, name)) for name in before)
    assert isinstance(network.needs, pl.DataFrame)
    assert set(NODE_PROPS[Label.NEED]) <= set(network.needs.columns)


@pytest.mark.parametrize("seed", range(3))
def test_totals_equal_an_independent_maximum_flow(seed: int) -> None:
    """On a city of 60 grids: pairs one by one from the definition, the flow by NetworkX."""
    from analysis.gaps.fitting import Links, Places, fits, hops
    from analysis.gaps.offers_and_needs import links_of, read_lists
    from analysis.layers.layers import tie_layers
    from tests.analysis.gaps.test_allocation import most

    draw = random.Random(seed)
    c = City()
    grids = []
    for s in range(3):
        c.street(f"T{s}")
        for k in range(4):
            c.community(f"T{s}c{k}", street=f"T{s}")
            for g in range(5):
                c.grid(f"T{s}c{k}g{g}", community=f"T{s}c{k}")
                grids.append(f"T{s}c{k}g{g}")
    for i in range(80):
        c.unit(f"u{i}", area=draw.choice(grids)[:4])
        for grid in draw.sample(grids, draw.randint(0, 3)):
            c.tie(f"u{i}", grid)
        where = draw.choice([None, "X", "T0", "T1c2", draw.choice(grids)])
        amount = draw.choice([None, 1, 5, 40, 2.5])
        c.offer(f"u{i}", f"r{i}", draw.choice("ab"), amount, range=where)
    for i in range(100):
        c.need(f"n{i}", draw.choice(grids), draw.choice("ab"), draw.choice([None, 2, 7, 90, 0.5]))
    network = c.network()
    places = Places.of(network, POLICY, "grid")
    lists = read_lists(network, POLICY, places, DAY)
    links: Links = links_of(tie_layers(network, POLICY, on=DAY))
    fitting, tied = [], []
    for i, offer in enumerate(lists.offers):
        for j, need_ in enumerate(lists.needs):
            if fits(offer, need_, places):
                fitting.append((i, j))
                if hops(offer, need_, links, places) is not None:
                    tied.append((i, j))
    supply, demand = [o.free for o in lists.offers], [n.open for n in lists.needs]
    totals = gaps_of(WholeCity(network, POLICY)).by_need().totals
    number = lists.scale.number
    assert totals.parts.matchable == number(most(tied, supply, demand))
    assert totals.parts.matchable + totals.parts.sharing_gap == pytest.approx(
        number(most(fitting, supply, demand))
    )
