"""Text that people may open in a spreadsheet program: in CSV files and in workbooks."""

from __future__ import annotations

_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_BLANK_STARTS = ("\t", "\r", "\0")


def harmless(text: str) -> str:
    """Text that no spreadsheet program takes for a formula: with an apostrophe where it could be.

    Programs look past blanks and full-width forms; a tab or a line break may also put what
    follows into a cell of its own. NUL characters are dropped.

    Examples
    --------
    >>> harmless("=HYPERLINK(1)"), harmless(" ＝1+1"), harmless("大众超市")
    ("'=HYPERLINK(1)", "' ＝1+1", '大众超市')
    """
    clean = text.replace("\0", "")
    if text.startswith(_BLANK_STARTS) or clean.lstrip().startswith(_FORMULA_STARTS):
        return f"'{clean}"
    return clean
