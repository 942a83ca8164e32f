"""Rows of linkages, projects, activities and funds to statements."""

from __future__ import annotations

from graph.model.rows import ActivityRow, FundRow, LinkageRow, ProjectRow, Statement
from ingest.rows import checks
from ingest.rows.row import Row, Values, amount, bodies_only, period_of, places, take
from ingest.values.fields import Word
from ingest.values.numbers import Amount
from ingest.values.persons import looks_like_person
from ingest.values.sheet_words import value_of

_YUAN = (None, "元", "元整", "人民币", "元人民币", "rmb", "RMB", "块")


def linkage(row: Row) -> list[Statement]:
    """A row of a 联动台账."""
    lead = _convener(row)
    people = bodies_only(row, "participants")
    chairs = bodies_only(row, "chairs")
    if not (lead or people or chairs):
        checks.missing(row, "participants")
    _need_place(row)
    begin, end = row.get("date"), row.get("valid_to")
    checks.in_order(row, begin, end, "valid_to")
    first, last = row.get("term") or (None, None)
    checks.in_order(row, first, last, "term")
    return [
        LinkageRow(
            row=row.number,
            **place,
            **take(row, "name", "turn", "status"),
            kind=row.word("kind")[0],
            where=row.get("where") or (),
            lead=lead,
            participants=people,
            chairs=chairs,
            date=begin,
            valid_to=end,
            term_from=first,
            term_to=last,
        )
        for place in places(row)
    ]


def _convener(row: Row) -> tuple[str, ...]:
    """召集人: often a person, who is dropped, sometimes a body."""
    kept = []
    for name in row.get("lead") or ():
        if looks_like_person(name):
            row.hide("lead", "personal_name", header=row.header("lead"))
        else:
            kept.append(name)
    return tuple(kept)


def project(row: Row) -> list[Statement]:
    """A row of a 项目清单."""
    checks.need(row, "name")
    if not row.get("need"):
        _need_place(row)
    begin, end = period_of(row, "date")
    checks.in_order(row, begin, end, "valid_to")
    sources: tuple[str, ...] = row.get("fund_source") or ()
    budget = _money(row, "budget")
    quantity, unit = amount(row)
    progress = row.get("progress")
    shared: Values = {
        **take(row, "name", "kind", "need", "resource", "lead_uscc"),
        "where": row.get("where") or (),
        "lead": bodies_only(row, "lead"),
        "participants": bodies_only(row, "participants"),
        "date": begin,
        "valid_to": end,
        "quantity": quantity,
        "unit": unit,
        "budget": budget,
        "fund_source": sources,
        "fund_kinds": tuple(value_of(s, "fund_kinds") or "" for s in sources),
        "progress": progress.value if isinstance(progress, Word) else None,
    }
    return [ProjectRow(row=row.number, **place, **shared) for place in places(row)]


def activity(row: Row) -> list[Statement]:
    """A row of an 活动/服务记录."""
    checks.need(row, "name")
    checks.need(row, "date")
    _need_place(row)
    shared: Values = {
        **take(row, "name", "kind", "lead_uscc", "date", "attendance", "hours"),
        "where": row.get("where") or (),
        "lead": bodies_only(row, "lead"),
        "participants": bodies_only(row, "participants"),
    }
    return [ActivityRow(row=row.number, **place, **shared) for place in places(row)]


def fund(row: Row) -> list[Statement]:
    """A row of a 经费台账."""
    checks.need_place(row)
    source = row.get("source")
    kind = value_of(source, "fund_kinds") if source else None
    if source and kind is None:
        row.tell("source", "kind_unknown", word=source[:60])
    return [
        FundRow(
            row=row.number,
            **row.place(),
            **take(row, "name", "year", "source", "project"),
            kind=kind,
            amount=_money(row, "amount"),
        )
    ]


def _need_place(row: Row) -> None:
    """A place column, a venue, or the sheet's scope must say where."""
    if not row.get("where") and not row.told("where"):
        checks.need_place(row)


def _money(row: Row, name: str) -> float | None:
    """Yuan; a sum in another unit isn't money, and unknown."""
    found = row.get(name)
    if not isinstance(found, Amount) or found.number is None:
        return None
    if found.unit not in _YUAN:
        row.tell(name, "number_unreadable")
        return None
    return found.number
