"""The way to the database: a Neo4j by its address, the embedded one by its folder.

The embedded database is open in one process at a time; another process speaks to that one. What
is opened is checked to be gongjian's own, and this home's, before anything is written.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from graph.database import schema
from graph.database.database import EMPTY_SHAPE, Database
from graph.database.faults import without_login
from graph.database.patience import in_time
from graph.disk.locks import WAIT_SECONDS, busy, try_lock
from graph.model.errors import StoreForeign, StoreTooNew, StoreUnavailable, UsageError
from graph.model.labels import Label

if TYPE_CHECKING:
    from neo4j import Driver

    from graph.database.embedded import Embedded
    from graph.journal.journal import Journal

_MANY_ROWS = 50_000
_MANY_BYTES = 4 << 20
"""Rows to be written, or bytes of kept datasets, from which a home is a city's."""
_CONNECT_SECONDS = 12.0


class Connection:
    """One database, opened when it is needed.

    Attributes
    ----------
    kind
        `embedded` or `neo4j`.
    database
        What is open; None before `open` and after `close`.
    embedded
        The server that runs in this process, if one does.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        uri: str | None = None,
        auth: tuple[str, str] | None = None,
        name: str | None = None,
    ) -> None:
        self.kind: Literal["embedded", "neo4j"] = "embedded" if uri is None else "neo4j"
        self.uri = uri
        self.database: Database | None = None
        self.embedded: Embedded | None = None
        self.looked_through = False
        """Whether what is open was compared with what it says it holds."""
        self.schema_before = schema.SCHEMA_VERSION
        """The version of the database when it was opened."""
        self.rows_to_come = 0
        """Rows that whoever opens it is about to write besides what the home holds."""
        self._auth, self._name = auth, name
        self._journal = journal
        self._home = journal.home
        self._lock: int | None = None
        self._owner: str | None = None
        """What the other process said that has the embedded database open, if one has."""

    def open(self) -> Database:
        """The database, ours, with its schema; the caller holds the writers' lock.

        Raises
        ------
        StoreUnavailable, StoreBusy
            If it isn't reached.
        StoreForeign
            If it holds something else, or belongs to another home.
        StoreTooNew
            If a newer gongjian wrote it.
        """
        lost = self.database is not None and self.database.given_up
        if lost or (self._owner is not None and self._owner_is_gone()):
            self.close()
        if self.database is None:
            self.database = self._connect()
            try:
                self._check_ours(self.database)
            except BaseException:
                self.close()
                raise
        return self.database

    def clear(self) -> Database:
        """Throw the graph away: the embedded folder as a whole, of a Neo4j our nodes.

        Raises
        ------
        StoreForeign
            If nodes of somebody else bear our labels: they are left alone.
        """
        database = self.open()
        if self.embedded is not None:
            self.close()
            shutil.rmtree(self._home / "db", ignore_errors=True)
            return self.open()
        for label in Label:
            while database.read(schema.count_ours(label))[0][0]:
                database.write(schema.drop_ours(label))
        strange = [label for label in Label if database.read(schema.count_nodes(label))[0][0]]
        if strange:
            raise StoreForeign(
                f"数据库中有不是 gongjian 写入的节点（{'、'.join(strange)}），未作改动；"
                "请把它们移走，或为 gongjian 另指定一个空数据库",
                f"the database holds nodes that gongjian didn't write ({', '.join(strange)}); they "
                "were left alone. Move them, or give gongjian an empty database",
            )
        database.set_meta(head="", run="", shape=json.dumps(EMPTY_SHAPE))
        return database

    def distrust(self) -> None:
        """Have the embedded database looked through at its next opening, after an error of it."""
        self.looked_through = False
        if self.embedded is not None:
            self.embedded.trusted = self.embedded.sealed = False

    def close(self) -> None:
        """End what was opened; `open` opens it anew."""
        if self.embedded is not None:
            self.embedded.stop()
            self.embedded = None
        elif self.database is not None:
            self.database.close()
        self.database = self._owner = None
        self.looked_through = False
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    # ------------------------------------------------------------------ opening

    def _connect(self) -> Database:
        if self.uri is not None:
            return Database(_driver(self.uri, self._auth), self._name)
        from graph.database.embedded import DATABASE, connect_to_owner, owner_of

        root = self._home / "db"
        self._home.mkdir(parents=True, exist_ok=True)
        ends = time.monotonic() + WAIT_SECONDS
        while True:
            self._lock = try_lock(self._home / "db.lock")
            if self._lock is not None:
                try:
                    self.embedded = _started(root, light=self._little_to_do())
                except BaseException:
                    self.close()
                    raise
                return Database(self.embedded.driver, DATABASE)
            self._owner = owner_of(root)
            driver = connect_to_owner(root)
            if driver is not None:
                return Database(driver, DATABASE)
            if time.monotonic() > ends:
                raise busy(self._home / "db.lock")
            time.sleep(0.3)

    def _little_to_do(self) -> bool:
        """Whether the home is that of some streets, not of a city."""
        kept = self._home / "datasets"
        held = sum(f.stat().st_size for f in kept.glob("*.parquet")) if kept.is_dir() else 0
        return self.rows_to_come < _MANY_ROWS and held < _MANY_BYTES

    def _owner_is_gone(self) -> bool:
        """Whether the process that had the database open ended, or opened it anew."""
        from graph.database.embedded import owner_of

        lock = try_lock(self._home / "db.lock")
        if lock is not None:
            os.close(lock)
        return lock is not None or owner_of(self._home / "db") != self._owner

    def _check_ours(self, database: Database) -> None:
        meta = database.meta()
        if meta is None:
            if self.embedded is not None and not self.embedded.new:  # our own folder, damaged
                self.close()
                shutil.rmtree(self._home / "db", ignore_errors=True)
                self.database = database = self._connect()
            elif not database.is_empty():
                raise StoreForeign(
                    "该数据库中已有其他数据，未作任何改动；请为 gongjian 指定一个空数据库",
                    "the database holds something else and was left alone; "
                    "give gongjian an empty one",
                )
            database.make_schema()
            database.set_meta(
                schema=schema.SCHEMA_VERSION,
                made=schema.made(),
                head="",
                run="",
                shape=json.dumps(EMPTY_SHAPE),
            )
            self.schema_before = schema.SCHEMA_VERSION
            return
        version = self.schema_before = int(meta.get("schema", 0))
        if version > schema.SCHEMA_VERSION:
            raise StoreTooNew(
                "该数据库由更新版本的 gongjian 写成；请升级 gongjian",
                "the database was written by a newer gongjian; upgrade gongjian",
            )
        origin = meta.get("origin") or ""
        if self.uri is not None and origin and origin != self._journal.origin:
            raise StoreForeign(
                f"该数据库属于另一个 GONGJIAN_HOME，未作任何改动；请核对 {self._home}",
                f"the database belongs to another home and was left alone; check {self._home}",
            )
        for number in range(version + 1, schema.SCHEMA_VERSION + 1):
            for statement in schema.STEPS[number]() if number in schema.STEPS else ():
                database.write(statement)
            database.set_meta(schema=number)
        if meta.get("made") != schema.made():
            database.make_schema()
            database.set_meta(made=schema.made())


def shape_in(meta: dict[str, Any] | None) -> dict[str, Any]:
    """The shape that a Meta node tells, empty where it tells none."""
    text = (meta or {}).get("shape")
    return dict(json.loads(text)) if text else dict(EMPTY_SHAPE)


def _driver(uri: str, auth: tuple[str, str] | None) -> Driver:
    from neo4j import GraphDatabase
    from neo4j.exceptions import ConfigurationError, DriverError

    # What the server remarks on a query (a label that an empty database doesn't know yet) goes to
    # the log of an application that keeps one, not to the screen of one that doesn't.
    remarks = logging.getLogger("neo4j.notifications")
    if not remarks.handlers:
        remarks.addHandler(logging.NullHandler())
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
        in_time(driver.verify_connectivity, _CONNECT_SECONDS)
    except (ConfigurationError, ValueError) as error:
        _close(driver)
        raise UsageError(
            f"Neo4j 地址不对：{without_login(uri)}；应形如 bolt://127.0.0.1:7687",
            f"not a Neo4j address: {without_login(uri)}; it looks like bolt://127.0.0.1:7687",
        ) from error
    except (DriverError, OSError) as error:  # a TimeoutError is one
        _close(driver)
        raise StoreUnavailable(
            f"连不上 Neo4j（{without_login(uri)}）；请检查它是否已启动、地址是否正确",
            f"Neo4j isn't reached at {without_login(uri)}; "
            "check that it runs and that the address is right",
        ) from error
    return driver


def _close(driver: Driver | None) -> None:
    if driver is not None:
        with suppress(Exception):  # it never was of use
            in_time(driver.close, _CONNECT_SECONDS)


def _started(root: Path, *, light: bool) -> Embedded:
    """The embedded server; a folder that it can't open any more is thrown away."""
    from graph.database.embedded import NotOpened, start_embedded

    try:
        return start_embedded(root, light=light)
    except NotOpened:
        shutil.rmtree(root, ignore_errors=True)
        return start_embedded(root, light=light)
