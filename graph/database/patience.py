"""Waiting for a database that may hang.

A stopped server keeps its connections open and says nothing; the driver would wait for ever, and
its own time limits aren't kept by every server. So each statement runs in a thread of its own.
When it takes long, the server is asked something small on the side: one that answers is only
slow, one that doesn't is given up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from graph.model.errors import StoreUnavailable

T = TypeVar("T")

ASK_AFTER = 10.0
"""Seconds of silence after which the server is asked whether it is there."""
ANSWER_WITHIN = 20.0
"""Seconds that it has for the answer."""
LONGEST = 900.0
"""Seconds that one statement may take even if the server is well."""


class Hung(StoreUnavailable):
    """The database took a statement and says nothing any more."""

    def __init__(
        self,
        zh: str = "数据库没有应答（可能已停住）；已记入的数据不会丢失，请检查数据库，恢复后重试",
        en: str = "the database has stopped answering; nothing recorded is lost, "
        "check it and try again when it is back",
    ) -> None:
        super().__init__(zh, en)


def in_time(work: Callable[[], T], seconds: float) -> T:
    """The value of `work`, run in a thread of its own.

    Raises
    ------
    TimeoutError
        If it isn't there in time. The thread goes on; what it does must be harmless, or the
        caller must cut its connection.
    """
    return _begin(work).result(seconds)


def patiently(work: Callable[[], T], answers: Callable[[], object]) -> T:
    """The value of a statement; given up only where the server doesn't answer on the side either.

    Parameters
    ----------
    work
        The statement.
    answers
        Asks the server something small.

    Raises
    ------
    Hung
        If neither the statement nor the question is answered.
    """
    future = _begin(work)
    waited = 0.0
    while True:
        try:
            return future.result(ASK_AFTER)
        except TimeoutError as error:
            if future.done():  # the statement's own error, or its value at the last moment
                return future.result()
            waited += ASK_AFTER
            if waited >= LONGEST or not _answers(answers):
                raise Hung from error


def _answers(ask: Callable[[], object]) -> bool:
    try:
        in_time(ask, ANSWER_WITHIN)
    except Exception:  # too late, or the machine isn't reached any more
        return False
    return True


def _begin(work: Callable[[], T]) -> Future[T]:
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True, name="gongjian-statement").start()
    return future
