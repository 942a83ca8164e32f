"""Ties of the synthetic city, so that every planted verdict follows from the definitions.

Core grids (adequate, thin, narrow) get two broad partners each, so chosen that the whole city
is one ring: broad body `k` of a street serves two neighbouring groups of grids, the last of a
street also the first of the next. Any two of a core grid's partners therefore lead on to other
grids by themselves (cut >= 2, main component). A single thread gets one broad partner, all its
others are its own. A detached pair shares two partners that nobody else has.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from graph.model.labels import Label
from ingest.synthetic.bodies import new_actor
from ingest.synthetic.planted_city import CORE, Actor, City, Community, Grid, Street, words

Place = Literal["grid", "branch", "community", "committee", "actor"]


@dataclass(slots=True, eq=False)
class TieLine:
    """One row of a 共建关系台账. `community` is the object's."""

    subject: Actor
    place: Place
    community: Community
    grid: Grid | None
    other: Actor | None
    mechanism: str
    signed: date | None = None
    until: date | None = None
    count: int | None = None
    status: str | None = None
    state: Literal["alive", "lapsed", "ended", "future"] = "alive"


def tie_city(city: City) -> list[TieLine]:
    """All rows of the city's ties sheets, by the object's place; fills `Grid.partners`."""
    plan = _Plan(city)
    plan.core()
    for community in city.communities():
        if community.mode != "unknown":
            plan.weak(community)
            plan.to_community(community)
            plan.dead(community)
            plan.cover(community)
    plan.between_actors()
    plan.repeat()
    return plan.lines


