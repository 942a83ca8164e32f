"""Dates: every form of the definitions, and round trips."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.values.dates import read_date, read_period

DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    "raw",
    [
        "2019.8.1",
        "2019-08-01",
        "2019/8/1",
        "2019年8月1日",
        "2019年08月01号",
        "２０１９．８．１",
        "2019 年 8 月 1 日",
        "20190801",
        20190801.0,
        43678.0,
        "43678",
        date(2019, 8, 1),
        datetime(2019, 8, 1, 10, 30),
        "2019-08-01 10:30:00",
        "2019-08-01T10:30",
        "二〇一九年八月一日",
        "二零一九年八月一日",
        "2019.08.01.",
        "'2019-08-01",
        "2019年8月1日前",
    ],
)
def test_a_day_in_every_form(raw: object) -> None:
    assert read_date(raw) == ("2019-08-01", None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "raw", ["2019年8月", "2019-08", "2019.8", "2019/08", "201908", 201908.0, 2019.8, "2019年8月份"]
)
def test_a_month_begins_or_ends(raw: object) -> None:
    assert read_date(raw, "begin") == ("2019-08-01", None)  # type: ignore[arg-type]
    assert read_date(raw, "end") == ("2019-08-31", None)  # type: ignore[arg-type]


def test_a_leap_february_ends_on_the_29th() -> None:
    assert read_date("2020年2月", "end")[0] == "2020-02-29"
    assert read_date("2019年2月底", "begin")[0] == "2019-02-28"


@pytest.mark.parametrize("raw", ["2019年", "2019", 2019.0])
def test_a_year_alone_is_told(raw: object) -> None:
    day, problem = read_date(raw, "end")  # type: ignore[arg-type]
    assert day == "2019-12-31"
    assert problem is not None
    assert problem.code == "date_year_only"


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("19.8.1", "2019-08-01"),
        ("19年8月", "2019-08-01"),
        ("19-08-01", "2019-08-01"),
        ("19.8", "2019-08-01"),
    ],
)
def test_two_digit_years_are_this_century(raw: str, day: str) -> None:
    found, problem = read_date(raw)
    assert found == day
    assert problem is not None
    assert problem.code == "date_two_digit_year"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("2019-02-30", "date_impossible"),
        ("2019.13.1", "date_impossible"),
        ("2019年0月", "date_impossible"),
        ("1819-08-01", "date_impossible"),
        ("8月1日", "date_no_year"),
        ("8.1", "date_no_year"),
        ("8月", "date_no_year"),
        ("去年夏天", "date_unreadable"),
        ("尽快", "date_unreadable"),
        (3.0, "date_unreadable"),
        (True, "date_unreadable"),
        (2019.1, "date_ambiguous"),
    ],
)
def test_what_is_no_date(raw: object, code: str) -> None:
    day, problem = read_date(raw)  # type: ignore[arg-type]
    assert day is None
    assert problem is not None
    assert problem.code == code


@pytest.mark.parametrize("raw", ["长期", "永久", "长 期", "无固定期限"])
def test_no_end_is_no_end_and_no_beginning(raw: str) -> None:
    assert read_date(raw, "end") == (None, None)
    assert read_date(raw, "begin")[1] is not None


def test_the_1904_epoch_counts() -> None:
    # 43678 - 1462 days, the published difference of the two epochs
    assert read_date(42216.0, epoch_1904=True) == ("2019-08-01", None)


@pytest.mark.parametrize(
    "raw",
    [
        "2019.8.1-2020.7.31",
        "2019年8月1日至2020年7月31日",
        "2019-08-01 - 2020-07-31",
        "2019.8—2020.7",
        "2019.08.01~2020.07.31",
        "2019年8月至2020年7月",
        "2019-08-01--2020-07-31",
        "2019-08-01-2020-07-31",
        "2019-08-2020-07",
        "20190801-20200731",
    ],
)
def test_a_period_parts(raw: str) -> None:
    assert read_period(raw) == (("2019-08-01", "2020-07-31"), None)


def test_a_period_without_end_or_with_the_same_year() -> None:
    assert read_period("2019年8月至长期")[0] == ("2019-08-01", None)
    assert read_period("2019年8月1日至10月1日")[0] == ("2019-08-01", "2019-10-01")
    assert read_period("2020.7.31")[0] == (None, "2020-07-31")


CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")


@given(DAYS)
def test_every_day_comes_back_from_every_form(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    forms = [
        day.isoformat(),
        f"{y}.{m}.{d}",
        f"{y}/{m:02d}/{d:02d}",
        f"{y}年{m}月{d}日",
        f"{y}{m:02d}{d:02d}",
        f"{y} 年 {m} 月 {d} 日",
        (day - date(1899, 12, 30)).days,
        day,
        f"{str(y).translate(CHINESE)}年{m}月{d}日",
    ]
    assert {read_date(form)[0] for form in forms} == {day.isoformat()}


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_a_problem(text: str) -> None:
    day, problem = read_date(text, "begin")
    assert (day is None) == (problem is not None and problem.code not in TOLD)
    if day is not None:
        assert date.fromisoformat(day).isoformat() == day


TOLD = ("date_two_digit_year", "date_year_only")
