"""The reading process: the same answers, within limits, and nothing left behind."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.model.errors import BadWorkbook
from ingest.isolated import process as isolated
from ingest.isolated.process import Isolated, Stopped
from tests.ingest.books import read, write_book

ROWS = [
    ["单位名称", "单位性质", "所在社区"],
    ["甲超市", "民营企业", "书院社区"],
    ["乙学校", "学校", "书院社区"],
]


def gone(pid: int) -> bool:
    """Whether a process ends within a few seconds."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_reading_apart_gives_the_same_as_reading_here(tmp_path: Path) -> None:
    write_book(tmp_path / "甲.xlsx", {"驻区单位": ROWS, "别的": [["随便", "什么"]]})
    (tmp_path / "乙.csv").write_bytes(b"%PDF-1.4")
    here, apart = read(tmp_path), read(tmp_path, isolated=True)
    assert here.datasets == apart.datasets
    assert here.issues == apart.issues
    assert [str(e) for e in here.refused] == [str(e) for e in apart.refused]
    assert len(apart.datasets[0].rows) == 2


def test_one_process_reads_many_files_and_a_dead_one_is_replaced() -> None:
    with Willing() as process:
        list(process.run("sleep", seconds=5, duration=0))
        first = process.pid
        list(process.run("sleep", seconds=5, duration=0))
        assert process.pid == first
        with pytest.raises(Stopped, match="crash"):
            list(process.run("crash", seconds=5))
        with pytest.raises(Stopped, match="time"):
            list(process.run("spin", seconds=1))
        with pytest.raises(Stopped, match="memory"):
            list(process.run("eat", seconds=20))
        with pytest.raises(BadWorkbook):
            list(process.run("refuse", seconds=5))
        list(process.run("sleep", seconds=5, duration=0))
        last = process.pid
        assert last not in (None, first)
    assert gone(last or 0)


def test_a_busy_machine_stops_nothing_and_a_task_that_hangs_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Willing() as process:
        list(process.run("sleep", seconds=1, duration=3))  # waiting takes no CPU time
        monkeypatch.setattr(isolated, "wall_for", lambda seconds: seconds)
        with pytest.raises(Stopped, match="time"):
            list(process.run("sleep", seconds=1, duration=30))
    monkeypatch.undo()
    assert isolated.wall_for(isolated.seconds_for(0)) > 20 * 60


class Willing(Isolated):
    """A process that knows the tasks at the foot of this file, too."""

    module = "tests.ingest.isolated.test_process"


def test_the_process_ends_with_its_parent() -> None:
    code = (
        "import time\nfrom ingest.isolated.process import Isolated\np = Isolated()\np._started()\n"
        "print(p.pid, flush=True)\ntime.sleep(60)\n"
    )
    for how in (signal.SIGKILL, signal.SIGINT, signal.SIGTERM):
        parent = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(how)
        parent.wait()
        parent.stdout.close()
        assert gone(child), how


def test_an_interrupted_task_leaves_no_process() -> None:
    process = Willing()
    messages = process.run("sleep", seconds=5, duration=30)
    assert next(messages) == ("begun",)
    pid = process.pid
    messages.close()
    assert process.pid is None
    assert gone(pid or 0)


def test_an_interrupted_import_leaves_no_process(tmp_path: Path) -> None:
    for n in range(4):
        write_book(tmp_path / f"{n}.xlsx", {"驻区单位": [*ROWS, [f"丙{n}", "学校", "书院社区"]]})
    before = children()

    def interrupt(stage: str, done: int, total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read(tmp_path, isolated=True, progress=interrupt)
    assert children() <= before
    assert len(read(tmp_path, isolated=True).datasets) == 4


def children() -> set[str]:
    """Processes of this one."""
    own = f"/proc/{os.getpid()}/task"
    return {c for t in os.listdir(own) for c in Path(own, t, "children").read_text().split()}


def test_only_records_are_taken_from_the_process() -> None:
    class Bad:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, ("true",)

    with pytest.raises(pickle.UnpicklingError):
        isolated._Unpickler(__import__("io").BytesIO(pickle.dumps(Bad()))).load()


if __name__ == "__main__":
    from ingest import worker as child

    def spin(tell: object) -> None:
        while True:
            pass

    def crash(tell: object) -> None:
        os.abort()

    def eat(tell: object) -> None:
        held = []
        while True:
            held.append(bytearray(32 << 20))

    def refuse(tell: object) -> None:
        raise BadWorkbook("坏", "bad")

    def sleep(tell: object, duration: int) -> None:
        tell(("begun",))  # type: ignore[operator]
        time.sleep(duration)

    own = {"spin": spin, "crash": crash, "eat": eat, "refuse": refuse, "sleep": sleep}
    known = child.tasks()
    child.tasks = lambda: known | own  # type: ignore[assignment]
    child.main()
