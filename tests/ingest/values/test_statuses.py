"""Statuses of ties. The words are the definitions' and public rosters'; the rest are siblings."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.model.labels import TieType
from graph.model.rows import TieRow
from graph.store.resolving import resolve
from ingest.values.fields import YES_NO, reader_for
from ingest.values.statuses import Status, read_standing
from tests.graph.resolve.test_resolve import areas, divisions
from tests.ingest.books import codes, one_sheet

TOLD = {
    "ended": """终止 已终止 解除 已解除 结束 到期 已到期 失效 已失效 作废 已作废 取消 撤销 停止 中止 退出
    已退出 过期 无效 未续签 不再续签 不续签 到期未续 协议到期未续 期满未续 到期不续 没有续签 合同期满 不再合作
    已解约 自动终止 到期自动终止 提前终止 协议已到期 合同终止 已停止合作 停止履行 履行完毕 执行完毕 履行期满
    已签订（已终止） 已签，现已到期 已于2023年终止 2023年已到期 2025年到期未续 因搬迁终止 双方协商终止
    协商一致解除 有效期已满 甲方退出""",
    "none": """否 × 无 未签订 未签 待签 拟签 意向 洽谈 洽谈中 尚未签订 正在洽谈中 未签约 意向阶段 有意向 待签订
    拟签订 没有签 还未签订 意向已取消 商谈中 否（未签） 尚未建立""",
    "alive": """有效 生效 已生效 履行中 正在履行 正常 正常履行 执行中 已签 已签订 已签约 续签 已续签 自动续签
    到期自动续签 到期已续签 原协议到期，已续签 到期后重新签订 长期 长期有效 有效期内 在有效期内 未到期 尚未到期
    未终止 未解除 未失效 合作中 即将到期 暂停后已恢复 终止后恢复 延期 2019年签订 √ 是 是（有效）""",
    "paused": "暂停 已暂停 暂停履行 暂停合作 暂时停止 暂缓 疫情期间暂停 2023年暂停",
    "unknown": """完成 已完成 另行通知 审批中 待定 拟终止 将终止 申请解除 待续签 拟续签 续签中 续签洽谈中 到期待续
    是否终止 有效? 已签意向 签订意向书 未履行 不正常 未正式签订 未暂停 已到期但仍在履行 正常（6月终止） 合成""",
}


@pytest.mark.parametrize(
    ("word", "standing"), [(w, s) for s, told in TOLD.items() for w in told.split()]
)
def test_what_a_status_says(word: str, standing: str) -> None:
    assert read_standing(word) == Status(standing)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("word", "day"),
    [
        ("2025年到期", "2025-12-31"),
        ("2025年6月终止", "2025-06-30"),
        ("将于2025年6月终止", "2025-06-30"),
        ("2025.12.31到期", "2025-12-31"),
        ("有效期至2025-12-31", "2025-12-31"),
        ("有效至2025年12月", "2025-12-31"),
        ("续签至2026年", "2026-12-31"),
        ("到2025年结束", "2025-12-31"),
    ],
)
def test_a_day_to_which_it_lasts(word: str, day: str) -> None:
    assert read_standing(word) == Status("alive", day)


HEADERS = ["共建主体", "共建对象", "所在社区", "共建方式", "签订日期", "状态"]


def tie_row(n: int, status: str) -> list[str]:
    return [f"孝感市试{n}医院", "第1网格", "书院社区", "共建协议", "2019-08-01", status]


def test_a_sheet_of_ties(tmp_path: Path) -> None:
    said = ["有效", "已解约", "洽谈中", "暂停", "另行通知", "2025年到期", "无", "", "—", "待定"]
    rows = [tie_row(n, s) for n, s in enumerate(said)]
    found = one_sheet(tmp_path, "共建关系台账", [HEADERS, *rows])
    told = [(r.status, r.valid_to) for r in found.rows if isinstance(r, TieRow)]
    assert told == [
        ("alive", None),
        ("ended", None),
        ("none", None),
        ("paused", None),
        ("unknown", None),
        ("alive", "2025-12-31"),
        ("none", None),
        (None, None),
        (None, None),
        ("unknown", None),
    ]
    told_codes = [c for c in codes(found) if c.startswith("status_")]
    assert told_codes == [
        "status_no_tie",
        "status_paused",
        "status_unknown",
        "status_no_tie",
        "status_unknown",
    ]


def test_what_was_never_signed_is_no_tie(tmp_path: Path) -> None:
    rows = [tie_row(1, "已签订"), tie_row(2, "未签订"), tie_row(3, "已终止")]
    found = one_sheet(tmp_path, "共建关系台账", [HEADERS, *rows])
    graph = resolve([divisions(), areas(), found])
    ties = [
        t
        for group, some in graph.ties.items()
        if group[0] == TieType.CO_BUILDS
        for t in some.values()
    ]
    assert sorted(bool(t.props.get("ended")) for t in ties) == [False, True]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("是", True),
        ("已签订", True),
        ("有效", True),
        ("否", False),
        ("待签", False),
        ("拟签", False),
        ("意向", False),
        ("洽谈中", False),
        ("尚未签订", False),
        ("已到期", False),
        ("已终止", False),
        ("续签中", None),
        ("合成", None),
    ],
)
def test_whether_an_agreement_was_signed(word: str, said: bool | None) -> None:
    value, problem = reader_for("agreement", YES_NO, unit=None, epoch_1904=False)(word)
    assert value is said
    assert (problem is not None) == (said is None)
