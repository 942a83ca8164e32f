"""What a cleaned copy says of each row: verdict, what it was matched with, and why.

A cleaned copy has the incoming layout; codes, dates and numbers are written in one way, and
three columns are added. It is made from the file itself: personal columns pass through it and
nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from graph.model.issue import Issue
from graph.model.labels import AREA_LABELS, PERSON_LABELS, Label, TieType
from graph.model.wanted import WantedGraph

WAITS = frozenset({"place_unknown", "place_ambiguous", "name_ambiguous"})

_MATCHES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class RowMatch:
    """What a row of a dataset became in the network."""

    targets: tuple[str, ...] = ()
    """Name and key of each body and area, nearest first."""
    shared: int = 0
    """Other rows that speak of the same body."""


def row_matches(wanted: WantedGraph, datasets: Collection[str]) -> dict[str, dict[int, RowMatch]]:
    """Dataset id -> row -> what it was matched with, from the evidence of nodes and ties.

    Persons have no name here; theirs are the places and bodies that their ties lead to.
    """
    names: dict[tuple[Label, str], str] = {
        (label, key): f"{props.get('name') or key}（{key}）"
        for label, nodes in wanted.nodes.items()
        if label not in PERSON_LABELS and label != Label.DATASET
        for key, props in nodes.items()
    }
    targets: dict[str, dict[int, dict[str, None]]] = {key: defaultdict(dict) for key in datasets}
    shared: dict[tuple[str, int], int] = {}
    for node, marks in _marked_nodes(wanted):
        for dataset, row in _rows(marks, targets):
            named = targets[dataset][row]
            if node in names:
                named[names[node]] = None
            if node[0] not in PERSON_LABELS:
                shared[dataset, row] = max(shared.get((dataset, row), 0), len(marks) - 1)
    for ends, marks in _marked_ties(wanted):
        named_ends = [names[end] for end in ends if end in names]
        for dataset, row in _rows(marks, targets) if named_ends else ():
            targets[dataset][row] |= dict.fromkeys(named_ends)
    return {
        key: {row: RowMatch(tuple(named), shared.get((key, row), 0)) for row, named in rows.items()}
        for key, rows in targets.items()
    }


def _marked_nodes(wanted: WantedGraph) -> Iterator[tuple[tuple[Label, str], list[str]]]:
    """The nodes that rows speak of, areas apart, with the marks of these rows."""
    for label, nodes in wanted.nodes.items():
        if label not in AREA_LABELS:
            for key, props in nodes.items():
                if isinstance(marks := props.get("evidence"), list):
                    yield (label, key), marks


def _marked_ties(wanted: WantedGraph) -> Iterator[tuple[list[tuple[Label, str]], list[str]]]:
    """The ends of ties, of a part only the part itself, with the marks of their rows."""
    for (type_, start, end), ties in wanted.ties.items():
        for tie in ties.values():
            if isinstance(marks := tie.props.get("evidence"), list):
                ends = [(start, tie.start), (end, tie.end)]
                yield ends[:1] if type_ == TieType.PART_OF else ends, marks


def _rows(marks: Sequence[str], wished: Collection[str]) -> list[tuple[str, int]]:
    pairs = (mark.rpartition(":") for mark in marks)
    return [(dataset, int(row)) for dataset, _, row in pairs if dataset in wished]


def verdict(
    *, rejected: bool, match: RowMatch | None, issues: Sequence[Issue]
) -> tuple[str, str, str]:
    """The three added cells of a row: verdict, matches, explanation.

    Examples
    --------
    >>> verdict(rejected=False, match=RowMatch(("甲（u1）",), 2), issues=[])
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
