"""Results that many readers share: made once per network, day and level, then kept.

A store that hangs blocks no reader: the network is read in a thread of its own. Whoever has an
older network gets that one, marked stale; whoever has none gets a 503 after a few seconds.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from graph.errors import StoreError, StoreUnavailable

if TYPE_CHECKING:
    from analysis.diagnosis import Diagnosis
    from analysis.gaps import Gaps
    from analysis.layers import TieLayers
    from analysis.matching import Matches
    from analysis.policy import Policy
    from analysis.recommend_results import Recommendations
    from analysis.verdicts import Change
    from analysis.weak_grids import WeakGrid, WeakGrids
    from graph.import_result import ChangeResult
    from graph.model import Day, Decision, DecisionKind, Level
    from graph.network import Network
    from graph.review_items import ReviewList
    from graph.store import DatasetStatus
    from maps.legend import Lang

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

T = TypeVar("T")


class StoreLike(Protocol):
    """What the API asks of a store; `graph.store.Store` has it."""

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


class Once(Generic[T]):
    """Values by key, each made once, in a thread of its own; a failure isn't kept.

    The threads are daemons: one that hangs in a store's read doesn't keep the process alive.
    """

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._made: OrderedDict[Hashable, Future[T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> Future[T]:
        """The value's future, begun if nobody did so yet."""
        with self._lock:
            future = self._made.get(key)
            if future is not None:
                self._made.move_to_end(key)
                return future
            future = Future()
            self._made[key] = future
            done = [k for k, f in self._made.items() if f.done()]
            for old in done[: max(0, len(self._made) - self._keep)]:
                del self._made[old]
        threading.Thread(target=self._run, args=(key, future, make), daemon=True).start()
        return future

    def forget(self, key: Hashable) -> None:
        """Make the value of a key anew when it is asked for next."""
        with self._lock:
            self._made.pop(key, None)

    def _run(self, key: Hashable, future: Future[T], make: Callable[[], T]) -> None:
        try:
            future.set_result(make())
        except BaseException as error:
            with self._lock:
                if self._made.get(key) is future:
                    del self._made[key]
            future.set_exception(error)


class Bodies:
    """Bodies of answers by their ETag, the least used dropped first.

    Parameters
    ----------
    limit
        Bytes kept in all.
    """

    def __init__(self, limit: int = 96 * 1024 * 1024) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, tag: str, build: Callable[[], str | bytes]) -> bytes:
        """The body of a tag, built if it isn't kept."""
        with self._lock:
            found = self._kept.get(tag)
            if found is not None:
                self._kept.move_to_end(tag)
                return found
        built = build()
        body = built.encode() if isinstance(built, str) else built
        with self._lock:
            if tag not in self._kept and len(body) <= self._limit // 8:
                self._kept[tag] = body
                self._size += len(body)
                while self._size > self._limit:
                    _, dropped = self._kept.popitem(last=False)
                    self._size -= len(dropped)
        return body


