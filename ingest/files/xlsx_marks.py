"""Marks on cells of a sheet that say more than their values: struck out, commented on.

A style's font is struck out in `xl/styles.xml`; comments are a part of their own. Most workbooks
have neither, and then nothing more than the styles is read.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from ingest.files.xlsx_facts import column_number

_FALSE = ("0", "false", "off")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>])>")
_STYLE = re.compile(rb"(?<![\w:])s\s*=\s*[\"'](\d+)")
_REF = re.compile(rb"(?<![\w:])r\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
_COMMENT = re.compile(
    rb"<(?:\w+:)?comment\b[^>]*(?<![\w:])ref\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"']"
)
_TARGET = re.compile(r"Target\s*=\s*[\"']([^\"']*comments?\d*\.xml)[\"']")
Marks = dict[int, int]
"""Row (from 1) -> mask of its marked columns (from 0)."""


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """The marked cells of a sheet."""

    struck: Marks = field(default_factory=dict)
    """Struck out as a whole."""
    commented: Marks = field(default_factory=dict)


def marks_of(path: Path, parts: Mapping[str, str]) -> dict[str, SheetMarks]:
    """The marks of a workbook's sheets; none where its styles can't be read.

    Parameters
    ----------
    parts
        Sheet -> the part that holds it.
    """
    try:
        with zipfile.ZipFile(path) as book:
            struck = _struck_styles(_read(book, "xl/styles.xml"))
            return {
                sheet: SheetMarks(_struck(book, part, struck), _commented(book, part))
                for sheet, part in parts.items()
            }
    except (zipfile.BadZipFile, zlib.error, ET.ParseError, OSError, ValueError, KeyError):
        return {}  # what they say isn't needed to read the values


def _struck(book: zipfile.ZipFile, part: str, styles: frozenset[int]) -> Marks:
    found: Marks = {}
    if not styles:
        return found
    for cell in _CELL.finditer(_read(book, part)):
        style = _STYLE.search(cell[1])
        if style is not None and int(style[1]) in styles and (ref := _REF.search(cell[1])):
            _mark(found, ref)
    return found


def _commented(book: zipfile.ZipFile, part: str) -> Marks:
    folder, name = posixpath.split(part)
    rels = _read(book, f"{folder}/_rels/{name}.rels").decode("utf-8", "replace")
    found: Marks = {}
    for target in _TARGET.findall(rels):
        full = target[1:] if target.startswith("/") else posixpath.join(folder, target)
        for ref in _COMMENT.finditer(_read(book, posixpath.normpath(full))):
            _mark(found, ref)
    return found


def _mark(found: Marks, ref: re.Match[bytes]) -> None:
    row = int(ref[2])
    found[row] = found.get(row, 0) | 1 << column_number(ref[1].decode())


def _read(book: zipfile.ZipFile, part: str) -> bytes:
    return book.read(part) if part in book.NameToInfo else b""


def _struck_styles(styles: bytes) -> frozenset[int]:
    """Numbers of the cell styles whose fonts are struck out."""
    if b"strike" not in styles:
        return frozenset()
    root = ET.fromstring(styles)  # noqa: S314 - DTDs are refused before
    fonts = next((e for e in root if _local(e) == "fonts"), ())
    struck = {i for i, font in enumerate(fonts) if any(_strikes(e) for e in font)}
    formats = next((e for e in root if _local(e) == "cellXfs"), ())
    return frozenset(i for i, xf in enumerate(formats) if int(xf.get("fontId", "0")) in struck)


def _strikes(element: ET.Element) -> bool:
    return _local(element) == "strike" and element.get("val", "1").lower() not in _FALSE


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
