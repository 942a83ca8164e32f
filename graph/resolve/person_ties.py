"""Persons of the rosters as nodes, and their ties to areas and bodies."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain

from graph.journal.kept_rows import KeptRows, rows_of
from graph.model.dataset import DatasetInfo
from graph.model.labels import Day, Label, TieType
from graph.model.properties import Prop
from graph.model.rows import MemberRow, PersonRow, VolunteerRow
from graph.resolve.area_tree import Place
from graph.resolve.body import Body
from graph.resolve.context import Resolution
from graph.resolve.generic import is_generic
from graph.resolve.offices import may_name_office
from graph.resolve.people import PersonMention, cluster_people
from graph.resolve.people_columns import PeopleTables

_ROLES = {
    (True, False): ["member"],
    (False, True): ["volunteer"],
    (True, True): ["member", "volunteer"],
}
"""Roles of a person, by whether a row tells of a member, and of a volunteer."""


def read_people(r: Resolution) -> PeopleTables:
    """Nodes and ties of persons; of most as columns, which are given back."""
    mentions: list[PersonMention] = []
    at_hand = [d for d in r.datasets if not isinstance(d.rows, KeptRows)]
    people = PeopleTables(r.datasets, r.tree, r.scopes, partial(_settled, r))
    for info, row in chain(rows_of(at_hand, PersonRow), people.unsettled()):
        place = r.place(info, row)
        if place is not None:
            found = place.area, _unit_or_team(r, info, row, place)
            mentions.append(PersonMention((info.id, row.row), row, found))
    mentions += people.sharing(mentions)
    for key, rows in cluster_people(mentions):
        marks = [f"{where[0]}:{where[1]}" for where, _, _ in rows]
        members = sum(isinstance(row, MemberRow) for _, row, _ in rows)
        label = Label.MEMBER if members else Label.VOLUNTEER
        props: dict[str, Prop] = {
            "roles": _ROLES[members > 0, members < len(rows)],
            "last_service": _latest([row.last_service for _, row, _ in rows]),
            "registered": _latest([row.registered for _, row, _ in rows]),
            "evidence": sorted(marks),
        }
        r.node(label, key, props)
        person = label, key
        for (_, row, (area, body)), mark in zip(rows, marks, strict=True):
            _person_ties(r, person, row, area, body, mark)
    return people


def _settled(
    r: Resolution, name: str | None, uscc: str | None, place: Place, scope: str | None
) -> Body | None:
    """The body that `_named` finds, where that neither makes one nor has anything to tell."""
    if name and not uscc and (is_generic(name) or may_name_office(name)):
        return None
    found = r.sought(name, uscc, place, scope)
    return found[0] if len(found) == 1 else None


def _unit_or_team(r: Resolution, info: DatasetInfo, row: PersonRow, place: Place) -> Body | None:
    if isinstance(row, MemberRow):
        return r.named(info, row, "employer", row.employer, row.employer_uscc, place)
    if isinstance(row, VolunteerRow):
        return r.named(info, row, "team", row.team, None, place, team=True)
    return None


def _person_ties(
    r: Resolution,
    person: tuple[Label, str],
    row: PersonRow,
    area: str | None,
    body: Body | None,
    evidence: str,
) -> None:
    props: dict[str, Prop] = {
        "hours": row.hours,
        "last_sign": row.last_service or row.registered,
        "valid_from": row.registered,
    }
    if isinstance(row, MemberRow):
        props["post"] = row.post
        to_area, to_body = TieType.REPORTS_TO, TieType.WORKS_AT
    else:
        to_area, to_body = TieType.SERVES, TieType.VOLUNTEERS_WITH
    if area is not None:
        end = r.tree.areas[area].label, area
        r.drafts.append((to_area, person, end, props, evidence))
    if body is not None:
        r.drafts.append((to_body, person, body, {}, evidence))


def _latest(days: Sequence[Day | None]) -> Day | None:
    return max((day for day in days if day), default=None) if len(days) > 1 else days[0] or None
