"""Taking part is a tie: the same city, its ties handed in as linkages, projects and activities.

By the definitions a participation in an event placed in an area ties the actor to that area,
begun and alive by its own dates, and its sheets cover as the ties roster does. So the slow
calculation, which knows ties only, must find the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlsxwriter

from tests.acceptance.compare import weak_differences
from tests.acceptance.generator import DAY, EARLIER, City
from tests.acceptance.program import Program
from tests.acceptance.reference import identity
from tests.acceptance.test_cities import small_city
from tests.acceptance.workbooks import Rows, write_book, write_clean

SHEETS = {
    "联动台账": ("联动类型", "联动名称", "所在街道", "所在社区", "小区/网格", "参与单位", "日期"),
    "项目清单": ("项目名称", "责任单位", "所在街道", "所在社区", "所在网格", "起止时间", "进展"),
    "活动记录": ("日期", "主题", "承办单位", "所在街道", "所在社区", "所在网格"),
}


def sheet_for(tie: dict[str, Any], turn: int) -> str | None:
    """The sheet that can say what a tie says; None where only the ties roster can."""
    if tie["object"][0] == "actor" or tie["named"] or tie["waits"]:
        return None
    if tie["valid_to"] is not None or tie["ended"]:
        return "项目清单" if tie["signed"] else None
    return "活动记录" if tie["signed"] and turn % 2 else "联动台账"


def cells(sheet: str, row: dict[str, Any], tie: dict[str, Any], name: str) -> tuple[Any, ...]:
    grid = tie["object"][1] if tie["object"][0] == "grid" else None
    where = (row["street"], row["community"], row["object"] if grid else "/")
    begin = tie["signed"].isoformat() if tie["signed"] else ""
    if sheet == "联动台账":
        return ("三方联动", name, *where, row["subject"], begin)
    if sheet == "活动记录":
        return (begin, name, row["subject"], *where)
    end = tie["valid_to"].isoformat() if tie["valid_to"] else "长期"
    progress = "终止" if tie["ended"] else "实施中"
    return (name, row["subject"], *where, f"{begin}至{end}", progress)


def write_events(city: City, folder: Path) -> list[Path]:
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in SHEETS}
    rest = []
    names: dict[Any, str] = {}
    for turn, (tie, row) in enumerate(zip(city["ties"], Rows(city).of("ties"), strict=True)):
        sheet = sheet_for(tie, turn)
        if sheet is None:
            rest.append(row)
            continue
        # rows that say the same are one tie, whatever else they are
        name = names.setdefault(identity(tie), f"事项{len(names)}")
        rows[sheet].append(cells(sheet, row, tie, name))
    path = folder / "联动项目活动.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for sheet, headers in SHEETS.items():
            page = book.add_worksheet(sheet)
            for i, line in enumerate((headers, *rows[sheet])):
                page.write_row(i, 0, line)
    assert all(len(found) > 20 for found in rows.values()), {k: len(v) for k, v in rows.items()}
    return [path, write_book(folder / "共建台账.xlsx", {"ties": rest})]


def test_participations_are_ties(tmp_path: Path) -> None:
    city = small_city(11)
    paths = write_clean(city, tmp_path / "sheets", without=("ties",))
    program = Program(tmp_path / "home")
    program.load([*paths, *write_events(city, tmp_path / "sheets")])
    assert weak_differences(program.weak(EARLIER), city, EARLIER) == []
    assert weak_differences(program.weak(DAY), city, DAY) == []
