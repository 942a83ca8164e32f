"""The diagnosis of an area in tables: verdicts, needs, and the five headings 五化.

Each of the problems that the case text names is a question, and each question a table. All of
them are views of one network, judged once; whoever prints them prints the same values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from analysis.diagnosis import Diagnosis, diagnose
from analysis.gap_results import PART_WORDS, PARTS
from analysis.layers import TieLayers, tie_layers
from analysis.notes import Note
from analysis.policy import Policy
from analysis.tables import Spec, Table, col
from analysis.tables_network import network_tables
from analysis.tables_people import people_tables
from analysis.tables_support import services, support_tables
from analysis.verdicts import VERDICTS, Verdict
from analysis.view import View
from graph.model import Day, Level
from graph.network import Network
from graph.vocabulary import SERVICES


class FiveTables(BaseModel):
    """All tables of one area at one day.

    Attributes
    ----------
    area, name
        The area shown; None and the root's name for the whole city.
    outside
        Whether small cells of persons are withheld, for use outside the deployment.
    summary
        Verdict -> number of judged areas.
    """

    model_config = ConfigDict(frozen=True)

    date: Day | None
    area: str | None
    name: str
    level: Level
    policy_hash: str
    outside: bool
    summary: dict[Verdict, int]
    tables: tuple[Table, ...]
    notes: tuple[Note, ...]

    def table(self, name: str) -> Table:
        """One table by name.

        Raises
        ------
        KeyError
            If there is none of that name.
        """
        return next((t for t in self.tables if t.name == name), None) or _no_table(name)


def _no_table(name: str) -> Table:
    raise KeyError(name)


def five_tables(
    network: Network,
    policy: Policy,
    *,
    area: str | None = None,
    on: Day | None = None,
    level: Level = "grid",
    outside: bool = False,
    diagnosis: Diagnosis | None = None,
    layers: TieLayers | None = None,
) -> FiveTables:
    """All tables of an area.

    Parameters
    ----------
    network
        One whole city. Not changed.
    policy
        Thresholds and definitions.
    area
        Code of the area shown; None is the whole city.
    on
        The day judged; by default that of the newest sheet.
    level
        The kind of area judged. Tables of communities and grids stay such.
    outside
        Whether to withhold small cells of persons (`analysis.small_cells`).
    diagnosis, layers
        Results and layers of the same network, policy, day and level, where at hand.

    Returns
    -------
    FiveTables
        Equal inputs give equal tables.

    Examples
    --------
    >>> from graph.model import WantedGraph
    >>> nothing = five_tables(Network.from_wanted(WantedGraph(), as_of=None), Policy())
    >>> nothing.table("weak_grids").rows
    ()
    """
    found = diagnosis or diagnose(network, policy, on=on, level=level)
    day = found.weak_grids.date
    layers = layers or tie_layers(network, policy, on=day or "2000-01-01", level=level)
    view = View(network, policy, layers, found, area)
    within = found.within(area) if area is not None else found
    tables = tuple(_tables(view, outside=outside))
    root = next(iter(network.areas.filter(network.areas["parent"].is_null())["key"]), None)
    shown = area or root
    return FiveTables(
        date=day,
        area=area,
        name=network.name_of.get(shown, shown) if shown else "",
        level=level,
        policy_hash=policy.digest(),
        outside=outside,
        summary=within.weak_grids.summary,
        tables=tables,
        notes=found.weak_grids.notes,
    )


def _tables(view: View, *, outside: bool) -> Iterator[Table]:
    yield verdicts(view, outside=outside)
    yield from network_tables(view)
    yield from people_tables(view, outside=outside)
    yield services(view)
    yield gaps_by_category(view)
    yield needs(view)
    yield from support_tables(view)


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
        for a in view.diagnosis.weak_grids.areas
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """The needs of one category: how many, how many of them of unknown quantity, what the
    others ask for together, and its six parts, which add up to it. Units may differ."""

    service: str | None = col("服务", "service", "text")
    category: str | None = col("类别", "category", "text")
    needs: int = col("需求数", "needs")
    unknown_quantity: int = col("数量不明", "of unknown quantity")
    requested: float = col("需求量", "requested", "number")
    met: float = col("已满足", "met", "number")
    matchable: float = col("可对接", "matchable", "number")
    sharing_gap: float = col("共享缺口", "sharing gap", "number")
    exhausted: float = col("不足", "exhausted", "number")
    absent: float = col("缺失", "absent", "number")
    unclassified: float = col("未分类", "unclassified", "number")


CATEGORY_TABLE = Spec(
    "gaps",
    "service",
    "资源低效：各类需求还缺什么",
    "What each category of need lacks",
    CategoryRow,
    "已满足：已有对接；可对接：有共建关系的单位还有余量；共享缺口：范围内有人提供，但没有共建关系通到；"
    "不足：有人提供但量不够；缺失：范围内没有人提供；未分类：类别不明。六项之和等于需求量；数量不明的只计项数。",
)


def gaps_by_category(view: View) -> Table:
    """`CategoryRow` of the needs of the area shown."""
    rows = [
        CategoryRow(
            service=SERVICES.get(row.service or "", row.service),
            category=row.category,
            needs=row.needs,
            unknown_quantity=row.unknown_quantity,
            requested=row.requested,
            **row.parts.model_dump(),
        )
        for row in view.diagnosis.gaps.by_category(view.area).categories
    ]
    return CATEGORY_TABLE.table(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRow:
    """One need: what it asks for, the part of which most is left to do, its parts, and what
    they mean. Parts of a need of unknown quantity are unknown; its status says the one word."""

    id: str = col("编号", "id", "text")
    name: str = col("需求", "need", "text")
    place: str | None = col("地点", "place", "text")
    category: str | None = col("类别", "category", "text")
    urgency: str | None = col("紧急程度", "urgency", "text")
    requested: float | None = col("需求量", "requested", "number")
    unit: str | None = col("单位", "unit", "text")
    status: str = col("现状", "status", "text")
    met: float | None = col("已满足", "met", "number")
    matchable: float | None = col("可对接", "matchable", "number")
    sharing_gap: float | None = col("共享缺口", "sharing gap", "number")
    exhausted: float | None = col("不足", "exhausted", "number")
    absent: float | None = col("缺失", "absent", "number")
    unclassified: float | None = col("未分类", "unclassified", "number")
    explain: str = col("说明", "what to do (zh)", "text")


NEED_TABLE = Spec(
    "needs",
    "service",
    "逐项需求",
    "Every need",
    NeedRow,
    "本区域的每项需求及其各部分；数量不明的需求只写现状。",
)


def needs(view: View) -> Table:
    """`NeedRow` of the needs of the area shown, by key."""
    rows = []
    for need in view.diagnosis.gaps.within(view.area).needs:
        known = need.requested is not None
        parts = {part: getattr(need.parts, part) if known else None for part in PARTS}
        rows.append(
            NeedRow(
                id=need.id,
                name=need.name,
                place=view.names.get(need.area) if need.area else None,
                category=need.category or SERVICES.get(need.service or ""),
                urgency=need.urgency,
                requested=need.requested,
                unit=need.unit,
                status=PART_WORDS[need.status],
                explain=need.explain.zh,
                **parts,
            )
        )
    return NEED_TABLE.table(rows)
