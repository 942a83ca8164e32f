"""Texts that the code list lacks are settled by a person, and can be unsettled again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from tests.cli.conftest import DAY, Gongjian
from tests.cli.test_commands import valid

NEEDS = """需求内容,需求类别,所在社区,所在网格,数量,单位
磨剪子,便民维修,大院社区,第一网格,1,次
磨菜刀,便民维修,大院社区,第一网格,2,次
看不懂的事,,大院社区,第一网格,,
家里打扫,家政服务,大院社区,第一网格,3,次
"""
AREAS = """网格编码,网格名称,所属社区,社区编码,所属街道,街道编码
420902001001001,第一网格,大院社区,420902001001,书院街道,420902001
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    sheets = tmp_path / "sheets"
    sheets.mkdir()
    (sheets / "区划网格表.csv").write_text(AREAS, encoding="utf-8")
    (sheets / "需求清单.csv").write_text(NEEDS, encoding="utf-8")
    folder = tmp_path / "home"
    assert run(["import", str(sheets), "--store", str(folder), "--date", DAY]) == 0
    return folder


def test_unknown_texts_are_settled(gongjian: Gongjian, store: Path, tmp_path: Path) -> None:
    def categories(*more: str | Path) -> Any:
        said = gongjian("categories", *more, "--format", "json", "--store", store)
        return valid(said, "categories")

    def services() -> dict[str, Any]:
        said = gongjian("gaps", "--by", "need", "--format", "json", "--store", store)
        return {n["name"]: n["service"] for n in said.json()["needs"]}

    first, second = categories()["unknown"]
    assert (first["text"], first["kind"], first["needs"]) == ("便民维修", "category", 2)
    assert (second["text"], second["kind"]) == ("看不懂的事", "description")
    assert "水电维修" in [s["category"] for s in first["suggestions"]]
    assert services()["磨剪子"] is None

    found = categories("--set", "便民维修=水电维修", "--set", "看不懂的事=咨询:政务服务")
    assert found["unknown"] == []
    assert services() == {
        "磨剪子": "market", "磨菜刀": "market", "看不懂的事": "government", "家里打扫": "market",
    }  # fmt: skip
    assert [d["text"] for d in categories("--forget", "便民维修")["decided"]] == ["看不懂的事"]
    assert services()["磨剪子"] is None

    own = tmp_path / "own.yaml"
    own.write_text("second_level: {market: {小修小补: {synonyms: [便民维修]}}}", encoding="utf-8")
    assert categories("--extend", own)["unknown"] == []
    assert services()["磨剪子"] == "market"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--set", "便民维修"), "应写成"),
        (("--set", "便民维修=没有的类别"), "类别表里没有"),
        (("--set", "便民维修=修理:没有的服务"), "没有“没有的服务”这项服务"),
        (("--forget", "便民维修"), "没有对"),
        (("--extend", "gone.yaml"), "读不了"),
    ],
)
def test_what_is_refused(
    gongjian: Gongjian, home: Path, arguments: tuple[str, ...], told: str
) -> None:
    said = gongjian("categories", *arguments, "--store", home)
    assert said.code == 2
    assert told in said.err


@pytest.mark.parametrize("text", ["[1]", "second_level: {other: {a: {}}}", "a: b", "{", ""])
def test_not_a_code_list(gongjian: Gongjian, home: Path, tmp_path: Path, text: str) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(text, encoding="utf-8")
    said = gongjian("categories", "--extend", own, "--store", home)
    assert said.code == 2
    assert "类别表格式不对" in said.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_table_and_csv(gongjian: Gongjian, store: Path, lang: str) -> None:
    said = gongjian("categories", "--lang", lang, "--store", store)
    assert "便民维修" in said.text
    said = gongjian("categories", "--format", "csv", "--store", store)
    assert said.out.decode("utf-8-sig").startswith("text,kind")
