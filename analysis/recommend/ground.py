"""A city before new ties are made, and what any set of them would be worth.

The worth of ties is measured by F1 and by the verdicts, for each street: points for the gap
that closes, for needs of unknown quantity that are reached, for areas lifted out of weakness,
for triads closed; minus points for what is lost. What a street got already makes more for it
count less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from functools import cached_property

import polars as pl

from analysis.gaps.fitting import Places
from analysis.gaps.gaps import Gaps
from analysis.gaps.offers_and_needs import links_of, read_lists
from analysis.layers.edits import TieEnds
from analysis.layers.layers import TieLayers
from analysis.policy import Policy
from analysis.recommend.lifts import Lifting, lifting_ties
from analysis.recommend.market import TieMarket, open_market
from analysis.recommend.rules import Rules
from analysis.recommend.triads import Triads
from analysis.recommend.web import Edge, VerdictShift, Web
from analysis.tables.triads import OpenTriad
from analysis.weak.results import WeakGrids
from graph.model.network import Network


class Ground:
    """One city at one day, as the choice of new ties looks at it.

    Parameters
    ----------
    network, policy, layers, gaps, weak
        Of the same day and level.
    triads
        The open triads of that day.
    most
        Ties that may be chosen.
    within, forbidden
        As for `analysis.recommend.rules.Rules`.
    full
        As for `analysis.recommend.lifts.lifting_ties`.
    """

    def __init__(
        self,
        network: Network,
        policy: Policy,
        layers: TieLayers,
        gaps: Gaps,
        weak: WeakGrids,
        *,
        most: int,
        triads: Sequence[OpenTriad] = (),
        within: str | None = None,
        forbidden: Collection[TieEnds] = (),
        full: int | None = None,
    ) -> None:
        self.network, self.policy, self.layers, self.most = network, policy, layers, most
        self.places = Places.of(network, policy, layers.level)
        self.links = links_of(layers)
        self.lists = read_lists(network, policy, self.places, layers.date)
        self.rules = Rules(
            layers, self.links, self.places, policy, within=within, forbidden=forbidden
        )
        vague = [n for n, need in enumerate(gaps.needs) if need.parts.sharing_gap is True]
        self.idle = {
            provider
            for offer in gaps.offers
            if offer.idle is None or offer.idle > 0
            for provider in offer.providers
        }
        gaps_known = (need.parts.sharing_gap for need in gaps.needs if need.requested is not None)
        amounts = sorted(filter(None, map(self.lists.scale.whole, gaps_known)))
        self.typical = amounts[(len(amounts) - 1) // 2] if amounts else 1
        self.market: TieMarket = open_market(
            self.lists,
            self.links,
            self.places,
            policy,
            self.rules,
            vague=vague,
            typical=self.typical,
        )
        self.web = Web(layers, weak)
        self.triads = Triads(triads, self.rules, {a.code for a in weak.areas if a.weak})
        self.triad_points = Fraction(repr(float(policy.triad_weight)))
        more = {} if full is None else {"full": full}
        self.lifting: Lifting = lifting_ties(
            self.web,
            self.rules,
            most=most,
            better=self.better,
            also=self._asked,
            **more,
        )
        self._steps = [
            (None if limit is None else Fraction(repr(float(limit))), Fraction(repr(float(weight))))
            for limit, weight in policy.fairness_steps
        ]

    @cached_property
    def ties(self) -> tuple[TieEnds, ...]:
        """The candidates, sorted."""
        return tuple(sorted({*self._asked, *self.lifting.ties}))

    @cached_property
    def _asked(self) -> frozenset[TieEnds]:
        """Candidates that close a gap or a triad."""
        return frozenset(self.market.useful) | (self.triads.ties if self.triad_points else set())

    def standing(self, ties: Collection[TieEnds]) -> VerdictShift:
        """Which verdicts the ties change."""
        return self.web.standing([e for tie in ties if (e := self.edge(tie)) is not None])

    @cached_property
    def steady(self) -> bool:
        """Whether the main component stays the main one whatever ties are made."""
        web = self.web
        if web.main is None:
            return not web.weak
        apart = (len(areas) for part, areas in web.part_areas.items() if part != web.main)
        most = sorted(apart, reverse=True)[: self.most + 1]
        return sum(most) < len(web.part_areas[web.main])

    @property
    def least_lift(self) -> Fraction:
        """The least that an area lifted, or dropped, counts, whatever its street has."""
        return Fraction(repr(float(self.policy.lift_weight))) * self._steps[-1][1]

    def fair(self, points: Fraction) -> Fraction:
        """What the points of one street count, by the policy's steps; losses count in full."""
        counted, began = Fraction(0), Fraction(0)
        for limit, weight in self._steps:
            upper = points if limit is None else min(points, limit)
            if upper > began or began == 0:
                counted += (upper - began) * weight
            if limit is None or points <= limit:
                break
            began = limit
        return counted

    @cached_property
    def connected(self) -> dict[int, list[tuple[int, int]]]:
        """Independent part of the market -> its arcs of today."""
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for desk, site in self.market.connected:
            found[self.market.part_of[site]].append((desk, site))
        return dict(found)

    def edge(self, tie: TieEnds) -> Edge | None:
        """The edge of G- that the tie would be: area, actor; None for ties to communities and
        of hubs.
        """
        area, actor = self._area_at.get(tie.target), self._actor_at.get(tie.actor)
        return None if area is None or actor is None else (area, self.web.areas + actor)

    @cached_property
    def _area_at(self) -> dict[str, int]:
        return {code: at for at, code in enumerate(self.layers.codes)}

    @cached_property
    def _actor_at(self) -> dict[str, int]:
        rows = self.layers.actors.select("key", "hub").iter_rows()
        return {key: at for at, (key, hub) in enumerate(rows) if not hub}

    def area_street(self, area: int) -> str:
        """The street to which an area's points go."""
        return self.rules.street_of(self.layers.codes[area])

    def triad_street(self, triad: int) -> str:
        """The street to which the points of a triad go."""
        return self.rules.street_of(self.triads.found[triad].code)

    @cached_property
    def chain(self) -> dict[int, int]:
        """Actors that may lead on only through others -> what they hang together by."""
        web = self.web
        poor = {
            v
            for v in range(web.areas, web.size)
            if sum(w < web.areas for w in web.near.get(v, ())) < 2
            and any(w >= web.areas for w in web.near.get(v, ()))
        }
        found: dict[int, int] = {}
        for start in sorted(poor):
            front = [] if start in found else [start]
            found.setdefault(start, start)
            while front:
                for w in web.near[front.pop()]:
                    if w in poor and w not in found:
                        found[w] = start
                        front.append(w)
        return found

    def liking(self, tie: TieEnds) -> int:
        """How much the tie is preferred to an equally good one, its sector aside."""
        likes = self.policy.prefer_idle_offer * (tie.actor in self.idle)
        return likes + self.policy.prefer_same_community * (self.steps(tie) <= 1)

    def new_sector(self, tie: TieEnds) -> str | None:
        """The actor's class where no partner of the area has it yet."""
        sector = self._class_of.get(tie.actor)
        area = self._area_at.get(tie.target)
        if sector is None or area is None or sector in self._sectors[area]:
            return None
        return sector

    def steps(self, tie: TieEnds) -> int:
        """How far the actor sits from the target: 0 in it (or, for a community, in a grid of
        it), 1 in its community, 2 in its street, and so on up the tree of areas.
        """
        seat, path = self.rules.rooms_of(tie.actor), self.places.path.get(tie.target, ())
        shared = sum(a == b for a, b in zip(seat, path, strict=False))
        return len(path) - shared

    def better(self, actor: int, area: int) -> tuple[object, ...]:
        """Sorts pairs by preference, then nearness, spare ties and key."""
        key = self.layers.actor_keys[actor]
        if area >= len(self.layers.codes):
            return -(key in self.idle), -self.rules.spare.get(key, 0), key
        tie = TieEnds(key, self.layers.codes[area])
        fresh = self.policy.prefer_other_sector * (self.new_sector(tie) is not None)
        spare = self.rules.spare.get(key, 0)
        return -(self.liking(tie) + fresh), self.steps(tie), -spare, key, tie.target

    def actors_near(self, target: str) -> Iterable[str]:
        """Actors, no hubs, that sit where the target's partners may come from."""
        room = self.rules.room_of(target)
        return self._seated.get(room, ()) if room is not None else ()

    @cached_property
    def _seated(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for key in sorted(self._actor_at):
            for room in self.rules.rooms_of(key):
                found[room].append(key)
        return dict(found)

    @cached_property
    def uncovered(self) -> frozenset[str]:
        """Judged areas without tie data."""
        return frozenset(self.layers.areas.filter(~pl.col("covered"))["code"])

    @cached_property
    def _class_of(self) -> dict[str, str]:
        return dict(self.layers.actors.select("key", "actor_class").drop_nulls().iter_rows())

    @cached_property
    def _sectors(self) -> list[set[str]]:
        found: list[set[str]] = [set() for _ in range(self.layers.areas.height)]
        classes = self.layers.actors["actor_class"].to_list()
        pairs = zip(
            self.layers.graph.edge_area.tolist(), self.layers.graph.edge_actor.tolist(), strict=True
        )
        for area, actor in pairs:
            if classes[actor] is not None:
                found[area].add(classes[actor])
        return found
