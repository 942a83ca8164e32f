"""The table of verdicts: each area with its reasons."""

from __future__ import annotations

from dataclasses import make_dataclass
from typing import Any

from analysis.table import Spec, Table, col
from analysis.tables.view import View
from analysis.weak.columns import AREA, MEASURES, MeasureColumn
from analysis.weak.results import VERDICTS, WeakGrid


def _declared(column: MeasureColumn) -> tuple[str, Any, Any]:
    """A column as a field of a row class."""
    return column.name, Any, col(column.zh, column.en, column.kind, people=column.people)


VerdictRow = make_dataclass(
    "VerdictRow",
    [
        *(_declared(column) for column in AREA[:3]),
        ("community", str | None, col("所属", "within", "text")),
        *(_declared(column) for column in AREA[3:] + MEASURES),
        ("lapsed", int | None, col("失效关系", "lapsed ties")),
        ("reasons", str, col("原因", "reasons (zh)", "text")),
    ],
    frozen=True,
)
VerdictRow.__doc__ = (
    "A judged area with its verdict and measures, worst first; see docs/model.md and "
    "`analysis.verdicts.WeakGrid`. Measures of an area without tie data are unknown."
)

VERDICT_TABLE = Spec(
    "weak_grids",
    None,
    "薄弱网格",
    "Weak grids",
    VerdictRow,
    "每个网格的判断和指标，最薄弱的在前。判断依次为孤立、单靠组织、游离、单线（以上为薄弱），偏少、单一"
    "（需关注），正常，数据不足。没有共建数据的网格不判断强弱。",
)


def verdicts(view: View, *, outside: bool = False, k: int = 5) -> Table:
    """`VerdictRow` of every shown judged area. With `outside`, areas with fewer than `k`
    active members or volunteers show no number of them.
    """

    def measure(area: WeakGrid, column: MeasureColumn) -> Any:
        value = getattr(area, column.name)
        return None if outside and column.people and value < k else value

    rows = [
        VerdictRow(
            rank=a.rank,
            code=a.code,
            name=a.name,
            community=view.names.get(a.path[-2]) if len(a.path) > 1 else None,
            verdict=VERDICTS[a.verdict][0],
            weak=a.weak,
            residents=a.residents,
            **{c.name: measure(a, c) for c in MEASURES},
            lapsed=None if a.lapsed is None else len(a.lapsed),
            reasons=_reasons(a.reasons, outside),
        )
        for a in view.city.weak.areas
        if view.shows(a.code)
    ]
    unknown = sum(a.verdict == "unknown" for a in view.judged)
    return VERDICT_TABLE.table(rows, unknown=unknown, of=len(rows))


def _reasons(reasons: tuple[object, ...], outside: bool) -> str:
    """The sentences in Chinese; outside without those that count persons."""
    told = [r for r in reasons if not (outside and getattr(r, "code", "") in _OF_PERSONS)]
    return " ".join(str(getattr(r, "zh", "")) for r in told)


_OF_PERSONS = frozenset({"hub_only", "activity_unknown"})
"""Reasons that name numbers of persons."""
