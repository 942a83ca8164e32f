"""The cycle collector rests while the store works, and works again afterwards, whatever happens."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import pytest

from graph.collector import collector_paused
from graph.settings import Settings
from graph.store.store import Store, open_store
from tests.graph.store.test_store import city, put


def test_an_error_inside_resumes_it() -> None:
    with pytest.raises(ValueError), collector_paused():
        raise ValueError
    assert gc.isenabled()


def test_whoever_had_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_last_of_several_threads_resumes_it() -> None:
    inside, leave = threading.Event(), threading.Event()

    def work() -> None:
        with collector_paused():
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=work)
    with collector_paused():
        thread.start()
        assert inside.wait(10)
    assert not gc.isenabled()
    leave.set()
    thread.join()
    assert gc.isenabled()


def test_a_store_at_work_pauses_it(tmp_path: Path) -> None:
    with open_store(Settings(), store_dir=tmp_path) as store:
        with store._keeper.changing():
            assert not gc.isenabled()
        assert gc.isenabled()


def test_rows_that_were_written_are_gone(store: Store) -> None:
    """The driver keeps what it was given in cycles, which a paused collector takes away later."""
    gc.collect()
    with collector_paused():
        put(store, *city())
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            gc.collect()
            left = [one for one in gc.garbage if isinstance(one, dict) and "props" in one]
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
    assert not any("digest" in (row["props"] or ()) for row in left)
