"""Records that every room shares: what a sheet said, and what the store shall hold.

A *statement* is one row of one sheet, cleaned and pseudonymous, its places and names still
text. A *dataset* is the statements of one table of one sheet. A *wanted graph* is what
`graph.resolve.resolve` makes of all live datasets: nodes and ties under business keys.

Days are ISO text (`2019-08-01`), which sorts and compares as the days do on every store;
`None` is always "unknown", never zero.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from graph.review_items import ReviewItem

Day = str
"""An ISO day, `YYYY-MM-DD`."""

Prop = str | int | float | bool | list[str] | None
"""What a property of a node or tie may be, on both stores alike."""


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


# --------------------------------------------------------------------------- statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One row of a sheet. `row` is the row number as the spreadsheet program shows it.

    Place fields are the texts of the row (trimmed, null words already `None`); for `grid`,
    `None` also stands for "/" (the community as a whole).
    """

    row: int
    city: str | None = None
    district: str | None = None
    street: str | None = None
    street_code: str | None = None
    community: str | None = None
    community_code: str | None = None
    grid: str | None = None
    grid_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionRow(Statement):
    """One community (or street, or district) of an official division list.

    Uses `street`, `street_code`, `community`, `community_code` of the base; codes are
    GB/T 2260 text: 2 digits for a province (only where the network's root is one), 4 for the
    city, 6 for the district, 9, 12.
    """

    province: str | None = None
    province_code: str | None = None
    city_code: str | None = None
    district_code: str | None = None
    code_year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRow(Statement):
    """One grid of a 区划网格表 (`grid`, `grid_code`), or, without a grid, one community."""

    households: int | None = None
    residents: int | None = None
    grid_workers: int | None = None
    social_workers: int | None = None
    contact_cadres: int | None = None
    contact_units: tuple[str, ...] = ()
    """Bodies that keep contact with the area (包联单位); the cadres themselves are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationRow(Statement):
    """One line of a 组织台账. `kind` is a value of `graph.vocabulary`, or None if unknown."""

    name: str
    uscc: str | None = None
    kind: str | None = None
    superior: str | None = None
    covers: tuple[str, ...] = ()
    party_members: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow(Statement):
    """One line of a 驻区单位台账; the place is where the unit sits.

    `cross_member` is true where the 兼职委员 column names one (the name itself is dropped):
    the unit's tie to its community's committee. `agreement` and `can_offer` are kept as what
    the roster says; they are no ties and no resources (those have sheets of their own).
    """

    name: str
    uscc: str | None = None
    kind: str | None = None
    sector: str | None = None
    party_organization: str | None = None
    party_members: int | None = None
    employees: int | None = None
    can_offer: tuple[str, ...] = ()
    agreement: bool | None = None
    cross_member: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SocialOrganizationRow(Statement):
    """One line of a 社会组织台账. `serves` are the area texts of 服务区域."""

    name: str
    uscc: str | None = None
    kind: str | None = None
    registered: str | None = None
    business: str | None = None
    people: int | None = None
    founded: Day | None = None
    serves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow(Statement):
    """What every row about a person carries: up to three pseudonyms, made at the border.

    `id_key` from the ID number, `phone_key` from name and phone, `unit_key` from name, unit
    and community; each a keyed hash of the normalised text. The place is where the person
    reports (members: 报到社区, else 居住地社区) or serves.
    """

    id_key: str | None = None
    phone_key: str | None = None
    unit_key: str | None = None
    hours: float | None = None
    last_service: Day | None = None
    registered: Day | None = None
    """报到时间 or 注册时间."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow(PersonRow):
    """One line of a 在职党员报到台账."""

    employer: str | None = None
    employer_uscc: str | None = None
    post: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VolunteerRow(PersonRow):
    """One line of a 志愿者台账."""

    team: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TieRow(Statement):
    """One line of a 共建关系台账. The place fields are the *object's* place.

    `mechanism` is a value of `graph.vocabulary` or None; `status` is "ended" where the
    sheet says 终止/解除/已结束, "alive" for another word, None for nothing.
    """

    subject: str | None = None
    subject_uscc: str | None = None
    object: str | None = None
    mechanism: str | None = None
    mechanism_text: str | None = None
    signed: Day | None = None
    valid_to: Day | None = None
    count: int | None = None
    status: str | None = None
    intensity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRow(Statement):
    """One line of a 资源清单. `range` is the text of 服务范围 (a code or a name)."""

    name: str
    category: str | None = None
    kind: str | None = None
    provider: str | None = None
    provider_uscc: str | None = None
    quantity: float | None = None
    unit: str | None = None
    range: str | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRow(Statement):
    """One line of a 需求清单. `urgency` is the rank word of `graph.vocabulary`, or None."""

    name: str
    category: str | None = None
    requester: str | None = None
    quantity: float | None = None
    unit: str | None = None
    urgency: str | None = None
    due: Day | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow(Statement):
    """What rows about a linkage, project or activity share: who takes part, and where.

    `where` are texts of a place column that may name areas, or only a venue or an estate
    (实施地点, 小区/网格); an area that they name counts as the row's place.
    """

    name: str | None = None
    kind: str | None = None
    where: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    """召集人, 责任单位, 承办单位: who answers for it."""
    lead_uscc: str | None = None
    participants: tuple[str, ...] = ()
    date: Day | None = None
    """The day of the activity, the beginning of the project, the founding of the linkage."""
    valid_to: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageRow(EventRow):
    """One line of a 联动台账. `kind` is a value of `graph.vocabulary.LINKAGE_KINDS`.

    A council may take one row, its chairs (轮值主席) in the order of their turns, or a row for
    each of them with `turn` and term.
    """

    chairs: tuple[str, ...] = ()
    turn: int | None = None
    term_from: Day | None = None
    term_to: Day | None = None
    status: str | None = None
    """"ended" where the sheet says so, "alive" for another word, None for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRow(EventRow):
    """One line of a 项目清单. `progress` is a value of `graph.vocabulary.PROGRESS`, or None.

    `need` and `resource` are names of lines of the other two lists; where both are given the
    row says that this offer goes to that need.
    """

    need: str | None = None
    resource: str | None = None
    quantity: float | None = None
    unit: str | None = None
    budget: float | None = None
    """In yuan."""
    fund_source: tuple[str, ...] = ()
    fund_kinds: tuple[str, ...] = ()
    """Values of `graph.vocabulary.FUND_KINDS` beside `fund_source`, empty where unknown."""
    progress: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRow(EventRow):
    """One line of an 活动/服务记录; `name` is its theme."""

    attendance: int | None = None
    """人次; where a row names several areas, that of all of them together."""
    hours: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FundRow(Statement):
    """One line of a 经费台账. `kind` is a value of `graph.vocabulary.FUND_KINDS`, or None."""

    name: str | None = None
    year: int | None = None
    source: str | None = None
    kind: str | None = None
    amount: float | None = None
    """In yuan."""
    project: str | None = None


STATEMENT_TYPE: dict[SheetKind, type[Statement]] = {
    SheetKind.DIVISIONS: DivisionRow,
    SheetKind.AREAS: AreaRow,
    SheetKind.ORGANISATIONS: OrganizationRow,
    SheetKind.RESIDENT_UNITS: UnitRow,
    SheetKind.SOCIAL_ORGANISATIONS: SocialOrganizationRow,
    SheetKind.MEMBERS: MemberRow,
    SheetKind.VOLUNTEERS: VolunteerRow,
    SheetKind.TIES: TieRow,
    SheetKind.RESOURCES: ResourceRow,
    SheetKind.NEEDS: NeedRow,
    SheetKind.LINKAGES: LinkageRow,
    SheetKind.PROJECTS: ProjectRow,
    SheetKind.ACTIVITIES: ActivityRow,
    SheetKind.FUNDS: FundRow,
}


class Column(BaseModel):
    """Where a field of a dataset stood in the sheet."""

    model_config = ConfigDict(frozen=True)

    letter: str
    """Column letters as the spreadsheet program shows them: `A`, `AB`."""
    header: str


class Issue(BaseModel):
    """One thing to tell about a cell, a row or a sheet; never an exception."""

    model_config = ConfigDict(frozen=True)

    level: Literal["error", "warning", "info"]
    code: str
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str | None = None
    """The header text of the column."""
    cell: str | None = None
    """As in `C7`."""
    value_shown: str | None = None
    """What stood there; personal values are masked."""
    zh: str
    en: str


class DatasetInfo(BaseModel):
    """What is known of a dataset besides its statements. All of it follows from the file and
    the options of the import, nothing from the day or the machine."""

    model_config = ConfigDict(frozen=True)

    id: str
    """First 16 hex digits of the file's SHA-256, a colon, the sheet's name, and `#2`, `#3` …
    for further tables of the same sheet. The business key of the `Dataset` node."""
    sha256: str
    file: str
    """File name without folders."""
    sheet: str
    """Sheet name; empty for CSV."""
    kind: SheetKind
    series: str
    """Kind, scope text, file and sheet name without dates and version marks; a newer sheet
    of the same series replaces the older."""
    scope: tuple[str, ...] = ()
    """Area texts in which the sheet's names resolve, by falling authority: 填报单位,
    the `--area` option, then title, sheet and file name (these three may be any text in
    which an area's name or code occurs)."""
    declared_area: str | None = None
    """The area of a complete sheet, as text; None = the whole known tree."""
    complete: bool = False
    reported_on: Day | None = None
    synthetic: bool = False
    columns: dict[str, Column] = {}
    """Field of the statement -> column of the sheet."""
    columns_dropped: tuple[str, ...] = ()
    """Headers of personal columns that were read and dropped."""
    columns_ignored: tuple[str, ...] = ()
    """Headers that no field stands for."""
    rows_read: int = 0
    rows_rejected: int = 0


@dataclass(frozen=True, slots=True)
class Dataset:
    """One table of one sheet as pseudonymous statements."""

    info: DatasetInfo
    rows: Sequence[Statement]
    """A tuple, or `graph.kept_rows.KeptRows`."""
    issues: tuple[Issue, ...] = ()

    def content_hash(self) -> str:
        """SHA-256 over `info` and rows; equal content, equal hash, on every machine."""
        digest = hashlib.sha256(
            json.dumps(
                self.info.model_dump(mode="json"), ensure_ascii=False, sort_keys=True
            ).encode()
        )
        for statement in self.rows:
            # a whole number is the same as a count and as a quantity
            values = [
                float(v) if isinstance(v, int) and not isinstance(v, bool) else v
                for v in statement_values(statement)
            ]
            digest.update(repr(values).encode())
        return digest.hexdigest()


def statement_values(statement: Statement) -> tuple[Any, ...]:
    """The fields of a statement as a tuple, in the order of the class."""
    return tuple(getattr(statement, f.name) for f in fields(statement))


# --------------------------------------------------------------------------- decisions

DecisionKind = Literal["same", "different", "layout", "match", "category", "erase"]
"""What people decide: two bodies are the same, or are not; how a layout's columns are meant; a
match that was made; the category of a text; a person to be forgotten."""


class Decision(BaseModel):
    """What a person decided, as the journal keeps it.

    Of one kind and key the last decision counts. What a kind's `value` holds is told where that
    kind is used.

    Examples
    --------
    >>> d = Decision(kind="category", key="磨刀", value={"category": "c"}, on="2019-08-01", who="w")
    >>> d.withdrawn("2019-08-02", "w").value is None
    True
    """

    model_config = ConfigDict(frozen=True)

    kind: DecisionKind
    key: str
    """What is decided: a business key, or several joined as the kind says."""
    value: dict[str, Any] | None
    """JSON; None withdraws the decision that was in force."""
    on: Day
    who: str

    def withdrawn(self, on: Day, who: str) -> Decision:
        """The decision that takes this one back."""
        return self.model_copy(update={"value": None, "on": on, "who": who})


# --------------------------------------------------------------------------- wanted graph


@dataclass(frozen=True, slots=True)
class WantedTie:
    """A tie as the store shall hold it."""

    start: str
    end: str
    props: Mapping[str, Prop]


TieGroup = tuple[TieType, Label, Label]
"""Relationship type, label of its start, label of its end."""


@dataclass(slots=True)
class WantedGraph:
    """Everything the store shall hold for a set of live datasets, and what waits.

    `nodes[label][key]` are the properties without the key; `ties[group][key]` likewise.
    `issues` are what resolution has to tell (unknown places, ambiguous names), each with
    file, sheet, row and cell; `waiting` counts statements that are kept but not yet in the
    graph, by dataset id.
    """

    nodes: dict[Label, Mapping[str, Mapping[str, Prop]]] = field(default_factory=dict)
    ties: dict[TieGroup, Mapping[str, WantedTie]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    waiting: dict[str, int] = field(default_factory=dict)
    review: list[ReviewItem] = field(default_factory=list)
    """What only a person can decide, and what was joined by itself (`graph.review`)."""
    to_review: int = 0
    """Questions in it that are open."""
    merged: int = 0
    """Mentions that were joined to a body already known under another name or roster."""

    def count_nodes(self) -> int:
        return sum(len(n) for n in self.nodes.values())

    def count_ties(self) -> int:
        return sum(len(t) for t in self.ties.values())


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader may see: areas whose `path` starts with one of the prefixes.

    `None` is unrestricted. Every read takes one.
    """

    prefixes: tuple[str, ...] | None = None

    def sees(self, path: str) -> bool:
        return self.prefixes is None or path.startswith(self.prefixes)


UNRESTRICTED = Scope()


# Properties besides `key`, the same on both stores. `list` is always a list of text.
_PLACED: dict[str, type] = {"name": str, "kind": str, "area": str, "path": str, "evidence": list}
_AREA: dict[str, type] = {
    "name": str,
    "parent": str,
    "path": str,
    "households": int,
    "residents": int,
    "grid_workers": int,
    "social_workers": int,
    "contact_cadres": int,
    "named_by": list,
    "code_year": int,
    "evidence": list,
}
_ACTOR: dict[str, type] = _PLACED | {
    "uscc": str,
    "aliases": list,
    "unlisted": bool,
    "sector": str,
    "party_organization": str,
    "party_members": int,
    "employees": int,
    "agreement": bool,
    "can_offer": list,
    "registered": str,
    "founded": str,
    "business": str,
    "people": int,
}
_PERSON: dict[str, type] = {
    "roles": list,
    "last_service": str,
    "registered": str,
    "evidence": list,
}
_EVENT: dict[str, type] = _PLACED | {
    "date": str,
    "valid_to": str,
    "theme": str,
    "hours": float,
    "attendance": int,
    "status": str,
    "budget": float,
    "fund_source": str,
    "need": str,
    "venue": str,
    "also": list,
}
NODE_PROPS: dict[Label, dict[str, type]] = {
    **dict.fromkeys(AREA_LABELS, _AREA),
    **dict.fromkeys(ACTOR_LABELS, _ACTOR),
    **dict.fromkeys(PERSON_LABELS, _PERSON),
    **dict.fromkeys(EVENT_LABELS, _EVENT),
    Label.RESOURCE: _PLACED
    | {
        "category": str,
        "service": str,
        "quantity": float,
        "unit": str,
        "range": str,
        "range_text": str,
        "valid_from": str,
        "valid_to": str,
    },
    Label.NEED: _PLACED
    | {
        "category": str,
        "service": str,
        "quantity": float,
        "unit": str,
        "urgency": str,
        "due": str,
        "status": str,
    },
    Label.FUND: _PLACED | {"year": int, "amount": float, "source": str},
    Label.DATASET: {
        "file": str,
        "sheet": str,
        "sha256": str,
        "kind": str,
        "series": str,
        "reported_on": str,
        "synthetic": bool,
        "columns": list,
    },
}
"""Properties of each label and their Python type; a missing one is None (unknown).

`area` is the code of the area where the thing sits, `path` that area's path (its ancestors'
codes and its own, `/4209/420902/420902001/`). `named_by` are the kinds of tie-bearing or
other sheets a row of which names the area (see coverage). `category` is the second level,
`service` the first (care, public, government, market, social). `evidence` are
`DATASET:ROW` texts. Of events, `date` is the day or the beginning, `status` a value of
`graph.vocabulary.PROGRESS` or "ended", `need` the key of the need that a project answers,
`venue` a place text that names no area, `also` parties that are no bodies (社工); `attendance`,
`hours` and `budget` are the largest that a row gives. Of funds, `kind` is a value of
`graph.vocabulary.FUND_KINDS`, `source` the sheet's word, `amount` yuan. `columns` of a dataset
are `field=LETTER=header` texts.
"""

TIE_PROPS: dict[str, type] = {
    "mechanism": str,
    "role": str,
    "valid_from": str,
    "valid_to": str,
    "last_sign": str,
    "ended": bool,
    "status": str,
    "count": int,
    "intensity": str,
    "post": str,
    "hours": float,
    "quantity": float,
    "turn": int,
    "term_from": str,
    "term_to": str,
    "evidence": list,
}
"""Properties of ties, of every type alike. `last_sign` is the latest known sign of life; `turn`
is a chair's place in the order of a council's chairs (from 1), `term_from` and `term_to` its
term: they say nothing about how long the tie itself lasts."""
