"""How the fields of sheets are read: a reader for each form, and what it means for the row.

A *key* field decides who or where the row is about: an error cell there rejects the row, and
elsewhere only leaves the value unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from graph.names.numerals import NUMERAL_CHARACTERS
from ingest.values.cells import CellProblem, CellReading, Flaw, Raw, shown
from ingest.values.codes import read_certificate, read_division_code, read_grid_code, read_uscc
from ingest.values.date_orders import DateHabit
from ingest.values.dates import Role, read_date, read_period
from ingest.values.numbers import HOUR_UNITS, Amount, read_number, scale_of
from ingest.values.personal_numbers import mask_numbers
from ingest.values.persons import read_id_number, read_person_name, read_phone
from ingest.values.sheet_words import header_keys, match_key, value_of, words
from ingest.values.statuses import read_standing
from ingest.values.text import (
    is_empty,
    is_null,
    read_text,
    split_bodies,
    split_members,
    split_names,
)

Reader = Callable[[Raw], CellReading]
_CLOCK = re.compile(r"\s*(?:上午|下午|晚上|早上|中午|\d{1,2}\s*[:：点时]\s*\d{0,2})")
_LENGTH = re.compile(
    r"(?:\d{1,2}|[一二两三四五六七八九十]|半)个?(?:年|月|季度|季|周)(?:一轮|一次|制)?"
)
_PEOPLE = re.compile(rf"[{NUMERAL_CHARACTERS}几半]+[余多来]?[人名个位]*")
"""A count of people in words, which no list of names is."""
_OWN_SCALE = re.compile(r"[万亿]|\d[百千]")
_HAN = re.compile("[\u4e00-\u9fff]")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)%")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind of sheet."""

    form: str
    """Names the reader (`reader_for`)."""
    key: bool = False
    lists: tuple[str, ...] = ()
    """Word lists, for `word`."""
    holds: Literal["text", "bodies", "places", "codes"] = "text"
    """What stands in it, which says how persons are taken out of it."""

    @property
    def is_number(self) -> bool:
        return self.form in ("count", "workers", "quantity", "hours")

    @property
    def is_personal(self) -> bool:
        return self.form in ("person", "id", "phone")


def one_of(*lists: str) -> Field:
    """A field whose words are from closed lists; of several, the first that has a word."""
    return Field("word", lists=lists)


