"""How the ugly files of `tests/data/messy` were made: `python -m tests.ingest.make_messy`.

Each case is a folder with the file and `expected.json`, which was written by the program once
and then gone through by hand, row by row. Run it again only to add a case; an expected report
that changes must be read again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from graph.model.dataset import Dataset
from graph.model.rows import Statement
from ingest.reading.read import ReadResult
from tests.ingest.books import GOOD, read, write_book

FOLDER = Path(__file__).parents[1] / "data" / "messy"
DIV0 = ("formula", "=1/0", "#DIV/0!")


def units(folder: Path) -> None:
    """Titles, 填报 row, two-row header, merged 社区, totals, notes, hidden row, faulty codes."""
    rows: list[list[Any]] = [
        ["孝南区书院街道驻区单位台账"],
        [
            "填报单位：书院街道党工委        填报日期：2019年8月1日",
            None,
            None,
            None,
            None,
            "填报人：张三",
        ],
        [
            "序号",
            "单位基本情况",
            None,
            None,
            "所在\n社区",
            "党建情况",
            None,
            "联系方式",
            None,
            "备 注",
        ],
        [
            None,
            "单位名称",
            "统一社会\n信用代码",
            "单位性质",
            None,
            "党员数",
            "是否签订共建协议",
            "负责人",
            "联系电话",
        ],
        [
            1,
            "大众超市有限公司",
            GOOD,
            "民营企业",
            "书院社区",
            12,
            "是",
            "张三",
            13907123456,
            "重点",
        ],
        [
            2,
            "孝感市第一中学",
            914403001922038216,
            "学校",
            None,
            "约80",
            "否",
            "李四",
            "0712-2345678",
        ],
        [3, "某某物业", " 91330100799655058b ", "物业公司", None, DIV0, "已签"],
        ["小　计", 3],
        [4, "区民政局", "9I440300192203821G", "机关", "北外社区居委会", "30人", "√"],
        [5, "书院农资经营部", None, "合作社", None, "/", "无"],
        [6, "无社区的单位", None, "其他", "无", "—", ""],
        [7, None, None, "其他", "北外社区", 3, "是"],
        [8],
        [9],
        ["合计", 6],
        ["填表人：王五", None, None, "审核：赵六"],
        ["注：1.本表由社区填写；"],
        ["2.单位性质按营业执照填写。"],
    ]
    write_book(
        folder / "书院街道驻区单位台账（2019年8月）终稿.xlsx",
        {"驻区单位": rows, "填表说明": [["请于每月25日前报送"]], "旧": rows[2:6]},
        merges={
            "驻区单位": [
                "A1:J1",
                "A3:A4",
                "B3:D3",
                "E3:E4",
                "F3:G3",
                "H3:I3",
                "J3:J4",
                "E5:E7",
                "E9:E10",
            ]
        },
        hidden_sheets=["旧"],
        hidden_rows={"驻区单位": [10]},
    )


def ties(folder: Path) -> None:
    """GB18030, semicolons, dates of every kind, ends before beginnings, shifted rows."""
    text = """共建主体;统一社会信用代码;共建对象;所在社区;所在网格;共建方式;签订日期;有效期至;活动次数;状态
汈汊湖渔业有限公司;914403001922038216;第一网格;澴西社区;第一网格;共建协议;2019.8.1;2021年7月;3;履行中
"澴河供电所
（城区）";;澴西社区居委会;澴西社区;/;结对共建;19.8.1;长期;若干;—
市民政局、市财政局;;第二网格;澴西社区;第二网格;轮值主席;二〇一九年八月一日;2018-08-01;1;有效
市水利局;;第二网格;澴西社区;第二网格;座谈会;2019年8月1日;二〇二一年八月;２次;已结束
市林业局;;第二网格;澴西社区;第二网格;项目;2019-02-30;;1;有效
市农业局;;第二网格;澴西社区;第二网格;活动;8月1日;;1;有效
居民张三;;第二网格;澴西社区;第二网格;活动;2019-08-01;;1;有效
市档案局;;第二网格;澴西社区;第二网格;活动;2019-08-01;;1;有效;多出的一格

