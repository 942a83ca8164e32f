"""A city's sheets into the store and out again: import, the same again, one street changed.

Import, re-import and change go the whole way that a user waits for: spreadsheets parsed in their
own process, journal and datasets synced, the network resolved, the difference written and
flushed at each commit, the readers' copy made. The plain way beside: one MERGE a row, one record
a row, on the same database, a part of the city, quoted for the whole by its rows per second.

With --full-city the targets of the whole city hold; with a few streets they are only shown.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.bench import DAY, Bench, apart
from benchmarks.figures import Figure, Memory, memory_watched, repeated, timed
from graph.collector import collector_paused
from graph.database import schema
from graph.database.database import Database, _node_row, _tie_row, shape_of
from graph.database.read_network import load_copy, read_network
from graph.model.dataset import Dataset
from graph.model.labels import Label, SheetKind
from graph.model.network import Network
from graph.model.rows import TieRow
from graph.model.wanted import WantedGraph
from graph.store.resolving import resolve
from graph.store.store import Store
from ingest.reading.read import read_datasets

_PLAIN_ROWS = 3000


def run(bench: Bench) -> Iterator[Figure]:
    """Each of import, re-import and change once a home; reads repeated."""
    sample = bench.sample()
    home = bench.new_folder()
    store = bench.store(home)
    with store:
        with memory_watched() as memory:
            result, took = timed(lambda: _import(store, sample))
        size = f"{result['rows']:,} rows"
        full = bench.full_city
        yield Figure("import of all sheets", [took], target=180 if full else None, size=size)
        for name, seconds in result["stages"].items():
            yield Figure(f"  of it {name}", [seconds])
        again = repeated(lambda: _import(store, sample), bench.times)
        yield Figure("unchanged re-import", again, target=40 if full else None, size=size)
        network = store.network()
        rows = _rows(network)
        loaded = store.journal.load_all(store.journal.live())
        wanted = resolve(loaded)
        plain_write, plain_read = _plain(store, wanted)
        yield Figure(
            "writing the graph",
            [result["stages"]["write"]],
            plain=[rows / rate for rate in plain_write],
            plain_way=f"MERGE row by row ({_PLAIN_ROWS:,} rows, by rate)",
            size=f"{rows:,} nodes and ties",
        )
        database = store._keeper.connection.open()
        shape = shape_of(wanted)
        del wanted

        def snapshot() -> None:
            with collector_paused():  # as the store reads
                assert read_network(database, shape, head="x", as_of=DAY) is not None

        yield Figure(
            "snapshot from the store",
            repeated(snapshot, bench.times),
            target=6 if full else None,
            plain=[rows / rate for rate in plain_read],
            plain_way=f"a record a row ({_PLAIN_ROWS:,} rows, by rate)",
            size=f"{rows:,} nodes and ties",
        )
        yield Figure(
            "snapshot from the copy",
            repeated(lambda: load_copy(home / "cache", store.head), bench.times),
            target=0.5 if full else None,
        )
        sheet = max(
            (d for d in loaded if d.info.kind is SheetKind.TIES),
            key=lambda d: len(d.rows),
        )
    newer = [_changed(sheet, f"2019-0{n + 1}-15", n) for n in range(bench.times + 1)]
    first, later, changing = apart(_changes, home, bench.neo4j, newer)
    yield Figure(
        "one street's sheet changed, by a service at work (parsed already)",
        later,
        target=15 if full else None,
        size=f"{len(sheet.rows)} rows",
    )
    yield Figure("the same, first in a process: the store is opened", [first])
    for what, peak in ("import", memory), ("changes", changing):
        yield Figure(f"memory of Python, {what}", [peak.python], unit="MB", target=2000)
        if bench.neo4j is None:
            yield Figure("  with the JVM", [peak.whole], unit="MB")


def _changes(
    home: Path, neo4j: str | None, datasets: list[Dataset]
) -> tuple[float, list[float], Memory]:
    """Seconds of the first change after a start, of each later one, and memory of all."""
    with memory_watched() as memory, Store(home, uri=neo4j) as store:
        first, *later = (timed(lambda d=d: _load(store, [d]))[1] for d in datasets)  # type: ignore[misc]
    return first, later, memory


def _import(store: Store, path: Path) -> dict[str, Any]:
    """One import as the command does it; seconds by stage, told by the progress."""
    stages: dict[str, float] = {}
    last: list[Any] = ["parse", time.perf_counter()]

    def tick(stage: str, *_: int) -> None:
        name = {"keep": "write", "apply": "write", "rows": "parse", "reading": "parse"}.get(
            stage, stage
        )
        now = time.perf_counter()
        stages[last[0]] = stages.get(last[0], 0.0) + now - last[1]
        last[:] = [name, now]

    read = read_datasets([path], secret=store.pseudonym_secret, synthetic=True, progress=tick)
    tick("open")
    result = store.import_datasets(read.datasets, on=DAY, who="bench", progress=tick)
    tick("end")
    return {"rows": sum(d.rows_read for d in result.datasets), "stages": stages}


def _load(store: Store, datasets: list[Dataset]) -> object:
    return store.import_datasets(datasets, on=DAY, who="bench")


def _rows(network: Network) -> int:
    tables = (network.areas, network.actors, network.people, network.events, network.resources)
    more = (network.needs, network.funds, network.datasets, network.ties)
    return sum(t.height for t in (*tables, *more))


def _plain(store: Store, wanted: WantedGraph) -> tuple[list[float], list[float]]:
    """Rows a second of the plain way: written one by one, read a record a row."""
    database = store._keeper.connection.open()
    label = Label.MEMBER
    nodes = [_node_row(k, p) for k, p in islice(wanted.nodes[label].items(), _PLAIN_ROWS // 2)]
    group, found = max(wanted.ties.items(), key=lambda item: len(item[1]))
    ties = [_tie_row(k, t) for k, t in islice(found.items(), _PLAIN_ROWS // 2)]
    # the rows are there already: they are written over with the same values
    writes = []
    for query, rows in ((schema.put_nodes(label), nodes), (schema.put_ties(group), ties)):
        began = time.perf_counter()
        for row in rows:
            database.write(query, rows=[row])
        writes.append(len(rows) / (time.perf_counter() - began))
    reads = []
    for _ in range(2):
        began = time.perf_counter()
        got = _records(database, f"MATCH (n:{label}) RETURN n LIMIT {_PLAIN_ROWS}")
        reads.append(got / (time.perf_counter() - began))
    return writes, reads


def _records(database: Database, query: str) -> int:
    with database.driver.session(database=database.name) as session:
        return session.execute_read(lambda tx: sum(1 for record in tx.run(query) if record[0]))


def _changed(dataset: Dataset, day: str, number: int) -> Dataset:
    """A newer version of a street's sheet: a tenth of its rows have another date."""
    rows = tuple(
        replace(row, signed=day) if isinstance(row, TieRow) and n % 10 == number % 10 else row
        for n, row in enumerate(dataset.rows)
    )
    id_ = f"bench{number}:{dataset.info.sheet}"
    return Dataset(dataset.info.model_copy(update={"id": id_}), rows, dataset.issues)
