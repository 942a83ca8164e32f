"""`gongjian what-if`: the differences, in every form, and what is told of a wrong id."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from cli.commands.what_if import parsed_offer
from graph.model.errors import UsageError
from tests.cli.city import small_city
from tests.cli.conftest import Gongjian


def test_what_withdraws_is_told_with_what_hung_on_it(gongjian: Gongjian, home: Path) -> None:
    weak = gongjian("weak-grids", "--all", "--store", home, "--format", "json").json()
    held = next(a for a in weak["areas"] if a["verdict"] == "single_thread")
    said = gongjian(
        "what-if", "--remove", held["cut_actors"][0], "--store", home, "--format", "json"
    )
    assert said.code == 0
    result = said.json()
    changed = {a["code"]: a for a in result["areas"]}[held["code"]]
    assert changed["before"]["verdict"] == "single_thread"
    assert changed["after"]["verdict"] in ("isolated", "hub_only", "detached")
    assert result["summary_before"] == weak["summary"]
    table = gongjian("what-if", "--remove", held["cut_actors"][0], "--store", home)
    assert held["name"] in table.text
    assert "没有写入数据" in table.text
    rows = gongjian(
        "what-if", "--remove", held["cut_actors"][0], "--store", home, "--format", "csv"
    )
    found = list(csv.DictReader(io.StringIO(rows.out.decode("utf-8-sig"))))
    assert [r["id"] for r in found] == [
        x["id"] if "id" in x else x["code"] for x in (*result["areas"], *result["needs"])
    ]
    again = gongjian("weak-grids", "--all", "--store", home, "--format", "json").json()
    assert again == weak


def test_hubs_ties_and_offers_can_be_tried(gongjian: Gongjian, home: Path) -> None:
    weak = gongjian("weak-grids", "--all", "--store", home, "--format", "json").json()
    target = weak["areas"][0]["code"]
    actor = next(a for a in weak["areas"] if a["cut_actors"])["cut_actors"][0]
    said = gongjian(
        "what-if", "--without-hubs", "--add", f"{actor}:{target}", "--offer",
        f"{actor}:养老助老:5", "--store", home, "--format", "json", "--lang", "en",
    )  # fmt: skip
    assert said.code == 0
    assert {"actor": actor, "target": target} in said.json()["scenario"]["add"]


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--remove", "查无此单位"),
        ("--add", "查无此单位:也没有"),
        ("--add", "没有冒号"),
        ("--renew", "查无此关系"),
        ("--offer", "查无此单位"),
    ],
)
def test_a_wrong_id_is_one_line(gongjian: Gongjian, home: Path, options: tuple[str, ...]) -> None:
    said = gongjian("what-if", *options, "--store", home)
    assert said.code == 2
    assert len(said.err.splitlines()) == 1
    for text in options[1:]:
        assert text.split(":")[0] in said.err


def test_an_offer_is_read_from_its_text() -> None:
    from analysis.layers.ids import Ids

    ids = Ids(small_city())
    found = parsed_offer("大众超市：维修:2.5:大院社区", ids)
    assert (found.provider, found.category, found.quantity, found.range) == (
        "大众超市",
        "维修",
        2.5,
        "大院社区",
    )
    for text in ("大众超市", "大众超市:", "大众超市:维修:-1", "大众超市:维修:多", "u2:a:1:b:c"):
        with pytest.raises(UsageError):
            parsed_offer(text, ids)
