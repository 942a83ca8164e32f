"""The embedded store: one ArcadeDB server in this process, spoken to over Bolt on loopback.

The settings that matter reach the engine as JVM arguments only: a flush before every
acknowledgement, a time limit for statements, no reading of files or addresses by a statement,
a message size above the driver's batches. The database is a cache of the datasets.
"""

from __future__ import annotations

import atexit
import json
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.database.patience import in_time
from graph.database.seal import break_seal, seal
from graph.model.errors import StoreUnavailable

if TYPE_CHECKING:
    from neo4j import Driver

DATABASE = "cb"
_OWNER_SECONDS = 5.0
"""How long the process that has the database open may take to answer."""
_HEAP = os.environ.get("GONGJIAN_JVM_HEAP", "1g")


@dataclass(slots=True)
class Embedded:
    """A running server and how to end it. Close drivers before `stop`."""

    driver: Driver
    stop: Callable[[], None]
    new: bool
    """Whether the folder was made just now."""
    sealed: bool
    """Whether its files were, byte for byte, what the last clean end left, or are new."""
    trusted: bool = True
    """Whether nothing in it has failed; else no seal is left at its end, and the next start looks
    it through."""


class NotOpened(StoreUnavailable):
    """The server doesn't open its folder, or not with the password kept beside it."""


def start_embedded(root: Path, *, light: bool = False) -> Embedded:
    """Start the server on a folder, made if missing.

    Parameters
    ----------
    root
        The server's folder.
    light
        Whether there is little to do: the JVM then compiles quickly rather than well, which
        halves the processor time of a small import and would double that of a city's. The
        first start of a process decides.

    Raises
    ------
    StoreUnavailable
        If the engine doesn't start at all.
    NotOpened
        If it doesn't open the folder, or its files are damaged; it is then to be made anew.
    """
    root = root.resolve()
    new = not (root / "databases").exists()
    whole = new or break_seal(root)
    if whole is False:
        raise _not_started(root, OSError("damaged files"), NotOpened)
    root.mkdir(parents=True, exist_ok=True)
    password = _password(root)
    port, http_port = _free_port(), _free_port()
    try:
        _start_jvm(root, light=light)
    except Exception as error:
        raise _not_started(root, error, StoreUnavailable) from error
    try:
        import arcadedb_embedded

        server = arcadedb_embedded.create_server(
            str(root),
            root_password=password,
            config={
                "host": "127.0.0.1",
                "mode": "production",
                "http_port": str(http_port),
                "bolt_port": str(port),
                "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
                "server_defaultDatabases": f"{DATABASE}[root]",
            },
        )
        server.start()
    except Exception as error:
        raise _not_started(root, error, NotOpened) from error
    from neo4j import GraphDatabase
    from neo4j.exceptions import DriverError, Neo4jError

    driver = GraphDatabase.driver(f"bolt://127.0.0.1:{port}", auth=("root", password))
    try:
        driver.verify_connectivity()
    except (DriverError, Neo4jError) as error:
        driver.close()
        server.stop()
        raise _not_started(root, error, NotOpened) from error
    note = root / "bolt.json"
    _write_private(
        note, json.dumps({"port": port, "password": password, "pid": os.getpid()}), fresh=True
    )
    done: list[bool] = []

    def stop() -> None:
        if done:
            return
        done.append(True)
        note.unlink(missing_ok=True)
        driver.close()  # an open connection would keep the JVM alive
        server.stop()
        if embedded.trusted:
            seal(root)
        _hang_up()
        atexit.unregister(stop)

    embedded = Embedded(driver, stop, new, sealed=whole is True)
    atexit.register(stop)  # after the JVM's own hook, so that it runs before
    return embedded


def owner_of(root: Path) -> str | None:
    """What the process that has the folder open says of itself; changes with each start."""
    try:
        return (root / "bolt.json").read_text(encoding="utf-8")
    except OSError:
        return None


def connect_to_owner(root: Path) -> Driver | None:
    """A driver to the process that has the folder open, if one answers."""
    try:
        note = json.loads(owner_of(root) or "")
    except ValueError:
        return None
    from neo4j import GraphDatabase
    from neo4j.exceptions import DriverError, Neo4jError

    driver = GraphDatabase.driver(
        f"bolt://127.0.0.1:{note['port']}",
        auth=("root", note["password"]),
        connection_timeout=2,
        connection_acquisition_timeout=3,
        max_transaction_retry_time=10,
        liveness_check_timeout=0,
    )
    try:
        in_time(driver.verify_connectivity, _OWNER_SECONDS)
    except (DriverError, Neo4jError, OSError, TimeoutError):
        with suppress(TimeoutError):
            in_time(driver.close, _OWNER_SECONDS)
        return None
    return driver


