"""The lists of resources and needs at a date, ready for matching.

Unknown quantities stay unknown: they are never counted as 1 and never summed. Which texts of
a sheet mean "unknown" was settled when it was read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from analysis.gaps.fitting import WHOLE_ROOT, Links, Need, Offer, Places, Scale
from analysis.layers.layered_city import LayeredCity
from analysis.layers.layers import TieLayers
from analysis.policy import Policy
from graph.model.labels import ACTOR_LABELS, AREA_LABELS, LEVEL_LABEL, Day, Label, TieType
from graph.model.network import Network
from graph.model.vocabulary import URGENCY

COUNTING = ("matched", "running", "done", "evaluated")
"""Status of a match that counts as met; a claim alone doesn't."""

_ACTORS = frozenset(map(str, ACTOR_LABELS))
_AREAS = frozenset(map(str, AREA_LABELS))


@dataclass(frozen=True, eq=False)
class Lists:
    """Offers that are there at the date, and needs; both sorted by key.

    Attributes
    ----------
    scale
        Turns the whole numbers of offers and needs into quantities again.
    expired
        Offers whose 有效期至 is past; they serve nothing.
    matched_needs
        Keys of needs that have a match that counts.
    vague_matches
        Keys of needs with a counting match of unknown quantity; it adds nothing to `met`.
    """

    scale: Scale
    offers: tuple[Offer, ...]
    needs: tuple[Need, ...]
    expired: int
    matched_needs: frozenset[str]
    vague_matches: frozenset[str]


def read_lists(network: Network, policy: Policy, places: Places, on: Day) -> Lists:
    """Offers and needs of a network at a day.

    A match uses up the offer's capacity; what a need was given beyond its quantity is not
    counted. An offer of unknown capacity may give `policy.unknown_capacity` to needs of known
    quantity, matches included.

    Raises
    ------
    ValueError
        If a quantity is infinite or not a number.
    """
    known = [
        *network.resources["quantity"].drop_nulls(),
        *network.needs["quantity"].drop_nulls(),
        *network.ties.filter(pl.col("type") == TieType.MATCHES)["quantity"].drop_nulls(),
        policy.unknown_capacity,
    ]
    scale = Scale.of(set(known))
    given, taken, pairs, vague = _matches(network, scale, on)
    offers, expired = _offers(network, policy, places, scale, given, on)
    needs = _needs(network, scale, taken, pairs)
    return Lists(scale, offers, needs, expired, frozenset(pairs), frozenset(vague))


@dataclass(frozen=True, eq=False)
class Market:
    """Who offers, who needs, and what connects them, at a day and level."""

    places: Places
    links: Links
    lists: Lists


def market_of(city: LayeredCity, lists: Network | None = None) -> Market:
    """Everything that gaps and matches start from.

    Parameters
    ----------
    city
        One whole city.
    lists
        The network whose offers and needs are read; by default the city's own.

    Raises
    ------
    ValueError
        If a quantity is infinite or not a number.
    """
    places = Places.of(city.network, city.policy, city.level)
    read = read_lists(lists or city.network, city.policy, places, city.layers.date)
    return Market(places, links_of(city.layers), read)


def links_of(layers: TieLayers) -> Links:
    """The alive ties of `layers` as connections between actors and areas.

    A tie to a hub stands for the area that the hub holds. The branch of a grid doesn't stand
    for the grid itself, though, where grids are judged.
    """
    judged = set(layers.codes)
    areas: dict[str, set[str]] = defaultdict(set)
    for actor, place, via in layers.links.select("actor", "place", "via").iter_rows():
        if via == "area" or place not in judged:
            areas[actor].add(place)
    actors: dict[str, set[str]] = defaultdict(set)
    for actor, other in layers.pairs.iter_rows():
        actors[actor].add(other)
    # A hub can be a provider, too; then its partners lead on, but it never lies in between.
    hubs = set(layers.actors.filter("hub")["key"])
    between = layers.alive.filter("end_is_actor").select("start", "end").unique()
    for one, other in between.iter_rows():
        if (one in hubs) != (other in hubs):
            hub, actor = (one, other) if one in hubs else (other, one)
            actors[hub].add(actor)
    return Links(dict(areas), dict(actors))


_Matches = tuple[dict[str, int], dict[str, int], dict[str, tuple[str, ...]], set[str]]


