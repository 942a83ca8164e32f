"""Statements: what one row of a sheet said, kind by kind."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from graph.model.labels import Day, SheetKind


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

    `mechanism` is a value of `graph.vocabulary` or None; `status` is what the
    sheet's word says ("alive", "paused", "ended", "none" for 未签订, "unknown"), None for nothing.
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
    """As in `TieRow`."""


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


def statement_values(statement: Statement) -> tuple[Any, ...]:
    """The fields of a statement as a tuple, in the order of the class."""
    return tuple(getattr(statement, f.name) for f in fields(statement))
