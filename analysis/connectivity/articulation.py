"""Who holds the network up: for each actor, the areas that become weak if it withdraws.

An area that isn't weak has a cut of two or more and hangs on the main component. Without one
actor it becomes weak in two ways only: its cut falls to one, which happens where the actor is
in one of its smallest cuts of two; or it is no longer in the main component, which happens
where the actor is an articulation point that parts it from there. So no network is judged anew:
one pass over the cuts of two, and one depth-first pass over G- for all actors (Hopcroft and
Tarjan, CACM 16(6), 1973).

What misleads: one actor at a time. Two that would leave together may do more harm than both
by themselves. This says how much rests on an actor, not how good it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.connectivity.engine import PathSearch, adjacency, area_starts, cuts
from analysis.layers.layers import TieLayers
from analysis.layers.pairs import Pairs

_CUT = 2


@dataclass(frozen=True, slots=True)
class Bridge:
    """One area-actor or actor-actor pair of G- without which a component falls apart.

    `areas_beyond` are the judged areas (indices) on the side with fewer of them.
    """

    one: int
    other: int
    areas_beyond: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """What rests on single actors and single pairs.

    Attributes
    ----------
    weakened
        Actor index -> areas (indices, ascending) that are not weak now and would be weak
        without it. Actors on which nothing rests are absent.
    bridges
        Pairs that hold areas together by themselves: both sides have areas.
    """

    weakened: Mapping[int, tuple[int, ...]]
    bridges: tuple[Bridge, ...]


def holding(layers: TieLayers, sound: Sequence[bool]) -> Holding:
    """What rests on each actor.

    Parameters
    ----------
    layers
        Tie layers of a whole city.
    sound
        Per judged area: whether it is judged, and not weak, now.

    Returns
    -------
    Holding
        The same as judging the network once for each actor without it.

    Notes
    -----
    O(areas + actors + pairs) besides the cuts; under a second for 3,000 areas and 20,000
    actors.
    """
    pairs = layers.graph
    lost: dict[int, set[int]] = {}
    for actor, areas in _in_cuts_of_two(pairs, sound).items():
        lost.setdefault(actor, set()).update(areas)
    parted, bridges = _parted(pairs)
    for actor, gone in parted.items():
        lost.setdefault(actor, set()).update(a for a in gone if sound[a])
    weakened = {actor: tuple(sorted(areas)) for actor, areas in sorted(lost.items()) if areas}
    return Holding(weakened, bridges)


# ---------------------------------------------------------------------- cuts of two


def _in_cuts_of_two(pairs: Pairs, sound: Sequence[bool]) -> dict[int, set[int]]:
    """Actor -> sound areas of cut two that would be left with a cut of one without it.

    Such an actor lies on every set of two disjoint paths. Partners with another area of their
    own are paths by themselves; where there are two, they are the only cut.
    """
    size, near = cuts(pairs)
    search, starts = PathSearch(pairs), area_starts(pairs)
    held: dict[int, set[int]] = {}
    for area in range(pairs.areas):
        if size[area] != _CUT or not sound[area]:
            continue
        partners = pairs.edge_actor[starts[area] : starts[area + 1]].tolist()
        named = near[area] or ()
        for actor in _candidates(named, partners, search):
            if actor in named or search.cut(partners, without=actor) < _CUT:
                held.setdefault(actor, set()).add(area)
    return held


def _candidates(named: Collection[int], partners: list[int], search: PathSearch) -> set[int]:
    """Actors that may be in a cut of two: those that a path to another area can pass, up to the
    first that leads out; those of the nearest cut only, where both lead out directly.
    """
    if all(search.degree[v] >= 2 for v in named) and set(named) <= set(partners):
        return set(named)
    seen = set(partners)
    queue = [v for v in partners if search.degree[v] < 2]
    for v in queue:
        for w in search.near(v):
            if w not in seen:
                seen.add(w)
                if not search.degree[w]:
                    queue.append(w)
    return seen


# ---------------------------------------------------------------------- parts without an actor


def _parted(pairs: Pairs) -> tuple[dict[int, set[int]], tuple[Bridge, ...]]:
    """Actor -> areas of the main component that aren't in the main one without it; bridges."""
    tree = _Tree(pairs)
    ranked = sorted(filter(None, tree.components), key=_size_and_first)
    if not ranked or len(ranked[0]) == 1:
        return {}, tree.bridges()
    main = set(ranked[0])
    lost: dict[int, set[int]] = {}
    for actor, parts in tree.parts_without():
        members = [areas for areas in parts if areas]
        if members[0][0] not in main:
            continue
        largest = min([*members, *ranked[1:2]], key=_size_and_first)
        keeps = largest in members and len(largest) > 1
        lost[actor] = main.difference(largest) if keeps else set(main)
    return lost, tree.bridges()


