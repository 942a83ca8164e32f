"""Text files: their encoding, their delimiter, their rows."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

from ingest.files.raw import RawFile, RawSheet, sound_cells
from ingest.files.refusals import refuse
from ingest.values.cells import Raw
from ingest.values.sheet_words import header_keys, words

_DELIMITERS = (",", "\t", ";")


# --------------------------------------------------------------------------------- csv
def decode(data: bytes, name: str) -> str:
    """Text of a CSV file: by its byte order mark, else UTF-8, else GB18030, all strict.

    Raises
    ------
    BadWorkbook
        Binary data, or bytes that are neither.

    Examples
    --------
    >>> decode("汈汊湖".encode("gb18030"), "a.csv"), decode("社区".encode("utf-16"), "a.csv")
    ('汈汊湖', '社区')
    """
    tries: tuple[str, ...]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        tries = ("utf-16",)
    elif data.startswith(b"\xef\xbb\xbf"):
        tries = ("utf-8-sig",)
    else:
        if b"\x00" in data:
            raise refuse("file_not_spreadsheet", name, found="binary")
        tries = ("utf-8", "gb18030")
    for encoding in tries:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            where = error.start
    line = data.count(b"\n", 0, where) + 1
    raise refuse("file_encoding", name, line=line)


def delimiter_of(text: str) -> str:
    """The delimiter under which the first rows show most known headers; else the most frequent.

    Examples
    --------
    >>> delimiter_of("单位名称;统一社会信用代码;所在社区\\n甲,乙;x;y"), delimiter_of("a\\tb")
    (';', '\\t')
    """
    head = "\n".join(text[:20_000].splitlines()[:40])
    known = words().headers

    def score(mark: str) -> tuple[int, int]:
        try:
            rows = list(csv.reader(io.StringIO(head), delimiter=mark))
        except csv.Error:
            return 0, 0
        best = max(
            (sum(1 for c in r if any(k in known for k in header_keys(c[:60])[0])) for r in rows),
            default=0,
        )
        return best, head.count(mark)

    return max(_DELIMITERS, key=lambda m: (*score(m), -_DELIMITERS.index(m)))


def read_csv(path: Path) -> RawFile:
    data = path.read_bytes()
    text = decode(data, path.name)
    if not text.strip("\ufeff \t\r\n\x00"):
        raise refuse("file_empty", path.name)
    if "\x00" in text:
        raise refuse("file_not_spreadsheet", path.name, found="binary")
    mark = delimiter_of(text)

    def rows() -> Iterator[list[Raw]]:
        try:
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
                yield sound_cells(row)  # type: ignore[arg-type]
        except csv.Error as error:
            raise refuse("file_damaged", path.name) from error

    sheet = RawSheet("", rows, is_text=True, count=text.count("\n") + 1)
    return RawFile(path, hashlib.sha256(data).hexdigest(), (sheet,))
