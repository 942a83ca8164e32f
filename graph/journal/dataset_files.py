"""Files of datasets: Parquet, a column a field, description and issues as metadata."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import polars as pl

from graph.journal.kept_rows import KeptRows, statements
from graph.model.dataset import Dataset, DatasetInfo
from graph.model.issue import Issue
from graph.model.labels import SheetKind
from graph.model.rows import STATEMENT_TYPE, PersonRow, statement_values

UNREADABLE = (OSError, pl.exceptions.PolarsError, ValueError, KeyError)
"""What reading a missing or damaged file raises."""

_DTYPES: dict[str, Any] = {
    "int": pl.Int64,
    "float": pl.Float64,
    "bool": pl.Boolean,
    "str": pl.String,
    "Day": pl.String,
    "tuple[str, ...]": pl.List(pl.String),
}


def _schema(kind: SheetKind) -> dict[str, Any]:
    return {
        f.name: _DTYPES[str(f.type).removesuffix(" | None")] for f in fields(STATEMENT_TYPE[kind])
    }


def write_dataset(path: Path, dataset: Dataset) -> None:
    """Write a dataset's file."""
    issues = json.dumps([i.model_dump(mode="json") for i in dataset.issues], ensure_ascii=False)
    metadata = {"info": dataset.info.model_dump_json(), "issues": issues}
    _frame(dataset).write_parquet(path, metadata=metadata)


def as_kept(dataset: Dataset) -> Dataset:
    """A dataset as it is once it was written and read again: people as columns."""
    make = STATEMENT_TYPE[dataset.info.kind]
    if isinstance(dataset.rows, KeptRows) or not issubclass(make, PersonRow):
        return dataset
    return Dataset(dataset.info, KeptRows(_frame(dataset), make), dataset.issues)


def _frame(dataset: Dataset) -> pl.DataFrame:
    schema = _schema(dataset.info.kind)
    rows = [statement_values(row) for row in dataset.rows]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pl.DataFrame(
        [
            pl.Series(name, [list(v) if isinstance(v, tuple) else v for v in values], dtype)
            for (name, dtype), values in zip(schema.items(), columns, strict=True)
        ]
    )


def read_info(path: Path) -> DatasetInfo:
    """What a file tells of its dataset, without the rows."""
    return _described(pl.read_parquet_metadata(path)).info


def read_dataset(path: Path) -> Dataset:
    """Read a dataset that `write_dataset` wrote; equal to what was written."""
    return read_together([path])[0]


def read_together(paths: Sequence[Path]) -> list[Dataset]:
    """Read several datasets: files of one kind at once, as opening one takes most of the time."""
    described: dict[Path, Dataset] = {}
    alike: dict[tuple[SheetKind, str], list[Path]] = defaultdict(list)
    for path in dict.fromkeys(paths):
        metadata = pl.read_parquet_metadata(path)
        described[path] = told = _described(metadata)
        # a file of an earlier version may have other columns
        alike[told.info.kind, metadata.get("ARROW:schema", "")].append(path)
    found: dict[Path, Dataset] = {}
    for (kind, _), group in alike.items():
        make = STATEMENT_TYPE[kind]
        frame = pl.read_parquet(group, glob=False, include_file_paths=_FILE)
        runs = dict(frame[_FILE].rle().struct.unnest().select("value", "len").iter_rows())
        frame = frame.drop(_FILE)
        people = issubclass(make, PersonRow)  # most of a city, and hardly ever wanted one by one
        rows = [] if people else statements(frame, make)
        at = 0
        for path in group:
            end = at + runs.get(str(path), 0)
            kept = KeptRows(frame[at:end], make) if people else tuple(rows[at:end])
            found[path] = replace(described[path], rows=kept)
            at = end
        if at != frame.height:
            raise ValueError(f"rows of {at} and not {frame.height}")
    return [found[path] for path in paths]


_FILE = "\0file"


def _described(metadata: Mapping[str, str]) -> Dataset:
    """The dataset of a file without its rows."""
    issues = tuple(Issue.model_validate(i) for i in json.loads(metadata["issues"]))
    return Dataset(DatasetInfo.model_validate_json(metadata["info"]), (), issues)
