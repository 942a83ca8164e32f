"""The five services of each area: who there could give them 五项服务覆盖.

For every area judged and each of the five services (关爱, 公共, 政务, 市场, 社会): how many
offers of that service a co-building tie leads to (`connected`), how many reach the place by
their range (`in_range`), how many needs were raised and how many of them aren't wholly met.

What misleads: an offer counts once, however much or little it can give; a service that nobody
asked for can still be empty; and where no tie data were handed in, `connected` is unknown, not
zero. Offers whose first level isn't known count for no service.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

from analysis.gaps.fitting import WHOLE_ROOT, Links, Offer, Places
from analysis.gaps.results import UNMET, NeedGap
from analysis.layers.notes import Note
from graph.model.labels import Day, Level
from graph.model.record import Record
from graph.model.vocabulary import SERVICES

Coverage = Literal["served", "reachable", "empty", "unknown"]
"""What an area has of a service: an offer that a tie leads to; only offers in range, so that a
tie is what lacks; none at all; or, offers being in range, ties nobody told of."""

COVERAGE_WORDS: dict[Coverage, tuple[str, str]] = {
    "served": ("已覆盖", "served"),
    "reachable": ("可牵线", "reachable"),
    "empty": ("空白", "empty"),
    "unknown": ("数据不足", "unknown"),
}


class ServiceCell(Record):
    """One area, one service."""

    coverage: Coverage
    connected: int | None
    """Offers of the service whose provider has a co-building tie there; None: ties unknown."""
    in_range: int
    """Offers of the service whose range holds the area, connected or not."""
    needs: int
    """Needs of the service that sit there, of known quantity or not."""
    unmet: int
    """Those of them that are not wholly met."""


class AreaServices(Record):
    """One row of the matrix: an area and its five services."""

    code: str
    name: str | None
    path: tuple[str, ...]
    services: dict[str, ServiceCell]
    """By service, always all five, in their order."""


class GapsByService(Record):
    """`gongjian gaps --by service`: the matrix area × five services."""

    date: Day | None
    area: str | None
    level: Level
    policy_hash: str
    areas: tuple[AreaServices, ...]
    summary: dict[str, dict[Coverage, int]]
    """Service -> number of areas by coverage."""
    notes: tuple[Note, ...]


def service_matrix(
    areas: Sequence[str],
    offers: Iterable[Offer],
    needs: Iterable[NeedGap],
    links: Links,
    places: Places,
    *,
    names: Mapping[str, str],
    uncovered: Collection[str] = frozenset(),
) -> list[AreaServices]:
    """The matrix area × service.

    Parameters
    ----------
    areas
        Codes of the areas judged, in the order of the result.
    offers, needs
        The offers that are there at the date, and every need with its parts.
    links, places
        Alive ties and the tree of areas; the same that the gaps were found with. A tie to the
        area connects, and by policy one to its community (or a hub of it), or one to an actor
        of which one of these is true.
    names
        Area code -> name.
    uncovered
        Areas for which no tie data were handed in.

    Returns
    -------
    list of AreaServices
        One per area; every one has all five services.

    Notes
    -----
    O(areas + ties of providers).

    Examples
    --------
    >>> places = Places({"g": "Grid"}, {"g": ("g",)})
    >>> row, = service_matrix(["g"], [], [], Links(), places, names={"g": "一网格"})
    >>> row.services["care"].coverage
    'empty'
    """
    by_range: dict[tuple[str, str], int] = defaultdict(int)
    tied: dict[tuple[str, str], list[tuple[int, frozenset[str]]]] = defaultdict(list)
    for i, offer in enumerate(offers):
        if offer.service is None:
            continue
        ranges = _ranges(offer, places)
        for code in ranges:
            by_range[offer.service, code] += 1
        for area in _tied_areas(offer, links):
            tied[offer.service, area].append((i, ranges))
    asked: dict[tuple[str, str], list[NeedGap]] = defaultdict(list)
    for need in needs:
        if need.service is not None and need.area is not None:
            asked[need.service, places.judged(need.area)].append(need)

    def cell(code: str, service: str) -> ServiceCell:
        within = frozenset(places.within(code))
        in_range = sum(by_range.get((service, c), 0) for c in within)
        reached = {
            i
            for area, _ in places.serving(code)
            for i, ranges in tied.get((service, area), ())
            if not ranges.isdisjoint(within)
        }
        own = asked.get((service, code), ())
        unknown = code in uncovered
        return ServiceCell(
            coverage=_coverage(len(reached), in_range, unknown=unknown),
            connected=None if unknown else len(reached),
            in_range=in_range,
            needs=len(own),
            unmet=sum(need.status in UNMET for need in own),
        )

    return [
        AreaServices(
            code=code,
            name=names.get(code),
            path=places.path.get(code, ()),
            services={service: cell(code, service) for service in SERVICES},
        )
        for code in areas
    ]


def coverage_counts(rows: Iterable[AreaServices]) -> dict[str, dict[Coverage, int]]:
    """Service -> number of areas by coverage; zeros are left in."""
    found: dict[str, dict[Coverage, int]] = {s: dict.fromkeys(COVERAGE_WORDS, 0) for s in SERVICES}
    for row in rows:
        for service, cell in row.services.items():
            found[service][cell.coverage] += 1
    return found


def _ranges(offer: Offer, places: Places) -> frozenset[str]:
    """Where the offer goes; a range below the level judged serves a part of its area there."""
    if WHOLE_ROOT in offer.ranges:
        return frozenset({WHOLE_ROOT})
    codes = {places.judged(code) for code in offer.ranges}
    # one within another says nothing more, and would be counted twice
    return frozenset(c for c in codes if codes.isdisjoint(places.path.get(c, ())[:-1]))


def _tied_areas(offer: Offer, links: Links) -> set[str]:
    found: set[str] = set()
    for provider in offer.providers:
        areas, neighbours = links.reach.get(provider, ((), ()))
        found.update(areas)
        for neighbour in neighbours:
            found.update(links.areas.get(neighbour, ()))
    return found


def _coverage(connected: int, in_range: int, *, unknown: bool) -> Coverage:
    if not in_range:
        return "empty"
    if unknown:
        return "unknown"
    return "served" if connected else "reachable"
