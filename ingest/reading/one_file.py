"""One file to datasets: each sheet's tables read, counted and described."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from graph.model.dataset import Dataset, DatasetInfo
from graph.model.issue import Issue
from graph.model.issues import make_issue
from graph.model.labels import SheetKind
from graph.model.sheet_guess import SheetQuestion
from ingest.files.open import read_file
from ingest.files.origin import seal
from ingest.files.raw import RawFile, RawSheet
from ingest.files.refusals import refuse
from ingest.reading.accounts import account_of, account_of_unread
from ingest.reading.find_tables import read_tables
from ingest.reading.guess import guess_of, make_question, question_of
from ingest.rows.cell_account import cells_mask
from ingest.rows.sheet_table import ScopeSource, SheetTable
from ingest.sheets.headers import Clues
from ingest.sheets.mapping import SheetMapping
from ingest.sheets.options import Options, Progress
from ingest.sheets.titles import Heading, area_in, default_sheet_name, series_of
from ingest.values.cells import Raw
from ingest.values.dates import read_date
from ingest.values.sheet_words import match_key, words

Note = Callable[[str, dict[str, Any]], None]
"""Told a `guess` about a table, or a `question` about a sheet, as JSON."""

_BATCH = 2_000
"""Statements in one message from the reading process."""

_TOLD_EVERY = 5_000
"""Rows between two words of progress."""


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
    file = read_file(path, secret=options.secret)
    try:
        datasets: list[Dataset] = []
        issues: list[Issue] = list(file.issues)
        unknown: list[str] = []
        known = False
        for sheet in file.sheets:
            found, told = _read_sheet(file, _counted(sheet, progress), options, note or _quiet)
            datasets += found
            issues += told
            known |= bool(found) or any(i.code == "table_empty" for i in told)
            if any(i.code in ("sheet_unknown", "sheet_unsure") for i in told):
                unknown.append(sheet.name or file.path.stem)
        if not known:
            names = "、".join(unknown) or "、".join(s.name for s in file.sheets)
            raise refuse("file_unknown", file.path.name, sheets=names[:200])
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
    for number, (table, dataset) in enumerate(found, start=1):
        account = account_of(table, dataset.info if dataset else None, number)
        note("account", account.model_dump(mode="json", by_alias=True))
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
    count, cells = _filled(sheet) if sheet.count else (0, 0)
    if not count:
        return []
    account = account_of_unread(file.path.name, sheet.name, cells)
    note("account", account.model_dump(mode="json", by_alias=True))
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
    keep_cells: bool = False,
    asked: list[SheetQuestion] | None = None,
) -> list[tuple[SheetTable, Dataset | None]]:
    """The tables of a sheet, each with its dataset (None where it has no row of data).

    Parameters
    ----------
    cleaned
        Whether to note, too, how each cell is best written.
    keep_cells
        Whether to keep what became of each single cell.
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

    def scoped_by(heading: Heading, mapping: SheetMapping | None) -> ScopeSource:
        if options.area or (mapping and mapping.scope):
            return "told"
        texts = (heading.title, told, file.stem)
        return "title" if heading.reporter or any(area_in(t) for t in texts) else ""

    tables = read_tables(
        sheet,
        clues,
        file=file.path.name,
        secret=options.secret,
        said_bodies=options.said_bodies,
        scoped_by=scoped_by,
        cleaned=cleaned,
        keep_cells=keep_cells,
        ask=ask,
    )
    turns: Counter[SheetKind] = Counter()
    found: list[tuple[SheetTable, Dataset | None]] = []
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


def _filled(sheet: RawSheet) -> tuple[int, int]:
    """Filled rows and cells of a sheet."""
    counts = [cells_mask(row).bit_count() for row in sheet.rows()]
    return sum(1 for n in counts if n), sum(counts)


# ----------------------------------------------------------------------------- datasets
def _dataset(file: RawFile, table: SheetTable, number: int, turn: int, options: Options) -> Dataset:
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
        columns=table.columns.read(),
        columns_dropped=table.columns.dropped(),
        columns_ignored=table.columns.ignored(),
        rows_read=table.rows_read,
        rows_rejected=table.rows_rejected,
        short_names=table.short_names,
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


def _reported_on(table: SheetTable, issues: list[Issue], name: str) -> str | None:
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
    table: SheetTable, options: Options, issues: list[Issue], file: RawFile
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
