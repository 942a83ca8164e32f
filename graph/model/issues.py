"""Issues from one template per code, in Chinese and English.

The templates are data (`graph/data/issues.yaml`); `docs/issues.md` lists them all.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from graph.model.dataset import DatasetInfo
from graph.model.issue import Issue


@lru_cache(maxsize=1)
def issue_codes() -> dict[str, dict[str, str]]:
    """Code -> `level`, `zh`, `en`."""
    text = (Path(__file__).parents[1] / "data" / "issues.yaml").read_text(encoding="utf-8")
    codes: dict[str, dict[str, str]] = yaml.safe_load(text)
    return codes


def make_issue(
    code: str,
    *,
    file: str = "",
    sheet: str = "",
    row: int | None = None,
    column: str | None = None,
    letter: str | None = None,
    shown: str | None = None,
    level: str | None = None,
    **params: Any,
) -> Issue:
    """An issue of the given code, its message filled in.

    Parameters
    ----------
    column, letter
        Header text and column letters; with `row`, the letters give `cell`.
    shown
        The offending value as it may be shown (personal values masked by the caller).
    level
        In place of the code's usual level.

    Raises
    ------
    KeyError
        If the code or a parameter of its template is unknown.

    Examples
    --------
    >>> i = make_issue("name_unlisted", file="a.xlsx", row=7, letter="C", name="大众超市")
    >>> i.cell, i.level
    ('C7', 'info')
    """
    entry = issue_codes()[code]
    return Issue.model_validate(
        {
            "level": level or entry["level"],
            "code": code,
            "file": file,
            "sheet": sheet,
            "row": row,
            "column": column,
            "cell": f"{letter}{row}" if letter and row is not None else None,
            "value_shown": shown,
            "zh": entry["zh"].format(**params),
            "en": entry["en"].format(**params),
        }
    )


def issue_at(
    info: DatasetInfo, row: int, field: str, code: str, *, shown: str | None = None, **params: Any
) -> Issue:
    """An issue at the cell of a dataset's row that holds `field` (a statement's field)."""
    column = info.columns.get(field)
    return make_issue(
        code,
        file=info.file,
        sheet=info.sheet,
        row=row,
        column=column.header if column else None,
        letter=column.letter if column else None,
        shown=shown,
        **params,
    )
