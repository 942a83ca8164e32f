"""The commands on a real store: shapes, filters, exit codes, nothing half-written."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import networkx as nx
import pytest

from cli.commands.json_schema import SCHEMAS, schema_of
from tests.cli.conftest import DAY, Gongjian, Said


def valid(said: Said, name: str) -> Any:
    """The JSON of a call, checked against the schema that the program gives for it."""
    assert said.code in (0, 1), said.err
    found = said.json()
    jsonschema.validate(found, schema_of(name))
    return found


# ------------------------------------------------------------------------ judging


def test_weak_grids_have_the_contracts_shape(gongjian: Gongjian, home: Path) -> None:
    found = valid(gongjian("weak-grids", "--format", "json", "--store", home), "weak-grids")
    assert {"date", "area", "level", "policy_hash", "seed", "areas", "summary"} <= set(found)
    assert found["date"] == DAY
    assert found["area"] is None
    assert found["level"] == "grid"
    watched = {"thin", "narrow"}
    assert found["areas"]
    assert all(area["weak"] or area["verdict"] in watched for area in found["areas"])
    ranks = [area["rank"] for area in found["areas"]]
    assert ranks == sorted(ranks)
    assert sum(found["summary"].values()) == 24


def test_all_grids_are_more_than_the_weak_ones(gongjian: Gongjian, home: Path) -> None:
    found = valid(
        gongjian("weak-grids", "--all", "--format", "json", "--store", home), "weak-grids"
    )
    assert len(found["areas"]) == 24
    assert {area["verdict"] for area in found["areas"]} >= {"adequate", "unknown"}


def headings(table: str) -> list[str]:
    """Headings of the table of weak grids in English, from left to right."""
    return next(line.split() for line in table.splitlines() if line.split()[:1] == ["rank"])


def test_certainty_and_measures_are_told_where_asked_for(
    gongjian: Gongjian, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")  # a heading is not broken into two lines
    plain = gongjian("weak-grids", "--all", "--format", "json", "--store", home).json()
    assert plain["seed"] is None
    assert {a["p_weak"] for a in plain["areas"]} == {None}
    assert all(a["would_change"] for a in plain["areas"] if a["weak"])
    asked = ("weak-grids", "--all", "--certainty", "--measures", "--store", home)
    found = valid(gongjian(*asked, "--format", "json"), "weak-grids")
    assert found["seed"] == 2019
    for area in found["areas"]:
        known = area["verdict"] != "unknown"
        assert (area["p_weak"] is not None) == (area["coreness"] is not None) == known
        assert area["firm"] == (area["weak"] and area["p_weak"] >= 0.8 if known else None)
    assert gongjian(*asked, "--format", "json").json() == found
    table = gongjian("weak-grids", "--certainty", "--lang", "en", "--store", home).text
    assert headings(table)[-3:] == ["p_weak", "firm", "reasons"]
    unasked = gongjian("weak-grids", "--lang", "en", "--store", home).text
    assert not {"p_weak", "firm"} & set(headings(unasked))
    assert "Add 2 partners" in " ".join(table.split())
    assert "firm,z_partners" in gongjian(*asked, "--format", "csv").text.splitlines()[0]


def test_an_area_is_the_same_by_code_and_by_name(gongjian: Gongjian, home: Path) -> None:
    whole = gongjian("weak-grids", "--all", "--format", "json", "--store", home).json()
    by_name = gongjian(
        "weak-grids", "--all", "--format", "json", "--store", home, "--area", "书院街道"
    )
    code = by_name.json()["area"]
    by_code = gongjian("weak-grids", "--all", "--format", "json", "--store", home, "--area", code)
    assert by_code.out == by_name.out
    inside = [area for area in whole["areas"] if code in area["path"]]
    assert by_name.json()["areas"] == inside
    assert 0 < len(inside) < len(whole["areas"])


def test_options_may_stand_before_the_command(gongjian: Gongjian, home: Path) -> None:
    after = gongjian("weak-grids", "--format", "json", "--store", home)
    before = gongjian("--format", "json", "--store", home, "weak-grids")
    assert before.out == after.out


def test_an_unknown_area_is_code_2(gongjian: Gongjian, home: Path) -> None:
    said = gongjian("gaps", "--store", home, "--area", "没有的街道")
    assert said.code == 2
    assert said.out == b""
    assert said.err.count("\n") == 1
    assert "没有的街道" in said.err


@pytest.mark.parametrize("level", ["community", "street", "district"])
def test_coarser_levels_are_judged(gongjian: Gongjian, home: Path, level: str) -> None:
    said = gongjian("weak-grids", "--all", "--level", level, "--format", "json", "--store", home)
    assert valid(said, "weak-grids")["level"] == level


@pytest.mark.parametrize(
    ("by", "rows"), [("category", "categories"), ("area", "areas"), ("need", "needs")]
)
def test_gaps_have_the_contracts_shape(gongjian: Gongjian, home: Path, by: str, rows: str) -> None:
    said = gongjian("gaps", "--by", by, "--format", "json", "--store", home)
    found = valid(said, f"gaps-by-{by}")
    assert found[rows]
    parts = {"met", "matchable", "sharing_gap", "exhausted", "absent", "unclassified"}
    assert all(set(row["parts"]) == parts for row in found[rows])
    if by == "category":
        assert said.out == gongjian("gaps", "--format", "json", "--store", home).out


@pytest.mark.parametrize(("by", "rows"), [("offer", "offers"), ("service", "areas")])
def test_other_views_of_the_gaps(gongjian: Gongjian, home: Path, by: str, rows: str) -> None:
    said = gongjian("gaps", "--by", by, "--format", "json", "--store", home)
    assert valid(said, f"gaps-by-{by}")[rows]


def test_a_need_leads_back_to_its_cells(gongjian: Gongjian, home: Path) -> None:
    said = gongjian("gaps", "--by", "need", "--format", "json", "--store", home)
    for need in json.loads(said.text)["needs"]:
        source, *_ = need["sources"]
        assert source["file"]
        assert source["cells"]["name"].endswith(str(source["row"]))


@pytest.mark.parametrize(
    "arguments",
    [
        ("weak-grids",),
        *(("gaps", "--by", by) for by in ("category", *["need", "area", "offer", "service"])),
    ],
)
def test_csv_opens_in_excel(gongjian: Gongjian, home: Path, arguments: tuple[str, ...]) -> None:
    said = gongjian(*arguments, "--format", "csv", "--store", home)
    assert said.out.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(said.out.decode("utf-8-sig"), newline="")))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("weak-grids", "--all", "--measures"),
        ("gaps",),
        ("gaps", "--by", "need"),
        ("gaps", "--by", "area"),
        ("gaps", "--by", "offer"),
        ("gaps", "--by", "service"),
        ("datasets",),
        ("check",),
    ],
)
def test_tables_for_people(
    gongjian: Gongjian, home: Path, arguments: tuple[str, ...], lang: str
) -> None:
    said = gongjian(*arguments, "--lang", lang, "--store", home)
    assert said.code == 0, said.err
    assert said.err == ""
    assert "\x1b" not in said.text
    assert len(said.text.splitlines()) > 3


def test_the_table_gives_verdicts_and_reasons_in_chinese(gongjian: Gongjian, home: Path) -> None:
    text = gongjian("weak-grids", "--all", "--store", home).text
    assert "正常" in text
    assert "数据不足" in text
    assert "isolated" not in text
    assert "合成" in text or "生成的演示数据" in text


def test_the_same_call_gives_the_same_bytes(gongjian: Gongjian, home: Path) -> None:
    arguments = ("gaps", "--by", "need", "--format", "json", "--store", home)
    assert gongjian(*arguments).out == gongjian(*arguments).out


def test_a_day_before_everything(gongjian: Gongjian, home: Path) -> None:
    said = gongjian("weak-grids", "--date", "1999-01-01", "--format", "json", "--store", home)
    assert valid(said, "weak-grids")["date"] == "1999-01-01"


def test_an_empty_home_is_no_error(gongjian: Gongjian, tmp_path: Path) -> None:
    for arguments in (("weak-grids",), ("gaps",), ("datasets",), ("check",)):
        said = gongjian(*arguments, "--store", tmp_path / "new")
        assert said.code == 0, said.err
        assert said.text
    assert (
        valid(
            gongjian("weak-grids", "--format", "json", "--store", tmp_path / "new"), "weak-grids"
        )["areas"]
        == []
    )


# ------------------------------------------------------------------------ maps, exports


def test_a_map_is_one_file(gongjian: Gongjian, home: Path, tmp_path: Path) -> None:
    out = tmp_path / "地图.html"
    said = gongjian("map", "--area", "书院街道", "--out", out, "--store", home)
    assert said.code == 0, said.err
    assert str(out) in said.text
    html = out.read_text(encoding="utf-8")
    assert "<html" in html
    assert "书院街道" in html


def test_a_graph_file_opens_in_networkx(gongjian: Gongjian, home: Path, tmp_path: Path) -> None:
    out = tmp_path / "city.graphml"
    said = gongjian("export", "--to", "graphml", "--out", out, "--store", home, "--format", "json")
    assert said.code == 0, said.err
    assert said.json() == {"out": [str(out)]}
    G = nx.read_graphml(out, force_multigraph=True)
    counts = gongjian("check", "--format", "json", "--store", home).json()["nodes"]
    assert sum(t == "Grid" for _, t in G.nodes(data="type")) == counts["Grid"] == 24
    assert not any(t in ("Member", "Volunteer") for _, t in G.nodes(data="type"))


def test_tables_are_parquet(gongjian: Gongjian, home: Path, tmp_path: Path) -> None:
    said = gongjian("export", "--to", "parquet", "--out", tmp_path / "p", "--store", home)
    assert said.code == 0, said.err
    assert (tmp_path / "p" / "ties.parquet").exists()
    assert not (tmp_path / "p" / "people.parquet").exists()


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one(gongjian: Gongjian, name: str) -> None:
    said = gongjian("schema", name)
    assert said.code == 0, said.err
    jsonschema.Draft202012Validator.check_schema(said.json())


def test_schema_names_are_listed(gongjian: Gongjian) -> None:
    assert gongjian("schema").text.split() == list(SCHEMAS)


# ------------------------------------------------------------------------ importing


def state(gongjian: Gongjian, store: Path) -> Any:
    return valid(gongjian("check", "--format", "json", "--store", store), "check")


def rows_add_up(found: Any) -> None:
    for d in found["datasets"]:
        parts = ("rows_added", "rows_changed", "rows_unchanged", "rows_rejected")
        assert d["rows_read"] == sum(d[part] for part in parts), d


def test_import_again_retract_and_rebuild(gongjian: Gongjian, sample: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    common = ("--store", store, "--date", DAY, "--format", "json")
    files = sorted(sample.glob("*书院街道*"))
    divisions = sample / "xiaogan_divisions.csv"
    first = valid(gongjian("import", divisions, *files, *common), "import")
    rows_add_up(first)
    before = state(gongjian, store)

    again = valid(gongjian("import", divisions, *files, *common), "import")
    rows_add_up(again)
    assert all(d["rows_unchanged"] == d["rows_read"] for d in again["datasets"])
    assert again["entities"]["created"] == again["entities"]["updated"] == 0
    assert state(gongjian, store) == before

    listed = valid(gongjian("datasets", "--format", "json", "--store", store), "datasets")
    ties = next(d for d in listed["datasets"] if d["kind"] == "ties")
    changed = valid(gongjian("retract", ties["id"], *common), "change")
    assert changed["ties_deleted"] > 0
    assert state(gongjian, store)["graph_hash"] != before["graph_hash"]
    back = valid(gongjian("import", *files, *common), "import")
    rows_add_up(back)
    assert state(gongjian, store)["graph_hash"] == before["graph_hash"]

    assert valid(gongjian("rebuild", "--store", store, "--format", "json"), "change")
    assert state(gongjian, store)["graph_hash"] == before["graph_hash"]


def test_personal_values_leave_no_trace(home: Path, sample: Path) -> None:
    """Names and phones of the rosters are in no file of the home."""
    persons = [
        row
        for path in sample.glob("*报到台账*.csv")
        for row in csv.reader(io.StringIO(_decoded(path), newline=""))
    ]
    phones = {cell for row in persons for cell in row if cell.isdigit() and len(cell) == 11}
    assert phones
    for path in (p for p in home.rglob("*") if p.is_file()):
        data = path.read_bytes()
        assert not any(phone.encode() in data for phone in phones), path


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def test_a_dataset_that_is_not_there(gongjian: Gongjian, home: Path) -> None:
    said = gongjian("retract", "no-such", "--store", home)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "no-such" in said.err


def test_checking_only_changes_nothing(gongjian: Gongjian, sample: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    said = gongjian("import", sample, "--dry-run", "--store", store, "--format", "json")
    rows_add_up(valid(said, "import"))
    assert imported(gongjian, store) == []


def write_csv(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def bad_files(tmp_path: Path, sample: Path) -> dict[str, Path]:
    """Files that can't be read at all."""
    folder = tmp_path / "bad"
    folder.mkdir()
    whole = next(iter(sorted(sample.glob("*.xlsx")))).read_bytes()
    made = {
        "empty": (folder / "空.xlsx", b""),
        "pdf": (folder / "改名.xlsx", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n" * 40),
        "truncated": (folder / "截断.xlsx", whole[: len(whole) // 2]),
        "unknown": (folder / "食谱.csv", "菜名,做法\n热干面,拌\n".encode()),
        "binary": (folder / "乱码.csv", bytes(range(256)) * 20),
    }
    for path, data in made.values():
        path.write_bytes(data)
    return {name: path for name, (path, _) in made.items()}


def imported(gongjian: Gongjian, store: Path) -> list[Any]:
    found = valid(gongjian("datasets", "--store", store, "--format", "json"), "datasets")
    return list(found["datasets"])


def test_files_that_cannot_be_read_change_nothing(
    gongjian: Gongjian, bad_files: dict[str, Path], tmp_path: Path
) -> None:
    store = tmp_path / "store"
    for name, path in bad_files.items():
        said = gongjian("import", path, "--store", store)
        assert said.code == 2, name
        assert said.out == b"", name
        assert said.err.count("\n") == 1, (name, said.err)
        assert path.name in said.err, name
        assert said.err.startswith("错误："), name
        assert "什么都没有导入" in said.err, name
    together = gongjian("import", *bad_files.values(), "--store", store, "--lang", "en")
    assert together.code == 2
    assert len(together.err.splitlines()) == len(bad_files)
    assert imported(gongjian, store) == []


def test_the_files_beside_a_bad_one_are_imported(
    gongjian: Gongjian, bad_files: dict[str, Path], sample: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    good = min(sample.glob("*共建*.xlsx"))
    strict = gongjian("import", good, bad_files["pdf"], "--strict", "--store", store)
    assert strict.code == 2
    assert imported(gongjian, store) == []
    said = gongjian("import", good, bad_files["pdf"], "--store", store, "--format", "json")
    assert said.code == 1
    rows_add_up(valid(said, "import"))
    assert said.err.count("\n") == 1
    assert bad_files["pdf"].name in said.err
    assert {d["file"] for d in imported(gongjian, store)} == {good.name}


def test_bad_rows_are_told_and_the_rest_is_imported(gongjian: Gongjian, tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    path = tmp_path / "驻区单位台账.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("驻区单位台账")
        sheet.write_row(0, 0, ["单位名称", "统一社会信用代码", "单位性质", "所在社区"])
        sheet.write_row(1, 0, ["第一中学", "", "学校", "没有的社区"])
        sheet.write_row(2, 0, ["大众超市", 914403001922038216, "商圈市场", "没有的社区"])
    store = tmp_path / "store"
    report = tmp_path / "问题.xlsx"
    said = gongjian(
        "import", path, "--store", store, "--format", "json", "--report", report, "--date", DAY
    )
    assert said.code == 1
    found = valid(said, "import")
    rows_add_up(found)
    assert [d["rows_rejected"] for d in found["datasets"]] == [1]
    by_level = {issue["level"]: issue for issue in found["issues"]}
    assert by_level["error"]["cell"] == "B3"
    assert by_level["error"]["file"] == path.name
    assert any(issue["code"] == "place_unknown" for issue in found["issues"])
    assert report.read_bytes().startswith(b"PK")
    table = gongjian("import", path, "--store", store, "--date", DAY)
    assert table.code == 1
    assert "B3" in table.text


def test_strict_imports_nothing_where_a_row_is_bad(gongjian: Gongjian, tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "驻区单位台账.csv",
        "单位名称,统一社会信用代码,单位性质,所在社区",
        "第一中学,91350100M000100Y4Z,学校,大院社区",
        "第二中学,,学校,大院社区",
    )
    store = tmp_path / "store"
    said = gongjian("import", path, "--strict", "--store", store)
    assert said.code == 2
    assert said.out == b""
    assert said.err.count("\n") == 1
    assert "B2" in said.err
    assert "--strict" in said.err
    assert imported(gongjian, store) == []
    assert gongjian("import", path, "--store", store).code == 1


def test_cleaned_copies_change_nothing_when_they_come_in(
    gongjian: Gongjian, sample: Path, tmp_path: Path
) -> None:
    store, folder = tmp_path / "store", tmp_path / "整理"
    options = ("--synthetic", "--store", store, "--date", DAY, "--format", "json")
    first = valid(gongjian("import", sample, "--cleaned", folder, *options), "import")
    assert len(list(folder.iterdir())) == len({d["file"] for d in first["datasets"]})
    before = gongjian("check", "--store", store).text, imported(gongjian, store)
    again = valid(gongjian("import", folder, *options), "import")
    assert {d["id"] for d in again["datasets"]} == {d["id"] for d in first["datasets"]}
    assert all(d["rows_added"] == d["rows_changed"] == 0 for d in again["datasets"])
    assert again["entities"]["created"] == again["entities"]["updated"] == 0
    assert (gongjian("check", "--store", store).text, imported(gongjian, store)) == before


def test_a_report_never_overwrites_what_it_is_about(gongjian: Gongjian, tmp_path: Path) -> None:
    path = tmp_path / "驻区单位台账.xlsx"
    path.write_bytes(b"PK")
    said = gongjian("import", path, "--report", path, "--store", tmp_path / "s")
    assert (said.code, path.read_bytes()) == (2, b"PK")
    into = gongjian("import", path, "--cleaned", path, "--store", tmp_path / "s")
    assert (into.code, into.err.count("\n")) == (2, 1)


def test_a_mapping_that_is_not_valid_is_one_line(gongjian: Gongjian, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "需求清单.csv", "需求内容,数量", "桌子,2")
    mapping = write_csv(tmp_path / "m.yaml", "sheets:", "  - kind: nonsense")
    said = gongjian("import", path, "--mapping", mapping, "--store", tmp_path / "s")
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "m.yaml" in said.err


def test_an_empty_folder_is_told(gongjian: Gongjian, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    said = gongjian("import", tmp_path / "nothing", "--store", tmp_path / "s")
    assert said.code == 2
    assert said.err.startswith("错误：")


# ------------------------------------------------------------------------ stores


def test_a_neo4j_that_is_not_there_is_code_3(
    gongjian: Gongjian, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGJIAN_HOME", str(home))
    said = gongjian("check", "--neo4j", "bolt://127.0.0.1:1")
    assert said.code == 3
    assert said.out == b""
    assert said.err.count("\n") == 1
    assert "bolt://127.0.0.1:1" in said.err


def test_two_stores_at_once_are_refused(gongjian: Gongjian, home: Path) -> None:
    said = gongjian("check", "--store", home, "--neo4j", "bolt://127.0.0.1:1")
    assert said.code == 2
    assert said.err.count("\n") == 1


def test_a_home_that_is_a_file(gongjian: Gongjian, tmp_path: Path) -> None:
    said = gongjian("check", "--store", write_csv(tmp_path / "file", "x"))
    assert said.code == 2
    assert said.err.count("\n") == 1


def test_a_wrong_policy_is_one_line(
    gongjian: Gongjian, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGJIAN_POLICY", str(write_csv(tmp_path / "p.yaml", "narrow_kind: 2")))
    said = gongjian("weak-grids", "--store", home)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "narrow_kind" in said.err


def test_a_sample_is_written_once(gongjian: Gongjian, tmp_path: Path) -> None:
    arguments = ("sample", "--out", tmp_path / "s", "--streets", "1", "--grids", "12")
    said = gongjian(*arguments, "--people", "30", "--format", "json")
    assert said.code == 0, said.err
    assert said.json()["grids"] == 12
    assert gongjian(*arguments).code == 2
