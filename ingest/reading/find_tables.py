"""A sheet's tables: where each begins and ends.

A header row opens a table and closes the one before; an empty column between two headers
parts two tables side by side. Merged cells are filled down within their own range only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, zip_longest

from ingest.files.raw import RawSheet
from ingest.rows.cell_account import CellAccount, cells_mask
from ingest.rows.sheet_table import ScopeSource, SheetTable
from ingest.sheets.content import SAMPLE_ROWS
from ingest.sheets.headers import Clues, find_layouts, may_be_header
from ingest.sheets.mapping import SheetMapping
from ingest.sheets.titles import Heading, area_in, is_meta, read_heading
from ingest.values.cells import Raw
from ingest.values.sheet_words import match_key, words
from ingest.values.text import is_empty

TITLE_ROWS = 40
"""Rows above a header that are kept as its heading."""
SEARCH_ROWS = 200
"""Rows of a sheet that are looked at closely until a header is found."""


class _Merges:
    """Merged cells filled down their own column, within the merged range only."""

    def __init__(self, sheet: RawSheet) -> None:
        self._starts: dict[int, list[tuple[int, int]]] = {}
        for top, left, bottom, _ in sheet.merges:
            if bottom > top:
                self._starts.setdefault(top, []).append((left, bottom))
        self._open: dict[int, tuple[int, Raw]] = {}

    def fill(self, number: int, cells: list[Raw]) -> list[Raw]:
        """The row with the values of ranges that reach into it."""
        for column in [c for c, (bottom, _) in self._open.items() if bottom < number]:
            del self._open[column]
        filled = cells
        if self._open:
            width = max(self._open) + 1
            filled = cells + [""] * (width - len(cells))
            for column, (_, value) in self._open.items():
                if is_empty(filled[column]):
                    filled[column] = value
        for column, bottom in self._starts.get(number, ()):
            self._open[column] = (bottom, cells[column] if column < len(cells) else "")
        return filled


@dataclass(slots=True)
class _Pending:
    """A row that waits to be seen as data, or as the heading of a further table."""

    number: int
    cells: list[Raw]
    filled: list[Raw]
    lone: bool
    meta: bool


@dataclass(slots=True)
class _Above:
    """Rows above a header: those that are its heading, and the cells of all of them."""

    rows: list[list[Raw]] = field(default_factory=list)
    masks: list[tuple[int, int, bool]] = field(default_factory=list)
    """Row, its cells, whether it is among the heading's rows."""

    def add(self, number: int, cells: list[Raw]) -> None:
        kept = len(self.rows) < TITLE_ROWS
        if kept:
            self.rows.append(cells)
        self.masks.append((number, cells_mask(cells), kept))

    def account_to(self, account: CellAccount) -> None:
        """Enter the rows with the table that they stand above."""
        for number, mask, kept in self.masks:
            account.fill(mask)
            account.put("title" if kept else "not_read", number, mask)


Ask = Callable[[int, list[Raw], Clues, list[list[Raw]]], None]
"""Told a header row that may be of several kinds: its number, cells, clues, rows below."""
ScopedBy = Callable[[Heading, SheetMapping | None], ScopeSource]


def read_tables(
    sheet: RawSheet,
    clues: Clues,
    *,
    file: str,
    secret: bytes,
    said_bodies: frozenset[str] = frozenset(),
    scoped_by: ScopedBy,
    cleaned: bool = False,
    keep_cells: bool = False,
    ask: Ask | None = None,
) -> list[SheetTable]:
    """All tables of a sheet, read to the end.

    Parameters
    ----------
    clues
        Sheet and file name, the kind that was asked for, the mapping entry.
    scoped_by
        Says what of a heading and the options of the import gives the rows a place.
    cleaned
        Whether the tables note how each cell is best written.
    keep_cells
        Whether the tables keep what became of each single cell.
    ask
        Told a header that fits several kinds alike; such a sheet isn't read.
    """
    merges = _Merges(sheet)
    spans = _spans(sheet)
    wanted = clues.mapping.header_row if clues.mapping else None
    tables: list[SheetTable] = []
    opened: list[SheetTable] = []
    above = _Above()
    pending: list[_Pending] = []
    rows = _Ahead(enumerate(sheet.rows(), start=1))
    for number, cells in rows:
        filled = merges.fill(number, cells)
        count = _filled(cells)
        if not count:
            continue
        if _here(number, cells, wanted, clues, searching=not opened):
            early = above.rows + [p.cells for p in pending]
            heading = read_heading(early)
            known = replace(clues, title=heading.title)
            below = rows.peek(SAMPLE_ROWS)
            found = find_layouts(
                cells, below[0] if below else None, known, spans.get(number, ()), below
            )
            if found and not found[0].is_sure:
                if ask is not None:
                    ask(number, cells, known, below)
                return []
            if found:
                heading = _inherit(_settle_pending(pending, opened, above), tables)
                opened = [
                    SheetTable(
                        layout=layout,
                        heading=heading,
                        file=file,
                        sheet=sheet,
                        secret=secret,
                        said_bodies=said_bodies,
                        scoped=scoped_by(heading, layout.mapping),
                        header_row=number,
                        told_kind=clues.as_kind is not None,
                        since=0 if layout is found[0] else layout.first,
                        until=after.first if after else None,
                        width=len(cells),
                        cleaned={} if cleaned else None,
                        account=CellAccount({} if keep_cells else None),
                    )
                    for layout, after in zip_longest(found, found[1:])
                ]
                tables += opened
                above.account_to(opened[0].account)
                above, pending = _Above(), []
                _account_header(number, cells, opened)
                for _ in range(found[0].rows - 1):
                    skipped_number, skipped = next(rows)
                    merges.fill(skipped_number, skipped)
                    _account_header(skipped_number, skipped, opened)
                continue
        if not opened:
            above.add(number, cells)
            continue
        meta = is_meta(next(c for c in cells if not is_empty(c)))
        waiting = _Pending(number, cells, filled, count == 1 and filled is cells, meta)
        if waiting.lone or meta:
            pending.append(waiting)
            continue
        _flush(pending, opened)
        _give(waiting, opened)
    _flush(pending, opened)
    for table in tables:
        table.close()
    _share(tables)
    return tables


