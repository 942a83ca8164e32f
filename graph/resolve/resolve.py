"""From datasets to the wanted graph: a pure function.

Resolution clusters the mentions of places, bodies and persons in all live datasets and joins
the clusters by ties. It depends on the set of datasets, never on the order of imports: a
body known first by name and later by code simply gets its new key. A row whose place isn't
known yet, or whose name fits several bodies, waits: it is told and kept, and counts once
that is settled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, cast

from graph.journal.kept_rows import KeptRows, in_row_order, rows_having, rows_of
from graph.model.dataset import Dataset, DatasetInfo
from graph.model.decision import Decision
from graph.model.issues import issue_at
from graph.model.labels import Day, Label, TieType
from graph.model.matches import decided_matches
from graph.model.properties import Prop
from graph.model.rows import (
    EventRow,
    MemberRow,
    NeedRow,
    OrganizationRow,
    PersonRow,
    ResourceRow,
    SocialOrganizationRow,
    Statement,
    TieRow,
    UnitRow,
    VolunteerRow,
)
from graph.model.wanted import TieGroup, WantedGraph, WantedTie
from graph.model.wanted_tables import NodeTable, TieTable, short_digest
from graph.names.categories import code_list
from graph.names.plain import plain
from graph.resolve.area_rows import build_tree
from graph.resolve.bodies import Bodies
from graph.resolve.body import Body, RosterMention, RosterRow
from graph.resolve.decisions import Decided
from graph.resolve.events import EventContext, Events, ListLine
from graph.resolve.generic import GenericBodies
from graph.resolve.people import PersonMention, cluster_people
from graph.resolve.people_columns import PeopleTables
from graph.resolve.place import Place

_LOOKS_LIKE_PLACE = ("网格", "社区", "居委会", "居民委员会", "村委会", "街道", "街道办事处")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A wanted graph, and what people are asked about how it came to be."""

    graph: WantedGraph
    bodies: Bodies
    decided: Decided
    files: Mapping[str, str]
    """Dataset id -> file name."""
    doubtful: Sequence[tuple[RosterMention, list[Body]]]
    """Roster rows without a code, beside several bodies of their name that have one."""
    asked_places: Mapping[tuple[str, str | None], tuple[int, tuple[str, ...]]]
    """Names that several areas have, by scope -> rows that wait, and these areas."""


def resolve_datasets(datasets: Sequence[Dataset], decisions: Sequence[Decision]) -> Resolved:
    """Make the graph of `graph.store.resolving.resolve`, all but what people are asked."""
    ordered = [in_row_order(d) for d in sorted(datasets, key=lambda d: d.info.id)]
    return _Resolution(ordered, sorted(decisions, key=lambda d: (d.kind, d.key))).run()


_ROLES = {
    (True, False): ["member"],
    (False, True): ["volunteer"],
    (True, True): ["member", "volunteer"],
}
"""Roles of a person, by whether a row tells of a member, and of a volunteer."""

End = Body | tuple[Label, str]
"""An end of a tie before the keys are settled: a body, or label and key of another node."""


