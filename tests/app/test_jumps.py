"""A clock that jumps under a server: the log goes on in order, timers fire once."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from habitue.app.projection.due import WAITERS
from habitue.app.projection.rebuild import open_fold, replay
from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import DAY_US, HOUR_US, SECOND_US
from tests.acceptance.shop import track
from tests.app.jumping import JumpingShop
from tests.app.ticking import Reminder, remind
from tests.proof import pouring
from tests.proof.ledger import check_journal, events, records
from tests.proof.pouring import pour

pytestmark = pytest.mark.proof("T10")

LONG = bool(os.environ.get("HABITUE_TORTURE"))
WINDOW_DAYS = 30
BOUGHT = {"type": "did", "event": "$purchase", "within": {"days": WINDOW_DAYS}}
BUYERS = "/api/v1/segments/buyers"
# An item that was read just before the clock went back is of that moment.
SKEW_US = 2 * SECOND_US
CUSTOMERS = tuple(f"u{number}" for number in range(pouring.CUSTOMERS))
# Clocks in Warsaw go back from 3 to 2 o'clock.
WARSAW = "Europe/Warsaw"
BACK_AGAIN = datetime(2026, 10, 25, 1, tzinfo=UTC)

Befall = Callable[[JumpingShop, Random], None]


def to(offset_us: int) -> Befall:
    """Let the clock jump while the server runs."""
    return lambda shop, _: shop.set(offset_us)


def stopped(offset_us: int) -> Befall:
    """Let the clock jump while nothing runs."""

    def befall(shop: JumpingShop, _: Random) -> None:
        assert shop.stop() == 0
        shop.set(offset_us)
        shop.serve()

    return befall


def still(shop: JumpingShop, _: Random) -> None:
    """Let the clock stand still for a while."""
    shop.set(0, runs=False)


def over(moment: datetime) -> Befall:
    """Let the hour of a zone change under the server."""
    change_us = int(moment.timestamp()) * SECOND_US

    def befall(shop: JumpingShop, _: Random) -> None:
        assert shop.stop() == 0
        shop.zone = WARSAW
        shop.set(change_us - SECOND_US - time.time_ns() // 1_000)
        shop.serve()

    return befall


def amid_a_snapshot(offset_us: int) -> Befall:
    """Let the clock jump under load, and kill the server just then."""

    def befall(shop: JumpingShop, random: Random) -> None:
        pourers = pour(shop, random.randrange(2**32), 1)
        time.sleep(random.uniform(0.3, 1.5))
        shop.set(offset_us)
        time.sleep(random.uniform(0.0, 0.3))
        shop.kill()
        shop.serve()
        for one in pourers:
            one.finish()

    return befall


def to_and_fro(shop: JumpingShop, random: Random) -> None:
    """Let the clock jump again and again, as one that is set by two masters."""
    for _ in range(10):
        shop.set(random.choice((-1, 1)) * random.randrange(HOUR_US))
        shop.send("web", track("Page Seen", userId="u1"))


# Those of the short form first.
SCENARIOS: dict[str, Befall] = {
    "back 40 days": to(-40 * DAY_US),
    "ahead 40 days while stopped": stopped(40 * DAY_US),
    "still": still,
    "ahead 40 days": to(40 * DAY_US),
    "back 1 s": to(-SECOND_US),
    "ahead 1 s": to(SECOND_US),
    "back 1 h": to(-HOUR_US),
    "ahead 1 h": to(HOUR_US),
    "back 1 h while stopped": stopped(-HOUR_US),
    "back 1 h amid a snapshot": amid_a_snapshot(-HOUR_US),
    "over two hours of one name": over(BACK_AGAIN),
    "to and fro": to_and_fro,
}
PLAYED = list(SCENARIOS) if LONG else list(SCENARIOS)[:3]


@pytest.fixture(autouse=True)
def reminding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WAITERS, "remind", Reminder)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[JumpingShop]:
    made = JumpingShop(tmp_path / "data")
    made.serve()
    made.source("web")
    made.source("till")
    made.api("PUT", BUYERS, {"name": "Buyers", "condition": BOUGHT})
    yield made
    if made.process.poll() is None:
        made.kill()


def buy(shop: JumpingShop, journal: dict[tuple[str, str], int], *whos: str) -> None:
    """Let people buy, and ask to be reminded at once and in half a second."""
    for who in whos:
        paid = {"order_id": f"o-{who}", "total": "1.00", "currency": "GBP"}
        items = (
            track("Order Completed", paid, userId=who, messageId=f"{who}-1"),
            remind(f"{who}-now", 1, userId=who) | {"messageId": f"{who}-2"},
            remind(f"{who}-soon", 500, userId=who) | {"messageId": f"{who}-3"},
        )
        for item, told in zip(items, shop.send("web", *items), strict=True):
            journal["web", item["messageId"]] = told["offset"]


@pytest.mark.parametrize("name", PLAYED)
def test_a_clock_that_jumps_leaves_time_in_order_and_fires_what_is_due_once(
    shop: JumpingShop,
    tmp_path: Path,
    name: str,
    seed: int,
    figure: Callable[[str, Any], None],
) -> None:
    journal: dict[tuple[str, str], int] = {}
    buy(shop, journal, "u1", "u2")

    SCENARIOS[name](shop, Random(seed))

    buy(shop, journal, "u3", "u4")
    if name == "still":
        shop.set(0)
    time.sleep(1.5)
    shop.settle()
    told = {one["person_id"] for one in members(shop)}
    people = {who: shop.id(f"user_id:{who}") for who in CUSTOMERS}
    assert shop.stop() == 0
    truth = SqliteTruth(shop.folder / "truth.db")
    try:
        check_journal(truth, journal)
        end_us = check_times(truth)
        assert told == {people[who] for who in buyers(truth, end_us)}
        figure(f"{name}: timers fired", check_fired(shop, truth, tmp_path, end_us))
    finally:
        truth.close()


def members(shop: JumpingShop) -> list[dict[str, Any]]:
    return shop.api("GET", f"{BUYERS}/members?limit=500")["members"]


def check_times(truth: SqliteTruth) -> int:
    """Assert that the log's time never goes back; give where it ends."""
    times = [one.received_us for one in records(truth)]
    assert all(before <= after for before, after in pairwise(times))
    for record, event in events(truth):
        assert event.at_us <= record.received_us + SKEW_US
    return times[-1]


