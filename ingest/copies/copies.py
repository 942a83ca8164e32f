"""Workbooks given back: the report on the file itself, and the cleaned copy.

Both keep the incoming layout. The report colours and comments the faulty cells, so that the
file can be mended where it is wrong and handed in again; the cleaned copy says of every row
what became of it. Each has a summary sheet in front (`ingest.files.origin`). They are made in the
reading process, from the file and nothing else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from graph.model.errors import UsageError
from graph.model.issue import Issue
from graph.model.readable import readable
from graph.model.receipt import CellPart
from ingest.copies.cleaned import RowMatch, verdict
from ingest.copies.copy_plan import Cell, Mark, Plan, SheetPlan
from ingest.copies.issue_list import issue_rows
from ingest.files.open import read_file
from ingest.files.origin import ADDED, Origin, seal
from ingest.files.raw import RawFile, RawSheet
from ingest.files.refusals import refuse
from ingest.files.xlsx_facts import column_number
from ingest.isolated.process import Isolated, Stopped, seconds_for
from ingest.reading.one_file import tables_of
from ingest.reading.read import ReadResult
from ingest.rows.cell_account import cells_mask, columns_of
from ingest.rows.table_signs import columns_told, signs_of
from ingest.sheets.options import Options, Progress
from ingest.values.cells import Flaw
from ingest.values.text import is_empty

_ORDER = {"error": 0, "warning": 1}

_PARTS: tuple[tuple[CellPart, str, str], ...] = (
    ("value", "读为数据", "绿色单元格"),
    ("header", "表头", "蓝色单元格"),
    ("title", "标题和说明", "紫色单元格"),
    ("no_data", "不是数据", "灰色单元格：序号、合计、页脚、不保存的个人信息"),
    ("not_read", "没有读", "橙色单元格：没有对应的字段"),
    ("rejected", "读不了", "浅红色单元格：所在行未导入，红色的是原因"),
)
_LIST_MAX = 5_000
"""Issues that the summary lists; the cells are marked in any case."""

_MARKED_MAX = 50_000
"""Cells with a comment; beyond, a workbook can hardly be opened."""


def write_report_copies(
    path: Path,
    read: ReadResult,
    issues: Sequence[Issue],
    lang: str = "zh",
    *,
    isolated: bool = True,
    progress: Progress | None = None,
) -> list[Path]:
    """The report as copies of the workbooks handed in, faulty cells coloured and commented.

    One file: `path` is its copy. Several: beside the list at `path`, each file that has
    errors or warnings is copied under its own name into a folder named like `path`.

    Returns
    -------
    list of Path
        The copies; empty where nothing could be read.

    Raises
    ------
    UsageError
        Can't be written there.
    BadWorkbook
        A file can no longer be read.
    """
    single = len(read.files) == 1 and not read.refused
    folder = path.with_suffix("")
    made: list[Path] = []
    faulty = {i.file for i in issues if i.level != "info"}
    faulty |= {a.file for a in read.accounts if a.signs or a.cells.not_read}
    with Isolated() if isolated else nullcontext() as process:
        wanted = [s for s in read.files if single or read.label_of(s) in faulty]
        for done, source in enumerate(wanted):
            if progress:
                progress("copies", done, len(wanted))
            target = path if single else _free(folder / f"{readable(source.stem)}.xlsx", made)
            _make(process, source, target, read, issues, None, lang)
            made.append(target)
    return made


def write_cleaned_copies(
    folder: Path,
    read: ReadResult,
    issues: Sequence[Issue],
    matches: Mapping[str, Mapping[int, RowMatch]],
    *,
    isolated: bool = True,
    progress: Progress | None = None,
) -> list[Path]:
    """Cleaned copies of the files that were read, under their own names.

    Raises
    ------
    UsageError
        Can't be written there.
    BadWorkbook
        A file can no longer be read.
    """
    made: list[Path] = []
    with Isolated() if isolated else nullcontext() as process:
        for done, source in enumerate(read.files):
            if progress:
                progress("copies", done, len(read.files))
            target = _free(folder / f"{readable(source.stem)}.xlsx", made)
            _make(process, source, target, read, issues, matches, "zh")
            made.append(target)
    return made


def _free(path: Path, taken: Sequence[Path]) -> Path:
    """A name that isn't taken: two files of one name come from two folders."""
    number, free = 1, path
    while free in taken:
        number += 1
        free = path.with_name(f"{path.stem}({number}){path.suffix}")
    return free


