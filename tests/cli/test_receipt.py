"""The receipt at the command line: what is held back, and how a person goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Gongjian

DIVISIONS = (
    "county_code,county_name,street_code,street_name,community_code,community_name\n"
    "420902,孝南区,420902001,书院街道,420902001001,书院社区\n"
    "420902,孝南区,420902001,书院街道,420902001002,北外社区\n"
)
AREAS = "所属街道,所属社区,社区编码,网格名称,网格编码,人口\n" + "".join(
    f"书院街道,书院社区,420902001001,第{n}网格,420902001001{n:03d},900\n" for n in (1, 2, 3)
)
TIES = "共建主体,共建对象,所在社区,共建方式,签订日期\n"


def tie(number: int, grid: int) -> str:
    return f"合成{number}号工厂,第{grid}网格,书院社区,共建协议,2019-01-15\n"


@pytest.fixture
def sheets(tmp_path: Path, gongjian: Gongjian) -> Path:
    """A home with three grids, and a folder to write sheets into."""
    folder = tmp_path / "in"
    folder.mkdir()
    areas = folder / "书院街道区划网格表.csv"
    areas.write_text(AREAS, encoding="utf-8")
    divisions = folder / "区划代码表.csv"
    divisions.write_text(DIVISIONS, encoding="utf-8")
    assert gongjian("import", divisions, areas).code == 0
    return folder


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sheet_without_a_doubt_is_told_in_one_line(sheets: Path, gongjian: Gongjian) -> None:
    path = write(sheets, "共建关系台账.csv", TIES + tie(1, 1) + tie(2, 2))
    said = gongjian("import", path)
    assert said.code == 0
    assert "1 张表没有疑点" in said.text
    found = gongjian("import", path, "--format", "json").json()["receipts"]
    assert [r["cells"]["remainder"] for r in found] == [0]
    assert found[0]["rows"]["unchanged"] == 2


def test_a_sheet_that_lost_most_of_its_rows_is_held_back(sheets: Path, gongjian: Gongjian) -> None:
    first = TIES + "".join(tie(n, 1 + n % 3) for n in range(12))
    assert gongjian("import", write(sheets, "共建关系台账2019-01.csv", first)).code == 0
    less = write(sheets, "共建关系台账2019-02.csv", TIES + tie(1, 2))
    said = gongjian("import", less, "--format", "json")
    assert said.code == 2
    assert "--accept rows_gone" in said.err
    (receipt,) = said.json()["receipts"]
    assert receipt["stopped"]
    signs = {s["code"]: s for s in receipt["signs"]}
    assert signs["rows_gone"]["count"] == 11
    assert "12行" in signs["rows_gone"]["zh"]
    # nothing was written: the older sheet still counts
    live = gongjian("datasets", "--format", "json").json()
    assert "2019-02" not in str(live)
    strict = gongjian("import", less, "--strict")
    assert strict.code == 2
    accepted = gongjian("import", less, "--accept", "rows_gone,ties_gone", "--format", "json")
    assert accepted.code == 0
    (receipt,) = accepted.json()["receipts"]
    assert not receipt["stopped"]
    assert receipt["rows"]["gone"] == 11
    assert {s["answered"] for s in receipt["signs"]} == {"accept"}


def test_one_sheet_is_held_back_and_the_others_go_on(sheets: Path, gongjian: Gongjian) -> None:
    write(sheets, "共建关系台账.csv", TIES + tie(1, 1))
    sections = "单位名称,单位性质\n书院社区,\n大众超市,民营企业\n北外社区,\n第一中学,学校\n"
    write(sheets, "书院街道驻区单位名单.csv", sections)
    said = gongjian("import", sheets, "--format", "json")
    assert said.code == 1
    stopped = {r["file"]: r["stopped"] for r in said.json()["receipts"]}
    assert stopped["书院街道驻区单位名单.csv"]
    assert not stopped["共建关系台账.csv"]
    table = gongjian("import", sheets)
    assert table.code == 1
    assert "【未导入，请先答复】" in table.text
    assert "[name_of_area] A2、A4" in table.text
    assert "没有发现问题" not in table.text


def test_verdicts_that_change_are_told(sheets: Path, gongjian: Gongjian) -> None:
    path = write(sheets, "共建关系台账.csv", TIES + tie(1, 1))
    would = gongjian("import", path, "--dry-run", "--format", "json").json()
    (receipt,) = would["receipts"]
    changes = {c["code"][-3:]: (c["from"], c["to"]) for c in receipt["verdicts"]}
    # a row that names a community covers its grids: those without a partner are isolated
    assert changes["002"] == ("unknown", "isolated")
    assert changes["001"][0] == "unknown"


def test_grids_that_double_are_held_back(sheets: Path, gongjian: Gongjian) -> None:
    again = AREAS.replace("第", "新").replace("4209020010010", "4209020010015")
    path = write(sheets, "网格划分表.csv", again)
    said = gongjian("import", path, "--format", "json")
    assert said.code == 2
    codes = [s["code"] for r in said.json()["receipts"] for s in r["signs"]]
    assert "doubling" in codes


def test_a_wrong_code_of_accept_names_those_that_there_are(
    sheets: Path, gongjian: Gongjian
) -> None:
    said = gongjian("import", sheets, "--accept", "nonsense")
    assert said.code == 2
    assert "rows_gone" in said.err
