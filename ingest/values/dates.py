"""Dates as sheets have them, read to ISO days.

A month without a day means its first day for a beginning and its last for an end; a year
alone likewise. A day that doesn't exist and a date without a year are errors: they are never
guessed. Serial numbers count from the workbook's own epoch. A clock that is a midnight of China
in another writing (16:00 UTC, and JavaScript's 23:59:17) means the day that then begins.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from graph.model.labels import Day
from graph.names.numerals import NUMERAL_CHARACTERS, number_in_name
from ingest.values.cells import CellProblem, Flaw, Raw
from ingest.values.date_orders import DateHabit, readings
from ingest.values.sheet_words import match_key, words

Role = Literal["begin", "end"]
DayReading = tuple[Day | None, CellProblem | None]

_YEAR = r"(?P<y>\d{4}|\d{2})"
_FULL = re.compile(rf"{_YEAR}(?P<s>年|[-./])(?P<m>\d{{1,2}})(?:月|(?P=s))(?P<d>\d{{1,2}})[日号]?")
_MONTH = re.compile(rf"{_YEAR}(?:年|[-./])(?P<m>\d{{1,2}})(?:月份?)?")
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})")
_ONLY_YEAR = re.compile(r"(?P<y>(?:19|20)\d{2})年度?|(?P<b>19[5-9]\d|1949|20\d{2})度?")
_MONTH_NAMED = re.compile(r"(\d{1,2})-([A-Z][a-z]{2})-(\d{4}|\d{2})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_NO_YEAR = re.compile(r"\d{1,2}月\d{1,2}[日号]?|\d{1,2}[-./]\d{1,2}|\d{1,2}月份?|\d{1,2}[日号]")
_CLOCK = re.compile(r"[T ]?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
_MOMENT = re.compile(
    r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:T|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*"
    r"(Z|[+-]\d{2}:?\d{2})?"
)
_WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?$")
_CHINA = timedelta(hours=8)
_JAVASCRIPT = timedelta(hours=23, minutes=59, seconds=17)
"""The clock at which JavaScript puts a Chinese midnight: 43 seconds before it."""
_TAIL = re.compile(r"(之前|以前|前|截止|为止|止|起|开始|左右)$")
_END_OF_MONTH = re.compile(r"(?<=月)[底末]$")
_CHINESE_NUMBER = re.compile(rf"[{NUMERAL_CHARACTERS}]+")
_RANGE = re.compile(r"至|到|~|～|—+|–|－|--+|(?<=[\d日号月年\s])\s-\s|(?<=[日号月年])-(?=\d)")
_DASHED_RANGES = (
    re.compile(r"(.*\d{4}[./]\d{1,2}(?:[./]\d{1,2})?)-(\d{1,4}[./].*)"),
    re.compile(r"(\d{4}-\d{1,2}-\d{1,2})-(\d{4}-\d{1,2}-\d{1,2})"),
    re.compile(r"(\d{4}-\d{1,2})-(\d{4}-\d{1,2})"),
    re.compile(r"(\d{8}|\d{6})-(\d{8}|\d{6})"),
)
SERIAL_MIN, SERIAL_MAX = 18264, 73050
"""Serial numbers taken for days: 1950 to 2099 in the usual epoch."""


def _chinese(match: re.Match[str]) -> str:
    """Chinese numerals as digits: 二〇一九 -> 2019, 二十一 -> 21."""
    number = number_in_name(match[0])
    return match[0] if number is None else str(number)


def _tidy(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).strip().lstrip("'‘’")
    text = _WEEKDAY.sub("", _CLOCK.sub("", text).rstrip())
    text = re.sub(r"(?<=\d)\s+(?=\d)", "-", text.strip())  # 2019 8 1
    text = "".join(text.split())
    text = _CHINESE_NUMBER.sub(_chinese, text) if not text.isascii() else text
    return _TAIL.sub("", text.rstrip("."))


def _day(y: int, m: int | None, d: int | None, role: Role) -> Day | None:
    """ISO day, or None where there is no such day."""
    if not 1900 <= y <= 2100:
        return None
    first = role == "begin"
    month = m if m is not None else (1 if first else 12)
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(y, month)[1]
    day = d if d is not None else (1 if first else last)
    return f"{y:04d}-{month:02d}-{day:02d}" if 1 <= day <= last else None


def read_date(
    raw: Raw,
    role: Role = "begin",
    *,
    epoch_1904: bool = False,
    column: DateHabit | None = None,
) -> DayReading:
    """One date cell.

    Parameters
    ----------
    role
        What a month without a day means: `begin` its first day, `end` its last. As an end,
        长期, 永久 and their like are no end (None, no problem).
    epoch_1904
        The workbook's flag for serial numbers.
    column
        The column of the cell, which settles what 08/01/19 means.

    Returns
    -------
    tuple
        ISO day or None, and the problem if there is one.

    Examples
    --------
    >>> read_date("2019年8月", "end"), read_date("２０１９．８．１")
    (('2019-08-31', None), ('2019-08-01', None))
    >>> read_date(43678.0)[0], read_date("二〇一九年十二月三日")[0], read_date("永久", "end")
    ('2019-08-01', '2019-12-03', (None, None))
    >>> read_date("2019-02-30")[1].code, read_date("8月1日")[1].code
    ('date_impossible', 'date_no_year')
    """
    column = column or DateHabit()
    if isinstance(raw, datetime):
        return _from_moment(raw, column)
    if isinstance(raw, date):
        return raw.isoformat(), None
    if isinstance(raw, bool | time | timedelta | Flaw) or raw is None:
        return None, CellProblem("date_unreadable")
    if isinstance(raw, int | float):
        return _from_number(float(raw), role, epoch_1904, column)
    return _from_text(raw, role, epoch_1904, column)


def _from_moment(moment: datetime, column: DateHabit, zoned: bool = False) -> DayReading:
    """The day of a date with a clock."""
    clock = timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)
    clock += timedelta(microseconds=moment.microsecond)
    shifted = abs(clock - _JAVASCRIPT) <= timedelta(seconds=1)
    if clock == timedelta(hours=16) and not zoned:
        shifted = column.is_zoned
    if not shifted:
        return moment.date().isoformat(), None
    day = (moment.date() + timedelta(days=1)).isoformat()
    return day, CellProblem("date_next_day", {"day": day})


def _from_clock_text(match: re.Match[str], column: DateHabit) -> DayReading:
    """2023-04-30T16:00:00.000Z: a day with its clock, in China's time."""
    y, m, d, hour, minute = (int(match[n]) for n in range(1, 6))
    day = _day(y, m, d, "begin")
    if day is None:
        return None, CellProblem("date_impossible")
    try:
        moment = datetime(y, m, d, hour, minute, int(match[6] or 0))
    except ValueError:  # 24:00
        return day, None
    if not (zone := match[7]):
        return _from_moment(moment, column)
    offset = timedelta(0)
    if zone != "Z":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    here = moment + _CHINA - (-offset if zone[0] == "-" else offset)
    told, problem = _from_moment(here, column, zoned=True)
    if problem is None and here.date() != moment.date():
        problem = CellProblem("date_next_day", {"day": told})
    return told, problem