class _Plan:
    def __init__(self, city: City) -> None:
        self.city = city
        self.rng = city.rng
        self.lines: list[TieLine] = []
        self.named: set[str] = set()
        self.broad: list[Actor] = []
        self.by_district: dict[str, list[Actor]] = defaultdict(list)
        self.mechanisms: list[str] = words()["mechanisms"]

    # ---------------------------------------------------------------- one row

    def line(
        self,
        subject: Actor,
        place: Place,
        community: Community,
        *,
        grid: Grid | None = None,
        other: Actor | None = None,
        mechanism: str | None = None,
    ) -> TieLine:
        """An alive tie, dated in one of the ways that sheets date them."""
        rng, on = self.rng, self.city.on
        made = TieLine(
            subject, place, community, grid, other, mechanism or rng.choice(self.mechanisms)
        )
        draw = rng.random()
        if draw < 0.55:
            made.signed = on - timedelta(days=rng.randint(40, 640))
        elif draw < 0.93:
            made.signed = on - timedelta(days=rng.randint(200, 1400))
            made.until = on + timedelta(days=rng.randint(70, 900))
        if rng.random() < 0.5:
            made.count = rng.randint(1, 24)
        if rng.random() < 0.4:
            made.status = rng.choice(("正常", "履约中", "有效"))
        self.lines.append(made)
        self.named.add(community.code)
        return made

    def partner(self, actor: Actor, grid: Grid) -> None:
        """An alive tie of the actor to the grid."""
        self.line(actor, "grid", grid.community, grid=grid)
        actor.grids.add(grid.code)
        grid.partners[actor.serial] = actor

    # ---------------------------------------------------------------- the core

    def core(self) -> None:
        streets = [s for s in self.city.streets if s.broad]
        ring: list[tuple[Street, list[Grid]]] = [
            (s, [g for g in s.grids() if g.verdict in CORE]) for s in streets
        ]
        ring = [(s, grids) for s, grids in ring if grids]
        broad = [b for s, _ in ring for b in s.broad]
        if len(broad) < 2:
            street = ring[0][0]
            extra = new_actor(
                self.city, street.communities[0], Label.RESIDENT_UNIT, "hospital", "broad"
            )
            street.broad.append(extra)
            broad.append(extra)
        first = 0
        for street, grids in ring:
            for j, grid in enumerate(grids):
                k = first + j * len(street.broad) // len(grids)
                self.partner(broad[k], grid)
                self.partner(broad[(k + 1) % len(broad)], grid)
            first += len(street.broad)
        self.broad = broad
        for actor in broad:
            self.by_district[actor.community.street.district_code].append(actor)
        for _, grids in ring:
            for grid in grids:
                self._complete(grid)

    def _complete(self, grid: Grid) -> None:
        """Give a core grid, which has its two broad partners, the partners of its verdict."""
        if grid.verdict == "thin":
            if grid.residents is not None:
                self._add_local(grid, count=1)
        elif grid.verdict == "narrow":
            allowed = {a.sector for a in grid.partners.values()}
            self._add_local(grid, count=self.rng.randint(1, 2), only=allowed)
        else:
            self._add_sectors(grid)
            needed = max(3, math.ceil(0.003 * (grid.residents or 0)))
            self._add_local(grid, count=needed - len(grid.partners))
            self._add_local(grid, count=self.rng.choice((0, 1, 2, 3, 5)))
            self._add_broad(grid, count=self.rng.choice((0, 0, 1, 2, 5, 9)))

    def _add_broad(self, grid: Grid, *, count: int) -> None:
        """Broad bodies of the street, then of its district."""
        street = grid.community.street
        near = [b for b in self.by_district[street.district_code] if b.serial not in grid.partners]
        self.rng.shuffle(near)
        near.sort(key=lambda b: b.community.street is not street)
        for actor in near[:count]:
            self.partner(actor, grid)

    def _pool(self, grid: Grid) -> list[Actor]:
        return [
            a for a in grid.community.actors if a.role == "pool" and a.serial not in grid.partners
        ]

    def _add_local(self, grid: Grid, *, count: int, only: set[str | None] | None = None) -> None:
        pool = [a for a in self._pool(grid) if only is None or a.sector in only]
        self.rng.shuffle(pool)
        for actor in pool[: max(0, count)]:
            self.partner(actor, grid)
        for _ in range(count - len(pool)):
            kind = "private_enterprise"
            label = Label.RESIDENT_UNIT
            if only is not None and "enterprise" not in only:
                social = "social" in only
                label = Label.SOCIAL_ORGANIZATION if social else label
                kind = "culture_sport" if social else "public_institution"
            self.partner(new_actor(self.city, grid.community, label, kind, "pool"), grid)

    def _add_sectors(self, grid: Grid) -> None:
        for actor in sorted(self._pool(grid), key=lambda a: (self.rng.random(), a.serial)):
            sectors = {a.sector for a in grid.partners.values()} - {None}
            if len(sectors) >= 3:
                return
            if actor.sector and actor.sector not in sectors:
                self.partner(actor, grid)

    # ---------------------------------------------------------------- weak grids

    def weak(self, community: Community) -> None:
        broad = community.street.broad or self.broad
        own = [a for a in community.actors if a.role == "own"]
        for grid in community.grids:
            if grid.verdict == "single_thread":
                thread = self.rng.choice([b for b in broad if b.grids] or self.broad)
                self.partner(thread, grid)
                grid.cut_actors = (thread.name,)
                for actor in own:
                    if actor.seat is grid:
                        self.partner(actor, grid)
        detached = [g for g in community.grids if g.verdict == "detached"]
        spare = [a for a in own if a.seat is None]
        while len(detached) >= 2:
            pair, detached = detached[:2], detached[2:]
            shared, spare = spare[:2], spare[2:]
            for grid in pair:
                for actor in shared:
                    self.partner(actor, grid)
        for grid in detached:
            for actor in spare[: self.rng.randint(1, 2)]:
                self.partner(actor, grid)

    # ---------------------------------------------------------------- hubs

    def to_community(self, community: Community) -> None:
        """Ties to the community and its committee; none where the community is quiet."""
        if community.mode == "quiet":
            return
        willing = [a for a in community.actors if a.role in ("pool", "own")]
        self.rng.shuffle(willing)
        share = 0.75 if community.mode == "star" else 0.25
        for actor in willing[: max(1, round(share * len(willing)))]:
            if (
                community.mode == "star"
                and actor.label == Label.RESIDENT_UNIT
                and self.rng.random() < 0.5
            ):
                actor.cross_member = True
            elif community.mode == "star" or self.rng.random() < 0.3:
                mechanism = self.rng.choice(("兼职委员", "共建协议"))
                self.line(actor, "committee", community, mechanism=mechanism)
            else:
                self.line(actor, "community", community)
            actor.communities.add(community.code)
        self._to_branches(community, willing)
        self._services(community)

    def _to_branches(self, community: Community, willing: list[Actor]) -> None:
        for grid in community.grids:
            if grid.verdict == "hub_only" and grid.has_branch and self.rng.random() < 0.2:
                # only bodies that the community knows already, so that no offer gains a path
                for actor in willing:
                    if community.code in actor.communities:
                        self.line(actor, "branch", community, grid=grid, mechanism="结对共建")
                        break

    def _services(self, community: Community) -> None:
        """服务区域 of social organisations: the community, or grids of the core."""
        core = [g for g in community.grids if g.verdict == "adequate"]
        for actor in community.actors:
            if actor.label != Label.SOCIAL_ORGANIZATION or actor.role != "pool":
                continue
            if core and self.rng.random() < 0.3:
                for grid in self.rng.sample(core, min(len(core), 2)):
                    actor.serves.append(grid)
                    actor.grids.add(grid.code)
                    grid.partners[actor.serial] = actor
            elif self.rng.random() < 0.5:
                actor.serves.append(community)
                actor.communities.add(community.code)

    # ---------------------------------------------------------------- what no longer counts

    def dead(self, community: Community) -> None:
        """Lapsed, ended and future ties."""
        rng, on = self.rng, self.city.on
        someone = [a for a in community.actors if a.role in ("pool", "own")]
        for grid in community.grids:
            if rng.random() < (0.6 if grid.verdict == "isolated" else 0.18):
                self.lapse(rng.choice(someone), grid)
            if rng.random() < 0.05:
                ended = self.line(rng.choice(someone), "grid", community, grid=grid)
                ended.status, ended.state = rng.choice(("终止", "已结束", "解除")), "ended"
            if rng.random() < 0.02:
                future = self.line(rng.choice(someone), "grid", community, grid=grid)
                future.signed = on + timedelta(days=rng.randint(45, 200))
                future.until, future.state = None, "future"
                future.status = None

    def lapse(self, actor: Actor, grid: Grid) -> None:
        """A tie that lapsed: its end is past, or it has none and no sign of life for long."""
        rng, on = self.rng, self.city.on
        line = self.line(actor, "grid", grid.community, grid=grid)
        line.signed = on - timedelta(days=rng.randint(1000, 1900))
        line.until = on - timedelta(days=rng.randint(40, 400)) if rng.random() < 0.6 else None
        line.status, line.state = None, "lapsed"
        grid.lapsed += 1

    def cover(self, community: Community) -> None:
        """See to it that some row names the community: else it would count as unknown."""
        if community.code not in self.named:
            someone = [a for a in community.actors if a.role in ("pool", "own")]
            self.lapse(someone[0], community.grids[0])

    # ---------------------------------------------------------------- the rest

    def between_actors(self) -> None:
        for street in self.city.streets:
            known = [b for b in street.broad if b.community.mode not in ("unknown", "quiet")]
            for a, b in pairwise(known):
                if self.rng.random() < 0.5:
                    self.line(a, "actor", b.community, other=b)
                    a.actors.add(b.serial)
                    b.actors.add(a.serial)

    def repeat(self) -> None:
        """Second mechanisms of a pair, and rows that stand twice."""
        alive = [t for t in self.lines if t.place == "grid" and t.state == "alive"]
        for tie in alive:
            draw = self.rng.random()
            if draw < 0.05:
                others = [m for m in self.mechanisms if m != tie.mechanism]
                self.line(
                    tie.subject,
                    "grid",
                    tie.community,
                    grid=tie.grid,
                    mechanism=self.rng.choice(others),
                )
            elif draw < 0.07:
                self.lines.append(
                    TieLine(
                        tie.subject,
                        tie.place,
                        tie.community,
                        tie.grid,
                        tie.other,
                        tie.mechanism,
                        tie.signed,
                        tie.until,
                        tie.count,
                        tie.status,
                    )
                )
