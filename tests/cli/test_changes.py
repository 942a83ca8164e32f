"""`gongjian changes`: since a day and since a head, in every form."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import DAY, Gongjian


def test_since_a_day_and_since_a_head(gongjian: Gongjian, home: Path) -> None:
    said = gongjian("changes", "--since", "2018-01-01", "--store", home, "--format", "json")
    assert said.code == 0
    result = said.json()
    assert (result["since"], result["until"]) == ("2018-01-01", DAY)
    assert {t["cause"] for t in result["ties"]} == {"world"}  # nothing was recorded by that day
    weak = gongjian("weak-grids", "--all", "--store", home, "--format", "json").json()
    assert result["summary_after"] == weak["summary"]
    table = gongjian("changes", "--since", "2018-01-01", "--store", home)
    assert "因实际变化" in table.text
    rows = gongjian("changes", "--since", "2018-01-01", "--store", home, "--format", "csv")
    assert len(rows.out.decode("utf-8-sig").splitlines()) > len(result["verdicts"])
    head = result["until_head"]
    same = gongjian("changes", "--since", head[:8], "--store", home, "--format", "json").json()
    assert (same["ties"], same["verdicts"]) == ([], [])
    empty = gongjian("changes", "--since", "0" * 16, "--store", home, "--format", "json").json()
    assert {t["cause"] for t in empty["ties"]} == {"learned"}
    assert empty["newly_covered"]


@pytest.mark.parametrize("since", ["2018-13-01", "last week", "abcdef", "2999-01-01"])
def test_a_wrong_moment_is_one_line(gongjian: Gongjian, home: Path, since: str) -> None:
    said = gongjian("changes", "--since", since, "--store", home)
    assert said.code == 2
    assert len(said.err.splitlines()) == 1
    assert since in said.err
