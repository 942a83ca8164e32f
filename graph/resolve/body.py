"""A body: one organisation, unit or social organisation, and its mentions in rosters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from graph.model.dataset import DatasetInfo
from graph.model.labels import Label
from graph.model.properties import Prop
from graph.model.rows import OrganizationRow, SocialOrganizationRow, UnitRow
from graph.model.vocabulary import AREA_OFFICES

RosterRow = OrganizationRow | UnitRow | SocialOrganizationRow

_RANK = {OrganizationRow: 0, SocialOrganizationRow: 1, UnitRow: 2}

LABEL_OF_RANK = (Label.ORGANIZATION, Label.SOCIAL_ORGANIZATION, Label.RESIDENT_UNIT)

_STATED = (
    "sector",
    "party_organization",
    "party_members",
    "employees",
    "agreement",
    "registered",
    "founded",
    "business",
    "people",
)
"""Properties that rosters' rows state."""


@dataclass(frozen=True, slots=True)
class RosterMention:
    """A roster's row about a body, its place settled."""

    info: DatasetInfo
    row: RosterRow
    area: str | None
    community: str | None
    """The community where it sits, or the wider area where no community is named."""

    @property
    def rank(self) -> int:
        return _RANK[type(self.row)]

    @property
    def where(self) -> tuple[str, int]:
        return self.info.id, self.row.row


@dataclass(slots=True)
class Body:
    """One body: its roster mentions, what else it is called, and its key and label."""

    label: Label
    key: str
    name: str
    kind: str | None
    uscc: str | None
    area: str | None
    community: str | None
    mentions: list[RosterMention] = field(default_factory=list)
    name_keys: set[str] = field(default_factory=set)
    alias_keys: set[str] = field(default_factory=set)
    aliases: set[str] = field(default_factory=set)
    evidence: set[str] = field(default_factory=set)
    near: set[str] = field(default_factory=set)
    """Of a body without a seat, the areas of the rows that name it."""
    unlisted: bool = False
    as_team: bool = False

    @property
    def is_office(self) -> bool:
        """Whether it holds an area together by office."""
        held = self.area is not None and self.kind in AREA_OFFICES
        return held and self.label is Label.ORGANIZATION

    @property
    def seats(self) -> list[str]:
        """Where it sits or, where nothing says, where rows name it."""
        return [self.area] if self.area else sorted(self.near)

    @property
    def names(self) -> set[str]:
        return self.aliases | {self.name}

    def props(self, path: str | None) -> dict[str, Prop]:
        """Properties of the node."""
        out: dict[str, Prop] = {
            "name": self.name,
            "kind": self.kind,
            "uscc": self.uscc,
            "area": self.area,
            "path": path,
            "aliases": sorted(self.aliases - {self.name}) or None,
            "unlisted": True if self.unlisted else None,
            "evidence": sorted(self.evidence),
        }
        for name in _STATED:
            values = [v for m in self.mentions if (v := getattr(m.row, name, None)) is not None]
            out[name] = _agreed(values) if values else None
        offers = {o for m in self.mentions for o in getattr(m.row, "can_offer", ())}
        out["can_offer"] = sorted(offers) or None
        return {k: v for k, v in out.items() if v is not None}


def _agreed(values: Iterable[Prop]) -> Prop:
    """The value most rows give; of equals the smallest, whatever their order."""
    counts = Counter(repr(v) for v in values)
    best = min(counts, key=lambda r: (-counts[r], r))
    return next(v for v in values if repr(v) == best)
