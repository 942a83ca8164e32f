"""Files: what they are by their first bytes, and what is refused in one line."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from graph.model.errors import BadWorkbook
from ingest.files.open import find_files, read_file
from ingest.files.text_file import delimiter_of
from ingest.files.xlsx_facts import Limits, _pieces
from ingest.values.cells import Flaw
from tests.ingest.books import csv_file, read, write_book

HEADER = "单位名称,统一社会信用代码,所在社区"
ROWS = f"{HEADER}\n汈汊湖管理局,,澴西社区\n"


def rows_of(path: Path, sheet: int = 0) -> list[list[object]]:
    return [list(row) for row in read_file(path).sheets[sheet].rows()]


def refusal(path: Path, **options: object) -> BadWorkbook:
    with pytest.raises(BadWorkbook) as caught:
        read_file(path, **options)  # type: ignore[arg-type]
    assert path.name in caught.value.zh
    assert path.name in caught.value.en
    assert "\n" not in caught.value.zh
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_gives_the_same_rows(encoding: str, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", ROWS + "𠮷祥店,,洑水社区\n", encoding)
    assert rows_of(path)[1:] == [["汈汊湖管理局", "", "澴西社区"], ["𠮷祥店", "", "洑水社区"]]


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_the_header_shows_the_delimiter(mark: str, tmp_path: Path) -> None:
    text = ROWS.replace(",", mark).replace(
        "管理局", '"管理局,一,二;三"' if mark == "\t" else "管理局"
    )
    assert delimiter_of(text) == mark
    assert rows_of(csv_file(tmp_path / "a.csv", text))[0] == HEADER.split(",")


def test_row_numbers_are_those_that_excel_shows(tmp_path: Path) -> None:
    text = f'{HEADER}\n"两行的\n名字",,甲社区\n\n乙,,丙社区\n'
    rows = rows_of(csv_file(tmp_path / "a.csv", text))
    assert rows[1][0] == "两行的\n名字"
    assert (rows[2], rows[3][0]) == ([], "乙")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"  \r\n", "empty"),
        (b"%PDF-1.4 ...", "PDF"),
        (b"\x89PNG\r\n", "PNG"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "damaged"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"<html><table></table></html>", "old format"),
        (b"a,b\x00c", "binary"),
        (b"\x81\xff\xff,\n", "encoding"),
    ],
)
def test_what_is_no_spreadsheet(data: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    path.write_bytes(data)
    assert said in refusal(path).en


def test_a_truncated_or_foreign_zip(tmp_path: Path) -> None:
    whole = write_book(tmp_path / "a.xlsx", {"x": [["单位名称", "所在社区"]] * 50}).read_bytes()
    for cut in (30, len(whole) // 2, len(whole) - 10):
        path = tmp_path / f"cut{cut}.xlsx"
        path.write_bytes(whole[:cut])
        assert "damaged" in refusal(path).en
    other = tmp_path / "b.xlsx"
    with zipfile.ZipFile(other, "w") as book:
        book.writestr("word/document.xml", "<a/>")
    assert "Word" in refusal(other).en


def remade(path: Path, changes: dict[str, bytes], out: Path) -> Path:
    """A workbook with some parts replaced."""
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in book.namelist():
            new.writestr(name, changes.get(name) or book.read(name))
        for name in changes.keys() - set(book.namelist()):
            new.writestr(name, changes[name])
    return out


def sheet_xml(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'
    ).encode()


SHEET = "xl/worksheets/sheet1.xml"
A1 = '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'


def test_cells_strewn_too_far_are_refused_before_parsing(tmp_path: Path) -> None:
    plain = write_book(tmp_path / "a.xlsx", {"x": [["a"]]})
    for far in (
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        '<row r="2"><c r = "XFD1048576"><v>1</v></c></row>',
    ):
        path = remade(plain, {SHEET: sheet_xml(A1 + far)}, tmp_path / "far.xlsx")
        assert "1048576" in refusal(path).en


@pytest.mark.parametrize("place", ["xxxxxxxxE7", "A123456789", "99999999"])
def test_places_that_no_sheet_has_are_damage(place: str, tmp_path: Path) -> None:
    plain = write_book(tmp_path / "a.xlsx", {"x": [["a"]]})
    for quote in "\"'":
        cell = f"<row r={quote}2{quote}><c r={quote}{place}{quote}><v>1</v></c></row>"
        path = remade(plain, {SHEET: sheet_xml(A1 + cell)}, tmp_path / "b.xlsx")
        assert "damaged" in refusal(path).en


def test_a_count_beyond_the_part_itself_is_damage(tmp_path: Path) -> None:
    plain = write_book(tmp_path / "a.xlsx", {"x": [["a", "b"]]})
    with zipfile.ZipFile(plain) as book:
        strings = book.read("xl/sharedStrings.xml")
    many = strings.replace(b'uniqueCount="2"', b'uniqueCount="4294967296"')
    assert many != strings
    path = remade(plain, {"xl/sharedStrings.xml": many}, tmp_path / "b.xlsx")
    assert "damaged" in refusal(path).en


def test_a_text_that_looks_like_a_place_is_text(tmp_path: Path) -> None:
    plain = write_book(tmp_path / "a.xlsx", {"x": [["a"]]})
    cell = '<row r="2"><c r="A2" t="inlineStr"><is><t>x r="ABCDEFG9"</t></is></c></row>'
    path = remade(plain, {SHEET: sheet_xml(A1 + cell)}, tmp_path / "b.xlsx")
    assert rows_of(path)[1] == ['x r="ABCDEFG9"']


def test_a_sheet_without_rows_is_scanned_in_bounded_pieces() -> None:
    class Endless(io.RawIOBase):
        left = 40

        def read(self, size: int = -1) -> bytes:
            self.left -= 1
            return b"x" * size if self.left else b""

    pieces = [len(p) for p in _pieces(Endless())]  # type: ignore[arg-type]
    assert max(pieces) < 18 << 20
    assert len(pieces) > 1


def test_far_formatting_alone_does_no_harm(tmp_path: Path) -> None:
    plain = write_book(tmp_path / "a.xlsx", {"x": [["a"]]})
    far = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    path = remade(plain, {SHEET: sheet_xml(A1 + far)}, tmp_path / "b.xlsx")
    assert rows_of(path) == [["x"]]


def test_hostile_parts(tmp_path: Path) -> None:
    plain = write_book(tmp_path / "a.xlsx", {"x": [["a"]]})
    dtd = b'<!DOCTYPE x [<!ENTITY a "b">]>' + sheet_xml(A1)
    assert "DOCTYPE" in refusal(remade(plain, {SHEET: dtd}, tmp_path / "b.xlsx")).en
    with zipfile.ZipFile(tmp_path / "d.xlsx", "w") as z:
        z.writestr("xl/workbook.xml", "<a/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            z.writestr("xl/workbook.xml", "<a/>")
    assert "duplicate" in refusal(tmp_path / "d.xlsx").en
    bomb = {"xl/media/x.xml": b"0" * (4 << 20)}
    assert "large" in refusal(remade(plain, bomb, tmp_path / "c.xlsx")).en
    assert "large" in refusal(plain, limits=Limits(parts=3)).en
    assert "large" in refusal(plain, limits=Limits(file_bytes=10)).en
    assert "large" in refusal(plain, limits=Limits(total_bytes=100)).en


def test_errors_and_empty_formulas_are_flaws_not_blanks(tmp_path: Path) -> None:
    rows = [
        ["单位名称", "人数"],
        ["甲", ("formula", "=1/0", "#DIV/0!")],
        ["乙", ("formula", "=A1", "")],
    ]
    found = rows_of(write_book(tmp_path / "a.xlsx", {"x": rows}))
    assert found[1] == ["甲", Flaw("cell_error", "#DIV/0!")]
    assert found[2] == ["乙", Flaw("cell_formula", "=")]


def test_a_flaw_beyond_the_last_value_is_seen(tmp_path: Path) -> None:
    rows = [["单位名称"], ["甲", None, ("formula", "=1/0", "#N/A")], [], [("formula", "=A1", "")]]
    found = rows_of(write_book(tmp_path / "a.xlsx", {"x": rows}))
    assert found[1][2] == Flaw("cell_error", "#N/A")
    assert found[3][0] == Flaw("cell_formula", "=")


def test_a_formula_with_a_kept_empty_text_is_empty(tmp_path: Path) -> None:
    plain = write_book(tmp_path / "a.xlsx", {"x": [["a"]]})
    kept = '<row r="2"><c r="A2" t="str"><f>B1</f><v></v></c></row>'
    path = remade(plain, {SHEET: sheet_xml(A1 + kept)}, tmp_path / "b.xlsx")
    assert rows_of(path)[1:] in ([], [[""]])


def test_prefixed_and_unnumbered_xml_is_scanned(tmp_path: Path) -> None:
    plain = write_book(tmp_path / "a.xlsx", {"x": [["a"]]})
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = (
        f'<x:worksheet xmlns:x="{space}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>'
        '<x:row r="2" hidden="1"><x:c r="A2" t="e"><x:v>#REF!</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    sheet = read_file(remade(plain, {SHEET: xml.encode()}, tmp_path / "b.xlsx")).sheets[0]
    assert sheet.hidden_rows == {2}
    assert list(sheet.rows())[1] == [Flaw("cell_error", "#REF!")]


def test_leading_empty_rows_and_columns_keep_their_places(tmp_path: Path) -> None:
    rows = [[], [], [None, None, "单位名称", "所在社区"], [None, None, "甲", "乙社区"]]
    sheet = read_file(write_book(tmp_path / "a.xlsx", {"x": rows}, merges={"x": ["D4:D5"]})).sheets[
        0
    ]
    found = list(sheet.rows())
    assert found[2][:4] == ["", "", "单位名称", "所在社区"]
    assert sheet.merges == ((4, 3, 4, 3),)  # as far as there are cells


def test_mutated_workbooks_are_read_or_refused_never_worse(tmp_path: Path) -> None:
    import random

    rng = random.Random(5)
    whole = write_book(
        tmp_path / "a.xlsx", {"驻区单位": [["单位名称", "所在社区"], ["甲", "乙社区"]]}
    ).read_bytes()
    for n in range(150):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 8)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path = tmp_path / f"m{n}.xlsx"
        path.write_bytes(bytes(data))
        result = read(path)
        assert len(result.refused) + len(result.datasets) >= 1


def test_folders_are_walked_and_the_rest_is_told(tmp_path: Path) -> None:
    (tmp_path / "内").mkdir()
    for name in ("b.csv", "内/a.csv", "~$b.xlsx", "读我.txt", ".DS_Store"):
        (tmp_path / name).write_text(ROWS, encoding="utf-8")
    files, issues = find_files([tmp_path])
    assert [f.name for f in files] == ["a.csv", "b.csv"]
    assert [i.file for i in issues] == [".DS_Store", "~$b.xlsx", "读我.txt"]
    with pytest.raises(BadWorkbook, match="no such"):
        find_files([tmp_path / "无"])


def test_a_nested_zip_is_no_spreadsheet(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as z:
        z.writestr("a.csv", ROWS)
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("b.zip", inner.getvalue())
    assert "ZIP" in refusal(path).en
