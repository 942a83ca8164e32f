"""Mapping files: validated, and what they teach."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.model.errors import UsageError
from graph.model.labels import SheetKind
from ingest.sheets.mapping import load_mapping, parse_mapping
from tests.ingest.books import codes, csv_file, read, read_one, write_book


def test_the_first_entry_that_fits_is_used() -> None:
    mapping = parse_mapping(
        "sheets:\n"
        "- {files: '*项目清单*', sheet: 一季度, kind: resources}\n"
        "- {files: ['*.csv', '*清单*'], kind: needs}\n"
    )
    assert mapping.for_sheet("书院项目清单.xlsx", "一季度").kind == SheetKind.RESOURCES  # type: ignore[union-attr]
    assert mapping.for_sheet("书院项目清单.xlsx", "二季度").kind == SheetKind.NEEDS  # type: ignore[union-attr]
    assert mapping.for_sheet("a.xlsx", "") is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("sheets: [{kind: needs, columns: {a: nmae}}]", "sheets[0]"),
        ("sheets: [{kind: need}]", "sheets[0].kind"),
        ("sheets: [{kind: needs, colums: {}}]", "sheets[0].colums"),
        ("sheets: [{kind: needs, columns: {a: place}}]", "place_level"),
        ("sheets: [{kind: needs}, {kind: needs, header_row: 0}]", "sheets[1].header_row"),
        ("[]", "file"),
        ("sheets: [", "line 1"),
    ],
)
def test_errors_name_the_place(text: str, place: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_mapping(text, "m.yaml")
    assert place in caught.value.en
    assert "m.yaml" in caught.value.zh
    assert "\n" not in caught.value.en


def test_a_missing_or_undecodable_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be read"):
        load_mapping(tmp_path / "no.yaml")
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(UsageError, match="can't be read"):
        load_mapping(tmp_path / "a.yaml")


def test_columns_constants_words_placeholders_and_filters(tmp_path: Path) -> None:
    mapping = parse_mapping(
        """
        sheets:
          - files: wants.csv
            kind: needs
            scope: 湖北省
            columns: {org: requester, item: [name, category], qty: quantity, spec: null, where: place, when: due, grade: urgency}
            place_level: street
            drop: [tel]
            constants: {unit: 件, district: 孝南区}
            words: {urgency: {A: 特急, B: null}, place: {书院: 书院街道}}
            unknown: {quantity: [1, ""]}
            only: {role: [需求方]}
        """
    )
    text = (
        "org,role,item,qty,spec,where,tel,when,grade\n"
        "第一医院,需求方,口罩,1,x,书院,13907123456,2020-02,A\n"
        "第二医院,需求方,口罩,1000,x,广场街道,13907123456,,B\n"
        "第三医院,供给方,口罩,5,x,广场街道,13907123456,,A\n"
    )
    found = read_one(csv_file(tmp_path / "wants.csv", text), mapping=mapping)
    a, b = found.rows
    assert (a.name, a.category, a.requester, a.quantity) == ("口罩", "口罩", "第一医院", None)  # type: ignore[attr-defined]
    assert (a.street, a.district, a.unit, a.due, a.urgency) == (  # type: ignore[attr-defined]
        "书院街道",
        "孝南区",
        "件",
        "2020-02-29",
        "特急",
    )
    assert (b.quantity, b.urgency, b.street) == (1000.0, None, "广场街道")  # type: ignore[attr-defined]
    assert codes(found) == ["rows_left_out"]
    assert found.info.rows_read == 2
    assert found.info.scope == ("湖北省", "wants")
    assert found.info.columns_dropped == ("tel",)
    assert found.info.columns_ignored == ("role", "spec")
    assert "13907123456" not in repr(found)


def test_other_headers_follow_the_usual_words_unless_told_not_to(tmp_path: Path) -> None:
    rows = [["谁", "所在社区", "数量"], ["场地", "书院社区", 3]]
    path = write_book(tmp_path / "a.xlsx", {"x": rows})
    base = "kind: needs, columns: {谁: name}"
    found = read_one(path, mapping=parse_mapping(f"sheets: [{{{base}}}]"))
    assert (found.rows[0].community, found.rows[0].quantity) == ("书院社区", 3.0)  # type: ignore[attr-defined]
    path_only = parse_mapping(f"sheets: [{{{base}, others: ignore, scope: 书院街道}}]")
    found = read_one(path, mapping=path_only)
    assert found.rows[0].community is None
    assert found.info.columns_ignored == ("所在社区", "数量")


def test_which_list_plays_which_role(tmp_path: Path) -> None:
    """In some streets the 项目清单 is what units offer."""
    rows = [["项目名称", "责任单位", "数量"], ["义诊", "孝感市中心医院", 2]]
    path = write_book(tmp_path / "三张清单.xlsx", {"项目清单": rows})
    assert [d.info.kind for d in read(path).datasets] == ["projects"]
    mapping = parse_mapping(
        "sheets: [{sheet: 项目清单, kind: resources, columns: {项目名称: name, 责任单位: provider}}]"
    )
    found = read_one(path, mapping=mapping)
    assert (found.info.kind, found.rows[0].provider) == ("resources", "孝感市中心医院")  # type: ignore[attr-defined]


def test_a_header_that_cannot_be_found_can_be_pointed_at(tmp_path: Path) -> None:
    text = "x,y\nwhat,where\nz,z\n场地,书院社区\n"
    mapping = parse_mapping(
        "sheets: [{kind: needs, header_row: 2, columns: {what: name, where: community}}]"
    )
    found = read_one(csv_file(tmp_path / "a.csv", text), mapping=mapping)
    assert [(r.row, r.name) for r in found.rows] == [(3, "z"), (4, "场地")]  # type: ignore[attr-defined]


def test_two_columns_taught_for_one_field_take_the_first_that_is_filled(tmp_path: Path) -> None:
    text = "a,b\n场地,\n,桌子\n"
    mapping = parse_mapping("sheets: [{kind: needs, columns: {a: name, b: name}, scope: 书院街道}]")
    found = read_one(csv_file(tmp_path / "a.csv", text), mapping=mapping)
    assert [r.name for r in found.rows] == ["场地", "桌子"]  # type: ignore[attr-defined]


def test_the_mapping_of_the_samples_is_valid() -> None:
    path = Path(__file__).parents[3] / "samples" / "wuhan2020" / "mapping.yaml"
    assert len(load_mapping(path).sheets) == 5
