"""Which area a row or a text of a sheet means.

A name is looked for within its scope only; one found only elsewhere, or several times, is told and
never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable

from graph.model.labels import Label
from graph.model.rows import Statement
from graph.names.grid_names import grid_key
from graph.names.plain import plain
from graph.resolve.area_tree import AreaTree, Place, PlaceProblem


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
    community, problem = _community(tree, s, inner)
    if problem:
        return Place(None, problem=problem, named=(own,) if own else ())
    if community is None and not (s.grid or s.grid_code):
        return Place(inner, named=(own,) if own else ())
    named = (community,) if community else ()
    if not (s.grid or s.grid_code):
        return Place(community, community=community, named=named)
    grid, problem = _grid(tree, s, community, inner)
    if problem:
        return Place(None, community=community, named=named, problem=problem)
    above = tree.areas[grid].parent if grid else community
    return Place(grid, community=above, grid=grid, named=(*named, grid) if grid else named)


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
        if text is None:
            continue
        if label is Label.CITY and not any(a.label is label for a in tree.areas.values()):
            continue
        if at is not None and own is None and _names_itself(tree, at, label, text):
            own = at
            continue
        # the row's own column outranks the sheet's scope
        found = tree.named(label, text, own) or (
            tree.named(Label.DISTRICT, text, own) if label is Label.STREET else []
        )
        if len(found) > 1 and scope is not None:
            found = [c for c in found if tree.within(c, scope)] or found
        found = tree.settled(text, found, own)
        if len(found) == 1:
            at = own = found[0]
            continue
        if label is Label.CITY and not found:
            continue
        return None, None, _unsettled(tree, field_, text, found, own)
    return at, own, None


def _names_itself(tree: AreaTree, code: str, label: Label, text: str) -> bool:
    above = tree.ancestor(code, label)
    return above is not None and above in tree.named(label, text, None)


def _community(
    tree: AreaTree, s: Statement, scope: str | None
) -> tuple[str | None, PlaceProblem | None]:
    by_code: str | None = None
    if s.community_code:
        code = plain(s.community_code)
        if code not in tree.areas:
            if s.community is None:
                return None, _unsettled(tree, "community_code", s.community_code, [], scope)
        else:
            by_code = code
    if s.community is None:
        return by_code, None
    if by_code is not None:
        # within its own parent: elsewhere another may have that very name
        if by_code in tree.named(Label.COMMUNITY, s.community, tree.areas[by_code].parent):
            return by_code, None
        if by_code in _communities(tree, s.community, None):
            return by_code, None
        name = tree.areas[by_code].name
        params = (("place", s.community), ("area_code", by_code), ("found", name))
        return None, PlaceProblem("place_code_differs", "community", s.community, params)
    found = tree.settled(s.community, _communities(tree, s.community, scope), scope)
    if len(found) == 1:
        return found[0], None
    return None, _unsettled(tree, "community", s.community, found, scope, Label.COMMUNITY)


def _communities(tree: AreaTree, text: str, scope: str | None) -> list[str]:
    found = tree.named(Label.COMMUNITY, text, scope)
    if found:
        return found
    # a name that begins with its city's, district's or street's name
    told = plain(text)
    for label in (Label.CITY, Label.DISTRICT, Label.STREET):
        for end in range(len(told) - 1, 1, -1):
            for code in tree.by_name.get((label, told[:end]), ()):
                if plain(tree.areas[code].name) != told[:end]:
                    continue
                if found := _communities_below(tree, told[end:], code, scope):
                    return found
    return []


def _communities_below(tree: AreaTree, text: str, code: str, scope: str | None) -> list[str]:
    return [c for c in _communities(tree, text, code) if tree.within(c, scope)]


def _grid(
    tree: AreaTree, s: Statement, community: str | None, scope: str | None
) -> tuple[str | None, PlaceProblem | None]:
    text = s.grid_code or s.grid or ""
    field_ = "grid_code" if s.grid_code else "grid"
    if community is not None:
        found = tree.grids_named(text, community)
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
            if found := tree.grids_named(told[end:], community):
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
