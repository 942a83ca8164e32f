"""Text files as sheets: CSV and its siblings with other delimiters."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

from graph.model.issue import Issue
from graph.model.issues import make_issue
from graph.model.readable import readable
from ingest.files.csv_rows import CsvRows, Stray
from ingest.files.encodings import Decoded, decode
from ingest.files.raw import RawFile, RawSheet, sound_cells
from ingest.files.refusals import refuse
from ingest.files.xlsx_facts import column_letters
from ingest.values.cells import Raw
from ingest.values.sheet_words import header_keys, words

_DELIMITERS = (",", "\t", ";")
_LINES_SHOWN = 10


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
    """A text file as one sheet without a name.

    Raises
    ------
    BadWorkbook
        Empty, binary, in another encoding, or with a quotation mark that may swallow rows.
    """
    data = path.read_bytes()
    name = readable(path.name)
    decoded = decode(data, name)
    text = decoded.text
    if not text.strip("\ufeff \t\r\n\x00"):
        raise refuse("file_empty", name)
    if "\x00" in text:
        raise refuse("file_not_spreadsheet", name, found="binary")
    read = CsvRows(text, delimiter_of(text), name)
    count = text.count("\n") + 1
    if '"' in text:
        count = sum(1 for _ in read)
    issues = [*_about_encoding(decoded, name), *_about_quotes(read.strays, name)]

    def rows() -> Iterator[list[Raw]]:
        for row in read:
            yield sound_cells(row)  # type: ignore[arg-type]

    sheet = RawSheet("", rows, is_text=True, count=count, columns=read.widths.usual)
    return RawFile(path, hashlib.sha256(data).hexdigest(), (sheet,), issues=tuple(issues))


def _about_encoding(decoded: Decoded, name: str) -> Iterator[Issue]:
    """That the file holds two encodings, and where."""
    lines = decoded.other_lines
    if lines:
        shown = "、".join(map(str, lines[:_LINES_SHOWN])) + (
            "…" if len(lines) > _LINES_SHOWN else ""
        )
        yield make_issue(
            "encoding_mixed",
            file=name,
            count=len(lines),
            lines=shown,
            encoding=decoded.other,
        )


def _about_quotes(strays: list[Stray], name: str) -> Iterator[Issue]:
    for stray in strays:
        letter = column_letters(stray.column)
        yield make_issue("quote_stray", file=name, row=stray.row, letter=letter, line=stray.line)
