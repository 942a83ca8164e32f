"""Which weak areas a few more ties would lift out of weakness, without judging the city anew.

A weak area is lifted once two actors, each on a path of its own, lead from it to other areas
(cut >= 2) and it hangs together with the main component. New ties can do more than that: join
components, or even make another component the main one, which then drops areas that were not
weak. `Web.standing` tells all of it for any set of ties, as `analysis.weak.weak_grids` would.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from analysis.layers.layers import TieLayers
from analysis.weak.results import WeakGrids

Edge = tuple[int, int]
"""A new edge of G- between two of its vertices: area indices, then actors from `areas` on."""


@dataclass(frozen=True, slots=True)
class VerdictShift:
    """What new ties do to verdicts: weak areas lifted, and areas that become weak."""

    lifted: frozenset[int]
    dropped: frozenset[int]


class Web:
    """G- as neighbour lists, with the verdicts of today.

    Parameters
    ----------
    layers, verdicts
        Of the same network, day and level.

    Attributes
    ----------
    areas
        Number of judged areas: vertices below it are areas, the others actors.
    near
        Vertex -> its neighbours, ascending.
    part
        Vertex -> number of its component.
    part_areas
        Component -> its areas, ascending.
    main
        Number of the main component; None where no component holds two areas.
    weak, sound
        Areas with a weak verdict, and with one that isn't (the unknown are neither).
    """

    def __init__(self, layers: TieLayers, verdicts: WeakGrids) -> None:
        n = self.areas = layers.areas.height
        self.size = n + layers.actors.height
        near: dict[int, list[int]] = defaultdict(list)
        ones = [*layers.graph.edge_area.tolist(), *(layers.graph.pair_one + n).tolist()]
        others = [*(layers.graph.edge_actor + n).tolist(), *(layers.graph.pair_other + n).tolist()]
        for one, other in zip(ones, others, strict=True):
            near[one].append(other)
            near[other].append(one)
        self.near = {v: sorted(found) for v, found in near.items()}
        self.part = self._parts()
        self.part_areas: dict[int, list[int]] = defaultdict(list)
        for area in range(n):
            self.part_areas[self.part[area]].append(area)
        self.main = self._main(self.part_areas.values())
        index = {code: at for at, code in enumerate(layers.codes)}
        self.weak = frozenset(index[a.code] for a in verdicts.areas if a.weak)
        self.sound = frozenset(
            index[a.code] for a in verdicts.areas if not a.weak and a.verdict != "unknown"
        )

    def _parts(self) -> list[int]:
        part = [-1] * self.size
        for start in range(self.size):
            if part[start] >= 0:
                continue
            part[start] = start
            front = [start]
            while front:
                for w in self.near.get(front.pop(), ()):
                    if part[w] < 0:
                        part[w] = start
                        front.append(w)
        return part

    def _main(self, groups: Iterable[Sequence[int]]) -> int | None:
        """The component of most areas, of equals the one with the smallest area."""
        best = min(groups, key=lambda areas: (-len(areas), areas[0]), default=())
        return self.part[best[0]] if len(best) > 1 else None

    @cached_property
    def cut(self) -> dict[int, int]:
        """Weak area -> its cut today, counted up to 2."""
        return {area: self.paths(area, {}) for area in sorted(self.weak)}

    def has_other_area(self, actor: int, area: int) -> bool:
        """Whether the actor is tied to an area besides this one."""
        found = self.near.get(actor, [])
        return bool(found) and (found[0] < self.areas) and (found[0] != area or self._second(actor))

    def _second(self, actor: int) -> bool:
        found = self.near[actor]
        return len(found) > 1 and found[1] < self.areas

    def standing(self, edges: Collection[Edge]) -> VerdictShift:
        """Verdicts that change once `edges` are there.

        Cost: by the components that the edges join, not by the city, unless another component
        becomes the main one.
        """
        if not edges:
            return VerdictShift(frozenset(), frozenset())
        more: dict[int, list[int]] = defaultdict(list)
        root: dict[int, int] = {}

        def find(part: int) -> int:
            while root.get(part, part) != part:
                part = root[part]
            return part

        for one, other in edges:
            more[one].append(other)
            more[other].append(one)
            a, b = find(self.part[one]), find(self.part[other])
            if a != b:
                root[max(a, b)] = min(a, b)
        touched = sorted({self.part[v] for edge in edges for v in edge})
        joined: dict[int, list[int]] = defaultdict(list)
        for part in touched:
            joined[find(part)] += self.part_areas.get(part, [])
        untouched = (
            areas for part, areas in self.part_areas.items() if areas and part not in set(touched)
        )
        groups = [*(sorted(areas) for areas in joined.values() if areas), *untouched]
        found = min(groups, key=lambda areas: (-len(areas), areas[0]), default=[])
        if len(found) < 2:
            return VerdictShift(frozenset(), self.sound)
        inside = set(found)
        kept = self.main is not None and self.part_areas[self.main][0] in inside
        asked = self._nearby(edges, touched) if kept else self.weak
        lifted = {
            area for area in asked & inside if self.cut[area] > 1 or self.paths(area, more) > 1
        }
        return VerdictShift(frozenset(lifted), self.sound - inside)

    def _nearby(self, edges: Collection[Edge], touched: Iterable[int]) -> frozenset[int]:
        """Weak areas to which the edges can matter while the main component stays the same:
        those that the edges, or chains of actors from them, touch, and those of components
        that come to it.
        """
        found = {a for part in touched if part != self.main for a in self.part_areas.get(part, ())}
        seen = {v for edge in edges for v in edge}
        front = list(seen)
        while front:
            v = front.pop()
            if v < self.areas:
                found.add(v)
                continue
            for w in self.near.get(v, ()):
                if w < self.areas:
                    found.add(w)
                elif w not in seen:
                    seen.add(w)
                    front.append(w)
        return self.weak & found

    def paths(self, area: int, more: dict[int, list[int]]) -> int:
        """Actor-disjoint paths from an area to others, counted up to 2; `more` are new edges.

        The second path is sought by rerouting the first (Ford and Fulkerson).
        """
        first = self._path(area, more, {})
        if first is None:
            return 0
        after = dict(zip(first, [*first[1:], -1], strict=True))
        return 1 if self._path(area, more, after) is None else 2

    def _path(
        self, area: int, more: dict[int, list[int]], after: dict[int, int]
    ) -> list[int] | None:
        """Actors of a path from `area` to another one, in order; `after` is the path that is
        there already (actor -> the next one, -1 at its end).
        """
        before = {following: actor for actor, following in after.items() if following >= 0}
        started = next((a for a in after if a not in before), None)
        # States: (actor, False) is at its entry, (actor, True) at its exit.
        came: dict[tuple[int, bool], tuple[int, bool] | None] = {}
        queue: list[tuple[int, bool]] = []

        def reach(state: tuple[int, bool], origin: tuple[int, bool] | None) -> None:
            if state not in came:
                came[state] = origin
                queue.append(state)

        for actor in self._around(area, more):
            if actor >= self.areas and actor != started:
                reach((actor, False), None)
        at = 0
        while at < len(queue):
            state = actor, leaving = queue[at]
            at += 1
            if not leaving:
                if actor not in after:
                    reach((actor, True), state)
                elif actor in before:
                    reach((before[actor], True), state)
                continue
            for other in self._around(actor, more):
                if other < self.areas:
                    if other != area and after.get(actor) != -1:
                        return self._walked(state, came)
                elif other != after.get(actor):
                    reach((other, False), state)
            if actor in after:
                reach((actor, False), state)
        return None

    def _walked(
        self,
        state: tuple[int, bool],
        came: dict[tuple[int, bool], tuple[int, bool] | None],
    ) -> list[int]:
        actors: list[int] = []
        step: tuple[int, bool] | None = state
        while step is not None:
            if not actors or actors[-1] != step[0]:
                actors.append(step[0])
            step = came[step]
        return actors[::-1]

    def _around(self, vertex: int, more: dict[int, list[int]]) -> list[int]:
        found = self.near.get(vertex, [])
        return found + more[vertex] if vertex in more else found
