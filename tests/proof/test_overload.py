"""Three times what can be taken, slow connections and a noisy key, beside a till."""

import json
import os
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.shop import Shop
from tests.proof.conftest import Stored
from tests.proof.flooding import (
    APPLIED,
    EVENTS,
    Answer,
    Apart,
    Call,
    Flood,
    Slow,
    Till,
)

pytestmark = pytest.mark.proof("T11")

LONG = bool(os.environ.get("HABITUE_TORTURE"))
CAPACITY_S, OVERLOAD_S = (20, 60) if LONG else (4, 8)
# What differs is the log; the rest is held to above.
POSTGRES_S = (20, 60) if LONG else (2, 8)
# A server makes its pages ready a while after its start, and until a million events are
# there each takes longer by a fifth, decoding too: neither is a flood's doing.
READY_S, FILLING_S = (20, 40) if LONG else (0, 0)
SENDERS = 16
# So many that wait for answers can send three times what is taken, wherever it waits.
FLOODING = 160 if LONG else SENDERS
SLOW = 1_000 if LONG else 150
HEAD_TIMEOUT_S = 4
TIMES = 3
# Ten tills, a customer each half a second; two wait until what they told is applied.
TILLS, WAITING, TILL_EVERY_S = 10, 2, 0.5
# On a machine that others use, too, only what does not hang on the clock is asked.
OFFERED_MIN = 2 if LONG else 0
GOODPUT_MIN = 0.9 if LONG else 0.3
ACCEPTED_MS_MAX = 1_000 if LONG else 10_000
TILL_MS_MAX = 300 if LONG else 5_000
TURNED_AWAY_MAX = 0.0 if LONG else 0.5
RECOVERY_S_MAX = 30
RSS_MB_MAX = 700


SLOW_HEAD = b"POST /api/v1/events HTTP/1.1\r\nHost: shop\r\nX-A: "


@pytest.fixture
def new_shop(stored: Stored, tmp_path: Path) -> Shop:
    config = tmp_path / "habitue.toml"
    config.write_text(f"[server]\nhead_timeout_s = {HEAD_TIMEOUT_S}\n")
    stored.shop.extra += ("--config", str(config))
    return stored.shop


def test_a_till_is_served_and_work_goes_on_under_three_times_the_load(
    new_shop: Shop, stored: Stored, figure: Callable[[str, Any], None]
) -> None:
    capacity_s, overload_s = POSTGRES_S if stored.url else (CAPACITY_S, OVERLOAD_S)
    shop = ready(new_shop)
    before = most_per_s(shop, "before", capacity_s)
    crowd = Crowd(shop, before)
    began = time.monotonic()
    time.sleep(overload_s)
    ended = time.monotonic()
    memory = rss_mb(shop)
    crowd.finish()
    recovered_s = recovery(shop)
    # A machine is not always as quick: what is compared lies on either side.
    after = most_per_s(shop, "after", capacity_s)

    capacity = (before + after) / 2
    amid = within(crowd.flooded, began, ended)
    offered = len(amid) * Flood.items / (ended - began)
    taken = sum(one.items for one in amid) / (ended - began)
    # Of what somebody sends who always sends more than can be taken, only when it was
    # sent is known; a till keeps its pace, and waits from when its call was due.
    accepted = [one.took_ms for one in crowd.flooded if one.status == 200]
    for name, value in (
        ("most events/s, before and after", (round(before), round(after))),
        ("offered events/s", round(offered)),
        ("goodput", f"{taken / capacity:.0%}"),
        ("p99 of what was taken ms", round(p99(accepted))),
        ("p99 of the till ms", round(p99(waits(crowd.told)))),
        ("p99 of the till, applied, ms", round(p99(waits(crowd.asked)))),
        ("the till was turned away", f"{crowd.turned_away:.1%}"),
        ("recovered in s", round(recovered_s, 1)),
        ("slow connections ended", f"{crowd.ended} of {SLOW}"),
        ("memory MB", round(memory)),
    ):
        figure(name, value)
    assert offered >= OFFERED_MIN * capacity
    assert crowd.turned_away <= TURNED_AWAY_MAX
    assert taken / capacity >= GOODPUT_MIN
    assert p99(accepted) <= ACCEPTED_MS_MAX
    assert p99(waits(crowd.told)) <= TILL_MS_MAX
    assert recovered_s <= RECOVERY_S_MAX
    assert crowd.ended == SLOW
    assert memory <= RSS_MB_MAX
    crowd.check(shop)
    assert shop.stop() == 0


