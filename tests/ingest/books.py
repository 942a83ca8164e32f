"""Small workbooks for the tests, and reading them in one call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from graph.model.dataset import Dataset
from graph.model.issue import Issue
from ingest.reading.read import ReadResult, read_datasets

SECRET = b"a test's key"
GOOD = "914403001922038216"
"""A credit code of the definitions that passes its check."""


def write_book(
    path: Path,
    sheets: dict[str, Sequence[Sequence[Any]]],
    *,
    merges: dict[str, Sequence[str]] | None = None,
    hidden_sheets: Sequence[str] = (),
    hidden_rows: dict[str, Sequence[int]] | None = None,
    date_1904: bool = False,
) -> Path:
    """An .xlsx; a value like `("formula", text, result)` is a formula."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "date_1904": date_1904}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime(2020, 1, 1)})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    _write(sheet, r, c, value, day)
            for area in (merges or {}).get(name, ()):
                sheet.merge_range(area, "")
                r, c = xlsxwriter.utility.xl_cell_to_rowcol(area.split(":")[0])
                if r < len(rows) and c < len(rows[r]):
                    _write(sheet, r, c, rows[r][c], day)
            for row_number in (hidden_rows or {}).get(name, ()):
                sheet.set_row(row_number - 1, None, None, {"hidden": True})
            if name in hidden_sheets:
                sheet.hide()
    return path


def _write(sheet: Any, r: int, c: int, value: Any, day: Any) -> None:
    if isinstance(value, tuple):
        sheet.write_formula(r, c, value[1], None, value[2])
    elif isinstance(value, date):
        sheet.write_datetime(r, c, datetime(value.year, value.month, value.day), day)
    elif isinstance(value, str):
        sheet.write_string(r, c, value)
    elif value is not None:
        sheet.write(r, c, value)


def read(*paths: Path, **options: Any) -> ReadResult:
    """Read within the test's own process: each test starting another would take minutes."""
    return read_datasets(list(paths), secret=SECRET, **{"isolated": False, **options})


def read_one(path: Path, **options: Any) -> Dataset:
    """The only dataset of a file."""
    result = read(path, **options)
    assert result.refused == [], [str(r) for r in result.refused]
    assert len(result.datasets) == 1, [d.info.kind for d in result.datasets]
    return result.datasets[0]


def one_sheet(
    tmp_path: Path,
    name: str,
    rows: Sequence[Sequence[Any]],
    *,
    merges: Sequence[str] = (),
    **more: Any,
) -> Dataset:
    """Write one sheet of that name, and read it."""
    options = {k: more.pop(k) for k in ("area", "mapping", "as_kind", "complete") if k in more}
    path = write_book(tmp_path / "表.xlsx", {name: rows}, merges={name: merges}, **more)
    return read_one(path, **options)


def csv_file(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def codes(found: Dataset | ReadResult, level: str | None = None) -> list[str]:
    """Issue codes in order."""
    return [i.code for i in found.issues if level is None or i.level == level]


def issue(found: Dataset | ReadResult, code: str) -> Issue:
    """The only issue of a code."""
    (one,) = [i for i in found.issues if i.code == code]
    return one
