"""What an import says it did: the JSON of `gongjian import`, and how rows are compared."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import zip_longest
from typing import Any

from pydantic import BaseModel, ConfigDict

from graph.model.dataset import Dataset, DatasetInfo
from graph.model.issue import Issue
from graph.model.labels import Day
from graph.model.receipt import Receipt
from graph.model.rows import (
    ActivityRow,
    EventRow,
    FundRow,
    PersonRow,
    Statement,
    TieRow,
    statement_values,
)
from graph.model.sheet_guess import SheetGuess, SheetQuestion
from graph.store.effect import ImportEffect

DIFFERENCE_SHOWN = 200
"""Rows listed at most of each kind of difference; the counts are of all."""


class ChangedRow(BaseModel):
    """A row about the same subject that says something else."""

    model_config = ConfigDict(frozen=True)

    row: int
    before: int
    """Its row in the sheet that is replaced."""
    columns: tuple[str, ...]
    """Headers of the columns that differ; a person's identity is one, without a header."""


class RowsDifference(BaseModel):
    """Rows of a newer sheet against the one that it replaces."""

    model_config = ConfigDict(frozen=True)

    new: tuple[int, ...]
    """Row numbers of this sheet."""
    gone: tuple[int, ...]
    """Row numbers of the sheet that is replaced."""
    changed: tuple[ChangedRow, ...]


class ImportedDataset(BaseModel):
    """What became of one table: rows_read = added + changed + unchanged + rejected."""

    model_config = ConfigDict(frozen=True)

    id: str
    file: str
    sheet: str
    kind: str
    area: str | None
    """The text that gave the sheet its scope, if any."""
    rows_read: int
    rows_added: int
    rows_changed: int
    rows_unchanged: int
    rows_rejected: int
    rows_gone: int
    """Rows of the sheet that this one replaces which it doesn't have any more."""
    rows_waiting: int = 0
    """Rows that are kept but wait for a place or a decision."""
    replaces: str | None
    columns_dropped: tuple[str, ...]
    difference: RowsDifference | None = None
    """Which rows differ from those of the sheet that it takes the place of; None where there is
    none."""
    guess: SheetGuess | None = None
    """What the sheet was taken for, and why."""


