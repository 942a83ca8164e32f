"""Linkages, projects, activities and funds: what a row about them comes to in the graph.

An event is one node for each area that its row places it in, under a key of what it is
(`graph/model`), so that rows which name one participant each come to one event. Who takes part
is a tie of its own; a body that fits several waits, the rest of its row doesn't.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graph.journal.kept_rows import rows_of
from graph.model.dataset import DatasetInfo
from graph.model.labels import Label, TieType
from graph.model.properties import Prop
from graph.model.rows import ActivityRow, AreaRow, EventRow, LinkageRow, ProjectRow, Statement
from graph.model.vocabulary import LINKAGE_KINDS, PROGRESS
from graph.model.wanted_tables import short_digest
from graph.names.plain import plain
from graph.resolve.context import Resolution
from graph.resolve.event_book import DraftEvent, EventBook
from graph.resolve.event_parties import parties_of, write_contacts
from graph.resolve.event_seats import EventSeat, seat_of
from graph.resolve.projects import need_of, write_match

_LABEL: dict[type[EventRow], Label] = {
    LinkageRow: Label.LINKAGE,
    ProjectRow: Label.PROJECT,
    ActivityRow: Label.ACTIVITY,
}


def read_events(resolution: Resolution) -> EventBook:
    """Events of all datasets; needs and resources must be known before."""
    book = EventBook(resolution)
    for info, row in rows_of(book.resolution.datasets, EventRow | AreaRow):
        if isinstance(row, EventRow):
            _event_row(book, info, row)
        elif isinstance(row, AreaRow) and row.contact_units:
            write_contacts(book.resolution, info, row)
    for event in book.events.values():
        book.resolution.node(event.label, event.key, _props(book, event))
    return book


def _event_row(book: EventBook, info: DatasetInfo, row: EventRow) -> None:
    need = need_of(book.resolution, info, row) if isinstance(row, ProjectRow) else None
    seat = seat_of(book.resolution, info, row, need.area if need else None)
    if seat is None or (isinstance(row, LinkageRow) and row.status == "none"):
        return
    parties, also = parties_of(book.resolution, info, row, seat.place)
    evidence = f"{info.id}:{row.row}"
    for area in seat.areas:
        event = _event(book, info, row, area, seat)
        event.rows.append((info, row))
        event.venue.update(seat.venue)
        event.also.update(also)
        if need is not None:
            event.need.add(need.key)
        for body, props in parties:
            end = event.label, event.key
            book.resolution.drafts.append((TieType.PARTICIPATES, body, end, props, evidence))
    if isinstance(row, ProjectRow) and need is not None:
        write_match(book.resolution, info, row, need, parties)


def _event(
    book: EventBook, info: DatasetInfo, row: EventRow, area: str | None, seat: EventSeat
) -> DraftEvent:
    label = _LABEL[type(row)]
    name = row.name or ""
    if isinstance(row, LinkageRow):
        estate = "、".join(seat.venue)
        base = f"{area or ''}|{row.kind or ''}|{plain(name or estate)}"
        where = book.resolution.tree.areas[area].name if area else ""
        name = name or f"{where}{estate}{LINKAGE_KINDS.get(row.kind or '', '联动')}"
    elif isinstance(row, ActivityRow):
        base = f"{info.series}|{row.date or ''}|{area or ''}|{plain(name)}"
    else:
        base = f"{info.series}|{plain(name)}|{area or ''}"
    key = f"{label.lower()}-{short_digest(base)}"
    event = book.events.get((label, key))
    if event is None:
        event = book.events[label, key] = DraftEvent(label, key, area, name)
        if label is Label.PROJECT:
            book.projects[plain(name)].append(event)
    event.name = min(event.name, name)
    return event


def _props(book: EventBook, event: DraftEvent) -> dict[str, Prop]:
    """Properties of an event out of all its rows, whatever their order."""
    rows = [row for _, row in event.rows]
    ended = any(isinstance(r, LinkageRow) and r.status == "ended" for r in rows)
    progress = max(_values(rows, "progress"), key=list(PROGRESS).index, default=None)
    sources = {source for texts in _values(rows, "fund_source") for source in texts}
    return {
        "name": event.name or None,
        "theme": event.name or None if event.label is Label.ACTIVITY else None,
        "kind": min(_values(rows, "kind"), default=None),
        "area": event.area,
        "path": book.resolution.tree.path_of(event.area),
        "date": min(_values(rows, "date"), default=None),
        "valid_to": max(_values(rows, "valid_to"), default=None),
        "status": "ended" if ended else progress,
        "attendance": max(_values(rows, "attendance"), default=None),
        "hours": max(_values(rows, "hours"), default=None),
        "budget": max(_values(rows, "budget"), default=None),
        "fund_source": "、".join(sorted(sources)) or None,
        "need": next(iter(event.need)) if len(event.need) == 1 else None,
        "venue": "、".join(sorted(event.venue)) or None,
        "also": sorted(event.also) or None,
        "evidence": sorted({f"{info.id}:{row.row}" for info, row in event.rows}),
    }


def _values(rows: Sequence[Statement], name: str) -> list[Any]:
    """What the rows say in a field; rows of kinds without it, and empty ones, left out."""
    return [v for r in rows if (v := getattr(r, name, None)) not in (None, "")]
