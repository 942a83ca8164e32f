"""Fakes that behave: a store in memory that can be told to fail, to hang, and to change."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from graph.errors import StoreUnavailable
from graph.model import UNRESTRICTED, DatasetInfo, Scope
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

    def change(self, network: Network) -> None:
        """Another network, as after an import."""
        self._network = network
