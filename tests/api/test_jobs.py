"""Files handed in: checked, asked about, imported, taken out; nothing lost, nobody else's."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.policy import Policy
from api.app import create_app
from api.job_folder import Job, JobOptions
from api.jobs import UPLOAD_LIMIT, safe_name
from api.pages.upload_texts import LABELS
from graph.model.labels import Label, TieType
from tests.api.conftest import TestClient
from tests.fakes import FakeStore, JournalStore
from tests.ingest.books import write_book

AREAS = [
    ["网格编码", "网格名称", "所属社区", "社区编码", "所属街道", "街道编码", "常住人口"],
    ["420902001001001", "第一网格", "大院社区", "420902001001", "书院街道", "420902001", 900],
]
TIES = ["共建主体", "共建对象", "所在社区", "共建方式", "签订日期", "联系电话"]
ROW = ["市一中", "第一网格", "大院社区", "结对共建", "2019-05-01", "13907123456"]
STRANGE = [["叫法", "给谁", "归属"], ["市一中", "第一网格", "大院社区"]]

Send = Callable[..., Any]


@pytest.fixture
def store(tmp_path: Path) -> JournalStore:
    return JournalStore(tmp_path / "home")


@pytest.fixture
def client(store: JournalStore) -> Iterator[TestClient]:
    with TestClient(create_app(store, Policy(), warm=False)) as found:
        yield found


def book(tmp_path: Path, name: str, *rows: list[Any], sheet: str = "共建关系") -> Path:
    return write_book(tmp_path / name, {sheet: [TIES, *rows]})


def settled(client: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    """The job once it is no longer under way."""
    for _ in range(600):
        found: dict[str, Any] = client.get(f"/api/v1/jobs/{job['id']}").json()
        if found["state"] not in ("waiting", "reading", "importing"):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def hand_in(client: TestClient, path: Path, **options: Any) -> dict[str, Any]:
    query = {"name": path.name, **options}
    answer = client.post("/api/v1/datasets", params=query, content=path.read_bytes())
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/api/v1/jobs/{answer.json()['id']}"
    return settled(client, answer.json())


def step(client: TestClient, job: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/jobs/{job['id']}", json=body)
    assert answer.status_code == 200, answer.text
    return settled(client, answer.json()) if body["do"] != "drop" else answer.json()


def names(client: TestClient) -> list[str]:
    return [d["file"] for d in client.get("/api/v1/datasets").json()["datasets"] if d["live"]]


def test_checked_then_imported_then_taken_out(
    client: TestClient, store: JournalStore, tmp_path: Path
) -> None:
    areas = write_book(tmp_path / "区划网格表.xlsx", {"网格": AREAS})
    job = hand_in(client, areas)
    assert job["state"] == "ready"
    assert names(client) == []  # checked is not imported
    assert job["result"]["effect"]["nodes"]["Grid"]["new"] == 1
    done = step(client, job, do="import")
    assert done["state"] == "done"
    assert names(client) == ["区划网格表.xlsx"]
    assert not (store.home / "jobs" / job["id"] / "区划网格表.xlsx").exists()
    ties = hand_in(client, book(tmp_path, "共建2019-07.xlsx", ROW))
    step(client, ties, do="import")
    newer = hand_in(client, book(tmp_path, "共建2019-08.xlsx", [*ROW[:4], "2019-06-01", ""]))
    (dataset,) = newer["result"]["datasets"]
    assert dataset["difference"]["changed"] == [{"row": 2, "before": 2, "columns": ["签订日期"]}]
    assert client.get(f"/upload/{newer['id']}").text.count("签订日期") == 1
    step(client, newer, do="import")
    gone = client.delete(f"/api/v1/datasets/{dataset['id']}")
    assert gone.status_code == 200
    assert names(client) == ["区划网格表.xlsx", "共建2019-07.xlsx"]
    assert client.delete(f"/api/v1/datasets/{dataset['id']}").status_code == 422


def test_no_personal_value_in_a_job(
    client: TestClient, store: JournalStore, tmp_path: Path
) -> None:
    rows = [
        ["姓名", "联系电话", "报到社区", "报到时间", "工作单位"],
        ["张三", "1390712345", "大院社区", "2019-13-45", "市一中"],
    ]
    path = write_book(tmp_path / "党员报到.xlsx", {"党员报到": rows})
    job = hand_in(client, path)
    record = (store.home / "jobs" / job["id"] / "job.json").read_text(encoding="utf-8")
    page = client.get(f"/upload/{job['id']}").text
    for text in (record, page, json.dumps(job, ensure_ascii=False)):
        assert "张三" not in text
        assert "1390712345" not in text


def test_asked_once_and_remembered(client: TestClient, tmp_path: Path) -> None:
    path = write_book(tmp_path / "怪表.xlsx", {"Sheet1": STRANGE})
    job = hand_in(client, path)
    assert job["state"] == "asks"
    (question,) = job["result"]["questions"]
    page = client.get(f"/upload/{job['id']}?kind-{question['layout']}=ties").text
    assert "共建主体" in page
    columns = {"叫法": "subject", "给谁": "object", "归属": "community"}
    wrong = {"layout": question["layout"], "kind": "ties", "columns": {"叫法": "nope"}}
    said = client.post(f"/api/v1/jobs/{job['id']}", json={"do": "answer", "answers": [wrong]})
    assert said.status_code == 422
    answer = {"layout": question["layout"], "kind": "ties", "columns": columns}
    ready = step(client, job, do="answer", answers=[answer])
    assert ready["state"] == "ready"
    assert ready["result"]["datasets"][0]["guess"]["by"] == "taught"
    again = hand_in(client, write_book(tmp_path / "下月.xlsx", {"S": [*STRANGE, *STRANGE[1:]]}))
    assert again["state"] == "ready"


def test_sheets_that_are_known_can_go_in_before_the_question_is_answered(
    client: TestClient, tmp_path: Path
) -> None:
    path = write_book(tmp_path / "两表.xlsx", {"Sheet1": STRANGE, "共建": [TIES, ROW]})
    job = hand_in(client, path)
    assert job["state"] == "asks"
    assert step(client, job, do="import")["state"] == "done"
    assert names(client) == ["两表.xlsx"]


def test_every_label_and_type_has_a_word() -> None:
    assert set(LABELS) == ({*map(str, Label), *map(str, TieType)} - {"Dataset"})


def test_faults_are_told_by_cell_and_the_copy_can_be_had(
    client: TestClient, tmp_path: Path
) -> None:
    bad = [*ROW[:4], "2019-02-30", ""]
    job = hand_in(client, book(tmp_path, "共建.xlsx", ROW, bad))
    (fault,) = [i for i in job["result"]["issues"] if i["level"] == "error"]
    assert fault["cell"] == "E3"
    assert "E3" in client.get(f"/upload/{job['id']}").text
    assert job["copies"] == ["report", "cleaned"]
    copy = client.get(f"/api/v1/jobs/{job['id']}/report.xlsx")
    assert copy.content[:2] == b"PK"
    assert client.get(f"/api/v1/jobs/{job['id']}/other.xlsx").status_code == 404
    assert client.get(f"/api/v1/jobs/{job['id']}/..%2fjob.xlsx").status_code == 404


def test_the_cleaned_sheet_can_be_had_and_changes_nothing_when_it_comes_in(
    client: TestClient, tmp_path: Path
) -> None:
    step(client, hand_in(client, write_book(tmp_path / "区划.xlsx", {"网格": AREAS})), do="import")
    bad = [*ROW[:4], "2019-02-30", ""]
    ready = hand_in(client, book(tmp_path, "共建.xlsx", ROW, bad))
    link = f"/api/v1/jobs/{ready['id']}/cleaned.xlsx"
    assert link in client.get(f"/upload/{ready['id']}").text
    cleaned = tmp_path / "共建-cleaned.xlsx"
    cleaned.write_bytes(client.get(link).content)
    done = step(client, ready, do="import")
    assert done["copies"] == []
    assert client.get(link).status_code == 404
    again = hand_in(client, cleaned)
    (dataset,) = again["result"]["datasets"]
    assert dataset["id"] == done["result"]["datasets"][0]["id"]
    assert (dataset["rows_added"], dataset["rows_changed"], dataset["replaces"]) == (0, 0, None)


@pytest.mark.parametrize("content", [b"\x00\x01nothing", b"PK\x03\x04broken", b"a\nb\n"])
def test_what_cannot_be_read_fails_in_one_line(client: TestClient, content: bytes) -> None:
    answer = client.post("/api/v1/datasets", params={"name": "x.xlsx"}, content=content)
    job = settled(client, answer.json())
    assert job["state"] == "failed"
    assert "x.xlsx" in job["error"]["zh"]
    assert client.get(f"/upload/{job['id']}?lang=en").status_code == 200


def test_refused_before_anything_is_kept(client: TestClient, store: JournalStore) -> None:
    assert client.post("/api/v1/datasets", params={"name": "a.csv"}, content=b"").status_code == 422
    assert client.post("/api/v1/datasets", content=b"x").status_code == 422
    large = client.post(
        "/api/v1/datasets",
        params={"name": "a.csv"},
        content=b"",
        headers={"content-length": str(UPLOAD_LIMIT + 1)},
    )
    assert large.status_code == 413
    other = client.post("/api/v1/jobs/x", content=b"x" * 70_000)
    assert other.status_code == 413
    assert [p.name for p in (store.home / "jobs").iterdir()] == ["lock"]


def test_an_upload_that_grows_too_large_leaves_nothing(
    client: TestClient, store: JournalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.guard.UPLOAD_LIMIT", 1000)
    pieces = (b"x" * 400 for _ in range(5))
    answer = client.post("/api/v1/datasets", params={"name": "a.csv"}, content=pieces)
    assert answer.status_code == 413
    assert [p.name for p in (store.home / "jobs").iterdir()] == ["lock"]


def test_unknown_jobs_and_steps(client: TestClient, tmp_path: Path) -> None:
    for wrong in ("0" * 16, "..", "x"):
        assert client.get(f"/api/v1/jobs/{wrong}").status_code in (404, 405)
    job = hand_in(client, book(tmp_path, "共建.xlsx", ROW))
    assert step(client, job, do="drop")["id"] == job["id"]
    assert client.get(f"/api/v1/jobs/{job['id']}").status_code == 404
    assert client.post(f"/api/v1/jobs/{job['id']}", json={"do": "import"}).status_code == 404


def test_a_job_is_imported_once(client: TestClient, tmp_path: Path) -> None:
    job = hand_in(client, book(tmp_path, "共建.xlsx", ROW))
    step(client, job, do="import")
    again = client.post(f"/api/v1/jobs/{job['id']}", json={"do": "import"})
    assert again.status_code == 422


def test_a_store_that_is_down_is_told_and_can_be_tried_again(
    client: TestClient, store: JournalStore, tmp_path: Path
) -> None:
    path = book(tmp_path, "共建.xlsx", ROW)
    store.down = True
    answer = client.post("/api/v1/datasets", params={"name": "a.xlsx"}, content=path.read_bytes())
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    store.down = False
    time.sleep(1.1)  # a failed read isn't repeated at once
    job = hand_in(client, path)
    store.down = True
    failed = step(client, job, do="import")
    assert (failed["state"], failed["error"]["again"]) == ("failed", True)
    store.down = False
    assert step(client, failed, do="again")["state"] == "ready"


@pytest.mark.parametrize("state", ["waiting", "reading", "importing"])
def test_what_was_under_way_is_taken_up_at_the_next_start(
    store: JournalStore, tmp_path: Path, state: str
) -> None:
    """The program ended in the middle; importing twice changes nothing."""
    path = book(tmp_path, "共建.xlsx", ROW)
    folder = store.home / "jobs" / ("a" * 16)
    folder.mkdir(parents=True)
    (folder / path.name).write_bytes(path.read_bytes())
    job = Job.model_validate(
        {"id": "a" * 16, "state": state, "file": path.name, "on": "2999-01-01", "options": {}}
    )
    (folder / "job.json").write_text(job.model_dump_json(), encoding="utf-8")
    with TestClient(create_app(store, Policy(), warm=False)) as client:
        found = settled(client, {"id": "a" * 16})
        assert found["state"] == ("done" if state == "importing" else "ready")
        assert len(names(client)) == (state == "importing")


def test_of_two_servers_on_one_home_only_the_first_takes_files(
    client: TestClient, store: JournalStore, tmp_path: Path
) -> None:
    path = book(tmp_path, "共建.xlsx", ROW)
    with TestClient(create_app(JournalStore(store.home), Policy(), warm=False)) as other:
        answer = other.post(
            "/api/v1/datasets", params={"name": "a.xlsx"}, content=path.read_bytes()
        )
        assert answer.status_code == 503
    assert hand_in(client, path)["state"] == "ready"


def test_old_jobs_go(client: TestClient, store: JournalStore) -> None:
    folder = store.home / "jobs" / ("b" * 16)
    folder.mkdir()
    job = Job(id="b" * 16, state="ready", file="a", on="2001-01-01", options=JobOptions())
    (folder / "job.json").write_text(job.model_dump_json(), encoding="utf-8")
    client.app.state.jobs.tidy()  # type: ignore[attr-defined]
    assert not folder.exists()


def test_nothing_of_a_sheet_stays_in_clear(
    client: TestClient, store: JournalStore, tmp_path: Path
) -> None:
    """Neither copies that were sent, nor the file: at import, at refusal, or after a day."""
    jobs = store.home / "jobs"

    def clear() -> list[str]:
        files = (p for p in jobs.rglob("*") if p.is_file() and p.parent != jobs)
        return sorted(p.name for p in files if p.name != "job.json")

    ready = hand_in(client, book(tmp_path, "共建 13907123456.xlsx", ROW, [*ROW[:4], "无此日", ""]))
    assert "1390712" not in ready["file"]
    assert clear() == [ready["file"]]
    for copy in ("report", "cleaned"):
        assert client.get(f"/api/v1/jobs/{ready['id']}/{copy}.xlsx").content[:2] == b"PK"
    assert clear() == [ready["file"]]
    step(client, ready, do="import")
    assert clear() == []
    (tmp_path / "坏.csv").write_text("a\nb\n", encoding="utf-8")
    hand_in(client, tmp_path / "坏.csv")
    assert clear() == []
    left = hand_in(client, book(tmp_path, "共建2.xlsx", ROW))
    os.utime(jobs / left["id"] / left["file"], (1, 1))
    client.app.state.jobs.tidy()  # type: ignore[attr-defined]
    assert clear() == []
    assert client.get(f"/api/v1/jobs/{left['id']}").json()["state"] == "failed"


def test_a_store_without_a_home_takes_no_files(fake: FakeStore) -> None:
    with TestClient(create_app(fake, Policy(), warm=False)) as client:
        assert (
            client.post("/api/v1/datasets", params={"name": "a"}, content=b"x").status_code == 404
        )
        assert client.get("/upload").status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_upload_page_lists_what_there_is(client: TestClient, tmp_path: Path, lang: str) -> None:
    step(client, hand_in(client, book(tmp_path, "<b>共建.xlsx", ROW)), do="import")
    page = client.get(f"/upload?lang={lang}").text
    assert "b共建.xlsx" in page
    assert "<b>共建" not in page
    assert ("Hand in" in page) == (lang == "en")


def test_names_of_files() -> None:
    for name in (
        "../a.csv",
        "/etc/passwd",
        "C:\\x\\a.csv",
        "a\x00.csv",
        ".",
        "..",
        "CON",
        "é" * 999,
    ):
        safe = safe_name(name)
        assert "/" not in safe
        assert safe not in ("", ".", "..")
        assert len(safe.encode()) <= 130
