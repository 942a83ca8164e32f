"""The synthetic city: the same every time, marked, well-formed, and true to its answers."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from analysis.city import City
from analysis.policy import Policy
from graph.model.errors import UsageError
from graph.model.identifiers import id_number_is_valid, is_uscc
from graph.model.labels import SheetKind
from graph.model.network import Network
from graph.names.plain import plain
from graph.store.resolving import resolve
from ingest.synthetic.bodies import build_city
from ingest.synthetic.planted_city import DIVISIONS, read_streets
from ingest.synthetic.sample import SampleSummary, write_sample

# The headers that rosters are known to have (the domain's list of sheets).
_HEADERS = """
    网格编码 网格名称 所属社区 社区编码 所属街道 街道编码 户数 人口 常住人口 网格员
    组织名称 统一社会信用代码 组织类型 所在社区 所在网格 上级组织 覆盖范围 覆盖网格 书记 党员数
    序号 单位名称 单位性质 类别 所属行业 系统 地址 党组织名称 职工人数 负责人 联系电话
    可提供资源 是否签订共建协议 兼职委员 备注 登记/备案 证书编号 业务范围 成员人数 成立时间 服务区域
    姓名 性别 出生年月 身份证号 工作单位 工作单位统一社会信用代码 职务 联系方式 居住地社区
    报到社区 所属网格 报到时间 专业特长 认领岗位 服务时长 最近服务日期 政治面貌 服务队伍 服务领域
    服务社区 服务网格 注册时间 累计时长 共建主体 甲方 共建对象 乙方 共建方式 签订日期 有效期至
    活动次数 状态 资源名称 资源类别 提供单位 数量 单位 服务范围 开放时间 需求内容 需求类别 提出主体
    所在街道 紧急程度 期望完成时间 联动类型 小区/网格 参与单位 召集人 日期 轮值主席 项目名称 对应需求
    责任单位 实施地点 起止时间 预算 资金来源 进展 主题 承办单位 所在社区/网格 人次 时长 年度 社区 金额
    """
KNOWN_HEADERS = set(_HEADERS.split())
VERDICTS = {
    "isolated",
    "hub_only",
    "detached",
    "single_thread",
    "thin",
    "narrow",
    "adequate",
    "unknown",
}


def hashes(summary: SampleSummary) -> dict[str, str]:
    paths = (*summary.files, summary.truth)
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}


def tables(summary: SampleSummary) -> Iterator[tuple[str, list[list[Any]]]]:
    """File name and rows of every sheet but the real divisions."""
    for path in summary.files:
        if path.name == DIVISIONS.name:
            continue
        if path.suffix == ".csv":
            yield path.name, list(csv.reader(_text(path).splitlines(keepends=True)))
        else:
            book = CalamineWorkbook.from_path(path)
            for name in book.sheet_names:
                yield path.name, book.get_sheet_by_name(name).to_python()


def _text(path: Path) -> str:
    data = path.read_bytes()
    encoding = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "gb18030"
    return data.decode(encoding)


def header_of(rows: list[list[Any]]) -> int:
    """Index of the header row: the first with four filled cells that starts like one."""
    for at, row in enumerate(rows):
        if "".join(str(row[0]).split()) in ("序号", "网格编码", "日期", "年度"):
            return at
    raise AssertionError(f"no header among {rows[:4]}")


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    return write_sample(tmp_path_factory.mktemp("city") / "messy", seed=11)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    return write_sample(tmp_path_factory.mktemp("city") / "clean", seed=11, messy=False)


# ------------------------------------------------------------------------------- the files


def test_equal_seeds_write_equal_bytes(tmp_path: Path, messy: SampleSummary) -> None:
    again = write_sample(tmp_path / "again", seed=11)
    other = write_sample(tmp_path / "other", seed=12)
    assert hashes(again) == hashes(messy)
    assert hashes(other)["truth.json"] != hashes(messy)["truth.json"]


def test_default_city_has_three_streets_and_some_200_grids(messy: SampleSummary) -> None:
    assert messy.streets == 3
    assert 150 <= messy.grids <= 250
    assert messy.people == 15 * messy.grids
    assert messy.bodies > messy.grids * 5


def test_every_made_file_is_marked(messy: SampleSummary, clean: SampleSummary) -> None:
    for summary in (messy, clean):
        made = [p for p in summary.files if p.name != DIVISIONS.name]
        assert made
        assert all("合成数据" in p.name for p in made)
    for _, rows in tables(messy):
        assert "合成数据" in str(rows[0][0])


def test_divisions_are_the_real_ones(messy: SampleSummary) -> None:
    assert (messy.out / DIVISIONS.name).read_bytes() == DIVISIONS.read_bytes()


def test_headers_are_known(messy: SampleSummary, clean: SampleSummary) -> None:
    for summary in (messy, clean):
        for name, rows in tables(summary):
            if rows[0][0] == "一、本表为合成数据。":
                continue
            found = {"".join(str(c).split()) for c in rows[header_of(rows)]} - {""}
            assert found <= KNOWN_HEADERS, (name, found - KNOWN_HEADERS)


def test_messy_forms_are_there(messy: SampleSummary) -> None:
    cells = [str(c) for _, rows in tables(messy) for row in rows for c in row]
    firsts = [str(row[0]) for _, rows in tables(messy) for row in rows]
    assert any("\n" in c for c in cells)  # line breaks in headers
    assert any(f.replace(" ", "") in ("合计", "总计") for f in firsts)
    assert any(f.startswith("填表人") for f in firsts)
    assert any(f.startswith("填报单位") for f in firsts)
    assert any("（" not in c and c.endswith("社区") for c in cells)
    assert any(c.endswith("社区居民委员会") for c in cells)
    assert any("　" in c for c in cells)
    assert any(c in ("若干", "约30") for c in cells)
    assert any(c.strip("０１２３４５６７８９") == "" and c for c in cells)
    assert any("年" in c and c.endswith("月") for c in cells)
    encodings = {p.read_bytes()[:3] == b"\xef\xbb\xbf" for p in messy.files if "报到" in p.name}
    assert encodings == {True, False}
    book = CalamineWorkbook.from_path(
        next(p for p in messy.files if "新华街道驻区单位台账" in p.name)
    )
    assert len(book.sheet_names) > 5


def test_codes_and_numbers_are_well_formed_and_nobodys(clean: SampleSummary) -> None:
    codes, ids, phones = set(), [], set()
    for _, rows in tables(clean):
        header = [str(c) for c in rows[0]]
        for row in rows[1:]:
            for name, value in zip(header, row, strict=False):
                if "信用代码" in name and value:
                    codes.add(str(value))
                elif name == "身份证号" and value:
                    ids.append(value)
                elif name in ("联系电话", "联系方式") and value:
                    phones.add(str(value))
    assert len(codes) > 500
    assert all(is_uscc(code) and code[8:10] == "XX" for code in codes)
    assert len(ids) > 2000
    assert all(isinstance(i, str) and id_number_is_valid(i) for i in ids)
    assert all(i.startswith("420999") for i in ids)
    assert all(len(p) == 11 and p.startswith("10000") for p in phones)


@pytest.mark.parametrize(
    ("size", "streets", "grids"),
    [({"streets": 1}, 1, None), ({"streets": 2, "grids": 30}, 2, 30), ({"grids": 12}, 1, 12)],
)
def test_size_is_as_asked(
    tmp_path: Path, size: dict[str, int], streets: int, grids: int | None
) -> None:
    summary = write_sample(tmp_path / "out", seed=3, people=100, **size)
    assert summary.streets == streets
    assert grids is None or summary.grids == grids
    assert summary.people == 100
    assert len(json.loads(summary.truth.read_text(encoding="utf-8"))["grids"]) == summary.grids


def test_whole_city_is_planned_at_its_size() -> None:
    """3,000 grids on all 2,263 communities, 20,000 bodies (offices come on top here)."""
    from datetime import date

    city = build_city(seed=1, on=date(2019, 8, 1), streets=None, grids=3000, bodies_per_grid=4.3)
    assert sum(1 for _ in city.communities()) == 2263
    assert sum(1 for _ in city.grids()) == 3000
    assert len(city.actors) >= 12_900
    assert {g.verdict for g in city.grids()} == VERDICTS


def test_streets_come_most_urban_first() -> None:
    streets = read_streets(DIVISIONS)
    assert [s.name for s in streets[:3]] == ["书院街道", "新华街道", "广场街道"]
    assert sum(len(s.communities) for s in streets) == 2263


@pytest.mark.parametrize(
    "wrong", [{"streets": 0}, {"streets": 129}, {"grids": 5}, {"date": "2019年8月"}]
)
def test_what_cannot_be_made_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        write_sample(tmp_path / "out", seed=1, **wrong)


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(UsageError):
        write_sample(tmp_path, seed=1)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


# ------------------------------------------------------------------------------- the answers


def test_every_verdict_is_planted(messy: SampleSummary) -> None:
    truth = json.loads(messy.truth.read_text(encoding="utf-8"))
    assert {g["verdict"] for g in truth["grids"]} == VERDICTS
    parts = {part for need in truth["needs"] for part in need["parts"]}
    assert parts >= {"matchable", "sharing_gap", "exhausted", "absent", "unclassified"}
    assert {need["requested"] is None for need in truth["needs"]} == {True, False}


def test_mess_changes_no_answer(messy: SampleSummary, clean: SampleSummary) -> None:
    assert messy.truth.read_bytes() == clean.truth.read_bytes()


def read_network(summary: SampleSummary) -> Network:
    from ingest.reading.read import read_datasets

    read = read_datasets([summary.out], secret=b"test", synthetic=True)
    errors = [i for d in read.datasets for i in d.issues if i.level == "error"]
    assert not read.refused
    assert read.questions == []  # every kind of sheet goes in without one
    assert not errors, errors[:5]
    assert all(d.info.rows_rejected == 0 for d in read.datasets)
    wanted = resolve(read.datasets)
    assert not wanted.waiting, [i for i in wanted.issues if i.level != "info"][:5]
    return Network.from_wanted(wanted, as_of=summary.date)


@pytest.fixture(scope="module", params=["messy", "clean"])
def answered(request: pytest.FixtureRequest) -> tuple[Network, dict[str, Any]]:
    summary: SampleSummary = request.getfixturevalue(request.param)
    return read_network(summary), json.loads(summary.truth.read_text(encoding="utf-8"))


def test_weak_grids_come_out_as_planted(answered: tuple[Network, dict[str, Any]]) -> None:
    from analysis.weak.weak_grids import weak_grids

    network, truth = answered
    found = {a.code: a for a in weak_grids(City(network, Policy(), truth["date"])).areas}
    assert len(found) == len(truth["grids"])
    for grid in truth["grids"]:
        area = found[grid["code"]]
        came = {
            "verdict": area.verdict,
            "residents": area.residents,
            "members": area.members,
            "volunteers": area.volunteers,
            "partners": area.partners,
            "partner_kinds": area.partner_kinds,
            "lapsed": None if area.lapsed is None else len(area.lapsed),
        }
        assert came == {name: grid[name] for name in came}, grid
        if grid["verdict"] == "single_thread":
            assert area.cut == 1
            names = [plain(network.name_of[a]) for a in area.cut_actors or ()]
            assert names == grid["cut_actors"]
        elif grid["verdict"] in ("thin", "narrow", "adequate"):
            assert area.cut is not None
            assert area.cut >= 2
            assert area.in_main


def test_every_kind_of_sheet_comes_in(answered: tuple[Network, dict[str, Any]]) -> None:
    network, _ = answered
    assert set(network.datasets["kind"]) == {str(kind) for kind in SheetKind}
    kinds = network.events.group_by("label", "kind").len()
    assert {"three_party", "three_society", "council"} <= set(kinds["kind"])
    assert network.funds["amount"].null_count() == 0
    taking_part = network.ties.filter(type="PARTICIPATES")
    assert set(taking_part["role"]) == {"lead", "participant", "convener", "chair"}
    assert taking_part["turn"].max() == 3
    assert "社工" in set(network.events["also"].explode())


def test_gaps_come_out_as_planted(answered: tuple[Network, dict[str, Any]]) -> None:
    network, truth = answered
    gaps = City(network, Policy(), truth["date"]).gaps.by_need()
    needs = {(n.area, n.name): n for n in gaps.needs}
    assert len(needs) == len(truth["needs"])
    for need in truth["needs"]:
        came = needs[need["area"], need["name"]]
        assert came.requested == need["requested"]
        parts = {k: v for k, v in came.parts.model_dump().items() if v}
        assert parts == pytest.approx({k: v for k, v in need["parts"].items() if v}), need
