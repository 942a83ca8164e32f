"""What each route answers; results are those of the analyses, byte for byte."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from analysis.city import City
from analysis.policy import Policy
from analysis.weak.results import WeakGrids
from analysis.weak_details import in_full
from graph.model.labels import Day, Level
from graph.model.network import Network
from graph.model.wanted import WantedGraph
from tests.api.conftest import MakeClient, a_network
from tests.fakes import FakeStore
from tests.maps.city import HOSTILE

STREET = "420902001"
GRID = "420902001001001"
EVERY = (
    "/",
    "/api/v1/areas",
    "/api/v1/areas/4209",
    f"/api/v1/grids/{GRID}",
    "/api/v1/weak-grids",
    "/api/v1/gaps",
    "/api/v1/gaps?by=category",
    "/api/v1/gaps?by=area",
    f"/api/v1/maps/{STREET}",
    f"/map/{STREET}",
    "/api/v1/datasets",
)


def full(*, on: Day | None = None, level: Level = "grid", **asked: bool) -> WeakGrids:
    network = a_network()
    found = City(network, Policy(), on, level)
    return in_full(found, found.weak, **asked)


def test_weak_grids_tell_what_is_asked_for(client: TestClient) -> None:
    asked = {"all": "true", "certainty": "true", "measures": "true"}
    told = client.get("/api/v1/weak-grids", params=asked)
    assert told.text == full(certain=True, measured=True).model_dump_json()
    assert told.json()["seed"] == Policy().seed
    detail = client.get(f"/api/v1/grids/{GRID}", params=asked).json()
    assert detail["p_weak"] is not None
    assert detail["coreness"] is not None
    plain = client.get(f"/api/v1/grids/{GRID}").json()
    assert (plain["p_weak"], plain["firm"], plain["coreness"]) == (None, None, None)
    assert plain["would_change"] == detail["would_change"]


def test_weak_grids_are_the_object_of_the_command_line(client: TestClient) -> None:
    weak = full()
    told = client.get("/api/v1/weak-grids", params={"all": "true"})
    assert told.headers["content-type"] == "application/json"
    assert told.text == weak.model_dump_json()
    within = client.get("/api/v1/weak-grids", params={"all": "true", "area": STREET})
    assert within.text == weak.within(STREET).model_dump_json()
    some = client.get("/api/v1/weak-grids").json()
    assert {a["verdict"] for a in some["areas"]} <= {
        "isolated", "hub_only", "detached", "single_thread", "thin", "narrow",
    }  # fmt: skip
    assert some["summary"] == weak.summary


def test_gaps_are_the_objects_of_the_command_line(client: TestClient) -> None:
    gaps = City(a_network(), Policy()).gaps
    assert client.get("/api/v1/gaps").text == gaps.by_need().model_dump_json()
    told = client.get("/api/v1/gaps", params={"by": "category", "area": STREET})
    assert told.text == gaps.by_category(STREET).model_dump_json()
    told = client.get("/api/v1/gaps", params={"by": "area", "group": "street"})
    assert told.text == gaps.by_area(level="street").model_dump_json()
    told = client.get("/api/v1/gaps", params={"by": "offer", "area": STREET})
    assert told.text == gaps.by_offer(STREET).model_dump_json()
    told = client.get("/api/v1/gaps", params={"by": "service", "area": STREET})
    assert told.text == gaps.by_service(STREET).model_dump_json()


@pytest.mark.parametrize("level", ["community", "street", "district"])
def test_level_and_date_are_passed_on(client: TestClient, level: str) -> None:
    weak = full(on="2015-06-01", level=level)  # type: ignore[arg-type]
    told = client.get(
        "/api/v1/weak-grids", params={"all": "true", "level": level, "date": "2015-06-01"}
    )
    assert told.text == weak.model_dump_json()


def test_lists_come_in_pages_that_add_up(client: TestClient) -> None:
    whole = client.get("/api/v1/weak-grids", params={"all": "true"}).json()["areas"]
    found: list[object] = []
    url: str | None = "/api/v1/weak-grids?all=true&limit=7"
    pages = 0
    while url:
        answer = client.get(url)
        found += answer.json()["areas"]
        pages += 1
        link = answer.headers.get("link")
        assert (link is None) == ("next" not in answer.json())
        url = link[1 : link.index(">")] if link else None
    assert pages == 6  # by hand: 40 grids by 7
    assert found == whole


def test_a_cursor_of_other_data_is_refused(client: TestClient, fake: FakeStore) -> None:
    following = client.get("/api/v1/areas?limit=3").json()["next"]
    assert client.get(f"/api/v1/areas?limit=3&cursor={following}").status_code == 200
    fake.change(_renamed("head-2"))
    answer = client.get(f"/api/v1/areas?limit=3&cursor={following}")
    assert answer.status_code == 422
    assert "第一页" in answer.json()["zh"]
    for broken in ("x", "AAAA", "%00", "é"):
        assert client.get(f"/api/v1/areas?cursor={broken}").status_code == 422


def _renamed(head: str) -> Network:
    from dataclasses import replace

    return replace(a_network(), head=head)


def test_areas(client: TestClient) -> None:
    every = client.get("/api/v1/areas").json()["areas"]
    assert [a["code"] for a in every] == sorted(a["code"] for a in every)
    assert len(every) == 1 + 1 + 2 + 8 + 40
    streets = client.get("/api/v1/areas?parent=420902").json()["areas"]
    assert [(a["level"], a["children"]) for a in streets] == [("street", 4), ("street", 4)]
    assert len(client.get("/api/v1/areas?kind=grid&q=第一网格").json()["areas"]) == 8
    assert client.get("/api/v1/areas?parent=nowhere").status_code == 404


def test_one_area_sums_up_what_is_in_it(client: TestClient) -> None:
    weak = City(a_network(), Policy()).weak
    told = client.get(f"/api/v1/areas/{STREET}").json()
    inside = weak.within(STREET)
    assert told["summary"] == inside.summary
    assert sum(told["standing"].values()) == told["counts"]["judged_areas"] == 20
    assert told["synthetic"] is True
    for below in told["below"]:
        assert below["summary"] == weak.within(below["code"]).summary
    net = told["connectivity"]
    judged = [a for a in inside.areas if a.verdict != "unknown"]
    assert net["judged"] == net["with_hubs"] == len(judged)
    assert net["without_hubs"] == sum(bool(a.in_main) for a in judged)
    assert net["without_hubs"] + net["apart"] + net["no_partner"] == len(judged)


def test_one_grid_tells_its_ties_with_their_cells(client: TestClient) -> None:
    weak = full()
    area = next(a for a in weak.areas if a.code == GRID)
    told = client.get(f"/api/v1/grids/{GRID}").json()
    assert {k: told[k] for k in area.model_dump(mode="json")} == area.model_dump(mode="json")
    own = [t for t in told["ties"] if t["of"] == "grid" and t["status"] == "alive"]
    assert len({t["actor"] for t in own}) == area.partners
    assert any(t["actor_name"] == HOSTILE for t in own)
    cell = own[0]["evidence"][0]
    assert (cell["file"], cell["sheet"]) == ("共建关系台账2019.xlsx", "共建关系")
    assert cell["row"] > 1
    assert told["place"] == ["孝感市", "孝南区", "大院街道", "大院社区"]
    gaps = City(a_network(), Policy()).gaps
    assert [n["id"] for n in told["needs"]] == [n.id for n in gaps.needs if n.area == GRID]
    assert client.get("/api/v1/grids/420902001001").status_code == 404  # a community
    assert client.get("/api/v1/grids/420902001001?level=community").status_code == 200


def test_maps_have_their_own_policy(client: TestClient) -> None:
    answer = client.get(f"/api/v1/maps/{STREET}")
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert policy.endswith("frame-ancestors 'self'")
    assert "大院街道" in answer.text
    assert "返回规划页" not in answer.text.split("<main>")[0]
    assert 'target="_top">返回规划页' in client.get(f"/map/{STREET}").text
    assert 'target="_top">返回规划页' not in client.get(f"/map/{STREET}?embed=true").text


def test_datasets(client: TestClient) -> None:
    told = client.get("/api/v1/datasets").json()
    assert [d["sheet"] for d in told["datasets"]] == ["共建关系", "需求清单"]
    assert told["datasets"][0]["live"] is True
    assert "next" not in told


@pytest.mark.parametrize("url", EVERY)
def test_an_answer_is_not_sent_twice(client: TestClient, fake: FakeStore, url: str) -> None:
    first = client.get(url)
    assert first.status_code == 200
    tag = first.headers["etag"]
    assert tag.startswith('"')
    again = client.get(url, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    fake.change(_renamed("head-2"))
    other = client.get(url, headers={"If-None-Match": tag})
    assert other.status_code == 200
    assert other.headers["etag"] != tag


def test_the_tag_changes_with_policy_date_level_and_address(
    fake: FakeStore, make_client: MakeClient
) -> None:
    from api.app import create_app

    client = make_client(fake)
    urls = [
        "/api/v1/weak-grids",
        "/api/v1/weak-grids?level=community",
        "/api/v1/weak-grids?date=2018-01-01",
        f"/api/v1/weak-grids?area={STREET}",
        "/api/v1/gaps",
    ]
    tags = [client.get(url).headers["etag"] for url in urls]
    with TestClient(create_app(fake, Policy(narrow_kinds=2), warm=False)) as other:
        tags.append(other.get(urls[0]).headers["etag"])
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("url", EVERY)
def test_every_answer_carries_the_headers(client: TestClient, url: str) -> None:
    headers = client.get(url).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["content-security-policy"].startswith("default-src '")


def test_results_are_made_once(fake: FakeStore, make_client: MakeClient) -> None:
    from unittest.mock import patch

    from analysis.weak.weak_grids import weak_grids

    client = make_client(fake)
    with patch("analysis.city.weak_grids", wraps=weak_grids) as made:
        for url in EVERY:
            client.get(url)
    assert (fake.reads, made.call_count) == (1, 1)


def test_an_empty_network(make_client: MakeClient) -> None:
    empty = Network.from_wanted(WantedGraph(), as_of=None)
    client = make_client(FakeStore(empty))
    assert client.get("/api/v1/areas").json() == {"areas": [], "next": None}
    assert client.get("/api/v1/weak-grids").json()["areas"] == []
    assert client.get("/api/v1/gaps?by=category").json()["categories"] == []
    assert client.get("/api/v1/datasets").json() == {"datasets": []}
    page = client.get("/")
    assert page.status_code == 200
    assert "还没有数据" in page.text
    assert "gongjian import" in page.text


def test_the_description_is_whole_and_offline(client: TestClient) -> None:
    told = client.get("/api/v1/openapi.json").json()
    ids = [op["operationId"] for path in told["paths"].values() for op in path.values()]
    assert len(set(ids)) == len(ids)
    assert set(ids) > {
        "getArea", "getGrid", "getJob", "getMap", "health", "listAreas", "listDatasets", "listGaps",
        "listWeakGrids", "ready", "retractDataset", "uploadDataset",
    }  # fmt: skip
    assert all(op["tags"] for path in told["paths"].values() for op in path.values())
    text = json.dumps(told)
    for name in {ref.split('"')[0] for ref in text.split("#/components/schemas/")[1:]}:
        assert name in told["components"]["schemas"]
    page = client.get("/api/docs").text
    assert "http" not in page.replace("http-equiv", "")
    for address in ("swagger-ui.css", "swagger-ui-bundle.js"):
        assert client.get(f"/static/vendor/swagger-ui/{address}").status_code == 200


def test_health_and_ready(client: TestClient) -> None:
    assert client.get("/api/v1/health").json()["status"] == "ok"
    told = client.get("/api/v1/ready").json()
    assert (told["ready"], told["stale"], told["head"]) == (True, False, "head-1")
