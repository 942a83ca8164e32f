"""Damage of the embedded files that the engine opens without a word, or not at all.

After a clean end the seal tells; after an unclean one (a copy taken while the database is open
is what a power cut would leave) what is in the database is looked through. Either way the next
open ends in the right graph, made from the journal where needed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph.store.keeper import Keeper
from graph.store.store import Store
from tests.graph.store.test_store import city, put


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path | str]]:
    """A home after a clean end and one as after a power cut, and the hash of both."""
    folder = tmp_path_factory.mktemp("damage")
    with Store(folder / "clean") as store:
        put(store, *city())
        told = store.graph_hash()
        shutil.copytree(folder / "clean", folder / "unclean")
    yield {"clean": folder / "clean", "unclean": folder / "unclean", "hash": told}
    shutil.rmtree(folder)


def _cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def _garbage(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xa5" * 60_000 + data[60_100:])


def _other(path: Path) -> None:
    path.write_text("other", encoding="ascii")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _largest(home: Path, start: str, end: str) -> Path:
    found = [f for f in (home / "db").rglob(f"{start}*{end}") if "edges" not in f.name]
    return max(found, key=lambda f: f.stat().st_size)


DAMAGES: dict[str, tuple[str, str, Callable[[Path], None]]] = {
    "garbage in a bucket": ("Community_0", ".bucket", _garbage),
    "bucket cut": ("Community_0", ".bucket", _cut),
    "index cut": ("Community_0", ".umtidx", _cut),
    "schema cut": ("schema", ".json", _cut),
    "dictionary full of garbage": ("dictionary", ".dict", _garbage),
    "log full of garbage": ("txlog_", ".wal", _garbage),
}
MORE: dict[str, tuple[str, str, Callable[[Path], None]]] = {
    "bucket of ties full of garbage": ("PART_OF_0", ".bucket", _garbage),
    "index full of garbage": ("Community_0", ".umtidx", _garbage),
    "dictionary gone": ("dictionary", ".dict", Path.unlink),
    "what it holds gone": ("Meta_0", ".bucket", _empty),
    "log cut": ("txlog_", ".wal", _cut),
    "password another": ("root", ".password", _other),
}
CASES = [
    *((name, "clean") for name in DAMAGES if not name.startswith("log")),  # it leaves no log
    *((name, "unclean") for name in (*DAMAGES, *MORE)),
]


@pytest.mark.parametrize(("name", "end"), CASES)
def test_is_noticed_at_open_and_mended(
    homes: dict[str, Path], tmp_path: Path, name: str, end: str
) -> None:
    home = tmp_path / "home"
    shutil.copytree(homes[end], home)
    start, suffix, harm = {**DAMAGES, **MORE}[name]
    harm(_largest(home, start, suffix))
    with Store(home) as store:
        assert store.graph_hash() == homes["hash"]
        assert store._keeper.is_whole(store._keeper.connection.open())


@pytest.mark.parametrize("end", ["clean", "unclean"])
def test_what_is_not_damaged_is_not_made_anew(
    homes: dict[str, Path], tmp_path: Path, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise AssertionError("made anew")

    home = tmp_path / "home"
    shutil.copytree(homes[end], home)
    monkeypatch.setattr(Keeper, "start_over", fails)
    for _ in range(2):
        with Store(home) as store:
            assert store.graph_hash() == homes["hash"]
            assert store._keeper.connection.embedded is not None
            assert not store._keeper.connection.embedded.new
