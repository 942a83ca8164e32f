"""The page in a real browser: served, every request to elsewhere cut."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn

from analysis.policy import Policy
from api.app import create_app
from tests.api.conftest import a_network
from tests.api.test_review import item
from tests.browser import DRAWN, chromium, open_page
from tests.fakes import FakeStore
from tests.maps.city import TIES_SHEET, info

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

STREET = "420902001"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(FakeStore(a_network(), [info(TIES_SHEET)])) as found:
        yield found


@contextmanager
def served(store: FakeStore) -> Iterator[str]:
    """The application on a free port of the loopback address."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(64)
        app = create_app(store, Policy())
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


@pytest.mark.parametrize("width", [1440, 800])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_and_its_map(browser: Browser, address: str, width: int, lang: str) -> None:
    with open_page(browser, allow=address, width=width) as watch:
        page = watch.page
        page.goto(f"{address}/?area={STREET}&lang={lang}")
        assert page.locator("h1").inner_text() == "大院街道"
        page.locator(".map iframe").scroll_into_view_if_needed()
        page.wait_for_function("document.querySelector('.map iframe') !== null")
        frame = page.frame_locator(".map iframe")
        frame.locator("#canvas canvas").wait_for()
        frame.locator("#list button").first.click()
        assert frame.locator("#details .reasons li").count() >= 1
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        watch.assert_clean()


def test_choosing_a_street_shows_it(browser: Browser, address: str) -> None:
    with open_page(browser, allow=address) as watch:
        page = watch.page
        page.goto(f"{address}/")
        page.select_option("#c-district", "420902")
        page.wait_for_selector("#c-street")
        page.select_option("#c-street", "420902002")
        page.wait_for_selector("#c-community")
        assert page.locator("h1").inner_text() == "文昌街道"
        page.fill("#q", "大院社区第三网格")
        page.press("#q", "Enter")
        page.locator(".hits a").first.click()
        page.wait_for_selector("h1:has-text('大院社区第三网格')")
        watch.assert_clean()


def test_a_map_of_its_own_leads_back(browser: Browser, address: str) -> None:
    with open_page(browser, allow=address) as watch:
        watch.page.goto(f"{address}/map/{STREET}")
        watch.page.wait_for_function(DRAWN)
        watch.page.locator(".help a").click()
        watch.page.wait_for_selector("h1:has-text('大院街道')")
        watch.assert_clean()


def test_the_description_opens_offline(browser: Browser, address: str) -> None:
    with open_page(browser, allow=address) as watch:
        watch.page.goto(f"{address}/api/docs")
        watch.page.wait_for_selector("#operations-weak_grids-listWeakGrids")
        watch.assert_clean()


def test_the_review_queue_is_decided_by_its_buttons(browser: Browser) -> None:
    store = FakeStore(a_network(), [info(TIES_SHEET)])
    store.items = [item("孝感一中", "孝感市第一高级中学"), item("蓝天救援队", "兰天救援队")]
    with served(store) as address, open_page(browser, allow=address) as watch:
        page = watch.page
        page.goto(f"{address}/review")
        assert page.locator("table.review tbody tr").count() == 2
        assert page.locator(".why-not li").count() >= 2
        with page.expect_navigation():
            page.locator("button:has-text('是同一个')").first.click()
        assert [d.kind for d in store.decided.values()] == ["same"]
        page.goto(f"{address}/review?state=decided&lang=en")
        with page.expect_navigation():
            page.locator("button:has-text('Undo')").click()
        assert store.decided == {}
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        watch.assert_clean()
