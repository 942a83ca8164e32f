"""Values that look as if they stood in the wrong place, whatever the layout of the sheet.

A row called 名称, a unit called 2家, a column of dates that are all a day early: each says that a
reading may be wrong, and none that it is. What is seen here becomes signs when the table ends
(`ingest.rows.table_signs`).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from graph.model.labels import SheetKind
from graph.model.receipt import SIGN_CELLS
from ingest.files.xlsx_facts import column_letters
from ingest.kinds.row import Row
from ingest.rows.columns import TableColumns
from ingest.values.numbers import Amount
from ingest.values.sheet_words import match_key, words
from ingest.values.text import is_null, mask_numbers, split_names

_ROSTERS = (
    SheetKind.ORGANISATIONS,
    SheetKind.RESIDENT_UNITS,
    SheetKind.SOCIAL_ORGANISATIONS,
)
_BODIES = (
    "subject",
    "object",
    "provider",
    "requester",
    "employer",
    "team",
    "lead",
    "participants",
    "chairs",
)
"""Fields that name bodies, besides the name in a roster of bodies."""
_NO_NAMES = ("grid", "unit", "range", "serves")
"""Fields of free text that are no names; a range or what a body serves may be area codes."""
_PARTIES = ("lead", "participants", "chairs")
_AMOUNT = re.compile(r"[约共计]*[\d,.]+(?:余|多)?[家个户人名所间处次元万条项]+")
_AFTER_SUM = re.compile(r"[:(]?[\d,.]*[家个户人名所间处次元万条项]?\)?")
_HEADING = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.．]|\([一二三四五六七八九十]{1,3}\)|第[一二三四五六七八九十]{1,3}[类部]).*"
)
_AREA = re.compile(r"[\u4e00-\u9fff]{1,8}(?:社区|街道|网格)|(?:第?[\d一二三四五六七八九十]+)网格")
_LEAST_SUMMED = 3
"""Rows that a sum of one number must be of; of two numbers, two rows are enough."""
_LEAST_SUM = 10
_LEAST_DATES = 5
_DATE_FORMS = ("begin", "day")


@dataclass(slots=True)
class Seen:
    """Where something odd was seen."""

    count: int = 0
    cells: list[str] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    example: str = ""

    def add(self, letter: str, row: int, example: str) -> None:
        """One more cell; `example` is what stands there, masked."""
        self.count += 1
        self.columns.add(letter)
        if len(self.cells) < SIGN_CELLS:
            self.cells.append(f"{letter}{row}")
        self.example = self.example or example


@dataclass(slots=True)
class DateColumn:
    """The days of a column: how often each, and the first row that has it."""

    header: str
    letter: str
    days: dict[str, list[int]] = field(default_factory=dict)
    """Day -> times, first row."""

    def all_month_ends(self) -> bool:
        """Whether there are enough days, and all are last ones of their months."""
        times = sum(count for count, _ in self.days.values())
        return times >= _LEAST_DATES and len(self.days) > 1 and all(map(_ends_month, self.days))


class OddValues:
    """What looks odd in the values of a table's rows."""

    def __init__(self, kind: SheetKind, columns: TableColumns) -> None:
        self.seen: dict[str, Seen] = defaultdict(Seen)
        """Code of a sign -> where."""
        self.dates: list[DateColumn] = []
        self.by_scope: list[int] = []
        """Rows that name no place of their own, while the sheet's scope gives them one."""
        self._names: list[tuple[str, str, bool]] = []
        """Field, letter of its column, and whether it names bodies."""
        self._dates: list[tuple[str, DateColumn]] = []
        self._numbers: list[tuple[str, str]] = []
        self._known: dict[bool, dict[str, str | None]] = {True: {}, False: {}}
        """Of names of bodies and of others: text -> its sign."""
        self._roster = kind in _ROSTERS
        self._rich = sum(1 for s in columns.sources if s.spec.form != "person") >= 3
        self._sums: list[tuple[int, dict[str, float]]] = [(0, {}), (0, {})]
        for source in columns.sources:
            name, letter = source.name, source.use.head.letter
            if name == "name" or name in _BODIES:
                self._names.append((name, letter, name in _BODIES or self._roster))
            elif source.spec.form in _DATE_FORMS and name != "founded":
                dates = DateColumn(source.use.head.text, letter)
                self.dates.append(dates)
                self._dates.append((name, dates))
            elif source.spec.form in ("count", "quantity"):
                self._numbers.append((name, letter))
            elif source.spec.form == "text" and name not in _NO_NAMES:
                self._names.append((name, letter, False))

    def see(self, row: Row, mask: int) -> None:
        """Look at a row that is kept."""
        for name, letter, is_body in self._names:
            value = row.values.get(name)
            if value is None:
                continue
            several, known = isinstance(value, tuple), self._known[is_body]
            for text in value if several else (value,):
                code = known[text] if text in known else self._code(text, is_body)
                if several and code == "header_among_values" and name in _PARTIES:
                    code = None  # 社区、物业、业委会 take part under these words
                if code is None and self._rich and is_body and mask.bit_count() == 1:
                    code = "name_heading"
                if code is not None:
                    self.seen[code].add(letter, row.number, mask_numbers(text)[:30])
        for name, dates in self._dates:
            day = row.values.get(name)
            if isinstance(day, str):
                times = dates.days.setdefault(day, [0, row.number])
                times[0] += 1
        if row.by_scope:
            self.by_scope.append(row.number)
        if self._numbers:
            self._see_sum(row)

    def see_serial(self, row: int, column: int, text: str) -> None:
        """Look at a row in which only its number is filled: a text there heads the rows below."""
        if any(c.isdigit() for c in text):
            return
        code = "name_of_area" if _AREA.fullmatch(match_key(text)) else "name_heading"
        self.seen[code].add(column_letters(column), row, mask_numbers(text)[:30])

    def _code(self, text: str, is_body: bool) -> str | None:
        known = self._known[is_body]
        if len(known) > 100_000:
            known.clear()
        known[text] = odd_name(text, is_body=is_body, in_roster=self._roster)
        return known[text]

    def _see_sum(self, row: Row) -> None:
        """A row whose numbers all equal the sums of the rows since the last one that did."""
        numbers = {
            name: number
            for name, _ in self._numbers
            if (number := _number(row.values.get(name))) is not None
        }
        for at, (rows, sums) in enumerate(self._sums):
            enough = rows + len(numbers) > _LEAST_SUMMED and rows > 1
            large = max(numbers.values(), default=0) >= _LEAST_SUM
            if (
                enough
                and large
                and all(sums.get(name) == number for name, number in numbers.items())
            ):
                letter = next(letter for name, letter in self._numbers if name in numbers)
                self.seen["row_is_sum"].add(letter, row.number, "")
                self._sums[at] = (0, {})
                return
        for at, (rows, sums) in enumerate(self._sums):
            added = {n: sums.get(n, 0) + numbers.get(n, 0) for n in sums.keys() | numbers.keys()}
            self._sums[at] = (rows + 1, added)


