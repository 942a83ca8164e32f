"""Dates whose figures may stand in several orders, settled by the column that they stand in.

08/01/19 may be a day in January, in August, or in 2008, and 200801 a month or a day. One cell
can't say; the column often can: where 25/08/19 stands, too, days come first. What stays open
is unknown, never a guess. The same for clocks: a column in which every clock says 16:00 holds
midnights of another time zone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Literal, NamedTuple

from ingest.values.cells import Raw

Order = Literal["ymd", "dmy", "mdy", "ym"]
_PARTS = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{1,2})")
_SIX = re.compile(r"\d{6}")
_FIRST_YEAR = 1949
"""The first year of a month that six digits may name: 190801 is none of 1908."""
_FEWEST = 3
_NARROW, _WIDE = 5, 12
"""Figures of several cells that lie so near are years, and so far apart days."""


class DateParts(NamedTuple):
    """The figures of a date, by one order of them."""

    year: int
    month: int
    day: int | None


class DateHabit:
    """What the cells of a column say together about how its dates are written.

    Parameters
    ----------
    cells
        Gives the column's cells; called only where a date is open.
    fewest_clocks
        Clocks that must agree on 16:00 before they count as a time zone's midnight.

    Examples
    --------
    >>> column = DateHabit(lambda: ["08/01/19", "25/08/19", "14/03/19"])
    >>> column.settled("08/01/19")
    {'dmy': DateParts(year=2019, month=1, day=8)}
    >>> sorted(DateHabit().settled("08/01/19"))
    ['dmy', 'mdy', 'ymd']
    """

    def __init__(
        self, cells: Callable[[], Iterable[Raw]] = lambda: (), fewest_clocks: int = 1
    ) -> None:
        self._cells = cells
        self._fewest_clocks = fewest_clocks

    def settled(self, text: str) -> dict[Order, DateParts]:
        """The readings of a date that its column leaves; empty where it has none at all."""
        found = readings(text)
        figures = _figures(text)
        year_first = len(figures) == 3 and figures[0] > 12 and figures[2] < 100
        told, years_last = self._orders.get(_form(text), (frozenset(found), False))
        if _is_slip(text) and not years_last:
            return {}
        left = {order: parts for order, parts in found.items() if order in told} or found
        if year_first and "ymd" in left:
            return {"ymd": left["ymd"]}  # 19.8.1: a year of two digits stands first
        return left

    @cached_property
    def _orders(self) -> dict[str, tuple[frozenset[Order], bool]]:
        """Form of a date -> the orders in which all are days, and whether years come last."""
        texts: dict[str, set[str]] = {}
        for raw in self._cells():
            text = date_text(raw)
            if text and readings(text):
                texts.setdefault(_form(text), set()).add(text)
        found: dict[str, tuple[frozenset[Order], bool]] = {}
        for form, some in texts.items():
            spread = _years_lie([_figures(text) for text in some] if form != "six" else [])
            told = [set(readings(text)) for text in some if spread == "last" or not _is_slip(text)]
            orders = set.intersection(*told) if told else set()
            if spread == "last":
                orders.discard("ymd")
            elif spread == "first":
                orders &= {"ymd"}
            if orders:
                found[form] = frozenset(orders), spread == "last"
        return found

    @cached_property
    def is_zoned(self) -> bool:
        """Whether every clock of the column says 16:00, midnight of China in UTC."""
        clocks = [c for c in map(_clock, self._cells()) if c is not None and c != (0, 0)]
        return len(clocks) >= self._fewest_clocks and set(clocks) <= {(16, 0), (23, 59)}


def readings(text: str) -> dict[Order, DateParts]:
    """Every order in which the figures are a day, or a month.

    Examples
    --------
    >>> readings("190801")
    {'ymd': DateParts(year=2019, month=8, day=1)}
    >>> sorted(readings("200801")), sorted(readings("01.08.2019")), readings("2019-08-01")
    (['ym', 'ymd'], ['dmy', 'mdy'], {})
    """
    found: dict[Order, DateParts] = {}
    if _SIX.fullmatch(text):
        found["ymd"] = DateParts(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
        if int(text[:4]) >= _FIRST_YEAR:
            found["ym"] = DateParts(int(text[:4]), int(text[4:]), None)
    elif match := _PARTS.fullmatch(text):
        a, b, c = int(match[1]), int(match[3]), int(match[4])
        year = c if len(match[4]) == 4 else 2000 + c
        if year != c:
            found["ymd"] = DateParts(2000 + a, b, c)
        if len(match[4]) > 1:
            found |= {"dmy": DateParts(year, b, a), "mdy": DateParts(year, a, b)}
    return {order: parts for order, parts in found.items() if _is_day(parts)}


def _is_day(parts: DateParts) -> bool:
    try:
        date(parts.year, parts.month, parts.day or 1)
    except ValueError:
        return False
    return parts.day != 0 and parts.year <= 2100


def _form(text: str) -> str:
    match = _PARTS.fullmatch(text)
    return match[2] if match else "six"


def _is_slip(text: str) -> bool:
    """Whether a date begins with a year and is no day: 19.2.30, which is none of 2030."""
    figures = _figures(text)
    first_is_year = len(figures) == 3 and figures[0] > 12 and figures[2] < 100
    return first_is_year and "ymd" not in readings(text)


def _figures(text: str) -> list[int]:
    return [int(figure) for figure in re.split(r"\D", text)] if _PARTS.fullmatch(text) else []


def _years_lie(cells: list[list[int]]) -> Literal["first", "last"] | None:
    """Which figure of several dates is the year: years lie near one another, days don't."""
    if any(cell[2] > 99 for cell in cells):
        return "last"
    if len(cells) < _FEWEST:
        return None
    first, last = ([cell[n] for cell in cells] for n in (0, 2))
    spreads = max(first) - min(first), max(last) - min(last)
    if spreads[1] <= _NARROW and spreads[0] >= _WIDE and min(last) >= 10:
        return "last"
    return "first" if spreads[0] <= _NARROW and spreads[1] >= _WIDE else None


def date_text(raw: Raw) -> str | None:
    """A cell as the text of a date, without white space and a clock."""
    if isinstance(raw, float) and raw.is_integer() and 0 < raw < 10**6:
        return f"{int(raw):06d}" if raw >= 10**5 else None
    if not isinstance(raw, str):
        return None
    return unicodedata.normalize("NFKC", raw).strip().lstrip("'‘’").split(" ")[0]


def _clock(raw: Raw) -> tuple[int, int] | None:
    if isinstance(raw, datetime):
        return raw.hour, raw.minute
    if isinstance(raw, str) and (match := re.search(r"[T ](\d{1,2}):(\d{2})", raw)):
        return int(match[1]), int(match[2])
    return None
