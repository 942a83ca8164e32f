"""From spreadsheets as they are to datasets: the way in.

`read_datasets` reads files and folders and gives one dataset per table, each with the issues
of its rows; beside them the issues of files and sheets, and the files that were refused as a
whole. The result doesn't depend on the order in which files are named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Mapping_
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from graph.collector import collector_paused
from graph.errors import BadWorkbook
from graph.guess import SheetGuess, SheetQuestion
from graph.issues import make_issue
from graph.model import Dataset, DatasetInfo, Issue, SheetKind
from ingest.apart import read_all
from ingest.cells import Raw
from ingest.clean import is_empty
from ingest.dates import read_date
from ingest.guess import guess_of, make_question, question_of
from ingest.headers import Clues
from ingest.mapping import Mapping, SheetMapping
from ingest.naming import Heading, area_in, default_sheet_name, series_of
from ingest.origin import seal
from ingest.read import RawFile, RawSheet, file_digest, find_files, read_file
from ingest.refusals import refuse
from ingest.sheets import read_tables
from ingest.tables import Table
from ingest.words import match_key, words

Progress = Callable[[str, int, int], None]
"""(stage, done, total)."""
Note = Callable[[str, dict[str, Any]], None]
"""Told a `guess` about a table, or a `question` about a sheet, as JSON."""
_BATCH = 2_000
"""Statements in one message from the reading process."""
_TOLD_EVERY = 5_000
"""Rows between two words of progress."""


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
    """How they were read; `ingest.copies` reads them again the same way."""
    guesses: dict[str, SheetGuess] = field(default_factory=dict)
    """Dataset id -> what it was taken for, and why."""
    questions: list[SheetQuestion] = field(default_factory=list)
    """Sheets that could not be told by themselves; they weren't read."""


@dataclass(frozen=True, slots=True)
class Options:
    """How sheets are read, besides what they say themselves."""

    secret: bytes
    mapping: Mapping | None
    area: str | None
    complete: bool
    as_kind: SheetKind | None
    synthetic: bool
    hidden: bool
    taught: Mapping_[str, SheetMapping | None] = field(default_factory=dict)


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
        What the columns of other layouts mean (`ingest.mapping.load_mapping`).
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
        Layouts that people taught (`ingest.guess.taught_layouts`).
    isolated
        Parse in a process of its own, within limits of time and memory (`ingest.isolated`);
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
        secret, mapping, area, complete, as_kind, synthetic, hidden, dict(taught or {})
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
        if digest in seen:
            other = seen[digest]
            issues.append(make_issue("file_twice", file=path.name, book=path.name, other=other))
        else:
            seen[digest] = path.name
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
    return ReadResult(datasets, issues, refused, kept, options, guesses, asked)


def read_task(tell: Callable[[tuple[Any, ...]], None], path: str, options: Options) -> None:
    """The task of the reading process: one file's tables as messages, in pieces.

    The rows of a table follow it; a piece is small, so neither side holds more than the
    statements themselves.
    """
    datasets, issues = read_one(
        Path(path),
        options,
        lambda stage, done, total: tell((stage, done, total)),
        lambda what, told: tell((what, told)),
    )
    for dataset in datasets:
        tell(("dataset", dataset.info, dataset.issues))
        for at in range(0, len(dataset.rows), _BATCH):
            tell(("statements", list(dataset.rows[at : at + _BATCH])))
    tell(("issues", issues))


def read_one(
    path: Path, options: Options, progress: Progress | None = None, note: Note | None = None
) -> tuple[list[Dataset], list[Issue]]:
    """All tables of one file, read in this process.

    Parameters
    ----------
    note
        Told what each table was taken for, and what is asked about sheets that aren't known,
        also where the file is refused then.

    Raises
    ------
    BadWorkbook
        It can't be read, or none of its sheets is known.
    """
    file = read_file(path)
    try:
        datasets: list[Dataset] = []
        issues: list[Issue] = []
        unknown: list[str] = []
        known = False
        for sheet in file.sheets:
            found, told = _read_sheet(file, _counted(sheet, progress), options, note or _quiet)
            datasets += found
            issues += told
            known |= bool(found) or any(i.code == "table_empty" for i in told)
            if any(i.code in ("sheet_unknown", "sheet_unsure") for i in told):
                unknown.append(sheet.name or path.stem)
        if not known:
            names = "、".join(unknown) or "、".join(s.name for s in file.sheets)
            raise refuse("file_unknown", path.name, sheets=names[:200])
        return datasets, issues
    finally:
        file.close()


