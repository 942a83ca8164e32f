"""Persons taken out of a row's columns of bodies.

What is beside a body (市财政局王某, 合成银行（联系人：张三）) goes, and the body stays. A bare name
that may be a person's or a body's goes, too, and leaves a mark: whether it is a body is known
where a roster lists it, or where a person says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graph.model.dataset import ShortNames
from graph.model.identifiers import name_mark
from graph.model.labels import SheetKind
from graph.names.plain import community_key, plain
from ingest.kinds.row import Row
from ingest.values.fields import Field
from ingest.values.person_names import body_in, is_person_name

_ROSTERS = (SheetKind.ORGANISATIONS, SheetKind.RESIDENT_UNITS, SheetKind.SOCIAL_ORGANISATIONS)


@dataclass(slots=True)
class FoundNames:
    """Names of a table that have the shape of a person's."""

    listed: dict[str, str] = field(default_factory=dict)
    kept_back: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    """Mark -> field and row."""
    let_through: dict[str, str] = field(default_factory=dict)

    def told(self, letters: Mapping[str, str]) -> ShortNames | None:
        """For the dataset; `letters` are the columns of fields."""
        if not (self.listed or self.kept_back or self.let_through):
            return None
        return ShortNames(
            listed=dict(sorted(self.listed.items())),
            kept_back={
                mark: tuple(f"{letters.get(name, '')}{row}" for name, row in cells)
                for mark, cells in sorted(self.kept_back.items())
            },
            let_through=dict(sorted(self.let_through.items())),
        )


@dataclass(slots=True)
class PersonsOut:
    """Takes persons out of the rows of a table.

    Parameters
    ----------
    kind
        The kind of sheet; a roster's own names are what it lists.
    fields
        The fields of the kind.
    said
        Marks of names of which a person said that they are bodies'.
    """

    kind: SheetKind
    fields: Mapping[str, Field]
    said: frozenset[str] = frozenset()
    found: FoundNames = field(default_factory=FoundNames)
    _names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._names = tuple(n for n, f in self.fields.items() if f.holds == "bodies")

    def take(self, row: Row) -> None:
        """Take persons out of a row's values; each is told."""
        for name in self._names:
            value = row.values.get(name)
            if isinstance(value, str):
                kept = self._kept(row, name, (value,))
                row.values[name] = kept[0] if kept else None
            elif value:
                row.values[name] = tuple(dict.fromkeys(self._kept(row, name, value)))

    def _kept(self, row: Row, name: str, texts: Iterable[str]) -> list[str]:
        kept, told = [], False
        for text in texts:
            body, person = body_in(text)
            bare = body is not None and is_person_name(body)
            if bare and row.headers.get(name, "").endswith("人"):
                body, person = None, True  # 召集人, 提出人: the header says what it is
            told |= person
            if body is not None:
                kept.append(self._mark(row, name, body) if bare else body)
        if told:
            refused = name == "subject" and not kept
            row.tell_person(name, "personal_subject" if refused else "personal_name")
        return kept

    def _mark(self, row: Row, name: str, body: str) -> str:
        """What stands for a bare name: itself where it is known to be a body's, else a mark."""
        place = row.get("community")
        if place and community_key(body) == community_key(place):
            return body  # 文昌 of 文昌社区
        key = plain(body)
        mark = name_mark(row.secret, key)
        if mark in self.said:
            self.found.let_through[mark] = body
            return body
        own = name == "name" and self.kind in _ROSTERS
        if own and (row.get("uscc") or not is_person_name(body, sure=True)):
            self.found.listed[mark] = body
            return body
        self.found.kept_back.setdefault(mark, []).append((name, row.number))
        return mark
