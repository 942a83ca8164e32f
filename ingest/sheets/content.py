"""What a column holds, by its cells: a second witness beside the header.

Only forms that can't well be anything else count (credit codes, ID numbers, grid codes, area
names, words of a closed list), and only where four in five filled cells have them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from graph.model.identifiers import id_number_is_valid, is_uscc
from graph.model.labels import SheetKind
from ingest.kinds.kinds import KINDS
from ingest.values.cells import Flaw, Raw, number_text
from ingest.values.dates import read_date
from ingest.values.numbers import read_number
from ingest.values.person_names import looks_like_person
from ingest.values.sheet_words import match_key, value_of
from ingest.values.text import is_empty, is_null, looks_like_body

ENOUGH = 0.8
"""Share of the filled cells that must have a form."""
FEWEST = 3
"""Filled cells below which nothing is said."""
SAMPLE_ROWS = 40
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")
_COMMUNITY_ENDS = ("社区", "居委会", "居民委员会", "村委会", "村民委员会")
_PERSONAL = ("id_number", "phone")

FORMS: dict[str, tuple[str, str]] = {
    "uscc": ("统一社会信用代码", "credit codes"),
    "id_number": ("身份证号", "ID numbers"),
    "phone": ("电话号码", "phone numbers"),
    "grid_code": ("网格编码", "grid codes"),
    "community_code": ("社区编码", "community codes"),
    "grid": ("网格名", "names of grids"),
    "community": ("社区名", "names of communities"),
    "date": ("日期", "dates"),
    "number": ("数字", "numbers"),
    "person": ("人名", "names of persons"),
    "body": ("单位名", "names of bodies"),
    "text": ("文字", "texts"),
    "empty": ("空", "nothing"),
}
"""Form -> how it is called."""


def _text(raw: Raw) -> str:
    if isinstance(raw, float | int) and not isinstance(raw, bool):
        return number_text(raw)
    return match_key(str(raw)).upper()


def _is_date(raw: Raw) -> bool:
    if isinstance(raw, int | float):
        return False  # a serial number may be any number
    if isinstance(raw, str) and raw.isdigit() and not raw.startswith(("19", "20")):
        return False  # a code, as likely as a day of two-digit year
    return read_date(raw)[0] is not None


_TESTS: tuple[tuple[str, Callable[[Raw, str], bool]], ...] = (
    ("uscc", lambda _, text: is_uscc(text)),
    ("id_number", lambda _, text: id_number_is_valid(text)),
    ("phone", lambda _, text: _PHONE.fullmatch(text) is not None),
    ("grid_code", lambda _, text: len(text) == 15 and text.isdigit()),
    ("community_code", lambda _, text: len(text) == 12 and text.isdigit() and text[9:] != "000"),
    ("grid", lambda _, text: text.endswith("网格")),
    ("community", lambda _, text: text.endswith(_COMMUNITY_ENDS) and len(text) < 20),
    ("date", lambda raw, _: _is_date(raw)),
    ("number", lambda raw, _: read_number(raw)[0].number is not None),
    ("body", lambda raw, text: len(text) > 3 and looks_like_body(str(raw).strip())),
    ("person", lambda raw, _: isinstance(raw, str) and looks_like_person(raw)),
)
"""In this order: the first that a cell passes is its form."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a column's sample holds."""

    form: str
    """A key of `FORMS`; `text` where nothing is plain."""
    count: int
    """Filled cells looked at."""
    fits: int
    """Cells that have the form."""
    texts: tuple[str, ...] = ()
    """The cells, for the word lists; they go no further."""

    @property
    def is_sure(self) -> bool:
        return self.count >= FEWEST and self.fits >= ENOUGH * self.count and self.form != "text"

    def has_words(self, *lists: str) -> bool:
        """Whether four in five cells are words of the lists
        (`ingest.values.sheet_words.value_of`).
        """
        known = sum(1 for text in self.texts if value_of(text, *lists))
        return self.count > 0 and known >= ENOUGH * self.count


def column_content(rows: Iterable[Sequence[Raw]], index: int) -> Content:
    """What the cells of a column are.

    Examples
    --------
    >>> column_content([["大院社区"], ["书院社区居委会"], ["城站社区"], [""]], 0).form
    'community'
    >>> column_content([["甲"], ["乙"]], 0).is_sure
    False
    """
    cells = [row[index] for row in rows if index < len(row)]
    filled = [
        c
        for c in cells
        if not is_empty(c) and not isinstance(c, Flaw) and not (isinstance(c, str) and is_null(c))
    ]
    if not filled:
        return Content("empty", 0, 0)
    found: Counter[str] = Counter()
    for raw in filled:
        text = _text(raw)
        form = next((name for name, test in _TESTS if test(raw, text)), "text")
        found[form] += 1
    form, fits = found.most_common(1)[0]
    if fits < ENOUGH * len(filled):
        form, fits = "text", len(filled)
    return Content(form, len(filled), fits, tuple(str(c) for c in filled))


_PLACE_FORMS = ("grid_code", "community_code", "grid", "community")
"""Forms that are fields by the same name."""


def field_by_content(kind: SheetKind, content: Content, taken: set[str]) -> str | None:
    """The field that a column must be by its cells alone, `personal`, or None.

    Parameters
    ----------
    taken
        Fields that other columns have already.

    Examples
    --------
    >>> codes = Content("uscc", 5, 5)
    >>> field_by_content(SheetKind.TIES, codes, set())
    'subject_uscc'
    >>> field_by_content(SheetKind.TIES, codes, {"subject_uscc"}) is None
    True
    """
    if content.is_sure:
        if content.form == "uscc":
            names = [n for n, f in KINDS[kind].fields.items() if f.form in ("uscc", "usccs")]
            return next((n for n in names if n not in taken), None)
        if content.form in _PERSONAL:
            own = content.form in KINDS[kind].fields and content.form not in taken
            return content.form if own else "personal"
        if content.form == "community" and kind is SheetKind.MEMBERS:
            return None  # where they live, or where they report
        if content.form in _PLACE_FORMS:
            return None if content.form in taken else content.form
    return _word_field(kind, content, taken)


def _word_field(kind: SheetKind, content: Content, taken: set[str]) -> str | None:
    """The field whose closed list of words the cells are from."""
    if content.count < FEWEST or content.form in ("date", "number"):
        return None
    for name, field in KINDS[kind].fields.items():
        if name in taken or field.form != "word":
            continue
        if content.has_words(*field.lists):
            return name
    return None
