"""The report: a table of issues, safe to open."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from graph.model.errors import UsageError
from graph.model.issues import issue_codes, make_issue
from ingest.copies.issue_list import issue_rows, write_report


def issues() -> list:  # type: ignore[type-arg]
    return [
        make_issue("name_unlisted", file="b.xlsx", sheet="x", row=3, letter="A", name="甲"),
        make_issue(
            "uscc_check", file="b.xlsx", sheet="x", row=12, letter="B", column="代码", shown="=1+1"
        ),
        make_issue("uscc_check", file="a.xlsx", sheet="x", row=2, letter="B", shown="91"),
    ]


def test_errors_first_and_any_order_gives_the_same_rows() -> None:
    rows = issue_rows(issues())
    assert [(r[0], r[1], r[5]) for r in rows] == [
        ("错误", "a.xlsx", "B2"),
        ("错误", "b.xlsx", "B12"),
        ("说明", "b.xlsx", "A3"),
    ]
    assert issue_rows(reversed(issues())) == rows
    assert issue_rows(issues(), "en")[0][0] == "error"


def test_the_workbook_holds_text_only(tmp_path: Path) -> None:
    write_report(tmp_path / "r.xlsx", issues())
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames == ["汇总", "问题"]
    cells = [c for row in book["问题"].iter_rows() for c in row]
    assert all(c.data_type in ("s", "n") for c in cells)
    assert "'=1+1" in [c.value for c in cells]


def test_a_report_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be written"):
        write_report(tmp_path / "no" / "r.xlsx", [])


def test_every_code_has_both_languages_and_the_same_parameters() -> None:
    for code, entry in issue_codes().items():
        assert entry.keys() == {"level", "zh", "en"}, code
        assert entry["level"] in ("error", "warning", "info"), code
        found = [set(re.findall(r"\{(\w+)\}", entry[lang])) for lang in ("zh", "en")]
        assert found[0] == found[1], code


def test_every_code_used_in_the_room_is_in_the_data_file() -> None:
    room = Path(__file__).parents[3] / "ingest"
    used = set()
    for path in room.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'(?:Problem|make_issue|refuse|issues.add)\(\s*"(\w+)"', text))
        used |= set(re.findall(r'tell\([^,()]+, "(\w+)"', text))
    assert used <= issue_codes().keys(), used - issue_codes().keys()
    assert len(used) > 40
