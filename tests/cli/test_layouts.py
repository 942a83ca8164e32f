"""Asking at a terminal, layouts that were taught, and what a dry run says would change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from cli.commands.json_schema import schema_of
from tests.cli.conftest import Gongjian
from tests.ingest.books import write_book

AREAS = [
    ["网格编码", "网格名称", "所属社区", "社区编码", "所属街道", "街道编码", "常住人口"],
    ["420902001001001", "第一网格", "大院社区", "420902001001", "书院街道", "420902001", 900],
    ["420902001001002", "第二网格", "大院社区", "420902001001", "书院街道", "420902001", 800],
]
TIES = ["共建主体", "共建对象", "所在社区", "共建方式", "签订日期"]
STRANGE = [["叫法", "给谁", "归属"], ["市一中", "第一网格", "大院社区"]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with nothing in it: rows wait for their places, which is enough here."""
    return tmp_path / "home"


Answers = Callable[..., list[str]]


@pytest.fixture
def at_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    """A person who answers; what was asked is kept, and every answer must be used."""
    left: list[str] = []
    asked: list[str] = []

    def answers(*given: str) -> list[str]:
        left.extend(given)
        monkeypatch.setattr("cli.asking.may_ask", lambda _: True)
        return asked

    def ask(text: str, default: str = "") -> str:
        asked.append(text)
        return left.pop(0) or default

    monkeypatch.setattr("cli.asking._ask", ask)
    yield answers
    assert left == []


def ties(path: Path, *rows: list[Any]) -> Path:
    return write_book(path, {"共建关系": [TIES, *rows]})


# ------------------------------------------------------------------------- layouts


def test_a_pipe_is_never_asked(gongjian: Gongjian, home: Path, tmp_path: Path) -> None:
    path = write_book(tmp_path / "怪表.xlsx", {"Sheet1": STRANGE})
    said = gongjian("import", path, "--store", home)
    assert said.code == 2
    assert "--as" in said.err
    assert "--mapping" in said.err


def test_taught_once_at_a_terminal_and_not_asked_again(
    gongjian: Gongjian, home: Path, tmp_path: Path, at_terminal: Answers
) -> None:
    path = write_book(tmp_path / "怪表8月.xlsx", {"Sheet1": STRANGE})
    asked = at_terminal("8", "A=subject B=object C=community", "")
    said = gongjian("import", path, "--store", home)
    assert (said.code, len(asked)) == (0, 3), said.err
    rows = [["归属", "叫法", "给谁"], ["大院社区", "市医院", "第二网格"]]
    later = write_book(tmp_path / "怪表9月.xlsx", {"Sheet1": rows})
    at_terminal("y")  # it replaces August's: that is asked, the layout is not
    assert gongjian("import", later, "--store", home).code == 0
    assert len(asked) == 4
    listed = gongjian("mapping", "--format", "json", "--store", home).json()
    jsonschema.validate(listed, schema_of("mapping"))
    (layout,) = listed["layouts"]
    assert layout["kind"] == "ties"
    assert layout["columns"] == {"叫法": "subject", "给谁": "object", "归属": "community"}
    exported = yaml.safe_load(gongjian("mapping", "--export", "--store", home).text)
    assert exported["sheets"][0]["kind"] == "ties"
    assert gongjian("mapping", layout["layout"], "--forget", "--store", home).code == 0
    assert gongjian("mapping", "--format", "json", "--store", home).json() == {"layouts": []}
    assert gongjian("mapping", layout["layout"], "--store", home).code == 2


def test_what_was_exported_is_a_mapping_that_can_be_remembered(
    gongjian: Gongjian, home: Path, tmp_path: Path
) -> None:
    told = {"kind": "ties", "columns": {"叫法": "subject", "给谁": "object", "归属": "community"}}
    file = tmp_path / "m.yaml"
    file.write_text(yaml.safe_dump({"sheets": [told]}, allow_unicode=True), encoding="utf-8")
    path = write_book(tmp_path / "怪表.xlsx", {"Sheet1": STRANGE})
    said = gongjian("import", path, "--mapping", file, "--remember", "--store", home)
    assert said.code == 0
    again = write_book(tmp_path / "怪表二.xlsx", {"Sheet1": [*STRANGE, *STRANGE[1:]]})
    found = gongjian("import", again, "--format", "json", "--store", home).json()
    assert found["datasets"][0]["guess"]["by"] == "taught"


@pytest.mark.parametrize("answers", [("99", "x", ""), ("8", "A=nope", "", "", "", "")])
def test_no_answer_leaves_the_sheet_unread(
    gongjian: Gongjian, home: Path, tmp_path: Path, at_terminal: Answers, answers: tuple[str, ...]
) -> None:
    path = write_book(tmp_path / "怪表.xlsx", {"Sheet1": STRANGE})
    at_terminal(*answers)
    assert gongjian("import", path, "--store", home).code == 2
    assert gongjian("mapping", "--format", "json", "--store", home).json() == {"layouts": []}


