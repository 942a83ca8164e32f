"""Files to raw sheets: what stood in which cell, nothing interpreted yet.

The first bytes decide what a file is, never its suffix. Row numbers are those the spreadsheet
program shows. Cells that python-calamine gives as empty text but that are errors, or formulas
without a result, come as `Flaw`.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from graph.model.errors import BadWorkbook
from graph.model.issue import Issue
from graph.model.issues import make_issue
from graph.model.readable import readable
from ingest.files.encodings import decode
from ingest.files.origin import SUMMARY, read_origin, without_added
from ingest.files.raw import RawFile, RawSheet, clipped, sound_cells
from ingest.files.refusals import refuse
from ingest.files.text_file import read_csv
from ingest.files.web_page import charset_of, read_page
from ingest.files.xls_facts import MAGIC, scan_biff
from ingest.files.xlsx_facts import LIMITS, Limits, SheetFacts, check_book, scan_sheet
from ingest.files.xlsx_marks import marks_of
from ingest.values.cells import Flaw, Raw
from ingest.values.safe_labels import safe_label

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

T = TypeVar("T")

SHEET_SUFFIXES = frozenset({".xlsx", ".xlsm", ".csv", ".tsv", ".xls", ".et", ".xlsb", ".ods"})
"""What a folder's walk takes for spreadsheets; a file named by itself is always looked into."""

_MAGIC = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"{\\rtf", "RTF"),
    (b"SQLite format 3", "SQLite"),
    (b"\x7fELF", "ELF"),
    (b"MZ", "EXE"),
)

_OLDER = (
    (b"\x09\x00\x04\x00", "Excel 2 (BIFF2)"),
    (b"\x09\x02\x06\x00", "Excel 3 (BIFF3)"),
    (b"\x09\x04\x06\x00", "Excel 4 (BIFF4)"),
    (b"\x09\x08\x08\x00\x00\x05", "Excel 5/95 (BIFF5)"),
)
"""First bytes of sheets from before there were workbooks."""

_HTML = re.compile(
    r"\ufeff?\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*"
    r"<(?:!doctype\s+html|html|head|meta|body|table|style|div|center)\b",
    re.I | re.S,
)

_XML = re.compile(r"\ufeff?\s*<\?xml", re.I)


def find_files(paths: list[Path]) -> tuple[list[Path], list[Issue]]:
    """The spreadsheets among files and folders (walked), sorted; what was skipped is told.

    Raises
    ------
    BadWorkbook
        A path that isn't there.
    """
    found: set[Path] = set()
    issues: list[Issue] = []
    for path in paths:
        if path.is_dir():
            for inner in sorted(p for p in path.rglob("*") if p.is_file()):
                lock = inner.name.startswith(("~$", ".~", "."))
                if lock or inner.suffix.lower() not in SHEET_SUFFIXES:
                    name = readable(inner.name)
                    issues.append(make_issue("file_skipped", file=name, book=name))
                else:
                    found.add(inner)
        elif path.exists():
            found.add(path)
        else:
            raise refuse("file_missing", str(path))
    unique = sorted({(i.file, i.code): i for i in issues}.items())
    return sorted(found, key=lambda p: (p.name, str(p))), [i for _, i in unique]


