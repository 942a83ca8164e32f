"""A row in the making, and what rows of every kind read alike: place, period, amount."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.values.cells import Problem
from ingest.values.fields import Word
from ingest.values.numbers import Amount
from ingest.values.persons import looks_like_person
from ingest.values.sheet_words import match_key
from ingest.values.text import is_null, split_names

Values = dict[str, Any]
_PLACE_NAMES = (
    "city",
    "district",
    "street",
    "street_code",
    "community",
    "community_code",
    "grid",
    "grid_code",
)


@dataclass(slots=True)
class Row:
    """A row in the making: its values by field, and what there is to tell about them."""

    number: int
    values: Values
    secret: bytes
    scoped: bool = False
    """Whether the sheet's scope gives a place to rows that name none."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Field -> header, for messages."""
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    """Field and problem."""

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def tell(self, name: str, code: str, *, level: str | None = None, **params: Any) -> None:
        self.problems.append((name, Problem(code, params, level=level)))

    def told(self, *names: str) -> bool:
        """Whether there is something to tell about one of these fields already."""
        return any(name in names for name, _ in self.problems)

    def hide(self, name: str, code: str, **params: Any) -> None:
        """A problem whose cell mustn't be shown."""
        self.problems.append((name, Problem(code, params, shown="***")))

    def header(self, name: str) -> str:
        return self.columns.get(name, name)

    def word(self, name: str) -> tuple[str | None, str | None]:
        """Value and text of a word cell."""
        found = self.get(name)
        return (found.value, found.text) if isinstance(found, Word) else (None, None)

    def place(self) -> Values:
        return {name: self.get(name) for name in _PLACE_NAMES}


def several(text: str | None, endings: tuple[str, ...]) -> tuple[str, ...]:
    """The areas that one cell names, where each part ends as an area's name does."""
    if not text:
        return ()
    parts = split_names(text)
    if len(parts) > 1 and all(match_key(p).endswith(endings) for p in parts):
        return parts
    return (text,)


def places(row: Row) -> list[Values]:
    """The places of a row that may name several grids or communities in one cell."""
    place = row.place()
    grids = several(place["grid"], ("网格", "格"))
    communities = several(place["community"], ("社区", "村", "居委会", "委员会"))
    if len(communities) > 1:
        return [place | {"community": c, "community_code": None} for c in communities]
    if len(grids) > 1:
        return [place | {"grid": g, "grid_code": None} for g in grids]
    return [place]


def one_place(row: Row) -> Values:
    """The place of a row of which there can be only one."""
    place = row.place()
    if len(several(place["grid"], ("网格", "格"))) > 1:
        row.tell("grid", "grid_several")
        place["grid"] = None
    return place


def period_of(row: Row, begin: str) -> tuple[str | None, str | None]:
    """Beginning and end of a row; a period column fills what the two columns leave open."""
    first, last = row.get("period") or (None, None)
    return row.get(begin) or first, row.get("valid_to") or last


def bodies_only(row: Row, name: str) -> tuple[str, ...]:
    """The bodies of a cell that names several; persons among them are left out, and told."""
    kept = []
    for body in row.get(name) or ():
        if looks_like_person(body, bare=False):
            row.hide(name, "personal_name", header=row.header(name))
        else:
            kept.append(body)
    return tuple(kept)


def amount(row: Row) -> tuple[float | None, str | None]:
    amount = row.get("quantity")
    unit = row.get("unit")
    if not isinstance(amount, Amount):
        return None, unit
    return amount.number, unit or (None if amount.unit is None else _unit_text(amount.unit))


def _unit_text(text: str) -> str | None:
    return None if is_null(text) else text


def take(row: Row, *names: str) -> Values:
    return {name: row.values.get(name) for name in names}
