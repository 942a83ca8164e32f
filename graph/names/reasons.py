"""What speaks for and against two names being one body: codes with texts in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class NameReason:
    """One thing that speaks for or against: a code of `graph/data/reasons.yaml`, and texts."""

    code: str
    params: tuple[tuple[str, str], ...] = ()

    @property
    def zh(self) -> str:
        return reason_texts()[self.code]["zh"].format(**dict(self.params))

    @property
    def en(self) -> str:
        return reason_texts()[self.code]["en"].format(**dict(self.params))


@lru_cache(maxsize=1)
def reason_texts() -> dict[str, dict[str, str]]:
    """Code -> `zh`, `en`."""
    text = (Path(__file__).parents[1] / "data" / "reasons.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)
    return found


def because(told: str, /, **params: str) -> NameReason:
    return NameReason(told, tuple(params.items()))
