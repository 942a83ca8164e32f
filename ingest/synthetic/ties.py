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
from ingest.synthetic.planted_city import CORE, Actor, City, Community, Grid, Street
from ingest.synthetic.tie_plan import TieLine, TiePlan


def tie_sound_grids(plan: TiePlan) -> None:
    streets = [s for s in plan.city.streets if s.broad]
    ring: list[tuple[Street, list[Grid]]] = [
        (s, [g for g in s.grids() if g.verdict in CORE]) for s in streets
    ]
    ring = [(s, grids) for s, grids in ring if grids]
    broad = [b for s, _ in ring for b in s.broad]
    if len(broad) < 2:
        street = ring[0][0]
        extra = new_actor(
            plan.city, street.communities[0], Label.RESIDENT_UNIT, "hospital", "broad"
        )
        street.broad.append(extra)
        broad.append(extra)
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


def _pool(plan: TiePlan, grid: Grid) -> list[Actor]:
    return [a for a in grid.community.actors if a.role == "pool" and a.serial not in grid.partners]


def _add_local(
    plan: TiePlan, grid: Grid, *, count: int, only: set[str | None] | None = None
) -> None:
    pool = [a for a in _pool(plan, grid) if only is None or a.sector in only]
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
    for actor in sorted(_pool(plan, grid), key=lambda a: (plan.rng.random(), a.serial)):
        sectors = {a.sector for a in grid.partners.values()} - {None}
        if len(sectors) >= 3:
            return
        if actor.sector and actor.sector not in sectors:
            plan.partner(actor, grid)


def tie_weak_grids(plan: TiePlan, community: Community) -> None:
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


def tie_city(city: City) -> list[TieLine]:
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
