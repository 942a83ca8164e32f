"""Resource-sharing gaps 资源共享缺口: needs that an offer could meet if one tie existed.

Each need is taken apart: what matches gave it already (`met`), what a provider with a
co-building tie can still give (`matchable`: make the match), what somebody in range offers but
no tie leads to (`sharing_gap`: make the tie), what is lacking although such offers exist
(`exhausted`: raise capacity) and what nobody in range offers (`absent`: look outside).

What misleads: needs compete, so a part depends on all needs of its category, not on its own
offers alone. Sums mix units. A need of unknown quantity is no quantity; it is counted apart. A
grid for which no tie data were handed in looks like one without ties; it is flagged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from analysis.gaps.allocation import allocate
from analysis.gaps.fitting import Links, Offer, Places, Scale
from analysis.gaps.fitting_pairs import area_lanes, pair_lanes
from analysis.gaps.need_parts import Judge, Whole, named, notes
from analysis.gaps.offers_and_needs import Market, market_of
from analysis.gaps.results import (
    PARTS,
    UNMET,
    AreaGap,
    Asked,
    CategoryGap,
    GapsByArea,
    GapsByCategory,
    GapsByNeed,
    GapsByOffer,
    GapTotals,
    NeedGap,
    OfferUse,
    PartCounts,
    PartSums,
)
from analysis.gaps.services import GapsByService, coverage_counts, service_matrix
from analysis.layers.frames import html_table
from analysis.layers.layered_city import LayeredCity
from analysis.layers.notes import Note, notes_on
from graph.collector import collector_paused
from graph.model.errors import no_such_area
from graph.model.evidence import EvidenceBook
from graph.model.labels import LEVEL_LABEL, Day, Level
from graph.model.network import Network
from graph.model.vocabulary import PART_WORDS, SERVICES

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

GENERAL_NOTES = frozenset({"synthetic", "no_ties", "level_too_fine", "no_level"})
_HTML_HEADS = (
    "服务",
    "类别",
    "需求数",
    "数量未说明",
    "需求量",
    *(zh for zh, _ in PART_WORDS.values()),
)
_TOP = 5
_SERVICE_RANK = {service: i for i, service in enumerate(SERVICES)}


@dataclass(frozen=True, eq=False)
class Gaps:
    """The gaps of a whole city, or of an area of it; tables of them are views.

    Attributes
    ----------
    date, level, policy_hash
        What was judged, and how. `date` None: an empty network.
    area
        The area it is narrowed to; None: the whole city.
    needs, offers
        Every need and offer, sorted by id. Offers are those of providers anywhere.
    notes
        What to know about the result as a whole.
    """

    date: Day | None
    level: Level
    policy_hash: str
    needs: tuple[NeedGap, ...]
    offers: tuple[OfferUse, ...]
    notes: tuple[Note, ...]
    area: str | None
    _whole: tuple[Whole, ...]
    _scale: Scale
    _places: Places
    _names: Mapping[str, str]
    _stock: tuple[Offer, ...] = ()
    _links: Links = field(default_factory=Links)
    _uncovered: frozenset[str] = frozenset()

    def within(self, area: str | None) -> Gaps:
        """The same result for the needs of one area (a code or a path); None leaves it as it is.

        Raises
        ------
        UnknownArea
            If the network has no such area.
        """
        if area is None:
            return self
        area = area.strip("/").rpartition("/")[2]
        if area not in self._places.path:
            raise no_such_area(area)
        kept = [i for i, need in enumerate(self.needs) if area in need.path]
        return replace(
            self,
            area=area,
            needs=tuple(self.needs[i] for i in kept),
            _whole=tuple(self._whole[i] for i in kept),
        )

    def by_need(self, area: str | None = None) -> GapsByNeed:
        """Every need with its parts, sorted by id."""
        found = self.within(area)
        return GapsByNeed(**found._sheet(), needs=found.needs)

    def by_category(self, area: str | None = None) -> GapsByCategory:
        """Parts summed by category: by service, then name; unclassified needs last."""
        found = self.within(area)
        rows = [
            CategoryGap(category=category, service=service, **totals)
            for (category, service), totals in found._grouped(lambda n: (n.category, n.service))
        ]
        rows.sort(key=_category_order)
        asked = [
            Asked(category=r.category, service=r.service, needs=r.needs, unmet=r.unmet)
            for r in rows
            if r.service is not None or r.category is not None
        ]
        by_number = sorted(asked, key=lambda a: -a.needs)
        by_share = sorted(asked, key=lambda a: (-a.unmet / a.needs, -a.unmet))
        return GapsByCategory(
            **found._sheet(),
            categories=tuple(rows),
            most_asked=tuple(by_number[:_TOP]),
            least_met=tuple(a for a in by_share[:_TOP] if a.unmet),
        )

    def by_area(self, area: str | None = None, *, level: Level | None = None) -> GapsByArea:
        """Parts summed by area of a level (default: the level judged), sorted by code.

        Needs that sit in a wider area than that stand under their own; needs of unknown place
        come last, under no code.
        """
        found = self.within(area)
        places = replace(self._places, level=level or self.level)
        grouped = found._grouped(lambda n: places.judged(n.area) if n.area is not None else None)
        rows = [
            AreaGap(
                code=code,
                name=None if code is None else self._names.get(code),
                path=() if code is None else self._places.path.get(code, ()),
                **totals,
            )
            for code, totals in grouped
        ]
        rows.sort(key=lambda row: (row.code is None, row.code or ""))
        return GapsByArea(**found._sheet(), areas=tuple(rows))

    def by_offer(self, area: str | None = None) -> GapsByOffer:
        """Every offer, sorted by id; with `area`, those whose range meets it."""
        found = self.within(area)
        return GapsByOffer(**found._about(), offers=tuple(filter(found._serves, found.offers)))

    def by_service(self, area: str | None = None) -> GapsByService:
        """The matrix judged area × five services, sorted by code."""
        found = self.within(area)
        label = LEVEL_LABEL[self.level]
        places = self._places
        areas = sorted(
            code
            for code, kind in places.label.items()
            if kind == label and (found.area is None or found.area in places.path.get(code, ()))
        )
        rows = service_matrix(
            areas,
            self._stock,
            self.needs,
            self._links,
            places,
            names=self._names,
            uncovered=self._uncovered,
        )
        return GapsByService(**found._about(), areas=tuple(rows), summary=coverage_counts(rows))

    def _serves(self, offer: OfferUse) -> bool:
        """Whether the offer's range meets the area that the result is narrowed to."""
        path = self._places.path
        return (
            self.area is None
            or not offer.range
            or any(
                self.area in path.get(code, ()) or code in path[self.area] for code in offer.range
            )
        )

    def to_polars(self) -> pl.DataFrame:
        """One row a need. A need of unknown quantity has null parts, and its part as `status`."""
        schema: dict[str, Any] = {
            "id": pl.String,
            "name": pl.String,
            "category": pl.String,
            "service": pl.String,
            "area": pl.String,
            "unit": pl.String,
            "urgency": pl.String,
            "requested": pl.Float64,
            **dict.fromkeys(PARTS, pl.Float64),
            "status": pl.String,
            "offers": pl.List(pl.String),
            "flags": pl.List(pl.String),
            "zh": pl.String,
            "en": pl.String,
        }
        rows = []
        for need in self.needs:
            row = need.model_dump(exclude={"path", "parts", "explain", "sources"})
            known = need.requested is not None
            row |= {part: getattr(need.parts, part) if known else None for part in PARTS}
            rows.append({**row, "zh": need.explain.zh, "en": need.explain.en})
        return pl.DataFrame(rows, schema=schema)

    def to_pandas(self) -> pd.DataFrame:
        """`to_polars` as a pandas frame; needs pandas to be installed."""
        import pandas as pd

        return pd.DataFrame(self.to_polars().to_dict(as_series=False))

    def _repr_html_(self) -> str:
        rows = [
            (
                SERVICES.get(row.service or "", row.service),
                *(row.category, row.needs, row.unknown_quantity, row.requested),
                *row.parts.model_dump().values(),
            )
            for row in self.by_category().categories
        ]
        return html_table(_HTML_HEADS, rows)

    def _about(self) -> dict[str, Any]:
        names = ("date", "area", "level", "policy_hash", "notes")
        return {name: getattr(self, name) for name in names}

    def _sheet(self) -> dict[str, Any]:
        return self._about() | {"totals": GapTotals(**self._totals(range(len(self.needs))))}

    def _grouped(self, key: Callable[[NeedGap], Any]) -> Iterable[tuple[Any, dict[str, Any]]]:
        groups: dict[Any, list[int]] = defaultdict(list)
        for i, need in enumerate(self.needs):
            groups[key(need)].append(i)
        return ((k, self._totals(rows)) for k, rows in groups.items())

    def _totals(self, rows: Sequence[int]) -> dict[str, Any]:
        """Sums are taken of whole numbers, so that they are exact before they are printed."""
        known = [parts for i in rows if (parts := self._whole[i]) is not None]
        sums = [sum(column) for column in zip(*known, strict=True)] or [0] * len(PARTS)
        words = [self.needs[i].status for i in rows if self._whole[i] is None]
        return {
            "needs": len(rows),
            "unknown_quantity": len(words),
            "unmet": sum(self.needs[i].status in UNMET for i in rows),
            "requested": self._scale.number(sum(sums)),
            "parts": PartSums(**named(map(self._scale.number, sums))),
            "unknown_parts": PartCounts(**named(words.count(part) for part in PARTS)),
        }


