"""Independent parts of a city: ties in one never change what ties in another are worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from analysis.layers.edits import TieEnds
from analysis.recommend.worth import marks_of

if TYPE_CHECKING:
    from analysis.recommend.ground import Ground
from analysis.recommend.program_model import Block


def blocks(ground: Ground, ties: Collection[TieEnds], *, whole: bool = False) -> Iterable[Block]:
    """The independent parts: ties that share an actor, a street, a shortage or a weak area
    stay together; with `whole`, all of them.
    """
    root: dict[object, object] = {}

    def find(node: object) -> object:
        root.setdefault(node, node)
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    def join(one: object, other: object) -> None:
        a, b = find(one), find(other)
        if a != b:
            root[a] = b

    for tie in ties:
        if whole:
            join(tie, ("city", 0))
        for mark in marks_of(ground, tie):
            join(tie, mark)
    market, web = ground.market, ground.web
    for s, part in market.part_of.items():
        if ("flow", part) in root:
            join(("flow", part), ("street", market.sites[s].street))
    for area in sorted(web.weak):
        if ("weak", area) in root:
            join(("weak", area), ("street", ground.area_street(area)))
    found: dict[object, list[TieEnds]] = defaultdict(list)
    for tie in sorted(ties):
        found[find(tie)].append(tie)
    marks: dict[object, list[tuple[str, Any]]] = defaultdict(list)
    for node in root:
        if isinstance(node, tuple) and not isinstance(node, TieEnds):
            marks[find(node)].append(node)
    for at, members in found.items():
        named = marks[at]
        parts = {value for kind, value in named if kind == "flow"}
        yield Block(
            ties=tuple(members),
            sites=tuple(s for s, part in market.part_of.items() if part in parts),
            weak=tuple(sorted(value for kind, value in named if kind == "weak")),
            streets=tuple(sorted(value for kind, value in named if kind == "street")),
        )
