"""What is looked at in an old workbook (.xls, WPS .et) before it is parsed.

Such a file is a small file system (compound file) that holds a stream of records. As in
`precheck`, a password is found here, and what python-calamine turns into empty text: error
values, formulas without a result; and the hidden rows. Macros lie in other streams and are
never looked at.

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
_BOF, _EOF, _FILEPASS, _SHEET, _EPOCH = 0x809, 0x0A, 0x2F, 0x85, 0x22
_ROW, _FORMULA, _STRING, _BOOLERR, _EXTENT = 0x208, 0x06, 0x207, 0x205, 0x200
_ROWS_MAX, _COLUMNS_MAX = 65_536, 256
_CELLS = {_FORMULA, _BOOLERR, 0x203, 0x27E, 0xFD, 0x204, 0xD6, 0xBD}
"""Records of a cell with a value; 0xBD holds several."""
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
    size, mini = 1 << shift, 1 << mini_shift
    count = -(-len(data) // size)
    (directory,) = struct.unpack_from("<I", data, 48)
    cutoff, mini_table, _, more, _ = struct.unpack_from("<IIIII", data, 56)
    tables = [s for s in struct.unpack_from("<109I", data, 76) if s < _NO_SECTOR]
    seen = 0
    while more < _NO_SECTOR:
        seen += 1
        if seen > count:
            raise Broken
        words = struct.unpack_from(f"<{size // 4}I", _sector(data, more, size))
        tables += [s for s in words[:-1] if s < _NO_SECTOR]
        more = words[-1]
    if len(tables) > count:
        raise Broken
    chain = b"".join(_sector(data, s, size) for s in tables)
    table = struct.unpack(f"<{len(chain) // 4}I", chain)

    def read(start: int) -> bytes:
        return b"".join(_sector(data, s, size) for s in _chain(table, start, count))

    entries = list(_entries(read(directory)))
    root = next((e for e in entries if e[1] == 5), None)
    small = read(root[2]) if root is not None and root[2] < _NO_SECTOR else b""
    minis = read(mini_table) if mini_table < _NO_SECTOR else b""
    small_table = struct.unpack(f"<{len(minis) // 4}I", minis[: len(minis) // 4 * 4])
    found: dict[str, bytes] = {}
    for label, kind, start, length in entries:
        if kind != 2 or label in found or (label not in _STREAMS and length > cutoff):
            if kind == 2:
                found.setdefault(label, b"")
            continue
        if length < cutoff:
            pieces = (
                small[s * mini : (s + 1) * mini]
                for s in _chain(small_table, start, len(small_table))
            )
            found[label] = b"".join(pieces)[:length]
        else:
            found[label] = read(start)[:length]
    return found


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
    """Name, kind (2 stream, 5 root), first sector and length of each entry."""
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        length, kind = struct.unpack_from("<HB", directory, at + 64)
        if kind not in (2, 5):
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
        elif at == 0 and code & 0xFF != _BOF & 0xFF:
            raise Broken
        at += 4 + length
    raise Broken


def _sheet(stream: bytes, at: int) -> SheetFacts:
    """Facts of the sheet whose records begin there.

    "Gave the empty text" is also what some programs write for "never computed". It is taken
    for that where no formula of the sheet has a result and this one holds no empty text.
    """
    facts = SheetFacts()
    computed = False
    unsure: list[tuple[int, int]] = []
    header = struct.Struct("<HH")
    place = struct.Struct("<HH")
    depth = 0
    waiting: tuple[int, int] | None = None
    end = len(stream) - 4
    while at <= end:
        code, length = header.unpack_from(stream, at)
        body = at + 4
        at = body + length
        if waiting is not None and code not in _BETWEEN:
            if code != _STRING:
                facts.flaws.setdefault(waiting[0], {})[waiting[1]] = Flaw("cell_formula", "=")
            waiting = None
        if code not in _WANTED:
            continue
        if code == _BOF:
            depth += 1
        elif code == _EOF:
            depth -= 1
            if depth <= 0:
                for row, column in () if computed else unsure:
                    facts.flaws.setdefault(row, {})[column] = Flaw("cell_formula", "=")
                return facts
        elif code == _EXTENT and length >= 10:
            # the parser makes room for as much as is said here
            form = "<IIHH" if length >= 14 else "<HHHH"
            top, rows, left, columns = struct.unpack_from(form, stream, body)
            if not (top <= rows <= _ROWS_MAX and left <= columns <= _COLUMNS_MAX):
                raise Broken
        elif depth == 1 and code == _ROW:
            (flags,) = struct.unpack_from("<H", stream, body + 12)
            if flags & _HIDDEN:
                facts.hidden_rows.add(place.unpack_from(stream, body)[0] + 1)
        elif depth == 1 and code in _CELLS:
            row, column = place.unpack_from(stream, body)
            last = struct.unpack_from("<H", stream, at - 2)[0] if code == 0xBD else column
            facts.rows = max(facts.rows, row + 1)
            facts.columns = max(facts.columns, last + 1)
            if code == _BOOLERR and stream[body + 7]:
                text = _ERRORS.get(stream[body + 6], "#")
                facts.flaws.setdefault(row + 1, {})[column] = Flaw("cell_error", text)
            elif code == _FORMULA and stream[body + 12 : body + 14] == b"\xff\xff":
                result = stream[body + 6]
                if result == 2:
                    text = _ERRORS.get(stream[body + 8], "#")
                    facts.flaws.setdefault(row + 1, {})[column] = Flaw("cell_error", text)
                elif result == 0:
                    waiting = (row + 1, column)
                computed |= result in (0, 1, 2)
                if result == 3 and _EMPTY_TEXT not in stream[body + 20 : at]:
                    unsure.append((row + 1, column))
            elif code == _FORMULA:
                computed = True
    raise Broken
