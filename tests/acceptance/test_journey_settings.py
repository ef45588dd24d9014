"""Settings of journeys say when a session ends, and how far back it is looked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import habitue
from tests.acceptance.planted import opened, send
from tests.acceptance.shop import Shop
from tests.acceptance.test_insights import (
    BEGAN,
    ON_PAGE,
    TEA,
    ask,
    page,
    receipt,
    track,
)

DAYS = {"from": "2026-03-01", "to": "2026-03-31"}
# None of them is what it is at first.
SET = {
    "HABITUE_SHOP__TIME_ZONE": "Asia/Almaty",
    "HABITUE_JOURNEYS__SESSION_IDLE_MINUTES": "5",
    "HABITUE_JOURNEYS__SESSION_ON_CAMPAIGN": "false",
    "HABITUE_JOURNEYS__SESSION_AT_MIDNIGHT": "true",
    "HABITUE_JOURNEYS__WINDOW_DAYS": "1",
}
# Midnight in Almaty.
MIDNIGHT = datetime(2026, 3, 10, 19, 0, tzinfo=UTC)
LETTER, PAID = "/?utm_source=newsletter&utm_medium=email", "/?gclid=x"


def after(minutes: int) -> float:
    """Give a moment by midnight, in days since the tests' worlds began."""
    return (MIDNIGHT + timedelta(minutes=minutes) - BEGAN) / timedelta(days=1)


def viewed(device: str, days: float) -> dict[str, Any]:
    return track({"anonymousId": device, **ON_PAGE}, days, "Product Viewed", **TEA)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SET.items():
            patch.setenv(name, value)
        made = opened(Shop(tmp_path_factory.mktemp("set") / "data").start())
    # A visit over midnight, then by another way, and after a pause of seven minutes.
    send(
        made,
        "site",
        [
            page("d", after(-3), LETTER),
            viewed("d", after(-1)),
            viewed("d", after(1)),
            page("d", after(3), PAID),
            viewed("d", after(10)),
        ],
    )
    # One looks half a day before the receipt, another two days before it.
    for number, before in enumerate((0.5, 2)):
        device, user = {"anonymousId": f"e{number}"}, {"userId": f"b{number}"}
        looked = viewed(f"e{number}", 20 - before)
        known = {"type": "identify", **device, **user, "timestamp": looked["timestamp"]}
        send(made, "site", [looked, known])
        send(made, "tills", [receipt(20, number, 5.77, **user)])
    ask(made, "journeys")
    yield made
    made.kill()


@pytest.mark.feature("I2")
def test_sessions_end_where_the_settings_say(shop: Shop) -> None:
    told = habitue.open(shop.folder).touchpoints("2026-03-10", "2026-03-11")

    # At first it would be 3 acts by the letter and 2 by the advertisement.
    sessions = told.arrow().sort_by("since")
    assert sessions["acts"].to_pylist() == [2, 2, 1]
    assert sessions["channel"].to_pylist() == ["email", "paid_search", "direct"]


@pytest.mark.feature("F6")
def test_what_counts_before_a_purchase_is_as_far_back_as_the_setting_says(
    shop: Shop,
) -> None:
    told = ask(shop, "ropo", **DAYS)
    wide = ask(shop, "ropo", **DAYS, window_days=3)

    assert (told["ropo"]["purchases"]["yes"], told["ropo"]["purchases"]["no"]) == (1, 1)
    assert wide["ropo"]["purchases"]["yes"] == 2
    assert told["rules"] == {
        "idle_minutes": 5,
        "on_campaign": False,
        "at_midnight": True,
        "time_zone": "Asia/Almaty",
        "window_days": 1,
    }


@pytest.mark.feature("I2")
def test_ways_to_purchases_begin_within_the_days_of_the_setting(shop: Shop) -> None:
    ways = habitue.open(shop.folder).journeys(*DAYS.values()).arrow()

    assert sorted(ways["touches"].to_pylist()) == [0, 1]