市气象局;;;;;兼职委员;2019-08-01;;1;有效
市体育局;91350100M000100Y44;第二网格;澴西社区;第二网格;活动;去年;;-1;有效
合计;;;;;;;;11;
"""
    (folder / "城区共建关系台账_1.csv").write_bytes(text.encode("gb18030"))


def members(folder: Path) -> None:
    """Personal columns, faulty ID numbers, phones as numbers, a column twice."""
    rows: list[list[Any]] = [
        [
            "姓名",
            "性别",
            "身份证号",
            "工作单位",
            "联系方式",
            "联系方式",
            "居住地社区",
            "报到社区",
            "报到社区",
            "所属网格",
            "报到时间",
            "服务时长（分钟）",
            "最近服务日期",
        ],
        [
            "张　三",
            "男",
            "11010519491231002x",
            "孝感市第一中学",
            13907123456,
            None,
            "北外社区",
            "书院社区",
            "书院社区居委会",
            "第一网格",
            "2019年8月",
            90,
            43709,
        ],
        [
            "张三",
            "男",
            None,
            "孝感市第一中学",
            "139-0712-3456",
            None,
            None,
            "书院社区",
            "书院社区",
            "/",
            "2019.8",
            "2小时",
            "2019-9",
        ],
        [
            "李四",
            "女",
            110105194912310021,
            "区民政局",
            "不便透露",
            None,
            "书院社区",
            "无",
            None,
            "全社区",
            None,
            None,
            None,
        ],
        [
            "王五",
            "男",
            "110105194912310021",
            None,
            None,
            None,
            None,
            "书院社区",
            None,
            "第一网格、第二网格",
            "2019/8/1 9:30",
            "-3",
            "—",
        ],
        [None, "男", "11010519491231002X", None, None, None, None, "书院社区"],
        ["赵六", "男", None, None, None, None, None, None, None, None, "2019.8.1"],
    ]
    differing = ["孙七", "女", None, None, None, None, None, "书院社区", "北外社区"]
    write_book(folder / "在职党员.xlsx", {"在职党员报到": [*rows, differing]})


def lists(folder: Path) -> None:
    """Needs and resources side by side, a further table below, vague and negative quantities."""
    rows: list[list[Any]] = [
        ["书院街道需求清单和资源清单"],
        [
            "需求内容",
            "提出主体",
            "所在社区",
            "数量",
            "紧急程度",
            None,
            "资源名称",
            "资源类别",
            "提供单位",
            "数量（万元）",
            "有效期至",
        ],
        [
            "修缮活动室",
            "业委会",
            "书院社区",
            "1间",
            "急需",
            None,
            "帮扶资金",
            "资金",
            "大众超市",
            2,
            "2019年12月",
        ],
        [
            "陪护\u200b老人",
            "居民张三",
            "书院社区",
            "3-5人",
            "特急",
            None,
            "=1+1会议室",
            "场地",
            "区民政局",
            "若干",
            "永久",
        ],
        [
            "打扫卫生，电话13907123456",
            "居民",
            "北外社区",
            "两次",
            "不知",
            None,
            "讲座",
            None,
            "党员李四",
            -1,
            "2019.12.31",
        ],
        ["送餐", "王五", None, "20份", "一般"],
        ["志愿者名单"],
        ["姓名", "联系电话", "服务队伍", "服务社区", "注册时间"],
        ["张三", 13907123456, "鲁锋工作室", "书院社区", "2019.1"],
    ]
    write_book(folder / "清单.xlsx", {"Sheet1": rows})


def volunteers(folder: Path) -> None:
    """UTF-16 with tabs, a title, blank lines, personal columns, full-width digits."""
    text = (
        "书院街道志愿者名册\t\t\t\t\t\t\n"
        "\n"
        "姓名\t身份证號\t联系电话\t服務隊伍\t服务社区\t累计时长\t最近服务时间\n"
        "张三\t11010519491231002X\t１３９０７１２３４５６\t鲁锋工作室\t書院社区\t１２．５\t2019年8月\n"
        "\n"
        "李　四\t\t无\t\t书院社区、北外社区\t约20\t2019年8月1日\n"
    )
    (folder / "名册.csv").write_bytes(text.encode("utf-16"))


CASES = (units, ties, members, lists, volunteers)


def files_of(folder: Path) -> list[Path]:
    """The ugly files of a case."""
    return sorted(p for p in folder.iterdir() if p.suffix in (".xlsx", ".csv"))


def report(result: ReadResult) -> dict[str, Any]:
    """What a case is expected to give."""
    return {
        "datasets": [_dataset(d) for d in result.datasets],
        "issues": [f"{i.level} {i.code} {i.file} {i.sheet}" for i in result.issues],
        "refused": [r.en for r in result.refused],
    }


def _dataset(dataset: Dataset) -> dict[str, Any]:
    info = dataset.info
    return {
        "kind": str(info.kind),
        "series": info.series,
        "scope": list(info.scope),
        "reported_on": info.reported_on,
        "rows_read": info.rows_read,
        "rows_rejected": info.rows_rejected,
        "columns_dropped": list(info.columns_dropped),
        "columns_ignored": list(info.columns_ignored),
        "rows": [_row(r) for r in dataset.rows],
        "issues": [
            " | ".join(str(x) for x in (i.level, i.code, i.cell, i.column, i.value_shown))
            for i in dataset.issues
        ],
    }


def _row(statement: Statement) -> dict[str, Any]:
    """The known fields; of a pseudonym only that it is there."""
    found = {}
    for name in statement.__dataclass_fields__:
        value = getattr(statement, name)
        if value not in (None, ()):
            found[name] = "pseudonym" if name.endswith("_key") else value
    return found


def main() -> None:
    for case in CASES:
        folder = FOLDER / case.__name__
        folder.mkdir(parents=True, exist_ok=True)
        case(folder)
        text = json.dumps(
            report(read(*files_of(folder))), ensure_ascii=False, indent=1, default=list
        )
        (folder / "expected.json").write_text(text + "\n", encoding="utf-8")
        sys.stdout.write(f"{folder.name}\n{text}\n")


if __name__ == "__main__":
    main()
