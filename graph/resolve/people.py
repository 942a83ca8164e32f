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
from graph.resolve.decisions import Groups


class PersonMention(NamedTuple):
    """One row about a person; `where` is (dataset id, row), `found` what else it is about."""

    where: tuple[str, int]
    row: PersonRow
    found: Any = None


def cluster_people(mentions: Sequence[PersonMention]) -> list[tuple[str, list[PersonMention]]]:
    """Persons as (key, mentions), sorted by key; whatever the order of `mentions`.

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
    groups = Groups(len(mentions), ())
    first: dict[tuple[str, str], int] = {}
    for i, mention in enumerate(mentions):
        for kind, key in (("id", mention.row.id_key), ("phone", mention.row.phone_key)):
            if key is not None:
                groups.join(first.setdefault((kind, key), i), i)
    _join_by_unit(groups, mentions)
    persons: dict[int, list[PersonMention]] = defaultdict(list)
    for i, mention in enumerate(mentions):
        persons[groups.find(i)].append(mention)
    found = [(_key(rows), sorted(rows, key=lambda m: m.where)) for rows in persons.values()]
    found += [(_key((m,)), [m]) for m in alone]
    return sorted(found, key=lambda p: p[0])


def _join_by_unit(groups: Groups, mentions: Sequence[PersonMention]) -> None:
    """Join by name, unit and community what no strong identity keeps apart."""
    strong: dict[int, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    weak: dict[str, set[int]] = defaultdict(set)
    for i, mention in enumerate(mentions):
        of_person = strong[groups.find(i)]
        for keys, key in zip(of_person, (mention.row.id_key, mention.row.phone_key), strict=True):
            if key:
                keys.add(key)
        if mention.row.unit_key:
            weak[mention.row.unit_key].add(i)
    for key in sorted(weak):
        roots = sorted({groups.find(i) for i in weak[key]})
        known = [r for r in roots if any(strong[r])]
        joined = (
            [r for r in roots if r not in known] if _conflict([strong[r] for r in known]) else roots
        )
        for r in joined[1:]:
            for into, other in zip(strong[joined[0]], strong[r], strict=True):
                into |= other
            groups.join(joined[0], r)


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
