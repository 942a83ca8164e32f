"""What changed: in the world or only in what is known, by hand and by properties."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from analysis.changes import Changes, as_known_now, changes
from analysis.city import City as WholeCity
from analysis.policy import Policy
from analysis.weak.weak_grids import weak_grids
from graph.model.network import Network
from graph.model.wanted import WantedGraph
from tests.analysis.build import DAY, City
from tests.strategies import DAYS, cities

EARLIER = "2018-08-01"
FAST = (Phase.explicit, Phase.reuse, Phase.generate)
"""Shrinking takes minutes here: three judgements a case."""


def of(c: City, head: str = "then", on: str = EARLIER) -> Network:
    return Network.from_wanted(deepcopy(c.wanted), head=head, as_of=on)


def told(found: Changes) -> set[tuple[str, str, str]]:
    return {(t.what, t.cause, t.end) for t in found.ties}


def base() -> City:
    c = City()
    c.grid("g1", "g2")
    c.unit("u")
    c.unit("v")
    c.tie("u", "g1", signed="2018-01-01")
    c.tie("u", "g2", signed="2018-01-01")
    return c


@given(cities(), st.sampled_from(DAYS))
@settings(max_examples=20, deadline=None, phases=FAST)
def test_between_the_same_two_moments_nothing_changed(c: City, day: str) -> None:
    found = changes(c.network(), WholeCity(c.network(), Policy(), DAY), since=DAY)
    assert (found.verdicts, found.newly_covered) == ((), ())
    assert not found.ties
    same = changes(c.network(), WholeCity(c.network(), Policy(), DAY), since=min(day, DAY))
    assert {t.cause for t in same.ties} <= {"world"}  # nothing is learned from the same sheets
    assert {cause for v in same.verdicts for cause in v.causes} <= {"world"}
    alone = changes(None, WholeCity(c.network(), Policy(), DAY), since=min(day, DAY))
    assert not [t for t in alone.ties if t.cause == "learned"]
    assert not [v for v in alone.verdicts if "learned" in v.causes]


@given(cities(), cities(), st.sampled_from(DAYS))
@settings(max_examples=20, deadline=None, phases=FAST)
def test_verdicts_are_those_of_the_three_judgements(one: City, other: City, day: str) -> None:
    was, now = of(one, on=day), other.network()
    found = changes(was, WholeCity(now, Policy()), since=day)
    judged = [
        {a.code: a.verdict for a in weak_grids(WholeCity(network, Policy(), on)).areas}
        for network, on in (
            (as_known_now(was, was, day, DAY), day),
            (as_known_now(was, now, day, DAY), day),
            (now, DAY),
        )
    ]
    expected = {
        code: tuple(j.get(code) for j in judged)
        for code in set().union(*judged)
        if len({j.get(code) for j in judged}) > 1
    }
    assert {v.code: (v.before, v.as_known_now, v.after) for v in found.verdicts} == expected
    for v in found.verdicts:
        assert ("learned" in v.causes) == (v.before != v.as_known_now)
        assert ("world" in v.causes) == (v.as_known_now != v.after)
        assert v.why


def test_a_tie_that_begins_later_happened() -> None:
    c = base()
    was = of(c)
    c.tie("v", "g1", signed="2019-03-01")
    found = changes(was, WholeCity(c.network(), Policy()))
    assert told(found) == {("begun", "world", "g1")}


def test_a_tie_entered_late_was_only_learned() -> None:
    c = base()
    was = of(c)
    c.tie("v", "g1", signed="2018-03-01")
    found = changes(was, WholeCity(c.network(), Policy()))
    assert told(found) == {("recorded", "learned", "g1")}


def test_a_tie_that_lapses_meanwhile_happened_without_any_new_sheet() -> None:
    """Signed 2017-07-31: alive at 2018-08-01, lapsed after 24 months at 2019-08-01."""
    c = base()
    c.tie("v", "g1", signed="2017-07-31")
    found = changes(None, WholeCity(c.network(), Policy()), since=EARLIER)
    assert told(found) == {("lapsed", "world", "g1")}


def test_an_end_without_a_date_happened_between_the_sheets() -> None:
    c = base()
    c.tie("v", "g1", signed="2018-02-01")
    was = of(c)
    later = base()
    later.tie("v", "g1", signed="2018-02-01", ended=True)
    found = changes(was, WholeCity(later.network(), Policy()))
    assert told(found) == {("ended", "world", "g1")}
    first_seen = changes(of(base()), WholeCity(later.network(), Policy()))
    assert told(first_seen) == {("recorded", "learned", "g1")}


def test_a_later_sign_of_life_revives_a_lapsed_tie() -> None:
    c = base()
    c.tie("v", "g1", signed="2015-01-01")
    was = of(c)
    later = base()
    later.tie("v", "g1", signed="2015-01-01", last_sign="2019-05-01")
    assert told(changes(was, WholeCity(later.network(), Policy()))) == {("renewed", "world", "g1")}
    earlier_sign = base()
    earlier_sign.tie("v", "g1", signed="2015-01-01", last_sign="2018-05-01")
    found = changes(was, WholeCity(earlier_sign.network(), Policy()))
    assert told(found) == {("corrected", "learned", "g1")}


def test_a_row_that_is_gone_was_learned() -> None:
    c = base()
    c.tie("v", "g1", signed="2018-03-01")
    found = changes(of(c), WholeCity(base().network(), Policy()))
    assert told(found) == {("gone", "learned", "g1")}


def test_newly_covered_areas_are_named_and_are_no_change_of_the_world() -> None:
    c = base()
    c.community("C2", covered=False)
    c.grid("g3", community="C2")
    was = of(c)
    c.node("C2")["named_by"] = ["ties"]
    found = changes(was, WholeCity(c.network(), Policy()))
    assert [a.code for a in found.newly_covered] == ["g3"]
    [change] = found.verdicts
    assert (change.before, change.as_known_now, change.after) == ("unknown", "isolated", "isolated")
    assert change.causes == ("learned",)
    assert change.why[0].code == "covered"


def test_people_who_came_meanwhile_happened() -> None:
    c = City()
    c.grid("g1")
    was = of(c)
    c.members("g1", 1, last_service="2019-06-01", registered="2019-02-01")
    found = changes(was, WholeCity(c.network(), Policy()))
    [change] = found.verdicts
    assert (change.before, change.as_known_now, change.after) == (
        "isolated",
        "isolated",
        "hub_only",
    )
    assert "由0人变为1人" in "".join(r.zh for r in change.why)


def test_a_change_elsewhere_is_told_as_such() -> None:
    """g1's own ties stay; g2 loses the unit that joins both, so g1 is detached."""
    c = City()
    c.grid("g1", "g2")
    c.unit("u")
    c.tie("u", "g1", signed="2019-01-01")
    c.tie("u", "g2", signed="2017-07-31")
    found = changes(None, WholeCity(c.network(), Policy()), since=EARLIER + "")
    by_code = {v.code: v for v in found.verdicts}
    assert by_code["g2"].after == "isolated"
    reasons = {r.code for r in by_code["g1"].why}
    assert reasons == {"begun"}
    steady = City()
    steady.grid("g1", "g2")
    steady.unit("u")
    steady.tie("u", "g1", signed="2018-07-01")
    steady.tie("u", "g2", signed="2017-07-31")
    found = changes(None, WholeCity(steady.network(), Policy()), since=EARLIER)
    by_code = {v.code: v for v in found.verdicts}
    assert [r.code for r in by_code["g1"].why] == ["elsewhere"]


def test_an_area_only_shows_what_lies_in_it() -> None:
    c = base()
    c.community("C2")
    c.grid("g9", community="C2")
    was = of(c)
    c.tie("v", "g1", signed="2019-03-01")
    c.tie("v", "g9", signed="2019-03-01")
    found = changes(was, WholeCity(c.network(), Policy())).within("C2")
    assert told(found) == {("begun", "world", "g9")}
    assert all("C2" in v.path for v in found.verdicts)


def test_the_earlier_day_must_be_earlier() -> None:
    with pytest.raises(ValueError, match="after"):
        changes(None, WholeCity(base().network(), Policy()), since="2020-01-01")


def test_of_nothing_nothing_changed() -> None:
    nothing = Network.from_wanted(WantedGraph(), as_of=None)
    assert changes(nothing, WholeCity(nothing, Policy())).ties == ()
    found = changes(nothing, WholeCity(base().network(), Policy()))
    assert {t.cause for t in found.ties} == {"learned"}
