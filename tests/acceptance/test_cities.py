"""Whole cities: import, judge, compare with the slow calculation, exactly.

`GONGJIAN_ORACLE_SEEDS=3,4,5` tries other cities than the two of the suite.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.cases import make_city
from tests.acceptance.compare import gap_differences, weak_differences
from tests.acceptance.generator import DAY, EARLIER, City
from tests.acceptance.messy import write_messy
from tests.acceptance.program import Program
from tests.acceptance.workbooks import Record, Rows, write_book, write_clean
from tests.neo4j_server import Server

SEEDS = tuple(int(s) for s in os.environ.get("GONGJIAN_ORACLE_SEEDS", "1,2").split(","))
WRITERS: dict[str, Callable[[City, Path], list[Path]]] = {
    "clean": write_clean,
    "messy": write_messy,
}


def small_city(seed: int) -> City:
    """Two streets with every planted case, for the tests that import many times."""
    return make_city(
        seed, streets=2, communities=16, per_community=4, units=60, ties=130, needs=40, offers=30
    )


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_measure_of_every_grid_and_category(seed: int, writer: str, tmp_path: Path) -> None:
    city = make_city(seed)
    paths = WRITERS[writer](city, tmp_path / "sheets")
    program = Program(tmp_path / "home")
    program.load(paths)
    said = program.weak(DAY)
    assert weak_differences(said, city, DAY) == []
    by_need = program.gaps(DAY, "need")
    assert gap_differences(program.gaps(DAY), by_need, city, DAY) == []
    if seed == SEEDS[0]:
        assert weak_differences(program.weak(EARLIER), city, EARLIER) == []
    if seed == SEEDS[-1]:
        for level in ("community", "street", "district"):
            said = program.weak(DAY, "--level", level)
            assert weak_differences(said, city, DAY, level) == []
    if seed == SEEDS[0]:
        again = program.load(paths)
        assert {(d["rows_added"], d["rows_changed"]) for d in again["datasets"]} == {(0, 0)}
        assert program.answers(DAY) == (said, by_need)


def test_processes_of_their_own_say_the_same(tmp_path: Path) -> None:
    """Import, ask, ask again: each call a process, on one home; and the same in this process."""
    paths = write_messy(small_city(8), tmp_path / "sheets")
    apart, here = Program(tmp_path / "apart", apart=True), Program(tmp_path / "here")
    apart.load(paths)
    here.load(paths)
    assert apart.answers(DAY) == here.answers(DAY)


@pytest.mark.neo4j
def test_both_stores_answer_byte_for_byte_alike(empty_neo4j: Server, tmp_path: Path) -> None:
    city = small_city(9)
    paths = write_messy(city, tmp_path / "sheets")
    settings = {"NEO4J_URI": empty_neo4j.uri}
    if empty_neo4j.auth:
        settings |= dict(zip(("NEO4J_USER", "NEO4J_PASSWORD"), empty_neo4j.auth, strict=True))
    embedded = Program(tmp_path / "embedded")
    real = Program(tmp_path / "real", settings=settings)
    assert embedded.load(paths) == real.load(paths)
    said = real.weak(DAY)
    assert weak_differences(said, city, DAY) == []
    assert (said, real.gaps(DAY, "need")) == embedded.answers(DAY)
    assert real.gaps(DAY) == embedded.gaps(DAY)
    assert [d["id"] for d in datasets(real)] == [d["id"] for d in datasets(embedded)]


# ---------------------------------------------------------------------- order, repetition


def test_order_of_sheets_changes_nothing(tmp_path: Path) -> None:
    """All files in one call, and one by one with the lists and ties before the areas."""
    paths = write_clean(small_city(3), tmp_path / "sheets")
    answers = []
    for name, batches in (
        ("together", [paths]),
        ("one by one", [[p] for p in paths[::-1]]),
    ):
        program = Program(tmp_path / name)
        for batch in batches:
            program.load(batch)
        answers.append(program.answers(DAY))
    assert answers[1] == answers[0]


def test_order_of_messy_sheets_changes_nothing(tmp_path: Path) -> None:
    city = small_city(4)
    paths = write_messy(city, tmp_path / "sheets")
    first, second = Program(tmp_path / "a"), Program(tmp_path / "b")
    first.load(paths)
    second.load(paths[::-1])
    assert weak_differences(first.weak(DAY), city, DAY) == []
    assert second.answers(DAY) == first.answers(DAY)


# ---------------------------------------------------------------------- newer versions


def ties_of(city: City, street: str) -> list[Record]:
    return [r for r in Rows(city).of("ties") if r["street_key"] == street]


def without_ties_of(city: City, street: str, keep: Callable[[int], bool]) -> City:
    """The city as if the street had handed in only the ties that `keep` chooses."""
    ties = []
    for i, tie in enumerate(city["ties"]):
        if city["communities"][tie["place"]]["street"] != street or keep(i):
            ties.append(tie)
    return {**city, "ties": ties}


def test_a_newer_version_replaces_and_a_retraction_restores(tmp_path: Path) -> None:
    city = small_city(5)
    here, there = list(city["streets"])[:2]
    older = without_ties_of(city, here, lambda i: i % 3 > 0)
    sheets = tmp_path / "sheets"
    base = write_clean(city, sheets, without=("ties",))
    base.append(write_book(sheets / f"{there}共建台账.xlsx", {"ties": ties_of(city, there)}))
    first = write_book(
        sheets / f"{here}共建台账20200110.xlsx", {"ties": ties_of(older, here)}, "2020-01-10"
    )
    second = write_book(
        sheets / f"{here}共建台账20200220.xlsx", {"ties": ties_of(city, here)}, "2020-02-20"
    )
    program = Program(tmp_path / "home")
    program.load([*base, first])
    before = program.weak(DAY)
    assert weak_differences(before, older, DAY) == []
    report = program.load([second])
    assert [d["rows_rejected"] for d in report["datasets"]] == [0]
    after = program.weak(DAY)
    assert weak_differences(after, city, DAY) == []
    program.run("rebuild")
    assert program.weak(DAY) == after

    other = Program(tmp_path / "the newer first")
    other.load([*base, second])
    other.load([first])
    assert other.weak(DAY) == after

    listed = {d["file"]: d for d in datasets(program)}
    program.run("retract", listed[second.name]["id"])
    assert program.weak(DAY) == before
    program.run("retract", listed[first.name]["id"])
    none = without_ties_of(city, here, lambda _: False)
    assert weak_differences(program.weak(DAY), none, DAY) == []


def datasets(program: Program) -> list[dict[str, Any]]:
    found = program.json("datasets")
    return list(found["datasets"] if isinstance(found, dict) else found)


def test_a_complete_sheet_says_none_where_it_has_no_row(tmp_path: Path) -> None:
    city = small_city(6)
    here, there = list(city["streets"])[:2]
    sheets = tmp_path / "sheets"
    base = write_clean(city, sheets, without=("ties",))
    base.append(write_book(sheets / f"{here}共建台账.xlsx", {"ties": ties_of(city, here)}))
    whole = write_book(sheets / f"{there}共建台账.xlsx", {"ties": ties_of(city, there)})
    program = Program(tmp_path / "home")
    program.load(base)
    program.load([whole], "--complete", "--area", there)
    said = program.weak(DAY)
    below = tuple(c for c, x in city["communities"].items() if x["street"] == there)
    assert weak_differences(said, city, DAY, complete=below) == []


def test_the_day_of_the_newest_sheet_is_the_day_of_judgement(tmp_path: Path) -> None:
    city = small_city(7)
    rows = Rows(city)
    areas = write_book(tmp_path / "区划网格表.xlsx", {"areas": rows.of("areas")}, "2020-01-31")
    ties = write_book(tmp_path / "共建.xlsx", {"ties": rows.of("ties")}, DAY.isoformat())
    program = Program(tmp_path / "home")
    program.load([areas, ties])
    said = program.json("weak-grids", "--all")
    assert said["date"] == DAY.isoformat()


# ---------------------------------------------------------------------- faults once found


def test_a_row_that_names_two_bodies_is_one_row(tmp_path: Path) -> None:
    """Two ties, but rows read = added + changed + unchanged + rejected counts rows."""
    city = small_city(7)
    areas = write_book(tmp_path / "区划网格表.xlsx", {"areas": Rows(city).of("areas")})
    row = next(r for r in Rows(city).of("ties") if r["object_end"][0] == "grid")
    row |= {"subject": "甲甲商行、乙乙商行", "uscc": None, "valid_to": None, "status": None}
    row |= {"signed": DAY}
    ties = write_book(tmp_path / "共建台账.xlsx", {"ties": [row]})
    program = Program(tmp_path / "home")
    program.load([areas, ties])
    said = program.json("weak-grids", "--all", "--date", DAY.isoformat())
    found = {a["code"]: a for a in said["areas"]}
    assert found[row["object_end"][1]]["partners"] == 2


def test_a_person_is_known_by_name_unit_and_community_however_spelt(tmp_path: Path) -> None:
    city = small_city(7)
    areas = write_book(tmp_path / "区划网格表.xlsx", {"areas": Rows(city).of("areas")})
    first = next(r for r in Rows(city).of("members") if r["grid"] and r["id"] and r["community"])
    first |= {"uscc": None, "phone": None, "employer": "明安医院有限公司", "home": None}
    second = {**first, "id": None, "employer": "孝感市 明安医院", "person": first["person"]}
    members = write_book(tmp_path / "报到台账.xlsx", {"members": [first, second]})
    program = Program(tmp_path / "home")
    program.load([areas, members])
    found = program.json("weak-grids", "--all", "--date", DAY.isoformat())["areas"]
    assert sum(a["members"] for a in found) == 1