def ready(shop: Shop) -> Shop:
    """Start a server, and have it do what it does after a start."""
    shop.start()
    shop.source("erp")
    shop.source("till", priority=0)
    shop.source("web", "public")
    time.sleep(READY_S)
    if FILLING_S:
        most_per_s(shop, "filling", FILLING_S)
    return shop


class Crowd:
    """All who come at once: a flood, a noisy page, slow connections, and the till."""

    def __init__(self, shop: Shop, capacity: float) -> None:
        """capacity: events a second that the server takes of those who wait."""
        pause_s = FLOODING * Flood.items / (TIMES * capacity)
        self.flood = [
            Flood(shop, shop.keys["erp"], f"over{at}", pause_s)
            for at in range(FLOODING)
        ]
        # The load keeps its own process busy: a till in it would wait for that.
        self.tills = Apart(
            shop,
            shop.keys["till"],
            {
                f"till{at}": Call(
                    Till, APPLIED if at < WAITING else EVENTS, TILL_EVERY_S
                )
                for at in range(TILLS)
            },
        )
        self.noisy = Till(shop, shop.keys["web"], "noisy", 0)
        self.callers = [self.noisy, *self.flood]
        self.heads = Slow(shop, SLOW, SLOW_HEAD)
        self.bodies = Slow(shop, SLOW // 10, slow_body(shop))
        for one in (self.tills, self.heads, self.bodies, *self.callers):
            one.start()

    def finish(self) -> None:
        self.ended = self.heads.finish()
        self.bodies.finish()
        self.flooded = [answer for one in self.flood for answer in one.finish()]
        tills = self.tills.finish()
        asking = {f"till{at}" for at in range(WAITING)}
        self.asked = [one for name in asking for one in tills.pop(name)]
        self.told = [one for answers in tills.values() for one in answers]
        self.noise = self.noisy.finish()

    @property
    def turned_away(self) -> float:
        answers = [*self.told, *self.asked]
        return sum(one.status != 200 for one in answers) / len(answers)

    def check(self, shop: Shop) -> None:
        """Assert that each was answered properly, and what was taken is there."""
        answers = [*self.flooded, *self.told, *self.asked, *self.noise]
        assert {one.status for one in answers} <= {200, 429, 503}
        # Whoever is turned away is told when to come back.
        assert [said for one in self.callers for said in one.unsaid] == []
        stored = sum(one.items for one in (*self.told, *self.asked))
        assert shop.outcomes("till")["stored"] == stored


def slow_body(shop: Shop) -> bytes:
    """Begin a request of a known key whose body never comes to its end."""
    return (
        "POST /api/v1/events HTTP/1.1\r\nHost: shop\r\n"
        f"Authorization: Bearer {shop.keys['web']}\r\nContent-Length: 100000\r\n\r\n"
    ).encode()


def most_per_s(shop: Shop, name: str, lasting_s: float) -> float:
    """Say how many events a second are taken of clients that wait for answers."""
    key = shop.keys["erp"]
    clients = [Flood(shop, key, f"{name}{at}", 0) for at in range(SENDERS)]
    began = time.monotonic()
    for one in clients:
        one.start()
    time.sleep(lasting_s)
    ended = time.monotonic()
    answers = [answer for one in clients for answer in one.finish()]
    recovery(shop)
    return sum(one.items for one in within(answers, began, ended)) / (ended - began)


def within(answers: Iterable[Answer], began: float, ended: float) -> list[Answer]:
    """Give the answers that came while all were sending.

    Opening a thousand connections, and ending each client after the other, takes
    seconds in which hardly anybody sends: they say nothing of what a server can take.
    """
    return [one for one in answers if began <= one.at <= ended]


def recovery(shop: Shop) -> float:
    """Wait until all is applied and ready again; say how many seconds that took."""
    began = time.monotonic()
    while time.monotonic() < began + 2 * RECOVERY_S_MAX:
        ready = json.loads(shop.request("GET", "/readyz")[2])["ready"]
        if ready and not shop.api("GET", "/healthz")["lag_records"]:
            break
        time.sleep(0.05)
    return time.monotonic() - began


def waits(answers: Iterable[Answer]) -> list[float]:
    return [one.wait_ms for one in answers]


def p99(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


def rss_mb(shop: Shop) -> float:
    lines = Path("/proc", str(shop.process.pid), "status").read_text().splitlines()
    told = dict(line.split(":", 1) for line in lines)
    return int(told["VmRSS"].split()[0]) / 1024
