"""The uniform spelling of a cell's value, as a cleaned copy has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from ingest.values.cells import CellProblem, CellReading, Flaw, Raw
from ingest.values.numbers import Amount

HARMLESS = frozenset(
    {
        "code_tidied",
        "date_two_digit_year",
        "date_year_only",
        "date_next_day",
        "date_order_settled",
        "format_characters",
    }
)
"""Notes on a cell that a cleaned copy settles."""


def best_written(
    raw: Raw,
    value: object,
    problem: CellProblem | None,
    read: Callable[[Raw], CellReading],
) -> str | int | float | None:
    """How a cell is best written: the value that was read from it, if it says just the same.

    None where it is fine as it stands, or where only a person can say what is meant.

    Examples
    --------
    >>> from ingest.values.dates import read_date
    >>> read = lambda raw: read_date(raw, "begin")
    >>> best_written("2019年8月1日", "2019-08-01", None, read)
    '2019-08-01'
    >>> best_written("2019-08-01", "2019-08-01", None, read) is None
    True
    """
    if problem is not None and problem.code not in HARMLESS:
        return None
    if value is None or isinstance(raw, Flaw | bool | date | datetime):
        return None
    better: object = value.number if isinstance(value, Amount) else value
    if isinstance(better, float) and better.is_integer():
        better = int(better)
    if not isinstance(better, str | int | float) or isinstance(better, bool):
        return None
    if better == raw and type(better) is type(raw):
        return None
    if isinstance(raw, float | int) and not isinstance(better, str):
        return None
    again, fault = read(better)
    return better if again == value and fault is None else None
