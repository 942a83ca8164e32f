"""One small city in one home, for all tests of commands that only read it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from ingest.synthetic.sample import write_sample

DAY = "2019-08-01"


@dataclass(frozen=True)
class Said:
    """What one call printed, and its exit code."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()

    def json(self) -> Any:
        return json.loads(self.out)


Gongjian = Callable[..., Said]


@pytest.fixture
def gongjian(
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Gongjian:
    """Runs one command line in this process, away from any `.env`."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str | Path) -> Said:
        capfdbinary.readouterr()
        code = run([str(a) for a in arguments])
        out, err = capfdbinary.readouterr()
        assert b"Traceback" not in err
        return Said(code, out, err.decode())

    return call


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rosters of a synthetic city of 24 grids; of the real divisions, those of its streets."""
    out = tmp_path_factory.mktemp("rosters") / "sample"
    written = write_sample(out, seed=7, streets=2, grids=24, people=120, date=DAY)
    streets = {path.name.removeprefix("孝南区")[:4] for path in written.files[1:]}
    divisions = out / "xiaogan_divisions.csv"
    head, *rows = divisions.read_text(encoding="utf-8-sig").splitlines()
    kept = [row for row in rows if any(street in row for street in streets)]
    divisions.write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")
    return out


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> Path:
    """A home with the sample imported; tests only read it."""
    folder = tmp_path_factory.mktemp("home") / "store"
    assert run(["import", str(sample), "--synthetic", "--store", str(folder), "--date", DAY]) == 0
    return folder
