"""`GET /changes`: the object of the command line."""

from __future__ import annotations

from fastapi.testclient import TestClient

from analysis.changes import changes
from analysis.city import City
from analysis.policy import Policy
from graph.model.network import Network
from tests.api.conftest import MakeClient, a_network
from tests.fakes import FakeStore
from tests.maps.city import city

STREET = "420902001"


def test_it_is_the_object_of_the_command_line(client: TestClient) -> None:
    expected = changes(None, City(a_network(), Policy()), since="2018-01-01")
    told = client.get("/api/v1/changes", params={"since": "2018-01-01"})
    assert told.status_code == 200
    assert told.text == expected.model_dump_json()
    part = client.get("/api/v1/changes", params={"since": "2018-01-01", "area": STREET})
    assert part.text == expected.within(STREET).model_dump_json()


def test_since_a_head_of_the_journal(make_client: MakeClient) -> None:
    now = a_network()
    then = Network.from_wanted(city(streets=1).wanted, head="abc123abc123abcd", as_of=now.as_of)
    store = FakeStore(then)
    store.change(now)
    told = make_client(store).get("/api/v1/changes", params={"since": "abc123abc1"})
    assert told.text == changes(then, City(now, Policy())).model_dump_json()


def test_wrong_moments_are_told(client: TestClient) -> None:
    for since in ("2018-13-01", "2999-01-01", "feedfeed", "yesterday", ""):
        assert client.get("/api/v1/changes", params={"since": since}).status_code == 422, since
    assert client.get("/api/v1/changes").status_code == 422
