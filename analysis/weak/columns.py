"""The measures of an area as columns, declared once: every table of weak grids has these.

A column is a field of `analysis.weak.results.WeakGrid`, from which a notebook's frame follows.
Terminal, CSV, workbook and report take their columns from here, each its own groups of them.
"""

from __future__ import annotations

from typing import Any

from analysis.table import Column, Kind


class MeasureColumn(Column):
    """A measure; `short` is its heading on a terminal, where the line is short."""

    short: str = ""

    @property
    def heading(self) -> tuple[str, str]:
        """Heading on a terminal, zh and en."""
        return self.short or self.zh, self.name


def _column(name: str, zh: str, en: str, kind: Kind = "count", **more: Any) -> MeasureColumn:
    return MeasureColumn(name=name, zh=zh, en=en, kind=kind, **more)


AREA: tuple[MeasureColumn, ...] = (
    _column("rank", "序", "rank"),
    _column("code", "编码", "code", "text"),
    _column("name", "名称", "area", "text"),
    _column("verdict", "判断", "verdict", "text"),
    _column("weak", "薄弱", "weak", "flag"),
    _column("residents", "人口", "residents"),
)
"""Which area it is, and the verdict on it."""
MEASURES: tuple[MeasureColumn, ...] = (
    _column("partners", "共建伙伴", "partners"),
    _column("partner_kinds", "类别数", "kinds of partner"),
    _column("members", "活跃报到党员", "active members", people=True, short="报到党员"),
    _column("volunteers", "活跃志愿者", "active volunteers", people=True, short="志愿者"),
    _column("partners_per_1000", "每千人伙伴", "partners per 1,000", "number"),
    _column("cut", "割断数", "cut"),
    _column("component_areas", "所在片网格数", "areas in its component"),
    _column("in_main", "在主网", "in main component", "flag"),
    _column("reach_4", "四步可达", "areas within four steps"),
)
"""What the verdict rests on."""
SHORT = MEASURES[:2]
"""Those that a terminal shows unasked."""
CERTAINTY: tuple[MeasureColumn, ...] = (
    _column("p_weak", "薄弱概率", "p_weak", "share"),
    _column("firm", "可靠", "firm", "flag"),
)
"""How certain a verdict is; filled where that is asked for."""
RESEARCH: tuple[MeasureColumn, ...] = (
    _column("z_partners", "伙伴偏离度", "z_partners", "number"),
    _column("q_partners", "偏离误判率", "q_partners", "share"),
    _column("coreness", "核数", "coreness"),
    _column("closeness", "调和接近度", "closeness", "number"),
    _column("constraint", "约束度", "constraint", "number"),
    _column("effective_size", "有效规模", "effective_size", "number"),
    _column("e_i", "E-I指数", "e_i", "number"),
)
"""Columns for researchers; filled where they are asked for."""
