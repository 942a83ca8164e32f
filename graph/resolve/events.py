"""Linkages, projects, activities and funds: what a row about them comes to in the graph.

An event is one node for each area that its row places it in, under a key of what it is
(`graph/model`), so that rows which name one participant each come to one event. Who takes part
is a tie of its own; a body that fits several waits, the rest of its row doesn't.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graph.journal.kept_rows import rows_of
from graph.model.dataset import DatasetInfo
from graph.model.issues import issue_at
from graph.model.labels import Label, TieType
from graph.model.properties import Prop
from graph.model.rows import (
    ActivityRow,
    AreaRow,
    EventRow,
    FundRow,
    LinkageRow,
    ProjectRow,
    Statement,
)
from graph.model.vocabulary import LINKAGE_KINDS, PROGRESS
from graph.names.plain import plain
from graph.resolve.place import Place

if TYPE_CHECKING:
    from graph.model.dataset import Dataset
    from graph.resolve.area_tree import AreaTree
    from graph.resolve.bodies import Bodies
    from graph.resolve.body import Body

_LABEL: dict[type[EventRow], Label] = {
    LinkageRow: Label.LINKAGE,
    ProjectRow: Label.PROJECT,
    ActivityRow: Label.ACTIVITY,
}
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
_GRID = re.compile(r"网格$|[0-9一二三四五六七八九十]号?网格")
_NO_BODIES = frozenset(
    ("社工", "社会工作者", "志愿者", "居民", "居民代表", "业主", "业主代表", "党员", "群众", "村民")
)
"""Parties of a linkage or activity that are people at large."""
_ITS_COMMUNITY = frozenset(("社区", "本社区", "所在社区", "村", "本村"))
_OFFICE_OF = {Label.GRID: "grid_branch", Label.STREET: "street_work_committee"}
_STAGES = ("claimed", "matched", "running", "done", "evaluated")


@dataclass(slots=True)
class ListLine:
    """A line of the resource or need list, as projects refer to it."""

    key: str
    area: str | None
    provider: Body | None = None
    category: str | None = None
    """Second level of its category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventContext:
    """What of a resolution the events read and write; the callables are the resolution's own."""

    datasets: Sequence[Dataset]
    tree: AreaTree
    bodies: Bodies
    scopes: Mapping[str, str | None]
    drafts: list[Any]
    waiting: set[tuple[str, int]]
    need_lines: Mapping[str, list[ListLine]]
    resource_lines: Mapping[str, list[ListLine]]
    place: Callable[[DatasetInfo, Statement], Place | None]
    wait: Callable[[DatasetInfo, int, Any], None]
    tell: Callable[[DatasetInfo, int, Any], None]
    unsettled: Callable[..., Any]
    named: Callable[..., Body | None]
    node: Callable[[Label, str, dict[str, Prop]], None]
    digest: Callable[[str], str]


@dataclass(slots=True)
class _Event:
    """An event while its rows come in."""

    label: Label
    key: str
    area: str | None
    name: str
    rows: list[tuple[DatasetInfo, EventRow]] = field(default_factory=list)
    need: set[str] = field(default_factory=set)
    venue: set[str] = field(default_factory=set)
    also: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Seat:
    """Where a row's event is: the place by which its names are sought, and the areas."""

    place: Place
    areas: tuple[str | None, ...]
    venue: tuple[str, ...]


