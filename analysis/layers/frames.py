"""Records as a polars frame and as a table in HTML, for notebooks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from html import escape
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import polars as pl

from graph.model.record import Record

_DTYPES: dict[Any, Any] = {bool: pl.Boolean, int: pl.Int64, float: pl.Float64}


def frame_columns(record: type[Record], leave_out: Collection[str] = ()) -> dict[str, Any]:
    """Column of each field -> its polars type: a tuple is a list of texts, other things text.

    Examples
    --------
    >>> from analysis.weak.texts import Reason
    >>> frame_columns(Reason, ["zh", "en"])
    {'code': String, 'evidence': List(String)}
    """
    return {
        name: _dtype(field.annotation)
        for name, field in record.model_fields.items()
        if name not in leave_out
    }


def _dtype(annotation: Any) -> Any:
    of_union = get_origin(annotation) in (Union, UnionType)
    kinds = [a for a in get_args(annotation) if a is not NoneType] if of_union else [annotation]
    if get_origin(kinds[0]) is tuple:
        return pl.List(pl.String)
    return _DTYPES.get(kinds[0], pl.String)


def html_table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table whose texts are all escaped; None is an empty cell.

    Examples
    --------
    >>> html_table(["a"], [["<"]])
    '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>&lt;</td></tr></tbody></table>'
    """
    lines = []
    for row in rows:
        cells = ("" if cell is None else escape(str(cell)) for cell in row)
        lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = "".join(f"<th>{text}</th>" for text in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
