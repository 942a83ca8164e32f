"""What the marks of a map mean: colour by verdict, shape by kind, and a sign besides colour.

A verdict is never told by its colour alone: every judged area also carries a one-character
sign, and its name and verdict are in the list beside the map. Colours run from warm and dark
(weak) over sand (watch) to teal (adequate); grey is "not enough data", never weakness.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from graph.model.labels import Label
from graph.model.texts import Lang, Text

Standing = Literal["weak", "watch", "adequate", "unknown"]


@dataclass(frozen=True, slots=True)
class VerdictStyle:
    """How one verdict looks and what it is called."""

    name: Text
    sign: Text
    fill: str
    ink: str
    """Colour of the sign on `fill`; their contrast is at least 4.5 to 1."""
    standing: Standing
    means: Text


VERDICTS: Mapping[str, VerdictStyle] = {
    "isolated": VerdictStyle(
        Text("孤立", "isolated"), Text("孤", "I"), "#7f1d1d", "#ffffff", "weak",
        Text(
            "没有共建单位，也没有党员和志愿者，社区也没有共建联系",
            "no partners, no active people, no tie of its community either",
        ),
    ),
    "hub_only": VerdictStyle(
        Text("单靠组织", "hub only"), Text("靠", "H"), "#b23a2a", "#ffffff", "weak",
        Text(
            "没有直接的共建单位，只靠社区组织或党员个人联系",
            "no partner of its own: it lives on its hub, its community or people alone",
        ),
    ),
    "detached": VerdictStyle(
        Text("游离", "detached"), Text("离", "D"), "#b8570f", "#ffffff", "weak",
        Text(
            "有共建单位，但与全市共建网络主体不连通",
            "has partners, but no path to the main part of the network",
        ),
    ),
    "single_thread": VerdictStyle(
        Text("单线", "single thread"), Text("线", "S"), "#e8a33d", "#3b2500", "weak",
        Text(
            "只靠一家单位与其他网格相连，这家退出就断开",
            "one actor alone links it to other grids",
        ),
    ),
    "thin": VerdictStyle(
        Text("偏少", "thin"), Text("少", "T"), "#f0dc9a", "#4a3b00", "watch",
        Text("按居民数看，共建单位偏少", "few partners for its residents"),
    ),
    "narrow": VerdictStyle(
        Text("单一", "narrow"), Text("一", "N"), "#d9dfae", "#38400f", "watch",
        Text("共建单位类别单一", "partners of too few kinds"),
    ),
    "adequate": VerdictStyle(
        Text("正常", "adequate"), Text("✓", "✓"), "#2f7d6b", "#ffffff", "adequate",
        Text("共建联系正常", "well connected"),
    ),
    "unknown": VerdictStyle(
        Text("数据不足", "not enough data"), Text("?", "?"), "#c9ced6", "#333b47", "unknown",
        Text("没有收到能说明共建联系的台账，不作判断", "no sheet tells of its ties; not judged"),
    ),
}  # fmt: skip
"""Verdict -> style, worst first, `unknown` last."""

STANDINGS: Mapping[Standing, Text] = {
    "weak": Text("薄弱", "weak"),
    "watch": Text("关注", "watch"),
    "adequate": Text("正常", "adequate"),
    "unknown": Text("数据不足", "not enough data"),
}


@dataclass(frozen=True, slots=True)
class MarkStyle:
    """How one kind of node looks: a vis-network shape, its size and colour, and its name."""

    name: Text
    shape: str
    size: int
    color: str


MARKS: Mapping[str, MarkStyle] = {
    "area": MarkStyle(Text("网格", "grid"), "dot", 20, "#c9ced6"),
    "unit": MarkStyle(Text("驻区单位", "resident unit"), "square", 8, "#5d7896"),
    "social": MarkStyle(Text("社会组织", "social organisation"), "triangle", 9, "#8a6fa8"),
    "organization": MarkStyle(
        Text("物业、业委会", "property company, owners' committee"), "diamond", 10, "#8c7458"
    ),
    "hub": MarkStyle(Text("枢纽组织", "hub organisation"), "star", 13, "#b08d2e"),
    "centre": MarkStyle(Text("社区（整体）", "community as a whole"), "hexagon", 13, "#b08d2e"),
    "outside": MarkStyle(
        Text("区外单位（只计数）", "units outside the area (counted)"), "triangleDown", 8, "#98a2ae"
    ),
}
"""Mark -> style. The name of `area` is replaced by that of the level judged."""

LEVEL_NAMES: Mapping[str, Text] = {
    "city": Text("市", "city"),
    "district": Text("县市区", "district"),
    "street": Text("街道（乡镇）", "street"),
    "community": Text("社区（村）", "community"),
    "grid": Text("网格", "grid"),
}

LABEL_MARK: Mapping[str, str] = {
    Label.RESIDENT_UNIT: "unit",
    Label.SOCIAL_ORGANIZATION: "social",
    Label.ORGANIZATION: "organization",
}

WEAK_SHADES = ("#dfe7e4", "#f4e6c0", "#efc487", "#dd8f5a", "#b8503a", "#7f1d1d")
"""Colours of an overview by share of weak areas: none, up to 1/5, 2/5, 3/5, 4/5, more."""


def weak_shade(weak: int, judged: int) -> str:
    """Colour of an area of an overview.

    Parameters
    ----------
    weak, judged
        Number of weak areas below it, and of those that could be judged at all.

    Examples
    --------
    >>> weak_shade(0, 4) == WEAK_SHADES[0], weak_shade(4, 4) == WEAK_SHADES[5]
    (True, True)
    >>> weak_shade(0, 0) == VERDICTS["unknown"].fill
    True
    """
    if not judged:
        return VERDICTS["unknown"].fill
    return WEAK_SHADES[-(-weak * 5 // judged)]


def verdict_rows(counts: Mapping[str, int], lang: Lang = "zh") -> list[dict[str, Any]]:
    """Lines of the legend: one per verdict, worst first, with how many areas have it."""
    return [
        {
            "verdict": verdict,
            "name": style.name.in_(lang),
            "sign": style.sign.in_(lang),
            "means": style.means.in_(lang),
            "fill": style.fill,
            "ink": style.ink,
            "standing": style.standing,
            "count": counts.get(verdict, 0),
        }
        for verdict, style in VERDICTS.items()
    ]
