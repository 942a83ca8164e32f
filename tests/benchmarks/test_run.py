"""The benchmarks' own reckoning: ratios, targets, and that each module can be found and run."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import run
from benchmarks.bench import Bench
from benchmarks.figures import Figure


@pytest.mark.parametrize("name", run.names())
def test_every_benchmark_can_be_found_and_says_what_it_measures(name: str) -> None:
    module = importlib.import_module(f"benchmarks.{name}")
    assert callable(module.run)
    assert len(run.subject(name)) > 10


def test_what_measures_nothing_is_no_benchmark() -> None:
    assert {"run", "bench", "figures"}.isdisjoint(run.names())


def test_a_target_is_met_by_the_median_not_by_the_best_run() -> None:
    assert Figure("x", [1.0, 5.0, 6.0], target=4.0).met is False
    assert Figure("x", [1.0, 3.0, 6.0], target=4.0).met is True
    assert Figure("x", [1.0, 3.0], target=2.5, more_is_better=True).met is False
    assert Figure("x", [1.0]).met is None


def test_ratio_is_how_many_times_better() -> None:
    assert Figure("x", [2.0], plain=[10.0]).ratio == 5.0
    assert Figure("x", [10.0], plain=[2.0], more_is_better=True, unit="rows/s").ratio == 5.0
    assert Figure("x", [2.0]).ratio is None


def test_the_table_names_target_spread_and_plain_way() -> None:
    figure = Figure("read", [1.0, 2.0, 3.0], target=2.5, plain=[8.0], plain_way="row by row")
    console = Console(width=160, record=True)
    console.print(run.shown("a benchmark", [figure.told()]))
    text = console.export_text()
    for told in ("a benchmark", "1 – 3", "✓ 2.5", "8 row by row", "4.0×"):
        assert told in text


def test_the_city_is_made_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path, streets=1)
    network = bench.network()
    assert network.ties.height > 100
    assert bench.network() is network
    assert bench.sample().is_dir()
