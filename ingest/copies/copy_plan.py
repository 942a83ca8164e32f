"""What is to be written into a copy of a workbook, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.model.receipt import CellPart
from ingest.files.origin import Origin

Cell = str | int | float


@dataclass(slots=True)
class Mark:
    """What to show at a cell."""

    level: str
    text: str


@dataclass(slots=True)
class SheetPlan:
    """What to change in one sheet; rows 1-based, columns 0-based."""

    marks: dict[tuple[int, int], Mark] = field(default_factory=dict)
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    """Cells to be written anew."""
    headers: dict[tuple[int, int], str] = field(default_factory=dict)
    """Headers of added columns."""
    parts: dict[tuple[int, int], CellPart] = field(default_factory=dict)
    """What became of each filled cell, where the copy shows it."""


@dataclass(slots=True)
class Plan:
    """A copy in the making."""

    origin: Origin
    summary: list[tuple[Cell | None, ...]]
    sheets: dict[str, SheetPlan]
    """By the sheet's name in the file."""
    names: dict[str, str]
    """Name in the file -> name in the copy."""
