"""Matches of offers and needs: those that were made, and those that could be made today.

A proposal gives a need what a connected provider still has free: the `matchable` part of
`analysis.gaps.gaps`, as concrete pairs. Urgent needs come first. Then either near providers come
first (`match_fairness: total`), or the areas' shares of what they need are as even as can be
and near providers come after that (`max_min`); both give the same total. What is claimed, though
it meets nothing yet, is reserved: it is proposed to nobody else.

What misleads: a proposal is one way to share out what there is, not the only one; and a need
whose quantity nobody gave is proposed its nearest connected offer without an amount.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from analysis.gaps.allocation import Gift, allocate, allocate_fairly
from analysis.gaps.fitting import Need, Offer, fits, hops
from analysis.gaps.fitting_pairs import Lanes, area_lanes, nearest_offers
from analysis.gaps.offers_and_needs import COUNTING, market_of
from analysis.gaps.results import Number
from analysis.gaps.texts import Words
from analysis.layers.layered_city import LayeredCity
from graph.model.errors import UsageError
from graph.model.evidence import EvidenceBook, EvidenceCell
from graph.model.labels import Day, Level, TieType
from graph.model.matches import MatchStatus, match_id, next_status
from graph.model.network import Network
from graph.model.record import Record

HOP_WORDS: tuple[tuple[str, str], ...] = (
    ("本单位自己的需求", "its own need"),
    ("有直接共建关系", "a direct tie"),
    ("经社区或一家伙伴单位相连", "by way of the community or one partner"),
    ("经社区和一家伙伴单位相连", "by way of the community and one partner"),
)
"""How near a provider is, by hops."""


class _Pairing(Record):
    """An offer and a need, matched or worth matching."""

    id: str
    """The id of the match, or the one that it would have."""
    resource: str
    resource_name: str
    providers: tuple[str, ...]
    need: str
    need_name: str
    area: str | None
    path: tuple[str, ...]
    quantity: Number | None
    """None: nobody said how much, or how much the need is."""
    unit: str | None


class OfferMatch(_Pairing):
    """A match that was made, whoever wrote it down."""

    status: str
    since: Day | None
    next: MatchStatus | None
    """The stage that comes next; None after the last."""
    counts: bool
    """Whether it meets the need: from `matched` on, a claim alone doesn't."""
    decided: bool
    """Whether a person took the step here; else a sheet says so."""
    sources: tuple[EvidenceCell, ...]


class NeedBalance(Record):
    """What became of the quantity of a need that some match or proposal is for."""

    need: str
    name: str
    area: str | None
    unit: str | None
    requested: Number
    met: Number
    """In matches that count."""
    claimed: Number
    """Promised, not yet matched; at most what is lacking."""
    proposed: Number
    open: Number
    """What is left of it after all three."""


class Proposal(_Pairing):
    """A match worth making: this offer to this need."""

    urgency: str | None
    hops: int
    """Steps of the co-building path: 0 its own need, 1 a direct tie, at most 3."""
    why: Words


class Matches(Record):
    """`gongjian match`: what was matched, what could be, and what is left open."""

    date: Day | None
    area: str | None
    level: Level
    policy_hash: str
    fairness: str
    matches: tuple[OfferMatch, ...]
    """By need, then offer."""
    proposals: tuple[Proposal, ...]
    """Urgent needs first, then nearer providers, then larger quantities."""
    needs: tuple[NeedBalance, ...]
    """Needs of known quantity that a match or proposal is for, by id."""
    waiting: tuple[str, ...]
    """Decided matches whose offer or need is in no sheet now (`RESOURCE NEED`)."""

    def within(self, area: str | None, path: Mapping[str, tuple[str, ...]]) -> Matches:
        """The same for the needs of one area (a code)."""
        if area is None:
            return self
        inside = {row.need for row in (*self.matches, *self.proposals) if area in row.path}
        inside |= {row.need for row in self.needs if area in path.get(row.area or "", ())}
        lists = {
            name: tuple(row for row in getattr(self, name) if row.need in inside)
            for name in ("matches", "proposals", "needs")
        }
        return self.model_copy(update={"area": area, "waiting": (), **lists})