def _make(
    process: Isolated | None,
    source: Path,
    target: Path,
    read: ReadResult,
    issues: Sequence[Issue],
    matches: Mapping[str, Mapping[int, RowMatch]] | None,
    lang: str,
) -> None:
    ids = read.files[source]
    names = {
        read.label_of(source),
        *(d.info.file for d in read.datasets if d.info.id in ids),
    }
    own = [i for i in issues if i.file in names]
    part = None if matches is None else {key: dict(matches.get(key, {})) for key in ids}
    seconds = 2 * seconds_for(source.stat().st_size)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # whatever the writing leaves behind goes with the folder
        with TemporaryDirectory(prefix=".gongjian-", dir=target.parent) as scratch:
            draft = Path(scratch) / target.name
            arguments: dict[str, Any] = {
                "source": str(source),
                "target": str(draft),
                "options": read.options,
                "issues": own,
                "matches": part,
                "lang": lang,
            }
            if process is None:
                copy_task(lambda _: None, **arguments)
            else:
                for _ in process.run("copy", seconds=seconds, **arguments):
                    pass
            draft.replace(target)
    except OSError as error:
        raise UsageError(
            f"{target}：写不了，请检查文件夹是否可写、文件是否正被打开。",
            f"{target}: can't be written; check the folder, and that the file isn't open.",
        ) from error
    except Stopped as stopped:
        raise refuse("copy_failed", source.name) from stopped


# ---------------------------------------------------------------- in the reading process
def copy_task(
    _: Callable[[Any], None],
    source: str,
    target: str,
    options: Options,
    issues: list[Issue],
    matches: dict[str, dict[int, RowMatch]] | None,
    lang: str,
) -> None:
    """The task of the reading process: one copy."""
    from ingest.copies.writer import write_copy

    file = read_file(Path(source), secret=options.secret)
    try:
        plan = _plan(file, options, issues, matches, lang)
        write_copy(file, plan, Path(target))
    finally:
        file.close()


def _plan(
    file: RawFile,
    options: Options,
    issues: Sequence[Issue],
    matches: dict[str, dict[int, RowMatch]] | None,
    lang: str,
) -> Plan:
    names = _copy_names(file)
    by_sheet: dict[str, list[Issue]] = defaultdict(list)
    for issue in issues:
        by_sheet[issue.sheet].append(issue)
    sheets = {s.name: SheetPlan() for s in file.sheets}
    contents: dict[str, str] = {}
    for sheet in file.sheets:
        own = by_sheet.get(sheet.name, [])
        if sheet.told_name != sheet.name:
            own = own + by_sheet.get(sheet.told_name, [])
        if matches is None:
            _understood(sheets[sheet.name], file, sheet, options)
            _mark(sheets[sheet.name], sheet, own)
        else:
            contents |= _clean(sheets[sheet.name], file, sheet, options, own, matches)
    origin = Origin(
        file.told_name,
        file.sha256 if file.origin is None else file.origin.sha256,
        {names[s.name]: s.told_name for s in file.sheets},
        contents,
    )
    counts = Counter(part for plan in sheets.values() for part in plan.parts.values())
    summary = _summary(issues, names, lang, parts=None if matches is not None else counts)
    return Plan(origin, summary, sheets, names)


def _copy_names(file: RawFile) -> dict[str, str]:
    """A sheet's name in the copy: its own, or the file's where it has none."""
    used: set[str] = set()
    names: dict[str, str] = {}
    for sheet in file.sheets:
        plain = "".join("_" if c in "[]:*?/\\" else c for c in sheet.name or file.stem)
        name = plain.strip("' ")[:31] or "Sheet1"
        number = 1
        while name.lower() in used:
            number += 1
            name = f"{plain[:27]}({number})"
        used.add(name.lower())
        names[sheet.name] = name
    return names


def _mark(plan: SheetPlan, sheet: RawSheet, issues: Sequence[Issue]) -> None:
    """Faulty cells; a fault of a whole row is shown at the row's first filled cell."""
    lone = {i.row for i in issues if i.row and not i.cell and i.level in _ORDER}
    first: dict[int, int] = {}
    if lone:
        for number, cells in enumerate(sheet.rows(), start=1):
            if number in lone:
                first[number] = next((c for c, v in enumerate(cells) if not is_empty(v)), 0)
    for issue in sorted(
        (i for i in issues if i.level in _ORDER and i.row),
        key=lambda i: (_ORDER[i.level], i.row or 0, i.cell or ""),
    ):
        row = issue.row or 0
        letters = (issue.cell or "").rstrip("0123456789")
        place = row, column_number(letters) if letters else first.get(row, 0)
        word = "错误" if issue.level == "error" else "提醒"
        _add_mark(plan, place, issue.level, f"【{word}】{issue.zh}")
    _keep_formulas(plan, sheet)


