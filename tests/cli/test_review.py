"""`gongjian review`: the queue, decisions, and taking them back, through the whole program."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.cli.conftest import Gongjian

DIVISIONS = """county_code,county_name,street_code,street_name,community_code,community_name
420902,孝南区,420902001,书院街道,420902001001,书院社区居委会
420902,孝南区,420902001,书院街道,420902001002,北外社区居委会
"""
UNITS = """单位名称,单位性质,所在社区
孝感市第一高级中学,学校,书院社区
孝感市第二高级中学,学校,书院社区
"""
TIES = """共建主体,共建对象,所在社区,共建方式
孝感一中,北外社区,北外社区,共建协议
"""


@pytest.fixture
def home(gongjian: Gongjian, tmp_path: Path) -> Path:
    for name, text in (("divisions", DIVISIONS), ("驻区单位台账", UNITS), ("共建关系台账", TIES)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    folder = tmp_path / "home"
    said = gongjian(
        "import", *sorted(tmp_path.glob("*.csv")), "--store", folder, "--format", "json"
    )
    assert said.code == 0, said.text
    assert said.json()["entities"]["to_review"] == 1
    return folder


def test_review_accept_undo(gongjian: Gongjian, home: Path) -> None:
    def hash_now() -> str:
        return str(gongjian("check", "--store", home, "--format", "json").json()["graph_hash"])

    before = hash_now()
    found = gongjian("review", "--store", home, "--format", "json").json()
    (item,) = found["items"]
    assert (found["open"], found["decided"]) == (1, 0)
    assert {item["a"]["name"], item["b"]["name"]} == {"孝感一中", "孝感市第一高级中学"}
    assert item["why"]
    assert item["why_not"]

    rows = list(csv.DictReader(io.StringIO(gongjian(
        "review", "--store", home, "--format", "csv").out.decode("utf-8-sig"))))  # fmt: skip
    assert rows[0]["id"] == item["id"]
    assert "孝感一中" in gongjian("review", "--store", home).text
    assert "why not" in gongjian("review", "--store", home, "--lang", "en").text
    assert gongjian("review", "--store", home, "--area", "北外社区").code == 0

    done = gongjian("review", "--accept", item["id"], "--store", home, "--format", "json")
    assert (done.code, done.json()["nodes_deleted"]) == (0, 1)
    listed = gongjian("review", "--all", "--store", home, "--format", "json").json()
    assert [i["state"] for i in listed["items"]] == ["accepted"]
    assert gongjian("review", "--undo", item["id"], "--store", home).code == 0
    assert hash_now() == before


def test_wrong_ids_change_nothing(gongjian: Gongjian, home: Path) -> None:
    said = gongjian("review", "--accept", "nosuchid", "--store", home)
    assert (said.code, "nosuchid" in said.err) == (2, True)
    found = gongjian("review", "--store", home, "--format", "json").json()
    one = found["items"][0]["id"]
    assert gongjian("review", "--accept", one, "--reject", one, "--store", home).code == 2
    assert gongjian("review", "--undo", one, "--store", home).code == 2
    assert gongjian("review", "--store", home, "--format", "json").json() == found
