"""One row's values to statements, kind by kind.

Names, phones and ID numbers of persons end here: what leaves are keyed pseudonyms. A column
that should name a body but names a person is emptied and told.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from graph.model.identifiers import person_key
from graph.model.labels import SheetKind
from graph.model.rows import (
    AreaRow,
    DivisionRow,
    MemberRow,
    NeedRow,
    OrganizationRow,
    ResourceRow,
    SocialOrganizationRow,
    Statement,
    TieRow,
    UnitRow,
    VolunteerRow,
)
from graph.model.vocabulary import ORGANIZATION_KINDS
from graph.names.plain import community_key, name_key
from ingest.rows import checks
from ingest.rows.event_statements import activity, fund, linkage, project
from ingest.rows.row import Row, Values, amount, bodies_only, one_place, period_of, places, take
from ingest.values.fields import Cross
from ingest.values.persons import looks_like_person
from ingest.values.sheet_words import match_key, value_of, words
from ingest.values.text import split_names

_DIGITS = re.compile(r"\d{9}(?:\d{3}){0,2}")


def build(kind: SheetKind, row: Row) -> list[Statement]:
    """The statements of a row: usually one; several where a cell names several bodies.

    Problems are added to the row; whether one of them rejects it is the caller's to see.
    """
    _mend_place(row)
    return _BUILDERS[kind](row)


# ------------------------------------------------------------------------------ places


def _mend_place(row: Row) -> None:
    """Codes that stand in a name's column go where codes belong."""
    v = row.values
    for name, lengths in (("grid", (12, 15)), ("community", (12,)), ("street", (9, 12))):
        text = v.get(name)
        if text and len(text) in lengths and _DIGITS.fullmatch(text):
            code = text
            if name == "street" and len(text) == 12:
                if not text.endswith("000"):
                    continue
                code = text[:9]
            v[name] = None
            v[f"{name}_code"] = v.get(f"{name}_code") or code
    grid = v.get("grid")
    if grid and match_key(grid) in words().whole_community:
        v["grid"] = None


# ----------------------------------------------------------------------------- rosters


def _division(row: Row) -> list[Statement]:
    if not any(row.get(n) for n in ("city_code", "district_code", "street_code", "community_code")):
        checks.missing(row, "community_code")
    names = ("province", "province_code", "city_code", "district_code", "code_year")
    return [DivisionRow(row=row.number, **row.place(), **take(row, *names))]


def _area(row: Row) -> list[Statement]:
    own = ("grid", "grid_code", "community", "community_code")
    if not any(row.get(n) for n in own) and not row.told(*own):
        row.tell("grid", "place_missing")
    names = ("households", "residents", "grid_workers", "social_workers", "contact_cadres")
    units = bodies_only(row, "contact_units")
    return [AreaRow(row=row.number, **row.place(), **take(row, *names), contact_units=units)]


def _organization(row: Row) -> list[Statement]:
    checks.need(row, "name")
    checks.need_place(row)
    kind, text = row.word("kind")
    if text is None and row.get("name"):
        kind = _kind_of_name(row.get("name"))
        if kind:
            row.tell("name", "kind_from_name", kind=ORGANIZATION_KINDS[kind])
    return [
        OrganizationRow(
            row=row.number,
            **one_place(row),
            **take(row, "name", "uscc", "superior", "party_members"),
            kind=kind,
            covers=row.get("covers") or (),
        )
    ]


def _kind_of_name(name: str) -> str | None:
    """The kind that an organisation's name ends in: 书院社区大党委 is one."""
    key = match_key(name)
    table = words().values["organization_kinds"]
    found = [w for w in table if key.endswith(w) and len(w) >= 3]
    return table[max(found, key=len)] if found else None


def _unit(row: Row) -> list[Statement]:
    checks.need(row, "name")
    checks.need_place(row)
    cross = row.get("cross_member")
    names = (
        "name",
        "uscc",
        "sector",
        "party_organization",
        "party_members",
        "employees",
        "agreement",
    )
    return [
        UnitRow(
            row=row.number,
            **one_place(row),
            **take(row, *names),
            kind=row.word("kind")[0],
            can_offer=row.get("can_offer") or (),
            cross_member=cross.said if isinstance(cross, Cross) else None,
        )
    ]


def _social(row: Row) -> list[Statement]:
    checks.need(row, "name")
    if not row.get("serves"):
        checks.need_place(row)
    return [
        SocialOrganizationRow(
            row=row.number,
            **one_place(row),
            **take(row, "name", "uscc", "registered", "business", "people", "founded"),
            kind=row.word("kind")[0],
            serves=row.get("serves") or (),
        )
    ]


# ----------------------------------------------------------------------------- persons


def _member(row: Row) -> list[Statement]:
    if not row.get("community") and not row.get("community_code"):
        row.values["community"] = row.get("home_community")
    keys = _identities(row, row.get("employer"))
    checks.need_place(row)
    rest = take(row, "hours", "last_service", "registered", "employer", "employer_uscc", "post")
    return [MemberRow(row=row.number, **p, **keys, **rest) for p in places(row)]


