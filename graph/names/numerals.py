"""Chinese numerals in names of grids and places."""

from __future__ import annotations

import re

_NUMERALS = "零一二三四五六七八九"

CHINESE_NUMBER = re.compile(r"[一二三四五六七八九十]+")


def chinese_number(text: str) -> str:
    """一 -> 1, 十二 -> 12, 二十三 -> 23 (up to 99); anything else stays."""
    if "十" in text:
        tens, _, ones = text.partition("十")
        if len(tens) > 1 or len(ones) > 1:
            return text
        return str(
            (_NUMERALS.index(tens) if tens else 1) * 10 + (_NUMERALS.index(ones) if ones else 0)
        )
    return "".join(str(_NUMERALS.index(c)) for c in text)