def _understood(plan: SheetPlan, file: RawFile, sheet: RawSheet, options: Options) -> None:
    """The sheet as understood: what became of each cell, and where a sign points."""
    found = tables_of(file, sheet, options, keep_cells=True)
    for table, dataset in found:
        for row, parts in (table.account.kept or {}).items():
            for part, mask in parts.items():
                plan.parts.update({(row, column): part for column in columns_of(mask)})
        signs = signs_of(table, columns_told(table), dataset.info) if dataset else []
        for sign in signs:
            for cell in sign.cells:
                letters = cell.rstrip("0123456789")
                place = int(cell[len(letters) :]), column_number(letters)
                _add_mark(plan, place, "warning", f"【疑点】{sign.zh}")
    if not found:
        for row, cells in enumerate(sheet.rows(), start=1):
            mask = cells_mask(cells)
            plan.parts.update({(row, column): "not_read" for column in columns_of(mask)})


def _add_mark(plan: SheetPlan, place: tuple[int, int], level: str, text: str) -> None:
    text = _writable(text)
    mark = plan.marks.get(place)
    if mark is None:
        if len(plan.marks) < _MARKED_MAX:
            plan.marks[place] = Mark(level, text)
    elif mark.level == "warning" and level == "error":
        plan.marks[place] = Mark(level, f"{text}\n{mark.text}")
    elif text not in mark.text:
        mark.text += "\n" + text


def _keep_formulas(plan: SheetPlan, sheet: RawSheet) -> None:
    """Formulas without a result become errors: copies have values only, and an empty cell
    would be taken for "nothing" when it comes again.
    """
    for number, cells in enumerate(sheet.rows(), start=1):
        for column, cell in enumerate(cells):
            if isinstance(cell, Flaw) and cell.code == "cell_formula":
                plan.cells[number, column] = "#N/A"


def _clean(
    plan: SheetPlan,
    file: RawFile,
    sheet: RawSheet,
    options: Options,
    issues: Sequence[Issue],
    matches: Mapping[str, Mapping[int, RowMatch]],
) -> dict[str, str]:
    """The cells of a cleaned copy; returns the seal of each dataset's content."""
    by_row: dict[int, list[Issue]] = defaultdict(list)
    for issue in issues:
        if issue.row:
            by_row[issue.row].append(issue)
    found = tables_of(file, sheet, options, cleaned=True)
    width = max((len(row) for row in sheet.rows()), default=0)
    contents: dict[str, str] = {}
    for number, (table, dataset) in enumerate(found):
        column = width + number * len(ADDED)
        for i, text in enumerate(ADDED):
            plan.headers[table.header_row, column + i] = text
        for row, cells in (table.cleaned or {}).items():
            for at, value in cells.items():
                plan.cells[row, at] = value
        accepted = {s.row for s in table.rows}
        known = matches.get(dataset.info.id, {}) if dataset else {}
        for row in [*sorted(accepted), *table.rejected]:
            cells_added = verdict(
                rejected=row not in accepted, match=known.get(row), issues=by_row.get(row, [])
            )
            for i, text in enumerate(cells_added):
                if text:
                    plan.cells[row, column + i] = text
        if dataset is not None:
            contents[dataset.info.id] = seal(options.secret, dataset.content_hash())
    _keep_formulas(plan, sheet)
    return contents


def _summary(
    issues: Sequence[Issue],
    names: Mapping[str, str],
    lang: str,
    *,
    parts: Mapping[CellPart, int] | None,
) -> list[tuple[Cell | None, ...]]:
    """What stands below the origin on the summary sheet: counts, and every issue.

    Parameters
    ----------
    parts
        How many cells became what; None: a cleaned copy, which doesn't show it.
    """
    counts = Counter(i.level for i in issues)
    rows: list[tuple[Cell | None, ...]] = [
        (),
        ("错误", counts["error"], "红色单元格；所在行未导入"),
        ("提醒", counts["warning"], "黄色单元格；所在行已导入，该值按未知处理或待核"),
        ("说明", counts["info"], "不用改"),
        (),
        ("工作表", "单元格", "列", "级别", "原值", "问题与改法", "代码"),
    ]
    if parts is not None:
        rows[4:4] = [(word, parts.get(part, 0), told) for part, word, told in _PARTS]
    else:
        rows[1:4] = [
            ("错误", counts["error"], "核对结果为“退回”的行未导入"),
            ("提醒", counts["warning"], "所在行已导入，该值按未知处理或待核"),
            ("说明", counts["info"], "不用改；写法已在本簿中统一"),
        ]
    for row in issue_rows(issues, lang)[:_LIST_MAX]:
        level, _, sheet, number, column, cell, value, text, code = row
        place = cell or (str(number) if number else None)
        told = names.get(str(sheet), str(sheet)), place, column, level, value, text, code
        rows.append(tuple(_writable(t) if isinstance(t, str) else t for t in told))
    return rows


def _writable(text: str) -> str:
    """Text without the control characters that a workbook can't hold."""
    return "".join(c for c in text if c.isprintable() or c in "\n\u3000")
