"""Codes: credit codes, registration numbers, division codes and grid codes."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from graph.model.identifiers import is_uscc
from graph.names.plain import drop_format_characters
from ingest.values.cells import LOST_DIGITS, CellProblem, CellReading, Flaw, Raw, number_text
from ingest.values.personal_numbers import MASK, number_spans
from ingest.values.text import _SCIENTIFIC, _USCC_LIKE, is_null


# ------------------------------------------------------------------------------- codes
def code_text(raw: Raw) -> tuple[str | None, bool, CellProblem | None]:
    """A code cell as text, and whether blanks, an apostrophe or the width were mended."""
    if isinstance(raw, Flaw):
        return None, False, CellProblem(raw.code)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        if abs(raw) >= LOST_DIGITS:
            return None, False, CellProblem("precision_lost")
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
        return None, False, CellProblem("precision_lost")  # a CSV saved from a number column
    return text, text != told, None


def read_uscc(raw: Raw) -> CellReading:
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
    text, mended, problem = code_text(raw)
    if text is None:
        return None, problem
    if not any(c.isascii() and c.isalnum() for c in text):
        return None, CellProblem("code_is_words")  # 办理中
    if number_spans(text):  # an ID number of a person, also where it passes for a credit code
        return None, CellProblem("personal_in_text", shown=MASK)
    code = text.upper()
    wrong = "".join(dict.fromkeys(c for c in code if c not in _USCC_ALPHABET))
    if wrong:
        said = "、".join("空格" if c.isspace() else c for c in dict.fromkeys(wrong))
        return None, CellProblem("uscc_characters", {"wrong": said})
    if len(code) != 18:
        return None, CellProblem("uscc_length", {"length": len(code)})
    if not is_uscc(code):
        return None, CellProblem("uscc_check")
    return code, CellProblem("code_tidied", {"reading": code}) if mended or code != text else None


_USCC_ALPHABET = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")


def read_certificate(raw: Raw) -> CellReading:
    """A column of certificate numbers in which registered bodies have their credit code.

    What doesn't have the form of a credit code is a filing number: kept aside, no error.
    """
    text, _, problem = code_text(raw)
    if text is None:
        return None, problem
    if len(text) == 18 and _USCC_LIKE.fullmatch(text.upper()):
        return read_uscc(raw)
    return None, CellProblem("certificate_number")


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


def read_division_code(raw: Raw, field: str) -> CellReading:
    """A division code of one level as digits; 420902001000 is the street 420902001.

    Examples
    --------
    >>> read_division_code(420902001001.0, "community_code")
    ('420902001001', None)
    >>> read_division_code("42090200100", "community_code")[1].code
    'division_code_broken'
    """
    text, mended, problem = code_text(raw)
    if text is None:
        return None, problem
    length = _CODE_DIGITS[field][0]
    code = _division(text, length)
    if code is None:
        return None, CellProblem("division_code_broken", {"length": length})
    return code, CellProblem("code_tidied", {"reading": code}) if mended else None


def read_grid_code(raw: Raw) -> CellReading:
    """A grid's code: 15 digits, or a local code of any form."""
    text, mended, problem = code_text(raw)
    if text is None:
        return None, problem
    if len(text) > 60:
        return None, CellProblem("text_too_long", {"length": len(text), "limit": 60})
    return text, CellProblem("code_tidied", {"reading": text}) if mended else None
