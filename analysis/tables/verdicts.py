"""The table of verdicts: each area with its reasons."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.tables.table import Spec, Table, col
from analysis.tables.view import View
from analysis.weak.results import VERDICTS


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    """A judged area with its verdict and measures, worst first; see docs/model.md and
    `analysis.verdicts.WeakGrid`. Measures of an area without tie data are unknown."""

    rank: int | None = col("序", "rank")
    code: str = col("编码", "code", "text")
    name: str = col("名称", "area", "text")
    community: str | None = col("所属", "within", "text")
    verdict: str = col("判断", "verdict", "text")
    weak: bool = col("薄弱", "weak", "flag")
    residents: int | None = col("人口", "residents")
    partners: int | None = col("共建伙伴", "partners")
    partner_kinds: int | None = col("类别数", "kinds of partner")
    members: int | None = col("活跃报到党员", "active members", people=True)
    volunteers: int | None = col("活跃志愿者", "active volunteers", people=True)
    partners_per_1000: float | None = col("每千人伙伴", "partners per 1,000", "number")
    cut: int | None = col("割断数", "cut")
    component_areas: int | None = col("所在片网格数", "areas in its component")
    in_main: bool | None = col("在主网", "in main component", "flag")
    reach_4: int | None = col("四步可达", "areas within four steps")
    lapsed: int | None = col("失效关系", "lapsed ties")
    reasons: str = col("原因", "reasons (zh)", "text")


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
    active members or volunteers show no number of them."""

    def few(count: int) -> int | None:
        return None if outside and count < k else count

    rows = [
        VerdictRow(
            rank=a.rank,
            code=a.code,
            name=a.name,
            community=view.names.get(a.path[-2]) if len(a.path) > 1 else None,
            verdict=VERDICTS[a.verdict][0],
            weak=a.weak,
            residents=a.residents,
            partners=a.partners,
            partner_kinds=a.partner_kinds,
            members=few(a.members),
            volunteers=few(a.volunteers),
            partners_per_1000=a.partners_per_1000,
            cut=a.cut,
            component_areas=a.component_areas,
            in_main=a.in_main,
            reach_4=a.reach_4,
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
