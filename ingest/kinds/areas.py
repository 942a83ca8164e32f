"""Sheets of places: official division lists, and tables of grids."""

from __future__ import annotations

from graph.model.rows import AreaRow, DivisionRow, Statement
from ingest.kinds.kind import Kind
from ingest.kinds.row import Row
from ingest.values.fields import COUNT, DIVISION_CODE, MEMBERS, PLACE, WORKERS, YEAR


def _division(row: Row) -> list[Statement]:
    if not any(row.get(n) for n in ("city_code", "district_code", "street_code", "community_code")):
        row.missing("community_code")
    return [row.statement(DivisionRow)]


def _area(row: Row) -> list[Statement]:
    own = ("grid", "grid_code", "community", "community_code")
    if not any(row.get(n) for n in own) and not row.has_problem(*own):
        row.tell("grid", "place_missing")
    return [row.statement(AreaRow)]


DIVISIONS = Kind(
    {
        "province": PLACE,
        "province_code": DIVISION_CODE,
        "city_code": DIVISION_CODE,
        "district_code": DIVISION_CODE,
        "code_year": YEAR,
    },
    _division,
)
AREAS = Kind(
    {
        "households": COUNT,
        "residents": COUNT,
        "grid_workers": WORKERS,
        "social_workers": WORKERS,
        "contact_cadres": WORKERS,
        "contact_units": MEMBERS,
    },
    _area,
)
