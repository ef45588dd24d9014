"""A real server with a team, and browsers of its members."""

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from habitue.access.totp import STEP_US, code_at, read_secret
from habitue.base.clock import SystemClock
from tests.acceptance.shop import Shop, identify, track

ROOT = Path(__file__).parent.parent.parent.parent
LINK = re.compile(r"http://127\.0\.0\.1:\d+/console/start\?token=\S+")
PASSWORD = "lamp river copper tango"
# Reports are made in processes of their own, beside whatever else runs here.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS / 2)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = subprocess.run(
        [ROOT / "tools" / "chromium.sh", "shell"],
        capture_output=True,
        text=True,
        check=True,
    )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found.stdout.strip(),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield chromium
        chromium.close()


class Desk:
    """A browser of somebody who works here, and what went wrong in it."""

    def __init__(self, browser: Browser, shop: Shop, **context: Any) -> None:
        self.shop = shop
        self.address = f"http://127.0.0.1:{shop.port}"
        self.context = browser.new_context(
            viewport={"width": 1280, "height": 900}, locale="en-GB", **context
        )
        self.context.set_default_timeout(10_000)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", self._told)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _told(self, message: Any) -> None:
        refused = "the server responded with a status of 4" in message.text
        if message.type in {"error", "warning"} and not refused:
            self.faults.append(message.text)

    def open(self, path: str) -> Any:
        return self.page.goto(self.address + path)

    def read(self, path: str) -> None:
        """Open a page, and wait until its figures are there; by the link if need be."""
        self.open(path)
        waits = self.page.locator("#figures[aria-busy=true] a")
        if not self.page.evaluate("'htmx' in window"):
            while waits.count():
                waits.click()
        ready = "#figures[aria-busy=false]"
        self.page.wait_for_selector(ready, state="attached", timeout=PATIENCE_MS)

    def by_link(self) -> "Desk":
        """Come in by a link, as who works at the machine does."""
        made = self.shop.api("POST", "/api/v1/sessions/start-link", {}, status=201)
        self.page.goto(made["link"])
        return self

    def join(self, name: str, role: str) -> str:
        """Be invited, choose a password, set codes up; give their secret, spelled."""
        made = self.shop.api(
            "POST", "/api/v1/operators", {"name": name, "role": role}, status=201
        )
        self.page.goto(made["invitation"])
        self.page.fill("#password", PASSWORD)
        self.page.fill("#again", PASSWORD)
        self.page.click("main .btn-primary")
        secret = ""
        if made["needs_code"]:
            secret = (self.page.text_content("#secret") or "").replace(" ", "")
            self.page.fill("#code", code_of(secret))
            self.page.click("main .btn-primary")
        self.page.wait_for_url(f"{self.address}/console")
        return secret

    def close(self) -> None:
        self.context.close()


def code_of(secret: str, later: int = 0) -> str:
    """Give the code that a telephone with this secret shows, now or later."""
    step = SystemClock().now_us() // STEP_US + later
    return code_at(read_secret(secret), step)


def printed_link(shop: Shop) -> str:
    """Give the link that the server wrote to its terminal."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = LINK.search(shop.log.read_text())
        if found:
            return found[0]
        time.sleep(0.05)
    raise AssertionError(shop.log.read_text())


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    running = Shop(tmp_path_factory.mktemp("console") / "data").start()
    running.source("web", "public")
    running.source("till")
    running.source("crm")
    yield running
    assert running.stop() == 0


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Shop]:
    """A server that has just been set up."""
    running = Shop(tmp_path / "empty").start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def desk(browser: Browser, shop: Shop) -> Iterator[Desk]:
    """A browser that nobody has signed in with; it must not fault."""
    opened = Desk(browser, shop)
    yield opened
    opened.close()
    assert opened.faults == []


def anna(shop: Shop) -> int:
    """Let Anna be known with a name, an address, a telephone, and a receipt."""
    traits = {
        "name": "Anna Kowalska",
        "email": "anna@example.com",
        "phone": "+48600700800",
        "city": "Kraków",
    }
    shop.send(
        "crm",
        identify(traits, userId="13862", identifiers={"loyalty_card": "4711"}),
    )
    shop.send(
        "till",
        track(
            "Receipt Issued",
            {"receipt_id": "r1", "total": "30.00", "currency": "GBP"},
            identifiers={"loyalty_card": "4711"},
        ),
    )
    found: int = shop.id("email:anna@example.com")
    return found
