"""Backup and restore: what comes back, and what is refused before anything is touched."""

from __future__ import annotations

import json
import os
import random
import shutil
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph.disk.locks import locked
from graph.journal.journal import Journal
from graph.model.decision import Decision
from graph.model.errors import BadBackup, StoreBusy, StoreError, StoreTooNew, UsageError
from graph.store.backup import backup, restore
from graph.store.store import Store
from tests.conftest import OpenStore
from tests.graph.resolve.test_resolve import divisions
from tests.graph.store.test_store import city, put


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A home with sheets, a retraction and a decision (no database in it), and its backup."""
    folder = tmp_path_factory.mktemp("kept")
    with Store(folder / "home") as store:
        put(store, *city())
        store.retract("needs:s", on="2019-08-02", who="test")
        store.decide([Decision(kind="layout", key="a", value={}, on="2019-08-02", who="test")])
    backup(folder / "home", folder / "b.zip")
    yield folder / "home", folder / "b.zip"
    shutil.rmtree(folder)


def contents(home: Path) -> dict[str, bytes]:
    """The truth of a home."""
    names = ["journal.jsonl", "pseudonym.key", *(f"datasets/{n}" for n in _datasets(home))]
    return {name: (home / name).read_bytes() for name in names}


def _datasets(home: Path) -> list[str]:
    return sorted(os.listdir(home / "datasets"))


def test_the_graph_is_the_same_after_backup_and_restore(open_on: OpenStore, tmp_path: Path) -> None:
    store = open_on(tmp_path / "home")
    put(store, *city())
    told = store.graph_hash()
    store.close()
    found = backup(tmp_path / "home", tmp_path / "b.zip")
    assert (found.datasets, found.head) == (6, store.head)
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600
    back = restore(tmp_path / "other", tmp_path / "b.zip")
    assert (back.datasets, back.head, back.kept) == (6, found.head, None)
    other = open_on(tmp_path / "other")
    assert other.graph_hash() == told
    assert other.pseudonym_secret == store.pseudonym_secret
    put(other, divisions())  # goes on as before


def test_of_one_state_one_backup_and_nothing_beside(
    kept: tuple[Path, Path], tmp_path: Path
) -> None:
    home, file = kept
    backup(home, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == file.read_bytes()
    assert os.listdir(tmp_path) == ["again.zip"]
    restore(tmp_path / "new", file)
    assert contents(tmp_path / "new") == contents(home)
    assert (tmp_path / "new" / "pseudonym.key").stat().st_mode & 0o777 == 0o600


def test_a_home_with_data_is_replaced_only_when_told_and_then_kept(
    kept: tuple[Path, Path], tmp_path: Path
) -> None:
    home, file = kept
    mine = tmp_path / "mine"
    with Store(mine) as store:
        put(store, divisions())
    before = contents(mine)
    with pytest.raises(UsageError, match="--replace"):
        restore(mine, file)
    assert contents(mine) == before
    first = restore(mine, file, replace=True)
    assert contents(mine) == contents(home)
    assert first.kept is not None
    assert contents(Path(first.kept)) == before
    second = restore(mine, file, replace=True)
    assert second.kept not in (None, first.kept)
    with Store(Path(first.kept)) as store:  # a way back that works
        assert len(store.datasets()) == 1


def test_a_home_in_use_is_left_alone(
    kept: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.disk.locks.WAIT_SECONDS", 0.3)
    (tmp_path / "home").mkdir()
    with locked(tmp_path / "home" / "db.lock"), pytest.raises(StoreBusy):
        restore(tmp_path / "home", kept[1])
    assert not (tmp_path / "home" / "journal.jsonl").exists()


# ------------------------------------------------------------------ what is no whole backup


def _packed(file: Path, members: list[tuple[str, bytes]], how: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members:
            packed = zipfile.ZIP_DEFLATED if name in ("manifest.json", "journal.jsonl") else how
            archive.writestr(name, data, compress_type=packed)


def _members(file: Path) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(file) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def _without(part: str) -> Callable[[Path], None]:
    def change(file: Path) -> None:
        _packed(file, [m for m in _members(file) if not m[0].startswith(part)])

    return change


def _with(name: str, data: bytes = b"x") -> Callable[[Path], None]:
    def change(file: Path) -> None:
        _packed(file, [*_members(file), (name, data)])

    return change


def _told_but_outside(file: Path) -> None:
    """A path out of the folder that the manifest knows too."""
    (_, manifest), *rest = _members(file)
    told = json.loads(manifest)
    told["members"]["../outside"] = next(iter(told["members"].values()))
    _packed(file, [("manifest.json", json.dumps(told).encode()), *rest, ("../outside", b"x")])


def _other_key(file: Path) -> None:
    """Whole by its own account, but of another home: the key doesn't fit the journal."""
    import hashlib

    members = dict(_members(file))
    told = json.loads(members["manifest.json"])
    members["pseudonym.key"] = b"00" * 32
    told["members"]["pseudonym.key"]["sha256"] = hashlib.sha256(b"00" * 32).hexdigest()
    members["manifest.json"] = json.dumps(told).encode()
    _packed(file, list(members.items()))


