"""The queue of what only a person can decide about who is who, made while the graph is made.

Everything in it follows from the datasets and the decisions, in any order of either: bodies that
may be one, names and places that fit several, codes under names that share nothing; and what was
joined by itself under differing names, so that it can be parted again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from graph.model.dataset import DatasetInfo
from graph.model.review import ReviewItem, Side, Subject
from graph.model.vocabulary import NAMED_BY_OFFICE, ORGANIZATION_KINDS, SOCIAL_KINDS, UNIT_KINDS
from graph.names.compare import NameMatch, compare_names
from graph.names.plain import plain
from graph.names.reasons import NameReason
from graph.resolve.bodies import Bodies
from graph.resolve.body import Body, RosterMention
from graph.resolve.context import AskedPlace
from graph.resolve.decisions import Decided, Ref
from graph.review.items import body_item, names_item, place_item, unknown_place_item

_KINDS = ORGANIZATION_KINDS | UNIT_KINDS | SOCIAL_KINDS

NEVER_ASKED = frozenset({*NAMED_BY_OFFICE, "building_group", "party_household"})
"""Kinds that are named by their office, or by who lives there: nobody is asked about them."""


class Queue:
    """Makes the items of one resolution.

    Parameters
    ----------
    files
        Dataset id -> file name, to say where a name stands.
    """

    def __init__(self, bodies: Bodies, decided: Decided, files: Mapping[str, str]) -> None:
        self.bodies, self.decided, self.files = bodies, decided, files
        self.tree = bodies.tree
        self.items: dict[str, ReviewItem] = {}
        self._settled = self._settled_pairs()

    def _settled_pairs(self) -> set[frozenset[int]]:
        """Pairs of bodies about which somebody decided."""
        pairs = set()
        for a, b in (*self.decided.same, *self.decided.different):
            one, other = self.bodies.body_of(a), self.bodies.body_of(b)
            if one is not None and other is not None:
                pairs.add(frozenset((id(one), id(other))))
        return pairs

    def is_settled(
        self, a: Ref, b: Ref, one: Body | None = None, other: Body | None = None
    ) -> bool:
        return self.decided.is_settled(a, b) or (
            one is not None
            and other is not None
            and frozenset((id(one), id(other))) in self._settled
        )

    def add(self, item: ReviewItem) -> None:
        known = self.items.get(item.id)
        if known is None or (item.waits, item.score) > (known.waits, known.score):
            self.items[item.id] = item

    def done(self) -> list[ReviewItem]:
        """The items in order: open ones first, most rows waiting, then best score."""
        return sorted(
            self.items.values(),
            key=lambda i: (i.state != "open", -i.waits, -i.score, i.question, i.id),
        )

    def side(self, body: Body) -> Side:
        """A body as it is shown; one without a seat by where rows name it."""
        area = next(iter(body.seats), "")
        return Side(
            name=body.name,
            place=self._place(area),
            area=area,
            uscc=body.uscc or "",
            kind=_KINDS.get(body.kind or "", ""),
            node=body.key,
            rows=len(body.evidence),
            where=self._where(body.evidence),
        )

    def _place(self, area: str) -> str:
        return self.tree.full_name(area) if area in self.tree.areas else ""

    def _where(self, evidence: Iterable[str]) -> tuple[str, ...]:
        told = []
        for mark in sorted(evidence)[:3]:
            dataset, _, row = mark.rpartition(":")
            told.append(f"{self.files.get(dataset, dataset)}!{row}")
        return tuple(told)

    def _named(self, name: str, area: str | None, rows: int) -> Side:
        return Side(name=name, place=self._place(area or ""), area=area or "", rows=rows)

    def names(self) -> None:
        """Names that fit several bodies, each with its candidates."""
        asked: dict[tuple[str, str], tuple[int, list[Body]]] = {}
        for (name, start), rows in sorted(self.bodies.unsettled.items(), key=repr):
            found = self.bodies.find(name, None, start)
            before = asked.get((plain(name), start or ""), (0, []))[0]
            if len(found) > 1:
                asked[plain(name), start or ""] = before + rows, found
        for (name, start), (rows, found) in sorted(asked.items(), key=lambda i: i[0]):
            self._several("name", Ref(name, start), name, start, rows, found)

    def doubtful(self, m: RosterMention, found: Sequence[Body]) -> None:
        """A roster's row without a code, beside several bodies of its name that have one."""
        ref = Ref(m.row.name, m.community or "")
        self._several("name", ref, m.row.name, m.community or "", 1, found)

    def _several(
        self, subject: Subject, ref: Ref, name: str, area: str, rows: int, found: Sequence[Body]
    ) -> None:
        count = str(len(found) - 1)
        for body in sorted(found, key=lambda b: b.key):
            other = self.bodies.ref_of(body)
            if self.is_settled(ref, other):
                continue
            told = compare_names(name, body.name, self.bodies.forms.places)
            why = (NameReason("named_so", (("name", name),)), *told.why)
            match = NameMatch(
                "doubtful", max(told.score, 0.5), why, (_several(count), *told.why_not)
            )
            side = self._named(name, area, rows)
            self.add(
                body_item(
                    subject,
                    "open",
                    (ref, side),
                    (other, self.side(body)),
                    match,
                    question=f"{plain(name)}@{area or '?'}",
                    waits=rows,
                )
            )

    def codes(self, uscc: str, cluster: Sequence[RosterMention]) -> None:
        """One code under names that share nothing."""
        rows: dict[tuple[str, str], list[RosterMention]] = defaultdict(list)
        for m in cluster:
            if m.row.uscc == uscc:
                rows[plain(m.row.name), m.community or ""].append(m)
        first, *others = sorted(rows)
        for one in others:
            if one[0] == first[0]:
                continue
            a, b = Ref(first[0], first[1], uscc), Ref(one[0], one[1], uscc)
            if self.is_settled(a, b):
                continue
            match = NameMatch(
                "doubtful",
                0.5,
                (NameReason("same_code", (("code", uscc),)),),
                (NameReason("names_share_nothing"),),
            )
            sides = [
                self._mentioned(name, where, uscc, rows[name, where])
                for name, where in (first, one)
            ]
            waits = len(rows[first]) + len(rows[one])
            self.add(body_item("code", "open", (a, sides[0]), (b, sides[1]), match, waits=waits))

    def _mentioned(
        self, name: str, area: str, uscc: str, mentions: Sequence[RosterMention]
    ) -> Side:
        evidence = [f"{m.info.id}:{m.row.row}" for m in mentions]
        return self._named(name, area, len(mentions)).model_copy(
            update={"uscc": uscc, "where": self._where(evidence)}
        )

    def place(self, text: str, scope: str | None, asked: AskedPlace) -> None:
        """A place's name that several areas have, or none."""
        rows = len(asked.rows)
        if not asked.found:
            self._unknown_place(text, scope, asked)
        count = _several(str(len(asked.found) - 1))
        for area in sorted(asked.found):
            match = NameMatch(
                "doubtful", 0.5, (NameReason("place_named", (("name", text),)),), (count,)
            )
            told = self.tree.areas[area]
            a = self._named(text, scope, rows)
            b = Side(name=told.name, place=self._place(area), area=area, node=area)
            self.add(place_item(text, scope, area, a, b, match, rows))

    def _unknown_place(self, text: str, scope: str | None, asked: AskedPlace) -> None:
        where = self.tree.areas[scope].name if scope else "全部区划"
        match = NameMatch(
            "doubtful",
            0.5,
            (NameReason("place_named", (("name", text),)),),
            (NameReason("place_nowhere", (("scope", where),)),),
        )
        a = self._named(text, scope, len(asked.rows))
        a = a.model_copy(update={"where": self._where(asked.rows)})
        self.add(unknown_place_item(text, scope, a, match))

    def kept_back(self, info: DatasetInfo, cells: Mapping[str, Sequence[str]]) -> None:
        """Names of a table that may be persons' or bodies': one question for all of them."""
        settled = self.decided.body_marks | self.decided.person_marks
        found = {mark: where for mark, where in cells.items() if mark not in settled}
        if found:
            self.add(names_item(info, found))

    def merged(self) -> None:
        """Names that were joined by themselves although they are spelled differently."""
        for body in self.bodies.bodies:
            if len(body.mentions) > 1:
                self._merged_rows(body)
        for name, body in self.bodies.found_by_name():
            self._merged_name(name, body)

    def _merged_rows(self, body: Body) -> None:
        first = self.bodies.ref_of(body)
        told = {
            (plain(m.row.name), m.community or "", m.row.uscc or "")
            for m in body.mentions
            if plain(m.row.name) != plain(first.name)
        }
        for name, place, uscc in sorted(told):
            other = Ref(name, place, uscc)
            if self.is_settled(first, other) or other.key == first.key:
                continue
            if uscc and uscc == first.uscc:
                match = NameMatch("certain", 1.0, (NameReason("same_code", (("code", uscc),)),), ())
            else:
                match = compare_names(first.name, name, self.bodies.forms.places)
            rows = [m for m in body.mentions if plain(m.row.name) == name]
            side = self._mentioned(name, place, uscc, rows)
            self.add(body_item("bodies", "merged", (first, self.side(body)), (other, side), match))

    def _merged_name(self, name: str, body: Body) -> None:
        if body.kind in NEVER_ASKED:
            return
        told = plain(name)
        first, other = self.bodies.ref_of(body), Ref(told)
        if self.decided.by_name.get(told) or self.is_settled(first, other):
            return
        match = NameMatch("certain", 1.0, (NameReason("same_writing"),), ())
        side = Side(name=name)
        self.add(body_item("bodies", "merged", (first, self.side(body)), (other, side), match))


def _several(count: str) -> NameReason:
    return NameReason("several", (("count", count),))
