"""The wheel in an environment of its own: `python -m tests.house.wheel`, which `make wheel` runs.

Builds the wheel, installs it with the locked requirements into an empty environment, and uses
it from a folder outside the checkout: it must bring one name only, and work.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ_ONE_FILE = """
import gongjian
from pathlib import Path
from gongjian.ingest.isolated.pool import read_all
from gongjian.ingest.sheets.options import Options

options = Options(
    secret=b"0" * 32, mapping=None, area=None, complete=False,
    as_kind=None, synthetic=False, hidden=False,
)
path = Path(gongjian.__file__).parent / "samples" / "xiaogan" / "xiaogan_divisions.csv"
outcome = read_all([path], options)[path]
assert outcome.refused is None, outcome.refused
print(sum(len(d.rows) for d in outcome.datasets), len(outcome.issues))
"""
USE = """
import gongjian

with gongjian.open_store(store_dir="home") as store:
    city = gongjian.City(store.network(), gongjian.Policy(), level="district")
    print(len(gongjian.weak_grids(city).areas))
"""


def main() -> None:
    """Build, install and use the wheel; an assertion or a failed call ends it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
        (wheel,) = folder.glob("*.whl")
        venv.create(folder / "env", with_pip=True)
        program = folder / "env" / "bin"
        install = (program / "python", "-m", "pip", "install", "--quiet", "--no-deps")
        lock = ROOT / "requirements" / "lock.txt"
        _run(*install, "--require-hashes", "-r", lock, cwd=folder)
        (packages,) = (folder / "env" / "lib").glob("python3*/site-packages")
        before = {p.name for p in packages.iterdir()}
        _run(*install, wheel, cwd=folder)
        brought = {p.name for p in packages.iterdir()} - before
        assert brought == {"gongjian", f"{wheel.name.rsplit('-', 3)[0]}.dist-info"}, brought
        use(program, packages / "gongjian" / "samples", folder)
    print("the wheel brings one name and works")


def use(program: Path, samples: Path, folder: Path) -> None:
    """An import of the samples, a query, a map, the isolated reader, and the public names."""
    gongjian = program / "gongjian"
    home = ("--store", folder / "home")
    data = samples / "wuhan2020"
    _run(gongjian, "import", data, "--mapping", data / "mapping.yaml", *home, cwd=folder)
    query = ("weak-grids", "--level", "district", "--all", "--format", "json")
    areas = json.loads(_run(gongjian, *query, *home, cwd=folder))["areas"]
    assert len(areas) == 105, len(areas)
    page = folder / "map.html"
    _run(
        gongjian, "map", "--level", "district", "--area", "420106", "--out", page, *home, cwd=folder
    )
    assert "武昌区" in page.read_text(encoding="utf-8")
    rows, _ = _run(program / "python", "-c", READ_ONE_FILE, cwd=folder).split()
    assert int(rows) == 2263, rows
    assert int(_run(program / "python", "-c", USE, cwd=folder)) == 105


def _run(*command: str | Path, cwd: Path) -> str:
    settings = ("GONGJIAN_", "PYTHONPATH")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(settings)}
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, env=kept, capture_output=True, text=True, check=False)
    # 1 says that rows were rejected; the samples have such rows
    assert done.returncode in (0, 1), f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


if __name__ == "__main__":
    main()
