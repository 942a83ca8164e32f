"""What new ties would make matchable: offers, needs, and which tie leads one to the other.

Offers of the same providers, kind, range and start stand at one *desk*; needs of the same
place, kind and due day wait at one *site*. A tie of an actor to an area leads the desks of the
actor, and of the actors tied to it, to the sites that the area serves; that is all that it
changes. Desks and sites that no tie could join are left out.

`TieMarket.gain` is no estimate: it is F1 of `analysis.gaps.allocation` over the same lanes, of the
part of the city that the ties touch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from analysis.gaps.allocation import matchable_amounts
from analysis.gaps.fitting import Links, Need, Offer, Places, fits
from analysis.gaps.fitting_pairs import Kind, area_lanes, kind_of
from analysis.gaps.offers_and_needs import Lists
from analysis.layers.edits import TieEnds

if TYPE_CHECKING:
    from analysis.policy import Policy
    from analysis.recommend.rules import Rules

Arc = tuple[int, int]
"""A desk and a site."""


@dataclass(frozen=True, slots=True)
class OfferGroup:
    """Offers that nothing tells apart but their amount; `supply` is what is free of them."""

    offers: tuple[int, ...]
    first: Offer
    supply: int
    reachers: frozenset[str]
    """The providers and the actors tied to them: a tie of any of these connects the desk."""


@dataclass(frozen=True, slots=True)
class Site:
    """Needs of known quantity that nothing tells apart but their amount and urgency, or one
    of unknown quantity (`demand` None).
    """

    needs: tuple[int, ...]
    first: Need
    demand: int | None
    street: str
    rate: Fraction
    """Points for one whole unit, or, quantity unknown, for the need."""


@dataclass(frozen=True, slots=True)
class Gain:
    """What ties change: need -> amount more (or less) that is matchable, and the needs of
    unknown quantity to which a path comes to lead. Indices into the lists.
    """

    amounts: Mapping[int, int]
    reached: frozenset[int]


@dataclass(eq=False)
class TieMarket:
    """Desks, sites, and what joins them or could.

    Attributes
    ----------
    connected
        Arcs along which F1 flows today, of known quantities only.
    opens
        Tie -> the arcs that it would add.
    useful
        Those of them along which something more can flow, alone or with other ties.
    part_of
        Site of known quantity -> number of the independent part that it belongs to.
    """

    lists: Lists
    links: Links
    places: Places
    desks: list[OfferGroup] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    connected: list[Arc] = field(default_factory=list)
    opens: dict[TieEnds, list[Arc]] = field(default_factory=dict)
    useful: dict[TieEnds, list[Arc]] = field(default_factory=dict)
    part_of: dict[int, int] = field(default_factory=dict)
    _known: dict[tuple[int, frozenset[TieEnds]], dict[int, int]] = field(default_factory=dict)

    def gain(self, ties: Collection[TieEnds]) -> Gain:
        """What F1 gives each need more once the ties are there; exact."""
        by_part: dict[int, set[TieEnds]] = defaultdict(set)
        reached = set()
        for tie in ties:
            for _, site in self.opens.get(tie, ()):
                if self.sites[site].demand is None:
                    reached.add(self.sites[site].needs[0])
                else:
                    by_part[self.part_of[site]].add(tie)
        amounts: dict[int, int] = {}
        for part, mine in sorted(by_part.items()):
            before, after = self.flow(part, frozenset()), self.flow(part, frozenset(mine))
            for need in sorted({*before, *after}):
                if more := after.get(need, 0) - before.get(need, 0):
                    amounts[need] = more
        return Gain(amounts, frozenset(reached))

    def flow(self, part: int, ties: frozenset[TieEnds]) -> dict[int, int]:
        found = self._known.get((part, ties))
        if found is None:
            found = self._known[part, ties] = self._flow_anew(part, ties)
        return found

    def _flow_anew(self, part: int, ties: frozenset[TieEnds]) -> dict[int, int]:
        desks, sites = self._members[part]
        offers = sorted(o for d in desks for o in self.desks[d].offers)
        needs = sorted(n for s in sites for n in self.sites[s].needs)
        actors = {a for d in desks for a in self.desks[d].reachers}
        more: dict[str, set[str]] = defaultdict(set)
        for tie in ties:
            more[tie.actor].add(tie.target)
        areas = {a: {*self.links.areas.get(a, ()), *more.get(a, ())} for a in actors}
        links = Links(areas, {a: self.links.actors.get(a, ()) for a in actors})
        lists = self.lists
        lanes = area_lanes(
            [lists.offers[o] for o in offers], [lists.needs[n] for n in needs], links, self.places
        )
        found = matchable_amounts(
            lanes,
            [lists.offers[o].free for o in offers],
            [lists.needs[n].open for n in needs],
            [lists.needs[n].urgency for n in needs],
        )
        return {needs[at]: amount for at, amount in found.items()}

    @cached_property
    def _members(self) -> dict[int, tuple[list[int], list[int]]]:
        """Part -> its desks and sites."""
        found: dict[int, tuple[list[int], list[int]]] = {}
        desks: dict[int, set[int]] = defaultdict(set)
        for desk, site in self.arcs():
            if site in self.part_of:
                desks[self.part_of[site]].add(desk)
        for site, part in sorted(self.part_of.items()):
            found.setdefault(part, (sorted(desks[part]), []))[1].append(site)
        return found

    @cached_property
    def vague(self) -> frozenset[int]:
        """Sites of unknown quantity."""
        return frozenset(s for s, site in enumerate(self.sites) if site.demand is None)

    def arcs(self) -> Iterable[Arc]:
        """All arcs, of today and of ties that could be made."""
        yield from self.connected
        for found in self.opens.values():
            yield from found

    def prune(self) -> None:
        """Forget ties that lead nowhere, and find the independent parts."""
        self.opens = {tie: arcs for tie, arcs in sorted(self.opens.items()) if arcs}
        root = {("s", s): ("s", s) for s in range(len(self.sites))}
        root |= {("d", d): ("d", d) for d in range(len(self.desks))}

        def find(node: tuple[str, int]) -> tuple[str, int]:
            while root[node] != node:
                root[node] = root[root[node]]
                node = root[node]
            return node

        for desk, site in self.arcs():
            if self.sites[site].demand is not None:
                one, other = find(("d", desk)), find(("s", site))
                root[max(one, other)] = min(one, other)
        numbers: dict[tuple[str, int], int] = {}
        self.part_of = {
            s: numbers.setdefault(find(("s", s)), len(numbers))
            for s, site in enumerate(self.sites)
            if site.demand is not None
        }


def open_market(
    lists: Lists,
    links: Links,
    places: Places,
    policy: Policy,
    rules: Rules,
    *,
    vague: Collection[int],
    typical: int = 1,
) -> TieMarket:
    """Gather desks and sites, and the arcs that the rules allow new ties to add.

    Parameters
    ----------
    lists, links, places
        As the gaps are computed from.
    policy
        Gives points per unit.
    rules
        Says which ties may be made.
    vague
        Needs of unknown quantity that are a sharing gap in word (indices).
    typical
        The amount for which the policy's `gap_weight` is given.
    """
    market = TieMarket(lists, links, places)
    _Opening(market, policy, rules, typical).run(vague)
    market.prune()
    market.useful = _useful(market)
    return market


class _Opening:
    def __init__(self, market: TieMarket, policy: Policy, rules: Rules, typical: int) -> None:
        self.typical = typical
        self.market, self.policy, self.rules = market, policy, rules
        self.lists, self.links, self.places = market.lists, market.links, market.places
        # Kind and area -> sites there that a tie to the area serves; room -> (target, site).
        self.served: dict[tuple[Kind, str], list[int]] = defaultdict(list)
        self.in_room: dict[tuple[Kind, str], list[tuple[str, int]]] = defaultdict(list)
        self.own: dict[str, list[int]] = defaultdict(list)
        self.fitting: dict[Arc, bool] = {}

    def run(self, vague: Collection[int]) -> None:
        self._desks()
        self._sites(frozenset(vague))
        linked = self.links.areas
        for d, desk in enumerate(self.market.desks):
            kinds = _kinds(desk.first)
            near = {t for a in desk.reachers for t in linked.get(a, ())}
            tied = {s for kind in kinds for t in near for s in self.served.get((kind, t), ())}
            tied |= {s for p in desk.first.providers for s in self.own.get(p, ())}
            tied = {s for s in sorted(tied) if self._fits(d, s)}
            known = [s for s in sorted(tied) if self.market.sites[s].demand is not None]
            self.market.connected += [(d, s) for s in known if desk.supply]
            for actor in sorted(desk.reachers):
                self._new(actor, d, kinds, tied)

    def _new(self, actor: str, d: int, kinds: Iterable[Kind], tied: set[int]) -> None:
        if self.rules.spare.get(actor, 0) < 1:
            return
        supply = self.market.desks[d].supply
        for room in self.rules.rooms_of(actor):
            for kind in kinds:
                for target, s in self.in_room.get((kind, room), ()):
                    if s in tied or not (supply or self.market.sites[s].demand is None):
                        continue
                    if self.rules.may(actor, target) and self._fits(d, s):
                        opened = self.market.opens.setdefault(TieEnds(actor, target), [])
                        opened.append((d, s))

    def _fits(self, d: int, s: int) -> bool:
        found = self.fitting.get((d, s))
        if found is None:
            desk, site = self.market.desks[d], self.market.sites[s]
            found = self.fitting[d, s] = fits(desk.first, site.first, self.places)
        return found

    def _desks(self) -> None:
        groups: dict[object, list[int]] = defaultdict(list)
        for i, o in enumerate(self.lists.offers):
            groups[o.providers, o.category, o.service, o.ranges, o.starts].append(i)
        for members in groups.values():
            first = self.lists.offers[members[0]]
            partners = {a for p in first.providers for a in self.links.actors.get(p, ())}
            supply = sum(self.lists.offers[i].free for i in members)
            reachers = frozenset(first.providers) | partners
            self.market.desks.append(OfferGroup(tuple(members), first, supply, reachers))

    def _sites(self, vague: frozenset[int]) -> None:
        providers = {p for offer in self.lists.offers for p in offer.providers}
        groups: dict[object, list[int]] = defaultdict(list)
        for i, need in enumerate(self.lists.needs):
            if kind_of(need) is None or need.area is None:
                continue
            if i in vague:
                groups["unknown quantity", i].append(i)
            elif need.open:
                own = frozenset(need.requesters & providers)
                groups[kind_of(need), need.category, need.area, need.due or "", own].append(i)
        points = Fraction(repr(float(self.policy.gap_weight))) / self.typical
        for members in groups.values():
            first = self.lists.needs[members[0]]
            rate = Fraction(repr(self.policy.unknown_need_weight))
            demand = None
            if members[0] not in vague:
                demand = sum(self.lists.needs[i].open for i in members)
                rate = points * Fraction(
                    repr(self.policy.category_weights.get(first.category or "", 1.0))
                )
            street = self.rules.street_of(first.area)
            self._lay(Site(tuple(members), first, demand, street, rate))

    def _lay(self, site: Site) -> None:
        s = len(self.market.sites)
        self.market.sites.append(site)
        kind = kind_of(site.first)
        assert kind is not None  # noqa: S101
        for requester in site.first.requesters:
            self.own[requester].append(s)
        for area, _ in self.places.serving(site.first.area):
            self.served[kind, area].append(s)
            if (room := self.rules.room_of(area)) is not None:
                self.in_room[kind, room].append((area, s))


def _kinds(offer: Offer) -> list[Kind]:
    kinds = [("category", offer.category), ("service", offer.service)]
    return [(a, b) for a, b in kinds if b is not None]


def _useful(market: TieMarket) -> dict[TieEnds, list[Arc]]:
    """The arcs without those of parts where even all ties together make nothing matchable."""
    touching: dict[int, set[TieEnds]] = defaultdict(set)
    for tie, arcs in market.opens.items():
        for _, s in arcs:
            if s in market.part_of:
                touching[market.part_of[s]].add(tie)
    worth = set()
    for part, ties in sorted(touching.items()):
        before = sum(market.flow(part, frozenset()).values())
        if sum(market.flow(part, frozenset(ties)).values()) > before:
            worth.add(part)
    found = {}
    for tie, arcs in market.opens.items():
        kept = [(d, s) for d, s in arcs if market.part_of.get(s, -1) in worth or s in market.vague]
        if kept:
            found[tie] = kept
    return found
