"""A dataset: the statements of one table of one sheet, and where they came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from graph.model.issue import Issue
from graph.model.labels import Day, SheetKind
from graph.model.rows import Statement, statement_values

READER = 2
"""Version of how sheets are read. It goes up when a sheet may be read otherwise than before: what
was kept then stays as it was read until the sheet comes in again.
"""


class SheetColumn(BaseModel):
    """Where a field of a dataset stood in the sheet."""

    model_config = ConfigDict(frozen=True)

    letter: str
    """Column letters as the spreadsheet program shows them: `A`, `AB`."""
    header: str


class ShortNames(BaseModel):
    """Names of a table that have the shape of a person's, by their marks
    (`graph.model.identifiers.name_mark`).
    """

    model_config = ConfigDict(frozen=True)

    listed: dict[str, str] = {}
    """Mark -> name that this roster gives a body."""
    kept_back: dict[str, tuple[str, ...]] = {}
    """Mark that stands in the rows in place of a name -> cells where the name stood."""
    let_through: dict[str, str] = {}
    """Mark -> name that a person said is a body's; it stands in the rows."""


class DatasetInfo(BaseModel):
    """What is known of a dataset besides its statements. All of it follows from the file and
    the options of the import, nothing from the day or the machine.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    """First 16 hex digits of the file's SHA-256, a colon, the sheet's name, and `#2`, `#3` …
    for further tables of the same sheet. The business key of the `Dataset` node."""
    sha256: str
    file: str
    """File name without folders."""
    sheet: str
    """Sheet name; empty for CSV."""
    kind: SheetKind
    series: str
    """Kind, scope text, file and sheet name without dates and version marks; a newer sheet
    of the same series replaces the older."""
    scope: tuple[str, ...] = ()
    """Area texts in which the sheet's names resolve, by falling authority: 填报单位,
    the `--area` option, then title, sheet and file name (these three may be any text in
    which an area's name or code occurs)."""
    declared_area: str | None = None
    """The area of a complete sheet, as text; None = the whole known tree."""
    complete: bool = False
    reported_on: Day | None = None
    synthetic: bool = False
    columns: dict[str, SheetColumn] = {}
    """Field of the statement -> column of the sheet."""
    columns_dropped: tuple[str, ...] = ()
    """Headers of personal columns that were read and dropped."""
    columns_ignored: tuple[str, ...] = ()
    """Headers that no field stands for."""
    rows_read: int = 0
    rows_rejected: int = 0
    short_names: ShortNames | None = None
    """None where no name has the shape of a person's."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """One table of one sheet as pseudonymous statements."""

    info: DatasetInfo
    rows: Sequence[Statement]
    """A tuple, or `graph.kept_rows.KeptRows`."""
    issues: tuple[Issue, ...] = ()

    def content_hash(self) -> str:
        """SHA-256 over `info` and rows; equal content, equal hash, on every machine."""
        told = self.info.model_dump(mode="json")
        if told["short_names"] is None:
            del told["short_names"]  # which older datasets don't have
        digest = hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode())
        for statement in self.rows:
            # a whole number is the same as a count and as a quantity
            values = [
                float(v) if isinstance(v, int) and not isinstance(v, bool) else v
                for v in statement_values(statement)
            ]
            digest.update(repr(values).encode())
        return digest.hexdigest()
