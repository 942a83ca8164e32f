"""Small cells: none is shown, and none can be worked out by subtracting along a line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analysis.tables.small_cells import K, withheld

counts = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.none() | st.integers(0, 30), min_size=width, max_size=width),
        min_size=1,
        max_size=6,
    )
)


def with_sums(cells: list[list[int | None]]) -> list[list[int]]:
    full = [[v or 0 for v in row] for row in cells]
    full = [[*row, sum(row)] for row in full]
    return [*full, [sum(row[c] for row in full) for c in range(len(full[0]))]]


@given(counts)
def test_no_small_cell_is_shown_or_follows(cells: list[list[int | None]]) -> None:
    full, hidden = with_sums(cells), withheld(cells)
    lines = [[(r, c) for c in range(len(full[0]))] for r in range(len(full))]
    lines += [[(r, c) for r in range(len(full))] for c in range(len(full[0]))]
    for line in lines:
        gone = [(r, c) for r, c in line if hidden[r][c]]
        assert all(full[r][c] >= K for r, c in line if not hidden[r][c])
        assert len(gone) != 1
        total = line[-1]
        if gone and total not in gone and len(gone) < len(line):
            assert sum(full[r][c] for r, c in gone) >= K


@given(counts)
def test_what_is_large_everywhere_is_shown(cells: list[list[int | None]]) -> None:
    large = [[(v or 0) + K for v in row] for row in cells]
    assert not any(map(any, withheld(large)))  # type: ignore[arg-type]
