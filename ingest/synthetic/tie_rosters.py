"""Rows of the synthetic city's sheets of ties, resources and needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.synthetic.needs import PlantedNeed, PlantedOffer
from ingest.synthetic.rosters import RosterTable, StreetSheets, table_of
from ingest.synthetic.spelling import Cell
from ingest.synthetic.tie_plan import TieLine


def tie_sheet(sheets: StreetSheets, lines: Sequence[TieLine]) -> RosterTable:
    table = table_of("共建关系台账", merge=(4,), sums=(9,))
    spelled: dict[str, str] = {}
    for line in sorted(lines, key=lambda t: t.community.code):
        name = spelled.setdefault(line.community.code, sheets.spell.community(line.community))
        table.add_numbered(*_tie(sheets, line, name))
    return table


def _tie(sheets: StreetSheets, line: TieLine, community: str) -> list[Cell]:
    spell, rng, subject = sheets.spell, sheets.rng, line.subject
    coded = subject.uscc is not None and (not sheets.messy or rng.random() < 0.6)
    base = line.community.base
    grid = line.grid
    if line.place == "grid" and grid is not None:
        target = f"{base}{grid.name}" if sheets.messy and rng.random() < 0.2 else grid.name
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


def resource_list(sheets: StreetSheets, offers: Sequence[PlantedOffer]) -> RosterTable:
    table = table_of("资源清单")
    spell = sheets.spell
    for offer in offers:
        quantity, unit = spell.quantity(offer.quantity, offer.unit)
        where: Any = offer.range
        table.add_numbered(
            offer.name,
            offer.category,
            spell.body(offer.provider, coded=offer.provider.uscc is not None),
            offer.provider.uscc or "",
            quantity,
            unit,
            where.name if where is not None else spell.nothing(),
            sheets.rng.choice(sheets.data["opening"]),
            spell.day(offer.until, end=True),
        )
    return table


def need_list(sheets: StreetSheets, needs: Sequence[PlantedNeed]) -> RosterTable:
    table = table_of("需求清单")
    spell = sheets.spell
    for need in needs:
        quantity, unit = spell.quantity(need.quantity, need.unit)
        requester = ""
        if need.requester == "committee":
            requester = need.community.residents_committee
        elif need.requester == "resident":
            requester = f"居民{sheets.person_name()}"
        table.add_numbered(
            need.name,
            need.category or "",
            requester,
            sheets.street.name,
            spell.community(need.community),
            spell.grid(need.grid),
            quantity,
            unit,
            need.urgency,
            spell.day(need.due),
            need.status or "",
        )
    return table
