"""Matches and proposals. Expected numbers by hand; totals against the gaps' own."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from analysis.city import City as WholeCity
from analysis.matches.proposals import Matches, checked_quantity, propose_matches, room_for
from analysis.policy import Policy
from graph.model.errors import UsageError
from tests.analysis.build import City
from tests.analysis.gaps.test_gaps import cities

POLICY = Policy()
EVEN = Policy(match_fairness="max_min")


def town(quantity: float | None = 100) -> City:
    """Library p offers 60 of a, tied to g1 and g2; g1 needs 100, g2 needs 20, far."""
    c = City()
    c.grid("g1", "g2")
    c.unit("p", "public_institution", area="C1")
    c.tie("p", "g1")
    c.tie("p", "g2")
    c.offer("p", "o", "a", 60)
    c.need("n1", "g1", "a", quantity)
    c.need("n2", "g2", "a", 20)
    return c


def proposed(found: Matches) -> dict[str, Any]:
    return {p.need: p.quantity for p in found.proposals}


def balance(found: Matches, need: str = "n1") -> dict[str, Any]:
    row = next(n for n in found.needs if n.need == need)
    return row.model_dump(include={"requested", "met", "claimed", "proposed", "open"})


def test_total_gives_to_the_first_key() -> None:
    assert proposed(propose_matches(WholeCity(town().network(), POLICY))) == {"n1": 60}


def test_max_min_shares_evenly() -> None:
    # 60 for 120 asked: half of each, 50 and 10
    assert proposed(propose_matches(WholeCity(town().network(), EVEN))) == {"n1": 50, "n2": 10}


def test_a_claim_is_reserved() -> None:
    """40 of 100 claimed, 60 open: of the offer 20 are left, and proposed."""
    c = town()
    c.match("o", "n1", 40, "claimed")
    found = propose_matches(WholeCity(c.network(), POLICY))
    assert balance(found) == {
        "requested": 100, "met": 0, "claimed": 40, "proposed": 20, "open": 40,
    }  # fmt: skip
    (made,) = found.matches
    assert (made.status, made.next, made.counts, made.quantity) == ("claimed", "matched", False, 40)
    # a claim meets nothing: the gaps still say all of it is matchable
    gap = WholeCity(c.network(), POLICY).gaps.needs[0]
    assert (gap.parts.met, gap.parts.matchable) == (0, 60)


def test_a_match_that_counts_meets() -> None:
    c = town()
    c.match("o", "n1", 40, "done")
    found = propose_matches(WholeCity(c.network(), POLICY))
    assert balance(found)["met"] == 40
    assert balance(found)["proposed"] == 20


def test_need_of_unknown_quantity() -> None:
    found = propose_matches(WholeCity(town(None).network(), POLICY))
    assert proposed(found) == {"n1": None, "n2": 20}
    c = town(None)
    c.match("o", "n1", None, "claimed")
    assert proposed(propose_matches(WholeCity(c.network(), POLICY))) == {"n2": 20}


def test_urgent_needs_come_first() -> None:
    c = town()
    c.need("n3", "g2", "a", 30, urgency="特急")
    for policy in (POLICY, EVEN):
        found = propose_matches(WholeCity(c.network(), policy))
        assert found.proposals[0].need == "n3"
        assert found.proposals[0].quantity == 30


def test_an_ended_match_is_none() -> None:
    c = town()
    c.match("o", "n1", 40, "done", ended=True)
    assert propose_matches(WholeCity(c.network(), POLICY)).matches == ()


def test_within_an_area() -> None:
    found = propose_matches(WholeCity(town().network(), EVEN))
    paths = {"g1": ("X", "D1", "S1", "C1", "g1"), "g2": ("X", "D1", "S1", "C1", "g2")}
    kept = found.within("g2", paths)
    assert {p.need for p in kept.proposals} == {n.need for n in kept.needs} == {"n2"}


def test_room() -> None:
    c = town()
    c.match("o", "n2", 15, "claimed")
    network = c.network()
    room = room_for(WholeCity(network, POLICY), "o", "n1")
    assert (room.free, room.lacking, room.status) == (45, 100, None)
    assert room.fits
    assert room.connected
    own = room_for(WholeCity(network, POLICY), "o", "n2")
    assert (own.free, own.lacking, own.quantity, own.status) == (60, 20, 15, "claimed")
    assert checked_quantity(room, None) == 45
    assert checked_quantity(own, 20) == 20
    for too_much in (46, 101):
        with pytest.raises(UsageError):
            checked_quantity(room, too_much)


def test_room_of_unknown_ids() -> None:
    with pytest.raises(UsageError, match="no such offer"):
        room_for(WholeCity(town().network(), POLICY), "x", "n1")
    with pytest.raises(UsageError, match="no such need"):
        room_for(WholeCity(town().network(), POLICY), "o", "x")


def test_a_full_need_has_no_room() -> None:
    c = town()
    c.match("o", "n2", 20, "matched")
    c.unit("q", "school", area="C1")
    c.offer("q", "o2", "a", 5)
    with pytest.raises(UsageError, match="still lacks 0"):
        checked_quantity(room_for(WholeCity(c.network(), POLICY), "o2", "n2"), None)


@given(cities())
@settings(max_examples=60, deadline=None)
def test_totals_and_limits(city: City) -> None:
    """Both ways of sharing give what is matchable; nothing is given twice."""
    network = city.network()
    gaps = WholeCity(network, POLICY).gaps
    for policy in (POLICY, EVEN):
        found = propose_matches(WholeCity(network, policy))
        if any(m.status == "claimed" for m in found.matches):
            continue
        total = sum(p.quantity for p in found.proposals if p.quantity is not None)
        assert total == pytest.approx(gaps.by_need().totals.parts.matchable)
        free = {o.id: max(0, o.capacity - o.matched) for o in gaps.offers if o.capacity is not None}
        for proposal in found.proposals:
            if proposal.quantity is not None and proposal.resource in free:
                free[proposal.resource] -= proposal.quantity
        assert all(left >= -1e-9 for left in free.values())
        assert all(n.open >= 0 for n in found.needs)
