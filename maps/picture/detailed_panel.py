"""What the panel of the detailed map tells of each area and actor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from maps.legend import verdict_rows
from maps.picture.panel import (
    Evidence,
    kind_name,
    measures,
    mechanism_name,
    need_line,
    reason_texts,
    tie_line,
    where,
)
from maps.picture.privacy import is_outside

if TYPE_CHECKING:
    from analysis.gaps.results import NeedGap
from maps.picture.detailed_drawing import DetailedDrawing


def panel_texts(drawing: DetailedDrawing) -> dict[str, Any]:
    """What the page's script needs besides nodes and edges."""
    canvas, picture = drawing.canvas, drawing.picture
    evidence = Evidence(canvas.network)
    ties = [tie_line(tie, evidence) for tie in picture.ties]
    alive = Counter(t.mechanism for t in picture.ties if t.alive)
    verdicts = Counter(str(canvas.by_code[c].verdict) for c in picture.codes)
    weak = [canvas.by_code[c] for c in picture.codes if canvas.by_code[c].weak]
    notes = []
    if picture.idle:
        notes.append(drawing.w["no_tie_actors"].replace("{n}", f"{picture.idle:,}"))
    return {
        "overview": False,
        "boxes": canvas.box_rows(drawing.layout),
        "areas": {code: _area(drawing, code) for code in picture.codes},
        "actors": _actors(drawing),
        "ties": ties,
        "sources": evidence.sources,
        "verdicts": verdict_rows(verdicts, drawing.lang),
        "ranked": [a.code for a in sorted(weak, key=lambda a: (a.rank, a.code))],
        "mechanism_counts": [[m, alive[m]] for m in sorted(alive)],
        "mechanisms": {
            m: mechanism_name(m, drawing.lang) for m in sorted({t.mechanism for t in picture.ties})
        },
        # where most ties have lapsed they would hide those that hold
        "show_lapsed": 2 * sum(not t.alive for t in picture.ties) <= sum(alive.values()),
        "has": {
            "hubs": any(n["mark"] in ("hub", "centre") for n in canvas.nodes),
            "lapsed": any(not t.alive for t in picture.ties),
            "gaps": any(e["state"] == "gap" for e in canvas.edges),
            "recommended": bool(drawing.new),
        },
        "marks": canvas.mark_rows(),
        "names": _other_names(drawing),
        "notes": notes,
        "counts": [
            [len(picture.codes), canvas.level_word()],
            [len(picture.actors), drawing.w["actors_word"]],
            [sum(alive.values()), drawing.w["ties_word"]],
        ],
    }


def _area(drawing: DetailedDrawing, code: str) -> dict[str, Any]:
    canvas, picture = drawing.canvas, drawing.picture
    area = canvas.by_code[code]
    cut = area.cut_actors or ()
    unnamed = picture.outside.get(code, set()) | {a for a in cut if a not in picture.actors}
    hidden = [canvas.name(actor) for actor in unnamed]
    return {
        "name": canvas.name(code),
        "label": drawing.full_label(code),
        "where": where(canvas.network, canvas.network.path_of[code]),
        "verdict": area.verdict,
        "reasons": reason_texts(area, hidden, drawing.lang, drawing.w),
        "measures": measures(area, drawing.lang, drawing.w),
        "cut_actors": [a for a in cut if a in picture.actors],
        "needs": [
            need_line(need, _hidden_providers(drawing, need), drawing.lang, drawing.w)
            for need in drawing.needs.get(code, ())
        ],
    }


def _hidden_providers(drawing: DetailedDrawing, need: NeedGap) -> list[str]:
    """Names of providers outside the map that the need's explanation may speak of."""
    providers = {p for offer in need.offers for p in drawing.providers.get(offer, ())}
    return [
        drawing.canvas.name(p)
        for p in sorted(providers)
        if is_outside(drawing.path_of_actor.get(p), drawing.picture.area_path)
    ]


def _actors(drawing: DetailedDrawing) -> dict[str, Any]:
    found = {}
    for key, actor in sorted(drawing.picture.actors.items()):
        kind = actor["kind"]
        seat = f"{actor['path']}{key}/" if actor["path"] else None
        found[key] = {
            "kind": kind_name(str(kind) if kind else None, drawing.lang),
            "where": where(drawing.canvas.network, seat),
            "holds": drawing.held.get(key, []),
        }
    return found


def _other_names(drawing: DetailedDrawing) -> Mapping[str, str]:
    """Names of ties' ends that aren't drawn."""
    drawn = {n["id"] for n in drawing.canvas.nodes}
    ends: Iterable[str] = {end for t in drawing.picture.ties for end in (t.a, t.b)} - drawn
    return {end: drawing.canvas.name(end) for end in sorted(ends)}
