"""Names of files, sheets and tables without the persons in them.

A file's or sheet's name says of which series it is, so that what is taken out leaves a mark of its
own there: the same person, the same mark, and only this deployment's key can make it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from functools import lru_cache

from ingest.values.person_names import glued_name, is_person_name, mask_free_text
from ingest.values.personal_numbers import MASK, number_spans

_PARTS = re.compile(r"([\s_.+,，、;；:：()（）【】〔〕\[\]{}|/\\—–-]+)")
_ENDINGS = "账表册单版稿份本录"


def title_text(text: str) -> str:
    """A title without persons.

    Examples
    --------
    >>> title_text("书院街道台账（张三 13907123456）"), title_text("驻区单位台账李小明")
    ('书院街道台账（*** ***）', '驻区单位台账***')
    """
    return _without(text, lambda _: MASK)


@lru_cache(maxsize=1_000)
def safe_label(name: str, secret: bytes) -> str:
    """The name of a file or sheet with a mark in place of each person's name or number.

    Examples
    --------
    >>> safe_label("驻区单位台账_2024-06-01.xlsx", b"key")
    '驻区单位台账_2024-06-01.xlsx'
    >>> safe_label("台账-王小明.xlsx", b"key") == safe_label("台账-王 小明.xlsx", b"key")
    False
    >>> safe_label("台账-王小明.xlsx", b"key")[:5], len(safe_label("台账-王小明.xlsx", b"key"))
    ('台账-〔隐', 15)
    """

    def mark(hidden: str) -> str:
        return f"〔隐{hmac.new(secret, hidden.encode(), hashlib.sha256).hexdigest()[:4]}〕"

    return _without(name, mark)


def _without(text: str, hide: Callable[[str], str]) -> str:
    parts, at = [], 0
    for start, end in number_spans(text):
        parts += [_names_hidden(text[at:start], hide), hide(text[start:end])]
        at = end
    return "".join([*parts, _names_hidden(text[at:], hide)])


def _names_hidden(text: str, hide: Callable[[str], str]) -> str:
    return "".join(_part_hidden(part, hide) for part in _PARTS.split(text))


def _part_hidden(part: str, hide: Callable[[str], str]) -> str:
    if is_person_name(part):
        return hide(part)
    if name := glued_name(part, more_endings=_ENDINGS):
        return part[: -len(name)] + hide(name)
    masked = mask_free_text(part)
    return part if masked == part else masked.replace(MASK, hide(part))
