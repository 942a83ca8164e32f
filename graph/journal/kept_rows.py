"""Rows of a kept dataset, as columns until somebody wants them one by one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, fields
from types import UnionType
from typing import Any, TypeVar, overload

import numpy as np
import polars as pl

from graph.model.dataset import Dataset, DatasetInfo
from graph.model.rows import Statement

S = TypeVar("S", bound=Any)
R = TypeVar("R", bound=Statement)


class KeptRows(Sequence[Statement]):
    """The statements of a kept dataset; made at their first use and equal to the same in a tuple.

    Attributes
    ----------
    frame
        A row a statement, a column a field.
    make
        Class of the statements.

    Raises
    ------
    KeyError
        If a column is missing whose field has no default.
    """

    def __init__(self, frame: pl.DataFrame, make: type[Statement]) -> None:
        for field in fields(make):
            if field.name not in frame.columns and field.default is MISSING:
                raise KeyError(field.name)
        self.frame = frame
        self.make = make
        self._made: tuple[Statement, ...] | None = None

    def _all(self) -> tuple[Statement, ...]:
        if self._made is None:
            self._made = tuple(statements(self.frame, self.make))
        return self._made

    def __len__(self) -> int:
        return self.frame.height

    def __iter__(self) -> Iterator[Statement]:
        return iter(self._all())

    @overload
    def __getitem__(self, at: int) -> Statement: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Statement]: ...
    def __getitem__(self, at: int | slice) -> Statement | Sequence[Statement]:
        return self._all()[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (KeptRows, tuple)) and self._all() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._all())


def in_row_order(dataset: Dataset) -> Dataset:
    """The dataset without its issues, its rows in the order of the sheet."""
    rows = dataset.rows
    if not isinstance(rows, KeptRows):
        return Dataset(dataset.info, tuple(sorted(rows, key=lambda row: row.row)))
    if not rows.frame["row"].is_sorted():
        rows = KeptRows(rows.frame.sort("row", maintain_order=True), rows.make)
    return Dataset(dataset.info, rows)


def rows_of(
    datasets: Sequence[Dataset], type_: type[S] | UnionType
) -> Iterator[tuple[DatasetInfo, S]]:
    """Every row of a type, or of one of several, with what is known of its dataset."""
    for dataset in datasets:
        rows = dataset.rows
        if isinstance(rows, KeptRows) and not issubclass(rows.make, type_):
            continue
        for row in rows:
            if isinstance(row, type_):
                yield dataset.info, row


def rows_having(
    datasets: Sequence[Dataset], make: type[R], field: str
) -> Iterator[tuple[DatasetInfo, R]]:
    """Every row of a type in which a field is known; kept ones are looked through together."""
    parts = []
    for number, dataset in enumerate(datasets):
        rows = dataset.rows
        if not isinstance(rows, KeptRows):
            found = (row for row in rows if isinstance(row, make))
            yield from ((dataset.info, row) for row in found if getattr(row, field) is not None)
        elif issubclass(rows.make, make) and field in rows.frame.columns:
            parts.append((number, rows.frame))
    if parts:
        frame, numbers = stacked(parts)
        frame = frame.with_columns(numbers).filter(pl.col(field).is_not_null())
        for number, row in zip(frame[numbers.name], statements(frame, make), strict=True):
            yield datasets[number].info, row


def stacked(parts: Sequence[tuple[int, pl.DataFrame]]) -> tuple[pl.DataFrame, pl.Series]:
    """Numbered frames as one, and of each row the number of its frame, named `dataset`."""
    numbers = np.repeat([n for n, _ in parts], [frame.height for _, frame in parts])
    frame = pl.concat([frame for _, frame in parts], how="diagonal_relaxed")
    return frame, pl.Series("dataset", numbers, pl.Int64)


def statements(frame: pl.DataFrame, make: type[R]) -> list[R]:
    """A statement a row. A field that came later has its default, one that is no more is left out.

    The fields are set column by column through their slots: statements have no rules of their
    own, and calling the class for each of a city's 300,000 rows takes ten times as long.

    Raises
    ------
    KeyError
        If a column is missing whose field has no default.
    """
    rows = [make.__new__(make) for _ in range(frame.height)]
    columns = {column.name: column for column in frame.get_columns()}
    for field in fields(make):
        if (column := columns.get(field.name)) is not None:
            values = column.to_list()
            if column.dtype == pl.List:
                values = [tuple(v) for v in values]
        elif field.default is not MISSING:
            values = [field.default] * len(rows)
        else:
            raise KeyError(field.name)
        deque(map(getattr(make, field.name).__set__, rows, values), maxlen=0)
    return rows
