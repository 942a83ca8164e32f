"""The map of an area that fits one picture: its grids, the actors tied to them, and the ties."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from maps.legend import MARKS, VERDICTS, verdict_rows
from maps.picture.canvas import KEY_COLOR, Canvas
from maps.picture.gather import DrawnTie, Picture
from maps.picture.layout import label_lines
from maps.picture.panel import (
    Evidence,
    kind_name,
    measures,
    mechanism_name,
    need_line,
    place_label,
    reason_texts,
    short_name,
    tie_line,
    where,
)
from maps.picture.placing import ACTOR_FONT, AREA_FONT, Placing, mark_of, outside_key
from maps.picture.privacy import is_outside
from maps.picture.recommended import add_recommended, recommended_edge

if TYPE_CHECKING:
    from analysis.gaps.results import NeedGap
    from analysis.recommend.results import Recommendations, Recommended

_TIE, _LAPSED, _HUB, _ADMIN, _GAP = "#93a7bc", "#c98f81", "#cdb777", "#ddd3b4", "#1d5f8a"


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
    drawing = _Detailed(canvas, picture, new)
    drawing.draw()
    canvas.info = drawing.info() | {"chosen": chosen}


class _Detailed:
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

    def draw(self) -> None:
        self._draw_areas()
        self._draw_actors()
        self._draw_outside()
        self._draw_hubs()
        self._draw_administrative()
        self._draw_ties()
        self._draw_gaps()
        self._draw_recommended()

    def _held(self) -> dict[str, list[str]]:
        """Actor -> weak areas shown that hang on it (it is among their cut actors)."""
        held: dict[str, list[str]] = defaultdict(list)
        for code in self.picture.codes:
            area = self.canvas.by_code[code]
            if area.weak:
                for actor in area.cut_actors or ():
                    held[actor].append(code)
        return held

    # ------------------------------------------------------------------ nodes

    def _draw_areas(self) -> None:
        rooms = self._rooms()
        for code in self.picture.codes:
            area = self.canvas.by_code[code]
            style = VERDICTS[area.verdict]
            name = self.canvas.name(code)
            self.canvas.node(
                code,
                "area",
                self.labels[code],
                name,
                self.layout.at[code],
                title=f"{name}｜{style.name(self.lang)}",
                color={"background": style.fill, "border": "#ffffff"},
                borderWidth=2,
                font={"size": AREA_FONT},
                verdict=area.verdict,
                find=self._full_label(code).replace(" ", ""),
                room=rooms[self.boxes[code][-1]],
            )

    def _rooms(self) -> dict[str, float]:
        """Box -> distance between the columns of its areas: how long a label may be there."""
        columns: dict[str, set[float]] = defaultdict(set)
        for code, boxes in self.boxes.items():
            columns[boxes[-1]].add(self.layout.at[code][0])
        widths = {b.code: b.width for b in self.layout.boxes}
        found = {}
        for box, places in columns.items():
            steps = [b - a for a, b in pairwise(sorted(places))]
            found[box] = min(steps, default=widths[box])
        return found

    def _draw_actors(self) -> None:
        for key, actor in sorted(self.picture.actors.items()):
            if actor["hub"]:
                continue
            mark = mark_of(actor)
            own = MARKS[mark].color
            more: dict[str, Any] = {"borderWidth": 3, "holds": True} if key in self.held else {}
            name = self.canvas.name(key)
            self.canvas.node(
                key,
                mark,
                self.labels[key],
                name,
                self.layout.at[key],
                title=name,
                color={"background": own, "border": KEY_COLOR if key in self.held else own},
                font={"size": ACTOR_FONT},
                **more,
            )

    def _draw_outside(self) -> None:
        for code in sorted(self.picture.outside):
            key = outside_key(code)
            self.canvas.node(
                key,
                "outside",
                self.labels[key],
                self.labels[key],
                self.layout.at[key],
                title=self.w["outside_note"],
                color={"background": "#ffffff", "border": MARKS["outside"].color},
                font={"size": ACTOR_FONT},
            )

    def _draw_hubs(self) -> None:
        """Hub organisations and whole communities, in the strip at the top of their box.

        Those of an area that has no box of its own stand above the whole picture.
        """
        boxes = {b.code: b for b in self.layout.boxes}
        hubs = sorted(k for k, a in self.picture.actors.items() if a["hub"])
        at_box: dict[str, list[str]] = defaultdict(list)
        for key in [*self.picture.centres, *hubs]:
            path = self.canvas.network.path_of.get(key) or self.picture.actors[key]["path"]
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
                self._hub(key, (round(x + width * (i + 1) / (len(keys) + 1)), round(y)))

    def _hub(self, key: str, at: tuple[float, float]) -> None:
        mark = "hub" if key in self.picture.actors else "centre"
        name = self.canvas.name(key)
        self.canvas.node(
            key,
            mark,
            label_lines(name, 10, 1),
            name,
            at,
            title=name,
            color={"background": MARKS[mark].color, "border": "#ffffff"},
            font={"size": ACTOR_FONT},
        )

    # ------------------------------------------------------------------ edges

    def _draw_administrative(self) -> None:
        """Lines from a whole community to its areas and hubs: who is above, not who works."""
        drawn = {n["id"] for n in self.canvas.nodes}
        judged = set(self.picture.codes)
        parent_of = self.canvas.layers.parent_of
        pairs = [(parent_of.get(code, ""), code) for code in self.picture.codes]
        pairs += [
            (str(actor["area"] or ""), key)
            for key, actor in self.picture.actors.items()
            if actor["hub"]
        ]
        for parent, key in sorted(pairs):
            if parent in drawn and parent not in judged:
                self.canvas.edges.append(
                    {
                        "id": f"above|{parent}|{key}",
                        "from": parent,
                        "to": key,
                        "color": _ADMIN,
                        "width": 1,
                        "dashes": [1, 4],
                        "title": self.w["administrative"],
                        "state": "alive",
                        "mechanisms": [],
                        "ties": [],
                        "hub": True,
                    }
                )

    def _draw_ties(self) -> None:
        pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
        for i, tie in enumerate(self.picture.ties):
            pairs[min(tie.a, tie.b), max(tie.a, tie.b)].append(i)
        drawn = {n["id"] for n in self.canvas.nodes}
        for (one, other), found in sorted(pairs.items()):
            if one in drawn and other in drawn:
                ties = [self.picture.ties[i] for i in found]
                self.canvas.edges.append(self._edge(one, other, ties, found))
        for code in sorted(self.picture.outside):
            edge = self._edge(code, outside_key(code), self.picture.outside_ties[code], [])
            self.canvas.edges.append(edge | {"title": self.w["outside_note"]})

    def _edge(
        self, one: str, other: str, ties: Sequence[DrawnTie], numbers: Sequence[int]
    ) -> dict[str, Any]:
        alive = [t for t in ties if t.alive]
        names = sorted({t.mechanism for t in alive or ties})
        hub = any(t.hub for t in ties)
        title = "、".join(mechanism_name(m, self.lang) for m in names)
        edge: dict[str, Any] = {
            "id": f"{one}|{other}",
            "from": one,
            "to": other,
            "color": (_HUB if hub else _TIE) if alive else _LAPSED,
            "width": 1.2 + 0.6 * min(len(names) - 1, 2),
            "title": title if alive else f"{title}（{self.w['lapsed_tie']}）",
            "state": "alive" if alive else "lapsed",
            "mechanisms": names,
            "ties": list(numbers),
        }
        if not alive:
            edge["dashes"] = [6, 5]
        if hub:
            edge["hub"] = True
        return edge

    def _draw_gaps(self) -> None:
        """Dotted lines from an area to the actors that could meet a need if a tie existed."""
        drawn = {n["id"] for n in self.canvas.nodes}
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for code, needs in self.needs.items():
            for need in needs:
                if need.status == "sharing_gap":
                    for offer in need.offers:
                        for actor in self.providers.get(offer, ()):
                            if actor in drawn:
                                found[code, actor].add(need.name)
        for (code, actor), names in sorted(found.items()):
            self.canvas.edges.append(
                {
                    "id": f"gap|{code}|{actor}",
                    "from": code,
                    "to": actor,
                    "color": _GAP,
                    "width": 1.6,
                    "dashes": [2, 5],
                    "title": f"{self.w['gap_tie']}：{'、'.join(sorted(names))}",
                    "state": "gap",
                    "mechanisms": [],
                    "ties": [],
                }
            )

    def _draw_recommended(self) -> None:
        for number, (tie, ends) in enumerate(self.new, start=1):
            for end in ends:
                self.canvas.edges.append(recommended_edge(tie, number, end, self.lang))

    def _providers(self) -> dict[str, list[str]]:
        ties = self.canvas.network.ties
        offers = ties.filter(ties["type"] == "OFFERS").select("end", "start").sort("end", "start")
        found: dict[str, list[str]] = defaultdict(list)
        for offer, provider in offers.iter_rows():
            found[offer].append(provider)
        return found

    # ------------------------------------------------------------------ the panel

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

    def info(self) -> dict[str, Any]:
        """What the page's script needs besides nodes and edges."""
        canvas, picture = self.canvas, self.picture
        evidence = Evidence(canvas.network)
        ties = [tie_line(tie, evidence) for tie in picture.ties]
        alive = Counter(t.mechanism for t in picture.ties if t.alive)
        verdicts = Counter(str(canvas.by_code[c].verdict) for c in picture.codes)
        weak = [canvas.by_code[c] for c in picture.codes if canvas.by_code[c].weak]
        notes = []
        if picture.idle:
            notes.append(self.w["no_tie_actors"].replace("{n}", f"{picture.idle:,}"))
        return {
            "overview": False,
            "boxes": canvas.box_rows(self.layout),
            "areas": {code: self._area(code) for code in picture.codes},
            "actors": self._actors(),
            "ties": ties,
            "sources": evidence.sources,
            "verdicts": verdict_rows(verdicts, self.lang),
            "ranked": [a.code for a in sorted(weak, key=lambda a: (a.rank, a.code))],
            "mechanism_counts": [[m, alive[m]] for m in sorted(alive)],
            "mechanisms": {
                m: mechanism_name(m, self.lang) for m in sorted({t.mechanism for t in picture.ties})
            },
            # where most ties have lapsed they would hide those that hold
            "show_lapsed": 2 * sum(not t.alive for t in picture.ties) <= sum(alive.values()),
            "has": {
                "hubs": any(n["mark"] in ("hub", "centre") for n in canvas.nodes),
                "lapsed": any(not t.alive for t in picture.ties),
                "gaps": any(e["state"] == "gap" for e in canvas.edges),
                "recommended": bool(self.new),
            },
            "marks": canvas.mark_rows(),
            "names": self._other_names(),
            "notes": notes,
            "counts": [
                [len(picture.codes), canvas.level_word()],
                [len(picture.actors), self.w["actors_word"]],
                [sum(alive.values()), self.w["ties_word"]],
            ],
        }

    def _area(self, code: str) -> dict[str, Any]:
        canvas, picture = self.canvas, self.picture
        area = canvas.by_code[code]
        cut = area.cut_actors or ()
        unnamed = picture.outside.get(code, set()) | {a for a in cut if a not in picture.actors}
        hidden = [canvas.name(actor) for actor in unnamed]
        return {
            "name": canvas.name(code),
            "label": self._full_label(code),
            "where": where(canvas.network, canvas.network.path_of[code]),
            "verdict": area.verdict,
            "reasons": reason_texts(area, hidden, self.lang, self.w),
            "measures": measures(area, self.lang, self.w),
            "cut_actors": [a for a in cut if a in picture.actors],
            "needs": [
                need_line(need, self._hidden_providers(need), self.lang, self.w)
                for need in self.needs.get(code, ())
            ],
        }

    def _hidden_providers(self, need: NeedGap) -> list[str]:
        """Names of providers outside the map that the need's explanation may speak of."""
        providers = {p for offer in need.offers for p in self.providers.get(offer, ())}
        return [
            self.canvas.name(p)
            for p in sorted(providers)
            if is_outside(self.path_of_actor.get(p), self.picture.area_path)
        ]

    def _full_label(self, code: str) -> str:
        """An area's name that says which one it is: 书院社区 第1网格."""
        name = self.canvas.name(code)
        if self.canvas.weak.level != "grid":
            return place_label(name)
        parent = self.canvas.name(self.canvas.layers.parent_of.get(code, ""))
        return f"{place_label(parent)} {short_name(name, parent)}".strip()

    def _actors(self) -> dict[str, Any]:
        found = {}
        for key, actor in sorted(self.picture.actors.items()):
            kind = actor["kind"]
            seat = f"{actor['path']}{key}/" if actor["path"] else None
            found[key] = {
                "kind": kind_name(str(kind) if kind else None, self.lang),
                "where": where(self.canvas.network, seat),
                "holds": self.held.get(key, []),
            }
        return found

    def _other_names(self) -> Mapping[str, str]:
        """Names of ties' ends that aren't drawn."""
        drawn = {n["id"] for n in self.canvas.nodes}
        ends: Iterable[str] = {end for t in self.picture.ties for end in (t.a, t.b)} - drawn
        return {end: self.canvas.name(end) for end in sorted(ends)}
