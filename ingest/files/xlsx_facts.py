"""What is looked at in an .xlsx before it is parsed, and what the parser doesn't tell.

The pre-check refuses what would bring the parser down or eat the memory: too many or too large
parts, absurd compression, a document type declaration, cells strewn so far that their
rectangle can't be held. The scan of each sheet's XML finds what python-calamine turns into
empty text (error values, formulas without a result) and the hidden rows.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

from graph.model.errors import BadWorkbook
from ingest.files.refusals import refuse
from ingest.values.cells import Flaw


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may hold."""

    file_bytes: int = 256 << 20
    parts: int = 2_000
    total_bytes: int = 512 << 20
    ratio: int = 200
    """Uncompressed to compressed, for parts above a mebibyte."""
    cells: int = 10_000_000
    """Rows times columns of the rectangle that holds a sheet's cells."""


LIMITS = Limits()
_CHUNK = 1 << 20
_PIECE_MAX = 16 << 20
_OVERLAP = 256
_LETTERS = {chr(c): c - 64 for c in range(65, 91)}
_ROW = re.compile(rb"<row\b([^>]*)>")
_ROW_PREFIXED = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_ROW_NUMBER = re.compile(rb"(?<![\w:])r\s*=\s*[\"'](\d+)")
_HIDDEN = re.compile(rb"(?<![\w:])hidden\s*=\s*[\"'](?:1|true)")
_FAR = re.compile(rb"(?<![\w:])r\s*=\s*[\"']([A-Za-z]{2,3}\d{1,7}|[A-Za-z]\d{6,7})[\"']")
# the same, fast, for the usual spelling of attributes
_FAR_USUAL = re.compile(rb" r=\"([A-Za-z]{2,3}\d{1,7}|[A-Za-z]\d{6,7})\"")
# no place in a sheet: the parser would count it out of all bounds
_ABSURD = re.compile(rb"(?<![\w:])r\s*=\s*[\"'](?:[A-Za-z]{4}|[A-Za-z]{0,3}\d{8})")
_ABSURD_TAG = re.compile(rb"<(?:\w+:)?(?:c|row)\s[^>]*?" + _ABSURD.pattern)
_ABSURD_USUAL = re.compile(rb" r=\"(?:[A-Za-z]{4}|[A-Za-z]{0,3}\d{8})")
_COUNT = re.compile(rb"ount\s*=\s*[\"']\s*\+?(\d{1,30})")
_UNUSUAL = (b"='", b"r =", b"r\t=", b"r\n=", b"r\r=", b"\tr=", b"\nr=", b"\rr=")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(/?)>")
_REF = re.compile(rb"(?<![\w:])r\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
_ERROR = re.compile(rb"(?<![\w:])t\s*=\s*[\"']e[\"']")
_STRING = re.compile(rb"(?<![\w:])t\s*=\s*[\"']str[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)</")
_EMPTY_SCAN = (b"<f", b":f", b'"e"', b"'e'", b"hidden")


@dataclass(slots=True)
class SheetFacts:
    """What the XML of one sheet tells besides its values; rows are 1-based, columns 0-based."""

    rows: int = 0
    columns: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    flaws: dict[int, dict[int, Flaw]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BookFacts:
    """What the pre-check found: the part of each sheet, and the epoch of serial dates."""

    parts: dict[str, str]
    epoch_1904: bool


def column_number(letters: str) -> int:
    """0-based number of column letters.

    Examples
    --------
    >>> column_number("A"), column_number("AB"), column_number("XFD")
    (0, 27, 16383)
    """
    n = 0
    for c in letters.upper():
        n = n * 26 + _LETTERS[c]
    return n - 1


def column_letters(number: int) -> str:
    """Column letters as the spreadsheet program shows them.

    Examples
    --------
    >>> column_letters(0), column_letters(27), column_letters(16383)
    ('A', 'AB', 'XFD')
    """
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def check_book(path: Path, limits: Limits = LIMITS) -> BookFacts:
    """Refuse a hostile or foreign zip; say which part holds which sheet.

    Raises
    ------
    BadWorkbook
        Not an .xlsx, damaged, encrypted, too large, or with forbidden content.
    """
    name = path.name
    try:
        with zipfile.ZipFile(path) as book:
            infos = book.infolist()
            _check_sizes(name, infos, limits)
            names = {i.filename for i in infos}
            if len(names) < len(infos):
                raise refuse("file_hostile", name, what="duplicate parts")
            if "xl/workbook.xml" not in names:
                raise _foreign(name, names)
            for info in infos:
                if info.filename.endswith((".xml", ".rels")):
                    with book.open(info) as part:
                        _check_head(name, part.read(4096), info.file_size)
            return _book_facts(book)
    except BadWorkbook:
        raise
    except OSError as error:
        raise refuse("file_unreadable", name) from error
    except Exception as error:  # zlib, struct, XML and name errors of a broken archive alike
        raise refuse("file_damaged", name) from error


def _check_sizes(name: str, infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(infos) > limits.parts:
        raise refuse("file_too_large", name, what=f"{len(infos)} parts", limit=limits.parts)
    if any(i.flag_bits & 1 for i in infos):
        raise refuse("file_encrypted", name)
    total = sum(i.file_size for i in infos)
    worst = max(
        (i.file_size / max(i.compress_size, 1) for i in infos if i.file_size > _CHUNK), default=0
    )
    if total > limits.total_bytes or worst > limits.ratio:
        what = f"{total >> 20} MiB" if total > limits.total_bytes else f"1:{worst:.0f}"
        limit = (
            f"{limits.total_bytes >> 20} MiB" if total > limits.total_bytes else f"1:{limits.ratio}"
        )
        raise refuse("file_too_large", name, what=what, limit=limit)


def _check_head(name: str, head: bytes, size: int) -> None:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise refuse("file_hostile", name, what="DOCTYPE/ENTITY")
    if any(int(told) > size for told in _COUNT.findall(head)):
        # the parser makes room for as many as are said to come
        raise refuse("file_damaged", name)


def _foreign(name: str, parts: set[str]) -> BadWorkbook:
    if "xl/workbook.bin" in parts:
        return refuse("file_old_format", name, found=".xlsb")
    if "content.xml" in parts:
        return refuse("file_old_format", name, found=".ods")
    found = "Word" if any(p.startswith("word/") for p in parts) else "ZIP"
    return refuse("file_not_spreadsheet", name, found=found)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _book_facts(book: zipfile.ZipFile) -> BookFacts:
    workbook = ET.fromstring(book.read("xl/workbook.xml"))  # noqa: S314 - DTDs are refused above
    rels = ET.fromstring(book.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {r.get("Id"): r.get("Target", "") for r in rels}
    parts: dict[str, str] = {}
    epoch = False
    for element in workbook.iter():
        tag = _local(element.tag)
        if tag == "workbookPr":
            epoch = element.get("date1904") in ("1", "true", "on")
        elif tag == "sheet":
            rid = next((v for k, v in element.attrib.items() if _local(k) == "id"), None)
            target = targets.get(rid, "")
            full = target[1:] if target.startswith("/") else posixpath.join("xl", target)
            parts[element.get("name", "")] = posixpath.normpath(full)
    return BookFacts(parts, epoch)


def scan_sheet(path: Path, part: str, sheet: str, limits: Limits = LIMITS) -> SheetFacts:
    """Read a sheet's XML once, in pieces: extent, hidden rows, and flawed cells.

    Raises
    ------
    BadWorkbook
        Damaged, or its filled cells span more than `limits.cells`.
    """
    facts = SheetFacts()
    try:
        with zipfile.ZipFile(path) as book:
            if part not in book.namelist():
                return facts
            with book.open(part) as stream:
                for piece in _pieces(stream):
                    _scan_piece(piece, facts)
            if facts.rows * facts.columns > limits.cells:
                with book.open(part) as stream:
                    _check_filled(path.name, sheet, stream, limits)
    except BadWorkbook:
        raise
    except Exception as error:
        raise refuse("file_damaged", path.name) from error
    return facts


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The XML in pieces that begin at a row."""
    tail = b""
    while chunk := stream.read(_CHUNK):
        data = tail + chunk
        at = max(data.rfind(b"<row "), data.rfind(b":row "))
        cut = data.rfind(b"<", 0, at + 1) if at > 0 else -1
        if cut <= 0:
            tail = data
            if len(data) > _PIECE_MAX:  # no row for so long: not worth waiting for
                yield data
                tail = data[-_OVERLAP:]
            continue
        yield data[:cut]
        tail = data[cut:]
    if tail:
        yield tail


def _scan_piece(data: bytes, facts: SheetFacts) -> None:
    before = facts.rows
    close = any(mark in data for mark in _EMPTY_SCAN)
    row = before
    starts = []
    for match in (_ROW_PREFIXED if b":row" in data else _ROW).finditer(data):
        number = _ROW_NUMBER.search(match[1])
        row = int(number[1]) if number else row + 1
        facts.rows = max(facts.rows, row)
        if close:
            starts.append((match.end(), row))
            if _HIDDEN.search(match[1]):
                facts.hidden_rows.add(row)
    unusual = any(mark in data for mark in _UNUSUAL)
    if (_ABSURD if unusual else _ABSURD_USUAL).search(data) and _ABSURD_TAG.search(data):
        raise ValueError("a cell that no sheet has")
    for far in (_FAR if unusual else _FAR_USUAL).finditer(data):
        ref = far[1].decode()
        letters = ref.rstrip("0123456789")
        facts.columns = max(facts.columns, column_number(letters) + 1)
        facts.rows = max(facts.rows, int(ref[len(letters) :]))
    facts.columns = max(facts.columns, 26)
    if close:
        ends = [s for s, _ in starts[1:]] + [len(data)]
        for (start, at), end in zip(starts, ends, strict=True):
            cells = data[start:end]
            if _ERROR.search(cells) or _FORMULA.search(cells):
                _scan_row(cells, at, facts)


def _scan_row(cells: bytes, row: int, facts: SheetFacts) -> None:
    """The flawed cells of one row."""
    column = -1
    found = list(_CELL.finditer(cells))
    for i, match in enumerate(found):
        ref = _REF.search(match[1])
        column = column_number(ref[1].decode()) if ref else column + 1
        if match[2]:
            continue
        inner = cells[match.end() : found[i + 1].start() if i + 1 < len(found) else len(cells)]
        value = _VALUE.search(inner)
        text = value[1].decode("utf-8", "replace").strip() if value else ""
        at = int(ref[2]) if ref else row
        if _ERROR.search(match[1]):
            facts.flaws.setdefault(at, {})[column] = Flaw("cell_error", text or "#")
        elif _FORMULA.search(inner) and not text and not _said_empty(match[1], value):
            facts.flaws.setdefault(at, {})[column] = Flaw("cell_formula", "=")


def _said_empty(attributes: bytes, value: re.Match[bytes] | None) -> bool:
    """A formula whose kept result is the empty text (t="str" with an empty <v>) is empty."""
    return value is not None and _STRING.search(attributes) is not None


def _check_filled(name: str, sheet: str, stream: IO[bytes], limits: Limits) -> None:
    """The extent of the cells that hold something; formatting alone does no harm."""
    rows = columns = 0
    for piece in _pieces(stream):
        for match in _CELL.finditer(piece):
            if match[2] or (ref := _REF.search(match[1])) is None:
                continue
            columns = max(columns, column_number(ref[1].decode()) + 1)
            rows = max(rows, int(ref[2]))
    if rows * columns > limits.cells:
        raise refuse("file_too_sparse", name, title=sheet, rows=rows, columns=columns)
