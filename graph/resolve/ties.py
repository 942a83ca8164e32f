"""Rows of ties: which two ends a row joins.

Who is 甲方 and who 乙方 changes nothing. A party that is an area, or that holds one by office,
is the object, the other one its partner; of two areas the finer one is the object. Two bodies of
one sort are put in order once their keys are known (`graph.resolve.finish`).
"""

from __future__ import annotations

from dataclasses import dataclass

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
_OF_COMMITTEES = "54"
"""Beginning of the credit codes of residents' and villagers' committees."""


@dataclass(frozen=True, slots=True)
class _Party:
    """One party of a row: its name and code, and the area or body that these are."""

    field: str
    name: str | None
    uscc: str | None = None
    area: str | None = None
    body: Body | None = None

    @property
    def holds(self) -> bool:
        """Whether it is an area, or a body that holds one by office."""
        return self.area is not None or (self.body is not None and self.body.is_office)


def read_tie(r: Resolution, info: DatasetInfo, row: TieRow) -> None:
    """One row as a tie. The areas that it names on either side are covered, also while it waits."""
    place = place_of_tie(r, info, row)
    code, other_code = party_codes(r, info, row)
    subject = _party(r, info, row, _Party("subject", row.subject, code), place)
    r.cover(info, place.grid)
    if row.object is None:
        end = _Party("object", None, area=place.area)
    else:
        end = _party(r, info, row, _Party("object", row.object, other_code), place)
    if r.place(info, row) is None or row.status == "none":
        return
    if row.object is None and _is_blank(r, info, place):
        scope = r.tree.areas[place.area].name if place.area else "–"
        r.wait(info, row.row, issue_at(info, row.row, "community", "place_blank", scope=scope))
        return
    ends = _ends(r, info, row, (subject, end), place)
    if ends is None:
        r.waiting.add((info.id, row.row))
        return
    partner, target = ends
    evidence = f"{info.id}:{row.row}"
    if partner is target or isinstance(partner, str):
        name = row.object or row.subject
        r.tell(
            info, row.row, issue_at(info, row.row, "object", "tie_to_itself", shown=name, name=name)
        )
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
    if isinstance(target, str):
        r.area_tie(TieType.CO_BUILDS, partner, target, props, evidence)
    else:
        r.body_tie(TieType.CO_BUILDS, partner, target, props, evidence)


def place_of_tie(r: Resolution, info: DatasetInfo, row: TieRow) -> Place:
    """Where a row's names are sought: its place or, where it names none, the area that one of
    its parties is.
    """
    place = place_of(r.tree, row, r.scopes[info.id])
    if place.named or place.problem is not None:
        return place
    for name in (row.object, row.subject):
        if name and (area := _area(r, info, name, place)) is not None:
            return Place(area, community=r.tree.community_of(area))
    return place


def _is_blank(r: Resolution, info: DatasetInfo, place: Place) -> bool:
    """Whether a row without a second party leaves its place to a scope that is no community,
    though its sheet has a column for it.
    """
    if place.named or place.area is None:
        return not place.named
    columns = {"community", "community_code", "grid", "grid_code"}
    return r.tree.community_of(place.area) is None and not columns.isdisjoint(info.columns)


def party_codes(r: Resolution, info: DatasetInfo, row: TieRow) -> tuple[str | None, str | None]:
    """The credit code of a row's first and of its second party.

    A sheet has one column of codes. Beside an area and a body it is the body's, on whichever
    side that stands, unless it is the code of the committee that holds the area.
    """
    code = row.subject_uscc
    if code is None or not row.subject:
        return code, None
    place = place_of_tie(r, info, row)
    known = r.bodies.by_uscc.get(code)
    if (known is not None and known.is_office) or not _found(
        r, info, _Party("subject", row.subject), place
    ).holds:
        return code, None
    if code.startswith(_OF_COMMITTEES) or not row.object:
        return (code if known is not None else None), None
    end = _found(r, info, _Party("object", row.object), place)
    named = r.bodies.find(row.object, None, r.start(info, place))
    if end.holds or (known is not None and named and known not in named):
        return (code if known is not None else None), None
    return None, code


