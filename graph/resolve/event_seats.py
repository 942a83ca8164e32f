"""Where an event is: the areas of a row's place columns and place texts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graph.model.dataset import DatasetInfo
from graph.model.rows import EventRow
from graph.names.numerals import NUMERAL_CHARACTERS
from graph.names.plain import plain
from graph.resolve.area_tree import Place
from graph.resolve.context import Resolution
from graph.resolve.place_lookup import areas_of_text

_PLACE_ENDINGS = (
    "网格",
    "社区",
    "居委会",
    "居民委员会",
    "村委会",
    "街道",
    "街道办事处",
    "镇",
    "乡",
    "村",
)

_GRID = re.compile(rf"网格$|[0-9{NUMERAL_CHARACTERS}]号?网格")


@dataclass(frozen=True, slots=True)
class EventSeat:
    """Where a row's event is: the place by which its names are sought, and the areas."""

    place: Place
    areas: tuple[str | None, ...]
    venue: tuple[str, ...]


def seat_of(
    r: Resolution, info: DatasetInfo, row: EventRow, fallback: str | None
) -> EventSeat | None:
    """The areas of a row; None where one of its place texts doesn't settle: it waits.

    The place columns decide; a text of `where` makes them finer, or stands in for them.
    """
    place = r.place(info, row)
    if place is None:
        return None
    found: list[str] = []
    venues: list[str] = []
    for text in row.where:
        areas = _area_of(r, info, text, place)
        if len(areas) == 1:
            found.append(areas[0])
        elif areas or _names_grid(text) or _is_unknown_place(text, place):
            scope = place.community or r.scopes[info.id]
            r.wait_for_place(info, row, "where", text, areas, scope)
            return None
        else:
            venues.append(text)
    if place.named:
        inside = [c for c in found if r.tree.within(c, place.area)]
        codes: list[str | None] = list(inside) or [place.area]
    else:
        codes = list(found) or [fallback or place.area]
    for code in codes:
        if code in found or place.named:
            r.cover(info, code)
    if codes == [None]:
        r.nowhere(info, row)
    if not place.named and codes[0] is not None:
        place = Place(codes[0], community=r.tree.community_of(codes[0]))
    return EventSeat(place, tuple(dict.fromkeys(codes)), tuple(venues))


def _is_unknown_place(text: str, place: Place) -> bool:
    """A venue may be called anything; what ends as an area does and is the only place that
    the row names is one that isn't known.
    """
    return not place.named and plain(text).endswith(_PLACE_ENDINGS)


def _area_of(r: Resolution, info: DatasetInfo, text: str, place: Place) -> list[str]:
    """Areas that a place text means: itself, or, of 大院社区文化广场, what it begins with."""
    tree, scope = r.tree, r.scopes[info.id]
    if found := areas_of_text(tree, text, place.community, scope):
        return found
    told = plain(text)
    for end in range(len(told) - 1, 2, -1):
        head = told[:end]
        if head.endswith("网格") and _names_grid(head):
            return areas_of_text(tree, head, place.community, scope)
        if head.endswith(_PLACE_ENDINGS) and not _names_grid(told):
            found = areas_of_text(tree, head, place.community, scope)
            if len(found) == 1:
                return found
    return []


def _names_grid(text: str) -> bool:
    """Whether a text names a grid, or something in one: 第三网格活动室."""
    return _GRID.search(plain(text)) is not None
