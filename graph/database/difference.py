"""What has to be written so that a database holds a wanted graph.

Two ways to the same answer: by the digests that the database gives, which needs nothing else, and
by the tables of the network before, where its copy is kept, which asks the database nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from graph.model.labels import Label, TieType
from graph.model.network import NODE_TABLES, Network
from graph.model.properties import Prop
from graph.model.wanted import TieGroup, WantedGraph


@dataclass(slots=True)
class GraphChange:
    """What a difference did, or would do."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    ties_created: int = 0
    ties_deleted: int = 0
    entities: dict[str, int] = field(
        default_factory=lambda: {"created": 0, "updated": 0, "unchanged": 0}
    )
    """The same for nodes other than datasets."""

    def count_nodes(self, label: Label, *, total: int, put: int, created: int) -> None:
        """Add what becomes of the nodes of a label: all, those written, of these the new ones."""
        counts = {"created": created, "updated": put - created, "unchanged": total - put}
        for name, n in counts.items():
            setattr(self, name, getattr(self, name) + n)
            if label is not Label.DATASET:
                self.entities[name] += n


@dataclass(frozen=True, slots=True)
class Difference:
    """What to write so that a database holds the wanted graph."""

    put_nodes: Mapping[Label, Sequence[str]]
    drop_nodes: Mapping[Label, Sequence[str]]
    put_ties: Mapping[TieGroup, Sequence[str]]
    drop_ties: Mapping[TieGroup, Sequence[tuple[str, str]]]
    """(start, key) of each tie to drop."""
    new_nodes: Mapping[Label, int]
    """How many of those written weren't there."""
    new_ties: Mapping[TieGroup, int]
    change: GraphChange

    def size(self) -> int:
        parts: list[Mapping[Any, Sequence[Any]]] = [
            self.put_nodes,
            self.drop_nodes,
            self.put_ties,
            self.drop_ties,
        ]
        return sum(len(found) for part in parts for found in part.values())


@dataclass(slots=True)
class HeldDigests:
    """Digests of what a database holds."""

    nodes: dict[Label, dict[str, str]]
    ties: dict[TieGroup, dict[str, tuple[str, str]]]
    """Key -> (start, digest)."""


def difference(wanted: WantedGraph, held: HeldDigests) -> Difference:
    """What to write so that a database with `held` holds `wanted`.

    Examples
    --------
    >>> w = WantedGraph(nodes={Label.GRID: {"g1": {"name": "一"}, "g2": {"name": "二"}}})
    >>> d = difference(w, HeldDigests({Label.GRID: {"g1": digest({"name": "一"}), "g3": ""}}, {}))
    >>> dict(d.put_nodes), dict(d.drop_nodes)
    ({<Label.GRID: 'Grid'>: ['g2']}, {<Label.GRID: 'Grid'>: ['g3']})
    """
    change = GraphChange()
    put: dict[Label, list[str]] = {}
    drop: dict[Label, list[str]] = {}
    created: dict[Label, int] = {}
    for label in Label:
        new, old = wanted.nodes.get(label, {}), held.nodes.get(label, {})
        put[label] = sorted(k for k, props in new.items() if old.get(k) != digest(props))
        drop[label] = sorted(old.keys() - new.keys())
        created[label] = sum(k not in old for k in put[label])
        change.count_nodes(label, total=len(new), put=len(put[label]), created=created[label])
        change.deleted += len(drop[label])
    put_ties: dict[TieGroup, list[str]] = {}
    drop_ties: dict[TieGroup, list[tuple[str, str]]] = {}
    new_of: dict[TieGroup, int] = {}
    for group in sorted(wanted.ties.keys() | held.ties.keys()):
        new_ties, old_ties = wanted.ties.get(group, {}), held.ties.get(group, {})
        put_ties[group] = sorted(
            k
            for k, tie in new_ties.items()
            if k not in old_ties or old_ties[k][1] != digest(tie.props, tie.start, tie.end)
        )
        drop_ties[group] = sorted((old_ties[k][0], k) for k in old_ties.keys() - new_ties.keys())
        new_of[group] = sum(k not in old_ties for k in put_ties[group])
        change.ties_created += new_of[group]
        change.ties_deleted += len(drop_ties[group])
    return Difference(
        {k: v for k, v in put.items() if v},
        {k: v for k, v in drop.items() if v},
        {k: v for k, v in put_ties.items() if v},
        {k: v for k, v in drop_ties.items() if v},
        {k: n for k, n in created.items() if n},
        {k: n for k, n in new_of.items() if n},
        change,
    )


