"""The policy: every number and list that a city may set, with its default.

`policy.yaml` at the project's root spells the defaults out. Results carry `policy_hash`, so
that two of them can be compared only where the policy was the same.
"""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from graph.model.labels import Level
from graph.model.vocabulary import AREA_OFFICES

Intensity = Literal["awareness", "cooperation", "coordination", "integration"]
"""The four levels of PARTNER's survey of ties between organisations."""


class Policy(BaseModel):
    """What decides verdicts and gaps besides the network and the date."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # the network at a date
    stale_after_months: int = Field(default=24, ge=1)
    """Months without a sign of life after which a tie without an end date has lapsed."""
    inactive_after_months: int = Field(default=12, ge=1)
    """Months after the last service within which a person counts as active."""
    hub_kinds: tuple[str, ...] = AREA_OFFICES
    """Kinds of `Organization` that hold an area together by office."""
    members_tie_min: int = Field(default=3, ge=1)
    """Active members of one unit reporting to one grid that make the unit its partner."""
    coverage_kinds: tuple[str, ...] = ("ties", "linkages", "projects", "activities")
    """Kinds of sheet a row of which covers the areas that it names."""

    # weak grids
    thin_partners_per_1000: float = Field(default=3.0, ge=0)
    thin_partners: int = Field(default=3, ge=0)
    narrow_kinds: int = Field(default=3, ge=0)
    level_share_min: float = Field(default=0.2, ge=0, le=1)
    """Share of alive ties that must name an area of the level judged; below it the result
    says so and names the level that the data can bear."""
    intensity_words: dict[str, Intensity] = {
        "知晓": "awareness",
        "合作": "cooperation",
        "协同": "coordination",
        "融合": "integration",
    }

    # certainty
    tie_error: float = Field(default=0.05, ge=0, lt=1)
    """Probability that a recorded tie doesn't exist."""
    tie_missing: float = Field(default=0.10, ge=0, le=10)
    """Ties that nobody wrote down, for each recorded one. A share h of all true ties missing
    is h / (1 - h) for each recorded one: a tenth missing = 0.111."""
    missing: Literal["uniform", "weak_end"] = "uniform"
    """Where `p_weak` takes ties to be missing: alike everywhere, or more often at areas that
    have few. Both are reported."""
    resamples: int = Field(default=200, ge=1, le=10_000)
    """Networks drawn for `p_weak`."""
    firm_at: float = Field(default=0.8, ge=0, le=1)
    """A weak verdict is firm from this `p_weak` on."""
    seed: int = Field(default=2019, ge=0, lt=2**31)
    """Seed of the drawn networks; equal seeds draw the same."""

    # gaps
    community_ties_count: bool = True
    """Whether a tie to a grid's community (or a hub of it) connects a provider to the grid."""
    unknown_range: Level | Literal["city"] = "district"
    """Level of the provider's area that an offer without a range is taken to serve."""
    unknown_capacity: float = Field(default=0.0, ge=0)
    """What an offer of unknown capacity can give to needs of known quantity."""
    match_fairness: Literal["total", "max_min"] = "total"
    """How proposed matches share out what is scarce: nearest providers first, or areas' shares
    as even as can be. Urgent needs come before both; the total is the same."""

    # recommended ties
    candidate_level: Level | Literal["city"] = "street"
    """A new tie joins an actor and an area that lie in the same area of this level; what an
    area of it already got makes more for it count less (`fairness_steps`)."""
    max_ties_per_actor: int = Field(default=20, ge=0)
    """Co-building ties that one actor can look after; who has as many gets no more."""
    max_new_ties_per_actor: int = Field(default=3, ge=0)
    """New ties asked of one actor at a time."""
    uncovered_targets: bool = True
    """Whether a tie may go to an area for which no tie data were handed in."""
    gap_weight: float = Field(default=1.0, ge=0)
    """Points for closing as much sharing gap as the typical need has: the median of the
    city's sharing gaps, so that it doesn't matter what things are counted in."""
    category_weights: dict[str, float] = {}
    """Category -> what one unit of it is worth beside the others (1 where not named)."""
    unknown_need_weight: float = Field(default=0.5, ge=0)
    """Points for a need of unknown quantity to which a path comes to lead."""
    lift_weight: float = Field(default=0.3, ge=0)
    """Points for one grid lifted out of weakness."""
    triad_weight: float = Field(default=0.2, ge=0)
    """Points for closing an open triad 三方 or 三社 of a community."""
    fairness_steps: tuple[tuple[float | None, float], ...] = ((5, 1.0), (15, 0.8), (None, 0.6))
    """(Points of one street up to which, what a point counts), the last without a limit."""
    prefer_idle_offer: int = Field(default=1, ge=0)
    prefer_other_sector: int = Field(default=2, ge=0)
    prefer_same_community: int = Field(default=1, ge=0)
    """What decides between equally good choices: an actor with an offer that is idle, one of
    a class that the area lacks, one of the area's own community."""
    recommend_effort: float = Field(default=25.0, gt=0)
    """Effort of the search in the solver's deterministic seconds, about a second each; beyond
    it the best found is given, with its bound. The same effort gives the same answer."""

    @field_validator("fairness_steps")
    @classmethod
    def _concave(
        cls, steps: tuple[tuple[float | None, float], ...]
    ) -> tuple[tuple[float | None, float], ...]:
        weights = [weight for _, weight in steps]
        known = [limit for limit, _ in steps if limit is not None]
        if len(known) != len(steps) - 1 or steps[-1][0] is not None:
            raise ValueError("the last step, and only it, has no limit (null)")
        if sorted({0.0, *known}) != [0.0, *known]:
            raise ValueError("limits must be positive and grow")
        if sorted(weights, reverse=True) != weights or not 0 < weights[-1] <= weights[0] <= 1:
            raise ValueError("weights must lie in (0, 1] and not grow")
        return steps

    @field_validator("category_weights")
    @classmethod
    def _no_negative(cls, weights: dict[str, float]) -> dict[str, float]:
        if any(not 0 <= weight < float("inf") for weight in weights.values()):
            raise ValueError("weights must be 0 or more")
        return weights

    def digest(self) -> str:
        """First 12 hex digits of the SHA-256 of the policy's canonical JSON."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]
