"""The signs of a table: what in its reading looks wrong, seen when its last row has come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from graph.model.dataset import DatasetInfo
from graph.model.labels import Day
from graph.model.receipt import SIGN_CELLS, ReceiptColumn, Sign
from graph.model.signs import gravest_first, make_sign
from graph.model.vocabulary import SHEET_WORDS
from ingest.files.xlsx_facts import column_letters
from ingest.rows.cell_account import by_column
from ingest.rows.sheet_table import SheetTable
from ingest.sheets.content import FEWEST, column_content
from ingest.sheets.headers import ColumnUse
from ingest.sheets.titles import area_in
from ingest.values.person_names import without_persons
from ingest.values.personal_numbers import MASK
from ingest.values.sheet_words import header_keys, words

CLOSE = 2.0
"""A kind whose score is within so much of the chosen one's was a near guess."""
_MOSTLY = 0.5
_HARDLY = 0.2
_MANY = 3
_FAR = "2050"
"""Columns: so many that are mostly filled and not read are grave, whatever they hold."""
_RELEVANT = ("uscc", "grid_code", "community_code", "grid", "community", "body")
"""What a column holds that this program could hardly do without."""
_GRAVE_IF_MANY = ("name_is_kind", "grid_is_body")
"""Signs that are grave only where most rows have them."""
_DATE = re.compile(r"\d{4}[-./年]\d{1,2}.*|\d{5}")
_COMMUNITY_ENDS = ("社区", "村", "居委会", "村委会", "网格")
_TICKS = re.compile(r"[√✓✔☑×✗✘○●是否有无1]")


def columns_told(table: SheetTable) -> tuple[ReceiptColumn, ...]:
    """The columns of a table, as the receipt shows them."""
    filled = by_column_of(table)
    valued = by_column(table.account.valued)
    personal = {s.use.head.index for s in table.columns.sources if s.spec.is_personal}
    told = []
    for use in table.layout.uses:
        index = use.head.index
        state = _state(use, table.columns.doubles, personal)
        told.append(
            ReceiptColumn(
                letter=use.head.letter,
                header=use.head.text,
                fields=use.fields,
                state=state,
                filled=filled[index],
                valued=valued[index] if state == "read" else 0,
                examples=tuple(_examples(table, index)) if state == "not_read" else (),
            )
        )
    return tuple(told)


def by_column_of(table: SheetTable) -> dict[int, int]:
    """Column -> its filled cells below the header."""
    account = table.account
    found = account.by_column("value")
    for part in ("no_data", "not_read", "rejected"):
        found.update(account.by_column(part))
    return found


def _state(use: ColumnUse, doubles: int, personal: set[int]) -> str:
    index = use.head.index
    if use.role == "serial":
        return "serial"
    if use.role == "dropped" or index in personal:
        return "personal"
    return "read" if use.fields or doubles >> index & 1 else "not_read"


def _examples(table: SheetTable, index: int) -> Iterator[str]:
    """Up to two different cells of a column that isn't read.

    One that holds something personal isn't shown at all, as more than is known may be so.
    """
    for text in list(dict.fromkeys(table.samples.get(index, ())))[:2]:
        safe = without_persons(text)
        yield MASK if MASK in safe else safe[:40]


def signs_of(table: SheetTable, columns: Iterable[ReceiptColumn], info: DatasetInfo) -> list[Sign]:
    """The signs of a table that was read to its end."""
    columns = tuple(columns)
    found = [
        *_about_kind(table),
        *_about_header(table),
        *_about_places(table, columns, scope_area(info)),
        *_about_columns(table, columns),
        *_about_values(table),
        *_about_dates(table, info.reported_on),
    ]
    return list(gravest_first(found))


def scope_area(info: DatasetInfo) -> str:
    """The first area that the sheet's scope names; the whole text where none can be made out."""
    named = (area for text in info.scope if (area := area_in(text)))
    return next(named, info.scope[0] if info.scope else "")


def _about_kind(table: SheetTable) -> Iterator[Sign]:
    layout = table.layout
    if layout.mapping is not None or table.told_kind or not layout.others:
        return
    kind, score = layout.others[0]
    if layout.score - score < CLOSE:
        zh, en = SHEET_WORDS[layout.kind]
        other_zh, other_en = SHEET_WORDS[kind]
        yield make_sign(
            "kind_close",
            count=table.rows_read,
            cells=[f"{u.head.letter}{table.header_row}" for u in layout.uses],
            kind=zh,
            kind_en=en,
            other=other_zh,
            other_en=other_en,
        )


def _about_header(table: SheetTable) -> Iterator[Sign]:
    """Header cells that are values: a matrix has its grids there, a shifted table its first row."""
    odd = [
        use
        for use in table.layout.uses
        if use.role == "ignored" and _is_value(use.head.text) and not use.head.above
    ]
    if odd:
        yield make_sign(
            "value_among_headers",
            count=len(odd),
            cells=[f"{u.head.letter}{table.header_row}" for u in odd],
            columns=[u.head.letter for u in odd],
            example=without_persons(odd[0].head.text),
        )


def _is_value(text: str) -> bool:
    if any(key in words().headers for key in header_keys(text)[0]):
        return False
    form = column_content([[text]], 0).form
    return form in ("uscc", "grid_code", "community_code", "grid", "community") or bool(
        _DATE.fullmatch(text)
    )


