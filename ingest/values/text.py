"""Texts, names, codes and words of cells, cleaned without repairing anything in silence.

What is harmless (case, surrounding blanks, an apostrophe, invisible characters) is mended and
told; what changes a meaning (O for 0, a lost digit, a wrong check digit) is an error that
names the cure.
"""

from __future__ import annotations

import re
import unicodedata

from graph.names.look_alikes import usual_characters
from graph.names.plain import drop_format_characters
from ingest.values.cells import LOST_DIGITS, CellProblem, CellReading, Flaw, Raw, number_text
from ingest.values.personal_numbers import mask_numbers
from ingest.values.sheet_words import words

NAME_MAX = 500

_SEPARATORS = re.compile(r"[、，,/；;\n\r]+")

_LIST_MARKS = re.compile(r"[、；;，,]+")

_SOFT_MARKS = re.compile(r"[/\n\r]+")

_USCC_LIKE = re.compile(r"[0-9A-Z]{18}")

_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")

_AREA_ENDINGS = ("省", "市", "县", "区", "镇", "乡", "村", "街道", "路", "网格")


def is_empty(raw: Raw) -> bool:
    """Whether a cell is blank: None, or text of white space only."""
    return raw is None or raw == "" or (isinstance(raw, str) and not raw.strip())


def is_null(text: str) -> bool:
    """Whether a text stands for nothing (无, /, — …).

    Examples
    --------
    >>> is_null("—"), is_null(" 无 "), is_null("0")
    (True, True, False)
    """
    if len(text) > 12:
        return False
    # not `match_key`: this is asked of every name, and no null word needs simplifying
    return unicodedata.normalize("NFKC", "".join(text.split())).lower() in words().null


def tidy_text(text: str) -> tuple[str, bool]:
    """Text without invisible and control characters, white space as single blanks.

    Returns
    -------
    tuple
        The text, and whether anything but white space was dropped.

    Examples
    --------
    >>> tidy_text(" 大众\\u200b超市\\n 一店 "), tidy_text("张　三")
    (('大众超市 一店', True), ('张 三', False))
    """
    text = usual_characters(text)
    if not text.isprintable():
        kept = drop_format_characters(text)
        # white space first: a line break is a control character too
        kept = "".join(" " if c.isspace() else c for c in kept)
        kept = "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cs"))
        return " ".join(kept.split()), any(
            unicodedata.category(c) in ("Cc", "Cs", "Cf") and not c.isspace() and c not in kept
            for c in text
        )
    return " ".join(text.split()), False


def read_text(raw: Raw) -> CellReading:
    """A text cell: trimmed; null words are None; a number as its digits.

    Examples
    --------
    >>> read_text(" 会议室 "), read_text("/"), read_text(12.0)
    (('会议室', None), (None, None), ('12', None))
    >>> read_text("x" * 501)[1].code, read_text(9.1440300192203e17)[1].code
    ('text_too_long', 'precision_lost')
    """
    if isinstance(raw, str):
        text, dropped = tidy_text(raw)
        if len(text) > NAME_MAX:
            return None, CellProblem("text_too_long", {"length": len(text), "limit": NAME_MAX})
        if "\ufffd" in text:
            return None, CellProblem("text_broken")
        if not text or is_null(text):
            return None, None
        if (masked := mask_numbers(text, codes=True)) != text:
            return masked, CellProblem("personal_in_text", shown=masked[:60])
        return text, CellProblem("format_characters") if dropped else None
    if isinstance(raw, Flaw):
        return None, CellProblem(raw.code)
    if isinstance(raw, bool):
        return ("是" if raw else "否"), None
    if isinstance(raw, int | float):
        if abs(raw) >= LOST_DIGITS:
            return None, CellProblem("precision_lost")
        told = number_text(raw)
        text = mask_numbers(told, codes=True)
        return text, CellProblem("personal_in_text", shown=text) if text != told else None
    return (None, None) if raw is None else (str(raw), None)


def split_names(text: str) -> tuple[str, ...]:
    """Several names in one cell, parted at 、 ， , / ； ; or a line break; nulls left out.

    Separators inside brackets don't part.

    Examples
    --------
    >>> split_names("会议室、停车位\\n图书角（一楼、二楼）"), split_names("无")
    (('会议室', '停车位', '图书角（一楼、二楼）'), ())
    """
    parts = [tidy_text(p)[0] for p in _split(text, _SEPARATORS)]
    return tuple(dict.fromkeys(p for p in parts if p and not is_null(p)))


def split_bodies(text: str) -> tuple[str, ...]:
    """Several bodies in one cell of a column that usually holds one.

    A stroke or a line break parts only where each part ends as a body's name does, or each as
    an area's: a long name is often wrapped.

    Examples
    --------
    >>> split_bodies("市民政局、市财政局"), split_bodies("孝感市\\n第一中学")
    (('市民政局', '市财政局'), ('孝感市 第一中学',))
    """
    found: list[str] = []
    for part in _split(text, _LIST_MARKS):
        pieces = [p for p in (tidy_text(x)[0] for x in _split(part, _SOFT_MARKS)) if p]
        found += pieces if _each_whole(pieces) else [tidy_text(part)[0]]
    return tuple(dict.fromkeys(p for p in found if p and not is_null(p)))


def split_members(text: str) -> tuple[str, ...]:
    """Several bodies in one cell of a column that is meant for several (参与单位).

    Every separator parts; only a line break after a bare city or district, or before a
    bracket, is a long name that was wrapped.

    Examples
    --------
    >>> split_members("居委会\\n物业公司\\n业委会"), split_members("孝感市\\n第一中学、市财政局")
    (('居委会', '物业公司', '业委会'), ('孝感市 第一中学', '市财政局'))
    """
    found: list[str] = []
    for part in _split(text, _LIST_MARKS):
        joined: list[str] = []
        for piece in (tidy_text(x)[0] for x in _split(part, _SOFT_MARKS)):
            wrapped = bool(joined) and (piece[:1] in ("(", "（") or _leads_a_name(joined[-1]))
            if wrapped and piece:
                joined[-1] += " " + piece
            elif piece:
                joined.append(piece)
        found += joined
    return tuple(dict.fromkeys(p for p in found if not is_null(p)))


def _leads_a_name(piece: str) -> bool:
    return 2 < len(piece) < 6 and piece[-1] in "省市县区" and not piece.endswith(("社区", "小区"))


def _each_whole(pieces: list[str]) -> bool:
    """Whether each piece can be a name by itself: all of bodies, or all of areas."""
    if len(pieces) < 2 or any(len(p) < 4 or p[0] in "(（" for p in pieces):
        return False
    areas = [p.endswith(_AREA_ENDINGS) for p in pieces]
    return all(areas) or (not any(areas) and all(looks_like_body(p) for p in pieces))


def _split(text: str, marks: re.Pattern[str]) -> list[str]:
    if not marks.search(text):
        return [text]
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        if c in "(（【〔[":
            depth += 1
        elif c in ")）】〕]":
            depth = max(0, depth - 1)
        elif depth == 0 and marks.match(c):
            parts.append(text[start:i])
            start = i + 1
    return [*parts, text[start:]]


def looks_like_body(name: str) -> bool:
    """Whether a name ends as names of bodies do (局, 院, 公司 …)."""
    return name.rstrip(")）")[-1:] in words().body_endings
