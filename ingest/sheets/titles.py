"""What a sheet is called: its title rows, its series, and whether a text names an area.

A series says which sheet is a newer version of which: the dates and version marks of file and
sheet names are taken off, running numbers (_1, -2) never.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from graph.model.labels import SheetKind
from graph.names.plain import drop_format_characters
from ingest.values.cells import Raw, shown
from ingest.values.personal_numbers import MASK
from ingest.values.safe_labels import title_text
from ingest.values.sheet_words import match_key, words
from ingest.values.text import is_empty, is_null, read_text

_DATES = (
    r"(?:19|20)\d{2}年(?:度)?(?:\d{1,2}月(?:份)?(?:\d{1,2}[日号])?)?",
    r"(?<!\d)(?:19|20)\d{2}[-._/]\d{1,2}(?:[-._/]\d{1,2})?(?!\d)",
    r"(?<!\d)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?(?!\d)",
    r"(?<!\d)(?:19|20)\d{2}(?!\d)",
    r"(?<!\d)\d{1,2}月(?:份)?(?:\d{1,2}[日号])?",
)
_VERSIONS = (
    r"(?<![A-Za-z])[vV]\d+(?:\.\d+)*",
    r"第[\d一二三四五六七八九十]+版",
    r"最新版?|终稿|终版|最终版?|定稿|修订[版稿]?|更新版?|副本",
    r"(?<![A-Za-z])copy(?![A-Za-z])",
)
_MARKS = re.compile("|".join(_DATES + _VERSIONS), re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(r"[(\[（【]\s*[-_.\s]*[)\]）】]")
_COPY_NUMBER = re.compile(r"\(\d+\)$")
_EDGES = " \t-_.—–,，、·"
_AREA = re.compile(
    r"[\u4e00-\u9fff\U00020000-\U0003ffff]{2,}?(?:省|市|自治州|区|县|街道|镇|乡|社区|村|居委会|开发区|办事处)"
)
_AREA_CODE = re.compile(r"(?<!\d)\d{6}(?:\d{3}){0,3}(?!\d)")
_CUT = re.compile(r"填[表报]人|审核|制表|联系|负责人|电话|手机|单位[:：]|第\d+页|共\d+页")
_DEFAULT_SHEET = re.compile(r"(?:sheet|工作表|表)\d*", re.IGNORECASE)
TITLE_MAX = 200


def without_marks(name: str) -> str:
    """A file or sheet name without dates and version marks.

    Examples
    --------
    >>> without_marks("书院街道共建台账（2019年8月）终稿"), without_marks("共建台账20190801-v2 (1)")
    ('书院街道共建台账', '共建台账')
    >>> without_marks("台账_1"), without_marks("2019-08 单位名册-2")
    ('台账_1', '单位名册-2')
    """
    text = " ".join(unicodedata.normalize("NFKC", name).split())
    while True:
        before = text
        text = _COPY_NUMBER.sub("", text.strip(_EDGES)).strip(_EDGES)
        text = _EMPTY_BRACKETS.sub("", _MARKS.sub("", text)).strip(_EDGES)
        if text == before:
            return text


def series_of(kind: SheetKind, scope: str | None, file_stem: str, sheet: str, turn: int) -> str:
    """The series of a table; `turn` counts tables of one kind in a sheet.

    Examples
    --------
    >>> series_of(SheetKind.TIES, "书院街道", "共建台账2019-08", "Sheet1", 1)
    'ties|书院街道|共建台账|Sheet1'
    """
    parts = [str(kind), match_key(scope or ""), without_marks(file_stem), without_marks(sheet)]
    return "|".join(parts) + (f"#{turn}" if turn > 1 else "")


def area_in(text: str) -> str | None:
    """The first stretch of a text that looks like an area's name or code, else None.

    Examples
    --------
    >>> area_in("书院街道驻区单位台账"), area_in("驻区单位台账"), area_in("420902001需求")
    ('书院街道', None, '420902001')
    """
    key = match_key(text)
    if code := _AREA_CODE.search(key):
        return code[0]
    for word in words().no_area:
        key = key.replace(word, " ")
    found = _AREA.search(key)
    return found[0] if found else None


def default_sheet_name(name: str) -> bool:
    """Whether a sheet's name says nothing (Sheet1)."""
    return not name or _DEFAULT_SHEET.fullmatch(name.strip()) is not None


