"""Linkages, projects, activities and funds: rows to statements, by the definitions' headers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.model.dataset import Dataset
from graph.model.labels import SheetKind
from graph.model.rows import ActivityRow, AreaRow, FundRow, LinkageRow, ProjectRow
from ingest.sheets.mapping import parse_mapping
from tests.ingest.books import GOOD, codes, issue, one_sheet, read, write_book

LINKAGES = ["联动类型", "所在社区", "小区/网格", "参与单位", "召集人", "日期"]
PROJECTS = [
    "项目名称",
    "对应需求",
    "责任单位",
    "参与单位",
    "实施地点",
    "起止时间",
    "预算",
    "资金来源",
    "进展",
]
ACTIVITIES = ["日期", "主题", "承办单位", "参与单位", "所在社区/网格", "人次", "时长"]
FUNDS = ["年度", "社区", "资金来源", "金额"]


def only(found: Dataset) -> Any:
    (row,) = found.rows
    return row


class TestLinkages:
    def test_a_row(self, tmp_path: Path) -> None:
        row = ["三方联动", "大院社区", "阳光花园", "居委会、物业公司\n业委会", "居委会", "2019.5.6"]
        found = one_sheet(tmp_path, "联动台账", [LINKAGES, row])
        assert found.info.kind is SheetKind.LINKAGES
        assert only(found) == LinkageRow(
            row=2,
            community="大院社区",
            kind="three_party",
            where=("阳光花园",),
            lead=("居委会",),
            participants=("居委会", "物业公司", "业委会"),
            date="2019-05-06",
        )

    def test_a_convener_who_is_a_person_is_dropped_and_told(self, tmp_path: Path) -> None:
        row = ["三社联动", "大院社区", "/", "社区、社工", "张三", "2019-05"]
        found = one_sheet(tmp_path, "联动台账", [LINKAGES, row])
        assert only(found).lead == ()
        assert "张三" not in repr(found)
        assert issue(found, "personal_name").cell == "E2"

    def test_a_council_and_its_chairs(self, tmp_path: Path) -> None:
        headers = ["议事会名称", "所在社区", "轮值主席", "轮值顺序", "任期", "参与单位"]
        rows = [
            ["大院社区议事会", "大院社区", "市一中", 1, "2019.1-2019.6", "市一中、市医院"],
            ["大院社区议事会", "大院社区", "市医院", 2, "半年", ""],
        ]
        first, second = one_sheet(tmp_path, "党建议事会", [headers, *rows]).rows
        assert isinstance(first, LinkageRow)
        assert isinstance(second, LinkageRow)
        assert (first.chairs, first.turn) == (("市一中",), 1)
        assert (first.term_from, first.term_to) == ("2019-01-01", "2019-06-30")
        assert (second.chairs, second.turn, second.term_from) == (("市医院",), 2, None)

    def test_nobody_takes_part(self, tmp_path: Path) -> None:
        row = ["三方联动", "大院社区", "", "", "", "2019.5.6"]
        found = one_sheet(tmp_path, "联动台账", [LINKAGES, row])
        assert (found.rows, codes(found, "error")) == ((), ["name_missing"])

    def test_no_place_at_all(self, tmp_path: Path) -> None:
        row = ["三方联动", "", "", "居委会", "", "2019.5.6"]
        found = one_sheet(tmp_path, "联动", [LINKAGES, row])
        assert codes(found, "error") == ["place_missing"]


class TestProjects:
    def test_a_row(self, tmp_path: Path) -> None:
        row = [
            "楼道灯改造",
            "楼道照明",
            "市供电公司",
            "市一中，市医院",
            "大院社区第一网格",
            "2019.3-2019.12",
            "20万元",
            "财政资金、企业捐赠",
            "已完成，待验收",
        ]
        found = one_sheet(tmp_path, "项目清单", [PROJECTS, row])
        assert found.info.kind is SheetKind.PROJECTS
        assert only(found) == ProjectRow(
            row=2,
            name="楼道灯改造",
            need="楼道照明",
            lead=("市供电公司",),
            participants=("市一中", "市医院"),
            where=("大院社区第一网格",),
            date="2019-03-01",
            valid_to="2019-12-31",
            budget=200_000.0,
            fund_source=("财政资金", "企业捐赠"),
            fund_kinds=("fiscal", "donation"),
            progress="done",
        )

    @pytest.mark.parametrize(
        ("said", "progress"),
        [
            ("认领", "claimed"),
            ("已对接", "matched"),
            ("实施中", "running"),
            ("正在推进，已铺完管线", "running"),
            ("60%", "running"),
            (1, "done"),
            (0.5, "running"),
            ("0%", "planned"),
            ("已验收", "evaluated"),
            ("取消", "ended"),
            ("未启动", "planned"),
            ("等通知", None),
            ("", None),
        ],
    )
    def test_how_far(self, tmp_path: Path, said: Any, progress: str | None) -> None:
        row = ["甲", "", "市一中", "", "大院社区", "", "", "", said]
        found = one_sheet(tmp_path, "项目清单", [PROJECTS, row])
        assert only(found).progress == progress
        assert ("kind_unknown" in codes(found)) == (said == "等通知")

    def test_unit_of_the_header_and_a_sum_that_is_no_money(self, tmp_path: Path) -> None:
        headers = ["项目名称", "责任单位", "所在社区", "预算（万元）"]
        rows = [["甲", "市一中", "大院社区", 3.5], ["乙", "市一中", "大院社区", "3天"]]
        found = one_sheet(tmp_path, "项目清单", [headers, *rows])
        assert [r.budget for r in found.rows if isinstance(r, ProjectRow)] == [35_000.0, None]
        assert issue(found, "number_unreadable").cell == "D3"

    def test_an_end_before_its_beginning(self, tmp_path: Path) -> None:
        row = ["甲", "", "市一中", "", "大院社区", "2019.12-2019.3", "", "", ""]
        found = one_sheet(tmp_path, "项目清单", [PROJECTS, row])
        assert codes(found, "error") == ["end_before_start"]

    @pytest.mark.parametrize("kind", ["resources", "needs"])
    def test_what_a_project_list_is_the_mapping_says(self, tmp_path: Path, kind: str) -> None:
        """In one city 项目清单 is what units offer."""
        mapping = parse_mapping(
            f"sheets: [{{sheet: '*项目清单*', kind: {kind}, columns: {{项目名称: name, "
            f"责任单位: {'provider' if kind == 'resources' else 'requester'}}}}}]"
        )
        headers = ["项目名称", "责任单位", "数量"]
        path = write_book(
            tmp_path / "大院社区.xlsx", {"项目清单": [headers, ["义诊", "市医院", 3]]}
        )
        (found,) = read(path, mapping=mapping).datasets
        assert found.info.kind == kind
        assert only(found).name == "义诊"

    @pytest.mark.parametrize("kind", [SheetKind.RESOURCES, SheetKind.NEEDS, SheetKind.PROJECTS])
    def test_or_the_command_line(self, tmp_path: Path, kind: SheetKind) -> None:
        headers = ["项目名称", "责任单位", "所在社区", "数量"]
        rows = [headers, ["义诊", "市医院", "大院社区", 3]]
        found = one_sheet(tmp_path, "项目清单", rows, as_kind=kind)
        assert (found.info.kind, only(found).name) == (kind, "义诊")


class TestActivities:
    def test_a_row(self, tmp_path: Path) -> None:
        row = [
            "2019年8月1日上午9:00",
            "义诊",
            "市医院",
            "市一中",
            "大院社区第一网格",
            "120人次",
            "3小时",
        ]
        found = one_sheet(tmp_path, "活动记录", [ACTIVITIES, row])
        assert found.info.kind is SheetKind.ACTIVITIES
        assert only(found) == ActivityRow(
            row=2,
            name="义诊",
            date="2019-08-01",
            lead=("市医院",),
            participants=("市一中",),
            where=("大院社区第一网格",),
            attendance=120,
            hours=3.0,
        )

    def test_of_several_days_the_first(self, tmp_path: Path) -> None:
        row = ["2019.8.1-8.3", "义诊", "市医院", "", "大院社区", "", ""]
        assert only(one_sheet(tmp_path, "活动记录", [ACTIVITIES, row])).date == "2019-08-01"

    @pytest.mark.parametrize(
        ("day", "code"),
        [("8月1日", "date_no_year"), ("2019-02-30", "date_impossible"), ("", "name_missing")],
    )
    def test_without_a_day_the_row_is_nothing(self, tmp_path: Path, day: str, code: str) -> None:
        row = [day, "义诊", "市医院", "", "大院社区", "", ""]
        found = one_sheet(tmp_path, "活动记录", [ACTIVITIES, row])
        assert (found.rows, code in codes(found, "error")) == ((), True)

    def test_several_grids_are_several_statements_of_one_row(self, tmp_path: Path) -> None:
        headers = ["日期", "主题", "承办单位", "所在社区", "所在网格", "人次"]
        row = ["2019-08-01", "义诊", "市医院", "大院社区", "第一网格、第二网格", 50]
        found = one_sheet(tmp_path, "服务记录", [headers, row])
        assert [(r.row, r.grid) for r in found.rows] == [(2, "第一网格"), (2, "第二网格")]
        assert found.info.rows_read == 1


class TestFunds:
    def test_a_row(self, tmp_path: Path) -> None:
        found = one_sheet(
            tmp_path, "经费台账", [FUNDS, ["2019年度", "大院社区", "党费返还", "2.5万"]]
        )
        assert found.info.kind is SheetKind.FUNDS
        assert only(found) == FundRow(
            row=2,
            community="大院社区",
            year=2019,
            source="党费返还",
            kind="party_dues",
            amount=25_000.0,
        )

    def test_a_negative_amount_rejects_the_row(self, tmp_path: Path) -> None:
        found = one_sheet(tmp_path, "经费台账", [FUNDS, ["2019", "大院社区", "财政", -5]])
        assert codes(found, "error") == ["quantity_negative"]

    def test_an_unknown_source_is_kept_and_told(self, tmp_path: Path) -> None:
        found = one_sheet(tmp_path, "经费台账", [FUNDS, ["2019", "大院社区", "彩票公益金", 5]])
        assert (only(found).source, only(found).kind) == ("彩票公益金", None)
        assert issue(found, "kind_unknown").cell == "C2"


def test_counts_and_contacts_of_an_areas_sheet(tmp_path: Path) -> None:
    headers = ["网格编码", "网格名称", "所属社区", "网格员", "社工", "联系干部", "包联单位"]
    row = ["420902001001001", "第一网格", "大院社区", "张三、李四", 2, "王五", "市财政局、市医院"]
    found = one_sheet(tmp_path, "区划网格表", [headers, row])
    area = only(found)
    assert isinstance(area, AreaRow)
    assert (area.grid_workers, area.social_workers, area.contact_cadres) == (2, 2, 1)
    assert area.contact_units == ("市财政局", "市医院")
    assert "张三" not in repr(found)
    assert GOOD not in repr(found)


def test_a_workbook_with_the_three_lists(tmp_path: Path) -> None:
    """Each by its own headers, though all three have names, units and quantities."""
    book = write_book(
        tmp_path / "书院街道三张清单.xlsx",
        {
            "Sheet1": [["资源名称", "提供单位", "数量"], ["会议室", "市一中", 1]],
            "Sheet2": [["需求内容", "提出主体", "所在社区"], ["会议室", "居委会", "大院社区"]],
            "Sheet3": [
                ["项目名称", "对应需求", "对应资源", "责任单位", "进展"],
                ["借会议室", "会议室", "会议室", "市一中", "完成"],
            ],
        },
    )
    found = read(book).datasets
    assert [str(d.info.kind) for d in found] == ["resources", "needs", "projects"]
    assert only(found[2]).resource == "会议室"


def test_a_phone_number_is_no_number(tmp_path: Path) -> None:
    rows = [["需求内容", "所在社区", "数量"], ["会议室", "大院社区", "13907123456"]]
    found = one_sheet(tmp_path, "需求清单", rows)
    assert only(found).quantity is None
    assert issue(found, "personal_in_text").cell == "C2"
    assert "13907123456" not in repr(found)
