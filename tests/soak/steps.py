"""A home's life in steps, each done by a process that may be killed: import, replace, decide,
retract, rebuild.

    python -m tests.soak.steps HOME STEP [STEP ...]

does the steps and says `begin N` before and `done N` after each, the latter only once the store
has acknowledged it. `GONGJIAN_SOAK_URI` names a Neo4j in place of the embedded database.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from graph.database import schema
from graph.model.dataset import Dataset
from graph.model.decision import Decision
from graph.model.labels import SheetKind
from graph.model.rows import MemberRow, TieRow, UnitRow
from graph.store.store import Store
from tests.graph.resolve.test_resolve import DIVISIONS, areas, dataset, divisions, ties, units

DAY = "2019-08-01"
URI = "GONGJIAN_SOAK_URI"
BATCH = 40
"""Rows of a transaction: small, so that a step has many moments at which it may be killed."""

_PLACES = [row[3] for row in DIVISIONS]


def _renamed(sheet: Dataset, id: str) -> Dataset:
    return Dataset(sheet.info.model_copy(update={"id": id}), sheet.rows)


def _units(count: int, first: int = 0) -> Dataset:
    rows = (
        UnitRow(row=n + 3, name=f"第{n}单位", community=_PLACES[n % len(_PLACES)], employees=n)
        for n in range(first, first + count)
    )
    return _renamed(units(*rows), f"units-{first}-{count}:s")


def _ties(count: int, first: int, month: str) -> Dataset:
    rows = (
        TieRow(
            row=n + 3,
            subject=f"第{n}单位",
            community=_PLACES[n % len(_PLACES)],
            signed=f"2019-{month}-01",
        )
        for n in range(first, first + count)
    )
    return _renamed(ties(*rows), f"ties-{first}-{month}:s")


def _members(count: int) -> Dataset:
    rows = (
        MemberRow(row=n + 3, id_key=f"k{n}", community=_PLACES[n % len(_PLACES)], hours=1.5)
        for n in range(count)
    )
    return dataset("members", SheetKind.MEMBERS, *rows)


def _put(*sheets: Dataset) -> Callable[[Store], None]:
    def step(store: Store) -> None:
        store.import_datasets(sheets, on=DAY, who="soak")

    return step


def _decide(key: str, value: dict[str, int] | None) -> Callable[[Store], None]:
    def step(store: Store) -> None:
        decision = Decision(kind="layout", key=key, value=value, on=DAY, who="soak")
        store.decide([decision])

    return step


def _retract(id: str) -> Callable[[Store], None]:
    def step(store: Store) -> None:
        live = {r.entry.dataset for r in store.journal.recorded() if r.live or r.replaced_by}
        if id in live:  # done already, where the step is done again
            store.retract(id, on=DAY, who="soak")

    return step


def _rebuild(store: Store) -> None:
    store.rebuild()


STEPS: Sequence[tuple[str, Callable[[Store], None]]] = (
    ("import", _put(divisions(), areas())),
    ("import", _put(_units(120))),
    ("import", _put(_ties(120, 0, "03"), _members(80))),
    ("replace", _put(_ties(100, 20, "07"))),
    ("decide", _decide("a", {"n": 1})),
    ("rebuild", _rebuild),
    ("retract", _retract("ties-20-07:s")),
    ("replace", _put(_units(100, 60), _ties(90, 40, "08"))),
    ("decide", _decide("a", None)),
    ("retract", _retract("members:s")),
)


def opened(home: Path, uri: str | None) -> Store:
    """The home's store: on a Neo4j, else embedded."""
    password = os.environ.get("GONGJIAN_TEST_NEO4J_PASSWORD")
    user = os.environ.get("GONGJIAN_TEST_NEO4J_USER", "neo4j")
    return Store(home, uri=uri, auth=(user, password) if uri and password else None)


def main(arguments: Sequence[str]) -> int:
    """Do the steps that are named, telling each."""
    schema.BATCH_ROWS = BATCH
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with opened(Path(arguments[0]), os.environ.get(URI)) as store:
        store.graph_hash()  # opens and mends the database
        for number in map(int, arguments[1:]):
            print(f"begin {number}", flush=True)
            STEPS[number][1](store)
            print(f"done {number}", flush=True)
    return 0


__all__ = ["BATCH", "STEPS", "URI", "main", "opened"]

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
