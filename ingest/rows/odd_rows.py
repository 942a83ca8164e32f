"""Rows that look odd beside the other rows of their table.

A row whose numbers are the sums of others, a grid that stands twice with other numbers, more
households than residents in every row: each says that rows or columns may not be what they were
read as.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.model.labels import SheetKind
from ingest.kinds.row import Row
from ingest.rows.columns import SourceColumn
from ingest.rows.seen import Seen
from ingest.values.fields import Word
from ingest.values.numbers import Amount

_LEAST_SUMMED = 3
"""Rows that a sum of one number must be of; of two numbers, two rows are enough."""
_LEAST_SUM = 10
_LARGEST = {
    "households": 100_000,
    "residents": 500_000,
    "party_members": 50_000,
    "employees": 200_000,
    "people": 100_000,
    "attendance": 100_000,
    "hours": 20_000,
    "amount": 1e8,
    "budget": 1e9,
}
"""Field -> the most that one row of a street's sheet may well hold; more is a doubt about the
unit."""
_NOT_MORE = (("households", "residents"), ("party_members", "employees"))
"""Of these the first is seldom larger than the second."""
_LEAST_SWAPPED = 2
_CARRIED = {SheetKind.RESOURCES: "provider", SheetKind.PROJECTS: "lead"}
"""Kind -> the body that a row may have left to the row above."""
_ROSTERS = (
    SheetKind.ORGANISATIONS,
    SheetKind.RESIDENT_UNITS,
    SheetKind.SOCIAL_ORGANISATIONS,
)
_Numbers = dict[str, float]


@dataclass(slots=True)
class _Group:
    """The rows of one place: the first, and the sums of those below it."""

    place: object
    row: int
    first: _Numbers
    rows: int
    sums: _Numbers

    def is_led_by_sum(self) -> bool:
        """Whether the first row is the sum of all the others."""
        return (
            len(self.first) > 1  # a single number is easily met by chance
            and _enough(self.rows, self.first)
            and len(self.sums) == len(self.first)
            and all(self.sums[name] == number for name, number in self.first.items())
        )


def _enough(rows: int, numbers: _Numbers) -> bool:
    enough = rows > 1 and rows + len(numbers) > _LEAST_SUMMED
    return enough and max(numbers.values(), default=0) >= _LEAST_SUM


class OddRows:
    """What looks odd in rows beside the others of their table.

    Parameters
    ----------
    seen
        Code of a sign -> where, which this adds to.
    """

    def __init__(
        self, kind: SheetKind, sources: Sequence[SourceColumn], seen: dict[str, Seen]
    ) -> None:
        self._seen = seen
        self._numbers = [
            (s.name, s.use.head.letter) for s in sources if s.spec.form in ("count", "quantity")
        ]
        letters = {s.name: s.use.head.letter for s in sources}
        self._letters = letters
        self._limits = [(n, _LARGEST[n], at) for n, at in self._numbers if n in _LARGEST]
        self._pairs = [pair for pair in _NOT_MORE if letters.keys() >= set(pair)]
        self._swapped = {pair: Seen() for pair in self._pairs}
        self._compared = dict.fromkeys(self._pairs, 0)
        self._sums: list[tuple[int, _Numbers]] = [(0, {}), (0, {})]
        self._group: _Group | None = None
        self._of_areas = kind is SheetKind.AREAS and "grid" in letters
        self._of_offices = kind in _ROSTERS and "kind" in letters
        self._known: dict[object, object] = {}
        carried = next((s for s in sources if s.name == _CARRIED.get(kind)), None)
        self._carried = carried
        self._carrying = False
        self._blank = Seen()
        self._filled = 0

    def see(self, row: Row, mask: int) -> None:
        """Look at a row that is kept."""
        if self._carried is not None:
            self._see_blank(row, mask, self._carried)
        if self._of_areas or self._of_offices:
            self._see_again(row)
        if not self._numbers:
            return
        numbers = {
            name: number
            for name, _ in self._numbers
            if (number := _number(row.values.get(name))) is not None
        }
        self._see_size(row, numbers)
        if not self._see_sum(row, numbers):
            self._see_group(row, numbers)

    def close(self) -> None:
        """Say what only the whole table tells."""
        self._end_group()
        for (first, second), seen in self._swapped.items():
            if seen.count >= _LEAST_SWAPPED and 2 * seen.count > self._compared[first, second]:
                self._seen["numbers_swapped"] = seen
        if self._blank.count and self._filled >= 2 and self._blank.count >= self._filled:
            self._seen["row_without_body"] = self._blank

    # ------------------------------------------------------------------ numbers

    def _see_size(self, row: Row, numbers: _Numbers) -> None:
        for name, most, letter in self._limits:
            if numbers.get(name, 0) > most:
                self._seen["number_large"].add(letter, row.number, f"{numbers[name]:g}")
        for pair in self._pairs:
            first, second = numbers.get(pair[0]), numbers.get(pair[1])
            if first and second:
                self._compared[pair] += 1
                if first > second:
                    self._swapped[pair].add(self._letters[pair[0]], row.number, "")

    def _see_sum(self, row: Row, numbers: _Numbers) -> bool:
        """A row whose numbers all equal the sums of the rows since the last one that did."""
        for at, (rows, sums) in enumerate(self._sums):
            if _enough(rows, numbers) and all(
                sums.get(name) == number for name, number in numbers.items()
            ):
                self._add_sum(row.number, numbers)
                self._sums[at] = (0, {})
                return True
        for at, (rows, sums) in enumerate(self._sums):
            added = {n: sums.get(n, 0) + numbers.get(n, 0) for n in sums.keys() | numbers.keys()}
            self._sums[at] = (rows + 1, added)
        return False

    def _add_sum(self, row: int, numbers: _Numbers) -> None:
        letter = next(letter for name, letter in self._numbers if name in numbers)
        self._seen["row_is_sum"].add(letter, row, "")

    def _see_group(self, row: Row, numbers: _Numbers) -> None:
        """Rows of one community: the first may be the sum of those below it."""
        place = row.values.get("community") or row.values.get("street")
        group = self._group
        if group is None or group.place != place:
            self._end_group()
            self._group = _Group(place, row.number, numbers, 0, {})
            return
        group.rows += 1
        for name, number in numbers.items():
            group.sums[name] = group.sums.get(name, 0) + number

    def _end_group(self) -> None:
        if self._group is not None and self._group.is_led_by_sum():
            self._add_sum(self._group.row, self._group.first)
        self._group = None

    # ------------------------------------------------------------------ rows that belong together

    def _see_again(self, row: Row) -> None:
        """A grid that stands twice with other numbers; an office's name under two kinds."""
        values = row.values
        if self._of_areas:
            name, code = values.get("grid"), values.get("grid_code")
            key = code or (name and (values.get("community_code") or values.get("community"), name))
            told: object = tuple(_number(values.get(n)) for n, _ in self._numbers)
            sign, letter = "grid_again", self._letters["grid"]
        else:
            word = values.get("kind")
            key = (values.get("community"), values.get("name"))
            told = word.value if isinstance(word, Word) else None
            sign, letter = "office_again", self._letters.get("name", "A")
        if key is None or told is None:
            return
        if self._known.setdefault(key, told) != told:
            self._seen[sign].add(letter, row.number, str(values.get("grid") or "")[:30])

    def _see_blank(self, row: Row, mask: int, source: SourceColumn) -> None:
        """A body that only the first of its rows names."""
        if mask & source.bit:
            self._filled += 1
            self._carrying = True
        elif self._carrying and row.values.get(source.name) is None:
            self._blank.add(source.use.head.letter, row.number, source.use.head.text)


def _number(value: object) -> float | None:
    if isinstance(value, Amount):
        return value.number
    return float(value) if isinstance(value, int | float) else None
