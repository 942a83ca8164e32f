"""What people decided about who is who: bodies that are the same or not, and what a place means.

A decision names a body by its credit code, where it had one, and by a name and the community
whose roster has it; a name that no roster has, by the name and the area in which it was sought.
Node keys aren't used: they change when a code becomes known.

Value of a decision of kind `same` or `different`: `a` and `b`, each `{"name", "place", "uscc"}`
(a `Ref`). Of kind `same` for a place: `{"text", "scope", "area"}`, codes of areas. Of either for
names that were kept back: `{"marks"}`, bodies' where `same`, persons' where `different`. What else
stands there (`shown`, `why`) is for people and decides nothing.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.model.decision import Decision
from graph.names.plain import plain


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """A body as a decision names it; empty where unknown."""

    name: str
    place: str = ""
    uscc: str = ""

    @property
    def key(self) -> str:
        """Name, place and code in one text; spellings of one name are one."""
        code = f"#{self.uscc}" if self.uscc else ""
        return f"{plain(self.name)}@{self.place or '?'}{code}"

    def value(self) -> dict[str, str]:
        return {"name": self.name, "place": self.place, "uscc": self.uscc}

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Ref:
        return cls(*(str(value.get(k) or "") for k in ("name", "place", "uscc")))


def pair_key(a: Ref, b: Ref) -> str:
    """Key of the decision about two bodies, the same whichever comes first."""
    return " | ".join(sorted((a.key, b.key)))


def place_key(text: str, scope: str | None) -> str:
    """Key of the decision about what a place's name means within an area."""
    return f"place {plain(text)}@{scope or '?'}"


def short_id(key: str) -> str:
    """What people type for a key.

    Examples
    --------
    >>> len(short_id("大众超市@420902001001 | 大众@?"))
    10
    """
    return hashlib.sha256(key.encode()).hexdigest()[:10]


@dataclass(slots=True)
class Decided:
    """The decisions in force, as resolution uses them; independent of their order.

    Where a pair is both `same` and `different`, it is different.
    """

    same: list[tuple[Ref, Ref]] = field(default_factory=list)
    different: list[tuple[Ref, Ref]] = field(default_factory=list)
    places: dict[tuple[str, str | None], str] = field(default_factory=dict)
    by_name: dict[str, list[tuple[str, Ref]]] = field(default_factory=dict)
    """Normalised name -> (area in which it is sought, the body it means)."""
    not_by_name: dict[str, list[tuple[str, Ref]]] = field(default_factory=dict)
    body_marks: frozenset[str] = frozenset()
    """Marks of names that were kept back, of which a person said that they are bodies'."""
    person_marks: frozenset[str] = frozenset()
    """The same, persons'."""
    keys: dict[str, str] = field(default_factory=dict)
    """Key of every pair decided -> `same` or `different`."""

    @classmethod
    def of(cls, decisions: Sequence[Decision]) -> Decided:
        decided = cls()
        names: dict[str, set[tuple[str, Ref]]] = defaultdict(set)
        nots: dict[str, set[tuple[str, Ref]]] = defaultdict(set)
        pairs: dict[str, tuple[str, Ref, Ref]] = {}
        for d in sorted(decisions, key=lambda d: (d.kind, d.key), reverse=True):
            if d.kind not in ("same", "different") or not d.value:
                continue
            if "marks" in d.value:
                marks = frozenset(map(str, d.value["marks"]))
                if d.kind == "same":
                    decided.body_marks |= marks
                else:
                    decided.person_marks |= marks
            elif "area" in d.value:
                scope = d.value.get("scope") or None
                decided.places[plain(str(d.value["text"])), scope] = str(d.value["area"])
            elif "a" in d.value and "b" in d.value:
                a, b = sorted((Ref.of(d.value["a"]), Ref.of(d.value["b"])))
                pairs[pair_key(a, b)] = d.kind, a, b  # sorted so that `different` comes last
        for key, (kind, a, b) in sorted(pairs.items()):
            decided.keys[key] = kind
            (decided.same if kind == "same" else decided.different).append((a, b))
            target = names if kind == "same" else nots
            for one, other in ((a, b), (b, a)):
                if not one.uscc:
                    target[plain(one.name)].add((one.place, other))
        decided.by_name = {n: sorted(found) for n, found in names.items()}
        decided.not_by_name = {n: sorted(found) for n, found in nots.items()}
        return decided

    def is_settled(self, a: Ref, b: Ref) -> bool:
        """Whether somebody decided about just these two."""
        return bool(self.keys) and pair_key(a, b) in self.keys


class Groups:
    """Clusters of mentions that are joined step by step, but never what a person parted."""

    def __init__(self, count: int, parted: Iterable[tuple[Iterable[int], Iterable[int]]]) -> None:
        self._parent = list(range(count))
        self._sides: dict[int, set[int]] = defaultdict(set)
        for n, (one, other) in enumerate(parted):
            for i in one:
                self._sides[i].add(2 * n)
            for i in other:
                self._sides[i].add(2 * n + 1)

    def find(self, i: int) -> int:
        parent = self._parent
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def may_join(self, i: int, j: int) -> bool:
        a, b = self._sides.get(self.find(i)), self._sides.get(self.find(j))
        return not a or not b or not any(side ^ 1 in b for side in a)

    def join(self, i: int, j: int) -> bool:
        """Join two clusters under the root of the first; False where they were parted."""
        root, other = self.find(i), self.find(j)
        if root == other:
            return True
        if not self.may_join(root, other):
            return False
        self._parent[other] = root
        if sides := self._sides.get(other):
            self._sides[root] |= sides
        return True
