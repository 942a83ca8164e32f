"""Texts, names, codes and words of cells, cleaned without repairing anything in silence.

What is harmless (case, surrounding blanks, an apostrophe, invisible characters) is mended and
told; what changes a meaning (O for 0, a lost digit, a wrong check digit) is an error that
names the cure.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from graph.identifiers import id_number_is_valid, is_uscc
from graph.names import drop_format_characters
from ingest.cells import LOST_DIGITS, Flaw, Problem, Raw, number_text
from ingest.words import match_key, words

Found = tuple[Any, Problem | None]

NAME_MAX = 500
_SEPARATORS = re.compile(r"[、，,/；;\n\r]+")
_LIST_MARKS = re.compile(r"[、；;，,]+")
_SOFT_MARKS = re.compile(r"[/\n\r]+")
_PHONE_OR_ID = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|1[3-9]\d{9}|1[3-9]\d-\d{4}-\d{4}|0\d{2,3}-\d{7,8})(?![0-9A-Za-z])"
)
_USCC_LIKE = re.compile(r"[0-9A-Z]{18}")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")
_AREA_ENDINGS = ("省", "市", "县", "区", "镇", "乡", "村", "街道", "路", "网格")
MASK = "***"


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


def read_text(raw: Raw) -> Found:
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
            return None, Problem("text_too_long", {"length": len(text), "limit": NAME_MAX})
        if "\ufffd" in text:
            return None, Problem("text_broken")
        if not text or is_null(text):
            return None, None
        if _PHONE_OR_ID.search(text):
            text = mask_numbers(text)
            return text, Problem("personal_in_text", shown=text[:60])
        return text, Problem("format_characters") if dropped else None
    if isinstance(raw, Flaw):
        return None, Problem(raw.code)
    if isinstance(raw, bool):
        return ("是" if raw else "否"), None
    if isinstance(raw, int | float):
        if abs(raw) >= LOST_DIGITS:
            return None, Problem("precision_lost")
        told = number_text(raw)
        text = mask_numbers(told)
        return text, Problem("personal_in_text", shown=text) if text != told else None
    return (None, None) if raw is None else (str(raw), None)


def mask_numbers(text: str) -> str:
    """A text without the phone and ID numbers that it may hold.

    Examples
    --------
    >>> mask_numbers("找老王 13907123456")
    '找老王 ***'
    """
    return _PHONE_OR_ID.sub(MASK, text)


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


# ------------------------------------------------------------------------------- codes


def _code_text(raw: Raw) -> tuple[str | None, bool, Problem | None]:
    """A code cell as text, and whether blanks, an apostrophe or the width were mended."""
    if isinstance(raw, Flaw):
        return None, False, Problem(raw.code)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        if abs(raw) >= LOST_DIGITS:
            return None, False, Problem("precision_lost")
        return number_text(raw), False, None
    if raw is None:
        return None, False, None
    told = str(raw)
    if not told.strip() or is_null(told):
        return None, False, None
    text = drop_format_characters(unicodedata.normalize("NFKC", told)).strip()
    text = text[1:] if text[:1] in "'‘’" and len(text) > 1 else text
    text = text.strip()
    if _SCIENTIFIC.fullmatch(text):
        return None, False, Problem("precision_lost")  # a CSV saved from a number column
    return text, text != told, None


def read_uscc(raw: Raw) -> Found:
    """A unified social credit code (18 characters); never repaired.

    Examples
    --------
    >>> read_uscc("914403001922038216"), read_uscc(" 9144030071526726xg ")[1].code
    (('914403001922038216', None), 'code_tidied')
    >>> read_uscc("91350100M000100Y4Z")[1].code, read_uscc("9135010OM000100Y43")[1].code
    ('uscc_characters', 'uscc_characters')
    >>> read_uscc("91350100M000100Y44")[1].code, read_uscc(9.144030019220382e17)[1].code
    ('uscc_check', 'precision_lost')
    """
    text, mended, problem = _code_text(raw)
    if text is None:
        return None, problem
    if not any(c.isascii() and c.isalnum() for c in text):
        return None, Problem("code_is_words")  # 办理中
    code = text.upper()
    wrong = "".join(dict.fromkeys(c for c in code if c not in _USCC_ALPHABET))
    if wrong:
        said = "、".join("空格" if c.isspace() else c for c in dict.fromkeys(wrong))
        return None, Problem("uscc_characters", {"wrong": said})
    if len(code) != 18:
        return None, Problem("uscc_length", {"length": len(code)})
    if not is_uscc(code):
        return None, Problem("uscc_check")
    return code, Problem("code_tidied", {"reading": code}) if mended or code != text else None


_USCC_ALPHABET = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")


def read_certificate(raw: Raw) -> Found:
    """A column of certificate numbers in which registered bodies have their credit code.

    What doesn't have the form of a credit code is a filing number: kept aside, no error.
    """
    text, _, problem = _code_text(raw)
    if text is None:
        return None, problem
    if len(text) == 18 and _USCC_LIKE.fullmatch(text.upper()):
        return read_uscc(raw)
    return None, Problem("certificate_number")


_CODE_DIGITS = {
    "province_code": (2,),
    "city_code": (4,),
    "district_code": (6,),
    "street_code": (9,),
    "community_code": (12,),
}


@lru_cache(maxsize=100_000)
def _division(text: str, length: int) -> str | None:
    """The code at its own length; the official lists also write it with noughts behind."""
    if not text.isascii() or not text.isdigit():
        return None
    if len(text) == length:
        return text
    if len(text) in (6, 9, 12) and len(text) > length and not text[length:].strip("0"):
        return text[:length]
    return None


def read_division_code(raw: Raw, field: str) -> Found:
    """A division code of one level as digits; 420902001000 is the street 420902001.

    Examples
    --------
    >>> read_division_code(420902001001.0, "community_code")
    ('420902001001', None)
    >>> read_division_code("42090200100", "community_code")[1].code
    'division_code_broken'
    """
    text, mended, problem = _code_text(raw)
    if text is None:
        return None, problem
    length = _CODE_DIGITS[field][0]
    code = _division(text, length)
    if code is None:
        return None, Problem("division_code_broken", {"length": length})
    return code, Problem("code_tidied", {"reading": code}) if mended else None


def read_grid_code(raw: Raw) -> Found:
    """A grid's code: 15 digits, or a local code of any form."""
    text, mended, problem = _code_text(raw)
    if text is None:
        return None, problem
    if len(text) > 60:
        return None, Problem("text_too_long", {"length": len(text), "limit": 60})
    return text, Problem("code_tidied", {"reading": text}) if mended else None


