"""The tables of needs, by category and one by one."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.gaps.results import PARTS
from analysis.table import Spec, Table, col
from analysis.tables.view import View
from graph.model.vocabulary import PART_WORDS, SERVICES


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """The needs of one category: how many, how many of them of unknown quantity, what the
    others ask for together, and its six parts, which add up to it. Units may differ.
    """

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
        for row in view.city.gaps.by_category(view.area).categories
    ]
    return CATEGORY_TABLE.table(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedTableRow:
    """One need: what it asks for, the part of which most is left to do, its parts, and what
    they mean. Parts of a need of unknown quantity are unknown; its status says the one word.
    """

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
    NeedTableRow,
    "本区域的每项需求及其各部分；数量不明的需求只写现状。",
)


def needs(view: View) -> Table:
    """`NeedTableRow` of the needs of the area shown, by key."""
    rows = []
    for need in view.city.gaps.within(view.area).needs:
        known = need.requested is not None
        parts = {part: getattr(need.parts, part) if known else None for part in PARTS}
        rows.append(
            NeedTableRow(
                id=need.id,
                name=need.name,
                place=view.names.get(need.area) if need.area else None,
                category=need.category or SERVICES.get(need.service or ""),
                urgency=need.urgency,
                requested=need.requested,
                unit=need.unit,
                status=PART_WORDS[need.status][0],
                explain=need.explain.zh,
                **parts,
            )
        )
    return NEED_TABLE.table(rows)
