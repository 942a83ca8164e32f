"""Rows of ties: which two ends a row joins."""

from __future__ import annotations

from graph.model.dataset import DatasetInfo
from graph.model.issues import issue_at
from graph.model.labels import Label, TieType
from graph.model.properties import Prop
from graph.model.rows import TieRow
from graph.names.plain import plain
from graph.resolve.area_tree import Place
from graph.resolve.body import Body
from graph.resolve.context import Resolution
from graph.resolve.offices import office_named, office_of
from graph.resolve.place_lookup import areas_of_text, place_of

_LOOKS_LIKE_PLACE = ("网格", "社区", "居委会", "居民委员会", "村委会", "街道", "街道办事处")


def read_tie(r: Resolution, info: DatasetInfo, row: TieRow) -> None:
    place = place_of(r.tree, row, r.scopes[info.id])
    end = _object(r, info, row, place)
    if r.place(info, row) is None or end is None or row.status == "none":
        return
    subject = _subject(r, info, row, place)
    if subject is None:
        r.waiting.add((info.id, row.row))
        return
    props: dict[str, Prop] = {
        "mechanism": row.mechanism,
        "valid_from": row.signed,
        "valid_to": row.valid_to,
        "last_sign": row.signed,
        # 有效 and nothing say the same: only an end is a statement of its own
        "ended": True if row.status == "ended" else None,
        "count": row.count,
        "intensity": row.intensity,
    }
    evidence = f"{info.id}:{row.row}"
    if isinstance(subject, str):
        subject, end = _flip(r, subject, end, evidence)
    if isinstance(end, str):
        r.area_tie(TieType.CO_BUILDS, subject, end, props, evidence)
    elif end is subject:
        issue = issue_at(
            info, row.row, "object", "tie_to_itself", shown=row.object, name=subject.name
        )
        r.tell(info, row.row, issue)
    else:
        r.body_tie(TieType.CO_BUILDS, subject, end, props, evidence)


def _flip(r: Resolution, area: str, end: Body | str, evidence: str) -> tuple[Body, Body | str]:
    """A row whose first party is an area: the tie of the other party to that area, or, of
    two areas, of the first one's committee to the second.
    """
    if not isinstance(end, str):
        return end, area
    label = r.tree.areas[area].label
    kind = {Label.GRID: "grid_branch", Label.STREET: "street_work_committee"}.get(
        label, "community_party_committee"
    )
    return office_of(r.bodies, kind, area, evidence), end


def _subject(r: Resolution, info: DatasetInfo, row: TieRow, place: Place) -> Body | str | None:
    """The tie's first party: a body, or an area where the name is one and no body's."""
    name, scope = row.subject, r.scopes[info.id]
    if row.subject_uscc or not name:
        return r.named(info, row, "subject", name, row.subject_uscc, place)
    start = place.community or place.area or scope
    known = r.bodies.find(name, None, start)
    if not known and office_named(r.bodies, name, place.community, scope) is None:
        areas = areas_of_text(r.tree, name, place.community, scope)
        if len(areas) == 1:
            return areas[0]
    return r.named(info, row, "subject", name, None, place)


def _object(r: Resolution, info: DatasetInfo, row: TieRow, place: Place) -> Body | str | None:
    """The tie's other party. In this order: a grid of the row's community, a community, a
    hub organisation, an actor; without a name, the row's place. The areas that it names
    are covered, also while the row waits.
    """
    if row.object is None:
        return place.area if place.named else (place.area or None)
    scope = r.scopes[info.id]
    areas = areas_of_text(r.tree, row.object, place.community, scope)
    if len(areas) == 1:
        r.tree.areas[areas[0]].named_by.add(str(info.kind))
        return areas[0]
    start = place.community or place.area or scope
    known = r.bodies.find(row.object, None, start)
    office = None if known else office_named(r.bodies, row.object, place.community, scope)
    if office is not None:
        office.evidence.add(f"{info.id}:{row.row}")
        if office.area is not None:
            r.tree.areas[office.area].named_by.add(str(info.kind))
        return office
    if not known and (areas or plain(row.object).endswith(_LOOKS_LIKE_PLACE)):
        r.ask_place(row.object, place.community or scope, areas)
        issue = r.unsettled(info, row, "object", row.object, areas, start)
        r.wait(info, row.row, issue)
        return None
    body = r.named(info, row, "object", row.object, None, place)
    if body is None:
        r.waiting.add((info.id, row.row))
    return body
