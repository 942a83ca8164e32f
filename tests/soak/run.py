"""The long versions of what the tests do in short: `make soak`, results in `docs/soak.md`.

    python -m tests.soak.run [--kills N] [--files N] [--only SUBJECT ...]

Each subject is run to its end, whatever became of the others; those that ran get their part of
the page anew, the rest of it stays.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "soak.md"
_HEAD = """\
# 长时间试验 / Soak tests

`make soak` 的最近结果；这些试验不属于 `make test`（那里各跑一小段）。每项说明做了多少轮、结果如何。
The last results of `make soak`. They are no part of `make test`, which does a short stretch of each.

"""


@dataclass(frozen=True, slots=True)
class Options:
    """How much of each is done."""

    kills: int
    files: int


def _kills_embedded(options: Options, folder: Path) -> Mapping[str, Any]:
    from tests.soak import kills

    return kills.run(options.kills, folder, seed=int(time.time()), tell=_tell)


def _kills_neo4j(options: Options, folder: Path) -> Mapping[str, Any]:
    from tests.neo4j_server import LocalNeo4j
    from tests.soak import kills

    (folder / "server").mkdir()
    server = LocalNeo4j(folder / "server")
    try:
        server.start()
        return kills.run(options.kills, folder, server=server, seed=int(time.time()), tell=_tell)
    finally:
        server.stop()


def _faults(options: Options, folder: Path) -> Mapping[str, Any]:
    del options
    names = ("damage", "full_disk", "hang", "kills", "store_faults", "backup", "migrate")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--require-neo4j",
        f"--basetemp={folder / 't'}",
    ]
    command += [f"tests/graph/test_{name}.py" for name in names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    last = done.stdout.strip().splitlines()[-1]
    if done.returncode != 0:
        raise AssertionError(last)
    return {word: int(n) for n, word in re.findall(r"(\d+) (passed|skipped|failed)", last)}


def _load(options: Options, folder: Path) -> Mapping[str, Any]:
    del options
    from tests.soak import load

    return load.run(folder)


def _files(options: Options, folder: Path) -> Mapping[str, Any]:
    from tests.soak import files

    found = files.run(files=options.files, out=folder)
    if found["failures"]:
        raise AssertionError("; ".join(found["failures"][:3]))
    return found


Subject = Callable[[Options, Path], Mapping[str, Any]]
SUBJECTS: Mapping[str, tuple[str, Subject]] = {
    "kills-embedded": ("kill -9 at random moments, embedded store", _kills_embedded),
    "kills-neo4j": ("kill -9 at random moments, Neo4j (program or server)", _kills_neo4j),
    "faults": ("damage, full disk, hang, several processes, backup, formats", _faults),
    "load": ("many readers of the API while sheets are imported", _load),
    "files": ("spoilt files and made-up rows", _files),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for, write its results, and tell whether all went well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--only", nargs="*", choices=SUBJECTS, default=list(SUBJECTS))
    told = parser.parse_args(arguments)
    options = Options(kills=told.kills, files=told.files)
    failed = 0
    for name in told.only:
        title, subject = SUBJECTS[name]
        _tell(title)
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="gongjian-soak-") as folder:
            try:
                found: Mapping[str, Any] = {"result": "passed", **subject(options, Path(folder))}
            except Exception as error:
                failed += 1
                found = {"result": f"FAILED: {type(error).__name__}: {error}"[:300]}
        found = {**found, "minutes": round((time.monotonic() - began) / 60, 1)}
        _tell(json.dumps(found, ensure_ascii=False))
        write(PAGE, title, found)
    sys.stdout.flush()
    os._exit(1 if failed else 0)  # a JVM ran here


def _tell(words: str) -> None:
    print(words, flush=True)


def write(page: Path, title: str, found: Mapping[str, Any]) -> None:
    """Put one subject's result into the page, in place of its last.

    Examples
    --------
    >>> page = Path(tempfile.mkdtemp()) / "soak.md"
    >>> write(page, "one", {"rounds": 2}); write(page, "two", {}); write(page, "one", {"rounds": 3})
    >>> [line for line in page.read_text().splitlines() if line.startswith(("##", "| rounds"))]
    ['## one', '| rounds | 3 |', '## two']
    """
    text = page.read_text(encoding="utf-8") if page.exists() else _HEAD
    rows = "".join(f"| {name} | {_cell(value)} |\n" for name, value in found.items())
    part = f"## {title}\n\n{date.today().isoformat()}，{_machine()}\n\n| | |\n|---|---|\n{rows}\n"
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if pattern.search(text):
        text = pattern.sub(lambda _: part, text, count=1)
    else:
        text += part
    page.write_text(text.rstrip() + "\n\n", encoding="utf-8")


def _cell(value: object) -> str:
    told = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    return told.replace("|", "\\|")


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {round(memory)} GB"


if __name__ == "__main__":
    sys.exit(main())
