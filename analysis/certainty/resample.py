"""Networks as they might really be, drawn by the hundred and measured, all in compiled code.

One draw takes recorded ties away (they were written down by mistake) and adds ties that nobody
wrote down, as `analysis.certainty.certainty` explains, then measures every area: its partners,
its cut, and whether it is weak. A draw depends on the seed and its own number alone: random
numbers are drawn here (SplitMix64), the same whatever the versions and the number of threads.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from analysis.connectivity.flow import DrawnNetwork, measure, working_space
from analysis.layers.compiled import compiled

Array = np.ndarray[Any, Any]

_TRIES = 12
"""How often an actor is drawn for a missing tie before the tie is given up."""


class Draws(NamedTuple):
    """What all draws share, as flat arrays; made by `analysis.certainty.certainty`.

    Areas are 0 ... n - 1, actors 0 ... m - 1. Recorded pairs are sorted by area, then actor.
    """

    starts: Array
    """First pair of each area, and the number of pairs at the end."""
    actors: Array
    """Actor of each pair."""
    drop: Array
    """Probability that a pair has no true tie."""
    one: Array
    other: Array
    pair_drop: Array
    """Pairs of actors, and the same probability."""
    partners_seen: Array
    """Recorded partners of each area that are tied to another area (they may hold it)."""
    own_seen: Array
    """Recorded partners that are the area's alone."""
    grows: Array
    """Whether missing ties are added to an area: where its data were handed in."""
    shared_chance: Array
    own_chance: Array
    """Row c: cumulated probabilities of 0, 1, 2 ... missing ties where c are recorded."""
    odds: float
    """Missing ties for each recorded one, of areas beyond the tables."""
    group: Array
    """Group of each area: a missing tie is to an actor of the group."""
    pool_starts: Array
    pool_actor: Array
    pool_weight: Array
    """Actors of each group, and their weights cumulated within it; the last group is the
    whole city."""
    main_part: int
    """The main component as recorded; -1 where there is none."""
    part_of_area: Array
    part_of_actor: Array
    """Component of each vertex as recorded."""
    part_alone: Array
    """Whether a component has at most one area."""
    joins: Array
    """Per component of several areas that is not the main one: probability that it truly hangs
    together with areas outside; 0 for all others."""
    part_starts: Array
    part_areas: Array
    """Areas of each component."""
    pair_odds: float
    """Missing pairs of actors for each recorded one."""


def draw(model: Draws, seed: int, count: int, threads: int | None = None) -> tuple[Array, ...]:
    """Draw and measure `count` networks.

    Returns
    -------
    tuple of array
        A row a draw, a column an area: partners (int32), cut (uint8, at most 5), weak (bool).
        The same for the same seed, whatever the number of threads.
    """
    n = len(model.starts) - 1
    partners = np.zeros((count, n), np.int32)
    cut = np.zeros((count, n), np.uint8)
    weak = np.zeros((count, n), np.bool_)
    if n == 0 or count == 0:
        return partners, cut, weak
    workers = min(threads or os.cpu_count() or 1, count)
    bounds = np.linspace(0, count, workers + 1).astype(int).tolist()

    def work(low: int, high: int) -> None:
        space = working_space(len(model.part_of_actor))
        for b in range(low, high):
            measure(
                model.starts, model.actors, model.one, model.other, len(model.part_of_actor),
                _drawn(model, seed, b), space, partners[b], cut[b], weak[b],
            )  # fmt: skip

    if workers == 1:
        work(0, count)
    else:
        with ThreadPoolExecutor(workers) as pool:
            for done in [pool.submit(work, low, high) for low, high in pairwise(bounds)]:
                done.result()
    return partners, cut, weak


@compiled
def mixed(seed: int, number: int) -> np.uint64:
    """A state for the `number`-th stream of a seed: streams of close numbers look unrelated."""
    z = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(number)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@compiled
def uniform(state: np.ndarray[Any, Any]) -> float:
    """The next number in [0, 1) of a stream; `state` (one uint64) moves on.

    SplitMix64, after Steele, Lea and Flood, "Fast splittable pseudorandom number generators"
    (2014).
    """
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def _drawn(model: Draws, seed: int, number: int) -> DrawnNetwork:
    """What one network keeps and what it has more."""
    state = np.zeros(1, np.uint64)
    state[0] = mixed(seed, number)
    kept, pair_kept = _drop(model, state)
    new_area, new_actor, extra = _add(model, state)
    new_one, new_other = _add_pairs(model, state)
    return DrawnNetwork(kept, pair_kept, new_area, new_actor, extra, new_one, new_other)


@compiled
def _drop(model: Draws, state: Array) -> tuple[Array, Array]:
    """Which recorded pairs are true."""
    return _left(model.drop, state), _left(model.pair_drop, state)


