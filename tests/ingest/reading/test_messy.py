"""Ugly files, each with the report that it must give."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ingest.books import read
from tests.ingest.make_messy import FOLDER, files_of, report

CASES = sorted(p for p in FOLDER.iterdir() if (p / "expected.json").exists())


@pytest.mark.parametrize("folder", CASES, ids=lambda p: p.name)
def test_the_report_is_as_expected(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    result = read(*files_of(folder))
    assert json.loads(json.dumps(report(result), default=list)) == expected
    for dataset in result.datasets:
        info = dataset.info
        assert info.rows_read == len({r.row for r in dataset.rows}) + info.rows_rejected


@pytest.mark.parametrize("folder", CASES, ids=lambda p: p.name)
def test_nothing_personal_is_left(folder: Path) -> None:
    result = read(*files_of(folder))
    left = repr([(d.rows, d.issues, d.info) for d in result.datasets]) + repr(result.issues)
    for personal in (
        "张三",
        "张　三",
        "李四",
        "王五",
        "赵六",
        "孙七",
        "13907123456",
        "110105194912310",
    ):
        assert personal not in left
