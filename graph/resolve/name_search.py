"""Which of the bodies that go by a name a row means.

A name is sought in the row's community, then its street, then its district. In the rest of the
city it is sought only where it says which one it is (`said_places`): 孝感市第一人民医院 does.
派出所 doesn't, and every county has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from graph.model.labels import Label
from graph.names.forms import NameForms
from graph.names.plain import plain
from graph.names.said_places import SaidPlaces
from graph.resolve.area_tree import AreaTree
from graph.resolve.body import Body

Groups = Sequence[Sequence[Body]]
"""Bodies that a name may mean: those called so, then those also called so."""


class NameSearch:
    """Seeks names among bodies, from where a row is outwards."""

    def __init__(self, tree: AreaTree, forms: NameForms) -> None:
        self.tree, self.forms = tree, forms
        self.said = SaidPlaces(tree.areas, tree.by_name, forms.places)

    def meant(self, name: str, start: str | None, *groups: Sequence[Body]) -> list[Body]:
        """The bodies that a name means in a row: none, one, or several to choose from."""
        if not any(groups):
            return []
        near = self._near(name, start, groups)
        return _exact(name, near or self._far(name, start, groups))

    def may_be(
        self, name: str, candidates: Sequence[Body], barred: Sequence[Body] = ()
    ) -> list[Body]:
        """Without the bodies that only go by names with another leading place, or `barred`."""
        lead = self.forms.lead_of(name)
        if barred:
            candidates = [b for b in candidates if not any(b is other for other in barred)]
        if not lead or not candidates:
            return list(candidates)
        return [b for b in candidates if any(self.forms.lead_of(n) in ("", lead) for n in b.names)]

    def is_bare(self, name: str, start: str | None) -> bool:
        """Whether a name in a row says nothing about its place."""
        return self.said.of(name, start) is None

    def says_area(self, text: str, area: str, start: str | None) -> bool:
        """Whether a text in a row may mean an area.

        An area of the row's district; another where the text names its city, district or street.
        """
        district = self.said.district(start)
        if district is None or self.tree.within(area, district):
            return True
        named = self.tree.areas[area]
        if named.label not in (Label.COMMUNITY, Label.GRID):
            return plain(named.name) in plain(text) or plain(text) in self.tree.areas
        place = self.said.of(text, start)
        return place is not None and place != district and self.tree.within(area, place)

    # ------------------------------------------------------------------ in the row's district

    def _near(self, name: str, start: str | None, groups: Groups) -> list[Body]:
        """Bodies in the smallest area of the row's district that has any."""
        district, place = self.said.district(start), self.said.of(name, start)
        if place is not None:
            saying = self._kept(groups, lambda b: self._says(b, place))
            if found := self._nearest(start, district, saying):
                return found
            its = self.tree.ancestor(place, Label.DISTRICT)
            if its is not None and its != district:
                return []  # 云梦县人民医院 in a row of 孝南区
        here = self._kept(groups, lambda b: self._may_be_of(b, district))
        county = district and not plain(self.tree.areas[district].name).endswith("区")
        if place is not None and county and self.tree.ancestor(place, Label.DISTRICT) is None:
            # the city's hospital isn't the one that a county only calls 人民医院
            district = self.tree.ancestor(start, Label.STREET)
            return self._nearest(start, district, here) if district else []
        return self._nearest(start, district, here)

    def _nearest(self, start: str | None, outermost: str | None, groups: Groups) -> list[Body]:
        """Bodies in the smallest area from `start` to `outermost` that has any.

        In each area the first group that has any. A home of one district is all near, also
        what has no seat.
        """
        for at in self._outwards(start, outermost):
            mark = f"/{at}/"
            for group in groups:
                if here := [b for b in group if any(mark in p for p in self._paths(b))]:
                    return here
        if self.said.is_one_district and outermost == self.said.district(None):
            return next((list(group) for group in groups if group), [])
        return []

    def _outwards(self, start: str | None, outermost: str | None) -> Iterator[str]:
        at = start
        if outermost is not None and (at is None or not self.tree.within(at, outermost)):
            at = outermost  # the row names the city alone, which has one district
        if outermost is None and not self.said.is_one_district:
            return
        while at is not None:
            yield at
            at = None if at == outermost else self.tree.areas[at].parent

    # ------------------------------------------------------------------ in the rest of the city

    def _far(self, name: str, start: str | None, groups: Groups) -> list[Body]:
        """Bodies elsewhere that a name means which says where it belongs."""
        place = self.said.of(name, start)
        if place is None:
            return []
        saying = self._kept(groups, lambda b: self._says(b, place))
        if found := next((group for group in saying if group), None):
            return found
        district = self.tree.ancestor(place, Label.DISTRICT)
        if district is None:
            return []
        mark = f"/{district}/"
        there = self._kept(
            groups,
            lambda b: any(mark in p for p in self._paths(b)) and self._may_be_of(b, district),
        )
        return next((group for group in there if group), [])

    # ------------------------------------------------------------------ what a body says

    def _kept(self, groups: Groups, holds: Callable[[Body], bool]) -> list[list[Body]]:
        return [[b for b in group if holds(b)] for group in groups]

    def _paths(self, body: Body) -> Iterable[str]:
        return (self.tree.areas[a].path for a in body.seats)

    def _says(self, body: Body, place: str) -> bool:
        """Whether one of a body's names says this very place."""
        seat = next(iter(body.seats), None)
        return any(self.said.of(n, seat) == place for n in body.names)

    def _may_be_of(self, body: Body, district: str | None) -> bool:
        """Whether one of a body's names says no other district than this."""
        if district is None:
            return True
        seat = next(iter(body.seats), None)
        places = (self.said.of(n, seat) for n in body.names)
        return any(
            p is None or self.tree.within(p, district) or self.tree.within(district, p)
            for p in places
        )


def _exact(name: str, found: list[Body]) -> list[Body]:
    """Of several bodies the one that has this very name."""
    if len(found) < 2:
        return found
    told = plain(name)
    exact = [b for b in found if told in {plain(n) for n in b.names}]
    return exact if len(exact) == 1 else found
