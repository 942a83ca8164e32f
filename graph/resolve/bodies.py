"""Which mentions are one organisation, unit or social organisation.

Rosters say that a body exists and where it sits; other sheets only name it. A credit code
settles; without one, the normalised name within the community does. Every other name is
sought from the smallest area outwards: exactly one is it, several wait for a person, none
is a new, unlisted body.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from graph.model.labels import Label
from graph.model.vocabulary import NAMED_BY_OFFICE
from graph.names.forms import NameForms
from graph.names.plain import plain
from graph.resolve.area_tree import AreaTree
from graph.resolve.body import Body, RosterMention
from graph.resolve.decisions import Decided, Ref


class Bodies:
    """All bodies of the rosters, and those that other sheets name besides."""

    def __init__(self, tree: AreaTree, decided: Decided | None = None) -> None:
        self.tree = tree
        self.decided = decided or Decided()
        self.forms = NameForms(tree.full_names())
        self.bodies: list[Body] = []
        self.shared: list[tuple[str, list[RosterMention]]] = []
        self.doubtful: list[RosterMention] = []
        self.merged = 0
        self.by_uscc: dict[str, Body] = {}
        self.by_office: dict[tuple[str, str], Body] = {}
        self.by_name: dict[str, list[Body]] = defaultdict(list)
        self.by_alias: dict[str, list[Body]] = defaultdict(list)
        self.loose_by_name: dict[tuple[str, str], Body] = {}
        self._by_writing: dict[str, list[Body]] = defaultdict(list)
        self._by_mention: dict[tuple[str, str], list[Body]] = defaultdict(list)
        self.contested: set[str] = set()
        """Codes that a person parted: they say nothing any more."""
        self.cache: dict[tuple[str, str | None], list[Body]] = {}
        self.candidates: dict[str, tuple[list[Body], list[Body]]] = {}
        """Names -> bodies that they may mean, by name and by other names, wherever sought."""
        self.one_name: dict[str, str] = {}
        """Unlisted names that a person joined -> the name that stands for them."""
        self.seen: dict[tuple[str, str | None], int] = defaultdict(int)
        """Names that no roster has, by where they were sought -> rows that give them."""
        self.unsettled: dict[tuple[str, str | None], int] = defaultdict(int)
        """Names that fit several bodies, by where they were sought -> rows that wait."""

    def index(self, body: Body) -> None:
        if body.uscc:
            self.by_uscc[body.uscc] = body
        for m in body.mentions:  # joined by a person, it may have several codes
            if m.row.uscc and m.row.uscc not in self.contested:
                self.by_uscc[m.row.uscc] = body
        for name, place in sorted({(plain(m.row.name), m.community or "") for m in body.mentions}):
            self._by_mention[name, place].append(body)
        if body.kind not in NAMED_BY_OFFICE:
            for writing in sorted({self.forms.writing_of(n) for n in body.aliases | {body.name}}):
                self._by_writing[writing].append(body)
        if body.label is Label.ORGANIZATION and body.kind and body.area:
            self.by_office.setdefault((body.kind, body.area), body)
        for key in sorted(body.name_keys):
            self.by_name[key].append(body)

    def nearest(self, start: str | None, *groups: list[Body]) -> list[Body]:
        """Bodies in the smallest area that has any, from `start` outwards; in each area the
        first group that has any. Bodies without a seat come last.
        """
        if not any(groups):
            return []
        at = start
        while at is not None:
            mark = f"/{at}/"
            for group in groups:
                here = [b for b in group if b.area and mark in self.tree.areas[b.area].path]
                if here:
                    return here
            at = self.tree.areas[at].parent
        return next((group for group in groups if group), [])

    def find(self, name: str, uscc: str | None, start: str | None) -> list[Body]:
        """Bodies that a name (and code) means; none, one, or several."""
        if uscc and uscc in self.by_uscc:
            return [self.by_uscc[uscc]]
        cached = self.cache.get((name, start))
        if cached is None:
            cached = self.cache[name, start] = self._find(name, start)
        return cached

    def _find(self, name: str, start: str | None) -> list[Body]:
        if (meant := self._decided(name, start)) is not None:
            return [meant]
        barred = self._barred(name, start)
        told = None if barred else self.candidates.get(name)
        if told is None:
            told = self._called(name, barred)
            if not barred:
                self.candidates[name] = told
        names, aliases = told
        if len(names) + len(aliases) == 1:  # wherever it is sought
            return names or aliases
        return self._exact(name, self.nearest(start, names, aliases))

    def _called(self, name: str, barred: Sequence[Body]) -> tuple[list[Body], list[Body]]:
        """Bodies by their names and by other names, anywhere."""
        key = self.forms.key_of(name)
        names = self.may_be(name, self.by_name.get(key, []), barred)
        aliases = self.may_be(name, self.by_alias.get(key, []), barred)
        if not names and not aliases:  # 工行孝感分行 for 中国工商银行股份有限公司孝感分行
            written = self.may_be(
                name, self._by_writing.get(self.forms.writing_of(name), []), barred
            )
            names = [b for b in written if self.forms.is_certain(name, b.name)]
        return names, aliases

    def found_by_name(self) -> list[tuple[str, Body]]:
        """Names of other sheets that mean one body which no roster calls just so."""
        told: dict[tuple[str, str], tuple[str, Body]] = {}
        own: dict[int, set[str]] = {}
        for (name, _), found in self.cache.items():
            if len(found) != 1 or found[0].name == name:
                continue
            body, key = found[0], plain(name)
            if id(body) not in own:
                own[id(body)] = {plain(m.row.name) for m in body.mentions} | {plain(body.name)}
            if key not in own[id(body)]:
                known = told.get((key, body.key))
                if known is None or name < known[0]:
                    told[key, body.key] = name, body
        return [told[k] for k in sorted(told)]

    def body_of(self, ref: Ref) -> Body | None:
        """The body that a decision names, as far as it is known now."""
        if ref.uscc and ref.uscc in self.by_uscc:
            return self.by_uscc[ref.uscc]
        found = self._by_mention.get((plain(ref.name), ref.place), [])
        if len(found) > 1:
            found = [b for b in found if b.uscc == (ref.uscc or None)] or found
        if not found and not ref.uscc:
            key = self.forms.key_of(ref.name)
            near = ref.place if ref.place in self.tree.areas else None
            found = self.nearest(near, self.may_be(ref.name, self.by_name.get(key, [])))
        return found[0] if len(found) == 1 else None

    def _decided(self, name: str, start: str | None) -> Body | None:
        """The body that a person said a name means there; the smallest area said wins."""
        told = self.decided.by_name.get(plain(name))
        if not told:
            return None
        for at in self._outwards(start):
            for place, ref in told:
                # a name within one community is a roster's: its row is no name to be sought
                if place == at and (body := self.body_of(ref)) is not None:
                    body.aliases.add(name)
                    return body
        return None

    def _barred(self, name: str, start: str | None) -> list[Body]:
        """The bodies that a person said a name doesn't mean there."""
        told = self.decided.not_by_name.get(plain(name))
        if not told:
            return []
        places = set(self._outwards(start))
        found = (self.body_of(ref) for place, ref in told if place in places)
        return [b for b in found if b is not None]

    def _outwards(self, start: str | None) -> list[str]:
        """The area, those above it, and at last anywhere."""
        at = start
        out: list[str] = []
        while at is not None:
            out.append(at)
            at = self.tree.areas[at].parent
        return [*out, ""]

    def ref_of(self, body: Body) -> Ref:
        """How a decision names a body."""
        where = {(m.row.name, m.community or "") for m in body.mentions}
        named = sorted(w for w in where if w[0] == body.name) or sorted(where)
        name, place = named[0] if named else (body.name, body.community or "")
        return Ref(name, place, body.uscc or "")

    def may_be(
        self, name: str, candidates: Sequence[Body], barred: Sequence[Body] = ()
    ) -> list[Body]:
        """Without the bodies that only go by names with another leading place, or `barred`."""
        lead = self.forms.lead_of(name)
        if barred:
            candidates = [b for b in candidates if not any(b is other for other in barred)]
        if not lead or not candidates:
            return list(candidates)
        return [
            b
            for b in candidates
            if any(self.forms.lead_of(n) in ("", lead) for n in (b.name, *b.aliases))
        ]

    def _exact(self, name: str, found: list[Body]) -> list[Body]:
        """Of several bodies the one that has this very name."""
        if len(found) < 2:
            return found
        told = plain(name)
        exact = [b for b in found if told in {plain(n) for n in (b.name, *b.aliases)}]
        return exact if len(exact) == 1 else found
