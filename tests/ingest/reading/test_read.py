"""Rows to statements: each rule of reading, kind by kind."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.model.dataset import Dataset
from graph.model.identifiers import is_name_mark, person_key
from graph.model.labels import SheetKind
from tests.ingest.books import (
    GOOD,
    SECRET,
    codes,
    csv_file,
    issue,
    one_sheet,
    read,
    read_one,
    write_book,
)

UNITS = ["单位名称", "统一社会信用代码", "单位性质", "所在社区", "所在网格", "职工人数"]
TIES = [
    "共建主体",
    "统一社会信用代码",
    "共建对象",
    "所在社区",
    "所在网格",
    "共建方式",
    "签订日期",
    "有效期至",
    "活动次数",
    "状态",
]
PEOPLE = [
    "姓名",
    "身份证号",
    "联系方式",
    "工作单位",
    "居住地社区",
    "报到社区",
    "所属网格",
    "报到时间",
    "服务时长",
    "最近服务日期",
]
RESOURCES = ["资源名称", "资源类别", "提供单位", "数量", "单位", "服务范围", "开放时间", "有效期至"]
NEEDS = [
    "需求内容",
    "需求类别",
    "提出主体",
    "所在社区",
    "所在网格",
    "数量",
    "单位",
    "紧急程度",
    "期望完成时间",
]
ID = "11010519491231002X"


def units(tmp_path: Path, *rows: list[Any], **more: Any) -> Dataset:
    return one_sheet(tmp_path, "驻区单位", [UNITS, *rows], **more)


def ties(tmp_path: Path, *rows: list[Any], **more: Any) -> Dataset:
    return one_sheet(tmp_path, "共建关系", [TIES, *rows], **more)


def people(tmp_path: Path, *rows: list[Any], **more: Any) -> Dataset:
    return one_sheet(tmp_path, "在职党员报到", [PEOPLE, *rows], **more)


def resources(tmp_path: Path, *rows: list[Any], **more: Any) -> Dataset:
    return one_sheet(tmp_path, "资源清单", [RESOURCES, *rows], **more)


def needs(tmp_path: Path, *rows: list[Any], **more: Any) -> Dataset:
    return one_sheet(tmp_path, "需求清单", [NEEDS, *rows], **more)


def balanced(found: Dataset) -> Dataset:
    """Rows read are the rows kept and the rows rejected."""
    assert found.info.rows_read == len({r.row for r in found.rows}) + found.info.rows_rejected
    rejecting = {i.row for i in found.issues if i.level == "error" and i.row}
    assert len(rejecting) == found.info.rows_rejected
    return found


# ---------------------------------------------------------------------------- cells


def test_merged_cells_fill_down_within_their_range_only(tmp_path: Path) -> None:
    rows = [["甲", "", "", "书院社区"], ["乙"], ["丙"], ["丁", "", "", "北外社区"]]
    found = units(tmp_path, *rows, merges=["D2:D3"])
    assert [(r.row, r.community) for r in found.rows] == [
        (2, "书院社区"),
        (3, "书院社区"),
        (5, "北外社区"),
    ]
    assert [(i.code, i.row) for i in found.issues] == [("place_missing", 4)]
    balanced(found)


def test_a_merged_number_counts_once(tmp_path: Path) -> None:
    rows = [["甲", "", "", "书院社区", "", 30], ["乙", "", "", "书院社区"]]
    found = units(tmp_path, *rows, merges=["F2:F3"])
    assert [r.employees for r in found.rows] == [30, None]  # type: ignore[attr-defined]
    assert issue(found, "number_merged").cell == "F3"


def test_an_error_cell_is_never_empty(tmp_path: Path) -> None:
    broken = ("formula", "=1/0", "#DIV/0!")
    empty = ("formula", "=A1", "")
    found = units(
        tmp_path,
        [broken, "", "", "书院社区"],
        ["乙", "", "", "书院社区", "", broken],
        ["丙", empty, "", "书院社区"],
        ["丁", "", empty, "书院社区"],
    )
    assert [(i.level, i.code, i.cell) for i in found.issues] == [
        ("error", "cell_error", "A2"),
        ("warning", "cell_error", "F3"),
        ("error", "cell_formula", "B4"),
        ("warning", "cell_formula", "C5"),
    ]
    assert [r.row for r in found.rows] == [3, 5]


def test_a_code_typed_as_a_number_names_its_cell(tmp_path: Path) -> None:
    found = balanced(
        units(tmp_path, ["甲", 914403001922038216, "", "书院社区"], ["乙", GOOD, "", "书院社区"])
    )
    told = issue(found, "precision_lost")
    assert (told.level, told.cell, told.column) == ("error", "B2", "统一社会信用代码")
    assert "文本格式" in told.zh
    assert [r.uscc for r in found.rows] == [GOOD]  # type: ignore[attr-defined]


def test_a_wrong_letter_in_a_code_names_the_cure(tmp_path: Path) -> None:
    found = units(tmp_path, ["甲", "9144O3001922038216", "", "书院社区"])
    told = issue(found, "uscc_characters")
    assert (told.cell, told.value_shown) == ("B2", "9144O3001922038216")
    assert "O" in told.zh
    assert found.rows == ()


def test_null_words_are_unknown(tmp_path: Path) -> None:
    (row,) = units(tmp_path, ["甲", "无", "/", "书院社区", "—", "——"]).rows
    assert (row.uscc, row.kind, row.grid, row.employees) == (None, None, None, None)  # type: ignore[attr-defined]


def test_codes_in_name_columns_go_where_codes_belong(tmp_path: Path) -> None:
    (row,) = units(tmp_path, ["甲", "", "", 420902001001.0, "420902001001003"]).rows
    assert (row.community, row.community_code) == (None, "420902001001")
    assert (row.grid, row.grid_code) == (None, "420902001001003")


def test_totals_notes_serials_and_hidden_rows(tmp_path: Path) -> None:
    rows = [
        ["序号", "单位名称", "所在社区"],
        [1, "甲公司", "书院社区"],
        ["小 计", 1],
        [2, "注册会计师协会", "书院社区"],
        [None, "注塑厂", "书院社区"],
        [3, None, None],
        [4],
        ["合　计", 2],
        ["填表人：张三", None, "审核：李四"],
        ["注：本表一式两份"],
        ["一份留存"],
        ["单位负责人：王五"],
    ]
    found = balanced(one_sheet(tmp_path, "驻区单位", rows, hidden_rows={"驻区单位": [2]}))
    assert [r.name for r in found.rows] == ["甲公司", "注册会计师协会", "注塑厂"]  # type: ignore[attr-defined]
    assert found.info.rows_read == 3
    assert "6" in issue(found, "rows_no_data").zh
    assert "1" in issue(found, "rows_hidden").zh


def test_a_date_at_the_foot_is_the_report_date(tmp_path: Path) -> None:
    rows = [["单位名称", "所在社区"], ["甲", "书院社区"], ["填表人：张三", "填报日期：2019.8.1"]]
    found = one_sheet(tmp_path, "驻区单位", rows)
    assert (found.info.reported_on, len(found.rows)) == ("2019-08-01", 1)


def test_surplus_cells(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "驻区单位.csv", "单位名称,所在社区\n甲,书院社区\n乙,一,书院社区\n")
    found = balanced(read_one(path))
    assert [r.row for r in found.rows] == [2]
    assert issue(found, "cells_surplus").cell == "C3"
    found = one_sheet(tmp_path, "驻区单位", [["单位名称", "所在社区"], ["甲", "书院社区", "新增"]])
    assert (issue(found, "cells_surplus").level, len(found.rows)) == ("warning", 1)


def test_hidden_sheets_are_named_and_read_on_demand(tmp_path: Path) -> None:
    rows = [["单位名称", "所在社区"], ["甲", "书院社区"]]
    path = write_book(
        tmp_path / "a.xlsx", {"驻区单位": rows, "旧": [*rows, rows[1]]}, hidden_sheets=["旧"]
    )
    result = read(path)
    assert len(result.datasets) == 1
    assert issue(result, "sheet_hidden").sheet == "旧"
    assert "3" in issue(result, "sheet_hidden").zh
    assert len(read(path, hidden=True).datasets) == 2


# --------------------------------------------------------------------------- rosters


def test_divisions(tmp_path: Path) -> None:
    text = (
        "county_code,county_name,street_code,street_name,street_kind,community_code,community_name\n"
        "420902,孝南区,420902001,书院街道,街道,420902001001,书院社区居委会\n"
        "420902,孝南区,420902001,书院街道,街道,42090200100,错社区\n"
        ",,,,,,无码社区\n"
    )
    found = balanced(read_one(csv_file(tmp_path / "a.csv", text)))
    (row,) = found.rows
    assert found.info.kind == SheetKind.DIVISIONS
    assert (row.district, row.district_code) == ("孝南区", "420902")  # type: ignore[attr-defined]
    assert (row.community, row.community_code) == ("书院社区居委会", "420902001001")
    assert codes(found) == ["division_code_broken", "name_missing"]


def test_areas(tmp_path: Path) -> None:
    head = [
        "网格编码",
        "网格名称",
        "所属社区",
        "社区编码",
        "户数",
        "人口（万人）",
        "网格员",
        "社工",
    ]
    found = balanced(
        one_sheet(
            tmp_path,
            "区划网格表",
            [
                head,
                [
                    420902001001001.0,
                    "第一网格",
                    "书院社区",
                    420902001001.0,
                    "1,200",
                    0.31,
                    "张三、李四",
                    2,
                ],
                ["XN-02", "第二网格", "书院社区", None, "约900", "无", "王五", "无"],
                [None, None, None, None, 5],
                ["XN-03", "第三网格", "书院社区", None, -3, None, 3],
            ],
        )
    )
    a, b, c = found.rows
    assert (a.grid_code, a.community_code) == ("420902001001001", "420902001001")
    assert (a.households, a.residents, a.grid_workers, a.social_workers) == (1200, 3100, 2, 2)  # type: ignore[attr-defined]
    assert (b.grid_code, b.households, b.residents, b.grid_workers) == ("XN-02", None, None, 1)  # type: ignore[attr-defined]
    assert (c.households, c.grid_workers) == (None, 3)  # type: ignore[attr-defined]
    assert codes(found) == ["number_vague", "place_missing", "number_negative"]
    assert "张三" not in repr(found.rows)
    assert found.info.columns_dropped == ("网格员",)


def test_organisations(tmp_path: Path) -> None:
    head = [
        "组织名称",
        "组织类型",
        "所在社区",
        "所在网格",
        "上级组织",
        "覆盖网格",
        "书记",
        "党员数",
    ]
    found = one_sheet(
        tmp_path,
        "组织台账",
        [
            head,
            [
                "书院社区大党委",
                "社区大党委",
                "书院社区",
                "/",
                "书院街道大工委",
                "第一网格、第二网格",
                "张三",
                30,
            ],
            ["第一网格党支部", None, "书院社区", "第一网格", None, None, None, "若干"],
            ["某某合作社", "合作社", "书院社区"],
            ["无处可寻会", "居委会", None],
            [None, "居委会", "书院社区"],
        ],
    )
    a, b, c = balanced(found).rows
    assert (a.kind, a.covers, a.superior, a.party_members) == (  # type: ignore[attr-defined]
        "community_party_committee",
        ("第一网格", "第二网格"),
        "书院街道大工委",
        30,
    )
    assert b.kind == "grid_branch"  # type: ignore[attr-defined]
    assert c.kind is None  # type: ignore[attr-defined]
    assert codes(found, "info") == ["number_vague", "kind_from_name", "kind_unknown"]
    assert codes(found, "error") == ["place_missing", "name_missing"]
    assert found.info.columns_dropped == ("书记",)


def test_units(tmp_path: Path) -> None:
    head = [
        "单位名称",
        "单位性质",
        "所在社区",
        "可提供资源",
        "是否签订共建协议",
        "兼职委员",
        "备注",
    ]
    found = one_sheet(
        tmp_path,
        "驻区单位",
        [
            head,
            ["甲公司", "民营企业", "书院社区", "会议室、停车位/图书角", "是", "张三", "x" * 900],
            ["乙物业", "物业公司", "书院社区", "无", "无", "无"],
            ["丙局", "机关", "书院社区", None, "另行通知", None],
        ],
    )
    a, b, c = found.rows
    assert (a.kind, a.agreement, a.cross_member) == ("private_enterprise", True, True)  # type: ignore[attr-defined]
    assert a.can_offer == ("会议室", "停车位", "图书角")  # type: ignore[attr-defined]
    assert (b.kind, b.agreement, b.cross_member, b.can_offer) == (
        "property_company",
        False,
        False,
        (),
    )  # type: ignore[attr-defined]
    assert (c.kind, c.agreement, c.cross_member) == ("government", None, None)  # type: ignore[attr-defined]
    assert codes(found) == ["answer_unreadable"]
    assert "兼职委员" in found.info.columns_dropped


def test_social_organisations(tmp_path: Path) -> None:
    head = [
        "组织名称",
        "登记/备案",
        "证书编号/统一社会信用代码",
        "类别",
        "所在社区",
        "成立时间",
        "服务区域",
        "成员人数",
    ]
    found = one_sheet(
        tmp_path,
        "社会组织",
        [
            head,
            [
                "鲁锋工作室",
                "备案",
                "孝备第12号",
                "志愿服务队",
                "书院社区",
                "2015年3月",
                "书院社区、第一网格",
                12,
            ],
            ["义工联", "登记", GOOD, "公益慈善类", None, 2016.0, "全市", None],
            ["某协会", "登记", GOOD[:-1] + "5", "协会", "书院社区"],
        ],
    )
    a, b = balanced(found).rows
    assert (a.kind, a.uscc, a.founded, a.people) == ("volunteer_team", None, "2015-03-01", 12)  # type: ignore[attr-defined]
    assert a.serves == ("书院社区", "第一网格")  # type: ignore[attr-defined]
    assert (b.uscc, b.founded) == (GOOD, "2016-01-01")  # type: ignore[attr-defined]
    assert codes(found, "error") == ["uscc_check"]


# --------------------------------------------------------------------------- persons


def test_members_become_pseudonyms(tmp_path: Path) -> None:
    found = people(
        tmp_path,
        [
            "张　三",
            ID,
            13907123456,
            "孝感市第一中学",
            "北外社区",
            "书院社区居委会",
            "第一网格",
            "2019年8月",
            "4.5小时",
            "2019.9.1",
        ],
        ["张三", "", "139-0712-3456", "孝感市第一中学", "书院社区", "无", "/", 43678, 90, ""],
        ["李四", "", "", "", "", "书院社区"],
    )
    a, b, c = balanced(found).rows
    assert a.id_key == person_key(SECRET, "id", ID)  # type: ignore[attr-defined]
    assert a.phone_key == b.phone_key == person_key(SECRET, "phone", "张三", "13907123456")  # type: ignore[attr-defined]
    assert a.unit_key == b.unit_key == person_key(SECRET, "unit", "张三", "第一中学", "书院")  # type: ignore[attr-defined]
    assert (c.id_key, c.phone_key, c.unit_key) == (None, None, None)  # type: ignore[attr-defined]
    assert (a.community, a.grid, b.community, b.grid) == (
        "书院社区居委会",
        "第一网格",
        "书院社区",
        None,
    )
    assert (a.registered, a.last_service, a.hours, b.registered) == (
        "2019-08-01",
        "2019-09-01",
        4.5,
        "2019-08-01",
    )  # type: ignore[attr-defined]
    told = repr(found.rows) + found.info.model_dump_json() + repr(found.issues)
    for personal in ("张三", "张　三", "13907123456", ID):
        assert personal not in told
    assert found.info.columns_dropped == ("姓名", "身份证号", "联系方式")


def test_faulty_personal_numbers_are_warned_of_and_masked(tmp_path: Path) -> None:
    found = balanced(
        people(
            tmp_path,
            ["张三", "420902199001011235", 13907123456, "", "", "书院社区"],
            ["李四", 420902199001011234, "没有电话", "", "", "书院社区"],
            ["", ID, "", "", "", "书院社区"],
        )
    )
    assert [(i.level, i.code, i.cell, i.value_shown) for i in found.issues] == [
        ("warning", "id_number_invalid", "B2", "4209****1235"),
        ("warning", "precision_lost", "B3", "****"),
        ("warning", "phone_invalid", "C3", "****"),
        ("error", "name_missing", "A4", None),
    ]
    assert [r.id_key for r in found.rows] == [None, None]  # type: ignore[attr-defined]
    shown = repr([i.value_shown for i in found.issues]) + repr([i.zh for i in found.issues])
    assert "199001011" not in shown
    assert "张三" not in shown


def test_a_volunteer_in_several_grids_is_one_row_and_several_statements(tmp_path: Path) -> None:
    head = [
        "姓名",
        "联系电话",
        "服务队伍",
        "服务社区",
        "服务网格",
        "累计时长（分钟）",
        "最近服务日期",
    ]
    found = one_sheet(
        tmp_path,
        "志愿者",
        [
            head,
            ["张三", "13907123456", "鲁锋工作室", "书院社区", "第一网格、第二网格", 90, "2019.8"],
        ],
    )
    balanced(found)
    assert [(r.row, r.grid) for r in found.rows] == [(2, "第一网格"), (2, "第二网格")]
    assert {r.hours for r in found.rows} == {1.5}  # type: ignore[attr-defined]
    assert {r.last_service for r in found.rows} == {"2019-08-31"}  # type: ignore[attr-defined]


def test_a_person_without_a_place_needs_the_sheets_scope(tmp_path: Path) -> None:
    row = ["张三", ID, "", "", "", ""]
    assert codes(people(tmp_path, row), "error") == ["place_missing"]
    assert people(tmp_path, row, area="书院社区").rows


# ------------------------------------------------------------------------------ ties


def test_ties(tmp_path: Path) -> None:
    found = ties(
        tmp_path,
        [
            "甲公司",
            GOOD,
            "第一网格",
            "书院社区",
            "第一网格",
            "结对共建",
            "2019年8月",
            "2020年2月",
            "3次",
            "有效",
        ],
        [
            "乙局",
            "",
            "书院社区",
            "书院社区",
            "/",
            "兼职委员",
            date(2019, 8, 1),
            "长期",
            "",
            "已结束",
        ],
        ["丙院", "", "", "书院社区", "", "座谈", "", "", "", "/"],
    )
    a, b, c = balanced(found).rows
    assert (a.mechanism, a.signed, a.valid_to, a.count, a.status) == (  # type: ignore[attr-defined]
        "pairing",
        "2019-08-01",
        "2020-02-29",
        3,
        "alive",
    )
    assert (b.mechanism, b.valid_to, b.status, b.grid) == ("cross_membership", None, "ended", None)  # type: ignore[attr-defined]
    assert (c.mechanism, c.mechanism_text, c.status, c.object) == (None, "座谈", None, None)  # type: ignore[attr-defined]
    assert codes(found) == ["kind_unknown"]


def test_what_rejects_a_tie(tmp_path: Path) -> None:
    found = ties(
        tmp_path,
        ["", "", "第一网格", "书院社区"],
        ["甲公司", "", "", "", ""],
        ["甲公司", "", "第一网格", "书院社区", "", "", "2019-02-30"],
        ["甲公司", "", "第一网格", "书院社区", "", "", "2019.8.1", "2019.7.31"],
        ["居民张三", "", "第一网格", "书院社区"],
        ["甲公司", "", "第一网格", "书院社区", "", "", "2019.8.1", "2019.8.1"],
    )
    assert codes(found, "error") == [
        "name_missing",
        "place_missing",
        "date_impossible",
        "end_before_start",
        "personal_subject",
    ]
    assert [r.row for r in balanced(found).rows] == [7]
    assert "张三" not in repr(found.issues)


def test_a_period_column_fills_both_ends(tmp_path: Path) -> None:
    rows = [
        ["甲方", "乙方", "所在社区", "起止时间"],
        ["甲公司", "第一网格", "书院社区", "2019.8.1—2020.7"],
    ]
    (row,) = one_sheet(tmp_path, "共建", rows).rows
    assert (row.signed, row.valid_to) == ("2019-08-01", "2020-07-31")  # type: ignore[attr-defined]


def test_several_bodies_in_a_cell(tmp_path: Path) -> None:
    found = ties(
        tmp_path,
        ["市民政局、市财政局", GOOD, "第一网格", "书院社区"],
        ["孝感市\n第一中学", GOOD, "第一网格；第二网格", "书院社区"],
    )
    balanced(found)
    assert [(r.row, r.subject, r.subject_uscc, r.object) for r in found.rows] == [  # type: ignore[attr-defined]
        (2, "市民政局", None, "第一网格"),
        (2, "市财政局", None, "第一网格"),
        (3, "孝感市 第一中学", GOOD, "第一网格"),
        (3, "孝感市 第一中学", GOOD, "第二网格"),
    ]
    assert codes(found) == ["names_one_code"]


# ----------------------------------------------------------------------------- lists


def test_resources(tmp_path: Path) -> None:
    found = resources(
        tmp_path,
        ["会议室", "场地", "甲公司", "3间", "", "书院社区", "每天8:00-17:00", "长期"],
        ["帮扶金", "资金", "乙公司", "20万元", "", "", "2019.8.1-2019.12.31", ""],
        ["讲课", "", "居民张三", "若干", "次", "420902001", "", "2019年12月"],
        ["桌椅", "", "丙", -5],
        ["", "场地", "丙"],
    )
    a, b, c = balanced(found).rows
    assert (a.kind, a.category, a.quantity, a.unit, a.valid_to, a.range) == (  # type: ignore[attr-defined]
        "venue",
        "场地",
        3.0,
        "间",
        None,
        "书院社区",
    )
    assert (b.quantity, b.unit, b.valid_from, b.valid_to) == (
        200000.0,
        "元",
        "2019-08-01",
        "2019-12-31",
    )  # type: ignore[attr-defined]
    assert (c.quantity, c.unit, c.provider, c.valid_to) == (None, "次", None, "2019-12-31")  # type: ignore[attr-defined]
    assert codes(found) == ["number_vague", "personal_name", "quantity_negative", "name_missing"]
    assert "张三" not in repr(found)


def test_a_unit_in_the_headers_brackets_applies(tmp_path: Path) -> None:
    rows = [
        ["资源名称", "提供单位", "数量（万元）"],
        ["帮扶金", "甲", 2],
        ["奖金", "乙", "3万元"],
        ["工具", "丙", "5千元"],
    ]
    found = one_sheet(tmp_path, "资源清单", rows)
    assert [(r.quantity, r.unit) for r in found.rows] == [
        (20000.0, "元"),
        (30000.0, "元"),
        (5000.0, "元"),
    ]  # type: ignore[attr-defined]


def test_needs(tmp_path: Path) -> None:
    found = needs(
        tmp_path,
        [
            "修缮活动室",
            "公共服务",
            "业委会",
            "书院社区",
            "第一网格",
            1,
            "间",
            "急需",
            "2019年12月底前",
        ],
        ["陪护老人", "", "居民张三", "书院社区", "第一网格、第二网格", "无", "", "特急", ""],
        ["打扫", "", "居民", "书院社区", "", "", "", "看情况", "尽快"],
        ["场地", "", "书院街道办事处", "", ""],
        ["场地", "", "王五", "", ""],
    )
    a, b, c, d, e = balanced(found).rows
    assert (a.requester, a.urgency, a.due, a.quantity, a.unit) == (
        "业委会",
        "紧急",
        "2019-12-31",
        1.0,
        "间",
    )  # type: ignore[attr-defined]
    assert (b.requester, b.urgency, b.quantity, b.grid) == (None, "特急", None, None)  # type: ignore[attr-defined]
    assert (c.requester, c.urgency, c.due) == (None, None, None)  # type: ignore[attr-defined]
    assert d.requester == "书院街道办事处"  # type: ignore[attr-defined]
    assert is_name_mark(e.requester)  # type: ignore[attr-defined]
    assert codes(found) == [
        "personal_name",
        "grid_several",
        "kind_unknown",
        "date_unreadable",
    ]
    assert "张三" not in repr(found)
    assert "王五" not in repr(found)


def test_a_community_short_name_as_requester_is_no_person(tmp_path: Path) -> None:
    (row,) = needs(tmp_path, ["场地", "", "文昌", "文昌社区"]).rows
    assert row.requester == "文昌"  # type: ignore[attr-defined]


# --------------------------------------------------------------------- whole imports


def test_the_1904_flag_counts(tmp_path: Path) -> None:
    rows = [["甲公司", "", "第一网格", "书院社区", "", "", 42216, date(2020, 7, 31)]]
    found = ties(tmp_path, *rows, date_1904=True)
    assert (found.rows[0].signed, found.rows[0].valid_to) == ("2019-08-01", "2020-07-31")  # type: ignore[attr-defined]


def test_the_order_of_files_is_no_matter(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        csv_file(tmp_path / f"{name}.csv", f"单位名称,所在社区\n{name}公司,书院社区\n")
    write_book(tmp_path / "d.xlsx", {"志愿者": [["姓名", "服务社区"], ["张三", "书院社区"]]})
    paths = sorted(tmp_path.iterdir())
    results = [read(*order) for order in permutations(paths)]
    assert all(r == results[0] for r in results)
    assert read(tmp_path).datasets == results[0].datasets
    assert [d.content_hash() for d in read(tmp_path).datasets] == [
        d.content_hash() for d in results[0].datasets
    ]


def test_the_same_content_is_read_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        csv_file(tmp_path / f"{name}.csv", "单位名称,所在社区\n甲,书院社区\n")
    result = read(tmp_path)
    assert len(result.datasets) == 1
    assert codes(result) == ["file_twice"]


def test_ids_series_and_scope(tmp_path: Path) -> None:
    rows = [["填报单位：书院街道"], ["单位名称", "所在社区"], ["甲", "书院社区"]]
    path = write_book(tmp_path / "驻区单位台账（2019年8月）v2.xlsx", {"单位2019-08": rows})
    info = read(path, area="孝南区").datasets[0].info
    assert info.id == f"{info.sha256[:16]}:单位2019-08"
    assert info.series == "resident_units|书院街道|驻区单位台账|单位"
    assert info.scope == (
        "书院街道",
        "孝南区",
        "单位2019-08",
        "驻区单位台账(2019年8月)v2".replace("(", "（").replace(")", "）"),
    )
    assert read(path).datasets[0].info.series == info.series


def test_two_files_of_one_series_are_told(tmp_path: Path) -> None:
    for street, name in (("书院", "甲"), ("广场", "乙")):
        (tmp_path / street).mkdir()
        csv_file(tmp_path / street / "驻区单位台账.csv", f"单位名称,所在社区\n{name},书院社区\n")
    assert codes(read(tmp_path)) == ["series_shared"]


def test_complete_sheets(tmp_path: Path) -> None:
    rows = [["甲公司", "", "第一网格", "书院社区"]]
    assert not ties(tmp_path, *rows).info.complete
    info = ties(tmp_path, *rows, complete=True, area="书院街道").info
    assert (info.complete, info.declared_area) == (True, "书院街道")
    said = [["书院街道共建关系台账（全量）"], TIES, *rows]
    info = one_sheet(tmp_path, "共建", said).info
    assert (info.complete, info.declared_area) == (True, "书院街道")
    found = one_sheet(tmp_path, "共建", [["共建关系台账（全量）"], TIES, *rows])
    assert not found.info.complete
    assert codes(found) == ["complete_without_area"]


def test_synthetic_files_say_so(tmp_path: Path) -> None:
    rows = [["单位名称", "所在社区"], ["甲", "书院社区"]]
    assert not one_sheet(tmp_path, "驻区单位", rows).info.synthetic
    assert one_sheet(tmp_path, "驻区单位", [["合成数据，非真实单位"], *rows]).info.synthetic
    path = write_book(tmp_path / "synthetic_units.xlsx", {"驻区单位": rows})
    assert read_one(path).info.synthetic
    assert read_one(path, synthetic=True).info.synthetic


def test_a_bad_file_among_good_ones_is_refused_alone(tmp_path: Path) -> None:
    csv_file(tmp_path / "a.csv", "单位名称,所在社区\n甲,书院社区\n")
    (tmp_path / "b.xlsx").write_bytes(b"%PDF-1.4")
    csv_file(tmp_path / "c.csv", "甲,乙\n1,2\n")
    csv_file(tmp_path / "d.csv", "")
    result = read(tmp_path)
    assert len(result.datasets) == 1
    assert [r.en.split(":")[0] for r in result.refused] == ["b.xlsx", "c.csv", "d.csv"]


def test_a_table_without_rows_is_told_and_replaces_nothing(tmp_path: Path) -> None:
    rows = [["单位名称", "所在社区"], [None, None], ["填表人："]]
    result = read(write_book(tmp_path / "a.xlsx", {"驻区单位": rows}))
    assert (result.datasets, result.refused, codes(result)) == ([], [], ["table_empty"])


def test_progress_is_told(tmp_path: Path) -> None:
    csv_file(tmp_path / "a.csv", "单位名称,所在社区\n甲,书院社区\n")
    seen: list[tuple[str, int, int]] = []
    read(tmp_path, progress=lambda *told: seen.append(told))
    assert seen == [("reading", 0, 1), ("reading", 1, 1)]


TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zs", "Zl", "Zp", "Co", "Cn")),
    min_size=1,
    max_size=30,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(TEXT)
def test_any_name_comes_through_both_formats_unchanged(tmp_path: Path, text: str) -> None:
    import csv

    name = "厂" + text
    rows = [["单位名称", "所在社区"], [name, "书院社区"]]
    book = write_book(tmp_path / "a.xlsx", {"驻区单位": rows})
    with (tmp_path / "驻区单位.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(rows)
    for path in (book, tmp_path / "驻区单位.csv"):
        found = read_one(path)
        if "personal_in_text" not in codes(found):
            assert [r.name for r in found.rows] == [name]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text", ["=HYPERLINK(1)", "</script><img src=x onerror=alert(1)>", "'; DROP TABLE x; --"]
)
def test_hostile_text_is_text(tmp_path: Path, text: str) -> None:
    (row,) = units(tmp_path, [text, "", "", "书院社区"]).rows
    assert row.name == text  # type: ignore[attr-defined]
