"""Who takes part in an event: bodies with their roles, and people at large."""

from __future__ import annotations

from graph.model.dataset import DatasetInfo
from graph.model.labels import Label, TieType
from graph.model.properties import Prop
from graph.model.rows import AreaRow, EventRow, LinkageRow, ProjectRow
from graph.names.plain import plain
from graph.resolve.area_tree import Place
from graph.resolve.body import Body
from graph.resolve.context import Resolution
from graph.resolve.offices import office_of
from graph.resolve.place_lookup import place_of

_NO_BODIES = frozenset(
    ("社工", "社会工作者", "志愿者", "居民", "居民代表", "业主", "业主代表", "党员", "群众", "村民")
)
"""Parties of a linkage or activity that are people at large."""

_ITS_COMMUNITY = frozenset(("社区", "本社区", "所在社区", "村", "本村"))
_OFFICE_OF = {Label.GRID: "grid_branch", Label.STREET: "street_work_committee"}


def parties_of(
    r: Resolution, info: DatasetInfo, row: EventRow, place: Place
) -> tuple[list[tuple[Body, dict[str, Prop]]], set[str]]:
    """Each body once, in its first role, with the tie's properties; and who is no body."""
    found: dict[int, tuple[Body, dict[str, Prop]]] = {}
    also: set[str] = set()
    for field_, role, names in _roles(row):
        for turn, name in enumerate(names, start=1):
            code = row.lead_uscc if field_ == "lead" and len(names) == 1 else None
            body = _party(r, info, row, field_, name, code, place)
            if body is None:
                if plain(name) in _NO_BODIES:
                    also.add(plain(name))
                else:
                    r.waiting.add((info.id, row.row))
                continue
            if body.is_office:  # who holds an area covers it
                r.cover(info, body.area)
            found.setdefault(id(body), (body, _tie_props(row, role, turn, len(names))))
    return list(found.values()), also


def _party(
    r: Resolution,
    info: DatasetInfo,
    row: EventRow,
    field_: str,
    name: str,
    code: str | None,
    place: Place,
) -> Body | None:
    """The body that takes part; of an area the office that speaks for it."""
    told = plain(name)
    if code is None:
        if told in _NO_BODIES:
            return None
        if told in _ITS_COMMUNITY and place.community is not None:
            return office_of(
                r.bodies, "residents_committee", place.community, f"{info.id}:{row.row}"
            )
        if area := _area_named(r, info, name, place):
            kind = _OFFICE_OF.get(r.tree.areas[area].label, "community_party_committee")
            return office_of(r.bodies, kind, area, f"{info.id}:{row.row}")
    return r.named(info, row, field_, name, code, place)


def _area_named(r: Resolution, info: DatasetInfo, name: str, place: Place) -> str | None:
    """The area that a participant's name is, where it is no body's name."""
    if r.sought(name, None, place, r.scopes[info.id]):
        return None
    found = r.areas_meant(info, name, place)
    return found[0] if len(found) == 1 else None


def write_contacts(r: Resolution, info: DatasetInfo, row: AreaRow) -> None:
    """包联单位 of an areas sheet: bodies that keep contact with the area."""
    place = place_of(r.tree, row, r.scopes[info.id])
    if place.area is None:
        return  # the row waits, which is told already
    for name in row.contact_units:
        body = r.named(info, row, "contact_units", name, None, place)
        if body is None:
            r.waiting.add((info.id, row.row))
            continue
        end = r.tree.areas[place.area].label, place.area
        r.drafts.append((TieType.CONTACTS, body, end, {}, f"{info.id}:{row.row}"))


def _roles(row: EventRow) -> list[tuple[str, str, tuple[str, ...]]]:
    """Fields that name bodies, with their role; a body counts in the first that names it."""
    found = [("participants", "participant", row.participants)]
    if isinstance(row, LinkageRow):
        return [("chairs", "chair", row.chairs), ("lead", "convener", row.lead), *found]
    return [("lead", "lead", row.lead), *found]


def _tie_props(row: EventRow, role: str, turn: int, count: int) -> dict[str, Prop]:
    """Properties of one participation."""
    ended = isinstance(row, LinkageRow) and row.status == "ended"
    ended = ended or (isinstance(row, ProjectRow) and row.progress == "ended")
    props: dict[str, Prop] = {
        "role": role,
        "valid_from": row.date,
        "valid_to": row.valid_to,
        "last_sign": row.date,
        "ended": True if ended else None,
    }
    if isinstance(row, LinkageRow) and role == "chair":
        props["turn"] = row.turn if count == 1 else turn
        if count == 1:  # one term can't be that of several chairs
            props["term_from"], props["term_to"] = row.term_from, row.term_to
    return props
