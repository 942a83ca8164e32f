"""Labels of a detailed map's areas and actors, and where each stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from maps.legend import LABEL_MARK, MARKS
from maps.picture.canvas import Canvas
from maps.picture.gather import Picture
from maps.picture.layout import Satellite, Spot, arrange, label_lines, label_size
from maps.picture.panel import actor_label, short_name

AREA_FONT, ACTOR_FONT = 14, 11


def outside_key(code: str) -> str:
    """Key of the mark that counts an area's actors outside the map."""
    return f"outside:{code}"


def mark_of(actor: Mapping[str, object]) -> str:
    """Mark of an actor that is no hub."""
    return LABEL_MARK[str(actor["label"])]


class Placing:
    """Where a picture's areas and actors stand.

    Attributes
    ----------
    boxes
        Judged area -> codes of the frames around it, widest first.
    labels
        Key -> label, broken into lines.
    layout
        Positions and frames.
    """

    def __init__(self, canvas: Canvas, picture: Picture) -> None:
        self._canvas, self._picture = canvas, picture
        self.boxes = canvas.frames(picture.codes)
        self.labels = self._labels()
        self.layout = arrange(self._spots(), self._satellites())

    def _labels(self) -> dict[str, str]:
        canvas, labels = self._canvas, {}
        parents = canvas.layers.parent_of
        wide = [
            name
            for name, label in canvas.network.areas.select("name", "label").iter_rows()
            if name and label in ("City", "District")
        ]
        for code in self._picture.codes:
            parent = canvas.name(parents.get(code, ""))
            labels[code] = label_lines(short_name(canvas.name(code), parent), 7)
        for key in self._picture.actors:
            labels[key] = label_lines(actor_label(canvas.name(key), wide), 8)
        for code, actors in self._picture.outside.items():
            labels[outside_key(code)] = canvas.w["outside"].replace("{n}", str(len(actors)))
        return labels

    def _spots(self) -> list[Spot]:
        spots = []
        for code in self._picture.codes:
            width, above, below = label_size(self.labels[code], AREA_FONT, MARKS["area"].size)
            spots.append(Spot(code, self.boxes[code], (max(width + 24, 76.0), above, below + 4)))
        return spots

    def _satellites(self) -> list[Satellite]:
        """Each actor in its seat's box if that is shown, else where most of its ties are."""
        picture = self._picture
        box_of = {code: boxes[-1] for code, boxes in self.boxes.items()}
        shown = set(box_of.values())
        near = self._areas_near()
        found = []
        for key, actor in picture.actors.items():
            if actor["hub"]:
                continue
            path = str(actor["path"] or "").split("/")
            home = next((c for c in reversed(path) if c in shown), None)
            if home is None:
                ties_into = Counter(box_of[area] for area in near[key])
                home = min(ties_into or shown, key=lambda box: (-ties_into[box], box))
            size = label_size(self.labels[key], ACTOR_FONT, MARKS[mark_of(actor)].size)
            here = tuple(sorted(a for a in near[key] if box_of[a] == home))
            found.append(Satellite(key, home, here, size))
        for code in picture.outside:
            key = outside_key(code)
            size = label_size(self.labels[key], ACTOR_FONT, MARKS["outside"].size)
            found.append(Satellite(key, box_of[code], (code,), size))
        return found

    def _areas_near(self) -> dict[str, set[str]]:
        """Actor -> judged areas that its ties lead to."""
        near: dict[str, set[str]] = defaultdict(set)
        for tie in self._picture.ties:
            for actor, area in ((tie.a, tie.b), (tie.b, tie.a)):
                if actor in self._picture.actors and area in self.boxes:
                    near[actor].add(area)
        return near
