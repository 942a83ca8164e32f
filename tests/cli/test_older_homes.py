"""A home and a backup of an older version open, and change only as they are told.

What the older version made of the sheets was written down when the data were made (its `check`).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from graph.database.difference import GraphChange
from graph.store.keeper import upgrade_notice
from tests.cli.conftest import Gongjian

OLDER = Path(__file__).parents[1] / "data" / "reader-1"
TIES = OLDER / "sheets" / "书院街道共建关系台账.csv"


@pytest.fixture(params=["home", "backup"])
def home(request: pytest.FixtureRequest, tmp_path: Path, gongjian: Gongjian) -> Path:
    folder = tmp_path / "older"
    if request.param == "home":
        shutil.copytree(OLDER / "home", folder)
    else:
        assert gongjian("restore", OLDER / "backup", "--store", folder).code == 0
    return folder


def test_it_opens_and_says_which_sheets_to_hand_in_again(home: Path, gongjian: Gongjian) -> None:
    found = gongjian("check", "--format", "json", "--store", home).json()
    # 7 datasets and 4 ties, as before; 阳光幼儿园 of another county is no longer taken for ours
    assert (found["datasets"], found["waiting"]) == (7, 0)
    assert (found["nodes"]["ResidentUnit"], found["ties"]["CO_BUILDS"]) == (6, 4)
    listed = gongjian("datasets", "--format", "json", "--store", home).json()["datasets"]
    assert [d["read_before"] for d in listed] == [True] * 7
    assert "旧版读取，请重新交表" in gongjian("datasets", "--store", home).text


def test_a_sheet_that_comes_again_is_read_anew(home: Path, gongjian: Gongjian) -> None:
    said = gongjian("import", TIES, "--store", home, "--format", "json").json()
    (receipt,) = said["receipts"]
    rows = receipt["rows"]
    # 待签 made a tie and makes none; 暂停 was alive and is
    assert (rows["changed"], rows["unchanged"], rows["gone"]) == (2, 2, 0)
    assert [(v["name"], v["from"], v["to"]) for v in receipt["verdicts"]] == [
        ("第2网格", "detached", "isolated")
    ]
    listed = gongjian("datasets", "--format", "json", "--store", home).json()["datasets"]
    assert [d["file"] for d in listed if not d["read_before"]] == [TIES.name]
    again = gongjian("import", TIES, "--store", home, "--format", "json").json()
    assert again["receipts"][0]["rows"]["changed"] == 0


def test_what_new_rules_change_is_told() -> None:
    ((zh, en),) = upgrade_notice(GraphChange(created=1, ties_created=1, ties_deleted=2))
    assert "节点新增1" in zh
    assert "1 nodes new" in en
    assert upgrade_notice(None) == []
