"""Which area a body's name itself says that it belongs to.

孝感市第一人民医院, 农商行云梦支行, 肖港镇卫生院 say it, and 县人民医院 in a row of 云梦县. 派出所,
中心小学, 阳光幼儿园 and 红旗村委会 don't: such a bare name means a body of the row's own district,
or none that is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from graph.model.labels import Label
from graph.names.parts import Lead, name_parts, place_stem
from graph.names.plain import plain
from graph.names.word_lists import words

_STREET_ENDS = ("街道", "镇", "乡")
_COMMUNITY_ENDS = ("社区", "居委会", "居民委员会", "村", "村委会", "村民委员会")
_REST = 2
"""Characters that must follow a place in front, so that it is no name by itself."""


class AreaInNames(Protocol):
    """What of an area matters to names; `path` is its ancestors' codes and its own."""

    label: Label
    name: str
    path: str


class SaidPlaces:
    """Reads places out of names, in a home whose areas are all known.

    Parameters
    ----------
    areas
        The areas of the home by code; what it doesn't have is no place here.
    by_name
        Their codes by label and match key.
    full_names
        Full names of its cities and districts.
    """

    def __init__(
        self,
        areas: Mapping[str, AreaInNames],
        by_name: Mapping[tuple[Label, str], Sequence[str]],
        full_names: tuple[str, ...],
    ) -> None:
        self._areas, self._by_name, self._full_names = areas, by_name, full_names
        self._cities_and_districts: dict[str, list[str]] = defaultdict(list)
        self._districts: list[str] = []
        for code in sorted(areas):
            area = areas[code]
            if area.label in (Label.CITY, Label.DISTRICT):
                self._cities_and_districts[place_stem(plain(area.name))].append(code)
            if area.label is Label.DISTRICT:
                self._districts.append(code)
        self._said: dict[tuple[str, str | None], tuple[str | None, bool]] = {}

    def district(self, start: str | None) -> str | None:
        """The district that a row lies in; of a home with one district, always this one."""
        found = self._above(start, Label.DISTRICT)
        if found is None and len(self._districts) == 1:
            return self._districts[0]
        return found

    @property
    def is_one_district(self) -> bool:
        """Whether the whole home lies in one district, as far as the areas tell."""
        return len(self._districts) <= 1

    def of(self, name: str, start: str | None) -> str | None:
        """The area that a name in a row says, None where it is bare."""
        return self._read(name, start)[0]

    def by_itself(self, name: str, start: str | None) -> bool:
        """Whether the name says its place wherever it stands: 孝感市…, not 市… or 县…."""
        return self._read(name, start)[1]

    def _read(self, name: str, start: str | None) -> tuple[str | None, bool]:
        found = self._said.get((name, start))
        if found is None:
            found = self._said[name, start] = self._find(name, start)
        return found

    def _find(self, name: str, start: str | None) -> tuple[str | None, bool]:
        text, parts = plain(name).upper(), name_parts(name, self._full_names)
        wide = self._named(parts.leads, text, start)
        finer = self._in_front(self._after(text), wide, start)
        if finer is not None:
            return finer, False
        if wide is not None:
            return wide, True
        if parts.relative:
            return self._meant_by(parts.relative, start), False
        once = text in words().once_a_city
        return (self._city(start) if once else None), False

    def _named(self, leads: Iterable[Lead], text: str, start: str | None) -> str | None:
        """The finest city or district that the name carries.

        Without its suffix only a city or a county: 和平小学 isn't called after 和平区.
        """
        for lead in reversed(tuple(leads)):
            codes = self._cities_and_districts.get(lead.stem, ())
            names = {code: plain(self._areas[code].name) for code in codes}
            if lead.full:
                found = [c for c in codes if names[c] in text]
            else:
                found = [c for c in codes if names[c][-1] in "市县" and names[c] != lead.stem]
            if len(found) > 1:
                found = [c for c in found if self._within(c, self._city(start))]
            if len(found) == 1:
                return found[0]
        return None

    def _after(self, text: str) -> str:
        """What follows the city and the district in front."""
        at = 0
        while lead := max((n for n in self._full_names if text.startswith(n, at)), default=""):
            at += len(lead)
        return text[at:]

    def _in_front(self, text: str, wide: str | None, start: str | None) -> str | None:
        """The street, or in the row's district the community, with which a name begins."""
        own = wide or self.district(start)
        for end in range(len(text) - _REST, 2, -1):
            head = text[:end]
            if head.endswith(_STREET_ENDS) and (
                found := self._one(Label.STREET, head, own) or self._one(Label.STREET, head, wide)
            ):
                return found
            if own is not None and head.endswith(_COMMUNITY_ENDS):
                street = self._above(start, Label.STREET)
                near = street if street and self._within(street, own) else own
                if found := self._one(Label.COMMUNITY, head, near) or self._one(
                    Label.COMMUNITY, head, own
                ):
                    return found
        return None

    def _one(self, label: Label, text: str, scope: str | None) -> str | None:
        codes = [c for c in self._by_name.get((label, text), ()) if self._within(c, scope)]
        return codes[0] if len(codes) == 1 else None

    def _meant_by(self, relative: str, start: str | None) -> str | None:
        """What 市, 县, 区 or 省 in front of a name means in a row: its own."""
        district = self.district(start)
        if district is not None and plain(self._areas[district].name).endswith(relative):
            return district  # 市图书馆 in a row of 汉川市
        return self._city(start) if relative == "市" else None

    def _city(self, start: str | None) -> str | None:
        """The city that a row lies in; the only one where the row has no place."""
        found = self._above(self.district(start) or start, Label.CITY)
        if found is not None:
            return found
        cities = {self._above(d, Label.CITY) for d in self._districts}
        return cities.pop() if len(cities) == 1 else None

    def _above(self, code: str | None, label: Label) -> str | None:
        """The area itself or the nearest above it that has the label."""
        codes = self._areas[code].path.strip("/").split("/") if code else []
        return next((c for c in reversed(codes) if self._areas[c].label is label), None)

    def _within(self, code: str, scope: str | None) -> bool:
        return scope is None or f"/{scope}/" in self._areas[code].path
