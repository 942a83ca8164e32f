"""Phones and ID numbers are hidden in any writing; codes, dates and amounts aren't.

The numbers are made up; the ID numbers pass GB 11643's check.
"""

from __future__ import annotations

import pytest

from ingest.values.personal_numbers import MASK, mask_numbers

PHONES = [
    "13907123456", "139 0712 3456", "139-0712-3456", "139.0712.3456", "139/0712/3456",
    "１３９０７１２３４５６", "+86 13907123456", "0086-139-0712-3456", "(139)07123456", "139　0712　3456",
    "139—0712—3456", "8613907123456", "139\u200b07123456", "13907 123456", "一三九零七一二三四五六",
    "0712-2801234", "(0712)2801234", "０７１２－２８０１２３４", "027 87654321", "+86-712-2801234",
]  # fmt: skip
IDS = [
    "420902198703290012", "420902 19870329 0012", "420902-19870329-0012", "４２０９０２１９８７０３２９００１２",
    "420902870329001", "42090219870329003X", "42090219870329003x", "4209 0219 8703 2900 12",
]  # fmt: skip
NO_NUMBERS = [
    "914403001922038216", "420902001001003", "420902001001", "2019.1.30-2020.12.31", "2019-08-01",
    "1390000元", "12345678元", "书院社区1号楼", "第1网格", "100-200人", "0712", "2019年8月1日至2020年7月31日",
    "52420902485505305H", "3个月共1234567.89元", "20190801", "12,345,678元", "A-2019-0012",
]  # fmt: skip


@pytest.mark.parametrize("number", PHONES + IDS)
@pytest.mark.parametrize(
    "around", ["{}", "联系{}送餐", "老王：{}。", "大众超市{}", "{}（晚上）", "a{}b"]
)
def test_hidden_in_any_writing(number: str, around: str) -> None:
    hidden = mask_numbers(around.format(number))
    assert MASK in hidden
    assert not any(c.isdigit() for c in hidden)
    assert "九零七一" not in hidden


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_of_a_person(text: str) -> None:
    assert mask_numbers(text, codes=True) == text


def test_two_in_one_text() -> None:
    assert mask_numbers("13907123456、0712-2801234") == f"{MASK}、{MASK}"
