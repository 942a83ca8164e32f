"""Short cuts of the store give what the long way gives."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.database import database as apply
from graph.database import schema
from graph.database.database import Database, shape_of, shape_of_tables
from graph.database.difference import Difference, HeldDigests, difference, digest, table_difference
from graph.database.read_network import same_tables
from graph.model.dataset import Dataset
from graph.model.decision import Decision
from graph.model.labels import SheetKind
from graph.model.network import NODE_TABLES, Network, text_lists
from graph.model.rows import NeedRow
from graph.model.wanted import WantedGraph
from graph.names.rewriting import Rewriting
from graph.resolve.area_tree import _parts
from graph.review.candidates import _pairs
from graph.store.outcome import load_outcome, outcome_of, save_outcome
from graph.store.resolving import resolve
from graph.store.store import Store
from ingest.reading.read import read_datasets
from ingest.synthetic.sample import write_sample
from tests.graph.names.name_pairs import pairs
from tests.graph.resolve.test_resolve import dataset
from tests.graph.store.test_store import DAY, city, put


def waiting_sheet() -> Dataset:
    """A sheet with a row whose place isn't known: something to tell, each time."""
    row = NeedRow(row=3, name="书架", quantity=2, community="无此社区")
    return dataset("needs2", SheetKind.NEEDS, row)


def _refused(*_: object) -> WantedGraph:
    raise AssertionError("resolved, though nothing is new")


