"""Small random cities for the choice of ties: few enough pairs to try every choice."""

from __future__ import annotations

from random import Random

from analysis.layers.edits import TieEnds
from tests.analysis.build import City


def small_city(seed: int, *, streets: int = 1, grids: int = 4, actors: int = 5) -> City:
    """Up to two streets with grids, actors, ties, offers and needs; all drawn from the seed."""
    rng = Random(seed)
    c = City()
    communities = ["C1", "C2"]
    c.community("C2", covered=rng.random() < 0.8)
    if streets > 1:
        c.street("S2")
        c.community("C3", street="S2")
        communities.append("C3")
    names = [f"g{i}" for i in range(rng.randint(1, grids))]
    for name in names:
        c.grid(name, community=rng.choice(communities), residents=rng.choice((None, 800)))
    places = [*names, *communities]
    bodies = [f"a{i}" for i in range(rng.randint(1, actors))]
    for body in bodies:
        kind = rng.choice(("school", "hospital", "market", "other"))
        if rng.random() < 0.15:
            c.org(body, "community_party_committee", rng.choice(communities))
        elif rng.random() < 0.3:
            c.social(body, area=rng.choice(places))
        else:
            c.unit(body, kind, rng.choice(places))
    pairs = [(a, t) for a in bodies for t in places]
    for actor, target in rng.sample(pairs, min(len(pairs), rng.randint(0, 8))):
        c.tie(actor, target)
    if len(bodies) > 1:
        for _ in range(rng.randint(0, 2)):
            c.tie(*rng.sample(bodies, 2))
    _lists(rng, c, bodies, places, communities)
    return c


def _lists(rng: Random, c: City, bodies: list[str], places: list[str], areas: list[str]) -> None:
    def quantity() -> float | None:
        return rng.choice((None, 1.0, 2.0, 2.5, 5.0, 9.0))

    categories = ("理发", "维修")
    for i in range(rng.randint(0, 5)):
        c.offer(
            rng.choice(bodies),
            f"r{i}",
            rng.choice(categories),
            quantity(),
            range=rng.choice((None, "D1", "S1", *areas)),
            service=rng.choice((None, "care")),
        )
    for i in range(rng.randint(0, 6)):
        category = rng.choice((*categories, None))
        c.need(
            f"n{i}",
            rng.choice(places),
            category,
            quantity(),
            urgency=rng.choice((None, "特急", "一般")),
            service=rng.choice((None, "care")),
        )


def pairs_of(c: City) -> list[TieEnds]:
    """All pairs of an actor and a grid or community, allowed or not."""
    from graph.model.labels import ACTOR_LABELS, Label

    actors = sorted(k for k, label in c.label.items() if label in ACTOR_LABELS)
    targets = sorted(k for k, label in c.label.items() if label in (Label.GRID, Label.COMMUNITY))
    return [TieEnds(a, t) for a in actors for t in targets]
