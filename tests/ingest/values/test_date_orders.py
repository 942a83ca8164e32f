"""Dates that a cell alone doesn't settle, and clocks that are midnights in another writing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from graph.model.rows import TieRow
from ingest.values.date_orders import DateHabit
from ingest.values.dates import read_date, read_period
from ingest.values.fields import BEGIN, DAY, reader_for
from tests.ingest.books import codes, one_sheet


@pytest.mark.parametrize(
    "raw",
    [
        datetime(2023, 4, 30, 23, 59, 17),
        datetime(2023, 4, 30, 23, 59, 16, 999_000),
        "2023-04-30 23:59:17",
        "2023/4/30 23:59:17",
        "2023-04-30T23:59:17.000",
        "2023-04-30T23:59:17+08:00",
        "2023-04-30T15:59:17.000Z",
        "2023-04-30T16:00:00.000Z",
        "2023-04-30T16:00:00Z",
        "2023-04-30 16:00:00+00:00",
        "2023-04-30T12:00:00-04:00",
        45046.9995023,
        "45046.9995023",
    ],
)
def test_a_chinese_midnight_in_another_writing(raw: object) -> None:
    # 23:59:17: Shanghai's local mean time was 8:05:43, which JavaScript puts into old offsets
    day, problem = read_date(raw)  # type: ignore[arg-type]
    assert day == "2023-05-01"
    assert problem is not None
    assert problem.code == "date_next_day"


@pytest.mark.parametrize(
    "raw",
    [
        datetime(2023, 4, 30, 23, 59, 59),
        datetime(2023, 4, 30, 23, 59),
        datetime(2023, 4, 30, 16, 30),
        datetime(2023, 4, 30, 15, 59, 17),
        "2023-04-30 23:59:59",
        "2023-04-30T00:00:00Z",
        "2023-04-30T15:59:00Z",
        "2023-04-30T00:00:00+08:00",
        "2023-04-30T16:00:00+08:00",
        "2023-04-30 24:00",
        "2023-04-30 00:00:00.0",
        45046.5,
    ],
)
def test_a_clock_of_the_day_itself(raw: object) -> None:
    assert read_date(raw) == ("2023-04-30", None)  # type: ignore[arg-type]


@pytest.mark.parametrize("raw", [datetime(2023, 4, 30, 16), "2023-04-30 16:00:00"])
def test_four_o_clock_by_itself_is_midnight_of_another_zone(raw: datetime | str) -> None:
    read = reader_for(
        "signed", BEGIN, unit=None, epoch_1904=False, cells=lambda: [raw, "2023-01-01"]
    )
    assert read(raw)[0] == "2023-05-01"


def test_four_o_clock_among_other_clocks_is_four_o_clock() -> None:
    day = datetime(2023, 4, 30, 16)
    others = [day, datetime(2023, 5, 2, 9, 30)]
    mixed = reader_for("signed", BEGIN, unit=None, epoch_1904=False, cells=lambda: others)
    assert mixed(day) == ("2023-04-30", None)
    alone = reader_for("date", DAY, unit=None, epoch_1904=False, cells=lambda: [day])
    assert alone(day) == ("2023-04-30", None)
    always = reader_for("date", DAY, unit=None, epoch_1904=False, cells=lambda: [day] * 3)
    assert always(day)[0] == "2023-05-01"


def read_column(*cells: str | float) -> list[str | None]:
    column = DateHabit(lambda: cells)
    return [read_date(cell, column=column)[0] for cell in cells]


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        # six digits
        (["190801"], ["2019-08-01"]),
        ([190801.0], ["2019-08-01"]),
        (["201908"], ["2019-08-01"]),
        (["200801"], [None]),
        ([200801.0], [None]),
        (["200801", "210315"], ["2020-08-01", "2021-03-15"]),
        (["200801", "201911"], ["2008-01-01", "2019-11-01"]),
        (["200801", "201911", "210315"], [None, "2019-11-01", "2021-03-15"]),
        (["199013"], [None]),
        (["432000"], [None]),
        # a year of two digits in front is the rule
        (["19.8.1"], ["2019-08-01"]),
        (["19/08/12"], ["2019-08-12"]),
        (["19.6.30", "20.6.30", "21.6.30"], ["2019-06-30", "2020-06-30", "2021-06-30"]),
        (["19.2.30"], [None]),
        (["19.02.30", "19.08.12"], [None, "2019-08-12"]),
        # a year behind
        (["08/01/19"], [None]),
        (["01.08.19"], [None]),
        (["12.8.1"], ["2012-08-01"]),  # no year has one digit
        (["08/15/19"], ["2019-08-15"]),
        (["08/01/19", "03/15/19"], ["2019-08-01", "2019-03-15"]),
        (["08/01/19", "25/08/19", "14/03/19"], ["2019-01-08", "2019-08-25", "2019-03-14"]),
        (["01.08.19", "25.08.2019"], ["2019-08-01", "2019-08-25"]),
        (["08.3.1", "12.5.20", "10.7.15"], ["2008-03-01", "2012-05-20", "2010-07-15"]),
        # four digits behind
        (["8/1/2019"], [None]),
        (["5/5/2019"], ["2019-05-05"]),
        (["25/8/2019"], ["2019-08-25"]),
        (["8/25/2019"], ["2019-08-25"]),
        (["8/1/2019", "8/25/2019"], ["2019-08-01", "2019-08-25"]),
        (["8/1/2019", "25/8/2019"], ["2019-01-08", "2019-08-25"]),
        (["8/1/2019", "25/8/2019", "8/25/2019"], [None, "2019-08-25", "2019-08-25"]),
        (["8/1/2019", "25.8.2019"], [None, "2019-08-25"]),  # another mark, another habit
        # plain
        (["1-Aug-19"], ["2019-08-01"]),
        (["2019 8 1"], ["2019-08-01"]),
        (["2019 1 2"], ["2019-01-02"]),
        (["2019/8/1 星期四"], ["2019-08-01"]),
        (["1908"], [None]),
        (["1908年"], ["1908-01-01"]),
    ],
)
def test_a_column(cells: list[str | float], days: list[str | None]) -> None:
    assert read_column(*cells) == days


def test_what_stays_open_names_the_days_that_it_may_be() -> None:
    day, problem = read_date("08/01/19")
    assert day is None
    assert problem is not None
    assert problem.code == "date_order_open"
    assert problem.params["days"] == "2008-01-19、2019-01-08、2019-08-01"


def test_a_period_is_as_careful() -> None:
    assert read_period("190801-200731")[0] == ("2019-08-01", "2020-07-31")
    assert read_period("01.08.19-31.07.20")[0][0] is None


HEADERS = ["共建主体", "共建对象", "所在社区", "共建方式", "签订日期", "有效期至"]


def test_a_sheet_whose_column_settles_it(tmp_path: Path) -> None:
    days = ["08/01/19", "03/15/19", "11/20/19", "12/31/19"]
    rows = [
        [f"孝感市试{n}医院", "第1网格", "书院社区", "共建协议", day, "2026-05-30T16:00:00.000Z"]
        for n, day in enumerate(days)
    ]
    found = one_sheet(tmp_path, "共建关系台账", [HEADERS, *rows])
    told = [(r.signed, r.valid_to) for r in found.rows if isinstance(r, TieRow)]
    signed = ["2019-08-01", "2019-03-15", "2019-11-20", "2019-12-31"]
    assert told == [(day, "2026-05-31") for day in signed]
    assert codes(found).count("date_order_settled") == 4
    assert codes(found).count("date_next_day") == 4
