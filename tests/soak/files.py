"""Mutated files and generated rows: whatever comes in, it is read or refused in one line.

Each file is read as an import reads it, in the reading process, thousands of them in one. A
file fails the round where something else than a refusal is thrown, where rows read aren't rows
kept and rejected, where it takes over ten seconds of CPU, or where the process dies of it. The
process's peak of memory is told.

    python -m tests.soak.files --files 2000 --rows 1000
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from graph.model.dataset import Dataset
from graph.model.errors import BadWorkbook
from ingest.files.raw import RawFile, RawSheet, sound_cells
from ingest.isolated.process import Isolated, Stopped
from ingest.reading.one_file import read_one, tables_of
from ingest.sheets.options import Options
from ingest.values.cells import Flaw
from tests.ingest.planted import FORMATS, plant
from tests.ingest.sheets.test_headers import HEADERS
from tests.soak.mutations import spoil_archive, spoil_records, spoil_text

SLOW = 10.0
BATCH = 500
OPTIONS = Options(b"soak", None, None, False, None, False, True)
SPOIL: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "a.xlsx": spoil_archive,
    "a.xls": spoil_records,
    "名册.xls": spoil_text,
    "gb.csv": spoil_text,
    "bom.csv": spoil_text,
    "utf16.xls": spoil_text,
}
"""Form of file -> how it is spoilt."""


def run(
    *,
    files: int = 100_000,
    rows: int = 10_000,
    seconds: float | None = None,
    seed: int = 0,
    out: Path | None = None,
) -> dict[str, Any]:
    """Spoil and read so many files, and so many generated rows.

    Parameters
    ----------
    seconds
        Stop the files after so long, done or not.
    out
        A folder where a file that failed is kept.

    Returns
    -------
    dict
        Counts of files read and refused by form, rows, failures (seed and what happened), and
        the reading process's peak of memory in MB.
    """
    begun = time.monotonic()
    counts: Counter[str] = Counter()
    failures: list[str] = []
    peak = 0
    done = 0
    with tempfile.TemporaryDirectory() as folder, Soaked() as process:
        bases = _bases(Path(folder))
        while done < files and (seconds is None or time.monotonic() - begun < seconds):
            first, last = seed + done, seed + min(done + BATCH, files)
            at = first
            try:
                for message in process.run(
                    "files", seconds=120, bases=bases, first=first, last=last, folder=folder
                ):
                    if message[0] == "at":
                        at = message[1]
                    elif message[0] == "fault":
                        failures.append(f"{message[1]}: {message[2]}")
                        _keep(out, bases, message[1])
                    else:
                        counts.update(message[1])
                        peak = max(peak, message[2])
                done = last - seed
            except Stopped as stopped:
                failures.append(f"{at}: the process ended ({stopped.what})")
                _keep(out, bases, at)
                done = at + 1 - seed
        made = 0
        while made < rows:
            take = min(BATCH, rows - made)
            for message in process.run("rows", seconds=120, first=seed + made, count=take):
                if message[0] == "fault":
                    failures.append(f"rows {message[1]}: {message[2]}")
                else:
                    counts.update(message[1])
                    peak = max(peak, message[2])
            made += take
    return {
        "files": done,
        "rows": made,
        "counts": dict(sorted(counts.items())),
        "failures": failures,
        "peak_mb": peak,
        "seconds": round(time.monotonic() - begun, 1),
    }


class Soaked(Isolated):
    """The reading process, with the tasks below besides its own."""

    module = "tests.soak.files"


def _bases(folder: Path) -> list[tuple[str, bytes]]:
    """Whole files of every form, small ones, with the usual mess."""
    return [
        (name, FORMATS[name](plant(n, rows=4), folder / name).read_bytes())
        for name in SPOIL
        for n in range(6)
    ]


def _keep(out: Path | None, bases: list[tuple[str, bytes]], seed: int) -> None:
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        name, data = mutated(bases, seed)
        (out / f"{seed}-{name}").write_bytes(data)


def mutated(bases: list[tuple[str, bytes]], seed: int) -> tuple[str, bytes]:
    """The file of a seed."""
    rng = random.Random(seed)
    name, data = bases[rng.randrange(len(bases))]
    return name, SPOIL[name](data, rng)


# ---------------------------------------------------------------- in the reading process


def _files(tell: Any, bases: list[tuple[str, bytes]], first: int, last: int, folder: str) -> None:
    counts: Counter[str] = Counter()
    for seed in range(first, last):
        name, data = mutated(bases, seed)
        path = Path(folder) / f"x{Path(name).suffix}"
        path.write_bytes(data)
        tell(("at", seed))
        begun = time.process_time()
        try:
            datasets, _ = read_one(path, OPTIONS)
            counts[f"{name} read"] += 1
            for dataset in datasets:
                _adds_up(dataset)
        except BadWorkbook as error:
            counts[f"{name} refused"] += 1
            if "\n" in error.zh or not error.zh.startswith(path.name):
                tell(("fault", seed, f"not one line: {error.zh[:100]}"))
        except BaseException as error:
            tell(("fault", seed, f"{name}: {type(error).__name__}: {error}"[:200]))
        if time.process_time() - begun > SLOW:
            tell(("fault", seed, f"{name}: {time.process_time() - begun:.1f} s"))
        if seed % 50 == 49:
            tell(("counts", dict(counts), _peak()))
            counts.clear()
    tell(("counts", dict(counts), _peak()))


def _adds_up(dataset: Dataset) -> None:
    kept = {statement.row for statement in dataset.rows}
    info = dataset.info
    if info.rows_read != len(kept) + info.rows_rejected:
        raise AssertionError(f"{info.rows_read} rows read, {len(kept)} kept")


def _rows(tell: Any, first: int, count: int) -> None:
    """Rows of anything under the headers of a kind, ten a sheet."""
    counts: Counter[str] = Counter()
    for seed in range(first, first + count, 10):
        rng = random.Random(-seed - 1)
        kind = rng.choice(sorted(HEADERS))
        heads = HEADERS[kind].split()
        table = [heads, *(sound_cells([_cell(rng) for _ in heads]) for _ in range(10))]
        sheet = RawSheet("x", lambda table=table: iter([list(r) for r in table]), count=11)
        file = RawFile(Path("x.xlsx"), "0" * 64, (sheet,))
        try:
            for _, dataset in tables_of(file, sheet, OPTIONS, cleaned=True):
                if dataset is not None:
                    _adds_up(dataset)
            counts["rows"] += 10
        except Exception as error:
            tell(("fault", seed, f"{kind}: {type(error).__name__}: {error}"[:200]))
    tell(("counts", dict(counts), _peak()))


_TEXTS = [
    "", " ", "无", "/", "合计", "注：", "书院社区", "第一网格", "2019.8.1", "二〇一九年八月", "99.13.45", "长期", "约3",
    "20万元", "-5", "１２", "是", "终止", "甲公司、乙公司", "居民张三", "914403001922038216", "91440300192203821O",
    "13907123456", "420902001001", "4.2E+17", "網(wǎng)格", "张　三", "'007", "=1+1", "\u200b", "\ufffd",
    "（" * 50, "、" * 30, "x" * 600, "👨‍👩‍👧", "\u202e倒", "2019-08-01至2020-08-01", "#N/A", "NaN", "1e999", "٣",
]  # fmt: skip


def _cell(rng: random.Random) -> Any:
    kind = rng.randrange(9)
    if kind < 5:
        return rng.choice(_TEXTS)
    if kind == 5:
        return "".join(
            chr(
                rng.choice(
                    [
                        rng.randrange(32, 127),
                        rng.randrange(0x4E00, 0x9FFF),
                        rng.choice([rng.randrange(0xD800), rng.randrange(0xE000, 0x110000)]),
                    ]
                )
            )
            for _ in range(rng.randrange(12))
        )
    if kind == 6:
        return rng.choice(
            [
                0.0,
                -1.0,
                2.5,
                43678.0,
                1e15,
                4.2e17,
                1e300,
                float("nan"),
                float("inf"),
                -0.0,
                20190801.0,
            ]
        )
    if kind == 7:
        return rng.choice([date(2019, 8, 1), datetime(1900, 1, 1), date(9999, 12, 31), True, None])
    return rng.choice([Flaw("cell_error", "#N/A"), Flaw("cell_formula", "="), None])


def _peak() -> int:
    """Peak of this process's memory in MB.

    Not by `getrusage`, which counts what the process that started this one had at that time.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) >> 10


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    found = run(**vars(parser.parse_args()))
    print(json.dumps(found, ensure_ascii=False, indent=1))
    sys.exit(bool(found["failures"]))


if __name__ == "__main__":
    if len(sys.argv) == 2 and sys.argv[1] == str(os.getppid()):
        from ingest import worker as child

        known = child.tasks()
        child.tasks = lambda: known | {"files": _files, "rows": _rows}  # type: ignore[assignment]
        child.main()
    else:
        main()
