"""A web page saved as a workbook: its tables as one sheet, as a spreadsheet program shows it.

Many systems "export to Excel" by writing HTML under the name .xls. Only the page's own text is
read: nothing it refers to is fetched, no script is run. Text outside the tables (a title, a
unit) becomes rows of one cell; tables follow each other downwards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from ingest.files.refusals import refuse
from ingest.files.xlsx_facts import Limits

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.I)
_SHEET_NAME = re.compile(r"<x:Name>([^<]{1,60})</x:Name>", re.I)
_FRAMES = re.compile(r"<frameset|<x:WorksheetSource", re.I)
_NOTHING_SHOWN = re.compile(r"display\s*:\s*none", re.I)
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80", "chinese", "cp936"})
_BLOCKS = frozenset({"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "center", "caption"})
_SILENT = frozenset({"script", "style", "title", "head"})
_SPAN_MAX = 65_534
_COLSPAN_MAX = 1_000
"""What browsers allow."""
_COLUMNS_MAX = 16_384
Merge = tuple[int, int, int, int]


@dataclass(slots=True)
class WebSheet:
    """The sheet that a page amounts to; rows 1-based and columns 0-based, as in `RawSheet`."""

    name: str = ""
    rows: list[list[str]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)


def charset_of(head: bytes) -> str | None:
    """The encoding that a page names; every Chinese one is read as GB18030, which holds them all.

    Examples
    --------
    >>> charset_of(b'<meta charset="gb2312">'), charset_of(b"<table>")
    ('gb18030', None)
    """
    found = _CHARSET.search(head)
    if found is None:
        return None
    told = found[1].decode("ascii").lower()
    if told in _CHINESE:
        return "gb18030"
    return "utf-8" if told in ("utf-8", "utf8") else None


def read_page(text: str, name: str, limits: Limits) -> WebSheet:
    """Read a page.

    Raises
    ------
    BadWorkbook
        No table in it, or spans that would fill more cells than allowed.

    Examples
    --------
    >>> page = "<h3>书院街道</h3><table><tr><td rowspan=2>甲<td>乙&amp;丙<tr><td>丁</table>"
    >>> sheet = read_page(page, "a.xls", Limits())
    >>> sheet.rows, sheet.merges
    ([['书院街道'], ['甲', '乙&丙'], ['', '丁']], [(2, 0, 3, 0)])
    """
    page = _Page(name, limits)
    page.feed(text)
    page.close()
    page.finish()
    if not page.tables or not any(any(row) for row in page.sheet.rows):
        what = "HTML，数据在别的文件里" if _FRAMES.search(text) else "HTML，没有表格"
        raise refuse("file_old_format", name, found=what)
    if named := _SHEET_NAME.search(text):
        page.sheet.name = named[1].strip()
    return page.sheet


class _Page(HTMLParser):
    """Cells of the outermost tables; a table within a cell is text of that cell."""

    def __init__(self, name: str, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.file = name
        self.limits = limits
        self.sheet = WebSheet()
        self.tables = 0
        self._depth = 0
        self._silent = 0
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._text: list[str] = []
        self._spans = (1, 1)
        self._reach: dict[int, int] = {}
        """Column -> last row that a cell from above takes."""
        self._filled = 0
        self._first = 1

    # ------------------------------------------------------------------ tags

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "body":
            self._silent = 0
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._end_line()
                self.tables += 1
                self._reach = {}
                self._first = len(self.sheet.rows) + 1
        elif self._depth == 1 and tag == "tr":
            self._end_row()
            self._begin_row(dict(attrs))
        elif self._depth == 1 and tag in ("td", "th"):
            self._begin_cell(dict(attrs))
        elif tag == "br":
            self.handle_data("\n", real=True)
        elif tag in _BLOCKS:
            self._break()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "table" and self._depth:
            if self._depth == 1:
                self._end_row()
                self._end_spans()
            self._depth -= 1
        elif self._depth == 1 and tag == "tr":
            self._end_row()
        elif self._depth == 1 and tag in ("td", "th"):
            self._end_cell()
        elif tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str, *, real: bool = False) -> None:
        if self._silent:
            return
        told = data if real else " ".join(f".{data}.".split()).removeprefix(".")
        if not real:
            told = told.removesuffix(".")
        if self._cell is not None:
            self._cell.append(told)
        elif not self._depth:
            self._text.append(told)

    def _break(self) -> None:
        if self._cell is not None:
            if self._cell and not self._cell[-1].endswith("\n"):
                self._cell.append("\n")
        elif not self._depth:
            self._end_line()

    # ------------------------------------------------------------------ rows and cells

    def _begin_row(self, attrs: dict[str, str | None]) -> None:
        self._row = []
        number = len(self.sheet.rows) + 1
        if _NOTHING_SHOWN.search(attrs.get("style") or "") or "hidden" in attrs:
            self.sheet.hidden_rows.add(number)

    def _begin_cell(self, attrs: dict[str, str | None]) -> None:
        self._end_cell()
        if self._row is None:
            self._begin_row({})
        self._cell = []
        down, right = _span(attrs.get("rowspan"), 0), _span(attrs.get("colspan"), 1)
        self._spans = down, min(right, _COLSPAN_MAX)

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        text = "\n".join(part.strip() for part in "".join(self._cell).split("\n")).strip()
        self._cell = None
        number = len(self.sheet.rows) + 1
        row, (down, right) = self._row, self._spans
        before = len(row)
        while self._reach.get(len(row), 0) >= number:
            row.append("")
        column = len(row)
        self._filled += len(row) - before + right
        if self._filled > self.limits.cells or column + right > _COLUMNS_MAX:
            raise refuse(
                "file_too_sparse", self.file, title="HTML", rows=number, columns=column + right
            )
        row.append(text)
        row += [""] * (right - 1)
        last = number + down - 1
        if down == 0:  # to the end of the table
            last = number + _SPAN_MAX
        if last > number:
            for at in range(column, column + right):
                self._reach[at] = last
        if last > number or right > 1:
            self.sheet.merges.append((number, column, last, column + right - 1))

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is not None:
            self.sheet.rows.append(self._row)
            self._row = None

    def _end_spans(self) -> None:
        """No cell reaches beyond its table."""
        last = len(self.sheet.rows)
        self.sheet.merges = [
            (a, b, min(c, last) if a >= self._first else c, d) for a, b, c, d in self.sheet.merges
        ]

    def _end_line(self) -> None:
        """Text outside tables: a row of its own."""
        for line in "".join(self._text).split("\n"):
            if line.strip():
                self.sheet.rows.append([line.strip()])
        self._text = []

    def finish(self) -> None:
        if self._depth:
            self._end_row()
            self._end_spans()
        self._end_line()


def _span(told: str | None, least: int) -> int:
    """A rowspan or colspan as browsers take it."""
    digits = re.match(r"\s*(\d{1,7})", told or "1")
    return max(least, min(int(digits[1]), _SPAN_MAX)) if digits else 1
