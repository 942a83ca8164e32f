"""Rosters of people: members who report in, volunteers.

Names, phones and ID numbers of persons end here: what leaves are keyed pseudonyms.
"""

from __future__ import annotations

import re

from graph.model.identifiers import person_key
from graph.model.rows import MemberRow, Statement, VolunteerRow
from graph.names.plain import community_key, name_key
from ingest.kinds.kind import Kind
from ingest.kinds.row import Row, Values
from ingest.values.fields import (
    BEGIN,
    END,
    HOURS,
    ID_NUMBER,
    OTHER_BODY,
    PERSON_NAME,
    PHONE,
    PLACE,
    TEXT,
    USCC,
)

_LEADING_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,3}?[市区县](?=..)")


def _member(row: Row) -> list[Statement]:
    if not row.get("community") and not row.get("community_code"):
        row.values["community"] = row.get("home_community")
    keys = _pseudonyms(row, row.get("employer"))
    row.need_place()
    return [row.statement(MemberRow, place, **keys) for place in row.places()]


def _volunteer(row: Row) -> list[Statement]:
    keys = _pseudonyms(row, None)
    row.need_place()
    return [row.statement(VolunteerRow, place, **keys) for place in row.places()]


def _pseudonyms(row: Row, unit: str | None) -> Values:
    """Up to three pseudonyms of a person; the name goes no further."""
    name = row.values.pop("person_name", None)
    number = row.values.pop("id_number", None)
    phone = row.values.pop("phone", None)
    if not name:
        row.missing("person_name")
        return {}
    community = row.get("community") or row.get("community_code")
    keys: Values = {}
    if number:
        keys["id_key"] = person_key(row.secret, "id", number)
    if phone:
        keys["phone_key"] = person_key(row.secret, "phone", name, phone)
    if unit and community:
        keys["unit_key"] = person_key(
            row.secret, "unit", name, _unit_key(unit), community_key(community)
        )
    return keys


def _unit_key(unit: str) -> str:
    """Match key of a workplace: 孝感市明安医院 = 明安医院.

    The area tree isn't known at the border, so any leading city or district counts as one.

    Examples
    --------
    >>> _unit_key("孝感 市明安医院"), _unit_key("社区医院")
    ('明安医院', '社区医院')
    """
    return _LEADING_PLACE.sub("", name_key(unit))


_PERSON = {
    "person_name": PERSON_NAME,
    "id_number": ID_NUMBER,
    "phone": PHONE,
    "hours": HOURS,
    "last_service": END,
    "registered": BEGIN,
}
MEMBERS = Kind(
    _PERSON
    | {"employer": OTHER_BODY, "employer_uscc": USCC, "post": TEXT, "home_community": PLACE},
    _member,
)
VOLUNTEERS = Kind(_PERSON | {"team": OTHER_BODY, "field": TEXT}, _volunteer)
