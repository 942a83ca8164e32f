"""Formats step forward, on homes and databases; newer ones are refused in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graph.database import schema
from graph.journal.journal import Journal
from graph.model.errors import StoreError, StoreTooNew
from graph.store import migrate
from graph.store.migrate import HOME_FORMAT, home_format
from graph.store.store import Store
from tests.conftest import OpenStore
from tests.graph.resolve.test_resolve import areas, divisions
from tests.graph.store.test_store import put


def test_a_home_of_the_first_format_steps_forward(open_on: OpenStore, tmp_path: Path) -> None:
    store = open_on(tmp_path)
    put(store, divisions())
    told = store.graph_hash()
    assert home_format(tmp_path) == HOME_FORMAT
    assert store._keeper.connection.database is not None
    store._keeper.connection.database.set_meta(schema=1, made=None)
    store.close()
    (tmp_path / "home.json").unlink()  # as the first version left it
    (tmp_path / "journal.jsonl").chmod(0o644)
    assert home_format(tmp_path) == 1
    again = open_on(tmp_path)
    result = again.migrate()
    assert (result.home_from, result.home_to) == (1, HOME_FORMAT)
    assert (result.store_from, result.store_to) == (1, schema.SCHEMA_VERSION)
    assert (tmp_path / "journal.jsonl").stat().st_mode & 0o777 == 0o600
    assert again.graph_hash() == told
    again.close()
    result = open_on(tmp_path).migrate()
    assert result.home_from == result.home_to
    assert result.store_from == result.store_to


def test_each_step_is_taken_once_and_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two more formats, as a later version may have."""
    taken: list[int] = []
    steps = {2: lambda _: taken.append(2), 3: lambda _: taken.append(3)}
    (tmp_path / "journal.jsonl").write_bytes(b"")
    monkeypatch.setattr(migrate, "_STEPS", steps)
    monkeypatch.setattr(migrate, "HOME_FORMAT", 3)
    migrate.migrate_home(tmp_path)
    migrate.migrate_home(tmp_path)
    assert taken == [2, 3]
    assert home_format(tmp_path) == 3


def test_a_step_that_was_cut_short_is_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Path) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "journal.jsonl").write_bytes(b"")
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "_STEPS", {2: fails})
        with pytest.raises(OSError, match="space"):
            migrate.migrate_home(tmp_path)
    assert home_format(tmp_path) == 1
    migrate.migrate_home(tmp_path)
    assert home_format(tmp_path) == HOME_FORMAT


def test_a_home_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home.json").write_text(json.dumps({"format": HOME_FORMAT + 1}))
    with pytest.raises(StoreTooNew) as told:
        Store(tmp_path)
    assert str(HOME_FORMAT + 1) in told.value.zh
    assert "\n" not in told.value.zh + told.value.en
    (tmp_path / "home.json").write_text("{")
    with pytest.raises(StoreError):
        Store(tmp_path)


def test_a_database_of_other_labels_gets_the_constraints_that_are_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(tmp_path) as store:
        put(store, divisions())
    more = [
        *schema.schema_statements(),
        "CREATE CONSTRAINT later_key IF NOT EXISTS FOR (n:Later) REQUIRE n.key IS UNIQUE",
    ]
    monkeypatch.setattr(schema, "schema_statements", lambda: more)
    with Store(tmp_path) as store:
        put(store, areas())
        database = store._keeper.connection.database
        assert database is not None
        assert (database.meta() or {})["made"] == schema.made()
        database.write("MERGE (n:Later {key: 'a'})")
    assert len(Journal(tmp_path).entries) == 2
