"""Recommended ties as an Excel workbook: the ties, what all of them change, what to know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from analysis.recommend.columns import COLUMNS
from analysis.weak.results import VERDICTS

if TYPE_CHECKING:
    from analysis.recommend.results import Recommendations


def recommendations_workbook(found: Recommendations) -> bytes:
    """The bytes of an .xlsx file; texts are texts there, whatever they begin with.

    Parameters
    ----------
    found
        Every figure stands in it as in the JSON.
    """
    import xlsxwriter

    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    # the file says the day judged, never the day it was written: equal results, equal bytes
    book.set_properties({"created": datetime.fromisoformat(found.date or "2000-01-01")})
    bold = book.add_format({"bold": True})
    _sheet(book, bold, "建议共建", [column.zh for column in COLUMNS], found.rows())
    changes = [(c.area, c.name, VERDICTS[c.from_][0], VERDICTS[c.to][0]) for c in found.changes]
    _sheet(book, bold, "判断变化", ["编码", "名称", "现在", "全部建成后"], changes)
    before, after = found.before, found.after
    facts: list[Sequence[Any]] = [
        ("判断日期 date", found.date, None),
        ("区域 area", found.area, None),
        ("层级 level", found.level, None),
        ("policy_hash", found.policy_hash, None),
        ("得分 objective", found.objective, None),
        ("上界 bound", found.bound, None),
        ("差距 gap", found.gap, None),
        ("方法 method", found.method, None),
        ("共享缺口 sharing_gap", before.sharing_gap, after.sharing_gap),
        ("可对接 matchable", before.matchable, after.matchable),
        ("数量不明的缺口 unknown_gaps", before.unknown_gaps, after.unknown_gaps),
        ("薄弱 weak", before.weak, after.weak),
        ("差一条的三方三社 open_triads", before.open_triads, after.open_triads),
        *(("已约定 promised", actor, target) for actor, target in found.promised),
        *(("说明 note", note.zh, note.en) for note in found.notes),
    ]
    _sheet(book, bold, "总览", ["项目", "现在", "全部建成后"], facts)
    book.close()
    return buffer.getvalue()


def _sheet(
    book: Any, bold: Any, name: str, header: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, header, bold)
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(at, column, value)
            elif value is not None:
                sheet.write(at, column, value)
    sheet.freeze_panes(1, 0)
    sheet.autofit()