class DatasetRecord(BaseModel):
    """One imported dataset and what became of it: the line of `gongjian datasets` and of the
    API's list.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    file: str
    sheet: str
    kind: str
    series: str
    rows_read: int
    rows_rejected: int
    waiting: int
    """Rows that are kept but wait for a place or a decision."""
    imported_on: Day
    who: str
    reported_on: Day | None
    complete: bool
    synthetic: bool
    live: bool
    replaced_by: str | None
    """The newer sheet of the same series that counts in its place."""
    read_before: bool = False
    """Whether an older version of the program read it, which may have read it otherwise; handed in
    again, it is read anew.
    """


@dataclass(frozen=True, slots=True)
class DatasetStatus:
    """An imported dataset and what became of it."""

    info: DatasetInfo
    imported_on: Day
    who: str
    live: bool
    replaced_by: str | None
    """The newer sheet of the same series that counts in its place."""
    waiting: int
    """Rows that are kept but wait for a place or a decision."""
    read_before: bool = False

    def record(self) -> DatasetRecord:
        """The dataset as lists show it."""
        info = self.info
        return DatasetRecord(
            id=info.id,
            file=info.file,
            sheet=info.sheet,
            kind=str(info.kind),
            series=info.series,
            rows_read=info.rows_read,
            rows_rejected=info.rows_rejected,
            waiting=self.waiting,
            imported_on=self.imported_on,
            who=self.who,
            reported_on=info.reported_on,
            complete=info.complete,
            synthetic=info.synthetic,
            live=self.live,
            replaced_by=self.replaced_by,
            read_before=self.read_before,
        )


class Entities(BaseModel):
    """Nodes of the network besides datasets, before and after."""

    model_config = ConfigDict(frozen=True)

    created: int
    updated: int
    unchanged: int
    merged: int
    to_review: int


class ImportResult(BaseModel):
    """Result of an import."""

    model_config = ConfigDict(frozen=True)

    datasets: tuple[ImportedDataset, ...]
    issues: tuple[Issue, ...]
    entities: Entities
    effect: ImportEffect | None = None
    """What the network would gain and lose; of a dry run only."""
    questions: tuple[SheetQuestion, ...] = ()
    """Sheets that weren't read because their kind or columns couldn't be told."""
    waiting_elsewhere: int = 0
    """Rows of other sheets that counted before and now wait."""
    receipts: tuple[Receipt, ...] = ()
    """What became of each cell and row of each table, and what looks odd."""

    @property
    def stopped(self) -> tuple[Receipt, ...]:
        """Tables that were left out because of a grave sign that nobody answered."""
        return tuple(r for r in self.receipts if r.stopped)


class ChangeResult(BaseModel):
    """Result of a retraction or a rebuild."""

    model_config = ConfigDict(frozen=True)

    nodes_created: int
    nodes_updated: int
    nodes_unchanged: int
    nodes_deleted: int
    ties_created: int
    ties_deleted: int
    live_again: str | None = None
    """The older sheet of the series that counts again."""


def compared(dataset: Dataset, before: Dataset | None, *, replaces: str | None) -> ImportedDataset:
    """Compare a dataset's rows with those of the dataset it takes the place of.

    The same content in whatever row is unchanged; the same subject (name or code, person, both
    ends of a tie) with other content is changed; the rest is added.
    """
    if before is dataset:
        return _all_unchanged(dataset)
    old_rows = _by_row(before) if before else []
    old = row_contents(before) if before else Counter()
    fresh: list[list[Statement]] = []
    unchanged = 0
    for row in _by_row(dataset):
        content = _content(row)
        if old[content] > 0:
            old[content] -= 1
            unchanged += 1
        else:
            fresh.append(row)
    left: dict[Any, deque[list[Statement]]] = defaultdict(deque)
    for row in old_rows:
        if old[_content(row)] > 0:
            old[_content(row)] -= 1
            left[_subject(row[0])].append(row)
    added: list[int] = []
    pairs: list[tuple[list[Statement], list[Statement]]] = []
    for row in fresh:
        found = left.get(_subject(row[0]))
        if found:
            pairs.append((row, found.popleft()))
        else:
            added.append(row[0].row)
    gone = sorted(row[0].row for rows in left.values() for row in rows)
    changed = len(pairs)
    difference = None
    if before is not None and before.info.id != dataset.info.id:
        difference = RowsDifference(
            new=tuple(added[:DIFFERENCE_SHOWN]),
            gone=tuple(gone[:DIFFERENCE_SHOWN]),
            changed=tuple(
                ChangedRow(
                    row=row[0].row, before=was[0].row, columns=_columns(dataset.info, row, was)
                )
                for row, was in pairs[:DIFFERENCE_SHOWN]
            ),
        )
    return _told(
        dataset.info,
        rows_added=len(fresh) - changed,
        rows_changed=changed,
        rows_unchanged=unchanged,
        rows_gone=len(gone),
        replaces=replaces,
        difference=difference,
    )


def _all_unchanged(dataset: Dataset) -> ImportedDataset:
    rows = len({row.row for row in dataset.rows})
    counts = {"rows_added": 0, "rows_changed": 0, "rows_gone": 0}
    return _told(dataset.info, rows_unchanged=rows, replaces=None, **counts)


def _told(info: DatasetInfo, **counts: Any) -> ImportedDataset:
    return ImportedDataset(
        id=info.id,
        file=info.file,
        sheet=info.sheet,
        kind=str(info.kind),
        area=info.scope[0] if info.scope else None,
        rows_read=info.rows_read,
        rows_rejected=info.rows_rejected,
        columns_dropped=info.columns_dropped,
        **counts,
    )


def _columns(
    info: DatasetInfo, row: Sequence[Statement], was: Sequence[Statement]
) -> tuple[str, ...]:
    """Headers of the fields in which two rows differ."""
    names: dict[str, None] = {}
    for one, other in zip_longest(row, was):
        if one is None or other is None:
            names["object"] = None  # one of them names more bodies or places
            continue
        for f in fields(one)[1:]:
            if getattr(one, f.name) != getattr(other, f.name, None):
                names[f.name] = None
    headers = [info.columns[n].header if n in info.columns else _WORDS.get(n, n) for n in names]
    return tuple(dict.fromkeys(headers))


_WORDS = {"id_key": "身份", "phone_key": "身份", "unit_key": "身份"}


def _by_row(dataset: Dataset) -> list[list[Statement]]:
    """Statements by the row that they come from: a row that names two bodies gives two."""
    rows: dict[int, list[Statement]] = {}
    for statement in dataset.rows:
        rows.setdefault(statement.row, []).append(statement)
    return list(rows.values())


RowContent = tuple[Any, ...]
"""What a row says, without its number."""


def row_contents(dataset: Dataset) -> Counter[RowContent]:
    """The rows of a dataset by what they say."""
    return Counter(_content(row) for row in _by_row(dataset))


def _content(row: Sequence[Statement]) -> RowContent:
    return tuple(statement_values(statement)[1:] for statement in row)


def _subject(row: Statement) -> tuple[Any, ...]:
    """What a row is about, whatever it says of it."""
    place = (row.community_code or row.community, row.grid_code or row.grid)
    if isinstance(row, TieRow):
        return (row.subject_uscc or row.subject, row.object, *place, row.mechanism)
    if isinstance(row, PersonRow):
        return (row.id_key or row.phone_key or row.unit_key,)
    if isinstance(row, EventRow | FundRow):
        when = row.date if isinstance(row, ActivityRow) else getattr(row, "year", None)
        return (row.name, row.kind, when, *getattr(row, "where", ()), *place)
    name: str | None = getattr(row, "name", None)
    if name is None:
        return (row.street_code or row.street, *place)
    return (getattr(row, "uscc", None) or name, *place)


def in_order(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Issues by where they are: file, sheet, row, cell."""
    return tuple(
        sorted(
            issues,
            key=lambda i: (i.file, i.sheet, i.row or 0, i.cell or "", i.code, i.value_shown or ""),
        )
    )
