"""Who is who: labelled pairs of names, and what the queue adds to the making of the graph."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from graph.review.queue import Queue
from graph.store.resolving import resolve
from tests.graph.names.name_pairs import SETS, judge

_SETS = (("families", "held"), *((name, None) for name in SETS if name != "families"))


def run(bench: Bench) -> Iterator[Figure]:
    """Precision and recall by set of pairs; CPU seconds of the queue within one resolution."""
    for file, part in _SETS:
        score = judge(file, part)
        size = f"{file}, {score.pairs} pairs"
        yield Figure(
            "joined by itself, rightly",
            runs=[score.precision], unit="", target=0.99, more_is_better=True, size=size,
        )  # fmt: skip
        yield Figure(
            "joined or asked, of those that are one",
            runs=[score.recall], unit="", target=0.95, more_is_better=True, size=size,
        )  # fmt: skip
        yield Figure(
            "asked, of which are one",
            runs=[score.queue], unit="", more_is_better=True, size=size,
        )  # fmt: skip
    datasets = bench.datasets()
    spent = {"all": 0.0, "queue": 0.0}
    _clock(spent)
    begun = time.process_time()
    graph = resolve(datasets)
    spent["all"] = time.process_time() - begun
    bodies = sum(len(graph.nodes.get(label, ())) for label in graph.nodes if "Un" in label)
    size = f"{graph.count_nodes()} nodes, {bodies} units, {graph.to_review} questions"
    yield Figure("queue", runs=[spent["queue"]], unit="s", target=5.0, size=size)
    yield Figure("whole resolution", runs=[spent["all"]], unit="s", size=size)


def _clock(spent: dict[str, float]) -> None:
    """Count the CPU seconds of the queue's steps."""
    for name in ("names", "pairs", "merged", "done"):
        step = getattr(Queue, name)

        def clocked(self: Queue, step=step):  # type: ignore[no-untyped-def]
            begun = time.process_time()
            made = step(self)
            spent["queue"] += time.process_time() - begun
            return made

        setattr(Queue, name, clocked)
