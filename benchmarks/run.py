"""Measure, and print targets and the plain way beside: `make bench`, `python -m benchmarks.run`.

    NAME...          only these (default: all; --list names them)
    --streets N      size of the synthetic city (default 6); --full-city for all of it
    --times N        runs of what is cheap enough to be repeated (default 3)
    --neo4j URI      on this Neo4j instead of the embedded store
    --out FILE       also as JSON

A benchmark is a module of this folder with `run(bench) -> Iterable[Figure]`; it needs no entry
anywhere. Times are wall-clock on this machine; each benchmark runs in a process of its own, so
that memory and caches of one say nothing about another. The city is the same for the same size.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import benchmarks
from benchmarks.bench import Bench, apart

_NOT_ONE = {"run", "bench", "figures", "cities"}


def names() -> list[str]:
    """Modules of this folder that measure something."""
    found = {m.name for m in pkgutil.iter_modules(benchmarks.__path__)} - _NOT_ONE
    return sorted(name for name in found if not name.startswith("_"))


def subject(name: str) -> str:
    """First line of a benchmark's docstring."""
    told = importlib.import_module(f"benchmarks.{name}").__doc__ or name
    return told.splitlines()[0]


def measure(name: str, options: dict[str, Any]) -> list[dict[str, Any]]:
    """The figures of one benchmark, in a process of its own."""
    return apart(_measured, name, options)


def _measured(name: str, options: dict[str, Any]) -> list[dict[str, Any]]:
    module = importlib.import_module(f"benchmarks.{name}")
    with tempfile.TemporaryDirectory() as folder:
        return [figure.told() for figure in module.run(Bench(Path(folder), **options))]


def shown(title: str, figures: Sequence[dict[str, Any]]) -> Table:
    """A benchmark's figures as people read them."""
    table = Table("", "median", "min – max", "n", "target", "plain way", "ratio", title=title)
    for f in figures:
        target = "" if f["target"] is None else f"{'✓' if f['met'] else '✗'} {_value(f['target'])}"
        plain = f"{_value(sorted(f['plain'])[len(f['plain']) // 2])}" if f["plain"] else ""
        table.add_row(
            f["name"] + (f" ({f['size']})" if f["size"] else ""),
            f"{_value(f['median'])} {f['unit']}",
            f"{_value(f['min'])} – {_value(f['max'])}" if len(f["runs"]) > 1 else "",
            str(len(f["runs"])),
            target,
            f"{plain} {f['plain_way'] or ''}".strip(),
            f"{f['ratio']:.1f}×" if f["ratio"] else "",
        )
    return table


def _value(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def main() -> int:
    """Entry point of `python -m benchmarks.run`."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.run",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--streets", type=int, default=6)
    parser.add_argument("--full-city", action="store_true")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--neo4j")
    parser.add_argument("--out", type=Path)
    options = vars(parser.parse_args())
    out, wanted, listed = options.pop("out"), options.pop("names"), options.pop("list")
    console = Console()
    if listed:
        for name in names():
            console.print(f"{name}: {subject(name)}", highlight=False)
        return 0
    if unknown := set(wanted) - set(names()):
        print(f"no such benchmark: {', '.join(sorted(unknown))}; see --list", file=sys.stderr)
        return 2
    found = {}
    for name in wanted or names():
        found[name] = measure(name, options)
        console.print(shown(f"{name}: {subject(name)}", found[name]))
    machine = {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        **options,
    }
    console.print(", ".join(f"{k} {v}" for k, v in machine.items()), highlight=False)
    if out:
        told = {"machine": machine, "benchmarks": found}
        out.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
