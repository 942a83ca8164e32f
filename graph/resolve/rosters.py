"""Clusters of roster mentions: which rows of rosters are one body.

First by credit code, then as people decided, then by name within the community; never what people
parted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from graph.model.labels import Label
from graph.model.rows import OrganizationRow
from graph.model.vocabulary import NAMED_BY_OFFICE
from graph.names.forms import NameForms
from graph.names.plain import plain
from graph.resolve.bodies import Bodies
from graph.resolve.body import LABEL_OF_RANK, Body, RosterMention
from graph.resolve.decisions import Decided, Groups, Ref

_SPELLINGS = 8
"""Writings of one name in one community that are compared each with each; more are asked about."""


def cluster_mentions(
    mentions: Sequence[RosterMention], forms: NameForms, decided: Decided
) -> list[tuple[list[RosterMention], bool]]:
    """Clusters of roster mentions, each with whether a doubt was left (several codes fit).

    First by code, then as people decided, then by name within the community; never what people
    parted.
    """
    groups = _joined_surely(mentions, decided)
    doubtful = _join_by_name(groups, mentions, forms)
    clusters: dict[int, list[RosterMention]] = defaultdict(list)
    for i, m in enumerate(mentions):
        clusters[groups.find(i)].append(m)
    marked = {groups.find(r) for r in doubtful}
    return [(rows, root in marked) for root, rows in sorted(clusters.items())]


def _joined_surely(mentions: Sequence[RosterMention], decided: Decided) -> Groups:
    """Mentions joined by their codes and as people decided."""
    meant = _Meant(mentions, decided)
    groups = Groups(len(mentions), ((meant.rows(a), meant.rows(b)) for a, b in decided.different))
    by_code: dict[str, list[int]] = defaultdict(list)
    for i, m in enumerate(mentions):
        if m.row.uscc:
            by_code[m.row.uscc].append(i)
    for coded in by_code.values():
        _join_all(groups, coded)
    for a, b in decided.same:
        one, other = meant.rows(a), meant.rows(b)
        if one and other:
            _join_all(groups, [*one, *other])
    return groups


def _join_by_name(groups: Groups, mentions: Sequence[RosterMention], forms: NameForms) -> set[int]:
    """Join what goes by one name, writing or office; those of which a person must say whose they
    are: they have no code and stand beside two bodies of their name that have one.
    """
    codes: dict[int, set[str]] = defaultdict(set)
    for i, m in enumerate(mentions):
        if m.row.uscc:
            codes[groups.find(i)].add(m.row.uscc)
    doubtful: set[int] = set()
    alike = _by_name(mentions, forms) | _by_writing(mentions, forms) | _by_office(mentions)
    for key in sorted(alike):
        roots = sorted({groups.find(i) for i in alike[key]})
        if sum(1 for r in roots if codes[r]) > 1:
            roots = [r for r in roots if not codes[r]]
            if key[0] != "writing":
                doubtful.update(roots)
        for r in _join_all(groups, roots):
            codes[groups.find(r)] |= codes[r]
    return doubtful


def _join_all(groups: Groups, found: Sequence[int]) -> list[int]:
    """Join clusters, each to the first that it may join; those that were joined to another."""
    heads: list[int] = []
    joined: list[int] = []
    for i in found:
        for head in heads:
            if groups.find(head) == groups.find(i):
                break
            if groups.join(head, i):
                joined.append(i)
                break
        else:
            heads.append(i)
    return joined


def _by_name(
    mentions: Sequence[RosterMention], forms: NameForms
) -> dict[tuple[str, ...], set[int]]:
    """Mentions of one normalised name in one community."""
    named: dict[tuple[str, str], set[int]] = defaultdict(set)
    for i, m in enumerate(mentions):
        if m.community:
            named[forms.key_of(m.row.name), m.community].add(i)
    soft: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for (key, community), found in named.items():
        leads = {lead for i in found if (lead := forms.lead_of(mentions[i].row.name))}
        for i in found:  # one name, unless it begins with different places
            lead = forms.lead_of(mentions[i].row.name) if len(leads) > 1 else ""
            soft["name", key, community, lead].add(i)
    return dict(soft)


def _by_writing(
    mentions: Sequence[RosterMention], forms: NameForms
) -> dict[tuple[str, ...], set[int]]:
    """Mentions in one community of names that are one in different writing."""
    written: dict[tuple[str, str], set[int]] = defaultdict(set)
    for i, m in enumerate(mentions):
        if m.community and m.row.kind not in NAMED_BY_OFFICE:
            written[forms.writing_of(m.row.name), m.community].add(i)
    soft: dict[tuple[str, ...], set[int]] = {}
    for (writing, community), found in written.items():
        if len(found) < 2:
            continue
        names = sorted({mentions[i].row.name for i in found})
        # each with each: 临空区管委会 may be that of 孝感市 and of 鄂州市, which are two
        if 1 < len(names) <= _SPELLINGS and all(
            forms.is_certain(a, b) for n, a in enumerate(names) for b in names[n + 1 :]
        ):
            soft["writing", writing, community] = found
    return soft


def _by_office(mentions: Sequence[RosterMention]) -> dict[tuple[str, ...], set[int]]:
    """Mentions of an area's office of one kind, whatever it is called."""
    found: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for i, m in enumerate(mentions):
        if isinstance(m.row, OrganizationRow) and m.row.kind in NAMED_BY_OFFICE and m.area:
            found["office", m.row.kind, m.area].add(i)
    return found


