"""What the planner's page shows of one area: verdicts, gaps, sources, in the reader's words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from analysis.gaps.results import PARTS, CategoryGap, GapTotals, NeedGap, Part
from analysis.recommend.results import Recommendations
from analysis.weak.results import WATCH, WeakGrid
from api.deps import Reader
from api.html import number
from api.results.area_view import connectivity, in_order, standing
from api.results.prepared import Prepared
from api.texts import PageTexts
from graph.model.texts import Lang, Text
from graph.model.vocabulary import SERVICES, SHEET_WORDS, URGENCY
from graph.names.plain import plain
from maps.legend import LEVEL_NAMES, STANDINGS, VERDICTS
from maps.picture.panel import place_label

ROWS = 15
"""Rows of a list before "show all"."""
_FOUND = 20
_CHOSEN_FROM = ("City", "District", "Street", "Community")


@dataclass(frozen=True)
class PageQuery:
    """What the page's address asks for."""

    area: str | None
    lang: Lang
    q: str
    every: bool
    date: str | None


def planner_context(
    reader: Reader, asked: PageQuery, recommended: Recommendations | None = None
) -> dict[str, Any]:
    """Everything that the template of the planner's page needs."""
    prepared, w = reader.prepared, PageTexts(asked.lang)
    links = _Links(prepared, asked)
    level = w.of(LEVEL_NAMES[prepared.level])
    area, name_of = asked.area, prepared.network.name_of
    inside = [a for a in prepared.weak.areas if area is None or area in a.path]
    return {
        "w": w,
        "lang": asked.lang,
        "links": links,
        "level": level,
        "level_code": prepared.level,
        "levels": [
            (code, w.of(LEVEL_NAMES[code])) for code in ("grid", "community", "street", "district")
        ],
        "asked": asked,
        "date": prepared.day,
        "area": area,
        "area_name": name_of.get(area or "", "") or _root_name(prepared, w),
        "trail": [(code, name_of.get(code, code)) for code in _trail(prepared, area)],
        "choices": _choices(reader, area, w),
        "hits": _hits(reader, asked.q),
        "empty": not prepared.areas,
        "stale": reader.stale,
        "synthetic": prepared.synthetic,
        "map_code": area or next(iter(prepared.children.get(None, [])), None),
        "connectivity": connectivity(prepared, area),
        **_judged(prepared, inside, w),
        "rows": ROWS,
        "gaps": _gaps(reader, area, w),
        "new": _recommended(recommended, w),
        "notes": [w.of(note) for note in prepared.weak.notes],
        "sources": _sources(prepared, w),
        "policy": prepared.weak.policy_hash,
    }


class _Links:
    """Addresses that keep what is asked except what is changed."""

    def __init__(self, prepared: Prepared, asked: PageQuery) -> None:
        self.level = prepared.level
        self.day = f"&date={asked.date}" if asked.date else ""
        self._base: dict[str, str | None] = {
            "area": asked.area,
            "level": None if prepared.level == "grid" else prepared.level,
            "date": asked.date,
            "lang": None if asked.lang == "zh" else asked.lang,
        }

    def page(self, **changes: str | None) -> str:
        """The page with some parameters changed; None drops one."""
        return "/" + self._query({**self._base, **changes})

    def map(self, code: str, *, embed: bool = False, ties: int = 0) -> str:
        """The map of an area, with so many recommended ties drawn."""
        asked = {**self._base, "area": None, "embed": "true" if embed else None}
        asked["ties"] = str(ties) if ties else None
        return f"/map/{code}{self._query(asked)}"

    def _query(self, values: Mapping[str, str | None]) -> str:
        kept = {key: value for key, value in values.items() if value}
        return "?" + urlencode(kept) if kept else ""


def _root_name(prepared: Prepared, w: PageTexts) -> str:
    roots = prepared.children.get(None, [])
    return prepared.network.name_of.get(roots[0], roots[0]) if len(roots) == 1 else w.whole


def _trail(prepared: Prepared, area: str | None) -> list[str]:
    path = prepared.network.path_of.get(area or "", "")
    return [code for code in path.split("/") if code]


def _place(prepared: Prepared, codes: Iterable[str]) -> str:
    """Names of areas, widest first, communities without their committee."""
    names = prepared.network.name_of
    return " › ".join(place_label(names.get(code, code)) for code in codes)


def _choices(reader: Reader, area: str | None, w: PageTexts) -> list[dict[str, Any]]:
    """The selects from the root downwards, each below what is chosen in the one before."""
    prepared = reader.prepared
    trail = set(_trail(prepared, area))
    found: list[dict[str, Any]] = []
    above = prepared.children.get(None, [])
    while options := _options(reader, above):
        kind = prepared.areas[options[0]]["label"].lower()
        chosen = next((code for code in options if code in trail), None)
        found.append(
            {
                "name": kind,
                "label": getattr(w, kind),
                "options": [
                    (c, place_label(prepared.areas[c]["name"] or c), c == chosen)
                    for c in sorted(options)
                ],
            }
        )
        above = [] if chosen is None else [chosen]
    return found