def table_difference(wanted: Network, held: Network) -> Difference:
    """The same as `difference`, of a network to the one that a database holds, table by table.

    Examples
    --------
    >>> w = WantedGraph(nodes={Label.GRID: {"g1": {"name": "一"}, "g2": {"name": "二"}}})
    >>> new, old = (Network.from_wanted(g, as_of=None) for g in (w, WantedGraph()))
    >>> table_difference(new, old).change.created, table_difference(new, new).change.unchanged
    (2, 2)
    """
    change = GraphChange()
    put: dict[Label, list[str]] = {}
    drop: dict[Label, list[str]] = {}
    created: dict[Label, int] = {}
    for table in NODE_TABLES:
        new, old = getattr(wanted, table), getattr(held, table)
        written, news, gone = _split(new, old, ["key", "label"])
        for key, label in written.iter_rows():
            put.setdefault(Label(label), []).append(key)
        for key, label in gone.iter_rows():
            drop.setdefault(Label(label), []).append(key)
        for (label,), part in news.group_by("label"):
            created[Label(label)] = part.height
        for label in NODE_TABLES[table]:
            change.count_nodes(
                label,
                total=new.filter(pl.col("label") == str(label)).height,
                put=len(put.get(label, ())),
                created=created.get(label, 0),
            )
            change.deleted += len(drop.get(label, ()))
    put_ties: dict[TieGroup, list[str]] = {}
    drop_ties: dict[TieGroup, list[tuple[str, str]]] = {}
    new_ties: dict[TieGroup, int] = {}
    of_type, held_of_type = _by_type(wanted.ties), _by_type(held.ties)
    none = wanted.ties.clear()
    ends = ["key", "start_label", "end_label"]
    for type_ in sorted(of_type.keys() | held_of_type.keys()):
        old = held_of_type.get(type_, none)
        written, news, gone = _split(of_type.get(type_, none), old, ends)
        for key, start_label, end_label in written.iter_rows():
            put_ties.setdefault(_group(type_, start_label, end_label), []).append(key)
        for key, *labels, start in gone.join(old.select(*ends, "start"), on=ends).iter_rows():
            drop_ties.setdefault(_group(type_, *labels), []).append((start, key))
        for (start_label, end_label), part in news.group_by(ends[1:]):
            new_ties[_group(type_, start_label, end_label)] = part.height
        change.ties_created += news.height
        change.ties_deleted += gone.height
    return Difference(
        {label: sorted(put[label]) for label in Label if label in put},
        {label: sorted(drop[label]) for label in Label if label in drop},
        {group: sorted(put_ties[group]) for group in sorted(put_ties)},
        {group: sorted(drop_ties[group]) for group in sorted(drop_ties)},
        created,
        new_ties,
        change,
    )


def _group(type_: str, start: str, end: str) -> TieGroup:
    return TieType(type_), Label(start), Label(end)


def _split(
    new: pl.DataFrame, old: pl.DataFrame, on: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Of two tables the rows that are new or other, of these the new ones, and those gone."""
    if new.equals(old):  # most of a city, most of the time
        nothing = new.select(on).clear()
        return nothing, nothing, nothing
    here = new.select(on).with_row_index("here")
    there = old.select(on).with_row_index("there")
    news, gone = here.join(there, on=on, how="anti"), there.join(here, on=on, how="anti")
    both = here.join(there, on=on, how="inner")
    other = pl.Series([False]).new_from_index(0, both.height)
    for name in new.columns:
        if name not in on:
            a, b = new[name].gather(both["here"]), old[name].gather(both["there"])
            other |= a.ne_missing(b)
    written = pl.concat([both.filter(other).select(on), news.select(on)])
    return written, news.select(on), gone.select(on)


def _by_type(ties: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Ties of each type; they are sorted by it, so that each is a slice."""
    runs = ties["type"].rle().struct.unnest()
    ends = runs["len"].cum_sum()
    return {
        str(type_): ties[end - count : end]
        for type_, count, end in zip(runs["value"], runs["len"], ends, strict=True)
    }


def known(props: Mapping[str, Prop]) -> dict[str, Prop]:
    """Properties as they are stored: without unknown ones, empty texts and empty lists."""
    return {k: v for k, v in props.items() if v or v == 0}


def digest(props: Mapping[str, Prop], *ends: str) -> str:
    """16 hex digits over what is stored of a node or tie."""
    told = repr(([(k, v) for k, v in sorted(props.items()) if v or v == 0], ends))
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
