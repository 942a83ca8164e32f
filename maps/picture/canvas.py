"""A map while it is drawn: its nodes and edges, and what the page's panel shall tell."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from maps.legend import LEVEL_NAMES, MARKS
from maps.picture.gather import area_path
from maps.picture.layout import MapLayout
from maps.picture.panel import area_title, initials, place_label
from maps.picture.texts import words

if TYPE_CHECKING:
    from pyvis.network import Network as Pyvis

    from analysis.gaps.gaps import Gaps
    from analysis.layers.layers import TieLayers
    from analysis.weak.results import WeakGrids
    from graph.model.labels import Day
    from graph.model.network import Network
    from graph.model.texts import Lang

OPTIONS: dict[str, Any] = {
    "autoResize": True,
    "layout": {"improvedLayout": False, "randomSeed": 1},
    "physics": {"enabled": False},
    "interaction": {
        "hover": True,
        "tooltipDelay": 250,
        "dragNodes": False,
        "selectConnectedEdges": False,
        "keyboard": {"enabled": False},
    },
    "nodes": {
        "borderWidth": 1,
        "font": {
            "face": "Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif",
            "strokeWidth": 3,
            "strokeColor": "#ffffff",
        },
        "scaling": {"label": {"enabled": False, "drawThreshold": 8}},
        "labelHighlightBold": False,
    },
    "edges": {"smooth": False, "selectionWidth": 1.5, "hoverWidth": 0.8},
}
"""Options of vis-network for our page; a user's `set_options` wins."""

KEY_COLOR = "#c2410c"
"""Border of an actor on which a weak area hangs."""


class Canvas:
    """Collects a map.

    Parameters
    ----------
    network, weak, layers
        The whole city, its verdicts, and its ties at the same day and level.
    area
        Code of the area shown, None for all.
    day, lang
        Day judged; language of every text.
    gaps
        Needs and their parts, if they shall be told.
    """

    def __init__(
        self,
        network: Network,
        weak: WeakGrids,
        layers: TieLayers,
        *,
        area: str | None,
        day: Day,
        lang: Lang,
        gaps: Gaps | None,
    ) -> None:
        self.network, self.weak, self.layers = network, weak, layers
        self.area, self.day, self.lang, self.gaps = area, day, lang, gaps
        self.w = words(lang, level=LEVEL_NAMES[weak.level].in_(lang))
        self.skip = area_path(network, area)
        self.by_code = {a.code: a for a in weak.areas}
        self.nodes: list[dict[str, Any]] = []
        self.edges: list[dict[str, Any]] = []
        self.info: dict[str, Any] = {}

    def name(self, key: str) -> str:
        """Name of an area or actor; its key where it has none."""
        return self.network.name_of.get(key, key)

    def level_word(self) -> str:
        """What the judged areas are called, in the plural."""
        name = LEVEL_NAMES[self.weak.level].in_(self.lang)
        return f"{name}s" if self.lang == "en" else name

    def frames(self, codes: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Boxes around each area, widest first and equally many.

        Frames that all share say nothing and are left out, except the innermost.
        """
        above = {}
        for code in codes:
            path = [c for c in self.network.path_of[code].split("/") if c]
            above[code] = tuple(path[:-1]) or (code,)
        depth = max((len(boxes) for boxes in above.values()), default=1)
        full = {c: boxes[:1] * (depth - len(boxes)) + boxes for c, boxes in above.items()}
        shared = 0
        while shared < depth - 1 and len({boxes[shared] for boxes in full.values()}) <= 1:
            shared += 1
        return {code: boxes[shared:] for code, boxes in full.items()}

    def node(
        self, key: str, mark: str, label: str, name: str, at: tuple[float, float], **more: Any
    ) -> None:
        """Add one node in the form that pyvis and vis-network expect."""
        style = MARKS[mark]
        node = {
            "id": key,
            "label": label,
            "name": name,
            "shape": style.shape,
            "size": style.size,
            "x": at[0],
            "y": at[1],
            "physics": False,
            "mark": mark,
        } | more
        letters = initials(str(node.get("find") or name)) if mark != "outside" else ""
        if letters:
            node["initials"] = letters
        self.nodes.append(node)

    def box_rows(self, layout: MapLayout) -> list[dict[str, Any]]:
        """The frames as the page draws them."""
        return [
            {
                "code": b.code,
                "name": place_label(self.name(b.code)),
                "depth": b.depth,
                "x": b.x,
                "y": b.y,
                "width": b.width,
                "height": b.height,
                "title": b.title,
            }
            for b in layout.boxes
        ]

    def mark_rows(self) -> list[dict[str, Any]]:
        """Legend of the shapes that are drawn."""
        counts = Counter(n["mark"] for n in self.nodes)
        rows: list[dict[str, Any]] = []
        for mark, style in MARKS.items():
            if counts[mark]:
                name = LEVEL_NAMES[self.weak.level] if mark == "area" else style.name
                rows.append(
                    {
                        "shape": style.shape,
                        "color": style.color,
                        "name": name.in_(self.lang),
                        "count": counts[mark],
                    }
                )
        if holding := sum(bool(n.get("holds")) for n in self.nodes):
            rows.append(
                {"shape": "ring", "color": KEY_COLOR, "name": self.w["key_actor"], "count": holding}
            )
        return rows

    def finish(self) -> Pyvis:
        """The pyvis network of what was drawn."""
        from pyvis.network import Network as Pyvis

        net = Pyvis(height="100%", width="100%", directed=False, cdn_resources="in_line")
        # filled directly: pyvis' own add_edge looks through all edges each time
        net.nodes = self.nodes
        net.edges = self.edges
        net.node_ids = [n["id"] for n in self.nodes]
        net.node_map = {n["id"]: n for n in self.nodes}
        net.set_options(json.dumps(OPTIONS))
        datasets = self.network.datasets
        name = area_title(self.network, self.area) or self._root_name()
        net.gongjian = {
            **self.info,
            "lang": self.lang,
            "words": self.w,
            "title": self.w["title"].replace("{area}", name),
            "date": self.day,
            "synthetic": bool(datasets["synthetic"].fill_null(False).any()),
            "source_files": [
                "｜".join(part for part in row if part)
                for row in datasets.sort("file", "sheet", "key").select("file", "sheet").iter_rows()
            ],
        }
        return net

    def _root_name(self) -> str:
        roots = self.network.areas.filter(self.network.areas["parent"].is_null())
        if roots.height == 1:
            return self.name(str(roots["key"][0]))
        return self.w["title_city"]