def file_digest(path: Path) -> str:
    """SHA-256 of a file, read in pieces.

    Raises
    ------
    BadWorkbook
        The file can't be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    except OSError as error:
        raise refuse("file_unreadable", path.name) from error
    return digest.hexdigest()


def read_file(path: Path, *, limits: Limits = LIMITS, secret: bytes = b"") -> RawFile:
    """Open a file and its sheets.

    Parameters
    ----------
    secret
        The key by which persons in the names of the file and its sheets are marked.

    Raises
    ------
    BadWorkbook
        Empty, damaged, encrypted, no spreadsheet, too large, or in an unknown encoding.
    """
    file = _open_file(path, limits)
    sheets = tuple(
        replace(s, name=safe_label(s.name, secret) if secret else s.name, source_name=s.name)
        for s in file.sheets
    )
    file = replace(file, sheets=sheets, secret=secret)
    issues = tuple(i.model_copy(update={"file": file.path.name}) for i in file.issues)
    return replace(file, issues=issues)


def _open_file(path: Path, limits: Limits) -> RawFile:
    name = path.name
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise refuse("file_unreadable", name) from error
    if not head.strip():
        raise refuse("file_empty", name)
    if size > limits.file_bytes:
        limit = f"{limits.file_bytes >> 20} MiB"
        raise refuse("file_too_large", name, what=f"{size >> 20} MiB", limit=limit)
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise refuse("file_not_spreadsheet", name, found=what)
    for magic, what in _OLDER:
        if head.startswith(magic):
            raise refuse("file_old_format", name, found=what)
    if head.startswith(MAGIC[:4]):
        return _read_xls(path, limits)
    if head.startswith(b"PK"):
        return _read_xlsx(path, limits)
    start = _start(head)
    if _HTML.match(start):
        return _read_html(path, limits)
    if _XML.match(start) or start.startswith("MIME-Version:"):
        raise refuse("file_old_format", name, found="XML" if _XML.match(start) else "MHTML")
    return read_csv(path)


def _start(head: bytes) -> str:
    """A file's first characters, near enough to tell what it is."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    return head.decode("utf-8", "replace")


# -------------------------------------------------------------------------------- xlsx
def _read_xlsx(path: Path, limits: Limits) -> RawFile:
    facts = check_book(path, limits)
    scans = {sheet: scan_sheet(path, part, sheet, limits) for sheet, part in facts.parts.items()}
    book = _guarded(path, partial(_open_book, path))
    sheets = [
        _guarded(path, partial(_book_sheet, path, book, i, scans.get(name), facts.epoch_1904))
        for i, name in _worksheets(book)
    ]
    marks = marks_of(path, facts.parts)
    marked = (
        replace(s, struck=m.struck, commented=m.commented) if (m := marks.get(s.name)) else s
        for s in sheets
    )
    return _of_origin(RawFile(path, file_digest(path), tuple(marked), book.close))


def _of_origin(file: RawFile) -> RawFile:
    """A copy that we gave back: without our own sheet and columns."""
    ours = next((s for s in file.sheets if s.name == SUMMARY), None)
    origin = read_origin(ours.rows()) if ours else None
    if origin is None:
        return file
    sheets = tuple(
        replace(s, rows=partial(_own_cells, s.rows), origin=origin.sheets.get(s.name), commented={})
        for s in file.sheets
        if s is not ours
    )
    return replace(file, sheets=sheets, origin=origin)


def _own_cells(rows: Callable[[], Iterator[list[Raw]]]) -> Iterator[list[Raw]]:
    columns: set[int] = set()
    for row in rows():
        yield without_added(row, columns)


def _guarded(path: Path, step: Callable[[], T]) -> T:
    """A step of the parser; whatever it throws (a Rust panic too) is a damaged file."""
    try:
        return step()
    except (KeyboardInterrupt, BadWorkbook):
        raise
    except BaseException as error:
        raise refuse("file_damaged", path.name) from error


def _open_book(path: Path, data: bytes | None = None) -> CalamineWorkbook:
    """The parser's workbook; from `data` where the parser must not go by the suffix."""
    from python_calamine import CalamineWorkbook, PasswordError

    try:
        if data is None and path.suffix.lower() in (".xlsx", ".xlsm"):
            return CalamineWorkbook.from_path(str(path))
        return CalamineWorkbook.from_filelike(io.BytesIO(data or path.read_bytes()))
    except PasswordError as error:
        raise refuse("file_encrypted", path.name) from error


