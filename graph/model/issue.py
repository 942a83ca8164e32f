"""What is wrong with a cell, a row or a file, as a value."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Issue(BaseModel):
    """One thing to tell about a cell, a row or a sheet; never an exception."""

    model_config = ConfigDict(frozen=True)

    level: Literal["error", "warning", "info"]
    code: str
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str | None = None
    """The header text of the column."""
    cell: str | None = None
    """As in `C7`."""
    value_shown: str | None = None
    """What stood there; personal values are masked."""
    zh: str
    en: str
