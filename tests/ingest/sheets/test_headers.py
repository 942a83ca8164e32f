"""Headers: which row, which kind, which column."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from graph.model.labels import SheetKind
from ingest.sheets.headers import Clues, find_layouts
from ingest.values.sheet_words import words
from tests.ingest.books import codes, issue, one_sheet, read, write_book

# the headers of the definitions, kind by kind
HEADERS: dict[str, str] = {
    "divisions": "county_code county_name street_code street_name community_code community_name",
    "areas": "网格编码 网格名称 所属社区 社区编码 所属街道 街道编码 户数 常住人口 网格员",
    "organisations": "组织名称 统一社会信用代码 组织类型 所在社区 所在网格 上级组织 覆盖范围 书记 党员数",
    "resident_units": "序号 单位名称 统一社会信用代码 单位性质 所属行业 地址 所在社区 所在网格 党组织名称 党员数 "
    "职工人数 负责人 联系电话 可提供资源 是否签订共建协议 兼职委员 备注",
    "social_organisations": "组织名称 登记/备案 证书编号/统一社会信用代码 类别 业务范围 所在社区 所在网格 负责人 "
    "联系电话 成员人数 成立时间 服务区域",
    "members": "姓名 性别 出生年月 身份证号 工作单位 工作单位统一社会信用代码 职务 联系方式 居住地社区 报到社区 "
    "所属网格 报到时间 专业特长 认领岗位 服务时长 最近服务日期",
    "volunteers": "姓名 身份证号 联系电话 政治面貌 服务队伍 服务领域 服务社区 服务网格 注册时间 累计时长 最近服务日期",
    "ties": "共建主体/甲方 统一社会信用代码 共建对象/乙方 所在社区 所在网格 共建方式 签订日期 有效期至 活动次数 状态",
    "resources": "资源名称 资源类别 提供单位 统一社会信用代码 数量 单位 服务范围 开放时间 有效期至",
    "needs": "需求内容 需求类别 提出主体 所在街道 所在社区 所在网格 数量 单位 紧急程度 期望完成时间 状态",
    "linkages": "联动类型 所在社区 小区/网格 参与单位 召集人 日期",
    "projects": "项目名称 对应需求 责任单位 参与单位 实施地点 起止时间 预算 资金来源 进展",
    "activities": "日期 主题 承办单位 参与单位 所在社区/网格 人次 时长",
    "funds": "年度 社区 资金来源 金额",
}
OTHER = ("日期 天气 温度 风力", "会议 时间 地点 参会人员", "年度 目标 得分", "A B C")


@pytest.mark.parametrize("kind", HEADERS)
def test_each_kind_by_its_headers_alone_in_any_order(kind: str) -> None:
    cells = HEADERS[kind].split()
    rng = random.Random(kind)
    for _ in range(5):
        (layout,) = find_layouts(cells, None, Clues())
        assert layout.kind == kind
        assert not [u.head.text for u in layout.uses if u.role == "ignored"] or kind in (
            "resident_units",
            "members",
        )
        rng.shuffle(cells)


@pytest.mark.parametrize("headers", OTHER)
def test_sheets_of_other_kinds_are_not_taken_for_one(headers: str) -> None:
    assert find_layouts(headers.split(), None, Clues()) == []


def test_every_header_word_leads_to_a_field_that_is_read() -> None:
    from ingest.kinds.kinds import field_of

    for kind in words().kinds.values():
        for name, _ in kind.fields.values():
            assert field_of(kind.kind, name)


def test_line_breaks_blanks_full_width_and_brackets() -> None:
    cells = [
        "*单位\n名称",
        " 统一社会 信用代码 ",
        "职工人数（人）",
        "所在社区（村）",
        "3.联系电话",
        "單位性質",
    ]
    (layout,) = find_layouts(cells, None, Clues())
    found = {u.head.text: (u.role, u.fields) for u in layout.uses}
    assert found == {
        "*单位名称": ("field", ("name",)),
        "统一社会信用代码": ("field", ("uscc",)),
        "职工人数（人）": ("field", ("employees",)),
        "所在社区（村）": ("field", ("community",)),
        "3.联系电话": ("dropped", ()),
        "單位性質": ("field", ("kind",)),
    }


def test_sheet_name_title_and_file_name_settle_what_headers_leave_open(tmp_path: Path) -> None:
    rows = [["组织名称", "所在社区"], ["鲁锋工作室", "书院社区"]]
    for name, kind in (("党组织台账", "organisations"), ("社会组织台账", "social_organisations")):
        path = write_book(tmp_path / f"{name}.xlsx", {name: rows})
        assert read(path).datasets[0].info.kind == kind
        path = write_book(tmp_path / "x.xlsx", {"Sheet1": [[name], *rows]})
        assert read(path).datasets[0].info.kind == kind


def test_the_kind_can_be_named(tmp_path: Path) -> None:
    rows = [["名称", "社区"], ["鲁锋工作室", "书院社区"]]
    path = write_book(tmp_path / "x.xlsx", {"Sheet1": rows})
    found = read(path, as_kind=SheetKind.SOCIAL_ORGANISATIONS).datasets[0]
    assert found.info.kind == SheetKind.SOCIAL_ORGANISATIONS
    assert found.rows[0].name == "鲁锋工作室"  # type: ignore[attr-defined]


def test_titles_reporting_unit_and_date(tmp_path: Path) -> None:
    found = one_sheet(
        tmp_path,
        "Sheet1",
        [
            ["孝南区书院街道驻区单位台账"],
            ["填报单位（盖章）：书院街道", None, "填报日期：", "2019年8月1日", "填报人：张三"],
            ["单位名称", "所在社区"],
            ["大众超市", "书院社区"],
        ],
    )
    assert found.info.reported_on == "2019-08-01"
    assert found.info.scope == ("书院街道", "孝南区书院街道驻区单位台账", "表")
    assert "张三" not in found.info.model_dump_json()


def test_a_two_row_header_under_merged_groups(tmp_path: Path) -> None:
    rows = [
        ["序号", "共建主体", "协议", None, "位置", None],
        [None, None, "签订日期", "有效期至", "社区", "网格"],
        [1, "大众超市", "2019.8.1", "2020.7.31", "书院社区", "第一网格"],
    ]
    merges = ["A1:A2", "B1:B2", "C1:D1", "E1:F1"]
    (row,) = one_sheet(tmp_path, "共建关系台账", rows, merges=merges).rows
    assert row.subject == "大众超市"  # type: ignore[attr-defined]
    assert (row.signed, row.valid_to) == ("2019-08-01", "2020-07-31")  # type: ignore[attr-defined]
    assert (row.community, row.grid, row.row) == ("书院社区", "第一网格", 3)


def test_a_second_header_row_starts_a_table_of_its_own_kind(tmp_path: Path) -> None:
    path = write_book(
        tmp_path / "三张清单.xlsx",
        {
            "清单": [
                ["书院街道资源清单"],
                ["资源名称", "资源类别", "提供单位"],
                ["会议室", "场地", "大众超市"],
                ["合计", 1],
                [],
                ["书院街道需求清单"],
                ["填报日期：2019.8.1"],
                ["需求内容", "需求类别", "所在社区"],
                ["场地一间", "场地", "书院社区"],
            ]
        },
    )
    first, second = read(path).datasets
    assert (first.info.kind, second.info.kind) == ("resources", "needs")
    assert second.info.id == first.info.id + "#2"
    assert (first.info.rows_read, second.info.rows_read) == (1, 1)
    assert second.info.scope[0] == "书院街道需求清单"
    assert second.info.reported_on == "2019-08-01"


def test_an_empty_column_parts_two_tables(tmp_path: Path) -> None:
    path = write_book(
        tmp_path / "清单.xlsx",
        {
            "清单": [
                ["需求内容", "所在社区", None, "资源名称", "提供单位"],
                ["场地", "书院社区", None, "会议室", "大众超市"],
                [None, None, None, "停车位", "孝感学院"],
            ]
        },
    )
    needs, resources = read(path).datasets
    assert (needs.info.kind, resources.info.kind) == ("needs", "resources")
    assert [len(needs.rows), len(resources.rows)] == [1, 2]
    assert resources.info.columns["name"].letter == "D"


def test_one_table_with_an_empty_column_stays_one(tmp_path: Path) -> None:
    rows = [["单位名称", "所在社区", None, "职工人数"], ["大众超市", "书院社区", None, 30]]
    (row,) = one_sheet(tmp_path, "驻区单位", rows).rows
    assert row.employees == 30  # type: ignore[attr-defined]


def test_a_header_twice(tmp_path: Path) -> None:
    rows = [
        ["单位名称", "所在社区", "所在社区", "联系电话", "联系电话"],
        ["甲公司", "书院社区", "书院社区", "1", "2"],
        ["乙公司", "书院社区", None, None, None],
        ["丙公司", "书院社区", "北外社区", None, None],
    ]
    found = one_sheet(tmp_path, "驻区单位", rows)
    assert [r.row for r in found.rows] == [2, 3]
    told = issue(found, "column_repeated")
    assert (told.row, told.column) == (4, "所在社区")
    assert found.info.columns_dropped == ("联系电话",)


def test_two_headers_of_one_meaning(tmp_path: Path) -> None:
    rows = [["网格名称", "所属社区", "户籍人口", "常住人口"], ["第一网格", "书院社区", 5, 7]]
    found = one_sheet(tmp_path, "区划网格表", rows)
    assert found.rows[0].residents == 7  # type: ignore[attr-defined]
    assert issue(found, "column_second").column == "户籍人口"
    assert found.info.columns_ignored == ("户籍人口",)


def test_unknown_and_personal_columns_are_named(tmp_path: Path) -> None:
    rows = [
        ["单位名称", "所在社区", "负责人", "联系电话", "邮编"],
        ["甲", "书院社区", "张三", "139", "432000"],
    ]
    info = one_sheet(tmp_path, "驻区单位", rows).info
    assert info.columns_dropped == ("负责人", "联系电话")
    assert info.columns_ignored == ("邮编",)


def test_no_header_no_table(tmp_path: Path) -> None:
    path = write_book(tmp_path / "x.xlsx", {"驻区单位": [["大众超市", "书院社区"]], "空": []})
    result = read(path)
    assert result.datasets == []
    assert "驻区单位" in result.refused[0].zh


def test_an_unknown_sheet_beside_a_known_one_is_told(tmp_path: Path) -> None:
    path = write_book(
        tmp_path / "x.xlsx",
        {
            "说明": [["请按时报送"], ["谢谢"]],
            "驻区单位": [["单位名称", "所在社区"], ["甲", "乙社区"]],
        },
    )
    result = read(path)
    assert codes(result) == ["sheet_unknown"]
    assert "2" in result.issues[0].zh


def test_a_header_whose_first_columns_are_unknown_is_found(tmp_path: Path) -> None:
    note = "单位名称（请按营业执照填写全称，不要简写，分支机构请写明上级单位，名称有变更的请在备注栏写明原名称）"
    rows = [["批次", "街区", note, "所在社区"], ["一", "东", "大众超市", "书院社区"]]
    (row,) = one_sheet(tmp_path, "驻区单位", rows).rows
    assert row.name == "大众超市"  # type: ignore[attr-defined]


def test_a_column_without_a_header_is_told_once(tmp_path: Path) -> None:
    rows = [["单位名称", "所在社区"], ["甲", "书院社区", "新"], ["乙", "书院社区", "新"]]
    found = one_sheet(tmp_path, "驻区单位", rows)
    assert (codes(found), len(found.rows)) == (["cells_surplus"], 2)


def test_a_row_that_numbers_the_columns_is_no_data(tmp_path: Path) -> None:
    rows = [["序号", "单位名称", "所在社区", "职工人数"], [1, 2, 3, 4], [1, "甲", "书院社区", 4]]
    found = one_sheet(tmp_path, "驻区单位", rows)
    assert [r.row for r in found.rows] == [3]
    assert codes(found) == ["rows_no_data"]
