"""How each field of each kind of sheet is read: a reader, and what it means for the row.

A *key* field decides who or where the row is about: an error cell there rejects the row, and
elsewhere only leaves the value unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graph.model.labels import SheetKind
from ingest.values.cells import Flaw, Problem, Raw, shown
from ingest.values.codes import read_certificate, read_division_code, read_grid_code, read_uscc
from ingest.values.dates import read_date, read_period
from ingest.values.numbers import HOUR_UNITS, Amount, read_number, scale_of
from ingest.values.persons import read_id_number, read_person_name, read_phone
from ingest.values.sheet_words import header_keys, match_key, value_of, words
from ingest.values.text import (
    Found,
    is_empty,
    is_null,
    mask_numbers,
    read_text,
    split_bodies,
    split_members,
    split_names,
)

Reader = Callable[[Raw], Found]
_CLOCK = re.compile(r"\s*(?:上午|下午|晚上|早上|中午|\d{1,2}\s*[:：点时]\s*\d{0,2})")
_LENGTH = re.compile(
    r"(?:\d{1,2}|[一二两三四五六七八九十]|半)个?(?:年|月|季度|季|周)(?:一轮|一次|制)?"
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind."""

    form: str
    """text, names, bodies, members, uscc, certificate, division, grid_code, begin, end, day,
    period, term, count, workers, quantity, hours, bool, cross, word, status, progress, person, id,
    phone, year."""
    key: bool = False
    lists: tuple[str, ...] = ()
    """Word lists, for `word`."""

    @property
    def is_number(self) -> bool:
        return self.form in ("count", "workers", "quantity", "hours")

    @property
    def is_personal(self) -> bool:
        return self.form in ("person", "id", "phone")


