"""Fakes that behave: a store in memory that can be told to fail, to hang, and to change."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from graph.errors import StoreUnavailable
from graph.import_result import ChangeResult
from graph.model import UNRESTRICTED, DatasetInfo, Decision, DecisionKind, Scope
from graph.network import Network
from graph.store import DatasetStatus


class FakeStore:
    """Gives one network, as `graph.store.Store` does, without a home.

    Attributes
    ----------
    down
        Reading fails at once.
    hung
        Reading waits until `wake` is set.
    reads
        How often the network was read.
    """

    def __init__(self, network: Network, infos: Sequence[DatasetInfo] = ()) -> None:
        self._network = network
        self._infos = infos
        self.down = False
        self.hung = False
        self.wake = threading.Event()
        self.reads = 0
        self.decided: dict[tuple[str, str], Decision] = {}

    @property
    def head(self) -> str:
        return self._network.head

    def network(self, scope: Scope = UNRESTRICTED) -> Network:
        self.reads += 1
        if self.down:
            raise StoreUnavailable(
                "连不上数据库；请检查它是否在运行", "the database can't be reached"
            )
        if self.hung:
            self.wake.wait(30)
        return self._network

    def datasets(self, scope: Scope = UNRESTRICTED) -> list[DatasetStatus]:
        return [
            DatasetStatus(
                info=info,
                imported_on="2019-11-01",
                who="tester",
                live=True,
                replaced_by=None,
                waiting=0,
            )
            for info in self._infos
        ]

    def decisions(self, kind: DecisionKind | None = None) -> list[Decision]:
        return [d for (k, _), d in sorted(self.decided.items()) if kind in (None, k)]

    def decide(self, decisions: Sequence[Decision]) -> ChangeResult:
        if self.down:
            raise StoreUnavailable("连不上数据库", "the database can't be reached")
        for decision in decisions:
            if decision.value is None:
                self.decided.pop((decision.kind, decision.key), None)
            else:
                self.decided[decision.kind, decision.key] = decision
        return ChangeResult(
            nodes_created=0,
            nodes_updated=0,
            nodes_unchanged=0,
            nodes_deleted=0,
            ties_created=0,
            ties_deleted=0,
        )

    def change(self, network: Network) -> None:
        """Another network, as after an import."""
        self._network = network
