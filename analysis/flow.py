"""The smallest cut of one area after the other, compiled: for networks drawn by the hundred.

The measure is `analysis.definition.nearest_cut`'s, its size only; `analysis.engine.cuts` names
the actors too. Ties are given as lists that a drawn network can grow: `first[area]` is the
first entry of the area, `following[entry]` the next, -1 the last; likewise for the neighbours
of an actor.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.compiled import compiled

Array = np.ndarray[Any, Any]

_NONE = -2
_SOURCE = -1
WIDTH = 5
"""At most so many paths pass an actor's two states in turn: room for `limit` <= 5."""


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