def _options(reader: Reader, above: Iterable[str]) -> list[str]:
    """Areas below these that a select offers."""
    prepared = reader.prepared
    return [
        code
        for parent in above
        for code in prepared.children.get(parent, ())
        if prepared.areas[code]["label"] in _CHOSEN_FROM
        and reader.scope.sees(prepared.areas[code]["path"])
    ]


def _hits(reader: Reader, q: str) -> list[tuple[str, str, str]]:
    """Areas whose name or code holds the text: code, name, names above."""
    wanted = plain(q)
    if not wanted:
        return []
    prepared, found = reader.prepared, []
    for code, row in prepared.areas.items():
        name = plain(row["name"] or "")
        if (wanted in name or code.startswith(wanted)) and reader.scope.sees(row["path"]):
            above = _place(prepared, _trail(prepared, code)[1:-1])
            found.append((name != wanted, len(code), code, row["name"] or code, above))
    return [(code, name, above) for _, _, code, name, above in sorted(found)[:_FOUND]]


def _judged(prepared: Prepared, inside: Sequence[WeakGrid], w: PageTexts) -> dict[str, Any]:
    """The judged areas shown: how many of each verdict, and lists of those to look at."""
    return {
        "judged": len(inside),
        "headline": _headline(inside, w),
        "weak": [_row(prepared, a, w) for a in inside if a.weak],
        "watch": [_row(prepared, a, w) for a in inside if a.verdict in WATCH],
        "unknown": _unknown(prepared, [a for a in inside if a.verdict == "unknown"]),
    }


def _headline(inside: Sequence[WeakGrid], w: PageTexts) -> list[dict[str, Any]]:
    counts = Counter(str(a.verdict) for a in inside)
    groups, verdicts = standing(counts), in_order(counts)
    total = len(inside)
    lines = []
    for key in STANDINGS:
        members = [a for a in inside if VERDICTS[a.verdict].standing == key]
        known = [a.residents for a in members if a.residents is not None]
        lines.append(
            {
                "key": key,
                "name": getattr(w, key),
                "count": groups[key],
                "share": 100 * groups[key] / total if total else 0,
                "residents": sum(known) if known else None,
                "unknown_residents": len(members) - len(known),
                "verdicts": [
                    (v, w.of(VERDICTS[v].name), n)
                    for v, n in verdicts.items()
                    if n and VERDICTS[v].standing == key and key in ("weak", "watch")
                ],
            }
        )
    return lines


def _row(prepared: Prepared, area: WeakGrid, w: PageTexts) -> dict[str, Any]:
    """One line of the list of weak or watched areas."""
    names = prepared.network.name_of
    style = VERDICTS[area.verdict]
    partners = _partners(prepared, area.code)
    lines = [w.of(reason) for reason in area.reasons]
    return {
        "code": area.code,
        "rank": area.rank,
        "name": area.name,
        "place": _place(prepared, area.path[1:-1][-2:]),
        "verdict": area.verdict,
        "verdict_name": w.of(style.name),
        "sign": w.of(style.sign),
        "means": w.of(style.means),
        "why": lines[0] if lines else "",
        "more": lines[1:],
        "changes": [w.of(change) for change in prepared.changes.get(area.code, ())],
        "residents": area.residents,
        "partners": area.partners,
        "partner_names": "、".join(partners[:8]) + ("…" if len(partners) > 8 else ""),
        "members": area.members,
        "volunteers": area.volunteers,
        "cut": _cut(area.cut, w),
        "cut_actors": [names.get(a, a) for a in area.cut_actors or ()],
        "lapsed": len(area.lapsed or ()),
    }


def _partners(prepared: Prepared, code: str) -> list[str]:
    layers = prepared.layers
    at = prepared.layers.area_index.get(code)
    if at is None:
        return []
    actors = layers.graph.edge_actor[layers.graph.edge_area == at]
    names = prepared.network.name_of
    return sorted(names.get(k, k) for k in (layers.actor_keys[int(i)] for i in actors))


def _cut(cut: int | None, w: PageTexts) -> str:
    if cut is None:
        return w.unknown_value
    if cut in (0, 1, 5):
        return str(getattr(w, f"cut_{cut}"))
    return w("cut_n", n=cut)


def _unknown(prepared: Prepared, areas: Iterable[WeakGrid]) -> list[dict[str, Any]]:
    """Areas without data, under the area above them."""
    names = prepared.network.name_of
    found: dict[str, list[WeakGrid]] = defaultdict(list)
    for area in areas:
        found[area.path[-2] if len(area.path) > 1 else area.code].append(area)
    return [
        {
            "code": code,
            "name": place_label(names.get(code, code)),
            "place": _place(prepared, _trail(prepared, code)[1:-1]),
            "count": len(members),
        }
        for code, members in sorted(found.items())
    ]


