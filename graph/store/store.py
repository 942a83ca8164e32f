"""The store: one home, one network, over Bolt.

Import, replace, retract, rebuild and move are one act: compute the wanted graph from the live
datasets, take the difference to what the database holds, write only that. What was begun and
not finished is finished at the next open; a database that lost something is made anew. The
database is opened only when something needs it: a network whose copy is on disk needs none.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

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
from graph.database.read_network import hash_of, load_copy, read_network, same_tables, save_copy
from graph.disk.locks import locked, try_lock
from graph.journal.dataset_files import as_kept
from graph.journal.journal import (
    EMPTY_HEAD,
    DecisionEntry,
    Entry,
    Journal,
    key_mark,
    pseudonym_secret,
)
from graph.model.dataset import Dataset, DatasetInfo
from graph.model.decision import Decision, DecisionKind
from graph.model.errors import StoreBusy, StoreError, UsageError
from graph.model.issue import Issue
from graph.model.labels import UNRESTRICTED, Day, Scope, SheetKind
from graph.model.network import Network
from graph.model.review import ReviewList
from graph.model.wanted import WantedGraph
from graph.review.items import listed, load_review, save_review
from graph.settings import Settings
from graph.store.effect import effect_of
from graph.store.import_plan import ImportPlan
from graph.store.import_result import (
    ChangeResult,
    DatasetStatus,
    Entities,
    ImportedDataset,
    ImportResult,
    in_order,
)
from graph.store.migrate import MigrateResult, home_format, migrate_home
from graph.store.outcome import ResolutionOutcome, load_outcome, outcome_of, save_outcome
from graph.store.resolving import resolve

__all__ = [
    "ChangeResult",
    "DatasetStatus",
    "ImportResult",
    "ImportedDataset",
    "Progress",
    "Store",
    "open_store",
]

_NONE: Mapping[str, Dataset] = {}
_LITTLE = 20_000
"""Nodes and ties up to which what was written is looked up row by row."""


def open_store(
    settings: Settings | None = None,
    *,
    store_dir: Path | str | None = None,
    neo4j_uri: str | None = None,
) -> Store:
    """The store that the settings name; `store_dir` and `neo4j_uri` win over them.

    Without settings, those of the environment and of `.env` hold. Opens no database yet.

    Raises
    ------
    UsageError
        If both a folder and a Neo4j are named by argument.
    StoreError
        If the home's journal is damaged or can't be read.
    """
    if store_dir is not None and neo4j_uri is not None:
        raise UsageError("--store 和 --neo4j 只能用一个", "--store and --neo4j exclude each other")
    settings = settings or Settings()
    home = Path(store_dir) if store_dir is not None else settings.home
    uri = neo4j_uri or (None if store_dir is not None else settings.neo4j_uri)
    if home.exists() and not home.is_dir():
        raise UsageError(f"{home} 不是文件夹；请另选 --store", f"{home} isn't a folder")
    password = settings.neo4j_password
    auth = (settings.neo4j_user, password.get_secret_value()) if password else None
    try:
        return Store(home, uri=uri, auth=auth, database=settings.neo4j_database)
    except OSError as error:
        raise StoreError(
            f"{home} 无法读取：{error.strerror}；请检查权限", f"{home}: {error.strerror}"
        ) from error


class Store:
    """One network and its home. A context manager; `close` ends what it opened.

    Attributes
    ----------
    home
        Folder of journal, datasets and everything made from them.
    kind
        `embedded` or `neo4j`.
    """

    def __init__(
        self,
        home: Path,
        *,
        uri: str | None = None,
        auth: tuple[str, str] | None = None,
        database: str | None = None,
    ) -> None:
        self.home = home
        home_format(home)  # one of a newer gongjian is refused
        self.journal = Journal(home)
        self._connection = Connection(self.journal, uri=uri, auth=auth, name=database)
        self.kind = self._connection.kind
        self._network: Network | None = None
        self._info_cache: dict[str, DatasetInfo] = {}

    # ------------------------------------------------------------------ reading

    @property
    def head(self) -> str:
        """Head of the journal: names the state of the network."""
        self.journal.reload()
        return self.journal.head

    def notices(self) -> list[tuple[str, str]]:
        """What whoever opens the store should be told, zh and en; nothing that stops the work."""
        found = []
        if self.journal.torn is not None:
            found.append(
                (
                    f"{self.journal.path} 末尾有一次未写完的记录，未计入；"
                    "如果上次导入没有显示完成，请重新导入",
                    f"{self.journal.path} ends in a record that was cut short and doesn't count; "
                    "if the last import didn't say that it was done, run it again",
                )
            )
        return found

    @property
    def pseudonym_secret(self) -> bytes:
        """The home's key for pseudonyms of persons."""
        return pseudonym_secret(self.home, self.journal.key_mark())

    def network(self, scope: Scope = UNRESTRICTED, progress: Progress | None = None) -> Network:
        """The whole network at the journal's head, or, while somebody writes, the one before.

        Kept in memory and on disk by head, so that a store that is down or slow hinders no
        reader of what was read before. A network that is older than the journal (its `head` is
        not `Store.head`) is whole all the same: nobody sees half an import.

        Parameters
        ----------
        scope
            What the reader may see. Analyses need the whole city, so it only says for whom the
            network is read; what is shown is filtered by `scope.sees` on paths.

        Raises
        ------
        StoreError
            If there is no copy and the database can't be opened, or somebody writes the first one.
        """
        head = self.head
        if self._network is not None and self._network.head == head:
            return self._network
        found = load_copy(self.home / "cache", head) or self._older(head)
        if found is None:
            found = self._read(progress)
        self._network = found
        return found

    def _older(self, head: str) -> Network | None:
        """While somebody writes, the newest finished network before `head`, if one is kept."""
        if not self._is_written():
            return None
        if (found := load_copy(self.home / "cache", head)) is not None:
            return found  # finished meanwhile
        kept = self._network
        for before in reversed(self.journal.heads):
            if kept is not None and kept.head == before:
                return kept
            if (found := load_copy(self.home / "cache", before)) is not None:
                return found
        return None

    def _read(self, progress: Progress | None) -> Network:
        if not self.journal.entries:
            if self.kind == "neo4j":  # a wrong address is told, though there is nothing to read
                with told_errors(self.home, self._connection.uri):
                    self._open(progress)
            return Network.from_wanted(WantedGraph(), head=EMPTY_HEAD, as_of=None)
        with self._changing():
            # whoever was writing may have left a copy meanwhile
            found = load_copy(self.home / "cache", self.journal.head)
            if found is None:
                found = self._read_database(progress)
                save_copy(self.home / "cache", found)
        return found

    def _read_database(self, progress: Progress | None) -> Network:
        """Read the database; one that gives fewer rows than it says is made anew, once.

        Nobody may write meanwhile: the caller holds the writers' lock, so what is found
        unfinished here was left by a process that is no more.
        """
        from neo4j.exceptions import Neo4jError

        for again in (False, True):
            database = self._open(progress)
            meta = database.meta() or {}
            network = None
            try:
                network = read_network(
                    database,
                    shape_in(meta),
                    head=self.journal.head,
                    as_of=self.as_of(),
                    progress=progress,
                )
            except Neo4jError:
                if self._connection.embedded is None:
                    raise
            if network is not None and meta.get("head") == self.journal.head:
                return network
            if not again:
                self._start_over(self._wanted(progress), progress)
        raise StoreError(
            "数据库内容不完整，重建后仍读不全；请检查磁盘",
            "the database stays incomplete after a rebuild; check the disk",
        )

    def network_at(self, moment: str, progress: Progress | None = None) -> Network:
        """The network as it was known at an earlier moment; see `graph.store.history`.

        Parameters
        ----------
        moment
            A head of the journal (at least six digits of it), or a day: what was known at its
            end.
        """
        from graph.store.history import head_on, network_at

        self.journal.reload()
        head = head_on(self.journal, moment) if "-" in moment else moment
        if head == self.journal.head:
            return self.network(progress=progress)
        return network_at(self.journal, head, progress=progress)

    def as_of(self) -> Day | None:
        """Day of the newest live sheet: its 填报日期, else the day of its import.

        Division lists say what areas there are, not how things stood on a day: they decide
        only where there is nothing else.
        """
        days = [
            (self._info(e).kind is not SheetKind.DIVISIONS, e.reported_on or e.on)
            for e in self.journal.live()
        ]
        return max(days)[1] if days else None

    def datasets(self, scope: Scope = UNRESTRICTED) -> list[DatasetStatus]:
        """Every dataset ever imported, in the order of import.

        `scope` says for whom the list is read; unrestricted for now.
        """
        self.journal.reload()
        waiting = self._waiting()
        return [
            DatasetStatus(
                info=self._info(r.entry),
                imported_on=r.entry.on,
                who=r.entry.who,
                live=r.live,
                replaced_by=r.replaced_by,
                waiting=waiting.get(r.entry.dataset, 0) if r.live else 0,
            )
            for r in self.journal.recorded()
        ]

    def _info(self, entry: Entry) -> DatasetInfo:
        if entry.content not in self._info_cache:
            self._info_cache[entry.content] = self.journal.info(entry.content)
        return self._info_cache[entry.content]

    def review(self) -> ReviewList:
        """What only a person can decide about who is who, what was decided, and what was joined
        by itself (`graph.review.queue`). While somebody writes, as it was before."""
        self.journal.reload()
        now = None if self._is_written() else self.journal.head
        found = load_review(self.home, now) if self.journal.entries else []
        if found is None:
            found = self._wanted(None).review
        return listed(found, self.journal.decisions())

    def graph_hash(self) -> str:
        """SHA-256 over all nodes and ties, sorted, as the database gives them back.

        Equal on every store that holds the same, after any order of imports.
        """
        if not self.journal.entries:
            return hashlib.sha256().hexdigest()
        with self._changing():
            return hash_of(self._read_database(None))

    # ------------------------------------------------------------------ changing

    def import_datasets(
        self,
        datasets: Sequence[Dataset],
        *,
        on: Day,
        who: str,
        dry_run: bool = False,
        progress: Progress | None = None,
        inspect: Callable[[WantedGraph], None] | None = None,
    ) -> ImportResult:
        """Take sheets in: all of them, or on any error none.

        Parameters
        ----------
        on
            Day of the import: the date of sheets that name none.
        who
            Who imports, for the journal.
        dry_run
            Whether only to tell what would happen.
        inspect
            Called with the network that the import makes, once it is kept.

        Raises
        ------
        StoreError
            If the store can't be opened or written; nothing is acknowledged then.
        """
        with self._changing():
            plan = ImportPlan(self.journal, datasets, on=on, who=who)
            self._connection.rows_to_come = sum(len(d.rows) for d in plan.fresh)
            outcome = load_outcome(self.home)
            effect = None
            if plan.entries or dry_run or inspect is not None or outcome.head != self.journal.head:
                database, wanted, before = self._opened_and_resolved(plan, progress)
                little = self._connection.rows_to_come <= _LITTLE
                found, network = self._differ(database, wanted, before if little else None)
                effect = effect_of(wanted, found, before) if dry_run else None
                del before
                if plan.entries and not dry_run:
                    self._record(plan, progress)
                    outcome = self._write(
                        database, wanted, progress, found, network, consume=inspect is None
                    )
                else:
                    outcome = outcome_of(wanted, self.journal.head)
                changed = found.change
                if inspect is not None:
                    inspect(wanted)
            else:
                self._open(progress, at_hand=plan.by_content)
            if not plan.entries:
                changed = _nothing(outcome.entities)
            compared_rows = plan.compared()
        return ImportResult(
            datasets=tuple(compared_rows),
            issues=in_order(
                [
                    *plan.issues,
                    *(i for d in plan.datasets for i in d.issues),
                    *_about(outcome.issues, plan.datasets),
                ]
            ),
            entities=Entities(
                created=changed.entities["created"],
                updated=changed.entities["updated"],
                unchanged=changed.entities["unchanged"],
                merged=outcome.merged,
                to_review=outcome.to_review,
            ),
            effect=effect,
        )

    def _record(self, plan: ImportPlan, progress: Progress | None) -> None:
        mark = key_mark(self.pseudonym_secret)
        entries = []
        for n, (dataset, entry) in enumerate(zip(plan.fresh, plan.entries, strict=True)):
            if progress is not None:
                progress("keep", n, len(plan.fresh))
            file = self.journal.keep(dataset)
            entries.append(entry.model_copy(update={"file": file, "key": mark}))
        self.journal.append(entries)

    def retract(
        self, dataset_id: str, *, on: Day, who: str, progress: Progress | None = None
    ) -> ChangeResult:
        """Take a dataset out again, exactly; an older sheet that it replaced counts again.

        Raises
        ------
        UsageError
            If no such dataset is there, or it was retracted already.
        """
        with self._changing():
            recorded = {r.entry.dataset: r for r in self.journal.recorded()}
            found = recorded.get(dataset_id)
            if found is None or not (found.live or found.replaced_by):
                raise UsageError(
                    f"没有这份数据，或已经撤回：{dataset_id}；请用 gongjian datasets 查看",
                    f"no such dataset, or it was retracted already: {dataset_id}; "
                    "see gongjian datasets",
                )
            database = self._open(progress)
            before = load_copy(self.home / "cache", self.journal.head)
            live = {e.dataset for e in self.journal.live()}
            entry = found.entry.model_copy(update={"op": "retract", "on": on, "who": who})
            self.journal.append([entry])
            change = self._bring(database, before, progress)
            again = sorted({e.dataset for e in self.journal.live()} - live)
        return _change_result(change, live_again=again[0] if again else None)

    def decide(
        self, decisions: Sequence[Decision], *, progress: Progress | None = None
    ) -> ChangeResult:
        """Record what people decided, and bring the network to it.

        Of one kind and key the last decision counts; `value=None` takes it back. A decision
        that says what is in force already adds no line.

        Raises
        ------
        StoreError
            If the store can't be opened or written; nothing is acknowledged then.
        """
        with self._changing():
            lines = self._new_decisions(decisions)
            database = self._open(progress)
            before = load_copy(self.home / "cache", self.journal.head)
            if lines:
                self.journal.append(lines)
            change = self._bring(database, before, progress)
        return _change_result(change)

    def _new_decisions(self, decisions: Sequence[Decision]) -> list[DecisionEntry]:
        now = {(d.kind, d.key): d.value for d in self.journal.decisions()}
        lines = []
        for decision in decisions:
            mark = (decision.kind, decision.key)
            if now.get(mark) != decision.value:
                now[mark] = decision.value
                lines.append(DecisionEntry(decision=decision))
        return lines

    def decisions(self, kind: DecisionKind | None = None) -> list[Decision]:
        """What people decided and is in force, by kind and key."""
        self.journal.reload()
        return self.journal.decisions(kind)

    def rebuild(self, *, progress: Progress | None = None) -> ChangeResult:
        """Make the graph anew from the kept datasets."""
        with self._changing():
            wanted = self._wanted(progress)  # before anything is thrown away
            shutil.rmtree(self.home / "cache", ignore_errors=True)
            self._network = None
            change = self._start_over(wanted, progress)
        return _change_result(change)

    def migrate(self, *, progress: Progress | None = None) -> MigrateResult:
        """Bring home and database to the formats of this version, and tell from which.

        Whatever changes the network does so by itself; this does nothing else.
        """
        before = home_format(self.home)
        with self._changing():
            self._open(progress)
        return MigrateResult(
            home_from=before,
            home_to=home_format(self.home),
            store=self.kind,
            store_from=self._connection.schema_before,
            store_to=schema.SCHEMA_VERSION,
        )

    def _wanted(
        self, progress: Progress | None, at_hand: Mapping[str, Dataset] = _NONE
    ) -> WantedGraph:
        return self._resolve(self.journal.live(), at_hand, progress)

    def _opened_and_resolved(
        self, plan: ImportPlan, progress: Progress | None
    ) -> tuple[Database, WantedGraph, Network | None]:
        """All at once: while the network is resolved, the server counts what it holds, and the
        copy of the network before is read, if one is kept."""
        database = self._connection.open()
        live, at_hand = plan.live_after(), plan.by_content
        with ThreadPoolExecutor(1, thread_name_prefix="gongjian-whole") as pool:
            whole = pool.submit(self._is_whole, database)
            before = pool.submit(load_copy, self.home / "cache", self.journal.head)
            wanted = self._resolve(live, at_hand, progress)
            if whole.result():
                return database, wanted, before.result()
        del wanted, before  # what is to be mended takes as much
        database = self._open(progress, at_hand=at_hand)
        wanted = self._resolve(live, at_hand, progress)
        return database, wanted, load_copy(self.home / "cache", self.journal.head)

    def _differ(
        self, database: Database, wanted: WantedGraph, before: Network | None
    ) -> tuple[Difference, Network | None]:
        """What to write, and the wanted network's tables where they were made for it.

        `before` is the network that the database holds; without it the digests are read.
        """
        if before is None:
            return difference(wanted, database.held(shape_in(database.meta()))), None
        network = Network.from_wanted(wanted, as_of=None)
        return table_difference(network, before), network

    def _bring(
        self, database: Database, before: Network | None, progress: Progress | None
    ) -> GraphChange:
        """Bring the database from the network before to that of the journal."""
        wanted = self._wanted(progress)
        found, network = self._differ(database, wanted, before)
        del before
        self._write(database, wanted, progress, found, network, consume=True)
        return found.change

    def _resolve(
        self,
        live: Sequence[Entry],
        at_hand: Mapping[str, Dataset],
        progress: Progress | None,
    ) -> WantedGraph:
        loaded = self._load(live, at_hand, progress)
        if progress is not None:
            progress("resolve", 0, 1)
        return resolve(loaded, self.journal.decisions())

    def _load(
        self,
        entries: Sequence[Entry],
        at_hand: Mapping[str, Dataset],
        progress: Progress | None,
    ) -> list[Dataset]:
        if progress is not None:
            progress("load", 0, len(entries))
        kept = iter(self.journal.load_all([e for e in entries if e.content not in at_hand]))
        return [
            as_kept(at_hand[entry.content]) if entry.content in at_hand else next(kept)
            for entry in entries
        ]

    def _write(
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
        little = found.size() <= _LITTLE
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
        self._network = replace(network, head=self.journal.head, as_of=self.as_of())
        save_copy(self.home / "cache", self._network)

    def _waiting(self) -> dict[str, int]:
        """Rows that wait, by dataset, as last resolved; while somebody writes, those before."""
        told = load_outcome(self.home)
        if told.head == self.journal.head or not self.journal.entries or self._is_written():
            return dict(told.waiting)
        return dict(self._wanted(None).waiting)

    def _is_written(self) -> bool:
        """Whether somebody writes at this moment."""
        if not self.home.exists():
            return False
        lock = try_lock(self.home / "write.lock")
        if lock is not None:
            os.close(lock)
        return lock is None

    # ------------------------------------------------------------------ opening

    def _open(
        self,
        progress: Progress | None,
        *,
        mend: bool = True,
        at_hand: Mapping[str, Dataset] = _NONE,
    ) -> Database:
        """The database, opened, checked, and brought to the journal's head.

        The caller holds the writers' lock. `at_hand` are datasets by content, in place of
        their files (an import may bring again what was damaged).
        """
        database = self._connection.open()
        if mend and not self._is_whole(database):
            self._mend(self._wanted(progress, at_hand), progress)
        return self._connection.open()

    def _mend(self, wanted: WantedGraph, progress: Progress | None) -> None:
        """Finish what was left unfinished; a database that has lost something is made anew."""
        from neo4j.exceptions import Neo4jError

        database = self._open(progress, mend=False)
        self._connection.looked_through = False
        with suppress(Neo4jError):  # what can't be read or written any more
            meta = database.meta() or {}
            if meta.get("run") or database.counts_agree(shape_in(meta)):
                held = database.held(shape_in(meta))
                self._write(database, wanted, progress, difference(wanted, held))
                # a batch of a server that hung may have come in late
                held = database.held(shape_of(wanted))
                if self._is_whole(database) and not difference(wanted, held).size():
                    return
        self._start_over(wanted, progress)

    def _is_whole(self, database: Database) -> bool:
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
        connection = self._connection
        if not connection.looked_through:
            connection.looked_through = self._holds_it(database, shape_in(meta))
        return connection.looked_through

    def _holds_it(self, database: Database, shape: dict[str, Any]) -> bool:
        """Whether the database holds what it says.

        The embedded one after an unclean end is read as a whole, looked up by key, and compared
        with the copy of its head where there is one; else rows are counted.
        """
        from neo4j.exceptions import Neo4jError

        embedded = self._connection.embedded
        if embedded is None:
            return database.counts_agree(shape)
        try:
            if not database.counts_agree(shape):
                return False
            if embedded.sealed:
                return True
            found = read_network(database, shape, head=self.journal.head, as_of=self.as_of())
            if found is None or not database.keys_are_found(shape):
                return False
        except Neo4jError:  # what is damaged may be an error to read
            return False
        kept = load_copy(self.home / "cache", self.journal.head)
        return kept is None or same_tables(found, kept)

    def _start_over(self, wanted: WantedGraph, progress: Progress | None) -> GraphChange:
        found = difference(wanted, HeldDigests({}, {}))
        self._write(self._connection.clear(), wanted, progress, found)
        return found.change

    def close(self) -> None:
        """End what was opened; the store can be used again, which opens it anew.

        Another process that writes through this one's embedded database is waited for.
        """
        if self._connection.embedded is None:
            self._connection.close()
            return
        with suppress(StoreBusy), locked(self.home / "write.lock"):
            self._connection.close()
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.close()
        else:  # something went wrong, or a signal came: wait for nobody
            self._connection.close()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One writer at a time on a home, the journal up to date, faults told as one line."""
        from neo4j.exceptions import Neo4jError

        lock = locked(self.home / "write.lock")
        with lock, told_errors(self.home, self._connection.uri), collector_paused():
            migrate_home(self.home)
            self.journal.reload()
            try:
                yield
            except Neo4jError:
                self._connection.distrust()
                raise


def _about(issues: Sequence[Issue], datasets: Sequence[Dataset]) -> list[Issue]:
    """Of the whole network's issues those of the given sheets."""
    sheets = {(d.info.file, d.info.sheet) for d in datasets}
    return [i for i in issues if (i.file, i.sheet) in sheets]


def _nothing(entities: int) -> GraphChange:
    return GraphChange(entities={"created": 0, "updated": 0, "unchanged": entities})


def _change_result(change: GraphChange, *, live_again: str | None = None) -> ChangeResult:
    return ChangeResult(
        nodes_created=change.created,
        nodes_updated=change.updated,
        nodes_unchanged=change.unchanged,
        nodes_deleted=change.deleted,
        ties_created=change.ties_created,
        ties_deleted=change.ties_deleted,
        live_again=live_again,
    )


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Labels and groups of either, for reading digests while a run is under way."""
    return {part: {**one[part], **other[part]} for part in ("nodes", "ties")}
