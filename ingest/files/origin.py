"""What a workbook that we gave back says of the one that it is a copy of.

A report or a cleaned copy has one sheet of ours, the summary. It is not read as data; it says
which file and which sheets the copy was made from, so that the mended copy counts as a newer
version of that file (same series), and a copy that nobody changed as that very file.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.values.cells import Raw

SUMMARY = "共建核对汇总"
"""Name of our sheet."""
MARK = "共建核对汇总（本表由系统生成，不作数据读取；改好后整本交回即可，请勿删除本表）"
"""Its first cell."""
ADDED = ("核对结果〔共建〕", "匹配对象〔共建〕", "核对说明〔共建〕")
"""Headers of the columns that a cleaned copy has besides its own; they are never read."""
FILE, DIGEST, SHEET, CONTENT = "原文件", "原文件指纹", "原工作表", "内容校验"
_ROWS = 2_000
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that a workbook is a copy of."""

    file: str
    sha256: str
    sheets: dict[str, str] = field(default_factory=dict)
    """Sheet of the copy -> name of the sheet in the file."""
    contents: dict[str, str] = field(default_factory=dict)
    """Dataset id -> `seal` of its content, in a cleaned copy."""

    def rows(self) -> list[tuple[str, ...]]:
        """The summary sheet's first rows, from which `read_origin` makes it again."""
        return [
            (MARK,),
            (FILE, self.file),
            (DIGEST, self.sha256),
            *((SHEET, copy, name) for copy, name in self.sheets.items()),
            *((CONTENT, key, value) for key, value in self.contents.items()),
        ]


def read_origin(rows: Iterable[Sequence[Raw]]) -> Origin | None:
    """The origin that a summary sheet tells, or None where it is no sheet of ours.

    Examples
    --------
    >>> made = Origin("a.csv", "0" * 64, {"a": ""}, {"x": "y"})
    >>> read_origin(made.rows()) == made, read_origin([["汇总"]]) is None
    (True, True)
    """
    told: dict[str, str] = {}
    sheets: dict[str, str] = {}
    contents: dict[str, str] = {}
    for number, row in enumerate(rows):
        first, second, third = (*(str(c or "") for c in row[:3]), "", "", "")[:3]
        if number == 0 and first != MARK:
            return None
        if first in (FILE, DIGEST):
            told.setdefault(first, second)
        elif first == SHEET:
            sheets[second] = third
        elif first == CONTENT:
            contents[second] = third
        if number > _ROWS:
            break
    name, digest = Path(told.get(FILE, "")).name, told.get(DIGEST, "")
    if not name or not _SHA256.fullmatch(digest):
        return None
    return Origin(name, digest, sheets, contents)


def seal(secret: bytes, content: str) -> str:
    """A mark of a dataset's content that only this deployment can make.

    Examples
    --------
    >>> seal(b"key", "content") == seal(b"key", "content") != seal(b"other", "content")
    True
    """
    return hmac.new(secret, content.encode(), hashlib.sha256).hexdigest()


def without_added(cells: list[Any], columns: set[int]) -> list[Any]:
    """A row without our added columns, which begin where their headers stand."""
    for i, cell in enumerate(cells):
        if isinstance(cell, str) and cell in ADDED:
            columns.add(i)
    if columns:
        return ["" if i in columns else cell for i, cell in enumerate(cells)]
    return cells
