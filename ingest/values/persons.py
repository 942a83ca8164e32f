"""Names, phone numbers and ID numbers of persons: read to be made pseudonyms, never kept."""

from __future__ import annotations

import re

from graph.model.identifiers import id_number_is_valid
from ingest.values.cells import LOST_DIGITS, CellProblem, CellReading, Flaw, Raw, number_text
from ingest.values.codes import code_text
from ingest.values.text import _SEPARATORS, read_text


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


def read_id_number(raw: Raw) -> CellReading:
    """A resident ID number, to be hashed at once; a faulty one isn't used.

    Examples
    --------
    >>> read_id_number("11010519491231002x")
    ('11010519491231002X', None)
    >>> read_id_number("110105194912310021")[1].shown
    '1101****0021'
    """
    if isinstance(raw, float) and abs(raw) >= LOST_DIGITS:
        return None, CellProblem("precision_lost", shown="****", level="warning")
    text, _, problem = code_text(raw)
    if text is None:
        return None, problem and CellProblem(problem.code, {}, shown="****", level="warning")
    number = "".join(text.split()).upper()
    if id_number_is_valid(number):
        return number, None
    return None, CellProblem("id_number_invalid", shown=mask(number))


def read_phone(raw: Raw) -> CellReading:
    """A phone number as digits, to be hashed at once.

    Examples
    --------
    >>> read_phone("139-0712-3456"), read_phone(13907123456.0), read_phone("+86 13907123456")
    (('13907123456', None), ('13907123456', None), ('13907123456', None))
    """
    if isinstance(raw, Flaw):
        return None, CellProblem("phone_invalid", shown="****")
    text, _, problem = (number_text(raw), False, None) if isinstance(raw, float) else code_text(raw)
    if text is None:
        return None, problem and CellProblem("phone_invalid", shown="****")
    first = _SEPARATORS.split(text)[0]
    digits = re.sub(r"[\s()\-—+.]", "", first)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if not (digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 12):
        return None, CellProblem("phone_invalid", shown="****")
    return digits, None


def read_person_name(raw: Raw) -> CellReading:
    """A person's name, to be hashed at once; never shown."""
    text, problem = read_text(raw)
    if text is None and problem is not None:
        return None, CellProblem(problem.code, problem.params, shown="****")
    return text, None