def _account_header(number: int, cells: list[Raw], opened: Sequence[SheetTable]) -> None:
    """Enter a row of the header: cells that head a column, and others."""
    for table in opened:
        mask = cells_mask(cells, table.since, table.until)
        table.account.fill(mask)
        table.account.put("header", number, mask & table.columns.under_header)
        table.account.put("not_read", number, mask & ~table.columns.under_header)


def _spans(sheet: RawSheet) -> dict[int, list[tuple[int, int, int, int]]]:
    """Row -> the merged ranges that begin in it, with rows counted from it."""
    spans: dict[int, list[tuple[int, int, int, int]]] = {}
    for top, left, bottom, right in sheet.merges:
        spans.setdefault(top, []).append((0, left, bottom - top, right))
    return spans


def _here(
    number: int, cells: list[Raw], wanted: int | None, clues: Clues, *, searching: bool
) -> bool:
    """Whether to look at a row as a header: at every row while none was found, at first."""
    if wanted:
        return number == wanted
    return (searching and number <= SEARCH_ROWS) or may_be_header(cells, clues.mapping)


def _inherit(heading: Heading, tables: Sequence[SheetTable]) -> Heading:
    """A further table without a title of its own stands under the sheet's heading."""
    if not tables:
        return heading
    before = tables[-1].heading
    if not heading.title:
        return replace(
            before,
            reporter=heading.reporter or before.reporter,
            reported_on=heading.reported_on or before.reported_on,
        )
    if heading.reporter or area_in(heading.title):
        return replace(heading, reported_on=heading.reported_on or before.reported_on)
    return replace(
        heading,
        reporter=before.reporter,
        reported_on=heading.reported_on or before.reported_on,
        synthetic=heading.synthetic or before.synthetic,
    )


def _share(tables: Sequence[SheetTable]) -> None:
    """A date at the foot of the sheet is the date of all its tables."""
    days = {t.heading.reported_on for t in tables} - {None}
    if len(days) == 1:
        for table in tables:
            table.heading = replace(table.heading, reported_on=min(d for d in days if d))


def _filled(cells: list[Raw]) -> int:
    """How many cells are filled; from three on, blanks of white space don't matter."""
    count = len(cells) - cells.count("") - cells.count(None)
    if count == 0 or count > 2:
        return count
    return sum(1 for c in cells if c != "" and not is_empty(c))


class _Ahead:
    """Rows with a look at the next ones."""

    def __init__(self, rows: Iterator[tuple[int, list[Raw]]]) -> None:
        self._rows = rows
        self._next: deque[tuple[int, list[Raw]]] = deque()

    def __iter__(self) -> _Ahead:
        return self

    def __next__(self) -> tuple[int, list[Raw]]:
        return self._next.popleft() if self._next else next(self._rows)

    def peek(self, count: int) -> list[list[Raw]]:
        """Up to so many of the rows that come next."""
        while len(self._next) < count and (row := next(self._rows, None)) is not None:
            self._next.append(row)
        return [cells for _, cells in islice(self._next, count)]


def _give(row: _Pending, opened: Sequence[SheetTable]) -> None:
    for table in opened:
        table.add(row.number, row.cells, row.filled, row.lone)


def _flush(pending: list[_Pending], opened: Sequence[SheetTable]) -> None:
    for row in pending:
        _give(row, opened)
    pending.clear()


def _settle_pending(
    pending: list[_Pending], opened: Sequence[SheetTable], above: _Above
) -> Heading:
    """The rows before a header: those that are feet belong to the table above, the rest to the
    new one.
    """
    for row in pending:
        first = next(c for c in row.cells if not is_empty(c))
        key = match_key(first) if isinstance(first, str) and len(first) < 200 else ""
        foot = key.startswith((*words().totals, *words().notes)) and not row.meta
        if opened and foot:
            _give(row, opened)
        else:
            above.add(row.number, row.cells)
    return read_heading(above.rows)
