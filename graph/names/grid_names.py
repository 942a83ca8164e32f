"""Names of grids, as keys under which their usual spellings are one."""

from __future__ import annotations

import re
from functools import lru_cache

from graph.names.numerals import NUMERAL_CHARACTERS, number_in_name
from graph.names.plain import plain

_NUMBER = rf"(?P<n>[0-9]+|[{NUMERAL_CHARACTERS}]+)(?:\.0+)?"
_SPELLINGS = (
    re.compile(rf"第?{_NUMBER}[号#]?(?:网格|格)$"),
    re.compile(rf"网格[第#]?{_NUMBER}[号#]?$"),
)
_NUMBER_ALONE = re.compile(rf"[第#]?{_NUMBER}[号#]?")
_NUMERAL = re.compile(r"[一二三四五六七八九十]+")


@lru_cache(maxsize=100_000)
def grid_key(name: str) -> str:
    """Match key of a grid's name within its community: 第一网格 = 第1网格 = 1号网格 = 01网格.

    A number that stands for the whole name is the grid of that number: 1, 2.0, 一, 第1, 1#.

    Examples
    --------
    >>> grid_key("第十二网格"), grid_key("012 号网格"), grid_key("东区网格")
    ('12网格', '12网格', '东区网格')
    >>> grid_key("第一百零一网格"), grid_key("第〇一网格"), grid_key("第廿一网格")
    ('101网格', '1网格', '21网格')
    >>> grid_key("网格1"), grid_key("2.0"), grid_key("一"), grid_key("1号"), grid_key("东区1")
    ('1网格', '2网格', '1网格', '1网格', '东区1')
    """
    key = plain(name)
    end = ""
    match = _NUMBER_ALONE.fullmatch(key)
    match = match or next((m for s in _SPELLINGS if (m := s.search(key))), None)
    if match is not None:
        told = match["n"]
        number = int(told) if told.isascii() else number_in_name(told)
        if number is not None:
            key, end = key[: match.start()], f"{number}网格"
    return _NUMERAL.sub(_digits, key) + end


def _digits(match: re.Match[str]) -> str:
    number = number_in_name(match[0])
    return match[0] if number is None else str(number)
