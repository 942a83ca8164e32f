"""What became of each filled cell of a table, like bookkeeping.

A row's cells are a mask: bit `i` stands for column `i`. What the table holds is entered as the
rows come by (`fill`), and what the code did with a cell where it did it (`put`); that the two
agree is checked by the sum and never assumed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from graph.model.receipt import CELL_PARTS, SIGN_CELLS, CellCounts, CellPart
from ingest.values.cells import Raw
from ingest.values.text import is_empty


def cells_mask(cells: Sequence[Raw], first: int = 0, end: int | None = None) -> int:
    """The filled cells of a row: those that hold more than white space.

    Examples
    --------
    >>> bin(cells_mask(["甲", "", " ", 0])), cells_mask(["甲", "乙"], first=1)
    ('0b1001', 2)
    """
    mask = 0
    for i in range(first, len(cells) if end is None else min(end, len(cells))):
        if not is_empty(cells[i]):
            mask |= 1 << i
    return mask


def columns_mask(columns: Iterable[int]) -> int:
    """A mask of columns, counted from 0."""
    mask = 0
    for column in columns:
        mask |= 1 << column
    return mask


def columns_of(mask: int) -> Iterator[int]:
    """The columns of a mask, from the left.

    Examples
    --------
    >>> list(columns_of(0b101))
    [0, 2]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


@dataclass(slots=True)
class CellAccount:
    """The filled cells of one table, and what became of them.

    Examples
    --------
    >>> account = CellAccount()
    >>> account.fill(0b11); account.put("header", 1, 0b01)
    >>> account.counts().remainder
    1
    """

    kept: dict[int, dict[CellPart, int]] | None = None
    """Row -> part -> mask, where every coordinate is wanted."""
    valued: Counter[int] = field(default_factory=Counter)
    """Masks of the cells of a row that gave a value, how often."""
    lost: Counter[int] = field(default_factory=Counter)
    """The same of cells that couldn't be used, in rows that are kept."""
    unread: dict[int, list[int]] = field(default_factory=dict)
    """Column -> the first rows in which it wasn't read."""
    _filled: Counter[int] = field(default_factory=Counter)
    _parts: dict[CellPart, Counter[int]] = field(
        default_factory=lambda: {part: Counter() for part in CELL_PARTS}
    )
    _unread_full: int = 0

    def fill(self, mask: int) -> None:
        """The table holds these cells."""
        if mask:
            self._filled[mask] += 1

    def put(self, part: CellPart, row: int, mask: int) -> None:
        """These cells became that."""
        if not mask:
            return
        self._parts[part][mask] += 1
        if self.kept is not None:
            parts = self.kept.setdefault(row, {})
            parts[part] = parts.get(part, 0) | mask
        if part == "not_read" and (fresh := mask & ~self._unread_full):
            for column in columns_of(fresh):
                rows = self.unread.setdefault(column, [])
                rows.append(row)
                if len(rows) >= SIGN_CELLS:
                    self._unread_full |= 1 << column

    def counts(self) -> CellCounts:
        """How many cells each part has; `remainder` is what no part accounts for."""
        filled = _cells(self._filled)
        parts = {part: _cells(found) for part, found in self._parts.items()}
        return CellCounts(filled=filled, remainder=filled - sum(parts.values()), **parts)

    def by_column(self, part: CellPart) -> Counter[int]:
        """Column -> cells of a part."""
        return by_column(self._parts[part])


def by_column(masks: Counter[int]) -> Counter[int]:
    """Column -> how many of the masks have it.

    Examples
    --------
    >>> sorted(by_column(Counter({0b11: 2, 0b10: 1})).items())
    [(0, 2), (1, 3)]
    """
    found: Counter[int] = Counter()
    for mask, times in masks.items():
        for column in columns_of(mask):
            found[column] += times
    return found


def _cells(masks: Counter[int]) -> int:
    return sum(mask.bit_count() * times for mask, times in masks.items())
