"""Which mentions are one organisation, unit or social organisation.

Rosters say that a body exists and where it sits; other sheets only name it. A credit code
settles; without one, the normalised name within the community does. Every other name is
sought from the row's own community to its district, and further only where it says its place
(`name_search`): exactly one is it, several wait for a person, none is a new, unlisted body.
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
from graph.resolve.name_search import NameSearch


class Bodies:
    """All bodies of the rosters, and those that other sheets name besides."""

    def __init__(self, tree: AreaTree, decided: Decided | None = None) -> None:
        self.tree = tree
        self.decided = decided or Decided()
        self.forms = NameForms(tree.full_names())
        self.search = NameSearch(tree, self.forms)
        self.bodies: list[Body] = []
        self.shared: list[tuple[str, list[RosterMention]]] = []
        self.doubtful: list[RosterMention] = []
        self.merged = 0
        self.by_uscc: dict[str, Body] = {}
        self.by_office: dict[tuple[str, str], Body] = {}
        self.by_name: dict[str, list[Body]] = defaultdict(list)
        self.by_alias: dict[str, list[Body]] = defaultdict(list)
        self.loose: dict[tuple[str, str, str], Body] = {}
        """Bodies that no roster has, by name, leading place, and the area that tells them apart."""
        self._by_writing: dict[str, list[Body]] = defaultdict(list)
        self._by_mention: dict[tuple[str, str], list[Body]] = defaultdict(list)
        self.contested: set[str] = set()
        """Codes that a person parted: they say nothing any more."""
        self.cache: dict[tuple[str, str | None], list[Body]] = {}
        self.candidates: dict[str, tuple[list[Body], list[Body]]] = {}
        """Names -> bodies that they may mean, by name and by other names, wherever sought."""
        self.one_body: dict[tuple[str, str, str], Ref] = {}
        """Unlisted names that a person joined, likewise -> the one that stands for them."""
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
            for writing in sorted({self.forms.writing_of(n) for n in body.names}):
                self._by_writing[writing].append(body)
        if body.label is Label.ORGANIZATION and body.kind and body.area:
            self.by_office.setdefault((body.kind, body.area), body)
        for key in sorted(body.name_keys):
            self.by_name[key].append(body)

    def find(self, name: str, uscc: str | None, start: str | None) -> list[Body]:
        """Bodies that a name (and code) means; none, one, or several."""
        if uscc and uscc in self.by_uscc:
            return [self.by_uscc[uscc]]
        cached = self.cache.get((name, start))
        if cached is None:
            cached = self.cache[name, start] = self._find(name, start)
        return cached

    def _find(self, name: str, start: str | None) -> list[Body]:
        if (meant := self.decided_for(name, start)) is not None:
            return [meant]
        barred = self._barred(name, start)
        told = None if barred else self.candidates.get(name)
        if told is None:
            told = self.called(name, barred)
            if not barred:
                self.candidates[name] = told
        return self.search.meant(name, start, *told) or self.search.meant(
            name, start, self.written_so(name, barred)
        )

    def called(self, name: str, barred: Sequence[Body] = ()) -> tuple[list[Body], list[Body]]:
        """Bodies by their names and by other names, anywhere."""
        key = self.forms.key_of(name)
        names = self.search.may_be(name, self.by_name.get(key, []), barred)
        return names, self.search.may_be(name, self.by_alias.get(key, []), barred)

    def written_so(self, name: str, barred: Sequence[Body] = ()) -> list[Body]:
        """Bodies of another name that is surely the same in other writing, anywhere: 工行孝感分行
        for 中国工商银行股份有限公司孝感分行.
        """
        alike = self._by_writing.get(self.forms.writing_of(name), [])
        alike = [b for b in alike if not any(b is other for other in barred)]
        return [b for b in alike if self.forms.is_certain(name, b.name)]

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
            named = self.search.may_be(ref.name, self.by_name.get(key, []))
            found = self.search.meant(ref.name, near, named)
        return found[0] if len(found) == 1 else None

    def decided_for(self, name: str, start: str | None) -> Body | None:
        """The body that a person said a name means there; the smallest area said wins."""
        told = self.decided.by_name.get(plain(name))
        if not told:
            return None
        for at in self.outwards(start):
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
        places = set(self.outwards(start))
        found = (self.body_of(ref) for place, ref in told if place in places)
        return [b for b in found if b is not None]

    def outwards(self, start: str | None) -> list[str]:
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
