"""Rows of rosters: the bodies that they name, and the ties that they state."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from graph.journal.kept_rows import rows_having, rows_of
from graph.model.issues import issue_at
from graph.model.labels import Label, TieType
from graph.model.properties import Prop
from graph.model.rows import (
    EventRow,
    MemberRow,
    OrganizationRow,
    ResourceRow,
    SocialOrganizationRow,
    TieRow,
    UnitRow,
)
from graph.names.plain import plain
from graph.resolve.area_tree import Place
from graph.resolve.body import Body, RosterMention, RosterRow
from graph.resolve.coded_names import add_coded
from graph.resolve.context import Resolution
from graph.resolve.generic import GenericBodies
from graph.resolve.offices import office_of
from graph.resolve.place_lookup import areas_of_text, place_of
from graph.resolve.rosters import add_rosters
from graph.resolve.ties import party_codes, place_of_tie


def read_rosters(r: Resolution) -> list[RosterMention]:
    """Make the bodies of all rosters' rows; gives these rows in their order."""
    mentions: list[RosterMention] = []
    row: RosterRow
    for info, row in rows_of(r.datasets, RosterRow):
        place = r.place(info, row)
        if place is not None:
            where = r.tree.community_of(place.area) or place.area
            if where and r.tree.areas[where].label is Label.CITY:
                # which of the city's it is, only a name that says its place tells
                where = None if r.bodies.search.is_bare(row.name, where) else where
            mentions.append(RosterMention(info, row, place.area, where))
    add_rosters(r.bodies, mentions)
    for uscc, cluster in r.bodies.shared:
        names = "、".join(sorted({m.row.name for m in cluster}))
        for m in cluster:
            count = len({c.row.name for c in cluster})
            issue = issue_at(
                m.info, m.row.row, "uscc", "uscc_shared", uscc=uscc, count=count, names=names
            )
            r.tell(m.info, m.row.row, issue)
    for m in r.bodies.doubtful:
        found = [
            b
            for b in r.bodies.find(m.row.name, None, m.community)
            if b.uscc and b.community == m.community
        ]
        if found:  # else a person said that it is none of them
            r.doubtful.append((m, found))
            told = r.ambiguous(m.info, m.row, "name", m.row.name, found)
            r.tell(m.info, m.row.row, told)
    r.generic = GenericBodies(r.bodies)
    return sorted(mentions, key=lambda m: m.where)


def _own_ties(r: Resolution, m: RosterMention, body: Body) -> None:
    """Ties that a roster's row itself states."""
    row, evidence = m.row, f"{m.info.id}:{m.row.row}"
    if isinstance(row, UnitRow) and row.cross_member:
        community = r.tree.community_of(m.area)
        if community is not None:
            office = office_of(r.bodies, "community_party_committee", community, evidence)
            if office is not body:
                props: dict[str, Prop] = {"mechanism": "cross_membership"}
                r.body_tie(TieType.CO_BUILDS, body, office, props, evidence)
    elif isinstance(row, SocialOrganizationRow):
        for text in row.serves:
            for area in _areas(r, m, text, "serves"):
                r.area_tie(TieType.SERVES, body, area, {}, evidence)
    elif isinstance(row, OrganizationRow):
        _office_ties(r, m, row, body)


def _office_ties(r: Resolution, m: RosterMention, row: OrganizationRow, body: Body) -> None:
    """What an organisation covers, and to which one it belongs."""
    evidence = f"{m.info.id}:{row.row}"
    for text in row.covers:
        for area in _areas(r, m, text, "covers"):
            r.area_tie(TieType.COVERS, body, area, {}, evidence)
    if row.kind == "grid_branch" and m.area and not row.covers:
        r.area_tie(TieType.COVERS, body, m.area, {}, evidence)
    if row.superior:
        place = Place(m.area, community=r.tree.community_of(m.area))
        found = r.sought(row.superior, None, place, None)
        above = found[0] if len(found) == 1 else None
        if above is not None and above is not body:
            r.body_tie(TieType.SUBORDINATE_TO, body, above, {}, evidence)


def _areas(r: Resolution, m: RosterMention, text: str, field_: str) -> list[str]:
    """Areas of one text of a list cell; 本社区 and the like mean the row's own."""
    community = r.tree.community_of(m.area)
    told = plain(text)
    if told in ("本社区", "全社区", "社区", "辖区", "本辖区", "所在社区"):
        return [community] if community else []
    found = areas_of_text(r.tree, text, community, r.scopes[m.info.id])
    if len(found) == 1:
        return found
    r.ask_place(m.info, m.row.row, text, community or r.scopes[m.info.id], found)
    issue = r.unsettled(m.info, m.row, field_, text, found, community)
    r.tell(m.info, m.row.row, issue)
    return []


def learn_coded_names(r: Resolution) -> None:
    """Names that stand beside a credit code outside the rosters."""
    coded: list[tuple[str, str | None, str | None, str]] = []
    rows = rows_of(r.datasets, TieRow | ResourceRow | EventRow)
    members = rows_having(r.datasets, MemberRow, "employer_uscc")
    for info, row in chain(rows, members):
        if isinstance(row, TieRow):
            code, other_code = party_codes(r, info, row)
            pair = (other_code, row.object) if other_code else (code, row.subject)
        elif isinstance(row, MemberRow):
            pair = row.employer_uscc, row.employer
        elif isinstance(row, ResourceRow):
            pair = row.provider_uscc, row.provider
        elif len(row.lead) == 1:
            pair = row.lead_uscc, row.lead[0]
        else:
            continue
        if pair[0]:
            if isinstance(row, TieRow):
                place = place_of_tie(r, info, row)
            else:
                place = place_of(r.tree, row, r.scopes[info.id])
            coded.append((pair[0], pair[1], r.start(info, place), f"{info.id}:{row.row}"))
    add_coded(r.bodies, coded)


def write_own_ties(r: Resolution, mentions: Sequence[RosterMention]) -> None:
    """Ties that the rosters' rows themselves state."""
    body_of = {m.where: body for body in r.bodies.bodies for m in body.mentions}
    for m in mentions:
        _own_ties(r, m, body_of[m.where])
