"""A short round of spoilt files and generated rows; the long one is `make soak`."""

from __future__ import annotations

from tests.soak.files import run


def test_whatever_comes_in_is_read_or_refused() -> None:
    found = run(files=2_000, rows=1_000)
    assert found["failures"] == []
    assert (found["files"], found["rows"]) == (2_000, 1_000)
    assert found["peak_mb"] <= 1_024
    read = sum(n for form, n in found["counts"].items() if form.endswith("read"))
    assert 300 < read < 1_700  # both happen: the mutations aren't all fatal, nor all harmless