def _bomb(file: Path) -> None:
    """A journal of 200 MB in 200 kB."""
    members = dict(_members(file))
    told = json.loads(members["manifest.json"])
    members["journal.jsonl"] = b"\n" * (200 << 20)
    told["members"]["journal.jsonl"]["size"] = 200 << 20
    members["manifest.json"] = json.dumps(told).encode()
    _packed(file, list(members.items()))


def _understated(file: Path) -> None:
    """The table of contents says a smaller size than the members have."""
    data = bytearray(file.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    size = struct.unpack_from("<I", data, at + 24)[0]
    struct.pack_into("<I", data, at + 24, size // 2)
    file.write_bytes(data)


_NO_BACKUPS: dict[str, Callable[[Path], object]] = {
    "no manifest": _without("manifest"),
    "no journal": _without("journal"),
    "no datasets": _without("datasets/"),
    "no pseudonym secret": _without("pseudonym"),
    "above": _with("../outside"),
    "absolute": _with("/etc/outside"),
    "above a folder": _with("datasets/../../outside"),
    "above, as Windows writes it": _with("datasets\\..\\outside"),
    "a second journal": _with("journal.jsonl", b"{}"),
    "a file of the database": _with("db/bolt.json"),
    "a manifest that tells of a file outside": _told_but_outside,
    "another's key": _other_key,
    "a bomb": _bomb,
    "a size that is understated": _understated,
    "empty": lambda file: file.write_bytes(b""),
    "an archive of nothing": lambda file: file.write_bytes(b"PK\x05\x06" + bytes(18)),
    "noise": lambda file: file.write_bytes(random.Random(1).randbytes(5000)),
}


@pytest.mark.parametrize("change", _NO_BACKUPS.values(), ids=_NO_BACKUPS)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_is_no_whole_backup_changes_nothing(
    kept: tuple[Path, Path], tmp_path: Path, change: Callable[[Path], object]
) -> None:
    file = tmp_path / "b.zip"
    shutil.copy(kept[1], file)
    change(file)
    _refused(file, tmp_path)


def _refused(file: Path, folder: Path) -> None:
    """Neither a home with contents nor anything beside it is touched."""
    mine = folder / "mine"
    mine.mkdir(exist_ok=True)
    (mine / "journal.jsonl").write_bytes(b"")
    before = sorted(p.name for p in folder.iterdir())
    with pytest.raises(BadBackup) as told:
        restore(mine, file, replace=True)
    assert "\n" not in told.value.zh + told.value.en
    assert sorted(p.name for p in folder.iterdir()) == before
    assert (mine / "journal.jsonl").read_bytes() == b""
    assert {p.name for p in mine.iterdir()} <= {"journal.jsonl", "write.lock", "db.lock"}


def test_cut_anywhere_or_one_bit_wrong_it_is_refused(
    kept: tuple[Path, Path], tmp_path: Path
) -> None:
    data = kept[1].read_bytes()
    chance = random.Random(7)
    file = tmp_path / "b.zip"
    for _ in range(40):
        file.write_bytes(data[: chance.randrange(len(data))])
        _refused(file, tmp_path)
    refused = 0
    for _ in range(60):
        changed = bytearray(data)
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        file.write_bytes(changed)
        new = tmp_path / "new"
        shutil.rmtree(new, ignore_errors=True)
        try:
            restore(new, file)
        except (BadBackup, StoreTooNew):
            refused += 1
        else:  # a bit that says nothing, as of a member's time: all that counts is whole
            assert contents(new) == contents(kept[0])
    assert refused > 40


def test_a_backup_of_a_newer_version_is_refused_as_that(
    kept: tuple[Path, Path], tmp_path: Path
) -> None:
    (_, manifest), *rest = _members(kept[1])
    told = {**json.loads(manifest), "format": 99}
    _packed(tmp_path / "b.zip", [("manifest.json", json.dumps(told).encode()), *rest])
    with pytest.raises(StoreTooNew):
        restore(tmp_path / "home", tmp_path / "b.zip")


def test_a_backup_is_not_written_over_another_nor_of_a_damaged_home(
    kept: tuple[Path, Path], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(kept[0], home, ignore=shutil.ignore_patterns("db"))
    (tmp_path / "there.zip").write_bytes(b"x")
    with pytest.raises(UsageError, match="there"):
        backup(home, tmp_path / "there.zip")
    entry = Journal(home).live()[0]
    path = home / "datasets" / f"{entry.content}.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(StoreError, match=entry.content):
        backup(home, tmp_path / "new.zip")
    assert sorted(os.listdir(tmp_path)) == ["home", "there.zip"]
    with pytest.raises(UsageError):
        backup(tmp_path / "nothing", tmp_path / "new.zip")


@pytest.mark.parametrize("moment", ["_unpack", "exchange"])
def test_a_restore_that_is_cut_short_leaves_the_home(
    kept: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(kept[0], mine, ignore=shutil.ignore_patterns("db"))
    before = contents(mine)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(f"graph.store.backup.{moment}", full)
        with pytest.raises(StoreError):
            restore(mine, kept[1], replace=True)
    assert contents(mine) == before
    assert restore(mine, kept[1], replace=True).kept is not None
