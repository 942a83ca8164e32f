"""Rows of the synthetic city's sheets, one function per kind of sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graph.model.labels import Label
from ingest.synthetic.needs import Need, Offer
from ingest.synthetic.people import Person
from ingest.synthetic.planted_city import Actor, City, Community, Grid, Street, words
from ingest.synthetic.spelling import Cell, Spelling
from ingest.synthetic.ties import TieLine


@dataclass(slots=True)
class Table:
    """One sheet's table. `merge` are the columns whose equal neighbours stand in one merged
    cell (repeated in CSV); `sums` those that a 合计 row adds up."""

    title: str
    headers: tuple[str, ...]
    rows: list[list[Cell]] = field(default_factory=list)
    merge: tuple[int, ...] = ()
    sums: tuple[int, ...] = ()


def table_of(title: str, *, merge: tuple[int, ...] = (), sums: tuple[int, ...] = ()) -> Table:
    """An empty table with the headers of its title."""
    return Table(title, tuple(words()["headers"][title]), merge=merge, sums=sums)


class Sheets:
    """Makes the tables of one street."""

    def __init__(self, city: City, street: Street, rng: Random, *, messy: bool) -> None:
        self.city, self.street, self.rng, self.messy = city, street, rng, messy
        self.data = words()
        self.spell = Spelling(rng, messy=messy, places=city.district_names())

    def _person_name(self) -> str:
        return str(
            self.rng.choice(self.data["surnames"])
            + self.rng.choice(self.data["given"])
            + self.rng.choice(self.data["given"])
        )

    def _phone(self) -> str:
        return f"10000{self.rng.randrange(1_000_000):06d}"

    # ---------------------------------------------------------------- places

    def areas(self) -> Table:
        table = table_of("区划网格表", merge=(2, 3), sums=(6, 7))
        for community in self.street.communities:
            name = self.spell.community(community)
            for grid in community.grids:
                table.rows.append(
                    [
                        grid.code,
                        grid.name,
                        name,
                        community.code,
                        self.street.name,
                        self.street.code,
                        self.spell.number(grid.households),
                        self.spell.number(grid.residents),
                        grid.workers,
                    ]
                )
        return table

    # ---------------------------------------------------------------- bodies

    def organisations(self) -> Table:
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
        table: Table,
        body: Actor | str,
        kind: str,
        community: Community | None,
        grid: Grid | None,
        superior: str,
        covers: str,
    ) -> None:
        spell = self.spell
        actor = body if isinstance(body, Actor) else None
        table.rows.append(
            [
                len(table.rows) + 1,
                spell.listed(actor) if actor else str(body),
                spell.code(actor.uscc if actor else None),
                kind,
                self.street.name,
                spell.community(community) if community else "",
                spell.grid(grid) if community else "",
                superior,
                covers,
                "" if actor else self._person_name(),
                self.rng.randint(3, 60),
            ]
        )

    def units(self, communities: Iterable[Community] | None = None) -> Table:
        table = table_of("驻区单位台账", merge=(6,), sums=(9, 10))
        for community in self.street.communities if communities is None else communities:
            name = self.spell.community(community)
            for actor in community.actors:
                if actor.label == Label.RESIDENT_UNIT:
                    table.rows.append(self._unit(len(table.rows) + 1, actor, name))
        return table

    def _unit(self, number: int, actor: Actor, community: str) -> list[Cell]:
        rng, spell = self.rng, self.spell
        tied = bool(actor.grids or actor.communities)
        return [
            number,
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
            self._person_name(),
            self._phone(),
            rng.choice(("会议室", "场地、志愿者", "", "法律咨询")),
            rng.choice(("是", "已签订")) if tied else rng.choice(("否", "未签订", "")),
            self._person_name() if actor.cross_member else spell.nothing(),
            "",
        ]

    def social_organisations(self) -> Table:
        table = table_of("社会组织台账")
        rng, spell = self.rng, self.spell
        for community in self.street.communities:
            for actor in community.actors:
                if actor.label != Label.SOCIAL_ORGANIZATION:
                    continue
                serves = "、".join(a.name if isinstance(a, Grid) else a.base for a in actor.serves)
                table.rows.append(
                    [
                        len(table.rows) + 1,
                        spell.listed(actor),
                        "登记" if actor.uscc else "备案",
                        spell.code(actor.uscc),
                        actor.word,
                        "社区服务",
                        spell.community(community),
                        spell.grid(actor.seat),
                        self._person_name(),
                        self._phone(),
                        rng.randint(5, 80),
                        f"{rng.randint(2008, 2018)}年{rng.randint(1, 12)}月",
                        serves or spell.nothing(),
                    ]
                )
        return table

    # ---------------------------------------------------------------- people

    def members(self, people: Sequence[Person]) -> Table:
        table = table_of("在职党员报到台账")
        for person in people:
            if person.member:
                table.rows.append(self._member(len(table.rows) + 1, person))
        return table

    def _member(self, number: int, person: Person) -> list[Cell]:
        rng, spell, employer = self.rng, self.spell, person.employer
        code = employer.uscc if isinstance(employer, Actor) and rng.random() < 0.6 else None
        at_work: Cell = employer if isinstance(employer, str) else ""
        if isinstance(employer, Actor):
            at_work = spell.body(employer, coded=code is not None)
        community = spell.community(person.community)
        return [
            number,
            spell.person(person.name),
            "女" if person.female else "男",
            f"{person.born.year}年{person.born.month}月",
            person.id_number or "",
            at_work,
            code or "",
            rng.choice(self.data["jobs"]),
            person.phone or "",
            community if rng.random() < 0.5 else "",
            community,
            spell.grid(person.grid),
            spell.day(person.registered),
            rng.choice(self.data["expertise"]) if rng.random() < 0.4 else "",
            rng.choice(self.data["posts"]) if rng.random() < 0.5 else spell.nothing(),
            "" if person.hours is None else person.hours,
            spell.day(person.last_service, month=False),
        ]

    def volunteers(self, people: Sequence[Person]) -> Table:
        table = table_of("志愿者台账")
        rng, spell = self.rng, self.spell
        for person in people:
            if not person.volunteer:
                continue
            table.rows.append(
                [
                    len(table.rows) + 1,
                    spell.person(person.name),
                    person.id_number or "",
                    person.phone or "",
                    "中共党员" if person.member else rng.choice(("群众", "共青团员")),
                    spell.body(person.team) if person.team else "",
                    rng.choice(self.data["fields"]),
                    spell.community(person.community),
                    spell.grid(person.grid),
                    spell.day(person.registered),
                    "" if person.hours is None else person.hours,
                    spell.day(person.last_service, month=False),
                ]
            )
        return table

    # ---------------------------------------------------------------- ties

    def ties(self, lines: Sequence[TieLine]) -> Table:
        table = table_of("共建关系台账", merge=(4,), sums=(9,))
        spelled: dict[str, str] = {}
        for line in sorted(lines, key=lambda t: t.community.code):
            name = spelled.setdefault(line.community.code, self.spell.community(line.community))
            table.rows.append(self._tie(len(table.rows) + 1, line, name))
        return table

    def _tie(self, number: int, line: TieLine, community: str) -> list[Cell]:
        spell, rng, subject = self.spell, self.rng, line.subject
        coded = subject.uscc is not None and (not self.messy or rng.random() < 0.6)
        base = line.community.base
        grid = line.grid
        if line.place == "grid" and grid is not None:
            target = f"{base}{grid.name}" if self.messy and rng.random() < 0.2 else grid.name
        elif line.place == "branch" and grid is not None:
            target = f"{base}{grid.name}党支部"
        elif line.place == "committee":
            target = f"{base}大党委"
        elif line.other is not None:
            target = line.other.name
            grid = line.other.seat
        else:
            target = spell.community(line.community)
        return [
            number,
            spell.body(subject, coded=coded),
            spell.code(subject.uscc) if coded else "",
            target,
            community,
            spell.grid(grid),
            line.mechanism,
            spell.day(line.signed),
            spell.day(line.until, end=True),
            "" if line.count is None else line.count,
            line.status or "",
        ]

    # ---------------------------------------------------------------- lists

    def resources(self, offers: Sequence[Offer]) -> Table:
        table = table_of("资源清单")
        spell = self.spell
        for offer in offers:
            quantity, unit = spell.quantity(offer.quantity, offer.unit)
            where: Any = offer.range
            table.rows.append(
                [
                    len(table.rows) + 1,
                    offer.name,
                    offer.category,
                    spell.body(offer.provider, coded=offer.provider.uscc is not None),
                    offer.provider.uscc or "",
                    quantity,
                    unit,
                    where.name if where is not None else spell.nothing(),
                    self.rng.choice(self.data["opening"]),
                    spell.day(offer.until, end=True),
                ]
            )
        return table

    def needs(self, needs: Sequence[Need]) -> Table:
        table = table_of("需求清单")
        spell = self.spell
        for need in needs:
            quantity, unit = spell.quantity(need.quantity, need.unit)
            requester = ""
            if need.requester == "committee":
                requester = need.community.residents_committee
            elif need.requester == "resident":
                requester = f"居民{self._person_name()}"
            table.rows.append(
                [
                    len(table.rows) + 1,
                    need.name,
                    need.category or "",
                    requester,
                    self.street.name,
                    spell.community(need.community),
                    spell.grid(need.grid),
                    quantity,
                    unit,
                    need.urgency,
                    spell.day(need.due),
                    need.status or "",
                ]
            )
        return table