TEXT = Field("text")
KEY = Field("text", key=True)
NAMES = Field("names")
BODY, OTHER_BODY = Field("text", key=True, holds="bodies"), Field("text", holds="bodies")
MEMBERS = Field("members", holds="bodies")
BODIES = Field("bodies", key=True, holds="bodies")
PLACE, PLACES = Field("text", key=True, holds="places"), Field("names", holds="places")
USCC = Field("uscc", key=True)
USCCS = Field("usccs", key=True)
CERTIFICATE = Field("certificate", key=True)
DIVISION_CODE = Field("division", key=True, holds="codes")
GRID_CODE = Field("grid_code", key=True, holds="codes")
PERSON_NAME = Field("person", key=True)
ID_NUMBER, PHONE = Field("id"), Field("phone")
BEGIN, END, PERIOD = Field("begin"), Field("end"), Field("period")
DAY, TERM, OPENING, YEAR = Field("day"), Field("term"), Field("opening"), Field("year")
COUNT, WORKERS = Field("count"), Field("workers")
QUANTITY, HOURS = Field("quantity"), Field("hours")
YES_NO, CROSS_MEMBER = Field("bool"), Field("cross")
STATUS, PROGRESS = Field("status"), Field("progress")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the sheet, and the value that it stands for (None: not in the lists)."""

    text: str
    value: str | None


@dataclass(frozen=True, slots=True)
class CrossMember:
    """What a 兼职委员 cell says: whether there is one; the name itself is gone."""

    said: bool


def reader_for(
    name: str,
    field: Field,
    *,
    unit: str | None,
    epoch_1904: bool,
    cells: Callable[[], Iterable[Raw]] = tuple,
) -> Reader:
    """The function that reads a column's cells.

    Parameters
    ----------
    unit
        The unit in the header's brackets, which applies to the column's numbers.
    epoch_1904
        The workbook's flag for serial dates.
    cells
        Gives all cells of the column, where one can't be read without the others.
    """
    if field.form in _READERS:
        return _READERS[field.form]
    factor, bare = scale_of(unit)
    readers: dict[str, Reader] = {
        "division": partial(read_division_code, field=name),
        "begin": partial(_date, role="begin", epoch_1904=epoch_1904, column=DateHabit(cells)),
        "end": partial(_date, role="end", epoch_1904=epoch_1904, column=DateHabit(cells)),
        # an activity may well begin at four o'clock
        "day": partial(_activity_day, epoch_1904=epoch_1904, column=DateHabit(cells, 3)),
        "term": partial(_term, epoch_1904=epoch_1904),
        "period": partial(_period, epoch_1904=epoch_1904),
        "opening": partial(_opening, epoch_1904=epoch_1904),
        "word": partial(_word, lists=field.lists),
        "hours": partial(_hours, unit=unit),
        "workers": partial(_workers, factor=factor),
        "quantity": partial(_quantity, factor=factor, unit=bare),
        "count": partial(_count, factor=factor),
    }
    return readers[field.form]


def _nothing(raw: Raw) -> bool:
    return is_empty(raw) or (isinstance(raw, str) and is_null(raw))


def _date(raw: Raw, role: Role, epoch_1904: bool, column: DateHabit | None = None) -> CellReading:
    if isinstance(raw, Flaw):
        return None, CellProblem(raw.code)
    if _nothing(raw):
        return None, None
    return read_date(raw, role, epoch_1904=epoch_1904, column=column)


def _period(raw: Raw, epoch_1904: bool) -> CellReading:
    return (None, None) if _nothing(raw) else read_period(raw, epoch_1904=epoch_1904)


def _opening(raw: Raw, epoch_1904: bool) -> CellReading:
    """开放时间 is mostly 每天8:00-17:00: kept aside unless it is a range of days."""
    days, problem = _period(raw, epoch_1904)
    return (days if days and days[0] and problem is None else None), None


def _activity_day(raw: Raw, epoch_1904: bool, column: DateHabit) -> CellReading:
    """The day of an activity; of one that took several days, the first."""
    day, problem = _date(raw, "begin", epoch_1904, column)
    if problem is None or problem.code != "date_unreadable" or not isinstance(raw, str):
        return day, problem
    (first, _), _ = read_period(raw, epoch_1904=epoch_1904)
    if first is not None:
        return first, None
    clock = _CLOCK.search(raw)  # 2019年8月1日上午9:00
    return _date(raw[: clock.start()], "begin", epoch_1904, column) if clock else (None, problem)


def _term(raw: Raw, epoch_1904: bool) -> CellReading:
    """A chair's term: two days; a bare length (半年) says nothing about which days."""
    if isinstance(raw, str) and _LENGTH.fullmatch(match_key(raw)):
        return None, None
    return _period(raw, epoch_1904)


def _number(raw: Raw) -> tuple[Amount | None, CellProblem | None]:
    if _nothing(raw):
        return None, None
    text = shown(raw)
    if (masked := mask_numbers(text)) != text:  # a phone number is no quantity
        return None, CellProblem("personal_in_text", shown=masked)
    return read_number(raw)


def _count(raw: Raw, factor: float) -> CellReading:
    amount, problem = _number(raw)
    if amount is None or amount.number is None:
        return None, problem
    number = round(amount.number * _factor(raw, amount, factor), 6)
    if number < 0:
        return None, CellProblem("number_negative")
    if not number.is_integer():
        return None, CellProblem("number_not_whole")
    return int(number), None


def _workers(raw: Raw, factor: float) -> CellReading:
    """A count of people, or their names, which are counted and dropped."""
    in_words = isinstance(raw, str) and not _nothing(raw) and not re.search(r"\d", raw)
    if in_words and not _PEOPLE.fullmatch(match_key(str(raw))):
        return len(split_names(str(raw))), None
    return _count(raw, factor)


def _quantity(raw: Raw, factor: float, unit: str | None) -> CellReading:
    amount, problem = _number(raw)
    if amount is None or amount.number is None:
        return None, problem
    if amount.number < 0:
        return None, CellProblem("quantity_negative")
    number = round(amount.number * _factor(raw, amount, factor), 6)
    return Amount(number, amount.unit or unit), None


def _factor(raw: Raw, amount: Amount, factor: float) -> float:
    """The header's factor, unless the cell says its own: 3万元 under 数量(万元) is 30,000."""
    own = amount.unit is not None or (isinstance(raw, str) and _OWN_SCALE.search(raw) is not None)
    return 1.0 if own else factor


def _hours(raw: Raw, unit: str | None) -> CellReading:
    amount, problem = _number(raw)
    if amount is None or amount.number is None:
        return None, problem
    factor = HOUR_UNITS.get(amount.unit or unit or "")
    if factor is None:
        return None, CellProblem("number_unreadable")
    if amount.number < 0:
        return None, CellProblem("number_negative")
    return round(amount.number * factor, 6), None


