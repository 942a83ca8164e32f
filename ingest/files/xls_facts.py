"""What is looked at in an old workbook (.xls, WPS .et) before it is parsed.

Such a file is a small file system (compound file) that holds a stream of records. As in
`ingest.files.xlsx_facts`, a password is found here, and what python-calamine turns into empty
text: error values, formulas without a result; and the hidden rows. Macros lie in other streams
and are never looked at.

Sources: [MS-CFB] and [MS-XLS], the published formats.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ingest.files.refusals import refuse
from ingest.files.xlsx_facts import LIMITS, Limits, SheetFacts
from ingest.values.cells import Flaw

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = ("workbook", "book")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_NO_SECTOR = 0xFFFFFFFA
"""From here on a number is no sector: free, end of chain, table."""
_ENTRY = 128
_STREAM, _ROOT = 2, 5
"""Kinds of entry."""
_EXCEL_97 = 0x600
_BOF, _EOF, _FILEPASS, _SHEET, _EPOCH = 0x809, 0x0A, 0x2F, 0x85, 0x22
_ROW, _FORMULA, _STRING, _BOOLERR, _EXTENT = 0x208, 0x06, 0x207, 0x205, 0x200
_ROWS_MAX, _COLUMNS_MAX = 65_536, 256
_NUMBERS = 0xBD
"""A record of several cells."""
_CELLS = {_FORMULA, _BOOLERR, 0x203, 0x27E, 0xFD, 0x204, 0xD6, _NUMBERS}
"""Records of cells with a value."""
_TEXT, _BOOLEAN, _ERROR, _EMPTY = range(4)
"""What a formula gave, where that is no number."""
_PAIR = struct.Struct("<HH")
_WANTED = _CELLS | {_ROW, _STRING, _BOF, _EOF, _EXTENT}
_BETWEEN = {0x4BC, 0x221, 0x236}
"""What may stand between a formula and the text that it gave."""
_HIDDEN = 0x20
_EMPTY_TEXT = b"\x17\x00"
"""The token of "" in a formula."""
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


class Broken(Exception):
    """The file isn't what its first bytes say."""


def scan_biff(data: bytes, name: str, limits: Limits = LIMITS) -> tuple[list[SheetFacts], bool]:
    """Facts of each sheet in the workbook's order, and whether its days count from 1904.

    Raises
    ------
    BadWorkbook
        Encrypted, damaged, another kind of compound file, or with cells strewn too far.
    """
    try:
        streams = read_streams(data)
        if "encryptedpackage" in streams:
            raise refuse("file_encrypted", name)
        stream = next((streams[s] for s in _STREAMS if s in streams), None)
        if stream is None:
            found = next((w for s, w in _OTHERS.items() if s in streams), "OLE")
            raise refuse("file_not_spreadsheet", name, found=found)
        starts, epoch = _globals(stream, name)
        facts = [_sheet(stream, at) for at in starts]
    except (Broken, struct.error, IndexError) as error:
        code = "file_encrypted" if _ENCRYPTED in data else "file_damaged"
        raise refuse(code, name) from error
    for number, sheet in enumerate(facts, start=1):
        if sheet.rows * sheet.columns > limits.cells:
            raise refuse(
                "file_too_sparse", name, title=str(number), rows=sheet.rows, columns=sheet.columns
            )
    return facts, epoch


_OTHERS = {
    "worddocument": "Word",
    "powerpoint document": "PowerPoint",
    "__properties_version1.0": "Outlook",
}


# ----------------------------------------------------------------------- compound file


