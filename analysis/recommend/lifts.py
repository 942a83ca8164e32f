"""Ties that could help to lift weak areas, and what of them can be left out.

All pairs of an actor and an area of one room are candidates. In a city that is far too many,
and most are the same: of two actors that both hang in the main component by areas of their
own, one lifts a weak area as well as the other. `lifting_ties` keeps enough of each sort that a
choice of at most k ties loses nothing: whatever tie was left out, one of the kept ones of the
same sort is free to take its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from analysis.layers.edits import TieEnds
from analysis.recommend.rules import Rules
from analysis.recommend.web import Web

FULL = 600
"""Candidates up to which none is left out."""
_PATHS = 2
"""Paths that lift a weak area, so that two actors of a sort are enough for it."""
_TARGETS = 2
"""Areas that aren't weak kept as the far end of a way out, where plain actors are short."""

Preference = Callable[[int, int], tuple[object, ...]]
"""Of an actor and an area, by their indices: what sorts the better pair first."""


@dataclass(frozen=True)
class Lifting:
    """Candidates for lifting, and the weak areas that each may give a path (`paths`) or whose
    component it may join to another (`joins`).
    """

    ties: frozenset[TieEnds] = frozenset()
    paths: Mapping[TieEnds, frozenset[int]] = field(default_factory=dict)
    joins: Mapping[TieEnds, frozenset[int]] = field(default_factory=dict)


class Zones:
    """For each actor, the weak areas to which a further area of it would be a new path: it is
    their partner, or leads on from one, and has no other area yet.
    """

    def __init__(self, web: Web) -> None:
        found: dict[int, set[int]] = defaultdict(set)
        for area in sorted(web.weak):
            front = [a for a in web.near.get(area, ()) if a >= web.areas]
            seen = set(front)
            while front:
                actor = front.pop()
                if web.has_other_area(actor, area):
                    continue
                found[actor].add(area)
                for other in web.near[actor]:
                    if other >= web.areas and other not in seen:
                        seen.add(other)
                        front.append(other)
        self.of_actor: Mapping[int, frozenset[int]] = {a: frozenset(w) for a, w in found.items()}


def lifting_ties(
    web: Web,
    rules: Rules,
    *,
    most: int,
    better: Preference,
    also: Collection[TieEnds] = (),
    full: int = FULL,
) -> Lifting:
    """Candidates among all pairs of actor and area that can matter to a weak area.

    Parameters
    ----------
    web, rules
        Of the same city.
    most
        Ties that may be chosen in all.
    better
        Sorts pairs; of equal sorts the first are kept.
    also
        Ties that are candidates for other reasons; they are told apart by it, never left out.
    full
        Number of pairs up to which all of them are kept.
    """
    if not web.weak or most < 1:
        return Lifting()
    return _LiftSearch(web, rules, most, better, frozenset(also)).run(full)