def _start_jvm(root: Path, *, light: bool) -> None:
    import jpype

    if jpype.isJVMStarted():
        return
    logging = root / "logging.properties"  # nothing else keeps the engine from writing ./log
    logging.write_text(
        "handlers=java.util.logging.ConsoleHandler\n.level=SEVERE\n"
        "java.util.logging.ConsoleHandler.level=SEVERE\n"
        "java.util.logging.ConsoleHandler.formatter=com.arcadedb.utility.AnsiLogFormatter\n",
        encoding="utf-8",
    )
    os.environ.setdefault("ARCADEDB_JVM_ERROR_FILE", str(root / "hs_err_%p.log"))
    before = signal.getsignal(signal.SIGTERM)
    from arcadedb_embedded.jvm import start_jvm

    with _stderr_to(root / "jvm.log"), _utf8_locale():
        start_jvm(heap_size=_HEAP, jvm_args=_jvm_args(logging, light=light))
    if threading.current_thread() is not threading.main_thread():
        # The starting thread counts as the JVM's main one; the JVM would wait for its end, and
        # the process would never exit.
        jpype.JClass("java.lang.Thread").detach()
        return  # signals belong to the embedding program
    # Unwinding the stack closes driver and server; a killed import mustn't look like a good one.
    handler: Any = before if callable(before) else lambda *_: sys.exit(128 + signal.SIGTERM)
    signal.signal(signal.SIGTERM, handler)


def _jvm_args(logging: Path, *, light: bool) -> list[str]:
    return [
        *(["-XX:TieredStopAtLevel=1"] if light else []),
        "-Xrs",  # leave SIGTERM and SIGINT to Python, from whatever thread the JVM is started
        f"-Djava.util.logging.config.file={logging}",
        "--sun-misc-unsafe-memory-access=allow",
        "-Darcadedb.txWalFlush=2",
        "-Darcadedb.command.timeout=120000",
        "-Darcadedb.bolt.maxMessageSize=67108864",
        "-Darcadedb.opencypher.loadCsv.allowFileUrls=false",
        "-Darcadedb.opencypher.loadCsv.allowRemoteUrls=false",
    ]


def _hang_up() -> None:
    """Close what other processes still hold open to the stopped server.

    Each such connection is a thread that the JVM waits for at exit; the server forgets them.
    """
    import jpype

    for thread in jpype.JClass("java.lang.Thread").getAllStackTraces().keySet():
        if not str(thread.getClass().getName()).startswith("com.arcadedb.bolt."):
            continue
        for field in thread.getClass().getDeclaredFields():
            if str(field.getType().getName()) == "java.net.Socket":
                field.setAccessible(True)
                field.get(thread).close()


@contextmanager
def _utf8_locale() -> Iterator[None]:
    """The JVM reads names of files as its locale says; `LC_ALL=C` would know no 汉字 in a path."""
    name = next((os.environ[n] for n in ("LC_ALL", "LC_CTYPE", "LANG") if os.environ.get(n)), "C")
    if "utf" in name.lower():
        yield
        return
    before = os.environ.get("LC_ALL")
    os.environ["LC_ALL"] = "C.UTF-8"
    try:
        yield
    finally:
        if before is None:
            del os.environ["LC_ALL"]
        else:
            os.environ["LC_ALL"] = before


@contextmanager
def _stderr_to(path: Path) -> Iterator[None]:
    """What the JVM says of its own modules at its start is nothing for a user's screen."""
    sys.stderr.flush()
    kept = os.dup(2)
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.dup2(number, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(number)


def _password(root: Path) -> str:
    """The password that the server got at its first start on this folder."""
    path = root / "root.password"
    if not path.exists():
        _write_private(path, secrets.token_urlsafe(24))
    return path.read_text(encoding="ascii")


def _write_private(path: Path, text: str, *, fresh: bool = False) -> None:
    if fresh:
        path.unlink(missing_ok=True)
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _not_started(root: Path, error: Exception, kind: type[StoreUnavailable]) -> StoreUnavailable:
    told = _first_line(error)
    return kind(
        f"内嵌数据库无法启动（{root}）：{told}",
        f"the embedded database doesn't start ({root}): {told}",
    )


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)[:200]
