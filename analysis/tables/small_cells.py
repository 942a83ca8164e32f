"""No cell under k persons leaves the deployment, nor can one be worked out from the others.

A table of persons is areas × groups that part the persons of an area (active, inactive,
unknown), with its sums. Cells under k are withheld; then, in every row and column whose sum is
shown, as many more as it takes that what is withheld there is at least two cells and k persons
together: else subtracting gives it away (complementary suppression).

What misleads: this protects cells and their differences within one table. Who knows other
tables of the same persons, for other days or areas, may still learn more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.table import Table

K = 5
"""Smallest number of persons that a shown cell may count."""

Counts = Sequence[Sequence[int | None]]


def withheld(cells: Counts, k: int = K) -> list[list[bool]]:
    """Which cells of a table with sums to withhold.

    Parameters
    ----------
    cells
        Rows of counts; None is unknown and counts as nothing. The sums of rows, of columns and
        of all are taken to be shown next to them.
    k
        Smallest count that may be shown.

    Returns
    -------
    list of list of bool
        One row and one column more than `cells`: the last column are the sums of rows, the
        last row those of columns. True where the cell isn't to be shown.

    Examples
    --------
    Three of the first row would give themselves away by their sum, so another cell goes too:

    >>> withheld([[20, 3], [30, 40]])[0]
    [True, True, False]
    """
    rows = [[value or 0 for value in row] for row in cells]
    width = max((len(row) for row in rows), default=0)
    full = [[*row, sum(row)] for row in rows]
    full.append([sum(row[at] for row in full) for at in range(width + 1)])
    hidden = [[value < k for value in row] for row in full]
    lines = [[(r, c) for c in range(width + 1)] for r in range(len(full))]
    lines += [[(r, c) for r in range(len(full))] for c in range(width + 1)]
    changed = True
    while changed:
        changed = False
        for line in lines:
            while (more := _next(line, full, hidden, k)) is not None:
                hidden[more[0]][more[1]] = changed = True
    return hidden


def _next(
    line: Sequence[tuple[int, int]],
    full: Sequence[Sequence[int]],
    hidden: Sequence[Sequence[bool]],
    k: int,
) -> tuple[int, int] | None:
    """The cell to withhold next in a line (parts, then their sum), or None where it is safe."""
    gone = [at for at in line if hidden[at[0]][at[1]]]
    shown = [at for at in line if not hidden[at[0]][at[1]]]
    if not gone or not shown:
        return None
    total = line[-1]
    inner = sum(full[r][c] for r, c in gone if (r, c) != total)
    if len(gone) >= 2 and (total in gone or inner >= k):
        return None
    return min(shown, key=lambda at: (at == total, full[at[0]][at[1]], at))


def without_small_cells(table: Table, parts: Sequence[Sequence[str]], k: int = K) -> Table:
    """A table of persons as it may be shown outside.

    Parameters
    ----------
    parts
        Groups of columns, each of parts that add up to the column named last in the group.
        Columns of persons that stand in no group are withheld under `k` by themselves; shares
        of persons wherever a count of their row is withheld. The last row holds sums.
    """
    names = [column.name for column in table.columns]
    rows = [list(row) for row in table.rows]
    people = {at for at, column in enumerate(table.columns) if column.people}
    hidden: set[tuple[int, int]] = set()
    grouped: set[int] = set()
    for group in parts:
        columns = [names.index(name) for name in group]
        grouped.update(columns)
        inner = [[_count(row[c]) for c in columns[:-1]] for row in rows[:-1]]
        for r, line in enumerate(withheld(inner, k)):
            hidden.update((r, columns[i]) for i, gone in enumerate(line) if gone)
    for r, row in enumerate(rows):
        for c in people - grouped:
            count = _count(row[c])
            if table.columns[c].kind == "count" and count is not None and count < k:
                hidden.add((r, c))
    for r in {r for r, _ in hidden}:
        hidden.update((r, c) for c in people if table.columns[c].kind == "share")
    for r, c in hidden:
        rows[r][c] = None
    note = (
        (f"不足{k}人的数不列，并连同能推算出它的数一起不列。", f"Counts under {k} persons, and "
         "those that would give them away, are withheld.")
        if hidden
        else ("", "")
    )  # fmt: skip
    return table.model_copy(
        update={
            "rows": tuple(tuple(row) for row in rows),
            "coverage_zh": table.coverage_zh + note[0],
            "coverage_en": " ".join(filter(None, [table.coverage_en, note[1]])),
        }
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
