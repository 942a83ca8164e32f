"""Decisions in the journal: what is in force, after what, and what becomes of the network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.journal.journal import EMPTY_HEAD, DecisionEntry, Entry, Journal
from graph.model.decision import Decision, DecisionKind
from graph.model.errors import StoreTooNew
from graph.store.resolving import resolve
from graph.store.store import Store
from tests.graph.resolve.test_resolve import areas, divisions
from tests.graph.store.test_store import city, put


def decision(key: str, value: dict[str, Any] | None, kind: DecisionKind = "same") -> Decision:
    return Decision(kind=kind, key=key, value=value, on="2019-08-01", who="test")


def test_of_one_kind_and_key_the_last_counts_until_it_is_withdrawn(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        put(store, divisions())
        store.decide([decision("a", {"n": 1}), decision("b", {"n": 2})])
        store.decide([decision("a", {"n": 3}), decision("a", {"n": 4}, "different")])
        told = [(d.kind, d.key, d.value) for d in store.decisions()]
        assert told == [
            ("different", "a", {"n": 4}),
            ("same", "a", {"n": 3}),
            ("same", "b", {"n": 2}),
        ]
        assert [d.key for d in store.decisions("different")] == ["a"]
        store.decide([store.decisions("same")[0].withdrawn("2019-08-02", "test")])
        assert [d.key for d in store.decisions("same")] == ["b"]
    assert [d.key for d in Journal(tmp_path).decisions()] == ["a", "b"]


def test_a_decision_is_a_new_head_and_the_network_follows(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        put(store, *city())
        head, told = store.head, store.graph_hash()
        store.decide([decision("a", {"n": 1})])
        assert store.head != head
        assert store.network().head == store.head
        assert store.graph_hash() == told  # this kind and key mean nothing to these sheets
        head = store.head
        store.decide([decision("a", {"n": 1}), decision("none", None)])
        assert store.head == head  # nothing new


def test_a_home_may_begin_with_a_decision(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.decide([decision("a", {"n": 1}, "layout")])
        assert store.network().head == store.head != EMPTY_HEAD
        put(store, divisions(), areas())
    with Store(tmp_path) as store:
        assert [d.kind for d in store.decisions()] == ["layout"]
        assert len(store.datasets()) == 2


def test_decisions_in_force_reach_the_resolution(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graph.store import live as live_module

    seen: list[list[str]] = []

    def watched(datasets: Any, decisions: Any = ()) -> Any:
        seen.append([d.key for d in decisions])
        return resolve(datasets, decisions)

    monkeypatch.setattr(live_module, "resolve", watched)
    with Store(tmp_path) as store:
        put(store, divisions())
        store.decide([decision("a", {}), decision("b", {})])
        store.decide([decision("a", None)])
        put(store, areas())
        store.rebuild()
    assert seen == [[], ["a", "b"], ["b"], ["b"], ["b"]]


def test_a_kind_of_decision_of_a_later_version_is_refused(tmp_path: Path) -> None:
    later = decision("a", {}).model_copy(update={"kind": "later"})
    Journal(tmp_path).append([DecisionEntry(decision=later)])
    with pytest.raises(StoreTooNew, match="line 1"):
        Journal(tmp_path)


def test_a_journal_of_datasets_alone_reads_as_before(tmp_path: Path) -> None:
    """A line as the first version wrote it."""
    line = (
        '{"entry": {"op": "import", "dataset": "d", "content": "c", "on": "2019-08-01", '
        '"who": "w", "series": "s", "reported_on": null, "file": null, "key": null}, '
        '"head": "9af01001cac0338e"}\n'
    )
    (tmp_path / "journal.jsonl").write_text(line, encoding="utf-8")
    journal = Journal(tmp_path)
    assert journal.entries == [
        Entry(op="import", dataset="d", content="c", on="2019-08-01", who="w", series="s")
    ]
    assert journal.head == "9af01001cac0338e"


@given(st.lists(st.tuples(st.sampled_from("ab"), st.none() | st.integers(0, 2)), max_size=8))
def test_what_is_in_force_is_what_a_dictionary_would_hold(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int | None]]
) -> None:
    home = tmp_path_factory.mktemp("home")
    kept: dict[str, int] = {}
    journal = Journal(home)
    for key, value in steps:
        given_value = None if value is None else {"n": value}
        journal.append([DecisionEntry(decision=decision(key, given_value))])
        kept.pop(key, None)
        if value is not None:
            kept[key] = value
    for found in (journal, Journal(home)):
        assert {d.key: (d.value or {})["n"] for d in found.decisions()} == kept
