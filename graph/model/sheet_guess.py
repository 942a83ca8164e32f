"""What a sheet was taken for and why, and what a person is asked where that isn't plain."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from graph.model.decision import Decision
from graph.model.labels import SheetKind


class ColumnGuess(BaseModel):
    """One column: what it is taken for, and what told so."""

    model_config = ConfigDict(frozen=True)

    letter: str
    header: str
    role: Literal["field", "dropped", "serial", "ignored"]
    fields: tuple[str, ...] = ()
    by: Literal["header", "taught", "content"] = "header"
    holds: str | None = None
    """What its cells are (`ingest.sheets.content.FORMS`), where that was looked at."""


class KindScore(BaseModel):
    """A kind that a header fits, and how well; only the order means anything."""

    model_config = ConfigDict(frozen=True)

    kind: SheetKind
    score: float
    columns: dict[str, str] = {}
    """Header -> the field that it would be; columns without one are left out."""


class SheetGuess(BaseModel):
    """What kind of sheet a table was taken for, by what, and each of its columns."""

    model_config = ConfigDict(frozen=True)

    kind: SheetKind
    layout: str
    """Names the layout: equal headers in any order, equal key, in every month's file."""
    by: Literal["headers", "names", "option", "mapping", "taught"]
    """headers alone; also the names of sheet, title or file; `--as`; a mapping; a layout that
    was taught."""
    zh: str
    en: str
    header_row: int
    columns: tuple[ColumnGuess, ...]
    others: tuple[KindScore, ...] = ()
    """Other kinds that the headers would fit, the best first."""


class SheetQuestion(BaseModel):
    """A sheet that could not be told by itself: what a person must say, once."""

    model_config = ConfigDict(frozen=True)

    file: str
    sheet: str
    layout: str
    header_row: int
    rows: int
    """Rows below the header that are filled."""
    columns: tuple[ColumnGuess, ...]
    candidates: tuple[KindScore, ...]
    """Kinds that come near, the best first; may be empty."""
    code: Literal["which_kind"] = "which_kind"
    zh: str = ""
    en: str = ""
    choices: tuple[str, ...] = ()
    """Kinds to choose from, the nearest first."""


def layout_decision(
    question: SheetQuestion | SheetGuess,
    kind: SheetKind | None,
    columns: dict[str, Any],
    *,
    on: str,
    who: str,
) -> Decision:
    """What a person taught about a layout, for the journal.

    Parameters
    ----------
    kind
        The kind of sheet; None: it is no roster, and isn't read.
    columns
        Header -> field, list of fields, or None (kept aside). Headers left out are read by
        their usual words.

    Returns
    -------
    Decision
        `kind="layout"`, its key the layout's; `value` holds `kind`, `columns`, and `headers`
        (in the order of the sheet, for people).
    """
    headers = [c.header for c in question.columns]
    value = {"kind": kind and str(kind), "columns": columns, "headers": headers}
    return Decision(kind="layout", key=question.layout, value=value, on=on, who=who)
