"""The store: one home, one network, over Bolt.

Import, replace, retract, rebuild and move are one act: compute the wanted graph from the live
datasets, take the difference to what the database holds, write only that. What was begun and
not finished is finished at the next open; a database that lost something is made anew. The
database is opened only when something needs it: a network whose copy is on disk needs none.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from graph.database import schema
from graph.database.connection import Connection
from graph.database.database import Progress
from graph.database.difference import GraphChange
from graph.database.read_network import hash_of
from graph.disk.locks import locked
from graph.journal.journal import Journal, pseudonym_secret
from graph.model.dataset import Dataset
from graph.model.decision import Decision, DecisionKind
from graph.model.errors import StoreBusy, StoreError, UsageError
from graph.model.labels import UNRESTRICTED, Day, Scope
from graph.model.network import Network
from graph.model.readable import readable
from graph.model.review import ReviewList
from graph.model.scoped_network import seen_by
from graph.review.items import listed, load_review
from graph.settings import Settings
from graph.store.dataset_list import dataset_statuses
from graph.store.history import head_on, network_at
from graph.store.import_result import ChangeResult, DatasetStatus, ImportedDataset, ImportResult
from graph.store.keeper import Keeper, upgrade_notice
from graph.store.migrate import MigrateResult, home_format
from graph.store.network_reader import NetworkReader
from graph.store.prepared_import import PreparedImport

__all__ = [
    "ChangeResult",
    "DatasetStatus",
    "ImportResult",
    "ImportedDataset",
    "Progress",
    "Store",
    "open_store",
]


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
        If both a folder and a Neo4j are named by argument, or the home's path isn't UTF-8.
    StoreError
        If the home's journal is damaged or can't be read.
    """
    if store_dir is not None and neo4j_uri is not None:
        raise UsageError("--store 和 --neo4j 只能用一个", "--store and --neo4j exclude each other")
    settings = settings or Settings()
    home = Path(store_dir) if store_dir is not None else settings.home
    if (shown := readable(str(home))) != str(home):
        raise UsageError(
            f"数据文件夹的路径 {shown} 不是 UTF-8 编码，数据库打不开；"
            "请将文件夹改名，或用 --store 另指一处",
            f"the path {shown} isn't in UTF-8, and no database can open it; "
            "rename the folder, or name another by --store",
        )
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
        connection = Connection(self.journal, uri=uri, auth=auth, name=database)
        self._keeper = Keeper(home, self.journal, connection)
        self._networks = NetworkReader(self._keeper)
        self.kind = connection.kind

    @property
    def head(self) -> str:
        """Head of the journal: names the state of the network."""
        self.journal.reload()
        return self.journal.head

    def notices(self) -> list[tuple[str, str]]:
        """What whoever opens the store should be told, zh and en; nothing that stops the work."""
        return [*self.journal.notices(), *upgrade_notice(self._keeper.upgraded)]

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
            What the reader may see; the rest is left out (`graph.model.scoped_network`). Analyses
            need the whole city.

        Raises
        ------
        StoreError
            If there is no copy and the database can't be opened, or somebody writes the first one.
        """
        self.journal.reload()
        return seen_by(self._networks.newest(progress), scope)

    def network_at(self, moment: str, progress: Progress | None = None) -> Network:
        """The network as it was known at an earlier moment; see `graph.store.history`.

        Parameters
        ----------
        moment
            A head of the journal (at least six digits of it), or a day: what was known at its
            end.
        """
        self.journal.reload()
        head = head_on(self.journal, moment) if "-" in moment else moment
        if head == self.journal.head:
            return self.network(progress=progress)
        return network_at(self.journal, head, progress=progress)

    def datasets(self, scope: Scope = UNRESTRICTED) -> list[DatasetStatus]:
        """Every dataset ever imported, in the order of import.

        With a scope those that say something that its reader sees (`graph.model.scoped_network`);
        sheets that were replaced or retracted say nothing any more.
        """
        self.journal.reload()
        found = dataset_statuses(self._keeper)
        if scope.prefixes is None:
            return found
        seen = set(self.network(scope).datasets["key"])
        return [status for status in found if status.live and status.info.id in seen]

    def review(self) -> ReviewList:
        """What only a person can decide about who is who, what was decided, and what was joined
        by itself (`graph.review.queue`). While somebody writes, as it was before.
        """
        self.journal.reload()
        now = None if self._keeper.is_written() else self.journal.head
        found = load_review(self.home, now) if self.journal.entries else []
        if found is None:
            found = self._keeper.live.resolve(None).review
        return listed(found, self.journal.decisions())

    def graph_hash(self) -> str:
        """SHA-256 over all nodes and ties, sorted, as the database gives them back.

        Equal on every store that holds the same, after any order of imports.
        """
        if not self.journal.entries:
            return hashlib.sha256().hexdigest()
        with self._keeper.changing():
            return hash_of(self._networks.read_database(None))

    def prepare_import(
        self, datasets: Sequence[Dataset], *, on: Day, who: str, keep_wanted: bool = False
    ) -> PreparedImport:
        """An import that can be told, and then done, from one resolution.

        Parameters
        ----------
        on
            Day of the import: the date of sheets that name none.
        who
            Who imports, for the journal.
        keep_wanted
            Whether the network that it makes is asked for once it is done.
        """
        return PreparedImport(self._keeper, datasets, on=on, who=who, keep_wanted=keep_wanted)

    def import_datasets(
        self,
        datasets: Sequence[Dataset],
        *,
        on: Day,
        who: str,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> ImportResult:
        """Take sheets in: all of them, or on any error none; with `dry_run` only tell.

        Raises
        ------
        StoreError
            If the store can't be opened or written; nothing is acknowledged then.
        """
        prepared = self.prepare_import(datasets, on=on, who=who)
        return prepared.told(progress) if dry_run else prepared.commit(progress)

    def retract(
        self, dataset_id: str, *, on: Day, who: str, progress: Progress | None = None
    ) -> ChangeResult:
        """Take a dataset out again, exactly; an older sheet that it replaced counts again.

        Raises
        ------
        UsageError
            If no such dataset is there, or it was retracted already.
        """
        with self._keeper.changing():
            recorded = {r.entry.dataset: r for r in self.journal.recorded()}
            found = recorded.get(dataset_id)
            if found is None or not (found.live or found.replaced_by):
                raise UsageError(
                    f"没有这份数据，或已经撤回：{dataset_id}；请用 gongjian datasets 查看",
                    f"no such dataset, or it was retracted already: {dataset_id}; "
                    "see gongjian datasets",
                )
            database = self._keeper.open(progress)
            before = self._keeper.copy_of(self.journal.head)
            live = {e.dataset for e in self.journal.live()}
            entry = found.entry.model_copy(update={"op": "retract", "on": on, "who": who})
            self.journal.append([entry])
            change = self._keeper.bring(database, before, progress)
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
        with self._keeper.changing():
            lines = self.journal.new_decisions(decisions)
            database = self._keeper.open(progress)
            before = self._keeper.copy_of(self.journal.head)
            if lines:
                self.journal.append(lines)
            change = self._keeper.bring(database, before, progress)
        return _change_result(change)

    def decisions(self, kind: DecisionKind | None = None) -> list[Decision]:
        """What people decided and is in force, by kind and key."""
        self.journal.reload()
        return self.journal.decisions(kind)

    def rebuild(self, *, progress: Progress | None = None) -> ChangeResult:
        """Make the graph anew from the kept datasets."""
        with self._keeper.changing():
            wanted = self._keeper.live.resolve(progress)  # before anything is thrown away
            shutil.rmtree(self.home / "cache", ignore_errors=True)
            self._keeper.network = None
            change = self._keeper.start_over(wanted, progress)
        return _change_result(change)

    def migrate(self, *, progress: Progress | None = None) -> MigrateResult:
        """Bring home and database to the formats of this version, and tell from which.

        Whatever changes the network does so by itself; this does nothing else.
        """
        before = home_format(self.home)
        with self._keeper.changing():
            self._keeper.open(progress)
        return MigrateResult(
            home_from=before,
            home_to=home_format(self.home),
            store=self.kind,
            store_from=self._keeper.connection.schema_before,
            store_to=schema.SCHEMA_VERSION,
        )

    def close(self) -> None:
        """End what was opened; the store can be used again, which opens it anew.

        Another process that writes through this one's embedded database is waited for.
        """
        if self._keeper.connection.embedded is None:
            self._keeper.connection.close()
            return
        with suppress(StoreBusy), locked(self.home / "write.lock"):
            self._keeper.connection.close()
        self._keeper.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.close()
        else:  # something went wrong, or a signal came: wait for nobody
            self._keeper.connection.close()


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
