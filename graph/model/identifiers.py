"""Value types of the domain: credit codes, division codes, pseudonyms of persons."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_USCC_VALUE = {c: i for i, c in enumerate(_USCC_ALPHABET)}
_DIVISION = re.compile(r"\d{4}|\d{6}|\d{9}|\d{12}|\d{15}")

_NAME_MARK = "〔待核"


def uscc_check_digit(first17: str) -> str:
    """Check character of a unified social credit code (GB 32100-2015, mod 31).

    Raises
    ------
    ValueError
        If `first17` isn't 17 characters of the code's alphabet (no I, O, S, V, Z).

    Examples
    --------
    >>> uscc_check_digit("91440300192203821")
    '6'
    """
    if len(first17) != 17 or any(c not in _USCC_VALUE for c in first17):
        raise ValueError(f"not the first 17 characters of a credit code: {first17!r}")
    total = sum(_USCC_VALUE[c] * w for c, w in zip(first17, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def is_uscc(code: str) -> bool:
    """Whether `code` is a well-formed credit code with the right check character.

    Examples
    --------
    >>> is_uscc("91330100799655058B"), is_uscc("91350100M000100Y4Z")
    (True, False)
    """
    if len(code) != 18 or any(c not in _USCC_VALUE for c in code):
        return False
    return uscc_check_digit(code[:17]) == code[17]


def is_division_code(code: str) -> bool:
    """Whether `code` has the form of a division code: 4, 6, 9, 12 or (grid) 15 digits.

    Examples
    --------
    >>> is_division_code("420902001001"), is_division_code("4209020010")
    (True, False)
    """
    return _DIVISION.fullmatch(code) is not None


def id_number_is_valid(number: str) -> bool:
    """Whether an 18-character resident ID number has the right check character (GB 11643)."""
    if re.fullmatch(r"\d{17}[\dX]", number) is None:
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(d) * w for d, w in zip(number[:17], weights, strict=True))
    return "10X98765432"[total % 11] == number[17]


def person_key(secret: bytes, *parts: str) -> str:
    """Keyed pseudonym of one identity of a person: 32 hex digits.

    `parts` begin with the name of the identity (`"id"`, `"phone"`, `"unit"`); each is
    normalised (NFKC, no white space, upper case) so that typing habits don't part one person.
    Without the deployment's `secret` two keys can't be joined, and no part can be read back.

    Examples
    --------
    >>> a = person_key(b"k", "phone", "张　三", "139 0712 3456")
    >>> a == person_key(b"k", "phone", "张三", "13907123456"), len(a)
    (True, 32)
    """
    text = "\x1f".join(
        "".join(unicodedata.normalize("NFKC", part).split()).upper() for part in parts
    )
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:32]


def name_mark(secret: bytes, name: str) -> str:
    """What stands for a name that may be a person's or a body's: a keyed mark.

    Parameters
    ----------
    name
        The name as a match key (`graph.names.plain.plain`).

    Examples
    --------
    >>> name_mark(b"k", "王小明") == name_mark(b"k", "王小明") != name_mark(b"other", "王小明")
    True
    """
    return f"{_NAME_MARK}{person_key(secret, 'name', name)[:10]}〕"


def is_name_mark(text: str) -> bool:
    """Whether a text stands for a name that was kept back (`name_mark`).

    Examples
    --------
    >>> is_name_mark(name_mark(b"k", "王小明")), is_name_mark("王小明")
    (True, False)
    """
    return text.startswith(_NAME_MARK)
