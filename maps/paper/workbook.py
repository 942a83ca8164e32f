"""The tables of a diagnosis as one workbook: a contents sheet, then one sheet per table.

Cells hold the whole values; only how they are shown is rounded. The same tables give the same
bytes: the file's date is the day judged.
"""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from graph.model.spreadsheet_text import harmless
from maps.paper.printed_values import FLAGS, is_whole

if TYPE_CHECKING:
    from analysis.table import Cell, Column, Table
    from analysis.tables.five import FiveTables
    from graph.model.texts import Lang

_ROWS_MAX = 1_000_000
_SHEET_NAME_MAX = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_WIDTH = {"text": 16, "list": 40, "count": 10, "share": 10, "number": 12, "flag": 8}
_LONG = ("reasons", "explain", "which")


class _Exact(float):
    """A number that is written with all its digits; xlsxwriter would round the last away."""

    def __format__(self, spec: str) -> str:
        return repr(float(self)) if spec == ".16G" else float(self).__format__(spec)


def workbook_bytes(found: FiveTables, *, lang: Lang = "zh") -> bytes:
    """The workbook as bytes of an .xlsx file.

    Examples
    --------
    >>> from analysis.city import City
    >>> from analysis.tables.five import five_tables
    >>> from analysis.policy import Policy
    >>> from graph.model.wanted import WantedGraph
    >>> from graph.model.network import Network
    >>> nothing = five_tables(City(Network.from_wanted(WantedGraph(), as_of=None), Policy()))
    >>> workbook_bytes(nothing)[:2]
    b'PK'
    """
    import xlsxwriter

    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        day = datetime.fromisoformat(found.date or "2000-01-01").replace(tzinfo=UTC)
        book.set_properties({"title": _title(found, lang), "created": day})
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            "title": book.add_format({"bold": True, "font_size": 14}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "plain": book.add_format({"valign": "top"}),
            "share": book.add_format({"num_format": "0.0%", "valign": "top"}),
            "number": book.add_format({"num_format": "0.00", "valign": "top"}),
        }
        names = sheet_names(found, lang)
        _contents(book.add_worksheet("目录" if lang == "zh" else "contents"), found, names, lang,
                  formats)  # fmt: skip
        for table, name in zip(found.tables, names, strict=True):
            _sheet(book.add_worksheet(name), table, lang, formats)
    return buffer.getvalue()


def sheet_names(found: FiveTables, lang: Lang) -> list[str]:
    """A sheet's name for each table: its number, and what it is about, as far as it fits.

    Spreadsheet programs take 31 characters, and none of `[]:*?/\\`.
    """
    names = []
    for number, table in enumerate(found.tables, start=1):
        about = table.zh.rpartition("：")[2] if lang == "zh" else table.name
        plain = _NOT_IN_NAMES.sub(" ", about)
        names.append(f"{number:02d} {plain}"[:_SHEET_NAME_MAX].rstrip())
    return names


def _title(found: FiveTables, lang: Lang) -> str:
    return f"{found.name}共建网络诊断" if lang == "zh" else f"Co-building network of {found.name}"


def _contents(
    sheet: Any, found: FiveTables, names: list[str], lang: Lang, formats: dict[str, Any]
) -> None:
    sheet.write_string(0, 0, harmless(_title(found, lang)), formats["title"])
    facts = f"{found.date or ''} · {found.level} · {found.policy_hash}"
    sheet.write_string(1, 0, facts)
    row = 2
    for note in found.notes:
        sheet.write_string(row, 0, note.zh if lang == "zh" else note.en)
        row += 1
    heads = ("表", "行数", "说明", "数据") if lang == "zh" else ("table", "rows", "about", "data")
    for at, head in enumerate(heads):
        sheet.write_string(row + 1, at, head, formats["head"])
    for at, (table, name) in enumerate(zip(found.tables, names, strict=True), start=row + 2):
        about = table.definition_zh if lang == "zh" else table.definition_en
        sheet.write_url(at, 0, f"internal:'{name}'!A1", string=name)
        sheet.write_number(at, 1, len(table.rows))
        sheet.write_string(at, 2, about, formats["wrap"])
        covered = table.coverage_zh if lang == "zh" else table.coverage_en
        sheet.write_string(at, 3, covered, formats["wrap"])
    sheet.set_column(0, 0, 34)
    sheet.set_column(2, 3, 60)


def _sheet(sheet: Any, table: Table, lang: Lang, formats: dict[str, Any]) -> None:
    for at, column in enumerate(table.columns):
        head = column.zh if lang == "zh" else column.en
        sheet.write_string(0, at, head, formats["head"])
        width = 60 if column.name in _LONG else _WIDTH[column.kind]
        sheet.set_column(at, at, width)
    for row, cells in enumerate(table.rows[:_ROWS_MAX], start=1):
        for at, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
            _write(sheet, row, at, column, cell, lang, formats)
    sheet.freeze_panes(1, 0)
    if table.rows:
        sheet.autofilter(0, 0, min(len(table.rows), _ROWS_MAX), len(table.columns) - 1)


def _write(
    sheet: Any, row: int, at: int, column: Column, cell: Cell, lang: Lang, formats: dict[str, Any]
) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_string(row, at, FLAGS[lang][cell], formats["plain"])
    elif isinstance(cell, int | float):
        whole = column.kind != "share" and is_whole(cell)
        style = formats["plain" if whole else "share" if column.kind == "share" else "number"]
        sheet.write_number(row, at, _Exact(cell), style)
    else:
        text = "；".join(cell) if isinstance(cell, tuple) else cell
        wrap = column.name in _LONG
        sheet.write_string(row, at, harmless(text), formats["wrap" if wrap else "plain"])