def _category_order(row: CategoryGap) -> tuple[bool, int, bool, str]:
    unclassified = row.category is None and row.service is None
    rank = _SERVICE_RANK.get(row.service or "", len(SERVICES))
    return unclassified, rank, row.category is None, row.category or ""


def gaps(city: LayeredCity, *, lists: Network | None = None, by_definition: bool = False) -> Gaps:
    """Take every need apart into what is met, what a match, a tie, or a provider could meet.

    Parameters
    ----------
    city
        One whole city. Its policy says whether ties to the community connect, how far an offer
        without a range goes, and what an offer of unknown capacity can give. Needs of areas
        below its level count for theirs.
    lists
        The city's network with some offers and needs left out, where only the others are asked
        for. They must not compete with those that are left out.
    by_definition
        Look at each pair of offer and need, and solve with NetworkX: slow, the same answer.

    Returns
    -------
    Gaps
        The parts of each need add up to it; no offer gives more than its capacity.

    Raises
    ------
    ValueError
        If a quantity is infinite or not a number.

    Notes
    -----
    A few seconds for 20,000 offers and 20,000 needs of one city.

    Examples
    --------
    >>> from analysis.policy import Policy
    >>> from graph.model.wanted import WantedGraph
    >>> from graph.model.network import Network
    >>> nothing = LayeredCity(Network.from_wanted(WantedGraph(), as_of=None), Policy())
    >>> gaps(nothing).by_need().totals.parts.sharing_gap
    0
    """
    with collector_paused():
        return _gaps(city, market_of(city, lists), by_definition=by_definition)


