"""Rows of the synthetic city's sheets, one function per kind of sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from graph.model.labels import Label
from ingest.synthetic.planted_city import Actor, Community, Grid, Street, SyntheticCity, words
from ingest.synthetic.spelling import Cell, Spelling


@dataclass(slots=True)
class RosterTable:
    """One sheet's table. `merge` are the columns whose equal neighbours stand in one merged
    cell (repeated in CSV); `sums` those that a 合计 row adds up.
    """

    title: str
    headers: tuple[str, ...]
    rows: list[list[Cell]] = field(default_factory=list)
    merge: tuple[int, ...] = ()
    sums: tuple[int, ...] = ()

    def add(self, *cells: Cell) -> None:
        self.rows.append(list(cells))

    def add_numbered(self, *cells: Cell) -> None:
        """Add a row that begins with its number."""
        self.add(len(self.rows) + 1, *cells)


def table_of(title: str, *, merge: tuple[int, ...] = (), sums: tuple[int, ...] = ()) -> RosterTable:
    """An empty table with the headers of its title."""
    return RosterTable(title, tuple(words()["headers"][title]), merge=merge, sums=sums)


class StreetSheets:
    """Makes the tables of one street."""

    def __init__(self, city: SyntheticCity, street: Street, rng: Random, *, messy: bool) -> None:
        self.city, self.street, self.rng, self.messy = city, street, rng, messy
        self.data = words()
        self.spell = Spelling(rng, messy=messy, places=city.district_names())

    def person_name(self) -> str:
        return str(
            self.rng.choice(self.data["surnames"])
            + self.rng.choice(self.data["given"])
            + self.rng.choice(self.data["given"])
        )

    def _phone(self) -> str:
        return f"10000{self.rng.randrange(1_000_000):06d}"

    def areas(self) -> RosterTable:
        table = table_of("区划网格表", merge=(2, 3), sums=(6, 7))
        for community in self.street.communities:
            name = self.spell.community(community)
            for grid in community.grids:
                table.add(
                    grid.code,
                    grid.name,
                    name,
                    community.code,
                    self.street.name,
                    self.street.code,
                    self.spell.number(grid.households),
                    self.spell.number(grid.residents),
                    grid.workers,
                )
        return table

    def organisations(self) -> RosterTable:
        table = table_of("组织台账", sums=(10,))
        self._office(table, f"{self.street.name}大工委", "街道大工委", None, None, "", "")
        for community in self.street.communities:
            base = community.base
            committee = f"{base}大党委"
            self._office(
                table, committee, "社区大党委", community, None, f"{self.street.name}大工委", ""
            )
            self._office(
                table, community.residents_committee, "居委会", community, None, committee, ""
            )
            for grid in community.grids:
                if grid.has_branch:
                    name = f"{base}{grid.name}党支部"
                    self._office(table, name, "网格党支部", community, grid, committee, grid.name)
                    if self.rng.random() < 0.1:
                        group = f"{grid.name}1号楼党小组"
                        self._office(table, group, "楼栋党小组", community, grid, name, grid.name)
            for actor in community.actors:
                if actor.label == Label.ORGANIZATION:
                    self._office(table, actor, actor.word, community, actor.seat, "", "")
        return table

    def _office(
        self,
        table: RosterTable,
        body: Actor | str,
        kind: str,
        community: Community | None,
        grid: Grid | None,
        superior: str,
        covers: str,
    ) -> None:
        spell = self.spell
        actor = body if isinstance(body, Actor) else None
        table.add_numbered(
            spell.listed(actor) if actor else str(body),
            spell.code(actor.uscc if actor else None),
            kind,
            self.street.name,
            spell.community(community) if community else "",
            spell.grid(grid) if community else "",
            superior,
            covers,
            "" if actor else self.person_name(),
            self.rng.randint(3, 60),
        )

    def units(self, communities: Iterable[Community] | None = None) -> RosterTable:
        table = table_of("驻区单位台账", merge=(6,), sums=(9, 10))
        for community in self.street.communities if communities is None else communities:
            name = self.spell.community(community)
            for actor in community.actors:
                if actor.label == Label.RESIDENT_UNIT:
                    table.add_numbered(*self._unit(actor, name))
        return table

    def _unit(self, actor: Actor, community: str) -> list[Cell]:
        rng, spell = self.rng, self.spell
        tied = bool(actor.grids or actor.communities)
        return [
            spell.listed(actor),
            spell.code(actor.uscc),
            actor.word,
            "",
            f"{actor.community.base}{rng.randint(1, 200)}号",
            community,
            spell.grid(actor.seat),
            f"{actor.name}党支部" if rng.random() < 0.4 else spell.nothing(),
            rng.randint(0, 40),
            rng.randint(3, 300),
            self.person_name(),
            self._phone(),
            rng.choice(("会议室", "场地、志愿者", "", "法律咨询")),
            rng.choice(("是", "已签订")) if tied else rng.choice(("否", "未签订", "")),
            self.person_name() if actor.cross_member else spell.nothing(),
            "",
        ]

    def social_organisations(self) -> RosterTable:
        table = table_of("社会组织台账")
        rng, spell = self.rng, self.spell
        for community in self.street.communities:
            for actor in community.actors:
                if actor.label != Label.SOCIAL_ORGANIZATION:
                    continue
                serves = "、".join(a.name if isinstance(a, Grid) else a.base for a in actor.serves)
                table.add_numbered(
                    spell.listed(actor),
                    "登记" if actor.uscc else "备案",
                    spell.code(actor.uscc),
                    actor.word,
                    "社区服务",
                    spell.community(community),
                    spell.grid(actor.seat),
                    self.person_name(),
                    self._phone(),
                    rng.randint(5, 80),
                    f"{rng.randint(2008, 2018)}年{rng.randint(1, 12)}月",
                    serves or spell.nothing(),
                )
        return table
