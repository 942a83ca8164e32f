"""Interactive maps of the co-building network: which areas hang on what, and why.

`render_map` turns results into a `pyvis.network.Network` with fixed positions; `map_html` and
`write_map` turn that into one self-contained HTML file. A map shows one area: its grids in the
colour and sign of their verdict, the actors tied to them, the ties with their dates and the
rows that tell of them. Where an area holds too much for one picture, the map is an overview of
its communities (or streets), each with a ring of its grids' verdicts.

What misleads: a picture shows what was recorded. Ties that nobody handed in are missing from
it, and distance on it means nothing.
"""

from __future__ import annotations

import os
import tempfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.model.texts import Lang
from maps.page import fill_page
from maps.picture.canvas import OPTIONS, Canvas
from maps.picture.detailed import draw_detailed
from maps.picture.gather import Picture, area_path, areas_within, gather
from maps.picture.overview import draw_overview, overview_label
from maps.picture.texts import words

if TYPE_CHECKING:
    from pyvis.network import Network as Pyvis

    from analysis.city import City
    from analysis.layers.layers import TieLayers
    from analysis.recommend.results import Recommendations
    from graph.model.network import Network

LIMIT = 2000
"""Most nodes in one picture; beyond it the map is an overview."""


def render_map(
    city: City,
    *,
    area: str | None = None,
    lang: Lang = "zh",
    limit: int = LIMIT,
    link: str | None = None,
    recommended: Recommendations | None = None,
) -> Pyvis:
    """Draw one area's network as a pyvis `Network` with fixed positions.

    Parameters
    ----------
    city
        One whole city; its verdicts, needs and ties are shown.
    area
        Code of the area to show; a judged area shows the area around it, itself chosen. None
        is the whole network.
    lang
        Language of every text.
    limit
        Most nodes in the picture; where there are more it is an overview.
    link
        Address of another area's map with `{code}` in it, for overviews.
    recommended
        Ties worth making, drawn as dashed lines where the map isn't an overview.

    Returns
    -------
    pyvis.network.Network
        Nodes are areas (by code), actors (by key), hubs, and counts of actors outside, each
        with `x`, `y`, `shape`, `color`, `label`; what the side panel tells is in the
        attribute `gongjian`. It can be changed with pyvis' own functions and then written.

    Raises
    ------
    graph.model.errors.UnknownArea
        If the network has no area of that code.

    Notes
    -----
    Positions depend on nothing but codes, keys, names and ties: two runs give the same bytes.
    """
    network, layers = city.network, city.layers
    area_path(network, area)
    shown, chosen = _frame(layers, area)
    day = city.day or ""
    canvas = Canvas(network, city.weak, layers, area=shown, day=day, lang=lang, gaps=city.gaps)
    codes = areas_within(layers, canvas.skip)
    picture = _picture(network, layers, shown, codes, limit)
    if picture is not None:
        draw_detailed(canvas, picture, chosen, recommended)
    else:
        draw_overview(canvas, codes, overview_label(network, codes, city.level, limit), link)
    return canvas.finish()


def _frame(layers: TieLayers, area: str | None) -> tuple[str | None, str | None]:
    """The area to show, and the judged area chosen in it."""
    if area is None:
        return None, None
    chosen = layers.judged_of.get(area)
    if chosen is None:
        return area, None
    return layers.parent_of.get(chosen), chosen


def _picture(
    network: Network, layers: TieLayers, area: str | None, codes: list[str], limit: int
) -> Picture | None:
    """What a detailed map would show; None where that is too much."""
    if len(codes) > limit:
        return None
    picture = gather(network, layers, area)
    drawn = len(codes) + len(picture.actors) + len(picture.outside) + len(picture.centres)
    return picture if drawn <= limit else None


_BARE: dict[str, Any] = {
    "overview": False,
    "boxes": [],
    "areas": {},
    "actors": {},
    "ties": [],
    "sources": [],
    "verdicts": [],
    "ranked": [],
    "mechanism_counts": [],
    "mechanisms": {},
    "has": {},
    "show_lapsed": True,
    "marks": [],
    "names": {},
    "notes": [],
    "chosen": None,
    "counts": [],
    "lang": "zh",
    "title": "",
    "date": "",
    "synthetic": False,
    "source_files": [],
}
_SHOWN_BY_TEMPLATE = ("title", "date", "source_files", "lang", "counts", "synthetic")


def map_html(net: Pyvis, *, title: str | None = None, home: str | None = None) -> str:
    """The whole HTML file of a map.

    Parameters
    ----------
    net
        What `render_map` gave, changed or not; any other pyvis `Network` works as well, then
        without panel and legend.
    title
        In place of the map's own.
    home
        Address of the page that the map belongs to, where it is served.

    Returns
    -------
    str
        A page that needs nothing besides itself: scripts, styles and data are inline, and its
        content security policy forbids every request. Every text of the data is text.
    """
    info = _BARE | getattr(net, "gongjian", {})
    w = info.get("words") or words(info["lang"])
    data = {
        "nodes": net.nodes,
        "edges": [{"id": f"edge{i}", **edge} for i, edge in enumerate(net.edges)],
        "options": net.options if isinstance(net.options, dict) else OPTIONS,
        "words": w,
        **{key: info[key] for key in _BARE if key not in _SHOWN_BY_TEMPLATE},
    }
    files = sorted(set(info["source_files"]))
    line = "、".join(files[:2]) + ("…" if len(files) > 2 else "")
    count = w["source_count"].replace("{n}", str(len(info["source_files"])))
    return fill_page(
        data,
        html_lang="en" if info["lang"] == "en" else "zh-CN",
        title=title or info["title"] or net.heading or "gongjian",
        date=info["date"],
        synthetic=info["synthetic"],
        counts=info["counts"],
        sources=files,
        sources_line=f"{line}（{count}）" if files else "—",
        empty=not net.nodes,
        home=home,
        w=w,
    )


def write_map(path: Path | str, net: Pyvis, *, title: str | None = None) -> Path:
    """Write a map's file at once, or not at all.

    Parameters
    ----------
    path
        Where to; an existing file is replaced only once the new one is whole on disk.
    net, title
        As for `map_html`.

    Returns
    -------
    Path
        The file written, UTF-8 whatever the machine's locale.
    """
    target = Path(path)
    html = map_html(net, title=title)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(html)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
    return target


class MapView:
    """A map in a notebook: the last expression of a cell shows it, without a network."""

    def __init__(self, net: Pyvis, height: int = 560) -> None:
        self.net = net
        self.height = height

    def __repr__(self) -> str:
        return f"MapView({len(self.net.nodes)} nodes, {len(self.net.edges)} edges)"

    def _repr_html_(self) -> str:
        source = escape(map_html(self.net), quote=True)
        return (
            f'<iframe sandbox="allow-scripts" width="100%" height="{int(self.height)}" '
            f'frameborder="0" srcdoc="{source}"></iframe>'
        )


def map_view(city: City, *, height: int = 560, **options: Any) -> MapView:
    """A map for a notebook.

    Parameters
    ----------
    city, options
        As for `render_map`.
    height
        Height of the frame in pixels.
    """
    return MapView(render_map(city, **options), height)
