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
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from habitue.base.clock import to_us
from habitue.collect.dialects.snowplow_items import translate
from habitue.journey.acts import SessionRules
from habitue.lake.rows import LineRow
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


# What stands beside an event, by the name of its schema, and what it is no part of.
BESIDE = ("product", "cart", "checkout_step", "transaction")
ROOT_FIELDS = {"root_id", "root_tstamp", "schema_name"}
VENDOR = "com.snowplowanalytics.snowplow"
# A transaction is the last step of a checkout, as Snowplow's model has it.
LAST_STEP = 4


def schema(name: str, vendor: str = f"{VENDOR}.ecommerce") -> str:
    return f"iglu:{vendor}/{name}/jsonschema/1-0-0"


class Tracked:
    """The trackers' events through the dialect as a world, and the session of each."""

    def __init__(self) -> None:
        self.world, self.sessions = World(), {}
        self._beside = {name: beside(f"ecommerce_{name}") for name in BESIDE}
        apps, devices = beside("client_session"), dict[str, int]()
        for row in table("source/snowplow_ecommerce_events"):
            (app,) = apps.get(row["event_id"], [{}])
            device = app.get("user_id") or row["domain_userid"]
            event = self._add(devices.setdefault(device, len(devices) + 1), row)
            self.sessions[event] = app.get("session_id") or row["domain_sessionid"]

    def _add(self, person: int, row: dict[str, str]) -> int:
        item = json.loads(translate(json.dumps(self._hit(row)).encode(), {}))
        told, of_order = item.get("properties", {}), {}
        if item.get("event") == "Order Completed":
            of_order["object"] = f"o/shop/{told['order_id']}"
            of_order["amount_minor"] = round(float(told["total"]) * 100)
        added = self.world.add(
            person,
            at(row["collector_tstamp"]),
            # Of every second event the fixture lost what was done.
            item.get("event") or "Shop Action",
            # By the collector's clock sessions begin and end, by the tracker's own
            # comes what was done in them.
            properties=json.dumps({**told, "made": row["derived_tstamp"]}),
            **of_order,
        )
        self.world.lines += [
            _line(added.log_offset, number, one)
            for number, one in enumerate(told.get("products", ()))
        ]
        return added.log_offset

    def _hit(self, row: dict[str, str]) -> dict[str, str]:
        """Write an event as a tracker sends it."""
        entities = [
            {"schema": schema(name), "data": _told(one)}
            for name in BESIDE
            for one in self._beside[name].get(row["event_id"], ())
        ]
        action = json.loads(row[ACTION] or "{}")
        event = {"schema": schema("snowplow_ecommerce_action"), "data": action}
        around = {"schema": schema("unstruct_event", VENDOR), "data": event}
        contexts = {"schema": schema("contexts", VENDOR), "data": entities}
        return {
            "e": "ue",
            "eid": row["event_id"],
            "aid": row["app_id"],
            "ue_pr": json.dumps(around),
            "co": json.dumps(contexts),
        }


def _told(row: dict[str, str]) -> dict[str, str]:
    return {name: one for name, one in row.items() if one and name not in ROOT_FIELDS}


def _line(event: int, number: int, one: dict[str, str]) -> LineRow:
    price = round(float(one["price"]) * 100) if "price" in one else None
    quantity = round(float(one.get("quantity", 1)) * 1_000)
    return LineRow(
        event,
        number,
        one.get("product_id", ""),
        one.get("name", ""),
        one.get("category", ""),
        one.get("brand", ""),
        price,
        quantity,
        price,
        one.get("currency", "EUR"),
    )


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


# What was done in each session, and with what: an event a row, an order once.
DONE = """
SELECT min(n.log_offset) OVER (PARTITION BY n.person_id, n.place, n.number) AS own,
  n.log_offset, n.name, n.nth, e.properties, coalesce(l.price, 0) AS price
FROM numbered AS n JOIN events AS e USING (log_offset)
LEFT JOIN (SELECT log_offset, sum(price_minor) AS price FROM lines GROUP BY log_offset)
  AS l USING (log_offset)
WHERE e.object IS NULL OR n.log_offset IN (
  SELECT min(log_offset) FROM events WHERE object IS NOT NULL GROUP BY object)"""
