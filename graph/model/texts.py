"""A text in both languages, and the choice of one of them.

Many records carry a sentence as `zh` and `en` (notes, reasons, issues): `in_language` reads
any of these. Texts that stand in the code are `Text`, kept by key in a catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, Protocol

Lang = Literal["zh", "en"]
"""Chinese or English."""


class Bilingual(Protocol):
    """Whatever says the same in both languages."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


def in_language(text: Bilingual, lang: Lang) -> str:
    """What a record says in one language.

    Examples
    --------
    >>> in_language(Text("网格", "grid"), "en")
    'grid'
    """
    return text.en if lang == "en" else text.zh


class Text(NamedTuple):
    """One text in both languages.

    Examples
    --------
    >>> Text("网格", "grid").in_("zh")
    '网格'
    """

    zh: str
    en: str

    def in_(self, lang: Lang) -> str:
        """The text in one language."""
        return self.en if lang == "en" else self.zh


def catalogue(pairs: Mapping[str, tuple[str, str]]) -> dict[str, Text]:
    """Texts by key, from their (zh, en).

    Examples
    --------
    >>> catalogue({"yes": ("是", "yes")})["yes"].en
    'yes'
    """
    return {key: Text(*pair) for key, pair in pairs.items()}
