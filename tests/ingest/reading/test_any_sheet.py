"""Whatever stands in the cells: nothing is thrown, and every row is kept or rejected aloud."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.model.labels import SheetKind
from graph.model.rows import statement_values
from ingest.files.raw import RawSheet
from ingest.reading.find_tables import read_tables
from ingest.sheets.headers import Clues
from ingest.values.cells import Flaw
from tests.ingest.sheets.test_headers import HEADERS

WORDS = ["无", "/", "", " ", "合计", "注：", "书院社区", "第一网格", "2019.8.1", "长期", "约3", "20万元", "是", "终止",
         "甲公司、乙公司", "居民张三", "914403001922038216", "91440300192203821O", "13907123456", "420902001001"]  # fmt: skip
CELL = st.one_of(
    st.none(),
    st.just(""),
    st.sampled_from(WORDS),
    st.text(max_size=12),
    st.integers(-5, 10**18).map(float),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1899, 1, 1), date(2200, 1, 1)),
    st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)),
    st.just(time(12)),
    st.just(Flaw("cell_error", "#N/A")),
    st.just(Flaw("cell_formula", "=")),
)


@pytest.mark.parametrize("kind", HEADERS)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_row_is_kept_or_rejected_with_an_error(kind: str, data: Any) -> None:
    headers = HEADERS[kind].split()
    rows = data.draw(st.lists(st.lists(CELL, max_size=len(headers) + 2), max_size=8))
    is_text = data.draw(st.booleans())
    table = [headers, *rows]
    sheet = RawSheet("x", lambda: iter([list(r) for r in table]), is_text=is_text)
    tables = read_tables(
        sheet, Clues(), file="f", secret=b"k", scoped_by=lambda heading, mapping: ""
    )
    for found in tables:
        assert found.layout.kind == SheetKind(kind)
        kept = {r.row for r in found.rows}
        errors = {i.row for i in found.issues if i.level == "error"}
        assert found.rows_read == len(kept) + found.rows_rejected
        assert len(errors) == found.rows_rejected
        assert not kept & errors
        for statement in found.rows:
            values = statement_values(statement)
            assert all(v is None or isinstance(v, str | int | float | bool | tuple) for v in values)
            assert "13907123456" not in repr(values) or kind in ("areas", "divisions")


@settings(deadline=None, max_examples=30)
@given(st.permutations(range(8)))
def test_the_order_of_columns_is_no_matter(order: list[int]) -> None:
    headers = [
        "共建主体",
        "共建对象",
        "所在社区",
        "所在网格",
        "共建方式",
        "签订日期",
        "有效期至",
        "状态",
    ]
    row = ["甲公司", "第一网格", "书院社区", "/", "项目", "2019.8", "长期", "终止"]
    table = [[headers[i] for i in order], [row[i] for i in order]]
    sheet = RawSheet("x", lambda: iter(table))
    (found,) = read_tables(
        sheet, Clues(), file="f", secret=b"k", scoped_by=lambda heading, mapping: ""
    )
    (statement,) = found.rows
    assert [v for v in statement_values(statement) if v is not None] == [
        2, "书院社区", "甲公司", "第一网格", "project", "项目", "2019-08-01", "ended",
    ]  # fmt: skip
