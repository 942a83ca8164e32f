"""One database: its digests read, a difference written, what it holds counted and looked up.

Every statement takes at most 2,000 rows and about 4 MB, every managed transaction 10,000 rows. A
reader takes a graph for whole only where the `Meta` node names its head and no run is under way.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from graph.database import schema
from graph.database.difference import Difference, HeldDigests, digest, known
from graph.database.patience import Hung, in_time, patiently
from graph.model.labels import Label, TieType
from graph.model.network import NODE_TABLES, Network
from graph.model.properties import Prop
from graph.model.wanted import TieGroup, WantedGraph, WantedTie

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction

Progress = Callable[[str, int, int], None]
"""Called with the stage, what is done and what there is to do."""

Statement = tuple[str, list[dict[str, Any]]]
"""A query and its rows."""

BUCKETS = 64
META = "gongjian"
_CLOSE_SECONDS = 3.0
_KEYS_AT_ONCE = 10_000
_AT_ONCE = 2
"""Queries that the server works on at once while all is read."""

T = TypeVar("T")


class Database:
    """One database behind a driver: the shared Cypher, nothing else."""

    def __init__(self, driver: Driver, name: str | None) -> None:
        self.driver = driver
        self.name = name
        self.given_up = False
        """Whether the server hung; the driver is closed then."""

    def write(self, query: str, **params: Any) -> None:
        """One statement in one managed transaction."""
        self._write(lambda tx: _run(tx, query, params))

    def _write(self, do: Callable[[ManagedTransaction], object]) -> None:
        """One managed transaction; a MERGE that lost a race is tried once more."""
        from neo4j.exceptions import ConstraintError

        def work() -> None:
            with self.driver.session(database=self.name) as session:
                session.execute_write(do)

        for last in (False, True):
            try:
                self._patiently(work)
            except ConstraintError:
                if last:
                    raise
            else:
                return

    def read(self, query: str, **params: Any) -> list[list[Any]]:
        """Rows of a query in one managed read transaction."""

        def work() -> list[list[Any]]:
            with self.driver.session(database=self.name, fetch_size=-1) as session:
                return session.execute_read(_run, query, params)

        return self._patiently(work)

    def _patiently(self, work: Callable[[], T]) -> T:
        """A statement's value; a server that hangs is given up, and can't commit it later."""
        try:
            return patiently(work, lambda: self.driver.execute_query("RETURN 1 AS one"))
        except Hung:
            self.given_up = True
            self.close()
            raise

    def close(self) -> None:
        """Cut the connections; a server that hangs is not waited for.

        Where a statement is under way in its thread (a signal came, say) the driver can't say
        good-bye on that connection and fails with whatever; nothing depends on it any more.
        """
        with suppress(Exception):
            in_time(self.driver.close, _CLOSE_SECONDS)

    def make_schema(self) -> None:
        for statement in schema.schema_statements():
            self.write(statement)

    # ------------------------------------------------------------------ the Meta node

    def meta(self) -> dict[str, Any] | None:
        """Properties of the Meta node; None where there is none."""
        found = self.read("MATCH (n:Meta {key: $key}) RETURN properties(n) AS p", key=META)
        return dict(found[0][0]) if found else None

    def set_meta(self, **props: Any) -> None:
        self.write("MERGE (n:Meta {key: $key}) SET n += $props", key=META, props=props)

    def is_empty(self) -> bool:
        return bool(self.read("MATCH (n) RETURN count(n) AS c")[0][0] == 0)

    # ------------------------------------------------------------------ digests

    def held(self, shape: Mapping[str, Any]) -> HeldDigests:
        """Keys and digests of everything that the database says it holds."""
        held = HeldDigests({}, {})
        labels = [label for label in Label if str(label) in shape["nodes"]]
        groups = [parse_group(text) for text in shape["ties"]]
        queries = [schema.read_nodes(label, ["digest"]) for label in labels]
        queries += [schema.read_ties(group, ["digest"]) for group in groups]
        ones: list[Label | TieGroup] = [*labels, *groups]
        for one, columns in zip(ones, self.fetched(queries), strict=True):
            if isinstance(one, Label):
                held.nodes[one] = dict(zip(columns["key"], columns["digest"], strict=True))
            else:
                pairs = zip(columns["start"], columns["digest"], strict=True)
                held.ties[one] = dict(zip(columns["key"], pairs, strict=True))
        return held

    def fetched(self, queries: Sequence[str]) -> Iterator[dict[str, list[Any]]]:
        """`columns` of each query, in order; the server works on the next two meanwhile."""
        under_way: deque[Future[dict[str, list[Any]]]] = deque()
        pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="gongjian-read")
        try:
            for query in queries:
                under_way.append(pool.submit(self.columns, query))
                if len(under_way) > _AT_ONCE:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
            under_way.clear()  # else an error keeps itself, and its connections, alive

    def columns(self, query: str) -> dict[str, list[Any]]:
        """Collected columns of a query, the buckets joined."""

        def work() -> dict[str, list[Any]]:
            with self.driver.session(database=self.name, fetch_size=-1) as session:
                return session.execute_read(_collect, query)

        return self._patiently(work)

    def counts_agree(self, shape: Mapping[str, Any]) -> bool:
        """Whether as many nodes and ties are there, each with its key, as the Meta says."""
        told = Counter(dict.fromkeys(map(str, (*Label, *TieType)), 0))
        for label, group in shape["nodes"].items():
            told[label] += group["count"]
        for text, group in shape["ties"].items():
            told[str(parse_group(text)[0])] += group["count"]
        there: Counter[str] = Counter()
        with_key: Counter[str] = Counter()
        rows = self.read(schema.COUNT_ALL_TIES)
        rows += [[one, *n] for labels, *n in self.read(schema.COUNT_ALL_NODES) for one in labels]
        for name, count, keys in rows:  # of somebody else's too, which nobody asks for
            there[name] += count
            with_key[name] += keys
        return all(there[name] == with_key[name] == want for name, want in told.items())

    def took(self, wanted: WantedGraph, difference: Difference) -> bool:
        """Whether what a difference wrote is there as it was written, and what it dropped isn't.

        With all else counted at the opening, or read before it was written, that is a whole
        database.
        """
        for label, keys in difference.put_nodes.items():
            nodes = wanted.nodes[label]
            for part in _parts(keys):
                there = self.read(schema.find_digests(label), keys=part)
                if dict(map(tuple, there)) != {key: digest(nodes[key]) for key in part}:
                    return False
        for group, keys in difference.put_ties.items():
            ties = wanted.ties[group]
            for part in _parts(keys):
                rows = [{"a": ties[key].start, "key": key} for key in part]
                marks = {k: digest(ties[k].props, ties[k].start, ties[k].end) for k in part}
                if dict(map(tuple, self.read(schema.find_ties(group), rows=rows))) != marks:
                    return False
        for group, pairs in difference.drop_ties.items():
            for gone in _parts(pairs):
                rows = [{"a": start, "key": key} for start, key in gone]
                if self.read(schema.find_ties(group), rows=rows):
                    return False
        return all(
            self.read(schema.find_nodes(label), keys=part) == [[0]]
            for label, keys in difference.drop_nodes.items()
            for part in _parts(keys)
        )

    def keys_are_found(self, shape: Mapping[str, Any]) -> bool:
        """Whether every node is found by its key too: an index may have lost some."""
        for label in Label:
            if str(label) not in shape["nodes"]:
                continue
            keys = self.columns(schema.read_nodes(label, []))["key"]
            for part in _parts(keys):
                if self.read(schema.find_nodes(label), keys=part) != [[len(part)]]:
                    return False
        return True

    # ------------------------------------------------------------------ writing

    def apply(
        self, wanted: WantedGraph, difference: Difference, progress: Progress | None = None
    ) -> None:
        """Write a difference: nodes, ties, then what is gone.

        While the server works on one transaction, the next is made ready.
        """
        done, total = 0, difference.size()
        under_way: tuple[Future[None], int] | None = None
        with ThreadPoolExecutor(1, thread_name_prefix="gongjian-apply") as pool:
            try:
                for statements in _transactions(_batches(wanted, difference)):
                    if under_way is not None:
                        under_way[0].result()
                        done += under_way[1]
                    if progress is not None:
                        progress("apply", done, total)
                    size = sum(len(rows) for _, rows in statements)
                    under_way = pool.submit(self.write_together, statements), size
                if under_way is not None:
                    under_way[0].result()
            finally:
                under_way = None  # else an error keeps itself, and its connections, alive
        if progress is not None and total:
            progress("apply", total, total)

    def write_together(self, statements: Sequence[Statement]) -> None:
        """Several statements in one managed transaction: one flush to the disk for all.

        Their rows are gone afterwards: the driver's results hold them in cycles, and while the
        collector is paused a city's rows would all stay.
        """
        self._write(lambda tx: [_run(tx, query, {"rows": rows}) for query, rows in statements])
        for _, rows in statements:
            rows.clear()


def _parts(found: Sequence[T]) -> Iterator[Sequence[T]]:
    return (found[at : at + _KEYS_AT_ONCE] for at in range(0, len(found), _KEYS_AT_ONCE))


def _run(tx: ManagedTransaction, query: str, params: Mapping[str, Any]) -> list[list[Any]]:
    # every query text is made from literals and closed lists (graph.database.schema), never
    # from input
    return tx.run(query, dict(params)).values()


def _collect(tx: ManagedTransaction, query: str) -> dict[str, list[Any]]:
    result = tx.run(query)
    names = query.rpartition("RETURN ")[2].split(", ")
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for record in result:
        for name, values in zip(names, record.values(), strict=True):
            columns[name] += values
    return columns


def group_name(group: TieGroup) -> str:
    return "|".join(group)


def parse_group(text: str) -> TieGroup:
    type_, start, end = text.split("|")
    return TieType(type_), Label(start), Label(end)


def bucket(key: str) -> int:
    """One of 64 even parts by key, by which columns are collected."""
    return hashlib.blake2b(key.encode(), digest_size=1).digest()[0] % BUCKETS


def shape_of(wanted: WantedGraph) -> dict[str, Any]:
    """How many of each label and group there are, and which properties occur."""
    return {
        "nodes": {
            str(label): {
                "count": len(found),
                "props": _names(found.values()),
            }
            for label, found in sorted(wanted.nodes.items())
            if found
        },
        "ties": {
            group_name(group): {
                "count": len(found),
                "props": _names(tie.props for tie in found.values()),
            }
            for group, found in sorted(wanted.ties.items())
            if found
        },
    }


def shape_of_tables(network: Network) -> dict[str, Any]:
    """`shape_of` the wanted graph that was made into tables, a tenth of the time."""
    nodes = {
        label: told
        for table in NODE_TABLES
        for label, told in _told(getattr(network, table), ["label"], ["key"]).items()
    }
    ties = _told(network.ties, ["type", "start_label", "end_label"], ["key", "start", "end"])
    return {"nodes": dict(sorted(nodes.items())), "ties": dict(sorted(ties.items()))}


def _told(table: pl.DataFrame, by: list[str], other: list[str]) -> dict[str, Any]:
    """By group how many rows it has, and in which of the other columns anything is known."""
    names = sorted(set(table.columns) - {*by, *other})
    known = (pl.col(name).count() for name in names)
    counts = table.group_by(by).agg(pl.len().alias("\0rows"), *known)
    return {
        "|".join(row[: len(by)]): {
            "count": row[len(by)],
            "props": [n for n, c in zip(names, row[len(by) + 1 :], strict=True) if c],
        }
        for row in counts.iter_rows()
    }


def _names(rows: Iterable[Mapping[str, Prop]]) -> list[str]:
    """Properties that any row has, sorted."""
    return sorted({name for row in rows for name, v in row.items() if v or v == 0})


EMPTY_SHAPE: dict[str, Any] = {"nodes": {}, "ties": {}}


def _batches(wanted: WantedGraph, d: Difference) -> Iterator[Statement]:
    for label, keys in d.put_nodes.items():
        rows = (_node_row(key, wanted.nodes[label][key]) for key in keys)
        yield from ((schema.put_nodes(label), part) for part in _cut(rows))
    for group, keys in d.put_ties.items():
        rows = (_tie_row(key, wanted.ties[group][key]) for key in keys)
        yield from ((schema.put_ties(group), part) for part in _cut(rows))
    for group, pairs in d.drop_ties.items():
        gone = ({"a": start, "key": key} for start, key in pairs)
        yield from ((schema.drop_ties(group), part) for part in _cut(gone))
    for label, keys in d.drop_nodes.items():
        gone = ({"key": key} for key in keys)
        yield from ((schema.drop_nodes(label), part) for part in _cut(gone))


def _transactions(statements: Iterable[Statement]) -> Iterator[list[Statement]]:
    """Statements that are written together."""
    together: list[Statement] = []
    size = 0
    for query, rows in statements:
        if together and size + len(rows) > schema.TRANSACTION_ROWS:
            yield together
            together, size = [], 0
        together.append((query, rows))
        size += len(rows)
    if together:
        yield together


def _node_row(key: str, props: Mapping[str, Prop]) -> dict[str, Any]:
    stored = {**known(props), "key": key, "digest": digest(props), "bucket": bucket(key)}
    return {"key": key, "props": stored}


def _tie_row(key: str, tie: WantedTie) -> dict[str, Any]:
    mark = digest(tie.props, tie.start, tie.end)
    stored = {**known(tie.props), "key": key, "digest": mark, "bucket": bucket(key)}
    return {"key": key, "a": tie.start, "b": tie.end, "props": stored}


def _weight(row: Mapping[str, Any]) -> int:
    """About how many bytes a row takes on the wire: names of properties, texts, numbers."""
    size = 64
    for name, value in row.get("props", row).items():
        size += 10 + len(name)
        if isinstance(value, str):
            size += 3 * len(value)
        elif isinstance(value, list):
            size += sum(3 * len(text) + 3 for text in value)
    return size


def _cut(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Batches of bounded rows and bytes."""
    batch: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        weight = _weight(row)
        if batch and (len(batch) >= schema.BATCH_ROWS or size + weight > schema.BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += weight
    if batch:
        yield batch
