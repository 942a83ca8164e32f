"""From the two flows to what is told of each need and each offer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analysis.gaps.allocation import Allocation, Gift
from analysis.gaps.fitting import WHOLE_ROOT, Need, Offer, Places
from analysis.gaps.fitting_pairs import Lanes, connected_needs, nearest_offers
from analysis.gaps.offers_and_needs import Lists
from analysis.gaps.results import PARTS, PRECEDENCE, Flag, NeedGap, NeedParts, OfferUse, Part
from analysis.gaps.texts import ANY, NeedStory, explain
from analysis.layers.notes import Note
from graph.model.evidence import EvidenceBook

_SHOWN_OFFERS = 10
Whole = tuple[int, ...] | None
"""Parts of a need in the order of `PARTS`, as whole numbers of the scale; None: unknown."""


def named(values: Iterable[Any]) -> dict[str, Any]:
    """Values in the order of `PARTS`, by part."""
    return dict(zip(PARTS, values, strict=True))


class Judge:
    """What became of each need and offer."""

    def __init__(
        self,
        lists: Lists,
        places: Places,
        lanes: Lanes,
        allocation: Allocation,
        names: Mapping[str, str],
        uncovered: frozenset[str],
        book: EvidenceBook,
    ) -> None:
        self.book = book
        self.lists, self.places, self.lanes, self.names = lists, places, lanes, names
        self.allocation, self.uncovered = allocation, uncovered
        vague = {i for i, offer in enumerate(lists.offers) if offer.capacity is None}
        self.tied = nearest_offers(lanes, tie=True, limit=_SHOWN_OFFERS)
        self.fitting = nearest_offers(lanes, tie=False, limit=_SHOWN_OFFERS)
        self.vague_tied = nearest_offers(lanes, tie=True, among=vague, limit=_SHOWN_OFFERS)
        self.vague_fitting = nearest_offers(lanes, tie=False, among=vague, limit=_SHOWN_OFFERS)
        self.gifts, self.more = _by_need(allocation.connected), _by_need(allocation.full)

    def need(self, n: int) -> tuple[NeedGap, Whole]:
        """The record of the n-th need, and its parts as whole numbers."""
        need = self.lists.needs[n]
        if need.requested is None:
            word = self._word(n, need)
            whole = None
            parts = NeedParts(**named(part == word for part in PARTS))
            status: Part = word
        else:
            whole = self._parts(n, need)
            parts = NeedParts(**named(map(self.lists.scale.number, whole)))
            status = self._status(n, whole)
        path = self.places.path.get(need.area, ()) if need.area is not None else ()
        requested = None if need.requested is None else self.lists.scale.number(need.requested)
        record = NeedGap(
            id=need.key,
            name=need.name,
            category=need.category,
            service=need.service,
            area=need.area,
            path=path,
            unit=need.unit,
            urgency=need.urgency_word,
            requested=requested,
            parts=parts,
            status=status,
            offers=tuple(self._offers(n, need, whole)),
            flags=tuple(self._flags(n, need, whole)),
            explain=explain(self._story(n, need, whole, status)),
            sources=self.book.cells(need.evidence),
        )
        return record, whole

    def _word(self, n: int, need: Need) -> Part:
        """The one part of a need of unknown quantity; capacity isn't asked."""
        if need.unclassified:
            return "unclassified"
        if need.key in self.lists.matched_needs:
            return "met"
        if n in self.tied:
            return "matchable"
        return "sharing_gap" if n in self.fitting else "absent"

    def _parts(self, n: int, need: Need) -> tuple[int, ...]:
        matchable = self.allocation.matchable.get(n, 0)
        reachable = self.allocation.reachable.get(n, 0)
        rest = need.open - reachable
        fits = n in self.fitting
        return (
            need.met,
            matchable,
            reachable - matchable,
            rest if fits else 0,
            0 if fits else rest,
            need.requested or 0 if need.unclassified else 0,
        )

    def _status(self, n: int, whole: tuple[int, ...]) -> Part:
        """The part with most to do.

        What is lacking counts as matchable, or as a gap, in word where an offer of unknown
        capacity could give it.
        """
        amounts = named(whole)
        words = {part for part in PARTS if amounts[part]}
        if amounts["exhausted"] and n in self.vague_tied:
            words.add("matchable")
        elif amounts["exhausted"] and n in self.vague_fitting:
            words.add("sharing_gap")
        return next((part for part in PRECEDENCE if part in words), "met")

    def _offers(self, n: int, need: Need, whole: Whole) -> list[str]:
        gifts = [*self.gifts.get(n, ()), *self.more.get(n, ())]
        found = list(dict.fromkeys(gift.offer for gift in gifts))
        if not found and need.matches and (whole is None or not need.open):
            return list(need.matches)
        found = (
            found
            or list(dict.fromkeys([*self.tied.get(n, ()), *self.fitting.get(n, ())]))[
                :_SHOWN_OFFERS
            ]
        )
        return [self.lists.offers[i].key for i in found]

    def _flags(self, n: int, need: Need, whole: Whole) -> Iterable[Flag]:
        if need.coarse:
            yield "coarse"
        shown = self.more.get(n) or ()
        offers = [gift.offer for gift in shown] or self.fitting.get(n, ())
        if any(self.lists.offers[i].assumed_range for i in offers):
            yield "assumed_range"
        if n in self.vague_fitting and (whole is None or whole[PARTS.index("exhausted")]):
            yield "unknown_capacity"
        if need.area is None:
            yield "unplaced"
        if self._ties_unknown(need):
            yield "ties_unknown"
        if need.key in self.lists.vague_matches and whole is not None:
            yield "match_unknown"

    def _ties_unknown(self, need: Need) -> bool:
        return need.area is not None and self.places.judged(need.area) in self.uncovered

    def _story(self, n: int, need: Need, whole: Whole, status: Part) -> NeedStory:
        if whole is None:
            texts = {status: ANY}
            tied = self.tied.get(n, ())
            untied = self.fitting.get(n, ())
        else:
            texts = {p: self._amount(v, need.unit) for p, v in zip(PARTS, whole, strict=True) if v}
            tied = tuple(dict.fromkeys(gift.offer for gift in self.gifts.get(n, ())))
            untied = tuple(dict.fromkeys(g.offer for g in self.more.get(n, ()) if not g.by_tie))
        first = self.lists.offers[untied[0]] if untied else None
        vague_tied = self.vague_tied.get(n, ())
        return NeedStory(
            name=need.name,
            requested=None if need.requested is None else self._amount(need.requested, need.unit),
            urgency=need.urgency_word,
            status_text=need.status,
            place=self.places.label.get(self.places.judged(need.area)) if need.area else None,
            met=texts.get("met"),
            matchable=texts.get("matchable"),
            sharing_gap=texts.get("sharing_gap"),
            exhausted=texts.get("exhausted"),
            absent=texts.get("absent"),
            unclassified="unclassified" in texts,
            tied=self._providers(tied),
            untied=self._providers(untied),
            within=self._range_name(first) if first else None,
            assumed_range=first is not None and first.assumed_range,
            vague_tied=self._providers(vague_tied),
            vague_untied=self._providers(
                i for i in self.vague_fitting.get(n, ()) if i not in vague_tied
            ),
            ties_unknown=self._ties_unknown(need),
        )

    def _amount(self, whole: int, unit: str | None) -> str:
        return f"{self.lists.scale.number(whole)}{unit or ''}"

    def _providers(self, offers: Iterable[int]) -> list[str]:
        """Names of the providers; an offer without one goes by its own name."""
        found: dict[str, None] = {}
        for i in offers:
            offer = self.lists.offers[i]
            for key in offer.providers or (offer.key,):
                found[self.names.get(key, key)] = None
        return list(found)

    def _range_name(self, offer: Offer) -> tuple[str, str]:
        if WHOLE_ROOT in offer.ranges:
            return "全域", "the whole area"
        named = [self.names.get(code, code) for code in offer.ranges]
        return "、".join(named), ", ".join(named)

    def offer_uses(self) -> Iterable[OfferUse]:
        number = self.lists.scale.number
        counts = connected_needs(self.lanes)
        for i, offer in enumerate(self.lists.offers):
            taken = self.allocation.used.get(i, 0)
            idle = None if offer.capacity is None else number(offer.free - taken)
            yield OfferUse(
                id=offer.key,
                name=offer.name,
                category=offer.category,
                service=offer.service,
                unit=offer.unit,
                providers=offer.providers,
                range=() if WHOLE_ROOT in offer.ranges else offer.ranges,
                assumed_range=offer.assumed_range,
                capacity=None if offer.capacity is None else number(offer.capacity),
                matched=number(offer.matched),
                used=number(offer.matched + taken),
                idle=idle,
                worth_connected=int(i in self.allocation.worth_connected),
                worth=int(i in self.allocation.worth_full),
                connected_needs=counts[i],
                sources=self.book.cells(offer.evidence),
            )


