"""Money: lines of the funds sheets, and what projects say of theirs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from graph.journal.kept_rows import rows_of
from graph.model.dataset import DatasetInfo
from graph.model.labels import Label, TieType
from graph.model.properties import Prop
from graph.model.rows import FundRow, ProjectRow
from graph.model.wanted_tables import short_digest
from graph.names.plain import plain
from graph.resolve.event_book import DraftEvent, EventBook


@dataclass(slots=True)
class _FundLine:
    """One line about money: what it is, what tells it from others alike, and what it funds."""

    base: str
    content: str
    props: dict[str, Prop]
    ends: list[tuple[Label, str]]
    evidence: list[str]


def write_funds(book: EventBook) -> None:
    """Lines of the funds sheets, and what the projects say of their money.

    Lines that say the same in one sheet are several payments; in two sheets they are one.
    """
    lines: dict[str, dict[tuple[str, int], list[_FundLine]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for dataset in book.resolution.datasets:
        seen: dict[tuple[str, str], int] = defaultdict(int)
        for info, row in rows_of([dataset], FundRow):
            if (line := _fund(book, info, row)) is not None:
                seen[line.base, line.content] += 1
                lines[line.base][line.content, seen[line.base, line.content]].append(line)
    for event in sorted(book.events.values(), key=lambda e: (e.label, e.key)):
        for line in _project_funds(book, event):
            lines[line.base][line.content, 1].append(line)
    for base in sorted(lines):
        for n, same in enumerate(lines[base][mark] for mark in sorted(lines[base])):
            key = "fund-" + short_digest(base) + (f"#{n + 1}" if n else "")
            evidence = sorted({e for line in same for e in line.evidence})
            book.resolution.node(Label.FUND, key, {**same[0].props, "evidence": evidence})
            for line in same:
                for end in line.ends:
                    for mark in line.evidence:
                        start = Label.FUND, key
                        book.resolution.drafts.append((TieType.FUNDS, start, end, {}, mark))


def _fund(book: EventBook, info: DatasetInfo, row: FundRow) -> _FundLine | None:
    place = book.resolution.place(info, row)
    if place is None:
        return None
    ends: list[tuple[Label, str]] = []
    if row.project:
        named = book.projects.get(plain(row.project), [])
        inside = [e for e in named if e.area and book.resolution.tree.within(e.area, place.area)]
        ends = [(e.label, e.key) for e in inside or named]
    if len(ends) != 1 and place.area is not None:
        ends = [(book.resolution.tree.areas[place.area].label, place.area)]
    props = _fund_props(row.name or row.project, row.kind, row.source, row.year)
    source, name = plain(row.source or ""), plain(row.name or "")
    return _FundLine(
        f"{place.area or ''}|{row.year or ''}|{source}|{name}",
        repr((row.amount, row.project)),
        props | _at(book, place.area) | {"amount": row.amount},
        ends,
        [f"{info.id}:{row.row}"],
    )


def _project_funds(book: EventBook, event: DraftEvent) -> list[_FundLine]:
    """预算 and 资金来源 of a project; a budget of several sources can't be divided."""
    found = []
    for info, row in event.rows:
        if not isinstance(row, ProjectRow):
            continue
        kinds = row.fund_kinds or ("",) * len(row.fund_source)
        for source, kind in zip(row.fund_source, kinds, strict=True):
            year = int(row.date[:4]) if row.date else None
            props = _fund_props(row.name, kind or None, source, year)
            amount = row.budget if len(row.fund_source) == 1 else None
            found.append(
                _FundLine(
                    f"{event.area or ''}|{year or ''}|{plain(source)}|{plain(event.name)}",
                    repr((amount, event.key)),
                    props | _at(book, event.area) | {"amount": amount},
                    [(event.label, event.key)],
                    [f"{info.id}:{row.row}"],
                )
            )
    return found


def _fund_props(
    name: str | None, kind: str | None, source: str | None, year: int | None
) -> dict[str, Prop]:
    return {"name": name, "kind": kind, "source": source, "year": year}


def _at(book: EventBook, area: str | None) -> dict[str, Prop]:
    return {"area": area, "path": book.resolution.tree.path_of(area)}
