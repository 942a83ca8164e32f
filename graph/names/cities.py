"""The names of China's cities, from the bundled list."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def city_names() -> dict[str, str]:
    """Names of China's prefecture-level cities by their four-digit code."""
    text = (Path(__file__).parents[1] / "data" / "cities.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {row["code"]: row["name"] for row in csv.DictReader(lines)}
