"""The area tree, and which area a text of a sheet means.

Parents come from the division list and the areas sheets, never from a code's prefix. A name
is looked for within its scope only; one found only elsewhere, or several times, is told and
never guessed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graph.model.dataset import DatasetInfo
from graph.model.issue import Issue
from graph.model.issues import issue_at
from graph.model.labels import Label
from graph.model.properties import Prop
from graph.names.grid_names import grid_key
from graph.names.plain import community_key, plain, street_key, wide_key

_SEPARATORS = "/-—·、，,:"


@dataclass(frozen=True, slots=True)
class PlaceProblem:
    """Why a text doesn't settle an area: an issue code, the field, and its parameters."""

    code: str
    field: str
    shown: str
    params: tuple[tuple[str, object], ...]
    found: tuple[str, ...] = ()
    """The areas that it may mean, where these are several."""
    scope: str | None = None

    def issue(self, info: DatasetInfo, row: int) -> Issue:
        return issue_at(info, row, self.field, self.code, shown=self.shown, **dict(self.params))


@dataclass(frozen=True, slots=True)
class Place:
    """What the place columns of a row come to.

    `area` is the finest area named, or the scope where the row names none; None while one of
    the names doesn't settle (`problem`). `community` and `grid` are what did settle, also
    then; `named` are the areas that the row's own cells name.
    """

    area: str | None
    community: str | None = None
    grid: str | None = None
    named: tuple[str, ...] = ()
    problem: PlaceProblem | None = None


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
        self.by_name: dict[tuple[Label, str], list[str]] = defaultdict(list)
        self._longest = 0
        """Length of the longest of these names."""
        self.grids: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.local_grids: dict[tuple[str, str], str] = {}
        self.grid_codes: dict[str, list[str]] = defaultdict(list)
        self.place_cache: dict[tuple[str | None, ...], Place] = {}
        self._scope_cache: dict[tuple[str, ...], str | None] = {}
        self.text_cache: dict[tuple[str, str | None, str | None], list[str]] = {}
        self.own_cities: set[str] = set()
        """Names of cities that no list of divisions has: of areas sheets and by their codes."""
        self.decided: Mapping[tuple[str, str | None], str] = {}
        """Areas that people said a name means, by normalised name and scope."""

    def add(
        self, code: str, label: Label, name: str | None, parent: str | None, evidence: str
    ) -> Area:
        """Make an area known; a second mention keeps the smaller name, whatever the order."""
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
        self.by_name.clear()
        for code in sorted(self.areas):
            area = self.areas[code]
            area.path = self._path(code)
            if area.parent:
                self.children[area.parent].append(code)
            for key in _name_keys(area):
                self.by_name[area.label, key].append(code)
        self._longest = max((len(name) for _, name in self.by_name), default=0)
        self.grids.clear()
        for code in sorted(self.areas):
            area = self.areas[code]
            if area.label is Label.GRID and area.parent:
                for key in _grid_keys(area, self.areas[area.parent]):
                    self.grids[area.parent, key].append(code)
        self.place_cache.clear()
        self._scope_cache.clear()
        self.text_cache.clear()

    def _path(self, code: str) -> str:
        codes: list[str] = []
        at: str | None = code
        while at is not None and at not in codes:
            codes.append(at)
            at = self.areas[at].parent if at in self.areas else None
        return "/" + "/".join(reversed(codes)) + "/"

    def path_of(self, code: str | None) -> str | None:
        return self.areas[code].path if code else None

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

    def is_own_city(self, text: str) -> bool:
        """Whether a text is the home's city, where no list of divisions tells it."""
        return bool(self.own_cities) and wide_key(text) in map(wide_key, self.own_cities)

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
        """Codes of the areas of a label that a text means within a scope.

        No spelling of a suffix picks one of several: 光明社区 and 光明社区居委会 find the same.
        """
        key = plain(text)
        if key in self.areas and self.areas[key].label is label:
            return [key] if self.within(key, scope) else []
        for keys in _keys_of_text(label, key):
            codes = {c for k in keys for c in self.by_name.get((label, k), ())}
            if found := sorted(c for c in codes if self.within(c, scope)):
                return found
        return []

    def grids_named(self, text: str, community: str, *, coded: bool = False) -> list[str]:
        """Grids of a community that a name or local code means.

        `coded`: the text is a code before it is a name; else both are looked for.
        """
        key = plain(text)
        own = self.local_grids.get((community, key))
        if own is None and key in self.areas and self.areas[key].parent == community:
            own = key
        if own is not None and coded:
            return [own]
        tries = [key, grid_key(text)]
        for prefix in _name_keys(self.areas[community]):
            if key.startswith(prefix) and (rest := what_follows(key, len(prefix))):
                tries += [rest, grid_key(rest)]
        named = next((found for one in tries if (found := self.grids.get((community, one)))), [])
        return sorted({*named, *([own] if own is not None else [])})

    def grids_of_code(self, code: str, scope: str | None) -> list[str]:
        return [c for c in self.grid_codes.get(code, ()) if self.within(c, scope)]

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
                (c, len(community_key(name) if label is Label.COMMUNITY else name))
                for name in parts
                for c in self.by_name.get((label, name), ())
                if self.within(c, found) and _may_stand_inside(self.areas[c], name)
            ]
            longest = max((size for _, size in inside), default=0)
            best = sorted({c for c, size in inside if size == longest})
            if len(best) == 1:
                found = best[0]
        return found

    def settled(self, text: str, found: list[str], scope: str | None) -> list[str]:
        """Of several areas the one that a person said the name means."""
        if len(found) > 1 and self.decided:
            area = self.decided.get((plain(text), scope))
            return [area] if area in found else found
        return found

    def full_name(self, code: str) -> str:
        """Names from the district down, joined, with the code."""
        codes = self.areas[code].path.strip("/").split("/")
        names = [self.areas[c].name for c in codes if self.areas[c].label is not Label.CITY]
        return ("".join(names) or self.areas[code].name) + f"({code})"


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
    if area.label is Label.GRID:
        return [name]
    return list(dict.fromkeys([name, wide_key(area.name)]))


