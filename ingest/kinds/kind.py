"""What a kind of sheet is: its fields, and what a row of it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graph.model.rows import Statement
from ingest.kinds.row import Row
from ingest.values.fields import Field


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sheet; its words and headers are in `ingest/data/headers.yaml`."""

    fields: Mapping[str, Field]
    """The fields that a kind has besides the places, by name."""
    statements: Callable[[Row], list[Statement]]
    """The statements of a row: usually one; several where a cell names several bodies.
    Problems are added to the row; whether one of them rejects it is for the caller to see."""