# By session, as Snowplow's model counts them.
SESSION = f"""
SELECT own,
  count_if(name = 'Product Added' AND CAST(json_extract_string(properties,
    '$.total_value') AS DECIMAL(18, 2)) * 100 = price) AS number_carts_created,
  count_if(name = 'Product Removed' AND CAST(json_extract_string(properties,
    '$.total_value') AS DECIMAL(18, 2)) = 0) AS number_carts_emptied,
  count_if(name = 'Order Completed') AS number_carts_transacted,
  number_carts_created > number_carts_transacted AS session_cart_abandoned,
  count_if(is_step) AS number_checkout_steps_visited,
  count(DISTINCT step) FILTER (is_step) AS number_unique_checkout_steps_attempted,
  arg_min(is_step, json_extract_string(properties, '$.made'))
    AS session_entered_at_checkout,
  bool_or(name = 'Order Completed') AS checkout_succeeded,
  sum(CAST(json_extract_string(properties, '$.total') AS DECIMAL(18, 2)))
    FILTER (name = 'Order Completed') AS total_transaction_revenue,
  sum(CAST(json_extract_string(properties, '$.total_quantity') AS INTEGER))
    FILTER (name = 'Order Completed') AS total_transaction_quantity,
  number_carts_transacted AS total_number_transactions,
  sum(json_array_length(properties, '$.products'))
    FILTER (name = 'Order Completed') AS total_transacted_products
FROM (
  SELECT *, name IN ('Checkout Step Completed', 'Order Completed') AS is_step,
    CASE name WHEN 'Order Completed' THEN {LAST_STEP}
      ELSE CAST(json_extract_string(properties, '$.step') AS INTEGER) END AS step
  FROM ({DONE}))
GROUP BY own"""
CARTS = (
    *("number_carts_created", "number_carts_emptied", "number_carts_transacted"),
    "session_cart_abandoned",
)
CHECKOUTS = (
    *("number_checkout_steps_visited", "number_unique_checkout_steps_attempted"),
    *("session_entered_at_checkout", "checkout_succeeded"),
)
ORDERS = (
    *("total_transaction_revenue", "total_transaction_quantity"),
    *("total_number_transactions", "total_transacted_products"),
)


def test_carts_checkouts_and_orders_of_each_session_are_those_of_the_model(
    tmp_path: Path, tracked: Tracked
) -> None:
    told = tracked.world.asked(tmp_path)

    rows = told.rows(asked_of_2022(), SESSION)

    told.close()
    found = {tracked.sessions[row["own"]]: row for row in rows}
    wanted = expected()
    assert wanted.keys() <= found.keys()
    for session, row in wanted.items():
        for column in (*CARTS, *CHECKOUTS, *ORDERS):
            meant = number(row[column])
            assert number(found[session][column]) == meant, (session, column)
    sums = {
        column: sum(number(row[column]) for row in found.values()) for column in CARTS
    }
    assert tuple(sums.values())[:3] == (36, 8, 14)


def number(told: object) -> Decimal:
    """Read a number, or yes as 1; what is not told is nothing."""
    text = str(told)
    if told is None or text == "":
        return Decimal(0)
    if text.lower() in {"true", "false"}:
        return Decimal(text.lower() == "true")
    return Decimal(text)


def test_each_product_that_something_was_done_with_is_that_of_the_model(
    tmp_path: Path, tracked: Tracked
) -> None:
    told = tracked.world.asked(tmp_path)

    rows = told.rows(
        asked_of_2022(),
        f"SELECT own, d.name, product, brand, price_minor FROM ({DONE}) AS d JOIN lines"
        " USING (log_offset)",
    )

    told.close()
    found = Counter(
        (
            tracked.sessions[row["own"]],
            row["product"],
            row["brand"],
            row["price_minor"],
            row["name"] in COUNTS["number_product_views"],
            row["name"] == "Product Added",
            row["name"] == "Product Removed",
            row["name"] == "Order Completed",
        )
        for row in rows
    )
    folder = "expected/default/snowplow_ecommerce"
    every = list(table(f"{folder}_product_interactions_expected"))
    assert len(every) == 928
    # A refund is what the shop does, and in no session of a customer's.
    kept = [row for row in every if row["ecommerce_action_type"] != "refund"]
    assert len(kept) == 927
    wanted = Counter(map(_interaction, kept))
    assert found == wanted


def _interaction(row: dict[str, str]) -> tuple[object, ...]:
    columns = (
        *("is_product_view", "is_add_to_cart"),
        *("is_remove_from_cart", "is_product_transaction"),
    )
    return (
        row["domain_sessionid"],
        row["product_id"],
        "" if row["product_brand"] == "NULL" else row["product_brand"],
        round(float(row["product_price"]) * 100),
        *(row[name].lower() == "true" for name in columns),
    )


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
    assert {row["object"]: row["amount"] for row in rows} == {
        f"o/shop/{row['transaction_id']}": round(
            float(row["transaction_revenue"]) * 100
        )
        for row in wanted
    }
    sessions = {tracked.sessions[row["made_in"]] for row in made}
    assert sessions == {row["domain_sessionid"] for row in wanted}
    assert sessions <= {tracked.sessions[row["log_offset"]] for row in meant}


def asked_of_2022() -> Any:
    return structs.replace(
        asked(SessionRules()),
        since_us=at("2022-01-01T00:00:00"),
        until_us=at("2023-01-01T00:00:00"),
    )