class _LiftSearch:
    def __init__(
        self, web: Web, rules: Rules, most: int, better: Preference, also: frozenset[TieEnds]
    ) -> None:
        self.web, self.rules, self.most, self.better = web, rules, most, better
        self.codes, self.keys = rules.layers.codes, rules.layers.actor_keys
        self.areas_in: dict[str, list[int]] = defaultdict(list)
        for at, code in enumerate(self.codes):
            if (room := rules.room_of(code)) is not None:
                self.areas_in[room].append(at)
        self.zones = Zones(web).of_actor
        self.also = also
        self.busy = {tie.actor for tie in also}

    def run(self, full: int) -> Lifting:
        pairs = sum(
            len(self.rules.actors_in.get(room, ())) * len(areas)
            for room, areas in self.areas_in.items()
        )
        pick = self._all if pairs <= full else self._some
        chosen = {pair for room in sorted(self.areas_in) for pair in pick(room)}
        index = {key: at for at, key in enumerate(self.keys)}
        codes = {code: at for at, code in enumerate(self.codes)}
        chosen |= {
            (index[tie.actor], codes[tie.target]) for tie in self.also if tie.target in codes
        }
        hubs = self.rules.layers.actors["hub"].to_list()
        paths, joins = {}, {}
        for actor, area in sorted(chosen):
            if hubs[actor]:
                continue
            tie = TieEnds(self.keys[actor], self.codes[area])
            paths[tie], joins[tie] = self._paths(actor, area), self._joins(actor, area)
        return Lifting(frozenset(paths), paths, joins)

    def _paths(self, actor: int, area: int) -> frozenset[int]:
        found = self.zones.get(actor + self.web.areas, frozenset()) - {area}
        return found | {area} if area in self.web.weak else found

    def _joins(self, actor: int, area: int) -> frozenset[int]:
        one, other = self.web.part[actor + self.web.areas], self.web.part[area]
        if one == other:
            return frozenset()
        apart = [part for part in (one, other) if part != self.web.main]
        inside = (a for part in apart for a in self.web.part_areas.get(part, ()))
        return self.web.weak.intersection(inside)

    def _may(self, actor: int, area: int) -> bool:
        return self.rules.may(self.keys[actor], self.codes[area])

    def _all(self, room: str) -> Iterable[tuple[int, int]]:
        for actor in self.rules.actors_in.get(room, ()):
            for area in self.areas_in[room]:
                if self._may(actor, area):
                    yield actor, area

    # ------------------------------------------------------------------ a city

    def _some(self, room: str) -> Iterable[tuple[int, int]]:
        areas = self.areas_in[room]
        weak = [a for a in areas if a in self.web.weak]
        actors = self.rules.actors_in.get(room, ())
        plain = [a for a in actors if self._is_plain(a) and self.keys[a] not in self.busy]
        given = self._representatives(plain, weak)
        short = given is None
        if given is None:
            enough = min(self.most, _PATHS * len(weak))
            given = [(a, area) for area in weak for a in self._best(plain, area, enough)]
        yield from given
        special = self._ways_out(actors, short)
        for actor in sorted({*special, *self._busy_idle(actors), *(actors if short else ())}):
            yield from ((actor, area) for area in weak if self._may(actor, area))
        if short:
            others = [
                a for a in areas if a not in self.web.weak and self.web.part[a] == self.web.main
            ]
            for actor in special:
                free = (a for a in others if self._may(actor, a))
                best = sorted(free, key=lambda a: self.better(actor, a))[:_TARGETS]
                yield from ((actor, area) for area in best)

    def _is_plain(self, actor: int) -> bool:
        """Whether the actor hangs in the main component by areas of its own, none of which
        would gain by a further tie of it.
        """
        vertex = actor + self.web.areas
        near = self.web.near.get(vertex, [])
        return (
            bool(near)
            and near[0] < self.web.areas
            and self.web.part[vertex] == self.web.main
            and vertex not in self.zones
        )

    def _representatives(
        self, plain: Collection[int], weak: Collection[int]
    ) -> list[tuple[int, int]] | None:
        """Two plain actors for each weak area such that all of these ties could be made at
        once; None where there aren't enough. Whatever else is chosen, they are free then, so
        that no other plain actor is needed.
        """
        left = {a: self.rules.spare[self.keys[a]] for a in plain}
        found: list[tuple[int, int]] = []
        for _ in range(_PATHS):
            for area in weak:
                taken = {a for a, it in found if it == area}
                free = [a for a in plain if left[a] and a not in taken and self._may(a, area)]
                if not free:
                    return None
                best = min(free, key=lambda a: self.better(a, area))
                left[best] -= 1
                found.append((best, area))
        return found

    def _best(self, actors: Iterable[int], area: int, enough: int) -> list[int]:
        free = [a for a in actors if self._may(a, area)]
        return sorted(free, key=lambda a: self.better(a, area))[:enough]

    def _busy_idle(self, actors: Collection[int]) -> Iterable[int]:
        """Actors without an area whose tie to a weak one is wanted for other reasons: a second
        tie makes that one a path.
        """
        codes = {code: at for at, code in enumerate(self.codes)}
        wanted = {tie.actor for tie in self.also if codes.get(tie.target) in self.web.weak}
        for actor in actors:
            near = self.web.near.get(actor + self.web.areas, ())
            if self.keys[actor] in wanted and not (near and near[0] < self.web.areas):
                yield actor

    def _ways_out(self, actors: Collection[int], short: bool) -> set[int]:
        """Actors that are no plain ones, the first few of each sort; all where plain actors
        are short. A third of a sort would do no more than a plain actor does.
        """
        sorts: dict[object, list[int]] = defaultdict(list)
        for actor in actors:
            vertex = actor + self.web.areas
            near = self.web.near.get(vertex, ())
            if self._is_plain(actor) or (not near and not short):
                continue
            chained = any(v >= self.web.areas for v in near)
            for sort in self.zones.get(vertex, frozenset((-1 - self.web.part[vertex],))):
                sorts["idle" if not near else (sort, chained and actor)].append(actor)
        found: set[int] = set()
        home = self.rules.layers.areas.height  # an index that no area has: nothing is nearer
        for members in sorts.values():
            members.sort(key=lambda a: (self.keys[a] in self.busy, self.better(a, home)))
            found.update(members[: self.most if short else _PATHS])
        return found
