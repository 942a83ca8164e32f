"""Clusters of roster mentions: which rows of rosters are one body.

First by credit code, then as people decided, then by name within the community; never what people
parted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from graph.model.rows import OrganizationRow
from graph.model.vocabulary import NAMED_BY_OFFICE
from graph.names.forms import NameForms
from graph.names.plain import plain
from graph.resolve.body import RosterMention
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
    meant = _Meant(mentions, decided)
    groups = Groups(len(mentions), ((meant.rows(a), meant.rows(b)) for a, b in decided.different))
    by_code: dict[str, list[int]] = defaultdict(list)
    for i, m in enumerate(mentions):
        if m.row.uscc:
            by_code[m.row.uscc].append(i)
    for found in by_code.values():
        _join_all(groups, found)
    for a, b in decided.same:
        one, other = meant.rows(a), meant.rows(b)
        if one and other:
            _join_all(groups, [*one, *other])
    codes: dict[int, set[str]] = defaultdict(set)
    for i, m in enumerate(mentions):
        if m.row.uscc:
            codes[groups.find(i)].add(m.row.uscc)
    doubtful: set[int] = set()
    soft = _by_name(mentions, forms) | _by_writing(mentions, forms)
    for i, m in enumerate(mentions):
        row = m.row
        if isinstance(row, OrganizationRow) and row.kind in NAMED_BY_OFFICE and m.area:
            soft.setdefault(("office", row.kind or "", m.area), set()).add(i)
    for soft_key in sorted(soft):
        roots = sorted({groups.find(i) for i in soft[soft_key]})
        if sum(1 for r in roots if codes[r]) > 1:
            # bare mentions of one name beside two coded bodies: a person must say whose they are
            roots = [r for r in roots if not codes[r]]
            if soft_key[0] != "writing":
                doubtful.update(roots)
        for r in _join_all(groups, roots):
            codes[groups.find(r)] |= codes[r]
    clusters: dict[int, list[RosterMention]] = defaultdict(list)
    for i, m in enumerate(mentions):
        clusters[groups.find(i)].append(m)
    marked = {groups.find(r) for r in doubtful}
    return [(rows, root in marked) for root, rows in sorted(clusters.items())]


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
        community, those without a code before others."""
        name = plain(ref.name)
        if ref.uscc and (coded := self._by_code.get(ref.uscc)):
            named = [i for i in coded if plain(self._mentions[i].row.name) == name]
            return named or coded
        found = self._by_name.get((name, ref.place), [])
        return [i for i in found if not self._mentions[i].row.uscc] or found
