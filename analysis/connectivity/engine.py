"""Fast kernels for the measures of `analysis.connectivity.definition`, on flat arrays.

All of them take the distinct pairs of G-: `edge_area`, `edge_actor` (sorted by area, then
actor) and `pair_one`, `pair_other`, with the number of areas and actors. Nothing here reads
names, dates or tables, so that resampled networks can be measured without building any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.connectivity.definition import CUT_MAX, CUT_NAMED_MAX, Connectivity
from analysis.layers.day_tables import Ints
from analysis.layers.layers import TieLayers
from analysis.layers.pairs import Pairs

Bits = np.ndarray[tuple[int, int], np.dtype[np.uint64]]
"""One row of area bits per area or actor."""

_SOURCE = -1
_CHUNK = 1 << 21
"""Words that one gather may take: keeps the passes of `reach` within the cache's reach."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of G-.

    Attributes
    ----------
    of_vertex
        Component of every vertex, areas first.
    areas
        Number of areas in each component.
    main
        The main component: the one with most areas, of equals the one with the smallest area
        code; -1 where no component has two areas.
    """

    of_vertex: Ints
    areas: Ints
    main: int


def parts_of(pairs: Pairs) -> Parts:
    """The components of G-; areas are in the order of their codes."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if pairs.vertices == 0:
        return Parts(np.zeros(0, np.int64), np.zeros(0, np.int64), -1)
    one, other = pairs.ends
    links = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(pairs.vertices,) * 2)
    count, labels = connected_components(links.tocsr(), directed=False)
    part_of: Ints = labels.astype(np.int64)
    areas = np.bincount(part_of[: pairs.areas], minlength=count)
    sizes = areas[part_of[: pairs.areas]]
    main = int(part_of[sizes.argmax()]) if sizes.max(initial=0) > 1 else -1
    return Parts(part_of, areas, main)


def components(pairs: Pairs) -> tuple[Ints, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Number of areas in each area's component, and whether that is the main one."""
    parts = parts_of(pairs)
    of_area = parts.of_vertex[: pairs.areas]
    return parts.areas[of_area], of_area == parts.main


def connectivity(layers: TieLayers) -> Connectivity:
    """The measures of `analysis.connectivity.definition.Connectivity`, for a whole city in about
    a second.
    """
    pairs, keys = layers.graph, layers.actor_keys
    sizes, in_main = components(pairs)
    cut, near = cuts(pairs)
    return Connectivity(
        cut=tuple(cut),
        cut_actors=tuple(None if c is None else tuple(sorted(keys[v] for v in c)) for c in near),
        component_areas=tuple(sizes.tolist()),
        in_main=tuple(in_main.tolist()),
        reach_4=tuple(reach_4(pairs).tolist()),
    )


# ---------------------------------------------------------------------- cuts


def cuts(pairs: Pairs) -> tuple[list[int], list[tuple[int, ...] | None]]:
    """Smallest cut of each area, at most `CUT_MAX`, and the nearest one's actors where small.

    A partner that is tied to another area as well is a path by itself and belongs to every
    cut. Only where fewer than `CUT_MAX` of these are found, and a partner that has no other
    area is tied to further actors, are longer paths sought, by augmentation.
    """
    search = PathSearch(pairs)
    shared = np.array(search.degree, np.int64)[pairs.edge_actor] >= 2
    direct = np.bincount(pairs.edge_area[shared], minlength=pairs.areas)
    leads_on = ~shared & np.array(search.leads_on, np.bool_)[pairs.edge_actor]
    longer = np.bincount(pairs.edge_area[leads_on], minlength=pairs.areas)
    starts = area_starts(pairs)
    sizes = np.minimum(direct, CUT_MAX).tolist()
    near: list[tuple[int, ...] | None] = [None] * pairs.areas
    for area in np.flatnonzero((direct < CUT_MAX) & ((longer > 0) | (direct <= CUT_NAMED_MAX))):
        here = slice(starts[area], starts[area + 1])
        partners = pairs.edge_actor[here]
        always = partners[shared[here]].tolist()
        further: Sequence[int] = ()
        if longer[area]:
            begins = partners[leads_on[here]].tolist()
            sizes[area], further = search.run(begins, always)
        if sizes[area] <= CUT_NAMED_MAX:
            near[area] = tuple(sorted([*always, *further]))
    return sizes, near


def area_starts(pairs: Pairs) -> Ints:
    """First area-actor pair of each area, and the number of pairs at the end."""
    return np.searchsorted(pairs.edge_area, np.arange(pairs.areas + 1))


def neighbours_of(pairs: Pairs) -> tuple[Ints, Ints]:
    """Neighbours of every actor among the actors: offsets and sorted heads."""
    return _sorted_heads(pairs.pair_one, pairs.pair_other, pairs.actors)


def adjacency(pairs: Pairs) -> tuple[Ints, Ints]:
    """Neighbours of every vertex of G- (areas first, then actors): offsets and sorted heads."""
    return _sorted_heads(*pairs.ends, pairs.vertices)


def _sorted_heads(one: Ints, other: Ints, size: int) -> tuple[Ints, Ints]:
    tail, head = np.concatenate([one, other]), np.concatenate([other, one])
    order = np.lexsort((head, tail))
    return np.searchsorted(tail[order], np.arange(size + 1)), head[order]


class PathSearch:
    """Actor-disjoint paths from partners that have no other area to actors that have one.

    Each actor is split into an entry and an exit (states 2v and 2v + 1) that one path may
    pass; paths found are rerouted as in Ford and Fulkerson's method.

    Attributes
    ----------
    degree
        Number of areas that each actor is tied to. It may be changed between searches.
    leads_on
        Whether an actor is tied to another one.
    """

    def __init__(self, pairs: Pairs) -> None:
        self.offsets, self.neighbours = neighbours_of(pairs)
        self.degree: list[int] = np.bincount(pairs.edge_actor, minlength=pairs.actors).tolist()
        self.leads_on: list[bool] = (np.diff(self.offsets) > 0).tolist()

    def near(self, actor: int) -> list[int]:
        """Other actors that one is tied to, ascending."""
        found: list[int] = self.neighbours[self.offsets[actor] : self.offsets[actor + 1]].tolist()
        return found

    def cut(self, partners: Iterable[int], *, without: int | None = None) -> int:
        """Cut of an area with these partners, at most `CUT_MAX`; without one actor, if named."""
        kept = [v for v in partners if v != without]
        always = [v for v in kept if self.degree[v] >= 2]
        begins = [v for v in kept if self.degree[v] < 2 and self.leads_on[v]]
        if begins and len(always) < CUT_MAX:
            return self.run(begins, always, without=without)[0]
        return min(len(always), CUT_MAX)

    def run(
        self, begins: list[int], always: list[int], *, without: int | None = None
    ) -> tuple[int, list[int]]:
        """Cut of an area whose `always` actors are cut anyway, and the nearest cut's others."""
        closed = always if without is None else [*always, without]
        self.begins, self.taken = begins, frozenset(closed)
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
        which another area is reached, or None.
        """
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
            following = [2 * w for w in self.near(v) if w not in self.taken]
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
