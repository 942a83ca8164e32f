"""Which area a row or a text of a sheet means.

A name is looked for within its scope only; one found only elsewhere, or several times, is told and
never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from graph.model.labels import Label
from graph.model.rows import Statement
from graph.names.grid_names import grid_key
from graph.names.plain import plain, present_name
from graph.resolve.area_tree import AreaTree, Place, PlaceProblem, what_follows

_PROVINCE = re.compile(r"^(?:[^省]{2,3}省|[^区]{2,6}自治区)(?=.)")
_COMMUNITY_ENDINGS = ("社区", "村", "委会", "委员会")


def place_of(tree: AreaTree, statement: Statement, scope: str | None) -> Place:
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
    found = tree.place_cache.get(key)
    if found is None:
        found = tree.place_cache[key] = _find_place(tree, statement, scope)
    return found


def _find_place(tree: AreaTree, s: Statement, scope: str | None) -> Place:
    inner, own, problem = _scope_of_row(tree, s, scope)
    if problem:
        return Place(None, problem=problem)
    community, inside, problem = _community(tree, s, inner)
    if problem:
        return Place(None, problem=problem, named=(own,) if own else ())
    told = s.grid or s.grid_code
    if community is None and not told:
        return Place(inner, named=(own,) if own else ())
    named = (community,) if community else ()
    grid = inside
    if told:
        grid, problem = _grid(tree, s, community, inner)
        if grid is not None and inside not in (None, grid):
            names = tree.areas[inside or ""].name, tree.areas[grid].name
            params = (("place", names[0]), ("other", names[1]))
            problem = PlaceProblem("place_two_grids", "grid", told, params)
    if problem:
        return Place(None, community=community, named=named, problem=problem)
    if grid is None:
        return Place(community, community=community, named=named)
    return Place(grid, community=tree.areas[grid].parent, grid=grid, named=(*named, grid))


def _scope_of_row(
    tree: AreaTree, s: Statement, scope: str | None
) -> tuple[str | None, str | None, PlaceProblem | None]:
    """Scope after the row's city, district and street columns; the finest area these name."""
    at, own = scope, None
    for label, field_, text in (
        (Label.CITY, "city", s.city),
        (Label.DISTRICT, "district", s.district),
        (Label.STREET, "street_code", s.street_code),
        (Label.STREET, "street", s.street),
    ):
        if text is None or (label is Label.CITY and tree.is_own_city(text)):
            continue
        if at is not None and own is None and _names_itself(tree, at, label, text):
            own = at
            continue
        # the row's own column outranks the sheet's scope
        found = _wide(tree, label, text, own)
        if len(found) > 1 and scope is not None:
            found = [c for c in found if tree.within(c, scope)] or found
        found = tree.settled(text, found, own)
        if len(found) != 1:
            return None, None, _unsettled(tree, field_, text, found, own)
        at = own = found[0]
    return at, own, None


def _wide(tree: AreaTree, label: Label, text: str, scope: str | None) -> list[str]:
    """Areas that a city, district or street column means: 湖北省孝感市, 孝感孝南, 孝南区书院街.

    A city's column may name a city that is a district here (汉川市), a street's a zone that is.
    """
    for one in (label, Label.DISTRICT) if label is not Label.DISTRICT else (label,):
        if found := tree.named(one, text, scope):
            return found
    told = _PROVINCE.sub("", plain(text)) if label is Label.CITY else plain(text)
    if told != plain(text):
        return _wide(tree, label, told, scope)
    if (
        label is Label.STREET
        and told.endswith("街")
        and (found := tree.named(label, told + "道", scope))
    ):
        return found
    for lead, rest in _without_lead(tree, told, (Label.CITY, Label.DISTRICT)):
        if found := [c for c in _wide(tree, label, rest, lead) if tree.within(c, scope)]:
            return found
    return []


def _without_lead(
    tree: AreaTree, text: str, labels: tuple[Label, ...]
) -> Iterator[tuple[str, str]]:
    """Areas with whose names a text begins, the widest and longest first, and what follows."""
    for label in labels:
        for end in range(len(text) - 1, 1, -1):
            for code in tree.by_name.get((label, text[:end]), ()):
                yield code, text[end:]


def _names_itself(tree: AreaTree, code: str, label: Label, text: str) -> bool:
    above = tree.areas[code].path.split("/")
    return any(c in above for c in _wide(tree, label, text, None))


def _community(
    tree: AreaTree, s: Statement, scope: str | None
) -> tuple[str | None, str | None, PlaceProblem | None]:
    """The community of a row; the grid where its cell names that too; or why neither settles."""
    by_code: str | None = None
    if s.community_code:
        code = plain(s.community_code)
        if code not in tree.areas:
            if s.community is None:
                problem = _unsettled(tree, "community_code", s.community_code, [], scope)
                return None, None, problem
        else:
            by_code = code
    if s.community is None:
        return by_code, None, None
    # beside a code within its own parent: elsewhere another may have that very name
    near = scope if by_code is None else tree.areas[by_code].parent
    found = _communities(tree, s.community, near)
    grids: list[str] = []
    if not found:
        found, grids = _with_grid(tree, s.community, near)
    if by_code is not None:
        if by_code not in found and by_code not in _communities(tree, s.community, None):
            name = tree.areas[by_code].name
            params = (("place", s.community), ("area_code", by_code), ("found", name))
            problem = PlaceProblem("place_code_differs", "community", s.community, params)
            return None, None, problem
        found = [by_code]
    found = tree.settled(s.community, found, scope)
    if len(found) != 1 or len(grids) > 1:
        told = grids if len(found) == 1 else found
        problem = _unsettled(tree, "community", s.community, told, scope, Label.COMMUNITY)
        return None, None, problem
    return found[0], grids[0] if grids else None, None