_MONEY = re.compile(r"单位[:：]?(?:人民币)?([亿万千百]?元)")


@dataclass(frozen=True, slots=True)
class Heading:
    """What stood above (or, for 填报日期, below) a table."""

    title: str = ""
    reporter: str | None = None
    reported_on: str | None = None
    """The text of 填报日期."""
    complete: str | None = None
    """The words that say so."""
    synthetic: bool = False
    money: str | None = None
    """The unit of amounts, where it is said once for the sheet: 单位：万元."""


def is_meta(first: Raw) -> bool:
    """Whether a row's first filled cell is 填报单位 or 填报日期."""
    if not isinstance(first, str) or len(first) > 200:
        return False
    key = match_key(first)
    return key.startswith((*words().reporter, *words().report_date))


def read_heading(rows: Iterable[list[Raw]]) -> Heading:
    """Title, 填报单位 and 填报日期 out of the rows above a header.

    Examples
    --------
    >>> h = read_heading([["书院街道共建台账"], ["填报单位：书院街道  填报日期：2019年8月1日"]])
    >>> h.title, h.reporter, h.reported_on
    ('书院街道共建台账', '书院街道', '2019年8月1日')
    """
    titles: list[str] = []
    found: dict[str, str] = {}
    complete = money = None
    for row in rows:
        cells = [_squeezed(c) for c in row if not is_empty(c)]
        for i, cell in enumerate(cells):
            after = cells[i + 1] if i + 1 < len(cells) else ""
            told = _meta(cell, after)
            for name, value in told.items():
                if value:
                    found.setdefault(name, value)
            unit = _MONEY.search(cell)
            money = money or (unit and unit[1])
            said = next((w for w in words().complete if w in match_key(cell)), None)
            complete = complete or said
            if not told and not _is_note(cell) and (i == 0 or len(cells) <= 3):
                titles.append(cell)
    used = set(found.values())
    title = " ".join(dict.fromkeys(t for t in titles if t not in used))[:TITLE_MAX]
    text = match_key(title)
    return Heading(
        title=str(read_text(title_text(title))[0] or "").replace(MASK, ""),
        reporter=_without_persons(found.get("reporter")),
        reported_on=found.get("report_date"),
        complete=complete,
        synthetic=any(w in text for w in words().synthetic),
        money=money,
    )


def _without_persons(text: str | None) -> str | None:
    return title_text(text).replace(MASK, "").strip() or None if text else text


def _squeezed(cell: Raw) -> str:
    text = unicodedata.normalize("NFKC", drop_format_characters(_whole(cell)))
    return "".join(text.split())


def _whole(cell: Raw) -> str:
    """A heading's cell as text; dates in ISO form."""
    return cell if isinstance(cell, str) else shown(cell)


def _is_note(cell: str) -> bool:
    return match_key(cell).startswith((*words().notes, *words().totals)) or bool(_CUT.match(cell))


def _meta(cell: str, after: str) -> dict[str, str]:
    """填报单位 and 填报日期 said in one cell, or in it and the next."""
    marks = [
        (cell.find(word), len(word), name)
        for name, options in (
            ("reporter", words().reporter),
            ("report_date", words().report_date),
        )
        for word in options
        if word in cell
    ]
    marks.sort()
    found: dict[str, str] = {}
    for i, (at, length, name) in enumerate(marks):
        end = marks[i + 1][0] if i + 1 < len(marks) else len(cell)
        value = re.sub(r"^\([^()]*\)", "", cell[at + length : end]).lstrip(":")
        if not value and i == len(marks) - 1:
            value = after if not _meta(after, "") else ""
        value = value[: m.start()] if (m := _CUT.search(value)) else value
        value = value.strip("_:;,。() ")
        if value and not is_null(value):
            found.setdefault(name, value[:TITLE_MAX])
        else:
            found.setdefault(name, "")
    return found