TEXT = Field("text")
KEY = Field("text", key=True)
PLACES: dict[str, Field] = {
    "city": KEY,
    "district": KEY,
    "street": KEY,
    "street_code": Field("division", key=True),
    "community": KEY,
    "community_code": Field("division", key=True),
    "grid": KEY,
    "grid_code": Field("grid_code", key=True),
    "place": KEY,
}
USCC = Field("uscc", key=True)
BEGIN, END, PERIOD = Field("begin"), Field("end"), Field("period")
COUNT, QUANTITY, HOURS = Field("count"), Field("quantity"), Field("hours")
BODIES = Field("bodies", key=True)
NAMES = Field("names")
_PERSON = {
    "person_name": Field("person", key=True),
    "id_number": Field("id"),
    "phone": Field("phone"),
    "hours": HOURS,
    "last_service": END,
    "registered": BEGIN,
}
MEMBERS = Field("members")
_EVENT = {
    "name": TEXT,
    "lead": MEMBERS,
    "lead_uscc": USCC,
    "participants": MEMBERS,
    "where": NAMES,
    "date": BEGIN,
    "valid_to": END,
}
FIELDS: dict[SheetKind, dict[str, Field]] = {
    SheetKind.DIVISIONS: {
        "province": KEY,
        "province_code": Field("division", key=True),
        "city_code": Field("division", key=True),
        "district_code": Field("division", key=True),
        "code_year": Field("year"),
    },
    SheetKind.AREAS: {
        "households": COUNT,
        "residents": COUNT,
        "grid_workers": Field("workers"),
        "social_workers": Field("workers"),
        "contact_cadres": Field("workers"),
        "contact_units": Field("members"),
    },
    SheetKind.ORGANISATIONS: {
        "name": KEY,
        "uscc": USCC,
        "kind": Field("word", lists=("organization_kinds", "unit_kinds", "social_kinds")),
        "superior": TEXT,
        "covers": NAMES,
        "party_members": COUNT,
    },
    SheetKind.RESIDENT_UNITS: {
        "name": KEY,
        "uscc": USCC,
        "kind": Field("word", lists=("unit_kinds", "organization_kinds", "social_kinds")),
        "sector": TEXT,
        "party_organization": TEXT,
        "party_members": COUNT,
        "employees": COUNT,
        "can_offer": NAMES,
        "agreement": Field("bool"),
        "cross_member": Field("cross"),
    },
    SheetKind.SOCIAL_ORGANISATIONS: {
        "name": KEY,
        "uscc": USCC,
        "kind": Field("word", lists=("social_kinds", "organization_kinds", "unit_kinds")),
        "registered": TEXT,
        "business": TEXT,
        "people": COUNT,
        "founded": BEGIN,
        "serves": NAMES,
    },
    SheetKind.MEMBERS: _PERSON
    | {"employer": TEXT, "employer_uscc": USCC, "post": TEXT, "home_community": KEY},
    SheetKind.VOLUNTEERS: _PERSON | {"team": TEXT, "field": TEXT},
    SheetKind.TIES: {
        "subject": BODIES,
        "subject_uscc": Field("usccs", key=True),
        "object": BODIES,
        "mechanism": Field("word", lists=("mechanisms",)),
        "signed": BEGIN,
        "valid_to": END,
        "period": PERIOD,
        "count": COUNT,
        "status": Field("status"),
        "intensity": TEXT,
    },
    SheetKind.RESOURCES: {
        "name": KEY,
        "category": TEXT,
        "kind": Field("word", lists=("resource_kinds",)),
        "provider": KEY,
        "provider_uscc": USCC,
        "quantity": QUANTITY,
        "unit": TEXT,
        "range": KEY,
        "valid_from": BEGIN,
        "valid_to": END,
        "period": PERIOD,
        "opening": Field("opening"),
    },
    SheetKind.NEEDS: {
        "name": KEY,
        "category": TEXT,
        "requester": KEY,
        "quantity": QUANTITY,
        "unit": TEXT,
        "urgency": Field("word", lists=("urgency",)),
        "due": END,
        "status": TEXT,
    },
    SheetKind.LINKAGES: _EVENT
    | {
        "kind": Field("word", lists=("linkage_kinds",)),
        "chairs": MEMBERS,
        "turn": COUNT,
        "term": Field("term"),
        "status": Field("status"),
    },
    SheetKind.PROJECTS: _EVENT
    | {
        "name": KEY,
        "kind": TEXT,
        "need": TEXT,
        "resource": TEXT,
        "period": PERIOD,
        "quantity": QUANTITY,
        "unit": TEXT,
        "budget": QUANTITY,
        "fund_source": NAMES,
        "progress": Field("progress"),
    },
    SheetKind.ACTIVITIES: _EVENT
    | {
        "name": KEY,
        "kind": TEXT,
        "date": Field("day", key=True),
        "attendance": COUNT,
        "hours": HOURS,
    },
    SheetKind.FUNDS: {
        "name": TEXT,
        "year": Field("year"),
        "source": TEXT,
        "amount": Field("quantity", key=True),
        "project": TEXT,
    },
}


