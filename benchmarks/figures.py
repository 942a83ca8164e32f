"""What a benchmark finds: figures with their spread, the target, and the plain way beside them."""

from __future__ import annotations

import os
import resource
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured.

    Attributes
    ----------
    name
        What was done, as a person says it.
    runs
        The value of each run, in `unit`; the spread is their minimum and maximum.
    unit
        `s`, `MB`, `rows/s`: as the target is given.
    target
        What the value must not exceed (or must reach, where `more_is_better`); None where
        nothing was promised.
    plain
        The same done the plain way, one value a run, in `unit`.
    plain_way
        What the plain way is, in a few words.
    size
        How much work it was: `525,000 ties`.
    """

    name: str
    runs: Sequence[float]
    unit: str = "s"
    target: float | None = None
    more_is_better: bool = False
    plain: Sequence[float] = ()
    plain_way: str = ""
    size: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.runs)

    @property
    def met(self) -> bool | None:
        """Whether the median reaches the target; None without one."""
        if self.target is None:
            return None
        return self.median >= self.target if self.more_is_better else self.median <= self.target

    @property
    def ratio(self) -> float | None:
        """How many times better than the plain way; None where that wasn't measured
        or came to nothing.

        Examples
        --------
        >>> Figure("read", [2.0, 1.0, 3.0], plain=[9.0, 10.0]).ratio
        4.75
        """
        plain = statistics.median(self.plain) if self.plain else 0.0
        if not plain or not self.median:
            return None
        return self.median / plain if self.more_is_better else plain / self.median

    def told(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name,
            "unit": self.unit,
            "runs": list(self.runs),
            "min": min(self.runs),
            "median": self.median,
            "max": max(self.runs),
            "target": self.target,
            "met": self.met,
            "plain_way": self.plain_way or None,
            "plain": list(self.plain),
            "ratio": self.ratio,
            "size": self.size or None,
        }


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock seconds of one run."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def repeated(work: Callable[[], object], times: int = 3) -> list[float]:
    """Wall-clock seconds of several runs of the same."""
    return [seconds(work) for _ in range(times)]


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """A result and the wall-clock seconds that it took."""
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began


def peak_mb() -> int:
    """Greatest resident memory of this process so far (with the embedded store's JVM in it)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@dataclass
class Memory:
    """The greatest resident memory of this process while it was watched, in MB.

    Attributes
    ----------
    whole
        Python and, where the embedded store runs in this process, its JVM.
    python
        The whole less what the JVM had taken from the system at the same moment. What the JVM
        takes besides heap, code and classes (stacks, the collector's own) counts as Python's.
    """

    whole: float = 0.0
    python: float = 0.0

    def look(self) -> None:
        """Take what is resident now, if it is more."""
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        whole = pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
        jvm = _jvm_mb()
        if jvm is not None:
            self.whole = max(self.whole, whole)
            self.python = max(self.python, whole - jvm)


@contextmanager
def memory_watched() -> Iterator[Memory]:
    """Watch this process's memory, twenty times a second."""
    found, end = Memory(), threading.Event()

    def watch() -> None:
        while not end.wait(0.05):
            found.look()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        end.set()
        thread.join()
        found.look()


def _jvm_mb() -> float | None:
    """What the JVM in this process has committed; 0 without one, None while it starts."""
    import jpype

    if not jpype.isJVMStarted():
        return 0.0
    try:
        factory = jpype.JClass("java.lang.management.ManagementFactory")
        memory = factory.getMemoryMXBean()
        used = memory.getHeapMemoryUsage(), memory.getNonHeapMemoryUsage()
        return sum(int(one.getCommitted()) for one in used) / (1 << 20)
    except SystemError:  # started, and its classes are not wrapped yet
        return None
