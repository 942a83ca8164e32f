"""Hypothesis strategies: small random cities with all that the analyses can meet.

`cities()` gives a `tests.analysis.build.City`, of which `.network()` and `.wanted` are the
values that the code takes; `networks()` gives the network at once. Days are drawn around the
ones that decide at `DAY`, so that boundaries are met often.
"""

from __future__ import annotations

from hypothesis import strategies as st

from graph.model.labels import Label
from graph.model.network import Network
from tests.analysis.build import City

DAYS = ("2017-07-31", "2017-08-01", "2018-07-31", "2018-08-01", "2019-07-31", "2019-08-01")
"""Days around the boundaries of a judgement at 2019-08-01 (24 and 12 months before)."""
LATER = "2019-08-02"
UNIT_KINDS = ("school", "hospital", "private_enterprise", "market", "other", None)
ORGANIZATION_KINDS = (
    "owners_committee",
    "property_company",
    "residents_committee",
    "grid_branch",
    "community_party_committee",
)
CATEGORIES = ("理发", "维修", None)

days = st.sampled_from((*DAYS, LATER))
maybe_days = st.none() | days


@st.composite
def cities(
    draw: st.DrawFn,
    *,
    max_grids: int = 6,
    max_actors: int = 8,
    max_ties: int = 18,
    people: bool = True,
    needs: bool = False,
) -> City:
    """A city of up to two streets, with dated ties, hubs, people, events, needs and offers."""
    c = City()
    c.street("S2")
    c.community("C2", covered=draw(st.booleans()))
    c.community("C3", street="S2", covered=draw(st.booleans()))
    communities = ("C1", "C2", "C3")
    grids = [f"g{i}" for i in range(draw(st.integers(0, max_grids)))]
    for grid in grids:
        residents = draw(st.sampled_from((None, 0, 500, 1000, 2000)))
        home = draw(st.sampled_from(communities))
        c.grid(grid, community=home, covered=draw(st.booleans()), residents=residents)
    places = (*grids, *communities)
    actors = [f"a{i}" for i in range(draw(st.integers(0, max_actors)))]
    for actor in actors:
        _actor(draw, c, actor, places)
    for _ in range(draw(st.integers(0, max_ties)) if actors else 0):
        _tie(draw, c, actors, places)
    if people:
        _people(draw, c, actors, places)
    if needs and actors:
        _needs(draw, c, actors, places)
    return c


def networks(**limits: int) -> st.SearchStrategy[Network]:
    return cities(**limits).map(City.network)


def _actor(draw: st.DrawFn, c: City, key: str, places: tuple[str, ...]) -> None:
    area = draw(st.sampled_from(places))
    match draw(st.sampled_from(("unit", "unit", "social", "org"))):
        case "unit":
            c.unit(key, draw(st.sampled_from(UNIT_KINDS)), area)
        case "social":
            c.social(key, area=area)
        case _:
            c.org(key, draw(st.sampled_from(ORGANIZATION_KINDS)), area)


def _tie(draw: st.DrawFn, c: City, actors: list[str], places: tuple[str, ...]) -> None:
    actor = draw(st.sampled_from(actors))
    what = draw(st.sampled_from(("area", "area", "area", "actor", "event", "serves")))
    if what == "event":
        event = c.event(
            f"e{len(c.wanted.nodes.get(Label.ACTIVITY, ()))}",
            draw(st.sampled_from(places)),
            date=draw(maybe_days),
        )
        c.takes_part(actor, event)
    elif what == "serves":
        c.serves(actor, draw(st.sampled_from(places)), valid_from=draw(maybe_days))
    else:
        others = [a for a in actors if a != actor]
        targets = others if what == "actor" and others else list(places)
        c.tie(
            actor,
            draw(st.sampled_from(targets)),
            signed=draw(maybe_days),
            valid_to=draw(st.none() | maybe_days),
            last_sign=draw(st.none() | maybe_days),
            ended=draw(st.sampled_from((False, False, False, True))),
        )


def _people(draw: st.DrawFn, c: City, actors: list[str], places: tuple[str, ...]) -> None:
    for _ in range(draw(st.integers(0, 3))):
        employer = draw(st.sampled_from((None, *actors)))
        c.members(
            draw(st.sampled_from(places)),
            draw(st.integers(1, 4)),
            employer=employer,
            last_service=draw(maybe_days),
            registered=draw(maybe_days),
        )
    if draw(st.booleans()):
        c.volunteers(draw(st.sampled_from(places)), last_service=draw(maybe_days))


def _needs(draw: st.DrawFn, c: City, actors: list[str], places: tuple[str, ...]) -> None:
    quantity = st.none() | st.integers(0, 4).map(float)
    offers = [f"r{i}" for i in range(draw(st.integers(0, 5)))]
    for key in offers:
        c.offer(
            draw(st.sampled_from(actors)),
            key,
            draw(st.sampled_from(CATEGORIES)),
            draw(quantity),
            range=draw(st.sampled_from((None, "D1", "S1", *places))),
        )
    needs = [f"n{i}" for i in range(draw(st.integers(0, 5)))]
    for key in needs:
        c.need(
            key,
            draw(st.sampled_from(places)),
            draw(st.sampled_from(CATEGORIES)),
            draw(quantity),
            urgency=draw(st.sampled_from((None, "特急", "一般"))),
        )
    for _ in range(draw(st.integers(0, 3)) if offers and needs else 0):
        c.match(
            draw(st.sampled_from(offers)),
            draw(st.sampled_from(needs)),
            draw(quantity),
            draw(st.sampled_from(("claimed", "matched", "running", "done", "evaluated"))),
        )
