"""How long each step of the whole way takes: `make bench`, or `python -m benchmarks.run`.

    --streets N      size of the synthetic city (default 6); --full-city for all of it
    --neo4j URI      on this Neo4j instead of the embedded store
    --out FILE       also as JSON

Times are wall-clock seconds of one run on this machine; memory is the peak of the process so
far. The city is the same for the same size, so that two runs compare.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table

from analysis.diagnosis import diagnose
from analysis.policy import Policy
from graph.settings import Settings
from graph.store import Store, open_store
from ingest.statements import read_datasets
from ingest.synthetic import SampleSummary, write_sample
from maps.render import map_html, render_map

T = TypeVar("T")
DAY = "2019-08-01"


class Clock:
    """Runs steps and keeps how long each took."""

    def __init__(self) -> None:
        self.steps: list[dict[str, Any]] = []

    def step(self, name: str, work: Callable[[], T]) -> T:
        began = time.perf_counter()
        result = work()
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        self.steps.append({"step": name, "seconds": round(seconds, 3), "peak_mb": peak})
        return result


def measure(folder: Path, *, streets: int | None, full_city: bool, neo4j: str | None) -> Any:
    """Take the whole way once; the steps and the size of the city."""
    clock = Clock()
    sample = clock.step(
        "write the sample",
        lambda: write_sample(
            folder / "sample", seed=2019, streets=streets, full_city=full_city, date=DAY
        ),
    )
    store = clock.step(
        "open the store",
        lambda: open_store(Settings(), store_dir=folder / "home", neo4j_uri=neo4j),
    )
    with store:
        _through(clock, store, sample)
    size = {
        name: getattr(sample, name)
        for name in ("streets", "grids", "bodies", "people", "tie_rows", "resources", "needs")
    }
    return {"size": size, "python": platform.python_version(), "steps": clock.steps}


def _through(clock: Clock, store: Store, sample: SampleSummary) -> None:
    read = clock.step(
        "read the sheets",
        lambda: read_datasets([sample.out], secret=store.pseudonym_secret, synthetic=True),
    )

    def load() -> object:
        return store.import_datasets(read.datasets, on=DAY, who="bench")

    clock.step("import", load)
    clock.step("import again, nothing changed", load)
    network = clock.step("read the network", store.network)
    clock.step("read the network again", store.network)
    clock.step("hash the graph", store.graph_hash)
    found = clock.step("judge grids and gaps, cold", lambda: diagnose(network, Policy()))
    clock.step("judge grids and gaps, warm", lambda: diagnose(network, Policy()))
    clock.step("JSON of the verdicts", lambda: found.weak_grids.model_dump_json(indent=2))
    clock.step("draw the map", lambda: map_html(render_map(network, found.weak_grids)))
    clock.step("rebuild", store.rebuild)


def main() -> None:
    """Entry point of `python -m benchmarks.run`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--streets", type=int, default=6)
    parser.add_argument("--full-city", action="store_true")
    parser.add_argument("--neo4j")
    parser.add_argument("--out", type=Path)
    options = vars(parser.parse_args())
    out = options.pop("out")
    if options["full_city"]:
        options["streets"] = None
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Path(folder), **options)
    table = Table("step", "seconds", "peak MB")
    for step in result["steps"]:
        table.add_row(step["step"], f"{step['seconds']:.2f}", str(step["peak_mb"]))
    console = Console()
    console.print(", ".join(f"{count} {name}" for name, count in result["size"].items()))
    console.print(table)
    if out:
        out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
