"""Kept people taken as columns come to what they come to row by row."""

from __future__ import annotations

import gc
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.collector import collector_paused
from graph.database.read_network import same_tables
from graph.journal.dataset_files import read_dataset, read_together, write_dataset
from graph.journal.journal import Journal
from graph.journal.kept_rows import KeptRows
from graph.model.dataset import Dataset
from graph.model.decision import Decision
from graph.model.errors import StoreError
from graph.model.labels import Label, SheetKind
from graph.model.network import Network
from graph.model.review import Verdict
from graph.model.rows import MemberRow, PersonRow, UnitRow, VolunteerRow
from graph.model.wanted import WantedTie
from graph.model.wanted_tables import NodeTable, TieTable
from graph.review.items import decisions_for
from graph.store.resolving import resolve
from graph.store.store import Store
from tests.graph.resolve.test_resolve import HOSPITAL, OTHER, areas, dataset, divisions
from tests.graph.store.test_store import DAY, city, put

UNITS = dataset(
    "units",
    SheetKind.RESIDENT_UNITS,
    UnitRow(row=2, name="第一医院", uscc=HOSPITAL, community="书院社区"),
    UnitRow(row=3, name="利民超市", community="书院社区"),
    UnitRow(row=4, name="利民超市", community="城站社区"),
    UnitRow(row=5, name="工商银行孝感分行", community="李湾村"),
)
NAMES = ["第一医院", "利民超市", "工行孝感分行", "无名公司", "孝南区慈善总会", "业委会", "社区党委"]

_few = st.sampled_from([None, "a", "b", "c", "d"])
_person: dict[str, Any] = {
    "community": st.sampled_from(["书院社区", "文昌社区", "城站", "李湾村", "无此社区", None]),
    "street": st.sampled_from([None, "书院街道", "新华街道"]),
    "grid": st.sampled_from([None, None, "第一网格", "第九网格"]),
    "id_key": _few.map(lambda k: k and f"id-{k}"),
    "phone_key": _few.map(lambda k: k and f"phone-{k}"),
    "unit_key": _few.map(lambda k: k and f"unit-{k}"),
    "hours": st.sampled_from([None, 0.0, 2.5, 1e16]),
    "last_service": st.sampled_from([None, "2019-05-01"]),
    "registered": st.sampled_from([None, "2019-03-01", "2019-06-01"]),
}
_name = st.sampled_from([None, *NAMES])
_code = st.sampled_from([None, None, HOSPITAL, OTHER])
_post = st.sampled_from([None, "巡逻", "调解'员", "网\\格"])
_members = st.lists(
    st.fixed_dictionaries({**_person, "employer": _name, "employer_uscc": _code, "post": _post}),
    max_size=8,
)
_volunteers = st.lists(st.fixed_dictionaries({**_person, "team": _name}), max_size=8)


def kept(sheet: Dataset) -> Dataset:
    """The same dataset as a kept one, without the columns that no row of it fills."""
    rows: list[Any] = list(sheet.rows)
    make = VolunteerRow if sheet.info.kind is SheetKind.VOLUNTEERS else MemberRow
    names = [
        n
        for n in make.__dataclass_fields__
        if n == "row" or any(getattr(r, n) is not None for r in rows)
    ]
    types = {"row": pl.Int64, "hours": pl.Float64}
    frame = pl.DataFrame(
        {n: [getattr(r, n) for r in rows] for n in names},
        schema={n: types.get(n, pl.String) for n in names},
    )
    return replace(sheet, rows=KeptRows(frame, make))


def sheets_of(members: list[Any], volunteers: list[Any]) -> list[Dataset]:
    """Two sheets of each kind, so that persons recur across sheets."""
    half = len(members) // 2
    made = {
        "m1": [MemberRow(row=n, **m) for n, m in enumerate(members[:half], 3)],
        "m2": [MemberRow(row=n, **m) for n, m in enumerate(members[half:], 3)],
        "v1": [VolunteerRow(row=n, **v) for n, v in enumerate(volunteers[::2], 3)],
        "v2": [VolunteerRow(row=n, **v) for n, v in enumerate(volunteers[1::2], 3)],
    }
    kinds = {"m": SheetKind.MEMBERS, "v": SheetKind.VOLUNTEERS}
    return [dataset(name, kinds[name[0]], *rows) for name, rows in made.items()]


def assert_same(rosters: list[Dataset], people: list[Dataset], decided: list[Decision]) -> None:
    slow = resolve([*rosters, *people], decided)
    for part in (people, people[:2], people[1:3]):  # of the others the rows themselves
        others = [p for p in people if p not in part]
        fast = resolve([*rosters, *others, *map(kept, part)], decided)
        for label, nodes in slow.nodes.items():
            assert dict(fast.nodes[label]) == nodes
        for group, ties in slow.ties.items():
            assert dict(fast.ties[group].items()) == ties
        assert fast.nodes.keys() == slow.nodes.keys()
        assert fast.ties.keys() == slow.ties.keys()
        assert (fast.issues, fast.waiting, fast.merged) == (slow.issues, slow.waiting, slow.merged)
        assert (fast.review, fast.to_review) == (slow.review, slow.to_review)
        tables = (Network.from_wanted(graph, as_of=DAY) for graph in (fast, slow))
        assert same_tables(*tables)


@settings(max_examples=50, deadline=None)
@given(_members, _volunteers)
def test_columns_and_rows_come_to_one_graph(members: list[Any], volunteers: list[Any]) -> None:
    assert_same([divisions(), areas(), UNITS], sheets_of(members, volunteers), [])


