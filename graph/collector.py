"""Python's cycle collector, paused while a city is read, resolved or written.

A city is millions of objects that all stay, and none of ours form cycles: each pass of the
collector over them finds nothing. With the embedded store it is worse than waste: the bridge to
the JVM asks for a full pass after every collection of Java's, several times a second during an
import, and holds up Python for as long.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_pauses = 0
_was_on = False


@contextmanager
def collector_paused() -> Iterator[None]:
    """No cycle collection inside; nested and in several threads, the last to leave resumes it.

    Memory without cycles is freed all the same.

    Examples
    --------
    >>> with collector_paused(), collector_paused():
    ...     inside = gc.isenabled()
    >>> inside, gc.isenabled()
    (False, True)
    """
    global _pauses, _was_on
    with _lock:
        if _pauses == 0:
            _was_on = gc.isenabled()
            gc.disable()
        _pauses += 1
    try:
        yield
    finally:
        with _lock:
            _pauses -= 1
            if _pauses == 0 and _was_on:
                # what was made meanwhile counts as old at once: else it is looked through twice,
                # which takes two seconds of a city's network that is about to be let go
                gc.freeze()
                gc.unfreeze()
                gc.enable()
