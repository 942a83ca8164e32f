"""The results of `analysis.recommend.recommend` as records; their JSON is the program's outside."""

from __future__ import annotations

from typing import Any, Literal

import polars as pl
from pydantic import ConfigDict, Field

from analysis.gaps.results import Number
from analysis.gaps.texts import Words
from analysis.layers.frames import html_table
from analysis.layers.notes import Note
from analysis.recommend.columns import COLUMNS, SHORT
from analysis.weak.results import VERDICTS, Verdict
from graph.model.labels import Day, Level
from graph.model.record import Record


class RecommendRecord(Record):
    model_config = ConfigDict(frozen=True, serialize_by_alias=True, populate_by_name=True)


class Lift(RecommendRecord):
    """An area whose verdict the ties change."""

    area: str
    name: str
    from_: Verdict = Field(alias="from")
    to: Verdict


class ClosedTriad(RecommendRecord):
    """A community's triad 三方 (residents' committee, property company, owners' committee) or
    三社 (community, social organisation, social workers) of which the tie is the last pair.
    """

    area: str
    name: str
    triad: Literal["三方", "三社"]


class Load(RecommendRecord):
    """Areas and actors that one actor is tied to: now, with all ties recommended, and the most
    that the policy lets it have.
    """

    before: int
    after: int
    most: int


class Recommended(RecommendRecord):
    """One tie worth making, in the order in which to make them.

    What it closes and lifts comes on top of the ties listed before it, so that the figures of
    the first so many ties add up to what these bring together.
    """

    actor: str
    actor_name: str
    actor_kind: str | None
    target: str
    target_name: str
    target_level: str
    path: tuple[str, ...]
    """Codes from the root to the target."""
    closes: dict[str, Number | None]
    """Need -> quantity more that becomes matchable; None: its quantity isn't known, and a path
    comes to lead there. Negative where a more urgent need takes from it."""
    areas: tuple[str, ...]
    """Judged areas in which these needs sit."""
    lifts: tuple[Lift, ...]
    """Areas that leave weakness with this tie; `to` is the verdict once all ties are made."""
    triads: tuple[ClosedTriad, ...]
    """Open triads that close with this tie."""
    supports: tuple[str, ...]
    """Areas among those lifted that would stay weak without this tie."""
    load: Load
    renews: tuple[str, ...]
    """Lapsed ties of the same pair: it is a renewal."""
    why: Words
    why_not_nearer: Words

    @property
    def closed(self) -> Number:
        """Sum of the known quantities in `closes`."""
        return plain_number(sum(q for q in self.closes.values() if q is not None))


class Standing(RecommendRecord):
    """The whole city, or the area asked for: what all ties together change."""

    sharing_gap: Number
    """Sum of the known quantities that nobody tied offers."""
    matchable: Number
    unknown_gaps: int
    """Needs of unknown quantity that are a sharing gap."""
    weak: int
    open_triads: int
    """Triads of communities that one tie, or one joint linkage, would close."""


class Recommendations(RecommendRecord):
    """`gongjian recommend`.

    `objective` is what the ties are worth in points of the policy, measured on the city judged
    again with all of them; no choice of as many ties can be worth more than `bound`, and `gap`
    is the share of it that may be missing (0: the best there is).
    """

    date: Day | None
    area: str | None
    level: Level
    policy_hash: str
    asked: int
    """Most ties wanted."""
    ties: tuple[Recommended, ...]
    objective: float
    bound: float
    gap: float
    method: str
    """`exact`, or `best found`: the effort was spent before the bound was met."""
    promised: tuple[tuple[str, str], ...]
    """Ties taken as made already: actor, target."""
    before: Standing
    after: Standing
    changes: tuple[Lift, ...]
    """Every area whose verdict all ties together change."""
    notes: tuple[Note, ...]

    def rows(self) -> list[list[Any]]:
        """One row a tie, in order, under `COLUMNS`."""
        ties = list(enumerate(self.ties, start=1))
        return [[column.read(number, tie) for column in COLUMNS] for number, tie in ties]

    def to_polars(self) -> pl.DataFrame:
        """One row a tie, in order; `closes` as the sum of known quantities."""
        schema = {column.name: _DTYPES[column.kind] for column in COLUMNS}
        return pl.DataFrame(self.rows(), schema=schema, orient="row")

    def _repr_html_(self) -> str:
        rows = [
            (number, tie.actor_name, tie.target_name, tie.closed, lifted, tie.why.zh)
            for number, tie in enumerate(self.ties, start=1)
            for lifted in ["、".join(lift.name for lift in tie.lifts)]
        ]
        return html_table([column.zh for column in SHORT], rows)


_DTYPES = {"text": pl.String, "count": pl.Int64, "number": pl.Float64}


def plain_number(value: Number) -> Number:
    """An int where it is whole.

    Examples
    --------
    >>> plain_number(3.0), plain_number(2.5)
    (3, 2.5)
    """
    return int(value) if value == int(value) else value


def lift_words(lift: Lift, name: str) -> Words:
    """A verdict that changes, in words."""
    (old, old_en), (new, new_en) = VERDICTS[lift.from_], VERDICTS[lift.to]
    return Words(zh=f"{name}由“{old}”变为“{new}”", en=f"{name} goes from {old_en} to {new_en}")