def _several(raw: Raw, split: Callable[[str], tuple[str, ...]]) -> CellReading:
    """Several texts in one cell, and the problem that the cell as a whole has."""
    value, problem = read_text(raw)
    if not isinstance(raw, str):
        return ((value,) if value else ()), problem
    raw = mask_numbers(raw, codes=True)  # a separator may stand within a number
    return tuple(v for v in (read_text(part)[0] for part in split(raw)) if v), problem


def _usccs(raw: Raw) -> CellReading:
    """One credit code, or as many as there are bodies in the row."""
    parts = split_names(raw) if isinstance(raw, str) else ()
    if len(parts) < 2:
        code, problem = read_uscc(raw)
        return ((code,) if code else ()), problem
    codes, worst = [], None
    for part in parts:
        code, problem = read_uscc(part)
        codes.append(code)
        worst = worst or problem
    return tuple(codes), worst


def _bool(raw: Raw) -> CellReading:
    if isinstance(raw, bool):
        return raw, None
    if is_empty(raw):
        return None, None
    if isinstance(raw, Flaw):
        return None, CellProblem(raw.code)
    keys = header_keys(shown(raw))[0]
    for key in keys:
        if key in words().true:
            return True, None
        if key in words().false:
            return False, None
    if _nothing(raw):
        return None, None
    text = shown(raw)
    said = _STANDS.get(read_standing(text).standing)
    return said, None if said is not None else CellProblem("answer_unreadable", {"word": text})


_STANDS = {"alive": True, "paused": True, "ended": False, "none": False}
"""What the status of an agreement answers to whether there is one."""


def _cross(raw: Raw) -> CellReading:
    """兼职委员: a name (dropped) or a yes says that there is one."""
    if is_empty(raw):
        return None, None
    if isinstance(raw, Flaw):
        return None, CellProblem(raw.code)
    key = match_key(shown(raw))
    if key in words().false or _nothing(raw):
        return CrossMember(False), None
    return CrossMember(True), None


def _word(raw: Raw, lists: tuple[str, ...]) -> CellReading:
    text, problem = read_text(raw)
    if text is None:
        return None, problem
    value = value_of(text, *lists)
    if value is None:
        return Word(text, None), CellProblem("kind_unknown", {"word": text[:60]})
    return Word(text, value), problem


def _status(raw: Raw) -> CellReading:
    text, problem = read_text(raw)
    if text is None and problem is None and isinstance(raw, str) and _HAN.search(raw):
        text = raw.strip()  # 无 and 待定 are answers here
    if text is None:
        return None, problem
    status = read_standing(text)
    code = _STATUS_TOLD.get(status.standing)
    return status, CellProblem(code, {"word": text[:60]}) if code else problem


_STATUS_TOLD = {
    "none": "status_no_tie",
    "paused": "status_paused",
    "unknown": "status_unknown",
}


def _progress(raw: Raw) -> CellReading:
    """How far a project is: a word, the beginning of a longer text, or a percentage."""
    text, problem = read_text(raw)
    if isinstance(raw, float | int) and 0 <= raw <= 1:
        return _share_done(float(raw)), None
    if text is None:
        if not isinstance(raw, int | float):
            return None, problem
        text = ""
    if share := _PERCENT.fullmatch(match_key(text)):
        return _share_done(float(share[1]) / 100), problem
    value = value_of(text, "progress") or _progress_of_beginning(match_key(text))
    if value is None:
        problem = CellProblem("kind_unknown", {"word": text[:60]})
    return Word(text, value), problem


def _progress_of_beginning(key: str) -> str | None:
    """The progress that the longest word says with which a text begins."""
    table = words().values["progress"]
    heads = [word for word in table if len(word) >= 2 and key.startswith(word)]
    return table[max(heads, key=len)] if heads else None


def _share_done(share: float) -> Word:
    value = "done" if share >= 1 else "running" if share > 0 else "planned"
    return Word(f"{share:.0%}", value)


def _year(raw: Raw) -> CellReading:
    day, _ = _date(raw, "begin", False)
    return (int(day[:4]) if day else None), None


_READERS: dict[str, Reader] = {
    "text": read_text,
    "names": partial(_several, split=split_names),
    "bodies": partial(_several, split=split_bodies),
    "members": partial(_several, split=split_members),
    "uscc": read_uscc,
    "usccs": _usccs,
    "certificate": read_certificate,
    "grid_code": read_grid_code,
    "bool": _bool,
    "cross": _cross,
    "status": _status,
    "progress": _progress,
    "person": read_person_name,
    "id": read_id_number,
    "phone": read_phone,
    "year": _year,
}
"""Readers that need nothing of the column besides its cells."""
