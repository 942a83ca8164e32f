"""Writing a copy of a workbook: on top of the file itself where it can be opened for that,
else anew from its cells.

An .xlsx keeps its layout, whole: widths, formats, notes, hidden sheets. Its formulas become
the values they had, so that nothing in the copy is computed and nothing of it can run. Other
forms, and very large sheets, are written anew with their values, merged cells and hidden rows.
Text that looks like a formula is written as the text that it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from graph.model.receipt import CELL_PARTS
from ingest.copies.copy_plan import Cell, Mark, Plan, SheetPlan
from ingest.files.origin import SUMMARY
from ingest.files.raw import RawFile, RawSheet
from ingest.files.xlsx_facts import column_letters
from ingest.values.cells import Flaw, Raw

_LAYOUT_CELLS = 400_000
"""Up to so many cells a workbook is opened as a whole, layout and all."""
COLOURS = {
    "error": "FFC7CE",
    "warning": "FFEB9C",
    "added": "DDEBF7",
    "value": "E6F4E1",
    "header": "D6E6F5",
    "title": "E9E2F3",
    "no_data": "E7E6E6",
    "not_read": "FAD7B5",
    "rejected": "FCE4E4",
}
"""Of marks, added columns, and what became of a cell."""
_AUTHOR = "共建"
_WIDTHS = (22, 10, 18, 8, 24, 80, 20)
_HEAD = "工作表"
_LINE = 22
"""Characters of a comment in one line."""


def write_copy(file: RawFile, plan: Plan, target: Path) -> None:
    """Write a copy of a file."""
    with file.source.open("rb") as stream:
        is_xlsx = stream.read(2) == b"PK"
    size = sum(1 for sheet in file.sheets for row in sheet.rows() for c in row if c != "")
    if is_xlsx and size <= _LAYOUT_CELLS:
        try:
            _on_top(file, plan, target)
        except MemoryError:
            raise
        except Exception:  # a workbook that only the reader can open: written anew
            target.unlink(missing_ok=True)
        else:
            return
    _anew(file, plan, target)


# ------------------------------------------------------------------- on top of the file


def _on_top(file: RawFile, plan: Plan, target: Path) -> None:
    from openpyxl import load_workbook

    with file.source.open("rb") as stream:
        book = load_workbook(stream, data_only=True, keep_links=False)
    if SUMMARY in book.sheetnames:
        del book[SUMMARY]  # a copy of a copy
    sources = {s.name: s.source_name for s in file.sheets}
    for name, changes in plan.sheets.items():
        sheet = book[sources[name]]
        for (row, column), value in changes.cells.items():
            _set(sheet.cell(row, column + 1), value)
        _heads_on_top(sheet, changes)
        _parts_on_top(sheet, changes)
        for (row, column), mark in changes.marks.items():
            _mark_on_top(_anchor(sheet, row, column + 1), mark)
    _summary_on_top(book, plan)
    book.save(target)


def _set(cell: Any, value: Cell) -> None:
    """Write a cell as what it is: text never becomes a formula, a date keeps no odd format."""
    if type(cell).__name__ == "MergedCell":
        return
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "e" if value == "#N/A" else "s"
        cell.number_format = "@"
    elif cell.is_date:
        cell.number_format = "General"


def _heads_on_top(sheet: Any, changes: SheetPlan) -> None:
    from copy import copy

    from openpyxl.styles import Alignment, PatternFill

    for (row, column), text in changes.headers.items():
        cell = sheet.cell(row, column + 1, text)
        beside = sheet.cell(row, column) if column else cell
        cell.font = copy(beside.font)
        cell.border = copy(beside.border)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        cell.fill = PatternFill("solid", start_color=COLOURS["added"])
        sheet.column_dimensions[column_letters(column)].width = 28


def _parts_on_top(sheet: Any, changes: SheetPlan) -> None:
    from openpyxl.styles import PatternFill

    fills = {part: PatternFill("solid", start_color=COLOURS[part]) for part in CELL_PARTS}
    for (row, column), part in changes.parts.items():
        cell = sheet.cell(row, column + 1)
        if type(cell).__name__ != "MergedCell":
            cell.fill = fills[part]


def _anchor(sheet: Any, row: int, column: int) -> Any:
    """The cell, or the first one of the merged range that it lies in."""
    cell = sheet.cell(row, column)
    if type(cell).__name__ != "MergedCell":
        return cell
    for area in sheet.merged_cells.ranges:
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
            return sheet.cell(area.min_row, area.min_col)
    return cell


def _mark_on_top(cell: Any, mark: Mark) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell.fill = PatternFill("solid", start_color=COLOURS[mark.level])
    text = mark.text if cell.comment is None else f"{mark.text}\n———\n{cell.comment.text}"
    lines = sum(1 + len(line) // _LINE for line in text.split("\n"))
    cell.comment = Comment(text, _AUTHOR, height=20 + 18 * lines, width=340)


def _summary_on_top(book: Any, plan: Plan) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(SUMMARY, 0)
    link = Font(color="0563C1", underline="single")
    begun = False
    for number, values in enumerate(_summary_rows(plan), start=1):
        for column, value in enumerate(values, start=1):
            if value is None:
                continue
            cell = sheet.cell(number, column)
            _set(cell, value)
            if begun and column == 2 and values[0] in plan.names.values() and value:
                cell.hyperlink = _place(str(values[0]), str(value))
                cell.font = link
        if values and values[0] == _HEAD:
            begun = True
            for cell in sheet[number]:
                cell.font = Font(bold=True)
    sheet["A1"].font = Font(bold=True)
    for column, width in enumerate(_WIDTHS):
        sheet.column_dimensions[column_letters(column)].width = width
    for row in sheet.iter_rows(min_col=6, max_col=6):
        row[0].alignment = Alignment(wrap_text=True, vertical="top")
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = 0


def _summary_rows(plan: Plan) -> list[tuple[Cell | None, ...]]:
    return [*plan.origin.rows(), *plan.summary]


def _place(sheet: str, at: str) -> str:
    """A link to a cell, or to a row, within the workbook."""
    quoted = sheet.replace("'", "''")
    return f"#'{quoted}'!{at if not at.isdigit() else 'A' + at}"


# ------------------------------------------------------------------------------- anew


def _anew(file: RawFile, plan: Plan, target: Path) -> None:
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(target.parent),
    }
    with xlsxwriter.Workbook(str(target), options) as book:
        formats = _Formats(book)
        _summary_anew(book, formats, plan)
        for sheet in file.sheets:
            out = book.add_worksheet(plan.names[sheet.name])
            _sheet_anew(out, sheet, plan.sheets[sheet.name], formats)
            if sheet.hidden:
                out.hide()


class _Formats:
    """Formats by number format and colour, each made once."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.known: dict[tuple[str, str | None], Any] = {}

    def get(self, number: str, colour: str | None) -> Any:
        key = number, colour
        if key not in self.known:
            told: dict[str, Any] = {"num_format": number, "valign": "vcenter"}
            if colour:
                told |= {"bg_color": f"#{COLOURS[colour]}", "pattern": 1}
            self.known[key] = self.book.add_format(told)
        return self.known[key]


