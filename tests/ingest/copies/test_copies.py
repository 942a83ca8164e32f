"""Workbooks given back: faults where they are, ready to hand in again; cleaned copies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from graph.model.dataset import DatasetInfo
from graph.store.resolving import resolve
from ingest.copies.cleaned import row_matches
from ingest.copies.copies import write_cleaned_copies, write_report_copies
from ingest.files.origin import ADDED, SUMMARY
from ingest.reading.read import ReadResult
from tests.ingest.books import GOOD, csv_file, read, read_one, write_book
from tests.ingest.planted import FORMATS, KINDS, plant

FILES = ["a.xlsx", "a.xls", "名册.xls", "gb.csv"]


def report(found: ReadResult, path: Path, *, isolated: bool = False) -> list[Path]:
    issues = [*found.issues, *(i for d in found.datasets for i in d.issues)]
    return write_report_copies(path, found, issues, isolated=isolated)


def cleaned(found: ReadResult, folder: Path, *, isolated: bool = False) -> list[Path]:
    wanted = resolve(found.datasets)
    ids = [d.info.id for d in found.datasets]
    issues = [*found.issues, *wanted.issues, *(i for d in found.datasets for i in d.issues)]
    return write_cleaned_copies(folder, found, issues, row_matches(wanted, ids), isolated=isolated)


def sheet_of(path: Path) -> Any:
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == SUMMARY
    return book, book.worksheets[1]


def same(one: DatasetInfo, other: DatasetInfo) -> bool:
    return (one.kind, one.series, one.scope) == (other.kind, other.series, other.scope)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("seed", [1, 4])
def test_faults_are_marked_and_the_mended_copy_brings_all_rows(
    file: str, seed: int, tmp_path: Path
) -> None:
    sheet = plant(seed)
    source = FORMATS[file](sheet, tmp_path / file)
    found = read(source)
    (path,) = report(found, tmp_path / "退改.xlsx")
    again = read_one(path)
    assert again.rows == found.datasets[0].rows  # nothing of it disturbs the reading
    assert same(again.info, found.datasets[0].info)
    assert {i.cell for i in again.issues if i.level == "error"} == {c for c, _ in sheet.faults}

    book, out = sheet_of(path)
    marked = {
        cell.coordinate: cell
        for row in out.iter_rows()
        for cell in row
        if cell.fill.fill_type == "solid" and cell.fill.start_color.rgb.endswith("FFC7CE")
    }
    assert set(marked) == {cell for cell, _ in sheet.faults}
    assert all("错误" in cell.comment.text for cell in marked.values())
    heads = {spec[0]: name for name, spec in KINDS[sheet.name].items()}
    good = {
        "name": "补好的单位", "code": GOOD, "community": "凤凰社区", "begin": "2019-05-01",
        "end": "2022-05-01", "quantity": 5, "count": 1, "kind": "",
    }  # fmt: skip
    columns = {c.letter: heads[c.header] for c in again.info.columns.values() if c.header in heads}
    for place, cell in marked.items():
        cell.value = good[columns[place.rstrip("0123456789")]]
    book.save(path)
    mended = read_one(path)
    assert [i.code for i in mended.issues if i.level == "error"] == []
    assert {r.row for r in mended.rows} == set(sheet.valid) | {
        int(place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for place in marked
    }
    assert same(mended.info, found.datasets[0].info)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("seed", [3, 5])
def test_a_cleaned_copy_says_what_became_of_each_row_and_changes_nothing(
    file: str, seed: int, tmp_path: Path
) -> None:
    sheet = plant(seed)
    found = read(FORMATS[file](sheet, tmp_path / file))
    first = found.datasets[0]
    (path,) = cleaned(found, tmp_path / "整理")
    again = read_one(path)
    assert again.info == first.info
    assert again.content_hash() == first.content_hash()

    book, out = sheet_of(path)
    heads = {c.value: c.column for row in out.iter_rows() for c in row if c.value in ADDED}
    assert set(heads) == set(ADDED)
    for number in sheet.valid:
        assert out.cell(number, heads[ADDED[0]]).value != "退回"
    faulty = {int(c.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for c, _ in sheet.faults}
    for number in faulty:
        assert out.cell(number, heads[ADDED[0]]).value == "退回"
        assert out.cell(number, heads[ADDED[2]]).value

    row = min(sheet.valid)
    columns = again.info.columns
    letter = columns["subject" if "subject" in columns else "name"].letter
    out[f"{letter}{row}"].value = "改过的单位"
    book.save(path)
    changed = read_one(path)
    assert changed.info.id != first.info.id
    assert changed.info.series == first.info.series
    # a copy of the copy is still a copy of the file that was handed in
    (second,) = cleaned(read(path), tmp_path / "再次")
    assert read_one(second).info.series == first.info.series


HEADER = ["单位名称", "统一社会信用代码", "所在社区", "负责人", "联系电话", "职工人数"]


def test_matches_and_personal_columns(tmp_path: Path) -> None:
    rows = [
        ["书院街道驻区单位台账"],
        HEADER,
        ["甲超市", f"'{GOOD.lower()}", "书院社区", "张三", "13907123456", "１２"],
        ["", "", "书院社区", "李四", "13907123457", "3"],
    ]
    areas = [
        ["网格名称", "网格编码", "所属社区", "社区编码"],
        ["一网格", "420902001001001", "书院社区", "420902001001"],
    ]
    source = write_book(tmp_path / "名册.xlsx", {"驻区单位": rows, "区划网格表": areas})
    found = read(source)
    (path,) = cleaned(found, tmp_path / "出", isolated=True)
    out = openpyxl.load_workbook(path)["驻区单位"]
    assert [c.value for c in out[3]] == [
        "甲超市", GOOD, "书院社区", "张三", "13907123456", 12,
        "采用", f"甲超市（{GOOD}）；书院社区（420902001001）", None,
    ]  # fmt: skip
    assert [c.value for c in out[4]][6] == "退回"
    assert "13907123456" not in str([d.rows for d in found.datasets])
    again = read(path)
    assert [d.content_hash() for d in again.datasets] == [d.content_hash() for d in found.datasets]


def test_the_layout_is_kept_and_formulas_become_values(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "驻区单位"
    sheet.append(HEADER)
    sheet.append(['=HYPERLINK("http://x.invalid","甲")', "", "书院社区", "", "", 3])
    sheet.append(["乙超市", "91350100M000100Y4Z", "书院社区", "", "", 3])
    sheet["B3"].comment = openpyxl.comments.Comment("旧批注", "某人")
    sheet.column_dimensions["A"].width = 41
    sheet.freeze_panes = "A2"
    sheet.row_dimensions[3].hidden = True
    book.create_sheet("备用").sheet_state = "hidden"
    source = tmp_path / "名册.xlsx"
    book.save(source)
    (path,) = report(read(source), tmp_path / "退改.xlsx")
    copy, out = sheet_of(path)
    assert out.column_dimensions["A"].width == 41
    assert (out.freeze_panes, out.row_dimensions[3].hidden) == ("A2", True)
    assert copy["备用"].sheet_state == "hidden"
    assert "旧批注" in out["B3"].comment.text
    assert (out["A2"].value, out["A2"].data_type) == ("#N/A", "e")
    assert "公式" in out["A2"].comment.text
    link = next(c for row in copy[SUMMARY].iter_rows() for c in row if c.value == "B3")
    assert link.hyperlink.location == "'驻区单位'!B3" or "B3" in link.hyperlink.target


def test_several_files_are_copied_beside_the_list(tmp_path: Path) -> None:
    bad = "单位名称,所在社区\n,书院社区\n"
    one = csv_file(tmp_path / "一" / "名册.csv", bad) if (tmp_path / "一").mkdir() is None else None
    (tmp_path / "二").mkdir()
    csv_file(tmp_path / "二" / "名册.csv", bad + "甲,书院社区\n")
    csv_file(tmp_path / "二" / "好.csv", "单位名称,所在社区\n合成超市,书院社区\n")
    assert one
    made = report(read(tmp_path), tmp_path / "问题.xlsx", isolated=True)
    assert [p.relative_to(tmp_path).as_posix() for p in made] == [
        "问题/名册.xlsx",
        "问题/名册(2).xlsx",
    ]


def test_a_sheet_that_only_looks_like_ours_is_read(tmp_path: Path) -> None:
    rows = [["单位名称", "单位性质", "所在社区"], ["甲", "学校", "书院社区"]]
    found = read_one(write_book(tmp_path / "a.xlsx", {SUMMARY: rows}))
    assert len(found.rows) == 1


def test_a_forged_seal_is_not_believed(tmp_path: Path) -> None:
    source = csv_file(tmp_path / "a.csv", "单位名称,单位性质,所在社区\n甲,学校,书院社区\n")
    found = read(source)
    (path,) = cleaned(found, tmp_path / "出")
    book, out = sheet_of(path)
    out["A2"].value = "乙"
    book.save(path)
    changed = read_one(path)
    assert changed.info.sha256 != found.datasets[0].info.sha256
    assert replace(changed, info=found.datasets[0].info) != found.datasets[0]
