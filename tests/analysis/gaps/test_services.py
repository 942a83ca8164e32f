"""The matrix area × five services. Expected values by hand, and pair by pair on random cities."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.city import City as WholeCity
from analysis.gaps.fitting import fits, hops
from analysis.gaps.gaps import gaps
from analysis.gaps.services import ServiceCell, service_matrix
from analysis.policy import Policy
from graph.model.vocabulary import SERVICES
from tests.analysis.build import City
from tests.analysis.gaps.test_allocation import Town, towns


def cell(city: City, grid: str, service: str = "care") -> ServiceCell:
    rows = gaps(WholeCity(city.network(), Policy())).by_service().areas
    return next(row for row in rows if row.code == grid).services[service]


def town() -> City:
    """Library p offers care in C1, tied to g1 only; g3 lies elsewhere; g4 has no tie data."""
    c = City()
    c.grid("g1", "g2")
    c.community("C2")
    c.grid("g3", community="C2")
    c.community("C3", covered=False)
    c.grid("g4", community="C3")
    c.unit("p", "public_institution", area="C1")
    c.offer("p", "o", "a", 5, service="care", range="S1")
    c.tie("p", "g1")
    return c


def test_coverage() -> None:
    c = town()
    assert cell(c, "g1").model_dump() == {
        "coverage": "served",
        "connected": 1,
        "in_range": 1,
        "needs": 0,
        "unmet": 0,
    }
    assert cell(c, "g2").coverage == "reachable"
    assert cell(c, "g3").coverage == "reachable"
    found = cell(c, "g4")
    assert (found.coverage, found.connected, found.in_range) == ("unknown", None, 1)
    assert cell(c, "g1", "market").coverage == "empty"
    # nothing is in range, so that ties can't matter
    assert cell(c, "g4", "market").coverage == "empty"


def test_a_tie_to_the_community_serves_its_grids() -> None:
    c = town()
    c.tie("p", "C1")
    assert cell(c, "g2").coverage == "served"


def test_range_of_a_street_elsewhere() -> None:
    c = town()
    c.street("S2")
    c.community("C9", street="S2")
    c.grid("g9", community="C9")
    assert cell(c, "g9").coverage == "empty"


def test_needs_are_counted() -> None:
    c = town()
    c.need("n1", "g1", "a", 2, service="care")
    c.need("n2", "g1", "b", service="care")
    found = cell(c, "g1")
    assert (found.needs, found.unmet) == (2, 2)
    result = gaps(WholeCity(c.network(), Policy())).by_service("C1")
    assert [row.code for row in result.areas] == ["g1", "g2"]
    assert result.summary["care"] == {"served": 1, "reachable": 1, "empty": 0, "unknown": 0}


def test_empty_network() -> None:
    assert gaps(WholeCity(City(plain=True).network(), Policy())).by_service().areas == ()


@given(towns(most=5), st.sampled_from(["g1", "g3", "g4"]))
@settings(max_examples=80, deadline=None)
def test_equals_a_need_of_that_service(town: Town, grid: str) -> None:
    """An area is served just where a coarse need there, due at no time, would be connected."""
    from analysis.gaps.fitting import Need

    offers, _, links, places = town
    places = replace(places, level="grid")
    # a range below the grid serves a part of it
    offers = [
        replace(o, starts=None, ranges=tuple(places.judged(r) for r in o.ranges)) for o in offers
    ]
    row, *_ = service_matrix([grid], offers, [], links, places, names={})
    for service in SERVICES:
        need = Need(
            key="n",
            name="n",
            category=None,
            service=service,
            unit=None,
            area=grid,
            requested=1,
            met=0,
            matches=(),
            urgency=0,
            urgency_word=None,
            due=None,
            status=None,
            requesters=frozenset(),
        )
        fitting = [o for o in offers if fits(o, need, places)]
        tied = [o for o in fitting if hops(o, need, links, places) is not None]
        found = row.services[service]
        assert (found.in_range, found.connected) == (len(fitting), len(tied))
