"""JSON, CSV and tables: encodings, formulas, control characters."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.output import csv_text, print_table, safe_cell, visible


def test_text_like_a_formula_is_made_harmless() -> None:
    assert safe_cell("\0=1+1") == "'=1+1"
    assert safe_cell(["=1", "a"]) == "'=1; a"


@pytest.mark.parametrize("value", [-1, -2.5, 0, True])
def test_numbers_stay_numbers(value: float) -> None:
    assert safe_cell(value) == value


def test_ordinary_text_is_left_alone() -> None:
    assert safe_cell("大院社区 (=)") == "大院社区 (=)"
    assert safe_cell(None) == ""
    assert safe_cell([]) == ""


@given(st.lists(st.lists(st.text("a,\"'\n ；网", max_size=5), min_size=2, max_size=2)))
def test_csv_reads_back(rows: list[list[str]]) -> None:
    text = csv_text(["a", "b"], rows)
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert found == [["a", "b"], *rows]


def test_a_table_shows_text_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["名称", "数"], [["[red]网格[/red]\x1b[31m", 1], [None, 2.0]])
    out = capsys.readouterr().out
    assert "[red]网格[/red][31m" in out
    assert "\x1b" not in out
    assert "–" in out


def test_control_characters_are_not_shown() -> None:
    assert visible("a\x00b\x9bc") == "abc"
