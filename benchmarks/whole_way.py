"""The whole way once, step by step: sheets to verdicts, gaps and map."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from analysis.city import City
from analysis.policy import Policy
from benchmarks.bench import DAY, Bench
from benchmarks.figures import Figure, peak_mb, timed
from ingest.reading.read import read_datasets
from maps.render import map_html, render_map

T = TypeVar("T")


def run(bench: Bench) -> Iterator[Figure]:
    """One run of each step, in the order in which a user meets them."""
    sample, home = bench.sample(), bench.new_folder()
    found: list[Figure] = []

    def step(name: str, work: Callable[[], T]) -> T:
        result, took = timed(work)
        found.append(Figure(name, [took]))
        return result

    opened = step(
        "open the store",
        lambda: bench.store(home),
    )
    with opened as st:
        secret = st.pseudonym_secret
        read = step("read the sheets", lambda: read_datasets([sample], secret=secret))

        def load() -> object:
            return st.import_datasets(read.datasets, on=DAY, who="bench")

        step("import", load)
        step("import again, nothing changed", load)
        network = step("read the network", st.network)
        step("hash the graph", st.graph_hash)
        judged = step("judge grids and gaps, cold", lambda: City(network, Policy()).judged())
        step("judge grids and gaps, warm", lambda: City(network, Policy()).judged())
        step("JSON of the verdicts", lambda: judged.weak.model_dump_json(indent=2))
        step("draw the map", lambda: map_html(render_map(judged)))
        step("rebuild", st.rebuild)
    yield from found
    yield Figure("memory, Python and JVM", [peak_mb()], unit="MB")
