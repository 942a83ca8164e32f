"""Signs that a reading may be wrong, from one template per code, in Chinese and English.

The templates are data (`graph/data/signs.yaml`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from graph.model.receipt import SIGN_CELLS, Sign, SignCure


@lru_cache(maxsize=1)
def sign_codes() -> dict[str, dict[str, Any]]:
    """Code -> `grave`, `zh`, `en`, `cure_zh`, `cure_en`; the gravest first."""
    text = (Path(__file__).parents[1] / "data" / "signs.yaml").read_text(encoding="utf-8")
    codes: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return codes


def make_sign(
    code: str,
    *,
    count: int,
    cells: Iterable[str] = (),
    columns: Iterable[str] = (),
    grave: bool | None = None,
    answered: str | None = None,
    **params: Any,
) -> Sign:
    """A sign of the given code, its message filled in.

    Parameters
    ----------
    count
        Cells or rows that it is about.
    grave
        In place of the code's usual weight.

    Raises
    ------
    KeyError
        If the code or a parameter of its template is unknown.

    Examples
    --------
    >>> sign = make_sign("column_not_read", count=7, columns=["F"], headers="结对网格")
    >>> sign.zh, sign.grave
    ('1列没有读入：结对网格（F列，共7格有内容）。', False)
    """
    entry = sign_codes()[code]
    named = tuple(dict.fromkeys(columns))
    told = {"count": count, "columns": "、".join(named), "columns_count": len(named), **params}
    return Sign.model_validate(
        {
            "code": code,
            "grave": entry["grave"] if grave is None else grave,
            "count": count,
            "cells": tuple(dict.fromkeys(cells))[:SIGN_CELLS],
            "columns": named,
            "zh": entry["zh"].format(**told),
            "en": entry["en"].format(**told),
            "cure": SignCure(zh=entry["cure_zh"], en=entry["cure_en"]),
            "answered": answered,
        }
    )


def gravest_first(signs: Iterable[Sign]) -> tuple[Sign, ...]:
    """Signs in the order in which people should see them: grave ones first, then by code."""
    order = {code: n for n, code in enumerate(sign_codes())}
    return tuple(sorted(signs, key=lambda s: (not s.grave, order[s.code], s.columns, s.cells)))
