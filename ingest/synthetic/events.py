"""Linkages, projects, activities and funds of the synthetic city.

They say what the ties say already: only bodies that are tied to a community or grid take part
there, so that no planted verdict and no path of an offer changes. Communities that shall be
unknown or quiet have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from ingest.synthetic.needs import PlantedNeed
from ingest.synthetic.planted_city import Actor, Community, Grid, Street, words
from ingest.synthetic.rosters import RosterTable, table_of
from ingest.synthetic.spelling import Cell, Spelling

_ACTIVE = ("star", "mixed")
"""Modes of communities in which something is held."""


class EventSheets:
    """Makes the event and fund tables of one street."""

    def __init__(self, street: Street, rng: Random, on: date, spell: Spelling) -> None:
        self.rng, self.on, self.spell = rng, on, spell
        self.communities = [c for c in street.communities if c.mode in _ACTIVE]
        self.data = words()

    def _willing(self, community: Community) -> list[Actor]:
        """Bodies that are tied to the community, by names that are nobody else's."""
        return [a for a in community.actors if community.code in a.communities and a.named_once]

    def _some(self, actors: Sequence[Actor], most: int) -> list[Actor]:
        return self.rng.sample(list(actors), min(len(actors), self.rng.randint(1, most)))

    def _names(self, actors: Sequence[Actor], *more: str) -> str:
        mark = self.rng.choice(("、", "，", "\n")) if self.spell.messy else "、"
        return mark.join([*more, *(self.spell.body(a).strip() for a in actors)])

    def _recent(self, months: int) -> date:
        return self.on - timedelta(days=self.rng.randint(20, months * 30))

    # ---------------------------------------------------------------- linkages

    def linkages(self) -> RosterTable:
        """三方联动, 三社联动 and councils, one row each; a council names its chairs in turn."""
        table = table_of("联动台账")
        for community in self.communities:
            known = self._willing(community)
            offices = [a for a in known if a.kind in ("property_company", "owners_committee")]
            socials = [a for a in known if a.sector == "social"]
            if offices:
                self._linkage(table, community, "三方联动", self._names(offices, "居委会"))
            if socials:
                some = self._some(socials, 2)
                self._linkage(table, community, "三社联动", self._names(some, "社区", "社工"))
            if len(known) > 2 and self.rng.random() < 0.6:
                some = self._some(known, 5)
                chairs = self._names(some[:3])
                self._linkage(table, community, "议事会", self._names(some), chairs)
        return table

    def _linkage(
        self, table: RosterTable, community: Community, kind: str, parties: str, chairs: str = ""
    ) -> None:
        table.add_numbered(
            kind,
            self.spell.community(community),
            self.spell.grid(None),
            parties,
            community.residents_committee,
            chairs,
            self.spell.day(self._recent(20)),
        )

    # ---------------------------------------------------------------- projects

    def projects(self, needs: Sequence[PlantedNeed]) -> RosterTable:
        """A project or two for each community, some of them for one of its needs."""
        table = table_of("项目清单", sums=(7,))
        asked: dict[str, list[PlantedNeed]] = {}
        for line in needs:
            asked.setdefault(line.community.code, []).append(line)
        for community in self.communities:
            known = self._willing(community)
            for _ in range(self.rng.randint(0, 2) if known else 0):
                own = asked.get(community.code, [])
                need = self.rng.choice(own) if own and self.rng.random() < 0.6 else None
                table.rows.append(self._project(len(table.rows) + 1, community, known, need))
        return table

    def _project(
        self, number: int, community: Community, known: Sequence[Actor], need: PlantedNeed | None
    ) -> list[Cell]:
        rng, spell = self.rng, self.spell
        some = self._some(known, 3)
        begin = self._recent(15)
        end = self.on + timedelta(days=rng.randint(60, 500))
        name = rng.choice(self.data["projects"])
        return [
            number,
            f"{community.base}{name}{number}",
            need.name if need else spell.nothing(),
            spell.body(some[0]),
            self._names(some[1:]),
            spell.community(community),
            f"{begin.year}.{begin.month}-{end.year}.{end.month}",
            rng.randint(1, 40) * 5000,
            rng.choice(self.data["sources"]),
            rng.choice(("认领", "已对接", "实施中", "正在推进", "已完成")),
        ]

    # ---------------------------------------------------------------- activities

    def activities(self) -> RosterTable:
        """Some months of activities in the grids, and a few of the community as a whole."""
        table = table_of("活动记录", sums=(6,))
        for community in self.communities:
            for grid in community.grids:
                partners = [a for a in grid.partners.values() if a.named_once]
                for _ in range(self.rng.randint(0, 3) if partners else 0):
                    table.add(*self._activity(community, grid, partners))
            known = self._willing(community)
            for _ in range(self.rng.randint(0, 3) if known else 0):
                table.add(*self._activity(community, None, known))
        return table

    def _activity(
        self, community: Community, grid: Grid | None, known: Sequence[Actor]
    ) -> list[Cell]:
        rng, spell = self.rng, self.spell
        some = self._some(known, 3)
        where = f"{community.base}{grid.name}" if grid else community.base
        if not community.plain_name:
            where = community.name + (grid.name if grid else "")
        return [
            spell.day(self._recent(12), month=False),
            rng.choice(self.data["themes"]),
            spell.body(some[0]),
            self._names(some[1:]),
            where,
            rng.randint(8, 300),
            rng.choice((1, 2, 3, 4, "2小时", "90分钟")) if spell.messy else rng.randint(1, 4),
        ]

    # ---------------------------------------------------------------- funds

    def funds(self) -> RosterTable:
        """What each community had last year and this, by source."""
        table = table_of("经费台账", merge=(1,), sums=(3,))
        for community in self.communities:
            name = self.spell.community(community)
            for source in self.rng.sample(self.data["sources"], 3):
                year = self.on.year - self.rng.randint(0, 1)
                table.add(year, name, source, self.rng.randint(2, 80) * 1000)
        return table