@pytest.mark.parametrize("verdict", ["same", "different"])
def test_names_that_a_person_settled(verdict: Verdict) -> None:
    """Each open question of a few ambiguous and alike names, answered one after the other."""
    names = ["利民超市", "第一医院分院", "工商银行孝感", "无名公司", "无名有限公司"]
    rows = [
        {"community": place, "employer": name}
        for place in ("书院社区", "李湾村", "城站社区")
        for name in names
    ]
    rosters, people = [divisions(), areas(), UNITS], sheets_of(rows, rows[:0])
    open_ones = [i for i in resolve([*rosters, *people]).review if i.state == "open"]
    assert open_ones
    for item in open_ones:
        assert_same(rosters, people, decisions_for(item, verdict, on=DAY, who="w"))


def test_most_people_are_columns() -> None:
    rows = [{"community": "书院社区", "employer": "第一医院", "id_key": f"i{n}"} for n in range(9)]
    rows += [{"community": "书院社区", "employer": "无名公司", "id_key": "x"}, rows[0]]
    rosters = [divisions(), areas(), UNITS]
    graph = resolve([*rosters, *map(kept, sheets_of(rows, []))])
    members = graph.nodes[Label.MEMBER]
    assert isinstance(members, NodeTable)
    assert members.frame.height == 8  # not the one of an unknown body, nor the one named twice
    assert sorted(members.rest) == ["i0", "x"]


def test_a_resolution_is_let_go_without_the_collector() -> None:
    """Else a city's network stays in memory until the next full collection."""
    rows = [{"community": "书院社区", "employer": "第一医院", "id_key": f"i{n}"} for n in range(3)]
    people = [kept(sheet) for sheet in sheets_of(rows, [])]
    gc.collect()
    with collector_paused():
        resolve([divisions(), areas(), UNITS, *people])
        left = [o for o in gc.get_objects() if type(o).__name__ in ("_Resolution", "AreaTree")]
    assert not left


class TestTables:
    def test_a_table_reads_like_a_dictionary(self) -> None:
        frame = pl.DataFrame({"key": ["a", "b"], "roles": [["member"], None]})
        table = NodeTable(frame, {"c": {"hours": 1.0}})
        plain = {"a": {"roles": ["member"]}, "b": {}, "c": {"hours": 1.0}}
        assert dict(table.items()) == plain
        assert {k: table[k] for k in table} == plain
        assert list(table.values()) == list(plain.values())
        assert (len(table), "b" in table, "c" in table, "d" in table) == (3, True, True, False)
        assert table.get("d") is None
        with pytest.raises(KeyError):
            table["d"]

    def test_ties_have_their_ends_apart(self) -> None:
        frame = pl.DataFrame({"key": ["k"], "start": ["a"], "end": ["b"], "post": ["巡逻"]})
        assert dict(TieTable(frame, {})) == {"k": WantedTie("a", "b", {"post": "巡逻"})}


class TestKeptRows:
    def test_kept_rows_equal_those_of_a_tuple(self) -> None:
        rows = (MemberRow(row=3, id_key="a"), MemberRow(row=4, hours=1.5))
        sheet = kept(dataset("m", SheetKind.MEMBERS, *rows))
        assert sheet.rows == rows
        assert (len(sheet.rows), sheet.rows[1], sheet.rows[:1]) == (2, rows[1], rows[:1])
        assert hash(sheet.rows) == hash(rows)
        assert sheet.rows != rows[:1]

    def test_a_column_without_default_must_be_there(self) -> None:
        with pytest.raises(KeyError):
            KeptRows(pl.DataFrame({"hours": [1.0]}), MemberRow)


class TestFiles:
    def test_files_read_together_are_as_written(self, tmp_path: Path) -> None:
        sheets = [
            *city(),
            dataset("empty", SheetKind.MEMBERS),
            dataset("more", SheetKind.MEMBERS, *(MemberRow(row=n) for n in range(3, 9))),
            UNITS,
        ]
        paths = [tmp_path / f"[{n}]*.parquet" for n, _ in enumerate(sheets)]
        for path, sheet in zip(paths, sheets, strict=True):
            write_dataset(path, sheet)
        assert read_together(paths) == sheets
        assert [read_dataset(p) for p in paths] == sheets
        assert read_together([]) == []
        assert read_together([paths[0], paths[0]]) == [sheets[0]] * 2

    def test_a_file_of_an_earlier_version_among_others(self, tmp_path: Path) -> None:
        sheet = dataset("m", SheetKind.MEMBERS, MemberRow(row=3, id_key="a", post="巡逻"))
        new, old = tmp_path / "new.parquet", tmp_path / "old.parquet"
        write_dataset(new, sheet)
        metadata = pl.read_parquet_metadata(new)
        told = {k: metadata[k] for k in ("info", "issues")}
        pl.read_parquet(new).drop("post").write_parquet(old, metadata=told)
        found = read_together([new, old, new])
        assert [d.rows[0] for d in found] == [
            MemberRow(row=3, id_key="a", post=p) for p in ("巡逻", None, "巡逻")
        ]

    def test_a_damaged_file_is_named(self, tmp_path: Path) -> None:
        with Store(tmp_path) as store:
            put(store, *city())
        journal = Journal(tmp_path)
        entries = journal.live()
        assert journal.load_all(entries) == [journal.load(e) for e in entries]
        path = journal.file_of(entries[2])
        path.write_bytes(path.read_bytes()[:-40])
        with pytest.raises(StoreError, match=path.name):
            journal.load_all(entries)


def test_persons_alone() -> None:
    """Without any area or body; with nothing but where it stands, a row is a person."""
    people = [dataset("m", SheetKind.MEMBERS, MemberRow(row=3), MemberRow(row=4, hours=1.0))]
    assert_same([], people, [])
    assert issubclass(MemberRow, PersonRow)
