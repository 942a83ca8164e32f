"""Phone numbers and ID numbers of persons in running text, in any spelling.

A number is sought after its writing was made plain: full-width digits, blanks and invisible
characters, dashes, dots, strokes and brackets between its digits, +86 or 0086 before it, letters
or Chinese characters glued to it. Credit codes, statistical area codes, dates and amounts are
not numbers of persons.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from graph.model.identifiers import id_number_is_valid, is_uscc

MASK = "***"
_JOINS = frozenset(" -./()[]'*")
"""What may stand between the digits of one number, in plain writing."""
_GROUPS_JOIN = _JOINS | frozenset(",:|、")
"""What may stand between groups that have the lengths in which phones and IDs are parted."""
_GAP_MAX = 4
_RUN_MAX = 24
"""Digits of a run that are looked at from each of its groups."""
_PLAIN_SIGNS = {
    **dict.fromkeys("。·•・‧∙｡．․", "."),
    **dict.fromkeys("－−—–―‐‑‒﹣_~～〜ー⁻", "-"),
    **dict.fromkeys("（[［【〔《<〈{｛﹙", "("),
    **dict.fromkeys("）]］】〕》>〉}｝﹚", ")"),
    **dict.fromkeys("/／\\＼∕", "/"),
    **dict.fromkeys("'\"‘’“”＇＂`", "'"),
    **dict.fromkeys("，,﹐", ","),
    **dict.fromkeys("：:︰", ":"),
    **dict.fromkeys("｜|", "|"),
    **dict.fromkeys("＋﹢", "+"),
    **dict.fromkeys("xXｘＸ×хХ✕✖", "X"),
}
_CHINESE = {
    **{c: str(n) for n, c in enumerate("零一二三四五六七八九")},
    **dict.fromkeys("〇○", "0"),
    "幺": "1",
}
_CHINESE_RUN = re.compile(f"[{''.join(_CHINESE)}]{{11,18}}")
_MAY_HOLD = re.compile(rf"(?:\d\D{{0,{_GAP_MAX}}}){{7}}|{_CHINESE_RUN.pattern}")
_DIGITS = re.compile(r"[0-9]+")
_DATE = re.compile(
    r"(?<![0-9])(?:19|20)\d{2}([-./])(?:0?[1-9]|1[0-2])(?:\1(?:0?[1-9]|[12]\d|3[01]))?(?![0-9])"
)
_MOBILE = re.compile(r"(?:00?86|86|0)?1[3-9]\d{9}")
_LAND_LINE = re.compile(r"(?:00?86|86)?(?:0(?:10|2\d)[2-9]\d{7}|0[3-9]\d{2}[2-9]\d{6,7})")
_LAND_ABROAD = re.compile(r"(?:00)?86(?:(?:10|2\d)[2-9]\d{7}|[3-9]\d{2}[2-9]\d{6,7})")
_LOCAL = re.compile(
    r"(?:电话|座机|固话|手机|传真|联系方式|号码|TEL|tel|Tel)[号码是为 :(.-]{0,4}"
    r"([2-9]\d{2,3}[ -]?\d{4})(?![0-9])"
)
_AMOUNT = re.compile(r" ?(?:元|万|亿|%|㎡|平方|立方|吨|公斤|千克|美元)")
_LOST = re.compile(r"([1-9])\.(\d{9,16})E\+?(14|16|17)", re.IGNORECASE)
_RANGES = ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
_PROVINCES = frozenset(str(code) for low, high in _RANGES for code in range(low, high + 1))
_USUAL_GROUPS = frozenset({(3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (6, 8, 4), (4, 8), (3, 4, 4, 4)})


class Group(NamedTuple):
    """Digits that stand together."""

    start: int
    end: int
    digits: str


def mask_numbers(text: str, *, codes: bool = False) -> str:
    """A text without the phone and ID numbers of persons that it may hold.

    Parameters
    ----------
    codes
        Whether area codes may stand in the text: 15 digits that can be a grid's code are one.

    Examples
    --------
    >>> mask_numbers("找老王 13907123456"), mask_numbers("电话+86（139）0712—3456转2")
    ('找老王 ***', '电话***转2')
    >>> mask_numbers("代码914403001922038216，2019.1.30-2020.12.31，网格420902001001003")
    '代码914403001922038216，2019.1.30-2020.12.31，网格420902001001003'
    """
    parts, at = [], 0
    for start, end in number_spans(text, codes=codes):
        parts += [text[at:start], MASK]
        at = end
    return "".join([*parts, text[at:]]) if at else text


def number_spans(text: str, *, codes: bool = False) -> tuple[tuple[int, int], ...]:
    """Where in a text numbers of persons begin and end, in order; see `mask_numbers`.

    Examples
    --------
    >>> number_spans("找老王 13907123456")
    ((4, 15),)
    """
    return _number_spans(text, codes) if _MAY_HOLD.search(text) else ()


@lru_cache(maxsize=100_000)
def _number_spans(text: str, codes: bool) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(_spans(_plain(text), codes)):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return tuple(found)


def _plain(text: str) -> str:
    """The text in plain writing, each character for one."""
    told = "".join(map(_plain_sign, text))
    return _CHINESE_RUN.sub(lambda m: "".join(_CHINESE[c] for c in m[0]), told)


@lru_cache(maxsize=4_096)
def _plain_sign(sign: str) -> str:
    if sign in _PLAIN_SIGNS:
        return _PLAIN_SIGNS[sign]
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    category = unicodedata.category(sign)
    if category in ("Cf", "Cc", "Zs", "Zl", "Zp", "Mn"):
        return " "
    if category == "Pd":
        return "-"
    wide = unicodedata.normalize("NFKC", sign)
    return wide if len(wide) == 1 else sign


def _spans(text: str, codes: bool) -> Iterator[tuple[int, int]]:
    """Where numbers of persons begin and end in a text of plain writing."""
    for found in _LOST.finditer(text):
        if _has_birthday((found[1] + found[2]).ljust(18, "0")[:18]):
            yield found.span()
    for found in _LOCAL.finditer(text):
        yield found.span(1)
    dates = [found.span() for found in _DATE.finditer(text)]
    groups = [Group(*found.span(), found[0]) for found in _DIGITS.finditer(text)]
    at = 0
    while at < len(groups):
        last = _number_from(text, groups, at, dates, codes)
        if last is None:
            at += 1
            continue
        yield _whole_span(text, groups[at], groups[last])
        at = last + 1


def _number_from(
    text: str, groups: list[Group], at: int, dates: list[tuple[int, int]], codes: bool
) -> int | None:
    """The last group of a number that begins with the group `at`; None where none does."""
    digits, best = "", None
    sizes: list[int] = []
    usual = True
    for n in range(at, len(groups)):
        if n > at:
            gap = text[groups[n - 1].end : groups[n].start]
            if len(gap) > _GAP_MAX or not _GROUPS_JOIN.issuperset(gap):
                break
            usual &= _JOINS.issuperset(gap)
        digits += groups[n].digits
        sizes.append(len(groups[n].digits))
        if len(digits) > _RUN_MAX:
            break
        if not usual and tuple(sizes) not in _USUAL_GROUPS:
            continue
        if _is_personal(text, groups[at : n + 1], digits, dates, codes):
            best = n
    return best


def _is_personal(
    text: str, groups: list[Group], digits: str, dates: list[tuple[int, int]], codes: bool
) -> bool:
    end = groups[-1].end
    if _is_id_number(digits, text[end : end + 2], codes=codes and len(groups) == 1):
        return True
    if any(start <= g.start and g.end <= stop for start, stop in dates for g in groups):
        return False
    if len(digits) == 22 and len(groups) == 1:
        return all(_MOBILE.fullmatch(digits[n : n + 11]) for n in (0, 11))
    abroad = text[max(0, groups[0].start - 1) : groups[0].start] == "+" or digits[:2] == "00"
    if not (
        _MOBILE.fullmatch(digits)
        or _LAND_LINE.fullmatch(digits)
        or (abroad and _LAND_ABROAD.fullmatch(digits))
    ):
        return False
    return not (len(groups) == 1 and _is_amount(text, groups[0]))


def _is_amount(text: str, group: Group) -> bool:
    """Whether digits are followed by a unit, or by the hundredths of a sum."""
    return bool(
        _AMOUNT.match(text, group.end)
        or re.match(r"\.\d{1,2}(?![0-9.-])", text[group.end : group.end + 5])
    )


def _is_id_number(digits: str, after: str, *, codes: bool) -> bool:
    """Whether digits are an ID number of 18 or 15 characters, by its region and birthday."""
    if len(digits) == 17:
        return after.lstrip(" -").startswith("X") and _has_birthday(digits + "X")
    if len(digits) == 18 and _has_birthday(digits):
        return not is_uscc(digits) or id_number_is_valid(digits)
    if len(digits) != 15 or digits[:2] not in _PROVINCES or not _is_day(digits[8:12]):
        return False
    street, year = int(digits[6:9]), int(digits[6:8])
    # streets count from 001, towns from 100, others from 200, 300 …: a birthday seldom fits
    may_be_area = street < 200 or street % 100 < 30
    return year >= 20 and not (codes and may_be_area)


def _has_birthday(number: str) -> bool:
    return number[:2] in _PROVINCES and number[6:8] in ("18", "19", "20") and _is_day(number[10:14])


def _is_day(month_and_day: str) -> bool:
    return "01" <= month_and_day[:2] <= "12" and "01" <= month_and_day[2:] <= "31"


def _whole_span(text: str, first: Group, last: Group) -> tuple[int, int]:
    """The number with what belongs to it: a plus or bracket before, an X after."""
    start, end = first.start, last.end
    while start > 0 and text[start - 1] in "+(":
        start -= 1
    if tail := re.match(r"[ -]{0,2}X(?![A-WYZa-z0-9])", text[end : end + 3]):
        digits = sum(c.isdecimal() for c in text[start:end])
        end += tail.end() if digits == 17 else 0
    if "(" in text[start:end] and ")" not in text[start:end] and text[end : end + 1] == ")":
        end += 1
    return start, end
