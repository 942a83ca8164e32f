"""Numbers: every form of the definitions, and round trips."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.values.fields import QUANTITY, WORKERS, reader_for
from ingest.values.numbers import Amount, read_number, scale_of


@pytest.mark.parametrize(
    ("raw", "number", "unit"),
    [
        (3.0, 3.0, None),
        ("3", 3.0, None),
        ("１２３", 123.0, None),
        ("1,234", 1234.0, None),
        ("1，234,567", 1234567.0, None),
        ("20万元", 200000.0, "元"),
        ("1.5万", 15000.0, None),
        ("3千", 3000.0, None),
        ("3千克", 3.0, "千克"),
        ("2 台", 2.0, "台"),
        ("50个", 50.0, "个"),
        ("-4", -4.0, None),
        ("三间", 3.0, "间"),
        ("十二", 12.0, None),
        ("二十", 20.0, None),
        ("0", 0.0, None),
        ("一千二百", 1200.0, None),
        ("两千", 2000.0, None),
        ("一百零一", 101.0, None),
        ("一百○一台", 101.0, "台"),
        ("三千五百元", 3500.0, "元"),
        ("二十万元", 200000.0, "元"),
        ("叁仟伍佰元整", 3500.0, "元整"),
        ("廿一间", 21.0, "间"),
        ("卅人", 30.0, "人"),
        ("1.2万", 12000.0, None),
        ("1万2千", 12000.0, None),
        ("20万零5百元", 200500.0, "元"),
        ("三点五万元", 35000.0, "元"),
        ("三千克", 3.0, "千克"),
        ("两千米", 2.0, "千米"),
        ("半天", 0.5, "天"),
        ("三间半", 3.5, "间"),
        ("一个半小时", 1.5, "小时"),
        ("2个半月", 2.5, "月"),
        ("一百二十元/平方米", 120.0, "元/平方米"),
        ("3(台)", 3.0, "台"),
    ],
)
def test_numbers(raw: object, number: float, unit: str | None) -> None:
    assert read_number(raw) == (Amount(number, unit), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "raw",
    [
        "约100",
        "若干",
        "10-20",
        "10～20",
        "100余",
        "100多人",
        "50以上",
        "100左右",
        "几个",
        "100+",
        "3至5",
        "三五人",
        "一两台",
        "十七八个",
        "二三百",
        "三至五人",
        "十几个",
    ],
)
def test_an_estimate_is_unknown(raw: str) -> None:
    amount, problem = read_number(raw)
    assert amount.number is None
    assert problem is not None
    assert problem.code == "number_vague"


@pytest.mark.parametrize(
    "raw",
    [
        "abc",
        "1,23",
        "50%",
        "1/2",
        "3 4",
        True,
        float("nan"),
        "电话3个地点",
        "",
        "一百零",
        "百",
        "千人",
        "二十两",
        "3万5",
        "1万两千",
        "3间一台",
        "五十间（可调）",
        "大半",
        "100个口罩",
        "5折",
        "3楼",
        "100张椅子20张桌子",
        "一百半",
        "三半",
        "百分之五十",
    ],
)
def test_what_is_no_number(raw: object) -> None:
    amount, problem = read_number(raw)  # type: ignore[arg-type]
    assert amount.number is None
    assert problem is not None
    assert problem.code == "number_unreadable"


def test_a_header_unit_scales() -> None:
    assert scale_of("万人") == (10000.0, "人")
    assert scale_of("千瓦") == (1.0, "千瓦")


@given(st.integers(0, 10**9))
def test_whole_numbers_come_back(n: int) -> None:
    forms: list[int | float | str] = [n, float(n), str(n), f"{n:,}", f"{n}台", f" {n} "]
    assert {read_number(f)[0].number for f in forms} == {float(n)}


@given(st.floats(0, 1e9).map(lambda x: round(x, 3)))
def test_fractions_come_back(x: float) -> None:
    assert read_number(f"{x:f}")[0].number == pytest.approx(x, abs=1e-6)
    assert read_number(x)[0].number == x


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_a_problem(text: str) -> None:
    amount, problem = read_number(text)
    assert (amount.number is None) == (problem is not None)


def test_a_scale_of_the_header_counts_unless_the_cell_has_its_own() -> None:
    read = reader_for("budget", QUANTITY, unit="万元", epoch_1904=False)
    told = {text: read(text)[0].number for text in ("20", "一百二十", "20万元", "二十万", "3元")}
    assert told == {"20": 2e5, "一百二十": 1.2e6, "20万元": 2e5, "二十万": 2e5, "3元": 3.0}


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        ("张三、李四", 2),
        ("两人", 2),
        ("三", 3),
        ("十二名", 12),
        ("三五人", None),
        ("余多、万方", 2),
    ],
)
def test_workers_are_counted_or_named(raw: str, count: int | None) -> None:
    assert reader_for("grid_workers", WORKERS, unit=None, epoch_1904=False)(raw)[0] == count