def _from_number(number: float, role: Role, epoch_1904: bool, column: DateHabit) -> DayReading:
    if not number.is_integer() and 1900 <= number < 2101:
        # 2019.8 typed into a number cell; 2019.1 may have been 2019.10
        text = f"{number:.2f}".rstrip("0")
        if text == repr(number) and text.split(".")[1] != "1":
            return _from_text(text, role, epoch_1904, column)
        return None, CellProblem("date_ambiguous")
    if 1900 <= number <= 2100:
        return _from_text(str(int(number)), role, epoch_1904, column)
    if number.is_integer() and (1e5 <= number < 1e6 or 19000101 <= number <= 21001231):
        return _from_text(str(int(number)), role, epoch_1904, column)
    return _from_serial(number, epoch_1904, column)


def _from_serial(number: float, epoch_1904: bool, column: DateHabit) -> DayReading:
    days = int(number) + (1462 if epoch_1904 else 0)
    if not SERIAL_MIN <= days <= SERIAL_MAX:
        return None, CellProblem("date_unreadable")
    moment = datetime(1899, 12, 30) + timedelta(days=days, seconds=round(number % 1 * 86400))
    return _from_moment(moment, column)


def _from_text(text: str, role: Role, epoch_1904: bool, column: DateHabit) -> DayReading:
    said = _said(text, role)
    if isinstance(said, tuple):
        return said
    if isinstance(said, re.Match):
        return _from_clock_text(said, column)
    if _SERIAL.fullmatch(said):
        return _from_serial(float(said), epoch_1904, column)
    return _from_order(said, role, column)


