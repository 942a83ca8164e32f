"""The word lists by which names of bodies are taken apart (`graph/data/matching.yaml`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from graph.names.numerals import number_in_name
from graph.names.rewriting import Rewriting

_ONES = "[一二三四五六七八九]"
_NUMBER = re.compile(
    rf"第?({_ONES}百(?:[零〇]{_ONES}|{_ONES}十{_ONES}?)|廿{_ONES}|[零〇一二三四五六七八九十]+|\d+)"
)
"""Of the hundreds only what can't be a word: 一百零一, 一百二十; 百 alone is 百货, 百姓."""


@dataclass(frozen=True, slots=True)
class NameWords:
    """The word lists, ready to use."""

    same_first: dict[str, tuple[tuple[str, str], ...]]
    """What is called the same, the longest first, by the first character; likewise by the last."""
    same_last: dict[str, tuple[tuple[str, str], ...]]
    short: Rewriting
    classes: dict[str, tuple[str, str]]
    first: dict[str, tuple[str, ...]]
    kin: frozenset[frozenset[str]]
    first_rules: Rewriting
    one_a_place: frozenset[str]
    once_a_city: frozenset[str]
    wide: frozenset[str]
    offices: frozenset[str]
    no_company: frozenset[str]
    apart: dict[str, int]
    alike: dict[str, frozenset[int]]


@lru_cache(maxsize=1)
def words() -> NameWords:
    """The word lists of `matching.yaml`."""
    text = (Path(__file__).parents[1] / "data" / "matching.yaml").read_text(encoding="utf-8")
    told: dict[str, Any] = yaml.safe_load(text)
    same = [(short, full) for full, shorts in told["same"].items() for short in shorts]
    same += [(full, full) for full in told["same"]]
    classes: dict[str, tuple[str, str]] = {}
    for word in told["telling"]:
        classes[word] = "telling", word
    for word in told["soft"]:
        classes[word] = "soft", word
    for level, level_words in told["level"].items():
        for word in level_words:
            classes[word] = "level", level
    for word in told["inner"]:
        classes[word] = "inner", word
    for kind in ("heads", "branch"):
        for line in told[kind]:
            for word in line:
                classes[digits(word)] = kind, line[0]
    first: dict[str, list[str]] = {}
    for word in sorted(classes, key=lambda w: (-len(w), w)):
        first.setdefault(word[0], []).append(word)
    alike: dict[str, set[int]] = {}
    for n, group in enumerate(told["alike"]):
        for c in group:
            alike.setdefault(c, set()).add(n)
    return NameWords(
        same_first=_by_character(same, 0),
        same_last=_by_character(same, -1),
        short=Rewriting([(p, r) for p, r in told["short"]]),
        classes=classes,
        first={c: tuple(found) for c, found in first.items()},
        kin=frozenset(frozenset(pair) for pair in told["kin"]),
        first_rules=Rewriting([(p, r) for p, r in told["first"]]),
        one_a_place=frozenset(told["one_a_place"]),
        once_a_city=frozenset(told["once_a_city"]),
        wide=frozenset(told["wide"]),
        offices=frozenset(told["offices"]),
        no_company=frozenset(told["no_company"]),
        apart={c: n for n, group in enumerate(told["apart"]) for c in group},
        alike={c: frozenset(found) for c, found in alike.items()},
    )


def _by_character(pairs: list[tuple[str, str]], at: int) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for pair in sorted(pairs, key=lambda p: (-len(p[0]), p[0])):
        found.setdefault(pair[0][at], []).append(pair)
    return {c: tuple(told) for c, told in found.items()}


def digits(text: str, kept: tuple[str, ...] = ()) -> str:
    """Numerals as digits: 第二十一中学 -> 21中学, 一百零一中学 -> 101中学, 三里棚 -> 3里棚.

    Parameters
    ----------
    kept
        Names in which a numeral counts nothing, besides the words of the list: 四川, 三台.
    """

    def read(match: re.Match[str]) -> str:
        told = match[1]
        if told.isdigit() and told.isascii():
            return str(int(told)) if len(told) < 10 else told
        number = number_in_name(told)
        if number is not None:
            return str(number)
        return "".join(str(number_in_name(c)) for c in told)

    return "".join(
        part if n % 2 else _NUMBER.sub(read, part)
        for n, part in enumerate(_no_number(kept).split(text))
    )


@lru_cache(maxsize=1)
def _uncounted() -> tuple[str, ...]:
    text = (Path(__file__).parents[1] / "data" / "matching.yaml").read_text(encoding="utf-8")
    return tuple(yaml.safe_load(text)["no_number"])


@lru_cache(maxsize=64)
def _no_number(kept: tuple[str, ...]) -> re.Pattern[str]:
    """Words in which a numeral counts nothing: 三江, 下一代."""
    words_ = sorted({*_uncounted(), *kept}, key=lambda w: (-len(w), w))
    return re.compile("(" + "|".join(map(re.escape, words_)) + ")")


def has_numeral(text: str) -> bool:
    """Whether a character of it would be read as a number."""
    return bool(_NUMBER.search(text))
