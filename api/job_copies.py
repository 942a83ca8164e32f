"""Copies of a job's file to download: faults marked, and cleaned.

They hold what the sheet holds, people's names too, so none is kept: each is made when it is asked
for, and goes once it was sent.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from graph.model.wanted import WantedGraph
from graph.store.import_result import ImportResult
from ingest.reading.read import ReadResult

CopyName = Literal["report", "cleaned"]


def copies_of(read: ReadResult, result: ImportResult) -> tuple[CopyName, ...]:
    """The copies that can be made of a file as long as it is here."""
    if len(read.files) != 1:
        return ()
    marked = any(i.level != "info" for i in result.issues) or any(
        r.signs or r.cells.not_read for r in result.receipts
    )
    return ("report", "cleaned") if marked else ("cleaned",)


def write_copy_of(
    name: CopyName, folder: Path, read: ReadResult, result: ImportResult, wanted: WantedGraph
) -> Path:
    """The file's copy with its faulty cells marked, or with what became of each row.

    Raises
    ------
    UsageError
        Can't be written there.
    BadWorkbook
        The file can no longer be read.
    """
    if name == "report":
        from ingest.copies.copies import write_report_copies

        (made,) = write_report_copies(folder / "report.xlsx", read, result.issues)
        return made
    from ingest.copies.cleaned import row_matches
    from ingest.copies.copies import write_cleaned_copies

    matches = row_matches(wanted, {d.info.id for d in read.datasets})
    (made,) = write_cleaned_copies(folder, read, result.issues, matches)
    return made
