"""Ties of the synthetic city, so that every planted verdict follows from the definitions.

Core grids (adequate, thin, narrow) get two broad partners each, so chosen that the whole city
is one ring: broad body `k` of a street serves two neighbouring groups of grids, the last of a
street also the first of the next. Any two of a core grid's partners therefore lead on to other
grids by themselves (cut >= 2, main component). A single thread gets one broad partner, all its
others are its own. A detached pair shares two partners that nobody else has.
"""

from __future__ import annotations

import math

from graph.model.labels import Label
from ingest.synthetic.bodies import new_actor
from ingest.synthetic.lesser_ties import (
    add_dead_ties,
    cover_grids,
    repeat_ties,
    tie_actors,
    tie_communities,
)
from ingest.synthetic.planted_city import CORE, Actor, Community, Grid, Street, SyntheticCity
from ingest.synthetic.tie_plan import TieLine, TiePlan


def tie_city(city: SyntheticCity) -> list[TieLine]:
    """All rows of the city's ties sheets, by the object's place; fills `Grid.partners`."""
    plan = TiePlan(city)
    tie_sound_grids(plan)
    for community in city.communities():
        if community.mode != "unknown":
            tie_weak_grids(plan, community)
            tie_communities(plan, community)
            add_dead_ties(plan, community)
            cover_grids(plan, community)
    tie_actors(plan)
    repeat_ties(plan)
    return plan.lines


def tie_sound_grids(plan: TiePlan) -> None:
    """The ring of broad bodies through all core grids, and each core grid's other partners."""
    ring = [
        (street, grids)
        for street in plan.city.streets
        if street.broad and (grids := [g for g in street.grids() if g.verdict in CORE])
    ]
    broad = _broad_bodies(plan, [street for street, _ in ring])
    first = 0
    for street, grids in ring:
        for j, grid in enumerate(grids):
            k = first + j * len(street.broad) // len(grids)
            plan.partner(broad[k], grid)
            plan.partner(broad[(k + 1) % len(broad)], grid)
        first += len(street.broad)
    plan.broad = broad
    for actor in broad:
        plan.by_district[actor.community.street.district_code].append(actor)
    for _, grids in ring:
        for grid in grids:
            _complete(plan, grid)


def _broad_bodies(plan: TiePlan, streets: list[Street]) -> list[Actor]:
    """The broad bodies of the streets: two at least, else there is no ring."""
    broad = [body for street in streets for body in street.broad]
    if len(broad) < 2:
        home = streets[0].communities[0]
        extra = new_actor(plan.city, home, Label.RESIDENT_UNIT, "hospital", "broad")
        streets[0].broad.append(extra)
        broad.append(extra)
    return broad


def _complete(plan: TiePlan, grid: Grid) -> None:
    """Give a core grid, which has its two broad partners, the partners of its verdict."""
    if grid.verdict == "thin":
        if grid.residents is not None:
            _add_local(plan, grid, count=1)
    elif grid.verdict == "narrow":
        allowed = {a.sector for a in grid.partners.values()}
        _add_local(plan, grid, count=plan.rng.randint(1, 2), only=allowed)
    else:
        _add_sectors(plan, grid)
        needed = max(3, math.ceil(0.003 * (grid.residents or 0)))
        _add_local(plan, grid, count=needed - len(grid.partners))
        _add_local(plan, grid, count=plan.rng.choice((0, 1, 2, 3, 5)))
        _add_broad(plan, grid, count=plan.rng.choice((0, 0, 1, 2, 5, 9)))


def _add_broad(plan: TiePlan, grid: Grid, *, count: int) -> None:
    """Broad bodies of the street, then of its district."""
    street = grid.community.street
    near = [b for b in plan.by_district[street.district_code] if b.serial not in grid.partners]
    plan.rng.shuffle(near)
    near.sort(key=lambda b: b.community.street is not street)
    for actor in near[:count]:
        plan.partner(actor, grid)


def _pool(grid: Grid) -> list[Actor]:
    return [a for a in grid.community.actors if a.role == "pool" and a.serial not in grid.partners]


def _add_local(
    plan: TiePlan, grid: Grid, *, count: int, only: set[str | None] | None = None
) -> None:
    pool = [a for a in _pool(grid) if only is None or a.sector in only]
    plan.rng.shuffle(pool)
    for actor in pool[: max(0, count)]:
        plan.partner(actor, grid)
    for _ in range(count - len(pool)):
        kind = "private_enterprise"
        label = Label.RESIDENT_UNIT
        if only is not None and "enterprise" not in only:
            social = "social" in only
            label = Label.SOCIAL_ORGANIZATION if social else label
            kind = "culture_sport" if social else "public_institution"
        plan.partner(new_actor(plan.city, grid.community, label, kind, "pool"), grid)


def _add_sectors(plan: TiePlan, grid: Grid) -> None:
    for actor in sorted(_pool(grid), key=lambda a: (plan.rng.random(), a.serial)):
        sectors = {a.sector for a in grid.partners.values()} - {None}
        if len(sectors) >= 3:
            return
        if actor.sector and actor.sector not in sectors:
            plan.partner(actor, grid)


def tie_weak_grids(plan: TiePlan, community: Community) -> None:
    """The threads of single-thread grids, and the shared partners of detached pairs."""
    broad = community.street.broad or plan.broad
    own = [a for a in community.actors if a.role == "own"]
    for grid in community.grids:
        if grid.verdict == "single_thread":
            thread = plan.rng.choice([b for b in broad if b.grids] or plan.broad)
            plan.partner(thread, grid)
            grid.cut_actors = (thread.name,)
            for actor in own:
                if actor.seat is grid:
                    plan.partner(actor, grid)
    _tie_detached(plan, community, own)


def _tie_detached(plan: TiePlan, community: Community, own: list[Actor]) -> None:
    """Each pair of detached grids shares two partners; a lone one has its own."""
    detached = [g for g in community.grids if g.verdict == "detached"]
    spare = [a for a in own if a.seat is None]
    while len(detached) >= 2:
        pair, detached = detached[:2], detached[2:]
        shared, spare = spare[:2], spare[2:]
        for grid in pair:
            for actor in shared:
                plan.partner(actor, grid)
    for grid in detached:
        for actor in spare[: plan.rng.randint(1, 2)]:
            plan.partner(actor, grid)
