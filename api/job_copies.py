"""Copies of a job's file to download: faults marked, and cleaned."""

from __future__ import annotations

import logging
from pathlib import Path

from graph.model.errors import GongjianError
from graph.model.wanted import WantedGraph
from graph.store.import_result import ImportResult
from ingest.reading.read import ReadResult

log = logging.getLogger("gongjian.api")


def marked_copy(folder: Path, read: ReadResult, result: ImportResult) -> tuple[str, ...]:
    """The file's copy with its faulty cells marked, where there is anything to mark."""
    from ingest.copies.copies import write_report_copies

    if len(read.files) != 1 or all(i.level == "info" for i in result.issues):
        return ()
    try:
        made = write_report_copies(folder / "report.xlsx", read, result.issues)
    except GongjianError as error:
        log.warning("no copy of %s: %s", folder.name, error)
        return ()
    return ("report",) if made else ()


def cleaned_copy(
    folder: Path, read: ReadResult, result: ImportResult, wanted: WantedGraph
) -> tuple[str, ...]:
    """The file's cleaned copy, with what became of each row."""
    from ingest.copies.cleaned import row_matches
    from ingest.copies.copies import write_cleaned_copies

    if len(read.files) != 1:
        return ()
    matches = row_matches(wanted, {d.info.id for d in read.datasets})
    try:
        (made,) = write_cleaned_copies(folder / "cleaned", read, result.issues, matches)
    except GongjianError as error:
        log.warning("no cleaned copy of %s: %s", folder.name, error)
        return ()
    made.replace(folder / "cleaned.xlsx")
    (folder / "cleaned").rmdir()
    return ("cleaned",)
