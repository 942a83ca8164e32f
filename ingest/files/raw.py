"""Raw sheets: cells as they stood, before anything is interpreted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path

from graph.model.issue import Issue
from graph.model.readable import readable
from ingest.files.origin import Origin
from ingest.values.cells import Flaw, Raw
from ingest.values.safe_labels import safe_label

_ARMOURED = re.compile(r'=\s*"([^"]*)"')
_ERROR_TEXT = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|##+)")


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet. `rows` gives each row's cells from column A on, starting with row 1."""

    name: str
    """Its name, without persons; see `source_name`."""
    rows: Callable[[], Iterator[list[Raw]]]
    hidden: bool = False
    merges: tuple[tuple[int, int, int, int], ...] = ()
    """First row, first column, last row, last column; rows 1-based, columns 0-based."""
    hidden_rows: frozenset[int] = frozenset()
    struck: Mapping[int, int] = field(default_factory=dict)
    """Row -> mask of the cells that are struck out."""
    commented: Mapping[int, int] = field(default_factory=dict)
    """The same of cells with a comment."""
    epoch_1904: bool = False
    is_text: bool = False
    """From a CSV file: no types, and a row too long has shifted."""
    columns: int = 0
    """From a CSV file: cells that most rows have; what stands beyond has shifted."""
    count: int = 0
    """Rows that the sheet spans."""
    source_name: str = ""
    """Its name as it stands in the file, for writing on top of that."""
    origin: str | None = None
    """In a copy that we gave back: the sheet's name in the file that was handed in."""

    @property
    def told_name(self) -> str:
        """The name under which the sheet was first handed in."""
        return self.name if self.origin is None else self.origin


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file that could be opened."""

    source: Path
    """Where it lies."""
    sha256: str
    sheets: tuple[RawSheet, ...]
    close: Callable[[], None] = field(default=lambda: None)
    origin: Origin | None = None
    """Where the file is a copy that we gave back: what it is a copy of."""
    issues: tuple[Issue, ...] = ()
    """What there is to tell of the file as such."""
    secret: bytes = b""
    """The key by which persons in its name are marked; empty where the name is as it is."""

    @property
    def path(self) -> Path:
        """Its path as people should see it; nothing may lie there."""
        return Path(readable(str(self.source))).with_name(file_label(self.source, self.secret))

    @property
    def stem(self) -> str:
        """The name under which the file was first handed in, without its suffix."""
        return Path(self.told_name).stem

    @property
    def told_name(self) -> str:
        """The name under which the file was first handed in."""
        return self.path.name if self.origin is None else self.origin.file


def file_label(path: Path, secret: bytes) -> str:
    """The name of a file as people should see it, without persons; as it is without a key.

    Examples
    --------
    >>> file_label(Path("一/书院街道共建台账.xlsx"), b"key")
    '书院街道共建台账.xlsx'
    """
    name = readable(path.name)
    return safe_label(name, secret) if secret else name


def clipped(
    merges: Iterable[tuple[int, int, int, int]], rows: int, columns: int
) -> tuple[tuple[int, int, int, int], ...]:
    """Merged ranges in order, as far as the sheet has cells.

    Examples
    --------
    >>> clipped([(4, 1, 5, 65281), (90, 0, 91, 1)], rows=11, columns=8)
    ((4, 1, 5, 7),)
    """
    return tuple(
        sorted(
            (top, left, min(bottom, rows), min(right, columns - 1))
            for top, left, bottom, right in merges
            if 0 < top <= min(bottom, rows) and left <= min(right, columns - 1)
        )
    )


def sound_cells(cells: list[Raw]) -> list[Raw]:
    """The row with what is an error but came as a value made a flaw: error texts (pasted, or
    from a text file), and numbers that are none. Of ="914…", by which systems keep Excel from
    making a number of it, the text inside.

    Examples
    --------
    >>> sound_cells(['="420902001001"', '="', '=A1', '="甲"&"乙"'])
    ['420902001001', '="', '=A1', '="甲"&"乙"']
    >>> sound_cells(["#REF!", float("nan"), 1.5, "#1"])
    [Flaw(code='cell_error', text='#REF!'), Flaw(code='cell_error', text='#NUM!'), 1.5, '#1']
    """
    if cells.count("") == len(cells):
        return cells
    for i, cell in enumerate(cells):
        if isinstance(cell, str):
            if cell[:1] == "#" and _ERROR_TEXT.fullmatch(cell.strip()):
                cells[i] = Flaw("cell_error", cell.strip())
            elif cell[:1] == "=" and (armoured := _ARMOURED.fullmatch(cell.strip())):
                cells[i] = armoured[1]
        elif isinstance(cell, float) and not isfinite(cell):
            cells[i] = Flaw("cell_error", "#NUM!")
    return cells
