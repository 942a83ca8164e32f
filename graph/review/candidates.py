"""Which pairs of bodies are worth comparing: a few for each, found by what they share.

Comparing all with all is quadratic; here each name is looked up by its parts (what it is called,
what it is, its number), by rare pairs of characters, and by the characters of a short form. Only
bodies of one community are all seen by each other's every pair of characters.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from graph.names.parts import NameParts
from graph.resolve.body import Body
from graph.resolve.decisions import Ref

_FEW = 24
"""A pair of characters that more names of a district have says nothing."""
_MANY = 160
"""The same within a community."""
_BEST = 12
"""Candidates that are compared for each name, those that share most first."""


class Look(NamedTuple):
    """What of a name decides which others it is compared with."""

    parts: NameParts
    district: str
    street: str
    community: str
    listed: bool
    """Whether a roster or a code knows the body; else only its name is known."""
    public: bool
    """Whether it is of a kind of which a place has one: a school, an office."""

    def may_be(self, other: Look) -> bool:
        """Whether a likeness of two bodies would be asked about at all.

        Of two that rosters seat in different communities only where they share the street or one
        is public: chains have shops everywhere.
        """
        if not (self.listed and other.listed and self.community and other.community):
            return True
        if self.community == other.community:
            return True
        if self.district != other.district or self.parts.levels or other.parts.levels:
            return False
        if self.street == other.street:
            return True
        return (self.public or other.public) and bool(self.parts.leads or other.parts.leads)


@dataclass(slots=True)
class NameEntry:
    """A name of a body, as it is looked up."""

    ref: Ref
    body: Body
    name: str
    look: Look
    bare: bool = False
    """Whether rows alone give the name, and it doesn't say where it belongs."""


def candidate_pairs(entries: Sequence[NameEntry]) -> tuple[tuple[int, int], ...]:
    """Pairs of positions that share something, sorted; each once.

    O(entries) look-ups: every name meets at most a fixed number of others. The last answer is
    kept: most changes of a city bring no name and seat nobody elsewhere.
    """
    number: dict[int, int] = {}
    bodies = tuple(number.setdefault(id(entry.body), len(number)) for entry in entries)
    return _pairs(bodies, tuple(entry.look for entry in entries))


@lru_cache(maxsize=1)
def _pairs(bodies: tuple[int, ...], looks: tuple[Look, ...]) -> tuple[tuple[int, int], ...]:
    shared: dict[int, Counter[int]] = defaultdict(Counter)
    for _, postings, weight in _postings(looks):
        for n, i in enumerate(postings):
            for j in postings[n + 1 :]:
                if bodies[i] != bodies[j] and looks[i].may_be(looks[j]):
                    shared[i][j] += weight
                    shared[j][i] += weight
    pairs: set[tuple[int, int]] = set()
    for i, others in shared.items():
        best = sorted(others, key=lambda j: (-others[j], j))[:_BEST]
        pairs.update((min(i, j), max(i, j)) for j in best)
    pairs.update((i, j) for i, j in _short_forms(looks) if bodies[i] != bodies[j])
    return tuple(sorted(pairs))


def _postings(looks: Sequence[Look]) -> Iterator[tuple[str, list[int], int]]:
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    anywhere = any(not look.district for look in looks)
    for i, look in enumerate(looks):
        for key in _keys(look, anywhere):
            blocks[key].append(i)
    for key, found in blocks.items():
        if len(found) > 1:
            exact = key[0] == "exact"
            limit = _MANY if key[0] == "near" else _FEW * 2 if exact else _FEW
            if len(found) <= limit:
                yield key[0], found, 6 if exact else 2 if key[0] == "near" else 1


def _keys(look: Look, anywhere: bool) -> Iterator[tuple[str, ...]]:
    """What a name is looked up by; `anywhere` where some were sought in no district."""
    parts = look.parts
    yield "exact", "strict", parts.strict
    for district in _districts(look):
        yield from (("exact", district, *key) for key in _exact(parts))
    text = parts.core
    for n in range(len(text) - 1):
        two = text[n : n + 2]
        for district in _districts(look) if anywhere else (look.district,):
            yield "far", district, two
        if look.community:
            yield "near", look.community, two


def _districts(look: Look) -> tuple[str, ...]:
    """The district, and the city: a body may be named in another district than its own."""
    return (look.district, "") if look.district else ("",)


def _exact(parts: NameParts) -> Iterator[tuple[str, ...]]:
    yield "core", parts.core
    for text in {parts.core, parts.stem}:
        if 3 <= len(text) <= 8:  # with one character less, so that one may be wrong
            yield from (("slip", text[:n] + text[n + 1 :]) for n in range(len(text)))
    numbers = ",".join(parts.numbers)
    if parts.stem:
        yield "stem", parts.stem, numbers
    else:
        head = parts.head[-2:] if parts.head else ""
        yield "kind", head, numbers, "".join(sorted(parts.words))


def _short_forms(looks: Sequence[Look]) -> set[tuple[int, int]]:
    """Names of few characters with those of the district that have them all."""
    by_character: dict[tuple[str, str], set[int]] = defaultdict(set)
    for i, look in enumerate(looks):
        for c in set(look.parts.core):
            for district in _districts(look):
                by_character[district, c].add(i)
    pairs: set[tuple[int, int]] = set()
    for i, look in enumerate(looks):
        if look.listed or not 2 <= len(look.parts.core) <= 4:
            continue
        sets = [by_character[look.district, c] for c in sorted(set(look.parts.core))]
        found = set.intersection(*sets) - {i}
        if len(found) <= _FEW:
            pairs.update((min(i, j), max(i, j)) for j in found)
    return pairs
