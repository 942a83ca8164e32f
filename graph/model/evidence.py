"""From evidence texts to the cells of sheets that say so.

Nodes and ties carry their evidence as `DATASET:ROW`; the datasets know which column of their
sheet holds which field.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    import polars as pl


class EvidenceCell(BaseModel):
    """A row of a sheet that says so; `cells` maps what it says to the cell (`subject`: B12)."""

    model_config = ConfigDict(frozen=True)

    dataset: str
    file: str | None
    sheet: str | None
    row: int | None
    cells: dict[str, str]


class EvidenceBook:
    """The sheets of a network, by which its evidence is looked up.

    Parameters
    ----------
    datasets
        `Network.datasets`.

    Examples
    --------
    >>> import polars as pl
    >>> book = EvidenceBook(pl.DataFrame({"key": ["d1"], "file": ["a.xlsx"], "sheet": ["表1"],
    ...     "columns": [["name=B=名称", "quantity=E=数量"]]}))
    >>> book.cells(["d1:7"])[0].cells
    {'name': 'B7', 'quantity': 'E7'}
    """

    def __init__(self, datasets: pl.DataFrame) -> None:
        self._sheets: dict[str, tuple[str | None, str | None, list[tuple[str, str]]]] = {}
        for key, file, sheet, columns in datasets.select(
            "key", "file", "sheet", "columns"
        ).iter_rows():
            letters = []
            for column in columns or ():
                field, _, rest = column.partition("=")
                letter = rest.partition("=")[0]
                if letter:
                    letters.append((field, letter))
            self._sheets[key] = file, sheet, letters

    def cells(self, evidence: Iterable[Any] | None) -> tuple[EvidenceCell, ...]:
        """Rows and cells of `DATASET:ROW` texts, in their order; an unknown dataset has none."""
        found = []
        for text in evidence or ():
            dataset, _, row = str(text).rpartition(":")
            file, sheet, letters = self._sheets.get(dataset, (None, None, []))
            number = int(row) if row.isdigit() else None
            cells = {} if number is None else {f: f"{letter}{number}" for f, letter in letters}
            found.append(
                EvidenceCell(dataset=dataset, file=file, sheet=sheet, row=number, cells=cells)
            )
        return tuple(found)
