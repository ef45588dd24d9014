"""How long the console's pages take over many people, as the server gives them."""

import html
import http.client
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from habitue.app.bench.figure import Figure, less, quantile
from habitue.app.bench.screens import (
    COUNT,
    SCREENS,
    at,
    await_copy,
    builder_form,
    furnish,
)
from habitue.app.bench.servers import Product
from habitue.base.errors import HabitueError
from habitue.console.figures import NAME, NOW
from habitue.console.page import BUILDER

PAGE_BAR_MS, CARD_BAR_MS, COUNT_BAR_MS = 200, 100, 1_000
TIMES = 20
# Figures that come after their page are worked out anew so often.
ANEW = 3
# A page that takes so long is slow, however often it is read.
ENOUGH_MS, PAGE_S_MAX = 10_000, 600
_LATER = re.compile(r'hx-get="([^"]*figures=now)"')
# Where a page has figures that may come after it.
_PLACE = 'id="figures"'


class Took(NamedTuple):
    """How long a page took, each time it was asked for, in milliseconds."""

    page: str
    ms: list[float]

    @property
    def p95(self) -> float:
        return quantile(self.ms, 0.95)


class Reader:
    """Somebody signed in by a start link, who reads pages one after the other."""

    def __init__(self, server: Product) -> None:
        client: Any = server.client()
        link = urlsplit(client.post("/api/v1/sessions/start-link", {})["link"])
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", server.port, timeout=PAGE_S_MAX
        )
        self._cookie = ""
        answer, _ = self._ask("GET", f"{link.path}?{link.query}")
        cookies = answer.headers.get_all("set-cookie") or []
        self._cookie = "; ".join(one.split(";", 1)[0] for one in cookies)

    def read(self, page: str, paths: Sequence[str]) -> Took:
        """Read a page by some addresses, fewer if it is slow; each has to be found."""
        return self._timed(page, [("GET", path, b"") for path in paths])

    def follow(self, path: str, move: Callable[[], None]) -> Took | None:
        """Ask for the figures of a page, so often; None if it has no place for some.

        move: has the log go on, so that no answer is one that was kept.
        """
        if _PLACE not in self._ask("GET", path)[1]:
            return None
        now = f"{path}{'&' if '?' in path else '?'}{NAME}={NOW}"
        # At first what was begun by who read it before comes to its end.
        self._wait_for(now)
        took: list[float] = []
        for _ in range(ANEW):
            move()
            began = time.perf_counter()
            self._wait_for(now)
            took.append((time.perf_counter() - began) * 1_000)
        return Took(path, took)

    def _wait_for(self, path: str) -> None:
        """Ask for figures until they are there."""
        while True:
            later = _LATER.search(self._ask("GET", path)[1])
            if later is None:
                return
            path = html.unescape(later[1])

    def count(self, fields: Mapping[str, str], times: int) -> Took:
        """Have the builder count what its form tells, so many times."""
        _, page = self._ask("GET", BUILDER)
        key = re.search(r'name="form_key" value="([^"]+)"', page)
        told = {**fields, "form_key": key.group(1) if key else ""}
        return self._timed(COUNT, [("POST", COUNT, urlencode(told).encode())] * times)

    def _timed(self, page: str, asked: Sequence[tuple[str, str, bytes]]) -> Took:
        took: list[float] = []
        for method, path, body in asked:
            began = time.perf_counter()
            self._ask(method, path, body)
            took.append((time.perf_counter() - began) * 1_000)
            if sum(took) > ENOUGH_MS:
                break
        return Took(page, took)

    def _ask(
        self, method: str, path: str, body: bytes = b""
    ) -> tuple[http.client.HTTPResponse, str]:
        """Ask for an address; give the answer and its text."""
        headers = {"cookie": self._cookie} if self._cookie else {}
        if body:
            headers["content-type"] = "application/x-www-form-urlencoded"
            headers["origin"] = f"http://127.0.0.1:{self._connection.port}"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode(errors="replace")
        if answer.status >= 400 or (self._cookie and answer.status != 200):
            raise HabitueError(f"The page {path} answered {answer.status}.")
        return answer, text


class Found(NamedTuple):
    """What reading all screens came to; refused: what could not be shown, and why."""

    screens: list[Took]
    after: list[Took]
    refused: list[str]