class _Meant:
    """Which mentions a decision's body has."""

    def __init__(self, mentions: Sequence[RosterMention], decided: Decided) -> None:
        self._by_code: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._mentions = mentions
        if decided.same or decided.different:
            for i, m in enumerate(mentions):
                if m.row.uscc:
                    self._by_code[m.row.uscc].append(i)
                if m.community:
                    self._by_name[plain(m.row.name), m.community].append(i)

    def rows(self, ref: Ref) -> list[int]:
        """By code and, where one code stands with several names, by name; else by name and
        community, those without a code before others.
        """
        name = plain(ref.name)
        if ref.uscc and (coded := self._by_code.get(ref.uscc)):
            named = [i for i in coded if plain(self._mentions[i].row.name) == name]
            return named or coded
        found = self._by_name.get((name, ref.place), [])
        return [i for i in found if not self._mentions[i].row.uscc] or found


def add_rosters(bodies: Bodies, mentions: Sequence[RosterMention]) -> None:
    """Cluster the rosters' mentions; a function of the set, not of its order."""
    mentions = sorted(mentions, key=lambda m: m.where)
    clusters = cluster_mentions(mentions, bodies.forms, bodies.decided)
    roots: Counter[str] = Counter()
    for rows, _ in clusters:
        roots.update({m.row.uscc for m in rows if m.row.uscc})
    bodies.contested = {uscc for uscc, count in roots.items() if count > 1}
    for cluster, ambiguous in clusters:
        body = _body(bodies, cluster)
        bodies.bodies.append(body)
        names = {bodies.forms.key_of(m.row.name) for m in cluster}
        if len(cluster) > 1 and (len(names) > 1 or len({m.rank for m in cluster}) > 1):
            bodies.merged += len(cluster) - 1
        if body.uscc and _shares_nothing(cluster, names):
            bodies.shared.append((body.uscc, cluster))
        if ambiguous:
            bodies.doubtful.append(cluster[0])
    _separate_keys(bodies)
    for body in bodies.bodies:
        bodies.index(body)


def _body(bodies: Bodies, cluster: list[RosterMention]) -> Body:
    """The body of a cluster: what most of the rows of its first kind of roster say."""
    rank = min(m.rank for m in cluster)
    lead = [m for m in cluster if m.rank == rank]
    community = _most(m.community for m in lead)
    areas = {m.area for m in cluster if m.area and m.community == community}
    usccs = {m.row.uscc for m in cluster if m.row.uscc} - bodies.contested
    body = Body(
        LABEL_OF_RANK[rank],
        "",
        name=_most(m.row.name for m in lead) or "",
        kind=_most(m.row.kind for m in lead) or _most(m.row.kind for m in cluster),
        uscc=min(usccs, default=None),
        area=min(areas, key=lambda a: (-len(bodies.tree.areas[a].path), a), default=community),
        community=community,
        mentions=cluster,
    )
    body.key = body.uscc or _key(bodies, body, lead)
    body.name_keys = {bodies.forms.key_of(m.row.name) for m in cluster}
    body.aliases = {m.row.name for m in cluster}
    body.evidence = {f"{m.info.id}:{m.row.row}" for m in cluster}
    return body


def _most(values: Iterable[str | None]) -> str | None:
    """What most of them say, the smallest of equals; None where none says anything."""
    counts = Counter(v for v in values if v)
    return min(counts, key=lambda v: (-counts[v], v), default=None)


def _key(bodies: Bodies, body: Body, lead: Sequence[RosterMention]) -> str:
    if body.label is Label.ORGANIZATION and body.kind in NAMED_BY_OFFICE and body.area:
        return f"{body.kind}@{body.area}"
    name = min(bodies.forms.key_of(m.row.name) for m in lead)
    where = body.community or "?"
    if body.label is Label.ORGANIZATION:
        return f"{body.kind or 'organization'}@{where}:{name}"
    return f"{name}@{where}"


def _separate_keys(bodies: Bodies) -> None:
    """Bodies that a doubtful credit code keeps apart must not share a key."""
    seen: Counter[str] = Counter()
    for body in sorted(bodies.bodies, key=lambda b: (b.key, min(b.evidence))):
        seen[body.key] += 1
        if seen[body.key] > 1:
            body.key = f"{body.key}#{seen[body.key]}"


def _shares_nothing(cluster: Sequence[RosterMention], names: set[str]) -> bool:
    """One code under names without a common part, in different communities or kinds."""
    if len(names) < 2:
        return False
    apart = len({m.community for m in cluster}) > 1 or len({m.row.kind for m in cluster}) > 1
    return apart and any(not _bigrams(a) & _bigrams(b) for a in names for b in names if a < b)


def _bigrams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}
