"""Numbers: every form of the definitions, and round trips."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    ],
)
def test_an_estimate_is_unknown(raw: str) -> None:
    amount, problem = read_number(raw)
    assert amount.number is None
    assert problem is not None
    assert problem.code == "number_vague"


@pytest.mark.parametrize(
    "raw", ["abc", "1,23", "50%", "1/2", "3 4", True, float("nan"), "电话3个地点", ""]
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
    forms = [n, float(n), str(n), f"{n:,}", f"{n}台", f" {n} "]
    assert {read_number(f)[0].number for f in forms} == {float(n)}


@given(st.floats(0, 1e9).map(lambda x: round(x, 3)))
def test_fractions_come_back(x: float) -> None:
    assert read_number(f"{x:f}")[0].number == pytest.approx(x, abs=1e-6)
    assert read_number(x)[0].number == x


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_a_problem(text: str) -> None:
    amount, problem = read_number(text)
    assert (amount.number is None) == (problem is not None)
