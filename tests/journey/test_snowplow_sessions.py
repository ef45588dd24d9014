"""Sessions, carts and purchases of real trackers' events are those of Snowplow's model.

The events and the tables expected of them are read where HABITUE_SHARED says.
"""

import csv
import gzip
import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from habitue.base.clock import to_us
from habitue.journey.acts import SessionRules
from tests.journey.test_sessions import asked
from tests.journey.world import World

ROOT = Path(__file__).parent.parent.parent
SHARED = Path(os.environ.get("HABITUE_SHARED", ROOT.parent / "shared"))
DATA = SHARED / "data" / "snowplow-ecommerce-fixtures"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="snowplow-ecommerce-fixtures is not there: HABITUE_SHARED"
)
ACTION = (
    "unstruct_event_com_snowplowanalytics_snowplow_ecommerce"
    "_snowplow_ecommerce_action_1_0_0"
)
NAMES = {
    "product_view": "Product Viewed",
    "list_view": "Product List Viewed",
    "list_click": "Product Clicked",
    "add_to_cart": "Product Added",
    "remove_from_cart": "Product Removed",
    "checkout_step": "Checkout Step Completed",
    "transaction": "Order Completed",
    "promo_view": "Promotion Viewed",
    "promo_click": "Promotion Clicked",
    "refund": "Order Refunded",
}
# What Snowplow counts by session: a list of products is looked at, too.
COUNTS = {
    "number_product_views": ("Product Viewed", "Product List Viewed"),
    "number_add_to_carts": ("Product Added",),
    "number_remove_from_carts": ("Product Removed",),
}


def table(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(DATA / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def at(text: str) -> int:
    found = datetime.fromisoformat(text)
    return to_us(found if found.tzinfo else found.replace(tzinfo=UTC))


def beside(name: str) -> dict[str, list[dict[str, str]]]:
    """Give the rows of a table that stands beside the events, by event."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in table(f"source/com_snowplowanalytics_snowplow_{name}_1"):
        found.setdefault(row["root_id"], []).append(row)
    return found


class Tracked:
    """The trackers' events as a world, and the session of each."""

    def __init__(self) -> None:
        self.world, self.sessions = World(), {}
        self._goods = beside("ecommerce_product")
        self._bought = beside("ecommerce_transaction")
        apps, devices = beside("client_session"), dict[str, int]()
        for row in table("source/snowplow_ecommerce_events"):
            (app,) = apps.get(row["event_id"], [{}])
            device = app.get("user_id") or row["domain_userid"]
            event = self._add(devices.setdefault(device, len(devices) + 1), row)
            self.sessions[event] = app.get("session_id") or row["domain_sessionid"]

    def _add(self, person: int, row: dict[str, str]) -> int:
        event = row["event_id"]
        goods = [
            (one["id"], one["category"], one["brand"], 0)
            for one in self._goods.get(event, ())
        ]
        told: dict[str, Any] = {}
        for one in self._bought.get(event, ()):
            told["object"] = f"o/shop/{one['transaction_id']}"
            told["amount_minor"] = round(float(one["revenue"]) * 100)
        added = self.world.add(
            person,
            at(row["collector_tstamp"]),
            name_of(row),
            goods=goods,
            **told,
        )
        return added.log_offset


def name_of(row: dict[str, str]) -> str:
    """Name an event; of every second the schema's type is not told."""
    action = json.loads(row[ACTION] or "{}").get("type")
    return NAMES.get(action, "Shop Action")


@pytest.fixture(scope="module")
def tracked() -> Tracked:
    return Tracked()


def expected() -> dict[str, dict[str, str]]:
    found = table("expected/default/snowplow_ecommerce_sessions_expected")
    return {row["domain_sessionid"]: row for row in found}


def test_sessions_begin_and_end_where_the_trackers_do(
    tmp_path: Path, tracked: Tracked
) -> None:
    told = tracked.world.asked(tmp_path)

    rows = told.rows(asked_of_2022(), "SELECT * FROM touch")

    told.close()
    found = {tracked.sessions[row["log_offset"]]: row for row in rows}
    assert len(found) == len(rows) == len(set(tracked.sessions.values()))
    for name, row in expected().items():
        assert found[name]["since_us"] == at(row["start_tstamp"])
        assert found[name]["until_us"] == at(row["end_tstamp"])


def test_what_was_looked_at_and_put_into_carts_is_counted_by_session(
    tmp_path: Path, tracked: Tracked
) -> None:
    told = tracked.world.asked(tmp_path)

    rows = told.rows(
        asked_of_2022(),
        "SELECT min(n.log_offset) AS own, n.name, count(DISTINCT n.log_offset) AS times"
        " FROM numbered AS n JOIN lines AS l USING (log_offset)"
        " GROUP BY person_id, place, number, n.name",
    )

    told.close()
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts[tracked.sessions[row["own"]], row["name"]] += row["times"]
    for session, row in expected().items():
        for column, names in COUNTS.items():
            times = sum(counts[session, name] for name in names)
            assert times == int(row[column] or 0), (session, column)


def test_carts_and_checkouts_are_told_by_session(
    tmp_path: Path, tracked: Tracked
) -> None:
    told = tracked.world.asked(tmp_path)

    rows = told.rows(
        asked_of_2022(),
        "SELECT min(n.log_offset) AS own, n.name, count(DISTINCT"
        " coalesce(e.object, CAST(e.log_offset AS VARCHAR))) AS times"
        " FROM numbered AS n JOIN events AS e USING (log_offset)"
        " GROUP BY person_id, place, number, n.name",
    )

    told.close()
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts[tracked.sessions[row["own"]], row["name"]] += row["times"]
    folder = "expected/default/snowplow_ecommerce"
    for name, names, whole in (
        ("cart", ("Product Added", "Product Removed", "Order Completed"), 67),
        ("checkout", ("Checkout Step Completed", "Order Completed"), 52),
    ):
        wanted = Counter(
            row["domain_sessionid"]
            for row in table(f"{folder}_{name}_interactions_expected")
        )
        assert sum(wanted.values()) == whole
        for session in expected():
            times = sum(counts[session, one] for one in names)
            assert times == wanted[session], (session, name)


def test_each_transaction_is_a_purchase_once_in_its_session(
    tmp_path: Path, tracked: Tracked
) -> None:
    told = tracked.world.asked(tmp_path)

    rows = told.rows(asked_of_2022(), "SELECT * FROM purchase")
    made = told.rows(asked_of_2022(), "SELECT made_in FROM purchase_in")
    meant = told.rows(
        asked_of_2022(), "SELECT log_offset, intent FROM meant WHERE intent = 'buy'"
    )

    told.close()
    wanted = list(
        table("expected/default/snowplow_ecommerce_transaction_interactions_expected")
    )
    assert len(rows) == len(wanted)
    assert sum(row["amount"] for row in rows) == 146_609_489
    sessions = {tracked.sessions[row["made_in"]] for row in made}
    assert sessions == {row["domain_sessionid"] for row in wanted}
    assert sessions <= {tracked.sessions[row["log_offset"]] for row in meant}


def asked_of_2022() -> Any:
    return structs.replace(
        asked(SessionRules()),
        since_us=at("2022-01-01T00:00:00"),
        until_us=at("2023-01-01T00:00:00"),
    )
