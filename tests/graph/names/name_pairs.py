"""Labelled pairs of names: read, split, and judged by `compare`."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graph.names.compare import NameMatch, compare

DATA = Path(__file__).parents[2] / "data" / "names"
SETS = ("families", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def places_of(file: str) -> tuple[str, ...]:
    """Full names of the cities and districts of a file, as a division list would tell them."""
    first = (DATA / f"{file}.tsv").read_text(encoding="utf-8").splitlines()[0]
    return tuple(first.removeprefix("# places: ").split())


@dataclass(frozen=True, slots=True)
class Score:
    """How `compare` did on labelled pairs; `missed` and `wrong` are the pairs themselves."""

    precision: float
    """Share of the pairs joined by themselves that are one body."""
    recall: float
    """Share of the pairs that are one body which were joined or put to a person."""
    queue: float
    """Share of the pairs put to a person that are one body."""
    pairs: int
    missed: tuple[tuple[str, str], ...]
    wrong: tuple[tuple[str, str], ...]
    asked: tuple[NameMatch, ...]
    """What a person would be shown of each pair that is asked about."""


def pairs(file: str, part: str | None = None) -> Iterator[tuple[str, str, bool]]:
    """Pairs of a file; of `families` the `tuning` part (six tenths, by hash) or the `held` one."""
    for line in (DATA / f"{file}.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, same, other = line.split("\t")
        tuning = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10 < 6
        if part is None or (part == "tuning") == tuning:
            yield from ((name, variant, True) for variant in same.split(";"))
            yield from ((name, miss, False) for miss in other.split(";"))


def judge(file: str, part: str | None = None, *, places: bool = True) -> Score:
    """Compare all pairs of a file, with or without the names of city and districts known."""
    counts: Counter[tuple[str, bool]] = Counter()
    missed, wrong = [], []
    shown: list[NameMatch] = []
    for a, b, same in pairs(file, part):
        match = compare(a, None, b, None, places=places_of(file) if places else ())
        verdict = match.verdict
        if verdict == "doubtful":
            shown.append(match)
        counts[verdict, same] += 1
        if same and verdict == "different":
            missed.append((a, b))
        if not same and verdict == "certain":
            wrong.append((a, b))
    joined = counts["certain", True] + counts["certain", False]
    alike = sum(n for (_, same), n in counts.items() if same)
    return Score(
        precision=counts["certain", True] / joined if joined else 1.0,
        recall=(alike - counts["different", True]) / alike,
        queue=counts["doubtful", True] / len(shown) if shown else 1.0,
        pairs=sum(counts.values()),
        missed=tuple(missed),
        wrong=tuple(wrong),
        asked=tuple(shown),
    )
