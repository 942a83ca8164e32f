"""Chinese numerals: the one reader of them, in quantities, dates and names.

A numeral is read only where it can mean one number. 三五 (three to five), 一两 (one or two),
二三百 and 一百零 are none, and neither are measures such as 二两. 〇, ○ and 零 are nought, 廿
and 卅 twenty and thirty, 壹贰叁 and 拾佰仟 the forms of cheques.
"""

from __future__ import annotations

import re
from functools import lru_cache

_FORMS = str.maketrans("零○壹贰叁肆伍陆柒捌玖拾佰仟", "〇〇一二三四五六七八九十百千")
_TENS = str.maketrans({"廿": "二十", "卅": "三十", "卌": "四十"})
_VALUE = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"两": 2}
NUMERAL_CHARACTERS = "〇零○一二两三四五六七八九十百千万亿廿卅卌壹贰叁肆伍陆柒捌玖拾佰仟"
"""Every character of which a numeral may consist."""

_SMALL = re.compile(
    r"(?:(?P<k>[一二两三四五六七八九])千)?(?:(?P<ko>〇?)(?P<h>[一二两三四五六七八九])百)?"
    r"(?:(?P<ho>〇?)(?P<t>[一二三四五六七八九]?)(?P<ten>十))?(?P<to>〇?)(?P<o>[一二三四五六七八九]?)"
)
_BY_PLACE = re.compile(r"[〇一二三四五六七八九]+")
_APART = re.compile(r"[1-9一二两三四五六七八九]{2}")
_BIG = (("亿", 10**8), ("万", 10**4))


@lru_cache(maxsize=50_000)
def chinese_number(text: str) -> int | None:
    """The whole number that a numeral means; None where it means none, or not just one.

    Examples
    --------
    >>> [chinese_number(t) for t in ("一千二百", "两千", "一百零一", "二十万", "廿一", "一〇一")]
    [1200, 2000, 101, 200000, 21, 101]
    >>> [chinese_number(t) for t in ("一万二", "三五", "一两", "一百零", "二三百", "百")]
    [12000, None, None, None, None, None]
    """
    plain = text.translate(_FORMS).translate(_TENS)
    if plain in _VALUE:
        return _VALUE[plain]
    if _BY_PLACE.fullmatch(plain):
        return _by_place(plain) if "〇" in plain and plain.strip("〇") else None
    return _by_units(plain)


@lru_cache(maxsize=50_000)
def number_in_name(text: str) -> int | None:
    """The number of a numeral in a name or a year, where digits may stand one by one.

    一二 and its like are None: 第一二网格 are two grids.

    Examples
    --------
    >>> number_in_name("二一"), number_in_name("一九八九"), number_in_name("一百零一")
    (21, 1989, 101)
    >>> number_in_name("一二") is None
    True
    """
    plain = text.translate(_FORMS)
    if _BY_PLACE.fullmatch(plain):
        first, last = _VALUE[plain[0]], _VALUE[plain[-1]]
        return None if len(plain) == 2 and first and last == first + 1 else _by_place(plain)
    return chinese_number(text)


def is_choice(text: str) -> bool:
    """Whether a numeral names two numbers to choose from: 三五, 一两, 二三百.

    Examples
    --------
    >>> is_choice("十七八"), is_choice("一百零")
    (True, False)
    """
    return _APART.search(text.translate(_FORMS)) is not None


def _by_place(plain: str) -> int:
    return int("".join(str(_VALUE[c]) for c in plain))


def _by_units(plain: str) -> int | None:
    """一千二百, 两万零五: a numeral with its units, each smaller than the one before."""
    for unit, times in _BIG:
        if unit not in plain:
            continue
        head, _, tail = plain.rpartition(unit)
        many = _by_units(head)
        if not many or (unit == "万" and many >= times):
            return None
        rest = _tail(tail, times)
        return None if rest is None else many * times + rest
    return _small(plain)


def _tail(tail: str, times: int) -> int | None:
    """What follows 万 or 亿; one digit by itself counts the next smaller unit: 一万二."""
    if not tail:
        return 0
    if len(tail) == 1 and tail in _VALUE and tail not in "〇两":
        return _VALUE[tail] * times // 10
    if tail.endswith("两"):
        return None
    rest = _by_units(tail.removeprefix("〇"))
    return rest if rest and rest < times else None


def _small(plain: str) -> int | None:
    """A number below 10,000."""
    if plain in _VALUE and plain != "〇":
        return _VALUE[plain]
    found = _SMALL.fullmatch(plain)
    if found is None:
        return None
    k, h, t, o = (_VALUE.get(found[name] or "", 0) for name in ("k", "h", "t", "o"))
    if found["ten"]:
        t = t or 1
    if (found["to"] and not o) or (found["ko"] and not k) or (found["ho"] and not (k or h)):
        return None
    if found["to"] and not (k or h):
        return None  # 十〇五, 〇五
    if o and not found["to"] and not t and (k or h):
        return k * 1000 + h * 100 + o * (10 if h else 100)  # 三百五, 两千三
    return k * 1000 + h * 100 + t * 10 + o or None
