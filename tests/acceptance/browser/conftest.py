"""A shop's site beside a real server, and a real browser to visit both."""

import itertools
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.acceptance.browser.site import Site, Visit, visiting
from tests.acceptance.shop import Shop

ROOT = Path(__file__).parent.parent.parent.parent
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    running = Shop(tmp_path_factory.mktemp("browser") / "data").start()
    yield running
    if running.process.poll() is None:
        running.stop()


def chromium(*words: str) -> str:
    """Give the path of a Chromium: a whole one, or by "shell" one without windows."""
    found = subprocess.run(
        [ROOT / "tools" / "chromium.sh", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout.strip()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    running = playwright.chromium.launch(
        executable_path=chromium("shell"),
        args=["--no-sandbox", "--disable-dev-shm-usage"],
    )
    yield running
    running.close()


@pytest.fixture
def site() -> Iterator[Site]:
    serving = Site()
    yield serving
    serving.close()


@pytest.fixture
def source(shop: Shop, site: Site) -> str:
    """A public source of this test's own, for pages of the site alone."""
    name = f"web-{next(_numbers)}"
    shop.source(name, "public", origins=[site.address])
    return name


@pytest.fixture
def element(shop: Shop, source: str) -> Callable[..., str]:
    """Writes the script element, with data attributes of its own."""

    def write(**data: str) -> str:
        told = {"key": shop.keys[source], **data}
        attributes = " ".join(
            f'data-{name.replace("_", "-")}="{value}"' for name, value in told.items()
        )
        address = f"http://127.0.0.1:{shop.port}/habitue.js"
        return f'<script src="{address}" {attributes} async></script>'

    return write


@pytest.fixture
def visit(browser: Browser, site: Site, shop: Shop) -> Iterator[Visit]:
    with visiting(browser, site, shop) as one:
        yield one
