"""A shop's site: static pages on an origin of their own, and who visits them."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Request

from tests.acceptance.shop import Shop

WAIT_S = 15
LOADED = "!!(window.habitue && habitue.version)"
# What a browser says that nobody drives by a program.
AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/140.0.0.0 Safari/537.36"
)


class Site:
    """Serves pages at http://localhost, another site than http://127.0.0.1."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.files: dict[str, str] = {}
        self.policy: str | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://localhost:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            script = site.files.get(path)
            body = (script or site.pages.get(path, "<title>None</title>")).encode()
            self.send_response(200)
            kind = "text/html" if script is None else "text/javascript"
            self.send_header("content-type", f"{kind}; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            # So that going back is a page anew, as after a day.
            self.send_header("cache-control", "no-store")
            if site.policy is not None:
                self.send_header("content-security-policy", site.policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *told: Any) -> None:
            pass

    return Handler


class Visit:
    """A browser at the site, with all that it asked of Habitué and all it said."""

    def __init__(self, context: BrowserContext, site: Site, shop: Shop) -> None:
        self.context = context
        self.site = site
        self.shop = shop
        self.asked: list[Request] = []
        self.said: list[str] = []
        context.on("request", self._note)
        context.on("console", lambda told: self.said.append(told.text))
        context.on("weberror", lambda told: self.said.append(str(told.error)))
        self.page = context.pages[0] if context.pages else context.new_page()
        self.device = ""

    def _note(self, request: Request) -> None:
        if urlsplit(request.url).port == self.shop.port:
            self.asked.append(request)

    def goto(self, path: str = "/") -> None:
        self.page.goto(self.site.address + path)

    def call(self, *told: Any) -> None:
        self.call_at_once(told)

    def call_at_once(self, *calls: Sequence[Any]) -> None:
        """Call in one turn of the page, so that nothing is sent between."""
        script = "calls => calls.forEach(told => window.habitue(...told))"
        self.page.evaluate(script, [list(told) for told in calls])

    def find_device(self) -> str:
        """Give the device's id as the page knows it; remembered for afterwards."""
        script = "new Promise(give => window.habitue('device', give))"
        self.device = self.page.evaluate(script) or ""
        return self.device

    @property
    def posts(self) -> list[Request]:
        return [one for one in self.asked if one.method != "GET"]

    @property
    def items(self) -> list[dict[str, Any]]:
        """Give all items that were sent, again for each time they were."""
        sent = [json.loads(one.post_data or "{}") for one in self.posts]
        return [item for body in sent for item in body["batch"]]

    def kept(self) -> list[str]:
        """Name everything that is kept in the browser, whoever keeps it."""
        script = "Object.keys(localStorage).concat(Object.keys(sessionStorage))"
        databases = "indexedDB.databases().then(all => all.map(one => one.name))"
        cookies = [cookie["name"] for cookie in self.context.cookies()]
        return [
            *self.page.evaluate(script),
            *self.page.evaluate(databases),
            *cookies,
        ]


def stored(shop: Shop, device: str) -> list[dict[str, Any]]:
    """Give a device's events as the log holds them, oldest first."""
    found: list[dict[str, Any]] = []
    cursor = "0"
    while cursor:
        status, headers, raw = shop.request(
            "GET",
            f"/api/v1/export/events?cursor={cursor}",
            headers={"authorization": f"Bearer {shop.token()}"},
        )
        assert status == 200, raw
        found += [json.loads(line) for line in raw.splitlines()]
        cursor = headers.get("x-next-cursor", "")
    return [one for one in found if f"anonymous_id:{device}" in one["identifiers"]]


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["name"] or event["type"] for event in events]


def until(true: Callable[[], Any], page: Page | None = None) -> Any:
    """Wait until something is so, and give it."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        found = true()
        if found:
            return found
        # A page that is driven hears of nothing while its driver sleeps.
        if page is None:
            time.sleep(0.05)
        else:
            page.wait_for_timeout(50)
    raise AssertionError("waited in vain")


@contextmanager
def visiting(browser: Any, site: Site, shop: Shop, **more: Any) -> Iterator[Visit]:
    """Come to the site with a browser that nobody has used."""
    context = browser.new_context(user_agent=AGENT, **more)
    context.set_default_timeout(15_000)
    try:
        yield Visit(context, site, shop)
    finally:
        context.close()


def home(site: Site, head: str, body: str = "") -> None:
    site.pages["/"] = f"<title>Home</title>{head}{body}"


def arrive(visit: Visit, path: str = "/") -> str:
    """Come to a page and let the script load; gives the device."""
    visit.goto(path)
    visit.page.wait_for_function(LOADED)
    return visit.find_device()


def told(visit: Visit, *wanted: str) -> list[dict]:
    """Wait until the log holds events of these names of the device, and give all.

    A name that is given twice has to be there twice.
    """

    def there() -> list[dict] | None:
        events = stored(visit.shop, visit.device)
        return None if Counter(wanted) - Counter(names(events)) else events

    found: list[dict] = until(there, visit.page)
    # The browser answers in order: by now it has told of all requests that it made.
    visit.context.cookies()
    return found