def odd_name(text: str, *, is_body: bool, in_roster: bool = False) -> str | None:
    """The sign that a name gives, or None where it looks like one.

    Parameters
    ----------
    is_body
        Whether it names a body; names of needs, projects and activities are freer.
    in_roster
        Whether it stands in a roster of bodies, where an area's name is none.

    Examples
    --------
    >>> odd_name("2家", is_body=True), odd_name("合计", is_body=True)
    ('name_amount', 'name_sum_word')
    >>> odd_name("单位名称", is_body=True), odd_name("一、机关单位", is_body=True)
    ('header_among_values', 'name_heading')
    >>> odd_name("书院社区", is_body=True, in_roster=True), odd_name("书院小学", is_body=True)
    ('name_of_area', None)
    """
    key = match_key(text)
    return next(_odd_codes(text, key, is_body, in_roster), None)


def _odd_codes(text: str, key: str, is_body: bool, in_roster: bool) -> Iterator[str]:
    known = words()
    if key.isdigit():
        yield "name_digits"
    if key in known.headers and key not in known.body_words:
        yield "header_among_values"
    if any(
        key == t or (key.startswith(t) and _AFTER_SUM.fullmatch(key[len(t) :]))
        for t in known.totals
    ):
        yield "name_sum_word"
    if not is_body:
        return
    if _AMOUNT.fullmatch(key):
        yield "name_amount"
    if key in known.true or key in known.false or key in known.status or is_null(text):
        yield "name_status_word"
    if _HEADING.fullmatch(key):
        yield "name_heading"
    if in_roster and _AREA.fullmatch(key):
        yield "name_of_area"
    if len(key) == 1:
        yield "name_one_character"
    parts = split_names(text)
    if len(parts) > 1 and all(len(p) >= 4 for p in parts):
        yield "name_several"


def _number(value: object) -> float | None:
    if isinstance(value, Amount):
        return value.number
    return float(value) if isinstance(value, int | float) else None


def _ends_month(day: str) -> bool:
    year, month, last = (int(part) for part in day.split("-"))
    return last == monthrange(year, month)[1]
