"""The real needs of Hubei in early 2020, read by their mapping: none lost, none made up."""

from __future__ import annotations

import csv
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from analysis.city import City
from analysis.policy import Policy
from analysis.weak.weak_grids import weak_grids
from graph.model.dataset import Dataset
from graph.model.labels import SheetKind
from graph.model.network import Network
from graph.model.rows import NeedRow, ResourceRow
from graph.model.wanted import WantedGraph
from graph.store.resolving import resolve
from ingest.reading.read import read_datasets
from ingest.sheets.mapping import load_mapping

FOLDER = Path(__file__).resolve().parents[3] / "samples" / "wuhan2020"
DAY = "2020-02-01"


def lines(name: str) -> list[dict[str, str]]:
    """The file as it is, blanks around values dropped: an independent reading."""
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return [{k: v.strip() for k, v in row.items()} for row in csv.DictReader(file)]


@lru_cache(maxsize=1)
def read() -> dict[str, Dataset]:
    mapping = load_mapping(FOLDER / "mapping.yaml")
    found = read_datasets([FOLDER], secret=b"test", mapping=mapping)
    assert not found.refused
    return {d.info.file: d for d in found.datasets}


@lru_cache(maxsize=1)
def wanted() -> WantedGraph:
    return resolve(list(read().values()))


@lru_cache(maxsize=1)
def network() -> Network:
    return Network.from_wanted(wanted(), as_of=DAY)


def unplaced(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Rows whose district isn't one of their city's, by the division list alone.

    The three province-run cities are districts of 省直辖县级行政区划 there. A row without a
    district stands at its city.
    """
    pairs = {(d["city_name"], d["district_name"]) for d in lines("hubei_districts.csv")}
    run_by_province = {d for c, d in pairs if c.startswith("省直辖")}
    return [
        row
        for row in rows
        if row["district"]
        and (row["city"], row["district"]) not in pairs
        and not (row["city"] == row["district"] and row["city"] in run_by_province)
    ]


def test_every_row_is_read_and_none_rejected() -> None:
    counts = {name: (d.info.rows_read, d.info.rows_rejected) for name, d in read().items()}
    assert counts == {
        "hubei_districts.csv": (105, 0),
        "hubei_orgs.csv": (227, 0),
        "hubei_needs.csv": (2095, 0),
        "hubei_resources.csv": (217, 0),
        "factories.csv": (24, 0),
    }
    assert {d.info.kind for d in read().values()} == {
        SheetKind.DIVISIONS,
        SheetKind.RESIDENT_UNITS,
        SheetKind.NEEDS,
        SheetKind.RESOURCES,
    }
    assert not any(d.info.synthetic for d in read().values())


def test_a_quantity_of_one_is_unknown() -> None:
    rows = [r for r in read()["hubei_needs.csv"].rows if isinstance(r, NeedRow)]
    told = lines("hubei_needs.csv")
    assert len(rows) == len(told) == 2095
    known = [float(line["quantity"]) for line in told if line["quantity"] not in ("", "1")]
    assert sum(r.quantity for r in rows if r.quantity is not None) == sum(known)
    assert sum(line["quantity"] == "1" for line in told) == 1809
    assert sum(r.quantity is None for r in rows) == 2095 - len(known)


def test_rooms_of_zero_and_lots_of_one_are_unknown() -> None:
    rooms = [r for r in read()["hubei_resources.csv"].rows if isinstance(r, ResourceRow)]
    assert sorted(r.quantity for r in rooms if r.quantity is not None) == [35, 56, 188]
    lots = [r for r in read()["factories.csv"].rows if isinstance(r, ResourceRow)]
    assert sorted(r.quantity for r in lots if r.quantity is not None) == [5000, 50000, 1000000]
    assert {r.range for r in lots} == {"湖北省"}


def test_goods_of_factories_are_called_as_the_needs_call_them() -> None:
    lots = [r for r in read()["factories.csv"].rows if isinstance(r, ResourceRow)]
    asked = {line["item"] for line in lines("hubei_needs.csv")}
    shared = Counter(r.category for r in lots if r.category in asked)
    assert shared == {"普通医用口罩": 2, "医用防护口罩 | N95口罩": 1, "防护服": 1, "测体温设备": 1}


def test_places_that_do_not_resolve_are_told_not_lost() -> None:
    """The pair of names isn't in the list for 78 of 227 organisations: 6 are in cities that
    the province runs itself, 5 name their city only. The other 67 wait, each told."""
    orgs, needs = unplaced(lines("hubei_orgs.csv")), unplaced(lines("hubei_needs.csv"))
    assert len(orgs) == 67
    for name, expected in (("hubei_orgs.csv", orgs), ("hubei_needs.csv", needs)):
        info = read()[name].info
        assert wanted().waiting[info.id] == len(expected)
        told = {
            i.row
            for i in wanted().issues
            if i.file == name and i.code.startswith("place_") and i.level != "info"
        }
        assert len(told) == len(expected)
    assert len(network().needs) == 2095 - len(needs)


def test_needs_of_districts_add_up_by_an_independent_count() -> None:
    waiting = unplaced(lines("hubei_needs.csv"))
    placed = [line for line in lines("hubei_needs.csv") if line not in waiting]
    known = [float(n["quantity"]) for n in placed if n["quantity"] not in ("", "1")]
    gaps = City(network(), Policy(), DAY, "district").gaps.by_need()
    assert len(gaps.needs) == len(placed)
    assert sum(n.requested for n in gaps.needs if n.requested is not None) == sum(known)
    for need in gaps.needs:
        parts = list(need.parts.model_dump().values())
        if need.requested is None:
            assert sum(parts) == 1
        else:
            assert sum(parts) == pytest.approx(need.requested)


def test_most_needs_are_absent_and_a_few_lack_only_a_tie() -> None:
    """Who offers goods sits elsewhere in the country and is tied to nobody in Hubei."""
    gaps = City(network(), Policy(), DAY, "district").gaps.by_need()
    status = Counter(n.status for n in gaps.needs)
    offered = {"普通医用口罩", "医用防护口罩 | N95口罩", "防护服", "测体温设备"}
    unknown_asked = sum(n.requested is None and n.name in offered for n in gaps.needs)
    assert status["absent"] > len(gaps.needs) / 2
    assert set(status) <= {"absent", "sharing_gap", "exhausted"}
    assert status["sharing_gap"] >= unknown_asked > 100
    protective = [n for n in gaps.needs if n.name == "防护服" and n.requested is not None]
    assert sum(n.parts.sharing_gap for n in protective) == 5000  # all that is made a day


def test_no_district_is_called_weak() -> None:
    weak = weak_grids(City(network(), Policy(), DAY, "district"))
    assert {a.verdict for a in weak.areas} == {"unknown"}
    assert len(weak.areas) == 105