def _about_places(
    table: SheetTable, columns: tuple[ReceiptColumn, ...], area: str
) -> Iterator[Sign]:
    """Rows that have no place but the sheet's.

    That is right where the sheet is one community's; where the sheet itself speaks of several,
    the rows are placed wrongly.
    """
    rows = table.odd.by_scope
    if not rows:
        return
    first = next((c.letter for c in columns if c.state == "read"), "A")
    cells = [f"{first}{row}" for row in rows]
    sign = partial(make_sign, count=len(rows), cells=cells, scope=area)
    if len({s.row for s in table.rows}) > len(rows):
        yield sign("row_without_place")
    elif table.scoped == "told" or table.layout.mapping is not None:
        yield sign("placed_by_scope", answered="mapping")
    elif _names_places(table, columns):
        yield sign("placed_by_scope")
    elif not area.endswith(_COMMUNITY_ENDS):
        yield sign("placed_by_scope", grave=False)


def _names_places(table: SheetTable, columns: tuple[ReceiptColumn, ...]) -> bool:
    """Whether a column that isn't read, or rows between the others, name communities or grids."""
    if table.odd.seen.keys() & {"name_of_area", "name_heading", "name_with_place"}:
        return True
    return any(
        column_content([[t] for t in table.samples.get(use.head.index, ())], 0).form
        in ("community", "grid")
        for use, column in zip(table.layout.uses, columns, strict=True)
        if column.state == "not_read"
    )


def _about_columns(table: SheetTable, columns: tuple[ReceiptColumn, ...]) -> Iterator[Sign]:
    yield from _about_empty_fields(table, columns)
    yield from _about_unread(table, columns)
    account = table.account
    under = {use.head.index for use in table.layout.uses}
    outside = [i for i in account.unread if i not in under]
    if outside:
        yield make_sign(
            "cells_outside",
            count=sum(account.by_column("not_read")[i] for i in outside),
            cells=[f"{column_letters(i)}{row}" for i in outside for row in account.unread[i]],
            columns=[column_letters(i) for i in outside],
        )


def _about_empty_fields(table: SheetTable, columns: tuple[ReceiptColumn, ...]) -> Iterator[Sign]:
    """Columns whose cells give hardly a value."""
    lost = by_column(table.account.lost)
    for use, column in zip(table.layout.uses, columns, strict=True):
        missed = lost[use.head.index]
        hardly = column.valued <= _HARDLY * (column.valued + missed)
        if column.state == "read" and missed >= FEWEST and hardly:
            yield make_sign(
                "field_without_value",
                count=missed,
                columns=[column.letter],
                header=column.header,
            )


def _about_unread(table: SheetTable, columns: tuple[ReceiptColumn, ...]) -> Iterator[Sign]:
    """Columns that no field takes, in one sign."""
    unread = [
        (use, column)
        for use, column in zip(table.layout.uses, columns, strict=True)
        if column.state == "not_read" and column.filled and not _is_aside(table, use)
    ]
    if not unread:
        return
    half = _MOSTLY * max(table.rows_read, 1)
    mostly = [use for use, column in unread if column.filled >= half]
    rows = table.account.unread
    yield make_sign(
        "column_not_read",
        count=sum(column.filled for _, column in unread),
        grave=len(mostly) >= _MANY or any(_matters(table, use) for use in mostly),
        cells=[f"{u.head.letter}{row}" for u, _ in unread for row in rows.get(u.head.index, ())],
        columns=[column.letter for _, column in unread],
        headers="、".join(without_persons(column.header)[:20] for _, column in unread[:8]),
    )


def _matters(table: SheetTable, use: ColumnUse) -> bool:
    """Whether an unread column holds what the network is made of, or ticks."""
    texts = table.samples.get(use.head.index, ())
    content = column_content([[t] for t in texts], 0)
    ticks = sum(1 for t in texts if _TICKS.fullmatch(t))
    return content.form in _RELEVANT or 2 * ticks > len(texts)


def _is_aside(table: SheetTable, use: ColumnUse) -> bool:
    """Whether a column is for the sheet's own use (备注), or a mapping says that it isn't read."""
    mapping = table.layout.mapping
    if use.by == "taught" or (mapping is not None and mapping.others == "ignore"):
        return True
    return any(key in words().aside for key in header_keys(use.head.text)[0])


def _about_values(table: SheetTable) -> Iterator[Sign]:
    for code, seen in table.odd.seen.items():
        few = code in _GRAVE_IF_MANY and seen.count < _MOSTLY * table.rows_read
        if few and code == "grid_is_body":
            continue  # 一中 and 合成公司 may each be a grid of their own
        yield make_sign(
            code,
            count=seen.count,
            grave=False if few else None,
            cells=seen.cells,
            columns=sorted(seen.columns),
            example=seen.example,
        )


def _about_dates(table: SheetTable, reported: Day | None) -> Iterator[Sign]:
    early: list[tuple[str, int, int, str]] = []
    late: list[tuple[str, int, int, str]] = []
    far: list[tuple[str, int, int, str]] = []
    for dates in table.odd.dates:
        for day, (times, row) in dates.days.items():
            if day < "2000":
                early.append((dates.letter, row, times, day))
            elif reported is not None and day > reported:
                late.append((dates.letter, row, times, day))
            elif day >= _FAR:
                far.append((dates.letter, row, times, day))
        if dates.all_month_ends():
            yield make_sign(
                "dates_month_end",
                count=sum(times for times, _ in dates.days.values()),
                cells=[f"{dates.letter}{row}" for _, row in dates.days.values()],
                columns=[dates.letter],
                header=dates.header,
            )
    for code, found in (("dates_early", early), ("dates_late", late), ("dates_far", far)):
        if found:
            yield make_sign(
                code,
                count=sum(times for _, _, times, _ in found),
                cells=[f"{letter}{row}" for letter, row, _, _ in found[:SIGN_CELLS]],
                columns=sorted({letter for letter, *_ in found}),
                example=found[0][3],
                day=reported,
            )