def _worksheets(book: CalamineWorkbook) -> list[tuple[int, str]]:
    """Number and name of the sheets that hold cells: no charts, no macro sheets."""
    return [
        (i, meta.name)
        for i, meta in enumerate(book.sheets_metadata)
        if str(meta.typ).endswith(".WorkSheet")
    ]


def _book_sheet(
    path: Path,
    book: CalamineWorkbook,
    index: int,
    found: SheetFacts | None,
    epoch_1904: bool,
) -> RawSheet:
    meta = book.sheets_metadata[index]
    facts = found or SheetFacts()
    sheet = book.get_sheet_by_index(index)
    merges = sheet.merged_cell_ranges or []
    filled = max([sheet.end[0] + 1 if sheet.end else 0, *facts.flaws])
    return RawSheet(
        name=meta.name,
        rows=lambda: _book_rows(path, sheet, facts.flaws),
        hidden=not str(meta.visible).endswith(".Visible"),
        merges=clipped(
            [(a[0] + 1, a[1], b[0] + 1, b[1]) for a, b in merges],
            filled,
            sheet.end[1] + 1 if sheet.end else 0,
        ),
        hidden_rows=frozenset(r for r in facts.hidden_rows if r <= filled),
        epoch_1904=epoch_1904,
        count=filled,
    )


def _book_rows(path: Path, sheet: Any, flaws: dict[int, dict[int, Flaw]]) -> Iterator[list[Raw]]:
    lead: list[Raw] = [""] * (sheet.start[1] if sheet.start else 0)
    number = 0
    try:
        for number, row in enumerate(sheet.iter_rows() if sheet.start else (), start=1):
            cells: list[Raw] = sound_cells(lead + row if lead else row)
            yield _with_flaws(cells, flaws[number]) if number in flaws else cells
    except BaseException as error:
        if isinstance(error, GeneratorExit | KeyboardInterrupt):
            raise
        raise refuse("file_damaged", path.name) from error
    for row_number in range(number + 1, max(flaws, default=0) + 1):
        yield _with_flaws([], flaws.get(row_number, {}))


def _with_flaws(cells: list[Raw], flaws: dict[int, Flaw]) -> list[Raw]:
    if flaws:
        cells = cells + [""] * (max(flaws) + 1 - len(cells))
        for column, flaw in flaws.items():
            if cells[column] in ("", None):
                cells[column] = flaw
    return cells


# -------------------------------------------------------------------- .xls, .et, web pages
def _read_xls(path: Path, limits: Limits) -> RawFile:
    data = path.read_bytes()
    facts, epoch = scan_biff(data, path.name, limits)
    book = _guarded(path, partial(_open_book, path, data))
    sheets = [
        _guarded(path, partial(_book_sheet, path, book, i, dict(enumerate(facts)).get(i), epoch))
        for i, _ in _worksheets(book)
    ]
    return RawFile(path, hashlib.sha256(data).hexdigest(), tuple(sheets), book.close)


def _read_html(path: Path, limits: Limits) -> RawFile:
    data = path.read_bytes()
    text = _page_text(data, path.name)
    page = _guarded(path, partial(read_page, text, path.name, limits))

    def rows() -> Iterator[list[Raw]]:
        for row in page.rows:
            yield sound_cells(list(row))

    sheet = RawSheet(
        name=page.name,
        rows=rows,
        merges=clipped(page.merges, len(page.rows), _width(page.rows)),
        hidden_rows=frozenset(page.hidden_rows),
        count=len(page.rows),
    )
    return RawFile(path, hashlib.sha256(data).hexdigest(), (sheet,))


def _width(rows: list[list[str]]) -> int:
    """Columns up to the last one with text."""
    return max((i + 1 for row in rows for i, cell in enumerate(row) if cell), default=0)


def _page_text(data: bytes, name: str) -> str:
    """A page's text in the encoding that it names, if that fits, else as a CSV's."""
    told = charset_of(data[:4096])
    if told and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            return data.decode(told)
        except UnicodeDecodeError:
            pass
    return decode(data, name).text
