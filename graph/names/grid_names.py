"""Names of grids, as keys under which their usual spellings are one."""

from __future__ import annotations

import re
from functools import lru_cache

from graph.names.numerals import NUMERAL_CHARACTERS, number_in_name
from graph.names.plain import plain

_GRID_WORD = re.compile(rf"第?([0-9]+|[{NUMERAL_CHARACTERS}]+)号?(?:网格|格)$")
_NUMERAL = re.compile(r"[一二三四五六七八九十]+")


@lru_cache(maxsize=100_000)
def grid_key(name: str) -> str:
    """Match key of a grid's name within its community: 第一网格 = 第1网格 = 1号网格 = 01网格.

    Examples
    --------
    >>> grid_key("第十二网格"), grid_key("012 号网格"), grid_key("东区网格")
    ('12网格', '12网格', '东区网格')
    >>> grid_key("第一百零一网格"), grid_key("第〇一网格"), grid_key("第廿一网格")
    ('101网格', '1网格', '21网格')
    """
    key = plain(name)
    end = ""
    if match := _GRID_WORD.search(key):
        number = int(match[1]) if match[1].isascii() else number_in_name(match[1])
        if number is not None:
            key, end = key[: match.start()], f"{number}网格"
    return _NUMERAL.sub(_digits, key) + end


def _digits(match: re.Match[str]) -> str:
    number = number_in_name(match[0])
    return match[0] if number is None else str(number)
