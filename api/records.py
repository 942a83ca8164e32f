"""Bodies of answers: the records of `/api/v1`, and the one error body.

Results are the records of the analyses themselves; here is only what they lack: areas,
details of one grid, lists with a cursor. Errors are `application/problem+json` (RFC 9457).
"""

from __future__ import annotations

from typing import Literal

from analysis.gaps.results import GapsByNeed, GapsByOffer, NeedGap
from analysis.weak.results import WeakGrid, WeakGrids
from graph.model.evidence import EvidenceCell
from graph.model.labels import Day, Level
from graph.model.record import Record
from graph.model.review import ReviewList
from graph.store.import_result import DatasetRecord


class AreaRecord(Record):
    """One area of the tree. Counts that nobody reported are null."""

    code: str
    name: str
    level: Literal["city", "district", "street", "community", "grid", "building"]
    parent: str | None
    path: tuple[str, ...]
    residents: int | None
    households: int | None
    children: int
    """Areas directly below."""


class AreaList(Record):
    """Areas by code; `next` is the cursor of the next page, null on the last."""

    areas: tuple[AreaRecord, ...]
    next: str | None


class AreaChild(AreaRecord):
    """An area below, with the verdicts of the judged areas in it."""

    summary: dict[str, int]


class ConnectivityRecord(Record):
    """How many of the area's judged areas hang together, with hub organisations and without.

    Administrative ties hang everything together (`with_hubs`); what co-building itself holds
    together is `without_hubs`: those in the main component of the whole network.
    """

    judged: int
    """Judged areas with tie data."""
    with_hubs: int
    without_hubs: int
    apart: int
    """With partners, but apart from the main component."""
    no_partner: int


class AreaCounts(Record):
    """What the area holds."""

    judged_areas: int
    actors: int
    needs: int
    residents: int | None
    """Of those judged areas whose residents are known; null where none is."""


class AreaDetail(AreaRecord):
    """One area with its verdicts."""

    date: Day | None
    judged_level: Level
    policy_hash: str
    synthetic: bool
    summary: dict[str, int]
    standing: dict[str, int]
    """weak, watch, adequate, unknown."""
    counts: AreaCounts
    connectivity: ConnectivityRecord
    below: tuple[AreaChild, ...]


class TieRecord(Record):
    """A tie of the grid itself (`of` = grid), or of what is above it (community, hub)."""

    id: str
    of: Literal["grid", "above"]
    type: str
    mechanism: str | None
    status: str
    undated: bool
    derived: bool
    members: int | None
    """Of a derived tie: how many active members of the actor report to the grid."""
    actor: str
    actor_name: str
    actor_kind: str | None
    target: str
    target_name: str
    valid_from: Day | None
    valid_to: Day | None
    last_sign: Day | None
    evidence: tuple[EvidenceCell, ...]


class GridDetail(WeakGrid):
    """One judged area: verdict, measures, reasons, ties with their evidence, needs."""

    date: Day | None
    level: Level
    policy_hash: str
    place: tuple[str, ...]
    """Names of the areas above, widest first."""
    ties: tuple[TieRecord, ...]
    needs: tuple[NeedGap, ...]


class WeakGridsPage(WeakGrids):
    """`WeakGrids`; where the list goes on, `next` is the cursor of its next page."""

    next: str | None = None


class NeedsPage(GapsByNeed):
    """`GapsByNeed`; where the list goes on, `next` is the cursor of its next page."""

    next: str | None = None


class ReviewPage(ReviewList):
    """`ReviewList`; where the list goes on, `next` is the cursor of its next page."""

    next: str | None = None


class OffersPage(GapsByOffer):
    """`GapsByOffer`; where the list goes on, `next` is the cursor of its next page."""

    next: str | None = None


class DatasetPage(Record):
    """All datasets in the order of their import; `next` only where the list goes on."""

    datasets: tuple[DatasetRecord, ...]
    next: str | None = None


class Health(Record):
    """The process answers."""

    status: Literal["ok"]
    version: str


class Ready(Record):
    """Whether results can be had now; `stale`: only those of an older network."""

    ready: bool
    head: str | None
    stale: bool
    areas: int