def _size_and_first(areas: Sequence[int]) -> tuple[int, int]:
    """Sorts the areas of components: most of them first, then the smallest code."""
    return -len(areas), areas[0]


class _Tree:
    """Depth-first forest of G-: vertices are areas, then actors.

    `order` lists vertices as entered, so that a subtree is a slice; areas of a slice are those
    of `area_order` between two counts.
    """

    def __init__(self, pairs: Pairs) -> None:
        n, size = pairs.areas, pairs.vertices
        self.areas = n
        offsets, heads = (flat.tolist() for flat in adjacency(pairs))
        self.entered = [-1] * size
        self.low = [0] * size
        self.parent = [-1] * size
        self.until = [0] * size
        self.order: list[int] = []
        self.roots: list[int] = []
        for root in range(n):  # a component without an area parts nothing
            if self.entered[root] < 0:
                self.roots.append(root)
                self._walk(root, offsets, heads)
        counts = np.cumsum([0] + [v < n for v in self.order])
        self.before: list[int] = counts.tolist()
        self.area_order = [v for v in self.order if v < n]
        self.components = [self._areas(root) for root in self.roots]

    def _walk(self, root: int, offsets: list[int], targets: list[int]) -> None:
        entered, low, parent, order = self.entered, self.low, self.parent, self.order
        entered[root] = low[root] = len(order)
        order.append(root)
        at = {root: offsets[root]}
        stack = [root]
        while stack:
            v = stack[-1]
            if at[v] < offsets[v + 1]:
                w = targets[at[v]]
                at[v] += 1
                if entered[w] < 0:
                    parent[w] = v
                    entered[w] = low[w] = len(order)
                    order.append(w)
                    at[w] = offsets[w]
                    stack.append(w)
                elif w != parent[v]:
                    low[v] = min(low[v], entered[w])
            else:
                stack.pop()
                self.until[v] = len(order)
                if stack:
                    low[stack[-1]] = min(low[stack[-1]], low[v])

    def _areas(self, v: int) -> list[int]:
        """Areas of the subtree below a vertex, itself included, ascending."""
        return sorted(self.area_order[self.before[self.entered[v]] : self.before[self.until[v]]])

    def _edges(self) -> Iterator[tuple[int, int, list[int]]]:
        """Every vertex but the roots with its parent, and the areas of their component."""
        whole = dict(zip(self.roots, self.components, strict=True))
        areas: list[int] = []
        for w in self.order:
            if self.parent[w] < 0:
                areas = whole[w]
            else:
                yield self.parent[w], w, areas

    def parts_without(self) -> list[tuple[int, list[list[int]]]]:
        """Each actor that parts areas from each other, with the areas of every part."""
        cut_off: dict[int, list[list[int]]] = {}
        whole: dict[int, list[int]] = {}
        for v, w, areas in self._edges():
            if v >= self.areas and self.low[w] >= self.entered[v] and (below := self._areas(w)):
                cut_off.setdefault(v, []).append(below)
                whole[v] = areas
        return [
            (v - self.areas, [*parts, _without(whole[v], [a for part in parts for a in part])])
            for v, parts in sorted(cut_off.items())
        ]

    def bridges(self) -> tuple[Bridge, ...]:
        """Pairs that no circle passes and that have areas on both sides."""
        bridges = []
        for v, w, areas in self._edges():
            if self.low[w] <= self.entered[v]:
                continue
            beyond = self._areas(w)
            if len(beyond) * 2 > len(areas):
                beyond = _without(areas, beyond)
            if beyond and len(beyond) < len(areas):
                bridges.append(Bridge(min(v, w), max(v, w), tuple(beyond)))
        return tuple(sorted(bridges, key=lambda b: (b.one, b.other)))


def _without(areas: Iterable[int], gone: Iterable[int]) -> list[int]:
    left_out = set(gone)
    return [area for area in areas if area not in left_out]
