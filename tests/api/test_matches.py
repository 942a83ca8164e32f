"""`/matches`: the list of the command line, and steps recorded as decisions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from analysis.city import City as WholeCity
from analysis.matches.proposals import propose_matches
from analysis.policy import Policy
from api.changing import StoreChanges
from graph.model.matches import match_id
from tests.analysis.build import City
from tests.api.conftest import MakeClient
from tests.fakes import FakeStore

PAIR = {"resource": "o", "need": "n1"}
NAME = match_id("o", "n1")


def town(*, claimed: bool = False) -> City:
    """Library p, tied to g1, offers 60; g1 needs 100."""
    c = City()
    c.grid("g1", "g2")
    c.unit("p", "public_institution", area="C1")
    c.tie("p", "g1")
    c.offer("p", "o", "a", 60)
    c.need("n1", "g1", "a", 100)
    if claimed:
        c.match("o", "n1", 40, "claimed", evidence=[f"decision:{NAME}"])
    return c


@pytest.fixture
def store() -> FakeStore:
    return FakeStore(town().network())


@pytest.fixture
def client(store: FakeStore, make_client: MakeClient) -> TestClient:
    return make_client(store)


def test_the_list_is_that_of_the_command_line(client: TestClient) -> None:
    told = client.get("/api/v1/matches")
    assert told.text == propose_matches(WholeCity(town().network(), Policy())).model_dump_json()
    assert client.get("/api/v1/matches", params={"area": "g2"}).json()["proposals"] == []
    assert client.get("/api/v1/matches", params={"area": "nowhere"}).status_code == 404


def test_claim_advance_withdraw(client: TestClient, store: FakeStore) -> None:
    told = client.post("/api/v1/matches", json={**PAIR, "quantity": 40, "who": "王"})
    assert told.status_code == 201
    assert told.json() == {**PAIR, "id": NAME, "status": "claimed", "quantity": 40}
    (made,) = store.decisions("match")
    assert made.who == "王"
    assert made.value is not None
    assert made.value["since"] == "2019-08-01"
    store.change(replace(town(claimed=True).network(), head="after the claim"))
    told = client.post(f"/api/v1/matches/{NAME}", json={"quantity": 60})
    assert (told.status_code, told.json()["status"], told.json()["quantity"]) == (
        200,
        "matched",
        60,
    )
    told = client.delete(f"/api/v1/matches/{NAME}")
    assert (told.status_code, told.json()["status"]) == (200, None)
    assert store.decisions("match") == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "", {**PAIR, "quantity": 61}, 422),
        ("POST", "", {**PAIR, "quantity": -1}, 422),
        ("POST", "", {"resource": "x", "need": "n1"}, 422),
        ("POST", "", {**PAIR, "more": 1}, 422),
        ("POST", "/match-0", {"status": "done"}, 422),
        ("POST", "/match-0", {"status": "finished"}, 422),
        ("DELETE", "/match-0", None, 422),
    ],
)
def test_what_is_refused(
    client: TestClient, store: FakeStore, method: str, path: str, body: Any, status: int
) -> None:
    told = client.request(method, f"/api/v1/matches{path}", json=body)
    assert told.status_code == status
    assert told.headers["content-type"] == "application/problem+json"
    assert store.decided == {}


def test_store_down(client: TestClient, store: FakeStore) -> None:
    client.get("/api/v1/matches")
    store.down = True
    told = client.post("/api/v1/matches", json=PAIR)
    assert told.status_code == 503
    assert "retry-after" in told.headers


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_another_sites_page_changes_nothing(
    client: TestClient, store: FakeStore, headers: dict[str, str]
) -> None:
    assert client.post("/api/v1/matches", json=PAIR, headers=headers).status_code == 403
    assert store.decided == {}
    assert client.get("/api/v1/matches", headers=headers).status_code == 200


def test_its_own_page_may(client: TestClient) -> None:
    headers = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/v1/matches", json=PAIR, headers=headers).status_code == 201


async def _both(changes: StoreChanges, work: Any) -> None:
    import asyncio

    await asyncio.gather(changes.run(work), changes.run(work))


def test_changes_take_turns() -> None:
    import asyncio
    import time

    at_work = [0]
    most = [0]

    def work() -> None:
        at_work[0] += 1
        most[0] = max(most[0], at_work[0])
        time.sleep(0.05)
        at_work[0] -= 1

    asyncio.run(_both(StoreChanges(FakeStore(town().network())), work))
    assert most == [1]
