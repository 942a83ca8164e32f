"""Every kind of sheet, and the statements of a row of one."""

from __future__ import annotations

import re

from graph.model.labels import SheetKind
from graph.model.rows import Statement
from graph.model.vocabulary import CLOSED_LISTS
from ingest.kinds.areas import AREAS, DIVISIONS
from ingest.kinds.bodies import ORGANISATIONS, RESIDENT_UNITS, SOCIAL_ORGANISATIONS
from ingest.kinds.events import ACTIVITIES, FUNDS, LINKAGES, PROJECTS
from ingest.kinds.kind import Kind
from ingest.kinds.lists import NEEDS, RESOURCES
from ingest.kinds.people import MEMBERS, VOLUNTEERS
from ingest.kinds.persons_out import PersonsOut
from ingest.kinds.row import Row
from ingest.kinds.ties import TIES
from ingest.values.fields import DIVISION_CODE, GRID_CODE, PLACE, Field
from ingest.values.sheet_words import match_key, words

KINDS: dict[SheetKind, Kind] = {
    SheetKind.DIVISIONS: DIVISIONS,
    SheetKind.AREAS: AREAS,
    SheetKind.ORGANISATIONS: ORGANISATIONS,
    SheetKind.RESIDENT_UNITS: RESIDENT_UNITS,
    SheetKind.SOCIAL_ORGANISATIONS: SOCIAL_ORGANISATIONS,
    SheetKind.MEMBERS: MEMBERS,
    SheetKind.VOLUNTEERS: VOLUNTEERS,
    SheetKind.TIES: TIES,
    SheetKind.RESOURCES: RESOURCES,
    SheetKind.NEEDS: NEEDS,
    SheetKind.LINKAGES: LINKAGES,
    SheetKind.PROJECTS: PROJECTS,
    SheetKind.ACTIVITIES: ACTIVITIES,
    SheetKind.FUNDS: FUNDS,
}
_PLACES: dict[str, Field] = {
    "city": PLACE,
    "district": PLACE,
    "street": PLACE,
    "street_code": DIVISION_CODE,
    "community": PLACE,
    "community_code": DIVISION_CODE,
    "grid": PLACE,
    "grid_code": GRID_CODE,
    "place": PLACE,
}
"""Fields that every kind has; `place` is of the level that a mapping says."""
_DIGITS = re.compile(r"\d{9}(?:\d{3}){0,2}")
_CODE_LENGTHS = {"grid": (12, 15), "community": (12,), "street": (9, 12)}


def field_of(kind: SheetKind, name: str) -> Field:
    """How a field of a kind is read."""
    return KINDS[kind].fields.get(name) or _PLACES[name]


def value_word(kind: SheetKind, name: str, value: str) -> str:
    """How Chinese says a value of a closed list; what is in none stays as it is.

    Examples
    --------
    >>> value_word(SheetKind.RESIDENT_UNITS, "kind", "school")
    '学校'
    >>> value_word(SheetKind.RESIDENT_UNITS, "name", "school")
    'school'
    """
    known = KINDS[kind].fields.get(name)
    if known is None:
        return value
    if known.form == "bool":
        return {"True": "是", "False": "否"}.get(value, value)
    lists = ("progress",) if known.form == "progress" else known.lists
    return next((w for n in lists if (w := CLOSED_LISTS.get(n, {}).get(value))), value)


def persons_out_of(kind: SheetKind, said: frozenset[str] = frozenset()) -> PersonsOut:
    """What takes persons out of the rows of a table of a kind; see `PersonsOut`."""
    return PersonsOut(kind, KINDS[kind].fields, said)


def statements_of(kind: SheetKind, row: Row, persons: PersonsOut) -> list[Statement]:
    """The statements of a row; problems are added to the row."""
    _move_codes(row)
    persons.take(row)
    return KINDS[kind].statements(row)


def _move_codes(row: Row) -> None:
    """Move codes that stand in a name's column to where codes belong."""
    values = row.values
    for name, lengths in _CODE_LENGTHS.items():
        text = values.get(name)
        if text and len(text) in lengths and _DIGITS.fullmatch(text):
            if name == "street":
                text = text.removesuffix("000") if len(text) == 12 else text
                if len(text) == 12:
                    continue
            values[name] = None
            values[f"{name}_code"] = values.get(f"{name}_code") or text
    grid = values.get("grid")
    if grid and match_key(grid) in words().whole_community:
        values["grid"] = None
