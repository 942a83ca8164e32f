"""All fitting pairs of a city at once, as an acyclic network of offers, areas and needs.

A pair of an offer and a need fits exactly when a path leads from one to the other; the pair
is connected exactly when such a path takes *tie lanes* only, and its hops are the fewest that
a tie path costs. Ranges and ties are areas, so lanes run down the tree of areas and never
from each offer to each need: the network grows with offers + needs, not with their product.

Dates go along: a node stands for an area and the needs there that are due at some day or
later, so that an offer enters at the first day that isn't before its own start.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analysis.gaps.fitting import WHOLE_ROOT, Links, Need, Offer, Places, fits, hops
from graph.model.labels import Day

Ints = NDArray[np.int64]
Kind = tuple[str, str]
"""What is offered and needed along a lane: ("category", name), or ("service", code) for
needs of which only the first level is known."""

TIE, RANGE = 0, 1


@dataclass(frozen=True, eq=False)
class Lanes:
    """An acyclic network from offers to needs.

    Attributes
    ----------
    offers, needs
        How many. Nodes 0 … offers-1 are the offers, the last `needs` nodes the needs; every
        arc leads from a smaller node to a larger one.
    nodes
        Number of all nodes.
    tail, head
        Ends of each arc, sorted by tail, then head.
    hops
        Hops that the arc adds to a tie path; 0 on range arcs.
    tie
        Whether the arc belongs to a tie lane (else to a range lane).
    """

    offers: int
    needs: int
    nodes: int
    tail: Ints
    head: Ints
    hops: Ints
    tie: NDArray[np.bool_]

    @property
    def first_need(self) -> int:
        return self.nodes - self.needs


def pair_lanes(
    offers: Sequence[Offer], needs: Sequence[Need], links: Links, places: Places
) -> Lanes:
    """The definition: one arc for each fitting pair, and a tie arc for each connected one.

    Grows with offers times needs; for small networks and for tests.
    """
    arcs: list[tuple[int, int, int, bool]] = []
    for i, offer in enumerate(offers):
        for j, need in enumerate(needs, start=len(offers)):
            if fits(offer, need, places):
                arcs.append((i, j, 0, False))
                if (steps := hops(offer, need, links, places)) is not None:
                    arcs.append((i, j, steps, True))
    return _lanes(arcs, len(offers), len(needs), len(offers) + len(needs))


def area_lanes(
    offers: Sequence[Offer], needs: Sequence[Need], links: Links, places: Places
) -> Lanes:
    """The same pairs through the tree of areas; see the module."""
    return _Builder(offers, needs, links, places).build()


def _lanes(
    arcs: Ints | list[tuple[int, int, int, bool]], offers: int, needs: int, nodes: int
) -> Lanes:
    rows = np.asarray(arcs, np.int64).reshape(-1, 4)
    rows = rows[np.lexsort((rows[:, 2], rows[:, 3], rows[:, 1], rows[:, 0]))]
    return Lanes(
        offers, needs, nodes, rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3].astype(np.bool_)
    )


def kind_of(need: Need) -> Kind | None:
    """The kind of lane that a need waits at; None where it is unclassified."""
    if need.category is not None:
        return "category", need.category
    return ("service", need.service) if need.service is not None else None


# An inner node is a tuple that sorts such that every arc leads upwards: desks of providers,
# desks of their neighbours, then slots by depth of the area and by day.
_Node = tuple[int, int, int, int, Kind, str, str]


class _Builder:
    """Lays slots where needs wait, then leads each offer to those that it reaches.

    A *desk* gathers the offers of one actor that have the same kind, range and start, so that
    the actor's ties are followed once for all of them.
    """

    def __init__(
        self, offers: Sequence[Offer], needs: Sequence[Need], links: Links, places: Places
    ) -> None:
        self.offers, self.needs, self.places = offers, needs, places
        self.reach = links.reach
        self.days: dict[Kind, list[Day]] = {}
        # Lane, kind and area -> days of the slots there.
        self.slots: dict[tuple[int, Kind, str], list[int]] = {}
        self.desks: dict[_Node, int | None] = {}
        # Offers are 0 … m-1, inner nodes m, m+1, …, needs -1, -2, … until all are known.
        self.inner: dict[_Node, int] = {}
        self.arcs: list[tuple[int, int, int, bool]] = []

    def build(self) -> Lanes:
        self._lay_slots()
        own = defaultdict(set)
        for j, need in enumerate(self.needs):
            for requester in need.requesters:
                own[requester].add(j)
        for i, offer in enumerate(self.offers):
            for kind in self._kinds(offer):
                self._lead(i, offer, kind)
            for j in sorted({j for p in offer.providers for j in own.get(p, ())}):
                if fits(offer, self.needs[j], self.places):
                    self.arcs.append((i, -1 - j, 0, True))
        return self._numbered()

    def _lead(self, i: int, offer: Offer, kind: Kind) -> None:
        """The offer to the slots in its ranges, and to the desks of its providers."""
        day = self._first_day(kind, offer.starts)
        for range_ in offer.ranges:
            self._enter_range(i, kind, day, range_)
            desks = (self._desk(0, provider, kind, day, range_) for provider in offer.providers)
            self.arcs += [(i, desk, 0, True) for desk in desks if desk is not None]

    def _node(self, node: _Node) -> int:
        return self.inner.setdefault(node, len(self.offers) + len(self.inner))

    def _slot(self, lane: int, kind: Kind, area: str, day: int) -> int:
        depth = len(self.places.path.get(area, (area,))) if area else 0
        return self._node((1, lane, depth, day, kind, area, ""))

    def _lay_slots(self) -> None:
        dues: dict[Kind, set[Day]] = defaultdict(set)
        for need in self.needs:
            if (kind := kind_of(need)) is not None:
                dues[kind] |= {need.due} if need.due is not None else set()
        self.days = {kind: sorted(days) for kind, days in dues.items()}
        seen: dict[tuple[int, Kind, str], set[int]] = defaultdict(set)
        for j, need in enumerate(self.needs):
            if (kind := kind_of(need)) is None:
                continue
            days = self.days[kind]
            day = len(days) if need.due is None else bisect_left(days, need.due)
            serving = self.places.serving(need.area)
            costs = [b - a for (_, a), (_, b) in pairwise(serving)]
            self._hang(j, TIE, kind, day, [a for a, _ in serving], costs, seen)
            within = self.places.within(need.area)[::-1]
            self._hang(j, RANGE, kind, day, within, [0] * len(within), seen)
        for (lane, kind, area), days_here in seen.items():
            ordered = self.slots[lane, kind, area] = sorted(days_here)
            for earlier, later in pairwise(ordered):
                ends = (self._slot(lane, kind, area, d) for d in (earlier, later))
                self.arcs.append((*ends, 0, lane == TIE))  # type: ignore[arg-type]

    def _hang(
        self,
        j: int,
        lane: int,
        kind: Kind,
        day: int,
        chain: Sequence[str],
        costs: Sequence[int],
        seen: dict[tuple[int, Kind, str], set[int]],
    ) -> None:
        """A need under the slots of the areas of `chain`, from its own place upwards."""
        below = -1 - j
        for area, cost in zip(chain, (0, *costs), strict=False):
            slot = self._slot(lane, kind, area, day)
            self.arcs.append((slot, below, cost, lane == TIE))
            if day in seen[lane, kind, area]:
                return
            seen[lane, kind, area].add(day)
            below = slot

    def _kinds(self, offer: Offer) -> list[Kind]:
        kinds = [("category", offer.category), ("service", offer.service)]
        return [(a, b) for a, b in kinds if b is not None and (a, b) in self.days]

    def _first_day(self, kind: Kind, starts: Day | None) -> int:
        return 0 if starts is None else bisect_left(self.days[kind], starts)

    def _entry(self, lane: int, kind: Kind, area: str, day: int) -> int | None:
        """The slot at `area` that takes what starts by `day`, if needs wait there."""
        days = self.slots.get((lane, kind, area), [])
        at = bisect_left(days, day)
        return self._slot(lane, kind, area, days[at]) if at < len(days) else None

    def _enter_range(self, i: int, kind: Kind, day: int, range_: str) -> None:
        if (slot := self._entry(RANGE, kind, range_, day)) is not None:
            self.arcs.append((i, slot, 0, False))

    def _desk(self, step: int, actor: str, kind: Kind, day: int, range_: str) -> int | None:
        """The actor's desk, or None where no tie of it leads to a slot."""
        node = (0, step, 0, day, kind, actor, range_)
        if node in self.desks:
            return self.desks[node]
        areas, neighbours = self.reach.get(actor, ((), ()))
        best: dict[int, int] = {}
        for area in areas:
            if (found := self._narrowed(area, range_)) is None:
                continue
            entry, extra = found
            if (slot := self._entry(TIE, kind, entry, day)) is not None:
                best[slot] = min(best.get(slot, 9), 1 + extra)
        if step == 0:
            for neighbour in neighbours:
                if (desk := self._desk(1, neighbour, kind, day, range_)) is not None:
                    best[desk] = 1
        self.desks[node] = None
        if best:
            mine = self.desks[node] = self._node(node)
            self.arcs += [(mine, to, cost, True) for to, cost in best.items()]
        return self.desks[node]

    def _narrowed(self, area: str, range_: str) -> tuple[str, int] | None:
        """What of the needs that a tie to `area` serves lies in the range: the area at which
        to enter, and the hops from `area` down to it.
        """
        path = self.places.path
        if range_ == WHOLE_ROOT or range_ in path.get(area, (area,)):
            return area, 0
        if area not in path.get(range_, ()):
            return None
        hops_up = dict(self.places.serving(range_))
        return (range_, hops_up[area] - 1) if area in hops_up else None

    def _numbered(self) -> Lanes:
        m, n = len(self.offers), len(self.needs)
        new = np.empty(len(self.inner), np.int64)
        order = [self.inner[node] - m for node in sorted(self.inner)]
        new[order] = np.arange(m, m + len(order))
        nodes = m + len(order) + n
        rows = np.array(self.arcs, np.int64).reshape(-1, 4)
        ends = rows[:, :2]
        inner, need = ends >= m, ends < 0
        ends[inner] = new[ends[inner] - m]
        ends[need] = nodes - n - 1 - ends[need]
        return _lanes(rows, m, n, nodes)


