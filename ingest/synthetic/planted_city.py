"""The synthetic city before any sheet: places, bodies, and the verdict planted in each grid.

The communities are real, everything else is made. Each grid gets the verdict that it shall
have (`Grid.verdict`); `ingest.synthetic.ties` then ties it so that the verdict follows from
the definitions, not from chance.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from graph.model.errors import UsageError
from graph.model.labels import Label
from graph.names.plain import community_key

DIVISIONS = Path(__file__).resolve().parents[2] / "samples" / "xiaogan" / "xiaogan_divisions.csv"
"""The real communities of Xiaogan, on which the city stands."""

CITY_NAME = "孝感市"

_CLASS_OF = {
    "government": "public",
    "public_institution": "public",
    "school": "public",
    "hospital": "public",
    "state_enterprise": "enterprise",
    "private_enterprise": "enterprise",
    "service_enterprise": "enterprise",
    "market": "enterprise",
    "property_company": "property",
    "owners_committee": "owners",
}

# Shares of the verdicts by what kind of community the grid is in.
_MODES = {"unknown": 0.08, "star": 0.18, "quiet": 0.12}
_VERDICTS: dict[str, dict[str, float]] = {
    "unknown": {"unknown": 1.0},
    "star": {"hub_only": 0.6, "single_thread": 0.1, "thin": 0.1, "adequate": 0.2},
    "quiet": {"isolated": 0.45, "hub_only": 0.1, "narrow": 0.1, "adequate": 0.35},
    "mixed": {
        "adequate": 0.54,
        "thin": 0.12,
        "narrow": 0.1,
        "single_thread": 0.11,
        "detached": 0.06,
        "hub_only": 0.07,
    },
}
CORE = ("adequate", "thin", "narrow")
"""Verdicts whose grids hang together in the main component by two partners or more."""


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The word lists (`ingest/data/synthetic.yaml`)."""
    text = (Path(__file__).parents[1] / "data" / "synthetic.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


@dataclass(slots=True, eq=False)
class Grid:
    """One grid and what is planted in it. `partners` grow as ties and people are made."""

    code: str
    name: str
    community: Community
    verdict: str = "adequate"
    residents: int | None = None
    households: int | None = None
    workers: int = 1
    has_branch: bool = True
    partners: dict[int, Actor] = field(default_factory=dict)
    members: int = 0
    volunteers: int = 0
    lapsed: int = 0
    cut_actors: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Community:
    """One real community or village. `mode` is how its committee and units work together."""

    code: str
    name: str
    street: Street
    urban: bool
    mode: str = "mixed"
    plain_name: bool = True
    """Whether its suffix variants name no other community of the street."""
    grids: list[Grid] = field(default_factory=list)
    actors: list[Actor] = field(default_factory=list)

    @property
    def base(self) -> str:
        """The name as people say it: 大院社区, 李湾村."""
        key = community_key(self.name)
        return key + "社区" if self.urban and key != self.name else key

    @property
    def residents_committee(self) -> str:
        return self.base + ("居委会" if self.base.endswith("社区") else "村委会")


@dataclass(slots=True, eq=False)
class Street:
    code: str
    name: str
    district: str
    district_code: str
    communities: list[Community] = field(default_factory=list)
    broad: list[Actor] = field(default_factory=list)
    """Bodies that work with many grids of the street."""

    @property
    def full_name(self) -> str:
        """With the district: several districts have a 城关镇."""
        return self.district + self.name

    def grids(self) -> Iterator[Grid]:
        for community in self.communities:
            yield from community.grids


@dataclass(slots=True, eq=False)
class Actor:
    """A body that isn't a hub. `role` says what the plan uses it for:

    broad
        partner of many grids, here and there
    pool
        partner of core grids of its own community
    own
        partner of one weak grid (or one detached pair) and of no other
    idle
        tied to nobody
    """

    serial: int
    name: str
    label: Label
    kind: str
    word: str
    uscc: str | None
    community: Community
    seat: Grid | None
    role: str
    cross_member: bool = False
    serves: list[Grid | Community] = field(default_factory=list)
    grids: set[str] = field(default_factory=set)
    communities: set[str] = field(default_factory=set)
    """Codes of communities that it is tied to, itself or through a hub of them."""
    actors: set[int] = field(default_factory=set)

    @property
    def sector(self) -> str | None:
        """Class of `partner_kinds`; None for kinds that add none."""
        if self.label == Label.SOCIAL_ORGANIZATION:
            return "social"
        return _CLASS_OF.get(self.kind)

    @property
    def named_once(self) -> bool:
        return bool(self.name != words()["shared_shop"])


@dataclass(slots=True, eq=False)
class SyntheticCity:
    """Everything that the sheets will say, and the truth behind it."""

    on: date
    rng: Random
    streets: list[Street]
    actors: list[Actor] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def communities(self) -> Iterator[Community]:
        for street in self.streets:
            yield from street.communities

    def grids(self) -> Iterator[Grid]:
        for street in self.streets:
            yield from street.grids()

    def district_names(self) -> tuple[str, ...]:
        return tuple(sorted({s.district for s in self.streets}))


def read_streets(divisions: Path) -> list[Street]:
    """The real streets with their communities: mostly urban ones first, each by code."""
    streets: dict[str, Street] = {}
    with divisions.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            street = streets.setdefault(
                row["street_code"],
                Street(
                    row["street_code"], row["street_name"], row["county_name"], row["county_code"]
                ),
            )
            urban = row["community_kind"].endswith("居民委员会")
            street.communities.append(
                Community(row["community_code"], row["community_name"], street, urban)
            )
    for street in streets.values():
        keys = [community_key(c.name) for c in street.communities]
        for community, key in zip(street.communities, keys, strict=True):
            community.plain_name = keys.count(key) == 1
    return sorted(
        streets.values(),
        key=lambda s: (sum(c.urban for c in s.communities) * 2 < len(s.communities), s.code),
    )


# ------------------------------------------------------------------------------- places


def make_grids(city: SyntheticCity, wanted: int | None) -> None:
    """Give every community its grids; of a small city only the first communities stay."""
    if wanted is None:
        communities = list(city.communities())
        counts = [
            city.rng.randint(4, 6) if c.urban else city.rng.randint(1, 2) for c in communities
        ]
    else:
        communities = _keep_first(city, wanted)
        weights = [5 if c.urban else 1 for c in communities]
        counts = [1 + n for n in shares(wanted - len(communities), weights)]
    if sum(counts) < 12:
        raise UsageError("样例城市至少要有12个网格。", "A sample city has at least 12 grids.")
    for community, count in zip(communities, counts, strict=True):
        style = city.rng.random()
        for i in range(1, count + 1):
            name = f"第{_chinese(i)}网格" if style < 0.6 else f"第{i}网格"
            community.grids.append(Grid(f"{community.code}{i:03d}", name, community))


def _keep_first(city: SyntheticCity, count: int) -> list[Community]:
    """Leave only the first communities in the city, and return them."""
    kept = list(city.communities())[:count]
    for street in city.streets:
        street.communities = [c for c in kept if c.street is street]
    city.streets = [s for s in city.streets if s.communities]
    return kept


def shares(total: int, weights: Sequence[float]) -> list[int]:
    """`total` in whole parts proportional to `weights`; largest remainders first."""
    scale = total / sum(weights)
    parts = [int(w * scale) for w in weights]
    order = sorted(range(len(weights)), key=lambda i: (parts[i] - weights[i] * scale, i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def _chinese(n: int) -> str:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(n, 10)
    return ("" if tens < 2 else digits[tens]) + "十" * (tens > 0) + (digits[ones] if ones else "")


def plant_verdicts(city: SyntheticCity) -> None:
    """Deal out modes to communities and, by these, verdicts to grids, in fixed shares."""
    communities = list(city.communities())
    modes = []
    for mode, share in _MODES.items():
        modes += [mode] * max(1, round(share * len(communities))) if len(communities) > 5 else []
    modes += ["mixed"] * (len(communities) - len(modes))
    city.rng.shuffle(modes)
    by_mode: dict[str, list[Grid]] = {}
    for community, mode in zip(communities, modes, strict=True):
        community.mode = mode
        by_mode.setdefault(mode, []).extend(community.grids)
    for mode in sorted(by_mode):
        grids, parts = by_mode[mode], _VERDICTS[mode]
        deck: list[str] = []
        for verdict, count in zip(parts, shares(len(grids), list(parts.values())), strict=True):
            deck += [verdict] * count
        city.rng.shuffle(deck)
        for grid, verdict in zip(grids, deck, strict=True):
            grid.verdict = verdict
    for community in communities:
        _pair_detached(community)
    core = [g for g in city.grids() if g.verdict in CORE]
    if len(core) < 2:
        raise UsageError("网格太少，无法构成样例。", "Too few grids for a sample.")


def _pair_detached(community: Community) -> None:
    """Give a lone detached grid a companion, where the community has a grid to spare."""
    alone = [g for g in community.grids if g.verdict == "detached"]
    spare = [g for g in community.grids if g.verdict == "adequate"]
    if len(alone) == 1 and spare:
        spare[-1].verdict = "detached"


def make_residents(city: SyntheticCity) -> None:
    """Residents and households as the verdicts need them; a few stay unknown."""
    span = {"thin": (1400, 2600), "narrow": (350, 950), "adequate": (300, 1500)}
    for grid in city.grids():
        low, high = span.get(grid.verdict, (200, 1800))
        grid.residents = city.rng.randint(low, high)
        grid.households = max(1, round(grid.residents / city.rng.uniform(2.4, 3.4)))
        grid.workers = city.rng.choice((1, 1, 1, 2))
        grid.has_branch = city.rng.random() < 0.85
        if grid.verdict in ("thin", "hub_only", "adequate") and city.rng.random() < 0.06:
            grid.residents = None
