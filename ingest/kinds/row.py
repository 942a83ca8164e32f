"""A row being read: its values by field, the checks that reject it, and its statements.

A row is rejected for nothing but its own words: no name, no place at all, an end before its
beginning. Whether a place or a body exists is seen later, when all sheets are together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, TypeVar

from graph.model.rows import STATEMENT_TYPE, Statement
from ingest.values.cells import CellProblem
from ingest.values.fields import CrossMember, Word
from ingest.values.numbers import Amount
from ingest.values.personal_numbers import MASK
from ingest.values.sheet_words import PLACE_FIELDS, match_key
from ingest.values.statuses import Status
from ingest.values.text import is_null, split_names

Values = dict[str, Any]
S = TypeVar("S", bound=Statement)
_UNFILLED: dict[type[Statement], Values] = {
    kind: {f.name: None if f.default is MISSING else f.default for f in fields(kind)}
    for kind in STATEMENT_TYPE.values()
}
"""What the fields of a statement hold where its row says nothing."""
_GRID_ENDINGS = ("网格", "格")
_COMMUNITY_ENDINGS = ("社区", "村", "居委会", "委员会")


@dataclass(slots=True)
class Row:
    """A row's values by field, and the problems of its cells."""

    number: int
    values: Values
    secret: bytes
    scoped: bool = False
    """Whether the sheet's scope gives a place to rows that name none."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Field -> header, for messages."""
    problems: list[tuple[str, CellProblem]] = field(default_factory=list)
    """Field and problem."""
    by_scope: bool = False
    """Whether nothing but the sheet's scope gives the row a place."""

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def word(self, name: str) -> tuple[str | None, str | None]:
        """Value and text of a word cell."""
        word = self.get(name)
        return (word.value, word.text) if isinstance(word, Word) else (None, None)

    # ------------------------------------------------------------------ problems

    def tell(self, name: str, code: str, *, level: str | None = None, **params: Any) -> None:
        self.problems.append((name, CellProblem(code, params, level=level)))

    def tell_person(self, name: str, code: str = "personal_name") -> None:
        """A person stands where a body should: the cell must not be shown."""
        header = self.headers.get(name, name)
        self.problems.append((name, CellProblem(code, {"header": header}, shown=MASK)))

    def has_problem(self, *names: str) -> bool:
        """Whether one of these fields has a problem already."""
        return any(name in names for name, _ in self.problems)

    def missing(self, name: str) -> None:
        """Tell that a field without which the row is nothing is empty, unless its cell is
        faulty and that was told.
        """
        if not self.has_problem(name):
            self.tell(name, "name_missing", header=self.headers.get(name, name))

    def need(self, name: str) -> None:
        """The field must be filled."""
        if not self.get(name):
            self.missing(name)

    def need_place(self) -> None:
        """The row must name some place, unless the sheet's scope does."""
        named = any(self.get(name) for name in PLACE_FIELDS)
        if named or self.has_problem(*PLACE_FIELDS):
            return
        if self.scoped:
            self.by_scope = True
        else:
            self.tell("community", "place_missing")

    def in_order(self, start: str | None, end: str | None, name: str) -> None:
        """An end may not lie before its beginning."""
        if start and end and end < start:
            self.tell(name, "end_before_start", start=start, end=end)

    # ------------------------------------------------------------------ what the row says

    def statement(self, kind: type[S], place: Values | None = None, /, **values: Any) -> S:
        """The row as a statement: its values under the fields' own names.

        Parameters
        ----------
        place
            The place, where it isn't just the row's own.
        values
            Fields of the statement that a cell doesn't give as it stands.
        """
        filled = dict(_UNFILLED[kind])
        for name, value in self.values.items():
            if value is not None and name in filled:
                filled[name] = _bare(value)
        return kind(**(filled | (place or {}) | values | {"row": self.number}))

    def period(self, begin: str) -> tuple[str | None, str | None]:
        """Beginning and end; a period column fills what the two columns leave open, and a
        status such as 2025年到期 the end.
        """
        first, last = self.get("period") or (None, None)
        status = self.get("status")
        told = status.ends if isinstance(status, Status) else None
        return self.get(begin) or first, self.get("valid_to") or last or told

    def quantity(self) -> Values:
        """Quantity and unit; a unit column goes before the unit that is glued to the number."""
        amount, unit = self.get("quantity"), self.get("unit")
        if not isinstance(amount, Amount):
            return {"quantity": None, "unit": unit}
        glued = None if amount.unit is None or is_null(amount.unit) else amount.unit
        return {"quantity": amount.number, "unit": unit or glued}

    # ------------------------------------------------------------------ places

    def places(self) -> list[Values]:
        """The places of a row that may name several grids or communities in one cell."""
        communities = _several(self.get("community"), _COMMUNITY_ENDINGS)
        if len(communities) > 1:
            return [{"community": c, "community_code": None} for c in communities]
        grids = _several(self.get("grid"), _GRID_ENDINGS)
        if len(grids) > 1:
            return [{"grid": g, "grid_code": None} for g in grids]
        return [{}]

    def one_place(self) -> Values:
        """The place of a row of which there can be only one."""
        if len(_several(self.get("grid"), _GRID_ENDINGS)) > 1:
            self.tell("grid", "grid_several")
            return {"grid": None}
        return {}


def _bare(value: Any) -> Any:
    if isinstance(value, Word):
        return value.value
    if isinstance(value, Status):
        return value.standing
    return value.said if isinstance(value, CrossMember) else value


def _several(text: str | None, endings: tuple[str, ...]) -> tuple[str, ...]:
    """The areas that one cell names, where each part ends as an area's name does."""
    if not text:
        return ()
    parts = split_names(text)
    if len(parts) > 1 and all(match_key(p).endswith(endings) for p in parts):
        return parts
    return (text,)
