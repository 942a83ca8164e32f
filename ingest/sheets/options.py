"""What a person told about the sheets that are read."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Mapping_
from dataclasses import dataclass, field

from graph.model.labels import SheetKind
from ingest.sheets.mapping import Mapping, SheetMapping

Progress = Callable[[str, int, int], None]
"""(stage, done, total)."""


@dataclass(frozen=True, slots=True)
class Options:
    """How sheets are read, besides what they say themselves."""

    secret: bytes
    mapping: Mapping | None
    area: str | None
    complete: bool
    as_kind: SheetKind | None
    synthetic: bool
    hidden: bool
    taught: Mapping_[str, SheetMapping | None] = field(default_factory=dict)
    said_bodies: frozenset[str] = frozenset()
    """Marks of names of which a person said that they are bodies'."""
