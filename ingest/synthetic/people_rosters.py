"""Rows of the synthetic city's rosters of people."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.synthetic.people import Person
from ingest.synthetic.planted_city import Actor
from ingest.synthetic.rosters import RosterTable, StreetSheets, table_of
from ingest.synthetic.spelling import Cell


def member_roster(sheets: StreetSheets, people: Sequence[Person]) -> RosterTable:
    table = table_of("在职党员报到台账")
    for person in people:
        if person.member:
            table.add_numbered(*_member(sheets, person))
    return table


def _member(sheets: StreetSheets, person: Person) -> list[Cell]:
    rng, spell, employer = sheets.rng, sheets.spell, person.employer
    code = employer.uscc if isinstance(employer, Actor) and rng.random() < 0.6 else None
    at_work: Cell = employer if isinstance(employer, str) else ""
    if isinstance(employer, Actor):
        at_work = spell.body(employer, coded=code is not None)
    community = spell.community(person.community)
    return [
        spell.person(person.name),
        "女" if person.female else "男",
        f"{person.born.year}年{person.born.month}月",
        person.id_number or "",
        at_work,
        code or "",
        rng.choice(sheets.data["jobs"]),
        person.phone or "",
        community if rng.random() < 0.5 else "",
        community,
        spell.grid(person.grid),
        spell.day(person.registered),
        rng.choice(sheets.data["expertise"]) if rng.random() < 0.4 else "",
        rng.choice(sheets.data["posts"]) if rng.random() < 0.5 else spell.nothing(),
        "" if person.hours is None else person.hours,
        spell.day(person.last_service, month=False),
    ]


def volunteer_roster(sheets: StreetSheets, people: Sequence[Person]) -> RosterTable:
    table = table_of("志愿者台账")
    rng, spell = sheets.rng, sheets.spell
    for person in people:
        if not person.volunteer:
            continue
        table.add_numbered(
            spell.person(person.name),
            person.id_number or "",
            person.phone or "",
            "中共党员" if person.member else rng.choice(("群众", "共青团员")),
            spell.body(person.team) if person.team else "",
            rng.choice(sheets.data["fields"]),
            spell.community(person.community),
            spell.grid(person.grid),
            spell.day(person.registered),
            "" if person.hours is None else person.hours,
            spell.day(person.last_service, month=False),
        )
    return table
