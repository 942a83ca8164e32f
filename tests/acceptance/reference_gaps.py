"""Needs, offers and the parts of each category, from the definitions alone (see `reference.py`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any

import networkx as nx

from tests.acceptance.generator import CATEGORIES, COARSE, URGENCY, City
from tests.acceptance.reference import HUBS, Judged, alive

SERVICE = {name: service for name, service, _ in CATEGORIES}
FIRST = dict(COARSE)
PARTS = ("met", "matchable", "sharing_gap", "exhausted", "absent", "unclassified")


class Lists:
    """Needs and offers at a day, with the pairs that fit and those that are connected."""

    def __init__(self, city: City, day: date) -> None:
        self.city, self.day = city, day
        self.net = Judged(city, day)
        self.offers = [
            o for o in city["resources"] if o["valid_to"] is None or o["valid_to"] >= day
        ]
        self.needs = city["needs"]
        self.ends: dict[str, set[tuple[str, str]]] = defaultdict(set)
        """What each non-hub actor is tied to, alive: areas, and areas by their hubs."""
        for tie in self.net.statements():
            if alive(tie, day):
                ends = (("actor", tie["subject"]), tie["object"])
                for (_, actor), other in (ends, ends[::-1]):
                    place = other
                    if other[0] == "actor":
                        if city["actors"][other[1]]["kind"] not in HUBS:
                            continue
                        place = self.net.seat(other[1])
                        if place[0] != "community":  # "the community itself or a hub of it"
                            continue
                    self.ends[actor].add(place)
        for v in self.net.G:
            if v[0] == "area":
                for w in self.net.G[v]:
                    self.ends[w[1]].add(("grid", v[1]))

    def place(self, need: dict[str, Any]) -> set[str]:
        """The need's place and every area above it."""
        street = self.city["communities"][need["community"]]["street"]
        above = {need["community"], street, self.city["streets"][street]["district"], "4209"}
        return above | ({need["grid"]} if need["grid"] else set())

    def fits(self, need: dict[str, Any], offer: dict[str, Any]) -> bool:
        wanted, given = need["category"], offer["category"]
        if not wanted or not given:
            return False
        if wanted in FIRST:
            if FIRST[wanted] != (FIRST.get(given) or SERVICE.get(given)):
                return False
        elif wanted != given:
            return False
        reach = offer["range"]
        if reach is None:  # assumed: the provider's district
            home = self.city["actors"][offer["provider"]]["community"]
            reach = self.city["streets"][self.city["communities"][home]["street"]]["district"]
        return reach in self.place(need)

    def connected(self, need: dict[str, Any], offer: dict[str, Any]) -> bool:
        ends = {("community", need["community"])}
        if need["grid"]:
            ends.add(("grid", need["grid"]))
        provider = ("actor", offer["provider"])
        if self.ends[offer["provider"]] & ends:
            return True
        others = (
            [w for w in self.net.G[provider] if w[0] == "actor"] if provider in self.net.G else []
        )
        return any(self.ends[w[1]] & ends for w in others)

    def flow(self, needs: list[dict[str, Any]], connected: bool) -> int:
        """Most of the known quantities that the fitting offers of known capacity can serve."""
        D: nx.DiGraph[Any] = nx.DiGraph()
        D.add_nodes_from(("source", "sink"))
        for n in needs:
            if n["quantity"] is None:
                continue
            D.add_edge(("need", n["name"]), "sink", capacity=n["quantity"])
            for o in self.offers:
                if (
                    o["quantity"] is not None
                    and self.fits(n, o)
                    and (self.connected(n, o) or not connected)
                ):
                    D.add_edge("source", ("offer", o["name"]), capacity=o["quantity"])
                    D.add_edge(("offer", o["name"]), ("need", n["name"]))
        return int(nx.maximum_flow_value(D, "source", "sink"))

    def parts(self, needs: list[dict[str, Any]]) -> dict[str, int]:
        """The six parts of known quantities, summed over needs that share no offer with others."""
        known = [n for n in needs if n["quantity"] is not None]
        total = sum(n["quantity"] for n in known)
        f1, f12 = self.flow(known, True), self.flow(known, False)
        absent = sum(
            n["quantity"]
            for n in known
            if n["category"] and not any(self.fits(n, o) for o in self.offers)
        )
        unclassified = sum(n["quantity"] for n in known if not n["category"])
        rest = total - f12 - absent - unclassified
        values = (0, f1, f12 - f1, rest, absent, unclassified)
        return dict(zip(PARTS, values, strict=True))

    def word(self, need: dict[str, Any]) -> str:
        """The one word of a need whose quantity is unknown."""
        if not need["category"]:
            return "unclassified"
        fitting = [o for o in self.offers if self.fits(need, o)]
        if any(self.connected(need, o) for o in fitting):
            return "matchable"
        return "sharing_gap" if fitting else "absent"

    def groups(self) -> list[list[str]]:
        """Categories that share offers: a coarse need takes any offer of its service."""
        G: nx.Graph[str] = nx.Graph()
        for n in self.needs:
            G.add_node(n["category"])
            if n["category"] in FIRST:
                for text, service in SERVICE.items():
                    if service == FIRST[n["category"]]:
                        G.add_edge(n["category"], text)
        return sorted(sorted(part) for part in nx.connected_components(G))


def gaps(city: City, day: date) -> dict[str, Any]:
    """Per group of categories: parts, counts, indicator words; F1 by urgency, most urgent first.

    F1 is of least cost with urgency first, so what the most urgent k classes get together is
    the maximum flow to them alone.
    """
    lists = Lists(city, day)
    found = {}
    for group in lists.groups():
        needs = [n for n in lists.needs if n["category"] in group]
        urgent = []
        for i in range(len(URGENCY)):
            few = [n for n in needs if URGENCY.index(n["urgency"] or URGENCY[-1]) <= i]
            urgent.append(lists.flow(few, True))
        found["/".join(group)] = {
            "categories": group,
            "parts": lists.parts(needs),
            "needs": len(needs),
            "unknown_quantity": sum(1 for n in needs if n["quantity"] is None),
            "words": dict(Counter(lists.word(n) for n in needs if n["quantity"] is None)),
            "by_urgency": urgent,
        }
    words = {n["name"]: lists.word(n) for n in lists.needs if n["quantity"] is None}
    return {"groups": found, "words": words}
