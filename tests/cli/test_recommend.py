"""`gongjian recommend`: the same figures in table, JSON, CSV and Excel; options; wrong ones."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import jsonschema
import pytest
from python_calamine import CalamineWorkbook

from cli.commands.json_schema import schema_of
from tests.cli.conftest import DAY, Gongjian

ASK = ("recommend", "--ties", "4", "--store")


def test_the_figures_are_the_same_everywhere(
    gongjian: Gongjian, home: Path, tmp_path: Path
) -> None:
    book = tmp_path / "ties.xlsx"
    said = gongjian(*ASK, home, "--format", "json", "--excel", book)
    found = said.json()
    jsonschema.validate(found, schema_of("recommend"))
    assert {"ties", "objective", "bound", "gap", "method"} <= set(found)
    assert found["date"] == DAY
    assert found["method"] == "exact"
    assert found["ties"]
    for tie in found["ties"]:
        assert {"actor", "target", "closes", "lifts", "why"} <= set(tie)
        assert all({"area", "from", "to"} <= set(lift) for lift in tie["lifts"])
        assert tie["why"]["zh"]
        assert tie["why"]["en"]
    rows = list(csv.DictReader(io.StringIO(gongjian(*ASK, home, "--format", "csv").text[1:])))
    sheet = CalamineWorkbook.from_path(book).get_sheet_by_name("建议共建").to_python()
    table = gongjian(*ASK, home).text
    for tie, row, cells in zip(found["ties"], rows, sheet[1:], strict=True):
        closed = sum(q for q in tie["closes"].values() if q is not None)
        assert (row["actor"], row["target"]) == (tie["actor"], tie["target"])
        assert (cells[1], cells[3]) == (tie["actor"], tie["target"])
        assert float(row["closed"]) == closed == cells[6]
        assert row["why_zh"] == tie["why"]["zh"]
        assert tie["actor_name"][:6] in table
    assert f"降为{found['after']['sharing_gap']}" in table
    assert gongjian(*ASK, home, "--format", "json").json() == found


def test_promised_and_forbidden_ties(gongjian: Gongjian, home: Path) -> None:
    found = gongjian(*ASK, home, "--format", "json").json()
    first = found["ties"][0]
    pair = f"{first['actor']}:{first['target']}"
    promised = gongjian(*ASK, home, "--format", "json", "--promise", pair).json()
    assert promised["promised"] == [[first["actor"], first["target"]]]
    assert promised["before"] != found["before"]
    without = gongjian(*ASK, home, "--format", "json", "--forbid", f"{first['actor']}:*").json()
    assert first["actor"] not in {tie["actor"] for tie in without["ties"]}
    assert without["objective"] <= found["objective"]


def test_ties_stay_within_the_area(gongjian: Gongjian, home: Path) -> None:
    area = gongjian(*ASK, home, "--format", "json").json()["ties"][0]["path"][-2]
    found = gongjian(*ASK, home, "--format", "json", "--area", area).json()
    assert found["area"] == area
    assert all(area in tie["path"] for tie in found["ties"])


@pytest.mark.parametrize(
    "wrong",
    [("--ties", "-1"), ("--promise", "无此单位:无此网格"), ("--forbid", "x"), ("--area", "无此区")],
)
def test_wrong_options_are_one_line(gongjian: Gongjian, home: Path, wrong: tuple[str, str]) -> None:
    said = gongjian("recommend", *wrong, "--store", home)
    assert said.code == 2
    assert said.err.strip()


def test_nothing_imported_is_told(gongjian: Gongjian, tmp_path: Path) -> None:
    said = gongjian("recommend", "--store", tmp_path / "empty")
    assert said.code == 0
    assert "gongjian import" in said.text


def test_the_map_shows_them_as_dashed_lines(gongjian: Gongjian, home: Path, tmp_path: Path) -> None:
    page = tmp_path / "map.html"
    assert gongjian("map", "--out", page, "--ties", "4", "--store", home).code == 0
    text = page.read_text(encoding="utf-8")
    found = gongjian(*ASK, home, "--format", "json").json()
    assert '"state":"recommended"' in text.replace(" ", "")
    assert any(f"new|{tie['actor']}|{tie['target']}" in text for tie in found["ties"])
