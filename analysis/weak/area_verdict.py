"""Where one area would stand with other ties: its verdict judged again without the city.

An area's own ties change its own verdict in three ways only: its partners and their kinds, the
paths that its partners open, and the components that they join. All three are known from what
is kept here, so that thousands of changes can be tried.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

from analysis.connectivity.definition import CUT_MAX
from analysis.connectivity.engine import PathSearch, area_starts, parts_of
from analysis.layers.layered_city import LayeredCity
from analysis.weak.results import Verdict, WeakGrid
from analysis.weak.weak_grids import classes_of, verdict_of


class TrialNetwork:
    """What judging an area again needs of the whole network; made once.

    It isn't to be used by two threads at once: an area on trial leaves its marks meanwhile.
    """

    def __init__(self, city: LayeredCity) -> None:
        layers = city.layers
        self.layers, self.policy = layers, city.policy
        n = layers.areas.height
        self.pairs = layers.graph
        starts = area_starts(self.pairs).tolist()
        actors = layers.graph.edge_actor.tolist()
        self.partners = [actors[starts[g] : starts[g + 1]] for g in range(n)]
        self.search = PathSearch(self.pairs)
        self.degree, self.tied = self.search.degree, self.search.leads_on
        self.class_of: list[str | None] = layers.actors["actor_class"].to_list()
        self.kinds_at = classes_of(layers)
        parts = parts_of(self.pairs)
        self.part_of: list[int] = parts.of_vertex.tolist()
        self.areas_in: list[int] = parts.areas.tolist()
        self.main = parts.main
        self.first_in = [n] * len(self.areas_in)
        for g in range(n - 1, -1, -1):
            self.first_in[self.part_of[g]] = g
        self._ranked = sorted(
            range(len(self.areas_in)), key=lambda p: (-self.areas_in[p], self.first_in[p])
        )

    def largest_besides(self, parts: Collection[int]) -> tuple[int, int]:
        """Areas and first area of the largest component that isn't one of `parts`."""
        for part in self._ranked:
            if part not in parts:
                return self.areas_in[part], self.first_in[part]
        return 0, self.pairs.areas

    @cached_property
    def near(self) -> dict[str, list[int]]:
        """Area code -> actors that sit in it, or are tied to it or an area within, and can hold
        an area: those of the main component; with few ties first, then by key. "" = all.
        """
        paths = self.layers.areas["path"].to_list()
        seats = self.layers.actors["path"].to_list()
        places: list[set[str]] = [set((path or "").strip("/").split("/")) - {""} for path in seats]
        for g, mine in enumerate(self.partners):
            codes = paths[g].strip("/").split("/")
            for actor in mine:
                places[actor].update(codes)
        n = self.pairs.areas
        holding = [
            actor
            for actor in range(self.pairs.actors)
            if self.degree[actor] and (self.main < 0 or self.part_of[n + actor] == self.main)
        ]
        holding.sort(key=lambda actor: (self.degree[actor], actor))
        found: dict[str, list[int]] = {}
        for actor in holding:
            for code in places[actor]:
                found.setdefault(code, []).append(actor)
        found[""] = holding
        return found


class AreaTrial:
    """One area, with partners added on trial.

    Parameters
    ----------
    city
        The whole network.
    area
        Its verdict as it is; covered by data.
    at
        Its index.
    """

    def __init__(self, city: TrialNetwork, area: WeakGrid, at: int) -> None:
        self.city, self.area, self.at = city, area, at
        self.mine = city.partners[at]
        self.people = {
            kind
            for kind, count in (("members", area.members), ("volunteers", area.volunteers))
            if count
        }
        self.kinds = city.kinds_at[at] | self.people

    def verdict(
        self, actors: Collection[int] = (), *, new: int = 0, classes: Iterable[str] = ()
    ) -> Verdict:
        """The verdict with more partners.

        Parameters
        ----------
        actors
            Actors of the city that become partners; none of them is one yet.
        new
            So many more that are tied to another area of the main network by themselves.
        classes
            The kinds that those bring.
        """
        own = {self.city.class_of[actor] for actor in actors} - {None}
        partners = len(self.mine) + len(actors) + new
        residents = self.area.residents
        cut, in_main = self.connected(actors, new)
        return verdict_of(
            self.city.policy,
            partners=partners,
            kinds=len(self.kinds | own | set(classes)),
            cut=cut,
            in_main=in_main,
            per_1000=partners * 1000 / residents if residents else None,
            supported=self.area.verdict != "isolated",
        )

    def connected(self, actors: Collection[int] = (), new: int = 0) -> tuple[int, bool]:
        """Cut, and whether in the main component, with more partners."""
        if self.city.pairs.areas < 2:  # there is no other area to be tied to
            return 0, False
        return min(self.cut(actors) + new, CUT_MAX), bool(new) or self._in_main(actors)

    def bears(self, actor: int, actors: Collection[int], cut: int) -> bool:
        """Whether an actor of the main component raises the cut, which is `cut` with `actors`;
        from 2 on it needn't.
        """
        if cut >= 2:
            return True
        tied = self.city.tied
        if not (self._tied or tied[actor] or any(tied[a] for a in actors)):
            return True  # no paths through other actors: its other areas are enough
        return self.cut([*actors, actor]) > cut

    @cached_property
    def _tied(self) -> bool:
        return any(self.city.tied[actor] for actor in self.mine)

    def cut(self, actors: Collection[int] = ()) -> int:
        """Cut with more partners."""
        for actor in actors:
            self.city.degree[actor] += 1
        try:
            return self.city.search.cut([*self.mine, *actors])
        finally:
            for actor in actors:
                self.city.degree[actor] -= 1

    def _in_main(self, actors: Collection[int]) -> bool:
        city, n = self.city, self.city.pairs.areas
        parts = {city.part_of[self.at], *(city.part_of[n + actor] for actor in actors)}
        if city.main in parts:
            return True
        size = sum(city.areas_in[part] for part in parts)
        first = min(city.first_in[part] for part in parts)
        others, first_other = city.largest_besides(parts)
        return size > 1 and (size > others or (size == others and first < first_other))
