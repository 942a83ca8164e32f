"""`gongjian backup`, `restore`, `migrate` and the line about a record that was cut short."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Gongjian


@pytest.fixture
def truth(home: Path, tmp_path: Path) -> Path:
    """The home without its database, to be changed."""
    mine = tmp_path / "mine"
    shutil.copytree(home, mine, ignore=shutil.ignore_patterns("db", "*.lock"))
    return mine


def test_backup_and_restore_by_command(gongjian: Gongjian, truth: Path, tmp_path: Path) -> None:
    made = gongjian("backup", "b.zip", "--store", truth, "--format", "json")
    assert made.code == 0
    assert "密钥" in made.err  # said aloud
    back = gongjian("restore", "b.zip", "--store", tmp_path / "other", "--format", "json")
    assert back.code == 0
    assert back.json()["head"] == made.json()["head"]
    assert back.json()["datasets"] == made.json()["datasets"] > 0
    again = gongjian("restore", "b.zip", "--store", truth)
    assert again.code == 2
    assert "--replace" in again.err
    assert gongjian("restore", "b.zip", "--store", truth, "--replace").code == 0
    assert (tmp_path / "mine.before-restore" / "journal.jsonl").exists()
    (tmp_path / "cut.zip").write_bytes((tmp_path / "b.zip").read_bytes()[:-30])
    cut = gongjian("restore", "cut.zip", "--store", tmp_path / "third", "--lang", "en")
    assert cut.code == 2
    assert cut.err.count("\n") == 1
    assert not (tmp_path / "third").exists()


def test_a_record_that_was_cut_short_is_told(gongjian: Gongjian, truth: Path) -> None:
    with (truth / "journal.jsonl").open("ab") as file:
        file.write(b'{"entry": {"op": "imp')
    told = gongjian("weak-grids", "--store", truth, "--lang", "en")
    assert told.code == 0
    assert "cut short" in told.err
    assert "Note" in told.err


def test_a_newer_home_is_refused_in_one_line(gongjian: Gongjian, truth: Path) -> None:
    (truth / "home.json").write_text('{"format": 99}')
    told = gongjian("weak-grids", "--store", truth)
    assert (told.code, told.out, told.err.count("\n")) == (3, b"", 1)
    assert "99" in told.err
