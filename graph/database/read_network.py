"""The whole network out of a database, and its copy on disk by journal head."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import polars as pl

from graph.database import schema
from graph.database.database import Database, Progress, group_name, parse_group
from graph.model.labels import Day, Label
from graph.model.network import NODE_TABLES, Network, text_lists
from graph.model.properties import NODE_PROPS, TIE_PROPS
from graph.model.wanted import TieGroup

_DTYPE: dict[type, Any] = {
    str: pl.String,
    int: pl.Int64,
    float: pl.Float64,
    bool: pl.Int8,
    list: pl.List(pl.String),
}


def read_network(
    database: Database,
    shape: Mapping[str, Any],
    *,
    head: str,
    as_of: Day | None,
    progress: Progress | None = None,
) -> Network | None:
    """Read everything by collected columns; None where fewer rows come than the shape says."""
    nodes: dict[Label, pl.DataFrame] = {}
    ties: list[pl.DataFrame] = []
    wanted: list[Label | TieGroup] = [label for label in Label if str(label) in shape["nodes"]]
    wanted += [parse_group(text) for text in shape["ties"]]
    wanted.sort(key=lambda one: -_told(shape, one)["count"])  # the long ones first
    queries = [_query(shape, one) for one in wanted]
    fetched = zip(wanted, database.fetched(queries), strict=True)
    for done, (one, columns) in enumerate(fetched):
        if len(columns["key"]) != _told(shape, one)["count"]:
            return None
        if isinstance(one, Label):
            nodes[one] = _frame(columns, NODE_PROPS[one])
        else:
            type_, start, end = one
            ties.append(
                _frame(columns, TIE_PROPS).with_columns(
                    type=pl.lit(str(type_)),
                    start_label=pl.lit(str(start)),
                    end_label=pl.lit(str(end)),
                )
            )
        if progress is not None:
            progress("snapshot", done + 1, len(wanted))
    return Network.from_columns(nodes, ties, head=head, as_of=as_of)


def _told(shape: Mapping[str, Any], one: Label | TieGroup) -> Mapping[str, Any]:
    """What a shape says of a label or a group of ties: `count` and `props`."""
    if isinstance(one, Label):
        return cast("Mapping[str, Any]", shape["nodes"][str(one)])
    return cast("Mapping[str, Any]", shape["ties"][group_name(one)])


def _query(shape: Mapping[str, Any], one: Label | TieGroup) -> str:
    props = _told(shape, one)["props"]
    if isinstance(one, Label):
        return schema.read_nodes(one, props)
    return schema.read_ties(one, props)


def same_tables(one: Network, other: Network) -> bool:
    """Whether two networks hold the same, row by row."""
    tables = (*NODE_TABLES, "ties")
    return all(getattr(one, t).equals(getattr(other, t)) for t in tables)


def hash_of(network: Network) -> str:
    """SHA-256 over all nodes and ties, sorted; of a network that holds the same it is the same."""
    told = hashlib.sha256()
    for table in NODE_TABLES:
        for row in getattr(network, table).iter_rows():
            told.update(repr(row).encode())
    for row in network.ties.sort("type", "key", "start", "end").iter_rows():
        told.update(repr(row).encode())
    return told.hexdigest()


def _frame(columns: Mapping[str, list[Any]], types: Mapping[str, type]) -> pl.DataFrame:
    """Columns as a frame, the fillers of `schema.collected` unknown again."""
    series = []
    for name, values in columns.items():
        kind = types.get(name, str)
        if kind is list:
            series.append(text_lists(name, values))
        else:
            series.append(pl.Series(name, values, _DTYPE[kind]))
    frame = pl.DataFrame(series)
    return frame.with_columns(
        _unfilled(name, types.get(name, str)) for name in frame.columns if name in types
    )


def _unfilled(name: str, kind: type) -> pl.Expr:
    column = pl.col(name)
    if kind is bool:
        return pl.when(column >= 0).then(column == 1).alias(name)
    if kind is list:
        return column  # an empty one is null already
    filler = {str: "", int: schema.ABSENT_INT, float: schema.ABSENT_FLOAT}[kind]
    return pl.when(column != filler).then(column).alias(name)


# ------------------------------------------------------------------ copies on disk


def save_copy(folder: Path, network: Network) -> None:
    """Keep a network's tables under `folder/<head>.<rules>`, and remove all else there.

    The caller holds the writers' lock. Where the disk has no room for a copy there is none, and
    readers read the database.
    """
    name = _copy_name(network.head)
    draft = folder / f".{name}.{os.getpid()}.tmp"
    with suppress(OSError, pl.exceptions.PolarsError):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        _write_tables(draft, network)
        shutil.rmtree(folder / name, ignore_errors=True)
        draft.replace(folder / name)
    for other in folder.glob("*"):  # drafts of those who were killed as well
        if other.name != name:
            shutil.rmtree(other, ignore_errors=True)


def _write_tables(draft: Path, network: Network) -> None:
    heights = {}
    for table in (*NODE_TABLES, "ties"):
        frame: pl.DataFrame = getattr(network, table)
        frame.write_parquet(draft / f"{table}.parquet", compression="lz4")
        heights[table] = frame.height
    told = {"as_of": network.as_of, "heights": heights}
    (draft / "done.json").write_text(json.dumps(told), encoding="utf-8")


def _copy_name(head: str) -> str:
    return f"{head}.{schema.rules()}"


def load_copy(folder: Path, head: str) -> Network | None:
    """The kept network of a head; None where there is none or it isn't whole."""
    kept = folder / _copy_name(head)
    try:
        told = json.loads((kept / "done.json").read_text(encoding="utf-8"))
        tables = {
            t: pl.read_parquet(kept / f"{t}.parquet", glob=False) for t in (*NODE_TABLES, "ties")
        }
        if any(frame.height != told["heights"][t] for t, frame in tables.items()):
            return None
        return Network(head=head, as_of=told["as_of"], **tables)
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
        return None
