"""What goes wrong: one body for all of it, never a hang, never a trace."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.guard import _host_name, _refused
from api.results import results as prepared_module
from tests.api.conftest import MakeClient, a_network
from tests.fakes import FakeStore

PROBLEM = "application/problem+json"


def told(answer: Any) -> dict[str, Any]:
    """The problem of an answer, its form checked."""
    assert answer.headers["content-type"] == PROBLEM
    found: dict[str, Any] = answer.json()
    assert found["status"] == answer.status_code
    assert {"type", "title", "status", "code", "detail", "zh", "en", "errors"} == set(found)
    assert found["zh"]
    assert found["en"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    return found


def test_an_unknown_area_looks_the_same_everywhere(client: TestClient) -> None:
    bodies = {
        client.get(url).content
        for url in (
            "/api/v1/areas/999",
            "/api/v1/areas/%3Cscript%3E",
            "/api/v1/grids/999",
            "/api/v1/maps/999",
            "/api/v1/weak-grids?area=999",
            "/api/v1/gaps?area=999",
            "/map/999",
            "/?area=999",
        )
    }
    assert len(bodies) == 1
    assert told(client.get("/api/v1/areas/999"))["status"] == 404


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/nowhere", 404),
        ("/api/v1/nowhere", 404),
        ("/static/nowhere.js", 404),
        ("/static/../app.py", 404),
        ("/api/v1/weak-grids?level=planet", 422),
        ("/api/v1/weak-grids?date=yesterday", 422),
        ("/api/v1/weak-grids?date=2019-02-30", 422),
        ("/api/v1/weak-grids?limit=0", 422),
        ("/api/v1/weak-grids?limit=100000", 422),
        ("/api/v1/gaps?by=color", 422),
        ("/?lang=fr", 422),
        (f"/?q={'x' * 9000}", 414),
    ],
)
def test_wrong_requests(client: TestClient, url: str, status: int) -> None:
    answer = client.get(url)
    assert answer.status_code == status
    told(answer)


def test_a_wrong_parameter_is_named(client: TestClient) -> None:
    found = told(client.get("/api/v1/weak-grids?level=planet"))
    assert [e["field"] for e in found["errors"]] == ["level"]


def test_other_methods_are_refused(client: TestClient) -> None:
    assert told(client.post("/api/v1/areas"))["status"] == 405
    assert told(client.delete("/api/v1/datasets"))["status"] == 405


def test_large_bodies_are_refused_before_they_are_read(client: TestClient) -> None:
    answer = client.request("GET", "/api/v1/areas", content=b"x" * 70_000)
    assert told(answer)["status"] == 413

    def endless() -> Any:
        for _ in range(100):
            yield b"x" * 1000

    answer = client.request("POST", "/api/v1/areas", content=endless())
    assert answer.status_code in (405, 413)


def test_a_person_who_opens_a_page_gets_a_page(client: TestClient) -> None:
    answer = client.get("/?area=999", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "没有这个区域" in answer.text
    english = client.get("/map/999?lang=en", headers={"accept": "text/html"})
    assert "there is no such area" in english.text
    assert told(client.get("/api/v1/areas/999", headers={"accept": "text/html"}))


def test_an_unexpected_error_tells_nothing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("api.routes.areas.area_detail", fail)
    answer = client.get("/api/v1/areas/4209")
    assert told(answer)["status"] == 500
    assert "secret" not in answer.text
    assert "secret detail" in caplog.text


def test_a_store_that_is_down_is_a_503(make_client: MakeClient) -> None:
    fake = FakeStore(a_network())
    fake.down = True
    client = make_client(fake)
    for url in ("/api/v1/weak-grids", "/api/v1/ready", "/", "/map/4209"):
        answer = client.get(url)
        assert told(answer)["status"] == 503
        assert int(answer.headers["retry-after"]) > 0
    assert client.get("/api/v1/health").status_code == 200
    page = client.get("/", headers={"accept": "text/html"})
    assert page.status_code == 503
    assert 'http-equiv="refresh"' in page.text


def test_it_comes_back_by_itself(make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared_module, "_PAUSE", 0.05)
    fake = FakeStore(a_network())
    fake.down = True
    client = make_client(fake)
    assert client.get("/api/v1/ready").status_code == 503
    fake.down = False
    time.sleep(0.1)
    assert client.get("/api/v1/ready").status_code == 200


def test_a_store_that_is_down_isn_t_asked_for_every_request(make_client: MakeClient) -> None:
    fake = FakeStore(a_network())
    fake.down = True
    client = make_client(fake)
    for _ in range(5):
        assert client.get("/api/v1/ready").status_code == 503
    assert fake.reads < 3


def test_a_store_that_hangs_hinders_no_reader(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared_module, "FIRST_WAIT", 0.3)
    fake = FakeStore(a_network())
    fake.hung = True
    client = make_client(fake)
    began = time.monotonic()
    assert told(client.get("/api/v1/weak-grids"))["status"] == 503
    assert time.monotonic() - began < 20  # not for ever
    assert client.get("/api/v1/health").status_code == 200
    fake.hung = False
    fake.wake.set()
    assert client.get("/api/v1/weak-grids").status_code == 200

    # an import came, and the store hangs again: the older network answers, marked
    fake.wake.clear()
    fake.hung = True
    fake.change(replace(a_network(), head="head-2"))
    answer = client.get("/api/v1/weak-grids")
    assert answer.status_code == 200
    assert answer.headers["gongjian-stale"] == "true"
    assert "数据库暂时没有应答" in client.get("/").text
    assert client.get("/api/v1/ready").json()["stale"] is True
    fake.hung = False
    fake.wake.set()
    time.sleep(0.2)
    assert "gongjian-stale" not in client.get("/api/v1/weak-grids").headers


def test_a_foreign_name_for_this_machine_is_refused() -> None:
    def scope(server: str, host: str) -> dict[str, Any]:
        return {
            "server": (server, 8000),
            "headers": [(b"host", host.encode())],
            "path": "/",
            "query_string": b"",
            "method": "GET",
        }

    assert _refused(scope("127.0.0.1", "evil.example:8000")) == 421
    assert _refused(scope("127.0.0.1", "127.0.0.1:8000")) is None
    assert _refused(scope("127.0.0.1", "localhost")) is None
    assert _refused(scope("::1", "[::1]:8000")) is None
    assert _refused(scope("10.0.0.5", "planner.example")) is None
    assert _host_name("[::1]:80") == "::1"
