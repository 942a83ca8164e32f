"""A real Neo4j for the tests: one that is named, one in a container, or one from Maven.

`GONGJIAN_TEST_NEO4J_URI` names a server (with `_USER` and `_PASSWORD`). Else a container is
started where a Docker engine answers. Else the server's Maven artifacts are fetched (kept in
`GONGJIAN_TEST_NEO4J_JARS`, by default under the checkout's ignored `.gongjian/`) and a
community server is started from them, on loopback, where java and mvn are there. Run as a
program, it does the last of these and prints the address.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LOG = Path(tempfile.gettempdir()) / f"gongjian-neo4j-{os.getpid()}.log"
_START_SECONDS = 120


class NoNeo4j(Exception):
    """Why there is no server."""


@dataclass(frozen=True)
class Server:
    """Where a server answers."""

    uri: str
    auth: tuple[str, str] | None = None


@contextmanager
def neo4j_server() -> Iterator[Server]:
    """A server for the tests' time.

    Raises
    ------
    NoNeo4j
        If none can be had.
    """
    if uri := os.environ.get("GONGJIAN_TEST_NEO4J_URI"):
        user, password = (os.environ.get(f"GONGJIAN_TEST_NEO4J_{n}") for n in ("USER", "PASSWORD"))
        yield Server(uri, (user or "neo4j", password) if password else None)
    elif _docker_answers():
        with _container() as server:
            yield server
    else:
        with _from_maven() as server:
            yield server


def _docker_answers() -> bool:
    if shutil.which("docker") is None:
        return False
    told = subprocess.run(["docker", "info"], capture_output=True, timeout=20, check=False)
    return told.returncode == 0


@contextmanager
def _container() -> Iterator[Server]:
    from testcontainers.neo4j import Neo4jContainer

    with Neo4jContainer("neo4j:5.26-community") as container:
        yield Server(container.get_connection_url(), (container.username, container.password))


def fetch_jars() -> Path:
    """The folder of the server's jars, fetched where missing."""
    default = HERE.parent / ".gongjian" / "neo4j-jars"
    folder = Path(os.environ.get("GONGJIAN_TEST_NEO4J_JARS", default)).resolve()
    done = folder / ".complete"
    if done.exists():
        return folder
    if shutil.which("java") is None or shutil.which("mvn") is None:
        raise NoNeo4j("java and mvn are needed to start a Neo4j from its Maven artifacts")
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mvn", "-q", "-B", "-f", str(HERE / "neo4j" / "pom.xml")]
    command += ["dependency:copy-dependencies", f"-DoutputDirectory={folder}"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    if told.returncode != 0:
        raise NoNeo4j(f"the Maven artifacts of Neo4j can't be had: {told.stdout[-500:]}")
    done.touch()
    return folder


class LocalNeo4j:
    """A server from the Maven artifacts, on loopback, that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._jars = fetch_jars()
        if shutil.which("java") is None:
            raise NoNeo4j("java is needed to start a Neo4j")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.uri = f"bolt://127.0.0.1:{self._port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        source = str(HERE / "neo4j" / "RunNeo4j.java")
        command = ["java", "-Xmx1g", "--add-opens=java.base/java.nio=ALL-UNNAMED"]
        command += ["-cp", f"{self._jars}/*", source, str(self.folder), str(self._port)]
        with LOG.open("wb") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, cwd=self.folder
            )
        _wait(self.process)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """End it."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()


@contextmanager
def _from_maven() -> Iterator[Server]:
    home = Path(tempfile.mkdtemp(prefix="gongjian-neo4j-"))
    try:
        server = LocalNeo4j(home)
        try:
            server.start()
            yield Server(server.uri)
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _wait(process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends:
        if b"READY" in LOG.read_bytes():
            return
        if process.poll() is not None:
            break
        time.sleep(0.3)
    raise NoNeo4j(f"Neo4j did not start; its log: {LOG}")


def main() -> int:
    """Start a server from the Maven artifacts and keep it until the input ends."""
    if sys.argv[1:] == ["fetch"]:
        print(fetch_jars())
        return 0
    with _from_maven() as server:
        print(server.uri, flush=True)
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
