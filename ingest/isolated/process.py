"""The reading process, seen from the program: started once, used for many files.

`Isolated` starts `ingest.worker` anew (never by forking: the embedded store's JVM lives in the
program), hands it one task after another, and passes on its messages as they come. A task that
runs too long, or a process that dies, ends in `Stopped`; the next task gets a new process.
"""

from __future__ import annotations

import io
import os
import pickle
import select
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import IO, Any, Self

from graph.model import dataset, errors, issue, labels, rows
from ingest.isolated.messages import LENGTH, Message, send

_START_SECONDS = 300.0
_PIECE = 1 << 20
_RECORDS = frozenset(module.__name__ for module in (dataset, issue, labels, rows))
"""Modules of the records that the reading process sends."""
_BUILTINS = frozenset({"set", "frozenset", "bytearray", "complex"})
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")


class Stopped(Exception):
    """The process died or was ended; `what` is one of time, memory, crash, or its own words."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def seconds_for(size: int) -> int:
    """CPU seconds that a file of so many bytes may take.

    Examples
    --------
    >>> seconds_for(10_000), seconds_for(20 << 20)
    (60, 140)
    """
    return 60 + 4 * (size >> 20)


def wall_for(seconds: int) -> int:
    """Seconds on the clock after which a task of so many CPU seconds counts as hanging.

    The limit proper is CPU time, which the system holds to whatever else the machine does; this
    one only ends what waits for something that never comes.

    Examples
    --------
    >>> wall_for(60)
    1800
    """
    return 20 * seconds + 600


class _Unpickler(pickle.Unpickler):
    """Reads records of ours and nothing else: a parser gone wrong can't make the parent run
    anything.
    """

    def find_class(self, module: str, name: str) -> Any:
        if module == "builtins" and name in _BUILTINS:
            return super().find_class(module, name)
        if module in _RECORDS and "." not in name:
            found = super().find_class(module, name)
            if getattr(found, "__module__", None) == module:  # not what it merely imports
                return found
        raise pickle.UnpicklingError(f"{module}.{name} isn't a record")


class Isolated:
    """A process for reading files; close it, or use it in a `with` block.

    It starts with the first task (about 0.3 s) and again after each one that it didn't
    survive.
    """

    module = f"{__package__.rpartition('.')[0]}.worker"

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Process id, or None while there is none."""
        return self._process.pid if self._process else None

    def run(self, task: str, *, seconds: int, **arguments: Any) -> Generator[Message, None, Any]:
        """Messages of a task as they come; the last one's value is what the generator returns.

        Parameters
        ----------
        seconds
            CPU time that the task may take; on the clock it has `wall_for` of it.

        Raises
        ------
        Stopped
            The process died, or had to be ended.
        GongjianError
            What the task itself raised.
        """
        done = False
        try:
            process = self._started()
            try:
                send(_pipe(process.stdin), (task, seconds, arguments))
            except OSError as error:
                raise Stopped("crash") from error
            deadline = time.monotonic() + wall_for(seconds)
            while True:
                message = self._receive(deadline)
                if message[0] == "done":
                    done = True
                    return message[1]
                if message[0] == "refused":
                    done = True
                    kind = getattr(errors, message[1], errors.GongjianError)
                    raise kind(message[2], message[3])
                if message[0] == "failed":
                    raise Stopped(message[1])
                yield message
        finally:
            if not done:  # also where the caller was interrupted or lost interest
                self.close()

    def close(self) -> None:
        """End the process, at once."""
        process, self._process = self._process, None
        self._buffer.clear()
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        env = {name: os.environ[name] for name in _KEPT if name in os.environ}
        root = str(Path(__file__).resolve().parents[__name__.count(".")])
        env |= {"PYTHONPATH": root, "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2"}
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-s", "-m", self.module, str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=env,
            bufsize=0,
        )
        if self._receive(time.monotonic() + _START_SECONDS) != ("ready",):
            raise Stopped("crash")
        return self._process

    def _receive(self, deadline: float) -> Message:
        size = int.from_bytes(self._take(LENGTH, deadline), "big")
        data = self._take(size, deadline)
        message: Message = _Unpickler(io.BytesIO(data)).load()
        return message

    def _take(self, size: int, deadline: float) -> bytes:
        if self._process is None:
            raise Stopped("crash")
        pipe = _pipe(self._process.stdout).fileno()
        while len(self._buffer) < size:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Stopped("time")
            if not select.select([pipe], [], [], min(left, 5.0))[0]:
                continue
            piece = os.read(pipe, _PIECE)
            if not piece:
                raise Stopped(_cause(self._process.wait()))
            self._buffer += piece
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise Stopped("crash")
    return pipe


def _cause(code: int) -> str:
    """Why a process ended, from its return code."""
    return "time" if code == -getattr(signal, "SIGXCPU", 24) else "crash"
