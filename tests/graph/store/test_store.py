"""The contract of the store, on the embedded database and on a real Neo4j alike."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.database.difference import HeldDigests, difference, digest
from graph.journal.journal import Journal, read_dataset, write_dataset
from graph.model.dataset import Dataset
from graph.model.errors import StoreError, StoreForeign, StoreTooNew, UsageError
from graph.model.labels import UNRESTRICTED, Label, Scope, SheetKind
from graph.model.network import NODE_TABLES, Network
from graph.model.rows import MemberRow, NeedRow, OrganizationRow, TieRow, UnitRow
from graph.model.wanted import WantedGraph
from graph.store.resolving import resolve
from graph.store.store import ImportResult, Store
from tests.conftest import OpenStore
from tests.graph.resolve.test_resolve import areas, dataset, divisions, ties, units

DAY = "2019-08-01"


def city() -> list[Dataset]:
    return [
        divisions(),
        areas(),
        units(
            UnitRow(row=3, name="第一医院😀", community="书院社区", agreement=False, employees=0),
            UnitRow(row=4, name="𠮷野超市", community="城站社区", can_offer=("场地", "人员")),
        ),
        ties(
            TieRow(row=3, subject="第一医院😀", community="书院社区", grid="一网格", signed=DAY),
            TieRow(row=4, subject="𠮷野超市", community="城站社区", grid="二网格", status="ended"),
            TieRow(row=5, subject="第一医院😀", object="𠮷野超市", community="城站社区"),
        ),
        dataset(
            "members",
            SheetKind.MEMBERS,
            MemberRow(row=3, id_key="a", community="书院", grid="一网格", hours=2.5, post="巡逻"),
        ),
        dataset(
            "needs", SheetKind.NEEDS, NeedRow(row=3, name="投影仪", quantity=2, community="书院")
        ),
    ]


def put(store: Store, *sheets: Dataset, on: str = DAY, dry_run: bool = False) -> ImportResult:
    return store.import_datasets(sheets, on=on, who="test", dry_run=dry_run)


def same(one: Network, other: Network) -> bool:
    tables = (*NODE_TABLES, "ties")
    return all(getattr(one, t).equals(getattr(other, t)) for t in tables)


def test_what_comes_back_is_what_was_resolved(store: Store) -> None:
    put(store, *city())
    wanted = Network.from_wanted(resolve(city()), as_of=DAY)
    with store._keeper.changing():
        found = store._networks.read_database(None)
    assert same(found, wanted)
    assert same(store.network(), wanted)
    assert found.as_of == DAY
    assert found.head == store.head


def test_importing_again_changes_nothing(store: Store) -> None:
    first = put(store, *city())
    head, told = store.head, store.graph_hash()
    again = put(store, *city(), on="2019-09-01")
    assert store.head == head
    assert store.graph_hash() == told
    assert again.entities.created == again.entities.updated == 0
    assert again.entities.unchanged == first.entities.created
    assert {(d.rows_added, d.rows_changed) for d in again.datasets} == {(0, 0)}


def test_order_of_imports_is_no_matter(open_on: OpenStore, tmp_path: Path) -> None:
    one = open_on(tmp_path / "one")
    for sheet in reversed(city()):
        put(one, sheet)
    assert same(one.network(), Network.from_wanted(resolve(city()), as_of=DAY))
    assert [s.waiting for s in one.datasets()] == [0] * 6


def test_a_newer_sheet_of_a_series_replaces_and_retracting_it_restores(store: Store) -> None:
    old = ties(TieRow(row=3, subject="甲", community="书院", signed="2019-01-01"))
    row = TieRow(row=9, subject="甲", community="书院", signed="2019-01-01")
    gone = TieRow(row=4, subject="乙", community="城站")
    changed = TieRow(row=5, subject="甲", community="城站")
    before = ties(row, gone, changed)
    after = dataset(
        "ties",
        SheetKind.TIES,
        TieRow(row=3, subject="甲", community="书院", signed="2019-01-01"),
        TieRow(row=4, subject="甲", community="城站", signed="2019-07-01"),
        TieRow(row=5, subject="丙", community="城站"),
    )
    after = Dataset(after.info.model_copy(update={"id": "ties2:s", "rows_read": 3}), after.rows)
    assert old.info.series == after.info.series
    put(store, divisions(), areas(), before)
    restored = store.graph_hash()
    result = put(store, after)
    (told,) = result.datasets
    assert (told.rows_unchanged, told.rows_changed, told.rows_added, told.rows_gone) == (1, 1, 1, 1)
    assert told.replaces == "ties:s"
    assert same(
        store.network(), Network.from_wanted(resolve([divisions(), areas(), after]), as_of=DAY)
    )
    status = {s.info.id: s for s in store.datasets()}
    assert not status["ties:s"].live
    assert status["ties:s"].replaced_by == "ties2:s"
    change = store.retract("ties2:s", on=DAY, who="test")
    assert change.live_again == "ties:s"
    assert store.graph_hash() == restored
    with pytest.raises(UsageError, match="ties2"):
        store.retract("ties2:s", on=DAY, who="test")


def test_an_older_sheet_that_comes_late_is_kept_and_does_not_count(store: Store) -> None:
    new = ties(TieRow(row=3, subject="甲", community="书院"), reported_on="2019-07-01")
    old = ties(TieRow(row=3, subject="乙", community="书院"), reported_on="2019-01-01")
    old = Dataset(old.info.model_copy(update={"id": "old:s"}), old.rows)
    put(store, divisions(), new)
    result = put(store, old)
    assert [i.code for i in result.issues if i.level == "warning"] == ["series_older"]
    assert store.network().actors["name"].to_list() == ["甲"]


def test_a_newer_version_under_another_name_is_pointed_out(store: Store) -> None:
    """Another series, so both count: who handed it in is told what to take out."""
    rows = [TieRow(row=n, subject=f"甲{n}", community="书院") for n in range(3, 7)]

    def sheet(name: str, *rows: TieRow) -> Dataset:
        info = ties(*rows).info
        more = {"id": f"{name}:s", "series": name, "file": f"{name}.xlsx", "rows_read": len(rows)}
        return Dataset(info.model_copy(update=more), rows)

    def told(*sheets: Dataset) -> list[tuple[str, str]]:
        issues = put(store, *sheets).issues
        return [(i.file, i.zh) for i in issues if i.code == "series_alike"]

    assert told(divisions(), areas(), sheet("七月", *rows)) == []
    assert told(sheet("别处", replace(rows[0], row=3), TieRow(row=4, subject="乙"))) == []
    newer = sheet("八月", *rows[:3], TieRow(row=9, subject="丙", community="城站"))
    ((file, zh),) = told(newer)
    assert file == "八月.xlsx"
    assert "七月.xlsx" in zh
    assert "3行" in zh
    assert "gongjian retract 七月:s" in zh
    assert told(newer) == []  # it is known now


def test_two_sheets_of_a_series_in_one_import_both_count(store: Store) -> None:
    one = ties(TieRow(row=3, subject="甲", community="书院"))
    other = ties(TieRow(row=3, subject="乙", community="书院"))
    other = Dataset(other.info.model_copy(update={"id": "other:s"}), other.rows)
    result = put(store, divisions(), one, other)
    assert "series_twice" in [i.code for i in result.issues]
    assert store.network().actors["name"].to_list() == ["乙", "甲"]
    assert put(store, divisions(), one, other).entities.created == 0


def test_a_dry_run_writes_nothing(store: Store) -> None:
    put(store, divisions())
    head, told = store.head, store.graph_hash()
    result = put(store, areas(), dry_run=True)
    assert result.entities.created == 9
    assert (store.head, store.graph_hash()) == (head, told)
    assert len(store.datasets()) == 1


def test_what_is_told_is_what_a_commit_makes(open_on: OpenStore, tmp_path: Path) -> None:
    """Also where the journal moved on between the two: then it is worked out anew."""
    sheet = ties(TieRow(row=3, subject="丁", community="书院社区", grid="一网格", signed=DAY))
    newer = Dataset(sheet.info.model_copy(update={"id": "newer:s"}), sheet.rows)
    other = dataset("other", SheetKind.TIES, TieRow(row=3, subject="戊", community="书院社区"))
    at_once = open_on(tmp_path / "at_once")
    put(at_once, *city())
    prepared = at_once.prepare_import([newer], on=DAY, who="test")
    would = prepared.told()
    result = prepared.commit()
    assert would.effect is not None
    assert would.model_copy(update={"effect": None}) == result
    assert same(
        at_once.network(),
        Network.from_wanted(
            resolve([*(d for d in city() if d.info.id != "ties:s"), newer]), as_of=DAY
        ),
    )
    late = at_once.prepare_import([sheet], on=DAY, who="test", keep_wanted=True)
    late.told()
    put(at_once, other)
    late.commit()
    assert same(at_once.network(), Network.from_wanted(late.wanted, as_of=DAY))
    assert "戊" in at_once.network().actors["name"].to_list()


def test_rebuild_makes_the_same_graph(store: Store) -> None:
    put(store, *city())
    told = store.graph_hash()
    change = store.rebuild()
    assert change.nodes_created > 0
    assert store.graph_hash() == told


def test_an_unfinished_write_is_finished_at_the_next_open(
    open_on: OpenStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_on(tmp_path / "home")
    put(store, divisions())
    from graph.database import schema
    from graph.database.database import Database, Statement

    write, calls = Database.write_together, [0]

    def fails(self: Database, statements: list[Statement]) -> None:
        calls[0] += any("MERGE (a)" in query for query, _ in statements)
        if calls[0] > 1:
            raise OSError(28, "No space left on device")
        write(self, statements)

    monkeypatch.setattr(schema, "TRANSACTION_ROWS", 1)
    monkeypatch.setattr(Database, "write_together", fails)
    with pytest.raises(StoreError):
        put(store, *city())
    monkeypatch.setattr(Database, "write_together", write)
    store.close()
    again = open_on(tmp_path / "home")
    assert same(again.network(), Network.from_wanted(resolve(city()), as_of=DAY))


@pytest.mark.neo4j
def test_both_stores_hold_the_same(empty_neo4j: Any, tmp_path: Path) -> None:
    """Moving from one to the other and back is a rebuild there; the hash stays."""
    with Store(tmp_path / "home") as embedded:
        put(embedded, *city())
        told = embedded.graph_hash()
    with Store(tmp_path / "home", uri=empty_neo4j.uri, auth=empty_neo4j.auth) as server:
        assert server.graph_hash() == told
        put(server, ties(TieRow(row=3, subject="丁", community="书院")))
        moved = server.graph_hash()
    with Store(tmp_path / "home") as embedded:
        assert embedded.graph_hash() == moved


@pytest.mark.neo4j
def test_a_database_of_somebody_else_is_left_alone(empty_neo4j: Any, tmp_path: Path) -> None:
    from neo4j import GraphDatabase

    with GraphDatabase.driver(empty_neo4j.uri, auth=empty_neo4j.auth) as driver:
        driver.execute_query("CREATE (:Film {title: 'x'})")
        with Store(tmp_path / "home", uri=empty_neo4j.uri, auth=empty_neo4j.auth) as store:
            with pytest.raises(StoreForeign):
                put(store, divisions())
        assert driver.execute_query("MATCH (n) RETURN count(n) AS c").records[0]["c"] == 1
        assert Journal(tmp_path / "home").entries == []
        driver.execute_query("MATCH (n) DETACH DELETE n")
    with Store(tmp_path / "one", uri=empty_neo4j.uri, auth=empty_neo4j.auth) as one:
        put(one, divisions())
    with Store(tmp_path / "two", uri=empty_neo4j.uri, auth=empty_neo4j.auth) as two:
        with pytest.raises(StoreForeign):
            put(two, areas())


def test_a_newer_schema_is_refused(store: Store) -> None:
    put(store, divisions())
    assert store._keeper.connection.database is not None
    store._keeper.connection.database.set_meta(schema=99)
    store.close()
    with pytest.raises(StoreTooNew):
        put(store, areas())


class TestJournal:
    def test_a_dataset_comes_back_as_it_was(self, tmp_path: Path) -> None:
        for sheet in [
            *city(),
            dataset(
                "o", SheetKind.ORGANISATIONS, OrganizationRow(row=2, name="甲", covers=("一", "二"))
            ),
        ]:
            write_dataset(tmp_path / "d.parquet", sheet)
            assert read_dataset(tmp_path / "d.parquet") == sheet
            assert read_dataset(tmp_path / "d.parquet").content_hash() == sheet.content_hash()

    def test_a_torn_last_line_is_cut_off(self, tmp_path: Path) -> None:
        with Store(tmp_path) as store:
            put(store, divisions())
            head = store.head
        path = tmp_path / "journal.jsonl"
        path.write_bytes(path.read_bytes() + b'{"entry": {"op": "imp')
        journal = Journal(tmp_path)
        assert journal.head == head
        assert journal.torn is not None
        with Store(tmp_path) as store:
            put(store, areas())
        assert len(Journal(tmp_path).entries) == 2

    def test_a_changed_line_is_refused_with_its_place(self, tmp_path: Path) -> None:
        with Store(tmp_path) as store:
            put(store, divisions())
        path = tmp_path / "journal.jsonl"
        told = json.loads(path.read_text(encoding="utf-8"))
        told["entry"]["who"] = "somebody else"
        path.write_text(json.dumps(told) + "\n", encoding="utf-8")
        with pytest.raises(StoreError, match="line 1"):
            Journal(tmp_path)

    def test_the_key_is_private_and_stays(self, tmp_path: Path) -> None:
        with Store(tmp_path / "h") as store:
            key = store.pseudonym_secret
            assert store.pseudonym_secret == key
        assert (tmp_path / "h" / "pseudonym.key").stat().st_mode & 0o777 == 0o600


def test_a_second_store_on_one_home_reads_and_writes_through_the_first(tmp_path: Path) -> None:
    """In one process here; the lock is per open file, so it is as two processes."""
    with Store(tmp_path) as first, Store(tmp_path) as second:
        put(first, divisions())
        put(second, areas())
        assert second.network().areas.height == first.network().areas.height
        second.close()


GRAPHS = st.dictionaries(
    st.sampled_from([Label.GRID, Label.RESIDENT_UNIT]),
    st.dictionaries(
        st.sampled_from("abcd"), st.fixed_dictionaries({"name": st.sampled_from("xy")}), max_size=4
    ),
)


@settings(max_examples=50)
@given(GRAPHS, GRAPHS)
def test_a_difference_leads_from_any_graph_to_any_other(old: Any, new: Any) -> None:
    held = HeldDigests(
        {la: {k: digest(p) for k, p in found.items()} for la, found in old.items()}, {}
    )
    found = difference(WantedGraph(nodes=new), held)
    result = {label: set(keys) for label, keys in held.nodes.items()}
    for label, keys in found.drop_nodes.items():
        result[label] -= set(keys)
    for label, keys in found.put_nodes.items():
        result.setdefault(label, set()).update(keys)
    assert {k: v for k, v in result.items() if v} == {k: set(v) for k, v in new.items() if v}
    unwritten = found.change.unchanged
    assert unwritten == sum(
        old.get(la, {}).get(k) == p for la, f in new.items() for k, p in f.items()
    )


@pytest.mark.neo4j
def test_what_others_put_into_our_database_is_left_alone(empty_neo4j: Any, tmp_path: Path) -> None:
    from neo4j import GraphDatabase

    with (
        GraphDatabase.driver(empty_neo4j.uri, auth=empty_neo4j.auth) as driver,
        Store(tmp_path / "home", uri=empty_neo4j.uri, auth=empty_neo4j.auth) as store,
    ):
        put(store, *city())
        told = store.graph_hash()
        driver.execute_query("CREATE (:Film {title: 'x'})")
        store.rebuild()
        assert store.graph_hash() == told
        driver.execute_query("CREATE (:Grid {key: 'theirs'})")
        with pytest.raises(StoreForeign, match="Grid"):
            store.rebuild()
        count = "MATCH (n) WHERE n:Film OR n.key = 'theirs' RETURN count(n) AS c"
        assert driver.execute_query(count).records[0]["c"] == 2
        driver.execute_query("MATCH (n:Grid {key: 'theirs'}) DELETE n")
        assert store.graph_hash() == told  # by itself


def test_a_scope_narrows_networks_and_datasets(store: Store) -> None:
    """By hand: 书院街道 has the hospital, its tie to a grid, a member and a need; the shop and the
    two ties that end in 新华街道 are outside, and so is a sheet that only speaks of that street."""
    elsewhere = dataset(
        "more",
        SheetKind.TIES,
        TieRow(row=3, subject="𠮷野超市", community="城站社区", grid="三网格", signed=DAY),
    )
    put(store, *city(), elsewhere)
    street = store.network().areas.filter(name="书院街道")["path"][0]
    seen = store.network(Scope((street,)))
    assert set(seen.areas["path"].str.slice(0, len(street))) - {street} == {
        "/4209/",
        "/4209/420902/",
    }
    assert seen.actors["name"].to_list() == ["第一医院😀"]
    assert (seen.people.height, seen.needs.height) == (1, 1)
    assert seen.ties.filter(type="CO_BUILDS").height == 1
    names = [status.info.file for status in store.datasets(Scope((street,)))]
    assert "more.xlsx" not in names
    assert {"divisions.xlsx", "areas.xlsx", "ties.xlsx", "needs.xlsx"} <= set(names)
    assert len(store.datasets()) == 7
    assert same(store.network(), store.network(UNRESTRICTED))
