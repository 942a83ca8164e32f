"""The detailed map while it is drawn: what its parts look up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from maps.picture.canvas import Canvas
from maps.picture.gather import Picture
from maps.picture.panel import place_label, short_name
from maps.picture.placing import Placing

if TYPE_CHECKING:
    from analysis.gaps.results import NeedGap
    from analysis.recommend.results import Recommended


class DetailedDrawing:
    def __init__(
        self, canvas: Canvas, picture: Picture, new: Sequence[tuple[Recommended, list[str]]]
    ) -> None:
        self.canvas, self.picture, self.new = canvas, picture, new
        self.lang, self.w = canvas.lang, canvas.w
        placed = Placing(canvas, picture)
        self.boxes, self.labels, self.layout = placed.boxes, placed.labels, placed.layout
        self.held = self._held()
        self.needs = self._needs_by_area()
        self.providers = self._providers()
        self.path_of_actor: dict[str, str | None] = dict(
            canvas.network.actors.select("key", "path").iter_rows()
        )

    def _held(self) -> dict[str, list[str]]:
        """Actor -> weak areas shown that hang on it (it is among their cut actors)."""
        held: dict[str, list[str]] = defaultdict(list)
        for code in self.picture.codes:
            area = self.canvas.by_code[code]
            if area.weak:
                for actor in area.cut_actors or ():
                    held[actor].append(code)
        return held

    def _providers(self) -> dict[str, list[str]]:
        ties = self.canvas.network.ties
        offers = ties.filter(ties["type"] == "OFFERS").select("end", "start").sort("end", "start")
        found: dict[str, list[str]] = defaultdict(list)
        for offer, provider in offers.iter_rows():
            found[offer].append(provider)
        return found

    def _needs_by_area(self) -> dict[str, list[NeedGap]]:
        """Judged area -> its own needs."""
        found: dict[str, list[NeedGap]] = defaultdict(list)
        if self.canvas.gaps is None:
            return found
        wanted = set(self.picture.codes)
        judged_of = self.canvas.layers.judged_of
        for need in self.canvas.gaps.needs:
            code = judged_of.get(need.area or "")
            if code in wanted:
                found[code].append(need)
        return found

    def full_label(self, code: str) -> str:
        """An area's name that says which one it is: 书院社区 第1网格."""
        name = self.canvas.name(code)
        if self.canvas.weak.level != "grid":
            return place_label(name)
        parent = self.canvas.name(self.canvas.layers.parent_of.get(code, ""))
        return f"{place_label(parent)} {short_name(name, parent)}".strip()
