"""The smallest cut of one area after the other, compiled: for networks drawn by the hundred.

The measure is `analysis.connectivity.definition.nearest_cut`'s, its size only;
`analysis.connectivity.engine.cuts` names the actors too. Ties are given as lists that a drawn
network can grow: `first[area]` is the first entry of the area, `following[entry]` the next, -1
the last; likewise for the neighbours of an actor.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.layers.compiled import compiled

Array = np.ndarray[Any, Any]

_NONE = -2
_SOURCE = -1
WIDTH = 5
"""At most so many paths pass an actor's two states in turn: room for `limit` <= 5."""
LIMIT = 5
"""Larger cuts are given as this: `analysis.connectivity.definition.CUT_MAX`."""


def working_space(actors: int) -> Array:
    """What `cut_size` works in; one for each thread."""
    return np.full((5, WIDTH * max(actors, 1)), _NONE, np.int32)


@compiled
def cut_size(
    partners: Array,
    count: int,
    elsewhere: Array,
    pair_first: Array,
    pair_next: Array,
    pair_head: Array,
    limit: int,
    work: Array,
) -> int:
    """The fewest actors that part an area from all others, at most `limit`.

    Parameters
    ----------
    partners, count
        The area's partners are the first `count` actors, each once.
    elsewhere
        Per actor, how many areas it is tied to, the area itself counted for its partners.
    pair_first, pair_next, pair_head
        Neighbours of each actor among the actors, as a list: `pair_head[entry]`.
    limit
        No more paths than this are sought.
    work
        Five rows of `WIDTH` x actors int32 that hold -2 everywhere, and do so again afterwards
        (but for the rows of the queue and of what was used).
    """
    came, queue, before, mine, _ = work[0], work[1], work[2], work[3], work[4]
    size = 0
    begins = 0
    for i in range(count):
        v = partners[i]
        if elsewhere[v] >= 2:
            mine[v] = 2  # a path by itself: in every cut, and closed to all other paths
            size += 1
        else:
            mine[v] = 1
            if pair_first[v] >= 0:
                begins += 1
    used = 0
    while size < limit and begins > 0:
        end = _NONE
        head = tail = 0
        for i in range(count):
            v = partners[i]
            if mine[v] == 1 and pair_first[v] >= 0:
                came[2 * v] = _SOURCE
                queue[tail] = 2 * v
                tail += 1
        while head < tail and end == _NONE:
            state = queue[head]
            head += 1
            v = state >> 1
            if state & 1:
                if mine[v] == _NONE and elsewhere[v] > 0:
                    end = state
                    break
                entry = pair_first[v]
                while entry >= 0:
                    w = pair_head[entry]
                    if mine[w] != 2 and came[2 * w] == _NONE:
                        came[2 * w] = state
                        queue[tail] = 2 * w
                        tail += 1
                    entry = pair_next[entry]
                if before[v] != _NONE and came[2 * v] == _NONE:
                    came[2 * v] = state
                    queue[tail] = 2 * v
                    tail += 1
            else:
                back = 2 * v + 1
                if before[v] != _NONE:
                    back = _NONE if before[v] == _SOURCE else 2 * before[v] + 1
                if back != _NONE and came[back] == _NONE:
                    came[back] = state
                    queue[tail] = back
                    tail += 1
        if end != _NONE:
            size += 1
            state = end
            while state != _SOURCE:
                previous = came[state]
                if not state & 1:
                    if previous == state + 1:  # back through an actor: no path passes it now
                        before[state >> 1] = _NONE
                    else:
                        before[state >> 1] = previous >> 1
                        work[4, used] = state >> 1
                        used += 1
                state = previous
        for i in range(tail):
            came[queue[i]] = _NONE
        if end == _NONE:
            break
    for i in range(count):
        mine[partners[i]] = _NONE
    for i in range(used):
        before[work[4, i]] = _NONE
    return min(size, limit)


@compiled
def _root(parent: Array, v: int) -> int:
    while parent[v] != v:
        parent[v] = parent[parent[v]]
        v = parent[v]
    return v


@compiled
def measure(
    starts: Array, actors: Array, one: Array, other: Array, m: int, kept: Array,
    pair_kept: Array, new_area: Array, new_actor: Array, extra: Array, new_one: Array,
    new_other: Array, work: Array, partners: Array, cut: Array, weak: Array,
) -> None:  # fmt: skip
    """Partners, cut and weakness of every area of one network.

    Parameters
    ----------
    starts, actors, one, other, m
        Recorded pairs, as `analysis.certainty.resample.Draws` has them, and the number of actors.
    kept, pair_kept
        Which of them there are.
    new_area, new_actor, extra, new_one, new_other
        What there is more: ties sorted by area, partners that an area has for itself, pairs.
    work
        `working_space(m)`.
    partners, cut, weak
        A value per area, written to.
    """
    n = len(starts) - 1
    degree = np.zeros(m, np.int32)
    parent = np.arange(n + m)
    for g in range(n):
        for e in range(starts[g], starts[g + 1]):
            if kept[e]:
                a = actors[e]
                degree[a] += 1
                parent[_root(parent, n + a)] = _root(parent, g)
    for i in range(len(new_area)):
        degree[new_actor[i]] += 1
        parent[_root(parent, n + new_actor[i])] = _root(parent, new_area[i])
    first = np.full(m, -1, np.int64)
    following = np.empty(2 * (len(one) + len(new_one)), np.int64)
    head = np.empty(len(following), np.int64)
    used = 0
    for e in range(len(one) + len(new_one)):
        if e < len(one):
            if not pair_kept[e]:
                continue
            a, b = one[e], other[e]
        else:
            a, b = new_one[e - len(one)], new_other[e - len(one)]
        parent[_root(parent, n + a)] = _root(parent, n + b)
        head[used], following[used], first[a] = b, first[a], used
        head[used + 1], following[used + 1], first[b] = a, first[b], used + 1
        used += 2

    size = np.zeros(n + m, np.int64)
    for g in range(n):
        size[_root(parent, g)] += 1
    main, most = -1, 1
    for g in range(n):  # the first of equals has the smallest code
        at = _root(parent, g)
        if size[at] > most:
            main, most = at, size[at]

    longest = 0
    added = 0
    while added < len(new_area):
        g, begin = new_area[added], added
        while added < len(new_area) and new_area[added] == g:
            added += 1
        longest = max(longest, added - begin)
    mine = np.empty(int(np.max(starts[1:] - starts[:-1])) + longest, np.int64)
    added = 0
    for g in range(n):
        count, shared, leads = 0, 0, 0
        for e in range(starts[g], starts[g + 1]):
            if kept[e]:
                mine[count] = actors[e]
                count += 1
        while added < len(new_area) and new_area[added] == g:
            mine[count] = new_actor[added]
            count += 1
            added += 1
        for i in range(count):
            if degree[mine[i]] >= 2:
                shared += 1
            elif first[mine[i]] >= 0:
                leads += 1
        if shared < LIMIT and leads > 0:
            shared = cut_size(mine, count, degree, first, following, head, LIMIT, work)
        partners[g] = count + extra[g]
        cut[g] = min(shared, LIMIT)
        weak[g] = shared <= 1 or _root(parent, g) != main
