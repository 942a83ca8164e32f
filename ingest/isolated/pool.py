"""Reading files in other processes: as many at a time as there are processors, up to two.

The largest files go first; the result doesn't depend on which process read what, nor on which
was done first.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.model.dataset import Dataset, DatasetInfo
from graph.model.errors import BadWorkbook
from graph.model.issue import Issue
from graph.model.rows import Statement
from ingest.files.refusals import refuse
from ingest.isolated.process import Isolated, Stopped, seconds_for

if TYPE_CHECKING:
    from ingest.sheets.options import Options

Progress = Callable[[str, int, int], None]
MOST = 2
"""Each process may take a gibibyte."""


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of a file."""

    datasets: list[Dataset] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    refused: BadWorkbook | None = None
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """What tables were taken for, and what is asked (`ingest.reading.one_file.Note`)."""

    def result(self) -> tuple[list[Dataset], list[Issue]]:
        """Datasets and issues.

        Raises
        ------
        BadWorkbook
            The file was refused.
        """
        if self.refused is not None:
            raise self.refused
        return self.datasets, self.issues


def read_all(
    files: Sequence[Path], options: Options, progress: Progress | None = None
) -> dict[Path, FileOutcome]:
    """Read files, each in one of the processes; none outlives the call."""
    work = _Work(files, options, progress)
    count = min(_processors(), MOST, len(files))
    with ExitStack() as stack:
        processes = [stack.enter_context(Isolated()) for _ in range(count)]
        if count > 1:
            threads = [threading.Thread(target=work.run, args=(p,)) for p in processes]
            try:
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
            except BaseException:
                work.stop()
                stack.close()  # ends the processes, and with them the threads' waiting
                for thread in threads:
                    thread.join()
                raise
        elif processes:
            work.run(processes[0])
    if work.failure is not None:
        raise work.failure
    return work.found


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


class _Work:
    """The files to be read, shared by the threads that wait for the processes."""

    def __init__(self, files: Sequence[Path], options: Options, progress: Progress | None) -> None:
        self.options = options
        self.found: dict[Path, FileOutcome] = {}
        self.failure: BaseException | None = None
        self._progress = progress
        self._total = len(files)
        self._left = deque(sorted(files, key=lambda p: (-_size(p), str(p))))
        self._rows: dict[Path, tuple[int, int]] = {}
        self._lock = threading.Lock()
        self._tell("reading", 0, self._total)

    def run(self, process: Isolated) -> None:
        """Read files until none is left."""
        try:
            while (path := self._next()) is not None:
                notes: list[tuple[str, dict[str, Any]]] = []
                try:
                    outcome = self._read(process, path, notes)
                except BadWorkbook as error:
                    outcome = FileOutcome(refused=error, notes=notes)
                with self._lock:
                    self.found[path] = outcome
                    self._rows.pop(path, None)
                    self._tell("reading", len(self.found), self._total)
        except BaseException as error:
            self.stop()
            if self.failure is None:
                self.failure = error

    def stop(self) -> None:
        """Begin no further file."""
        with self._lock:
            self._left.clear()

    def _next(self) -> Path | None:
        with self._lock:
            return self._left.popleft() if self._left else None

    def _tell(self, stage: str, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress(stage, done, total)

    def _tell_rows(self, path: Path, done: int, total: int) -> None:
        """Rows of the large sheets that are being read, together."""
        with self._lock:
            self._rows[path] = done, total
            at = self._rows.values()
            self._tell("rows", sum(d for d, _ in at), sum(t for _, t in at))

    def _read(
        self, process: Isolated, path: Path, notes: list[tuple[str, dict[str, Any]]]
    ) -> FileOutcome:
        """All tables of one file."""
        infos: list[tuple[DatasetInfo, tuple[Issue, ...]]] = []
        rows: list[list[Statement]] = []
        issues: list[Issue] = []
        seconds = seconds_for(_size(path))
        try:
            for message in process.run(
                "read", seconds=seconds, path=str(path), options=self.options
            ):
                match message:
                    case ("rows", done, total):
                        self._tell_rows(path, done, total)
                    case ("guess" | "question" | "account" as what, told):
                        notes.append((what, told))
                    case ("dataset", info, told):
                        infos.append((info, told))
                        rows.append([])
                    case ("statements", batch):
                        rows[-1] += batch
                    case ("issues", batch):
                        issues += batch
        except Stopped as stopped:
            raise _stopped(path.name, stopped, seconds) from stopped
        datasets = [
            Dataset(info, tuple(found), told)
            for (info, told), found in zip(infos, rows, strict=True)
        ]
        return FileOutcome(datasets, issues, notes=notes)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _stopped(name: str, stopped: Stopped, seconds: int) -> BadWorkbook:
    if stopped.what == "time":
        return refuse("file_too_costly", name, what=f"{seconds} s")
    if stopped.what == "memory":
        return refuse("file_too_costly", name, what="1 GiB")
    return refuse("file_crashed", name)