def _with_grid(tree: AreaTree, text: str, scope: str | None) -> tuple[list[str], list[str]]:
    """Communities and grids of a text that names both: 北外社区第2网格, 北外社区/第2网格."""
    told = plain(text)
    for end in range(len(told) - 1, 1, -1):
        head, rest = told[:end], what_follows(told, end)
        if "格" not in rest and not head.endswith(_COMMUNITY_ENDINGS):
            continue
        communities = _communities(tree, head, scope)
        grids = {g for c in communities for g in tree.grids_named(rest, c)} if rest else set()
        if grids:
            return sorted({tree.areas[g].parent or "" for g in grids}), sorted(grids)
    return [], []


def _communities(tree: AreaTree, text: str, scope: str | None) -> list[str]:
    """Communities that a text means within a scope; it may begin with the names of the areas
    above, and tell in brackets how the community was called before.
    """
    if found := tree.named(Label.COMMUNITY, text, scope):
        return found
    told = present_name(text)
    if told != plain(text):
        return _communities(tree, told, scope)
    for lead, rest in _without_lead(tree, told, (Label.CITY, Label.DISTRICT, Label.STREET)):
        if found := [c for c in _communities(tree, rest, lead) if tree.within(c, scope)]:
            return found
    return []


def _grid(
    tree: AreaTree, s: Statement, community: str | None, scope: str | None
) -> tuple[str | None, PlaceProblem | None]:
    text = s.grid_code or s.grid or ""
    field_ = "grid_code" if s.grid_code else "grid"
    if community is not None:
        found = tree.grids_named(text, community, coded=bool(s.grid_code))
        if not found and s.grid_code and s.grid:
            found = tree.grids_named(s.grid, community)
        if not found:
            found = [c for c in tree.grids_of_code(plain(text), None) if tree.within(c, community)]
        if len(found) == 1:
            return found[0], None
        return None, _unsettled(tree, field_, text, found, community, Label.GRID)
    found = tree.grids_of_code(plain(text), scope) or _grids_anywhere(tree, text, scope)
    if len(found) == 1:
        return found[0], None
    return None, _unsettled(tree, field_, text, found, scope, Label.GRID)


def _grids_anywhere(tree: AreaTree, text: str, scope: str | None) -> list[str]:
    """Grids by a text that carries its community's name in front, or a name alone."""
    told = plain(text)
    for end in range(len(told) - 1, 1, -1):
        for community in tree.named(Label.COMMUNITY, told[:end], scope):
            if found := tree.grids_named(what_follows(told, end) or told, community):
                return found
    keys = {told, grid_key(text)}
    return sorted(
        {
            c
            for (community, key), codes in tree.grids.items()
            if key in keys and tree.within(community, scope)
            for c in codes
        }
    )


def areas_of_text(tree: AreaTree, text: str, community: str | None, scope: str | None) -> list[str]:
    """Areas that a free text (共建对象, 服务范围, 覆盖网格) means, grids of the row's own
    community first, then communities (nearest first), streets, districts, the city.
    """
    key = (text, community, scope)
    found = tree.text_cache.get(key)
    if found is None:
        found = _find_areas(tree, text, community, scope)
        near = community if community is not None else scope
        found = tree.text_cache[key] = tree.settled(text, found, near)
    return found


def _find_areas(tree: AreaTree, text: str, community: str | None, scope: str | None) -> list[str]:
    told = plain(text)
    if told in tree.areas:
        return [told]
    if found := tree.grids_of_code(told, None):
        return found
    if community is not None and (found := tree.grids_named(text, community)):
        return found
    if told.endswith("格") and (found := _grids_anywhere(tree, text, scope)):
        return found
    at = community if community is not None else scope
    while True:
        if found := _communities(tree, text, at):
            return found
        if at is None:
            break
        at = tree.areas[at].parent
    for label in (Label.STREET, Label.DISTRICT, Label.CITY):
        if found := tree.named(label, text, None):
            narrowed = [c for c in found if tree.within(c, scope)]
            return narrowed or found
    return []


def _unsettled(
    tree: AreaTree,
    field_: str,
    text: str,
    found: Iterable[str],
    scope: str | None,
    label: Label | None = None,
) -> PlaceProblem:
    where = tree.areas[scope].name if scope is not None else "全部区划"
    found = list(found)
    if len(found) > 1:
        names = "、".join(tree.full_name(c) for c in found[:5])
        several = (("place", text), ("count", len(found)), ("candidates", names))
        return PlaceProblem("place_ambiguous", field_, text, several, tuple(found), scope)
    if label is Label.COMMUNITY and scope is not None:
        elsewhere = tree.named(label, text, None)
        if elsewhere:
            names = "、".join(tree.full_name(c) for c in elsewhere[:5])
            params = (("place", text), ("scope", where), ("found", names))
            return PlaceProblem("place_outside_scope", field_, text, params)
    unknown = (("place", text), ("scope", where))
    return PlaceProblem("place_unknown", field_, text, unknown, scope=scope)
