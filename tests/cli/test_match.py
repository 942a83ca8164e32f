"""The life of a match on the command line: proposed, claimed, advanced, withdrawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from tests.cli.conftest import DAY, Gongjian, Said
from tests.cli.test_commands import valid

AREAS = """网格编码,网格名称,所属社区,社区编码,所属街道,街道编码
420902001001001,第一网格,大院社区,420902001001,书院街道,420902001
420902001001002,第二网格,大院社区,420902001001,书院街道,420902001
"""
TIES = """共建主体,共建对象,所在社区,所在网格,共建方式,签订日期
第一中学,第一网格,大院社区,第一网格,共建协议,2019-01-02
第一中学,第二网格,大院社区,第二网格,共建协议,2019-01-02
"""
RESOURCES = """资源名称,资源类别,提供单位,数量,单位,服务范围
折叠椅,设备,第一中学,60,把,大院社区
"""
NEEDS = """需求内容,需求类别,所在社区,所在网格,数量,单位
开会用椅,设备,大院社区,第一网格,100,把
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    sheets = tmp_path / "sheets"
    sheets.mkdir()
    for name, text in (
        ("区划网格表", AREAS),
        ("共建关系台账", TIES),
        ("资源清单", RESOURCES),
        ("需求清单", NEEDS),
    ):
        (sheets / f"{name}.csv").write_text(text, encoding="utf-8")
    folder = tmp_path / "home"
    assert run(["import", str(sheets), "--store", str(folder), "--date", DAY]) == 0
    return folder


def listed(said: Said) -> Any:
    assert said.code == 0, said.err
    return valid(said, "match")


def test_the_life_of_a_match(gongjian: Gongjian, store: Path) -> None:
    def match(*more: str) -> Any:
        return listed(gongjian("match", *more, "--format", "json", "--store", store))

    def met() -> Any:
        said = gongjian("gaps", "--by", "need", "--format", "json", "--store", store)
        (need,) = said.json()["needs"]
        return need["parts"]["met"], need["parts"]["matchable"], need["parts"]["exhausted"]

    clean = gongjian("check", "--format", "json", "--store", store).json()["graph_hash"]
    (proposal,) = match()["proposals"]
    assert proposal["quantity"] == 60
    assert "第一中学可给60把（需要100把）：有直接共建关系" in proposal["why"]["zh"]

    pair = proposal["resource"], proposal["need"]
    found = match("--claim", *pair, "--quantity", "40")
    (made,) = found["matches"]
    assert (made["id"], made["status"], made["quantity"]) == (proposal["id"], "claimed", 40)
    assert found["needs"][0] == {
        "need": pair[1], "name": "开会用椅", "area": "420902001001001", "unit": "把",
        "requested": 100, "met": 0, "claimed": 40, "proposed": 20, "open": 40,
    }  # fmt: skip
    assert met() == (0, 60, 40)

    made = match("--advance", made["id"], "--quantity", "60")["matches"][0]
    assert (made["status"], made["quantity"]) == ("matched", 60)
    assert met() == (60, 0, 40)
    for stage in ("running", "done", "evaluated"):
        made = match("--advance", made["id"])["matches"][0]
        assert (made["status"], made["next"] is None) == (stage, stage == "evaluated")

    # each step is a line of the journal
    assert len((store / "journal.jsonl").read_text(encoding="utf-8").splitlines()) == 4 + 5
    assert match("--withdraw", made["id"])["matches"] == []
    assert gongjian("check", "--format", "json", "--store", store).json()["graph_hash"] == clean


def test_what_is_refused(gongjian: Gongjian, store: Path) -> None:
    said = listed(gongjian("match", "--format", "json", "--store", store))
    pair = said["proposals"][0]["resource"], said["proposals"][0]["need"]

    def refused(*arguments: str) -> str:
        told = gongjian("match", *arguments, "--store", store)
        assert told.code == 2
        return told.err

    assert "资源还剩 60" in refused("--claim", *pair, "--quantity", "61")
    assert "数量须大于 0" in refused("--claim", *pair, "--quantity", "-1")
    assert "没有这项资源" in refused("--claim", "x", pair[1])
    assert "没有这项对接" in refused("--advance", "match-0")
    assert "没有这项对接" in refused("--withdraw", "match-0")
    assert "一次只用一个" in refused("--claim", *pair, "--withdraw", "match-0")
    assert "一次只用一个" in refused("--to", "done")
    assert gongjian("match", "--claim", *pair, "--store", store).code == 0
    name = said["proposals"][0]["id"]
    assert "已经有对接" in refused("--claim", *pair)
    assert "没有这一步" in refused("--advance", name, "--to", "finished")
    assert gongjian("match", "--advance", name, "--to", "done", "--store", store).code == 0
    assert "不能退回" in refused("--advance", name, "--to", "claimed")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_table_and_csv(gongjian: Gongjian, store: Path, lang: str) -> None:
    said = gongjian("match", "--lang", lang, "--store", store)
    assert said.code == 0
    assert "折叠椅" in said.text
    csv = gongjian("match", "--format", "csv", "--store", store)
    assert csv.out.decode("utf-8-sig").splitlines()[1].split(",")[1] == "proposed"


def test_a_match_waits_while_its_need_is_retracted(gongjian: Gongjian, store: Path) -> None:
    said = listed(gongjian("match", "--format", "json", "--store", store))
    pair = said["proposals"][0]["resource"], said["proposals"][0]["need"]
    assert gongjian("match", "--claim", *pair, "--store", store).code == 0
    sheets = gongjian("datasets", "--format", "json", "--store", store).json()["datasets"]
    (needs,) = (d["id"] for d in sheets if d["kind"] == "needs")
    assert gongjian("retract", needs, "--store", store).code == 0
    found = listed(gongjian("match", "--format", "json", "--store", store))
    assert found["matches"] == []
    assert found["waiting"] == [" ".join(pair)]
