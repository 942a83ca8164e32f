"""The receipt of an import: what became of each cell of a table, and what looks odd about it.

Reading fills `SheetAccount`; an import adds the rows, the verdicts and the signs that only show
beside the rest of the network, and makes a `Receipt` of it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

CellPart = Literal["title", "header", "value", "no_data", "not_read", "rejected"]
"""What a filled cell can become: it gave a title or a note; it heads a column; it is the value of
a row and field; it holds no data (a total, a serial number, a personal column that isn't kept);
nothing read it; it was read and can't be used."""
CELL_PARTS: tuple[CellPart, ...] = (
    "title",
    "header",
    "value",
    "no_data",
    "not_read",
    "rejected",
)
SIGN_CELLS = 20
"""Cells that a sign names at most; its count is of all."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)


class CellCounts(_Frozen):
    """The filled cells of a table: `filled` = the six parts + `remainder`, which is 0.

    Examples
    --------
    >>> CellCounts(filled=9, header=3, value=6).remainder
    0
    """

    filled: int = 0
    title: int = 0
    header: int = 0
    value: int = 0
    no_data: int = 0
    not_read: int = 0
    rejected: int = 0
    remainder: int = 0
    """Cells that no part accounts for: a fault of the program."""


class RowCounts(_Frozen):
    """The rows of a table: `read` = added + changed + unchanged + rejected."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    """Rows of the sheet that this one replaces which it doesn't have any more."""
    no_data: int = 0
    waiting: int = 0
    """Rows that are kept but wait for a place or a decision."""
    rejected: int = 0
    now_waiting_elsewhere: int = 0
    """Rows of other sheets that counted before this import and now wait."""


class ReceiptColumn(_Frozen):
    """A column: what it was read as, how many of its cells are filled, how many gave a value."""

    letter: str
    header: str
    fields: tuple[str, ...] = ()
    state: Literal["read", "personal", "serial", "not_read"]
    filled: int = 0
    valued: int = 0
    examples: tuple[str, ...] = ()
    """Up to two cells of a column that isn't read, masked."""


class SignCure(_Frozen):
    """What to do about a sign."""

    zh: str
    en: str


class Sign(_Frozen):
    """A hint that a table may have been read wrongly, with the cells that it is about."""

    code: str
    grave: bool
    count: int
    cells: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    zh: str
    en: str
    cure: SignCure
    answered: Literal["accept", "mapping", "person"] | None = None
    """Who said that it is right so: `--accept`; a mapping, `--area` or a title; a person."""


class ChangedVerdict(_Frozen):
    """An area whose verdict changes by the import; null where there is none."""

    code: str
    name: str | None = None
    before: str | None = Field(serialization_alias="from", validation_alias="from")
    after: str | None = Field(serialization_alias="to", validation_alias="to")


class SheetAccount(_Frozen):
    """What reading knows of one table, or of a sheet that it didn't read (`dataset` null)."""

    file: str
    sheet: str
    table: int = 1
    dataset: str | None = None
    kind: str | None = None
    area: str | None = None
    layout: str | None = None
    """Names the layout, for the answers of people."""
    header_row: int | None = None
    cells: CellCounts
    no_data: int = 0
    columns: tuple[ReceiptColumn, ...] = ()
    first_rows: tuple[dict[str, str], ...] = ()
    """Up to three rows as understood: field -> value."""
    signs: tuple[Sign, ...] = ()


class Receipt(_Frozen):
    """One table of an import: cells, rows, columns, signs, and the verdicts that change."""

    file: str
    sheet: str
    table: int
    dataset: str | None
    kind: str | None
    area: str | None
    layout: str | None = None
    """Names the layout, for the answers of people."""
    stopped: bool = False
    """Whether it was left out because of a grave sign that nobody answered."""
    cells: CellCounts
    rows: RowCounts
    columns: tuple[ReceiptColumn, ...]
    first_rows: tuple[dict[str, str], ...]
    signs: tuple[Sign, ...]
    verdicts: tuple[ChangedVerdict, ...] = ()
    """Of the import as a whole, on each table that it changes."""

    @property
    def unanswered(self) -> tuple[Sign, ...]:
        """Signs that nobody has answered."""
        return tuple(s for s in self.signs if s.answered is None)