def _matches(network: Network, scale: Scale, on: Day) -> _Matches:
    """Quantities given by resource and taken by need, the offers of each need, and needs with
    a match of unknown quantity.
    """
    counting = network.ties.filter(
        (pl.col("type") == TieType.MATCHES)
        & pl.col("status").is_in(COUNTING)
        & ~pl.col("ended").fill_null(value=False)
        & (pl.col("valid_from").is_null() | (pl.col("valid_from") <= on))
    )
    given: dict[str, int] = defaultdict(int)
    taken: dict[str, int] = defaultdict(int)
    pairs: dict[str, set[str]] = defaultdict(set)
    vague: set[str] = set()
    for resource, need, quantity in counting.select("start", "end", "quantity").iter_rows():
        pairs[need].add(resource)
        if quantity is None:
            vague.add(need)
        else:
            given[resource] += scale.whole(quantity)
            taken[need] += scale.whole(quantity)
    return given, taken, {need: tuple(sorted(found)) for need, found in pairs.items()}, vague


def _starts_of(network: Network, type_: TieType, labels: Iterable[str]) -> dict[str, list[str]]:
    """End of each tie of a type -> its starts that have one of `labels`, sorted."""
    ties = network.ties.filter(
        (pl.col("type") == type_) & pl.col("start_label").is_in(sorted(labels))
    )
    found: dict[str, set[str]] = defaultdict(set)
    for start, end in ties.select("start", "end").iter_rows():
        found[end].add(start)
    return {end: sorted(starts) for end, starts in found.items()}


def _actor_areas(network: Network) -> dict[str, str | None]:
    return dict(network.actors.select("key", "area").iter_rows())


def _offers(
    network: Network,
    policy: Policy,
    places: Places,
    scale: Scale,
    given: dict[str, int],
    on: Day,
) -> tuple[tuple[Offer, ...], int]:
    providers_of = _starts_of(network, TieType.OFFERS, _ACTORS)
    seat = _actor_areas(network)
    fallback = scale.whole(policy.unknown_capacity)
    level = Label.CITY if policy.unknown_range == "city" else LEVEL_LABEL[policy.unknown_range]
    offers = []
    expired = 0
    for row in network.resources.sort("key").iter_rows(named=True):
        key = row["key"]
        if row["valid_to"] is not None and row["valid_to"] < on:
            expired += 1
            continue
        providers = providers_of.get(key, [])
        ranges = [row["range"]]
        if row["range"] is None:
            seats = [seat.get(p) for p in providers] or [row["area"]]
            ranges = sorted({_assumed_range(places, s, level) for s in seats})
        capacity = None if row["quantity"] is None else scale.whole(row["quantity"])
        matched = given.get(key, 0)
        offers.append(
            Offer(
                key=key,
                name=row["name"] or key,
                category=row["category"],
                service=row["service"],
                unit=row["unit"],
                capacity=capacity,
                matched=matched,
                free=max(0, (fallback if capacity is None else capacity) - matched),
                providers=tuple(providers),
                ranges=tuple(ranges),
                assumed_range=row["range"] is None,
                starts=row["valid_from"],
                evidence=tuple(row["evidence"] or ()),
            )
        )
    return tuple(offers), expired


def _assumed_range(places: Places, area: str | None, level: Label) -> str:
    """Where an offer without a range is taken to go: its provider's area of `level`."""
    found = places.ancestor(area, level) if area is not None else None
    return WHOLE_ROOT if found is None else found


def _needs(
    network: Network, scale: Scale, taken: dict[str, int], pairs: dict[str, tuple[str, ...]]
) -> tuple[Need, ...]:
    requesters_of = _starts_of(network, TieType.REQUESTS, _ACTORS)
    places_of = _starts_of(network, TieType.REQUESTS, _AREAS)
    seat = _actor_areas(network)
    rank = {word: i for i, word in enumerate(URGENCY)}
    needs = []
    for row in network.needs.sort("key").iter_rows(named=True):
        key = row["key"]
        requesters = requesters_of.get(key, [])
        seats = [a for a in (seat.get(r) for r in requesters) if a is not None]
        area = next(iter((*filter(None, [row["area"]]), *places_of.get(key, ()), *seats)), None)
        requested = None if row["quantity"] is None else scale.whole(row["quantity"])
        unclassified = row["category"] is None and row["service"] is None
        given = 0 if unclassified else taken.get(key, 0)
        needs.append(
            Need(
                key=key,
                name=row["name"] or key,
                category=row["category"],
                service=row["service"],
                unit=row["unit"],
                area=area,
                requested=requested,
                met=0 if requested is None else min(given, requested),
                matches=pairs.get(key, ()),
                urgency=rank.get(row["urgency"] or "", len(URGENCY) - 1),
                urgency_word=row["urgency"],
                due=row["due"],
                status=row["status"],
                requesters=frozenset(requesters),
                evidence=tuple(row["evidence"] or ()),
            )
        )
    return tuple(needs)
