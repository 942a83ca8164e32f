"""The results of `analysis.gaps.gaps` as records; their JSON is the program's outside.

`parts` always add up: to the quantity asked for of one need, to the sum of known quantities
of many. A need of unknown quantity adds nothing to sums; it has one part `true` instead, and
is counted in `unknown_parts`.
"""

from __future__ import annotations

from typing import Literal, get_args

from analysis.gaps.texts import Words
from analysis.layers.notes import Note
from graph.model.evidence import EvidenceCell
from graph.model.labels import Day, Level
from graph.model.record import Record

Part = Literal["met", "matchable", "sharing_gap", "exhausted", "absent", "unclassified"]
PARTS: tuple[Part, ...] = get_args(Part)
"""Parts in their order."""
PRECEDENCE: tuple[Part, ...] = (
    "sharing_gap",
    "matchable",
    "exhausted",
    "absent",
    "met",
    "unclassified",
)
"""Parts by what there is to do about them; the first that a need has is its status."""
UNMET: frozenset[Part] = frozenset({"matchable", "sharing_gap", "exhausted", "absent"})
"""Status of a need of which something is left to do (an unclassified one can't be told)."""

Flag = Literal[
    "coarse", "assumed_range", "unknown_capacity", "unplaced", "ties_unknown", "match_unknown"
]
"""What to know about a need's parts: only the first level of its category is known; the range
of one of its offers is assumed; an offer of unknown capacity could serve it; no place is
known; no tie data were handed in for its area; a match that counts has no quantity."""

Number = int | float


class NeedParts(Record):
    """The parts of one need: quantities, or, quantity unknown, exactly one true."""

    met: bool | int | float
    matchable: bool | int | float
    sharing_gap: bool | int | float
    exhausted: bool | int | float
    absent: bool | int | float
    unclassified: bool | int | float


class PartSums(Record):
    """Parts summed over needs of known quantity. Units may differ between needs."""

    met: Number
    matchable: Number
    sharing_gap: Number
    exhausted: Number
    absent: Number
    unclassified: Number


class PartCounts(Record):
    """Needs of unknown quantity by their part; none is ever `exhausted`."""

    met: int = 0
    matchable: int = 0
    sharing_gap: int = 0
    exhausted: int = 0
    absent: int = 0
    unclassified: int = 0


class GapTotals(Record):
    """Several needs together."""

    needs: int
    """Number of needs, of known quantity or not."""
    unknown_quantity: int
    """Those of them whose quantity isn't known."""
    unmet: int
    """Needs of which something is left to do; unclassified ones aren't among them."""
    requested: Number
    """Sum of the known quantities; the parts add up to it."""
    parts: PartSums
    unknown_parts: PartCounts


class CategoryGap(GapTotals):
    """The needs of one category. `category` None: only the first level is known; `service`
    None as well: unclassified.
    """

    category: str | None
    service: str | None


class AreaGap(GapTotals):
    """The needs of one area; `code` None: needs of which no place is known."""

    code: str | None
    name: str | None
    path: tuple[str, ...]


class NeedGap(Record):
    """One need and its parts."""

    id: str
    name: str
    category: str | None
    service: str | None
    area: str | None
    path: tuple[str, ...]
    unit: str | None
    urgency: str | None
    requested: Number | None
    parts: NeedParts
    status: Part
    offers: tuple[str, ...]
    """Offers that the allocation gives it, connected ones first; for a need that gets none,
    those that fit, nearest first (at most 10), or those of its matches."""
    flags: tuple[Flag, ...]
    explain: Words
    sources: tuple[EvidenceCell, ...]
    """The rows of sheets that state it, with the cell of each field."""


class OfferUse(Record):
    """One offer and what became of it."""

    id: str
    name: str
    category: str | None
    service: str | None
    unit: str | None
    providers: tuple[str, ...]
    range: tuple[str, ...]
    """Area codes; empty where it goes anywhere in the network."""
    assumed_range: bool
    capacity: Number | None
    matched: Number
    """In matches that count."""
    used: Number
    """In matches, and what the full allocation (F12) would take."""
    idle: Number | None
    """Free after that; None where the capacity isn't known."""
    worth_connected: int
    """How much more could be matched along ties if it gave one unit more: 1 or 0."""
    worth: int
    """How much more of what is asked for could be given if it gave one unit more and the ties
    were made: 1 or 0. An offer with something idle is worth 0."""
    connected_needs: int
    """Needs, of whatever quantity, that it fits and to which a co-building path leads."""
    sources: tuple[EvidenceCell, ...]


class _Sheet(Record):
    date: Day | None
    area: str | None
    level: Level
    policy_hash: str


class GapsByNeed(_Sheet):
    """`gongjian gaps --by need`."""

    needs: tuple[NeedGap, ...]
    totals: GapTotals
    notes: tuple[Note, ...]


class Asked(Record):
    """A category among those asked for most, or met least."""

    category: str | None
    service: str | None
    needs: int
    unmet: int


class GapsByCategory(_Sheet):
    """`gongjian gaps --by category`."""

    categories: tuple[CategoryGap, ...]
    most_asked: tuple[Asked, ...]
    """At most five categories by number of needs, most first."""
    least_met: tuple[Asked, ...]
    """At most five categories by share of needs that aren't wholly met, largest first."""
    totals: GapTotals
    notes: tuple[Note, ...]


class GapsByOffer(_Sheet):
    """`gongjian gaps --by offer`: what became of each offer; those that serve the area asked
    for, whoever gives them.
    """

    offers: tuple[OfferUse, ...]
    notes: tuple[Note, ...]


class GapsByArea(_Sheet):
    """`gongjian gaps --by area`."""

    areas: tuple[AreaGap, ...]
    totals: GapTotals
    notes: tuple[Note, ...]