@lru_cache(maxsize=65_536)
def _said(text: str, role: Role) -> DayReading | re.Match[str] | str:
    """The day of a text; where its column or its workbook decides, a clock or the tidy text."""
    if role == "end" and match_key(text) in words().no_end:
        return None, None
    plain = unicodedata.normalize("NFKC", text).strip().lstrip("'‘’")
    if moment := _MOMENT.fullmatch(plain):
        return moment
    tidy = _tidy(text)
    if readings(tidy) or re.fullmatch(r"\d{6}", tidy):
        return tidy
    if (named := _MONTH_NAMED.fullmatch(tidy)) and named[2] in _MONTHS:
        parts = {"y": named[3], "m": str(_MONTHS.index(named[2]) + 1), "d": named[1]}
        return _from_match(parts, role, said=True)
    if _END_OF_MONTH.search(tidy):
        tidy, role = tidy[:-1], "end"
    for pattern in (_FULL, _COMPACT, _MONTH, _ONLY_YEAR):
        if found := pattern.fullmatch(tidy):
            parts = found.groupdict()
            return _from_match(parts | {"y": parts["y"] or parts.get("b")}, role, said="年" in tidy)
    if _SERIAL.fullmatch(tidy):
        return tidy
    if _NO_YEAR.fullmatch(tidy):
        return None, CellProblem("date_no_year")
    return None, CellProblem("date_unreadable")


def _from_order(tidy: str, role: Role, column: DateHabit) -> DayReading:
    """A date whose figures may stand in several orders, by what its column says."""
    found = column.settled(tidy)
    days = {_day(p.year, p.month, p.day, role) for p in found.values()} - {None}
    if not days:
        six = len(tidy) == 6 and not tidy.startswith(("19", "20"))
        return None, CellProblem("date_unreadable" if six else "date_impossible")
    if len(days) > 1:
        return None, CellProblem("date_order_open", {"days": "、".join(sorted(map(str, days)))})
    (day,) = days
    if "ym" in found:
        return day, None
    code = "date_two_digit_year" if "ymd" in found else "date_order_settled"
    return day, CellProblem(code, {"day": day})


def _from_match(parts: dict[str, str | None], role: Role, *, said: bool) -> DayReading:
    y, m, d = parts["y"], parts.get("m"), parts.get("d")
    short = len(y or "") == 2
    if short and d is None and not said and int(y or 0) <= 12:
        return None, CellProblem("date_no_year")  # 8.1 is a month and a day; 19.8 can't be
    year = int(y or 0) + (2000 if short else 0)
    day = _day(year, int(m) if m else None, int(d) if d else None, role)
    if day is None:
        return None, CellProblem("date_impossible")
    if short:
        return day, CellProblem("date_two_digit_year", {"day": day})
    if m is None:
        return day, CellProblem("date_year_only", {"day": day})
    return day, None


def read_period(
    raw: Raw, *, epoch_1904: bool = False
) -> tuple[tuple[Day | None, Day | None], CellProblem | None]:
    """A range of days (起止时间): its beginning and its end.

    The parts stand beside - — ~ 至. A single day is the end.

    Examples
    --------
    >>> read_period("2019.8.1-2020.7.31")[0], read_period("2019年8月至长期")[0]
    (('2019-08-01', '2020-07-31'), ('2019-08-01', None))
    >>> read_period("2019.8.1-8.3")[0]
    ('2019-08-01', '2019-08-03')
    """
    if isinstance(raw, str):
        text = unicodedata.normalize("NFKC", raw).strip()
        whole = "".join(text.split())
        dashed = next((m for p in _DASHED_RANGES if (m := p.fullmatch(whole))), None)
        parts = list(dashed.groups()) if dashed else _RANGE.split(text)
        if len(parts) == 2 and parts[0].strip():
            return _both(parts[0], parts[1], epoch_1904)
    day, problem = read_date(raw, "end", epoch_1904=epoch_1904)
    return (None, day), problem


def _both(
    first: str, second: str, epoch_1904: bool
) -> tuple[tuple[Day | None, Day | None], CellProblem | None]:
    begin, wrong = read_date(first, "begin", epoch_1904=epoch_1904)
    end: Day | None = None
    also: CellProblem | None = None
    if second.strip():
        end, also = read_date(second, "end", epoch_1904=epoch_1904)
    if also is not None and also.code == "date_no_year" and begin is not None:
        # 2019年8月1日至10月1日: the end has the beginning's year
        mark = "年" if "月" in second else re.sub(r"\d", "", second.strip())[:1]
        end, also = read_date(f"{begin[:4]}{mark}{second.strip()}", "end", epoch_1904=epoch_1904)
    return (begin, end), wrong or also
