"""Rows of a CSV text, with a guard against the quotation mark that swallows rows.

A mark at the start of a cell opens a quoted cell, which goes on to the next mark, over line
breaks. Where somebody typed just one, the rows up to the next mark anywhere, or to the end,
become one cell. Told by the widths: read without the mark each of the lines is a row of the
usual width. Such a row is read so; where that can't be told the file is refused, with the line.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from ingest.files.refusals import refuse

_HEAD = 2_000
"""Lines by which the usual width is told."""
_SHARE = 0.1
"""Share of the lines that a second width must have."""
_SURE = 3
"""Columns from which on a row of the usual width is no line of a longer text."""


@dataclass(frozen=True, slots=True)
class Widths:
    """How many cells rows have."""

    usual: int
    all: frozenset[int]

    @property
    def is_one(self) -> bool:
        """Whether all rows have the same."""
        return len(self.all) == 1


@dataclass(slots=True)
class Stray:
    """A quotation mark that opens nothing."""

    row: int
    column: int
    line: int


def widths_of(text: str, mark: str) -> Widths:
    r"""The widths of the rows, by the first lines.

    Examples
    --------
    >>> widths_of('title\na,b,\n1,"x\n2,y,\n', ",")
    Widths(usual=3, all=frozenset({3}))
    """
    found: Counter[int] = Counter()
    for line in islice(io.StringIO(text, newline=""), _HEAD):
        if '"' not in line:
            found[line.count(mark) + 1] += 1
        else:
            cells = _quoted_cells(line, mark)
            if all('"' not in cell or not _is_open(cell) for cell in cells):
                found[len(cells)] += 1
    found.pop(1, None)
    if not found:
        return Widths(1, frozenset({1}))
    usual = max(found, key=lambda width: (found[width], width))
    others = (w for w, n in found.items() if w >= _SURE and n >= _SHARE * found.total())
    return Widths(usual, frozenset({usual, *others}))


def _is_sound(lines: Sequence[str], mark: str) -> bool:
    """Whether lines are one row and its marks all in order."""
    try:
        return len(list(csv.reader(lines, delimiter=mark, strict=True))) == 1
    except csv.Error:
        return False


class _Lines:
    """Lines of a text with their ends; those of a row can be given back."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self._again: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        return line

    def give_back(self) -> None:
        """All but the first of the lines taken."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


@dataclass(slots=True)
class CsvRows:
    r"""The rows of a text, in order; `strays` is filled as they are read.

    Examples
    --------
    >>> rows = CsvRows('a,b,c\n1,"x,y\n2,z,w\n3,"u, v",w\n', ",", "a.csv")
    >>> list(rows)
    [['a', 'b', 'c'], ['1', 'x', 'y'], ['2', 'z', 'w'], ['3', 'u, v', 'w']]
    >>> rows.strays
    [Stray(row=2, column=1, line=2)]
    """

    text: str
    mark: str
    name: str
    widths: Widths = field(init=False)
    strays: list[Stray] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.widths = widths_of(self.text, self.mark)

    def __iter__(self) -> Iterator[list[str]]:
        """The rows.

        Raises
        ------
        BadWorkbook
            A mark opens a cell that may be of one row or of many.
        """
        self.strays.clear()
        lines = _Lines(self.text)
        reader = csv.reader(lines, delimiter=self.mark)
        row, line = 0, 1
        while True:
            lines.taken.clear()
            row += 1
            cells: list[str] | None = None
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:  # a cell longer than any is
                pass
            if cells is None or len(lines.taken) > 1 or '"' in lines.taken[0]:
                read = self._without_stray(lines.taken, cells, row, line)
                if read is not None:
                    cells = read
                    lines.give_back()
                    reader = csv.reader(lines, delimiter=self.mark)
            line += len(lines.taken)
            yield cells or []

    def _without_stray(
        self, taken: list[str], cells: list[str] | None, row: int, line: int
    ) -> list[str] | None:
        """The cells of the first line where a mark in it is stray; None where all is in order."""
        if len(taken) == 1:
            swallows = cells is None or len(cells) not in self.widths.all
            if not swallows or (_is_sound(taken, self.mark) and not self.widths.is_one):
                return None
        elif self._is_one_row(taken, cells):
            return None
        for text in (_quoted_cells, _bare_cells):
            found = text(taken[0], self.mark)
            if len(found) in self.widths.all:
                self._note(found, row, line)
                return [_unquoted(cell) for cell in found]
        if len(taken) == 1 and cells is not None:
            return None
        raise refuse("file_quote", self.name, line=line + _opened_in(taken, self.mark))

    def _is_one_row(self, taken: list[str], cells: list[str] | None) -> bool:
        """Whether a quoted cell over several lines is a text of several lines."""
        if cells is None or not _is_sound(taken, self.mark):
            return False
        if self.widths.usual < _SURE:
            return True
        wide = [line.count(self.mark) + 1 for line in taken]
        if all(width in self.widths.all for width in wide):
            return False
        if max(wide[1:-1], default=0) >= self.widths.usual:
            return False
        return len(cells) in self.widths.all or wide[0] not in self.widths.all

    def _note(self, found: list[str], row: int, line: int) -> None:
        stray = next((i for i, c in enumerate(found) if c[:1] == '"' and _is_open(c)), None)
        if stray is not None:
            self.strays.append(Stray(row, stray, line))


def _is_open(cell: str) -> bool:
    """Whether a cell with a mark isn't one between two."""
    return len(cell) < 2 or cell[0] != '"' or cell[-1] != '"'


def _unquoted(cell: str) -> str:
    """A cell without the marks around it, or without the stray one before it."""
    if cell[:1] != '"':
        return cell
    return cell[1:] if _is_open(cell) else cell[1:-1].replace('""', '"')


@lru_cache(maxsize=8)
def _cell(mark: str) -> re.Pattern[str]:
    """A quoted cell that ends where it should, else all up to the delimiter."""
    sign = re.escape(mark)
    return re.compile(f'("(?:[^"]|"")*"(?=$|{sign})|[^{sign}]*)(?:{sign}|$)')


def _quoted_cells(line: str, mark: str) -> list[str]:
    """The cells of a line, with their marks; those quoted properly as they should be read."""
    line = line.rstrip("\r\n")
    found: list[str] = []
    at = 0
    while True:
        match = _cell(mark).match(line, at)
        if match is None:
            return []
        found.append(match[1])
        at = match.end()
        if at == match.end(1):  # no delimiter: the end
            return found


def _bare_cells(line: str, mark: str) -> list[str]:
    """The cells of a line as if no mark meant anything."""
    return line.rstrip("\r\n").split(mark)


def _opened_in(taken: Sequence[str], mark: str) -> int:
    """Which of the lines of a row opens the last quoted cell that goes on over a line, from 0."""
    opened, within, begins = 0, False, True
    for number, line in enumerate(taken):
        for c in line:
            if c == '"' and begins and not within:
                within, last = True, number
            elif c == '"':
                within = not within
            begins = c == mark and not within
        if within:
            opened = last
        begins = not within
    return opened