def propose_matches(city: LayeredCity, *, waiting: Iterable[str] = ()) -> Matches:
    """The matches that there are, and those worth making.

    Parameters
    ----------
    city
        One whole city. Not changed. `match_fairness` of its policy says how what is scarce is
        shared out; the rest as for the gaps.
    waiting
        Keys of decided matches of which an end is missing; they are passed on.

    Returns
    -------
    Matches
        Proposals never give more than an offer has free, nor more than a need lacks, claims
        taken off both. Without claims their total equals the gaps' `matchable`.

    Examples
    --------
    >>> from analysis.policy import Policy
    >>> from graph.model.wanted import WantedGraph
    >>> from graph.model.network import Network
    >>> nothing = LayeredCity(Network.from_wanted(WantedGraph(), as_of=None), Policy())
    >>> propose_matches(nothing).proposals
    ()
    """
    return _Desk(city).matches(tuple(sorted(waiting)))


class _Desk:
    """Everything that one list of matches is made from."""

    def __init__(self, city: LayeredCity) -> None:
        self.city, self.policy = city, city.policy
        market = market_of(city)
        lists = self.lists = market.lists
        self.places, self.links = market.places, market.links
        self.names = city.network.name_of
        self.offer_at = {offer.key: i for i, offer in enumerate(lists.offers)}
        self.need_at = {need.key: n for n, need in enumerate(lists.needs)}
        self.made = _made(city.network, city.layers.date)
        self.promised: dict[str, int] = defaultdict(int)
        self.claimed: dict[str, int] = defaultdict(int)
        self.taken = {(row["start"], row["end"]) for row in self.made}
        self.given: dict[str, int] = defaultdict(int)
        for row in self.made:
            amount = 0 if row["quantity"] is None else lists.scale.whole(row["quantity"])
            if row["status"] == "claimed":
                self.promised[row["start"]] += amount
                self.claimed[row["end"]] += amount
            elif row["status"] in COUNTING:
                self.given[row["end"]] += amount

    def matches(self, waiting: tuple[str, ...]) -> Matches:
        lanes = area_lanes(self.lists.offers, self.lists.needs, self.links, self.places)
        gifts = self._shared_out(lanes)
        proposals = [self._proposal(g.offer, g.need, g.amount) for g in gifts]
        proposals += self._of_unknown_quantity(lanes)
        rank = {need.key: need.urgency for need in self.lists.needs}
        proposals.sort(key=lambda p: (rank[p.need], p.hops, -(p.quantity or 0), p.need, p.resource))
        found = sorted(self._made_records(), key=lambda m: (m.need, m.resource))
        return Matches(
            date=self.city.day,
            area=None,
            level=self.places.level,
            policy_hash=self.policy.digest(),
            fairness=self.policy.match_fairness,
            matches=tuple(found),
            proposals=tuple(proposals),
            needs=tuple(self._balances(found, gifts)),
            waiting=waiting,
        )

    def _number(self, quantity: float | None) -> Number | None:
        scale = self.lists.scale
        return None if quantity is None else scale.number(scale.whole(quantity))

    def free(self, offer: Offer) -> int:
        return max(0, offer.free - self.promised.get(offer.key, 0))

    def lacking(self, need: Need) -> int:
        return max(0, need.open - self.claimed.get(need.key, 0))

    def _shared_out(self, lanes: Lanes) -> tuple[Gift, ...]:
        offers, needs = self.lists.offers, self.lists.needs
        supply, demand = [self.free(o) for o in offers], [self.lacking(n) for n in needs]
        urgency = [n.urgency for n in needs]
        if self.policy.match_fairness == "total":
            found = allocate(lanes, supply, demand, urgency).connected
        else:
            areas = [self.places.judged(n.area) if n.area is not None else "" for n in needs]
            number = {area: i for i, area in enumerate(sorted(set(areas)))}
            group = [number[area] for area in areas]
            one = self.lists.scale.whole(1)
            found = allocate_fairly(lanes, supply, demand, urgency, group, one=one)
        # gifts by several ways between the same two are one match
        amounts: dict[tuple[int, int], int] = defaultdict(int)
        for gift in found:
            amounts[gift.need, gift.offer] += gift.amount
        return tuple(Gift(o, n, amount, True) for (n, o), amount in sorted(amounts.items()))

    def _of_unknown_quantity(self, lanes: Lanes) -> list[Proposal]:
        """For a need of unknown quantity that nobody promised anything: the nearest offer."""
        nearest = nearest_offers(lanes, tie=True, limit=1)
        spoken_for = {need for _, need in self.taken}
        return [
            self._proposal(nearest[n][0], n, None)
            for n, need in enumerate(self.lists.needs)
            if need.requested is None and n in nearest and need.key not in spoken_for
        ]

    def _proposal(self, o: int, n: int, amount: int | None) -> Proposal:
        offer, need = self.lists.offers[o], self.lists.needs[n]
        steps = hops(offer, need, self.links, self.places) or 0
        who = "、".join(self.names.get(p, p) for p in offer.providers) or offer.name
        who_en = ", ".join(self.names.get(p, p) for p in offer.providers) or offer.name
        zh, en = HOP_WORDS[min(steps, len(HOP_WORDS) - 1)]
        unit = need.unit or offer.unit or ""
        much = "" if amount is None else f"{self.lists.scale.number(amount)}{unit}"
        asked = "" if need.requested is None else f"{self.lists.scale.number(need.requested)}{unit}"
        told = f"可给{much}（需要{asked}）" if much else "可提供，数量请双方商定"
        told_en = f"can give {much} of {asked}" if much else "can give some; agree on how much"
        return Proposal(
            id=match_id(offer.key, need.key),
            resource=offer.key,
            resource_name=offer.name,
            providers=offer.providers,
            need=need.key,
            need_name=need.name,
            area=need.area,
            path=self.places.path.get(need.area or "", ()),
            quantity=None if amount is None else self.lists.scale.number(amount),
            unit=need.unit or offer.unit,
            urgency=need.urgency_word,
            hops=steps,
            why=Words(zh=f"{who}{told}：{zh}。", en=f"{who_en} {told_en}: {en}."),
        )

    def _made_records(self) -> Iterable[OfferMatch]:
        book = EvidenceBook(self.city.network.datasets)
        resources = {r["key"]: r for r in self.city.network.resources.iter_rows(named=True)}
        needs = {r["key"]: r for r in self.city.network.needs.iter_rows(named=True)}
        providers: dict[str, set[str]] = defaultdict(set)
        offers = self.city.network.ties.filter(pl.col("type") == TieType.OFFERS)
        for start, end in offers.select("start", "end").iter_rows():
            providers[end].add(start)
        for row in self.made:
            resource, need = resources[row["start"]], needs[row["end"]]
            evidence = row["evidence"] or []
            area = need["area"]
            yield OfferMatch(
                id=match_id(row["start"], row["end"]),
                resource=row["start"],
                resource_name=resource["name"] or row["start"],
                providers=tuple(sorted(providers.get(row["start"], ()))),
                need=row["end"],
                need_name=need["name"] or row["end"],
                area=area,
                path=self.places.path.get(area or "", ()),
                quantity=self._number(row["quantity"]),
                unit=need["unit"] or resource["unit"],
                status=row["status"],
                since=row["valid_from"],
                next=next_status(row["status"]),
                counts=row["status"] in COUNTING,
                decided=any(e.startswith("decision:") for e in evidence),
                sources=book.cells(e for e in evidence if not e.startswith("decision:")),
            )

    def _balances(self, made: Iterable[OfferMatch], gifts: Iterable[Gift]) -> Iterable[NeedBalance]:
        proposed: dict[int, int] = defaultdict(int)
        for gift in gifts:
            proposed[gift.need] += gift.amount
        shown = {self.need_at[m.need] for m in made if m.need in self.need_at} | set(proposed)
        number = self.lists.scale.number
        for n in sorted(shown):
            need = self.lists.needs[n]
            if need.requested is None:
                continue
            rest = need.requested - need.met
            claimed = min(rest, self.claimed.get(need.key, 0))
            yield NeedBalance(
                need=need.key,
                name=need.name,
                area=need.area,
                unit=need.unit,
                requested=number(need.requested),
                met=number(need.met),
                claimed=number(claimed),
                proposed=number(proposed[n]),
                open=number(rest - claimed - proposed[n]),
            )


