"""服务精细化, 活动经常化, 保障多元化: services, activities, money and facilities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Any

import polars as pl

from analysis.gaps.services import COVERAGE_WORDS
from analysis.layers.day_tables import ACTOR_CLASSES
from analysis.layers.lifetime import months_before
from analysis.table import Spec, Table, col
from graph.model.labels import Label, TieType
from graph.model.vocabulary import FUND_KINDS, SERVICES

if TYPE_CHECKING:
    from analysis.tables.view import View

_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRow:
    """A judged area and what it has of each of the five services: served (an offer that a tie
    leads to), reachable (offers in range, but no tie), empty (none in range), unknown (no tie
    data). `unmet` are its needs, of whichever service, that aren't wholly met.
    """

    code: str = col("编码", "code", "text")
    name: str | None = col("区域", "area", "text")
    care: str = col("关爱服务", "care", "text")
    public: str = col("公共服务", "public", "text")
    government: str = col("政务服务", "government", "text")
    market: str = col("市场服务", "market", "text")
    social: str = col("社会服务", "social", "text")
    empty: int = col("空白项数", "services empty")
    needs: int = col("需求数", "needs")
    unmet: int = col("未完全满足", "not wholly met")


SERVICES_TABLE = Spec(
    "services",
    "service",
    "五项服务：每个网格覆盖了哪几项",
    "Grid × five services",
    ServiceRow,
    "已覆盖：有共建关系通到的单位提供；可牵线：服务范围内有人提供，但没有共建关系；空白：范围内无人提供；"
    "数据不足：没有交来共建台账。",
)


def services(view: View) -> Table:
    """`ServiceRow` of every shown judged area: the matrix of the gaps, in words."""
    rows = []
    for area in view.city.gaps.by_service(view.area).areas:
        cells = area.services
        words = {name: COVERAGE_WORDS[cells[name].coverage][0] for name in SERVICES}
        rows.append(
            ServiceRow(
                code=area.code,
                name=area.name,
                empty=sum(cell.coverage == "empty" for cell in cells.values()),
                needs=sum(cell.needs for cell in cells.values()),
                unmet=sum(cell.unmet for cell in cells.values()),
                **words,
            )
        )
    unknown = sum(a.verdict == "unknown" for a in view.judged)
    return SERVICES_TABLE.table(rows, unknown=unknown, of=len(view.judged))


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityTableRow:
    """A community or grid: activities recorded there within twelve months of the day judged
    (a community's own and its grids'), months since the last one, and who took part in those
    twelve months: bodies, classes of partner (of five: public, enterprise, social, property,
    owners) and their share. Unknown where no activity sheet names the area; months are unknown
    where no activity with a date is.
    """

    code: str = col("编码", "code", "text")
    name: str = col("区域", "area", "text")
    community: str | None = col("社区", "community", "text")
    activities: int | None = col("近一年活动", "activities in 12 months")
    last: str | None = col("最近一次", "last activity", "text")
    months: int | None = col("已有几个月没有活动", "months without activity")
    bodies: int | None = col("参与单位", "bodies that took part")
    kinds: int | None = col("参与的类别数", "classes that took part")
    kinds_share: float | None = col("参与的类别占比", "share of classes", "share")


ACTIVITY = Spec(
    "activity",
    "activity",
    "活动经常化：多久没有活动，谁参加了",
    "Months without an activity, and who took part",
    ActivityTableRow,
    "判断之日前十二个月内记录的活动（社区含其网格），距最近一次活动的整月数，以及这一年参与的单位数、"
    "五类力量（机关事业、企业、社会组织、物业、业委会）中有几类参与。没有活动记录表的列为不明。",
)


def months_between(earlier: str, later: str) -> int:
    """Whole calendar months from one day to a later one.

    Examples
    --------
    >>> months_between("2019-05-31", "2019-08-30"), months_between("2019-08-01", "2019-08-01")
    (2, 0)
    >>> months_between("2019-05-15", "2019-08-14")
    2
    """
    (y1, m1, _), (y2, m2, _) = ((int(x) for x in d.split("-")) for d in (earlier, later))
    months = (y2 - y1) * _YEAR + m2 - m1
    return months if months_before(later, months) >= earlier else months - 1


def activity(view: View) -> Table:
    """`ActivityTableRow` of every shown community and grid; the longest without activity first."""
    held = _activities_by_area(view)
    rows = [_activity_row(view, code, held[code]) for code in [*view.communities, *view.grids]]
    unknown = sum(r.activities is None for r in rows)
    rows.sort(key=lambda r: (r.activities is None, -(r.months if r.months is not None else 9999),
                             r.code))  # fmt: skip
    return ACTIVITY.table(rows, unknown=unknown, of=len(rows))


def _activities_by_area(view: View) -> Mapping[str, list[dict[str, Any]]]:
    """Activities of each area, those of a grid also under its community."""
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in view.events:
        if event["label"] == Label.ACTIVITY and event["area"]:
            for code in {event["area"], view.community_of.get(event["area"])} - {None}:
                held[code].append(event)
    return held


def _activity_row(view: View, code: str, held: Sequence[dict[str, Any]]) -> ActivityTableRow:
    since = months_before(view.day, _YEAR)
    known = view.told(code, "activities") or bool(held)
    dates = sorted(e["date"] for e in held if e["date"])
    recent = [e for e in held if e["date"] and e["date"] >= since]
    bodies = {p["start"] for e in recent for p in view.participants.get(e["key"], ())}
    classes = {view.actors[b]["actor_class"] for b in bodies if b in view.actors} - {None}
    community = view.community_of.get(code)
    return ActivityTableRow(
        code=code,
        name=view.names.get(code, code),
        community=view.names.get(community) if community else None,
        activities=len(recent) if known else None,
        last=dates[-1] if dates else None,
        months=months_between(dates[-1], view.day) if dates else None,
        bodies=len(bodies) if known else None,
        kinds=len(classes) if known else None,
        kinds_share=len(classes) / (len(ACTOR_CLASSES) + 1) if known else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FundTableRow:
    """A community in one year: money for it and its grids (a project's own budget left out, as
    it may be the same money), per resident, and by source. `year` is the newest of which any
    fund is known, not after the day judged. Unknown where no fund of that year is recorded; a
    source that isn't recorded is none only where another is.
    """

    code: str = col("编码", "code", "text")
    name: str = col("社区", "community", "text")
    year: int | None = col("年度", "year")
    amount: float | None = col("经费（元）", "yuan", "number")
    residents: int | None = col("常住人口", "residents")
    per_resident: float | None = col("人均（元）", "yuan per resident", "number")
    sources: int | None = col("来源数", "sources")
    fiscal: float | None = col("财政", "fiscal", "number")
    fee_with_task: float | None = col("费随事转", "fee with task", "number")
    party_dues: float | None = col("党费划拨", "party dues", "number")
    donation: float | None = col("社会支持", "donations", "number")
    own: float | None = col("自我补充", "own", "number")
    other: float | None = col("来源不明", "of unknown source", "number")


FUNDS = Spec(
    "funds",
    "support",
    "投入保障：人均经费和来源",
    "Fund per resident, and its sources",
    FundTableRow,
    "最近有记录的年度里社区（含其网格）的经费，项目自身的预算不重复计。来源分财政、费随事转、党费划拨、"
    "社会支持、自我补充。该年没有记录的社区列为不明。",
)


def funds(view: View) -> Table:
    """`FundTableRow` of every shown community."""
    year, given = _funds(view)
    rows = []
    for code in view.communities:
        found = given.get(code)
        residents = view.residents.get(code)
        total = sum(found.values()) if found else None
        rows.append(
            FundTableRow(
                code=code,
                name=view.names.get(code, code),
                year=year,
                amount=total,
                residents=residents,
                per_resident=total / residents if total is not None and residents else None,
                sources=sum(v > 0 for v in found.values()) if found else None,
                other=found.get("", 0.0) if found else None,
                **{kind: found.get(kind, 0.0) if found else None for kind in FUND_KINDS},
            )
        )
    unknown = sum(r.amount is None for r in rows)
    return FUNDS.table(rows, unknown=unknown, of=len(rows))


def _funds(view: View) -> tuple[int | None, dict[str, dict[str, float]]]:
    """The newest year with funds, and community -> kind ("" unknown) -> yuan in that year."""
    of_project = set(
        view.network.ties.filter(
            (pl.col("type") == str(TieType.FUNDS)) & (pl.col("end_label") == str(Label.PROJECT))
        )["start"]
    )
    rows = [
        row
        for row in view.network.funds.iter_rows(named=True)
        if row["amount"] is not None
        and row["year"] is not None
        and row["year"] <= int(view.day[:4])
        and row["key"] not in of_project
        and view.community_of.get(row["area"] or "")
    ]
    year = max((row["year"] for row in rows), default=None)
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows:
        if row["year"] == year:
            kind = row["kind"] if row["kind"] in FUND_KINDS else ""
            found[view.community_of[row["area"]]][kind] += row["amount"]
    return year, {code: dict(kinds) for code, kinds in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inequality:
    """How unequally money per resident is spread over the communities of an area that have
    both numbers: Gini coefficient and Theil's T index, each community weighted by its
    residents. 0 = all alike; Gini below 1, Theil at most the logarithm of all residents by the
    fewest. Unknown with fewer than two communities, or no money at all.
    """

    code: str = col("编码", "code", "text")
    name: str = col("区域", "area", "text")
    year: int | None = col("年度", "year")
    communities: int = col("有数据的社区", "communities with data")
    per_resident: float | None = col("人均（元）", "yuan per resident", "number")
    gini: float | None = col("基尼系数", "Gini", "number")
    theil: float | None = col("泰尔指数", "Theil", "number")


INEQUALITY = Spec(
    "fund_inequality",
    "support",
    "投入保障：社区之间差多少",
    "How unequal money per resident is between communities",
    Inequality,
    "经费和人口都有数据的社区之间人均经费的差距，按人口加权：基尼系数和泰尔指数，0 为完全一样。"
    "不足两个社区或没有经费的列为不明。",
)


def gini(values: Sequence[float], weights: Sequence[float]) -> float | None:
    """Gini coefficient of weighted values; None for fewer than two or where all are 0.

    Examples
    --------
    Two alike, and one who has all of two of equal weight:

    >>> gini([3, 3], [1, 1]), gini([0, 2], [1, 1])
    (0.0, 0.5)
    """
    total, mass = sum(v * w for v, w in zip(values, weights, strict=True)), sum(weights)
    if len(values) < 2 or total <= 0:
        return None
    ordered = sorted(zip(values, weights, strict=True))
    area = share = 0.0
    for value, weight in ordered:
        step = value * weight / total
        area += weight / mass * (share + step / 2)
        share += step
    return max(0.0, 1 - 2 * area)


def theil(values: Sequence[float], weights: Sequence[float]) -> float | None:
    """Theil's T index of weighted values; None as for `gini`.

    Examples
    --------
    >>> theil([3, 3], [1, 1]), round(theil([0, 2], [1, 1]), 6)
    (0.0, 0.693147)
    """
    total, mass = sum(v * w for v, w in zip(values, weights, strict=True)), sum(weights)
    if len(values) < 2 or total <= 0:
        return None
    mean = total / mass
    parts = (w / mass * v / mean * log(v / mean) for v, w in zip(values, weights, strict=True) if v)
    return max(0.0, sum(parts))


def inequality(view: View) -> Table:
    """`Inequality` of the area shown and those directly below it that hold communities."""
    year, given = _funds(view)
    rows = []
    for area in view.parts:
        inside = [
            c
            for c in view.communities
            if f"/{area}/" in (view.network.path_of.get(c) or "") and c != area
        ]
        if not inside:
            continue
        known = [(sum(given[c].values()), r) for c in inside if c in given
                 and (r := view.residents.get(c))]  # fmt: skip
        values, weights = [a / r for a, r in known], [float(r) for _, r in known]
        money = sum(a for a, _ in known)
        rows.append(
            Inequality(
                code=area,
                name=view.names.get(area, area),
                year=year,
                communities=len(known),
                per_resident=money / sum(weights) if known else None,
                gini=gini(values, weights),
                theil=theil(values, weights),
            )
        )
    return INEQUALITY.table(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityRow:
    """A community: whether it has a service centre (一中心三站), and how many venues are
    offered by those who sit there. Unknown where no roster of organisations, or no list of
    resources, names it.
    """

    code: str = col("编码", "code", "text")
    name: str = col("社区", "community", "text")
    centre: bool | None = col("有服务中心（站）", "has a service centre", "flag")
    venues: int | None = col("可用场地", "venues offered")


FACILITIES = Spec(
    "facilities",
    "support",
    "阵地：有没有一中心三站，有多少场地可用",
    "Facilities",
    FacilityRow,
    "组织台账中的一中心三站，以及坐落本社区的单位在资源清单中提供的场地数。没有相应台账的列为不明。",
)


def facilities(view: View) -> Table:
    """`FacilityRow` of every shown community; those without a centre first."""
    centres = {
        view.community_of.get(row["area"] or "")
        for row in view.actors.values()
        if row["kind"] == "service_centre"
    }
    venues: dict[str, int] = defaultdict(int)
    for area, kind in view.network.resources.select("area", "kind").iter_rows():
        if kind == "venue" and area in view.community_of:
            venues[view.community_of[area]] += 1
    rows = []
    for code in view.communities:
        known = view.told(code, "organisations")
        offered = view.told(code, "resources") or venues[code] > 0
        rows.append(
            FacilityRow(
                code=code,
                name=view.names.get(code, code),
                centre=(code in centres) if known or code in centres else None,
                venues=venues[code] if offered else None,
            )
        )
    unknown = sum(r.centre is None for r in rows)
    rows.sort(key=lambda r: (r.centre is None, bool(r.centre), r.code))
    return FACILITIES.table(rows, unknown=unknown, of=len(rows))


def support_tables(view: View) -> Iterator[Table]:
    """The tables of 活动经常化 and 保障多元化."""
    for make in (activity, funds, inequality, facilities):
        yield make(view)
