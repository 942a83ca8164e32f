"""Sheets as other offices write them: what is read wrongly is signed at its cells, and good sheets
aren't.

Each sheet is made by hand here, and so are the cells at which a sign is expected.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from graph.model.rows import FundRow
from ingest.reading.read import read_datasets
from ingest.rows.odd_names import is_over, odd_item, odd_name, odd_place
from tests.ingest.rows.test_accounts import codes, read_csv

TIES = "共建主体,共建对象,所在社区,共建方式"
UNITS = "单位名称,单位性质,所在社区,所在网格"
GRIDS = "所属社区,网格名称,户数,人口"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("民营企业", "name_is_kind"),
        ("结对共建", "name_is_kind"),
        ("914403001922038216", "name_digits"),
        ("91330100799655058B", "name_digits"),
        ("***", "name_digits"),
        ("书院社区共2家", "name_amount"),
        ("北外社区合计12户", "name_amount"),
        ("各驻区单位", "name_of_nobody"),
        ("辖区内相关企业", "name_of_nobody"),
        ("见附件", "name_of_nobody"),
        ("同左", "name_of_nobody"),
        ("例：XX公司", "name_of_nobody"),
        ("某单位", "name_of_nobody"),
        ("1.合成税务局", "name_with_note"),
        ("②合成第一中学", "name_with_note"),
        ("3 合成邮政所", "name_with_note"),
        ("合成超市20人", "name_with_note"),
        ("合成超市(20)", "name_with_note"),
        ("填写全称", "name_of_nobody"),
        ("自由职业", "name_of_nobody"),
        ("物业：合成物业公司", "name_with_note"),
        ("合成税务局/财政局", "name_several"),
        ("合成银行等5家单位", "name_several"),
        ("合成银行、合成医院等", "name_several"),
        ("1.合成税务局 2.合成财政局", "name_several"),
        ("①合成教育局②合成卫健局", "name_several"),
        ("合成税务局 合成财政局", "name_several"),
        ("合成税务局和合成财政局", "name_several"),
        ("第1-3网格", "grids_in_range"),
        ("合成供电所（牵头）", "name_with_note"),
        ("合成大众超市（已搬迁）", "name_with_note"),
        ("合成第一中学(2018年撤并)", "name_with_note"),
        ("合成小学（3人）", "name_with_note"),
        ("合成协会（已终止）", "name_with_note"),
        ("×合成水厂", "name_with_note"),
        ("合成大众超市（书院社区）", "name_with_place"),
        ("合成第一中学（书院社区第2网格）", "name_with_place"),
        ("其中：文化活动", "row_is_part"),
    ],
)
def test_odd_names_of_other_offices(text: str, code: str) -> None:
    assert odd_name(text, is_body=True, in_roster=True) == code


@pytest.mark.parametrize(
    "text",
    [
        "合成市文化和旅游局",
        "合成市人力资源和社会保障局",
        "合成市住房和城乡建设局",
        "合成工业和信息化局",
        "澴河供电所 （城区）",
        "合成高等职业学校",
        "合成中等职业技术学校",
        "合成大众超市（书院社区店）",
        "合成（集团）有限公司",
        "合成银行（城区支行）",
        "合成邮政所（原邮电局）",
        "中国工商银行",
        "7天酒店",
        "360公司",
        "A1培训学校",
        "合成居民医院",
        "各美食品厂",
        "新华书店",
        "某某物业",
        "1.5度咖啡店",
        "八一社区居委会",
        "exxon加油站",
        "请进来餐厅",
        "合成第一中学(小学部、初中部)",
        "书院社区党群服务中心",
    ],
)
def test_usual_names_are_not_odd(text: str) -> None:
    assert odd_name(text, is_body=True, in_roster=True) is None


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("community", "书院社区（小计）", "name_sum_word"),
        ("community", "街道合计", "name_sum_word"),
        ("grid", "合计", "name_sum_word"),
        ("grid", "3个网格", "name_amount"),
        ("grid", "书院社区共3个网格", "name_amount"),
        ("community", "所在社区", "header_among_values"),
        ("community", "第1网格", "place_shifted"),
        ("grid", "1-3网格", "grids_in_range"),
        ("covers", "第1至3网格", "grids_in_range"),
        ("community", "合成税务局", "place_shifted"),
        ("grid", "第一网格 张三", "name_with_note"),
        ("grid", "第二网格（李四）", "name_with_note"),
        ("grid", "第三网格（东区）", None),
        ("community", "书院社区居民委员会", None),
        ("community", "渔业大队", None),
        ("community", "书院社区", None),
        ("community", "书院社区第1网格", None),
        ("community", "合计村", None),
        ("grid", "第1网格", None),
        ("grid", "全部网格", None),
        ("grid", "社区", None),
        ("grid", "3-1网格楼", "grids_in_range"),
        ("covers", "1号楼", None),
    ],
)
def test_odd_places(field: str, text: str, code: str | None) -> None:
    assert odd_place(field, text) == code


def test_remarks_that_say_an_end() -> None:
    assert is_over("已终止", tie=True)
    assert is_over("单位已搬迁至城东", tie=False)
    assert not is_over("已终止", tie=False)  # of a unit that says nothing about where it is
    assert not is_over("否", tie=True)
    assert not is_over("长期合作", tie=True)


def test_cells_that_say_the_same_as_above_are_filled(tmp_path: Path) -> None:
    path = tmp_path / "共建关系台账.csv"
    path.write_text(
        f"{TIES}\n合成超市,第1网格,书院社区,共建协议\n合成中学,第2网格,同上,〃\n"
        "同上,第3网格,〃,结对共建\n合成邮局,第1网格,北外社区,（同上）\n",
        encoding="utf-8",
    )
    result = read_datasets([path], secret=b"k" * 32, isolated=False)
    rows = [(r.subject, r.object, r.community, r.mechanism_text) for r in result.datasets[0].rows]  # type: ignore[attr-defined]
    assert rows == [
        ("合成超市", "第1网格", "书院社区", "共建协议"),
        ("合成中学", "第2网格", "书院社区", "共建协议"),
        ("合成中学", "第3网格", "书院社区", "结对共建"),
        ("合成邮局", "第1网格", "北外社区", "结对共建"),
    ]
    assert result.accounts[0].signs == ()
    assert result.accounts[0].cells.remainder == 0


def test_the_same_as_above_without_a_row_above_is_signed(tmp_path: Path) -> None:
    account = read_csv(tmp_path, "共建关系台账", TIES, "同上,第1网格,同上,共建协议")
    assert codes(account) == {"name_of_nobody": ("A2", "C2")}


def test_swapped_columns_are_grave(tmp_path: Path) -> None:
    kinds = read_csv(
        tmp_path,
        "驻区单位台账",
        UNITS,
        "民营企业,合成超市,书院社区,第1网格",
        "学校,合成中学,书院社区,第2网格",
    )
    assert codes(kinds, grave=True)["name_is_kind"] == ("A2", "A3")
    places = read_csv(
        tmp_path,
        "驻区单位名册",
        UNITS,
        "合成超市,民营企业,第1网格,书院社区",
        "合成中学,学校,第2网格,书院社区",
    )
    assert codes(places, grave=True)["place_shifted"] == ("C2", "C3")
    numbers = read_csv(
        tmp_path, "区划网格表", "所属社区,网格名称,人口,户数", "书院社区,第1网格,300,700",
        "书院社区,第2网格,280,650", "书院社区,第3网格,200,550",
    )  # fmt: skip
    assert codes(numbers) == {"numbers_swapped": ("D2", "D3", "D4")}


def test_one_kind_word_among_names_is_not_grave(tmp_path: Path) -> None:
    rows = [f"合成第{n}小学,学校,书院社区,第1网格" for n in "一二三"]
    account = read_csv(tmp_path, "驻区单位台账", UNITS, *rows, "超市,商圈市场,书院社区,第2网格")
    assert codes(account) in ({}, {"name_is_kind": ("A5",)})
    assert codes(account, grave=True) == {}


def test_sums_that_stand_above_their_rows(tmp_path: Path) -> None:
    account = read_csv(
        tmp_path, "区划网格表", GRIDS,
        "书院社区,全部,580,1350", "书院社区,第1网格,300,700", "书院社区,第2网格,280,650",
        "北外社区,全部,610,1400", "北外社区,第1网格,310,720", "北外社区,第2网格,300,680",
    )  # fmt: skip
    assert codes(account)["row_is_sum"] == ("C2", "C5")
    other = read_csv(
        tmp_path, "网格情况表", GRIDS,
        "书院社区,第1网格,580,1351", "书院社区,第2网格,300,700", "书院社区,第3网格,280,650",
    )  # fmt: skip
    assert codes(other) == {}


def test_parts_of_an_amount(tmp_path: Path) -> None:
    account = read_csv(
        tmp_path, "经费台账", "年度,社区,资金用途,金额",
        "2019,书院社区,总投入,200000", "2019,书院社区,其中：设施,120000", "2019,书院社区,文化活动,80000",
    )  # fmt: skip
    assert codes(account) == {"row_is_part": ("C3",)}


def test_a_header_in_english_below_the_header(tmp_path: Path) -> None:
    account = read_csv(
        tmp_path,
        "驻区单位台账",
        UNITS,
        "Name,Type,Community,Grid",
        "合成超市,民营企业,书院社区,第1网格",
    )
    assert codes(account, grave=True) == {"header_among_values": ("A2",)}
    foreign = read_csv(tmp_path, "驻区单位名册", UNITS, "KFC,民营企业,书院社区,第1网格")
    assert codes(foreign) == {}


def test_a_sheet_of_grids_that_lists_bodies(tmp_path: Path) -> None:
    header = "网格名称,所属社区,户数"
    account = read_csv(
        tmp_path,
        "网格清单",
        header,
        "合成税务局,书院社区,0",
        "合成第一中学,书院社区,0",
        "第1网格,北外社区,20",
    )
    assert codes(account, grave=True) == {"grid_is_body": ("A2", "A3")}
    own = read_csv(
        tmp_path,
        "网格划分表",
        header,
        "第1网格,书院社区,90",
        "第2网格,书院社区,80",
        "合成第一中学,书院社区,5",
    )
    assert codes(own) == {}


def test_grids_that_stand_again_or_several_in_a_cell(tmp_path: Path) -> None:
    again = read_csv(
        tmp_path, "区划网格表", "所属社区,网格名称,楼栋,户数,人口",
        "书院社区,第1网格,1栋,60,150", "书院社区,第1网格,2栋,70,140", "北外社区,第1网格,1栋,50,90",
    )  # fmt: skip
    assert codes(again, grave=True) == {"grid_again": ("B3",)}
    several = read_csv(tmp_path, "网格划分表", GRIDS, "书院社区,第1网格、第2网格,900,2000")
    assert codes(several) == {"name_several": ("B2",)}


def test_one_name_of_offices_of_two_kinds(tmp_path: Path) -> None:
    header = "组织名称,组织类型,所在社区,所在网格"
    account = read_csv(
        tmp_path, "组织台账", header,
        "合成社区党委,社区大党委,书院社区,", "合成社区党委,网格党支部,书院社区,第1网格",
        "合成社区党委,社区大党委,北外社区,",
    )  # fmt: skip
    assert codes(account) == {"office_again": ("A3",)}


def test_bodies_that_only_the_first_row_names(tmp_path: Path) -> None:
    header = "提供单位,资源名称,数量,单位,服务范围"
    account = read_csv(
        tmp_path, "书院社区资源清单", header,
        "合成超市,会议室,2,间,书院社区", ",停车位,20,个,书院社区",
        "合成中学,操场,1,个,书院社区", ",教室,5,间,书院社区",
    )  # fmt: skip
    assert codes(account)["row_without_body"] == ("A3", "A5")
    one = read_csv(
        tmp_path, "北外社区资源清单", header,
        "合成超市,会议室,2,间,北外社区", "合成中学,操场,1,个,北外社区", ",教室,5,间,北外社区",
    )  # fmt: skip
    assert "row_without_body" not in codes(one)


def test_remarks_and_numbers(tmp_path: Path) -> None:
    ties = read_csv(
        tmp_path, "共建关系台账", f"{TIES},备注",
        "合成超市,第1网格,书院社区,共建协议,2018年已解除", "合成中学,第2网格,书院社区,共建协议,每月一次",
    )  # fmt: skip
    assert codes(ties) == {"remark_of_end": ("E2",)}
    units = read_csv(
        tmp_path, "驻区单位台账", f"{UNITS},备注",
        "合成超市,民营企业,书院社区,第1网格,已搬迁", "合成中学,学校,书院社区,第2网格,无",
    )  # fmt: skip
    assert codes(units) == {"remark_of_end": ("E2",)}
    large = read_csv(
        tmp_path, "经费台账", "年度,社区,资金来源,金额（万元）", "2019,书院社区,财政拨款,200000",
        "2019,北外社区,财政拨款,20",
    )  # fmt: skip
    assert codes(large) == {"number_large": ("D2",)}


def test_places_in_brackets_of_names(tmp_path: Path) -> None:
    rows = ("合成超市（书院社区）,民营企业,5", "合成中学（北外社区）,学校,30")
    account = read_csv(tmp_path, "书院街道驻区单位台账", "单位名称,单位性质,党员数", *rows)
    assert codes(account, grave=False)["name_with_place"] == ("A2", "A3")
    assert codes(account, grave=True)["placed_by_scope"] == ("A2", "A3")
    placed = read_csv(
        tmp_path, "驻区单位名册", UNITS, "合成超市（书院社区）,民营企业,书院社区,第1网格"
    )
    assert codes(placed) == {}


def test_a_heading_that_is_rejected_is_signed(tmp_path: Path) -> None:
    account = read_csv(
        tmp_path, "单位和队伍", UNITS, "合成超市,民营企业,书院社区,第1网格", "二、社会组织,,,",
        "合成秧歌队,文体类,书院社区,第1网格",
    )  # fmt: skip
    assert codes(account, grave=True) == {"name_heading": ("A3",)}


def test_what_a_remark_says_of_persons_is_masked(tmp_path: Path) -> None:
    account = read_csv(
        tmp_path, "驻区单位台账", UNITS, "合成超市（联系人：张三丰）,民营企业,书院社区,第1网格"
    )
    assert "张三丰" not in account.model_dump_json()
    assert account.first_rows[0]["name"] == "合成超市"


def test_several_things_under_one_number(tmp_path: Path) -> None:
    assert odd_item("1.停车 2.充电桩") == "items_several"
    assert odd_item("打扫卫生，每周两次") is None
    account = read_csv(
        tmp_path, "书院社区资源清单", "资源名称,提供单位,数量,服务范围",
        "会议室2间、停车位20个,合成超市,22,书院社区", "法律咨询、调解,合成律所,若干,书院社区",
        "会议室（一楼、二楼）,合成中学,2,书院社区",
    )  # fmt: skip
    assert codes(account) == {"items_several": ("A2",)}


def test_mechanisms_that_say_an_end(tmp_path: Path) -> None:
    account = read_csv(
        tmp_path, "共建关系台账", TIES, "合成超市,第1网格,书院社区,已解除", "合成中学,第2网格,书院社区,拟签",
        "合成邮局,第2网格,书院社区,共建协议", "合成银行,第2网格,书院社区,文艺汇演",
    )  # fmt: skip
    assert codes(account) == {"remark_of_end": ("D2", "D3")}


def test_dates_that_nobody_can_mean(tmp_path: Path) -> None:
    account = read_csv(
        tmp_path, "共建关系台账", "共建主体,共建对象,所在社区,签订日期,有效期至",
        "合成超市,第1网格,书院社区,2091-03-01,2092-03-01", "合成中学,第2网格,书院社区,2019-03-01,2069-03-01",
    )  # fmt: skip
    assert codes(account) == {"dates_far": ("D2",)}


def test_a_unit_in_several_communities_and_under_two_kinds(tmp_path: Path) -> None:
    account = read_csv(
        tmp_path, "驻区单位台账", "单位名称,单位性质,所在社区", "合成税务局,机关,书院社区、北外社区",
        "合成超市,民营企业,书院社区", "合成超市,学校,书院社区", "合成超市,学校,北外社区",
    )  # fmt: skip
    assert codes(account) == {"name_several": ("C2",), "office_again": ("A4",)}


@pytest.mark.parametrize(
    ("title", "header", "amount"),
    [
        ("书院街道经费台账（单位：万元）", "金额", 200_000),
        ("单位:千元", "金额", 20_000),
        ("金额单位：元", "金额", 20),
        ("书院街道经费台账（单位：万元）", "金额(元)", 20),
        ("填报单位：书院街道", "金额", 20),
    ],
)
def test_a_unit_of_amounts_above_the_table(
    tmp_path: Path, title: str, header: str, amount: float
) -> None:
    path = tmp_path / "经费台账.csv"
    path.write_text(
        f"{title}\n年度,社区,资金来源,{header}\n2019,书院社区,财政拨款,20\n", encoding="utf-8"
    )
    (row,) = read_datasets([path], secret=b"k" * 32, isolated=False).datasets[0].rows
    assert isinstance(row, FundRow)
    assert row.amount == amount


def test_cells_that_are_struck_out_or_commented_on(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(UNITS.split(","))
    for name in ("合成超市", "合成中学", "合成邮局", "合成银行"):
        sheet.append([name, "其他", "书院社区", "第1网格"])
    for cell in sheet[3]:
        cell.font = Font(strike=True)
    sheet["A5"].font = Font(bold=True)
    sheet["A1"].comment = Comment("填全称", "街道")  # help for who fills it in
    sheet["B4"].comment = Comment("已搬走", "社区")
    sheet["F9"].font = Font(strike=True)  # nothing stands there
    path = tmp_path / "驻区单位台账.xlsx"
    book.save(path)
    (account,) = read_datasets([path], secret=b"k" * 32, isolated=False).accounts
    assert codes(account) == {
        "cells_struck": ("A3", "B3", "C3", "D3"),
        "cells_commented": ("B4",),
    }


def test_units_that_are_bodies(tmp_path: Path) -> None:
    header = "资源名称,单位,数量,服务范围"
    account = read_csv(
        tmp_path,
        "书院社区资源清单",
        header,
        "会议室,合成超市,2,书院社区",
        "操场,合成第一中学,1,书院社区",
    )
    assert codes(account, grave=True) == {"unit_is_body": ("B2", "B3")}
    good = read_csv(
        tmp_path, "北外社区资源清单", header, "床位,个床位,2,北外社区", "车位,个停车位,1,北外社区"
    )
    assert codes(good) == {}


def test_money_that_is_left_or_spent(tmp_path: Path) -> None:
    account = read_csv(
        tmp_path, "经费台账", "年度,社区,资金用途,金额", "2019,书院社区,上年结转,10000",
        "2019,书院社区,支出：路灯,5000", "2019,书院社区,财政拨款,20000",
    )  # fmt: skip
    assert codes(account) == {"row_is_balance": ("C2", "C3")}


def test_a_person_behind_the_name_of_a_grid_is_masked(tmp_path: Path) -> None:
    account = read_csv(tmp_path, "区划网格表", GRIDS, "书院社区,第一网格 张三,300,700")
    (sign,) = account.signs
    assert (sign.code, sign.cells) == ("name_with_note", ("B2",))
    assert "张三" not in sign.zh


def test_several_things_each_with_its_number(tmp_path: Path) -> None:
    account = read_csv(
        tmp_path, "书院社区需求清单", "需求内容,需求类别,所在社区,数量",
        "口罩500个、消毒液20桶,防疫物资,书院社区,", "60-70岁老人理发,便民,书院社区,",
        "N95口罩,防疫物资,书院社区,", "第1网格、第2网格路灯维修,维修,书院社区,",
    )  # fmt: skip
    assert codes(account)["items_several"] == ("A2",)