def _found(r: Resolution, info: DatasetInfo, party: _Party, place: Place) -> _Party:
    """A party with the area or office that it is; as it was where it is another body, or where
    its name doesn't settle.
    """
    name = party.name
    if party.uscc:
        body = r.bodies.by_uscc.get(party.uscc)
        return _Party(party.field, name, party.uscc, body=body)
    if not name:
        return party
    area = _area(r, info, name, place)
    if area is not None:
        return _Party(party.field, name, area=area)
    found = r.sought(name, None, place, r.scopes[info.id])
    return _Party(party.field, name, body=found[0] if len(found) == 1 else None)


def _area(r: Resolution, info: DatasetInfo, name: str, place: Place) -> str | None:
    """The area that a party's name is: a grid of the row's community, a community, a wider one.

    A name without the ending of an area, such as 文昌, is the body that goes by it, if any.
    """
    if not plain(name).endswith((*_LOOKS_LIKE_PLACE, "村", "镇", "乡")) and r.bodies.find(
        name, None, r.start(info, place)
    ):
        return None
    areas = r.areas_meant(info, name, place)
    return areas[0] if len(areas) == 1 else None


def _party(r: Resolution, info: DatasetInfo, row: TieRow, party: _Party, place: Place) -> _Party:
    """`_found`, with what it covers noted."""
    found = _found(r, info, party, place)
    area = found.area
    if found.body is not None and found.body.is_office:
        area = found.body.area
        if found.body.unlisted:
            found.body.evidence.add(f"{info.id}:{row.row}")
    r.cover(info, area)
    return found


def _ends(
    r: Resolution, info: DatasetInfo, row: TieRow, parties: tuple[_Party, _Party], place: Place
) -> tuple[Body | str, Body | str] | None:
    """Partner and object of a row; None where one of them doesn't settle, which is told. The
    partner is an area only where the object is the same one.
    """
    evidence = f"{info.id}:{row.row}"
    first, second = (_settled(r, info, row, party, place) for party in parties)
    if first is None or second is None:
        return None
    if first.area is not None and second.area is not None:
        if first.area == second.area:
            return first.area, second.area
        fine = max(first, second, key=lambda p: (len(r.tree.areas[p.area or ""].path), p.area))
        first, second = (second, first) if fine is first else (first, second)
    elif first.area is not None:
        first, second = second, first
    partner = first.body or _speaker(r, info, first, place, evidence)
    return partner, second.area or _body(second)


def _body(party: _Party) -> Body:
    if party.body is None:
        raise ValueError("a party that is settled is an area or a body")
    return party.body


def _settled(
    r: Resolution, info: DatasetInfo, row: TieRow, party: _Party, place: Place
) -> _Party | None:
    """A party with its area or body; None where it doesn't settle: that is told."""
    if party.area is not None or (party.body is not None and party.body.is_office):
        return party
    name = party.name
    if name and party.body is None and not party.uscc and _is_open_place(r, info, name, place):
        areas = areas_of_text(r.tree, name, place.community, r.scopes[info.id])
        r.wait_for_place(info, row, party.field, name, areas, r.start(info, place))
        return None
    body = r.named(info, row, party.field, name, party.uscc, place)
    return None if body is None else _Party(party.field, name, party.uscc, body=body)


def _is_open_place(r: Resolution, info: DatasetInfo, name: str, place: Place) -> bool:
    """Whether a name that means no body is one of several areas, or of an area that isn't known.

    红旗村委会 in a row of another district is a body of its own where rosters list one elsewhere.
    """
    if r.sought(name, None, place, r.scopes[info.id]):
        return False
    if r.areas_meant(info, name, place):
        return True
    return plain(name).endswith(_LOOKS_LIKE_PLACE) and not any(r.bodies.called(name))


def _speaker(r: Resolution, info: DatasetInfo, party: _Party, place: Place, evidence: str) -> Body:
    """The body that acts for an area: the office that the name is, else its committee."""
    area = party.area or ""
    if party.name is not None:
        named = office_named(r.bodies, party.name, place, r.scopes[info.id])
        if named is not None and named.area == area:
            if named.unlisted:
                named.evidence.add(evidence)
            return named
    kinds = {Label.GRID: "grid_branch", Label.STREET: "street_work_committee"}
    kind = kinds.get(r.tree.areas[area].label, "community_party_committee")
    return office_of(r.bodies, kind, area, evidence)
