"""Columns from Python values, where the straightforward way is slow."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import polars as pl


def text_lists(name: str, values: Sequence[Sequence[str] | None]) -> pl.Series:
    """A column of lists of text; an empty list is null.

    Some twenty times as fast as `polars.Series` of lists, which looks at each list by itself:
    here the texts are one flat column that is then cut.

    Examples
    --------
    >>> text_lists("evidence", [["a", "b"], None, [], ["c"]]).to_list()
    [['a', 'b'], None, None, ['c']]
    """
    lengths = np.fromiter((len(v) if v else 0 for v in values), np.int64, len(values))
    flat = list(chain.from_iterable(v for v in values if v))
    row = np.repeat(np.arange(len(values)), lengths)
    cut = (
        pl.DataFrame([pl.Series("row", row), pl.Series(name, flat, pl.String)])
        .group_by("row", maintain_order=True)
        .agg(name)
    )
    if cut.height < len(values):
        rows = pl.DataFrame([pl.Series("row", np.arange(len(values)))])
        cut = rows.join(cut, on="row", how="left", maintain_order="left")
    return cut[name]
