"""Evidence texts lead to the cells of sheets."""

from __future__ import annotations

import polars as pl

from graph.model.evidence import EvidenceBook

SHEETS = pl.DataFrame(
    {
        "key": ["ab:ties", "cd:"],
        "file": ["共建.xlsx", "需求.csv"],
        "sheet": ["共建关系", None],
        "columns": [["subject=B=共建主体", "signed=F=签订日期"], None],
    },
    schema={"key": pl.String, "file": pl.String, "sheet": pl.String, "columns": pl.List(pl.String)},
)


def test_row_and_cells() -> None:
    one, two = EvidenceBook(SHEETS).cells(["ab:ties:12", "cd::3"])
    assert (one.file, one.sheet, one.row) == ("共建.xlsx", "共建关系", 12)
    assert one.cells == {"subject": "B12", "signed": "F12"}
    assert (two.file, two.sheet, two.row, two.cells) == ("需求.csv", None, 3, {})


def test_unknown_dataset_and_no_evidence() -> None:
    book = EvidenceBook(SHEETS)
    (cell,) = book.cells(["gone:7"])
    assert (cell.dataset, cell.file, cell.row, cell.cells) == ("gone", None, 7, {})
    assert book.cells(None) == ()
