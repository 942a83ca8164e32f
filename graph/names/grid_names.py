"""Names of grids, as keys under which their usual spellings are one."""

from __future__ import annotations

import re
from functools import lru_cache

from graph.names.numerals import CHINESE_NUMBER, chinese_number
from graph.names.plain import plain

_GRID_WORD = re.compile(r"(?:第)?([0-9]+)(?:号)?(网格|格)$")


@lru_cache(maxsize=100_000)
def grid_key(name: str) -> str:
    """Match key of a grid's name within its community: 第一网格 = 第1网格 = 1号网格 = 01网格.

    Examples
    --------
    >>> grid_key("第十二网格"), grid_key("012 号网格"), grid_key("东区网格")
    ('12网格', '12网格', '东区网格')
    """
    key = CHINESE_NUMBER.sub(lambda m: chinese_number(m[0]), plain(name))
    if match := _GRID_WORD.search(key):
        return key[: match.start()] + str(int(match[1])) + "网格"
    return key
