"""The answers for a truth model, from the definitions alone: slow, short, and by hand checked.

Nothing of the project's code is used. Each function follows one paragraph of the definitions;
sizes of a few hundred grids are all it is for. `None` is unknown, as in the product.
"""

from __future__ import annotations

import calendar
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from datetime import date
from typing import Any

import networkx as nx

from tests.acceptance.generator import City

HUBS = {
    "street_work_committee",
    "community_party_committee",
    "grid_branch",
    "residents_committee",
    "building_group",
    "party_household",
    "council",
    "service_centre",
}
CLASSES = {
    **dict.fromkeys(("government", "public_institution", "school", "hospital"), "public"),
    **dict.fromkeys(
        ("state_enterprise", "private_enterprise", "service_enterprise", "market"), "enterprise"
    ),
    "property_company": "property",
    "owners_committee": "owners",
}
UNKNOWN = dict.fromkeys(
    (
        "partners",
        "partner_kinds",
        "partners_per_1000",
        "cut",
        "component_areas",
        "in_main",
        "reach_4",
        "lapsed",
    )
)
"""Tie measures of a grid that the data don't cover."""


def months_before(day: date, months: int) -> date:
    """The day so many calendar months earlier, clamped to the month's end."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def begun(tie: dict[str, Any], day: date) -> bool:
    return tie["signed"] is None or tie["signed"] <= day


def lapsed(tie: dict[str, Any], day: date) -> bool:
    """Not ended, begun, and past its end; or without an end and without a recent sign of life."""
    if tie["ended"] or not begun(tie, day):
        return False
    if tie["valid_to"] is not None:
        return bool(tie["valid_to"] < day)
    return tie["signed"] is not None and tie["signed"] < months_before(day, 24)


def alive(tie: dict[str, Any], day: date) -> bool:
    if tie["ended"] or not begun(tie, day) or lapsed(tie, day):
        return False
    return tie["valid_to"] is None or bool(tie["valid_to"] >= day)


def identity(tie: dict[str, Any]) -> tuple[Any, ...]:
    """Rows that say the same are one tie."""
    return tuple(tie[k] for k in ("subject", "object", "mechanism", "signed", "valid_to", "ended"))


# ---------------------------------------------------------------------- people


def active_people(city: City, day: date) -> set[str]:
    """Persons whose last service (else registration) is not before `day` minus 12 months."""
    served: dict[str, list[date]] = defaultdict(list)
    registered: dict[str, list[date]] = defaultdict(list)
    for row, key in [
        *((r, "reported") for r in city["members"]),
        *((r, "registered") for r in city["volunteers"]),
    ]:
        if row["last"]:
            served[row["person"]].append(row["last"])
        if row[key]:
            registered[row["person"]].append(row[key])
    found = set()
    for person in city["people"]:
        last = served[person] or registered[person]
        if last and max(last) >= months_before(day, 12):
            found.add(person)
    return found


# ---------------------------------------------------------------------- the network


class Judged:
    """The network at a day, at a level: G-, ties to hubs, people, lapsed ties."""

    def __init__(self, city: City, day: date, level: str = "grid") -> None:
        self.city, self.day, self.level = city, day, level
        self.areas: list[str] = sorted(
            {
                "grid": city["grids"],
                "community": city["communities"],
                "street": city["streets"],
                "district": {s["district"] for s in city["streets"].values()},
            }[level]
        )
        self.G: nx.Graph[tuple[str, str]] = nx.Graph()
        self.G.add_nodes_from(("area", a) for a in self.areas)
        self.contacts: set[tuple[str, str]] = set()
        """Areas (grid, community or street) that an alive tie reaches directly or by a hub."""
        self.lapsed: Counter[str] = Counter()
        self.members: dict[str, set[str]] = defaultdict(set)
        self.volunteers: dict[str, set[str]] = defaultdict(set)
        self._ties()
        self._people()

    def above(self, end: tuple[str, str]) -> list[tuple[str, str]]:
        """An area and all areas above it, up to the district."""
        kind, code = end
        if kind == "grid":
            return [end, *self.above(("community", self.city["grids"][code]["community"]))]
        if kind == "community":
            return [end, *self.above(("street", self.city["communities"][code]["street"]))]
        if kind == "street":
            return [end, ("district", self.city["streets"][code]["district"])]
        return [end]

    def judged(self, end: tuple[str, str]) -> str | None:
        """The judged area that an area end counts for, if it is not coarser."""
        return dict(self.above(end)).get(self.level)

    def seat(self, actor: str) -> tuple[str, str]:
        entry = self.city["actors"][actor]
        if entry["grid"]:
            return ("grid", entry["grid"])
        if entry["community"]:
            return ("community", entry["community"])
        return ("street", entry["street"])

    def vertex(self, end: tuple[str, str]) -> tuple[str, str] | None:
        """An end as a vertex of G-; None for a hub."""
        if end[0] == "actor" and self.city["actors"][end[1]]["kind"] not in HUBS:
            return end
        place = self.seat(end[1]) if end[0] == "actor" else end
        if self.level == "grid" and end[0] == "actor":
            return None
        code = self.judged(place)
        return None if code is None else ("area", code)

    def statements(self) -> Iterable[dict[str, Any]]:
        """All ties, each once: the roster's, 服务区域, 兼职委员 of the units roster."""
        seen = {}
        for tie in self.city["ties"]:
            if not tie["waits"]:
                seen[identity(tie)] = tie
        yield from seen.values()
        undated = {"signed": None, "valid_to": None, "ended": False}
        committees = {
            a["community"]: i
            for i, a in self.city["actors"].items()
            if a["kind"] == "community_party_committee"
        }
        for ident, actor in self.city["actors"].items():
            for end in actor["serves"]:
                yield {"subject": ident, "object": end, **undated}
            if actor["cross_member"]:
                end = ("actor", committees[actor["community"]])
                yield {"subject": ident, "object": end, **undated}

    def _ties(self) -> None:
        for tie in self.statements():
            ends = (("actor", tie["subject"]), tie["object"])
            a, b = (self.vertex(e) for e in ends)
            if lapsed(tie, self.day):
                for v in {a, b}:
                    if v is not None and v[0] == "area":
                        self.lapsed[v[1]] += 1
            if not alive(tie, self.day):
                continue
            for end in ends:
                if end[0] != "actor":
                    self.contacts.add(end)
                elif self.city["actors"][end[1]]["kind"] in HUBS and ends[1][0] == "actor":
                    # A hub's own tie to a grid is that grid's, not its siblings'.
                    self.contacts.add(self.seat(end[1]))
            if a and b and a != b:
                self.G.add_edge(a, b)

    def _people(self) -> None:
        active = active_people(self.city, self.day)
        colleagues: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in self.city["members"]:
            area = self._reports(row, "reported")
            if area and row["person"] in active:
                self.members[area].add(row["person"])
                if row["employer"]:
                    colleagues[row["employer"], area].add(row["person"])
        for row in self.city["volunteers"]:
            area = self._reports(row, "registered")
            if area and row["person"] in active:
                self.volunteers[area].add(row["person"])
        for (unit, area), people in colleagues.items():
            if len(people) >= 3:
                self.G.add_edge(("actor", unit), ("area", area))

    def _reports(self, row: dict[str, Any], key: str) -> str | None:
        if row[key] is not None and row[key] > self.day:
            return None
        place = ("grid", row["grid"]) if row["grid"] else ("community", row["community"])
        return self.judged(place)

    # ------------------------------------------------------------------ measures

    def covered(self, complete: Iterable[str] = ()) -> set[str]:
        """Areas that a row of the ties roster names, itself or its community.

        `complete`: communities whose ties were handed in whole, row or no row.
        """
        named = {t["place"] for t in self.city["ties"]} | set(complete)
        if self.level == "grid":
            return {g for g, x in self.city["grids"].items() if x["community"] in named}
        return {area for c in named if (area := self.judged(("community", c)))}

    def partners(self, area: str) -> list[str]:
        return sorted(n[1] for n in self.G[("area", area)] if n[0] == "actor")

    def kinds(self, area: str) -> int:
        found = set()
        for partner in self.partners(area):
            actor = self.city["actors"][partner]
            found.add("social" if actor["label"] == "social" else CLASSES.get(actor["kind"]))
        return len(found - {None}) + bool(self.members[area]) + bool(self.volunteers[area])

    def cut(self, area: str) -> int:
        """Fewest actors whose withdrawal leaves no path to another area (Menger, by max flow).

        Only the actors met before the next area matter: a path ends at the first area.
        """
        source = ("area", area)
        D: nx.DiGraph[Any] = nx.DiGraph()
        D.add_nodes_from(("in", "out"))
        queue, seen = deque([source]), {source}
        while queue:
            v = queue.popleft()
            for w in self.G[v]:
                start = "in" if v == source else (v, "out")
                if w[0] == "area":
                    if w != source:
                        if v == source:
                            raise ValueError("two areas side by side: no actors to take away")
                        D.add_edge(start, "out")  # without capacity: endless
                    continue
                D.add_edge((w, "in"), (w, "out"), capacity=1)
                D.add_edge(start, (w, "in"))
                if w not in seen:
                    seen.add(w)
                    queue.append(w)
        return min(int(nx.maximum_flow_value(D, "in", "out")), 5)

    def components(self) -> dict[str, tuple[int, bool]]:
        """Per area: number of areas in its component, and whether it is the main one."""
        parts = [
            sorted(v[1] for v in part if v[0] == "area") for part in nx.connected_components(self.G)
        ]
        parts = [p for p in parts if p]
        main = min(parts, key=lambda p: (-len(p), p[0]))
        return {a: (len(p), p is main and len(p) > 1) for p in parts for a in p}

    def reach(self, area: str) -> int:
        near = nx.single_source_shortest_path_length(self.G, ("area", area), cutoff=4)
        return sum(1 for v in near if v[0] == "area") - 1

    def below(self, area: str) -> list[tuple[str, str]]:
        """The area itself, and every street, community and grid below it."""
        ends = [("grid", g) for g in self.city["grids"]]
        ends += [("community", c) for c in self.city["communities"]]
        ends += [("street", s) for s in self.city["streets"]]
        return [e for e in ends if self.judged(e) == area] + [(self.level, area)]

    def residents(self, area: str) -> int | None:
        """Of a coarser area: the sum over its grids, where every one is known."""
        codes = [code for kind, code in self.below(area) if kind == "grid"]
        counts = [self.city["grids"][g]["residents"] for g in dict.fromkeys(codes)]
        return None if not counts or None in counts else sum(counts)

    def touched(self, area: str) -> bool:
        """Some alive tie to the area, the one above it, or a hub of either."""
        return bool(self.contacts & {*self.below(area), *self.above((self.level, area))[1:2]})

    def verdict(self, area: str, row: dict[str, Any]) -> str:
        """The first condition that applies, for a covered area."""
        people = row["members"] + row["volunteers"]
        if row["partners"] == 0:
            return "hub_only" if people or self.touched(area) else "isolated"
        if not row["in_main"] or row["cut"] == 0:
            return "detached"
        if row["cut"] == 1:
            return "single_thread"
        residents = self.residents(area)
        thin = row["partners"] < 3 if residents is None else row["partners"] * 1000 < 3 * residents
        if thin:
            return "thin"
        return "narrow" if row["partner_kinds"] < 3 else "adequate"


def weak_grids(
    city: City, day: date, level: str = "grid", complete: Iterable[str] = ()
) -> dict[str, dict[str, Any]]:
    """Every measure and the verdict of every area."""
    net = Judged(city, day, level)
    covered = net.covered(complete)
    components = net.components()
    found = {}
    for area in net.areas:
        row: dict[str, Any] = {
            "residents": net.residents(area),
            "members": len(net.members[area]),
            "volunteers": len(net.volunteers[area]),
        }
        if area not in covered:
            found[area] = {**row, **UNKNOWN, "verdict": "unknown"}
            continue
        row["partners"] = len(net.partners(area))
        row["partner_kinds"] = net.kinds(area)
        row["partners_per_1000"] = (
            None if not row["residents"] else row["partners"] * 1000 / row["residents"]
        )
        row["cut"] = net.cut(area)
        row["component_areas"], row["in_main"] = components[area]
        row["reach_4"] = net.reach(area)
        row["lapsed"] = net.lapsed[area]
        row["verdict"] = net.verdict(area, row)
        found[area] = row
    return found
