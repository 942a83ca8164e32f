"""Names that were kept back because they may be persons': put in again where they are bodies'.

Such a name stands in a dataset's rows as a mark that only the deployment's key can make. It is a
body's where a roster lists a body of that mark; nothing else tells what it was. A name that a
person let through stands in the rows itself, and is taken out again once that is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import ascii_uppercase
from typing import Any

import polars as pl

from graph.journal.kept_rows import KeptRows
from graph.model.dataset import Dataset, DatasetInfo, ShortNames
from graph.model.issue import Issue
from graph.model.issues import make_issue
from graph.model.rows import (
    NeedRow,
    OrganizationRow,
    SocialOrganizationRow,
    Statement,
    TieRow,
    UnitRow,
)

_CELLS_TOLD = 12
_MUST_HAVE: dict[type[Statement], tuple[str, ...]] = {
    TieRow: ("subject", "object"),
    OrganizationRow: ("name",),
    UnitRow: ("name",),
    SocialOrganizationRow: ("name",),
}
"""Fields without which a row says something else, or nothing."""


@dataclass(slots=True)
class RevealedNames:
    """Datasets with the names that are known to be bodies', and what is still kept back."""

    datasets: list[Dataset] = field(default_factory=list)
    kept_back: list[tuple[DatasetInfo, dict[str, tuple[str, ...]]]] = field(default_factory=list)
    """Of each table: mark -> cells."""
    waiting: set[tuple[str, int]] = field(default_factory=set)
    """Dataset and row of rows that can't count without the name."""

    def issues(self, persons: frozenset[str]) -> list[Issue]:
        """One issue a table; `persons` are marks of which a person said that they are persons'."""
        told = []
        for info, found in self.kept_back:
            cells = [c for mark in found if mark not in persons for c in found[mark]]
            if cells:
                rows = {cell.lstrip(ascii_uppercase) for cell in cells}
                told.append(
                    make_issue(
                        "names_kept_back",
                        file=info.file,
                        sheet=info.sheet,
                        count=sum(mark not in persons for mark in found),
                        rows=len(rows),
                        cells=cells_told(cells),
                    )
                )
        return told


def cells_told(cells: Sequence[str]) -> str:
    """The first of some cells, for a message.

    Examples
    --------
    >>> cells_told(["C5", "C9"])
    'C5、C9'
    """
    return "、".join(cells[:_CELLS_TOLD]) + ("…" if len(cells) > _CELLS_TOLD else "")


def reveal_names(datasets: Sequence[Dataset], said: frozenset[str]) -> RevealedNames:
    """Put names that are bodies' in the place of their marks.

    Parameters
    ----------
    said
        Marks of names of which a person said that they are bodies'.
    """
    known: dict[str, str] = {}
    for dataset in datasets:
        if dataset.info.short_names:
            known |= dataset.info.short_names.listed
    found = RevealedNames()
    for dataset in datasets:
        names = dataset.info.short_names
        if names is None or not (names.kept_back or names.let_through):
            found.datasets.append(dataset)
            continue
        marks = _meaning(names, known, said)
        cells = {m: c for m, c in names.kept_back.items() if m not in known}
        cells |= {m: () for m in names.let_through if m not in known and m not in said}
        if cells:
            found.kept_back.append((dataset.info, dict(sorted(cells.items()))))
        found.datasets.append(_with_names(dataset, marks, found.waiting) if marks else dataset)
    return found


def _meaning(
    names: ShortNames, known: Mapping[str, str], said: frozenset[str]
) -> dict[str, str | None]:
    """What the marks, and names that were let through, stand for."""
    meant: dict[str, str | None] = {mark: known.get(mark) for mark in names.kept_back}
    for mark, name in names.let_through.items():
        if mark not in known and mark not in said:
            meant[name] = None
    return meant


def _with_names(
    dataset: Dataset, meant: Mapping[str, str | None], waiting: set[tuple[str, int]]
) -> Dataset:
    rows = dataset.rows
    if isinstance(rows, KeptRows) and rows.make not in _MUST_HAVE:
        frame = rows.frame
        texts = [c for c in ("employer", "team") if c in frame.columns]
        if texts:
            names = pl.Series(list(meant.values()), dtype=pl.String)
            new = frame.with_columns(pl.col(c).replace(list(meant), names) for c in texts)
            return replace(dataset, rows=KeptRows(new, rows.make))
    kept = []
    for row in rows:
        named = _named(row, meant)
        if named is None:
            waiting.add((dataset.info.id, row.row))
        else:
            kept.append(named)
    return replace(dataset, rows=tuple(kept))


def _named(row: Statement, meant: Mapping[str, str | None]) -> Statement | None:
    """The row with its names; None where it waits for one of them."""
    changed: dict[str, Any] = {}
    for name in row.__dataclass_fields__:
        value = getattr(row, name)
        if isinstance(value, str) and value in meant:
            changed[name] = meant[value]
        elif isinstance(value, tuple) and any(v in meant for v in value):
            changed[name] = tuple(t for v in value if (t := meant.get(v, v)) is not None)
    if not changed:
        return row
    if any(changed.get(name, "") is None for name in _MUST_HAVE.get(type(row), ())):
        return None
    if isinstance(row, NeedRow) and changed.get("requester", "") is None and not _placed(row):
        return None
    return replace(row, **changed)


def _placed(row: Statement) -> bool:
    return any((row.grid, row.grid_code, row.community, row.community_code, row.street))
