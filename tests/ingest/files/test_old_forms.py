""".xls, WPS .et and web pages saved as workbooks: what else such files do."""

from __future__ import annotations

import io
import struct
from datetime import date
from pathlib import Path

import pytest
import xlwt

from graph.model.errors import BadWorkbook
from ingest.files.open import read_file
from ingest.files.xls_facts import Broken, read_streams
from ingest.files.xlsx_facts import Limits
from tests.ingest.books import codes, issue, read, read_one

HEADER = ["单位名称", "单位性质", "所在社区"]


def old_book(path: Path, *, epoch: bool = False) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = epoch
    for name, visible in (("驻区单位", 0), ("往年", 1), ("备份", 2)):
        sheet = book.add_sheet(name)
        sheet.visibility = visible
        for r, row in enumerate(
            [HEADER, ["甲超市", "民营企业", "书院社区"], ["乙学校", "学校", "书院社区"]]
        ):
            for c, value in enumerate(row):
                sheet.write(r, c, value)
    sheet = book.add_sheet("日期")
    sheet.write(0, 0, date(2019, 8, 1), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(buffer.getvalue())
    return path


def refused(path: Path, **options: object) -> str:
    with pytest.raises(BadWorkbook) as caught:
        read_file(path, **options)  # type: ignore[arg-type]
    assert "\n" not in caught.value.zh
    return caught.value.en


def test_hidden_sheets_are_named_with_their_rows(tmp_path: Path) -> None:
    path = old_book(tmp_path / "名册.xls")
    found = read(path)
    assert [d.info.sheet for d in found.datasets] == ["驻区单位"]
    told = [i for i in found.issues if i.code == "sheet_hidden"]
    assert [i.sheet for i in told] == ["往年", "备份"]
    assert "有3行" in told[0].zh
    assert len(read(path, hidden=True).datasets) == 3


@pytest.mark.parametrize("epoch", [False, True])
def test_days_count_from_the_epoch_that_the_book_names(epoch: bool, tmp_path: Path) -> None:
    book = read_file(old_book(tmp_path / "a.et", epoch=epoch))
    (cell,) = next(iter(book.sheets[3].rows()))
    assert cell == date(2019, 8, 1)
    assert book.sheets[3].epoch_1904 is epoch


def test_a_password_is_told(tmp_path: Path) -> None:
    data = old_book(tmp_path / "a.xls").read_bytes()
    # 0x2F FILEPASS in the place of the first record after BOF (0xE1 INTERFACEHDR)
    at = data.index(struct.pack("<HH", 0x809, 16)) + 20
    locked = tmp_path / "密.xls"
    locked.write_bytes(data[:at] + struct.pack("<H", 0x2F) + data[at + 2 :])
    assert "password" in refused(locked)


def test_damaged_and_foreign_compound_files(tmp_path: Path) -> None:
    data = old_book(tmp_path / "a.xls").read_bytes()
    path = tmp_path / "b.xls"
    for cut in (8, 300, 513, len(data) // 2):
        path.write_bytes(data[:cut])
        assert "damaged" in refused(path)
    name = "Workbook".encode("utf-16-le")
    path.write_bytes(data.replace(name, "WordDocument"[:8].encode("utf-16-le")))
    assert "not a spreadsheet" in refused(path)
    looped = bytearray(data)
    (first,) = struct.unpack_from("<I", data, 76)  # the first sector of the table of sectors
    struct.pack_into("<128I", looped, (first + 1) * 512, *([0] * 128))
    with pytest.raises(Broken):
        read_streams(bytes(looped))


def test_cells_strewn_in_an_old_book(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("x")
    sheet.write(0, 0, "a")
    sheet.write(65_535, 255, "z")
    buffer = io.BytesIO()
    book.save(buffer)
    path = tmp_path / "a.xls"
    path.write_bytes(buffer.getvalue())
    assert "65536" in refused(path)


@pytest.mark.parametrize("extent", [(5, 2, 0, 3), (0, 9_000_000, 0, 7), (0, 9, 4, 2)])
def test_an_extent_that_would_eat_the_memory_is_damage(
    extent: tuple[int, ...], tmp_path: Path
) -> None:
    # a parser that believes it makes room for billions of cells and is ended by the system
    data = bytearray(old_book(tmp_path / "a.xls").read_bytes())
    at = data.index(struct.pack("<HH", 0x200, 14))
    struct.pack_into("<IIHH", data, at + 4, *extent)
    path = tmp_path / "b.xls"
    path.write_bytes(data)
    assert "damaged" in refused(path)


def page(path: Path, body: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(body.encode(encoding))
    return path


ROWS = "<tr><th>单位名称<th>单位性质<th>所在社区<tr><td>甲&amp;乙超市<td>民营企业<td>书院社区"


@pytest.mark.parametrize(
    ("start", "encoding"),
    [
        ('<html><head><meta charset="gb2312"></head><body>', "gb18030"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=utf-8">', "utf-8"),
        ("<html>", "utf-16"),
        ("\ufeff\n<!-- x -->\n<!DOCTYPE html>", "utf-8"),
        ('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', "utf-8"),
    ],
)
def test_a_page_in_every_encoding(start: str, encoding: str, tmp_path: Path) -> None:
    found = read_one(page(tmp_path / "a.xls", f"{start}<table>{ROWS}</table>", encoding))
    assert [r.name for r in found.rows] == ["甲&乙超市"]  # type: ignore[attr-defined]


def test_a_title_outside_the_table_gives_the_scope_and_scripts_give_nothing(tmp_path: Path) -> None:
    body = (
        "<html><head><title>不要</title><script>document.write('坏')</script></head><body>"
        "<h2>书院街道驻区单位台账</h2><p>填报单位：书院街道</p>"
        f"<table><tr><td colspan=3><img src='http://x.invalid/a.png' onerror=x>{ROWS}"
        "<tr style='display: none'><td>丙学校<td>学校<td><table><tr><td>书院社区</table></table>"
    )
    found = read_one(page(tmp_path / "a.xls", body))
    assert found.info.scope[0] == "书院街道"
    assert [(r.row, r.community) for r in found.rows] == [(5, "书院社区"), (6, "书院社区")]
    assert issue(found, "rows_hidden").level == "info"


def test_spans_that_would_fill_the_memory_are_refused(tmp_path: Path) -> None:
    many = "<td colspan=90000 rowspan=90000>x" * 200
    path = page(tmp_path / "a.xls", f"<table><tr>{many}</table>")
    assert "strewn" in refused(path, limits=Limits(cells=1_000_000))


def test_a_page_without_a_table_and_other_xml(tmp_path: Path) -> None:
    assert "HTML" in refused(page(tmp_path / "a.xls", "<html><body>文字</body></html>"))
    frames = "<html><frameset><frame src='x.files/sheet001.htm'></frameset></html>"
    assert "HTML" in refused(page(tmp_path / "b.xls", frames))
    entity = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    assert "XML" in refused(page(tmp_path / "c.xls", entity))
    broken = "<html><table><tr><td>x</td></tr></table><![<CDATA[/"
    assert "damaged" in refused(page(tmp_path / "e.xls", broken))
    assert "MHTML" in refused(page(tmp_path / "d.xls", "MIME-Version: 1.0\nX: y\n"))


def test_error_values_that_came_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "单位名称,所在社区,职工人数\n#N/A,书院社区,3\n甲,书院社区,#DIV/0!\n乙,#REF!,#####\n"
    )
    found = read_one(path)
    assert [r.name for r in found.rows] == ["甲"]  # type: ignore[attr-defined]
    assert codes(found, "error") == ["cell_error", "cell_error"]
    assert codes(found, "warning").count("cell_error") == 2
