"""What a row says about itself that can't be: the checks that reject it.

A row is rejected for nothing but its own words: no name, no place at all, an end before its
beginning. Whether a place or a body exists is seen later, when all sheets are together.
"""

from __future__ import annotations

from typing import Protocol

PLACE_FIELDS = (
    "district",
    "street",
    "street_code",
    "community",
    "community_code",
    "grid",
    "grid_code",
)


class CheckedRow(Protocol):
    """What a check needs of a row."""

    scoped: bool

    def get(self, name: str) -> object: ...
    def told(self, *names: str) -> bool: ...
    def header(self, name: str) -> str: ...
    def tell(self, name: str, code: str, *, level: str | None = None, **params: object) -> None: ...


def missing(row: CheckedRow, name: str) -> None:
    """Tell that a field without which the row is nothing is empty; a faulty cell was told."""
    if not row.told(name):
        row.tell(name, "name_missing", header=row.header(name))


def need(row: CheckedRow, name: str) -> None:
    """The field must be filled."""
    if not row.get(name):
        missing(row, name)


def need_place(row: CheckedRow) -> None:
    """The row must name some place, unless the sheet's scope does."""
    places = (*PLACE_FIELDS, "city")
    if not row.scoped and not any(row.get(n) for n in places) and not row.told(*places):
        row.tell("community", "place_missing")


def in_order(row: CheckedRow, start: str | None, end: str | None, name: str) -> None:
    """An end may not lie before its beginning."""
    if start and end and end < start:
        row.tell(name, "end_before_start", start=start, end=end)
