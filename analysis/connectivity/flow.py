"""The smallest cut of one area after the other, compiled: for networks drawn by the hundred.

The measure is `analysis.connectivity.definition.nearest_cut`'s, its size only;
`analysis.connectivity.engine.cuts` names the actors too.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from analysis.layers.compiled import compiled

Array = np.ndarray[Any, Any]

_NONE = -2
_SOURCE = -1
LIMIT = 5
"""Larger cuts are given as this: `analysis.connectivity.definition.CUT_MAX`."""


class NeighbourLists(NamedTuple):
    """Neighbours of each actor among the actors, as lists that a drawn network can grow."""

    first: Array
    """First entry of each actor; -1 where it has none."""
    following: Array
    """Next entry of the same actor; -1 after the last."""
    head: Array
    """The neighbour that an entry stands for."""


class Space(NamedTuple):
    """What `cut_size` works in; one for each thread. All of `came`, `before` and `mine` is
    `_NONE` between two searches.
    """

    came: Array
    """State before each state that a search has reached; an actor v has two, 2v and 2v + 1."""
    queue: Array
    """States in the order in which a search reached them."""
    before: Array
    """Actor before each one on its path; `_SOURCE` at the first."""
    mine: Array
    """Whether an actor is a partner: 2 one that is closed to paths, 1 another."""
    used: Array
    """Actors that paths have passed."""


def working_space(actors: int) -> Space:
    """Space for a network of so many actors."""
    room = max(actors, 1)
    came, queue, before, mine = (np.full(n * room, _NONE, np.int32) for n in (2, 2, 1, 1))
    return Space(came, queue, before, mine, np.empty(LIMIT * room, np.int32))


@compiled
def cut_size(
    partners: Array,
    count: int,
    elsewhere: Array,
    near: NeighbourLists,
    limit: int,
    work: Space,
) -> int:
    """The fewest actors that part an area from all others, at most `limit`.

    Parameters
    ----------
    partners, count
        The area's partners are the first `count` actors, each once.
    elsewhere
        Per actor, how many areas it is tied to, the area itself counted for its partners.
    near
        Neighbours of each actor among the actors.
    limit
        No more paths than this are sought.
    work
        Left as it was found.
    """
    size, begins = _marked(partners, count, elsewhere, near, work)
    used = 0
    while size < limit and begins > 0:
        end, reached = _search(partners, count, elsewhere, near, work)
        if end != _NONE:
            size += 1
            used = _augment(end, used, work)
        for i in range(reached):
            work.came[work.queue[i]] = _NONE
        if end == _NONE:
            break
    for i in range(count):
        work.mine[partners[i]] = _NONE
    for i in range(used):
        work.before[work.used[i]] = _NONE
    return min(size, limit)


@compiled
def _marked(
    partners: Array, count: int, elsewhere: Array, near: NeighbourLists, work: Space
) -> tuple[int, int]:
    """How many partners are paths by themselves, and how many others lead on."""
    size = begins = 0
    for i in range(count):
        v = partners[i]
        if elsewhere[v] >= 2:
            work.mine[v] = 2  # a path by itself: in every cut, and closed to all other paths
            size += 1
        else:
            work.mine[v] = 1
            if near.first[v] >= 0:
                begins += 1
    return size, begins


@compiled
def _search(
    partners: Array, count: int, elsewhere: Array, near: NeighbourLists, work: Space
) -> tuple[int, int]:
    """The exit at which another area is reached, or `_NONE`; and how many states were reached."""
    head = reached = 0
    for i in range(count):
        v = partners[i]
        if work.mine[v] == 1 and near.first[v] >= 0:
            reached = _reach(2 * v, _SOURCE, reached, work)
    while head < reached:
        state = work.queue[head]
        head += 1
        v = state >> 1
        if not state & 1:
            back = 2 * v + 1
            if work.before[v] != _NONE:
                back = _NONE if work.before[v] == _SOURCE else 2 * work.before[v] + 1
            if back != _NONE:
                reached = _reach(back, state, reached, work)
        elif work.mine[v] == _NONE and elsewhere[v] > 0:
            return state, reached
        else:
            entry = near.first[v]
            while entry >= 0:
                if work.mine[near.head[entry]] != 2:
                    reached = _reach(2 * near.head[entry], state, reached, work)
                entry = near.following[entry]
            if work.before[v] != _NONE:
                reached = _reach(2 * v, state, reached, work)
    return _NONE, reached


@compiled
def _reach(state: int, previous: int, reached: int, work: Space) -> int:
    """Put a state in the queue, unless it is there; how many there are then."""
    if work.came[state] != _NONE:
        return reached
    work.came[state] = previous
    work.queue[reached] = state
    return reached + 1


@compiled
def _augment(end: int, used: int, work: Space) -> int:
    """One more path, along the states that led to `end`; how many actors were used then."""
    state = end
    while state != _SOURCE:
        previous = work.came[state]
        if not state & 1:
            if previous == state + 1:  # back through an actor: no path passes it now
                work.before[state >> 1] = _NONE
            else:
                work.before[state >> 1] = previous >> 1
                work.used[used] = state >> 1
                used += 1
        state = previous
    return used


class DrawnNetwork(NamedTuple):
    """One network as it may really be: recorded ties that are left, and more."""

    kept: Array
    pair_kept: Array
    """Which of the recorded pairs of area and actor, and of two actors, there are."""
    new_area: Array
    new_actor: Array
    """Ties more, sorted by area."""
    extra: Array
    """Partners that each area has for itself, of whom nothing else is known."""
    new_one: Array
    new_other: Array
    """Pairs of actors more."""


@compiled
def _root(parent: Array, v: int) -> int:
    while parent[v] != v:
        parent[v] = parent[parent[v]]
        v = parent[v]
    return v


@compiled
def measure(
    starts: Array, actors: Array, one: Array, other: Array, m: int, drawn: DrawnNetwork,
    work: Space, partners: Array, cut: Array, weak: Array,
) -> None:  # fmt: skip
    """Partners, cut and weakness of every area of one network.

    Parameters
    ----------
    starts, actors, one, other, m
        Recorded pairs, as `analysis.certainty.resample.Draws` has them, and the number of actors.
    drawn
        Which of them there are, and what there is more.
    work
        `working_space(m)`.
    partners, cut, weak
        A value per area, written to.
    """
    n = len(starts) - 1
    parent = np.arange(n + m)
    degree = _degrees(starts, actors, m, drawn, parent)
    near = _neighbours(one, other, n, m, drawn, parent)
    main = _main(parent, n)
    mine = np.empty(int(np.max(starts[1:] - starts[:-1])) + _longest(drawn.new_area), np.int64)
    added = 0
    for g in range(n):
        count = 0
        for e in range(starts[g], starts[g + 1]):
            if drawn.kept[e]:
                mine[count] = actors[e]
                count += 1
        while added < len(drawn.new_area) and drawn.new_area[added] == g:
            mine[count] = drawn.new_actor[added]
            count += 1
            added += 1
        shared, leads = 0, 0
        for i in range(count):
            if degree[mine[i]] >= 2:
                shared += 1
            elif near.first[mine[i]] >= 0:
                leads += 1
        if shared < LIMIT and leads > 0:
            shared = cut_size(mine, count, degree, near, LIMIT, work)
        partners[g] = count + drawn.extra[g]
        cut[g] = min(shared, LIMIT)
        weak[g] = shared <= 1 or _root(parent, g) != main


@compiled
def _degrees(starts: Array, actors: Array, m: int, drawn: DrawnNetwork, parent: Array) -> Array:
    """Areas that each actor is tied to; `parent` joins what hangs together by that."""
    n = len(starts) - 1
    degree = np.zeros(m, np.int32)
    for g in range(n):
        for e in range(starts[g], starts[g + 1]):
            if drawn.kept[e]:
                degree[actors[e]] += 1
                parent[_root(parent, n + actors[e])] = _root(parent, g)
    for i in range(len(drawn.new_area)):
        degree[drawn.new_actor[i]] += 1
        parent[_root(parent, n + drawn.new_actor[i])] = _root(parent, drawn.new_area[i])
    return degree


@compiled
def _neighbours(
    one: Array, other: Array, n: int, m: int, drawn: DrawnNetwork, parent: Array
) -> NeighbourLists:
    """Neighbours of each actor; `parent` joins what hangs together by that."""
    recorded, more = len(one), len(drawn.new_one)
    first = np.full(m, -1, np.int64)
    following = np.empty(2 * (recorded + more), np.int64)
    head = np.empty(len(following), np.int64)
    used = 0
    for e in range(recorded + more):
        if e < recorded and not drawn.pair_kept[e]:
            continue
        a = one[e] if e < recorded else drawn.new_one[e - recorded]
        b = other[e] if e < recorded else drawn.new_other[e - recorded]
        parent[_root(parent, n + a)] = _root(parent, n + b)
        head[used], following[used], first[a] = b, first[a], used
        head[used + 1], following[used + 1], first[b] = a, first[b], used + 1
        used += 2
    return NeighbourLists(first, following, head)


@compiled
def _main(parent: Array, n: int) -> int:
    """Root of the component with most areas, of equals that of the first; -1 where none has two."""
    size = np.zeros(len(parent), np.int64)
    for g in range(n):
        size[_root(parent, g)] += 1
    main, most = -1, 1
    for g in range(n):  # the first of equals has the smallest code
        root = _root(parent, g)
        if size[root] > most:
            main, most = root, size[root]
    return main


@compiled
def _longest(areas: Array) -> int:
    """The longest run of one area."""
    longest = run = 0
    for i in range(len(areas)):
        run = run + 1 if i and areas[i] == areas[i - 1] else 1
        longest = max(longest, run)
    return longest
