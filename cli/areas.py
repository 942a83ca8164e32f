"""The area that `--area` names: by its code, or by a name that only one area has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.model.errors import UnknownArea

if TYPE_CHECKING:
    from graph.model.network import Network

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class NamedArea:
    """One area: its code, its path (`/4209/420902/`) and its name."""

    code: str
    path: str
    name: str


def place_text(names: Mapping[str, str], path: Sequence[str]) -> str:
    """An area for people: its name and that of the one above; empty where no place is known.

    Examples
    --------
    >>> place_text({"c": "大院社区", "g": "第一网格"}, ["s", "c", "g"])
    '大院社区/第一网格'
    """
    return "/".join(names.get(code, code) for code in path[-2:])


def find_area(network: Network, text: str) -> NamedArea:
    """The area of a code or a name.

    A name is compared as it stands first (width and white space don't matter), then without
    its suffix: 大院 finds 大院社区 where no other place is called so.

    Raises
    ------
    UnknownArea
        If no area has that code or name, or several have that name; the candidates are
        listed with their codes.
    """
    from graph.names.plain import community_key, plain, street_key

    wanted = text.strip()
    table = network.areas
    places = [
        NamedArea(code, path or "", name or code)
        for code, path, name in zip(table["key"], table["path"], table["name"], strict=True)
    ]
    by_code = [place for place in places if place.code == wanted]
    if by_code:
        return by_code[0]
    exact = [place for place in places if plain(place.name) == plain(wanted)]
    keys = {community_key(wanted), street_key(wanted)}
    alike = exact or [
        place for place in places if {community_key(place.name), street_key(place.name)} & keys
    ]
    if len(alike) == 1:
        return alike[0]
    if not alike:
        raise UnknownArea(
            f"没有编码或名称为“{wanted}”的区域；请核对，或先导入含有它的区划表",
            f"no area of the code or name “{wanted}”; check it, or import the sheet that has it",
        )
    listed = [f"{place.code} {where(network, place)}" for place in alike]
    more = len(listed) - _SHOWN
    shown = "、".join(sorted(listed)[:_SHOWN])
    raise UnknownArea(
        f"“{wanted}”有{len(alike)}个：{shown}{f' 等，另{more}个' if more > 0 else ''}；请改用编码",
        f"“{wanted}” names {len(alike)} areas: {shown}"
        f"{f' and {more} more' if more > 0 else ''}; give the code",
    )


def where(network: Network, place: NamedArea) -> str:
    """An area's name after the names of the areas above it, from the district down."""
    codes = [code for code in place.path.split("/") if code]
    return "/".join(network.name_of.get(code, code) for code in codes[1:] or codes) or place.name


def prefix_of(network: Network, text: str | None) -> NamedArea | None:
    """The area of `--area`, or None where the whole city is meant."""
    return None if text is None else find_area(network, text)
