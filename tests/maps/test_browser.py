"""A map file in a real browser, every request cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from analysis.city import City
from analysis.policy import Policy
from maps.render import render_map, write_map
from tests.browser import DRAWN, chromium, open_page
from tests.maps.city import HOSTILE, city

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def map_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    network = city().network()
    found = City(network, Policy())
    net = render_map(found, area="420902001")
    return write_map(tmp_path_factory.mktemp("map") / "map.html", net)


def test_it_draws_without_error_or_request(browser: Browser, map_file: Path) -> None:
    with open_page(browser) as watch:
        watch.page.goto(map_file.as_uri())
        watch.page.wait_for_function(DRAWN)
        assert watch.page.locator("#canvas canvas").count() == 1
        watch.assert_clean()


def test_hostile_names_stay_text(browser: Browser, map_file: Path) -> None:
    with open_page(browser) as watch:
        page = watch.page
        page.goto(map_file.as_uri())
        page.wait_for_function(DRAWN)
        page.fill("#q", "onerror=alert")
        page.press("#q", "Enter")
        assert page.locator("#details h3").inner_text() == HOSTILE
        assert page.locator("img").count() == 0
        watch.assert_clean()


def test_search_by_name_and_initials_and_reasons_on_click(browser: Browser, map_file: Path) -> None:
    with open_page(browser) as watch:
        page = watch.page
        page.goto(map_file.as_uri())
        page.wait_for_function(DRAWN)
        page.fill("#q", "dysqdewg")  # 大院社区第二网格
        assert page.locator("#found button").first.inner_text().startswith("大院社区 第二网格")
        page.fill("#q", "大院第三")
        assert page.locator("#found button").first.inner_text().startswith("大院社区 第三网格")
        page.fill("#q", "大院社区第五")
        page.press("#q", "Enter")
        page.wait_for_timeout(600)  # the map moves there
        assert page.locator("#details h3").inner_text() == "大院社区第五网格"
        assert page.locator("#details .reasons li").count() >= 1
        page.locator(".back").click()
        # the grid is in the middle of the picture now: a click on it opens it again
        box = page.locator("#canvas canvas").bounding_box()
        assert box
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_selector("#details .reasons li")
        assert page.locator("#details h3").inner_text() == "大院社区第五网格"
        page.fill("#q", "没有这个名字")
        assert page.locator("#found li.none").inner_text() == "没有找到"
        watch.assert_clean()


def test_filters_and_toggles_hide_and_show(browser: Browser, map_file: Path) -> None:
    shown = "id => !gongjian.nodes.get(id).hidden"
    with open_page(browser) as watch:
        page = watch.page
        page.goto(map_file.as_uri())
        page.wait_for_function(DRAWN)
        hub = "420902001001"
        assert page.evaluate(shown, hub) is False
        page.locator("#show-hubs").check()
        assert page.evaluate(shown, hub) is True
        lapsed = page.evaluate(
            "() => gongjian.data.edges.find(e => e.state === 'lapsed' && !e.hub).id"
        )
        assert page.evaluate("id => !gongjian.edges.get(id).hidden", lapsed) is True
        page.locator("#show-lapsed").uncheck()
        assert page.evaluate("id => !gongjian.edges.get(id).hidden", lapsed) is False
        before = page.evaluate("() => gongjian.nodes.get().filter(n => !n.hidden).length")
        for box in page.locator("#filters .check input").all()[:3]:
            box.uncheck()
        after = page.evaluate("() => gongjian.nodes.get().filter(n => !n.hidden).length")
        assert after < before
        watch.assert_clean()


def test_positions_on_the_screen_are_those_of_the_file(browser: Browser, map_file: Path) -> None:
    places = []
    for _ in range(2):
        with open_page(browser) as watch:
            watch.page.goto(map_file.as_uri())
            watch.page.wait_for_function(DRAWN)
            places.append(watch.page.evaluate("() => gongjian.network.getPositions()"))
            told = watch.page.evaluate(
                "() => gongjian.data.nodes.every(n => {"
                " const p = gongjian.network.getPosition(n.id);"
                " return p.x === n.x && p.y === n.y })"
            )
            assert told
    assert places[0] == places[1]


def test_300_grids_with_their_actors_open(browser: Browser, tmp_path: Path) -> None:
    """How fast is for `benchmarks/map_opening.py`."""
    network = city(streets=3, communities=10, grids=10, units=40).network()
    net = render_map(City(network, Policy()))
    assert sum(n["mark"] == "area" for n in net.nodes) == 300
    assert len(net.nodes) > 1000
    path = write_map(tmp_path / "big.html", net)
    with open_page(browser) as watch:
        watch.page.goto(path.as_uri())
        watch.page.wait_for_function(DRAWN)
        assert int(watch.page.evaluate("document.documentElement.dataset.drawn")) > 0
        watch.assert_clean()


def test_an_overview_opens_and_tells_its_areas(browser: Browser, tmp_path: Path) -> None:
    network = city(streets=3, communities=8, grids=6, units=6).network()
    whole = City(network, Policy())
    path = write_map(tmp_path / "city.html", render_map(whole, limit=60))
    with open_page(browser) as watch:
        watch.page.goto(path.as_uri())
        watch.page.wait_for_function(DRAWN)
        watch.page.locator("#list button").first.click()
        assert watch.page.locator("#details .badge").count() >= 1
        watch.assert_clean()