def field_of(kind: SheetKind, name: str) -> Field:
    """How a field of a kind is read."""
    return FIELDS[kind].get(name) or PLACES[name]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the sheet, and the value that it stands for (None: not in the lists)."""

    text: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Cross:
    """What a 兼职委员 cell says: whether there is one; the name itself is gone."""

    said: bool


def reader_for(name: str, field: Field, *, unit: str | None, epoch_1904: bool) -> Reader:
    """The function that reads a column's cells.

    Parameters
    ----------
    unit
        The unit in the header's brackets, which applies to the column's numbers.
    epoch_1904
        The workbook's flag for serial dates.
    """
    if field.form in _SIMPLE:
        return _SIMPLE[field.form]
    if field.form == "division":
        return lambda raw: read_division_code(raw, name)
    if field.form in ("begin", "end"):
        role = "begin" if field.form == "begin" else "end"
        return lambda raw: _date(raw, role, epoch_1904)
    if field.form == "day":
        return lambda raw: _activity_day(raw, epoch_1904)
    if field.form == "term":
        return lambda raw: _term(raw, epoch_1904)
    if field.form in ("period", "opening"):
        quiet = field.form == "opening"
        return lambda raw: _period(raw, epoch_1904, quiet=quiet)
    if field.form == "word":
        return lambda raw: _word(raw, field.lists)
    factor, bare = scale_of(unit)
    if field.form == "hours":
        return lambda raw: _hours(raw, unit)
    if field.form == "workers":
        return lambda raw: _workers(raw, factor)
    if field.form == "quantity":
        return lambda raw: _quantity(raw, factor, bare)
    return lambda raw: _count(raw, factor)


def _nothing(raw: Raw) -> bool:
    return is_empty(raw) or (isinstance(raw, str) and is_null(raw))


def _date(raw: Raw, role: Any, epoch_1904: bool) -> Found:
    if isinstance(raw, Flaw):
        return None, Problem(raw.code)
    return (None, None) if _nothing(raw) else read_date(raw, role, epoch_1904=epoch_1904)


def _period(raw: Raw, epoch_1904: bool, *, quiet: bool) -> Found:
    if _nothing(raw):
        return None, None
    found, problem = read_period(raw, epoch_1904=epoch_1904)
    if quiet:  # 开放时间 is mostly 每天8:00-17:00: kept aside unless it is a range of days
        return (found if problem is None and found[0] else None), None
    return found, problem


def _activity_day(raw: Raw, epoch_1904: bool) -> Found:
    """The day of an activity; of one that took several days, the first."""
    day, problem = _date(raw, "begin", epoch_1904)
    if problem is None or problem.code != "date_unreadable" or not isinstance(raw, str):
        return day, problem
    (first, _), _ = read_period(raw, epoch_1904=epoch_1904)
    if first is not None:
        return first, None
    clock = _CLOCK.search(raw)  # 2019年8月1日上午9:00
    return _date(raw[: clock.start()], "begin", epoch_1904) if clock else (None, problem)


def _term(raw: Raw, epoch_1904: bool) -> Found:
    """A chair's term: two days; a bare length (半年) says nothing about which days."""
    if isinstance(raw, str) and _LENGTH.fullmatch(match_key(raw)):
        return None, None
    return _period(raw, epoch_1904, quiet=False)


def _number(raw: Raw) -> tuple[Amount | None, Problem | None]:
    if _nothing(raw):
        return None, None
    told = shown(raw)
    if (masked := mask_numbers(told)) != told:  # a phone number is no quantity
        return None, Problem("personal_in_text", shown=masked)
    return read_number(raw)


def _count(raw: Raw, factor: float) -> Found:
    amount, problem = _number(raw)
    if amount is None or amount.number is None:
        return None, problem
    number = round(amount.number * _factor(raw, amount, factor), 6)
    if number < 0:
        return None, Problem("number_negative")
    if not number.is_integer():
        return None, Problem("number_not_whole")
    return int(number), None


def _workers(raw: Raw, factor: float) -> Found:
    """A count of people, or their names, which are counted and dropped."""
    if isinstance(raw, str) and not re.search(r"\d", raw) and not _nothing(raw):
        amount, problem = read_number(raw)
        if problem is None and amount.number is not None and amount.unit:
            return int(amount.number), None
        return len(split_names(raw)), None
    return _count(raw, factor)


def _quantity(raw: Raw, factor: float, unit: str | None) -> Found:
    amount, problem = _number(raw)
    if amount is None or amount.number is None:
        return None, problem
    if amount.number < 0:
        return None, Problem("quantity_negative")
    number = round(amount.number * _factor(raw, amount, factor), 6)
    return Amount(number, amount.unit or unit), None


def _factor(raw: Raw, amount: Amount, factor: float) -> float:
    """The header's factor, unless the cell says its own: 3万元 under 数量(万元) is 30,000."""
    own = amount.unit is not None or (isinstance(raw, str) and any(c in raw for c in "万千百亿"))
    return 1.0 if own else factor


def _hours(raw: Raw, unit: str | None) -> Found:
    amount, problem = _number(raw)
    if amount is None or amount.number is None:
        return None, problem
    factor = HOUR_UNITS.get(amount.unit or unit or "")
    if factor is None:
        return None, Problem("number_unreadable")
    if amount.number < 0:
        return None, Problem("number_negative")
    return round(amount.number * factor, 6), None


