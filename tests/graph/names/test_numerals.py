"""Chinese numerals, against a slow writer of them that shares nothing with the reader."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from graph.names.grid_names import grid_key
from graph.names.numerals import chinese_number, is_choice, number_in_name
from graph.names.word_lists import digits

ONES = "零一二三四五六七八九"
CHEQUE = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")


def written(n: int) -> str:
    """A number as a textbook writes it: digit by digit, one 零 for a gap."""
    if n == 0:
        return "零"
    told = ""
    groups = [(n // 10**8, "亿"), (n // 10**4 % 10**4, "万"), (n % 10**4, "")]
    for group, unit in groups:
        if group:
            told += ("零" if told and group < 1000 else "") + below_ten_thousand(group) + unit
    return told[1:] if told.startswith("一十") else told


def below_ten_thousand(n: int) -> str:
    told, gap = "", False
    for digit, unit in zip(f"{n:04d}", ("千", "百", "十", ""), strict=True):
        if digit == "0":
            gap = bool(told)
            continue
        told += ("零" if gap else "") + ONES[int(digit)] + unit
        gap = False
    return told


def spellings(n: int) -> Iterator[str]:
    """What people write for a number."""
    usual = written(n)
    yield usual
    yield usual.replace("零", "〇")
    yield usual.replace("零", "○")
    yield usual.translate(CHEQUE)
    yield "一" + usual if usual.startswith("十") else usual.replace("百一十", "百十")
    yield re.sub("(?<![零十])二(?=[百千万亿])", "两", usual)
    yield written(n).replace("二十", "廿").replace("三十", "卅")
    if len(told := str(n)) > 1 and "0" in told:
        yield "".join(ONES[int(c)] for c in told)
    if n > 100 and "零" not in usual:  # 一万二, 三百五: the last unit goes without saying
        for unit, before in (("十", "百"), ("百", "千"), ("千", "万")):
            if usual.endswith(unit) and usual[-3:-2] == before:
                yield usual[:-1]


def test_every_number_to_99_999_in_every_spelling() -> None:
    wrong = [(n, s) for n in range(100_000) for s in spellings(n) if chinese_number(s) != n]
    assert wrong == []


def test_many_large_numbers() -> None:
    draw = random.Random(17)
    drawn = [draw.randrange(10**5, 10 ** draw.randint(6, 12)) for _ in range(3000)]
    wrong = [(n, s) for n in drawn for s in spellings(n) if chinese_number(s) != n]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "三五",
        "一两",
        "两三百",
        "二三百",
        "三四十",
        "十七八",
        "一百零",
        "百",
        "千",
        "万",
        "一万零",
        "零百",
        "百八十",
        "二两",
        "二十两",
        "十十",
        "一十百",
        "一百千",
        "三万五万",
        "半",
        "第一",
        "",
        "一万两",
        "零一百",
        "十零五",
        "一千零",
        "〇〇",
        "一二三",
    ],
)
def test_what_means_no_one_number_is_not_read(text: str) -> None:
    assert chinese_number(text) is None


def test_a_choice_of_two_is_told_from_nonsense() -> None:
    assert all(map(is_choice, ("三五", "一两", "二三百", "十七八", "1两")))
    assert not any(map(is_choice, ("一百零", "百", "一百二十")))


def test_digits_one_by_one_are_numbers_in_names_only() -> None:
    assert number_in_name("一九八九") == 1989
    assert number_in_name("二一") == 21
    assert number_in_name("一二") is None  # the first and the second
    assert chinese_number("一九八九") is None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("第一百零一网格", "101网格"),
        ("第一百〇一网格", "101网格"),
        ("第一百○一网格", "101网格"),
        ("一百零一号网格", "101网格"),
        ("第一〇一网格", "101网格"),
        ("第一百网格", "100网格"),
        ("第〇一网格", "1网格"),
        ("第零一网格", "1网格"),
        ("第廿一网格", "21网格"),
        ("第卅网格", "30网格"),
        ("第二十一网格", "21网格"),
        ("第二百一十网格", "210网格"),
        ("第三网格", "3网格"),
        ("第一二网格", "第一二网格"),
        ("千禧网格", "千禧网格"),
        ("百合网格", "百合网格"),
        ("万家网格", "万家网格"),
        ("三里棚第一百零二网格", "3里棚102网格"),
    ],
)
def test_grids(name: str, key: str) -> None:
    assert grid_key(name) == key


def test_every_grid_to_999_is_one_however_it_is_written() -> None:
    for n in range(1, 1000):
        assert {grid_key(f"第{s}网格") for s in spellings(n)} == {f"{n}网格"}, n


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("第一百零一中学", "101中学"),
        ("第一百二十三小学", "123小学"),
        ("第廿一中学", "21中学"),
        ("第二十一中学", "21中学"),
        ("一百百货", "1百百货"),
        ("第四百货商店", "4百货商店"),
        ("千禧幼儿园", "千禧幼儿园"),
    ],
)
def test_names_of_bodies(name: str, told: str) -> None:
    assert digits(name) == told
