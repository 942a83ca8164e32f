"""What a resolution knows while it works: areas, bodies, drafts of ties, rows that wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph.model.dataset import Dataset, DatasetInfo
from graph.model.decision import Decision
from graph.model.issues import issue_at
from graph.model.labels import Label, TieType
from graph.model.properties import Prop
from graph.model.rows import Statement
from graph.model.wanted import WantedGraph
from graph.names.categories import code_list
from graph.resolve.area_rows import build_tree
from graph.resolve.area_tree import Place
from graph.resolve.bodies import Bodies
from graph.resolve.body import Body, RosterMention
from graph.resolve.decisions import Decided
from graph.resolve.generic import GenericBodies
from graph.resolve.offices import office_named
from graph.resolve.place_lookup import place_of
from graph.resolve.unlisted import loose_body

End = Body | tuple[Label, str]
"""An end of a tie before the keys are settled: a body, or label and key of another node."""


@dataclass(slots=True)
class ListLine:
    """A line of the resource or need list, as projects refer to it."""

    key: str
    area: str | None
    provider: Body | None = None
    category: str | None = None
    """Second level of its category."""


class Resolution:
    """One resolution at work: its areas and bodies are settled step by step, nodes and drafts of
    ties are collected, and rows that can't count yet wait.
    """

    generic: GenericBodies
    """Bodies of names that only say what they are; known once the rosters are read."""

    def __init__(self, datasets: Sequence[Dataset], decisions: Sequence[Decision]) -> None:
        self.datasets = datasets
        self.decisions = decisions
        self.categories = code_list().extended(decisions)
        self.decided = Decided.of(decisions)
        self.tree, unplaced = build_tree(datasets, self.decided.places)
        self.scopes = {d.info.id: self.tree.scope_of(d.info.scope) for d in datasets}
        self.bodies = Bodies(self.tree, self.decided)
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
        for w in unplaced:
            self.ask_place(w.problem.shown, w.problem.scope, w.problem.found)
            self.wait(w.info, w.row, w.problem.issue(w.info, w.row))

    def ask_place(self, text: str, scope: str | None, found: Sequence[str]) -> None:
        if len(found) > 1:
            rows = self.asked_places.get((text, scope), (0, ()))[0]
            self.asked_places[text, scope] = rows + 1, tuple(found)

    def place(self, info: DatasetInfo, row: Statement) -> Place | None:
        """The row's place; None (told, the row waits) where it doesn't settle."""
        place = place_of(self.tree, row, self.scopes[info.id])
        for code in place.named:
            self.tree.areas[code].named_by.add(str(info.kind))
        if place.problem is not None:
            problem = place.problem
            self.ask_place(problem.shown, problem.scope, problem.found)
            self.wait(info, row.row, problem.issue(info, row.row))
            return None
        return place

    def cover(self, info: DatasetInfo, area: str | None) -> None:
        """A row of ties or events names an area: of a grid its whole community is covered."""
        for code in {area, self.tree.community_of(area)} - {None}:
            self.tree.areas[code or ""].named_by.add(str(info.kind))

    def wait(self, info: DatasetInfo, row: int, issue: Any) -> None:
        self.waiting.add((info.id, row))
        self.tell(info, row, issue)

    def tell(self, info: DatasetInfo, row: int, issue: Any) -> None:
        # a name that stands in many rows is told once, at the first
        at = 0 if issue.code == "name_unlisted" else row
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
        scope = self.scopes[info.id]
        start = place.community or place.area or scope
        generic = None if uscc else self.generic.find(name or "", place.community)
        found = self.bodies.find(name or "", uscc, start) if generic is None else generic
        if len(found) == 1:
            if generic is not None and found[0].unlisted:
                found[0].evidence.add(f"{info.id}:{row.row}")
            return found[0]
        if len(found) > 1:
            self.tell(info, row.row, self.ambiguous(info, row, field_, name or "", found))
            self.bodies.unsettled[name or "", start] += 1
            return None
        name = name or uscc or ""
        body = office_named(self.bodies, name, place.community, scope)
        if body is None:
            body = loose_body(self.bodies, name, team=team)
            self.bodies.seen[name, start] += 1
            self.tell(
                info,
                row.row,
                issue_at(info, row.row, field_, "name_unlisted", shown=name, name=name),
            )
        body.evidence.add(f"{info.id}:{row.row}")
        return body

    def area_tie(
        self, type_: TieType, body: Body, area: str, props: dict[str, Prop], evidence: str
    ) -> None:
        self.drafts.append((type_, body, (self.tree.areas[area].label, area), props, evidence))

    def body_tie(
        self, type_: TieType, start: Body, end: Body, props: dict[str, Prop], evidence: str
    ) -> None:
        self.drafts.append((type_, start, end, props, evidence))

    def node(self, label: Label, key: str, props: dict[str, Prop]) -> None:
        known: dict[str, Prop] = {k: v for k, v in props.items() if v is not None}
        self.nodes[label][key] = known
