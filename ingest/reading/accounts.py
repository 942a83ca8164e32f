"""The account of a table, or of a sheet that wasn't read, as the receipt shows it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from graph.model.dataset import DatasetInfo
from graph.model.receipt import CellCounts, SheetAccount
from graph.model.rows import Statement
from ingest.rows.sheet_table import SheetTable
from ingest.rows.table_signs import columns_told, signs_of

FIRST_ROWS = 3
_TEXT_MAX = 60
_NOT_SHOWN = frozenset({"row", "id_key", "phone_key", "unit_key"})


def account_of(table: SheetTable, info: DatasetInfo | None, number: int) -> SheetAccount:
    """What became of a table's cells, its columns and signs.

    Parameters
    ----------
    info
        Of its dataset; None where it has no row of data.
    number
        Which table of its sheet it is, from 1.
    """
    columns = columns_told(table)
    return SheetAccount(
        file=table.file,
        sheet=table.sheet.name,
        table=number,
        dataset=info and info.id,
        kind=str(table.layout.kind),
        area=info.scope[0] if info and info.scope else None,
        layout=table.layout.key or None,
        header_row=table.header_row,
        cells=table.account.counts(),
        no_data=table.rows_no_data,
        columns=columns,
        first_rows=_first_rows(table),
        signs=tuple(signs_of(table, columns, info)) if info else (),
    )


def account_of_unread(file: str, sheet: str, cells: int) -> SheetAccount:
    """The account of a sheet of which nothing was read."""
    return SheetAccount(file=file, sheet=sheet, cells=CellCounts(filled=cells, not_read=cells))


def _first_rows(table: SheetTable) -> tuple[dict[str, str], ...]:
    """The first rows as understood; a row that names several bodies counts once."""
    first: dict[int, Statement] = {}
    for statement in table.rows[: 4 * FIRST_ROWS]:
        first.setdefault(statement.row, statement)
    return tuple(_understood(s) for s in list(first.values())[:FIRST_ROWS])


def _understood(statement: Statement) -> dict[str, str]:
    told = {}
    for name, value in asdict(statement).items():
        if name in _NOT_SHOWN or name.endswith("_text"):
            continue
        text = _text(getattr(statement, f"{name}_text", None) or value)
        if text:
            told[name] = text
    return told


def _text(value: Any) -> str:
    if value is None or value == () or value == "":
        return ""
    if isinstance(value, tuple | list):
        return "、".join(str(v) for v in value if v)[:_TEXT_MAX]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)[:_TEXT_MAX]
