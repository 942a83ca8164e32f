"""`gongjian diagnose`: one folder, the same numbers in every file of it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from tests.cli.conftest import Gongjian


def test_everything_is_written_and_agrees(gongjian: Gongjian, home: Path, tmp_path: Path) -> None:
    out = tmp_path / "result"
    said = gongjian("diagnose", "--out", out, "--store", home)
    assert said.code == 0
    assert "report.html" in said.text
    tables = {t["name"]: t for t in json.loads((out / "diagnosis.json").read_text())["tables"]}
    weak = json.loads((out / "weak-grids.json").read_text())
    told = gongjian("weak-grids", "--all", "--store", home, "--format", "json").json()
    assert weak == told
    for name, table in tables.items():
        text = (out / "tables" / f"{name}.csv").read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert rows[0] == [c["name"] for c in table["columns"]]
        assert len(rows) == len(table["rows"]) + 1
        for row, cells in zip(rows[1:], table["rows"], strict=True):
            for text, cell, column in zip(row, cells, table["columns"], strict=True):
                if column["kind"] in ("count", "number", "share"):
                    assert (float(text) if text else None) == cell, (name, column["name"])
    partners = {a["code"]: a["partners"] for a in weak["areas"]}
    columns = [c["name"] for c in tables["weak_grids"]["columns"]]
    at, who = columns.index("partners"), columns.index("code")
    assert {row[who]: row[at] for row in tables["weak_grids"]["rows"]} == partners
    assert (out / "map.html").stat().st_size > 0
    assert list((out / "maps").glob("*.html"))
    assert (out / "diagnosis.xlsx").read_bytes()[:2] == b"PK"


def test_for_outside_nothing_by_grid_is_written(
    gongjian: Gongjian, home: Path, tmp_path: Path
) -> None:
    out = tmp_path / "outside"
    area = gongjian("weak-grids", "--all", "--store", home, "--format", "json").json()["areas"][0]
    said = gongjian(
        "diagnose", "--out", out, "--store", home, "--outside", "--area", area["path"][-3],
        "--format", "json",
    )  # fmt: skip
    assert said.code == 0
    written = {Path(p).name for p in said.json()["out"]}
    assert {"report.html", "diagnosis.xlsx", "diagnosis.json"} <= written
    assert not {"map.html", "weak-grids.json"} & written


def test_a_file_in_the_way_is_told(gongjian: Gongjian, home: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("x")
    said = gongjian("diagnose", "--out", taken, "--store", home)
    assert said.code == 2
    assert "taken" in said.err
