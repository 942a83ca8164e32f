"""How a cell of a table is printed; the value itself is nowhere rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.table import Cell, Column
    from graph.model.texts import Lang

FLAGS: dict[Lang, dict[bool, str]] = {
    "zh": {True: "是", False: "否"},
    "en": {True: "yes", False: "no"},
}
UNKNOWN = "—"


def is_whole(number: float) -> bool:
    """Whether a number is printed without decimals."""
    return isinstance(number, int) or float(number).is_integer()


def shown(cell: Cell, column: Column, lang: Lang = "zh") -> str:
    """A cell for people: shares as percent, other numbers to two places, unknown as a dash.

    Examples
    --------
    >>> from analysis.table import Column
    >>> share = Column(name="s", zh="比例", en="share", kind="share")
    >>> number = Column(name="n", zh="数", en="number", kind="number")
    >>> shown(0.7044, share), shown(2.5, number), shown(3.0, number), shown(None, number)
    ('70.4%', '2.50', '3', '—')
    """
    if cell is None:
        return UNKNOWN
    if isinstance(cell, bool):
        return FLAGS[lang][cell]
    if isinstance(cell, int | float):
        if column.kind == "share":
            return f"{cell:.1%}"
        return f"{int(cell)}" if is_whole(cell) else f"{cell:.2f}"
    if isinstance(cell, tuple):
        return ("、" if lang == "zh" else ", ").join(cell) or ("无" if lang == "zh" else "none")
    return cell