def nearest_offers(
    lanes: Lanes, *, tie: bool, among: Collection[int] | None = None, limit: int = 10
) -> dict[int, tuple[int, ...]]:
    """For each need that some offer fits: up to `limit` of them, by hops, then by index.

    Capacity is not asked. With `tie`, only connected offers; else all that fit. `among`
    narrows the offers.
    """
    starts = np.ones(lanes.offers, np.bool_)
    if among is not None:
        starts[:] = False
        starts[list(among)] = True
    arcs = np.flatnonzero(lanes.tie if tie else ~lanes.tie)
    if not arcs.size or not starts.any():
        return {}
    from analysis.gaps.nearest import nearest

    kept, sizes = nearest(
        lanes.tail[arcs], lanes.head[arcs], lanes.hops[arcs], starts, lanes.nodes, limit
    )
    first = lanes.first_need
    rows, counts = kept[first:].tolist(), sizes[first:].tolist()
    return {n: tuple(rows[n][:count]) for n, count in enumerate(counts) if count}


def connected_needs(lanes: Lanes) -> list[int]:
    """For each offer: how many needs fit it and are connected to its provider."""
    arcs = np.flatnonzero(lanes.tie)[::-1]
    below: dict[int, frozenset[int]] = {}
    heads: list[int] = []
    last = -1
    for tail, head in zip(lanes.tail[arcs].tolist(), lanes.head[arcs].tolist(), strict=True):
        if tail != last:
            _gather(below, last, heads, lanes.first_need)
            heads, last = [], tail
        heads.append(head)
    _gather(below, last, heads, lanes.first_need)
    return [len(below.get(offer, ())) for offer in range(lanes.offers)]


def _gather(
    below: dict[int, frozenset[int]], tail: int, heads: Sequence[int], first_need: int
) -> None:
    sets = [frozenset((h,)) if h >= first_need else below.get(h, frozenset()) for h in heads]
    if sets:
        below[tail] = sets[0].union(*sets[1:]) if len(sets) > 1 else sets[0]
