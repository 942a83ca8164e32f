"""Ten rounds of kill -9 on each store (`make soak` does hundreds), and processes at one home."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graph.journal.journal import Journal
from graph.store.store import Store
from tests.soak import kills, steps

ROUNDS = 10


def check(found: dict[str, Any]) -> None:
    assert found["rounds"] == ROUNDS
    assert found["acknowledged steps lost"] == 0
    assert found["half graphs seen"] == 0


def test_killed_at_any_moment_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    check(kills.run(ROUNDS, tmp_path, seed=20))


@pytest.mark.neo4j
def test_killed_at_any_moment_nothing_is_lost_on_neo4j(empty_neo4j: Any, tmp_path: Path) -> None:
    check(kills.run(ROUNDS, tmp_path, uri=empty_neo4j.uri, seed=21))


def program(home: Path, *numbers: int, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """Does steps of `tests.soak.steps` in a process of its own."""
    return subprocess.Popen(
        [*before, sys.executable, "-m", "tests.soak.steps", str(home), *map(str, numbers)],
        cwd=kills.ROOT,
        env={**os.environ, "GONGJIAN_JVM_HEAP": "256m"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A home after the first step, its database closed."""
    with Store(tmp_path / "home") as store:
        steps.STEPS[0][1](store)
    return tmp_path / "home"


def test_two_processes_import_at_once(begun: Path) -> None:
    """One waits for the other, whoever has the database open; both sheets count."""
    both = [program(begun, number) for number in (1, 2)]
    for process in both:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert "done" in out
    with Store(begun.with_name("clean")) as clean:
        for number in (0, 1, 2):
            steps.STEPS[number][1](clean)
        told = clean.graph_hash()
    with Store(begun) as store:
        assert store.graph_hash() == told


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # cut sockets
def test_a_stopped_owner_is_named_in_bounded_time(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGSTOP: its locks stay, its port accepts and says nothing."""
    from graph.model.errors import StoreBusy, StoreUnavailable

    monkeypatch.setattr("graph.database.patience.ASK_AFTER", 1.0)
    monkeypatch.setattr("graph.database.patience.ANSWER_WITHIN", 1.0)
    monkeypatch.setattr("graph.database.connection.WAIT_SECONDS", 1.0)
    monkeypatch.setattr("graph.database.embedded._OWNER_SECONDS", 1.0)
    told = "import sys; from pathlib import Path; from graph.store.store import Store\n"
    told += "with Store(Path(sys.argv[1])) as s:\n"
    told += "    s.graph_hash(); print('open', flush=True); sys.stdin.readline()\n"
    owner = subprocess.Popen(
        [sys.executable, "-c", told, str(begun)],
        cwd=kills.ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert owner.stdout is not None
        assert "open" in owner.stdout.readline()
        connected, new = Store(begun), Store(begun)
        right = connected.graph_hash()
        os.kill(owner.pid, signal.SIGSTOP)
        with pytest.raises(StoreUnavailable):
            connected.graph_hash()
        with pytest.raises(StoreBusy, match=str(owner.pid)):
            new.graph_hash()
        assert new.network().areas.height > 0  # what was read before needs no database
        os.kill(owner.pid, signal.SIGCONT)
        assert connected.graph_hash() == right
        assert new.graph_hash() == right
        connected.close()
        new.close()
    finally:
        os.kill(owner.pid, signal.SIGCONT)
        owner.communicate("\n", timeout=60)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace isn't installed")
def test_all_is_on_the_disk_before_it_is_acknowledged(begun: Path, tmp_path: Path) -> None:
    """By the calls that the system saw: sheet, folder, journal, folder, the engine's log."""
    log = tmp_path / "calls"
    calls = "trace=fsync,fdatasync,rename,write,pwrite64"
    traced = ("strace", "-f", "-y", "-s", "16", "--seccomp-bpf", "-e", calls, "-o", str(log))
    process = program(begun, 1, before=traced)
    _, err = process.communicate(timeout=180)
    if "ptrace" in err or "Operation not permitted" in err:
        pytest.skip("tracing isn't allowed here")
    assert process.returncode == 0, err
    content = Journal(begun).entries[-1].content  # type: ignore[union-attr]
    told = log.read_text(encoding="utf-8", errors="replace")
    step = told[told.index('"begin 1') : told.index('"done 1')]
    kept = [
        rf"fsync\(\d+<\S*/datasets/\.{content}\S*>",
        rf"rename\(\S*{content}\S*, \S*/datasets/{content}",
        r"fsync\(\d+<\S*/home/datasets>",
        r"fsync\(\d+<\S*/journal\.jsonl>",
        r"fsync\(\d+<\S*/home>",
        r"fdatasync\(\d+<\S*/txlog_\d+\.wal>|fsync\(\d+<\S*/txlog_\d+\.wal>",
    ]
    at = 0
    for pattern in kept:
        found = re.compile(pattern).search(step, at)
        assert found is not None, pattern
        at = found.end()
    written = step.rfind('.wal>, "')  # the last record of the engine's log is synced too
    assert written > 0
    assert re.search(r"(fsync|fdatasync)\(\d+<\S*\.wal>", step[written:])
