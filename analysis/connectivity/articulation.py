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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.connectivity.engine import cuts
from analysis.layers.layers import Ints, Pairs, TieLayers

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
    degree = np.bincount(pairs.edge_actor, minlength=pairs.actors)
    starts = np.searchsorted(pairs.edge_area, np.arange(pairs.areas + 1))
    neighbours = _neighbours(pairs)
    found: dict[int, set[int]] = {}
    for area in range(pairs.areas):
        if size[area] != _CUT or not sound[area]:
            continue
        partners = pairs.edge_actor[starts[area] : starts[area + 1]].tolist()
        named = near[area] or ()
        if all(degree[v] >= 2 for v in named) and set(named) <= set(partners):
            candidates = set(named)  # both lead to another area directly
        else:
            candidates = _between(partners, degree, neighbours)
        for actor in candidates:
            if actor in named or _paths_without(actor, partners, degree, neighbours) < _CUT:
                found.setdefault(actor, set()).add(area)
    return found


def _neighbours(pairs: Pairs) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for one, other in zip(pairs.pair_one.tolist(), pairs.pair_other.tolist(), strict=True):
        found.setdefault(one, []).append(other)
        found.setdefault(other, []).append(one)
    return found


def _leads_out(actor: int, own: frozenset[int], degree: Ints) -> bool:
    """Whether an actor is tied to an area besides the one whose partners are `own`."""
    return bool(degree[actor] > (1 if actor in own else 0))


def _between(partners: list[int], degree: Ints, neighbours: Mapping[int, list[int]]) -> set[int]:
    """Actors that a path to another area can pass: up to the first that leads out."""
    own = frozenset(partners)
    seen = set(partners)
    queue = [v for v in partners if not _leads_out(v, own, degree)]
    for v in queue:
        for w in neighbours.get(v, ()):
            if w not in seen:
                seen.add(w)
                if not _leads_out(w, own, degree):
                    queue.append(w)
    return seen


def _paths_without(
    left_out: int, partners: list[int], degree: Ints, neighbours: Mapping[int, list[int]]
) -> int:
    """Actor-disjoint paths to another area without one actor, at most two."""
    own = frozenset(partners)
    before: dict[int, int | None] = {}
    paths = 0
    while paths < _CUT:
        # states: (actor, left): entered and not yet passed, or left again
        came: dict[tuple[int, bool], tuple[int, bool] | None] = {
            (v, False): None for v in partners if v != left_out
        }
        end = None
        queue = list(came)
        for state in queue:
            v, left = state
            if left and _leads_out(v, own, degree):
                end = state
                break
            following: list[tuple[int, bool]] = []
            if left:
                following = [(w, False) for w in neighbours.get(v, ()) if w != left_out]
                if v in before:
                    following.append((v, False))
            elif v not in before:
                following = [(v, True)]
            elif before[v] is not None:
                following = [(before[v], True)]  # type: ignore[list-item]
            for after in following:
                if after not in came:
                    came[after] = state
                    queue.append(after)
        if end is None:
            return paths
        _augment(came, end, before)
        paths += 1
    return paths


def _augment(
    came: Mapping[tuple[int, bool], tuple[int, bool] | None],
    end: tuple[int, bool],
    before: dict[int, int | None],
) -> None:
    state: tuple[int, bool] | None = end
    while state is not None:
        previous = came[state]
        v, left = state
        if not left:
            if previous == (v, True):
                del before[v]
            else:
                before[v] = None if previous is None else previous[0]
        state = previous


# ---------------------------------------------------------------------- parts without an actor