def _quiet(what: str, told: dict[str, Any]) -> None:
    """Nobody wants to know."""


def _read_sheet(
    file: RawFile, sheet: RawSheet, options: Options, note: Note
) -> tuple[list[Dataset], list[Issue]]:
    """All tables of a sheet as datasets, or what there is to tell in their place."""
    name = file.path.name
    asked: list[SheetQuestion] = []
    found = tables_of(file, sheet, options, asked=asked)
    if not found:
        return [], _unread(file, sheet, options, asked, note)
    clues = _clues(file, sheet, options)
    datasets = []
    for table, dataset in found:
        if dataset is not None:
            datasets.append(dataset)
            guess = guess_of(table, clues).model_dump(mode="json")
            note("guess", {"id": dataset.info.id, "guess": guess})
    empty = [table.header_row for table, dataset in found if dataset is None]
    return datasets, [
        make_issue("table_empty", file=name, sheet=sheet.name, row=row) for row in empty
    ]


def _unread(
    file: RawFile, sheet: RawSheet, options: Options, asked: list[SheetQuestion], note: Note
) -> list[Issue]:
    """What to tell, and ask, about a sheet without a table that is read."""
    count = _filled(sheet) if sheet.count else 0
    if not count:
        return []
    code = "sheet_unknown"
    more: dict[str, Any] = {}
    if _is_left_out(sheet, options):
        code = "sheet_hidden"
    else:
        clues = _clues(file, sheet, options)
        question = asked[0] if asked else question_of(sheet, clues, file.path.name)
        if question is not None and question.layout in options.taught:
            code = "sheet_no_roster"
        elif question is not None:
            note("question", question.model_dump(mode="json"))
            if asked:
                code = "sheet_unsure"
                more = {"kinds": "、".join(str(c.kind) for c in question.candidates[:3])}
    title = sheet.name or file.stem
    name = file.path.name
    return [make_issue(code, file=name, sheet=sheet.name, title=title, count=count, **more)]


def _is_left_out(sheet: RawSheet, options: Options) -> bool:
    return sheet.hidden and not options.hidden


def _clues(file: RawFile, sheet: RawSheet, options: Options) -> Clues:
    """What besides its header tells the kind of a sheet."""
    told = sheet.told_name
    entry = options.mapping.for_sheet(file.told_name, told) if options.mapping else None
    if entry and options.as_kind and options.as_kind != entry.kind:
        entry = None
    return Clues(
        sheet=told,
        file=file.stem,
        as_kind=options.as_kind,
        mapping=entry,
        taught=options.taught,
    )


def tables_of(
    file: RawFile,
    sheet: RawSheet,
    options: Options,
    *,
    cleaned: bool = False,
    asked: list[SheetQuestion] | None = None,
) -> list[tuple[Table, Dataset | None]]:
    """The tables of a sheet, each with its dataset (None where it has no row of data).

    Parameters
    ----------
    cleaned
        Whether to note, too, how each cell is best written.
    asked
        Gets the question about a header that fits several kinds alike.
    """
    if _is_left_out(sheet, options):
        return []
    told, name = sheet.told_name, file.path.name
    clues = _clues(file, sheet, options)

    def ask(number: int, cells: list[Raw], known: Clues, below: list[list[Raw]]) -> None:
        if asked is not None:
            asked.append(
                make_question(
                    number, cells, known, below, file=name, sheet=sheet.name, count=sheet.count
                )
            )

    def scoped_by(heading: Heading, mapping: SheetMapping | None) -> bool:
        texts = (heading.title, told, file.stem)
        return bool(
            heading.reporter
            or options.area
            or (mapping and mapping.scope)
            or any(area_in(t) for t in texts)
        )

    tables = read_tables(
        sheet,
        clues,
        file=file.path.name,
        secret=options.secret,
        scoped_by=scoped_by,
        cleaned=cleaned,
        ask=ask,
    )
    turns: Counter[SheetKind] = Counter()
    found: list[tuple[Table, Dataset | None]] = []
    for number, table in enumerate(tables, start=1):
        turns[table.layout.kind] += 1
        turn = turns[table.layout.kind]
        dataset = _dataset(file, table, number, turn, options) if table.rows_read else None
        found.append((table, dataset))
    return found


