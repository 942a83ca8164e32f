"""The ties of a synthetic city while they are drawn."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ingest.synthetic.planted_city import Actor, Community, Grid, SyntheticCity, words

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


class TiePlan:
    """The rows of ties so far, and the bodies that may be tied."""

    def __init__(self, city: SyntheticCity) -> None:
        self.city = city
        self.rng = city.rng
        self.lines: list[TieLine] = []
        self.named: set[str] = set()
        self.broad: list[Actor] = []
        self.by_district: dict[str, list[Actor]] = defaultdict(list)
        self.mechanisms: list[str] = words()["mechanisms"]

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

    def lapse(self, actor: Actor, grid: Grid) -> None:
        """A tie that lapsed: its end is past, or it has none and no sign of life for long."""
        rng, on = self.rng, self.city.on
        line = self.line(actor, "grid", grid.community, grid=grid)
        line.signed = on - timedelta(days=rng.randint(1000, 1900))
        line.until = on - timedelta(days=rng.randint(40, 400)) if rng.random() < 0.6 else None
        line.status, line.state = None, "lapsed"
        grid.lapsed += 1
