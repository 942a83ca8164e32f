"""Numbers as sheets have them: 万 and 千, separators, units glued on, and vague words.

约, 若干 and ranges are unknown (None), never a guess; a placeholder is unknown only where a
mapping says so.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import NamedTuple

from ingest.values.cells import LOST_DIGITS, CellProblem, Flaw, Raw
from ingest.values.sheet_words import match_key, words

_NUMBER = re.compile(
    r"(?P<sign>[-−+]?)(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<rest>.*)", re.DOTALL
)
_TIMES = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_NOT_TIMES = ("千克", "千米", "千瓦", "千卡", "百分")
_RANGE = re.compile(r"\d\s*(?:-|~|—|–|至|到)\s*\d")
_PARTED = re.compile(r"\d\s+\d")
_UNIT = re.compile(r"[^\d\s,，。;；、()]{1,6}")
_CHINESE = re.compile(r"[一二两三四五六七八九十百]{1,4}")
_ONES = dict(zip("一二三四五六七八九", range(1, 10), strict=True)) | {"两": 2}
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


def _from_text(text: str) -> tuple[Amount, CellProblem | None]:
    tidy = "".join(unicodedata.normalize("NFKC", text).split()).strip("'‘’")
    vague = _RANGE.search(tidy) or any(w in match_key(tidy) for w in words().vague)
    if vague or tidy.endswith(("+", "~")):
        return NOTHING, CellProblem("number_vague")
    if _PARTED.search(text):
        return NOTHING, CellProblem("number_unreadable")
    found = _NUMBER.fullmatch(tidy)
    if found is None:
        return _from_chinese(tidy)
    number = float(found["n"].replace(",", ""))
    rest = found["rest"]
    while rest and rest[0] in _TIMES and not rest.startswith(_NOT_TIMES):
        number, rest = number * _TIMES[rest[0]], rest[1:]
    rest = rest.strip("()")
    if abs(number) >= LOST_DIGITS or (rest and not _UNIT.fullmatch(rest)) or rest == "%":
        return NOTHING, CellProblem("number_unreadable")
    if found["sign"] in ("-", "−") and number:
        number = -number
    return Amount(round(number, 6), rest or None), None


def _from_chinese(tidy: str) -> tuple[Amount, CellProblem | None]:
    """三间, 十二个: Chinese numerals below a thousand, with a unit."""
    found = _CHINESE.match(tidy)
    rest = tidy[found.end() :] if found else ""
    if found is None or (rest and not _UNIT.fullmatch(rest)):
        return NOTHING, CellProblem("number_unreadable")
    total, ones = 0, 0
    for c in found[0]:
        if c in _ONES:
            if ones:
                return NOTHING, CellProblem("number_vague")  # 三四十
            ones = _ONES[c]
        else:
            total, ones = total + (ones or 1) * (10 if c == "十" else 100), 0
    return Amount(float(total + ones), rest or None), None