def test_no_roster_is_remembered_too(
    gongjian: Gongjian, home: Path, tmp_path: Path, at_terminal: Answers
) -> None:
    path = write_book(tmp_path / "怪表.xlsx", {"Sheet1": STRANGE})
    at_terminal("0")
    gongjian("import", path, "--store", home)
    # nothing was imported: the answer counts for this call alone
    assert gongjian("mapping", "--format", "json", "--store", home).json() == {"layouts": []}
    known = {
        "Sheet1": STRANGE,
        "共建": [TIES, ["市一中", "第一网格", "大院社区", "结对", "2019-05-01"]],
    }
    both = write_book(tmp_path / "两表.xlsx", known)
    at_terminal("0")
    assert gongjian("import", both, "--store", home).code == 0
    (layout,) = gongjian("mapping", "--format", "json", "--store", home).json()["layouts"]
    assert layout["kind"] is None


# ------------------------------------------------------------------------- differences


def test_a_dry_run_says_what_would_change(gongjian: Gongjian, home: Path, tmp_path: Path) -> None:
    first = ties(
        tmp_path / "共建台账2019-07.xlsx",
        ["市一中", "第一网格", "大院社区", "结对共建", "2019-05-01"],
        ["市医院", "第一网格", "大院社区", "结对共建", "2019-05-01"],
        ["市电厂", "第一网格", "大院社区", "结对共建", "2019-05-01"],
    )
    second = ties(
        tmp_path / "共建台账2019-08.xlsx",
        ["市医院", "第一网格", "大院社区", "结对共建", "2019-06-01"],
        ["市一中", "第一网格", "大院社区", "结对共建", "2019-05-01"],
        ["市水厂", "第二网格", "大院社区", "结对共建", "2019-08-01"],
    )
    areas = write_book(tmp_path / "区划网格表.xlsx", {"网格": AREAS})
    assert gongjian("import", areas, "--store", home).code == 0
    would = gongjian("import", first, "--dry-run", "--format", "json", "--store", home).json()
    jsonschema.validate(would, schema_of("import"))
    effect = would["effect"]
    assert effect["nodes"]["ResidentUnit"] == {"new": 3, "gone": 0, "changed": 0}
    assert effect["ties"]["CO_BUILDS"] == {"new": 3, "gone": 0, "changed": 0}
    named = {a["code"]: (a["before"], a["after"]) for a in effect["areas"]}
    assert named["420902001001001"] == (["areas"], ["areas", "ties"])
    assert "420902001001002" not in named
    assert gongjian("import", first, "--store", home).code == 0

    found = gongjian("import", second, "--dry-run", "--format", "json", "--store", home).json()
    (dataset,) = found["datasets"]
    counts = [dataset[f"rows_{n}"] for n in ("added", "changed", "unchanged", "gone")]
    assert counts == [1, 1, 1, 1]
    assert dataset["difference"] == {
        "new": [4],
        "gone": [4],
        "changed": [{"row": 2, "before": 3, "columns": ["签订日期"]}],
    }
    # the unchanged row has another sheet as its evidence now
    assert found["effect"]["ties"]["CO_BUILDS"] == {"new": 2, "gone": 2, "changed": 1}
    text = gongjian("import", second, "--dry-run", "--store", home).text
    assert "签订日期" in text
    assert "第二网格" in text
    # nothing of this was written
    assert len(gongjian("datasets", "--format", "json", "--store", home).json()["datasets"]) == 2


def test_a_newer_sheet_is_shown_before_it_is_written(
    gongjian: Gongjian, home: Path, tmp_path: Path, at_terminal: Answers
) -> None:
    row = ["市一中", "第一网格", "大院社区", "结对共建", "2019-05-01"]
    first = ties(tmp_path / "共建台账2019-07.xlsx", row)
    second = ties(tmp_path / "共建台账2019-08.xlsx", [*row[:4], "2019-06-01"])
    asked = at_terminal()
    assert gongjian("import", first, "--store", home).code == 0
    assert asked == []
    at_terminal("n")
    said = gongjian("import", second, "--store", home)
    assert (said.code, len(asked)) == (0, 1)
    assert "签订日期" in said.err
    assert len(gongjian("datasets", "--format", "json", "--store", home).json()["datasets"]) == 1
    at_terminal("")
    assert gongjian("import", second, "--store", home).code == 0
    assert len(gongjian("datasets", "--format", "json", "--store", home).json()["datasets"]) == 2
