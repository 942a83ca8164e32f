"""Refusing a file as a whole, in one line from the templates of the issue codes."""

from __future__ import annotations

from typing import Any

from graph.model.errors import BadWorkbook
from graph.model.issues import issue_codes
from graph.model.readable import readable


def refuse(code: str, name: str, **params: Any) -> BadWorkbook:
    """The exception for a file that can't be read at all.

    Examples
    --------
    >>> refuse("file_empty", "a.csv").en
    'a.csv: the file is empty. Check the export and hand it in again.'
    """
    entry = issue_codes()[code]
    params["book"] = readable(name)
    return BadWorkbook(entry["zh"].format(**params), entry["en"].format(**params))
