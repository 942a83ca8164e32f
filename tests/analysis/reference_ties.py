"""The worth of new ties straight from the words of the definition, for one street: slow, and
without the code that it checks (only `nearest_cut`, which is NetworkX' flow, is shared)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import networkx as nx

from analysis.city import City as WholeCity
from analysis.connectivity.definition import nearest_cut
from analysis.policy import Policy
from graph.model.labels import ACTOR_LABELS, Label, TieType
from tests.analysis.build import City

HUB = "community_party_committee"
Pair = tuple[str, str]


class Reference:
    """One city of one street, level grid, every recorded tie alive."""

    def __init__(self, city: City, policy: Policy) -> None:
        self.city, self.policy = city, policy
        nodes = city.wanted.nodes
        self.grids = sorted(nodes.get(Label.GRID, {}))
        self.actors = {
            key: city.node(key) for key, label in city.label.items() if label in ACTOR_LABELS
        }
        self.hubs = {key for key, props in self.actors.items() if props.get("kind") == HUB}
        self.recorded = [
            (tie.start, tie.end)
            for (kind, _, _), ties in city.wanted.ties.items()
            if kind == TieType.CO_BUILDS
            for tie in ties.values()
        ]
        self.offers = nodes.get(Label.RESOURCE, {})
        self.needs = nodes.get(Label.NEED, {})
        offered = [
            (tie.end, tie.start)
            for (kind, _, _), ties in city.wanted.ties.items()
            if kind == TieType.OFFERS
            for tie in ties.values()
        ]
        self.provider = dict(offered)
        gaps = self._sharing_gaps()
        self.typical = sorted(gaps)[(len(gaps) - 1) // 2] if gaps else Fraction(1)
        self.before = self._measures(())

    # what may be done

    def allowed(self) -> list[Pair]:
        return sorted(
            (a, t)
            for a in self.actors
            for t, label in self.city.label.items()
            if label in (Label.GRID, Label.COMMUNITY)
            and (a, t) not in self.recorded
            and self.spare(a) > 0
        )

    def spare(self, actor: str) -> int:
        ends = {e for pair in self.recorded if actor in pair for e in pair} - {actor}
        most = self.policy.max_ties_per_actor - len(ends)
        return min(self.policy.max_new_ties_per_actor, most)

    # what it is worth

    def objective(self, ties: Iterable[Pair]) -> Fraction:
        flow, words, sound = self._measures(tuple(ties))
        old_flow, old_words, old_sound = self.before
        p = self.policy
        points = (flow - old_flow) / self.typical * Fraction(str(p.gap_weight))
        points += (words - old_words) * Fraction(str(p.unknown_need_weight))
        points += (len(sound - old_sound) - len(old_sound - sound)) * Fraction(str(p.lift_weight))
        worth, began = Fraction(0), Fraction(0)
        for limit, weight in p.fairness_steps:
            top = points if limit is None else min(points, Fraction(str(limit)))
            if top > began or began == 0:
                worth += (top - began) * Fraction(str(weight))
                began = top
        return worth

    def _measures(self, ties: tuple[Pair, ...]) -> tuple[Fraction, int, set[str]]:
        pairs = [*self.recorded, *ties]
        return self._flow(pairs), self._words(pairs), self._sound(pairs)

    def _sound(self, pairs: list[Pair]) -> set[str]:
        """Grids with tie data whose verdict isn't weak."""
        G: nx.Graph[Any] = nx.Graph()
        G.add_nodes_from(self.grids)
        G.add_nodes_from(self.actors.keys() - self.hubs)
        G.add_edges_from(p for p in pairs if all(end in G for end in p))
        parts = [sorted(set(c) & set(self.grids)) for c in nx.connected_components(G)]
        main = min((c for c in parts if c), key=lambda c: (-len(c), c[0]), default=[])
        covered = [
            g for g in self.grids if self.city.node(str(self.city.node(g)["parent"]))["named_by"]
        ]
        return {
            g
            for g in covered
            if len(main) > 1 and g in main and len(nearest_cut(G, g, set(self.grids))) > 1
        }

    def _tied(self, pairs: list[Pair], actor: str) -> set[str]:
        """Areas that the actor is tied to, itself or through a hub that sits there."""
        ends = {e for p in pairs if actor in p for e in p} - {actor}
        return {str(self.actors[e]["area"]) if e in self.hubs else e for e in ends}

    def _connected(self, pairs: list[Pair], offer: str, need: str) -> bool:
        place = str(self.needs[need]["area"])
        serving = {place}
        if self.city.label[place] == Label.GRID:
            serving.add(str(self.city.node(place)["parent"]))
        provider = self.provider[offer]
        partners = {
            e
            for p in pairs
            if provider in p
            for e in p
            if e in self.actors and e != provider and e not in self.hubs
        }
        return any(not serving.isdisjoint(self._tied(pairs, a)) for a in (provider, *partners))

    def _fits(self, offer: str, need: str) -> bool:
        r, n = self.offers[offer], self.needs[need]
        if n["category"] is not None:
            same = r["category"] == n["category"]
        else:
            same = n["service"] is not None and r["service"] == n["service"]
        path = str(self.city.node(str(n["area"]))["path"]).split("/")
        return same and (r["range"] or "D1") in path

    def _flow(self, pairs: list[Pair], *, all_fitting: bool = False) -> Fraction:
        return sum(self._received(pairs, all_fitting).values(), Fraction(0))

    def _received(self, pairs: list[Pair], all_fitting: bool) -> dict[str, Fraction]:
        D: nx.DiGraph[Any] = nx.DiGraph()
        D.add_nodes_from("st")
        for r, props in self.offers.items():
            D.add_edge("s", r, capacity=int(2 * float(props["quantity"] or 0)))
        for n, props in self.needs.items():
            D.add_edge(n, "t", capacity=int(2 * float(props["quantity"] or 0)))
            for r in self.offers:
                if self._fits(r, n) and (all_fitting or self._connected(pairs, r, n)):
                    D.add_edge(r, n)
        value, flow = nx.maximum_flow(D, "s", "t")
        return {n: Fraction(flow[n].get("t", 0), 2) for n in self.needs} if value else {}

    def _words(self, pairs: list[Pair]) -> int:
        return sum(
            any(self._fits(r, n) and self._connected(pairs, r, n) for r in self.offers)
            for n, props in self.needs.items()
            if props["quantity"] is None
        )

    def _sharing_gaps(self) -> list[Fraction]:
        """Sharing gaps of the needs, which only F12's own order decides: asked of the gaps."""
        from analysis.gaps.gaps import gaps

        found = gaps(WholeCity(self.city.network(), self.policy), by_definition=True)
        gaps = (n.parts.sharing_gap for n in found.needs if n.requested is not None)
        return [Fraction(str(g)) for g in gaps if g]