def test_nothing_new_is_told_without_resolving(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheets = [*city(), waiting_sheet()]
    put(store, *sheets)
    (store.home / "resolved.json").unlink()
    long_way = put(store, *sheets)
    assert any(i.code == "place_unknown" for i in long_way.issues)
    save_outcome(store.home, outcome_of(resolve(sheets), store.head))
    monkeypatch.setattr("graph.store.live.resolve", _refused)
    assert put(store, *sheets) == long_way
    assert sum(s.waiting for s in store.datasets()) == 1


def test_what_other_rules_or_another_head_told_does_not_count(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, *city())
    kept = load_outcome(store.home)
    assert kept.head == store.head
    save_outcome(store.home, kept.model_copy(update={"head": "f" * 16}))
    seen: list[int] = []

    def counted(datasets: list[Dataset], decisions: list[Decision]) -> WantedGraph:
        seen.append(len(datasets))
        return resolve(datasets, decisions)

    monkeypatch.setattr("graph.store.live.resolve", counted)
    put(store, *city())
    assert seen == [6]
    save_outcome(store.home, kept.model_copy(update={"rules": "other"}))
    assert load_outcome(store.home).head == ""


def test_a_damaged_note_is_no_note(tmp_path: Path) -> None:
    (tmp_path / "resolved.json").write_text("{", encoding="utf-8")
    assert load_outcome(tmp_path).head == ""


def test_statements_are_written_together_up_to_a_bound(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "BATCH_ROWS", 2)
    monkeypatch.setattr(schema, "TRANSACTION_ROWS", 5)
    sizes: list[list[int]] = []
    write = Database.write_together

    def seen(self: Database, statements: list[apply.Statement]) -> None:
        sizes.append([len(rows) for _, rows in statements])
        write(self, statements)

    monkeypatch.setattr(Database, "write_together", seen)
    put(store, *city())
    assert all(sum(one) <= 5 for one in sizes)
    assert any(len(one) > 1 for one in sizes)
    monkeypatch.undo()
    found = store.graph_hash()
    store.rebuild()
    assert store.graph_hash() == found
    assert store._keeper.live.as_of() == DAY


def test_every_kind_of_value_comes_back_as_the_copy_says(store: Store, tmp_path: Path) -> None:
    """The copy for readers is made from the wanted graph: the database must give the same."""
    write_sample(tmp_path / "sample", seed=7, streets=1, people=60)
    (tmp_path / "sample" / "xiaogan_divisions.csv").unlink()  # many areas, all alike
    read = read_datasets([tmp_path / "sample"], secret=store.pseudonym_secret)
    assert sum(len(d.rows) for d in read.datasets) > 300
    put(store, *read.datasets)
    with store._keeper.changing():
        given = store._networks.read_database(None)
    kept = store.network()
    for table in (*NODE_TABLES, "ties"):
        assert getattr(kept, table).equals(getattr(given, table)), table


@pytest.mark.parametrize(
    ("loss", "little"),
    [
        ("MATCH (n:Grid) WITH n LIMIT 1 DETACH DELETE n", 20_000),
        ("MATCH ()-[r:CO_BUILDS]->() WITH r LIMIT 1 DELETE r", 20_000),
        ("MATCH (n:ResidentUnit) WITH n LIMIT 1 SET n.digest = 'another'", 20_000),
        ("MATCH ()-[r:CO_BUILDS]->() WITH r LIMIT 1 SET r.digest = 'another'", 20_000),
        ("MATCH ()-[r:CO_BUILDS]->() WITH r LIMIT 1 DELETE r", -1),
    ],
)
def test_a_database_that_lost_what_was_written_leaves_no_copy(
    store: Store, monkeypatch: pytest.MonkeyPatch, loss: str, little: int
) -> None:
    """Little is looked up row by row; where much was written (more than -1) it is counted."""
    monkeypatch.setattr("graph.store.keeper._LITTLE", little)
    apply = Database.apply

    def loses(self: Database, *arguments: Any) -> None:
        apply(self, *arguments)
        self.write(loss)

    monkeypatch.setattr(Database, "apply", loses)
    put(store, *city())
    assert not list((store.home / "cache").glob("*"))


def test_a_database_that_kept_what_was_dropped_leaves_no_copy(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets = city()
    put(store, *datasets)
    apply = Database.apply

    def keeps(self: Database, wanted: WantedGraph, found: Difference, *rest: Any) -> None:
        assert found.drop_ties or found.drop_nodes
        apply(self, wanted, replace(found, drop_ties={}, drop_nodes={}), *rest)

    with monkeypatch.context() as patched:
        patched.setattr(Database, "apply", keeps)
        store.retract(datasets[-1].info.id, on=DAY, who="test")
        assert not list((store.home / "cache").glob(f"{store.head}*"))
    assert store.network().head == store.head  # noticed, and made anew


@pytest.mark.parametrize(
    "statement",
    [
        "MATCH (n:Grid) WITH n LIMIT 1 DETACH DELETE n",
        "MATCH (n:Grid) WITH n LIMIT 1 REMOVE n.key",
        "MATCH ()-[r:CO_BUILDS]->() WITH r LIMIT 1 DELETE r",
        "MATCH ()-[r:CO_BUILDS]->() WITH r LIMIT 1 REMOVE r.key",
        "MATCH (a:Grid), (b:Grid) WITH a, b LIMIT 1 CREATE (a)-[:SERVES {key: 'x'}]->(b)",
    ],
)
def test_one_too_few_or_too_many_is_counted(store: Store, statement: str) -> None:
    put(store, *city())
    with store._keeper.changing():
        database = store._keeper.connection.open()
        shape = json.loads((database.meta() or {})["shape"])
        assert database.counts_agree(shape)
        database.write(statement)
        assert not database.counts_agree(shape)


def test_what_somebody_else_put_beside_is_not_counted(store: Store) -> None:
    put(store, *city())
    with store._keeper.changing():
        database = store._keeper.connection.open()
        shape = json.loads((database.meta() or {})["shape"])
        database.write("MATCH (n:Grid) WITH n LIMIT 1 CREATE (n)-[:SEEN_BY]->(:Visitor)")
        assert database.counts_agree(shape)


@settings(deadline=None)
@given(st.lists(st.none() | st.lists(st.text(max_size=3), max_size=3), max_size=8))
def test_columns_of_lists_are_as_polars_makes_them(values: list[list[str] | None]) -> None:
    expected = pl.Series("x", [v or None for v in values], pl.List(pl.String))
    found = text_lists("x", values)
    assert found.dtype == expected.dtype
    assert found.to_list() == expected.to_list()


@settings(deadline=None)
@given(st.text("书院社", max_size=9), st.lists(st.text("书院社", max_size=5), max_size=20))
def test_names_that_stand_in_a_text_are_among_its_parts(text: str, names: list[str]) -> None:
    longest = max(map(len, names), default=0)
    found = {n for n in names if n in _parts(text, longest)}
    assert found == {n for n in names if len(n) >= 3 and n in text}


def streets(folder: Path, seed: int) -> list[Dataset]:
    """Sheets of a small city."""
    write_sample(folder, seed=seed, streets=1, date=DAY)
    return list(read_datasets([folder], secret=b"s" * 32, synthetic=True).datasets)


def held_by(wanted: WantedGraph) -> HeldDigests:
    return HeldDigests(
        {label: {k: digest(p) for k, p in found.items()} for label, found in wanted.nodes.items()},
        {
            group: {k: (t.start, digest(t.props, t.start, t.end)) for k, t in ties.items()}
            for group, ties in wanted.ties.items()
        },
    )


def without_nothing(shape: dict[str, Any]) -> dict[str, Any]:
    return {part: {k: v for k, v in found.items() if v["count"]} for part, found in shape.items()}


@pytest.mark.parametrize("seed", [1, 2])
def test_tables_tell_the_same_difference_as_digests(tmp_path: Path, seed: int) -> None:
    """Sheets gone, come, and with other rows: every part of the difference, and the shape."""
    sheets = streets(tmp_path, seed)
    cut = [replace(d, rows=d.rows[:: n % 3 + 1]) for n, d in enumerate(sheets) if n % 5]
    graphs = [resolve(found) for found in ([], sheets, cut, sheets[::2])]
    tables = [Network.from_wanted(g, as_of=DAY) for g in graphs]
    for new, table in zip(graphs, tables, strict=True):
        assert shape_of_tables(table) == without_nothing(shape_of(new))
        for old, old_table in zip(graphs, tables, strict=True):
            assert table_difference(table, old_table) == difference(new, held_by(old))


def test_a_small_change_asks_the_database_for_no_digests(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheets = [*city(), waiting_sheet()]
    put(store, *sheets)
    monkeypatch.setattr(Database, "held", _refused)
    newer = replace(sheets[-1], rows=(NeedRow(row=3, name="书架", quantity=4, community="金卉"),))
    put(store, replace(newer, info=newer.info.model_copy(update={"id": "needs3"})))
    monkeypatch.undo()
    kept, head = store.network(), store.head
    store.rebuild()
    assert store.head == head
    assert same_tables(store.network(), kept)


HAN = "局所站市监管理服务中心支行书院"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "局",
                    "所$",
                    "^市",
                    "监管|市监",
                    "(站|所)",
                    "中心?站",
                    "[局所]",
                    "服务(?=中)",
                    "支行|行",
                ]
            ),
            st.text(HAN, max_size=3),
        ),
        max_size=6,
    ),
    st.text(HAN, max_size=12),
)
def test_rules_that_cannot_match_are_left_out_and_nothing_else(
    rules: list[tuple[str, str]], text: str
) -> None:
    told = text
    for pattern, to in rules:
        told = re.sub(pattern, to, told)
    assert Rewriting(rules).applied(text) == told


