"""Values that look as if they stood in the wrong place, whatever the layout of the sheet.

A row called 名称, a unit called 2家, a column of dates that are all a day early: each says that a
reading may be wrong, and none that it is. What is seen here becomes signs when the table ends
(`ingest.rows.table_signs`).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from graph.model.labels import SheetKind
from ingest.files.xlsx_facts import column_letters
from ingest.kinds.row import Row
from ingest.rows.cell_account import columns_of
from ingest.rows.columns import TableColumns
from ingest.rows.odd_names import (
    AREA,
    counts_several,
    is_over,
    odd_fund,
    odd_item,
    odd_name,
    odd_place,
    odd_unit,
)
from ingest.rows.odd_rows import OddRows
from ingest.rows.seen import Seen
from ingest.values.cells import Raw
from ingest.values.fields import Word
from ingest.values.numbers import Amount
from ingest.values.person_names import without_persons
from ingest.values.personal_numbers import MASK
from ingest.values.sheet_words import match_key, words

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
_AMONG_PARTIES = ("header_among_values", "name_is_kind")
_PLACES = ("street", "community", "grid", "covers")
_TIES = (SheetKind.TIES, SheetKind.LINKAGES)
_ITEMS = (SheetKind.RESOURCES, SheetKind.NEEDS)
_KNOWN_MAX = 100_000
_REMARKS = re.compile(r"备注|说明|附注|情况|状态|变动|变化|去向|其他|其它")
_REMARK = re.compile(r"(?<=[:：])[^()（）]+|(?<=网格)[^)）]+|(?<=人)[\u4e00-\u9fff]{2,4}(?=[)）])")
_ENGLISH = re.compile(r"[A-Za-z][A-Za-z _./()-]*")
_LEAST_DATES = 5
_DATE_FORMS = ("begin", "day")


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


def _odd_mechanism(text: str) -> str | None:
    return "remark_of_end" if is_over(text, tie=True) else None


_JUDGES: dict[tuple[SheetKind | None, str], Callable[[str], str | None]] = {
    (None, "mechanism"): _odd_mechanism,
    (None, "unit"): odd_unit,
    (SheetKind.FUNDS, "name"): odd_fund,
    (SheetKind.FUNDS, "source"): odd_fund,
}
"""Kind (None: of each) and field -> what looks at its texts."""


class _NameColumn:
    """A column of names, and what is known of its texts."""

    __slots__ = ("_judge", "_known", "is_body", "letter", "name", "of_parties")

    def __init__(
        self, name: str, letter: str, *, is_body: bool, judge: Callable[[str], str | None]
    ) -> None:
        self.name, self.letter, self.is_body = name, letter, is_body
        self.of_parties = name in _PARTIES
        self._judge = judge
        self._known: dict[str, str | None] = {}

    def code(self, text: str) -> str | None:
        """The sign that a text gives."""
        known = self._known
        if text in known:
            return known[text]
        if len(known) > _KNOWN_MAX:
            known.clear()
        code = self._judge(text)
        if self.of_parties and code in _AMONG_PARTIES:
            code = None  # 社区、物业、业委会 take part under these words
        if self.name == "requester" and match_key(text) in words().people_words:
            code = None  # a person's need names no requester, which isn't odd
        known[text] = code
        return code


class OddValues:
    """What looks odd in the values of a table's rows."""

    def __init__(self, kind: SheetKind, columns: TableColumns) -> None:
        self.seen: dict[str, Seen] = defaultdict(Seen)
        """Code of a sign -> where."""
        self.dates: list[DateColumn] = []
        self.by_scope: list[int] = []
        """Rows that name no place of their own, while the sheet's scope gives them one."""
        self._names: list[_NameColumn] = []
        self._dates: list[tuple[str, DateColumn]] = []
        self._kind = kind
        self._rich = sum(1 for s in columns.sources if s.spec.form != "person") >= 3
        self._begun = False
        item = columns.source_of("name") if kind in _ITEMS else None
        self._counts_items = item.use.head.letter if item is not None else ""
        """The column of things that a number counts."""
        self._remarks = {
            use.head.index: use.head
            for use in columns.layout.uses
            if use.role == "ignored" and _REMARKS.search(use.head.text)
        }
        self._leading = {columns.layout.first, *columns.serials}
        """Columns in which headings between the rows stand."""
        self._told: dict[str, bool] = {}
        for source in columns.sources:
            name, letter = source.name, source.use.head.letter
            if source.spec.form in _DATE_FORMS and name != "founded":
                dates = DateColumn(source.use.head.text, letter)
                self.dates.append(dates)
                self._dates.append((name, dates))
            elif (judge := self._judge(name, source.spec.form)) is not None:
                is_body = name in _BODIES or (name == "name" and kind in _ROSTERS)
                self._names.append(_NameColumn(name, letter, is_body=is_body, judge=judge))
                if is_body:
                    self._leading.add(source.index)
        self._rows = OddRows(kind, columns.sources, self.seen)

    def _judge(self, name: str, form: str) -> Callable[[str], str | None] | None:
        """What looks at the texts of a field; None where nothing does."""
        if name in _PLACES:
            areas = self._kind is SheetKind.AREAS
            return partial(odd_place, name, of_areas=areas, of_bodies=self._kind in _ROSTERS)
        own = _JUDGES.get((self._kind, name)) or _JUDGES.get((None, name))
        if own is not None:
            return own
        roster = self._kind in _ROSTERS
        if name in _BODIES or (name == "name" and roster):
            return partial(odd_name, is_body=True, in_roster=roster)
        if name == "name" or (form == "text" and name not in _NO_NAMES):
            return partial(odd_name, is_body=False, in_roster=roster)
        return None

    def see(self, row: Row, mask: int) -> None:
        """Look at a row that is kept."""
        for column in self._names:
            value = row.values.get(column.name)
            if value is None:
                continue
            if isinstance(value, Word):
                value = value.text
            for text in value if isinstance(value, tuple) else (value,):
                code = column.code(text)
                if code is None and self._rich and column.is_body and mask.bit_count() == 1:
                    code = "name_heading"
                if code is not None and (code != "name_with_place" or row.by_scope):
                    self.seen[code].add(column.letter, row.number, _example(code, text))
        for name, dates in self._dates:
            day = row.values.get(name)
            if isinstance(day, str):
                times = dates.days.setdefault(day, [0, row.number])
                times[0] += 1
        if row.by_scope:
            self.by_scope.append(row.number)
        if self._counts_items and isinstance(text := row.values.get("name"), str):
            self._see_item(row, text)
        if not self._begun:
            self._begun = True
            self._see_first(row)
        self._rows.see(row, mask)

    def _see_item(self, row: Row, text: str) -> None:
        """One number for several things."""
        amount = row.values.get("quantity")
        number = amount.number if isinstance(amount, Amount) else None
        if odd_item(text) if number and number > 1 else counts_several(text):
            example = without_persons(text)[:30]
            self.seen["items_several"].add(self._counts_items, row.number, example)

    def _see_first(self, row: Row) -> None:
        """A header may stand twice, the second time in English."""
        told = [(c, t) for c in self._names if isinstance(t := row.values.get(c.name), str)]
        if len(told) > 1 and all(_ENGLISH.fullmatch(text) for _, text in told):
            column, text = told[0]
            self.seen["header_among_values"].add(column.letter, row.number, text[:30])

    def see_alone(self, row: int, column: int, text: str) -> None:
        """Look at a row of one cell that gives nothing: a text there heads the rows below."""
        if any(c.isdigit() for c in text) or column not in self._leading:
            return
        code = "name_of_area" if AREA.fullmatch(match_key(text)) else "name_heading"
        self.seen[code].add(column_letters(column), row, without_persons(text)[:30])

    def see_unread(self, row: int, cells: Sequence[Raw], mask: int) -> None:
        """Look at the remarks of a row: they may say that it holds no longer."""
        for column, head in self._remarks.items():
            if mask >> column & 1 and isinstance(text := cells[column], str):
                if text not in self._told:
                    self._told[text] = is_over(text, tie=self._kind in _TIES)
                if self._told[text]:
                    self.seen["remark_of_end"].add(head.letter, row, head.text)

    def see_marks(self, row: int, struck: int, commented: int) -> None:
        """Look at cells of a row that are struck out, or commented on."""
        for code, mask in (("cells_struck", struck), ("cells_commented", commented)):
            for column in columns_of(mask):
                self.seen[code].add(column_letters(column), row, "")

    def close(self) -> None:
        """Say what only the whole table tells."""
        self._rows.close()


def _example(code: str, text: str) -> str:
    """A text as a sign shows it: a remark may hold the name of a person."""
    shown = _REMARK.sub(MASK, text) if code == "name_with_note" else text
    return without_persons(shown)[:30]


def _ends_month(day: str) -> bool:
    year, month, last = (int(part) for part in day.split("-"))
    return last == monthrange(year, month)[1]
