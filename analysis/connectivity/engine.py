"""Fast kernels for the measures of `analysis.connectivity.definition`, on flat arrays.

All of them take the distinct pairs of G-: `edge_area`, `edge_actor` (sorted by area, then
actor) and `pair_one`, `pair_other`, with the number of areas and actors. Nothing here reads
names, dates or tables, so that resampled networks can be measured without building any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from analysis.connectivity.definition import CUT_MAX, CUT_NAMED_MAX, Connectivity
from analysis.layers.layers import Ints, Pairs, TieLayers

Bits = np.ndarray[tuple[int, int], np.dtype[np.uint64]]
"""One row of area bits per area or actor."""

_SOURCE = -1
_CHUNK = 1 << 21
"""Words that one gather may take: keeps the passes of `reach` within the cache's reach."""


def connectivity(layers: TieLayers) -> Connectivity:
    """The measures of `analysis.connectivity.definition.Connectivity`, for a whole city in about
    a second."""
    pairs = layers.graph
    sizes, in_main = components(pairs)
    cut, near = cuts(pairs)
    keys = layers.actor_keys
    return Connectivity(
        cut=tuple(cut),
        cut_actors=tuple(None if c is None else tuple(sorted(keys[v] for v in c)) for c in near),
        component_areas=tuple(sizes.tolist()),
        in_main=tuple(in_main.tolist()),
        reach_4=tuple(reach_4(pairs).tolist()),
    )


def components(pairs: Pairs) -> tuple[Ints, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Number of areas in each area's component, and whether that is the main one.

    Areas are in the order of their codes, so the first of equals has the smallest code.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n, size = pairs.areas, pairs.areas + pairs.actors
    if n == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.bool_)
    one = np.concatenate([pairs.edge_area, pairs.pair_one + n])
    other = np.concatenate([pairs.edge_actor, pairs.pair_other]) + n
    links = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(size, size))
    labels = connected_components(links.tocsr(), directed=False)[1][:n]
    sizes = np.bincount(labels)[labels]
    in_main = (labels == labels[sizes.argmax()]) & (sizes > 1)
    return sizes, in_main


# ---------------------------------------------------------------------- cuts


def cuts(pairs: Pairs) -> tuple[list[int], list[tuple[int, ...] | None]]:
    """Smallest cut of each area, at most `CUT_MAX`, and the nearest one's actors where small.

    A partner that is tied to another area as well is a path by itself and belongs to every
    cut. Only where fewer than `CUT_MAX` of these are found, and a partner that has no other
    area is tied to further actors, are longer paths sought, by augmentation.
    """
    degree = np.bincount(pairs.edge_actor, minlength=pairs.actors)
    shared = degree[pairs.edge_actor] >= 2
    direct = np.bincount(pairs.edge_area[shared], minlength=pairs.areas)
    offsets, neighbours = neighbours_of(pairs)
    leads_on = ~shared & (np.diff(offsets)[pairs.edge_actor] > 0)
    longer = np.bincount(pairs.edge_area[leads_on], minlength=pairs.areas)
    starts = np.searchsorted(pairs.edge_area, np.arange(pairs.areas + 1))
    found = np.minimum(direct, CUT_MAX).tolist()
    near: list[tuple[int, ...] | None] = [None] * pairs.areas
    search = PathSearch(offsets, neighbours, degree.tolist())
    for area in np.flatnonzero((direct < CUT_MAX) & ((longer > 0) | (direct <= CUT_NAMED_MAX))):
        here = slice(starts[area], starts[area + 1])
        partners = pairs.edge_actor[here]
        always = partners[shared[here]].tolist()
        further: Sequence[int] = ()
        if longer[area]:
            begins = partners[leads_on[here]].tolist()
            found[area], further = search.run(begins, always)
        if found[area] <= CUT_NAMED_MAX:
            near[area] = tuple(sorted([*always, *further]))
    return found, near


def neighbours_of(pairs: Pairs) -> tuple[Ints, Ints]:
    """Actor-actor neighbours as offsets and targets, sorted."""
    tail = np.concatenate([pairs.pair_one, pairs.pair_other])
    head = np.concatenate([pairs.pair_other, pairs.pair_one])
    order = np.lexsort((head, tail))
    return np.searchsorted(tail[order], np.arange(pairs.actors + 1)), head[order]