@compiled
def _left(drop: Array, state: Array) -> Array:
    """Which pairs stay that are dropped with these probabilities."""
    kept = np.ones(len(drop), np.bool_)
    for e in range(len(drop)):
        if drop[e] > 0 and uniform(state) < drop[e]:
            kept[e] = False
    return kept


@compiled
def _how_many(table: Array, seen: int, odds: float, state: Array) -> int:
    """Number of missing ties where `seen` are recorded."""
    u = uniform(state)
    if seen < table.shape[0]:
        for k in range(table.shape[1]):
            if u < table[seen, k]:
                return k
        return 0
    # negative binomial (seen + 1 recorded, odds), by the normal curve: never near weakness
    mean = (seen + 1) * odds
    v = uniform(state)
    normal = np.sqrt(-2 * np.log(1 - u)) * np.cos(2 * np.pi * v)
    return max(0, int(np.round(mean + np.sqrt(mean * (1 + odds)) * normal)))


@compiled
def _add(model: Draws, state: Array) -> tuple[Array, Array, Array]:
    """Missing ties: area and actor of each, sorted by area; and partners that the area has
    for itself, of whom nothing else is recorded.
    """
    n = len(model.group)
    size = 64
    area, actor = np.empty(size, np.int64), np.empty(size, np.int64)
    used = 0
    extra = np.zeros(n, np.int64)
    joining = np.full(n, -1, np.int64)
    for part in range(len(model.joins)):
        if model.joins[part] > 0 and uniform(state) < model.joins[part]:
            low, high = model.part_starts[part], model.part_starts[part + 1]
            joining[model.part_areas[low + int(uniform(state) * (high - low))]] = part
    for g in range(n):
        if not model.grows[g]:
            continue
        count = _how_many(model.shared_chance, model.partners_seen[g], model.odds, state)
        extra[g] = _how_many(model.own_chance, model.own_seen[g], model.odds, state)
        first = used
        for i in range(count + (joining[g] >= 0)):
            a = _new_partner(model, g, i == count, actor[first:used], state)
            if a < 0:
                continue
            if used == size:
                size *= 2
                area = np.concatenate((area, np.empty(size - used, np.int64)))
                actor = np.concatenate((actor, np.empty(size - used, np.int64)))
            area[used], actor[used] = g, a
            used += 1
    return area[:used], actor[:used], extra


@compiled
def _new_partner(model: Draws, g: int, outside: bool, added: Array, state: Array) -> int:
    """An actor of the area's group that is no recorded or added partner, or -1.

    A tie that joins components goes outside: to the group's actors there, else to the city's.
    """
    for attempt in range(2 * _TRIES if outside else _TRIES):
        group = model.group[g] if attempt < _TRIES else len(model.pool_starts) - 2
        low, high = model.pool_starts[group], model.pool_starts[group + 1]
        if high == low:
            continue
        aim = uniform(state) * model.pool_weight[high - 1]
        at = low + np.searchsorted(model.pool_weight[low:high], aim, "right")
        a = model.pool_actor[min(at, high - 1)]
        if _may_join(model, g, a, outside) and not _is_partner(model, g, a, added):
            return int(a)
    return -1


@compiled
def _may_join(model: Draws, g: int, a: int, outside: bool) -> bool:
    """Whether an actor is of the area's own component, or one of the two is alone; outside:
    whether it is of the main one.
    """
    here, there = model.part_of_area[g], model.part_of_actor[a]
    if outside:
        return bool(there == model.main_part)
    return bool(there == here or model.part_alone[here] or model.part_alone[there])


@compiled
def _is_partner(model: Draws, g: int, a: int, added: Array) -> bool:
    begin, end = model.starts[g], model.starts[g + 1]
    place = begin + np.searchsorted(model.actors[begin:end], a)
    if place < end and model.actors[place] == a:
        return True
    return bool((added == a).any())


@compiled
def _add_pairs(model: Draws, state: Array) -> tuple[Array, Array]:
    """Missing pairs of actors: ends of two recorded pairs, within one component."""
    size = len(model.one)
    expected = size * model.pair_odds
    count = int(expected)
    if uniform(state) < expected - count:
        count += 1
    one, other = np.empty(count, np.int64), np.empty(count, np.int64)
    used = 0
    for _ in range(count):
        a = model.one[int(uniform(state) * size)]
        if uniform(state) < 0.5:
            a = model.other[int(uniform(state) * size)]
        for _ in range(_TRIES):
            b = model.other[int(uniform(state) * size)]
            if b != a and model.part_of_actor[a] == model.part_of_actor[b]:
                one[used], other[used] = a, b
                used += 1
                break
    return one[:used], other[:used]
