"""How long the console's pages take over many people, as the server gives them."""

import http.client
import time
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from habitue.app.bench.figure import Figure, less, quantile
from habitue.app.bench.servers import Product
from habitue.base.errors import HabitueError

PAGE_BAR_MS, CARD_BAR_MS = 200, 100
TIMES = 20
# A page that takes so long is slow, however often it is read.
ENOUGH_MS, PAGE_S_MAX = 10_000, 600
SCREENS = (
    *("/console", "/console/live", "/console/people", "/console/sources"),
    *("/console/imports", "/console/fixing", "/console/duplicates"),
    *("/console/segments", "/console/segments/builder/draft", "/console/channels"),
    *("/console/scores", "/console/privacy", "/console/team", "/console/audit"),
    *("/console/settings", "/console/health"),
)


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
        self._cookie = self._get(f"{link.path}?{link.query}")

    def read(self, page: str, paths: Sequence[str]) -> Took:
        """Read a page by some addresses, fewer if it is slow; each has to be found."""
        took = []
        for path in paths:
            began = time.perf_counter()
            self._get(path)
            took.append((time.perf_counter() - began) * 1_000)
            if sum(took) > ENOUGH_MS:
                break
        return Took(page, took)

    def _get(self, path: str) -> str:
        """Ask for an address; give the cookie that is set, if one is."""
        headers = {"cookie": self._cookie} if self._cookie else {}
        self._connection.request("GET", path, headers=headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status >= 400 or (self._cookie and answer.status != 200):
            raise HabitueError(f"The page {path} answered {answer.status}.")
        cookies = answer.headers.get_all("set-cookie") or []
        return "; ".join(one.split(";", 1)[0] for one in cookies)


def measure(
    server: Product, *, backend: str, profiles: int, people: Sequence[str]
) -> list[Figure]:
    """Read every screen, and the cards and names of some people (kind:value)."""
    reader = Reader(server)
    found = [reader.read(path, [path] * TIMES) for path in SCREENS]
    typed = [quote(one.partition(":")[2]) for one in people]
    found += [
        reader.read("search", [f"/console/search?q={one}" for one in typed]),
        # Of a made-up name there is one in a thousand people.
        reader.read("people by a name", ["/console/people?q=Name17"] * TIMES),
    ]
    cards = [f"/console/people/{_person_id(server, one)}" for one in people]
    card = reader.read("a person", cards)
    slowest = max(found, key=lambda one: one.p95)
    note = f"{profiles:,} profiles, one reader, p95 of {TIMES}"
    return [
        less(
            f"{backend}: console, the slowest of {len(found)} pages, p95",
            slowest.p95,
            "ms",
            bar=PAGE_BAR_MS,
            note=f"{note}: {slowest.page}",
        ),
        less(
            f"{backend}: console, a person's card, p95",
            card.p95,
            "ms",
            bar=CARD_BAR_MS,
            note=f"{note}, each of another person",
        ),
    ]


def _person_id(server: Product, identifier: str) -> int:
    client: Any = server.client()
    found = client.get("/api/v1/people", identifier=identifier)["people"]
    if not found:
        raise HabitueError(f"Nobody is known by {identifier}.")
    person_id: int = found[0]["person_id"]
    return person_id