def _sheet_anew(out: Any, sheet: RawSheet, changes: SheetPlan, formats: _Formats) -> None:
    edits: dict[int, dict[int, Cell]] = defaultdict(dict)
    marks: dict[int, dict[int, Mark]] = defaultdict(dict)
    for (row, column), value in (*changes.cells.items(), *changes.headers.items()):
        edits[row][column] = value
    for (row, column), mark in changes.marks.items():
        marks[row][column] = mark
    widths: dict[int, int] = defaultdict(lambda: 8)
    colours: dict[int, dict[int, str]] = defaultdict(dict)
    for (row, column), part in changes.parts.items():
        colours[row][column] = part
    for (row, column), mark in changes.marks.items():
        colours[row][column] = mark.level
    last = max([*edits, *marks, 0])
    number = 0
    for number, cells in enumerate(sheet.rows(), start=1):
        hidden = number in sheet.hidden_rows
        _row_anew(out, number, cells, edits, marks, colours, formats, hidden=hidden)
        if number <= 200:
            for column, cell in enumerate(cells):
                if isinstance(cell, str) and len(cell) <= 40:
                    widths[column] = max(widths[column], min(36, 2 + 2 * len(cell)))
    for beyond in range(number + 1, last + 1):
        _row_anew(out, beyond, [], edits, marks, colours, formats, hidden=False)
    for column, width in widths.items():
        out.set_column(column, column, width)
    for _, column in changes.headers:
        out.set_column(column, column, 28)
    _merge_anew(out, sheet)


