"""Report and workbook: the tables' own values, nothing loaded, names harmless."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from markupsafe import escape

from analysis.city import City
from analysis.policy import Policy
from analysis.tables.five import FiveTables, five_tables
from maps.paper.printed_values import shown
from maps.paper.report import ROWS, report_html, summary
from maps.paper.workbook import sheet_names, workbook_bytes
from tests.browser import chromium, open_page
from tests.maps.city import HOSTILE, city

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def found() -> FiveTables:
    return five_tables(City(city().network(), Policy()))


def test_the_workbook_holds_every_cell_whole(found: FiveTables) -> None:
    import python_calamine

    data = workbook_bytes(found)
    names = sheet_names(found, "zh")
    assert len(set(names)) == len(names)
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names == ["目录", *names]
    for table, name in zip(found.tables, names, strict=True):
        head, *got = book.get_sheet_by_name(name).to_python()
        assert head == [c.zh for c in table.columns]
        for row, cells in zip(got, table.rows, strict=True):
            numbers = {
                at: cell
                for at, cell in enumerate(cells)
                if isinstance(cell, int | float) and not isinstance(cell, bool)
            }
            assert {at: row[at] for at in numbers} == numbers


def test_the_same_tables_are_the_same_bytes(found: FiveTables) -> None:
    assert workbook_bytes(found) == workbook_bytes(found)
    assert report_html(found) == report_html(found)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_shows_every_table_and_loads_nothing(found: FiveTables, lang: str) -> None:
    page = report_html(found, lang=lang, map_href="map.html")  # type: ignore[arg-type]
    for table in found.tables:
        assert f'<article id="{table.name}">' in page
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    assert HOSTILE not in page  # it is markup, and stands escaped
    for sentence in summary(found, lang):  # type: ignore[arg-type]
        assert str(escape(sentence)) in page


def test_the_report_prints_the_cells_of_the_tables(found: FiveTables) -> None:
    page = report_html(found)
    table = found.table("connectivity")
    for row in table.rows[:ROWS]:
        cells = [shown(c, column) for c, column in zip(row, table.columns, strict=True)]
        kinds = [c.kind for c in table.columns]
        line = "".join(f'<td class="{k}">{c}</td>' for k, c in zip(kinds, cells, strict=True))
        assert f"<tr>{line}</tr>" in page


def test_unknown_is_a_dash_and_never_zero(found: FiveTables) -> None:
    funds = found.table("funds")
    assert set(funds.column("amount")) <= {None}
    assert all(shown(None, column) == "—" for column in funds.columns)


def test_no_small_count_of_persons_leaves_in_a_report_for_outside() -> None:
    outside = five_tables(City(city().network(), Policy()), outside=True)
    for table in outside.tables:
        for column in table.columns:
            if column.people and column.kind == "count":
                assert not [c for c in table.column(column.name) if c is not None and c < 5]  # type: ignore[operator]
    assert "不足5人" in report_html(outside)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.mark.browser
def test_it_opens_offline_without_a_word_on_the_console(
    browser: Browser, found: FiveTables, tmp_path: Path
) -> None:
    file = tmp_path / "report.html"
    file.write_text(report_html(found, book_href="diagnosis.xlsx"), encoding="utf-8")
    with open_page(browser) as watch:
        watch.page.goto(file.as_uri())
        assert watch.page.locator("article").count() == len(found.tables)
        wide = watch.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert wide
        border = watch.page.locator("td").first.evaluate("e => getComputedStyle(e).borderTopStyle")
        assert border == "solid"  # the style sheet is let in by its hash
        watch.assert_clean()
