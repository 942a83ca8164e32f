"""A Neo4j that hangs, ends, or comes back: told in bounded time, right when it is back."""

from __future__ import annotations

import gc
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from graph.database.database import Database, Statement
from graph.database.patience import Hung, patiently
from graph.model.errors import StoreUnavailable
from graph.store.resolving import resolve
from graph.store.store import Store
from tests.graph.resolve.test_resolve import areas, divisions
from tests.graph.store.test_store import DAY, city, put, same
from tests.relay import Relay

pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"  # the driver's, of sockets that were cut
)


@contextmanager
def impatience(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Only where a hang is meant: a busy machine may be slow with anything else."""
    with monkeypatch.context() as patched:
        patched.setattr("graph.database.patience.ASK_AFTER", 1.0)
        patched.setattr("graph.database.patience.ANSWER_WITHIN", 1.0)
        patched.setattr("graph.database.connection._CONNECT_SECONDS", 2.0)
        yield patched


@pytest.fixture
def relay(empty_neo4j: Any) -> Iterator[Relay]:
    found = Relay(int(empty_neo4j.uri.rpartition(":")[2]))
    yield found
    found.close()
    for thread in threading.enumerate():  # those that were given up hold their connections
        if thread.name.startswith("gongjian-"):
            thread.join(5)
    with warnings.catch_warnings():  # what was given up in the middle is closed by nobody
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.neo4j
def test_a_server_that_hangs_in_the_middle_of_an_import(
    relay: Relay, empty_neo4j: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graph.model.network import Network

    uri = f"bolt://127.0.0.1:{relay.port}"
    store = Store(tmp_path, uri=uri, auth=empty_neo4j.auth)
    put(store, divisions())
    write = Database.write_together

    began = 0.0
    with ExitStack() as stack:

        def holds(self: Database, statements: list[Statement]) -> None:
            nonlocal began
            if any("MERGE (a)" in query for query, _ in statements) and not began:
                began = time.monotonic()
                stack.enter_context(impatience(monkeypatch))
                relay.hold()
            write(self, statements)

        monkeypatch.setattr(Database, "write_together", holds)
        with pytest.raises(StoreUnavailable) as told:
            put(store, *city())
        assert time.monotonic() - began < 30
        assert "\n" not in told.value.zh + told.value.en
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):  # nobody else waits for ever either
            Store(tmp_path, uri=uri, auth=empty_neo4j.auth).graph_hash()
        assert time.monotonic() - began < 30
    monkeypatch.setattr(Database, "write_together", write)
    relay.go_on()
    wanted = Network.from_wanted(resolve(city()), as_of=DAY)
    assert same(store.network(), wanted)  # the sheets were recorded, so they count
    store.close()


@pytest.mark.neo4j
def test_a_server_that_is_gone_hinders_no_reader_of_what_was_read(
    relay: Relay, empty_neo4j: Any, tmp_path: Path
) -> None:
    uri = f"bolt://127.0.0.1:{relay.port}"
    with Store(tmp_path, uri=uri, auth=empty_neo4j.auth) as store:
        put(store, divisions(), areas())
    relay.close()
    with Store(tmp_path, uri=uri, auth=empty_neo4j.auth) as store:
        assert store.network().areas.height > 0
        with pytest.raises(StoreUnavailable):
            store.graph_hash()
        with pytest.raises(StoreUnavailable):
            put(store, *city())
    with Store(tmp_path, uri=empty_neo4j.uri, auth=empty_neo4j.auth) as store:  # it is back
        put(store, *city())
        assert store.network().head == store.head


def test_a_slow_statement_is_waited_for_where_the_server_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slow() -> str:
        time.sleep(2.6)
        return "done"

    asked: list[int] = []
    with impatience(monkeypatch):
        assert patiently(slow, lambda: asked.append(1)) == "done"
        assert asked
        with pytest.raises(Hung):
            patiently(slow, lambda: time.sleep(5))
        with pytest.raises(Hung):
            patiently(slow, lambda: 1 // 0)


def test_an_error_of_a_statement_is_its_own() -> None:
    def fails() -> None:
        raise TimeoutError("of the statement")

    with pytest.raises(TimeoutError, match="of the statement"):
        patiently(fails, lambda: None)


def test_an_end_in_the_middle_of_a_statement_stays_an_end() -> None:
    """The driver refuses to say good-bye while another thread uses the connection."""

    class Used:
        def close(self) -> None:
            raise AssertionError

    class Opened:
        embedded = None

        def close(self) -> None:
            Database(Used(), None).close()  # type: ignore[arg-type]

    store = Store(Path("nowhere"))
    store._keeper.connection = Opened()  # type: ignore[assignment]
    with pytest.raises(SystemExit, match="143"), store:
        raise SystemExit(143)