class PathSearch:
    """Actor-disjoint paths from partners that have no other area to actors that have one.

    Each actor is split into an entry and an exit (states 2v and 2v + 1) that one path may
    pass; paths found are rerouted as in Ford and Fulkerson's method.
    """

    def __init__(self, offsets: Ints, neighbours: Ints, degree: list[int]) -> None:
        self.offsets, self.neighbours, self.degree = offsets, neighbours, degree

    def run(self, begins: list[int], always: list[int]) -> tuple[int, list[int]]:
        """Cut of an area whose `always` actors are cut anyway, and the nearest cut's others."""
        self.begins, self.taken = begins, frozenset(always)
        self.own = frozenset(begins)
        self.before: dict[int, int] = {}
        size = len(always)
        while size < CUT_MAX:
            came_from, end = self._search()
            if end is None:
                entered = {s >> 1 for s in came_from if not s & 1}
                return size, [v for v in entered if 2 * v + 1 not in came_from]
            self._augment(came_from, end)
            size += 1
        return CUT_MAX, []

    def _search(self) -> tuple[dict[int, int], int | None]:
        """States that the residual network reaches, each with the one before; the exit at
        which another area is reached, or None."""
        came_from = {2 * v: _SOURCE for v in self.begins}
        queue = list(came_from)
        for state in queue:
            v = state >> 1
            if state & 1 and self._has_other_area(v):
                return came_from, state
            for following in self._residual(state, v):
                if following not in came_from:
                    came_from[following] = state
                    queue.append(following)
        return came_from, None

    def _has_other_area(self, v: int) -> bool:
        return self.degree[v] > 0 and v not in self.own

    def _residual(self, state: int, v: int) -> Iterable[int]:
        if state & 1:
            heads = self.neighbours[self.offsets[v] : self.offsets[v + 1]].tolist()
            following = [2 * w for w in heads if w not in self.taken]
            if v in self.before:
                following.append(2 * v)
            return following
        if v not in self.before:
            return (2 * v + 1,)
        return (2 * self.before[v] + 1,) if self.before[v] != _SOURCE else ()

    def _augment(self, came_from: dict[int, int], end: int) -> None:
        """Send one more path along the states that led to `end`."""
        state = end
        while state != _SOURCE:
            previous = came_from[state]
            if not state & 1:
                if previous == state + 1:  # back through an actor: no path passes it any more
                    del self.before[state >> 1]
                else:
                    self.before[state >> 1] = previous >> 1  # _SOURCE >> 1 is _SOURCE
            state = previous


# ---------------------------------------------------------------------- reach


def reach_4(pairs: Pairs) -> Ints:
    """Other areas within four hops of each area, by sets of areas as bits.

    Four hops from an area are three from one of its partners, and these end in the areas of
    the partner, of its neighbours' neighbours, or two hops from one of its own areas.
    """
    n, m = pairs.areas, pairs.actors
    words = (n + 63) // 64
    area, actor = pairs.edge_area, pairs.edge_actor
    one = np.zeros((m, words), np.uint64)
    np.bitwise_or.at(one, (actor, area >> 6), np.uint64(1) << (area & 63).astype(np.uint64))
    by_actor = np.argsort(actor, kind="stable")
    offsets, neighbours = neighbours_of(pairs)
    tail = np.repeat(np.arange(m), np.diff(offsets))

    two_from_area = _union(n, area, one, actor)
    two = one | _union(m, tail, one, neighbours)
    three = one | _union(m, tail, two, neighbours)
    three |= _union(m, actor[by_actor], two_from_area, area[by_actor])
    four = _union(n, area, three, actor)
    counts: Ints = np.bitwise_count(four).sum(axis=1, dtype=np.int64)
    reached: Ints = np.maximum(counts - 1, 0)  # an area with a partner reaches itself
    return reached


def _union(size: int, group: Ints, bits: Bits, of: Ints) -> Bits:
    """Per group, the union of `bits[of]`; `group` is sorted."""
    out = np.zeros((size, bits.shape[1]), np.uint64)
    if bits.shape[1] == 0:
        return out
    step = max(1, _CHUNK // bits.shape[1])
    for low in range(0, len(group), step):
        part = group[low : low + step]
        first = np.flatnonzero(np.r_[True, part[1:] != part[:-1]])
        found = np.bitwise_or.reduceat(bits[of[low : low + step]], first, axis=0)
        out[part[first]] |= found
    return out
