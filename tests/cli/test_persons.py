"""Persons planted in every place of a sheet are nowhere in the home, and in nothing that it gives.

Names and numbers are made up.
"""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest

from tests.cli.conftest import Gongjian

DIVISIONS = (
    "county_code,county_name,street_code,street_name,community_code,community_name\n"
    "420902,孝南区,420902001,书院街道,420902001001,书院社区\n"
    "420902,孝南区,420902001,书院街道,420902001002,北外社区\n"
)
NUMBERS = (
    "139 0712 3456", "１３９０７１２３４５８", "+86 13907123459", "0712-2801234", "13907 123462",
    "420902 19870329 0012", "42090219870329001X", "420902870329001", "139/0712/3464",
)  # fmt: skip
NAMES = (
    "王小明", "陈大伟", "赵建国", "孙志强", "王丽娟", "李桂芳", "刘德明", "王秀英", "周建华", "吴美玲", "郑爱萍",
)  # fmt: skip
UNITS = "书院街道驻区单位台账（联系人：赵建国13907123498）\n单位名称,单位性质,所在社区,负责人,提供服务,备注\n"
TIES = "共建主体,共建对象,所在社区,共建方式,签订日期,备注\n"
NEEDS = "需求内容,需求类别,提出主体,所在社区,数量,单位,备注\n"
PLANTED = {
    "书院街道驻区单位台账13907123499.csv": UNITS
    + "".join(
        f"合成单位{i}号 {n},民营企业,书院社区,王小明,联系{n}送餐,{n}\n" for i, n in enumerate(NUMBERS)
    )
    + "大众超市（联系人：陈大伟）,民营企业,书院社区,陈大伟,找陈大伟老师,住3栋201陈大伟家\n",
    "书院街道共建关系台账-郑爱萍.csv": TIES
    + "".join(
        f"{subject},{place},{place},结对共建,2019-01-01,\n"
        for subject, place in (
            ("张某书记", "书院社区"), ("老师孙志强", "书院社区"), ("市财政局王丽娟", "书院社区"),
            ("合成银行（负责人：李桂芳）", "北外社区"), ("刘德明", "北外社区"), ("万达", "北外社区"),
        )
    ),
    "书院街道需求清单.csv": NEEDS
    + "独居老人王秀英送餐,助餐,居民王秀英,书院社区,3,份,\n"
    + "给周建华老师修水管 13907123477,维修,周建华,书院社区,1,次,3栋201\n"
    + "陪诊（找吴美玲）,陪诊,书院社区,北外社区,2,次,\n",
}  # fmt: skip


@pytest.fixture
def planted(tmp_path: Path, gongjian: Gongjian) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    divisions = folder / "区划代码表.csv"
    divisions.write_text(DIVISIONS, encoding="utf-8")
    assert gongjian("import", divisions).code == 0
    for name, text in PLANTED.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def secrets() -> list[str]:
    digits = [re.sub(r"\D", "", unicodedata.normalize("NFKC", n))[-8:] for n in NUMBERS]
    return [*NAMES, *NUMBERS, *digits, "07123498", "07123499", "07123477", "3栋201"]


def leaks(folder: Path) -> list[tuple[str, str]]:
    found = []
    for path in folder.rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        for secret in secrets():
            if any(secret.encode(e) in held for e in ("utf-8", "utf-16-le", "gb18030")):
                found.append((path.name, secret))
            if secret in path.name:
                found.append((path.name, secret))
    return found


def test_planted_persons_are_nowhere(planted: Path, gongjian: Gongjian, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    told = gongjian("import", planted, "--format", "json", "--accept", "column_not_read")
    names = {d["kind"]: d for d in told.json()["datasets"]}
    assert names["resident_units"]["rows_read"] == len(NUMBERS) + 1  # rows and bodies arrive
    assert names["ties"]["rows_rejected"] == 2  # 张某书记 and 老师孙志强 name no body
    calls: tuple[tuple[str | Path, ...], ...] = (
        ("import", planted),
        ("review", "--all", "--format", "json"),
        ("weak-grids", "--level", "community", "--format", "json"),
        ("gaps", "--format", "json"),
        ("datasets", "--format", "json"),
        ("map", "--out", out / "map.html"),
        ("export", "--to", "graphml", "--out", out / "x.graphml"),
    )
    texts = [told.text, *(gongjian(*words).text for words in calls)]
    (out / "said.txt").write_text("\n".join(texts), encoding="utf-8")
    assert leaks(out) == []
    assert leaks(tmp_path / ".gongjian") == []


def test_bare_names_are_asked_about_once_a_sheet(planted: Path, gongjian: Gongjian) -> None:
    gongjian("import", planted, "--accept", "column_not_read")
    items = json.loads(gongjian("review", "--format", "json").text)["items"]
    (ties,) = [i for i in items if i["subject"] == "persons" and "共建" in i["a"]["name"]]
    assert ties["waits"] == 1  # 刘德明; 万达 is known as a firm
    assert gongjian("review", "--accept", ties["id"]).code == 0
    assert gongjian("import", planted, "--accept", "column_not_read").code in (0, 1)
    said = gongjian("import", planted, "--format", "json", "--accept", "column_not_read").json()
    shown = [i["value_shown"] for i in said["issues"] if i["code"] == "name_unlisted"]
    assert "刘德明" in shown  # a person said that it is a body's name


def test_a_roster_that_lists_the_name_lets_it_in(planted: Path, gongjian: Gongjian) -> None:
    roster = planted.parent / "社会组织台账.csv"
    roster.write_text(
        "社会组织名称,统一社会信用代码,所在社区\n刘德明,51420902MJH000003C,北外社区\n",
        encoding="utf-8",
    )
    gongjian("import", planted, "--accept", "column_not_read")
    before = json.loads(gongjian("review", "--format", "json").text)["items"]
    assert any(i["subject"] == "persons" and "共建" in i["a"]["name"] for i in before)
    gongjian("import", roster)
    after = json.loads(gongjian("review", "--format", "json").text)["items"]
    assert not any(i["subject"] == "persons" and "共建" in i["a"]["name"] for i in after)


def test_an_id_number_in_a_column_of_codes_is_no_code(gongjian: Gongjian, tmp_path: Path) -> None:
    divisions = tmp_path / "区划代码表.csv"
    divisions.write_text(DIVISIONS, encoding="utf-8")
    assert gongjian("import", divisions).code == 0
    sheet = tmp_path / "驻区单位台账.csv"
    sheet.write_text(
        "单位名称,统一社会信用代码,单位性质,所在社区\n"
        "合成理发店,420902198703290012,民营企业,书院社区\n"
        "合成五金店,42090219870329003X,民营企业,书院社区\n"
        '合成超市,="914403001922038216",民营企业,书院社区\n',
        encoding="utf-8",
    )
    found = gongjian("import", sheet, "--format", "json")
    (dataset,) = found.json()["datasets"]
    assert (dataset["rows_read"], dataset["rows_rejected"]) == (3, 0)
    told = [(i["code"], i["value_shown"]) for i in found.json()["issues"] if i["column"]]
    assert told.count(("personal_in_text", "***")) == 2
    assert leaks(tmp_path / ".gongjian") == []
    out = tmp_path / "x.graphml"
    gongjian("export", "--to", "graphml", "--out", out)
    text = out.read_text(encoding="utf-8")
    assert "914403001922038216" in text  # what guards a code in Excel is no part of it
    assert "合成理发店" in text
    assert "合成五金店" in text
