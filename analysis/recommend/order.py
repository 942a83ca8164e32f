"""In which order to make the ties chosen, and what each brings on top of those before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from analysis.layers.edits import TieEnds
from analysis.recommend.blocks import blocks
from analysis.recommend.ground import Ground
from analysis.recommend.worth import Worth, worth_of

_PAIRS = 12
"""Ties of one block up to which two at a time are looked at."""


@dataclass(frozen=True, slots=True)
class OrderStep:
    """One tie and what it adds: need -> amount (a whole number of the scale), needs of unknown
    quantity, areas lifted, triads closed; `supports` are the areas that fall back without it.
    """

    tie: TieEnds
    amounts: dict[int, int]
    reached: frozenset[int]
    lifted: frozenset[int]
    triads: frozenset[int]
    supports: frozenset[int]


def in_order(ground: Ground, ties: Sequence[TieEnds]) -> list[OrderStep]:
    """The ties, those that bring most first; two that only help together stand together.

    Blocks of ties that don't interact are ordered by themselves, then merged, so that what a
    tie adds doesn't depend on other blocks.
    """
    parts = blocks(ground, ties, whole=not ground.steady)
    runs = [_ordered(ground, list(block.ties)) for block in parts]
    found: list[OrderStep] = []
    while any(runs):
        best = max(
            (run for run in runs if run), key=lambda run: (run[0][0], _Reversed(run[0][1][0].tie))
        )
        found += best.pop(0)[1]
    return _lifted_for_good(ground, found)


def _lifted_for_good(ground: Ground, steps: list[OrderStep]) -> list[OrderStep]:
    """Each area with the step from which on it stays lifted: where another component becomes
    the main one on the way, an area may be lifted and dropped again.
    """
    prefixes = [
        ground.standing([s.tie for s in steps[: at + 1]]).lifted for at in range(len(steps))
    ]
    still = prefixes[-1] if prefixes else frozenset()
    found: list[OrderStep] = []
    for at in range(len(steps) - 1, -1, -1):
        before = still & (prefixes[at - 1] if at else frozenset())
        found.append(replace(steps[at], lifted=still - before))
        still = before
    return found[::-1]


class _Reversed:
    """Sorts ties backwards, so that `max` takes the smallest of equals."""

    def __init__(self, tie: TieEnds) -> None:
        self.tie = tie

    def __lt__(self, other: _Reversed) -> bool:
        return other.tie < self.tie


def _ordered(ground: Ground, ties: list[TieEnds]) -> list[tuple[Fraction, list[OrderStep]]]:
    """Greedy order within a block: at each step the tie, or pair, that adds most per tie."""
    whole = worth_of(ground, ties)
    supports = {
        tie: whole.standing.lifted
        - worth_of(ground, [other for other in ties if other != tie]).standing.lifted
        for tie in ties
    }
    left, done = sorted(ties), list[TieEnds]()
    before = worth_of(ground, ())
    found: list[tuple[Fraction, list[OrderStep]]] = []
    while left:
        options: list[tuple[TieEnds, ...]] = [(tie,) for tie in left]
        if len(ties) <= _PAIRS:
            options += combinations(left, 2)
        values = [
            (
                (worth_of(ground, [*done, *option]).objective - before.objective) / len(option),
                option,
            )
            for option in options
        ]
        value, chosen = max(values, key=lambda v: (v[0], -len(v[1]), -options.index(v[1])))
        steps = []
        for tie in chosen:
            done.append(tie)
            after = worth_of(ground, done)
            steps.append(_step(tie, before, after, supports[tie]))
            before = after
            left.remove(tie)
        found.append((value, steps))
    return found


def _step(tie: TieEnds, before: Worth, after: Worth, supports: frozenset[int]) -> OrderStep:
    needs = sorted({*before.gain.amounts, *after.gain.amounts})
    amounts = {
        n: more
        for n in needs
        if (more := after.gain.amounts.get(n, 0) - before.gain.amounts.get(n, 0))
    }
    return OrderStep(
        tie,
        amounts,
        after.gain.reached - before.gain.reached,
        after.standing.lifted - before.standing.lifted,
        after.triads - before.triads,
        supports,
    )
