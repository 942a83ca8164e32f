"""What a resolution knows while it works: areas, bodies, drafts of ties, rows that wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graph.model.dataset import Dataset, DatasetInfo
from graph.model.decision import Decision
from graph.model.issues import issue_at
from graph.model.labels import Label, TieType
from graph.model.properties import Prop
from graph.model.rows import EventRow, NeedRow, ResourceRow, Statement, TieRow
from graph.model.wanted import WantedGraph
from graph.names.categories import code_list
from graph.names.plain import plain
from graph.resolve.area_rows import build_tree
from graph.resolve.area_tree import Place, PlaceProblem
from graph.resolve.bodies import Bodies
from graph.resolve.body import Body, RosterMention
from graph.resolve.decisions import Decided
from graph.resolve.generic import GenericBodies, is_generic
from graph.resolve.offices import office_named
from graph.resolve.place_lookup import areas_of_text, place_of
from graph.resolve.short_names import reveal_names
from graph.resolve.unlisted import loose_body

End = Body | tuple[Label, str]
_TOLD_ONCE = frozenset({"name_unlisted", "name_elsewhere", "name_unplaced"})
"""Codes of names that stand in many rows: told once a sheet, at the first."""
"""An end of a tie before the keys are settled: a body, or label and key of another node."""


@dataclass(slots=True)
class ListLine:
    """A line of the resource or need list, as projects refer to it."""

    key: str
    area: str | None
    provider: Body | None = None
    category: str | None = None
    """Second level of its category."""


@dataclass(slots=True)
class AskedPlace:
    """A text that is no one area within its scope: the areas that it may mean, and its rows."""

    found: tuple[str, ...]
    rows: set[str] = field(default_factory=set)


class Resolution:
    """One resolution at work: its areas and bodies are settled step by step, nodes and drafts of
    ties are collected, and rows that can't count yet wait.
    """

    generic: GenericBodies
    """Bodies of names that only say what they are; known once the rosters are read."""

    def __init__(self, datasets: Sequence[Dataset], decisions: Sequence[Decision]) -> None:
        self.decisions = decisions
        self.categories = code_list().extended(decisions)
        self.decided = Decided.of(decisions)
        self.names = reveal_names(datasets, self.decided.body_marks)
        self.datasets: Sequence[Dataset] = self.names.datasets
        self.tree, unplaced = build_tree(self.datasets, self.decided.places)
        self.scopes = {d.info.id: self.tree.scope_of(d.info.scope) for d in datasets}
        self.bodies = Bodies(self.tree, self.decided)
        self.graph = WantedGraph()
        self.nodes: dict[Label, dict[str, dict[str, Prop]]] = defaultdict(dict)
        self.drafts: list[tuple[TieType, End, End, dict[str, Prop], str]] = []
        self.waiting: set[tuple[str, int]] = set(self.names.waiting)
        self.told: set[tuple[str, int, str, str]] = set()
        self.need_lines: dict[str, list[ListLine]] = defaultdict(list)
        self.resource_lines: dict[str, list[ListLine]] = defaultdict(list)
        """Lines of the lists by normalised name."""
        self.asked_places: dict[tuple[str, str | None], AskedPlace] = {}
        self.doubtful: list[tuple[RosterMention, list[Body]]] = []
        self.graph.issues += self.names.issues(self.decided.person_marks)
        for w in unplaced:
            self.ask_problem(w.info, w.row, w.problem)
            self.wait(w.info, w.row, w.problem.issue(w.info, w.row))

    def ask_problem(self, info: DatasetInfo, row: int, problem: PlaceProblem) -> None:
        """Ask a person about a place that isn't known, or is one of several."""
        if problem.found or problem.code == "place_unknown":
            self.ask_place(info, row, problem.shown, problem.scope, problem.found)

    def ask_place(
        self, info: DatasetInfo, row: int, text: str, scope: str | None, found: Sequence[str]
    ) -> None:
        """Ask a person which area a text means that was sought within a scope."""
        asked = self.asked_places.setdefault((text, scope), AskedPlace(tuple(found)))
        asked.rows.add(f"{info.id}:{row}")

    def place(self, info: DatasetInfo, row: Statement) -> Place | None:
        """The row's place; None (told, the row waits) where it doesn't settle."""
        place = place_of(self.tree, row, self.scopes[info.id])
        for code in place.named:
            self.tree.areas[code].named_by.add(str(info.kind))
        if place.problem is not None:
            self.ask_problem(info, row.row, place.problem)
            self.wait(info, row.row, place.problem.issue(info, row.row))
            return None
        if place.area is None and not isinstance(row, TieRow | EventRow | ResourceRow | NeedRow):
            self.nowhere(info, row)
        return place

    def nowhere(self, info: DatasetInfo, row: Statement) -> None:
        """A row that counts but belongs to no area."""
        self.tell(info, row.row, issue_at(info, row.row, "community", "place_nowhere"))

    def cover(self, info: DatasetInfo, area: str | None) -> None:
        """A row of ties or events names an area: of a grid its whole community is covered."""
        for code in {area, self.tree.community_of(area)} - {None}:
            self.tree.areas[code or ""].named_by.add(str(info.kind))

    def wait_for_place(
        self,
        info: DatasetInfo,
        row: Statement,
        field_: str,
        text: str,
        found: Sequence[str],
        scope: str | None,
    ) -> None:
        """Let a row wait whose text means no area, or several."""
        self.ask_place(info, row.row, text, scope, found)
        self.wait(info, row.row, self.unsettled(info, row, field_, text, found, scope))

    def wait(self, info: DatasetInfo, row: int, issue: Any) -> None:
        self.waiting.add((info.id, row))
        self.tell(info, row, issue)

    def tell(self, info: DatasetInfo, row: int, issue: Any) -> None:
        at = 0 if issue.code in _TOLD_ONCE else row
        mark = (info.id, at, issue.code, issue.value_shown or "")
        if mark not in self.told:
            self.told.add(mark)
            self.graph.issues.append(issue)

    def unsettled(
        self,
        info: DatasetInfo,
        row: Statement,
        field_: str,
        text: str,
        found: Sequence[str],
        scope: str | None,
    ) -> Any:
        """The issue of a free text that means no area, several, or one of another district."""
        names = "、".join(self.tree.full_name(c) for c in found[:5])
        where = self.tree.areas[scope].name if scope else "全部区划"
        params: dict[str, Any] = {"shown": text, "place": text, "scope": where}
        if not found:
            return issue_at(info, row.row, field_, "place_unknown", **params)
        if not any(self.bodies.search.says_area(text, c, scope) for c in found):
            district = self.bodies.search.said.district(scope)
            params["scope"] = self.tree.areas[district].name if district else where
            return issue_at(info, row.row, field_, "place_outside_scope", found=names, **params)
        params |= {"count": len(found), "candidates": names}
        return issue_at(info, row.row, field_, "place_ambiguous", **params)

    def ambiguous(
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

    def named(
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
        start = self.start(info, place)
        found = self.sought(name, uscc, place, self.scopes[info.id])
        if len(found) > 1:
            self.tell(info, row.row, self.ambiguous(info, row, field_, name or "", found))
            self.bodies.unsettled[name or "", start] += 1
            return None
        body = found[0] if found else self._unlisted(info, row, field_, name or uscc or "", start)
        body.as_team = body.as_team or (team and not found)
        if body.unlisted and not body.uscc:
            body.evidence.add(f"{info.id}:{row.row}")
        return body

    def start(self, info: DatasetInfo, place: Place) -> str | None:
        """The smallest area that a row gives, else the sheet's scope: where names are sought."""
        return place.community or place.area or self.scopes[info.id]

    def sought(
        self, name: str | None, uscc: str | None, place: Place, scope: str | None
    ) -> list[Body]:
        """The bodies that a name (and code) of a row means: none, one, or several.

        What a person decided comes first, then the row's own offices, then what rosters know.
        """
        start = place.community or place.area or scope
        if uscc or not name:
            return self.bodies.find(name or "", uscc, start)
        if (decided := self.bodies.decided_for(name, start)) is not None:
            return [decided]
        if is_generic(name):
            return self.generic.find(name, place.community)
        office = office_named(self.bodies, name, place, scope)
        return [office] if office is not None else self.bodies.find(name, None, start)

    def areas_meant(self, info: DatasetInfo, text: str, place: Place) -> list[str]:
        """Areas that a name in a row means, besides those of other districts that it doesn't say:
        each county has a 红旗村.
        """
        start = self.start(info, place)
        found = areas_of_text(self.tree, text, place.community, self.scopes[info.id])
        if len(found) > 1 and place.area is not None:
            found = [c for c in found if self.tree.within(c, place.area)] or found
        chosen = self.tree.decided.get((plain(text), start))
        return [c for c in found if c == chosen or self.bodies.search.says_area(text, c, start)]

    def _unlisted(
        self, info: DatasetInfo, row: Statement, field_: str, name: str, start: str | None
    ) -> Body:
        """The body of a name that no roster of the row's district has."""
        self.bodies.seen[name, start] += 1
        namesakes = [b for group in self.bodies.called(name) for b in group]
        code = "name_unlisted"
        if namesakes:
            code = "name_unplaced" if start is None else "name_elsewhere"
        params: dict[str, Any] = {"name": name}
        if namesakes:
            first = sorted(namesakes, key=lambda b: b.key)[:3]
            params |= {"count": len(namesakes), "found": "、".join(map(self._seated, first))}
        self.tell(info, row.row, issue_at(info, row.row, field_, code, shown=name, **params))
        return loose_body(self.bodies, name, start, info.series)

    def _seated(self, body: Body) -> str:
        seats = body.seats
        return body.name + (f"（{self.tree.full_name(seats[0])}）" if seats else "")

    def area_tie(
        self, type_: TieType, body: Body, area: str, props: dict[str, Prop], evidence: str
    ) -> None:
        self.drafts.append((type_, body, (self.tree.areas[area].label, area), props, evidence))

    def body_tie(
        self, type_: TieType, start: Body, end: Body, props: dict[str, Prop], evidence: str
    ) -> None:
        self.drafts.append((type_, start, end, props, evidence))

    @cached_property
    def offers_of(self) -> dict[int, list[ListLine]]:
        """Lines of the resource list by the identity of their provider."""
        found: dict[int, list[ListLine]] = defaultdict(list)
        for lines in self.resource_lines.values():
            for line in lines:
                if line.provider is not None:
                    found[id(line.provider)].append(line)
        return found

    def node(self, label: Label, key: str, props: dict[str, Prop]) -> None:
        known: dict[str, Prop] = {k: v for k, v in props.items() if v is not None}
        self.nodes[label][key] = known
