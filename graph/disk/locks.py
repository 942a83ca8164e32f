"""Locks of a home: one writer at a time, one process that has the embedded database open.

A lock is a lock of the system on a file that holds the number of its process: it ends with the
process, however that ends.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.model.errors import StoreBusy

WAIT_SECONDS = 20.0
"""How long a lock that another process holds is waited for."""


def try_lock(path: Path) -> int | None:
    """An exclusive lock on a file, with our process number in it; None where another holds it."""
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(number)
        return None
    os.ftruncate(number, 0)
    os.write(number, str(os.getpid()).encode())
    return number


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock for the time of the block; another's is waited for.

    Raises
    ------
    StoreBusy
        If another process holds it for too long.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    ends = time.monotonic() + WAIT_SECONDS
    while (lock := try_lock(path)) is None:
        if time.monotonic() > ends:
            raise busy(path)
        time.sleep(0.2)
    try:
        yield
    finally:
        os.close(lock)


def busy(path: Path) -> StoreBusy:
    """The error that names who holds a lock."""
    try:
        holder = path.read_text(encoding="ascii").strip() or "?"
    except OSError:
        holder = "?"
    return StoreBusy(
        f"{path.parent} 正被另一进程使用（进程号 {holder}）；请等它结束后重试",
        f"{path.parent} is in use by process {holder}; try again when it has ended",
    )
