"""Many rewriting rules, of which any one text needs a few."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence


class Rewriting:
    """Regular expressions with what to put in their place, applied one after the other.

    Every rule's result is what the next one sees. A rule whose 汉字 can't all be met in the text
    isn't tried, which is all but a few of them.

    Parameters
    ----------
    pairs
        Pattern and replacement, in order.

    Examples
    --------
    >>> Rewriting([("工商所", "市场监管所"), ("监管所$", "监督管理所")]).applied("书院工商所")
    '书院市场监督管理所'
    """

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._rules = tuple((re.compile(pattern), to) for pattern, to in pairs)
        self._of: dict[str, list[int]] = defaultdict(list)
        self._always: list[int] = []
        for n, (pattern, _) in enumerate(pairs):
            needed = needed_characters(pattern)
            if needed is None:
                self._always.append(n)
            for c in needed or ():
                self._of[c].append(n)

    def applied(self, text: str) -> str:
        """The text after all rules."""
        at, todo = 0, self._worth_trying(text, 0)
        while at < len(todo):
            n = todo[at]
            pattern, to = self._rules[n]
            new = pattern.sub(to, text)
            if new == text:
                at += 1
            else:  # others may match now
                text = new
                at, todo = 0, self._worth_trying(text, n + 1)
        return text

    def _worth_trying(self, text: str, start: int) -> list[int]:
        found = set(self._always)
        for c in set(text):
            found.update(self._of.get(c, ()))
        return sorted(n for n in found if n >= start)


def needed_characters(pattern: str) -> frozenset[str] | None:
    """汉字 of which a text has at least one wherever the pattern matches; None where none is sure.

    Of each alternative the first one that is no part of a group or class and isn't optional.

    Examples
    --------
    >>> sorted(needed_characters("工商所|(?:市场)?监管(?=所)")), needed_characters("局?(所|站)")
    (['工', '监'], None)
    """
    found: set[str] = set()
    for alternative in _alternatives(pattern):
        sure = next(_sure(alternative), None)
        if sure is None:
            return None
        found.add(sure)
    return frozenset(found)


def _alternatives(pattern: str) -> Iterator[list[tuple[str, int]]]:
    """Each alternative of the whole pattern as characters with their depth in groups."""
    depth = 0
    one: list[tuple[str, int]] = []
    at = 0
    while at < len(pattern):
        c = pattern[at]
        if c == "\\":
            one.append((pattern[at : at + 2], depth))
            at += 2
            continue
        if c in ")]":
            depth -= 1
        if c == "|" and depth == 0:
            yield one
            one = []
        else:
            one.append((c, depth))
        if c in "([":
            depth += 1
        at += 1
    yield one


def _sure(alternative: list[tuple[str, int]]) -> Iterator[str]:
    for (c, depth), (after, _) in zip(alternative, [*alternative[1:], ("", 0)], strict=True):
        if depth == 0 and c >= "\u4e00" and after not in ("?", "*", "{"):
            yield c
