"""The issues of an import as a table: for the screen, and as a workbook to mend from.

Text that a spreadsheet program could take for a formula is made harmless: it opens as the text
that it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from graph.model.errors import UsageError
from graph.model.issue import Issue
from graph.model.spreadsheet_text import harmless

HEADERS = {
    "zh": ("级别", "文件", "工作表", "行", "列", "单元格", "原值", "问题与改法", "代码"),
    "en": ("level", "file", "sheet", "row", "column", "cell", "value", "what and how", "code"),
}
LEVELS = {"error": "错误", "warning": "提醒", "info": "说明"}
_ORDER = {"error": 0, "warning": 1, "info": 2}
_WIDTHS = (8, 28, 18, 7, 18, 9, 24, 70, 22)
_ROWS_MAX = 1_000_000
ReportRow = tuple[str | int | None, ...]


def issue_rows(issues: Iterable[Issue], lang: str = "zh") -> list[ReportRow]:
    """One row per issue under `HEADERS`: errors first, then by file, sheet, row and cell.

    Equal issues give equal rows in equal order, however they came.
    """
    return [
        (
            LEVELS[i.level] if lang == "zh" else i.level,
            i.file,
            i.sheet,
            i.row,
            i.column,
            i.cell,
            i.value_shown,
            i.zh if lang == "zh" else i.en,
            i.code,
        )
        for i in sorted(
            issues,
            key=lambda i: (
                _ORDER[i.level],
                i.file,
                i.sheet,
                i.row or 0,
                len(i.cell or ""),
                i.cell or "",
                i.code,
                i.value_shown or "",
                i.en,
            ),
        )
    ]


def write_report(path: Path, issues: Sequence[Issue], lang: str = "zh") -> None:
    """Write the issues to an .xlsx: a sheet of counts by code, and a sheet of all issues.

    Raises
    ------
    UsageError
        The file can't be written there.
    """
    import xlsxwriter

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    rows = issue_rows(issues, lang)
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            bold = book.add_format({"bold": True, "bottom": 1})
            text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
            _write_counts(book.add_worksheet("汇总" if lang == "zh" else "summary"), bold, rows)
            sheet = book.add_worksheet("问题" if lang == "zh" else "issues")
            _write_issues(sheet, bold, text, rows, lang)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise UsageError(
            f"{path.name}：报告写不了，请检查文件夹是否存在、文件是否正被打开。",
            f"{path.name}: can't be written; check the folder, and that the file isn't open.",
        ) from error


def _write_counts(sheet: Any, bold: Any, rows: Sequence[ReportRow]) -> None:
    counts = Counter((str(row[0]), str(row[-1])) for row in rows)
    sheet.write_row(0, 0, ("级别 level", "代码 code", "条数 count"), bold)
    for at, ((level, code), count) in enumerate(counts.items(), start=1):
        sheet.write_row(at, 0, (level, code, count))
    sheet.set_column(0, 2, 22)


def _write_issues(sheet: Any, bold: Any, text: Any, rows: Sequence[ReportRow], lang: str) -> None:
    sheet.write_row(0, 0, HEADERS[lang], bold)
    for at, row in enumerate(rows[:_ROWS_MAX], start=1):
        for column, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(at, column, value)
            elif value:
                sheet.write_string(at, column, harmless(value), text)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, min(len(rows), _ROWS_MAX), len(_WIDTHS) - 1)