def _parted(pairs: Pairs) -> tuple[dict[int, set[int]], tuple[Bridge, ...]]:
    """Actor -> areas of the main component that aren't in the main one without it; bridges."""
    n = pairs.areas
    tree = _Tree(pairs)
    others = sorted((-len(areas), areas[0]) for areas in tree.components if areas)
    if not others or others[0][0] == -1:
        return {}, tree.bridges()
    main_size, first = -others[0][0], others[0][1]
    rival = others[1] if len(others) > 1 else (0, n)
    found: dict[int, set[int]] = {}
    for actor, parts in tree.parts_without():
        members = [areas for areas in parts if areas]
        if sum(map(len, members)) != main_size or min(a[0] for a in members) != first:
            continue  # not of the main component
        best = min((-len(areas), areas[0]) for areas in members)
        keeps = best < rival and best[0] < -1
        found[actor] = {
            area
            for areas in members
            if not (keeps and (-len(areas), areas[0]) == best)
            for area in areas
        }
    return found, tree.bridges()


class _Tree:
    """Depth-first forest of G-: vertices are areas, then actors.

    `order` lists vertices as entered, so that a subtree is a slice; areas of a slice are those
    of `area_order` between two counts.
    """

    def __init__(self, pairs: Pairs) -> None:
        n, size = pairs.areas, pairs.areas + pairs.actors
        self.areas = n
        tail = np.concatenate([pairs.edge_area, pairs.pair_one + n])
        head = np.concatenate([pairs.edge_actor, pairs.pair_other]) + n
        both = np.concatenate([tail, head]), np.concatenate([head, tail])
        ordered = np.lexsort((both[1], both[0]))
        offsets = np.searchsorted(both[0][ordered], np.arange(size + 1)).tolist()
        self.entered = [-1] * size
        self.low = [0] * size
        self.parent = [-1] * size
        self.until = [0] * size
        self.order: list[int] = []
        self.roots: list[int] = []
        for root in range(n):  # a component without an area parts nothing
            if self.entered[root] < 0:
                self.roots.append(root)
                self._walk(root, offsets, both[1][ordered].tolist())
        counts = np.cumsum([0] + [v < n for v in self.order])
        self.before: list[int] = counts.tolist()
        self.area_order = [v for v in self.order if v < n]
        self.components = [self._areas(self.entered[r], self.until[r]) for r in self.roots]

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

    def _areas(self, low: int, high: int) -> list[int]:
        """Areas entered between two moments, ascending."""
        return sorted(self.area_order[self.before[low] : self.before[high]])

    def parts_without(self) -> list[tuple[int, list[list[int]]]]:
        """Each actor that parts areas from each other, with the areas of every part."""
        children: dict[int, list[int]] = {}
        for w in self.order:
            v = self.parent[w]
            has_areas = self.before[self.until[w]] > self.before[self.entered[w]]
            if v >= self.areas and self.low[w] >= self.entered[v] and has_areas:
                children.setdefault(v, []).append(w)
        whole = dict(zip(self.roots, self.components, strict=True))
        ends = sorted((self.entered[r], r) for r in self.roots)
        starts = [start for start, _ in ends]
        found = []
        for v, cut_off in sorted(children.items()):
            root = ends[int(np.searchsorted(starts, self.entered[v], side="right")) - 1][1]
            parts = [self._areas(self.entered[w], self.until[w]) for w in cut_off]
            gone = {area for part in parts for area in part}
            rest = [area for area in whole[root] if area not in gone]
            found.append((v - self.areas, [*parts, rest]))
        return found

    def bridges(self) -> tuple[Bridge, ...]:
        """Pairs that no circle passes and that have areas on both sides."""
        whole = dict(zip(self.roots, self.components, strict=True))
        found = []
        root = -1
        for w in self.order:
            v = self.parent[w]
            if v < 0:
                root = w
                continue
            if self.low[w] <= self.entered[v]:
                continue
            beyond = self._areas(self.entered[w], self.until[w])
            total = len(whole[root])
            if not beyond or len(beyond) == total:
                continue
            if len(beyond) * 2 > total:
                gone = set(beyond)
                beyond = [area for area in whole[root] if area not in gone]
            found.append(Bridge(min(v, w), max(v, w), tuple(beyond)))
        return tuple(sorted(found, key=lambda b: (b.one, b.other)))