def read_streams(data: bytes) -> dict[str, bytes]:
    """The streams of a compound file by their names in lower case.

    Raises
    ------
    Broken
        Not a compound file, or one whose chains of sectors go astray.
    """
    if len(data) < 512 or not data.startswith(MAGIC):
        raise Broken
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise Broken
    size, mini_size = 1 << shift, 1 << mini_shift
    (directory,) = struct.unpack_from("<I", data, 48)
    cutoff, mini_table = struct.unpack_from("<II", data, 56)
    table = _sector_table(data, size)

    def read(start: int) -> bytes:
        return b"".join(_sector(data, s, size) for s in _chain(table, start, -(-len(data) // size)))

    entries = list(_entries(read(directory)))
    root = next((start for _, kind, start, _ in entries if kind == _ROOT), _NO_SECTOR)
    small = read(root) if root < _NO_SECTOR else b""
    small_table = _numbers(read(mini_table)) if mini_table < _NO_SECTOR else ()

    def read_small(start: int) -> bytes:
        sectors = _chain(small_table, start, len(small_table))
        return b"".join(small[s * mini_size : (s + 1) * mini_size] for s in sectors)

    streams: dict[str, bytes] = {}
    for label, kind, start, length in entries:
        if kind != _STREAM or label in streams:
            continue
        if length < cutoff:
            streams[label] = read_small(start)[:length]
        else:  # of large streams only the workbook's matters
            streams[label] = read(start)[:length] if label in _STREAMS else b""
    return streams


def _sector_table(data: bytes, size: int) -> tuple[int, ...]:
    """The number of the sector that follows each sector."""
    count = -(-len(data) // size)
    (more,) = struct.unpack_from("<I", data, 68)
    tables = [s for s in struct.unpack_from("<109I", data, 76) if s < _NO_SECTOR]
    seen = 0
    while more < _NO_SECTOR:
        seen += 1
        if seen > count:
            raise Broken
        *numbers, more = _numbers(_sector(data, more, size))
        tables += [s for s in numbers if s < _NO_SECTOR]
    if len(tables) > count:
        raise Broken
    return _numbers(b"".join(_sector(data, s, size) for s in tables))


def _numbers(data: bytes) -> tuple[int, ...]:
    count = len(data) // 4
    return struct.unpack_from(f"<{count}I", data)


def _sector(data: bytes, number: int, size: int) -> bytes:
    start = (number + 1) * size
    if start >= len(data):
        raise Broken
    return data[start : start + size].ljust(size, b"\0")


def _chain(table: tuple[int, ...], start: int, most: int) -> Iterator[int]:
    steps = 0
    while start < _NO_SECTOR:
        steps += 1
        if steps > most or start >= len(table):
            raise Broken
        yield start
        start = table[start]


def _entries(directory: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Name, kind (stream or root), first sector and length of each entry."""
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        length, kind = struct.unpack_from("<HB", directory, at + 64)
        if kind not in (_STREAM, _ROOT):
            continue
        text = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", directory, at + 116)
        yield text.lower(), kind, start, size


# ----------------------------------------------------------------------------- records


def _globals(stream: bytes, name: str) -> tuple[list[int], bool]:
    """Where each sheet's records begin, and the epoch."""
    at, epoch = 0, False
    starts: list[int] = []
    while at + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, at)
        if code == _FILEPASS:
            raise refuse("file_encrypted", name)
        if code == _SHEET:
            starts.append(struct.unpack_from("<I", stream, at + 4)[0])
        elif code == _EPOCH:
            epoch = struct.unpack_from("<H", stream, at + 4)[0] == 1
        elif code == _EOF:
            return starts, epoch
        elif at == 0:
            _check_version(stream, name)
        at += 4 + length
    raise Broken


def _check_version(stream: bytes, name: str) -> None:
    """Refuse what is older than Excel 97."""
    code, _, version = struct.unpack_from("<HHH", stream, 0)
    if code & 0xFF != _BOF & 0xFF:
        raise Broken
    if code != _BOF or version < _EXCEL_97:
        raise refuse("file_old_format", name, found="Excel 5/95 (BIFF5)")


def _sheet(stream: bytes, start: int) -> SheetFacts:
    """Facts of the sheet whose records begin there."""
    scan = _SheetScan(stream)
    end = len(stream) - 4
    depth = 0
    while start <= end:
        code, length = _PAIR.unpack_from(stream, start)
        body = start + 4
        start = body + length
        scan.expect_text(code)
        if code not in _WANTED:
            continue
        if code == _BOF:
            depth += 1
        elif code == _EOF:
            depth -= 1
            if depth <= 0:
                return scan.finish()
        elif code == _EXTENT:
            scan.check_extent(body, length)
        elif depth == 1 and code == _ROW:
            scan.add_row(body)
        elif depth == 1 and code in _CELLS:
            scan.add_cell(code, body, start)
    raise Broken


class _SheetScan:
    """The records of one sheet, one after another.

    "Gave the empty text" is also what some programs write for "never computed". It is taken
    for that where no formula of the sheet has a result and this one holds no empty text.
    """

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self._facts = SheetFacts()
        self._computed = False
        """Whether some formula has a result."""
        self._unsure: list[tuple[int, int]] = []
        """Formulas that gave the empty text, or were never computed."""
        self._waiting: tuple[int, int] | None = None
        """The formula whose text is to follow."""

    def expect_text(self, code: int) -> None:
        """A formula that gave a text is followed by it; else it has no result."""
        if self._waiting is not None and code not in _BETWEEN:
            if code != _STRING:
                self._flaw(*self._waiting)
            self._waiting = None

    def check_extent(self, body: int, length: int) -> None:
        """The parser makes room for as much as is said here."""
        if length < 10:
            return
        form = "<IIHH" if length >= 14 else "<HHHH"
        top, rows, left, columns = struct.unpack_from(form, self._stream, body)
        if not (top <= rows <= _ROWS_MAX and left <= columns <= _COLUMNS_MAX):
            raise Broken

    def add_row(self, body: int) -> None:
        (flags,) = struct.unpack_from("<H", self._stream, body + 12)
        if flags & _HIDDEN:
            self._facts.hidden_rows.add(_PAIR.unpack_from(self._stream, body)[0] + 1)

    def add_cell(self, code: int, body: int, end: int) -> None:
        stream, facts = self._stream, self._facts
        row, column = _PAIR.unpack_from(stream, body)
        last = struct.unpack_from("<H", stream, end - 2)[0] if code == _NUMBERS else column
        facts.rows = max(facts.rows, row + 1)
        facts.columns = max(facts.columns, last + 1)
        if code == _BOOLERR and stream[body + 7]:
            self._flaw(row + 1, column, stream[body + 6])
        elif code == _FORMULA:
            self._add_formula(row + 1, column, body, end)

    def _add_formula(self, row: int, column: int, body: int, end: int) -> None:
        stream = self._stream
        if stream[body + 12 : body + 14] != b"\xff\xff":  # a number
            self._computed = True
            return
        result = stream[body + 6]
        self._computed |= result in (_TEXT, _BOOLEAN, _ERROR)
        if result == _ERROR:
            self._flaw(row, column, stream[body + 8])
        elif result == _TEXT:
            self._waiting = (row, column)
        elif result == _EMPTY and _EMPTY_TEXT not in stream[body + 20 : end]:
            self._unsure.append((row, column))

    def _flaw(self, row: int, column: int, error: int | None = None) -> None:
        """An error value, or a formula without a result."""
        flaw = Flaw("cell_formula", "=")
        if error is not None:
            flaw = Flaw("cell_error", _ERRORS.get(error, "#"))
        self._facts.flaws.setdefault(row, {})[column] = flaw

    def finish(self) -> SheetFacts:
        if not self._computed:
            for row, column in self._unsure:
                self._flaw(row, column)
        return self._facts
