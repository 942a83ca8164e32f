"""`POST /scenarios`: the object of the command line; wrong ids are 422, said by name."""

from __future__ import annotations

from fastapi.testclient import TestClient

from analysis.city import City
from analysis.policy import Policy
from analysis.scenario.edits import Scenario
from analysis.scenario.what_if import what_if
from tests.api.conftest import a_network

STREET = "420902001"


def test_it_is_the_object_of_the_command_line(client: TestClient) -> None:
    unit = a_network().actors["key"][0]
    body = {"remove": [unit], "without_hubs": True}
    expected = what_if(City(a_network(), Policy()), Scenario.model_validate(body))
    told = client.post("/api/v1/scenarios", json=body)
    assert told.status_code == 200
    assert told.text == expected.differences().model_dump_json()
    told = client.post("/api/v1/scenarios", params={"area": STREET}, json=body)
    assert told.text == expected.differences(STREET).model_dump_json()


def test_unknown_ids_and_fields_are_told(client: TestClient) -> None:
    told = client.post("/api/v1/scenarios", json={"remove": ["查无此单位"]})
    assert told.status_code == 422
    assert "查无此单位" in told.text
    assert client.post("/api/v1/scenarios", json={"delete": []}).status_code == 422
    assert client.post("/api/v1/scenarios", json={}, params={"area": "x"}).status_code == 404
