"""What a sheet is, why, and what is asked where it isn't plain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.decision import Decision
from graph.model.identifiers import is_uscc
from graph.model.labels import SheetKind
from graph.model.sheet_guess import layout_decision
from ingest.reading.guess import taught_layouts
from ingest.sheets.content import Content, column_content, field_by_content
from ingest.sheets.headers import Clues, HeaderCell, layout_key
from ingest.values.cells import Raw
from tests.ingest.books import GOOD, codes, read, write_book

CODES = (GOOD, "91330100799655058B", "9144030071526726XG", "91350100M000100Y43")
STRANGE = ["代号", "叫法", "归属", "何时"]
"""Headers that nobody knows."""


def strange(rows: int = 4) -> list[list[Any]]:
    assert all(is_uscc(c) for c in CODES)
    return [
        STRANGE,
        *(
            [CODES[i], f"第{i}服务中心", f"{n}社区", f"2019-0{i + 1}-01"]
            for i, n in zip(range(rows), ("大院", "书院", "城站", "文昌"), strict=False)
        ),
    ]


def taught(question: Any, kind: SheetKind | None, columns: dict[str, Any]) -> dict[str, Any]:
    decision = layout_decision(question, kind, columns, on="2019-08-01", who="w")
    return {"taught": taught_layouts([decision])}


class TestContent:
    @pytest.mark.parametrize(
        ("cells", "form"),
        [
            (list(CODES), "uscc"),
            (["11010519491231002X"] * 3, "id_number"),
            (["13907123456", 13907123457.0, "0712-2851234"], "phone"),
            ([420902001001001.0, "420902001001002", "420902001001003"], "grid_code"),
            (["420902001001", "420902001002", "420902001003"], "community_code"),
            (["第一网格", "第二网格", "三网格"], "grid"),
            (["大院社区", "书院社区居委会", "李湾村委会"], "community"),
            (["2019-08-01", "2019年8月", "2019.8.1"], "date"),
            ([1, 2.5, "3万"], "number"),
            (["市财政局", "市第一医院", "实验小学校"], "body"),
            (["张三", "李四", "王小五"], "person"),
            (["随便", "写写", "看看吧"], "text"),
            (["", None, "无"], "empty"),
        ],
    )
    def test_forms(self, cells: list[Raw], form: str) -> None:
        assert column_content([[c] for c in cells], 0).form == form

    def test_four_in_five_must_have_it(self) -> None:
        cells = [["大院社区"]] * 3 + [["随便写写"]]
        assert column_content(cells, 0).form == "text"
        assert column_content([*cells, ["书院社区"]], 0).form == "community"

    def test_two_cells_are_not_enough(self) -> None:
        assert not column_content([["大院社区"], ["书院社区"]], 0).is_sure

    def test_words_of_a_closed_list(self) -> None:
        found = column_content([["机关"], ["学校"], ["国企"]], 0)
        assert field_by_content(SheetKind.RESIDENT_UNITS, found, set()) == "kind"
        assert field_by_content(SheetKind.RESIDENT_UNITS, found, {"kind"}) is None
        assert field_by_content(SheetKind.FUNDS, found, set()) is None

    def test_personal_columns_are_told_where_no_field_takes_them(self) -> None:
        phones = Content("phone", 5, 5)
        assert field_by_content(SheetKind.RESIDENT_UNITS, phones, set()) == "personal"
        assert field_by_content(SheetKind.MEMBERS, phones, set()) == "phone"
        assert field_by_content(SheetKind.MEMBERS, phones, {"phone"}) == "personal"

    @given(st.lists(st.one_of(st.text(max_size=30), st.floats(), st.none(), st.booleans())))
    def test_any_cells(self, cells: list[Any]) -> None:
        found = column_content([[c] for c in cells], 0)
        assert 0 <= found.fits <= found.count <= len(cells)


class TestGuess:
    def test_the_evidence_of_a_plain_sheet(self, tmp_path: Path) -> None:
        rows = [["共建主体", "共建对象", "共建方式", "说不清"], ["市一中", "大院社区", "结对", "x"]]
        result = read(write_book(tmp_path / "a.xlsx", {"共建关系": rows}))
        (guess,) = result.guesses.values()
        assert (guess.kind, guess.by, guess.header_row) == (SheetKind.TIES, "names", 1)
        assert [c.fields for c in guess.columns] == [("subject",), ("object",), ("mechanism",), ()]
        assert guess.columns[3].role == "ignored"
        assert "共建主体" in guess.zh

    def test_by_headers_alone_and_by_option(self, tmp_path: Path) -> None:
        rows = [["共建主体", "共建对象", "共建方式"], ["市一中", "大院社区", "结对"]]
        path = write_book(tmp_path / "a.xlsx", {"Sheet1": rows})
        assert [g.by for g in read(path).guesses.values()] == ["headers"]
        found = read(path, as_kind=SheetKind.TIES)
        assert [g.by for g in found.guesses.values()] == ["option"]

    def test_a_column_that_only_its_cells_tell(self, tmp_path: Path) -> None:
        """A community column under a header that nobody knows; a phone column is dropped."""
        rows: list[list[Any]] = [["共建主体", "共建对象", "共建方式", "归哪里", "找谁"]]
        rows += [
            ["市一中", "第一网格", "结对", n, f"1390712345{i}"]
            for i, n in enumerate(("大院社区", "书院社区", "城站社区"))
        ]
        result = read(write_book(tmp_path / "a.xlsx", {"共建": rows}))
        (dataset,) = result.datasets
        assert [r.community for r in dataset.rows] == ["大院社区", "书院社区", "城站社区"]
        assert dataset.info.columns_dropped == ("找谁",)
        assert codes(dataset).count("column_by_content") == 2
        assert "13907123450" not in repr(dataset)
        (guess,) = result.guesses.values()
        assert [c.by for c in guess.columns] == ["header"] * 3 + ["content"] * 2

    def test_a_sheet_that_fits_two_kinds_alike_is_not_guessed(self, tmp_path: Path) -> None:
        """名称 and 类别 may be an organisation, a unit or a social organisation."""
        rows = [
            ["名称", "类别", "所在社区"],
            ["甲", "一类", "大院社区"],
            ["乙", "二类", "大院社区"],
        ]
        path = write_book(tmp_path / "a.xlsx", {"Sheet1": rows})
        result = read(path)
        assert result.datasets == []
        assert str(result.refused[0]).startswith("a.xlsx")
        (question,) = result.questions
        assert len(question.candidates) > 1
        named = read(write_book(tmp_path / "b.xlsx", {"社会组织": rows}))
        assert [d.info.kind for d in named.datasets] == ["social_organisations"]

    @pytest.mark.parametrize(
        ("word", "kind"),
        [
            ("公益慈善类", "social_organisations"),
            ("学校", "resident_units"),
            ("居委会", "organisations"),
        ],
    )
    def test_words_under_a_header_tell_the_kind(self, tmp_path: Path, word: str, kind: str) -> None:
        rows = [["名称", "类别", "所在社区"], ["甲", word, "大院社区"], ["乙", word, "大院社区"]]
        (found,) = read(write_book(tmp_path / "a.xlsx", {"Sheet1": rows})).datasets
        assert found.info.kind == kind

    def test_beside_another_sheet_it_waits_with_a_warning(self, tmp_path: Path) -> None:
        rows = [["名称", "类别", "所在社区"], ["甲", "一类", "大院社区"]]
        known = [["共建主体", "共建对象", "共建方式"], ["市一中", "大院社区", "结对"]]
        result = read(write_book(tmp_path / "a.xlsx", {"Sheet1": rows, "Sheet2": known}))
        assert [i.code for i in result.issues] == ["sheet_unsure"]
        assert len(result.datasets) == 1


class TestQuestions:
    def test_what_is_asked(self, tmp_path: Path) -> None:
        result = read(write_book(tmp_path / "a.xlsx", {"Sheet1": [["标题"], *strange()]}))
        (question,) = result.questions
        assert (question.header_row, question.rows) == (2, 4)
        assert [c.holds for c in question.columns] == ["uscc", "body", "community", "date"]
        assert not any(c in repr(question) for c in CODES)

    def test_a_taught_layout_goes_through_by_itself(self, tmp_path: Path) -> None:
        path = write_book(tmp_path / "a.xlsx", {"Sheet1": strange()})
        (question,) = read(path).questions
        columns = {"代号": "uscc", "叫法": "name", "归属": "community", "何时": None}
        told = taught(question, SheetKind.RESIDENT_UNITS, columns)
        result = read(path, **told)
        (dataset,) = result.datasets
        assert dataset.info.kind == SheetKind.RESIDENT_UNITS
        assert [r.name for r in dataset.rows] == [f"第{i}服务中心" for i in range(4)]  # type: ignore[attr-defined]
        assert [g.by for g in result.guesses.values()] == ["taught"]
        # next month: other file name, columns in another order, a title above
        turned = [list(reversed(row)) for row in strange(3)]
        later = write_book(tmp_path / "九月.xlsx", {"Sheet1": [["九月上报"], *turned]})
        (again,) = read(later, **told).datasets
        assert len(again.rows) == 3
        # another layout isn't touched by it
        other = write_book(
            tmp_path / "b.xlsx", {"Sheet1": [[*STRANGE[:3], "别的"], *strange()[1:]]}
        )
        assert read(other, **told).datasets == []

    def test_no_roster_is_not_asked_again(self, tmp_path: Path) -> None:
        path = write_book(tmp_path / "a.xlsx", {"Sheet1": strange()})
        (question,) = read(path).questions
        known = [["共建主体", "共建对象", "共建方式"], ["市一中", "大院社区", "结对"]]
        both = write_book(tmp_path / "b.xlsx", {"Sheet1": strange(), "Sheet2": known})
        result = read(both, **taught(question, None, {}))
        assert result.questions == []
        assert [i.code for i in result.issues] == ["sheet_no_roster"]

    def test_a_sheet_of_notes_is_not_asked_about(self, tmp_path: Path) -> None:
        notes = [["填表说明"], ["一、每月报送。"], ["二、勿改表头。"]]
        known = [["共建主体", "共建对象", "共建方式"], ["市一中", "大院社区", "结对"]]
        result = read(write_book(tmp_path / "a.xlsx", {"说明": notes, "共建": known}))
        assert result.questions == []

    def test_a_decision_that_cannot_be_followed_any_more_is_left_out(self) -> None:
        def decision(value: dict[str, Any] | None) -> Decision:
            return Decision(kind="layout", key="k", value=value, on="2019-08-01", who="w")

        wrong = {"kind": "ties", "columns": {"a": "no_such_field"}}
        assert taught_layouts([decision(wrong)]) == {}
        assert taught_layouts([decision(None)]) == {}


@given(st.permutations(["名称", "数量", "单位", "社区"]))
def test_the_order_of_columns_is_no_matter_to_a_layout(headers: list[str]) -> None:
    one = layout_key([HeaderCell(i, h) for i, h in enumerate(headers)], Clues())
    assert one == layout_key([HeaderCell(i, h) for i, h in enumerate(sorted(headers))], Clues())
