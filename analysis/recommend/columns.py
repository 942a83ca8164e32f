"""A recommended tie as columns, declared once: CSV, workbook and frame have all of these.

A terminal and a notebook show some of them (`SHORT`), with cells that are short.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analysis.table import Column, Kind


class TieColumn(Column):
    """A column; `read` makes its cell of the tie's number in the list and the tie."""

    read: Callable[[int, Any], Any]


def _column(
    name: str, zh: str, read: Callable[[int, Any], Any], kind: Kind = "text", *, en: str = ""
) -> TieColumn:
    return TieColumn(name=name, zh=zh, en=en or name, kind=kind, read=read)


COLUMNS: tuple[TieColumn, ...] = (
    _column("number", "序", lambda number, _: number, "count", en="no."),
    _column("actor", "单位编号", lambda _, tie: tie.actor),
    _column("actor_name", "单位", lambda _, tie: tie.actor_name, en="actor"),
    _column("target", "对象编码", lambda _, tie: tie.target),
    _column("target_name", "对象", lambda _, tie: tie.target_name, en="target"),
    _column("target_level", "对象层级", lambda _, tie: tie.target_level),
    _column("closed", "补缺口", lambda _, tie: tie.closed, "number", en="closes"),
    _column("closes", "各项需求", lambda _, tie: _joined(
        f"{need}: {'?' if quantity is None else quantity}" for need, quantity in tie.closes.items()
    )),
    _column("lifts", "脱离薄弱", lambda _, tie: _joined(
        f"{lift.area} {lift.from_}>{lift.to}" for lift in tie.lifts
    )),
    _column("triads", "补齐三方三社", lambda _, tie: _joined(
        f"{triad.area} {triad.triad}" for triad in tie.triads
    )),
    _column("supports", "不可缺少于", lambda _, tie: _joined(tie.supports)),
    _column("load_before", "现有联系", lambda _, tie: tie.load.before, "count"),
    _column("load_after", "建成后联系", lambda _, tie: tie.load.after, "count"),
    _column("renews", "续签", lambda _, tie: _joined(tie.renews)),
    _column("why_zh", "理由", lambda _, tie: tie.why.zh, en="why"),
    _column("why_en", "why", lambda _, tie: tie.why.en),
    _column("why_not_nearer_zh", "为何不是更近的", lambda _, tie: tie.why_not_nearer.zh),
    _column("why_not_nearer_en", "why not a nearer one", lambda _, tie: tie.why_not_nearer.en),
)  # fmt: skip
_IN_SHORT = ("number", "actor_name", "target_name", "closed", "lifts", "why_zh")
SHORT = tuple(column for column in COLUMNS if column.name in _IN_SHORT)


def _joined(texts: Any) -> str:
    return "; ".join(texts)
