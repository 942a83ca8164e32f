"""Matches that people decided, in the graph. Expected values by hand."""

from __future__ import annotations

import pytest

from graph.model.errors import UsageError
from graph.model.labels import Label
from graph.model.matches import decided_matches, decision, match_id, next_status
from graph.model.wanted import WantedGraph


def graph() -> WantedGraph:
    return WantedGraph(nodes={Label.RESOURCE: {"r": {}}, Label.NEED: {"n": {}, "m": {}}})


def step(need: str = "n", quantity: float | None = 4, on: str = "2019-08-02") -> object:
    return decision("r", need, "matched", quantity, since="2019-08-01", on=on, who="w")


def test_a_decided_match_is_a_tie() -> None:
    drafts, pairs = decided_matches(graph(), [step()])  # type: ignore[list-item]
    ((resource, need, props, evidence),) = drafts
    assert (resource, need) == ("r", "n")
    assert props == {
        "quantity": 4,
        "status": "matched",
        "valid_from": "2019-08-01",
        "last_sign": "2019-08-02",
    }
    assert evidence == f"decision:{match_id('r', 'n')}"
    assert pairs == {("r", "n")}


def test_withdrawn_and_dangling_matches_make_none() -> None:
    taken = step()
    gone = taken.withdrawn("2019-08-03", "w")  # type: ignore[attr-defined]
    assert decided_matches(graph(), [gone]) == ([], set())
    assert decided_matches(graph(), [step("elsewhere")]) == ([], set())  # type: ignore[list-item]


@pytest.mark.parametrize("quantity", [0, -1, float("inf"), float("nan")])
def test_quantity_must_be_positive(quantity: float) -> None:
    with pytest.raises(UsageError):
        step(quantity=quantity)


def test_stages() -> None:
    assert next_status("done") == "evaluated"
    assert next_status(None) is None
