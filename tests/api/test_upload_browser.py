"""The upload page in a real browser: choose, look, confirm; asked, told, remembered."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn

from analysis.policy import Policy
from api.app import create_app
from tests.api.test_jobs import AREAS, ROW, STRANGE, book
from tests.browser import chromium, open_page
from tests.fakes import JournalStore
from tests.ingest.books import write_book

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(64)
        app = create_app(JournalStore(tmp_path / "home"), Policy(), warm=False)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


@pytest.mark.parametrize(("lang", "width"), [("zh", 1280), ("en", 700)])
def test_a_sheet_is_checked_looked_at_and_imported(
    browser: Browser, address: str, tmp_path: Path, lang: str, width: int
) -> None:
    areas = write_book(tmp_path / "区划网格表.xlsx", {"网格": AREAS})
    bad = [*ROW[:4], "2019-02-30", ""]
    first = book(tmp_path, "共建2019-07.xlsx", ROW)
    second = book(tmp_path, "共建2019-08.xlsx", [*ROW[:4], "2019-06-01", ""], bad)
    with open_page(browser, allow=address, width=width) as watch:
        page = watch.page
        for path in (areas, first, second):
            page.goto(f"{address}/upload?lang={lang}")
            page.set_input_files("#file", path)
            page.click("#upload button")
            page.wait_for_selector("[data-do=import]", timeout=60_000)
            if path is not second:
                page.click("[data-do=import]")
                page.wait_for_selector(".steps a", timeout=60_000)
        assert "签订日期" in page.locator(".differs").inner_text()
        assert "E3" in page.locator(".issues").inner_text()
        assert "13907123456" not in page.content()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=str(tmp_path / f"job-{lang}.png"), full_page=True)
        page.click("[data-do=import]")
        page.wait_for_selector(".steps a", timeout=60_000)
        page.goto(f"{address}/upload?lang={lang}")
        assert page.locator("[data-retract]").count() == 2
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=str(tmp_path / f"upload-{lang}.png"), full_page=True)
        page.locator("[data-retract]").first.click()
        page.locator("[data-retract].sure").click()
        page.wait_for_selector("text=共建2019-07.xlsx")
        watch.assert_clean()


def test_a_sheet_that_is_not_known_is_asked_about(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    path = write_book(tmp_path / "怪表.xlsx", {"Sheet1": STRANGE})
    with open_page(browser, allow=address) as watch:
        page = watch.page
        page.goto(f"{address}/upload")
        page.set_input_files("#file", path)
        page.click("#upload button")
        page.wait_for_selector(".question select", timeout=60_000)
        page.select_option(".question select", "ties")
        page.click(".question form.choose button[type=submit]")
        page.wait_for_selector("form.answer select")
        for header, name in (("叫法", "subject"), ("给谁", "object"), ("归属", "community")):
            page.select_option(f"select[data-header={header}]", name)
        page.screenshot(path=str(tmp_path / "asks.png"), full_page=True)
        page.click("form.answer button[type=submit]")
        page.wait_for_selector("[data-do=import]", timeout=60_000)
        watch.assert_clean()
