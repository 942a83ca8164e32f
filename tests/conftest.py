"""What all tests share: one JVM per process, one home per test, a real Neo4j where one is to be had."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.neo4j_server import NoNeo4j, Server, neo4j_server

if TYPE_CHECKING:  # the store takes seconds to import; only tests that open one wait for it
    from graph.store.store import Store

# how long an example takes says more about the machine than about the code; the check of a change
# draws the same examples each time, so that it fails because of the change and not of the draw
settings.register_profile("gongjian", deadline=None)
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("gongjian")

OpenStore = Callable[[Path], "Store"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require-neo4j",
        action="store_true",
        help="fail instead of skip where no real Neo4j can be had",
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    """End without the JVM's own ending, which may crash after the last test has passed."""
    jpype = sys.modules.get("jpype")
    status = getattr(config, "gongjian_status", None)
    if status is not None and jpype is not None and jpype.isJVMStarted():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(status))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.gongjian_status = exitstatus  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tests see no setting and no home of whoever runs them."""
    for name in list(os.environ):
        if name.startswith("GONGJIAN_") and not name.startswith(("GONGJIAN_TEST_", "GONGJIAN_REQ")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GONGJIAN_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="session")
def neo4j(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A real Neo4j; skipped with the reason, or failed with `--require-neo4j`, without one."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(neo4j_server())
        except NoNeo4j as why:
            if request.config.getoption("--require-neo4j"):
                pytest.fail(f"no Neo4j: {why}")
            pytest.skip(f"no Neo4j: {why}")
        yield server


@pytest.fixture
def empty_neo4j(neo4j: Server) -> Iterator[Server]:
    """The server with an empty database; one that the tests find populated is left alone."""
    from neo4j import GraphDatabase

    with GraphDatabase.driver(neo4j.uri, auth=neo4j.auth) as driver:
        count = driver.execute_query("MATCH (n) RETURN count(n) AS c").records[0]["c"]
        if count:
            pytest.fail(f"{neo4j.uri} holds {count} nodes; the tests need an empty database")
        yield neo4j
        # everything in it was made by the test that just ended
        driver.execute_query("MATCH (n) CALL (n) { DETACH DELETE n }")


@pytest.fixture(params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def open_on(request: pytest.FixtureRequest) -> Iterator[OpenStore]:
    """Opens a store on a home: embedded, or on the real Neo4j. Closes what it opened."""
    from graph.store.store import Store

    server = request.getfixturevalue("empty_neo4j") if request.param == "neo4j" else None
    opened: list[Store] = []

    def open_home(home: Path) -> Store:
        uri = server.uri if server else None
        store = Store(home, uri=uri, auth=server.auth if server else None)
        opened.append(store)
        return store

    yield open_home
    for store in opened:
        store.close()


@pytest.fixture
def store(open_on: OpenStore, tmp_path: Path) -> Store:
    """An empty store."""
    return open_on(tmp_path / "home")
