"""Text in spreadsheets: nothing is run as a formula, ordinary text is left alone.

The attacks are those of the OWASP page on CSV injection, each also behind blanks that programs
skip and in the full-width forms that Excel reads as their ASCII twins.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.spreadsheet_text import harmless

STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BLANKS = ("", " ", "  ", "\t", "\r", "\n", "\r\n", "\f", "\v", "\u3000", "\xa0", " \t\n")


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("rest", ["1", "SUM(A1)", "cmd|'/c calc'!A1", ""])
def test_text_like_a_formula_gets_an_apostrophe(start: str, blank: str, rest: str) -> None:
    text = blank + start + rest
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["\tx", "\rx", "\t", "\r\nx"])
def test_so_does_text_that_could_leave_its_cell(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("\0=1", "'=1"), ("=\0cmd", "'=cmd"), (" \0=1", "' =1"), ("\0 \0=1", "' =1"),
        ("\0x", "'x"), ("大\0院", "大院"),
    ],
)  # fmt: skip
def test_nul_is_dropped_and_hides_nothing(text: str, safe: str) -> None:
    assert harmless(text) == safe


@pytest.mark.parametrize(
    "text", ["", " ", "大院社区 (=)", "1-2号楼", "'=1", "a=1", " 大院", "\n大院", "№ 1", "—", "–1"]
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert harmless(text) == text


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    safe = harmless(text)
    assert not safe.lstrip().startswith(STARTS)
    assert not safe.startswith(("\t", "\r"))
    assert safe.removeprefix("'") == text.replace("\0", "").removeprefix("'")
