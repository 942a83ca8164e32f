"""Which mentions are one organisation, unit or social organisation.

Rosters say that a body exists and where it sits; other sheets only name it. A credit code
settles; without one, the normalised name within the community does. Every other name is
sought from the smallest area outwards: exactly one is it, several wait for a person, none
is a new, unlisted body.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from graph.model.labels import Label
from graph.model.vocabulary import NAMED_BY_OFFICE, ORGANIZATION_KINDS
from graph.names.forms import NameForms
from graph.names.plain import plain
from graph.resolve.area_tree import AreaTree
from graph.resolve.body import _LABEL, Body, RosterMention
from graph.resolve.decisions import Decided, Ref
from graph.resolve.place_lookup import areas_of_text
from graph.resolve.rosters import cluster_mentions

OFFICE_WORDS: tuple[tuple[str, str], ...] = (
    ("街道大工委", "street_work_committee"),
    ("街道党工委", "street_work_committee"),
    ("大工委", "street_work_committee"),
    ("社区大党委", "community_party_committee"),
    ("社区党委", "community_party_committee"),
    ("社区党总支", "community_party_committee"),
    ("社区党支部", "community_party_committee"),
    ("大党委", "community_party_committee"),
    ("村党总支", "community_party_committee"),
    ("村党支部", "community_party_committee"),
    ("网格党支部", "grid_branch"),
    ("社区居民委员会", "residents_committee"),
    ("社区居委会", "residents_committee"),
    ("居民委员会", "residents_committee"),
    ("居委会", "residents_committee"),
    ("村民委员会", "residents_committee"),
    ("村委会", "residents_committee"),
    ("社区党建议事会", "council"),
    ("党建议事会", "council"),
    ("社区党群服务中心", "service_centre"),
    ("党群服务中心", "service_centre"),
)
"""Endings of a name that say which office of an area it is."""


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
        self._by_uscc: dict[str, Body] = {}
        self._by_office: dict[tuple[str, str], Body] = {}
        self._by_name: dict[str, list[Body]] = defaultdict(list)
        self._by_alias: dict[str, list[Body]] = defaultdict(list)
        self._loose_by_name: dict[tuple[str, str], Body] = {}
        self._by_writing: dict[str, list[Body]] = defaultdict(list)
        self._by_mention: dict[tuple[str, str], list[Body]] = defaultdict(list)
        self._contested: set[str] = set()
        """Codes that a person parted: they say nothing any more."""
        self._cache: dict[tuple[str, str | None], list[Body]] = {}
        self._candidates: dict[str, tuple[list[Body], list[Body]]] = {}
        """Names -> bodies that they may mean, by name and by other names, wherever sought."""
        self._one_name: dict[str, str] = {}
        """Unlisted names that a person joined -> the name that stands for them."""
        self.seen: dict[tuple[str, str | None], int] = defaultdict(int)
        """Names that no roster has, by where they were sought -> rows that give them."""
        self.unsettled: dict[tuple[str, str | None], int] = defaultdict(int)
        """Names that fit several bodies, by where they were sought -> rows that wait."""

    # ------------------------------------------------------------------ rosters

    def add_rosters(self, mentions: Sequence[RosterMention]) -> None:
        """Cluster the rosters' mentions; a function of the set, not of its order."""
        mentions = sorted(mentions, key=lambda m: m.where)
        clusters = cluster_mentions(mentions, self.forms, self.decided)
        roots: Counter[str] = Counter()
        for rows, _ in clusters:
            roots.update({m.row.uscc for m in rows if m.row.uscc})
        self._contested = {uscc for uscc, count in roots.items() if count > 1}
        for cluster, ambiguous in clusters:
            body = self._body(cluster)
            self.bodies.append(body)
            names = {self.forms.key_of(m.row.name) for m in cluster}
            if len(cluster) > 1 and (len(names) > 1 or len({m.rank for m in cluster}) > 1):
                self.merged += len(cluster) - 1
            if body.uscc and _shares_nothing(cluster, names):
                self.shared.append((body.uscc, cluster))
            if ambiguous:
                self.doubtful.append(cluster[0])
        self._separate_keys()
        for body in self.bodies:
            self._index(body)

    def _body(self, cluster: list[RosterMention]) -> Body:
        rank = min(m.rank for m in cluster)
        lead = [m for m in cluster if m.rank == rank]
        label = _LABEL[rank]
        names = Counter(m.row.name for m in lead)
        name = min(names, key=lambda n: (-names[n], n))
        kinds = Counter(m.row.kind for m in lead if m.row.kind) or Counter(
            m.row.kind for m in cluster if m.row.kind
        )
        kind = min(kinds, key=lambda k: (-kinds[k], k)) if kinds else None
        places = Counter(m.community for m in lead if m.community)
        community = min(places, key=lambda c: (-places[c], c)) if places else None
        areas = {m.area for m in cluster if m.area and m.community == community}
        area = min(areas, key=lambda a: (-len(self.tree.areas[a].path), a)) if areas else community
        usccs = sorted({m.row.uscc for m in cluster if m.row.uscc} - self._contested)
        uscc = usccs[0] if usccs else None
        body = Body(label, "", name, kind, uscc, area, community, mentions=cluster)
        body.key = uscc or self._key(body, lead)
        body.name_keys = {self.forms.key_of(m.row.name) for m in cluster}
        body.aliases = {m.row.name for m in cluster}
        body.evidence = {f"{m.info.id}:{m.row.row}" for m in cluster}
        return body

    def _key(self, body: Body, lead: Sequence[RosterMention]) -> str:
        if body.label is Label.ORGANIZATION and body.kind in NAMED_BY_OFFICE and body.area:
            return f"{body.kind}@{body.area}"
        name = min(self.forms.key_of(m.row.name) for m in lead)
        where = body.community or "?"
        if body.label is Label.ORGANIZATION:
            return f"{body.kind or 'organization'}@{where}:{name}"
        return f"{name}@{where}"

    def _separate_keys(self) -> None:
        """Bodies that a doubtful credit code keeps apart must not share a key."""
        seen: Counter[str] = Counter()
        for body in sorted(self.bodies, key=lambda b: (b.key, min(b.evidence))):
            seen[body.key] += 1
            if seen[body.key] > 1:
                body.key = f"{body.key}#{seen[body.key]}"

    def _index(self, body: Body) -> None:
        if body.uscc:
            self._by_uscc[body.uscc] = body
        for m in body.mentions:  # joined by a person, it may have several codes
            if m.row.uscc and m.row.uscc not in self._contested:
                self._by_uscc[m.row.uscc] = body
        for name, place in sorted({(plain(m.row.name), m.community or "") for m in body.mentions}):
            self._by_mention[name, place].append(body)
        if body.kind not in NAMED_BY_OFFICE:
            for writing in sorted({self.forms.writing_of(n) for n in body.aliases | {body.name}}):
                self._by_writing[writing].append(body)
        if body.label is Label.ORGANIZATION and body.kind and body.area:
            self._by_office.setdefault((body.kind, body.area), body)
        for key in sorted(body.name_keys):
            self._by_name[key].append(body)

    # ------------------------------------------------------------------ other sheets

    def add_coded(self, coded: Iterable[tuple[str, str | None, str | None, str]]) -> None:
        """Make known the names that stand beside a credit code in other sheets.

        `coded` are (code, name, start area, evidence). A code of a roster gets the name as an
        alias. Another code is the body of that name where the rosters have exactly one
        without a code; else it is a new, unlisted body.
        """
        names: dict[str, set[tuple[str, str | None]]] = defaultdict(set)
        evidence: dict[str, set[str]] = defaultdict(set)
        for uscc, name, start, where in coded:
            if uscc in self._contested:
                continue
            if name:
                names[uscc].add((name, start))
            evidence[uscc].add(where)
        claims: dict[int, list[str]] = defaultdict(list)
        body_of: dict[int, Body] = {}
        for uscc in sorted(evidence):
            if uscc in self._by_uscc:
                continue
            hits: dict[int, Body] = {}
            for name, start in sorted(names[uscc], key=repr):
                candidates = self._may_be(name, self._by_name.get(self.forms.key_of(name), []))
                found = self._nearest(start, candidates)
                if len(found) == 1:
                    hits[id(found[0])] = found[0]
            if len(hits) == 1:
                key, body = next(iter(hits.items()))
                if body.uscc is None:
                    claims[key].append(uscc)
                    body_of[key] = body
        for key, codes in claims.items():
            if len(codes) == 1:
                body = body_of[key]
                body.uscc = body.key = codes[0]
                self._by_uscc[codes[0]] = body
        for uscc in sorted(evidence):
            body_or_none = self._by_uscc.get(uscc)
            if body_or_none is None:
                name = min((n for n, _ in names[uscc]), default=uscc)
                body_or_none = Body(
                    Label.RESIDENT_UNIT, uscc, name, None, uscc, None, None, unlisted=True
                )
                body_or_none.name_keys = {self.forms.key_of(n) for n, _ in names[uscc]}
                body_or_none.evidence = set(evidence[uscc])
                self.bodies.append(body_or_none)
                self._index(body_or_none)
            body_or_none.aliases |= {n for n, _ in names[uscc]}
            for name, _ in names[uscc]:
                key_ = self.forms.key_of(name)
                if key_ not in body_or_none.name_keys:
                    body_or_none.alias_keys.add(key_)
        for body in self.bodies:
            for key_ in sorted(body.alias_keys):
                if body not in self._by_alias[key_]:
                    self._by_alias[key_].append(body)
        self._cache.clear()
        self._candidates.clear()

    def _nearest(self, start: str | None, *groups: list[Body]) -> list[Body]:
        """Bodies in the smallest area that has any, from `start` outwards; in each area the
        first group that has any. Bodies without a seat come last."""
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
        if uscc and uscc in self._by_uscc:
            return [self._by_uscc[uscc]]
        cached = self._cache.get((name, start))
        if cached is None:
            cached = self._cache[name, start] = self._find(name, start)
        return cached

    def _find(self, name: str, start: str | None) -> list[Body]:
        if (meant := self._decided(name, start)) is not None:
            return [meant]
        barred = self._barred(name, start)
        told = None if barred else self._candidates.get(name)
        if told is None:
            told = self._called(name, barred)
            if not barred:
                self._candidates[name] = told
        names, aliases = told
        if len(names) + len(aliases) == 1:  # wherever it is sought
            return names or aliases
        return self._exact(name, self._nearest(start, names, aliases))

    def _called(self, name: str, barred: Sequence[Body]) -> tuple[list[Body], list[Body]]:
        """Bodies by their names and by other names, anywhere."""
        key = self.forms.key_of(name)
        names = self._may_be(name, self._by_name.get(key, []), barred)
        aliases = self._may_be(name, self._by_alias.get(key, []), barred)
        if not names and not aliases:  # 工行孝感分行 for 中国工商银行股份有限公司孝感分行
            written = self._may_be(
                name, self._by_writing.get(self.forms.writing_of(name), []), barred
            )
            names = [b for b in written if self.forms.is_certain(name, b.name)]
        return names, aliases

    def found_by_name(self) -> list[tuple[str, Body]]:
        """Names of other sheets that mean one body which no roster calls just so."""
        told: dict[tuple[str, str], tuple[str, Body]] = {}
        own: dict[int, set[str]] = {}
        for (name, _), found in self._cache.items():
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

    # ------------------------------------------------------------------ decisions

    def body_of(self, ref: Ref) -> Body | None:
        """The body that a decision names, as far as it is known now."""
        if ref.uscc and ref.uscc in self._by_uscc:
            return self._by_uscc[ref.uscc]
        found = self._by_mention.get((plain(ref.name), ref.place), [])
        if len(found) > 1:
            found = [b for b in found if b.uscc == (ref.uscc or None)] or found
        if not found and not ref.uscc:
            key = self.forms.key_of(ref.name)
            near = ref.place if ref.place in self.tree.areas else None
            found = self._nearest(near, self._may_be(ref.name, self._by_name.get(key, [])))
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

    def join_unlisted(self) -> None:
        """Join names that no roster has, where a person said that they are one body."""
        links: dict[str, set[str]] = defaultdict(set)
        for a, b in self.decided.same:
            if a.uscc or b.uscc or self.body_of(a) is not None or self.body_of(b) is not None:
                continue
            links[a.name].add(b.name)
            links[b.name].add(a.name)
        for name in sorted(links):
            if plain(name) in self._one_name:
                continue
            todo = [name]
            while todo:
                at = todo.pop()
                if plain(at) not in self._one_name:
                    self._one_name[plain(at)] = name
                    todo += links[at]

    def _may_be(
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

    def office(self, kind: str, area: str, evidence: str | None = None) -> Body:
        """The office that holds an area together; unlisted where no roster has it."""
        body = self._by_office.get((kind, area))
        if body is None:
            name = _office_name(self.tree.areas[area].name, kind)
            body = Body(
                Label.ORGANIZATION,
                f"{kind}@{area}",
                name,
                kind,
                None,
                area,
                self.tree.community_of(area) or area,
                unlisted=True,
            )
            self.bodies.append(body)
            self._by_office[kind, area] = body
        if evidence and body.unlisted:
            body.evidence.add(evidence)
        return body

    def office_named(self, text: str, community: str | None, scope: str | None) -> Body | None:
        """The office that a name like 城站社区大党委 or 社区居委会 means, else None."""
        told = plain(text)
        for word, kind in OFFICE_WORDS:
            if not told.endswith(word):
                continue
            head = told[: -len(word)]
            area = self._office_area(head, word, kind, community, scope)
            if area is not None:
                return self.office(kind, area)
        return None

    def _office_area(
        self, head: str, word: str, kind: str, community: str | None, scope: str | None
    ) -> str | None:
        head = re.sub(r"^中共", "", head)
        if kind == "grid_branch":
            if not head:
                return None
            found = areas_of_text(self.tree, head + "网格", community, scope)
            found = [c for c in found if self.tree.areas[c].label is Label.GRID]
            return found[0] if len(found) == 1 else None
        label = Label.STREET if kind == "street_work_committee" else Label.COMMUNITY
        near = community if community is not None else scope
        if not head:
            return self.tree.ancestor(near, label)
        at = near
        for tail in ("", "社区", "村") if label is Label.COMMUNITY else ("", "街道"):
            at = near
            while True:
                found = self.tree.named(label, head + tail, at)
                if len(found) == 1:
                    return found[0]
                if found or at is None:
                    break
                at = self.tree.areas[at].parent
        return None

    def loose(self, name: str, *, team: bool = False) -> Body:
        """The unlisted body of a name that no roster has; one per normalised name, as far as
        leading places don't tell them apart (see `settle_loose`)."""
        told = self._one_name.get(plain(name), name) if self._one_name else name
        key, lead = self.forms.key_of(told), self.forms.lead_of(told)
        body = self._loose_by_name.get((key, lead))
        if body is None:
            body = Body(Label.RESIDENT_UNIT, "", name, None, None, None, None, unlisted=True)
            self._loose_by_name[key, lead] = body
        body.aliases.add(name)
        body.as_team = body.as_team or team
        return body

    def settle_loose(self) -> None:
        """Give unlisted bodies their keys, once all names were seen.

        Names of one key are one body, unless they begin with different places: 孝南区慈善总会
        and 云梦县慈善总会 are two, and 慈善总会 is a third.
        """
        groups: dict[str, list[tuple[str, Body]]] = defaultdict(list)
        for (key, lead), body in sorted(self._loose_by_name.items(), key=lambda i: i[0]):
            groups[key].append((lead, body))
        for key, found in groups.items():
            several = sum(lead != "" for lead, _ in found) > 1
            for lead, body in found:
                body.key = f"{lead}{key}@?" if several else f"{key}@?"
                if not several:
                    for _, other in found:
                        body.aliases |= other.aliases
                        body.evidence |= other.evidence
                        body.as_team = body.as_team or other.as_team
            for _, body in found:
                body.name = min(body.aliases)
                if body.as_team:
                    body.label = Label.SOCIAL_ORGANIZATION
            self.bodies += [b for _, b in (found if several else found[:1])]


def _office_name(area: str, kind: str) -> str:
    """How an office that no roster has is called: 城站社区 + 社区大党委 = 城站社区大党委."""
    base = re.sub(r"(居民委员会|居委会|村民委员会|村委会)$", "", area)
    office = ORGANIZATION_KINDS[kind]
    for level in ("社区", "街道", "网格"):
        if base.endswith(level):
            office = office.removeprefix(level)
    return base + office


def _shares_nothing(cluster: Sequence[RosterMention], names: set[str]) -> bool:
    """One code under names without a common part, in different communities or kinds."""
    if len(names) < 2:
        return False
    apart = len({m.community for m in cluster}) > 1 or len({m.row.kind for m in cluster}) > 1
    return apart and any(not _bigrams(a) & _bigrams(b) for a in names for b in names if a < b)


def _bigrams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}
