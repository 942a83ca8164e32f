"""Chromium for tests that open pages: every request that leaves the machine is cut and told.

Skipped with the reason where there is no Chromium; failed instead with
`GONGJIAN_REQUIRE_BROWSER=1`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def _no_browser(why: str) -> None:
    if os.environ.get("GONGJIAN_REQUIRE_BROWSER") == "1":
        pytest.fail(f"no browser: {why}")
    pytest.skip(f"no browser: {why}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium of this machine, else the test is skipped with the reason."""
    path = os.environ.get("GONGJIAN_TEST_BROWSER") or next(
        filter(None, map(shutil.which, _NAMES)), None
    )
    if path is None:
        _no_browser("no Chromium on the path; set GONGJIAN_TEST_BROWSER to one")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield browser
        browser.close()


@dataclass
class Watch:
    """What a page did while it was open."""

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def assert_clean(self) -> None:
        """No request left the machine, and the console holds no error or warning."""
        assert self.outside == []
        assert self.errors == []


@contextmanager
def open_page(
    browser: Browser, *, allow: str | None = None, width: int = 1440, height: int = 900
) -> Iterator[Watch]:
    """A fresh page; requests go to files and to addresses that begin with `allow` only."""
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.set_default_timeout(120_000)  # a busy machine is no fault of the page
    watch = Watch(page)

    def gate(route: Any) -> None:
        url = route.request.url
        if url.startswith(("file:", "data:", "about:")) or (allow and url.startswith(allow)):
            route.continue_()
        else:
            watch.outside.append(url)
            route.abort()

    context.route("**/*", gate)
    page.on(
        "console",
        lambda m: watch.errors.append(m.text) if m.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: watch.errors.append(str(error)))
    page.on("dialog", lambda dialog: (watch.errors.append(dialog.message), dialog.dismiss()))
    yield watch
    context.close()


DRAWN = "document.documentElement.dataset.drawn !== undefined"
"""True once a map is drawn for the first time."""
