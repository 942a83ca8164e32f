"""Accounts close on whatever stands in a sheet, and what looks wrong in it is signed at its cells.

Expected signs are by hand from the sheets as they are written here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.model.receipt import SheetAccount
from ingest.files.raw import RawSheet
from ingest.reading.find_tables import read_tables
from ingest.reading.read import read_datasets
from ingest.rows.cell_account import cells_mask, columns_of
from ingest.rows.columns import TableColumns
from ingest.rows.odd_names import odd_name
from ingest.sheets.headers import Clues
from ingest.sheets.mapping import parse_mapping
from ingest.synthetic.sample import write_sample
from tests.ingest.reading.test_any_sheet import CELL
from tests.ingest.sheets.test_headers import HEADERS

MESSY = Path(__file__).parents[2] / "data" / "messy"
SAMPLES = Path(__file__).parents[3] / "samples"


def accounts(*paths: Path) -> list[SheetAccount]:
    return read_datasets(paths, secret=b"k" * 32, isolated=False).accounts


def read_csv(tmp_path: Path, name: str, *lines: str) -> SheetAccount:
    path = tmp_path / f"{name}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (account,) = accounts(path)
    assert account.cells.remainder == 0
    return account


def codes(account: SheetAccount, *, grave: bool | None = None) -> dict[str, tuple[str, ...]]:
    return {s.code: s.cells for s in account.signs if grave is None or s.grave is grave}


def test_accounts_close_on_every_sheet_of_tests_and_samples() -> None:
    found = accounts(MESSY, SAMPLES)
    assert len(found) > 10
    for account in found:
        cells = account.cells
        parts = cells.title + cells.header + cells.value + cells.no_data
        assert cells.filled == parts + cells.not_read + cells.rejected
        assert cells.remainder == 0


@pytest.mark.parametrize("kind", HEADERS)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_each_filled_cell_becomes_exactly_one_thing(kind: str, data: Any) -> None:
    headers = HEADERS[kind].split()
    rows = data.draw(st.lists(st.lists(CELL, max_size=len(headers) + 3), max_size=8))
    shift = data.draw(st.integers(0, 2))
    sheet_rows = [["标题"], [None] * shift + headers, *([None] * shift + r for r in rows)]
    sheet = RawSheet("x", lambda: iter([list(r) for r in sheet_rows]))
    tables = read_tables(
        sheet,
        Clues(),
        file="f",
        secret=b"k",
        scoped_by=lambda heading, mapping: "",
        keep_cells=True,
    )
    became: dict[tuple[int, int], list[str]] = {}
    for table in tables:
        assert table.account.counts().remainder == 0
        for row, parts in (table.account.kept or {}).items():
            for part, mask in parts.items():
                for column in columns_of(mask):
                    became.setdefault((row, column), []).append(part)
    filled = {
        (n, c) for n, row in enumerate(sheet_rows, start=1) for c in columns_of(cells_mask(row))
    }
    if tables:
        assert all(len(parts) == 1 for parts in became.values())
        assert became.keys() == filled


def test_a_column_that_nothing_reads_any_more_leaves_a_remainder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "驻区单位台账.csv"
    path.write_text(
        "单位名称,所在社区,职工人数\n大众超市,书院社区,12\n第一中学,书院社区,80\n", encoding="utf-8"
    )
    made = TableColumns.__post_init__

    def without_employees(self: TableColumns) -> None:
        made(self)
        self.sources = [s for s in self.sources if s.name != "employees"]

    assert accounts(path)[0].cells.remainder == 0
    monkeypatch.setattr(TableColumns, "__post_init__", without_employees)
    assert accounts(path)[0].cells.remainder == 2


def test_rows_and_columns_as_understood(tmp_path: Path) -> None:
    account = read_csv(
        tmp_path,
        "书院社区驻区单位台账",
        "序号,单位名称,单位性质,所在社区,联系电话,建筑年代,备注",
        "1,大众超市,民营企业,书院社区,13907123456,九十年代,好",
        "2,第一中学,学校,书院社区,13907123457,八十年代,",
        "合计,2,,,,,",
    )
    assert account.first_rows[0]["name"] == "大众超市"
    assert not any("1390712" in v for row in account.first_rows for v in row.values())
    states = {c.header: (c.state, c.filled, c.valued) for c in account.columns}
    assert states["单位名称"] == ("read", 3, 2)
    assert states["序号"][0] == "serial"
    assert states["联系电话"][0] == "personal"
    assert states["建筑年代"] == ("not_read", 2, 0)
    assert account.no_data == 1
    assert codes(account) == {"column_not_read": ("F2", "F3")}


def test_section_rows_of_communities_are_signed(tmp_path: Path) -> None:
    account = read_csv(
        tmp_path,
        "书院街道驻区单位名单",
        "序号,单位名称,单位性质",
        "书院社区,,",
        "1,大众超市,民营企业",
        "北外社区,,",
        "2,第一中学,学校",
    )
    found = codes(account, grave=True)
    assert found["name_of_area"] == ("A2", "A4")
    assert found["placed_by_scope"] == ("B3", "B5")


def test_a_form_and_a_matrix_are_signed(tmp_path: Path) -> None:
    form = read_csv(
        tmp_path,
        "书院社区驻区单位登记表",
        "单位名称,合成医院,单位性质,医院",
        "统一社会信用代码,91420902MA4901001F,职工人数,300",
    )
    assert "header_among_values" in codes(form, grave=True)
    matrix = read_csv(
        tmp_path,
        "书院社区共建关系台账",
        "共建主体,共建方式,第1网格,第2网格",
        "大众超市,共建协议,√,",
        "第一中学,共建协议,,√",
    )
    assert codes(matrix, grave=True)["value_among_headers"] == ("C1", "D1")


def test_columns_of_partners_and_ticks_that_are_not_read_are_grave(tmp_path: Path) -> None:
    wide = read_csv(
        tmp_path,
        "共建关系台账",
        "共建主体,共建对象,所在社区,协办一,协办二",
        "大众超市,第1网格,书院社区,合成第一供电所,合成税务局",
        "第一中学,第2网格,书院社区,合成第二供电所,合成税务局",
    )
    assert codes(wide, grave=True) == {"column_not_read": ("D2", "D3", "E2", "E3")}
    ticks = read_csv(
        tmp_path,
        "驻区单位台账",
        "单位名称,所在社区,文明创建",
        "大众超市,书院社区,√",
        "第一中学,书院社区,√",
    )
    assert "column_not_read" in codes(ticks, grave=True)


def test_codes_of_areas_in_a_range_are_no_names(tmp_path: Path) -> None:
    account = read_csv(
        tmp_path,
        "书院社区资源清单",
        "资源名称,提供单位,服务范围,经办科室",
        "会议室,大众超市,420902001001,党群办",
        "轮椅,第一中学,420902001001003,党群办",
    )
    assert codes(account) == {}


@pytest.mark.parametrize(
    "told",
    ["columns: {文明创建: null}", "columns: {单位名称: name, 所在社区: community}, others: ignore"],
)
def test_a_column_that_a_mapping_sets_aside_is_no_doubt(tmp_path: Path, told: str) -> None:
    path = tmp_path / "单位.csv"
    path.write_text("单位名称,所在社区,文明创建\n大众超市,书院社区,√\n第一中学,书院社区,√\n")
    mapping = parse_mapping(f"sheets: [{{kind: resident_units, {told}}}]")
    (account,) = read_datasets([path], secret=b"k" * 32, isolated=False, mapping=mapping).accounts
    assert account.signs == ()
    assert [c.header for c in account.columns if c.state == "not_read"] == ["文明创建"]


def test_sums_and_dates(tmp_path: Path) -> None:
    sums = read_csv(
        tmp_path,
        "区划网格表",
        "所属社区,网格名称,户数,人口",
        "书院社区,第1网格,300,700",
        "书院社区,第2网格,280,650",
        "书院社区,,580,1350",
    )
    assert codes(sums)["row_is_sum"] == ("C4",)
    ends = ["2019-01-31", "2019-02-28", "2019-04-30", "2019-06-30", "2019-08-31"]
    dates = read_csv(
        tmp_path,
        "共建关系台账",
        "共建主体,共建对象,所在社区,签订日期",
        *(f"合成单位{n}厂,第1网格,书院社区,{day}" for n, day in enumerate(ends)),
        "合成单位9厂,第1网格,书院社区,1908-01-01",
    )
    assert codes(dates)["dates_early"] == ("D7",)
    late = read_csv(
        tmp_path,
        "共建关系台账2",
        "共建主体,共建对象,所在社区,签订日期",
        *(f"合成单位{n}厂,第1网格,书院社区,{day}" for n, day in enumerate(ends)),
    )
    assert set(codes(late)) == {"dates_month_end"}


def test_a_blank_place_below_a_block_is_signed(tmp_path: Path) -> None:
    account = read_csv(
        tmp_path,
        "书院街道共建关系台账",
        "共建主体,所在社区,共建方式",
        "大众超市,书院社区,共建协议",
        "第一中学,,共建协议",
    )
    assert codes(account)["row_without_place"] == ("A3",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12", "name_digits"),
        ("1,610人", "name_amount"),
        ("共3家", "name_amount"),
        ("小计", "name_sum_word"),
        ("合计3家", "name_sum_word"),
        ("（二）学校", "name_heading"),
        ("三、企业", "name_heading"),
        ("√", "name_status_word"),
        ("甲", "name_one_character"),
        ("第一网格", "name_of_area"),
        ("书院社区", "name_of_area"),
        ("联系电话", "header_among_values"),
        ("市第一中学、市第二中学", "name_several"),
    ],
)
def test_odd_names(text: str, code: str) -> None:
    assert odd_name(text, is_body=True, in_roster=True) == code


@pytest.mark.parametrize(
    "text",
    ["万达", "八一小学", "7天酒店", "一〇一中学", "三家村卫生室", "合家福超市", "计生服务站", "十堰商会",
     "书院社区居委会", "社区医院", "文昌", "总计局", "百家乐超市", "一品鲜", "第一网格党支部"],
)  # fmt: skip
def test_names_that_are_names(text: str) -> None:
    assert odd_name(text, is_body=True, in_roster=True) is None


def test_good_sheets_have_no_sign(tmp_path: Path) -> None:
    write_sample(tmp_path, seed=5, streets=1)
    found = accounts(tmp_path)
    assert len(found) > 10
    signs = [(a.file, s.code, s.cells) for a in found for s in a.signs]
    # agreements signed after the sheet's date are planted among the ties
    assert [one for one in signs if one[1] != "dates_late"] == []
