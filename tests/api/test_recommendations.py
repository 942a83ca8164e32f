"""Recommended ties over HTTP, on the page and on the map: one choice, the same everywhere."""

from __future__ import annotations

import pytest

from analysis.city import City
from analysis.policy import Policy
from analysis.recommend.recommend import recommend_ties
from tests.analysis.recommend.test_recommend import town
from tests.api.conftest import MakeClient, TestClient
from tests.fakes import FakeStore


@pytest.fixture
def client(make_client: MakeClient) -> TestClient:
    return make_client(FakeStore(town().network(), []))


def test_it_is_the_object_of_the_command_line(client: TestClient) -> None:
    found = client.get("/api/v1/recommendations?ties=3")
    assert found.status_code == 200
    expected = recommend_ties(City(town().network(), Policy()), ties=3)
    assert found.text == expected.model_dump_json()
    assert expected.ties
    again = client.get(
        "/api/v1/recommendations?ties=3", headers={"If-None-Match": found.headers["etag"]}
    )
    assert again.status_code == 304


def test_what_is_asked_is_passed_on(client: TestClient) -> None:
    found = client.get("/api/v1/recommendations?ties=3").json()
    first = found["ties"][0]
    pair = f"{first['actor']}:{first['target']}"
    without = client.get("/api/v1/recommendations", params={"ties": 3, "forbid": pair}).json()
    assert pair not in {f"{t['actor']}:{t['target']}" for t in without["ties"]}
    promised = client.get("/api/v1/recommendations", params={"ties": 3, "promise": pair}).json()
    assert promised["promised"] == [[first["actor"], first["target"]]]
    within = client.get("/api/v1/recommendations", params={"ties": 3, "area": "C1"}).json()
    assert within["area"] == "C1"
    assert all("C1" in t["path"] for t in within["ties"])


def test_what_cannot_be_asked_is_refused(client: TestClient) -> None:
    for query, status in (
        ("ties=-1", 422),
        ("ties=999", 422),
        ("area=nowhere", 404),
        ("promise=nobody:nowhere", 422),
    ):
        assert client.get(f"/api/v1/recommendations?{query}").status_code == status, query


def test_the_page_lists_them_once_asked(client: TestClient) -> None:
    assert "work it out" in client.get("/?lang=en&level=grid").text
    page = client.get("/?lang=en&level=grid&ties=3").text
    found = client.get("/api/v1/recommendations?ties=3").json()
    for tie in found["ties"]:
        assert tie["actor_name"] in page
        assert tie["target_name"] in page
    before, after = found["before"], found["after"]
    assert f"weak {before['weak']} → {after['weak']}" in page


def test_the_map_draws_them(client: TestClient) -> None:
    plain = client.get("/api/v1/maps/C1").text
    drawn = client.get("/api/v1/maps/C1?ties=3").text
    assert '"recommended": true' not in plain
    assert "new|clinic|C1|g1" in drawn
    assert "new|clinic|C1|g1" not in plain