def _counted(sheet: RawSheet, progress: Progress | None) -> RawSheet:
    """The sheet, telling how far its reading is."""
    if progress is None or sheet.count < 2 * _TOLD_EVERY:
        return sheet

    def rows() -> Iterator[list[Raw]]:
        for done, row in enumerate(sheet.rows()):
            if done % _TOLD_EVERY == 0:
                progress("rows", done, sheet.count)
            yield row

    return replace(sheet, rows=rows)


def _filled(sheet: RawSheet) -> int:
    return sum(1 for row in sheet.rows() if any(not is_empty(c) for c in row))


# ----------------------------------------------------------------------------- datasets


def _dataset(file: RawFile, table: Table, number: int, turn: int, options: Options) -> Dataset:
    heading, sheet, kind = table.heading, table.sheet, table.layout.kind
    entry = table.layout.mapping
    issues = list(table.issues)
    area = options.area or (entry.scope if entry else None)
    sheet_name = "" if default_sheet_name(sheet.told_name) else sheet.told_name
    scope = tuple(
        dict.fromkeys(
            t for t in (heading.reporter, area, heading.title, sheet_name, file.stem) if t
        )
    )
    complete, declared = _completeness(table, options, issues, file)
    info = DatasetInfo(
        id=dataset_id(file.sha256, sheet.told_name, number),
        sha256=file.sha256,
        file=file.path.name,
        sheet=sheet.name,
        kind=kind,
        series=series_of(kind, heading.reporter or area, file.stem, sheet.told_name, turn),
        scope=scope,
        declared_area=declared,
        complete=complete,
        reported_on=_reported_on(table, issues, file.path.name),
        synthetic=options.synthetic or heading.synthetic or _says_synthetic(file, sheet),
        columns=table.columns(),
        columns_dropped=table.dropped(),
        columns_ignored=table.ignored(),
        rows_read=table.rows_read,
        rows_rejected=table.rows_rejected,
    )
    dataset = Dataset(info, tuple(table.rows), tuple(issues))
    return _unchanged(file, sheet, number, dataset, options) or dataset


def dataset_id(sha256: str, sheet: str, number: int) -> str:
    """Id of the dataset of a sheet's table; tables are numbered from 1.

    Examples
    --------
    >>> dataset_id("ab" * 32, "共建", 1), dataset_id("ab" * 32, "共建", 2)
    ('abababababababab:共建', 'abababababababab:共建#2')
    """
    return f"{sha256[:16]}:{sheet}" + (f"#{number}" if number > 1 else "")


def _unchanged(
    file: RawFile, sheet: RawSheet, number: int, dataset: Dataset, options: Options
) -> Dataset | None:
    """The dataset of the file handed in, where a cleaned copy of it still says the same."""
    origin = file.origin
    if origin is None:
        return None
    key = dataset_id(origin.sha256, sheet.told_name, number)
    if key not in origin.contents:
        return None
    info = dataset.info.model_copy(
        update={
            "id": key,
            "sha256": origin.sha256,
            "file": origin.file,
            "sheet": sheet.told_name,
        }
    )
    first = replace(dataset, info=info)
    same = seal(options.secret, first.content_hash()) == origin.contents[key]
    return first if same else None


def _says_synthetic(file: RawFile, sheet: RawSheet) -> bool:
    text = match_key(f"{file.stem} {sheet.told_name}")
    return any(word in text for word in words().synthetic)


def _reported_on(table: Table, issues: list[Issue], name: str) -> str | None:
    text = table.heading.reported_on
    if not text:
        return None
    day, _ = read_date(text, "end")
    if day is None:
        issues.append(
            make_issue("reported_on_unreadable", file=name, sheet=table.sheet.name, text=text[:40])
        )
    return day


def _completeness(
    table: Table, options: Options, issues: list[Issue], file: RawFile
) -> tuple[bool, str | None]:
    """Whether the sheet covers its whole area, and which; a sheet's own word needs one."""
    heading, entry = table.heading, table.layout.mapping
    declared = heading.reporter or options.area or (entry.scope if entry else None)
    if options.complete or (entry is not None and entry.complete):
        return True, declared
    if heading.complete is None:
        return False, None
    declared = declared or area_in(heading.title) or area_in(file.told_name)
    if declared is None:
        issues.append(
            make_issue(
                "complete_without_area",
                file=file.path.name,
                sheet=table.sheet.name,
                text=heading.complete,
            )
        )
        return False, None
    return True, declared


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
