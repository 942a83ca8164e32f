"""The demonstration: `python -m cli.demo`, which `make demo` runs.

Two homes, told apart in every line that is printed: a synthetic city on the real divisions
of Xiaogan, judged by grid; and the real needs and resources of Hubei in early 2020, judged by
district. Each step is a command that a user could have typed, and is shown as one.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cli.call import Call
from cli.commands import draw_map, gaps, weak_grids
from cli.commands.gaps import By
from cli.errors import DONE, INTERRUPTED, ROWS_REJECTED, report
from cli.judging import Judged, judge
from cli.main import run
from cli.output import json_text, print_line

if TYPE_CHECKING:
    from graph.model.labels import Level

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
_TOP = 10
_TAIL = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One half of the demonstration: what it is called, when and at which level it is judged."""

    name: str
    title: str
    day: str
    level: Level
    calls: Callable[[Path], Iterator[list[str]]]
    """Given a folder for what is made on the way, the calls that bring the data in."""


def xiaogan_calls(folder: Path) -> Iterator[list[str]]:
    """The real divisions, then the synthetic rosters on top of them."""
    divisions = SAMPLES / "xiaogan" / "xiaogan_divisions.csv"
    yield ["import", relative(divisions)]
    made = folder / "sample"
    shutil.rmtree(made, ignore_errors=True)
    yield ["sample", "--seed", "2019", "--streets", "3", "--out", str(made)]
    (made / divisions.name).unlink(missing_ok=True)
    yield ["import", str(made), "--synthetic"]


def wuhan_calls(_: Path) -> Iterator[list[str]]:
    """The real needs, resources and organisations."""
    data = SAMPLES / "wuhan2020"
    yield ["import", relative(data), "--mapping", relative(data / "mapping.yaml")]


PARTS = (
    Part(
        "xiaogan",
        "孝感：区划是真实的（2023 年），网格、单位、人员、共建、资源、需求全部是合成（虚构）数据\n"
        "   Xiaogan: REAL divisions; grids, units, people, ties, offers and needs are SYNTHETIC",
        "2019-08-01",
        "grid",
        xiaogan_calls,
    ),
    Part(
        "wuhan2020",
        "湖北 2020 年初：需求、资源、机构都是真实数据，按区县判断\n"
        "   Hubei, early 2020: REAL needs, resources and organisations, judged by district",
        "2020-02-29",
        "district",
        wuhan_calls,
    ),
)


def demonstrate(home: Path, out: Path, *, port: int, serve: bool) -> int:
    """Import, judge, write and show both halves; then serve the first one's page."""
    began = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    home.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for part in PARTS:
        print_line(f"\n== {part.title}")
        store = home / part.name
        for number, arguments in enumerate(part.calls(home), start=1):
            log = out / f"{part.name}-step{number}.txt"
            code = run_logged([*arguments, "--store", str(store), "--date", part.day], log)
            if code not in (DONE, ROWS_REJECTED):
                return code
        written += results(part, store, out)
    print_line(f"\n== 结果文件 / results（{time.monotonic() - began:.0f} s）")
    for path in written:
        print_line(f"  {path}")
    print_line("名称以 xiaogan 开头的基于合成（虚构）数据；以 wuhan2020 开头的基于真实数据。")
    print_line(
        "Files named xiaogan… rest on SYNTHETIC rosters, those named wuhan2020… on REAL data."
    )
    if not serve:
        return DONE
    print_line("")
    return run_shown(["serve", "--store", str(home / PARTS[0].name), "--port", str(port)])


def run_shown(arguments: Sequence[str]) -> int:
    """Show a call as a user would type it, and run it."""
    print_line(f"\n$ gongjian {shlex.join(arguments)}")
    return run(arguments)


def run_logged(arguments: Sequence[str], log: Path) -> int:
    """Show a call, run it, keep what it prints in a file, and show the end of that."""
    print_line(f"\n$ gongjian {shlex.join(arguments)}")
    with (
        log.open("w", encoding="utf-8", newline="") as file,
        contextlib.redirect_stdout(file),
    ):
        code = run(arguments)
    lines = log.read_text(encoding="utf-8").splitlines()
    for line in lines[-_TAIL:]:
        print_line(f"  {line}")
    if len(lines) > _TAIL:
        print_line(f"  （全文见 / all of it in {log}）")
    return code


def relative(path: Path) -> str:
    """A path as a user in this folder would write it."""
    return os.path.relpath(path)


def results(part: Part, store: Path, out: Path) -> list[Path]:
    """Judge one half, write its tables and its map, and print the worst of it."""
    call = Call(store_dir=store, level=part.level)
    judged = judge(call)
    written = write_tables(part, call, judged, out)
    path = out / f"{part.name}-map.html"
    draw_map.write(call, judged, path)
    show(call, judged)
    return [*written, path]


def write_tables(part: Part, call: Call, judged: Judged, out: Path) -> list[Path]:
    """The tables as JSON and CSV, as the commands would print them."""
    weak = judged.city.weak
    texts = {
        "weak-grids.json": json_text(weak),
        "weak-grids.csv": weak_grids.csv_table(weak, judged.network).csv(),
    }
    for by in By:
        found = gaps.gap_result(judged, by, call)
        texts[f"gaps-by-{by}.json"] = json_text(found)
        texts[f"gaps-by-{by}.csv"] = gaps.csv_table(found, by).csv()
    written = []
    for name, text in texts.items():
        path = out / f"{part.name}-{name}"
        path.write_text(
            text, encoding="utf-8-sig" if path.suffix == ".csv" else "utf-8", newline=""
        )
        written.append(path)
    return written


def show(call: Call, judged: Judged) -> None:
    """Print the weakest areas and the gaps by category."""
    weak = weak_grids.kept(judged.city.weak, None, show_all=False)
    weakest = weak.model_copy(update={"areas": weak.areas[:_TOP]})
    weak_count = sum(area.weak for area in weak.areas)
    print_line(
        f"\n薄弱 {weak_count}，关注 {len(weak.areas) - weak_count}；最薄弱的在前 / worst first"
    )
    weak_grids.show(call, weakest, judged.network, measures=False)
    print_line("\n资源共享缺口 / resource-sharing gaps")
    gaps.show(call, gaps.gap_result(judged, By.CATEGORY, call), By.CATEGORY, judged)


def main() -> None:
    """Entry point of `python -m cli.demo`."""
    parser = argparse.ArgumentParser(prog="python -m cli.demo", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".gongjian"))
    parser.add_argument("--out", type=Path, default=Path("out"))
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--no-serve", dest="serve", action="store_false")
    options = vars(parser.parse_args())
    try:
        code = demonstrate(options.pop("home"), options.pop("out"), **options)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:
        code = report(error, "zh")
    sys.exit(code)


if __name__ == "__main__":
    main()
