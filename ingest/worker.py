"""What runs in the reading process: one task after another, within limits.

Every spreadsheet is parsed here and never in the program itself: a parser that crashes, hangs
or eats the memory takes this process with it and nothing else. The process ends with the one
that started it, whatever way that ends.

Started by `ingest.isolated.process`; tasks come in on standard input, messages go out on standard
output, both as length and pickle.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from graph.model.errors import GongjianError
from ingest.isolated.messages import Message, receive, send

Task = Callable[..., Any]

MEMORY = 1 << 30
"""Address space of the process, and so the most that it can hold."""

_FILES = 256

_FILE_BYTES = 2 << 30

_PR_SET_PDEATHSIG = 1


def tasks() -> dict[str, Task]:
    """The tasks by name; each is called with a function that sends a message, and its
    arguments, and returns the value of the last message.
    """
    from ingest.copies.copies import copy_task
    from ingest.reading.one_file import read_task

    return {"read": read_task, "copy": copy_task}


def main() -> None:
    """Work until standard input ends."""
    parent = int(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    _die_with(parent)
    _limit_memory()
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)  # whatever a library prints must not get between the messages
    known = tasks()
    gc.freeze()
    gc.disable()  # what a sheet becomes has no cycles
    send(sink, ("ready",))
    while (order := receive(source)) is not None:
        name, seconds, arguments = order
        _limit_seconds(seconds)
        send(sink, _last(known[name], partial(send, sink), arguments))
        del order, arguments
        gc.collect()


def _last(task: Task, tell: Callable[[Message], None], arguments: dict[str, Any]) -> Message:
    """Do a task; its value is the last message, and so is what stopped it."""
    try:
        return ("done", task(tell, **arguments))
    except GongjianError as error:
        return ("refused", type(error).__name__, error.zh, error.en)
    except MemoryError:
        return ("failed", "memory")
    except Exception as error:  # told to the parent, which says it in one line
        return ("failed", f"{type(error).__name__}: {error}"[:300])


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))
        resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))


def _limit_seconds(seconds: int) -> None:
    """Let the process take that much more CPU time; beyond it the system ends it."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + seconds, hard))


def _die_with(parent: int) -> None:
    """End when the parent ends: by the kernel where it can, else by looking."""
    with contextlib.suppress(Exception):
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main()
