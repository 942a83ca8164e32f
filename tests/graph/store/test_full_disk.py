"""A full disk: nothing acknowledged is lost, what wasn't is told in one line, space mends it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.database.read_network import hash_of
from graph.journal.journal import live
from graph.model.errors import StoreError
from graph.model.network import Network
from graph.store.resolving import resolve
from graph.store.store import Store
from tests.soak import steps

SIZE = 64


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MB, where the system lets us have one."""
    place = tmp_path / "disk"
    place.mkdir()
    if shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk can't be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


def fill(place: Path, left: int) -> Path:
    """Use up the disk but for so many bytes."""
    path = place / "filler"
    free = shutil.disk_usage(place).free
    with path.open("wb") as file:
        file.write(bytes(max(0, free - left)))
    return path


def expected(store: Store) -> str:
    loaded = [store.journal.load(entry) for entry in live(store.journal.entries)]
    wanted = resolve(loaded, store.journal.decisions())
    return hash_of(Network.from_wanted(wanted, head="", as_of=None))


@pytest.mark.parametrize("left", [0, 40_000, 400_000])
def test_what_fits_is_kept_and_the_rest_is_told(small_disk: Path, left: int) -> None:
    home = small_disk / "home"
    with Store(home) as store:
        steps.STEPS[0][1](store)
        steps.STEPS[1][1](store)
        filler = fill(small_disk, left)
        acknowledged = store.journal.heads[-1]
        told: list[StoreError] = []
        try:
            for number in (2, 3, 7):
                steps.STEPS[number][1](store)
                acknowledged = store.journal.heads[-1]
        except StoreError as error:
            told.append(error)
        assert told or left  # something may fit, but not into nothing
        assert all("\n" not in error.zh + error.en for error in told)
        filler.unlink()
        assert acknowledged in store.journal.heads
        assert store.graph_hash() == expected(store)  # in the same process
    with Store(home) as store:
        assert acknowledged in store.journal.heads
        steps.STEPS[7][1](store)
        assert store.graph_hash() == expected(store)