def _made(network: Network, day: Day) -> list[dict[str, Any]]:
    """The `MATCHES` that aren't ended and have begun by the day, sorted by offer and need."""
    ties = network.ties.filter(
        (pl.col("type") == TieType.MATCHES)
        & ~pl.col("ended").fill_null(value=False)
        & (pl.col("valid_from").is_null() | (pl.col("valid_from") <= day))
    ).sort("start", "end", "key")
    return [row for row in ties.iter_rows(named=True) if row["status"] is not None]


class Room(Record):
    """What a match of one offer with one need could be, its own quantity left aside."""

    free: Number | None
    """What the offer can still give, other matches and claims taken off; None = unknown."""
    lacking: Number | None
    """What the need still lacks, likewise; None = unknown."""
    fits: bool
    """Whether category, range and dates agree."""
    connected: bool
    """Whether a co-building path leads there."""
    quantity: Number | None
    """What the pair's match has now; None where it has none, or of unknown quantity."""
    status: str | None
    since: Day | None


def room_for(city: LayeredCity, resource: str, need: str) -> Room:
    """How much of an offer could go to a need.

    Raises
    ------
    UsageError
        If there is no such offer or need, or the offer has expired at the day.
    """
    desk = _Desk(city)
    if resource not in desk.offer_at:
        raise UsageError(
            f"没有这项资源，或已过有效期：{resource}；请用 gongjian gaps --by offer 查看",
            f"no such offer, or it has expired: {resource}; see gongjian gaps --by offer",
        )
    if need not in desk.need_at:
        raise UsageError(
            f"没有这项需求：{need}；请用 gongjian gaps --by need 查看",
            f"no such need: {need}; see gongjian gaps --by need",
        )
    offer, asked = desk.lists.offers[desk.offer_at[resource]], desk.lists.needs[desk.need_at[need]]
    own = [row for row in desk.made if (row["start"], row["end"]) == (resource, need)]
    scale = desk.lists.scale
    spent = offer.matched + desk.promised.get(resource, 0)
    given = desk.given.get(need, 0) + desk.claimed.get(need, 0)
    mine = sum(scale.whole(row["quantity"]) for row in own if row["quantity"] is not None)
    free = None if offer.capacity is None else max(0, offer.capacity - spent + mine)
    lacking = None if asked.requested is None else max(0, asked.requested - given + mine)
    return Room(
        free=None if free is None else scale.number(free),
        lacking=None if lacking is None else scale.number(lacking),
        fits=fits(offer, asked, desk.places),
        connected=hops(offer, asked, desk.links, desk.places) is not None,
        quantity=scale.number(mine) if mine else None,
        status=own[0]["status"] if own else None,
        since=own[0]["valid_from"] if own else None,
    )


def checked_quantity(room: Room, quantity: Number | None) -> Number | None:
    """The quantity of a match: the one given, else as much as there is room for.

    Raises
    ------
    UsageError
        If it is more than the offer has free, or more than the need lacks.

    Examples
    --------
    >>> room = Room(free=40, lacking=100, fits=True, connected=True, quantity=None,
    ...     status=None, since=None)
    >>> checked_quantity(room, None), checked_quantity(room, 25)
    (40, 25)
    """
    limits = [limit for limit in (room.free, room.lacking) if limit is not None]
    if quantity is None:
        quantity = min(limits, default=None)
        if quantity is None or quantity > 0:
            return quantity
    for limit, zh, en in (
        (room.free, "资源还剩", "the offer has left"),
        (room.lacking, "需求还缺", "the need still lacks"),
    ):
        if limit is not None and (quantity > limit or limit == 0):
            raise UsageError(
                f"数量超出：{zh} {limit:.12g}，请减少数量或另选资源",
                f"too much: {en} {limit:.12g}; take less, or another offer",
            )
    return quantity
