"""The area tree, and which area a text of a sheet means.

Parents come from the division list and the areas sheets, never from a code's prefix. A name
is looked for within its scope only; one found only elsewhere, or several times, is told and
never guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.model.labels import Label
from graph.model.properties import Prop
from graph.model.rows import Statement
from graph.names.grid_names import grid_key
from graph.names.plain import community_key, plain, street_key
from graph.resolve.place import Place, PlaceProblem


@dataclass(slots=True)
class Area:
    """One area while the tree is built; `path` ends with the area's own code."""

    code: str
    label: Label
    name: str
    parent: str | None
    path: str = ""
    props: dict[str, Prop] = field(default_factory=dict)
    evidence: set[str] = field(default_factory=set)
    named_by: set[str] = field(default_factory=set)


class AreaTree:
    """All areas that the live division lists and areas sheets know."""

    def __init__(self) -> None:
        self.areas: dict[str, Area] = {}
        self.children: dict[str, list[str]] = defaultdict(list)
        self._by_name: dict[tuple[Label, str], list[str]] = defaultdict(list)
        self._longest = 0
        """Length of the longest of these names."""
        self._grids: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._local_grid: dict[tuple[str, str], str] = {}
        self._grid_code: dict[str, list[str]] = defaultdict(list)
        self._place_cache: dict[tuple[str | None, ...], Place] = {}
        self._scope_cache: dict[tuple[str, ...], str | None] = {}
        self._text_cache: dict[tuple[str, str | None, str | None], list[str]] = {}
        self.decided: Mapping[tuple[str, str | None], str] = {}
        """Areas that people said a name means, by normalised name and scope."""

    # ------------------------------------------------------------------ making

    def add(
        self, code: str, label: Label, name: str | None, parent: str | None, evidence: str
    ) -> Area:
        """Make an area known; a second mention keeps the smaller name, so order is no matter."""
        area = self.areas.get(code)
        if area is None:
            area = self.areas[code] = Area(code, label, name or code, parent)
        else:
            if name and (area.name == code or name < area.name):
                area.name = name
            if parent and (area.parent is None or parent < area.parent):
                area.parent = parent
        area.evidence.add(evidence)
        return area

    def index(self) -> None:
        """Paths and look-up tables, once all areas are known (again after grids came)."""
        self.children.clear()
        self._by_name.clear()
        for code in sorted(self.areas):
            area = self.areas[code]
            area.path = self._path(code)
            if area.parent:
                self.children[area.parent].append(code)
            for key in _name_keys(area):
                self._by_name[area.label, key].append(code)
        self._longest = max((len(name) for _, name in self._by_name), default=0)
        self._grids.clear()
        for code in sorted(self.areas):
            area = self.areas[code]
            if area.label is Label.GRID and area.parent:
                for key in sorted({plain(area.name), grid_key(area.name)}):
                    self._grids[area.parent, key].append(code)
                community = self.areas[area.parent]
                for prefix in _name_keys(community):
                    for key in (plain(area.name), grid_key(area.name)):
                        if key.startswith(prefix) and len(key) > len(prefix):
                            self._grids[area.parent, key[len(prefix) :]].append(code)
        self._place_cache.clear()
        self._scope_cache.clear()
        self._text_cache.clear()

    def _path(self, code: str) -> str:
        codes: list[str] = []
        at: str | None = code
        while at is not None and at not in codes:
            codes.append(at)
            at = self.areas[at].parent if at in self.areas else None
        return "/" + "/".join(reversed(codes)) + "/"

    # ------------------------------------------------------------------ reading

    def within(self, code: str, scope: str | None) -> bool:
        return scope is None or f"/{scope}/" in self.areas[code].path

    def ancestor(self, code: str | None, label: Label) -> str | None:
        """The area itself or the nearest above it that has the label."""
        while code is not None:
            area = self.areas[code]
            if area.label is label:
                return code
            code = area.parent
        return None

    def community_of(self, code: str | None) -> str | None:
        return self.ancestor(code, Label.COMMUNITY)

    def full_names(self) -> tuple[str, ...]:
        """Names of cities and districts, as they lead an organisation's name."""
        return tuple(
            sorted(
                {
                    plain(a.name)
                    for a in self.areas.values()
                    if a.label in (Label.CITY, Label.DISTRICT)
                }
            )
        )

    def named(self, label: Label, text: str, scope: str | None) -> list[str]:
        """Codes of the areas of a label that a text means within a scope; exact names first."""
        key = plain(text)
        if key in self.areas and self.areas[key].label is label:
            return [key] if self.within(key, scope) else []
        found = [c for c in self._by_name.get((label, key), ()) if self.within(c, scope)]
        exact = [c for c in found if plain(self.areas[c].name) == key]
        if exact:
            return exact
        if not found and label is Label.COMMUNITY:
            for variant in (community_key(text), community_key(text) + "村"):
                found = [
                    c for c in self._by_name.get((label, variant), ()) if self.within(c, scope)
                ]
                if found:
                    break
        elif not found and label is Label.STREET:
            found = [
                c for c in self._by_name.get((label, street_key(text)), ()) if self.within(c, scope)
            ]
        return found

    def grids_named(self, text: str, community: str) -> list[str]:
        """Grids of a community that a name or local code means."""
        key = plain(text)
        if (community, key) in self._local_grid:
            return [self._local_grid[community, key]]
        if key in self.areas and self.areas[key].label is Label.GRID:
            return [key] if self.areas[key].parent == community else []
        tries = [key, grid_key(text)]
        for prefix in _name_keys(self.areas[community]):
            if key.startswith(prefix) and len(key) > len(prefix):
                tries += [key[len(prefix) :], grid_key(key[len(prefix) :])]
        for one in tries:
            if found := self._grids.get((community, one)):
                return sorted(set(found))
        return []

    def grids_of_code(self, code: str, scope: str | None) -> list[str]:
        return [c for c in self._grid_code.get(code, ()) if self.within(c, scope)]

    def scope_of(self, texts: Sequence[str]) -> str | None:
        """The area that a sheet's scope texts name, the first that settles; None = the root."""
        key = tuple(texts)
        if key not in self._scope_cache:
            self._scope_cache[key] = next((a for t in texts if (a := self._in_text(t))), None)
        return self._scope_cache[key]

    def _in_text(self, text: str) -> str | None:
        told = plain(text)
        if told in self.areas:
            return told
        parts = _parts(told, self._longest)
        found: str | None = None
        for label in (Label.CITY, Label.DISTRICT, Label.STREET, Label.COMMUNITY):
            whole = self.named(label, text, found)
            if len(whole) == 1:
                return whole[0]
            inside = [
                c
                for name in parts
                for c in self._by_name.get((label, name), ())
                if self.within(c, found) and _may_stand_inside(self.areas[c], name)
            ]
            longest = max((len(plain(self.areas[c].name)) for c in inside), default=0)
            best = sorted({c for c in inside if len(plain(self.areas[c].name)) == longest})
            if len(best) == 1:
                found = best[0]
        return found

    def place(self, statement: Statement, scope: str | None) -> Place:
        """What a row's place columns mean within the sheet's scope."""
        key = (
            scope,
            statement.city,
            statement.district,
            statement.street,
            statement.street_code,
            statement.community,
            statement.community_code,
            statement.grid,
            statement.grid_code,
        )
        found = self._place_cache.get(key)
        if found is None:
            found = self._place_cache[key] = self._place(statement, scope)
        return found

    def _place(self, s: Statement, scope: str | None) -> Place:
        inner, own, problem = self._row_scope(s, scope)
        if problem:
            return Place(None, problem=problem)
        community, problem = self._community(s, inner)
        if problem:
            return Place(None, problem=problem, named=(own,) if own else ())
        if community is None and not (s.grid or s.grid_code):
            return Place(inner, named=(own,) if own else ())
        named = (community,) if community else ()
        if not (s.grid or s.grid_code):
            return Place(community, community=community, named=named)
        grid, problem = self._grid(s, community, inner)
        if problem:
            return Place(None, community=community, named=named, problem=problem)
        above = self.areas[grid].parent if grid else community
        return Place(grid, community=above, grid=grid, named=(*named, grid) if grid else named)

    def settled(self, text: str, found: list[str], scope: str | None) -> list[str]:
        """Of several areas the one that a person said the name means."""
        if len(found) > 1 and self.decided:
            area = self.decided.get((plain(text), scope))
            return [area] if area in found else found
        return found

    def _row_scope(
        self, s: Statement, scope: str | None
    ) -> tuple[str | None, str | None, PlaceProblem | None]:
        """Scope after the row's city, district and street columns; the finest area these name."""
        at, own = scope, None
        for label, field_, text in (
            (Label.CITY, "city", s.city),
            (Label.DISTRICT, "district", s.district),
            (Label.STREET, "street_code", s.street_code),
            (Label.STREET, "street", s.street),
        ):
            if text is None:
                continue
            if label is Label.CITY and not any(a.label is label for a in self.areas.values()):
                continue
            if at is not None and own is None and self._names_itself(at, label, text):
                own = at
                continue
            # the row's own column outranks the sheet's scope
            found = self.named(label, text, own) or (
                self.named(Label.DISTRICT, text, own) if label is Label.STREET else []
            )
            if len(found) > 1 and scope is not None:
                found = [c for c in found if self.within(c, scope)] or found
            found = self.settled(text, found, own)
            if len(found) == 1:
                at = own = found[0]
                continue
            if label is Label.CITY and not found:
                continue
            return None, None, self._unsettled(field_, text, found, own)
        return at, own, None

    def _names_itself(self, code: str, label: Label, text: str) -> bool:
        above = self.ancestor(code, label)
        return above is not None and above in self.named(label, text, None)

    def _community(self, s: Statement, scope: str | None) -> tuple[str | None, PlaceProblem | None]:
        by_code: str | None = None
        if s.community_code:
            code = plain(s.community_code)
            if code not in self.areas:
                if s.community is None:
                    return None, self._unsettled("community_code", s.community_code, [], scope)
            else:
                by_code = code
        if s.community is None:
            return by_code, None
        if by_code is not None:
            # within its own parent: elsewhere another may have that very name
            if by_code in self.named(Label.COMMUNITY, s.community, self.areas[by_code].parent):
                return by_code, None
            if by_code in self._communities(s.community, None):
                return by_code, None
            name = self.areas[by_code].name
            params = (("place", s.community), ("area_code", by_code), ("found", name))
            return None, PlaceProblem("place_code_differs", "community", s.community, params)
        found = self.settled(s.community, self._communities(s.community, scope), scope)
        if len(found) == 1:
            return found[0], None
        return None, self._unsettled("community", s.community, found, scope, Label.COMMUNITY)

    def _communities(self, text: str, scope: str | None) -> list[str]:
        found = self.named(Label.COMMUNITY, text, scope)
        if found:
            return found
        # a name that begins with its city's, district's or street's name
        told = plain(text)
        for label in (Label.CITY, Label.DISTRICT, Label.STREET):
            for end in range(len(told) - 1, 1, -1):
                for code in self._by_name.get((label, told[:end]), ()):
                    if plain(self.areas[code].name) != told[:end]:
                        continue
                    if found := self._communities_below(told[end:], code, scope):
                        return found
        return []

    def _communities_below(self, text: str, code: str, scope: str | None) -> list[str]:
        return [c for c in self._communities(text, code) if self.within(c, scope)]

    def _grid(
        self, s: Statement, community: str | None, scope: str | None
    ) -> tuple[str | None, PlaceProblem | None]:
        text = s.grid_code or s.grid or ""
        field_ = "grid_code" if s.grid_code else "grid"
        if community is not None:
            found = self.grids_named(text, community)
            if not found and s.grid_code and s.grid:
                found = self.grids_named(s.grid, community)
            if not found:
                found = [
                    c for c in self.grids_of_code(plain(text), None) if self.within(c, community)
                ]
            if len(found) == 1:
                return found[0], None
            return None, self._unsettled(field_, text, found, community, Label.GRID)
        found = self.grids_of_code(plain(text), scope) or self._grids_anywhere(text, scope)
        if len(found) == 1:
            return found[0], None
        return None, self._unsettled(field_, text, found, scope, Label.GRID)

    def _grids_anywhere(self, text: str, scope: str | None) -> list[str]:
        """Grids by a text that carries its community's name in front, or a name alone."""
        told = plain(text)
        for end in range(len(told) - 1, 1, -1):
            for community in self.named(Label.COMMUNITY, told[:end], scope):
                if found := self.grids_named(told[end:], community):
                    return found
        keys = {told, grid_key(text)}
        return sorted(
            {
                c
                for (community, key), codes in self._grids.items()
                if key in keys and self.within(community, scope)
                for c in codes
            }
        )

    def area_of_text(self, text: str, community: str | None, scope: str | None) -> list[str]:
        """Areas that a free text (共建对象, 服务范围, 覆盖网格) means, grids of the row's own
        community first, then communities (nearest first), streets, districts, the city."""
        key = (text, community, scope)
        found = self._text_cache.get(key)
        if found is None:
            found = self._area_of_text(text, community, scope)
            near = community if community is not None else scope
            found = self._text_cache[key] = self.settled(text, found, near)
        return found

    def _area_of_text(self, text: str, community: str | None, scope: str | None) -> list[str]:
        told = plain(text)
        if told in self.areas:
            return [told]
        if found := self.grids_of_code(told, None):
            return found
        if community is not None and (found := self.grids_named(text, community)):
            return found
        if told.endswith("格") and (found := self._grids_anywhere(text, scope)):
            return found
        at = community if community is not None else scope
        while True:
            if found := self._communities(text, at):
                return found
            if at is None:
                break
            at = self.areas[at].parent
        for label in (Label.STREET, Label.DISTRICT, Label.CITY):
            if found := self.named(label, text, None):
                narrowed = [c for c in found if self.within(c, scope)]
                return narrowed or found
        return []

    def _unsettled(
        self,
        field_: str,
        text: str,
        found: Iterable[str],
        scope: str | None,
        label: Label | None = None,
    ) -> PlaceProblem:
        where = self.areas[scope].name if scope is not None else "全部区划"
        found = list(found)
        if len(found) > 1:
            names = "、".join(self.full_name(c) for c in found[:5])
            several = (("place", text), ("count", len(found)), ("candidates", names))
            return PlaceProblem("place_ambiguous", field_, text, several, tuple(found), scope)
        if label is Label.COMMUNITY and scope is not None:
            elsewhere = self.named(label, text, None)
            if elsewhere:
                names = "、".join(self.full_name(c) for c in elsewhere[:5])
                params = (("place", text), ("scope", where), ("found", names))
                return PlaceProblem("place_outside_scope", field_, text, params)
        return PlaceProblem("place_unknown", field_, text, (("place", text), ("scope", where)))

    def full_name(self, code: str) -> str:
        """Names from the district down, joined, with the code."""
        codes = self.areas[code].path.strip("/").split("/")
        names = [self.areas[c].name for c in codes if self.areas[c].label is not Label.CITY]
        return "".join(names) + f"({code})"


def _name_keys(area: Area) -> list[str]:
    """Match keys of an area, its plain name first."""
    name = plain(area.name)
    if area.label is Label.COMMUNITY:
        core = community_key(area.name)
        keys = [name, core]
        if not core.endswith("村"):
            keys.insert(1, core + "社区")
        return list(dict.fromkeys(keys))
    if area.label is Label.STREET:
        return list(dict.fromkeys([name, street_key(area.name)]))
    return [name]


def _parts(text: str, longest: int) -> set[str]:
    """Every part of a text that could be an area's name: three characters or more."""
    return {
        text[begin:end]
        for begin in range(len(text))
        for end in range(begin + 3, min(begin + longest, len(text)) + 1)
    }


def _may_stand_inside(area: Area, key: str) -> bool:
    """Whether a match key is enough to name the area within a longer text (a title)."""
    if area.label is Label.STREET:
        return key == plain(area.name) or key[-1] in "镇乡"
    if area.label is Label.COMMUNITY:
        return key[-2:] in ("社区", "委会") or (key.endswith("村") and len(key) >= 3)
    return key == plain(area.name)