def measure(  # noqa: PLR0913 - whose pages, and what stands on them
    server: Product,
    *,
    backend: str,
    profiles: int,
    people: Sequence[str],
    key: str,
    now_us: int,
) -> list[Figure]:
    """Read every screen, and the cards of some people (kind:value).

    key: the shop's, by which an item comes that needs fixing.
    """
    furnish(server, key, now_us)
    await_copy(server)
    reader = Reader(server)
    ids = [_person_id(server, one) for one in people]
    addresses = {screen: at(screen, ids[0], now_us) for screen in SCREENS}
    found = read_all(reader, addresses, lambda: _move(server, key))
    card = reader.read("a person", [f"/console/people/{one}" for one in ids])
    count = reader.count(builder_form(), TIMES)
    note = f"{profiles:,} profiles, one reader, p95 of {TIMES}"
    return [
        *figures(backend, note, found.screens, card, count),
        *figures_after(backend, profiles, found.after),
        refused(backend, found),
    ]


def read_all(
    reader: Reader, addresses: Mapping[str, str], move: Callable[[], None]
) -> Found:
    """Read each screen by its address; one that is refused costs no other its time."""
    found = Found([], [], [])
    for screen, path in addresses.items():
        try:
            found.screens.append(reader.read(screen, [path] * TIMES))
            after = reader.follow(path, move)
        except HabitueError as error:
            found.refused.append(str(error))
            continue
        if after is not None:
            found.after.append(after)
    return found


def figures(
    backend: str, note: str, found: Sequence[Took], card: Took, count: Took
) -> list[Figure]:
    """Give the rows: the slowest page, how many are above the bar, card and count."""
    slowest = max(found, key=lambda one: one.p95)
    above = sorted((one for one in found if one.p95 > PAGE_BAR_MS), key=_slower)
    which = ", ".join(f"{one.page} {one.p95:,.0f} ms" for one in above)
    return [
        less(
            f"{backend}: console, the slowest of {len(found)} pages, p95",
            slowest.p95,
            "ms",
            bar=PAGE_BAR_MS,
            note=f"{note}: {slowest.page}",
        ),
        less(
            f"{backend}: console, pages of {len(found)} above {PAGE_BAR_MS} ms",
            len(above),
            "pages",
            bar=0,
            note=which or "none",
        ),
        less(
            f"{backend}: console, a person's card, p95",
            card.p95,
            "ms",
            bar=CARD_BAR_MS,
            note=f"{note}, each of another who bought",
        ),
        less(
            f"{backend}: console, count while a segment is built, p95",
            count.p95,
            "ms",
            bar=COUNT_BAR_MS,
            note=f"{note}: viewed within 30 days, bought nothing within 7",
        ),
    ]


def figures_after(backend: str, profiles: int, after: Sequence[Took]) -> list[Figure]:
    """Give the row of figures that came after their pages; none where none did."""
    if not after:
        return []
    slowest = sorted(after, key=_slower)
    which = ", ".join(f"{one.page} {one.p95:,.0f} ms" for one in slowest)
    return [
        less(
            f"{backend}: console, figures that come after their page, p95",
            slowest[0].p95,
            "ms",
            note=f"{profiles:,} profiles, one reader, the slowest of {len(after)}, of"
            f" {ANEW} each, nothing kept: {which}",
        )
    ]


def refused(backend: str, found: Found) -> Figure:
    """Give the row of pages that could not be shown, which are in no other row."""
    asked = len(found.screens) + len(found.refused)
    return less(
        f"{backend}: console, pages of {asked} that could not be shown",
        len(found.refused),
        "pages",
        bar=0,
        note=" ".join(found.refused) or "none",
    )


def _slower(one: Took) -> float:
    return -one.p95


def _move(server: Product, key: str) -> None:
    """Have the log go on by an event, and state with it."""
    item = {"type": "track", "event": "Page Left Open", "anonymousId": "bench-moves"}
    body = json.dumps({"batch": [item]}).encode()
    client: Any = server.client()
    client.raw("POST", "/api/v1/events?wait=applied", body, key)


def _person_id(server: Product, identifier: str) -> int:
    client: Any = server.client()
    found = client.get("/api/v1/people", identifier=identifier)["people"]
    if not found:
        raise HabitueError(f"Nobody is known by {identifier}.")
    person_id: int = found[0]["person_id"]
    return person_id
