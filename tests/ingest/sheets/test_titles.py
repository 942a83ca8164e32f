"""Series, scope texts and headings."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.labels import SheetKind
from ingest.sheets.titles import area_in, read_heading, series_of, without_marks

BASE = "书院街道共建台账"


@pytest.mark.parametrize(
    "mark",
    [
        "2019年8月", "（2019年8月）", "20190801", "2019-08", "2019.8.1", "201908", "2019年度", "8月", "8月份",
        "v2", "V1.0", "第2版", "最新", "最新版", "终稿", "定稿", "修订", "更新", " - 副本", " copy", "(1)", "（2）",
        "2019年8月1日终稿v3 (2)", "_2019", "-2019-08-v2",
    ],
)  # fmt: skip
def test_dates_and_version_marks_go(mark: str) -> None:
    assert without_marks(BASE + mark) == BASE
    if "(" not in mark and "（" not in mark:
        assert without_marks(mark + BASE) == BASE


@pytest.mark.parametrize(
    "name", ["台账_1", "台账-2", "台账3", "第3网格台账", "1号楼", "单位v", "社区copyright"]
)
def test_running_numbers_stay(name: str) -> None:
    assert without_marks(name) == name


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_no_date_tells_two_versions_apart(day: date) -> None:
    forms = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}",
    ]
    assert {without_marks(f"{BASE}{form}") for form in forms} == {BASE}
    assert {without_marks(f"{form} {BASE}") for form in forms} == {BASE}


def test_series_name_kind_scope_file_and_sheet() -> None:
    first = series_of(SheetKind.TIES, "书院街道", "共建台账2019-08", "8月", 1)
    assert first == series_of(SheetKind.TIES, " 书院街道", "共建台账（2019年9月）终稿", "9月", 1)
    assert first != series_of(SheetKind.TIES, "广场街道", "共建台账2019-08", "8月", 1)
    assert first != series_of(SheetKind.NEEDS, "书院街道", "共建台账2019-08", "8月", 1)
    assert first != series_of(SheetKind.TIES, "书院街道", "共建台账2019-08", "8月", 2)


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("书院街道驻区单位台账", "书院街道"),
        ("孝南区2019年共建台账", "孝南区"),
        ("肖港镇志愿者", "肖港镇"),
        ("420902001台账", "420902001"),
        ("驻区单位台账", None),
        ("社区大党委名册", None),
        ("各街道需求清单", None),
        ("三张清单", None),
        ("区划网格表", None),
    ],
)
def test_whether_a_text_names_an_area(text: str, area: str | None) -> None:
    assert area_in(text) == area


@pytest.mark.parametrize(
    "row",
    [
        ["填报单位：书院街道        填报日期：2019年8月1日"],
        ["填报单位：", "书院街道", None, "填报日期：", "2019年8月1日"],
        ["填报单位(盖章):书院街道", "填报时间: 2019年8月1日"],
        ["填 报 单 位：书院街道", "填报日期：2019年8月1日", "填报人：张三"],
        ["填报单位：书院街道填表人：张三", "填报日期：2019年8月1日审核：李四"],
    ],
)
def test_reporting_unit_and_date_in_every_form(row: list[str | None]) -> None:
    heading = read_heading([["台账"], row])
    assert (heading.reporter, heading.reported_on) == ("书院街道", "2019年8月1日")
    assert heading.title == "台账"


def test_left_blank_is_not_said() -> None:
    heading = read_heading([["填报单位：＿＿＿＿", None, "填报日期："]])
    assert (heading.reporter, heading.reported_on) == (None, None)


def test_no_person_and_no_phone_gets_into_a_title() -> None:
    heading = read_heading(
        [["台账", "联系人：张三"], ["填表人：李四"], ["咨询13907123456"], ["审核：王五"]]
    )
    assert "张三" not in repr(heading)
    assert "李四" not in repr(heading)
    assert "13907123456" not in repr(heading)
