"""Fakes that behave: a store in memory that can be told to fail, to hang, and to change."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from graph.database.database import Progress
from graph.database.difference import HeldDigests, difference, digest
from graph.journal.journal import EMPTY_HEAD, Entry, Journal
from graph.model.dataset import Dataset, DatasetInfo
from graph.model.decision import Decision, DecisionKind
from graph.model.errors import StoreUnavailable, UnknownId, UsageError
from graph.model.labels import UNRESTRICTED, Scope
from graph.model.network import Network
from graph.model.review import ReviewItem, ReviewList
from graph.model.wanted import WantedGraph
from graph.review.items import listed
from graph.store.effect import effect_of
from graph.store.import_plan import ImportPlan
from graph.store.import_result import ChangeResult, Entities, ImportResult, in_order
from graph.store.resolving import resolve
from graph.store.store import DatasetStatus


class FakeStore:
    """Gives one network, as `graph.store.store.Store` does, without a home.

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
        self._past: list[Network] = []
        self._infos = infos
        self.down = False
        self.hung = False
        self.wake = threading.Event()
        self.reads = 0
        self.items: list[ReviewItem] = []
        """The queue that it gives, without what was decided."""
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

    def network_at(self, moment: str) -> Network:
        """What was known at a moment: the networks before `change`, by head; by a day, none."""
        if "-" in moment:
            return Network.from_wanted(WantedGraph(), head=EMPTY_HEAD, as_of=None)
        for network in (*self._past, self._network):
            if network.head.startswith(moment):
                return network
        raise UnknownId(f"没有版本 {moment}", f"no head {moment}")

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

    def review(self) -> ReviewList:
        decided = {key for _, key in self.decided}
        asked = [i for i in self.items if i.decision["key"] not in decided]
        return listed(asked, list(self.decided.values()))

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
        self._past.append(self._network)
        self._network = network


class JournalStore(FakeStore):
    """A store with a home and a real journal, but no database: the network is what `resolve`
    makes of the live sheets."""

    def __init__(self, home: Path) -> None:
        super().__init__(Network.from_wanted(WantedGraph(), head=EMPTY_HEAD, as_of=None))
        self.home = home
        self.journal = Journal(home)

    @property
    def head(self) -> str:
        return self.journal.head

    @property
    def pseudonym_secret(self) -> bytes:
        return b"a test's key"

    def _wanted(self, entries: Sequence[Entry], at_hand: Mapping[str, Dataset]) -> WantedGraph:
        return resolve(
            [at_hand.get(e.content) or self.journal.load(e) for e in entries],
            self.journal.decisions(),
        )

    def network(self, scope: Scope = UNRESTRICTED) -> Network:
        super().network(scope)
        wanted = self._wanted(self.journal.live(), {})
        return Network.from_wanted(wanted, head=self.head, as_of="2019-08-01")

    def datasets(self, scope: Scope = UNRESTRICTED) -> list[DatasetStatus]:
        return [
            DatasetStatus(
                info=self.journal.info(r.entry.content),
                imported_on=r.entry.on,
                who=r.entry.who,
                live=r.live,
                replaced_by=r.replaced_by,
                waiting=0,
            )
            for r in self.journal.recorded()
        ]

    def prepare_import(
        self, datasets: Sequence[Dataset], *, on: str, who: str, keep_wanted: bool = False
    ) -> JournalImport:
        return JournalImport(self, datasets, on=on, who=who)

    def retract(self, dataset_id: str, *, on: str, who: str) -> ChangeResult:
        found = {r.entry.dataset: r for r in self.journal.recorded()}.get(dataset_id)
        if found is None or not (found.live or found.replaced_by):
            raise UsageError("没有这份数据", "no such dataset")
        entry = found.entry.model_copy(update={"op": "retract", "on": on, "who": who})
        self.journal.append([entry])
        return super().decide(())


class JournalImport:
    """An import into a `JournalStore`, as `graph.store.prepared_import` has it."""

    def __init__(
        self, store: JournalStore, datasets: Sequence[Dataset], *, on: str, who: str
    ) -> None:
        self.store = store
        self.plan = ImportPlan(store.journal, datasets, on=on, who=who)

    @property
    def wanted(self) -> WantedGraph:
        return self.store._wanted(self.plan.live_after(), self.plan.by_content)

    def told(self, progress: Progress | None = None) -> ImportResult:
        return self._result(dry_run=True)

    def commit(self, progress: Progress | None = None) -> ImportResult:
        result = self._result(dry_run=False)
        journal = self.store.journal
        kept = [
            e.model_copy(update={"file": journal.keep(d)})
            for d, e in zip(self.plan.fresh, self.plan.entries, strict=True)
        ]
        journal.append(kept)
        return result

    def _result(self, *, dry_run: bool) -> ImportResult:
        if self.store.down:
            raise StoreUnavailable("连不上数据库", "the database can't be reached")
        before = self.store._wanted(self.store.journal.live(), {})
        wanted = self.wanted
        held = HeldDigests(
            {label: {k: digest(p) for k, p in n.items()} for label, n in before.nodes.items()},
            {
                group: {k: (t.start, digest(t.props, t.start, t.end)) for k, t in ties.items()}
                for group, ties in before.ties.items()
            },
        )
        found = difference(wanted, held)
        return ImportResult(
            datasets=tuple(self.plan.compared()),
            issues=in_order([i for d in self.plan.datasets for i in d.issues]),
            entities=Entities(
                **found.change.entities, merged=wanted.merged, to_review=wanted.to_review
            ),
            effect=effect_of(wanted, found, self.store.network()) if dry_run else None,
        )
