"""What a cleaned copy says of each row: verdict, what it was matched with, and why.

A cleaned copy has the incoming layout; codes, dates and numbers are written in one way, and
three columns are added. It is made from the file itself: personal columns pass through it and
nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from graph.model.issue import Issue
from graph.model.labels import AREA_LABELS, PERSON_LABELS, Label, TieType
from graph.model.wanted import WantedGraph

WAITS = frozenset({"place_unknown", "place_ambiguous", "name_ambiguous"})

_MATCHES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Match:
    """What a row of a dataset became in the network."""

    targets: tuple[str, ...] = ()
    """Name and key of each body and area, nearest first."""
    shared: int = 0
    """Other rows that speak of the same body."""


@dataclass(slots=True)
class _Found:
    targets: dict[str, None] = field(default_factory=dict)
    shared: int = 0


def row_matches(wanted: WantedGraph, datasets: Collection[str]) -> dict[str, dict[int, Match]]:
    """Dataset id -> row -> what it was matched with, from the evidence of nodes and ties.

    Persons have no name here; theirs are the places and bodies that their ties lead to.
    """
    wished = frozenset(datasets)
    found: dict[str, dict[int, _Found]] = {key: defaultdict(_Found) for key in wished}
    names: dict[tuple[Label, str], str] = {
        (label, key): f"{props.get('name') or key}（{key}）"
        for label, nodes in wanted.nodes.items()
        if label not in PERSON_LABELS and label != Label.DATASET
        for key, props in nodes.items()
    }
    for label, nodes in wanted.nodes.items():
        for key, props in nodes.items():
            marks = props.get("evidence")
            if label in AREA_LABELS or not isinstance(marks, list):
                continue
            for dataset, row in _rows(marks, wished):
                at = found[dataset][row]
                if (label, key) in names:
                    at.targets[names[label, key]] = None
                if label not in PERSON_LABELS:
                    at.shared = max(at.shared, len(marks) - 1)
    for group, ties in wanted.ties.items():
        type_, start, end = group
        for tie in ties.values():
            marks = tie.props.get("evidence")
            if not isinstance(marks, list):
                continue
            for dataset, row in _rows(marks, wished):
                ends = [(start, tie.start)] if type_ == TieType.PART_OF else []
                ends = ends or [(start, tie.start), (end, tie.end)]
                for one in ends:
                    if one in names:
                        found[dataset][row].targets[names[one]] = None
    return {
        key: {row: Match(tuple(at.targets), at.shared) for row, at in rows.items()}
        for key, rows in found.items()
    }


def _rows(marks: Sequence[str], wished: frozenset[str]) -> list[tuple[str, int]]:
    pairs = (mark.rpartition(":") for mark in marks)
    return [(dataset, int(row)) for dataset, _, row in pairs if dataset in wished]


def verdict(
    *, rejected: bool, match: Match | None, issues: Sequence[Issue]
) -> tuple[str, str, str]:
    """The three added cells of a row: verdict, matches, explanation.

    Examples
    --------
    >>> verdict(rejected=False, match=Match(("甲（u1）",), 2), issues=[])
    ('采用', '甲（u1）', '与另外2行是同一单位')
    """
    said = list(dict.fromkeys(i.zh for i in issues if i.level != "info"))
    if rejected:
        return "退回", "", " ".join(said)
    codes = {i.code for i in issues}
    targets = "；".join(match.targets[:_MATCHES_SHOWN]) if match else ""
    if match and match.shared:
        said.insert(0, f"与另外{match.shared}行是同一单位")
    if codes & WAITS:
        return "待定", targets, " ".join(said)
    if match is None or not match.targets:
        said.append("本行没有进入网络（同系列已有更新的表，或与自身共建）")
        return "未计入", "", " ".join(said)
    return (
        ("采用，有提醒" if said and any(i.level == "warning" for i in issues) else "采用"),
        (targets),
        " ".join(said),
    )


def matches_of(found: Mapping[str, Mapping[int, Match]], dataset: str) -> Mapping[int, Match]:
    """Matches of one dataset; none where it isn't live."""
    return found.get(dataset, {})
