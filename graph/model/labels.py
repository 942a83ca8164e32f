"""Labels, levels, tie types and kinds of sheet: the closed names of the graph."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Day = str
"""An ISO day, `YYYY-MM-DD`."""


class Label(StrEnum):
    """Node labels; a node has exactly one, fixed when it is made."""

    CITY = "City"
    DISTRICT = "District"
    STREET = "Street"
    COMMUNITY = "Community"
    GRID = "Grid"
    BUILDING = "Building"
    ORGANIZATION = "Organization"
    RESIDENT_UNIT = "ResidentUnit"
    SOCIAL_ORGANIZATION = "SocialOrganization"
    MEMBER = "Member"
    VOLUNTEER = "Volunteer"
    RESOURCE = "Resource"
    NEED = "Need"
    PROJECT = "Project"
    LINKAGE = "Linkage"
    ACTIVITY = "Activity"
    FUND = "Fund"
    DATASET = "Dataset"


AREA_LABELS = (
    Label.CITY,
    Label.DISTRICT,
    Label.STREET,
    Label.COMMUNITY,
    Label.GRID,
    Label.BUILDING,
)
"""Area labels from the widest to the finest."""

ACTOR_LABELS = (Label.ORGANIZATION, Label.RESIDENT_UNIT, Label.SOCIAL_ORGANIZATION)

PERSON_LABELS = (Label.MEMBER, Label.VOLUNTEER)

EVENT_LABELS = (Label.PROJECT, Label.LINKAGE, Label.ACTIVITY)

Level = Literal["grid", "community", "street", "district"]
"""The kind of area that an analysis judges."""

LEVEL_LABEL: dict[Level, Label] = {
    "grid": Label.GRID,
    "community": Label.COMMUNITY,
    "street": Label.STREET,
    "district": Label.DISTRICT,
}


class TieType(StrEnum):
    """Relationship types of the store."""

    PART_OF = "PART_OF"
    SUBORDINATE_TO = "SUBORDINATE_TO"
    COVERS = "COVERS"
    LOCATED_IN = "LOCATED_IN"
    CO_BUILDS = "CO_BUILDS"
    REPORTS_TO = "REPORTS_TO"
    WORKS_AT = "WORKS_AT"
    VOLUNTEERS_WITH = "VOLUNTEERS_WITH"
    SERVES = "SERVES"
    CONTACTS = "CONTACTS"
    PARTICIPATES = "PARTICIPATES"
    OFFERS = "OFFERS"
    REQUESTS = "REQUESTS"
    MATCHES = "MATCHES"
    FUNDS = "FUNDS"


class SheetKind(StrEnum):
    """Kinds of sheet that are read."""

    DIVISIONS = "divisions"
    AREAS = "areas"
    ORGANISATIONS = "organisations"
    RESIDENT_UNITS = "resident_units"
    SOCIAL_ORGANISATIONS = "social_organisations"
    MEMBERS = "members"
    VOLUNTEERS = "volunteers"
    TIES = "ties"
    RESOURCES = "resources"
    NEEDS = "needs"
    LINKAGES = "linkages"
    PROJECTS = "projects"
    ACTIVITIES = "activities"
    FUNDS = "funds"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader may see: areas whose `path` starts with one of the prefixes.

    `None` is unrestricted. Every read takes one.
    """

    prefixes: tuple[str, ...] | None = None

    def sees(self, path: str) -> bool:
        return self.prefixes is None or path.startswith(self.prefixes)


UNRESTRICTED = Scope()
