"""Every planted row arrives, every planted fault is told at its cell, in every form of file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from graph.names.plain import community_key
from tests.ingest.books import read_one
from tests.ingest.planted import FORMATS, plant

SEEDS = [*range(12), 1162]  # the last: a group above two columns that hold communities


def said(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("file", list(FORMATS))
def test_all_rows_arrive_and_all_faults_are_told(file: str, tmp_path: Path) -> None:
    for seed in SEEDS:
        sheet = plant(seed)
        found = read_one(FORMATS[file](sheet, tmp_path / file))
        rows = {row.row: row for row in found.rows}
        assert sorted(rows) == sorted(sheet.valid), (seed, found.issues)
        for number, meant in sheet.valid.items():
            for name, value in meant.items():
                got = getattr(rows[number], name)
                if name == "community":
                    assert community_key(got) == community_key(value), (seed, number)
                else:
                    assert got == said(value), (seed, number, name)
        errors = {(i.cell, i.code) for i in found.issues if i.level == "error"}
        wanted = {
            (
                c,
                "cell_error"
                if code == "cell_formula" and not file.startswith(("a.", "xls"))
                else code,
            )
            for c, code in sheet.faults
        }
        assert errors == wanted, seed
        assert found.info.rows_read == len(sheet.valid) + len(sheet.faults)
        assert found.info.rows_rejected == len(sheet.faults)
        hidden = [i for i in found.issues if i.code == "rows_hidden"]
        if "csv" not in file and "tsv" not in file and file != "utf16.xls":
            assert len(hidden) == bool(sheet.hidden), seed
        assert "经办情况说明" in found.info.columns_ignored