def buyers(truth: SqliteTruth, end_us: int) -> set[str]:
    """Say who bought within the window, by the log alone."""
    return {
        one.value
        for _, event in events(truth)
        if event.name == "Order Completed"
        and event.at_us > end_us - WINDOW_DAYS * DAY_US
        for one in event.identifiers
        if one.kind == "user_id"
    }


def check_fired(
    shop: JumpingShop, truth: SqliteTruth, tmp_path: Path, end_us: int
) -> int:
    """Assert that each timer due by then fired, once, in time; give how many did.

    And that state is what a rebuild gives.
    """
    state = SqliteState(shop.folder / "state.db")
    fresh = SqliteState(tmp_path / "fresh.db")
    try:
        fold = open_fold(truth, state, 1_000)
        assert fold.offset == truth.head()
        rows = fold.dues._waiters["remind"].rows.items()  # type: ignore[attr-defined]
        fired = [one for _, row in rows for one in row if one[0].startswith("remind:")]
        due = Counter(
            f"remind:{event.properties['of']}"
            for record, event in events(truth)
            if event.name == "Remind"
            and record.received_us + event.properties["ms"] * 1_000 <= end_us
        )
        assert Counter(what for what, *_ in fired) == due
        assert all(due_us <= at_us for _, due_us, at_us in fired)
        rebuilt = open_fold(truth, fresh, 1_000)
        replay(rebuilt, truth, fresh, truth.head(), 3)
        assert list(rebuilt.store.dump()) == list(fold.store.dump())
    finally:
        fresh.close()
        state.close()
    return len(fired)
