"""`GET /exports/{code}.xlsx`: the workbook of the command line."""

from __future__ import annotations

from fastapi.testclient import TestClient

from analysis.city import City
from analysis.policy import Policy
from analysis.tables.five import five_tables
from maps.paper.workbook import workbook_bytes
from tests.api.conftest import a_network

STREET = "420902001"


def test_it_is_the_workbook_of_the_command_line(client: TestClient) -> None:
    told = client.get(f"/api/v1/exports/{STREET}.xlsx")
    assert told.status_code == 200
    assert told.content == workbook_bytes(five_tables(City(a_network(), Policy()), area=STREET))
    assert told.headers["content-disposition"].startswith("attachment")
    again = client.get(
        f"/api/v1/exports/{STREET}.xlsx", headers={"If-None-Match": told.headers["etag"]}
    )
    assert again.status_code == 304
    outside = client.get(f"/api/v1/exports/{STREET}.xlsx", params={"outside": "true"})
    expected = five_tables(City(a_network(), Policy()), area=STREET, outside=True)
    assert outside.content == workbook_bytes(expected)


def test_an_unknown_area_is_404(client: TestClient) -> None:
    assert client.get("/api/v1/exports/nowhere.xlsx").status_code == 404
