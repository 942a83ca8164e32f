"""The policy: every number and list that a city may set, with its default.

`policy.yaml` at the project's root spells the defaults out. Results carry `policy_hash`, so
that two of them can be compared only where the policy was the same.
"""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from graph.model import Level

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
    hub_kinds: tuple[str, ...] = (
        "street_work_committee",
        "community_party_committee",
        "grid_branch",
        "residents_committee",
        "building_group",
        "party_household",
        "council",
        "service_centre",
    )
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

    def digest(self) -> str:
        """First 12 hex digits of the SHA-256 of the policy's canonical JSON."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]
