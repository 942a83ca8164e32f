"""The map of an area that fits one picture: its grids, the actors tied to them, and the ties."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from maps.legend import MARKS, VERDICTS
from maps.picture.canvas import KEY_COLOR, Canvas
from maps.picture.detailed_panel import panel_texts
from maps.picture.gather import Picture
from maps.picture.layout import label_lines
from maps.picture.placing import ACTOR_FONT, AREA_FONT, mark_of, outside_key
from maps.picture.recommended import add_recommended

if TYPE_CHECKING:
    from analysis.recommend.results import Recommendations
from maps.picture.detailed_drawing import DetailedDrawing
from maps.picture.detailed_ties import draw_administrative, draw_gaps, draw_recommended, draw_ties


def draw_all(drawing: DetailedDrawing) -> None:
    _draw_areas(drawing)
    _draw_actors(drawing)
    _draw_outside(drawing)
    _draw_hubs(drawing)
    draw_administrative(drawing)
    draw_ties(drawing)
    draw_gaps(drawing)
    draw_recommended(drawing)


def _draw_areas(drawing: DetailedDrawing) -> None:
    rooms = _rooms(drawing)
    for code in drawing.picture.codes:
        area = drawing.canvas.by_code[code]
        style = VERDICTS[area.verdict]
        name = drawing.canvas.name(code)
        drawing.canvas.node(
            code,
            "area",
            drawing.labels[code],
            name,
            drawing.layout.at[code],
            title=f"{name}｜{style.name.in_(drawing.lang)}",
            color={"background": style.fill, "border": "#ffffff"},
            borderWidth=2,
            font={"size": AREA_FONT},
            verdict=area.verdict,
            find=drawing.full_label(code).replace(" ", ""),
            room=rooms[drawing.boxes[code][-1]],
        )


def _rooms(drawing: DetailedDrawing) -> dict[str, float]:
    """Box -> distance between the columns of its areas: how long a label may be there."""
    columns: dict[str, set[float]] = defaultdict(set)
    for code, boxes in drawing.boxes.items():
        columns[boxes[-1]].add(drawing.layout.at[code][0])
    widths = {b.code: b.width for b in drawing.layout.boxes}
    found = {}
    for box, places in columns.items():
        steps = [b - a for a, b in pairwise(sorted(places))]
        found[box] = min(steps, default=widths[box])
    return found


def _draw_actors(drawing: DetailedDrawing) -> None:
    for key, actor in sorted(drawing.picture.actors.items()):
        if actor["hub"]:
            continue
        mark = mark_of(actor)
        own = MARKS[mark].color
        more: dict[str, Any] = {"borderWidth": 3, "holds": True} if key in drawing.held else {}
        name = drawing.canvas.name(key)
        drawing.canvas.node(
            key,
            mark,
            drawing.labels[key],
            name,
            drawing.layout.at[key],
            title=name,
            color={"background": own, "border": KEY_COLOR if key in drawing.held else own},
            font={"size": ACTOR_FONT},
            **more,
        )


def _draw_outside(drawing: DetailedDrawing) -> None:
    for code in sorted(drawing.picture.outside):
        key = outside_key(code)
        drawing.canvas.node(
            key,
            "outside",
            drawing.labels[key],
            drawing.labels[key],
            drawing.layout.at[key],
            title=drawing.w["outside_note"],
            color={"background": "#ffffff", "border": MARKS["outside"].color},
            font={"size": ACTOR_FONT},
        )


def _draw_hubs(drawing: DetailedDrawing) -> None:
    """Hub organisations and whole communities, in the strip at the top of their box.

    Those of an area that has no box of its own stand above the whole picture.
    """
    boxes = {b.code: b for b in drawing.layout.boxes}
    hubs = sorted(k for k, a in drawing.picture.actors.items() if a["hub"])
    at_box: dict[str, list[str]] = defaultdict(list)
    for key in [*drawing.picture.centres, *hubs]:
        path = drawing.canvas.network.path_of.get(key) or drawing.picture.actors[key]["path"]
        home = next((c for c in reversed(str(path or "").split("/")) if c in boxes), "")
        at_box[home].append(key)
    left = min((b.x for b in boxes.values()), default=0.0)
    right = max((b.x + b.width for b in boxes.values()), default=0.0)
    top = min((b.y for b in boxes.values()), default=0.0)
    for code, keys in sorted(at_box.items()):
        x, width, y = left, right - left, top - 44
        if code:
            x, width, y = (
                boxes[code].x,
                boxes[code].width,
                boxes[code].y + boxes[code].title / 2,
            )
        for i, key in enumerate(keys):
            _hub(drawing, key, (round(x + width * (i + 1) / (len(keys) + 1)), round(y)))


def _hub(drawing: DetailedDrawing, key: str, at: tuple[float, float]) -> None:
    mark = "hub" if key in drawing.picture.actors else "centre"
    name = drawing.canvas.name(key)
    drawing.canvas.node(
        key,
        mark,
        label_lines(name, 10, 1),
        name,
        at,
        title=name,
        color={"background": MARKS[mark].color, "border": "#ffffff"},
        font={"size": ACTOR_FONT},
    )


def draw_detailed(
    canvas: Canvas,
    picture: Picture,
    chosen: str | None,
    recommended: Recommendations | None = None,
) -> None:
    """Draw a picture's areas, actors and ties, and note what the panel tells of them.

    Parameters
    ----------
    canvas
        Drawn on.
    picture
        What is shown.
    chosen
        Judged area whose panel is open from the start.
    recommended
        Ties worth making, drawn as dashed lines.
    """
    new = add_recommended(picture, canvas.layers, recommended) if recommended else []
    drawing = DetailedDrawing(canvas, picture, new)
    draw_all(drawing)
    canvas.info = panel_texts(drawing) | {"chosen": chosen}
