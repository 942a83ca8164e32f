"""Sheets of what is done together: linkages, projects, activities, and the funds for it."""

from __future__ import annotations

from dataclasses import replace

from graph.model.rows import ActivityRow, FundRow, LinkageRow, ProjectRow, Statement
from ingest.kinds.kind import Kind
from ingest.kinds.row import Row, Values
from ingest.values.fields import (
    BEGIN,
    COUNT,
    DAY,
    END,
    HOURS,
    KEY,
    MEMBERS,
    NAMES,
    PERIOD,
    PLACES,
    PROGRESS,
    QUANTITY,
    STATUS,
    TERM,
    TEXT,
    USCC,
    YEAR,
    one_of,
)
from ingest.values.numbers import Amount
from ingest.values.sheet_words import value_of

_YUAN = (None, "元", "元整", "人民币", "元人民币", "rmb", "RMB", "块")


def _linkage(row: Row) -> list[Statement]:
    bodies: Values = {
        "lead": row.get("lead") or (),
        "participants": row.get("participants") or (),
        "chairs": row.get("chairs") or (),
    }
    if not any(bodies.values()):
        row.missing("participants")
    _need_place(row)
    begin, end = row.period("date")
    row.in_order(begin, end, "valid_to")
    first, last = row.get("term") or (None, None)
    row.in_order(first, last, "term")
    return [
        row.statement(LinkageRow, place, **bodies, valid_to=end, term_from=first, term_to=last)
        for place in row.places()
    ]


def _project(row: Row) -> list[Statement]:
    row.need("name")
    if not row.get("need"):
        _need_place(row)
    begin, end = row.period("date")
    row.in_order(begin, end, "valid_to")
    sources: tuple[str, ...] = row.get("fund_source") or ()
    budget = _yuan(row, "budget")
    shared: Values = {
        **row.quantity(),
        "lead": row.get("lead") or (),
        "participants": row.get("participants") or (),
        "date": begin,
        "valid_to": end,
        "budget": budget,
        "fund_kinds": tuple(value_of(s, "fund_kinds") or "" for s in sources),
    }
    return [row.statement(ProjectRow, place, **shared) for place in row.places()]


def _activity(row: Row) -> list[Statement]:
    row.need("name")
    row.need("date")
    _need_place(row)
    bodies: Values = {name: row.get(name) or () for name in ("lead", "participants")}
    return [row.statement(ActivityRow, place, **bodies) for place in row.places()]


def _fund(row: Row) -> list[Statement]:
    row.need_place()
    source = row.get("source")
    kind = value_of(source, "fund_kinds") if source else None
    if source and kind is None:
        row.tell("source", "kind_unknown", word=source[:60])
    return [row.statement(FundRow, kind=kind, amount=_yuan(row, "amount"))]


def _need_place(row: Row) -> None:
    """A place column, a venue, or the sheet's scope must say where."""
    if not row.get("where") and not row.has_problem("where"):
        row.need_place()


def _yuan(row: Row, name: str) -> float | None:
    """A sum in yuan; one in another unit isn't money, and unknown."""
    amount = row.get(name)
    if not isinstance(amount, Amount) or amount.number is None:
        return None
    if amount.unit not in _YUAN:
        row.tell(name, "number_unreadable")
        return None
    return amount.number


_EVENT = {
    "name": TEXT,
    "lead": MEMBERS,
    "lead_uscc": USCC,
    "participants": MEMBERS,
    "where": PLACES,
    "date": BEGIN,
    "valid_to": END,
}
LINKAGES = Kind(
    _EVENT
    | {
        "kind": one_of("linkage_kinds"),
        "chairs": MEMBERS,
        "turn": COUNT,
        "term": TERM,
        "status": STATUS,
    },
    _linkage,
)
PROJECTS = Kind(
    _EVENT
    | {
        "name": KEY,
        "kind": TEXT,
        "need": TEXT,
        "resource": TEXT,
        "period": PERIOD,
        "quantity": QUANTITY,
        "unit": TEXT,
        "budget": QUANTITY,
        "fund_source": NAMES,
        "progress": PROGRESS,
    },
    _project,
)
ACTIVITIES = Kind(
    _EVENT
    | {
        "name": KEY,
        "kind": TEXT,
        "date": replace(DAY, key=True),
        "attendance": COUNT,
        "hours": HOURS,
    },
    _activity,
)
FUNDS = Kind(
    {
        "name": TEXT,
        "year": YEAR,
        "source": TEXT,
        "amount": replace(QUANTITY, key=True),
        "project": TEXT,
    },
    _fund,
)
