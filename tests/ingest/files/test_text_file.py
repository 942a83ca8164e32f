"""Text files: encodings line by line, stray quotation marks, columns without a header.

Expected rows are what the texts say, read by eye; byte sequences are made by Python's codecs.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graph.model.errors import BadWorkbook, UsageError
from graph.model.readable import readable
from graph.store.store import open_store
from ingest.files.csv_rows import CsvRows
from ingest.files.encodings import decode
from ingest.files.open import find_files, read_file
from tests.ingest.books import read

HEADER = "序号,单位名称,单位性质,所在社区,所在网格,备注"
ROWS = [
    f"{n},合成{c}店,民营企业,书院社区,第{n}网格," for n, c in enumerate("甲乙丙丁戊己", start=1)
]
NAMES = [f"合成{c}店" for c in "甲乙丙丁戊己"]


def names(text: str | bytes, tmp_path: Path) -> tuple[list[str], list[str]]:
    """Names of the bodies, and codes of what is told, of a roster."""
    path = tmp_path / "驻区单位台账.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    result = read(path)
    assert result.refused == []
    told = [*result.issues, *(i for d in result.datasets for i in d.issues)]
    return [r.name for d in result.datasets for r in d.rows], [i.code for i in told]  # type: ignore[union-attr]


def refused(text: str | bytes, tmp_path: Path) -> str:
    path = tmp_path / "驻区单位台账.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BadWorkbook) as caught:
        read_file(path)
    return caught.value.zh


def lines(*changed: tuple[int, str]) -> str:
    rows = list(ROWS)
    for number, row in changed:
        rows[number - 1] = row
    return "\n".join([HEADER, *rows]) + "\n"


# ------------------------------------------------------------------------ quotation marks
@pytest.mark.parametrize(
    ("row", "name"),
    [
        ('2,"合成乙店,民营企业,书院社区,第2网格,', "合成乙店"),
        ('2,"合成"乙店,民营企业,书院社区,第2网格,"', '合成"乙店'),
        ('2,合成乙店,民营企业,书院社区,第2网格,"红色驿站', "合成乙店"),
        ('"2,合成乙店,民营企业,书院社区,第2网格,', "合成乙店"),
        ('2,"合成乙店,民营企业,"书院社区",第2网格,', "合成乙店"),
    ],
)
def test_a_stray_mark_swallows_no_row(row: str, name: str, tmp_path: Path) -> None:
    found, told = names(lines((2, row)), tmp_path)
    assert found == [NAMES[0], name, *NAMES[2:]]
    assert told.count("quote_stray") == 1


def test_two_stray_marks_that_look_like_one_long_cell(tmp_path: Path) -> None:
    two = lines(
        (2, '2,"合成乙店,民营企业,书院社区,第2网格,'), (4, '4,合成丁店",民营企业,书院社区,第4网格,')
    )
    found, told = names(two, tmp_path)
    assert found == [*NAMES[:3], '合成丁店"', *NAMES[4:]]
    assert told == ["quote_stray"]
    same_column = lines(
        (2, '2,合成乙店,民营企业,"书院社区,第2网格,'), (3, '3,合成丙店,民营企业,书院社区",第3网格,')
    )
    assert names(same_column, tmp_path)[0] == NAMES


def test_marks_that_are_in_order_are_as_before(tmp_path: Path) -> None:
    text = lines(
        (2, '2,"合成乙店",民营企业,"书院社区",第2网格,"三人\n四人, 五人\n六人"'),
        (3, '3,"合成""丙""店",民营企业,书院社区,第3网格,"a, b, c, d"'),
        (4, '4,合成"丁"店,民营企业,书院社区,第4网格,'),
    )
    found, told = names(text, tmp_path)
    assert found == [*NAMES[:2], '合成"丙"店', '合成"丁"店', *NAMES[4:]]
    assert told == []
    quoted = "\n".join(",".join(f'"{c}"' for c in r.split(",")) for r in [HEADER, *ROWS])
    assert names(quoted, tmp_path) == (NAMES, [])


def test_a_mark_that_can_not_be_told_names_its_line(tmp_path: Path) -> None:
    text = lines((3, '3,"合成丙店,民营企业,书院社区,第3网格,多,余,的,格'))
    assert "第4行" in refused(text, tmp_path)
    after_a_long_cell = lines((1, '1,"合成\n甲店",民营企业,书院社区,第1网格,"说明,的'))
    assert "第3行" in refused(after_a_long_cell, tmp_path)


def test_a_mark_in_a_large_file_does_not_hide_its_end() -> None:
    rows = [f"{n},合成{n}店,书院社区," for n in range(20_000)]
    rows[9] = '9,"合成9店,书院社区,'
    read_rows = CsvRows("\n".join(["序号,单位名称,所在社区,备注", *rows]), ",", "a.csv")
    found = list(read_rows)
    assert len(found) == 20_001
    assert [s.line for s in read_rows.strays] == [11]


# ------------------------------------------------------------------------------ encodings
@pytest.mark.parametrize(("most", "other"), [("gb18030", "utf-8"), ("utf-8", "gb18030")])
@pytest.mark.parametrize("at", [1, 4, 6])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_of_two_encodings_are_read_each_in_its_own(
    most: str, other: str, at: int, end: str, tmp_path: Path
) -> None:
    data = [HEADER.encode(most), *(r.encode(most) for r in ROWS)]
    data[at] = ROWS[at - 1].encode(other)
    found, told = names(end.encode().join(data), tmp_path)
    assert found == NAMES
    assert told == ["encoding_mixed"]


def test_a_utf8_row_that_happens_to_be_sound_gbk(tmp_path: Path) -> None:
    row = "2,合成乙店2,民营企业,书院社区,二网,"
    row.encode().decode("gb18030")  # every run of it is even: sound, and nonsense
    data = [HEADER.encode("gbk"), ROWS[0].encode("gbk"), row.encode(), ROWS[2].encode("gbk")]
    assert names(b"\n".join(data), tmp_path)[0] == [NAMES[0], "合成乙店2", NAMES[2]]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    data = lines().encode().split(b"\n")
    data[3] = data[3].replace("丙".encode(), "丙".encode()[:2])
    assert "第4行" in refused(b"\n".join(data), tmp_path)
    data = lines().encode("gb18030").split(b"\n")
    data[2] = data[2].replace(b",,", b",\xff,") + b"\xff"
    assert "第3行" in refused(b"\n".join(data), tmp_path)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            "序號,單位名稱,統一社會信用代碼,所在社區\n1,合成書院超市,,書院社區\n".encode("big5"),
            "Big5",
        ),
        (lines().encode("utf-16-le"), "UTF-16"),
        (lines().encode("utf-16-be"), "UTF-16"),
        (lines().encode("utf-32"), "UTF-32"),
        (lines().encode().decode("gb18030", "replace").encode(), "UTF-8→GBK"),
        (lines().encode().decode("latin-1").encode(), "UTF-8→Latin-1"),
        (lines().encode("gbk").decode("latin-1").encode(), "GBK→Latin-1"),
        (
            "單位名稱,所在社區,單位性質\n合成書院超市,書院社區,學校\n".encode("big5")
            .decode("gb18030")
            .encode(),
            "Big5→GBK",
        ),
        (b"\x09\x00\x04\x00\x02\x00\x10\x00" + b"\0" * 40, "BIFF2"),
        (b"\x09\x02\x06\x00\x00\x00\x10\x00\0\0" + b"\0" * 40, "BIFF3"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00\0\0" + b"\0" * 40, "BIFF4"),
        (b"\x09\x08\x08\x00\x00\x05\x10\x00" + b"\0" * 40, "BIFF5"),
    ],
)
def test_what_is_not_read_is_called_by_its_name(data: bytes, said: str, tmp_path: Path) -> None:
    told = refused(data, tmp_path)
    assert said in told
    assert "另存为" in told or "重新导出" in told


def test_one_garbled_row_names_its_line(tmp_path: Path) -> None:
    garbled = "2,合成北池诊所,民营企业,书院社区,,".encode().decode("gb18030", "replace")
    assert "第3行" in refused(lines((2, garbled)), tmp_path)
    latin = "2,合成北池诊所,民营企业,书院社区,,".encode("gbk").decode("latin-1")
    assert "第3行" in refused(lines((2, latin)), tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "汈汊湖管理局",
        "José Peña 咖啡",
        "澴西溇澧漕店",
        "ÄÖÜäöü店",
        "°C·°F商店",
        "垱铺𠮷䶮店",
        "網絡書店",
    ],
)
def test_rare_characters_are_no_garbled_text(name: str, tmp_path: Path) -> None:
    for encoding in ("utf-8", "gb18030"):
        text = lines((2, f"2,{name},民营企业,书院社区,第2网格,"))
        assert decode(text.encode(encoding), "a.csv").text == text


# ------------------------------------------------------------------- columns without a header
def test_remarks_in_a_last_column_without_a_header(tmp_path: Path) -> None:
    head = HEADER.removesuffix(",备注")
    rows = [f"{r}说明{n}" for n, r in enumerate(ROWS)]
    found, told = names("\n".join([head + ",", *rows]), tmp_path)
    assert (found, told) == (NAMES, ["cells_surplus"])
    found, told = names("\n".join([head, *rows]), tmp_path)
    assert (found, told) == (NAMES, ["cells_surplus"])
    one = [*(r.removesuffix(",") for r in ROWS[:5]), ROWS[5] + "只此一格"]
    found, told = names("\n".join([head + ",", *one]), tmp_path)
    assert (found, told) == (NAMES, ["cells_surplus"])


def test_a_row_that_is_longer_than_all_others_has_shifted(tmp_path: Path) -> None:
    found, told = names(lines((2, "2,合成,乙店,民营企业,书院社区,第2网格,说明")), tmp_path)
    assert found == [NAMES[0], *NAMES[2:]]
    assert "cells_surplus" in told


# ------------------------------------------------------------------------------- file names
def test_a_file_name_in_gbk_bytes_is_shown_decoded(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + "/书院街道驻区单位台账.csv".encode("gbk")
    Path(os.fsdecode(raw)).write_bytes(lines().encode())
    for isolated in (False, True):
        (dataset,) = read(tmp_path, isolated=isolated).datasets
        assert dataset.info.file == "书院街道驻区单位台账.csv"
        assert dataset.info.series == "resident_units||书院街道驻区单位台账|"
        assert "书院街道驻区单位台账" in dataset.info.scope


def test_every_message_about_such_a_file_is_printable(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + "/孝南区".encode("gbk")))
    folder.mkdir()
    for name, data in (("空.csv", b""), ("旁.txt", b"x"), ("甲.csv", lines().encode())):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name.encode("gbk"))).write_bytes(data)
    result = read(folder)
    assert [e.zh[:5] for e in result.refused] == ["空.csv"]
    assert [i.file for i in result.issues] == ["旁.txt"]
    with pytest.raises(BadWorkbook, match=r"孝南区/没有\.csv"):
        find_files([Path(os.fsdecode(os.fsencode(folder) + "/没有.csv".encode("gbk")))])


@pytest.mark.parametrize("name", ["书院.csv", "a.csv", "José.csv", "网格③—表.xlsx", "𠮷.et"])
def test_names_that_are_sound_stay(name: str) -> None:
    assert readable(name) == name


def test_a_home_under_such_a_path_is_refused_by_its_readable_name(tmp_path: Path) -> None:
    home = Path(os.fsdecode(os.fsencode(tmp_path) + "/孝南区".encode("gbk")))
    with pytest.raises(UsageError, match="孝南区") as caught:
        open_store(store_dir=home)
    assert "改名" in caught.value.zh