class Events:
    """Turns event and fund rows into nodes and ties of one resolution."""

    def __init__(self, desk: EventContext) -> None:
        self.desk = desk
        self.events: dict[tuple[Label, str], _Event] = {}
        self.projects: dict[str, list[_Event]] = defaultdict(list)

    def run(self) -> None:
        """All rows of all datasets; needs and resources must be known before."""
        for info, row in rows_of(self.desk.datasets, EventRow | AreaRow):
            if isinstance(row, EventRow):
                self._event_row(info, row)
            elif isinstance(row, AreaRow) and row.contact_units:
                self._contacts(info, row)
        for event in self.events.values():
            self.desk.node(event.label, event.key, self._props(event))
        self._funds()

    # ------------------------------------------------------------------ where

    def _seat(self, info: DatasetInfo, row: EventRow, fallback: str | None) -> _Seat | None:
        """The areas of a row; None where one of its place texts doesn't settle: it waits.

        The place columns decide; a text of `where` makes them finer, or stands in for them.
        """
        place = self.desk.place(info, row)
        if place is None:
            return None
        found: list[str] = []
        venues: list[str] = []
        for text in row.where:
            areas = self._area_of(info, text, place)
            if len(areas) == 1:
                found.append(areas[0])
            elif areas or _names_grid(text) or self._is_unknown_place(text, place):
                scope = place.community or self.desk.scopes[info.id]
                self.desk.wait(
                    info, row.row, self.desk.unsettled(info, row, "where", text, areas, scope)
                )
                return None
            else:
                venues.append(text)
        if place.named:
            inside = [c for c in found if self.desk.tree.within(c, place.area)]
            codes: list[str | None] = list(inside) or [place.area]
        else:
            codes = list(found) or [fallback or place.area]
        for code in codes:
            if code is not None and (code in found or place.named):
                self.desk.tree.areas[code].named_by.add(str(info.kind))
        if not place.named and codes[0] is not None:
            place = Place(codes[0], community=self.desk.tree.community_of(codes[0]))
        return _Seat(place, tuple(dict.fromkeys(codes)), tuple(venues))

    def _is_unknown_place(self, text: str, place: Place) -> bool:
        """A venue may be called anything; what ends as an area does and is the only place that
        the row names is one that isn't known."""
        return not place.named and plain(text).endswith(_PLACE_ENDINGS)

    def _area_of(self, info: DatasetInfo, text: str, place: Place) -> list[str]:
        """Areas that a place text means: itself, or, of 大院社区文化广场, what it begins with."""
        tree, scope = self.desk.tree, self.desk.scopes[info.id]
        if found := tree.area_of_text(text, place.community, scope):
            return found
        told = plain(text)
        for end in range(len(told) - 1, 2, -1):
            head = told[:end]
            if head.endswith("网格") and _names_grid(head):
                return tree.area_of_text(head, place.community, scope)
            if head.endswith(_PLACE_ENDINGS) and not _names_grid(told):
                found = tree.area_of_text(head, place.community, scope)
                if len(found) == 1:
                    return found
        return []

    # ------------------------------------------------------------------ rows

    def _event_row(self, info: DatasetInfo, row: EventRow) -> None:
        need = self._need_of(info, row) if isinstance(row, ProjectRow) else None
        seat = self._seat(info, row, need.area if need else None)
        if seat is None:
            return
        parties, also = self._parties(info, row, seat.place)
        evidence = f"{info.id}:{row.row}"
        for area in seat.areas:
            event = self._event(info, row, area, seat)
            event.rows.append((info, row))
            event.venue.update(seat.venue)
            event.also.update(also)
            if need is not None:
                event.need.add(need.key)
            for body, props in parties:
                end = event.label, event.key
                self.desk.drafts.append((TieType.PARTICIPATES, body, end, props, evidence))
        if isinstance(row, ProjectRow) and need is not None:
            self._match(info, row, need, parties)

    def _event(self, info: DatasetInfo, row: EventRow, area: str | None, seat: _Seat) -> _Event:
        label = _LABEL[type(row)]
        name = row.name or ""
        if isinstance(row, LinkageRow):
            estate = "、".join(seat.venue)
            base = f"{area or ''}|{row.kind or ''}|{plain(name or estate)}"
            where = self.desk.tree.areas[area].name if area else ""
            name = name or f"{where}{estate}{LINKAGE_KINDS.get(row.kind or '', '联动')}"
        elif isinstance(row, ActivityRow):
            base = f"{info.series}|{row.date or ''}|{area or ''}|{plain(name)}"
        else:
            base = f"{info.series}|{plain(name)}|{area or ''}"
        key = f"{label.lower()}-{self.desk.digest(base)}"
        event = self.events.get((label, key))
        if event is None:
            event = self.events[label, key] = _Event(label, key, area, name)
            if label is Label.PROJECT:
                self.projects[plain(name)].append(event)
        event.name = min(event.name, name)
        return event

    def _props(self, event: _Event) -> dict[str, Prop]:
        """Properties of an event out of all its rows, whatever their order."""
        rows = [row for _, row in event.rows]
        stages = list(PROGRESS)
        progress = [r.progress for r in rows if isinstance(r, ProjectRow) and r.progress]
        ended = any(isinstance(r, LinkageRow) and r.status == "ended" for r in rows)
        sources = {s for r in rows if isinstance(r, ProjectRow) for s in r.fund_source}
        return {
            "name": event.name or None,
            "theme": event.name or None if event.label is Label.ACTIVITY else None,
            "kind": min((r.kind for r in rows if r.kind), default=None),
            "area": event.area,
            "path": self.desk.tree.areas[event.area].path if event.area else None,
            "date": min((r.date for r in rows if r.date), default=None),
            "valid_to": max((r.valid_to for r in rows if r.valid_to), default=None),
            "status": "ended" if ended else max(progress, key=stages.index, default=None),
            "attendance": _largest(rows, "attendance"),
            "hours": _largest(rows, "hours"),
            "budget": _largest(rows, "budget"),
            "fund_source": "、".join(sorted(sources)) or None,
            "need": next(iter(event.need)) if len(event.need) == 1 else None,
            "venue": "、".join(sorted(event.venue)) or None,
            "also": sorted(event.also) or None,
            "evidence": sorted({f"{info.id}:{row.row}" for info, row in event.rows}),
        }

    # ------------------------------------------------------------------ who takes part

    def _parties(
        self, info: DatasetInfo, row: EventRow, place: Place
    ) -> tuple[list[tuple[Body, dict[str, Prop]]], set[str]]:
        """Each body once, in its first role, with the tie's properties; and who is no body."""
        found: dict[int, tuple[Body, dict[str, Prop]]] = {}
        also: set[str] = set()
        for field_, role, names in _roles(row):
            for turn, name in enumerate(names, start=1):
                code = row.lead_uscc if field_ == "lead" and len(names) == 1 else None
                body = self._party(info, row, field_, name, code, place)
                if body is None:
                    if plain(name) in _NO_BODIES:
                        also.add(plain(name))
                    else:
                        self.desk.waiting.add((info.id, row.row))
                    continue
                found.setdefault(id(body), (body, _tie_props(row, role, turn, len(names))))
        return list(found.values()), also

    def _party(
        self,
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
                return self.desk.bodies.office(
                    "residents_committee", place.community, f"{info.id}:{row.row}"
                )
            if area := self._area_named(info, name, place):
                kind = _OFFICE_OF.get(self.desk.tree.areas[area].label, "community_party_committee")
                return self.desk.bodies.office(kind, area, f"{info.id}:{row.row}")
        return self.desk.named(info, row, field_, name, code, place)

    def _area_named(self, info: DatasetInfo, name: str, place: Place) -> str | None:
        """The area that a participant's name is, where it is no body's name."""
        scope = self.desk.scopes[info.id]
        start = place.community or place.area or scope
        if self.desk.bodies.find(name, None, start):
            return None
        if self.desk.bodies.office_named(name, place.community, scope) is not None:
            return None
        found = self.desk.tree.area_of_text(name, place.community, scope)
        return found[0] if len(found) == 1 else None

    def _contacts(self, info: DatasetInfo, row: AreaRow) -> None:
        """包联单位 of an areas sheet: bodies that keep contact with the area."""
        place = self.desk.tree.place(row, self.desk.scopes[info.id])
        if place.area is None:
            return  # the row waits, which is told already
        for name in row.contact_units:
            body = self.desk.named(info, row, "contact_units", name, None, place)
            if body is None:
                self.desk.waiting.add((info.id, row.row))
                continue
            end = self.desk.tree.areas[place.area].label, place.area
            self.desk.drafts.append((TieType.CONTACTS, body, end, {}, f"{info.id}:{row.row}"))

    # ------------------------------------------------------------------ the other lists

    def _line(
        self, info: DatasetInfo, row: ProjectRow, field_: str, lines: Sequence[ListLine]
    ) -> ListLine | None:
        """The one line that a name means; told where none or several fit."""
        if len(lines) == 1:
            return lines[0]
        name = str(getattr(row, field_))
        issue = issue_at(
            info, row.row, field_, "list_line_unsettled", shown=name, name=name, count=len(lines)
        )
        self.desk.tell(info, row.row, issue)
        return None

    def _need_of(self, info: DatasetInfo, row: ProjectRow) -> ListLine | None:
        """The need that a project answers: by name, the nearest to the project's place."""
        if not row.need:
            return None
        lines = self.desk.need_lines.get(plain(row.need), [])
        place = self.desk.tree.place(row, self.desk.scopes[info.id])
        return self._line(info, row, "need", self._near(lines, place.area))

    def _near(self, lines: Sequence[ListLine], area: str | None) -> list[ListLine]:
        """Of lines with one name those in the smallest area around `area` that has any."""
        at = area
        while at is not None:
            if here := [n for n in lines if n.area and self.desk.tree.within(n.area, at)]:
                return here
            at = self.desk.tree.areas[at].parent
        return list(lines)

    def _match(
        self,
        info: DatasetInfo,
        row: ProjectRow,
        need: ListLine,
        parties: Iterable[tuple[Body, dict[str, Prop]]],
    ) -> None:
        """How far the row's offer has come to the need: the offer that it names; or, where it
        names none but says how far the project has come, the one offer of the need's category
        that those who lead or take part have."""
        ours = {id(body) for body, _ in parties}
        if row.resource:
            lines = self.desk.resource_lines.get(plain(row.resource), [])
            own = [n for n in lines if n.provider is not None and id(n.provider) in ours]
            line = self._line(info, row, "resource", own or self._near(lines, need.area))
        elif row.progress in _STAGES:
            line = self._only_offer(ours, need)
        else:
            return
        if line is None:
            return
        props: dict[str, Prop] = {
            "quantity": row.quantity,
            # a row that pairs an offer with a need is a claim at least
            "status": row.progress if row.progress in _STAGES else "claimed",
            "valid_from": row.date,
            "last_sign": row.date,
            "ended": True if row.progress == "ended" else None,
        }
        start, end = (Label.RESOURCE, line.key), (Label.NEED, need.key)
        self.desk.drafts.append((TieType.MATCHES, start, end, props, f"{info.id}:{row.row}"))

    def _only_offer(self, ours: Collection[int], need: ListLine) -> ListLine | None:
        if need.category is None:
            return None
        found = [
            line
            for body in ours
            for line in self._offers_of.get(body, ())
            if line.category == need.category
        ]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _offers_of(self) -> dict[int, list[ListLine]]:
        """Lines of the resource list by the identity of their provider."""
        found: dict[int, list[ListLine]] = defaultdict(list)
        for lines in self.desk.resource_lines.values():
            for line in lines:
                if line.provider is not None:
                    found[id(line.provider)].append(line)
        return found

    # ------------------------------------------------------------------ funds

    def _funds(self) -> None:
        """Lines of the funds sheets, and what the projects say of their money.

        Lines that say the same in one sheet are several payments; in two sheets they are one.
        """
        lines: dict[str, dict[tuple[str, int], list[_FundLine]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for dataset in self.desk.datasets:
            seen: dict[tuple[str, str], int] = defaultdict(int)
            for info, row in rows_of([dataset], FundRow):
                if (line := self._fund(info, row)) is not None:
                    seen[line.base, line.content] += 1
                    lines[line.base][line.content, seen[line.base, line.content]].append(line)
        for event in sorted(self.events.values(), key=lambda e: (e.label, e.key)):
            for line in self._project_funds(event):
                lines[line.base][line.content, 1].append(line)
        for base in sorted(lines):
            for n, same in enumerate(lines[base][mark] for mark in sorted(lines[base])):
                key = "fund-" + self.desk.digest(base) + (f"#{n + 1}" if n else "")
                evidence = sorted({e for line in same for e in line.evidence})
                self.desk.node(Label.FUND, key, {**same[0].props, "evidence": evidence})
                for line in same:
                    for end in line.ends:
                        for mark in line.evidence:
                            start = Label.FUND, key
                            self.desk.drafts.append((TieType.FUNDS, start, end, {}, mark))

    def _fund(self, info: DatasetInfo, row: FundRow) -> _FundLine | None:
        place = self.desk.place(info, row)
        if place is None:
            return None
        ends: list[tuple[Label, str]] = []
        if row.project:
            named = self.projects.get(plain(row.project), [])
            inside = [e for e in named if e.area and self.desk.tree.within(e.area, place.area)]
            ends = [(e.label, e.key) for e in inside or named]
        if len(ends) != 1 and place.area is not None:
            ends = [(self.desk.tree.areas[place.area].label, place.area)]
        props = self._fund_props(row.name or row.project, row.kind, row.source, row.year)
        source, name = plain(row.source or ""), plain(row.name or "")
        return _FundLine(
            f"{place.area or ''}|{row.year or ''}|{source}|{name}",
            repr((row.amount, row.project)),
            props | self._at(place.area) | {"amount": row.amount},
            ends,
            [f"{info.id}:{row.row}"],
        )

    def _project_funds(self, event: _Event) -> list[_FundLine]:
        """预算 and 资金来源 of a project; a budget of several sources can't be divided."""
        found = []
        for info, row in event.rows:
            if not isinstance(row, ProjectRow):
                continue
            kinds = row.fund_kinds or ("",) * len(row.fund_source)
            for source, kind in zip(row.fund_source, kinds, strict=True):
                year = int(row.date[:4]) if row.date else None
                props = self._fund_props(row.name, kind or None, source, year)
                amount = row.budget if len(row.fund_source) == 1 else None
                found.append(
                    _FundLine(
                        f"{event.area or ''}|{year or ''}|{plain(source)}|{plain(event.name)}",
                        repr((amount, event.key)),
                        props | self._at(event.area) | {"amount": amount},
                        [(event.label, event.key)],
                        [f"{info.id}:{row.row}"],
                    )
                )
        return found

    def _fund_props(
        self, name: str | None, kind: str | None, source: str | None, year: int | None
    ) -> dict[str, Prop]:
        return {"name": name, "kind": kind, "source": source, "year": year}

    def _at(self, area: str | None) -> dict[str, Prop]:
        return {"area": area, "path": self.desk.tree.areas[area].path if area else None}


@dataclass(slots=True)
class _FundLine:
    """One line about money: what it is, what tells it from others alike, and what it funds."""

    base: str
    content: str
    props: dict[str, Prop]
    ends: list[tuple[Label, str]]
    evidence: list[str]


def _names_grid(text: str) -> bool:
    """Whether a text names a grid, or something in one: 第三网格活动室."""
    return _GRID.search(plain(text)) is not None


def _largest(rows: Sequence[Statement], name: str) -> Any:
    values = [v for r in rows if (v := getattr(r, name, None)) is not None]
    return max(values, default=None)


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
