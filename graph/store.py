"""The store: one home, one network, over Bolt.

Import, replace, retract, rebuild and move are one act: compute the wanted graph from the live
datasets, take the difference to what the database holds, write only that. What was begun and
not finished is finished at the next open; a database that lost something is made anew. The
database is opened only when something needs it: a network whose copy is on disk needs none.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from graph import schema
from graph.apply import (
    EMPTY_SHAPE,
    Change,
    Database,
    Difference,
    Progress,
    difference,
    shape_of,
)
from graph.errors import (
    StoreBusy,
    StoreError,
    StoreForeign,
    StoreTooNew,
    StoreUnavailable,
    UsageError,
)
from graph.import_result import (
    ChangeResult,
    DatasetRecord,
    Entities,
    ImportedDataset,
    ImportResult,
    compared,
    in_order,
)
from graph.issues import make_issue
from graph.journal import EMPTY_HEAD, Decided, Entry, Journal, key_mark, pseudonym_secret
from graph.model import (
    UNRESTRICTED,
    Dataset,
    DatasetInfo,
    Day,
    Decision,
    DecisionKind,
    Issue,
    Scope,
    SheetKind,
    WantedGraph,
)
from graph.resolve import resolve
from graph.snapshot import load_copy, read_network, save_copy

if TYPE_CHECKING:
    from neo4j import Driver

    from graph.embedded import Embedded
    from graph.network import Network
    from graph.settings import Settings

__all__ = [
    "ChangeResult",
    "DatasetStatus",
    "ImportResult",
    "ImportedDataset",
    "Progress",
    "Store",
    "open_store",
]

_WAIT_SECONDS = 20.0
_NONE: Mapping[str, Dataset] = {}


@dataclass(frozen=True, slots=True)
class DatasetStatus:
    """An imported dataset and what became of it."""

    info: DatasetInfo
    imported_on: Day
    who: str
    live: bool
    replaced_by: str | None
    """The newer sheet of the same series that counts in its place."""
    waiting: int
    """Rows that are kept but wait for a place or a decision."""

    def record(self) -> DatasetRecord:
        """The dataset as lists show it."""
        info = self.info
        return DatasetRecord(
            id=info.id,
            file=info.file,
            sheet=info.sheet,
            kind=str(info.kind),
            series=info.series,
            rows_read=info.rows_read,
            rows_rejected=info.rows_rejected,
            waiting=self.waiting,
            imported_on=self.imported_on,
            who=self.who,
            reported_on=info.reported_on,
            complete=info.complete,
            synthetic=info.synthetic,
            live=self.live,
            replaced_by=self.replaced_by,
        )


def open_store(
    settings: Settings, *, store_dir: Path | None = None, neo4j_uri: str | None = None
) -> Store:
    """The store that the settings name; `store_dir` and `neo4j_uri` win over them.

    Opens no database yet.

    Raises
    ------
    UsageError
        If both a folder and a Neo4j are named by argument.
    StoreError
        If the home's journal is damaged or can't be read.
    """
    if store_dir is not None and neo4j_uri is not None:
        raise UsageError("--store 和 --neo4j 只能用一个", "--store and --neo4j exclude each other")
    home = store_dir if store_dir is not None else settings.home
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
        self.kind: Literal["embedded", "neo4j"] = "embedded" if uri is None else "neo4j"
        self.journal = Journal(home)
        self._uri, self._auth, self._name = uri, auth, database
        self._database: Database | None = None
        self._embedded: Embedded | None = None
        self._owner_lock: int | None = None
        self._owner: str | None = None
        """What the other process said that has the embedded database open, if one has."""
        self._network: Network | None = None
        self._info_cache: dict[str, DatasetInfo] = {}

    # ------------------------------------------------------------------ reading

    @property
    def head(self) -> str:
        """Head of the journal: names the state of the network."""
        self.journal.reload()
        return self.journal.head

    @property
    def pseudonym_secret(self) -> bytes:
        """The home's key for pseudonyms of persons."""
        return pseudonym_secret(self.home, self.journal.key_mark())

    def network(self, scope: Scope = UNRESTRICTED, progress: Progress | None = None) -> Network:
        """The whole network at the journal's head.

        Kept in memory and on disk by head, so that a store that is down or slow hinders no
        reader of what was read before.

        Parameters
        ----------
        scope
            What the reader may see. Analyses need the whole city, so it only says for whom the
            network is read; what is shown is filtered by `scope.sees` on paths.

        Raises
        ------
        StoreError
            If there is no copy and the database can't be opened.
        """
        head = self.head
        if self._network is not None and self._network.head == head:
            return self._network
        found = load_copy(self.home / "cache", head)
        if found is None:
            found = self._read(head, progress)
        self._network = found
        return found

    def _read(self, head: str, progress: Progress | None) -> Network:
        if head == EMPTY_HEAD and not self.journal.entries:
            from graph.network import Network

            if self.kind == "neo4j":  # a wrong address is told, though there is nothing to read
                with self._told_errors():
                    self._open(progress)
            return Network.from_wanted(WantedGraph(), head=head, as_of=None)
        with self._writing(), self._told_errors():
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
        for again in (False, True):
            database = self._open(progress)
            meta = database.meta() or {}
            network = read_network(
                database,
                _shape(meta),
                head=self.journal.head,
                as_of=self.as_of(),
                progress=progress,
            )
            if network is not None and meta.get("head") == self.journal.head:
                return network
            if not again:
                self._start_over(self._wanted(progress), progress)
        raise StoreError(
            "数据库内容不完整，重建后仍读不全；请检查磁盘",
            "the database stays incomplete after a rebuild; check the disk",
        )

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

    def graph_hash(self) -> str:
        """SHA-256 over all nodes and ties, sorted, as the database gives them back.

        Equal on every store that holds the same, after any order of imports.
        """
        import hashlib

        if not self.journal.entries:
            return hashlib.sha256().hexdigest()
        with self._writing(), self._told_errors():
            network = self._read_database(None)
        told = hashlib.sha256()
        for table in ("areas", "actors", "people", "events", "resources", "needs", "funds"):
            for row in getattr(network, table).iter_rows():
                told.update(repr(row).encode())
        for row in network.datasets.iter_rows():
            told.update(repr(row).encode())
        ties = network.ties.sort("type", "key", "start", "end")
        for row in ties.iter_rows():
            told.update(repr(row).encode())
        return told.hexdigest()

    # ------------------------------------------------------------------ changing

    def import_datasets(
        self,
        datasets: Sequence[Dataset],
        *,
        on: Day,
        who: str,
        dry_run: bool = False,
        progress: Progress | None = None,
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

        Raises
        ------
        StoreError
            If the store can't be opened or written; nothing is acknowledged then.
        """
        with self._writing(), self._told_errors():
            plan = _Plan(self.journal, datasets, on=on, who=who)
            database = self._open(progress, at_hand=plan.by_content)
            live = plan.live_after()
            loaded = self._load(live, plan.by_content, progress)
            if progress is not None:
                progress("resolve", 0, 1)
            wanted = resolve(loaded, self.journal.decisions())
            meta = database.meta() or {}
            found = difference(wanted, database.held(_shape(meta)))
            if plan.entries and not dry_run:
                self._record(plan, progress)
                self._write(database, wanted, progress, found)
            compared_rows = plan.compared()
        changed = found.change if plan.entries else _nothing(found.change)
        return ImportResult(
            datasets=tuple(compared_rows),
            issues=in_order(
                [
                    *plan.issues,
                    *(i for d in plan.datasets for i in d.issues),
                    *_about(wanted.issues, plan.datasets),
                ]
            ),
            entities=Entities(
                created=changed.entities["created"],
                updated=changed.entities["updated"],
                unchanged=changed.entities["unchanged"],
                merged=wanted.merged,
                to_review=wanted.to_review,
            ),
        )

    def _record(self, plan: _Plan, progress: Progress | None) -> None:
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
        with self._writing(), self._told_errors():
            recorded = {r.entry.dataset: r for r in self.journal.recorded()}
            found = recorded.get(dataset_id)
            if found is None or not (found.live or found.replaced_by):
                raise UsageError(
                    f"没有这份数据，或已经撤回：{dataset_id}；请用 gongjian datasets 查看",
                    f"no such dataset, or it was retracted already: {dataset_id}; "
                    "see gongjian datasets",
                )
            database = self._open(progress)
            before = {e.dataset for e in self.journal.live()}
            entry = found.entry.model_copy(update={"op": "retract", "on": on, "who": who})
            self.journal.append([entry])
            change = self._write(database, self._wanted(progress), progress)
            again = sorted({e.dataset for e in self.journal.live()} - before)
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
        with self._writing(), self._told_errors():
            lines = self._new_decisions(decisions)
            database = self._open(progress)
            if lines:
                self.journal.append(lines)
            change = self._write(database, self._wanted(progress), progress)
        return _change_result(change)

    def _new_decisions(self, decisions: Sequence[Decision]) -> list[Decided]:
        now = {(d.kind, d.key): d.value for d in self.journal.decisions()}
        lines = []
        for decision in decisions:
            mark = (decision.kind, decision.key)
            if now.get(mark) != decision.value:
                now[mark] = decision.value
                lines.append(Decided(decision=decision))
        return lines

    def decisions(self, kind: DecisionKind | None = None) -> list[Decision]:
        """What people decided and is in force, by kind and key."""
        self.journal.reload()
        return self.journal.decisions(kind)

    def rebuild(self, *, progress: Progress | None = None) -> ChangeResult:
        """Make the graph anew from the kept datasets."""
        with self._writing(), self._told_errors():
            wanted = self._wanted(progress)  # before anything is thrown away
            shutil.rmtree(self.home / "cache", ignore_errors=True)
            self._network = None
            change = self._start_over(wanted, progress)
        return _change_result(change)

    def _wanted(
        self, progress: Progress | None, at_hand: Mapping[str, Dataset] = _NONE
    ) -> WantedGraph:
        loaded = self._load(self.journal.live(), at_hand, progress)
        if progress is not None:
            progress("resolve", 0, 1)
        return resolve(loaded, self.journal.decisions())

    def _load(
        self,
        entries: Sequence[Entry],
        at_hand: Mapping[str, Dataset],
        progress: Progress | None,
    ) -> list[Dataset]:
        loaded = []
        for n, entry in enumerate(entries):
            if progress is not None:
                progress("load", n, len(entries))
            loaded.append(at_hand.get(entry.content) or self.journal.load(entry))
        return loaded

    def _write(
        self,
        database: Database,
        wanted: WantedGraph,
        progress: Progress | None,
        found: Difference | None = None,
    ) -> Change:
        """Bring the database to the wanted graph and to the journal's head.

        `found` is the difference where it was taken already, under the same lock.
        """
        meta = database.meta() or {}
        if found is None:
            found = difference(wanted, database.held(_shape(meta)))
        head, shape = self.journal.head, shape_of(wanted)
        origin = self.journal.origin
        # both shapes until the end: what is read for the next difference must miss nothing
        both = json.dumps(_joined(_shape(meta), shape))
        database.set_meta(run=head, shape=both, origin=origin, schema=schema.SCHEMA_VERSION)
        database.apply(wanted, found, progress)
        database.set_meta(run="", head=head, rules=schema.rules(), shape=json.dumps(shape))
        self._save_waiting(head, wanted)
        self._keep_copy(database, shape, progress)
        return found.change

    def _keep_copy(
        self, database: Database, shape: dict[str, Any], progress: Progress | None
    ) -> None:
        """Read back what was written, so that readers need no database for this head."""
        found = read_network(
            database, shape, head=self.journal.head, as_of=self.as_of(), progress=progress
        )
        if found is not None:  # else the next reader notices, and makes the database anew
            save_copy(self.home / "cache", found)
            self._network = found

    def _save_waiting(self, head: str, wanted: WantedGraph) -> None:
        path = self.home / "waiting.json"
        draft = path.with_suffix(".tmp")
        draft.write_text(json.dumps({"head": head, "rows": wanted.waiting}), encoding="utf-8")
        draft.replace(path)

    def _waiting(self) -> dict[str, int]:
        """Rows that wait, by dataset, as last resolved."""
        try:
            told = json.loads((self.home / "waiting.json").read_text(encoding="utf-8"))
            if told["head"] == self.journal.head:
                return dict(told["rows"])
        except (OSError, ValueError, KeyError):
            pass
        return dict(self._wanted(None).waiting) if self.journal.entries else {}

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
        if self._owner is not None and self._owner_is_gone():
            self._disconnect()
        if self._database is None:
            self._database = self._connect()
            try:
                self._check_ours(self._database)
            except BaseException:
                self._disconnect()
                raise
        if mend and not self._is_whole(self._database):
            self._mend(self._wanted(progress, at_hand), progress)
        return self._database

    def _mend(self, wanted: WantedGraph, progress: Progress | None) -> None:
        """Finish what was left unfinished; a database that has lost something is made anew."""
        from neo4j.exceptions import Neo4jError

        database = self._open(progress, mend=False)
        with suppress(Neo4jError):  # what can't be read or written any more
            meta = database.meta() or {}
            if meta.get("run") or database.counts_agree(_shape(meta)):
                self._write(database, wanted, progress)
                if self._is_whole(database):
                    return
        self._start_over(wanted, progress)

    def _connect(self) -> Database:
        if self._uri is not None:
            return Database(_driver(self._uri, self._auth), self._name)
        from graph.embedded import DATABASE, connect_to_owner, owner_of

        root = self.home / "db"
        self.home.mkdir(parents=True, exist_ok=True)
        ends = time.monotonic() + _WAIT_SECONDS
        while True:
            self._owner_lock = _try_lock(self.home / "db.lock")
            if self._owner_lock is not None:
                try:
                    self._embedded = _started(root)
                except BaseException:
                    self._disconnect()
                    raise
                return Database(self._embedded.driver, DATABASE)
            self._owner = owner_of(root)
            driver = connect_to_owner(root)
            if driver is not None:
                return Database(driver, DATABASE)
            if time.monotonic() > ends:
                raise _busy(self.home / "db.lock")
            time.sleep(0.3)

    def _owner_is_gone(self) -> bool:
        """Whether the process that had the database open ended, or opened it anew."""
        from graph.embedded import owner_of

        lock = _try_lock(self.home / "db.lock")
        if lock is not None:
            os.close(lock)
        return lock is not None or owner_of(self.home / "db") != self._owner

    def _check_ours(self, database: Database) -> None:
        meta = database.meta()
        if meta is None:
            if self._uri is None and not database.is_empty():  # our own folder, damaged
                self._clear(database)
                if self._database is None:
                    self._database = database = self._connect()
            elif not database.is_empty():
                raise StoreForeign(
                    "该数据库中已有其他数据，未作任何改动；请为 gongjian 指定一个空数据库",
                    "the database holds something else and was left alone; "
                    "give gongjian an empty one",
                )
            database.make_schema()
            database.set_meta(
                schema=schema.SCHEMA_VERSION, head="", run="", shape=json.dumps(EMPTY_SHAPE)
            )
            return
        if int(meta.get("schema", 0)) > schema.SCHEMA_VERSION:
            raise StoreTooNew(
                "该数据库由更新版本的 gongjian 写成；请升级 gongjian",
                "the database was written by a newer gongjian; upgrade gongjian",
            )
        origin = meta.get("origin") or ""
        if self._uri is not None and origin and origin != self.journal.origin:
            raise StoreForeign(
                f"该数据库属于另一个 GONGJIAN_HOME，未作任何改动；请核对 {self.home}",
                f"the database belongs to another home and was left alone; check {self.home}",
            )

    def _is_whole(self, database: Database) -> bool:
        """Whether the database reflects the journal's head, whole."""
        meta = database.meta()
        if meta is None or meta.get("run") or "shape" not in meta:
            return False
        if not self.journal.entries:
            return not meta.get("head")
        made = (meta.get("head"), meta.get("rules"))
        now = (self.journal.head, schema.rules())
        return made == now and database.counts_agree(_shape(meta))

    def _clear(self, database: Database) -> None:
        """Throw the graph away: the embedded folder as a whole, a Neo4j's nodes by batches."""
        if self.kind == "embedded" and self._embedded is not None:
            self._disconnect()
            shutil.rmtree(self.home / "db", ignore_errors=True)
            return
        held = database.held(_shape(database.meta() or {}))
        found = difference(WantedGraph(), held)
        database.apply(WantedGraph(), found)
        while database.read("MATCH (n) WHERE NOT n:Meta RETURN count(n) AS c")[0][0]:
            database.write("MATCH (n) WHERE NOT n:Meta WITH n LIMIT 2000 DETACH DELETE n")
        database.set_meta(head="", run="", shape=json.dumps(EMPTY_SHAPE))

    def _start_over(self, wanted: WantedGraph, progress: Progress | None) -> Change:
        self._clear(self._open(progress, mend=False))
        return self._write(self._open(progress, mend=False), wanted, progress)

    def _disconnect(self) -> None:
        if self._embedded is not None:
            self._embedded.stop()
            self._embedded = None
        elif self._database is not None:
            self._database.driver.close()
        self._database = self._owner = None
        if self._owner_lock is not None:
            os.close(self._owner_lock)
            self._owner_lock = None

    def close(self) -> None:
        """End what was opened; the store can be used again, which opens it anew.

        Another process that writes through this one's embedded database is waited for.
        """
        if self._embedded is None:
            self._disconnect()
            return
        with suppress(StoreBusy), self._writing():
            self._disconnect()
        self._disconnect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.close()
        else:  # something went wrong, or a signal came: wait for nobody
            self._disconnect()

    # ------------------------------------------------------------------ locks and faults

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time on a home."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.home / "write.lock"
        ends = time.monotonic() + _WAIT_SECONDS
        while (lock := _try_lock(path)) is None:
            if time.monotonic() > ends:
                raise _busy(path)
            time.sleep(0.2)
        try:
            self.journal.reload()
            yield
        finally:
            os.close(lock)

    @contextmanager
    def _told_errors(self) -> Iterator[None]:
        """Faults of driver and disk as one line."""
        from neo4j.exceptions import AuthError, DriverError, Neo4jError

        where = _shown(self._uri) if self._uri else str(self.home)
        try:
            yield
        except AuthError as error:
            raise StoreUnavailable(
                f"Neo4j 拒绝登录（{where}）；请检查 GONGJIAN_NEO4J_USER 和 GONGJIAN_NEO4J_PASSWORD",
                f"Neo4j refuses the login ({where}); check GONGJIAN_NEO4J_USER and _PASSWORD",
            ) from error
        except (DriverError, Neo4jError) as error:
            told = next(iter(str(error).splitlines()), type(error).__name__)[:200]
            raise StoreUnavailable(
                f"数据库没有应答或中断（{where}）：{told}；已记入的数据不会丢失，恢复后重试即可",
                f"the database doesn't answer ({where}): {told}; nothing recorded is lost, "
                "try again when it is back",
            ) from error
        except OSError as error:
            raise StoreError(
                f"{self.home} 写入失败：{error.strerror or error}；请检查磁盘空间和权限",
                f"{self.home}: {error.strerror or error}; check disk space and permissions",
            ) from error


# ---------------------------------------------------------------------- an import's plan


class _Plan:
    """Which datasets are new to the journal, what they replace, and what stays live."""

    def __init__(self, journal: Journal, datasets: Sequence[Dataset], *, on: Day, who: str) -> None:
        self.journal = journal
        self.issues: list[Issue] = []
        # of one file under several names always the same one, whatever the order
        by_name = sorted(datasets, key=lambda d: (d.info.file, d.info.sheet), reverse=True)
        first = {d.info.id: d for d in by_name}
        self.datasets = list({d.info.id: first[d.info.id] for d in datasets}.values())
        self.before = {r.entry.dataset: r for r in journal.recorded()}
        series = self._series()
        self.fresh: list[Dataset] = []
        self.entries: list[Entry] = []
        self.by_content: dict[str, Dataset] = {}
        for dataset in self.datasets:
            content = dataset.content_hash()
            self.by_content[content] = dataset
            known = self.before.get(dataset.info.id)
            if known is not None and (known.live or known.replaced_by):
                old = known.entry
                if old.content == content and journal.is_whole(old):
                    continue
            self.fresh.append(dataset)
            self.entries.append(
                Entry(
                    op="import",
                    dataset=dataset.info.id,
                    content=content,
                    on=on,
                    who=who,
                    series=series[dataset.info.id],
                    reported_on=dataset.info.reported_on,
                )
            )
        self.after = self._after()
        self._tell_older()

    def _series(self) -> dict[str, str]:
        """Series of each dataset; several of one series in one import are numbered by name, so
        that their newer versions, coming together again, each replace their own."""
        found: dict[str, str] = {}
        first: dict[str, DatasetInfo] = {}
        taken: set[str] = set()
        by_name = sorted(self.datasets, key=lambda d: (d.info.file, d.info.sheet, d.info.id))
        for info in (d.info for d in by_name):
            known = self.before.get(info.id)
            if known is not None and known.live and _base(known.entry.series) == info.series:
                found[info.id] = known.entry.series
                taken.add(known.entry.series)
                first.setdefault(info.series, info)
        for info in (d.info for d in by_name):
            if info.id in found:
                continue
            number = 1
            while (series := _numbered(info.series, number)) in taken:
                number += 1
            found[info.id] = series
            taken.add(series)
            if number > 1:
                other = first[info.series]
                self.issues.append(
                    make_issue(
                        "series_twice",
                        file=info.file,
                        sheet=info.sheet,
                        other=" ".join(filter(None, [other.file, other.sheet])),
                    )
                )
            first.setdefault(info.series, info)
        return found

    def _after(self) -> Journal:
        """A journal in memory as it will be."""
        after = object.__new__(Journal)
        after.entries = [*self.journal.entries, *self.entries]
        return after

    def live_after(self) -> list[Entry]:
        return self.after.live()

    def _tell_older(self) -> None:
        state = {r.entry.dataset: r for r in self.after.recorded()}
        for dataset in self.fresh:
            newer = state[dataset.info.id].replaced_by
            if newer is not None:
                info = dataset.info
                issue = make_issue("series_older", file=info.file, sheet=info.sheet, newer=newer)
                self.issues.append(issue)

    def compared(self) -> list[ImportedDataset]:
        """Rows of every dataset against what it takes the place of."""
        live_before = {r.entry.series: r.entry for r in self.before.values() if r.live}
        series = {e.dataset: e.series for e in self.entries}
        found = []
        for dataset in self.datasets:
            info = dataset.info
            if info.id not in series:
                found.append(compared(dataset, dataset, replaces=None))
                continue
            old = live_before.get(series[info.id])
            before = None
            if old is not None:
                before = self.by_content.get(old.content) or self.journal.load(old)
            other = old.dataset if old is not None and old.dataset != info.id else None
            found.append(compared(dataset, before, replaces=other))
        return found


# ---------------------------------------------------------------------- small helpers


def _numbered(series: str, number: int) -> str:
    return series if number == 1 else f"{series}|#{number}"


def _base(series: str) -> str:
    return re.sub(r"\|#\d+$", "", series)


def _about(issues: Sequence[Issue], datasets: Sequence[Dataset]) -> list[Issue]:
    """Of the whole network's issues those of the given sheets."""
    sheets = {(d.info.file, d.info.sheet) for d in datasets}
    return [i for i in issues if (i.file, i.sheet) in sheets]


def _nothing(change: Change) -> Change:
    total = sum(change.entities.values())
    return Change(entities={"created": 0, "updated": 0, "unchanged": total})


def _change_result(change: Change, *, live_again: str | None = None) -> ChangeResult:
    return ChangeResult(
        nodes_created=change.created,
        nodes_updated=change.updated,
        nodes_unchanged=change.unchanged,
        nodes_deleted=change.deleted,
        ties_created=change.ties_created,
        ties_deleted=change.ties_deleted,
        live_again=live_again,
    )


def _shape(meta: dict[str, Any]) -> dict[str, Any]:
    text = meta.get("shape")
    return dict(json.loads(text)) if text else dict(EMPTY_SHAPE)


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Labels and groups of either, for reading digests while a run is under way."""
    return {part: {**one[part], **other[part]} for part in ("nodes", "ties")}


def _driver(uri: str, auth: tuple[str, str] | None) -> Driver:
    from neo4j import GraphDatabase
    from neo4j.exceptions import ConfigurationError, DriverError

    driver: Driver | None = None
    try:
        driver = GraphDatabase.driver(
            uri,
            auth=auth,
            connection_timeout=5,
            connection_acquisition_timeout=10,
            max_transaction_retry_time=15,
            liveness_check_timeout=0,
        )
        driver.verify_connectivity()
    except (ConfigurationError, ValueError) as error:
        _close(driver)
        raise UsageError(
            f"Neo4j 地址不对：{_shown(uri)}；应形如 bolt://127.0.0.1:7687",
            f"not a Neo4j address: {_shown(uri)}; it looks like bolt://127.0.0.1:7687",
        ) from error
    except (DriverError, OSError) as error:
        _close(driver)
        raise StoreUnavailable(
            f"连不上 Neo4j（{_shown(uri)}）；请检查它是否已启动、地址是否正确",
            f"Neo4j isn't reached at {_shown(uri)}; "
            "check that it runs and that the address is right",
        ) from error
    return driver


def _close(driver: Driver | None) -> None:
    if driver is not None:
        driver.close()


def _started(root: Path) -> Embedded:
    """The embedded server; a folder that it can't open any more is thrown away."""
    from graph.embedded import NotOpened, start_embedded

    try:
        return start_embedded(root)
    except NotOpened:
        shutil.rmtree(root, ignore_errors=True)
        return start_embedded(root)


def _shown(uri: str) -> str:
    """An address without the login that somebody wrote into it."""
    return re.sub(r"//[^/@]*@", "//", uri)


def _try_lock(path: Path) -> int | None:
    """An exclusive lock on a file, with our process id in it; None where another holds it."""
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(number)
        return None
    os.ftruncate(number, 0)
    os.write(number, str(os.getpid()).encode())
    return number


def _busy(path: Path) -> StoreBusy:
    try:
        holder = path.read_text(encoding="ascii").strip() or "?"
    except OSError:
        holder = "?"
    return StoreBusy(
        f"{path.parent} 正被另一进程使用（进程号 {holder}）；请等它结束后重试",
        f"{path.parent} is in use by process {holder}; try again when it has ended",
    )
