"""What a cell may hold, and what a reader of cells gives back.

A reader takes one raw cell and returns `(value, problem)`. `None` as value is unknown. A
problem is an issue code with its parameters; whether the row is rejected follows from the
code's level (an error rejects), so one table (`graph/data/issues.yaml`) decides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Flaw:
    """A cell that must not pass for empty: an error value, or a formula without a value."""

    code: str
    """`cell_error` or `cell_formula`."""
    text: str


Raw = str | int | float | bool | date | datetime | time | timedelta | Flaw | None
"""A cell as the file has it; None and blank text are empty."""


class CellProblem(NamedTuple):
    """An issue in the making."""

    code: str
    params: Mapping[str, Any] = MappingProxyType({})
    shown: str | None = None
    """In place of the cell's own text, where that mustn't be shown."""
    level: str | None = None


CellReading = tuple[Any, CellProblem | None]
"""The value of a cell, and what is wrong with it."""


LOST_DIGITS = 1e15
"""From here on a number cell can no longer be trusted to the last digit."""


def shown(raw: Raw) -> str:
    """A cell as text for a message, at most 60 characters.

    Examples
    --------
    >>> shown(43678.0), shown(date(2019, 8, 1)), shown(" a\\nb ")
    ('43678', '2019-08-01', 'a b')
    """
    if raw is None:
        return ""
    if isinstance(raw, Flaw):
        return raw.text
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e16:
        return str(int(raw))
    text = " ".join(str(raw).split())
    return text if len(text) <= 60 else text[:59] + "…"


def number_text(number: float) -> str:
    """A number cell as text: whole numbers without a point.

    Examples
    --------
    >>> number_text(420902001001.0), number_text(2.5)
    ('420902001001', '2.5')
    """
    if isinstance(number, int) or number.is_integer():
        return str(int(number))
    return repr(number)