def _by_need(gifts: Iterable[Gift]) -> dict[int, list[Gift]]:
    found: dict[int, list[Gift]] = defaultdict(list)
    for gift in gifts:
        found[gift.need].append(gift)
    return found


_NOTES: dict[str, tuple[str, str]] = {
    "offers_expired": ("{}项资源已过有效期，不计入", "{} offers have expired"),
    "range_assumed": (
        "{}项资源未填服务范围，按提供单位所在区域推定",
        "{} offers give no range; their providers' own area is assumed",
    ),
    "capacity_unknown": (
        "{}项资源数量未说明，不计入数量",
        "{} offers give no capacity; they count in words, not in quantities",
    ),
    "quantity_unknown": (
        "{}项需求数量未说明，只计项数，不计入数量",
        "{} needs give no quantity; they are counted, never summed",
    ),
    "ties_unknown": (
        "{}项需求所在区域没有报送共建台账，缺口可能偏大",
        "{} needs sit where no tie data were handed in; their gap may be smaller",
    ),
    "unplaced": ("{}项需求没有地点", "{} needs have no known place"),
    "units_mixed": (
        "{}个类别的需求单位不一，合计只供参考",
        "{} categories mix units; their sums are rough",
    ),
}
"""Code -> note in zh and en, with the number of offers, needs or categories."""


def notes(
    expired: int, offers: Sequence[Offer | OfferUse], needs: Sequence[NeedGap]
) -> Iterable[Note]:
    """What to know about the gaps as a whole; `expired` offers are not among the others."""
    units: dict[tuple[str | None, str | None], set[str]] = defaultdict(set)
    for need in needs:
        if need.requested is not None and need.unit:
            units[need.category, need.service].add(need.unit)
    flags = Counter(flag for need in needs for flag in need.flags)
    counts = (
        expired,
        sum(offer.assumed_range for offer in offers),
        sum(offer.capacity is None for offer in offers),
        sum(need.requested is None for need in needs),
        flags["ties_unknown"],
        flags["unplaced"],
        sum(len(mixed) > 1 for mixed in units.values()),
    )
    return (
        Note(code=code, zh=zh.format(count), en=en.format(count))
        for (code, (zh, en)), count in zip(_NOTES.items(), counts, strict=True)
        if count
    )
