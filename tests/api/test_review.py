"""The review queue over HTTP and as a page."""

from __future__ import annotations

import pytest

from graph.model.review import ReviewItem, Side
from graph.names.compare import compare_names
from graph.resolve.decisions import Ref
from graph.review.items import body_item
from tests.api.conftest import TestClient
from tests.fakes import FakeStore


def item(a: str, b: str) -> ReviewItem:
    sides = [(Ref(name), Side(name=name, rows=1)) for name in (a, b)]
    return body_item("bodies", "open", sides[0], sides[1], compare_names(a, b))


@pytest.fixture
def asked(fake: FakeStore) -> ReviewItem:
    fake.items = [
        item("孝感一中", "孝感市第一高级中学"),
        item("<b>蓝天</b>救援队", "<b>兰天</b>救援队"),
    ]
    return fake.items[0]


def test_list_and_decide(client: TestClient, fake: FakeStore, asked: ReviewItem) -> None:
    found = client.get("/api/v1/review").json()
    assert [i["id"] for i in found["items"]] == [i.id for i in fake.items]
    assert found["open"] == 2
    first = client.get("/api/v1/review", params={"limit": 1})
    assert len(first.json()["items"]) == 1
    assert first.json()["next"]
    said = client.post(f"/api/v1/review/{asked.id}", json={"verdict": "same", "who": "张三"})
    assert said.status_code == 200
    assert {(d.kind, d.who) for d in fake.decided.values()} == {("same", "张三")}
    listed = client.get("/api/v1/review", params={"state": "decided"}).json()
    assert [(i["id"], i["state"]) for i in listed["items"]] == [(asked.id, "accepted")]


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("nosuch", {"verdict": "same"}, 404),
        ("", {"verdict": "perhaps"}, 422),
        ("", {"verdict": "undo"}, 422),
        ("", {"verdict": "same", "more": 1}, 422),
    ],
)
def test_what_cannot_be_decided(
    client: TestClient, fake: FakeStore, asked: ReviewItem, name: str, body: object, status: int
) -> None:
    said = client.post(f"/api/v1/review/{name or asked.id}", json=body)
    assert said.status_code == status
    assert said.json()["zh"]
    assert fake.decided == {}


def test_page_and_form(client: TestClient, fake: FakeStore, asked: ReviewItem) -> None:
    page = client.get("/review")
    assert page.status_code == 200
    assert "为什么不是" in page.text
    assert "孝感市第一高级中学" in page.text
    assert "<b>蓝天" not in page.text
    assert "Why not" in client.get("/review", params={"lang": "en"}).text
    form = {"item": asked.id, "verdict": "different", "lang": "en"}
    said = client.post("/review", data=form, follow_redirects=False)
    assert (said.status_code, said.headers["location"].split("?")[0]) == (303, "/review")
    assert {d.kind for d in fake.decided.values()} == {"different"}
    assert "kept apart" in client.get("/review", params={"state": "decided", "lang": "en"}).text
    assert client.get("/review", params={"start": 999999}).status_code == 200


def test_another_sites_form_is_refused(
    client: TestClient, fake: FakeStore, asked: ReviewItem
) -> None:
    form = {"item": asked.id, "verdict": "same"}
    said = client.post("/review", data=form, headers={"Origin": "http://elsewhere.example"})
    assert said.status_code == 403
    assert fake.decided == {}
