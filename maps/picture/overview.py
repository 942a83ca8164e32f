"""The map of an area too large to show each grid: its communities, streets or districts.

Each is a ring of its judged areas' verdicts with the number of weak ones inside. A line joins
two that share actors with alive ties to areas in both; each keeps its strongest few, so that
the picture stays readable, and the map says how many are left out.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.model.labels import Label
from maps.legend import LEVEL_NAMES, verdict_rows, weak_shade
from maps.picture.canvas import Canvas
from maps.picture.layout import Spot, arrange, label_lines, label_size
from maps.picture.panel import place_label, where

if TYPE_CHECKING:
    from analysis.weak.results import WeakGrid
    from graph.model.network import Network

_STRONGEST = 3
_FONT = 13
_LABELS = (Label.COMMUNITY, Label.STREET, Label.DISTRICT, Label.CITY)
_COARSER = {"grid": 0, "community": 1, "street": 2, "district": 3}


def overview_label(network: Network, codes: Sequence[str], level: str, limit: int) -> Label:
    """Label of the areas that an overview shows: the finest with at most `limit` of them.

    Parameters
    ----------
    codes
        Judged areas to be shown together.
    level
        Their level.
    """
    for label in _LABELS[_COARSER[level] :]:
        if len(set(_groups(network, codes, label).values())) <= limit:
            return label
    return _LABELS[-1]


def _groups(network: Network, codes: Sequence[str], label: Label) -> dict[str, str]:
    """Judged area -> the area of that label above it (the root where there is none)."""
    wanted = set(network.areas.filter(network.areas["label"] == str(label))["key"])
    found = {}
    for code in codes:
        above = [c for c in network.path_of[code].split("/") if c]
        found[code] = next((c for c in reversed(above) if c in wanted), above[0])
    return found


def draw_overview(canvas: Canvas, codes: Sequence[str], label: Label, link: str | None) -> None:
    """Draw the areas of one label in place of the judged areas below them.

    Parameters
    ----------
    canvas
        Drawn on.
    codes
        Judged areas that the overview sums up.
    label
        Which areas are drawn.
    link
        Address of an area's own map, with `{code}` in it.
    """
    group_of = _groups(canvas.network, codes, label)
    below: dict[str, list[WeakGrid]] = defaultdict(list)
    for code in codes:
        below[group_of[code]].append(canvas.by_code[code])
    _draw_rings(canvas, below)
    dropped = _draw_shared(canvas, group_of)
    details = {key: _details(canvas, key, below[key], link) for key in sorted(below)}
    level = str(label).lower()
    canvas.info = {
        "overview": True,
        "boxes": canvas.info["boxes"],
        "areas": details,
        "verdicts": verdict_rows(Counter(canvas.by_code[c].verdict for c in codes), canvas.lang),
        "ranked": sorted(
            (key for key in details if details[key]["weakCount"]),
            key=lambda key: (-details[key]["weakCount"], key),
        ),
        "notes": [canvas.w["dropped_edges"].replace("{n}", f"{dropped:,}")] if dropped else [],
        "counts": [
            [len(codes), canvas.level_word()],
            [len(below), LEVEL_NAMES[level].in_(canvas.lang)],
        ],
    }


def _draw_rings(canvas: Canvas, below: Mapping[str, Sequence[WeakGrid]]) -> None:
    sizes = {key: 13 + 4.5 * math.sqrt(len(areas)) for key, areas in below.items()}
    labels = {key: label_lines(place_label(canvas.name(key)), 7) for key in below}
    frames = canvas.frames(sorted(below))
    spots = []
    for key in sorted(below):
        width, above, under = label_size(labels[key], _FONT, sizes[key])
        spots.append(Spot(key, frames[key], (width + 8, above + 2, under + 6)))
    layout = arrange(spots)
    canvas.info["boxes"] = canvas.box_rows(layout)
    for key in sorted(below):
        counts = Counter(a.verdict for a in below[key])
        weak = sum(a.weak for a in below[key])
        shade = weak_shade(weak, len(below[key]) - counts["unknown"])
        canvas.node(
            key,
            "area",
            labels[key],
            canvas.name(key),
            layout.at[key],
            size=round(sizes[key], 1),
            title=f"{canvas.name(key)}｜{canvas.w['weak_below']} {weak} / {len(below[key])}",
            color={"background": "#ffffff", "border": shade},
            font={"size": _FONT},
            below=dict(sorted(counts.items())),
            weak=weak,
        )


def _details(
    canvas: Canvas, key: str, areas: Sequence[WeakGrid], link: str | None
) -> dict[str, Any]:
    weak = sorted((a for a in areas if a.weak), key=lambda a: (a.rank, a.code))
    return {
        "name": canvas.name(key),
        "where": where(canvas.network, canvas.network.path_of[key]),
        "label": place_label(canvas.name(key)),
        "parent": canvas.name(canvas.layers.parent_of.get(key, "")),
        "below": dict(sorted(Counter(a.verdict for a in areas).items())),
        "weakCount": len(weak),
        "weak": [{"name": canvas.name(a.code), "verdict": a.verdict} for a in weak],
        "link": link.replace("{code}", key) if link else None,
    }


def _draw_shared(canvas: Canvas, group_of: Mapping[str, str]) -> int:
    """Join areas that share actors; returns how many weaker lines are left out."""
    from scipy import sparse

    layers = canvas.layers
    groups = sorted(set(group_of.values()))
    if not groups:
        return 0
    at = {key: i for i, key in enumerate(groups)}
    row_of = np.array([at.get(group_of.get(code, ""), -1) for code in layers.codes], dtype=int)
    rows = row_of[layers.graph.edge_area]
    keep = rows >= 0
    touch = sparse.csr_matrix(
        (np.ones(int(keep.sum())), (rows[keep], layers.graph.edge_actor[keep])),
        shape=(len(groups), layers.actors.height),
    )
    touch.data[:] = 1.0
    shared = sparse.triu(touch @ touch.T, k=1).tocoo()
    pairs = sorted(
        (-round(float(n)), groups[i], groups[j])
        for i, j, n in zip(shared.row, shared.col, shared.data, strict=True)
    )
    held: Counter[str] = Counter()
    drawn = 0
    for negative, one, other in pairs:
        if held[one] >= _STRONGEST and held[other] >= _STRONGEST:
            continue
        held[one] += 1
        held[other] += 1
        drawn += 1
        canvas.edges.append(
            {
                "id": f"{one}|{other}",
                "from": one,
                "to": other,
                "color": "#b9c5d1",
                "width": round(min(1 + math.log2(-negative), 6.0), 2),
                "title": f"{canvas.w['shared']}：{-negative}",
                "shared": -negative,
                "state": "alive",
                "mechanisms": [],
                "ties": [],
            }
        )
    return len(pairs) - drawn