def _gaps(city: LayeredCity, market: Market, *, by_definition: bool) -> Gaps:
    places, links, lists = market.places, market.links, market.lists
    lay = pair_lanes if by_definition else area_lanes
    lanes = lay(lists.offers, lists.needs, links, places)
    allocation = allocate(
        lanes,
        [offer.free for offer in lists.offers],
        [need.open for need in lists.needs],
        [need.urgency for need in lists.needs],
        solver="networkx" if by_definition else "ortools",
    )
    names, book = city.network.name_of, EvidenceBook(city.network.datasets)
    judge = Judge(lists, places, lanes, allocation, names, city.uncovered, book)
    general = [note for note in notes_on(city) if note.code in GENERAL_NOTES]
    judged = [judge.need(n) for n in range(len(lists.needs))]
    return Gaps(
        date=city.day,
        level=city.level,
        policy_hash=city.policy.digest(),
        needs=tuple(need for need, _ in judged),
        offers=tuple(judge.offer_uses()),
        notes=(*general, *notes(lists.expired, lists.offers, [need for need, _ in judged])),
        area=None,
        _whole=tuple(whole for _, whole in judged),
        _scale=lists.scale,
        _places=places,
        _names=names,
        _stock=lists.offers,
        _links=links,
        _uncovered=city.uncovered,
    )
