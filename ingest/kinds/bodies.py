"""Rosters of bodies: organisations, resident units, social organisations."""

from __future__ import annotations

from graph.model.rows import OrganizationRow, SocialOrganizationRow, Statement, UnitRow
from graph.model.vocabulary import ORGANIZATION_KINDS
from ingest.kinds.kind import Kind
from ingest.kinds.row import Row
from ingest.values.fields import (
    BEGIN,
    BODY,
    COUNT,
    CROSS_MEMBER,
    NAMES,
    OTHER_BODY,
    PLACES,
    TEXT,
    USCC,
    YES_NO,
    one_of,
)
from ingest.values.sheet_words import match_key, words


def _organization(row: Row) -> list[Statement]:
    row.need("name")
    row.need_place()
    kind, text = row.word("kind")
    name = row.get("name")
    if text is None and name and (kind := _kind_of_name(name)):
        row.tell("name", "kind_from_name", kind=ORGANIZATION_KINDS[kind])
    return [row.statement(OrganizationRow, row.one_place(), kind=kind)]


def _kind_of_name(name: str) -> str | None:
    """The kind that an organisation's name ends in: 书院社区大党委 is one."""
    key = match_key(name)
    table = words().values["organization_kinds"]
    endings = [word for word in table if key.endswith(word) and len(word) >= 3]
    return table[max(endings, key=len)] if endings else None


def _unit(row: Row) -> list[Statement]:
    row.need("name")
    row.need_place()
    return [row.statement(UnitRow, row.one_place())]


def _social_organization(row: Row) -> list[Statement]:
    row.need("name")
    if not row.get("serves"):
        row.need_place()
    return [row.statement(SocialOrganizationRow, row.one_place())]


ORGANISATIONS = Kind(
    {
        "name": BODY,
        "uscc": USCC,
        "kind": one_of("organization_kinds", "unit_kinds", "social_kinds"),
        "superior": OTHER_BODY,
        "covers": PLACES,
        "party_members": COUNT,
    },
    _organization,
)
RESIDENT_UNITS = Kind(
    {
        "name": BODY,
        "uscc": USCC,
        "kind": one_of("unit_kinds", "organization_kinds", "social_kinds"),
        "sector": TEXT,
        "party_organization": OTHER_BODY,
        "party_members": COUNT,
        "employees": COUNT,
        "can_offer": NAMES,
        "agreement": YES_NO,
        "cross_member": CROSS_MEMBER,
    },
    _unit,
)
SOCIAL_ORGANISATIONS = Kind(
    {
        "name": BODY,
        "uscc": USCC,
        "kind": one_of("social_kinds", "organization_kinds", "unit_kinds"),
        "registered": TEXT,
        "business": TEXT,
        "people": COUNT,
        "founded": BEGIN,
        "serves": PLACES,
    },
    _social_organization,
)
