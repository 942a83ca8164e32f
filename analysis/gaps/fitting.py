"""Which offer fits which need, and which provider is connected to it.

An offer *fits* a need when the categories agree, its range holds the need's place, and it
starts no later than the need is due. It is *connected* when its provider has an alive
co-building tie to where the need sits. What fits without being connected is what co-building
could still bring: the sharing gap.

The functions here are the definition, one pair at a time. `analysis.gaps.fitting_pairs` says the
same of all pairs at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from graph.model.labels import AREA_LABELS, LEVEL_LABEL, Day, Label, Level

if TYPE_CHECKING:
    from analysis.policy import Policy
    from graph.model.network import Network

WHOLE_ROOT = ""
"""The range of an offer that may go anywhere in the network; no area has this code."""

_RANK = {str(label): i for i, label in enumerate(AREA_LABELS)}


@dataclass(frozen=True, slots=True)
class Scale:
    """Decimal quantities as whole numbers, without loss.

    Examples
    --------
    >>> scale = Scale.of([40.0, 2.5])
    >>> scale.whole(2.5), scale.number(25), scale.number(400)
    (25, 2.5, 40)
    """

    digits: int

    @classmethod
    def of(cls, quantities: Iterable[float]) -> Scale:
        """The fewest decimal places in which all `quantities` are whole.

        Raises
        ------
        ValueError
            If a quantity is infinite or not a number.
        """
        digits = 0
        for quantity in quantities:
            exponent = Decimal(repr(float(quantity))).normalize().as_tuple().exponent
            if not isinstance(exponent, int):
                raise ValueError(f"a quantity must be finite: {quantity}")
            digits = max(digits, -exponent)
        return cls(digits)

    def whole(self, quantity: float) -> int:
        """`quantity` in units of the last decimal place."""
        return _whole(float(quantity), self.digits)

    def number(self, whole: int) -> int | float:
        """The quantity again: an int where it is whole, else the nearest float."""
        quotient, rest = divmod(whole, 10**self.digits)
        return quotient if not rest else float(Fraction(whole, 10**self.digits))


@lru_cache(maxsize=4096)
def _whole(quantity: float, digits: int) -> int:
    return int(Fraction(repr(quantity)) * 10**digits)


@dataclass(frozen=True, slots=True)
class Offer:
    """One resource that is there at the date judged.

    `capacity` is None where the sheet doesn't say; `free` is what is left of it after the
    matches that count (of an unknown capacity: what the policy lets it give). `ranges` are
    area codes, `WHOLE_ROOT` for everywhere; with `assumed_range` the sheet gave none.
    """

    key: str
    name: str
    category: str | None
    service: str | None
    unit: str | None
    capacity: int | None
    matched: int
    free: int
    providers: tuple[str, ...]
    ranges: tuple[str, ...]
    assumed_range: bool
    starts: Day | None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """One need, and what matches gave it so far.

    `requested` is None where the sheet doesn't say. `met` is at most `requested`; `matches`
    are the offers of the matches that count. `area` is None where no place is known.
    """

    key: str
    name: str
    category: str | None
    service: str | None
    unit: str | None
    area: str | None
    requested: int | None
    met: int
    matches: tuple[str, ...]
    urgency: int
    urgency_word: str | None
    due: Day | None
    status: str | None
    requesters: frozenset[str]
    evidence: tuple[str, ...] = ()

    @property
    def open(self) -> int:
        """What is still to be given; 0 for a need of unknown quantity."""
        return 0 if self.requested is None or self.unclassified else self.requested - self.met

    @property
    def unclassified(self) -> bool:
        return self.category is None and self.service is None

    @property
    def coarse(self) -> bool:
        """Only the first level is known: any offer of that service fits."""
        return self.category is None and self.service is not None


@dataclass(frozen=True)
class Places:
    """The tree of areas, as the gaps ask of it.

    Attributes
    ----------
    label, path
        Area code -> label; -> codes from the root down to the area itself.
    level
        The level judged: areas below it count for their ancestor there.
    community_ties_count
        Whether a tie to a community connects to its grids (only asked at level grid).
    """

    label: Mapping[str, str]
    path: Mapping[str, tuple[str, ...]]
    level: Level = "grid"
    community_ties_count: bool = True

    @classmethod
    def of(cls, network: Network, policy: Policy, level: Level) -> Places:
        """The areas of a network."""
        areas = network.areas
        return cls(
            dict(zip(areas["key"], areas["label"], strict=True)),
            {k: tuple(p.strip("/").split("/")) for k, p in network.path_of.items() if p},
            level,
            policy.community_ties_count,
        )

    def parent(self, area: str) -> str | None:
        path = self.path.get(area, ())
        return path[-2] if len(path) > 1 else None

    def ancestor(self, area: str, label: str) -> str | None:
        """The area itself or the one above it that has `label`."""
        return next((a for a in self.path.get(area, ()) if self.label.get(a) == label), None)

    def judged(self, area: str) -> str:
        """The area of the judged level that `area` counts for; a wider area is its own."""
        while self._below_level(area) and (above := self.parent(area)) is not None:
            area = above
        return area

    def _below_level(self, area: str) -> bool:
        return _RANK.get(self.label.get(area, ""), 0) > _RANK[LEVEL_LABEL[self.level]]

    def step_up(self, area: str) -> tuple[str, int] | None:
        """The next area whose ties serve the needs of `area` too, and the hops it adds.

        Up to the judged level nothing is added; from a grid to its community one hop.
        """
        above = self.parent(area)
        if above is None:
            return None
        if self._below_level(area):
            return above, 0
        is_grid = self.level == "grid" and self.label.get(area) == Label.GRID
        if is_grid and self.community_ties_count and self.label.get(above) == Label.COMMUNITY:
            return above, 1
        return None

    def serving(self, area: str | None) -> list[tuple[str, int]]:
        """Areas a tie to which connects to a need at `area`, with the hops that it takes.

        Examples
        --------
        >>> path = {"c": ("s", "c"), "g": ("s", "c", "g"), "s": ("s",)}
        >>> places = Places({"s": "Street", "c": "Community", "g": "Grid"}, path)
        >>> places.serving("g"), places.serving("c"), places.serving(None)
        ([('g', 1), ('c', 2)], [('c', 1)], [])
        """
        found = []
        hops = 1
        while area is not None:
            found.append((area, hops))
            step = self.step_up(area)
            area, added = step if step else (None, 0)
            hops += added
        return found

    def within(self, area: str | None) -> tuple[str, ...]:
        """Ranges that hold a need at `area`: the whole root, then every area down to it."""
        return (WHOLE_ROOT, *(self.path.get(area, (area,)) if area is not None else ()))


@dataclass(frozen=True)
class Links:
    """Alive co-building ties, as the connection asks of them.

    Attributes
    ----------
    areas
        Actor -> areas that it is tied to, itself or through a hub that holds the area by
        office; areas below the judged level stand as their ancestor there.
    actors
        Actor -> other actors, no hubs, that it is tied to.
    """

    areas: Mapping[str, Collection[str]] = field(default_factory=dict)
    actors: Mapping[str, Collection[str]] = field(default_factory=dict)

    @cached_property
    def reach(self) -> Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Actor -> its areas and its neighbours that have areas, sorted."""
        keys = sorted({*self.areas, *self.actors})
        return {
            k: (
                tuple(sorted(self.areas.get(k, ()))),
                tuple(sorted(a for a in self.actors.get(k, ()) if self.areas.get(a))),
            )
            for k in keys
        }


def fits(offer: Offer, need: Need, places: Places) -> bool:
    """Whether the offer could serve the need if a tie led there.

    Second-level categories must be equal. A need with a first level only takes any offer of
    that first level; an offer with a first level only suits no need that has a second.
    """
    if need.category is not None:
        same = offer.category == need.category
    else:
        same = need.service is not None and offer.service == need.service
    in_time = offer.starts is None or need.due is None or offer.starts <= need.due
    return same and in_time and not set(offer.ranges).isdisjoint(places.within(need.area))


def hops(offer: Offer, need: Need, links: Links, places: Places) -> int | None:
    """Steps of the shortest co-building path from provider to need; None: not connected.

    0 its own need, 1 a tie to the need's area, 2 to the grid's community (or a hub of it),
    one more through another actor. A path through another area doesn't count.
    """
    if not need.requesters.isdisjoint(offer.providers):
        return 0
    serving = dict(places.serving(need.area))
    found = []
    for provider in offer.providers:
        for actor, extra in [(provider, 0), *((a, 1) for a in links.actors.get(provider, ()))]:
            found += [serving[a] + extra for a in links.areas.get(actor, ()) if a in serving]
    return min(found, default=None)
