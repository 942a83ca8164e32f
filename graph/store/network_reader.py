"""The network of a home as readers see it: from memory, from a copy, or from the database."""

from __future__ import annotations

from graph.database.connection import shape_in
from graph.database.database import Progress
from graph.database.faults import told_errors
from graph.database.read_network import read_network, save_copy
from graph.journal.journal import EMPTY_HEAD
from graph.model.errors import StoreError
from graph.model.network import Network
from graph.model.wanted import WantedGraph
from graph.store.keeper import Keeper


class NetworkReader:
    """Reads the network at the journal's head, and keeps it by head."""

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper

    def newest(self, progress: Progress | None) -> Network:
        """The whole network at the journal's head, or, while somebody writes, the one before."""
        keeper = self.keeper
        head = keeper.journal.head
        if keeper.network is None or keeper.network.head != head:
            keeper.network = keeper.copy_of(head) or self._older(head) or self._read(progress)
        return keeper.network

    def _older(self, head: str) -> Network | None:
        """While somebody writes, the newest finished network before `head`, if one is kept."""
        if not self.keeper.is_written():
            return None
        if (found := self.keeper.copy_of(head)) is not None:
            return found  # finished meanwhile
        kept = self.keeper.network
        for before in reversed(self.keeper.journal.heads):
            if kept is not None and kept.head == before:
                return kept
            if (found := self.keeper.copy_of(before)) is not None:
                return found
        return None

    def _read(self, progress: Progress | None) -> Network:
        if not self.keeper.journal.entries:
            # a wrong address is told, though there is nothing to read
            if self.keeper.connection.kind == "neo4j":
                with told_errors(self.keeper.home, self.keeper.connection.uri):
                    self.keeper.open(progress)
            return Network.from_wanted(WantedGraph(), head=EMPTY_HEAD, as_of=None)
        with self.keeper.changing():
            # whoever was writing may have left a copy meanwhile
            found = self.keeper.copy_of(self.keeper.journal.head)
            if found is None:
                found = self.read_database(progress)
                save_copy(self.keeper.home / "cache", found)
        return found

    def read_database(self, progress: Progress | None) -> Network:
        """Read the database; one that gives fewer rows than it says is made anew, once.

        Nobody may write meanwhile: the caller holds the writers' lock, so what is found
        unfinished here was left by a process that is no more.
        """
        from neo4j.exceptions import Neo4jError

        for again in (False, True):
            database = self.keeper.open(progress)
            meta = database.meta() or {}
            network = None
            try:
                network = read_network(
                    database,
                    shape_in(meta),
                    head=self.keeper.journal.head,
                    as_of=self.keeper.live.as_of(),
                    progress=progress,
                )
            except Neo4jError:
                if self.keeper.connection.embedded is None:
                    raise
            if network is not None and meta.get("head") == self.keeper.journal.head:
                return network
            if not again:
                self.keeper.start_over(self.keeper.live.resolve(progress), progress)
        raise StoreError(
            "数据库内容不完整，重建后仍读不全；请检查磁盘",
            "the database stays incomplete after a rebuild; check the disk",
        )