def _names(raw: Raw) -> Found:
    text = raw if isinstance(raw, str) else None
    if text is None:
        value, problem = read_text(raw)
        return ((value,) if value else ()), problem
    _, problem = read_text(text)
    found = tuple(v for v in (read_text(p)[0] for p in split_names(text)) if v)
    return found, problem


def _bodies(raw: Raw) -> Found:
    if not isinstance(raw, str):
        value, problem = read_text(raw)
        return ((value,) if value else ()), problem
    _, problem = read_text(raw)
    found = tuple(v for v in (read_text(p)[0] for p in split_bodies(raw)) if v)
    return found, problem


def _members(raw: Raw) -> Found:
    """Several bodies in one cell of a column that is meant for several."""
    if not isinstance(raw, str):
        value, problem = read_text(raw)
        return ((value,) if value else ()), problem
    _, problem = read_text(raw)
    found = tuple(v for v in (read_text(p)[0] for p in split_members(raw)) if v)
    return found, problem


def _usccs(raw: Raw) -> Found:
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


def _bool(raw: Raw) -> Found:
    if isinstance(raw, bool):
        return raw, None
    if is_empty(raw):
        return None, None
    if isinstance(raw, Flaw):
        return None, Problem(raw.code)
    keys = header_keys(shown(raw))[0]
    for key in keys:
        if key in words().true:
            return True, None
        if key in words().false:
            return False, None
    if _nothing(raw):
        return None, None
    return None, Problem("answer_unreadable", {"word": shown(raw)})


def _cross(raw: Raw) -> Found:
    """兼职委员: a name (dropped) or a yes says that there is one."""
    if is_empty(raw):
        return None, None
    if isinstance(raw, Flaw):
        return None, Problem(raw.code)
    key = match_key(shown(raw))
    if key in words().false or _nothing(raw):
        return Cross(False), None
    return Cross(True), None


def _word(raw: Raw, lists: tuple[str, ...]) -> Found:
    text, problem = read_text(raw)
    if text is None:
        return None, problem
    value = value_of(text, *lists)
    if value is None:
        return Word(text, None), Problem("kind_unknown", {"word": text[:60]})
    return Word(text, value), problem


def _status(raw: Raw) -> Found:
    text, problem = read_text(raw)
    if text is None:
        return None, problem
    ended = any(key in words().ended for key in header_keys(text)[0])
    return ("ended" if ended else "alive"), problem


def _progress(raw: Raw) -> Found:
    """How far a project is: a word, the beginning of a longer text, or a percentage."""
    text, problem = read_text(raw)
    if text is None and not isinstance(raw, int | float):
        return None, problem
    if isinstance(raw, float | int) and 0 <= raw <= 1:
        return _share_done(float(raw)), None
    key = match_key(text or "")
    if share := _PERCENT.fullmatch(key):
        return _share_done(float(share[1]) / 100), problem
    value = value_of(text or "", "progress")
    if value is None:
        table = words().values["progress"]
        heads = [w for w in table if len(w) >= 2 and key.startswith(w)]
        value = table[max(heads, key=len)] if heads else None
    if value is None:
        return Word(text or "", None), Problem("kind_unknown", {"word": (text or "")[:60]})
    return Word(text or "", value), problem


def _share_done(share: float) -> Word:
    value = "done" if share >= 1 else "running" if share > 0 else "planned"
    return Word(f"{share:.0%}", value)


def _year(raw: Raw) -> Found:
    day, _ = _date(raw, "begin", False)
    return (int(day[:4]) if day else None), None


_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)%")
_SIMPLE: dict[str, Reader] = {
    "members": _members,
    "progress": _progress,
    "text": read_text,
    "names": _names,
    "bodies": _bodies,
    "uscc": read_uscc,
    "usccs": _usccs,
    "certificate": read_certificate,
    "grid_code": read_grid_code,
    "bool": _bool,
    "cross": _cross,
    "status": _status,
    "person": read_person_name,
    "id": read_id_number,
    "phone": read_phone,
    "year": _year,
}
