"""What a text of a sheet means as a place, or why it means none."""

from __future__ import annotations

from dataclasses import dataclass

from graph.model.dataset import DatasetInfo
from graph.model.issue import Issue
from graph.model.issues import issue_at


@dataclass(frozen=True, slots=True)
class PlaceProblem:
    """Why a text doesn't settle an area: an issue code, the field, and its parameters."""

    code: str
    field: str
    shown: str
    params: tuple[tuple[str, object], ...]
    found: tuple[str, ...] = ()
    """The areas that it may mean, where these are several."""
    scope: str | None = None

    def issue(self, info: DatasetInfo, row: int) -> Issue:
        return issue_at(info, row, self.field, self.code, shown=self.shown, **dict(self.params))


@dataclass(frozen=True, slots=True)
class Place:
    """What the place columns of a row come to.

    `area` is the finest area named, or the scope where the row names none; None while one of
    the names doesn't settle (`problem`). `community` and `grid` are what did settle, also
    then; `named` are the areas that the row's own cells name.
    """

    area: str | None
    community: str | None = None
    grid: str | None = None
    named: tuple[str, ...] = ()
    problem: PlaceProblem | None = None
