"""Ties on the detailed map: lines of command, co-building, gaps and recommended ties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from maps.picture.gather import DrawnTie
from maps.picture.panel import mechanism_name
from maps.picture.placing import outside_key
from maps.picture.recommended import recommended_edge

if TYPE_CHECKING:
    pass
from maps.picture.detailed_drawing import DetailedDrawing

_TIE, _LAPSED, _HUB, _ADMIN, _GAP = "#93a7bc", "#c98f81", "#cdb777", "#ddd3b4", "#1d5f8a"


def draw_administrative(drawing: DetailedDrawing) -> None:
    """Lines from a whole community to its areas and hubs: who is above, not who works."""
    drawn = {n["id"] for n in drawing.canvas.nodes}
    judged = set(drawing.picture.codes)
    parent_of = drawing.canvas.layers.parent_of
    pairs = [(parent_of.get(code, ""), code) for code in drawing.picture.codes]
    pairs += [
        (str(actor["area"] or ""), key)
        for key, actor in drawing.picture.actors.items()
        if actor["hub"]
    ]
    for parent, key in sorted(pairs):
        if parent in drawn and parent not in judged:
            drawing.canvas.edges.append(
                {
                    "id": f"above|{parent}|{key}",
                    "from": parent,
                    "to": key,
                    "color": _ADMIN,
                    "width": 1,
                    "dashes": [1, 4],
                    "title": drawing.w["administrative"],
                    "state": "alive",
                    "mechanisms": [],
                    "ties": [],
                    "hub": True,
                }
            )


def draw_ties(drawing: DetailedDrawing) -> None:
    pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, tie in enumerate(drawing.picture.ties):
        pairs[min(tie.a, tie.b), max(tie.a, tie.b)].append(i)
    drawn = {n["id"] for n in drawing.canvas.nodes}
    for (one, other), found in sorted(pairs.items()):
        if one in drawn and other in drawn:
            ties = [drawing.picture.ties[i] for i in found]
            drawing.canvas.edges.append(_edge(drawing, one, other, ties, found))
    for code in sorted(drawing.picture.outside):
        edge = _edge(drawing, code, outside_key(code), drawing.picture.outside_ties[code], [])
        drawing.canvas.edges.append(edge | {"title": drawing.w["outside_note"]})


def _edge(
    drawing: DetailedDrawing, one: str, other: str, ties: Sequence[DrawnTie], numbers: Sequence[int]
) -> dict[str, Any]:
    alive = [t for t in ties if t.alive]
    names = sorted({t.mechanism for t in alive or ties})
    hub = any(t.hub for t in ties)
    title = "、".join(mechanism_name(m, drawing.lang) for m in names)
    edge: dict[str, Any] = {
        "id": f"{one}|{other}",
        "from": one,
        "to": other,
        "color": (_HUB if hub else _TIE) if alive else _LAPSED,
        "width": 1.2 + 0.6 * min(len(names) - 1, 2),
        "title": title if alive else f"{title}（{drawing.w['lapsed_tie']}）",
        "state": "alive" if alive else "lapsed",
        "mechanisms": names,
        "ties": list(numbers),
    }
    if not alive:
        edge["dashes"] = [6, 5]
    if hub:
        edge["hub"] = True
    return edge


def draw_gaps(drawing: DetailedDrawing) -> None:
    """Dotted lines from an area to the actors that could meet a need if a tie existed."""
    drawn = {n["id"] for n in drawing.canvas.nodes}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for code, needs in drawing.needs.items():
        for need in needs:
            if need.status == "sharing_gap":
                for offer in need.offers:
                    for actor in drawing.providers.get(offer, ()):
                        if actor in drawn:
                            found[code, actor].add(need.name)
    for (code, actor), names in sorted(found.items()):
        drawing.canvas.edges.append(
            {
                "id": f"gap|{code}|{actor}",
                "from": code,
                "to": actor,
                "color": _GAP,
                "width": 1.6,
                "dashes": [2, 5],
                "title": f"{drawing.w['gap_tie']}：{'、'.join(sorted(names))}",
                "state": "gap",
                "mechanisms": [],
                "ties": [],
            }
        )


def draw_recommended(drawing: DetailedDrawing) -> None:
    for number, (tie, ends) in enumerate(drawing.new, start=1):
        for end in ends:
            drawing.canvas.edges.append(recommended_edge(tie, number, end, drawing.lang))