def what_follows(text: str, begin: int) -> str:
    """The rest of a text from a place on, without what parts it from the text before.

    Examples
    --------
    >>> what_follows("北外社区/第2网格", 4), what_follows("北外社区(2网格)", 4)
    ('第2网格', '2网格')
    """
    rest = text[begin:].lstrip(_SEPARATORS)
    return rest[1:-1] if rest.startswith("(") and rest.endswith(")") else rest


def _grid_keys(grid: Area, community: Area) -> set[str]:
    """Match keys of a grid within its community; of one without a name its number in the code."""
    key = plain(grid.name)
    found = {key, grid_key(key)}
    if grid.name == grid.code and re.fullmatch(re.escape(community.code) + r"\d{3}", grid.code):
        found.add(grid_key(grid.code[-3:]))
    for prefix in _name_keys(community):
        if key.startswith(prefix) and (rest := what_follows(key, len(prefix))):
            found |= {rest, grid_key(rest)}
    return found


def _keys_of_text(label: Label, text: str) -> list[tuple[str, ...]]:
    """Match keys by which areas of a label are sought, those that are tried first in front.

    A village keeps its 村: 文昌村 and 文昌社区 are two, and only 文昌 may mean either.
    """
    if label is Label.STREET:
        return [(text, street_key(text))]
    if label is not Label.COMMUNITY:
        return [(text,)]  # 荆州市 is not 荆州区, 荆州 may be either
    key = community_key(text)
    if key == text and not key.endswith("村"):
        return [(key, key + "村")]
    return [(key,), (key.removesuffix("村") if key.endswith("村") else key + "村",)]


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
