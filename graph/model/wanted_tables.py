"""Nodes and ties of a wanted graph kept as columns: most of a city's people.

They read like the dictionaries that they stand for, one row made at a time, so that whoever goes
through a wanted graph needs to know nothing of them; whoever makes tables of it takes the columns.
"""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import ItemsView, Iterator, Mapping, Sequence, ValuesView
from functools import cached_property
from itertools import chain
from typing import Any, Generic, TypeVar

import polars as pl

from graph.model.properties import Prop
from graph.model.wanted import WantedTie

T = TypeVar("T")


class _Table(Mapping[str, T], Generic[T]):
    """Rows by key: those of a frame with the column `key`, then those of a dictionary."""

    def __init__(self, frame: pl.DataFrame, rest: Mapping[str, T]) -> None:
        self.frame = frame
        self.rest = rest

    @abstractmethod
    def _made(self, names: Sequence[str], values: Sequence[Any]) -> T:
        """One row of the frame, without its key."""

    @cached_property
    def _at(self) -> dict[str, int]:
        return {key: at for at, key in enumerate(self.frame["key"])}

    def __len__(self) -> int:
        return self.frame.height + len(self.rest)

    def __iter__(self) -> Iterator[str]:
        return chain(self.frame["key"], self.rest)

    def __contains__(self, key: object) -> bool:
        return key in self.rest or key in self._at

    def __getitem__(self, key: str) -> T:
        if key in self.rest:
            return self.rest[key]
        names, values = self.frame.columns, self.frame.row(self._at[key])
        return self._made(names[1:], values[1:])

    def pairs(self) -> Iterator[tuple[str, T]]:
        """Keys and rows, in the order of the keys as they come."""
        names = self.frame.columns[1:]
        for key, *values in self.frame.iter_rows():
            yield key, self._made(names, values)
        yield from self.rest.items()

    def items(self) -> ItemsView[str, T]:
        return _Items(self)

    def values(self) -> ValuesView[T]:
        return _Values(self)


class _Items(ItemsView[str, T]):
    _mapping: _Table[T]

    def __iter__(self) -> Iterator[tuple[str, T]]:
        return self._mapping.pairs()


class _Values(ValuesView[T]):
    _mapping: _Table[T]

    def __iter__(self) -> Iterator[T]:
        return (row for _, row in self._mapping.pairs())


class NodeTable(_Table[dict[str, Prop]]):
    """Nodes of a label: `key`, then properties; a null is no property.

    Examples
    --------
    >>> t = NodeTable(pl.DataFrame({"key": ["a"], "last_service": [None]}), {"b": {"roles": ["x"]}})
    >>> dict(t), len(t), t["b"]
    ({'a': {}, 'b': {'roles': ['x']}}, 2, {'roles': ['x']})
    """

    def _made(self, names: Sequence[str], values: Sequence[Any]) -> dict[str, Prop]:
        return {n: v for n, v in zip(names, values, strict=True) if v is not None}


class TieTable(_Table[WantedTie]):
    """Ties of a group: `key`, `start`, `end`, then properties; a null is no property."""

    def _made(self, names: Sequence[str], values: Sequence[Any]) -> WantedTie:
        props = {n: v for n, v in zip(names[2:], values[2:], strict=True) if v is not None}
        return WantedTie(values[0], values[1], props)


def short_digest(text: str) -> str:
    """20 hex digits over what a tie or an event is: type, ends and what is stated of it."""
    return hashlib.sha256(text.encode()).hexdigest()[:20]
