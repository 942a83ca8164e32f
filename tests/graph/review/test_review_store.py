"""Decisions about who is who on both stores: joined, taken back, kept over imports and rebuilds."""

from __future__ import annotations

from graph.model.rows import UnitRow
from graph.review.items import decide_items
from graph.store.store import Store
from tests.graph.resolve.test_resolve import HOSPITAL, divisions, ties, units
from tests.graph.review.test_review import SCHOOL, TIE, roster_and_tie

ON = "2019-11-01"


def test_joined_and_parted_again(store: Store) -> None:
    store.import_datasets(roster_and_tie(), on=ON, who="tester")
    before = store.graph_hash()
    found = store.review()
    assert found.open == 1
    (item,) = [i for i in found.items if i.state == "open"]

    store.decide(decide_items(found, {"same": [item.id]}, on=ON, who="tester"))
    joined = store.graph_hash()
    assert joined != before
    assert [i.state for i in store.review().items] == ["accepted"]

    # the same sheets again, in another order, and the graph made anew
    again = store.import_datasets(roster_and_tie()[::-1], on="2019-11-02", who="tester")
    assert again.entities.to_review == 0
    store.rebuild()
    assert store.graph_hash() == joined

    back = decide_items(store.review(), {"undo": [item.id]}, on=ON, who="tester")
    store.decide(back)
    assert store.graph_hash() == before
    assert store.review().open == 1

    no = decide_items(store.review(), {"different": [item.id]}, on=ON, who="tester")
    store.decide(no)
    assert store.graph_hash() == before
    assert store.review().open == 0


def test_a_decision_holds_when_the_body_gets_a_code(store: Store) -> None:
    store.import_datasets(roster_and_tie(), on=ON, who="tester")
    found = store.review()
    store.decide(decide_items(found, {"same": [found.items[0].id]}, on=ON, who="tester"))
    coded = UnitRow(row=3, name=SCHOOL.name, community="书院社区", kind="school", uscc=HOSPITAL)
    result = store.import_datasets([units(coded)], on="2019-12-01", who="tester")
    assert result.entities.to_review == 0
    assert HOSPITAL in set(store.network().actors["key"])
    assert store.network().actors.height == 1
    other = store.import_datasets([ties(TIE), divisions()], on="2019-12-02", who="tester")
    assert other.entities.to_review == 0
