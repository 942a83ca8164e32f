"""Workbooks and CSV files of the synthetic city: titles, headers, merges, totals, footers."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ingest.synthetic.rosters import RosterTable
from ingest.synthetic.spelling import Cell, Spelling

MARK = "合成数据"
"""Stands in every file name and title: nobody shall take these for real rosters."""


@dataclass(slots=True)
class RosterHeading:
    """What stands around a table."""

    title: str
    unit: str
    """填报单位."""
    reported_on: date


@dataclass(slots=True)
class LaidOutTable:
    """A table as rows of cells, with where its header, dates and merges are."""

    rows: list[list[Cell]]
    header: int
    width: int
    merges: list[tuple[int, int, int]] = field(default_factory=list)
    """(first row, last row, column), zero-based."""
    title_rows: tuple[int, ...] = ()


def lay_out(
    table: RosterTable, heading: RosterHeading, spell: Spelling, *, merged: bool
) -> LaidOutTable:
    """The table with title, 填报单位 row, header, rows, totals and footer.

    A clean table is its header and its rows.
    """
    width = len(table.headers)
    rows: list[list[Cell]] = []
    titles: tuple[int, ...] = ()
    if spell.messy:
        rows.append([heading.title])
        day = spell.reported(heading.reported_on)
        if spell.rng.random() < 0.5:
            rows.append([f"填报单位：{heading.unit}", "", "", "", f"填报日期：{day}"])
        else:
            rows.append(["填报单位：", heading.unit, "", "填报日期：", day])
        titles = (0,)
    header = len(rows)
    rows.append([spell.header(h) for h in table.headers])
    first = len(rows)
    rows += [list(row) for row in table.rows]
    merges = _merge(rows, first, table.merge) if merged else []
    if spell.messy and table.rows:
        rows += _foot(table, spell)
    return LaidOutTable(rows, header, width, merges, titles)


def _merge(
    rows: list[list[Cell]], first: int, columns: Sequence[int]
) -> list[tuple[int, int, int]]:
    """Empty all but the first of equal neighbours in these columns."""
    merges = []
    for column in columns:
        start = first
        for at in range(first + 1, len(rows) + 1):
            if at < len(rows) and rows[at][column] == rows[start][column]:
                continue
            if at - start > 1:
                merges.append((start, at - 1, column))
                for row in range(start + 1, at):
                    rows[row][column] = ""
            start = at
    return merges


def _foot(table: RosterTable, spell: Spelling) -> list[list[Cell]]:
    foot: list[list[Cell]] = []
    if table.sums:
        total: list[Cell] = [""] * len(table.headers)
        total[0] = spell.rng.choice(("合计", "合 计", "总计"))
        for column in table.sums:
            total[column] = sum(v for row in table.rows if isinstance(v := row[column], int))
        foot.append(total)
    if spell.rng.random() < 0.6:
        foot.append(["填表人：甲某", "", "", "审核人：乙某"])
    if spell.rng.random() < 0.4:
        foot.append(["注：本表为合成数据，仅供演示。"])
    return foot


class Books:
    """Open workbooks by file name, all closed at the end.

    Parameters
    ----------
    stream
        Whether rows are written out at once (for the large sheets of people), which takes
        little memory but no merged cells.
    """

    def __init__(self, folder: Path, on: date) -> None:
        self.folder, self.on = folder, on
        self._open: dict[str, tuple[Any, dict[str, Any]]] = {}
        self.paths: list[Path] = []

    def sheet(self, file: str, sheet: str, laid: LaidOutTable, *, stream: bool = False) -> None:
        """Write one sheet into the workbook of that name, begun where there is none yet."""
        if file not in self._open:
            self._open[file] = self._begin(file, stream=stream)
        book, formats = self._open[file]
        _write(book.add_worksheet(sheet[:31]), laid, formats)

    def note(self, file: str, sheet: str, lines: Sequence[str]) -> None:
        """A sheet of plain text in an open workbook; it is no roster."""
        page = self._open[file][0].add_worksheet(sheet)
        for at, text in enumerate(lines):
            page.write_string(at, 0, text)

    def csv(self, file: str, laid: LaidOutTable, encoding: str) -> None:
        path = self.folder / file
        with path.open("w", encoding=encoding, newline="") as out:
            writer = csv.writer(out, lineterminator="\r\n")
            for row in laid.rows:
                shown = [f"{c.year}/{c.month}/{c.day}" if isinstance(c, date) else c for c in row]
                writer.writerow(shown + [""] * (laid.width - len(shown)))
        self.paths.append(path)

    def _begin(self, file: str, *, stream: bool) -> tuple[Any, dict[str, Any]]:
        import xlsxwriter

        path = self.folder / file
        book = xlsxwriter.Workbook(path, {"constant_memory": stream, "strings_to_urls": False})
        day = datetime(self.on.year, self.on.month, self.on.day)
        book.set_properties({"title": MARK, "comments": "synthetic data", "created": day})
        formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "header": book.add_format({"bold": True, "text_wrap": True, "border": 1}),
            "date": book.add_format({"num_format": "yyyy/m/d"}),
            "merged": book.add_format({"valign": "vcenter"}),
        }
        self.paths.append(path)
        return book, formats

    def close(self) -> None:
        for book, _ in self._open.values():
            book.close()
        self._open.clear()


def _write(page: Any, laid: LaidOutTable, formats: dict[str, Any]) -> None:
    merged = {(row, column) for row, _, column in laid.merges}
    for at, row in enumerate(laid.rows):
        if at in laid.title_rows:
            page.merge_range(at, 0, at, laid.width - 1, row[0], formats["title"])
            continue
        style = formats["header"] if at == laid.header else None
        for column, value in enumerate(row):
            if isinstance(value, str):
                if value:
                    shape = formats["merged"] if (at, column) in merged else style
                    page.write_string(at, column, value, shape)
            elif isinstance(value, date):
                moment = datetime(value.year, value.month, value.day)
                page.write_datetime(at, column, moment, formats["date"])
            elif value is not None:
                page.write_number(at, column, value)
    for first, last, column in laid.merges:
        text = str(laid.rows[first][column])
        page.merge_range(first, column, last, column, text, formats["merged"])