def _merge_anew(out: Any, sheet: RawSheet) -> None:
    """Merged ranges as such; their first cells are written already. One that overlaps another
    is left out: a spreadsheet program would take the whole file for damaged.
    """
    taken: set[tuple[int, int]] = set()
    for top, left, bottom, right in sheet.merges:
        size = (bottom - top + 1) * (right - left + 1)
        if len(taken) + size > _LAYOUT_CELLS:
            return
        cells = {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
        if size > 1 and not cells & taken:
            taken |= cells
            out.merge.append([top - 1, left, bottom - 1, right])


def _row_anew(
    out: Any,
    number: int,
    cells: list[Raw],
    edits: dict[int, dict[int, Cell]],
    marks: dict[int, dict[int, Mark]],
    colours: dict[int, dict[int, str]],
    formats: _Formats,
    *,
    hidden: bool,
) -> None:
    changed, marked = edits.get(number, {}), marks.get(number, {})
    colour = colours.get(number, {})
    if hidden:
        out.set_row(number - 1, None, None, {"hidden": True})
    width = max(len(cells), *(c + 1 for c in (*changed, *marked)), 0) if changed or marked else 0
    for column in range(max(width, len(cells))):
        value = changed.get(column, cells[column] if column < len(cells) else None)
        mark = marked.get(column)
        _cell_anew(out, number - 1, column, value, formats, colour.get(column))
        if mark:
            lines = sum(1 + len(line) // _LINE for line in mark.text.split("\n"))
            size = {"author": _AUTHOR, "width": 340, "height": 20 + 18 * lines}
            out.write_comment(number - 1, column, mark.text, size)


def _cell_anew(
    out: Any, row: int, column: int, value: Raw, formats: _Formats, colour: str | None
) -> None:
    write: Callable[..., Any]
    number = "General"
    if value is None or value == "":
        if colour:
            out.write_blank(row, column, None, formats.get(number, colour))
        return
    if isinstance(value, Flaw) or value == "#N/A":
        text = value.text if isinstance(value, Flaw) and value.text.startswith("#") else "#N/A"
        out.write_formula(row, column, "=NA()", formats.get(number, colour), text)
        return
    if isinstance(value, bool):
        write = out.write_boolean
    elif isinstance(value, int | float):
        write = out.write_number
    elif isinstance(value, datetime):
        write, number = out.write_datetime, "yyyy-mm-dd hh:mm:ss"
    elif isinstance(value, date):
        write, number = out.write_datetime, "yyyy-mm-dd"
    elif isinstance(value, time):
        write, number = out.write_datetime, "hh:mm:ss"
    elif isinstance(value, timedelta):
        write, value = out.write_string, str(value)
    else:
        write, number = out.write_string, "@"
        value = value[:32_767]
    write(row, column, value, formats.get(number, colour))


def _summary_anew(book: Any, formats: _Formats, plan: Plan) -> None:
    sheet = book.add_worksheet(SUMMARY)
    begun = False
    for number, values in enumerate(_summary_rows(plan)):
        for column, value in enumerate(values):
            if value is None:
                continue
            linked = begun and column == 1 and values[0] in plan.names.values() and value
            if linked:
                place = f"internal:{_place(str(values[0]), str(value))[1:]}"
                sheet.write_url(number, column, place, None, str(value))
            else:
                _cell_anew(sheet, number, column, value, formats, None)
        begun |= bool(values) and values[0] == _HEAD
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.activate()