class _Resolution:
    def __init__(self, datasets: Sequence[Dataset], decisions: Sequence[Decision]) -> None:
        self.datasets = datasets
        self.decisions = decisions
        self.categories = code_list().extended(decisions)
        self.graph = WantedGraph()
        self.nodes: dict[Label, dict[str, dict[str, Prop]]] = defaultdict(dict)
        self.drafts: list[tuple[TieType, End, End, dict[str, Prop], str]] = []
        self.waiting: set[tuple[str, int]] = set()
        self.told: set[tuple[str, int, str, str]] = set()
        self.need_lines: dict[str, list[ListLine]] = defaultdict(list)
        self.resource_lines: dict[str, list[ListLine]] = defaultdict(list)
        """Lines of the lists by normalised name."""
        self.asked_places: dict[tuple[str, str | None], tuple[int, tuple[str, ...]]] = {}
        self.doubtful: list[tuple[RosterMention, list[Body]]] = []

    # ------------------------------------------------------------------ the steps

    def run(self) -> Resolved:
        self.decided = Decided.of(self.decisions)
        self.tree, unplaced = build_tree(self.datasets, self.decided.places)
        for w in unplaced:
            self._ask_place(w.problem.shown, w.problem.scope, w.problem.found)
            self._wait(w.info, w.row, w.problem.issue(w.info, w.row))
        self.scopes = {d.info.id: self.tree.scope_of(d.info.scope) for d in self.datasets}
        self.bodies = Bodies(self.tree, self.decided)
        self._rosters()
        self.generic = GenericBodies(self.bodies)
        self._coded_names()
        self.bodies.join_unlisted()
        self._people()
        for info, row in rows_of(self.datasets, TieRow):
            self._tie_row(info, row)
        self._listed(ResourceRow, self._resource)
        self._listed(NeedRow, self._need)
        Events(self._desk()).run()
        self._complete_sheets()
        self._body_nodes()
        self._area_nodes()
        self._dataset_nodes()
        self.graph.nodes |= self.nodes
        for label, frame in self.people.nodes().items():
            self.graph.nodes[label] = NodeTable(frame, self.nodes.get(label, {}))
        self._decided_matches()
        self._finish()
        return Resolved(
            graph=self.graph,
            bodies=self.bodies,
            decided=self.decided,
            files={d.info.id: d.info.file for d in self.datasets},
            doubtful=self.doubtful,
            asked_places=self.asked_places,
        )

    def _ask_place(self, text: str, scope: str | None, found: Sequence[str]) -> None:
        if len(found) > 1:
            rows = self.asked_places.get((text, scope), (0, ()))[0]
            self.asked_places[text, scope] = rows + 1, tuple(found)

    def _desk(self) -> EventContext:
        """What the events need of this resolution."""
        return EventContext(
            datasets=self.datasets,
            tree=self.tree,
            bodies=self.bodies,
            scopes=self.scopes,
            drafts=self.drafts,
            waiting=self.waiting,
            need_lines=self.need_lines,
            resource_lines=self.resource_lines,
            place=self._place,
            wait=self._wait,
            tell=self._tell,
            unsettled=self._unsettled,
            named=self._named,
            node=self._node,
            digest=short_digest,
        )

    def _place(self, info: DatasetInfo, row: Statement) -> Place | None:
        """The row's place; None (told, the row waits) where it doesn't settle."""
        place = self.tree.place(row, self.scopes[info.id])
        for code in place.named:
            self.tree.areas[code].named_by.add(str(info.kind))
        if place.problem is not None:
            problem = place.problem
            self._ask_place(problem.shown, problem.scope, problem.found)
            self._wait(info, row.row, problem.issue(info, row.row))
            return None
        return place

    def _wait(self, info: DatasetInfo, row: int, issue: Any) -> None:
        self.waiting.add((info.id, row))
        self._tell(info, row, issue)

    def _tell(self, info: DatasetInfo, row: int, issue: Any) -> None:
        # a name that stands in many rows is told once, at the first
        at = 0 if issue.code == "name_unlisted" else row
        mark = (info.id, at, issue.code, issue.value_shown or "")
        if mark not in self.told:
            self.told.add(mark)
            self.graph.issues.append(issue)

    # ------------------------------------------------------------------ bodies

    def _rosters(self) -> None:
        mentions: list[RosterMention] = []
        row: RosterRow
        for info, row in rows_of(self.datasets, RosterRow):
            place = self._place(info, row)
            if place is not None:
                where = self.tree.community_of(place.area) or place.area
                mentions.append(RosterMention(info, row, place.area, where))
        self.bodies.add_rosters(mentions)
        for uscc, cluster in self.bodies.shared:
            names = "、".join(sorted({m.row.name for m in cluster}))
            for m in cluster:
                count = len({c.row.name for c in cluster})
                issue = issue_at(
                    m.info, m.row.row, "uscc", "uscc_shared", uscc=uscc, count=count, names=names
                )
                self._tell(m.info, m.row.row, issue)
        for m in self.bodies.doubtful:
            found = [
                b
                for b in self.bodies.find(m.row.name, None, m.community)
                if b.uscc and b.community == m.community
            ]
            if found:  # else a person said that it is none of them
                self.doubtful.append((m, found))
                told = self._ambiguous(m.info, m.row, "name", m.row.name, found)
                self._tell(m.info, m.row.row, told)
        self.mention_body = {m.where: body for body in self.bodies.bodies for m in body.mentions}
        self.roster_mentions = sorted(mentions, key=lambda m: m.where)

    def _own_ties(self, m: RosterMention) -> None:
        """Ties that a roster's row itself states."""
        body, row, evidence = self.mention_body[m.where], m.row, f"{m.info.id}:{m.row.row}"
        if isinstance(row, UnitRow) and row.cross_member:
            community = self.tree.community_of(m.area)
            if community is not None:
                office = self.bodies.office("community_party_committee", community, evidence)
                if office is not body:
                    props: dict[str, Prop] = {"mechanism": "cross_membership"}
                    self._body_tie(TieType.CO_BUILDS, body, office, props, evidence)
        if isinstance(row, SocialOrganizationRow):
            for text in row.serves:
                for area in self._areas(m, text, "serves"):
                    self._area_tie(TieType.SERVES, body, area, {}, evidence)
        if isinstance(row, OrganizationRow):
            for text in row.covers:
                for area in self._areas(m, text, "covers"):
                    self._area_tie(TieType.COVERS, body, area, {}, evidence)
            if row.kind == "grid_branch" and m.area and not row.covers:
                self._area_tie(TieType.COVERS, body, m.area, {}, evidence)
            if row.superior:
                found = self.bodies.find(row.superior, None, m.community)
                above = (
                    found[0]
                    if len(found) == 1
                    else self.bodies.office_named(row.superior, m.community, None)
                )
                if above is not None and above is not body:
                    self._body_tie(TieType.SUBORDINATE_TO, body, above, {}, evidence)

    def _areas(self, m: RosterMention, text: str, field_: str) -> list[str]:
        """Areas of one text of a list cell; 本社区 and the like mean the row's own."""
        community = self.tree.community_of(m.area)
        told = plain(text)
        if told in ("本社区", "全社区", "社区", "辖区", "本辖区", "所在社区"):
            return [community] if community else []
        found = self.tree.area_of_text(text, community, self.scopes[m.info.id])
        if len(found) == 1:
            return found
        self._ask_place(text, community or self.scopes[m.info.id], found)
        issue = self._unsettled(m.info, m.row, field_, text, found, community)
        self._tell(m.info, m.row.row, issue)
        return []

    def _unsettled(
        self,
        info: DatasetInfo,
        row: Statement,
        field_: str,
        text: str,
        found: Sequence[str],
        scope: str | None,
    ) -> Any:
        """The issue of a free text that means no area, or several."""
        return issue_at(
            info,
            row.row,
            field_,
            "place_ambiguous" if found else "place_unknown",
            shown=text,
            place=text,
            scope=self.tree.areas[scope].name if scope else "全部区划",
            count=len(found),
            candidates="、".join(self.tree.full_name(c) for c in found[:5]),
        )

    def _coded_names(self) -> None:
        """Names that stand beside a credit code outside the rosters."""
        coded: list[tuple[str, str | None, str | None, str]] = []
        rows = rows_of(self.datasets, TieRow | ResourceRow | EventRow)
        members = rows_having(self.datasets, MemberRow, "employer_uscc")
        for info, row in chain(rows, members):
            if isinstance(row, TieRow):
                pair = row.subject_uscc, row.subject
            elif isinstance(row, MemberRow):
                pair = row.employer_uscc, row.employer
            elif isinstance(row, ResourceRow):
                pair = row.provider_uscc, row.provider
            elif len(row.lead) == 1:
                pair = row.lead_uscc, row.lead[0]
            else:
                continue
            if pair[0]:
                place = self.tree.place(row, self.scopes[info.id])
                start = place.community or place.area or self.scopes[info.id]
                coded.append((pair[0], pair[1], start, f"{info.id}:{row.row}"))
        self.bodies.add_coded(coded)
        for m in self.roster_mentions:
            self._own_ties(m)

    def _ambiguous(
        self, info: DatasetInfo, row: Statement, field_: str, name: str, found: Sequence[Body]
    ) -> Any:
        candidates = "、".join(
            f"{b.name}({b.uscc or b.key})" for b in sorted(found, key=lambda b: b.key)[:5]
        )
        return issue_at(
            info,
            row.row,
            field_,
            "name_ambiguous",
            shown=name,
            name=name,
            count=len(found),
            candidates=candidates,
        )

    def _named(
        self,
        info: DatasetInfo,
        row: Statement,
        field_: str,
        name: str | None,
        uscc: str | None,
        place: Place,
        *,
        team: bool = False,
    ) -> Body | None:
        """The body that a name of a row means, made (unlisted) where none is known.

        None where there is no name, or where several fit: that is told.
        """
        if not name and not uscc:
            return None
        scope = self.scopes[info.id]
        start = place.community or place.area or scope
        generic = None if uscc else self.generic.find(name or "", place.community)
        found = self.bodies.find(name or "", uscc, start) if generic is None else generic
        if len(found) == 1:
            if generic is not None and found[0].unlisted:
                found[0].evidence.add(f"{info.id}:{row.row}")
            return found[0]
        if len(found) > 1:
            self._tell(info, row.row, self._ambiguous(info, row, field_, name or "", found))
            self.bodies.unsettled[name or "", start] += 1
            return None
        name = name or uscc or ""
        body = self.bodies.office_named(name, place.community, scope)
        if body is None:
            body = self.bodies.loose(name, team=team)
            self.bodies.seen[name, start] += 1
            self._tell(
                info,
                row.row,
                issue_at(info, row.row, field_, "name_unlisted", shown=name, name=name),
            )
        body.evidence.add(f"{info.id}:{row.row}")
        return body

    # ------------------------------------------------------------------ ties

    def _tie_row(self, info: DatasetInfo, row: TieRow) -> None:
        place = self.tree.place(row, self.scopes[info.id])
        end = self._object(info, row, place)
        if self._place(info, row) is None or end is None:
            return
        subject = self._subject(info, row, place)
        if subject is None:
            self.waiting.add((info.id, row.row))
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
            subject, end = self._flip(subject, end, evidence)
        if isinstance(end, str):
            self._area_tie(TieType.CO_BUILDS, subject, end, props, evidence)
        elif end is subject:
            issue = issue_at(
                info, row.row, "object", "tie_to_itself", shown=row.object, name=subject.name
            )
            self._tell(info, row.row, issue)
        else:
            self._body_tie(TieType.CO_BUILDS, subject, end, props, evidence)

    def _flip(self, area: str, end: Body | str, evidence: str) -> tuple[Body, Body | str]:
        """A row whose first party is an area: the tie of the other party to that area, or, of
        two areas, of the first one's committee to the second."""
        if not isinstance(end, str):
            return end, area
        label = self.tree.areas[area].label
        kind = {Label.GRID: "grid_branch", Label.STREET: "street_work_committee"}.get(
            label, "community_party_committee"
        )
        return self.bodies.office(kind, area, evidence), end

    def _subject(self, info: DatasetInfo, row: TieRow, place: Place) -> Body | str | None:
        """The tie's first party: a body, or an area where the name is one and no body's."""
        name, scope = row.subject, self.scopes[info.id]
        if row.subject_uscc or not name:
            return self._named(info, row, "subject", name, row.subject_uscc, place)
        start = place.community or place.area or scope
        known = self.bodies.find(name, None, start)
        if not known and self.bodies.office_named(name, place.community, scope) is None:
            areas = self.tree.area_of_text(name, place.community, scope)
            if len(areas) == 1:
                return areas[0]
        return self._named(info, row, "subject", name, None, place)

    def _object(self, info: DatasetInfo, row: TieRow, place: Place) -> Body | str | None:
        """The tie's other party. In this order: a grid of the row's community, a community, a
        hub organisation, an actor; without a name, the row's place. The areas that it names
        are covered, also while the row waits."""
        if row.object is None:
            return place.area if place.named else (place.area or None)
        scope = self.scopes[info.id]
        areas = self.tree.area_of_text(row.object, place.community, scope)
        if len(areas) == 1:
            self.tree.areas[areas[0]].named_by.add(str(info.kind))
            return areas[0]
        start = place.community or place.area or scope
        known = self.bodies.find(row.object, None, start)
        office = None if known else self.bodies.office_named(row.object, place.community, scope)
        if office is not None:
            office.evidence.add(f"{info.id}:{row.row}")
            if office.area is not None:
                self.tree.areas[office.area].named_by.add(str(info.kind))
            return office
        if not known and (areas or plain(row.object).endswith(_LOOKS_LIKE_PLACE)):
            self._ask_place(row.object, place.community or scope, areas)
            issue = self._unsettled(info, row, "object", row.object, areas, start)
            self._wait(info, row.row, issue)
            return None
        body = self._named(info, row, "object", row.object, None, place)
        if body is None:
            self.waiting.add((info.id, row.row))
        return body

    def _area_tie(
        self, type_: TieType, body: Body, area: str, props: dict[str, Prop], evidence: str
    ) -> None:
        self.drafts.append((type_, body, (self.tree.areas[area].label, area), props, evidence))

    def _body_tie(
        self, type_: TieType, start: Body, end: Body, props: dict[str, Prop], evidence: str
    ) -> None:
        self.drafts.append((type_, start, end, props, evidence))

    # ------------------------------------------------------------------ people

    def _people(self) -> None:
        mentions: list[PersonMention] = []
        at_hand = [d for d in self.datasets if not isinstance(d.rows, KeptRows)]
        self.people = PeopleTables(self.datasets, self.tree, self.scopes, self._settled)
        for info, row in chain(rows_of(at_hand, PersonRow), self.people.unsettled()):
            place = self._place(info, row)
            if place is not None:
                found = place.area, self._unit_or_team(info, row, place)
                mentions.append(PersonMention((info.id, row.row), row, found))
        mentions += self.people.sharing(mentions)
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
            self._node(label, key, props)
            person = label, key
            for (_, row, (area, body)), mark in zip(rows, marks, strict=True):
                self._person_ties(person, row, area, body, mark)

    def _settled(
        self, name: str | None, uscc: str | None, place: Place, scope: str | None
    ) -> Body | None:
        """The body that `_named` finds, where that neither makes one nor has anything to tell."""
        if not uscc and self.generic.is_generic(name or "", place.community):
            return None
        found = self.bodies.find(name or "", uscc, place.community or place.area or scope)
        return found[0] if len(found) == 1 else None

    def _unit_or_team(self, info: DatasetInfo, row: PersonRow, place: Place) -> Body | None:
        if isinstance(row, MemberRow):
            return self._named(info, row, "employer", row.employer, row.employer_uscc, place)
        if isinstance(row, VolunteerRow):
            return self._named(info, row, "team", row.team, None, place, team=True)
        return None

    def _person_ties(
        self,
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
            end = self.tree.areas[area].label, area
            self.drafts.append((to_area, person, end, props, evidence))
        if body is not None:
            self.drafts.append((to_body, person, body, {}, evidence))

    # ------------------------------------------------------------------ resources and needs

    def _listed(self, type_: type[Statement], make: Any) -> None:
        """Lines of resource or need lists, each a node of its own.

        Lines that share series, provider (or place) and name are told apart by their content
        and, where even that is the same, by counting: order is no matter.
        """
        lines: dict[str, list[tuple[str, DatasetInfo, Any, Any]]] = defaultdict(list)
        for info, row in rows_of(self.datasets, type_):
            made = make(info, row)
            if made is not None:
                base, content, rest = made
                lines[base].append((content, info, row, rest))
        for base in sorted(lines):
            found = sorted(lines[base], key=lambda line: (line[0], line[1].id, line[2].row))
            for n, (_, info, row, rest) in enumerate(found):
                rest(short_digest(base) + (f"#{n + 1}" if n else ""), info, row)

    def _resource(self, info: DatasetInfo, row: ResourceRow) -> Any:
        place = self._place(info, row)
        if place is None:
            return None
        provider = self._named(info, row, "provider", row.provider, row.provider_uscc, place)
        if provider is None and row.provider:
            self.waiting.add((info.id, row.row))
            return None
        reach = self._range(info, row, place)
        who = place.area or ""
        if provider is not None:  # an unlisted body gets its key at the end
            who = provider.key or self.bodies.forms.key_of(provider.name)
        content = repr((row.category, row.quantity, row.unit, row.range, row.valid_to))

        def write(key: str, info: DatasetInfo, row: ResourceRow) -> None:
            category = self.categories.classify(row.category, row.name)
            area = (provider.area if provider else None) or (place.area if place.named else None)
            props: dict[str, Prop] = {
                "name": row.name,
                "kind": row.kind,
                "category": category.name,
                "service": category.service,
                "quantity": row.quantity,
                "unit": row.unit,
                "range": reach,
                "range_text": row.range,
                "valid_from": row.valid_from,
                "valid_to": row.valid_to,
                "area": area,
                "path": self.tree.areas[area].path if area else None,
                "evidence": [f"{info.id}:{row.row}"],
            }
            self._node(Label.RESOURCE, "resource-" + key, props)
            line = ListLine("resource-" + key, area, provider, category.name)
            self.resource_lines[plain(row.name)].append(line)
            if provider is not None:
                end = Label.RESOURCE, "resource-" + key
                dates: dict[str, Prop] = {"valid_from": row.valid_from, "valid_to": row.valid_to}
                where = f"{info.id}:{row.row}"
                self.drafts.append((TieType.OFFERS, provider, end, dates, where))

        return f"{info.series}|{who}|{plain(row.name)}", content, write

    def _range(self, info: DatasetInfo, row: ResourceRow, place: Place) -> str | None:
        """Area that an offer serves; None where the sheet doesn't say or it doesn't settle."""
        if not row.range:
            return None
        told = plain(row.range)
        near = place.community or (place.area if place.named else None)
        if told in ("本社区", "全社区", "所在社区"):
            return self.tree.community_of(near)
        if told in ("全市", "本市", "全部", "不限"):
            return self._root(near)
        found = self.tree.area_of_text(row.range, place.community, self.scopes[info.id])
        if len(found) == 1:
            return found[0]
        issue = self._unsettled(info, row, "range", row.range, found, self.scopes[info.id])
        self._tell(info, row.row, issue)
        return None

    def _root(self, near: str | None) -> str | None:
        if near is not None:
            return self.tree.areas[near].path.strip("/").split("/")[0]
        roots = sorted(c for c, a in self.tree.areas.items() if a.parent is None)
        return roots[0] if roots else None

    def _need(self, info: DatasetInfo, row: NeedRow) -> Any:
        place = self._place(info, row)
        if place is None:
            return None
        scope = self.scopes[info.id]
        requester: Body | None = None
        area = place.area if place.named else None
        if row.requester:
            start = place.community or place.area or scope
            found = self.bodies.find(row.requester, None, start)
            if len(found) == 1:
                requester = found[0]
            elif not found:
                areas = self.tree.area_of_text(row.requester, place.community, scope)
                if area is None and len(areas) == 1:
                    area = areas[0]
        area = area or (requester.area if requester else None) or place.area
        who = (requester.key if requester else "") + "|" + (area or "")
        content = repr((row.category, row.quantity, row.unit, row.urgency, row.due, row.status))

        def write(key: str, info: DatasetInfo, row: NeedRow) -> None:
            category = self.categories.classify(row.category, row.name)
            props: dict[str, Prop] = {
                "name": row.name,
                "category": category.name,
                "service": category.service,
                "quantity": row.quantity,
                "unit": row.unit,
                "urgency": row.urgency,
                "due": row.due,
                "status": row.status,
                "area": area,
                "path": self.tree.areas[area].path if area else None,
                "evidence": [f"{info.id}:{row.row}"],
            }
            self._node(Label.NEED, "need-" + key, props)
            self.need_lines[plain(row.name)].append(
                ListLine("need-" + key, area, None, category.name)
            )
            end, where = (Label.NEED, "need-" + key), f"{info.id}:{row.row}"
            if requester is not None:
                self.drafts.append((TieType.REQUESTS, requester, end, {}, where))
            elif area is not None:
                start = self.tree.areas[area].label, area
                self.drafts.append((TieType.REQUESTS, start, end, {}, where))

        return f"{info.series}|{who}|{plain(row.name)}", content, write

    # ------------------------------------------------------------------ the end

    def _complete_sheets(self) -> None:
        """A complete sheet covers every area of its declared area, rows or none."""
        for dataset in self.datasets:
            info = dataset.info
            if not info.complete:
                continue
            declared = self.scopes[info.id]
            if info.declared_area:
                declared = self.tree.scope_of((info.declared_area,)) or declared
            for code, area in self.tree.areas.items():
                if self.tree.within(code, declared):
                    area.named_by.add(str(info.kind))

    def _node(self, label: Label, key: str, props: dict[str, Prop]) -> None:
        known: dict[str, Prop] = {k: v for k, v in props.items() if v is not None}
        self.nodes[label][key] = known

    def _body_nodes(self) -> None:
        self.bodies.settle_loose()
        for body in self.bodies.bodies:
            self._node(body.label, body.key, body.props(self.tree))
            if body.area is not None:
                end = self.tree.areas[body.area].label, body.area
                for evidence in sorted(body.evidence):
                    self.drafts.append((TieType.LOCATED_IN, body, end, {}, evidence))

    def _area_nodes(self) -> None:
        for code, area in self.tree.areas.items():
            if area.label not in (Label.COMMUNITY, Label.GRID):
                area.evidence = _first_rows(area.evidence)
            props: dict[str, Prop] = {
                "name": area.name,
                "parent": area.parent,
                "path": area.path,
                "named_by": sorted(area.named_by) or None,
                "evidence": sorted(area.evidence),
                **area.props,
            }
            self._node(area.label, code, props)
            if area.parent is not None:
                above = self.tree.areas[area.parent].label, area.parent
                for evidence in sorted(area.evidence):
                    self.drafts.append((TieType.PART_OF, (area.label, code), above, {}, evidence))

    def _dataset_nodes(self) -> None:
        for dataset in self.datasets:
            info = dataset.info
            columns = [f"{f}={c.letter}={c.header}" for f, c in sorted(info.columns.items())]
            props: dict[str, Prop] = {
                "file": info.file,
                "sheet": info.sheet,
                "sha256": info.sha256,
                "kind": str(info.kind),
                "series": info.series,
                "reported_on": info.reported_on,
                "synthetic": True if info.synthetic else None,
                "columns": columns or None,
            }
            self._node(Label.DATASET, info.id, props)

    def _decided_matches(self) -> None:
        """Matches as people decided them, in place of what the sheets say of the same pairs."""
        found, pairs = decided_matches(self.graph, self.decisions)
        if not found:
            return
        self.drafts = [
            (type_, start, end, props, evidence)
            for type_, start, end, props, evidence in self.drafts
            if type_ is not TieType.MATCHES or (_end(start)[1], _end(end)[1]) not in pairs
        ]
        self.drafts += [
            (TieType.MATCHES, (Label.RESOURCE, resource), (Label.NEED, need), props, evidence)
            for resource, need, props, evidence in found
        ]

    def _finish(self) -> None:
        """Give ties their keys; rows that say the same become one tie with all evidence."""
        ties: dict[TieGroup, dict[str, WantedTie]] = {}
        # of ties that more than one row says: key -> their properties and these rows
        several: dict[str, tuple[dict[str, Prop], set[str]]] = {}
        drafts = self.drafts
        drafts.reverse()
        while drafts:  # each is let go once it is done: a city's take hundreds of megabytes
            type_, start, end, props, evidence = drafts.pop()
            a_label, a = start if isinstance(start, tuple) else (start.label, start.key)
            b_label, b = end if isinstance(end, tuple) else (end.label, end.key)
            if a == b and a_label == b_label:
                continue  # two spellings of one unlisted name
            known: dict[str, Prop] = {}
            content = ""
            for k in sorted(props):
                if (v := props[k]) is not None:
                    known[k] = v
                    content = f"{content}|{k}={v!r}" if content else f"{k}={v!r}"
            key = short_digest(f"{type_}|{a_label}|{a}|{b_label}|{b}|{content}")
            group = ties.get((type_, a_label, b_label))
            if group is None:
                group = ties[type_, a_label, b_label] = {}
            if (there := group.get(key)) is None:
                known["evidence"] = [evidence]
                group[key] = WantedTie(a, b, known)
            elif key in several:
                several[key][1].add(evidence)
            else:
                told = cast("dict[str, Any]", there.props)
                several[key] = told, {*told["evidence"], evidence}
        for told, rows in several.values():
            told["evidence"] = sorted(rows)
        self.graph.ties |= ties
        for of, frame in self.people.ties().items():
            self.graph.ties[of] = TieTable(frame, ties.get(of, {}))
        counts: dict[str, int] = defaultdict(int)
        for dataset_id, _ in self.waiting:
            counts[dataset_id] += 1
        self.graph.waiting = dict(sorted(counts.items()))
        self.graph.merged = self.bodies.merged
        self.graph.issues.sort(
            key=lambda i: (i.file, i.sheet, i.row or 0, i.code, i.value_shown or "")
        )


def _end(end: End) -> tuple[Label, str]:
    return (end.label, end.key) if isinstance(end, Body) else end


def _latest(days: Sequence[Day | None]) -> Day | None:
    return max((day for day in days if day), default=None) if len(days) > 1 else days[0] or None


def _first_rows(evidence: set[str]) -> set[str]:
    """Of each dataset the first row: a city stands in every row of a division list."""
    first: dict[str, int] = {}
    for mark in evidence:
        dataset, _, row = mark.rpartition(":")
        first[dataset] = min(int(row), first.get(dataset, int(row)))
    return {f"{dataset}:{row}" for dataset, row in first.items()}
