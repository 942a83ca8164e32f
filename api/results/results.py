"""Results that many readers share: made once per network, day and level, then kept.

A store that hangs blocks no reader: the network is read in a thread of its own. Whoever has an
older network gets that one, marked stale; whoever has none gets a 503 after a few seconds.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from api.results.once import KeptBodies, Once, shielded
from api.results.prepared import Prepared
from graph.model.errors import StoreError, StoreUnavailable

if TYPE_CHECKING:
    from analysis.policy import Policy
    from analysis.recommend.results import Recommendations
    from graph.model.decision import Decision, DecisionKind
    from graph.model.labels import Day, Level
    from graph.model.network import Network
    from graph.model.review import ReviewList
    from graph.store.import_result import ChangeResult
    from graph.store.store import DatasetStatus

log = logging.getLogger("gongjian.api")

FIRST_WAIT = 4.0
"""Seconds that a request waits for the very first network before it is told to come again."""

FRESH_WAIT = 0.4
"""Seconds that a request waits for a newer network where an older one could answer."""

RESULT_WAIT = 20.0
"""Seconds that a request waits for an analysis."""

RETRY_AFTER = 3

_PAUSE = 1.0
"""Seconds after a failed read of the store, or one that gave an older network, before the next."""

_KEPT_RESULTS = 6

_KEPT_CHOICES = 24

_KEPT_PAST = 3


class StoreLike(Protocol):
    """What the API asks of a store; `graph.store.store.Store` has it."""

    @property
    def head(self) -> str: ...
    def network(self) -> Network: ...
    def network_at(self, moment: str) -> Network: ...
    def datasets(self) -> Sequence[DatasetStatus]: ...
    def review(self) -> ReviewList: ...
    def decisions(self, kind: DecisionKind | None = None) -> list[Decision]: ...
    def decide(self, decisions: Sequence[Decision]) -> ChangeResult: ...


class NotReady(StoreUnavailable):
    """The answer is being made; come again in a moment."""


@dataclass(frozen=True, slots=True)
class AskedTies:
    """Which ties are asked for; see `analysis.recommend.recommend.recommend_ties`."""

    ties: int
    area: str | None = None
    promised: tuple[tuple[str, str], ...] = ()
    forbidden: tuple[tuple[str, str], ...] = ()


class Results:
    """The store's network and the results prepared from it; one per application.

    Parameters
    ----------
    store
        Read only through `head`, `network()` and `datasets()`.
    policy
        Decides every result.
    """

    def __init__(self, store: StoreLike, policy: Policy) -> None:
        self.store = store
        self.policy = policy
        self.bodies = KeptBodies()
        self._networks: Once[Network] = Once(2)
        self._past: Once[Network] = Once(_KEPT_PAST)
        self._prepared: Once[Prepared] = Once(_KEPT_RESULTS)
        self._recommended: Once[Recommendations] = Once(_KEPT_CHOICES)
        self._last: Network | None = None
        self._failed: tuple[float, BaseException] | None = None
        self._again = 0.0
        """When a network that was older than the journal is to be read again."""
        self._computing = threading.Lock()

    def datasets(self) -> list[DatasetStatus]:
        """Imported datasets, from the home's journal: no database is asked."""
        return list(self.store.datasets())

    def known_at(self, moment: str) -> Network | None:
        """The network as it was known at an earlier day or head; None where nothing was by that
        day. Resolved anew for each, and the last few are kept.
        """
        from graph.journal.journal import EMPTY_HEAD

        future = self._past.get(moment, lambda: self.store.network_at(moment))
        try:
            found = future.result(timeout=RESULT_WAIT)
        except TimeoutError as error:
            raise NotReady(
                "正在整理当时的数据，请稍后再试",
                "the data of that time are being put together; try again in a moment",
            ) from error
        return None if "-" in moment and found.head == EMPTY_HEAD else found

    async def network(self) -> tuple[Network, bool]:
        """The network of the current head, and whether it is an older one in its place.

        Raises
        ------
        StoreError
            If there is none, and the store doesn't give one in time.
        """
        last = self._last
        wait = FIRST_WAIT if last is None else FRESH_WAIT
        try:
            head = self.store.head
            found = await asyncio.wait_for(self._read(head), wait)
            return found, found.head != head
        except StoreError:
            if last is not None:
                return last, True
            raise
        except TimeoutError as error:
            if last is not None:
                return last, True
            raise NotReady(
                "数据还没有读出来，请稍后再试", "the data aren't read yet; try again in a moment"
            ) from error

    async def _read(self, head: str) -> Network:
        last = self._last
        if last is not None and (last.head == head or time.monotonic() < self._again):
            return last
        if self._failed is not None and time.monotonic() - self._failed[0] < _PAUSE:
            raise self._failed[1]
        return await shielded(self._networks.get(head, lambda: self._load(head)))

    def _load(self, head: str) -> Network:
        try:
            network = self.store.network()
        except Exception as error:
            log.warning("the network could not be read: %s", error)
            self._failed = (time.monotonic(), error)
            raise
        self._failed = None
        self._last = network
        if network.head != head:  # somebody writes: this is the network before, for a moment
            self._again = time.monotonic() + _PAUSE
            self._networks.forget(head)
        return network

    async def at(self, date: Day | None, level: Level) -> tuple[Prepared, bool]:
        """Results at a day (None = the newest sheet's) and level, and whether they are stale.

        Raises
        ------
        StoreError
            As for `network`, or if the analysis takes longer than a request may wait.
        """
        network, stale = await self.network()
        day = date or network.as_of
        key = (network.head, day, level)
        future = self._prepared.get(key, lambda: self._prepare(network, day, level))
        try:
            return await asyncio.wait_for(shielded(future), RESULT_WAIT), stale
        except TimeoutError as error:
            raise NotReady(
                "正在分析，请稍后再试", "the analysis is under way; try again in a moment"
            ) from error

    def _prepare(self, network: Network, day: Day | None, level: Level) -> Prepared:
        with self._computing:  # two cores: one analysis at a time
            return Prepared(network, self.policy, day, level).judged()

    async def recommended(self, prepared: Prepared, asked: AskedTies) -> Recommendations:
        """Ties worth making, chosen once for each way to ask.

        Raises
        ------
        StoreError
            If the choice takes longer than a request may wait; it goes on, so that a later
            request finds it.
        """
        key = (prepared.network.head, prepared.day, prepared.level, asked)
        future = self._recommended.get(key, lambda: self._recommend(prepared, asked))
        try:
            return await asyncio.wait_for(shielded(future), RESULT_WAIT)
        except TimeoutError as error:
            raise NotReady(
                "正在计算建议，请稍后再试", "the ties are being chosen; try again in a moment"
            ) from error

    def _recommend(self, prepared: Prepared, asked: AskedTies) -> Recommendations:
        from analysis.recommend.recommend import recommend_ties

        with self._computing:
            return recommend_ties(
                prepared,
                ties=asked.ties,
                area=asked.area,
                promised=asked.promised,
                forbidden=asked.forbidden,
            )

    async def warm(self) -> None:
        """Begin to read and judge before the first reader comes; failures are only logged."""
        try:
            await self.at(None, "grid")
        except StoreError as error:
            log.warning("not ready at start: %s", error)