# --------------------------------------------------------------------------- gaps


def _gaps(reader: Reader, area: str | None, w: PageTexts) -> dict[str, Any]:
    gaps = reader.prepared.gaps
    if area is not None:
        gaps = gaps.within(area)
    by_category = gaps.by_category()
    rows = [_category(row, w) for row in by_category.categories]
    sharing = [n for n in gaps.needs if n.status == "sharing_gap"]
    sharing.sort(key=_urgency)
    return {
        "notes": [w.of(note) for note in gaps.notes],
        "parts": [
            {"key": part, "name": getattr(w, part), "do": getattr(w, f"{part}_do")}
            for part in PARTS
        ],
        "rows": rows,
        "total": _by_status(gaps.needs, w),
        "sharing": [_need(reader.prepared, n, w) for n in sharing],
    }


def _urgency(need: NeedGap) -> tuple[int, float, str]:
    rank = URGENCY.index(need.urgency) if need.urgency in URGENCY else len(URGENCY) - 1
    return rank, -float(need.parts.sharing_gap), need.id


def _category(row: CategoryGap, w: PageTexts) -> dict[str, Any]:
    service = row.service or ""
    first = service if w.lang == "en" else SERVICES.get(service, service)
    name = row.category or (first if service else w.unclassified)
    return {"name": name, "service": first if row.category else "", **_totals(row, w)}


def _totals(row: GapTotals, w: PageTexts) -> dict[str, Any]:
    parts = {part: getattr(row.parts, part) for part in PARTS}
    told = [(part, getattr(row.unknown_parts, part)) for part in PARTS]
    return {
        "needs": row.needs,
        "unknown_quantity": row.unknown_quantity,
        "requested": row.requested if row.needs > row.unknown_quantity else None,
        "parts": parts,
        **_bars(parts, w),
        "indicators": "、".join(w("items", name=getattr(w, p), n=n) for p, n in told if n),
    }


def _by_status(needs: Sequence[NeedGap], w: PageTexts) -> dict[str, Any]:
    """All needs by what there is most to do about each: quantities of unlike things don't add."""
    counts = Counter(need.status for need in needs)
    parts = {part: counts[part] for part in PARTS}
    return {"needs": len(needs), "parts": parts, **_bars(parts, w)}


def _bars(parts: Mapping[Part, Any], w: PageTexts) -> dict[str, Any]:
    """Segments of a stacked bar in per cent, and what it says in words."""
    whole = float(sum(parts.values()))
    bars, at = [], 0.0
    for part, amount in parts.items():
        if amount:
            width = 100 * float(amount) / whole
            bars.append({"part": part, "x": round(at, 3), "width": round(width, 3)})
            at += width
    told = (f"{getattr(w, part)} {number(amount)}" for part, amount in parts.items() if amount)
    return {"bars": bars, "label": "，".join(told)}


def _need(prepared: Prepared, need: NeedGap, w: PageTexts) -> dict[str, Any]:
    known = need.requested is not None
    return {
        "name": need.name,
        "category": need.category if need.category and need.category != need.name else "",
        "place": _place(prepared, need.path[-2:]),
        "code": need.area,
        "urgency": need.urgency or "",
        "requested": need.requested,
        "unit": need.unit or "",
        "gap": need.parts.sharing_gap if known else None,
        "explain": w.of(need.explain),
    }


# --------------------------------------------------------------------------- recommended ties


def _recommended(found: Recommendations | None, w: PageTexts) -> dict[str, Any] | None:
    """Ties worth making; None until they are asked for."""
    if found is None:
        return None
    return {
        "asked": found.asked,
        "before": found.before,
        "after": found.after,
        "exact": found.method == "exact",
        "share": 100 * found.gap,
        "ties": [
            {
                "actor": tie.actor_name,
                "target": tie.target_name,
                "code": tie.target,
                "closed": tie.closed,
                "lifted": len(tie.lifts),
                "why": w.of(tie.why),
                "nearer": w.of(tie.why_not_nearer),
            }
            for tie in found.ties
        ],
        "notes": [w.of(note) for note in found.notes],
    }


# --------------------------------------------------------------------------- sources


def _sources(prepared: Prepared, w: PageTexts) -> list[dict[str, Any]]:
    rows = prepared.network.datasets.sort("file", "sheet", "key").iter_rows(named=True)
    return [
        {
            "file": row["file"] or row["key"],
            "sheet": row["sheet"] or "",
            "kind": w.of(SHEET_WORDS.get(row["kind"], Text(row["kind"] or "", row["kind"] or ""))),
            "reported_on": row["reported_on"],
            "synthetic": bool(row["synthetic"]),
        }
        for row in rows
    ]
