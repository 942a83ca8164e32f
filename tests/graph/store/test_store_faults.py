"""What may go wrong around a store: damage, several processes, signals, newer program versions."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from graph.database.database import Database, Statement
from graph.database.embedded import _jvm_args
from graph.journal import journal as journal_module
from graph.journal.journal import Entry, Journal
from graph.model.dataset import Dataset, DatasetInfo
from graph.model.errors import StoreError, StoreTooNew, UsageError
from graph.model.rows import TieRow
from graph.settings import Settings
from graph.store.store import Store, open_store
from tests.conftest import OpenStore
from tests.graph.resolve.test_resolve import areas, divisions, ties
from tests.graph.store.test_store import city, put

ROOT = Path(__file__).parents[3]


def renamed(sheet: Dataset, id: str) -> Dataset:
    return Dataset(sheet.info.model_copy(update={"id": id}), sheet.rows)


def one_tie(id: str, name: str) -> Dataset:
    return renamed(ties(TieRow(row=3, subject=name, community="书院")), id)


def program(text: str, home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", text, str(home)],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def test_a_failed_start_leaves_no_lock_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graph.database import embedded

    def refuses(root: Path) -> str:
        raise OSError(13, "Permission denied")

    with Store(tmp_path) as store:
        with monkeypatch.context() as patched:
            patched.setattr(embedded, "_password", refuses)
            with pytest.raises(StoreError):
                put(store, divisions())
        assert put(store, divisions()).entities.created > 0


# ------------------------------------------------------------------ several at once


def test_a_reader_gets_the_network_before_while_somebody_writes(
    open_on: OpenStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_on(tmp_path / "home")
    put(store, divisions())
    before = store.network().head
    begun, seen = threading.Event(), threading.Event()
    write = Database.write_together

    def waits(self: Database, statements: list[Statement]) -> None:
        write(self, statements)
        if any("MERGE (a)" in query for query, _ in statements):
            begun.set()
            seen.wait(30)

    monkeypatch.setattr(Database, "write_together", waits)
    writer = threading.Thread(target=put, args=(store, *city()))
    writer.start()
    assert begun.wait(30)
    with Store(tmp_path / "home") as other:  # has nothing in memory
        for reader in (store, other):
            network = reader.network()
            assert network.head == before != reader.head
            assert network.actors.height == 0
            assert len(reader.datasets()) == 6
    seen.set()
    writer.join(60)
    assert store.network().head == store.head
    assert store.network().actors.height == 2


OWNER = """
import sys; from pathlib import Path; from graph.store.store import Store
with Store(Path(sys.argv[1])) as store:
    store.graph_hash(); print("open", flush=True); sys.stdin.readline()
"""


def test_the_owner_of_the_database_ends_while_another_is_connected(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        put(store, divisions())
        told = store.graph_hash()
    owner = program(OWNER, tmp_path)
    assert owner.stdout is not None
    assert "open" in owner.stdout.readline()
    with Store(tmp_path) as store:
        assert store.graph_hash() == told
        assert store._keeper.connection.embedded is None  # over the owner's port
        owner.communicate("\n", timeout=60)
        assert owner.returncode == 0
        assert store.graph_hash() == told  # by itself now
        assert store._keeper.connection.embedded is not None


IN_A_THREAD = """
import sys, threading, time; from pathlib import Path; from graph.store.store import Store
store = Store(Path(sys.argv[1]))
thread = threading.Thread(target=store.graph_hash); thread.start(); thread.join()
print("open", flush=True)
"""
WAITING = "import signal\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\ntime.sleep(60)\n"


def test_a_process_that_opened_the_database_in_a_thread_ends(tmp_path: Path) -> None:
    """As the API does. The virtual machine once waited for its starting thread for ever."""
    with Store(tmp_path) as store:
        put(store, divisions())
    ending = program(IN_A_THREAD, tmp_path)
    assert "open" in ending.communicate(timeout=120)[0]
    assert ending.returncode == 0
    stopped = program(IN_A_THREAD + WAITING, tmp_path)
    assert stopped.stdout is not None
    assert "open" in stopped.stdout.readline()
    time.sleep(0.5)
    stopped.send_signal(signal.SIGTERM)
    stopped.communicate(timeout=60)
    assert stopped.returncode == 7


IN_MAIN = """
import sys, time; from pathlib import Path; from graph.store.store import Store
with Store(Path(sys.argv[1])) as store:
    store.graph_hash(); print("open", flush=True); time.sleep(60)