@pytest.mark.parametrize("file", ["families", "second", "third", "fourth"])
def test_the_rules_for_names_do_as_one_after_the_other(file: str) -> None:
    told = yaml.safe_load(Path("graph/data/matching.yaml").read_text(encoding="utf-8"))
    for kind in ("first", "short"):
        rewriting = Rewriting([(p, to) for p, to in told[kind]])
        for name in {name for pair in pairs(file) for name in pair[:2]}:
            slow = name
            for pattern, to in told[kind]:
                slow = re.sub(pattern, to, slow)
            assert rewriting.applied(name) == slow


def test_pairs_that_were_kept_are_those_made_anew(tmp_path: Path) -> None:
    """The last answer is kept: the same sheets again, others, and bodies seated elsewhere."""
    sheets = streets(tmp_path, 3)
    fewer = [d for n, d in enumerate(sheets) if n % 4]
    moved = [
        replace(d, rows=[replace(row, community=None) for row in d.rows])
        if d.info.kind is SheetKind.RESIDENT_UNITS
        else d
        for d in sheets
    ]
    asked = (sheets, sheets, moved, fewer, moved)
    _pairs.cache_clear()
    kept = [resolve(found).review for found in asked]
    assert kept[0]
    assert _pairs.cache_info().hits == 1
    for found, review in zip(asked, kept, strict=True):
        _pairs.cache_clear()
        assert resolve(found).review == review
