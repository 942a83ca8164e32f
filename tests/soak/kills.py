"""Kill -9 at random moments, then open again: nothing acknowledged is lost, nothing is half.

Each round takes a copy of a home as it was before some step of `tests.soak.steps`, has a process
of its own do that step and the next, and kills it somewhere on the way; on a Neo4j that the
rounds may kill, in part of them the server instead. Then:

- the journal holds every step that was acknowledged, and is the beginning of a clean run's;
- every copy that a reader may have been given is, for its head, a clean run's;
- the next open ends, by itself, in the clean run's graph for the journal's head;
- the step that was cut off, done again, ends in the clean run's graph after it.

Expected graphs come from the datasets by the pure resolution, not from a database.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from neo4j import GraphDatabase

from graph.database import schema
from graph.database.read_network import hash_of, load_copy
from graph.journal.journal import Journal, live
from graph.model.errors import StoreError
from graph.model.network import Network
from graph.store.resolving import resolve
from graph.store.store import Store
from tests.neo4j_server import LocalNeo4j
from tests.soak import steps

ROOT = Path(__file__).parents[2]
_WAIT = 180.0
READ_IN = 0.2
"""Share of the rounds in which somebody reads all the while."""
SERVER_IN = 0.1
"""Share of the rounds in which the server is killed and not the program, where it may be."""
TERM_IN = 0.1
"""Share of the rounds in which the process is told to end (SIGTERM), and does so in order."""
EARLY_IN = 0.2
"""Share of the rounds in which the process is killed while it still opens the database."""


class Broken(AssertionError):
    """A round that ended wrong."""


class Kills:
    """Rounds on one store; `folder` is theirs alone."""

    def __init__(
        self, folder: Path, *, uri: str | None = None, server: LocalNeo4j | None = None, seed: int
    ) -> None:
        self.folder = folder
        self.uri = server.uri if server is not None else uri
        self.server = server
        self.chance = random.Random(seed)
        self.counts: Counter[str] = Counter()
        self.lines: list[int] = []
        self.heads: list[str] = []
        self.after: list[str] = []
        self.by_head: dict[str, str] = {}
        self.seconds: list[float] = []

    # ------------------------------------------------------------------ a clean run

    def prepare(self) -> None:
        """Do all steps undisturbed, keeping the home before each; learn what to expect."""
        home = self.folder / "clean"
        for number, (_, step) in enumerate(steps.STEPS):
            if home.exists():
                shutil.copytree(home, self.folder / f"before-{number}")
            else:
                (self.folder / f"before-{number}").mkdir()
            began = time.monotonic()
            with self.store(home) as store:
                if number == 0:
                    _ = store.pseudonym_secret
                    shutil.copytree(
                        home, self.folder / "before-0", dirs_exist_ok=True
                    )  # the same key in every round, so that the lines of the journal are too
                step(store)
                self.after.append(store.graph_hash())
            self.seconds.append(time.monotonic() - began)
            self.lines.append(len(Journal(home).entries))
        journal = Journal(home)
        self.heads = journal.heads
        for count, head in enumerate(self.heads, start=1):
            begun = journal.entries[:count]
            wanted = resolve([journal.load(entry) for entry in live(begun)])
            self.by_head[head] = hash_of(Network.from_wanted(wanted, head=head, as_of=None))
        for count, told in zip(self.lines, self.after, strict=True):
            _check(self.by_head[self.heads[count - 1]] == told, "a clean run's graph is another")

    def store(self, home: Path) -> Store:
        return steps.opened(home, self.uri)

    # ------------------------------------------------------------------ one round

    def round(self) -> None:
        """Kill once, and look what is left."""
        number = self.chance.randrange(len(steps.STEPS))
        home = self.folder / "home"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.folder / f"before-{number}", home)
        if self.uri is not None:
            self._bring_back(home)
        begun, done = self._killed(home, number)
        self.counts["rounds"] += 1
        self.counts[f"in {steps.STEPS[begun][0]}"] += begun not in done
        self._judge(home, begun, done)

    def _bring_back(self, home: Path) -> None:
        """A Neo4j goes back to where the home is; to nothing for a new home."""
        with self.store(home) as store:
            if store.journal.entries:
                store.graph_hash()
                return
        assert self.uri is not None
        store = steps.opened(home, self.uri)
        with GraphDatabase.driver(self.uri, auth=store._keeper.connection._auth) as driver:
            driver.execute_query("MATCH (n) DETACH DELETE n")

    def _killed(self, home: Path, number: int) -> tuple[int, list[int]]:
        """The step that was begun last, and those that were acknowledged."""
        env = dict(os.environ, GONGJIAN_JVM_HEAP="256m")
        env["JAVA_TOOL_OPTIONS"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
        if self.uri is not None:
            env[steps.URI] = self.uri
        following = [str(n) for n in (number, number + 1) if n < len(steps.STEPS)]
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.steps", str(home), *following],
            cwd=ROOT,
            env=env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert child.stdout is not None
        reader = _Reader(self, home) if self.chance.random() < READ_IN else None
        told: list[str] = []
        if self.chance.random() < EARLY_IN:
            time.sleep(self.chance.uniform(0.3, 5.0))
        else:
            told.append(child.stdout.readline())
            time.sleep(self.chance.uniform(0.0, 1.5 * self.seconds[number]))
        by_server = self.server is not None and self.chance.random() < SERVER_IN
        if self.server is not None and by_server:
            self.counts["server killed"] += 1
            self.server.kill()
            out, err = self._ended(child)
            self.server.start()
        else:
            how = signal.SIGTERM if self.chance.random() < TERM_IN else signal.SIGKILL
            self.counts["told to end"] += how is signal.SIGTERM
            child.send_signal(how)
            out, err = self._ended(child)
        if reader is not None:
            reader.end()
        told += out.splitlines()
        words = [line.split() for line in told if line.strip()]
        done = [int(n) for word, n in words if word == "done"]
        begun = [int(n) for word, n in words if word == "begin"]
        ends = (0, -signal.SIGKILL, -signal.SIGTERM, 128 + signal.SIGTERM)
        wrong = child.returncode not in ends and not by_server and reader is None
        _check(not wrong, f"the process failed by itself ({child.returncode}): {err[-600:]}")
        return (begun[-1] if begun else number), done

    def _ended(self, child: subprocess.Popen[str]) -> tuple[str, str]:
        try:
            return child.communicate(timeout=_WAIT)
        except subprocess.TimeoutExpired:
            child.kill()
            out, err = child.communicate()
            raise Broken(f"the process hangs; it said {out!r} {err[-600:]!r}") from None

    def _judge(self, home: Path, begun: int, done: list[int]) -> None:
        journal = Journal(home)
        count = len(journal.entries)
        least = self.lines[done[-1]] if done else (self.lines[begun - 1] if begun else 0)
        self.counts["acknowledged steps lost"] += count < least
        _check(count >= least, f"lost: {count} lines, {least} were acknowledged")
        _check(count <= self.lines[begun], "more lines than were begun")
        _check(journal.heads == self.heads[:count], "the journal isn't the clean run's beginning")
        self.counts["lines torn"] += journal.torn is not None
        for head in journal.heads:
            copy = load_copy(home / "cache", head)
            half = copy is not None and hash_of(copy) != self.by_head[head]
            self.counts["half graphs seen"] += half
            _check(not half, "a copy for readers isn't the clean run's graph")
        with self.store(home) as store:
            expected = self.by_head[journal.head] if count else store.graph_hash()
            _check(store.graph_hash() == expected, "the next open ends in another graph")
            if begun not in done:
                steps.STEPS[begun][1](store)
                _check(store.graph_hash() == self.after[begun], "done again it ends in another")


class _Reader:
    """Somebody who reads all the while; what is read must be whole."""

    def __init__(self, kills: Kills, home: Path) -> None:
        self._kills, self._home = kills, home
        self._end = threading.Event()
        self._wrong: list[str] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with self._kills.store(self._home) as store:
            while not self._end.is_set():
                try:
                    network = store.network()
                except StoreError:  # nothing kept, and the writer was killed: as it may be
                    self._kills.counts["reads refused"] += 1
                else:
                    self._kills.counts["reads"] += 1
                    told = self._kills.by_head.get(network.head)
                    if told is not None and told != hash_of(network):
                        self._wrong.append(network.head)
                self._end.wait(0.05)

    def end(self) -> None:
        self._end.set()
        self._thread.join(_WAIT)
        _check(not self._thread.is_alive(), "a reader hangs")
        self._kills.counts["half graphs seen"] += len(self._wrong)
        _check(not self._wrong, "a reader saw half a graph")


def _check(right: bool, words: str) -> None:
    if not right:
        raise Broken(words)


def run(
    rounds: int,
    folder: Path,
    *,
    uri: str | None = None,
    server: LocalNeo4j | None = None,
    seed: int = 1,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Do so many rounds; the counts of what happened.

    Raises
    ------
    Broken
        At the first round that ends wrong; its home is left where it is.
    """
    before = schema.BATCH_ROWS
    schema.BATCH_ROWS = steps.BATCH
    kills = Kills(folder, uri=uri, server=server, seed=seed)
    try:
        kills.prepare()
        for number in range(rounds):
            kills.round()
            if (number + 1) % 10 == 0:
                tell(f"{number + 1} of {rounds} {dict(sorted(kills.counts.items()))}")
    finally:
        schema.BATCH_ROWS = before
    for never in ("acknowledged steps lost", "half graphs seen"):
        kills.counts.setdefault(never, 0)
    return dict(sorted(kills.counts.items()))
