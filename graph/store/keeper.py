"""Keeping a database at the journal's head: opened, checked, mended, written.

What was begun and not finished is finished at the next open; a database that lost something is
made anew. Copies of what was written lie beside it, by head, so that readers need no database.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from graph.collector import collector_paused
from graph.database import schema
from graph.database.connection import Connection, shape_in
from graph.database.database import Database, Progress, shape_of, shape_of_tables
from graph.database.difference import (
    Difference,
    GraphChange,
    HeldDigests,
    difference,
    table_difference,
)
from graph.database.faults import told_errors
from graph.database.read_network import load_copy, read_network, same_tables, save_copy
from graph.disk.locks import locked, try_lock
from graph.journal.journal import Journal
from graph.model.dataset import Dataset
from graph.model.network import Network
from graph.model.wanted import WantedGraph
from graph.review.items import save_review
from graph.store.live import NONE_AT_HAND, LiveDatasets
from graph.store.migrate import migrate_home
from graph.store.outcome import ResolutionOutcome, outcome_of, save_outcome

_LITTLE = 20_000
"""Nodes and ties up to which what was written is looked up row by row."""


class Keeper:
    """The database of a home, with the copies of what it holds.

    `network` is the copy that was last read or written, in memory.
    """

    def __init__(self, home: Path, journal: Journal, connection: Connection) -> None:
        self.home, self.journal, self.connection = home, journal, connection
        self.live = LiveDatasets(journal)
        self.network: Network | None = None
        self.upgraded: GraphChange | None = None
        """What changed where the network was made by the rules of an older version."""

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One writer at a time on a home, the journal up to date, faults told as one line."""
        from neo4j.exceptions import Neo4jError

        lock = locked(self.home / "write.lock")
        with lock, told_errors(self.home, self.connection.uri), collector_paused():
            migrate_home(self.home)
            self.journal.reload()
            try:
                yield
            except Neo4jError:
                self.connection.distrust()
                raise

    def is_written(self) -> bool:
        """Whether somebody writes at this moment."""
        if not self.home.exists():
            return False
        lock = try_lock(self.home / "write.lock")
        if lock is not None:
            os.close(lock)
        return lock is None

    def open(
        self,
        progress: Progress | None,
        *,
        mend: bool = True,
        at_hand: Mapping[str, Dataset] = NONE_AT_HAND,
    ) -> Database:
        """The database, opened, checked, and brought to the journal's head.

        The caller holds the writers' lock. `at_hand` are datasets by content, in place of
        their files (an import may bring again what was damaged).
        """
        database = self.connection.open()
        if mend and not self.is_whole(database):
            self._mend(self.live.resolve(progress, at_hand=at_hand), progress)
        return self.connection.open()

    def _mend(self, wanted: WantedGraph, progress: Progress | None) -> None:
        """Finish what was left unfinished; a database that has lost something is made anew."""
        from neo4j.exceptions import Neo4jError

        database = self.open(progress, mend=False)
        self.connection.looked_through = False
        with suppress(Neo4jError):  # what can't be read or written any more
            meta = database.meta() or {}
            if meta.get("run") or database.counts_agree(shape_in(meta)):
                held = database.held(shape_in(meta))
                found = difference(wanted, held)
                is_upgrade = meta.get("head") == self.journal.head and not meta.get("run")
                if is_upgrade and meta.get("rules") != schema.rules() and found.size():
                    self.upgraded = found.change
                self.write(database, wanted, progress, found)
                # a batch of a server that hung may have come in late
                held = database.held(shape_of(wanted))
                if self.is_whole(database) and not difference(wanted, held).size():
                    return
        self.start_over(wanted, progress)

    def is_whole(self, database: Database) -> bool:
        """Whether the database reflects the journal's head, whole.

        What it says is asked each time; whether it holds what it says is counted once after it
        was opened, and after an unclean end looked up by key as well.
        """
        meta = database.meta()
        if meta is None or meta.get("run") or "shape" not in meta:
            return False
        if not self.journal.entries:
            return not meta.get("head")
        made = (meta.get("head"), meta.get("rules"))
        if made != (self.journal.head, schema.rules()):
            return False
        connection = self.connection
        if not connection.looked_through:
            connection.looked_through = self._holds_it(database, shape_in(meta))
        return connection.looked_through

    def _holds_it(self, database: Database, shape: dict[str, Any]) -> bool:
        """Whether the database holds what it says.

        The embedded one after an unclean end is read as a whole, looked up by key, and compared
        with the copy of its head where there is one; else rows are counted.
        """
        from neo4j.exceptions import Neo4jError

        embedded = self.connection.embedded
        if embedded is None:
            return database.counts_agree(shape)
        try:
            if not database.counts_agree(shape):
                return False
            if embedded.sealed:
                return True
            found = read_network(database, shape, head=self.journal.head, as_of=self.live.as_of())
            if found is None or not database.keys_are_found(shape):
                return False
        except Neo4jError:  # what is damaged may be an error to read
            return False
        kept = self.copy_of(self.journal.head)
        return kept is None or same_tables(found, kept)

    def start_over(self, wanted: WantedGraph, progress: Progress | None) -> GraphChange:
        found = difference(wanted, HeldDigests({}, {}))
        self.write(self.connection.clear(), wanted, progress, found)
        return found.change

    def differ(
        self, database: Database, wanted: WantedGraph, before: Network | None
    ) -> tuple[Difference, Network | None]:
        """What to write, and the wanted network's tables where they were made for it.

        `before` is the network that the database holds; without it the digests are read.
        """
        if before is None:
            return difference(wanted, database.held(shape_in(database.meta()))), None
        network = Network.from_wanted(wanted, as_of=None)
        return table_difference(network, before), network

    def bring(
        self, database: Database, before: Network | None, progress: Progress | None
    ) -> GraphChange:
        """Bring the database from the network before to that of the journal."""
        wanted = self.live.resolve(progress)
        found, network = self.differ(database, wanted, before)
        del before
        self.write(database, wanted, progress, found, network, consume=True)
        return found.change

    def write(
        self,
        database: Database,
        wanted: WantedGraph,
        progress: Progress | None,
        found: Difference,
        network: Network | None = None,
        *,
        consume: bool = False,
    ) -> ResolutionOutcome:
        """Bring the database to the wanted graph and to the journal's head.

        `found` is the difference, taken under the same lock, `network` the wanted graph as tables
        if they were made for it. With `consume` the wanted graph is empty afterwards, which saves
        a city's import half a gigabyte.
        """
        meta = database.meta() or {}
        head = self.journal.head
        shape = shape_of(wanted) if network is None else shape_of_tables(network)
        origin = self.journal.origin
        # both shapes until the end: what is read for the next difference must miss nothing
        both = json.dumps(_joined(shape_in(meta), shape))
        database.set_meta(run=head, shape=both, origin=origin, schema=schema.SCHEMA_VERSION)
        database.apply(wanted, found, progress)
        database.set_meta(run="", head=head, rules=schema.rules(), shape=json.dumps(shape))
        outcome = outcome_of(wanted, head)
        with suppress(OSError):  # where the disk is full it is resolved again
            save_outcome(self.home, outcome)
            save_review(self.home, head, wanted.review)
        # what little was written is looked up, a whole city is counted
        little = self.is_little(found.size())
        if database.took(wanted, found) if little else database.counts_agree(shape):
            self._keep_copy(wanted, network, consume)  # else the next reader notices
        return outcome

    def _keep_copy(self, wanted: WantedGraph, network: Network | None, consume: bool) -> None:
        """Keep the network that was written, so that readers need no database for this head.

        It is made from the wanted graph, which is what the database gives back (a test on both
        stores), a tenth of the time. `gongjian check` reads the database.
        """
        if network is None:
            network = Network.from_wanted(wanted, as_of=None, consume=consume)
        self.network = replace(network, head=self.journal.head, as_of=self.live.as_of())
        save_copy(self.home / "cache", self.network)

    def is_little(self, count: int) -> bool:
        """Whether so many rows are few enough to be compared and looked up one by one."""
        return count <= _LITTLE

    def copy_of(self, head: str) -> Network | None:
        """The copy on disk of the network at a head, if one is kept."""
        return load_copy(self.home / "cache", head)


def upgrade_notice(change: GraphChange | None) -> list[tuple[str, str]]:
    """What to tell after a network was brought to the rules of this version, zh and en."""
    if change is None:
        return []
    nodes = change.created, change.updated, change.deleted
    ties = change.ties_created, change.ties_deleted
    return [
        (
            "程序已升级，网络按新规则重新计算（各表仍按导入时的读法）："
            f"节点新增{nodes[0]}、更新{nodes[1]}、减少{nodes[2]}，关系新增{ties[0]}、减少{ties[1]}；"
            "哪些表需要重新交，见 gongjian datasets",
            "the program was upgraded and the network made anew by its rules (sheets stay as they "
            f"were read): {nodes[0]} nodes new, {nodes[1]} changed, {nodes[2]} gone; "
            f"{ties[0]} ties new, {ties[1]} gone. Which sheets to hand in again: gongjian datasets",
        )
    ]


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Labels and groups of either, for reading digests while a run is under way."""
    return {part: {**one[part], **other[part]} for part in ("nodes", "ties")}