@dataclass(frozen=True, eq=False)
class Prepared:
    """A network and what was found of it at one day and level."""

    network: Network
    policy: Policy
    level: Level
    weak: WeakGrids
    gaps: Gaps
    _lock: Any = field(default_factory=threading.Lock, repr=False)
    _full_lock: Any = field(default_factory=threading.Lock, repr=False)
    _full: dict[tuple[bool, bool], WeakGrids] = field(default_factory=dict, repr=False)

    def full(self, *, certain: bool = False, measured: bool = False) -> WeakGrids:
        """The verdicts with what would change them, and what else is asked for; kept."""
        from analysis.in_full import in_full

        layers = self.layers if self.date is not None else None
        with self._full_lock:
            key = (certain, measured)
            if key not in self._full:
                self._full[key] = in_full(
                    self.weak,
                    self.network,
                    self.policy,
                    layers,
                    certain=certain,
                    measured=measured,
                )
            return self._full[key]

    @cached_property
    def changes(self) -> dict[str, tuple[Change, ...]]:
        """Judged area -> what would change its verdict."""
        return {a.code: a.would_change or () for a in self.full().areas}

    @property
    def date(self) -> Day | None:
        """The day judged; None for an empty network."""
        return self.weak.date

    @property
    def diagnosis(self) -> Diagnosis:
        """Both results, as the analyses give them."""
        from analysis.diagnosis import Diagnosis

        return Diagnosis(self.weak, self.gaps)

    @cached_property
    def by_code(self) -> dict[str, WeakGrid]:
        """Judged area by code."""
        return {a.code: a for a in self.weak.areas}

    @cached_property
    def areas(self) -> dict[str, dict[str, Any]]:
        """Every area by code, in the order of codes: the columns of `Network.areas`."""
        return {row["key"]: row for row in self.network.areas.iter_rows(named=True)}

    @cached_property
    def children(self) -> dict[str | None, list[str]]:
        """Code -> codes of the areas directly below it, sorted; None -> the roots."""
        found: dict[str | None, list[str]] = defaultdict(list)
        for code, row in self.areas.items():
            found[row["parent"]].append(code)
        return found

    @cached_property
    def layers(self) -> TieLayers:
        """The ties at the day, for maps and details."""
        from analysis.layers import tie_layers

        with self._lock:
            return tie_layers(
                self.network, self.policy, on=self.date or "2000-01-01", level=self.level
            )

    @cached_property
    def area_index(self) -> dict[str, int]:
        """Judged area -> its number in `layers`."""
        return {code: i for i, code in enumerate(self.layers.codes)}

    @cached_property
    def paths(self) -> dict[str, tuple[str, ...]]:
        """Area code -> codes from the root down to it."""
        return {code: tuple(p.strip("/").split("/")) for code, p in self.network.path_of.items()}

    def matches(self, decisions: Sequence[Decision]) -> Matches:
        """Matches and proposals of the whole city."""
        from analysis.matching import propose_matches
        from graph.matches import waiting_matches

        network = self.network
        waiting = waiting_matches(network.resources["key"], network.needs["key"], decisions)
        return propose_matches(
            network,
            self.policy,
            on=self.date,
            level=self.level,
            layers=self.layers if self.date else None,
            waiting=waiting,
        )

    @property
    def synthetic(self) -> bool:
        """Whether any dataset is marked synthetic."""
        return bool(self.network.datasets["synthetic"].fill_null(False).any())

    def workbook(self, area: str, lang: Lang, *, outside: bool) -> bytes:
        """All tables of an area as an .xlsx file."""
        from analysis.five import five_tables
        from maps.workbook import workbook_bytes

        found = five_tables(
            self.network,
            self.policy,
            area=area,
            on=self.date,
            level=self.level,
            outside=outside,
            diagnosis=self.diagnosis,
            layers=self.layers,
        )
        return workbook_bytes(found, lang=lang)

    def map_page(
        self,
        area: str | None,
        lang: Lang,
        home: str | None,
        recommended: Recommendations | None = None,
    ) -> str:
        """HTML of an area's map; `home` is the address of the page it leads back to."""
        from maps.render import map_html, render_map

        link = f"/map/{{code}}?level={self.level}&lang={lang}"
        if self.date and self.date != self.network.as_of:
            link += f"&date={self.date}"
        net = render_map(
            self.network,
            self.weak,
            area=area,
            lang=lang,
            gaps=self.gaps,
            layers=self.layers,
            link=link,
            recommended=recommended,
        )
        return map_html(net, home=home)


@dataclass(frozen=True, slots=True)
class AskedTies:
    """Which ties are asked for; see `analysis.recommend.recommend_ties`."""

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
        self.bodies = Bodies()
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
        day. Resolved anew for each, and the last few are kept."""
        from graph.journal import EMPTY_HEAD

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
        return await _shielded(self._networks.get(head, lambda: self._load(head)))

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
            return await asyncio.wait_for(_shielded(future), RESULT_WAIT), stale
        except TimeoutError as error:
            raise NotReady(
                "正在分析，请稍后再试", "the analysis is under way; try again in a moment"
            ) from error

    def _prepare(self, network: Network, day: Day | None, level: Level) -> Prepared:
        from analysis.diagnosis import diagnose

        with self._computing:  # two cores: one analysis at a time
            found = diagnose(network, self.policy, on=day, level=level)
            return Prepared(network, self.policy, level, found.weak_grids, found.gaps)

    async def recommended(self, prepared: Prepared, asked: AskedTies) -> Recommendations:
        """Ties worth making, chosen once for each way to ask.

        Raises
        ------
        StoreError
            If the choice takes longer than a request may wait; it goes on, so that a later
            request finds it.
        """
        key = (prepared.network.head, prepared.date, prepared.level, asked)
        future = self._recommended.get(key, lambda: self._recommend(prepared, asked))
        try:
            return await asyncio.wait_for(_shielded(future), RESULT_WAIT)
        except TimeoutError as error:
            raise NotReady(
                "正在计算建议，请稍后再试", "the ties are being chosen; try again in a moment"
            ) from error

    def _recommend(self, prepared: Prepared, asked: AskedTies) -> Recommendations:
        from analysis.recommend import recommend_ties

        with self._computing:
            return recommend_ties(
                prepared.network,
                self.policy,
                ties=asked.ties,
                on=prepared.date,
                level=prepared.level,
                area=asked.area,
                promised=asked.promised,
                forbidden=asked.forbidden,
                judged=prepared.diagnosis,
                layers=prepared.layers if prepared.date else None,
            )

    async def warm(self) -> None:
        """Begin to read and judge before the first reader comes; failures are only logged."""
        try:
            await self.at(None, "grid")
        except StoreError as error:
            log.warning("not ready at start: %s", error)


async def _shielded(future: Future[T]) -> T:
    """The future's value; giving up waiting doesn't end the work, nor lose its error."""
    inner = asyncio.wrap_future(future)
    inner.add_done_callback(lambda done: done.cancelled() or done.exception())
    return await asyncio.shield(inner)