# ----------------------------------------------------------------------------- persons


def mask(text: str) -> str:
    """A personal value as a message may show it: at most its first and last four characters.

    Examples
    --------
    >>> mask("420902199001011234"), mask("13907123456"), mask("张三")
    ('4209****1234', '139****3456', '*')
    """
    if len(text) >= 15:
        return f"{text[:4]}****{text[-4:]}"
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 11 else "*"


def read_id_number(raw: Raw) -> Found:
    """A resident ID number, to be hashed at once; a faulty one isn't used.

    Examples
    --------
    >>> read_id_number("11010519491231002x")
    ('11010519491231002X', None)
    >>> read_id_number("110105194912310021")[1].shown
    '1101****0021'
    """
    if isinstance(raw, float) and abs(raw) >= LOST_DIGITS:
        return None, Problem("precision_lost", shown="****", level="warning")
    text, _, problem = _code_text(raw)
    if text is None:
        return None, problem and Problem(problem.code, {}, shown="****", level="warning")
    number = "".join(text.split()).upper()
    if id_number_is_valid(number):
        return number, None
    return None, Problem("id_number_invalid", shown=mask(number))


def read_phone(raw: Raw) -> Found:
    """A phone number as digits, to be hashed at once.

    Examples
    --------
    >>> read_phone("139-0712-3456"), read_phone(13907123456.0), read_phone("+86 13907123456")
    (('13907123456', None), ('13907123456', None), ('13907123456', None))
    """
    if isinstance(raw, Flaw):
        return None, Problem("phone_invalid", shown="****")
    text, _, problem = (
        (number_text(raw), False, None) if isinstance(raw, float) else _code_text(raw)
    )
    if text is None:
        return None, problem and Problem("phone_invalid", shown="****")
    first = _SEPARATORS.split(text)[0]
    digits = re.sub(r"[\s()\-—+.]", "", first)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if not (digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 12):
        return None, Problem("phone_invalid", shown="****")
    return digits, None


def read_person_name(raw: Raw) -> Found:
    """A person's name, to be hashed at once; never shown."""
    text, problem = read_text(raw)
    if text is None and problem is not None:
        return None, Problem(problem.code, problem.params, shown="****")
    return text, None


def looks_like_person(text: str, *, bare: bool = True) -> bool:
    """Whether a text that should name a body or an area names a person instead.

    Parameters
    ----------
    bare
        Whether a bare name of two or three characters counts, too.

    Examples
    --------
    >>> looks_like_person("居民张三"), looks_like_person("李　梅"), looks_like_person("居民")
    (True, True, False)
    >>> looks_like_person("红十字会"), looks_like_person("万达", bare=False)
    (False, False)
    """
    key = re.sub(r"\(.*?\)", "", match_key(text))
    if bare and _is_name(key):
        return True
    for word in words().people_words:
        if word in key and _is_name(key.replace(word, "", 1).strip(":-")):
            return True
    for title in words().people_titles:
        if key.endswith(title):
            rest = key[: -len(title)]
            if len(rest) <= 3 and (rest[:1] in words().surnames or _is_name(rest)):
                return True
    return False


def _is_name(key: str) -> bool:
    if key[-1:] in words().body_endings:
        return False
    if len(key) in (3, 4) and key[:2] in words().surnames_of_two:
        return True
    return len(key) in (2, 3) and key[0] in words().surnames