def _volunteer(row: Row) -> list[Statement]:
    keys = _identities(row, None)
    checks.need_place(row)
    rest = take(row, "hours", "last_service", "registered", "team", "field")
    return [VolunteerRow(row=row.number, **p, **keys, **rest) for p in places(row)]


def _identities(row: Row, unit: str | None) -> Values:
    """Up to three pseudonyms of a person; the name goes no further."""
    name = row.values.pop("person_name", None)
    number = row.values.pop("id_number", None)
    phone = row.values.pop("phone", None)
    if not name:
        checks.missing(row, "person_name")
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


_LEADING_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,3}?[市区县](?=..)")


def _unit_key(unit: str) -> str:
    """Match key of a workplace: 孝感市明安医院 = 明安医院.

    The area tree isn't known at the border, so any leading city or district counts as one.

    Examples
    --------
    >>> _unit_key("孝感 市明安医院"), _unit_key("社区医院")
    ('明安医院', '社区医院')
    """
    return _LEADING_PLACE.sub("", name_key(unit))


# -------------------------------------------------------------------------------- ties


def _tie(row: Row) -> list[Statement]:
    subjects = _bodies_only(row)
    if not subjects:
        checks.missing(row, "subject")
        return []
    objects: tuple[str | None, ...] = row.get("object") or (None,)
    if objects == (None,):
        checks.need_place(row)
    signed, valid_to = period_of(row, "signed")
    checks.in_order(row, signed, valid_to, "valid_to")
    mechanism, text = row.word("mechanism")
    codes = _codes_for(row, subjects)
    return [
        TieRow(
            row=row.number,
            **place,
            subject=subject,
            subject_uscc=code,
            object=target,
            mechanism=mechanism,
            mechanism_text=text,
            signed=signed,
            valid_to=valid_to,
            **take(row, "count", "status", "intensity"),
        )
        for subject, code in zip(subjects, codes, strict=True)
        for target in objects
        for place in places(row)
    ]


def _bodies_only(row: Row) -> tuple[str, ...]:
    kept = []
    for subject in row.get("subject") or ():
        if looks_like_person(subject, bare=False):
            row.hide("subject", "personal_subject", header=row.header("subject"))
        else:
            kept.append(subject)
    return tuple(kept)


def _codes_for(row: Row, subjects: tuple[str, ...]) -> tuple[str | None, ...]:
    codes: tuple[str | None, ...] = row.get("subject_uscc") or ()
    if len(codes) == len(subjects):
        return codes
    if codes:
        row.tell("subject_uscc", "names_one_code", count=len(subjects))
    return (None,) * len(subjects)


# ------------------------------------------------------------------------------- lists


def _resource(row: Row) -> list[Statement]:
    checks.need(row, "name")
    provider = row.get("provider")
    if provider and looks_like_person(provider, bare=False):
        row.hide("provider", "personal_name", header=row.header("provider"))
        provider = None
    valid_from, valid_to = period_of(row, "valid_from")
    first, last = row.get("opening") or (None, None)
    valid_from, valid_to = valid_from or first, valid_to or last
    checks.in_order(row, valid_from, valid_to, "valid_to")
    category = row.get("category")
    kind = row.word("kind")[0] or (value_of(category, "resource_kinds") if category else None)
    quantity, unit = amount(row)
    return [
        ResourceRow(
            row=row.number,
            **one_place(row),
            **take(row, "name", "category", "provider_uscc", "range"),
            provider=provider,
            kind=kind,
            quantity=quantity,
            unit=unit,
            valid_from=valid_from,
            valid_to=valid_to,
        )
    ]


def _need(row: Row) -> list[Statement]:
    checks.need(row, "name")
    requester = row.get("requester")
    if requester and match_key(requester) in words().people_words:
        requester = None  # 居民 is nobody in particular: the need is its place's
    elif requester and _names_person(row, requester):
        row.hide("requester", "personal_name", header=row.header("requester"))
        requester = None
    if not requester:
        checks.need_place(row)
    quantity, unit = amount(row)
    return [
        NeedRow(
            row=row.number,
            **one_place(row),
            **take(row, "name", "category", "due", "status"),
            requester=requester,
            urgency=row.word("urgency")[0],
            quantity=quantity,
            unit=unit,
        )
    ]


def _names_person(row: Row, requester: str) -> bool:
    """Whether the requester is a person; 文昌 in 文昌社区 is the community's short name."""
    community = row.get("community")
    if community and community_key(requester) == community_key(community):
        return False
    return any(looks_like_person(part) for part in split_names(requester))


_BUILDERS: dict[SheetKind, Callable[[Row], list[Statement]]] = {
    SheetKind.DIVISIONS: _division,
    SheetKind.AREAS: _area,
    SheetKind.ORGANISATIONS: _organization,
    SheetKind.RESIDENT_UNITS: _unit,
    SheetKind.SOCIAL_ORGANISATIONS: _social,
    SheetKind.MEMBERS: _member,
    SheetKind.VOLUNTEERS: _volunteer,
    SheetKind.TIES: _tie,
    SheetKind.RESOURCES: _resource,
    SheetKind.NEEDS: _need,
    SheetKind.LINKAGES: linkage,
    SheetKind.PROJECTS: project,
    SheetKind.ACTIVITIES: activity,
    SheetKind.FUNDS: fund,
}
