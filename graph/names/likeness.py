"""How names are alike (typing errors, short forms, one in the other), and what tells them apart."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA, Levenshtein

from graph.names.parts import NameParts
from graph.names.reasons import NameReason, because
from graph.names.word_lists import words


def slip(a: NameParts, b: NameParts, *, elsewhere: bool) -> NameReason | None:
    """A typing error: a character left out, doubled, swapped, or one for another that sounds or
    looks alike, or that makes a known word unknown (妇幼保建院).
    """
    x, y = a.bare, b.bare
    if x != y and OSA.distance(a.text, b.text, score_cutoff=1) <= 1:
        x, y = a.text, b.text  # within the legal suffix too
    elif x != y and OSA.distance(a.core, b.core, score_cutoff=1) <= 1:
        x, y = a.core, b.core  # one of them leaves out the place in front
    if abs(len(x) - len(y)) > 1 or min(len(x), len(y)) < 4 or a.numbers != b.numbers:
        return None
    if x == y or OSA.distance(x, y, score_cutoff=1) > 1:
        return None
    pair = _replaced(x, y)
    if pair is None:
        if len(x) == len(y):
            return because("swapped", a=x, b=y)
        short, long = (a, b) if len(x) < len(y) else (b, a)
        broken = len(short.stem) > len(long.stem)  # 心医院 for 中心医院
        if not broken and _extra(*sorted((x, y), key=len)) in _NO_SLIP:
            return None
        return because("one_character", a=x, b=y)
    groups = words().apart
    if (pair[0] in groups and groups[pair[0]] == groups.get(pair[1])) or elsewhere:
        return None
    if _looks_alike(*pair):
        return because("shape", a=pair[0], b=pair[1])
    if sound := _sounds_alike(*pair):
        return because("sound", a=pair[0], b=pair[1], pinyin=sound)
    known_a, known_b = {*a.words, a.head, *a.branch}, {*b.words, b.head, *b.branch}
    if (known_a < known_b and len(a.stem) > len(b.stem)) or (
        known_b < known_a and len(b.stem) > len(a.stem)
    ):
        return because("one_character", a=x, b=y)
    return None


_NO_SLIP = frozenset(
    "东西南北中上下前后内外新老旧大小分支副原甲乙丙丁一二三四五六七八九十0123456789"
)
"""Characters that one name may have and another not, and both be right: 孝感东站, 孝感站."""


def _extra(short: str, long: str) -> str:
    """The character that the longer one has more."""
    at = next((n for n, c in enumerate(short) if c != long[n]), len(short))
    return long[at]


def apart(x: str, y: str) -> tuple[str, str] | None:
    """Characters that tell two stems apart: 东/西, or a 东 that only one has."""
    if x == y:
        return None
    groups = words().apart
    for op in Levenshtein.opcodes(x, y):
        one, two = x[op.src_start : op.src_end], y[op.dest_start : op.dest_end]
        if op.tag == "equal":
            continue
        if op.tag == "replace":
            for c, d in zip(one, two, strict=False):
                if c in groups and groups[c] == groups.get(d):
                    return c, d
        elif len(one + two) == 1 and (one + two) in "东西南北" and min(len(x), len(y)) >= 1:
            return one or "—", two or "—"
    return None


def stems(x: str, y: str) -> NameReason | None:
    """How two stems are alike; None where they aren't."""
    if x == y:
        return because("same_stem", text=x) if x else because("no_stem")
    if not x or not y:
        return None
    short, long = sorted((x, y), key=lambda s: (len(s), s))
    if short in long and (len(short) >= 2 or len(long) == 2):
        return because("contained", a=short, b=long)
    if sorted(x) == sorted(y) and len(x) > 2:
        return because("swapped", a=x, b=y)
    distance = OSA.distance(x, y, score_cutoff=2)
    if distance == 1 and (slipped := _one_off(x, y)) is not None:
        return slipped
    if distance == 2 and len(short) >= 6:
        return because("two_characters", a=x, b=y)
    if len(short) >= 2 and short[0] == long[0] and _subsequence(short, long):
        return because("abbreviation", a=short, b=long)
    return None


def _one_off(x: str, y: str) -> NameReason | None:
    """How two stems are alike of which one step makes the other; None where they are too short."""
    pair = _replaced(x, y)
    if pair is None:
        return because("one_character", a=x, b=y) if max(len(x), len(y)) >= 3 else None
    if sound := _sounds_alike(*pair):
        return because("sound", a=pair[0], b=pair[1], pinyin=sound)
    if _looks_alike(*pair):
        return because("shape", a=pair[0], b=pair[1])
    return because("one_character", a=x, b=y) if len(x) >= 4 else None


def abbreviates(a: NameParts, b: NameParts) -> bool:
    """Whether one name may be made of characters of the other: first and last the same, or
    (孝高, 文明办) of a few that no list knows.
    """
    short, long = sorted((a.core, b.core), key=lambda s: (len(s), s))
    few = a if a.core == short else b
    if (
        2 <= len(short) <= 6
        and not few.legal
        and len(long) >= len(short) + 2
        and len(few.stem) >= max(1, len(short) - 1)
        and _subsequence(short, long)
    ):
        return True
    return (
        len(short) >= 3
        and short[0] == long[0]
        and short[-1] == long[-1]
        and _subsequence(short, long)
        and not (a.stem and b.stem and not set(a.stem) & set(b.stem))
    )


def begins_with_place(a: NameParts, b: NameParts) -> bool:
    """Whether one is short for the other with its place: 绵师院 of 绵阳师范学院."""
    short, long = (a, b) if len(a.core) <= len(b.core) else (b, a)
    rest = short.core[1:]
    return (
        not short.leads
        and not short.legal
        and 2 <= len(rest) <= 8
        and short.core[0] in {lead.stem[0] for lead in long.leads}
        and rest[0] == long.core[0]
        and rest[-1] == long.core[-1]
        and _subsequence(rest, long.core)
    )


def unplaced(a: NameParts, b: NameParts) -> bool:
    """Whether one leaves out its street or community: 卫生服务中心 of 书院社区卫生服务中心."""
    short, long = (a, b) if len(a.core) < len(b.core) else (b, a)
    return (
        len(short.core) >= 4
        and not short.stem
        and bool(long.levels - short.levels)
        and long.core.endswith(short.core)
    )


def _subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(c in rest for c in short)


def _replaced(x: str, y: str) -> tuple[str, str] | None:
    if len(x) != len(y):
        return None
    pairs = [(c, d) for c, d in zip(x, y, strict=True) if c != d]
    return pairs[0] if len(pairs) == 1 else None


_LOOSE_SOUND = (
    ("zh", "z"),
    ("ch", "c"),
    ("sh", "s"),
    ("ng", "n"),
    ("l", "n"),
    ("hu", "f"),
    ("h", "f"),
)


@lru_cache(maxsize=50_000)
def _sound(c: str) -> str:
    from pypinyin import Style, lazy_pinyin

    sound = lazy_pinyin(c, style=Style.NORMAL)[0]
    for one, other in _LOOSE_SOUND:
        sound = sound.replace(one, other)
    return sound


def _sounds_alike(c: str, d: str) -> str:
    return _sound(c) if _sound(c) == _sound(d) else ""


def _looks_alike(c: str, d: str) -> bool:
    alike = words().alike
    return bool(alike.get(c, frozenset()) & alike.get(d, frozenset()))
