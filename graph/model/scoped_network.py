"""The part of a network that a reader with a scope may see."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import polars as pl

from graph.model.labels import Scope
from graph.model.network import NODE_TABLES, Network


def seen_by(network: Network, scope: Scope) -> Network:
    """The network as a reader with this scope sees it.

    Seen are the areas of the scope and those above them, everything placed in the scope, what has
    no place of its own (persons, unplaced bodies) but a tie to something seen there, the ties
    among all these, and the datasets that say so. Analyses need the whole city: a grid tied
    across the border would look detached.

    Examples
    --------
    >>> from graph.model.labels import Label
    >>> from graph.model.wanted import WantedGraph
    >>> graph = WantedGraph()
    >>> graph.nodes[Label.STREET] = {s: {"name": s, "path": f"/city/{s}/"} for s in ("a", "b")}
    >>> network = Network.from_wanted(graph, as_of=None)
    >>> seen_by(network, Scope(("/city/a/",))).areas["key"].to_list()
    ['a']
    """
    if scope.prefixes is None:
        return network
    tables: dict[str, pl.DataFrame] = {
        name: getattr(network, name) for name in NODE_TABLES if name != "datasets"
    }
    placed = {name: _placed(frame, scope) for name, frame in tables.items()}
    inside = pl.concat([frame.select("key") for frame in placed.values()])["key"].implode()
    placed["areas"] = pl.concat([placed["areas"], _above(network.areas, scope)])
    ties = network.ties
    touched = ties.filter(pl.col("start").is_in(inside) | pl.col("end").is_in(inside))
    near = pl.concat([touched["start"], touched["end"]]).unique().implode()
    for name, frame in tables.items():
        loose = frame.filter(pl.col("path").is_null()) if "path" in frame.columns else frame
        added = loose.filter(pl.col("key").is_in(near))
        tables[name] = pl.concat([placed[name], added]).unique(maintain_order=True)
        tables[name] = tables[name].sort("key", "label")
    seen = pl.concat([frame.select("key") for frame in tables.values()])["key"].implode()
    kept = ties.filter(pl.col("start").is_in(seen) & pl.col("end").is_in(seen))
    said = {_dataset(mark) for frame in (*tables.values(), kept) for mark in _evidence(frame)}
    datasets = network.datasets.filter(pl.col("key").is_in(sorted(said)))
    return replace(network, ties=kept, datasets=datasets, **cast("dict[str, Any]", tables))


def _placed(frame: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Rows placed in the scope."""
    if "path" not in frame.columns:
        return frame.clear()
    prefixes = cast("tuple[str, ...]", scope.prefixes)
    within = [pl.col("path").str.starts_with(p) for p in prefixes]
    inside = pl.any_horizontal(pl.lit(value=False), *within)  # nothing, where no area may be seen
    return frame.filter(inside.fill_null(value=False))


def _above(areas: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Areas above those of the scope."""
    codes = {
        c for p in cast("tuple[str, ...]", scope.prefixes) for c in p.strip("/").split("/")[:-1]
    }
    return areas.filter(pl.col("key").is_in(sorted(codes)))


def _evidence(frame: pl.DataFrame) -> list[str]:
    if "evidence" not in frame.columns:
        return []
    return cast("list[str]", frame["evidence"].explode().drop_nulls().to_list())


def _dataset(mark: str) -> str:
    return mark.rpartition(":")[0]
