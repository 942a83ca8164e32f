"""From spreadsheets as they are to datasets: the way in.

`read_datasets` reads files and folders and gives one dataset per table, each with the issues
of its rows; beside them the issues of files and sheets, and the files that were refused as a
whole. The result doesn't depend on the order in which files are named.
"""

from __future__ import annotations

from collections.abc import Mapping as Mapping_
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.collector import collector_paused
from graph.model.dataset import Dataset
from graph.model.errors import BadWorkbook
from graph.model.issue import Issue
from graph.model.issues import make_issue
from graph.model.labels import SheetKind
from graph.model.receipt import SheetAccount
from graph.model.sheet_guess import SheetGuess, SheetQuestion
from ingest.files.open import file_digest, find_files
from ingest.files.raw import file_label
from ingest.isolated.pool import read_all
from ingest.reading.one_file import read_one
from ingest.sheets.mapping import Mapping, SheetMapping
from ingest.sheets.options import Options, Progress


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What reading gave."""

    datasets: list[Dataset] = field(default_factory=list)
    """One per table, each with the issues of its rows; sorted by file, sheet and place."""
    issues: list[Issue] = field(default_factory=list)
    """Issues of files and sheets."""
    refused: list[BadWorkbook] = field(default_factory=list)
    """One line for each file that couldn't be read at all; the line names the file."""
    files: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    """The files that were read, each content once, and the ids of their datasets."""
    options: Options | None = None

    """How they were read; `ingest.copies.copies` reads them again the same way."""
    guesses: dict[str, SheetGuess] = field(default_factory=dict)
    """Dataset id -> what it was taken for, and why."""
    questions: list[SheetQuestion] = field(default_factory=list)
    """Sheets that could not be told by themselves; they weren't read."""
    accounts: list[SheetAccount] = field(default_factory=list)
    """What became of the cells of each table, and of sheets that weren't read."""

    def label_of(self, file: Path) -> str:
        """The name by which issues and datasets call a file that was read."""
        return file_label(file, self.options.secret if self.options else b"")


def read_datasets(
    paths: Sequence[Path],
    *,
    secret: bytes,
    mapping: Mapping | None = None,
    area: str | None = None,
    complete: bool = False,
    as_kind: SheetKind | None = None,
    synthetic: bool = False,
    hidden: bool = False,
    taught: Mapping_[str, SheetMapping | None] | None = None,
    said_bodies: frozenset[str] = frozenset(),
    isolated: bool = True,
    progress: Progress | None = None,
) -> ReadResult:
    """Read spreadsheets into datasets of pseudonymous statements.

    Parameters
    ----------
    paths
        Files, and folders (walked). In a folder, lock files and what is no spreadsheet are
        skipped with an info line; a file named by itself is always looked into.
    secret
        The deployment's key for pseudonyms of persons. Without the same key two imports can't
        be joined.
    mapping
        What the columns of other layouts mean (`ingest.sheets.mapping.load_mapping`).
    area
        Text or code of the area within which the sheets' names resolve.
    complete
        The sheets hold everything that there is in their area (their 填报单位, else `area`,
        else the whole known tree).
    as_kind
        The kind of every sheet, in place of what headers and names say.
    synthetic
        Mark the datasets as synthetic; a file that says so itself is marked in any case.
    hidden
        Read hidden sheets, too.
    taught
        Layouts that people taught (`ingest.reading.guess.taught_layouts`).
    said_bodies
        Marks of short names of which a person said that they are bodies', not persons'.
    isolated
        Parse in a process of its own, within limits of time and memory (`ingest.isolated.process`);
        without it a hostile file can bring the whole program down.
    progress
        Called with (`"reading"`, files done, files in all), and within a large sheet with
        (`"rows"`, rows done, rows in all).

    Returns
    -------
    ReadResult
        Datasets, issues, refused files. For each dataset `rows_read` counts the rows of data
        (no totals, no notes) and equals the rows kept plus `rows_rejected`; a row that names
        several bodies gives several statements with one row number.

    Raises
    ------
    BadWorkbook
        A path isn't there. A file that can't be read raises nothing: it is in `refused`.
    """
    options = Options(
        secret, mapping, area, complete, as_kind, synthetic, hidden, dict(taught or {}), said_bodies
    )
    notes: list[tuple[str, dict[str, Any]]] = []

    def keep(what: str, told: dict[str, Any]) -> None:
        notes.append((what, told))

    files, issues = find_files(list(paths))
    datasets: list[Dataset] = []
    refused: list[BadWorkbook] = []
    seen: dict[str, str] = {}
    kept: dict[Path, tuple[str, ...]] = {}
    wanted: list[Path] = []
    for path in files:
        try:
            digest = file_digest(path)
        except BadWorkbook as error:
            refused.append(error)
            continue
        name = file_label(path, options.secret)
        if digest in seen:
            other = seen[digest]
            issues.append(make_issue("file_twice", file=name, book=name, other=other))
        else:
            seen[digest] = name
            wanted.append(path)
    with collector_paused():
        found = read_all(wanted, options, progress) if isolated else None
        for done, path in enumerate(wanted):
            if progress and found is None:
                progress("reading", done, len(wanted))
            try:
                if found:
                    notes += found[path].notes
                    got, told = found[path].result()
                else:
                    got, told = read_one(path, options, progress, keep)
            except BadWorkbook as error:
                refused.append(error)
                continue
            datasets += got
            issues += told
            kept[path] = tuple(d.info.id for d in got)
    if progress:
        progress("reading", len(files), len(files))
    issues += _shared_series(datasets)
    guesses = {n["id"]: SheetGuess.model_validate(n["guess"]) for w, n in notes if w == "guess"}
    asked = [SheetQuestion.model_validate(n) for what, n in notes if what == "question"]
    accounts = [SheetAccount.model_validate(n) for what, n in notes if what == "account"]
    return ReadResult(datasets, issues, refused, kept, options, guesses, asked, accounts)


def _shared_series(datasets: Sequence[Dataset]) -> list[Issue]:
    """Two files of one import that would replace each other."""
    first: dict[str, Dataset] = {}
    issues = []
    for dataset in datasets:
        other = first.setdefault(dataset.info.series, dataset)
        if other.info.sha256 != dataset.info.sha256:
            issues.append(
                make_issue(
                    "series_shared",
                    file=dataset.info.file,
                    sheet=dataset.info.sheet,
                    book=other.info.file,
                    other=dataset.info.file,
                )
            )
    return issues
