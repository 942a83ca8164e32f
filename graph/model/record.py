"""The base of results that leave the program as JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A frozen record; its fields are the names that the JSON has."""

    model_config = ConfigDict(frozen=True)
