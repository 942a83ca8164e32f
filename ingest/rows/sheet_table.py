"""One table of a sheet: its rows as statements, counted.

Rows go through one at a time. A row is rejected where one of its problems is an error; rows
read are rows kept and rows rejected, and totals and notes at the foot are neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal

from graph.model.dataset import ShortNames
from graph.model.issue import Issue
from graph.model.rows import Statement
from ingest.files.raw import RawSheet
from ingest.files.xlsx_facts import column_letters
from ingest.kinds.kinds import persons_out_of, statements_of
from ingest.kinds.persons_out import PersonsOut
from ingest.kinds.row import Row
from ingest.rows.cell_account import CellAccount, cells_mask, columns_mask, columns_of
from ingest.rows.columns import SourceColumn, TableColumns, cell_at
from ingest.rows.odd_values import OddValues
from ingest.rows.table_issues import TableIssues, is_grave
from ingest.sheets.content import SAMPLE_ROWS
from ingest.sheets.headers import SheetLayout
from ingest.sheets.titles import Heading, read_heading
from ingest.values.best_written import best_written
from ingest.values.cells import CellReading, Raw, shown
from ingest.values.person_names import without_persons
from ingest.values.personal_numbers import MASK
from ingest.values.sheet_words import match_key, words

Cells = Sequence[Raw]
ScopeSource = Literal["", "told", "title"]
"""Nothing; an option or a mapping; the names of sheet and file, the title, 填报单位."""


@dataclass(slots=True)
class SheetTable:
    """One table being read."""

    layout: SheetLayout
    heading: Heading
    file: str
    sheet: RawSheet
    secret: bytes
    scoped: ScopeSource
    """What gives a place to rows that name none."""
    header_row: int
    told_kind: bool = False
    """Whether an option said which kind of sheet it is."""
    since: int = 0
    until: int | None = None
    """The columns, from and before, that are this table's to account for; None: all to the
    right."""
    width: int = 0
    """Cells of the header row, those without a text too."""
    cleaned: dict[int, dict[int, str | int | float]] | None = None
    """Where a cleaned copy is wanted: row -> column -> the cell as it should be written."""
    rows: list[Statement] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    """Numbers of the rejected rows."""
    rows_read: int = 0
    samples: dict[int, list[str]] = field(default_factory=dict)
    """Column that isn't read -> its first cells."""
    account: CellAccount = field(default_factory=CellAccount)
    odd: OddValues = field(init=False)
    said_bodies: frozenset[str] = frozenset()
    """Marks of names of which a person said that they are bodies'."""
    columns: TableColumns = field(init=False)
    _persons: PersonsOut = field(init=False)
    _issues: TableIssues = field(init=False)
    _no_data: int = 0
    _left_out: int = 0
    _hidden: int = 0
    _late: list[list[Raw]] = field(default_factory=list)
    """Rows at the foot that may give 填报单位 or 填报日期."""
    _in_notes: bool = False
    """Whether the row before was a note at the foot."""
    _above: Cells = ()
    """The row before, as it was read."""
    _surplus_told: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.heading.money:
            self.layout = self.layout.with_unit(self.heading.money, ("amount", "budget"))
        self.columns = TableColumns(self.layout, self.sheet.epoch_1904, self._cells_of)
        self._issues = TableIssues(self.file, self.sheet.name)
        self._issues.add_header(self.columns, self.header_row)
        self._persons = persons_out_of(self.layout.kind, self.said_bodies)
        self.odd = OddValues(self.layout.kind, self.columns)

    def _cells_of(self, index: int) -> Iterator[Raw]:
        """The cells of a column below the header, read anew."""
        for cells in islice(self.sheet.rows(), self.header_row, None):
            yield cell_at(cells, index)

    @property
    def issues(self) -> list[Issue]:
        return self._issues.issues

    @property
    def rows_rejected(self) -> int:
        return len(self.rejected)

    def add(self, number: int, cells: Cells, filled: Cells, lone: bool) -> None:
        """One row of the sheet: as it stands, and with merged cells filled down."""
        first = self.layout.first
        inside = [
            i
            for i, c in enumerate(cells[first : self.until], start=first)
            if c != "" and c is not None and not (isinstance(c, str) and c.isspace())
        ]
        mask = columns_mask(inside)
        if self.since < first and (outside := cells_mask(cells, self.since, first)):
            self.account.fill(outside)
            self.account.put("not_read", number, outside)
        self.account.fill(mask)
        if not inside:
            return
        if self._is_foot(cells, inside, lone):
            self._no_data += 1
            self._late.append([cells[i] for i in inside])
            self.account.put("no_data", number, mask)
        elif self.columns.serials.issuperset(inside):
            self.account.put("no_data", number, mask)
            self.odd.see_alone(number, inside[0], shown(cells[inside[0]]))
        elif self.columns.is_left_out(filled):
            self._left_out += 1
            self.account.put("no_data", number, mask)
        else:
            self.rows_read += 1
            self._hidden += number in self.sheet.hidden_rows
            if not words().ditto.isdisjoint(filled):
                filled = self._like_above(filled)
            self._above = filled
            self._read(number, cells, filled, inside, mask)

    def _like_above(self, filled: Cells) -> Cells:
        """The row with the cells above in place of 同上 and 〃."""
        return [
            (cell_at(self._above, i) or c) if isinstance(c, str) and c in words().ditto else c
            for i, c in enumerate(filled)
        ]

    def _is_foot(self, cells: Cells, inside: list[int], lone: bool) -> bool:
        """Whether a row is a total or a note, or numbers the columns below the header."""
        is_first = not self.rows_read and len(inside) > 2
        if is_first and all(shown(cells[i]) == str(n) for n, i in enumerate(inside, start=1)):
            return True
        first = cells[inside[0]]
        if isinstance(first, str) and len(first) <= 500:
            key = match_key(first)
            if key.startswith(words().totals):
                return True
            if key.startswith(words().notes) and not key.startswith(words().no_footer):
                self._in_notes = True
                return True
        if self._in_notes and lone and len(self.columns.used) > 2:
            return isinstance(first, str)
        self._in_notes = False
        return False

    def _read(self, number: int, cells: Cells, filled: Cells, inside: list[int], mask: int) -> None:
        row = Row(number, {}, self.secret, bool(self.scoped), self.columns.headers)
        values = row.values
        consumed, valued, lost = self.columns.doubles, 0, 0
        for source in self.columns.sources:
            reading = source.cell(cells, filled)
            consumed |= source.bit
            if reading[0] is not None:
                valued |= source.bit
            if values.get(source.name) is None:
                values[source.name] = reading[0]
            if reading[1] is not None:
                row.problems.append((source.name, reading[1]))
                if reading[0] is None and is_grave(reading[1]):
                    lost |= source.bit
            if self.cleaned is not None:
                self._clean(number, source, filled, reading)
        self.columns.compare_doubles(row, filled)
        self.columns.add_constants(row)
        statements = statements_of(self.layout.kind, row, self._persons)
        rejected = self._issues.add_problems(row, self.columns, filled)
        rejected |= self._has_shifted(number, inside)
        if rejected or not statements:
            self.rejected.append(number)
            self.account.put("rejected", number, mask)
            if len(inside) == 1 and len(self.columns.used) > 2:
                self.odd.see_alone(number, inside[0], shown(cells[inside[0]]))
            return
        self.rows.extend(statements)
        if self.rows_read <= SAMPLE_ROWS and self.columns.unread & mask:
            for column in columns_of(self.columns.unread & mask):
                self.samples.setdefault(column, []).append(without_persons(shown(cells[column])))
        self._look(row, cells, mask)
        account, columns = self.account, self.columns
        account.put("value", number, mask & consumed & ~lost)
        account.valued[mask & valued] += 1
        account.put("rejected", number, mask & consumed & lost)
        account.lost[mask & consumed & lost] += 1
        account.put("no_data", number, mask & columns.aside)
        account.put("not_read", number, mask & (columns.unread | ~columns.under_header))

    def _look(self, row: Row, cells: Cells, mask: int) -> None:
        """Look for what is odd in a row that is kept."""
        self.odd.see(row, mask)
        if self.columns.unread & mask:
            self.odd.see_unread(row.number, cells, mask)
        struck = self.sheet.struck.get(row.number, 0) & mask
        commented = self.sheet.commented.get(row.number, 0) & mask
        if struck or commented:
            self.odd.see_marks(row.number, struck, commented)

    def _clean(
        self, number: int, source: SourceColumn, filled: Cells, reading: CellReading
    ) -> None:
        """Note how a cell is best written, where that says exactly the same."""
        raw = cell_at(filled, source.index)
        if self.cleaned is None or source.spec.is_personal or source.words or source.mapping:
            return
        better = best_written(raw, *reading, source.value)
        if better is not None:
            self.cleaned.setdefault(number, {})[source.index] = better

    def _has_shifted(self, number: int, inside: list[int]) -> bool:
        """Filled cells under no header: in a CSV beyond it, the row has shifted."""
        for i in inside:
            if i in self.columns.used:
                continue
            beyond = max(self.layout.last + 1, self.sheet.columns, self.width)
            shifted = self.sheet.is_text and self.until is None and i >= beyond
            if not shifted and i in self._surplus_told:
                continue  # a whole column without a header is told once
            self._surplus_told.add(i)
            self._issues.add(
                "cells_surplus",
                row=number,
                letter=column_letters(i),
                shown=MASK,  # what stands there may be anything, a phone number too
                level="error" if shifted else "warning",
            )
            return shifted
        return False

    @property
    def rows_no_data(self) -> int:
        """Rows that are totals, notes, or left out by a mapping."""
        return self._no_data + self._left_out

    @property
    def short_names(self) -> ShortNames | None:
        """Names that have the shape of a person's."""
        return self._persons.found.told(self._letters())

    def _letters(self) -> dict[str, str]:
        return {s.name: s.use.head.letter for s in reversed(self.columns.sources)}

    def close(self) -> None:
        """Tell the counts, and take what the foot says of the whole table."""
        self.odd.close()
        for code, count in (
            ("rows_hidden", self._hidden),
            ("rows_no_data", self._no_data),
            ("rows_left_out", self._left_out),
        ):
            if count:
                self._issues.add(code, count=count)
        late = read_heading(self._late)
        self.heading = replace(
            self.heading,
            reporter=self.heading.reporter or late.reporter,
            reported_on=self.heading.reported_on or late.reported_on,
        )
