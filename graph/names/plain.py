"""Names as match keys: one body or place under its usual spellings has one key.

A match key is only ever compared; the name as the sheet spells it is what is kept and shown.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from graph.names.look_alikes import usual_characters

if TYPE_CHECKING:
    from opencc import OpenCC

_PINYIN_GLOSS = re.compile(r"\(([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüêńňǹḿ·' ]{1,8})\)", re.IGNORECASE)
_TONED = re.compile(r"[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]", re.IGNORECASE)
_BRACKETS = str.maketrans("【】〔〕〈〉《》「」『』[]{}", "()()()()()()()()")
_LEGAL = ("有限责任公司", "股份有限公司", "有限公司")
_COMMUNITY_SUFFIX = (
    "社区居民委员会",
    "社区居委会",
    "社区委会",
    "居民委员会",
    "居委会",
    "社区",
)
_VILLAGE_SUFFIX = ("村民委员会", "村委会", "村")
_STREET_SUFFIX = ("街道办事处", "街道办", "街道", "办事处", "街办")
_KEPT_TRADITIONAL = frozenset("塚")
"""Characters that the simplifier would change although they stand in official place names."""


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


def drop_format_characters(text: str) -> str:
    """Without invisible format characters (Cf), except a joiner inside an emoji."""
    if text.isascii():
        return text
    kept = []
    for i, c in enumerate(text):
        if unicodedata.category(c) == "Cf":
            inside = c == "\u200d" and 0 < i < len(text) - 1 and ord(text[i - 1]) > 0x2000
            if not (inside and unicodedata.category(text[i - 1]) in ("So", "Sk", "Mn")):
                continue
        kept.append(c)
    return "".join(kept)


@lru_cache(maxsize=400_000)
def plain(text: str) -> str:
    """NFKC, no white space or format characters, simplified, no pinyin glosses, one bracket.

    Examples
    --------
    >>> plain("網(wǎng)格　第１"), plain("汈汊湖【東】")
    ('网格第1', '汈汊湖(东)')
    """
    text = unicodedata.normalize("NFKC", usual_characters(text))
    text = "".join(drop_format_characters(text).split())
    text = text.translate(_BRACKETS)
    if "(" in text:
        text = _PINYIN_GLOSS.sub(lambda m: "" if _TONED.search(m[1]) else m[0], text)
    if not text.isascii():
        text = "".join(c if c in _KEPT_TRADITIONAL else s for c, s in _simplified(text))
    return text


def _simplified(text: str) -> list[tuple[str, str]]:
    simple = _simplifier().convert(text)
    if len(simple) != len(text):
        return [(c, c) for c in simple]
    return list(zip(text, simple, strict=True))


@lru_cache(maxsize=400_000)
def leading_place(name: str, places: tuple[str, ...] = ()) -> str:
    """The name out of `places` with which a name begins, empty where it begins with none.

    Two bodies of one match key that begin with *different* places are two.

    Examples
    --------
    >>> leading_place("孝感市慈善总会", ("孝感市",)), leading_place("孝感学院", ("孝感市",))
    ('孝感市', '')
    """
    key = plain(name).upper()
    found = [p for p in places if key.startswith(p) and len(key) - len(p) >= 2]
    return max(found, key=len, default="")


@lru_cache(maxsize=400_000)
def name_key(name: str, places: tuple[str, ...] = ()) -> str:
    """Match key of an organisation's name.

    `plain`, then one leading name out of `places` (the city's and districts' full names, with
    their suffix) removed once, then the legal suffix removed. What would leave less than two
    characters is left as it is.

    Parameters
    ----------
    places
        Full names such as 孝感市, 孝南区; 孝感学院 keeps its 孝感 because 孝感 alone is none.

    Examples
    --------
    >>> name_key("孝感市 大众超市有限责任公司", ("孝感市",)), name_key("孝感学院", ("孝感市",))
    ('大众超市', '孝感学院')
    """
    key = plain(name).upper()
    key = key[len(leading_place(name, places)) :]
    for suffix in _LEGAL:
        if key.endswith(suffix) and len(key) - len(suffix) >= 2:
            return key[: -len(suffix)]
    return key


def _without(key: str, suffixes: tuple[str, ...]) -> str:
    for suffix in suffixes:
        if key.endswith(suffix) and len(key) > len(suffix):
            return key[: -len(suffix)]
    return key


@lru_cache(maxsize=100_000)
def community_key(name: str) -> str:
    """Match key of a community's or village's name: 大院社区 = 大院社区居委会 = 大院居委会 = 大院.

    A village keeps its 村, so that 文昌村 and 文昌社区 are two.

    Examples
    --------
    >>> community_key("大院社区居民委员会"), community_key("大院")
    ('大院', '大院')
    >>> community_key("李湾村委会"), community_key("李湾村村民委员会"), community_key("李湾村")
    ('李湾村', '李湾村', '李湾村')
    """
    key = plain(name)
    village = _without(key, _VILLAGE_SUFFIX)
    if village != key:
        return (village.rstrip("村") or village) + "村"
    return _without(key, _COMMUNITY_SUFFIX)


_FORMER = re.compile(r"\((?:原|曾|旧|又|含|即|包含)[^()]+\)$")
_PRESENT = re.compile(r"^[^()]+\((?:现|今)为?([^()]{2,})\)$")


def present_name(name: str) -> str:
    """An area's name without what it was called before.

    Examples
    --------
    >>> present_name("书院社区（原北门社区）"), present_name("北门社区（现书院社区）")
    ('书院社区', '书院社区')
    >>> present_name("原北外社区"), present_name("书院社区（城区）")
    ('原北外社区', '书院社区(城区)')
    """
    told = plain(name)
    if match := _PRESENT.match(told):
        return match[1]
    return _FORMER.sub("", told) or told


@lru_cache(maxsize=100_000)
def wide_key(name: str) -> str:
    """Match key of a city's or district's name: 孝感市 = 孝感, 孝南区 = 孝南.

    Examples
    --------
    >>> wide_key("孝感市"), wide_key("大悟县"), wide_key("孝南"), wide_key("高新区")
    ('孝感', '大悟', '孝南', '高新')
    """
    key = plain(name)
    return key[:-1] if len(key) > 2 and key[-1] in "市县区省" else key


@lru_cache(maxsize=100_000)
def street_key(name: str) -> str:
    """Match key of a street's or town's name: 书院街道 = 书院街道办事处 = 书院街办.

    Towns and townships keep 镇 and 乡.

    Examples
    --------
    >>> street_key("书院街道办事处"), street_key("肖港镇人民政府")
    ('书院', '肖港镇')
    """
    return _without(_without(plain(name), ("人民政府", "政府")), _STREET_SUFFIX)
