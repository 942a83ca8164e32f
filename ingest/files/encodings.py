"""The encoding of a text file: told as a whole, or line by line, or refused.

UTF-8 and GB 18030 are read, also where a file holds lines of both. Where a line could be
either, the reading with common characters is taken, and only where it is clearly the better
one. Whatever else a file may be is named and refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from graph.model.errors import BadWorkbook
from ingest.files.garbled import (
    FEWEST,
    beyond_ascii,
    common_share,
    garbled_line,
    has_sheet_word,
    is_big5,
)
from ingest.files.refusals import refuse

_CLEARLY = 0.3
"""By how much the share of common characters must be greater in the better reading."""
_LEAST = 0.5
"""Share of common characters below which a line among others of another encoding is broken."""
_ODD = re.compile("[\u0080-\u07ff]{2}")
"""What GBK gives where it happens to be sound UTF-8: letters of scripts that no sheet has."""
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|$)")
_SAMPLE = 1 << 20
_MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file."""

    text: str
    other_lines: tuple[int, ...] = ()
    """Numbers of the lines that are in another encoding than most."""
    other: str = ""
    """That encoding."""


def decode(data: bytes, name: str) -> Decoded:
    r"""Text by its byte order mark, else as UTF-8, else as GB 18030, else line by line.

    Raises
    ------
    BadWorkbook
        Binary data, another encoding, a line that is sound in none, or text that was spoilt
        before.

    Examples
    --------
    >>> decode("汈汊湖".encode("gb18030"), "a.csv").text, decode("社区".encode("utf-16"), "a").text
    ('汈汊湖', '社区')
    >>> mixed = "单位名称\n".encode("gb18030") + "书院超市\n".encode() + "书院社区\n".encode()
    >>> decode(mixed, "a.csv")
    Decoded(text='单位名称\n书院超市\n书院社区\n', other_lines=(1,), other='GB18030')
    """
    found = _by_mark(data, name) or _without_mark(data, name)
    if spoilt := garbled_line(found.text):
        line, how = spoilt
        raise refuse("file_garbled", name, line=line, how=how)
    return found


def _by_mark(data: bytes, name: str) -> Decoded | None:
    """By a byte order mark of two bytes a character, or more."""
    encoding = next((e for mark, e in _MARKS if data.startswith(mark)), None)
    if encoding is None:
        return None
    if encoding == "utf-32":
        raise refuse("file_encoding_other", name, found="UTF-32")
    try:
        return Decoded(data.decode(encoding))
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, "ignore").count("\n") + 1
        raise refuse("file_encoding", name, line=line) from error


def _without_mark(data: bytes, name: str) -> Decoded:
    if b"\x00" in data:
        raise _with_zeros(data, name)
    data = data.removeprefix(b"\xef\xbb\xbf")
    whole = _read(data, "utf-8")
    if whole is not None and (not _ODD.search(whole) or garbled_line(whole)):
        return Decoded(whole)
    if whole is None:
        text = _read(data, "gb18030")
        if _is_big5(data, text):
            raise refuse("file_encoding_other", name, found="Big5")
        if text is not None and not _has_utf8(data):
            if _is_no_chinese(text[:_SAMPLE]):
                raise refuse("file_encoding", name, line=1)
            return Decoded(text)
    return _by_line(data, name, sound=whole is not None)


def _with_zeros(data: bytes, name: str) -> BadWorkbook:
    """Why bytes with zeros among them are refused."""
    for encoding, mark in (("utf-16-le", 1), ("utf-16-be", 0)):
        zeros = data[:_SAMPLE].count(b"\0")
        text = _read(data[: min(len(data), _SAMPLE) // 2 * 2], encoding)
        if zeros == data[mark:_SAMPLE:2].count(0) and text and _looks_like_text(text):
            return refuse("file_encoding_other", name, found="UTF-16（无字节序标记 / no BOM）")
    return refuse("file_not_spreadsheet", name, found="binary")


def _looks_like_text(text: str) -> bool:
    known = sum(1 for c in text if c.isascii() and (c.isprintable() or c in "\t\r\n"))
    return known + beyond_ascii(text) == len(text) and common_share(text) > _LEAST


def _is_no_chinese(text: str) -> bool:
    rare = beyond_ascii(text) >= FEWEST and common_share(text) < _LEAST
    return rare and not has_sheet_word(text)


def _read(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_big5(data: bytes, text: str | None) -> bool:
    if text is None:  # neither: as near as it comes
        text = data[:_SAMPLE].decode("gb18030", "replace")
    return is_big5(data, text)


def _has_utf8(data: bytes) -> bool:
    """Whether a line beyond ASCII is sound UTF-8."""
    return any(not line.isascii() and _read(line, "utf-8") is not None for line in _lines(data))


def _lines(data: bytes) -> list[bytes]:
    """Lines with their ends; no byte of a character in UTF-8 or GB 18030 is one."""
    return _LINE.findall(data)[:-1] if data else []


def _by_line(data: bytes, name: str, *, sound: bool) -> Decoded:
    """Each line by itself.

    Parameters
    ----------
    sound
        Whether all of them are UTF-8 as it is; then some may be GB 18030 all the same.

    Raises
    ------
    BadWorkbook
        A line is sound in neither encoding, or as good in both.
    """
    texts: list[str] = []
    where: dict[str, list[int]] = {"UTF-8": [], "GB18030": []}
    for number, line in enumerate(_lines(data), start=1):
        if line.isascii():
            texts.append(line.decode("ascii"))
            continue
        found = _of_line(line, sound=sound)
        if found is None:
            raise refuse("file_encoding", name, line=number)
        encoding, text = found
        texts.append(text)
        where[encoding].append(number)
    other = min(where, key=lambda encoding: len(where[encoding]))
    return Decoded("".join(texts), tuple(where[other]), other if where[other] else "")


def _of_line(line: bytes, *, sound: bool) -> tuple[str, str] | None:
    """Encoding and text of a line; None where it is broken, or could be either."""
    utf8, gb = _read(line, "utf-8"), _read(line, "gb18030")
    if utf8 is None:
        return ("GB18030", gb) if gb is not None and common_share(gb) > _LEAST else None
    better = 1.0 if gb is None else common_share(utf8) - common_share(gb)
    if gb is not None and better < -_CLEARLY:
        return "GB18030", gb
    return ("UTF-8", utf8) if sound or better > _CLEARLY else None
