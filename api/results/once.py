"""Work that many requests wait for is done once."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Values by key, each made once, in a thread of its own; a failure isn't kept.

    The threads are daemons: one that hangs in a store's read doesn't keep the process alive.
    """

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._made: OrderedDict[Hashable, Future[T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> Future[T]:
        """The value's future, begun if nobody did so yet."""
        with self._lock:
            future = self._made.get(key)
            if future is not None:
                self._made.move_to_end(key)
                return future
            future = Future()
            self._made[key] = future
            done = [k for k, f in self._made.items() if f.done()]
            for old in done[: max(0, len(self._made) - self._keep)]:
                del self._made[old]
        threading.Thread(target=self._run, args=(key, future, make), daemon=True).start()
        return future

    def forget(self, key: Hashable) -> None:
        """Make the value of a key anew when it is asked for next."""
        with self._lock:
            self._made.pop(key, None)

    def _run(self, key: Hashable, future: Future[T], make: Callable[[], T]) -> None:
        try:
            future.set_result(make())
        except BaseException as error:
            with self._lock:
                if self._made.get(key) is future:
                    del self._made[key]
            future.set_exception(error)


class KeptBodies:
    """Bodies of answers by their ETag, the least used dropped first.

    Parameters
    ----------
    limit
        Bytes kept in all.
    """

    def __init__(self, limit: int = 96 * 1024 * 1024) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, tag: str, build: Callable[[], str | bytes]) -> bytes:
        """The body of a tag, built if it isn't kept."""
        with self._lock:
            found = self._kept.get(tag)
            if found is not None:
                self._kept.move_to_end(tag)
                return found
        built = build()
        body = built.encode() if isinstance(built, str) else built
        with self._lock:
            if tag not in self._kept and len(body) <= self._limit // 8:
                self._kept[tag] = body
                self._size += len(body)
                while self._size > self._limit:
                    _, dropped = self._kept.popitem(last=False)
                    self._size -= len(dropped)
        return body


async def shielded(future: Future[T]) -> T:
    """The future's value; giving up waiting doesn't end the work, nor lose its error."""
    inner = asyncio.wrap_future(future)
    inner.add_done_callback(lambda done: done.cancelled() or done.exception())
    return await asyncio.shield(inner)
