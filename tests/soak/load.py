"""Many readers at the API while sheets are imported, and while the importer is stopped.

The page is served from a home by `gongjian serve`; another process imports into the same home and
is stopped (SIGSTOP) for some seconds in the middle, its locks held. Every answer must be right:
that of the network before or of the one after, or a 503 that says when to come again.
"""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

from ingest.synthetic.sample import write_sample

ROOT = Path(__file__).parents[2]
READERS = 12
PATHS = ("/api/v1/weak-grids", "/api/v1/gaps", "/api/v1/areas", "/api/v1/datasets", "/")
DAY = "2019-08-01"


class Wrong(AssertionError):
    """An answer that shouldn't be."""


def _command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-c", "from cli.main import main; main()", *map(str, arguments)]


def _gongjian(*arguments: str | Path) -> None:
    done = subprocess.run(_command(*arguments), cwd=ROOT, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise Wrong(f"{arguments[0]}: {done.returncode} {done.stderr.decode()[-400:]}")


class _Readers:
    """Threads that ask and keep what they got."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.bodies: dict[str, set[bytes]] = {path: set() for path in PATHS}
        self.codes: Counter[int] = Counter()
        self.seconds: list[float] = []
        self.wrong: list[str] = []
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(READERS)]
        for thread in self._threads:
            thread.start()

    def _run(self, number: int) -> None:
        with httpx.Client(base_url=self.address, timeout=60) as client:
            turn = number
            while not self._end.is_set():
                path = PATHS[turn % len(PATHS)]
                turn += 1
                began = time.monotonic()
                try:
                    answer = client.get(path, params={"date": DAY} if path != "/" else None)
                except httpx.HTTPError as error:
                    self.wrong.append(f"{path}: {error!r}")
                    continue
                self.seconds.append(time.monotonic() - began)
                self.codes[answer.status_code] += 1
                if answer.status_code == 200:
                    self.bodies[path].add(answer.content)
                elif answer.status_code != 503 or "retry-after" not in answer.headers:
                    self.wrong.append(f"{path}: {answer.status_code}")
                time.sleep(0.02)

    def end(self) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join(90)


def run(folder: Path, *, stopped: float = 8.0) -> dict[str, Any]:
    """Serve, read, import, stop and let go on; counts and times.

    Parameters
    ----------
    stopped
        Seconds that the importer is stopped.

    Raises
    ------
    Wrong
        If an answer is neither that before nor that after, or something else than 200 and 503.
    """
    write_sample(folder / "sheets", seed=3, streets=2)
    sheets = sorted((folder / "sheets").rglob("*.xlsx")) + sorted(
        (folder / "sheets").rglob("*.csv")
    )
    later = sheets[-1]
    (folder / "later").mkdir()
    shutil.move(later, folder / "later" / later.name)
    home = folder / "home"
    _gongjian("import", folder / "sheets", "--synthetic", "--store", home)
    _gongjian("weak-grids", "--store", home)
    server = subprocess.Popen(
        _command("serve", "--port", "0", "--store", home), cwd=ROOT, stdout=subprocess.PIPE
    )
    try:
        assert server.stdout is not None
        address = server.stdout.readline().decode().split()[1]
        readers = _Readers(address)
        time.sleep(3)
        importer = subprocess.Popen(
            _command("import", folder / "later", "--synthetic", "--store", home),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _until_written(home)
        os.kill(importer.pid, signal.SIGSTOP)
        time.sleep(stopped)
        os.kill(importer.pid, signal.SIGCONT)
        importer.wait(180)
        time.sleep(3)
        readers.end()
    finally:
        server.terminate()
        server.wait(30)
    if readers.wrong:
        raise Wrong("; ".join(readers.wrong[:5]))
    for path in ("/api/v1/weak-grids", "/api/v1/gaps", "/api/v1/areas"):
        if len(readers.bodies[path]) > 2:  # before, after, and nothing between
            raise Wrong(f"{path}: {len(readers.bodies[path])} different answers")
    times = sorted(readers.seconds)
    return {
        "requests": len(times),
        "answers": {str(code): count for code, count in sorted(readers.codes.items())},
        "wrong answers": 0,
        "p50_ms": round(1000 * statistics.median(times)),
        "p99_ms": round(1000 * times[int(0.99 * (len(times) - 1))]),
        "longest_ms": round(1000 * times[-1]),
        "importer stopped for s": stopped,
    }


def _until_written(home: Path) -> None:
    """Wait until the importer has written its line into the journal."""
    journal = home / "journal.jsonl"
    size = journal.stat().st_size
    ends = time.monotonic() + 120
    while journal.stat().st_size == size:
        if time.monotonic() > ends:
            raise Wrong("the importer doesn't get anywhere")
        time.sleep(0.01)