"""


def test_a_stopped_process_does_not_look_like_one_that_is_done(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        put(store, divisions())
    stopped = program(IN_MAIN, tmp_path)
    assert stopped.stdout is not None
    assert "open" in stopped.stdout.readline()
    stopped.send_signal(signal.SIGTERM)
    stopped.communicate(timeout=60)
    assert stopped.returncode == 128 + signal.SIGTERM
    assert not (tmp_path / "db" / "bolt.json").exists()


def test_every_acknowledged_batch_is_on_the_disk(tmp_path: Path) -> None:
    import arcadedb_embedded  # noqa: F401
    import jpype

    with Store(tmp_path) as store:
        put(store, divisions())
    for light in (True, False):
        assert "-Darcadedb.txWalFlush=2" in _jvm_args(tmp_path, light=light)
    found = jpype.JClass("com.arcadedb.GlobalConfiguration").findByKey("arcadedb.txWalFlush")
    assert int(found.getValueAsInteger()) == 2


# ------------------------------------------------------------------ the truth


def test_a_journal_of_an_earlier_version_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class LaterEntry(Entry):
        note: str | None = None

    class LaterInfo(DatasetInfo):
        note: str | None = None

    with Store(tmp_path) as store:
        put(store, divisions())
        head = store.head
    monkeypatch.setattr(journal_module, "Entry", LaterEntry)
    monkeypatch.setattr(journal_module, "DatasetInfo", LaterInfo)
    journal = Journal(tmp_path)
    assert journal.head == head
    assert journal.load(journal.entries[0]).rows == divisions().rows


def test_a_journal_of_a_later_version_is_refused(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    entry = Entry(op="import", dataset="d", content="c", on="2019-08-01", who="w", series="s")
    journal.append([entry.model_copy(update={"op": "merge"})])
    with pytest.raises(StoreTooNew, match="line 1"):
        Journal(tmp_path)


def test_importing_a_sheet_again_mends_its_damaged_file(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        put(store, *city())
        told = store.graph_hash()
    entry = Journal(tmp_path).entries[3]
    path = tmp_path / "datasets" / f"{entry.content}.parquet"
    data = path.read_bytes()
    path.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])  # one bit
    with Store(tmp_path) as store:
        with pytest.raises(StoreError, match=entry.content):
            store.rebuild()
        put(store, *city())
        store.rebuild()
        assert store.graph_hash() == told


def test_newer_versions_of_two_sheets_of_a_series_replace_both(store: Store) -> None:
    put(store, divisions(), one_tie("a:s", "甲"), one_tie("b:s", "乙"))
    put(store, one_tie("c:s", "丙"), one_tie("d:s", "丁"))
    assert sorted(store.network().actors["name"]) == ["丁", "丙"]
    store.retract("d:s", on="2019-08-01", who="test")
    assert sorted(store.network().actors["name"]) == ["丙", "乙"]


@pytest.mark.parametrize("left", ["", "00ff", "no key at all"])
def test_a_damaged_key_is_refused(tmp_path: Path, left: str) -> None:
    (tmp_path / "pseudonym.key").write_text(left)
    with pytest.raises(StoreError, match=r"pseudonym\.key"):
        _ = Store(tmp_path).pseudonym_secret


def test_a_lost_key_is_not_replaced_in_silence(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        put(store, divisions())
    (tmp_path / "pseudonym.key").write_text("00" * 32)
    with pytest.raises(StoreError, match=r"pseudonym\.key"):
        _ = Store(tmp_path).pseudonym_secret
    (tmp_path / "pseudonym.key").unlink()
    with pytest.raises(StoreError, match=r"pseudonym\.key"):
        _ = Store(tmp_path).pseudonym_secret


def test_other_rules_make_the_graph_and_its_copy_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graph.database import schema

    with Store(tmp_path) as store:
        put(store, divisions(), areas())
    (kept,) = (tmp_path / "cache").iterdir()
    monkeypatch.setattr(schema, "rules", lambda: "0000")
    with Store(tmp_path) as store:
        assert store.network().areas.height > 0
        assert store._keeper.connection.database is not None
        assert (store._keeper.connection.database.meta() or {})["rules"] == "0000"
    (other,) = (tmp_path / "cache").iterdir()
    assert other.name != kept.name


def test_a_login_in_an_address_is_not_told(tmp_path: Path) -> None:
    settings = Settings(_env_file=None)
    store = open_store(settings, neo4j_uri="bolt://neo4j:hidden@127.0.0.1:9")
    with pytest.raises((StoreError, UsageError)) as told:
        store.rebuild()
    assert "hidden" not in told.value.zh + told.value.en
    shutil.rmtree(store.home, ignore_errors=True)
