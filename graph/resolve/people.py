"""Which rows are one person, from pseudonyms alone.

Records that share a strong identity (ID number; name + phone) are one person. The third
identity (name + unit + community) joins only where no strong one conflicts; where it would
join two persons whose strong identities differ, it joins nobody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from graph.model.rows import PersonRow


class PersonMention(NamedTuple):
    """One row about a person; `where` is (dataset id, row), `found` what else it is about."""

    where: tuple[str, int]
    row: PersonRow
    found: Any = None


def cluster_people(mentions: Sequence[PersonMention]) -> list[tuple[str, list[PersonMention]]]:
    """Persons as (key, mentions), sorted by key; the order of `mentions` is no matter.

    The key is the smallest ID pseudonym, else the smallest phone pseudonym, else the third.
    A row without any identity is a person of its own, keyed by where it stands.

    Examples
    --------
    >>> def row(n, **k): return PersonMention(("d", n), PersonRow(row=n, **k))
    >>> found = cluster_people([row(1, id_key="a"), row(2, id_key="a", unit_key="u"),
    ...                         row(3, unit_key="u"), row(4, id_key="b")])
    >>> [(key, len(rows)) for key, rows in found]
    [('a', 3), ('b', 1)]
    """
    mentions, alone = _apart(mentions)
    parent = list(range(len(mentions)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[tuple[str, str], int] = {}
    for i, mention in enumerate(mentions):
        for kind, key in (("id", mention.row.id_key), ("phone", mention.row.phone_key)):
            if key is not None:
                j = first.setdefault((kind, key), i)
                parent[find(i)] = find(j)
    strong: dict[int, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    weak: dict[str, set[int]] = defaultdict(set)
    for i, mention in enumerate(mentions):
        ids, phones = strong[find(i)]
        if mention.row.id_key:
            ids.add(mention.row.id_key)
        if mention.row.phone_key:
            phones.add(mention.row.phone_key)
        if mention.row.unit_key:
            weak[mention.row.unit_key].add(i)
    for key in sorted(weak):
        roots = sorted({find(i) for i in weak[key]})
        if len(roots) == 1:
            continue
        bare = [r for r in roots if not strong[r][0] and not strong[r][1]]
        known = [r for r in roots if strong[r][0] or strong[r][1]]
        joined = bare
        if not _conflict([strong[r] for r in known]):
            joined = roots
        for r in joined[1:]:
            _join(strong, joined[0], r)
            parent[r] = joined[0]
    groups: dict[int, list[PersonMention]] = defaultdict(list)
    for i, mention in enumerate(mentions):
        groups[find(i)].append(mention)
    persons = [(_key(rows), sorted(rows, key=lambda m: m.where)) for rows in groups.values()]
    persons += [(_key((m,)), [m]) for m in alone]
    return sorted(persons, key=lambda p: p[0])


def _apart(
    mentions: Sequence[PersonMention],
) -> tuple[list[PersonMention], list[PersonMention]]:
    """Mentions that share an identity with another, and those that share none: most of a city's."""
    rows = [m.row for m in mentions]
    ids = Counter([row.id_key for row in rows])
    phones = Counter([row.phone_key for row in rows])
    units = Counter([row.unit_key for row in rows])
    ids[None] = phones[None] = units[None] = 1
    sharing: list[PersonMention] = []
    alone: list[PersonMention] = []
    for m in mentions:
        row = m.row
        many = ids[row.id_key] > 1 or phones[row.phone_key] > 1 or units[row.unit_key] > 1
        (sharing if many else alone).append(m)
    return sharing, alone


def _conflict(identities: Sequence[tuple[set[str], set[str]]]) -> bool:
    """Whether two of the clusters have different ID numbers, or different phones."""
    for kind in (0, 1):
        known = [found[kind] for found in identities if found[kind]]
        if any(a.isdisjoint(b) for i, a in enumerate(known) for b in known[i + 1 :]):
            return True
    return False


def _join(strong: dict[int, tuple[set[str], set[str]]], into: int, other: int) -> None:
    strong[into][0].update(strong[other][0])
    strong[into][1].update(strong[other][1])


def _key(rows: Sequence[PersonMention]) -> str:
    for keys in (
        [m.row.id_key for m in rows],
        [m.row.phone_key for m in rows],
        [m.row.unit_key for m in rows],
    ):
        known = [key for key in keys if key is not None]
        if known:
            return min(known)
    return f"{rows[0].where[0]}:{rows[0].where[1]}"
