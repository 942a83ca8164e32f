"""Text that was read in the wrong encoding before it came here, told by its characters.

Each of these forms is what one wrong reading makes of Chinese text. A stretch counts only where
undoing that reading gives common Chinese characters; names with rare characters don't.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

from ingest.values.sheet_words import words

FEWEST = 20
"""Characters beyond ASCII below which the text as a whole says nothing."""
_SAMPLE = 1 << 20
_CLEARLY = 0.3
"""By how much a reading must be the better one."""
_BROKEN = re.compile("锟斤拷")
_CP1252 = {bytes([b]).decode("cp1252", "ignore"): bytes([b]) for b in range(0x80, 0x100)}
_LATIN_RUN = re.compile(f"[\u0080-\u00ff{''.join(_CP1252)}]{{4,}}")


@lru_cache(maxsize=1)
def common_characters() -> frozenset[str]:
    """The 3,755 characters of GB 2312's first level, and its marks and full-width letters."""
    rows = [*range(0xA1, 0xA4), *range(0xB0, 0xD8)]
    pairs = (bytes(pair) for pair in product(rows, range(0xA1, 0xFF)))
    return frozenset("".join(pair.decode("gb2312", "ignore") for pair in pairs))


@lru_cache(maxsize=1)
def _common_traditional() -> frozenset[str]:
    """The 5,401 characters of Big5's first level, and its marks."""
    trails = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    pairs = (bytes(pair) for pair in product(range(0xA1, 0xC7), trails))
    return frozenset("".join(pair.decode("cp950", "ignore") for pair in pairs))


def common_share(text: str, known: frozenset[str] | None = None) -> float:
    """Share of common characters among those beyond ASCII; 1 where there are none.

    Examples
    --------
    >>> common_share("书院社区,1"), common_share("涔﹂櫌绀惧尯") < 0.3
    (1.0, True)
    """
    known = known or common_characters()
    beyond = beyond_ascii(text)
    return sum(1 for c in text if c in known) / beyond if beyond else 1.0


def beyond_ascii(text: str) -> int:
    """How many characters aren't ASCII."""
    return sum(1 for c in text if c > "\x7f")


@lru_cache(maxsize=1)
def _gbk_run() -> re.Pattern[str]:
    """Begins with what the first two bytes of a Chinese character in UTF-8 are in GBK."""
    pairs = (bytes(pair) for pair in product(range(0xE4, 0xEA), range(0x80, 0xC0)))
    firsts = "".join(pair.decode("gb18030", "ignore") for pair in pairs)
    return re.compile(f"[{re.escape(firsts)}][\u0080-\uffff]{{2,}}")


def garbled_line(text: str) -> tuple[int, str] | None:
    r"""Number of the first line that was read wrongly before, and how; None where none was.

    Examples
    --------
    >>> garbled_line("单位名称\n涔﹂櫌绀惧尯")
    (2, 'UTF-8→GBK')
    >>> garbled_line("ä¹¦é™¢ç¤¾åŒº"), garbled_line("ÊéÔºÉçÇø"), garbled_line("汈汊湖，José Peña")
    ((1, 'UTF-8→Latin-1'), (1, 'GBK→Latin-1'), None)
    """
    found = [(m.start(), "→�→GBK") for m in [_BROKEN.search(text)] if m]
    found += [(m.start(), "UTF-8→GBK") for m in _gbk_run().finditer(text) if _was_utf8(m[0])][:1]
    runs = ((m.start(), _was_chinese(m[0])) for m in _LATIN_RUN.finditer(text))
    found += [(at, how) for at, how in runs if how][:1]
    if not found and (how := _big5_in_gbk(text)):
        found.append((0, how))
    if not found:
        return None
    at, how = min(found)
    return text.count("\n", 0, at) + 1, how


def _was_utf8(run: str) -> bool:
    """Whether a run of characters is UTF-8 that was read as GBK; one character may be torn."""
    told = run.encode("gb18030").decode("utf-8", "replace")
    better = common_share(told) - common_share(run) > _CLEARLY
    return better and told.count("\ufffd") <= 1 and len(told) > 1 + told.count("\ufffd")


def _was_chinese(run: str) -> str | None:
    """Which Chinese encoding a run of Latin letters is: one that gives a word of sheets."""
    data = b"".join(_CP1252.get(c) or c.encode("latin-1", "ignore") for c in run)
    for encoding, how in (("utf-8", "UTF-8→Latin-1"), ("gb18030", "GBK→Latin-1")):
        told = data.decode(encoding, "replace")
        if told.count("\ufffd") <= 1 and has_sheet_word(told):
            return how
    return None


def has_sheet_word(text: str) -> bool:
    """Whether a Chinese header of any kind of sheet occurs in a text.

    Examples
    --------
    >>> has_sheet_word("书院社区的"), has_sheet_word("涔﹂櫌绀惧尯")
    (True, False)
    """
    return _header_pattern().search(text) is not None


@lru_cache(maxsize=1)
def _header_pattern() -> re.Pattern[str]:
    known = (w for w in words().headers if len(w) > 1 and "\u4e00" <= w[0] <= "\u9fff")
    return re.compile("|".join(map(re.escape, sorted(known))))


def _big5_in_gbk(text: str) -> str | None:
    """Whether the text as a whole is Big5 that was read as GBK."""
    try:
        told = text[:_SAMPLE].encode("gb18030")
    except UnicodeEncodeError:
        return None
    return "Big5→GBK" if is_big5(told, text[:_SAMPLE]) else None


def is_big5(data: bytes, text: str) -> bool:
    """Whether bytes that could be read as GB 18030 (to `text`) are Big5.

    Examples
    --------
    >>> data = "序號,單位名稱,統一社會信用代碼,單位性質,所在社區,合成書院超市".encode("big5")
    >>> is_big5(data, data.decode("gb18030"))
    True
    >>> data = "序号,单位名称,统一社会信用代码,单位性质,所在社区,合成书院超市".encode("gb18030")
    >>> is_big5(data, data.decode("gb18030"))
    False
    """
    if beyond_ascii(text[:2_000]) < FEWEST or has_sheet_word(text):
        return False
    try:
        told = data.decode("cp950")
    except UnicodeDecodeError:
        return False
    better = common_share(told, _common_traditional()) - common_share(text)
    return better > _CLEARLY / 2 and common_share(text) < 0.8
