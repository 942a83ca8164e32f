"""Numbers as sheets have them: 万 and 千, separators, units glued on, and vague words.

约, 若干 and ranges are unknown (None), never a guess, and so is a number that leaves text behind
which is no unit; a placeholder is unknown only where a mapping says so.
"""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from graph.names.numerals import NUMERAL_CHARACTERS, chinese_number, is_choice
from ingest.values.cells import LOST_DIGITS, CellProblem, Flaw, Raw
from ingest.values.sheet_words import match_key, words

_NUMBER = re.compile(r"(?P<sign>[-−+]?)(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)")
_TIMES = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_NOT_TIMES = ("千克", "千米", "千瓦", "千卡", "千伏", "千字", "百分")
_RANGE = re.compile(r"\d\s*(?:-|~|—|–|至|到)\s*\d")
_PARTED = re.compile(r"\d\s+\d")
_CHINESE = re.compile(rf"[{NUMERAL_CHARACTERS}]+")
_CHINESE_RANGE = re.compile(rf"[{NUMERAL_CHARACTERS}](?:-|~|—|–|至|到)[{NUMERAL_CHARACTERS}]")
_POINT = re.compile(r"点([〇零○一二三四五六七八九]+)")
_SMALLER = re.compile(r"([零〇]?)(\d+(?:\.\d+)?)")
HOUR_UNITS = {"": 1.0, "小时": 1.0, "个小时": 1.0, "h": 1.0, "时": 1.0, "学时": 1.0, "hours": 1.0}
HOUR_UNITS |= {"分钟": 1 / 60, "分": 1 / 60, "min": 1 / 60}


class Amount(NamedTuple):
    """A number and the unit glued to it; None is unknown."""

    number: float | None
    unit: str | None = None


NOTHING = Amount(None)


def scale_of(unit: str | None) -> tuple[float, str | None]:
    """What a unit in a header's brackets multiplies by, and the bare unit.

    Examples
    --------
    >>> scale_of("万元"), scale_of("台"), scale_of(None), scale_of("千克")
    ((10000.0, '元'), (1.0, '台'), (1.0, None), (1.0, '千克'))
    """
    if not unit:
        return 1.0, None
    if unit[0] in _TIMES and not unit.startswith(_NOT_TIMES):
        return float(_TIMES[unit[0]]), unit[1:] or None
    return 1.0, unit


def read_number(raw: Raw) -> tuple[Amount, CellProblem | None]:
    """One number cell.

    Examples
    --------
    >>> read_number("20万元"), read_number("１，２３４")
    ((Amount(number=200000.0, unit='元'), None), (Amount(number=1234.0, unit=None), None))
    >>> read_number("约100")[1].code, read_number("3台")[0], read_number("10-20")[1].code
    ('number_vague', Amount(number=3.0, unit='台'), 'number_vague')
    >>> read_number("一千二百人")[0], read_number("三五人")[1].code
    (Amount(number=1200.0, unit='人'), 'number_vague')
    """
    if isinstance(raw, bool):
        return NOTHING, CellProblem("number_unreadable")
    if isinstance(raw, int | float):
        if not math.isfinite(raw):
            return NOTHING, CellProblem("number_unreadable")
        if abs(raw) >= LOST_DIGITS:
            return NOTHING, CellProblem("precision_lost", level="warning")
        return Amount(float(raw)), None
    if isinstance(raw, str):
        return _from_text(raw)
    if isinstance(raw, Flaw):
        return NOTHING, CellProblem(raw.code)
    return NOTHING, CellProblem("number_unreadable")


@lru_cache(maxsize=65_536)
def _from_text(text: str) -> tuple[Amount, CellProblem | None]:
    tidy = "".join(unicodedata.normalize("NFKC", text).split()).strip("'‘’")
    if _is_vague(tidy):
        return NOTHING, CellProblem("number_vague")
    if _PARTED.search(text):
        return NOTHING, CellProblem("number_unreadable")
    leading = _chinese(tidy) or _digits(tidy)
    if leading is None:
        return NOTHING, CellProblem("number_unreadable")
    number, rest = leading
    unit = rest.strip("()")
    if abs(number) < 100 and "半" in rest:
        number, unit = _and_a_half(number, rest)
    if abs(number) >= LOST_DIGITS or (unit and not is_unit(unit)):
        return NOTHING, CellProblem("number_unreadable")
    return Amount(round(number, 6), unit or None), None


def _is_vague(tidy: str) -> bool:
    """Whether a text says more than one number: 约100, 10-20, 三五人."""
    if _RANGE.search(tidy) or _CHINESE_RANGE.search(tidy) or tidy.endswith(("+", "~")):
        return True
    numeral = _CHINESE.match(tidy)
    if numeral and chinese_number(numeral[0]) is None and is_choice(numeral[0]):
        return True
    return any(word in match_key(tidy) for word in words().vague)


def is_unit(text: str) -> bool:
    """Whether a text is a unit of amounts, or one for each of another: 台, 元/平方米, 次每月.

    Examples
    --------
    >>> is_unit("台"), is_unit("元/平方米"), is_unit("千二百")
    (True, True, False)
    """
    parts = re.split(r"[/每]", match_key(text))
    return len(parts) < 3 and all(part in words().units for part in parts)


def _digits(tidy: str) -> tuple[float, str] | None:
    """The number of digits with which a text begins, and what follows: 1.2万, 1万2千."""
    found = _NUMBER.match(tidy)
    if found is None:
        return None
    number, least, rest = _scaled(found["n"], tidy[found.end() :])
    while least > 1 and (more := _SMALLER.match(rest)):
        part, times, after = _scaled(more[2], rest[more.end() :])
        if not part < least or times >= least or (times == 1 and not more[1]):
            return None  # 3万5
        number, least, rest = number + part, times, after
    return (-number if found["sign"] in ("-", "−") and number else number), rest


def _scaled(number: str, rest: str) -> tuple[float, int, str]:
    """A number with the 万 and 千 behind it, what they come to, and what follows."""
    times = 1
    while rest and rest[0] in _TIMES and not rest.startswith(_NOT_TIMES):
        times, rest = times * _TIMES[rest[0]], rest[1:]
    return float(Decimal(number.replace(",", "")) * times), times, rest


def _chinese(tidy: str) -> tuple[float, str] | None:
    """The numeral with which a text begins, and what follows: 三间, 三点五万元."""
    if tidy.startswith("半"):
        return 0.5, tidy[1:]
    found = _CHINESE.match(tidy)
    if found is None:
        return None
    end = found.end()
    if end > 1 and tidy[end - 1 :].startswith(_NOT_TIMES):
        end -= 1  # 三千克
    number = chinese_number(tidy[:end])
    if number is None:
        return None
    if point := _POINT.match(tidy, end):
        digits = "".join(str(chinese_number(c)) for c in point[1])
        value, _, rest = _scaled(f"{number}.{digits}", tidy[point.end() :])
        return value, rest
    return float(number), tidy[end:]


def _and_a_half(number: float, rest: str) -> tuple[float, str]:
    """三间半, 一个半小时: the number with the half, and the unit."""
    if rest.startswith("个半"):
        return number + 0.5, rest[2:] or "个"
    return number + 0.5, rest[:-1] if len(rest) > 1 and rest.endswith("半") else rest
