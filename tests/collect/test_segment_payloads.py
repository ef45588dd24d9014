"""Segment's own examples come through the door as the events they mean."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from habitue.collect.vocabulary import lookup
from habitue.model.event import Event
from tests.collect.shop import Shop, open_shop

DATA = Path(__file__).parent.parent / "data" / "event-payloads" / "payloads.jsonl.gz"
_ORDER = {
    "identify": ("userId", "traits"),
    "track": ("event", "properties"),
    "page": ("category", "name", "properties"),
    "group": ("groupId", "traits"),
    "alias": ("userId", "previousId"),
}


def examples(source: str) -> list[dict[str, Any]]:
    with gzip.open(DATA, "rt") as lines:
        rows = [json.loads(line) for line in lines]
    return [row for row in rows if row["source"] == source]


def as_sent(payload: dict[str, Any]) -> dict[str, Any]:
    """Do what analytics.js does with the arguments of a call in a page's script."""
    told = dict(payload)
    arguments = told.pop("arguments", None)
    if arguments is None:
        return told
    kind = told["type"]
    names = _ORDER[kind]
    if kind == "identify" and isinstance(arguments[0], dict):
        names = ("traits",)
    # The browser knows the visitor by an id of its own.
    return {
        "anonymousId": "browser-1",
        **told,
        **dict(zip(names, arguments, strict=False)),
    }


SEGMENT = [as_sent(row["payload"]) for row in examples("segment-spec")]
# One block of the documents is no call but a part of one ("integrations").
NO_CALLS = [told for told in SEGMENT if not ({"type", "action"} & told.keys())]
CALLS = [told for told in SEGMENT if told not in NO_CALLS]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("shop")) as opened:
        yield opened


def first(told: dict[str, Any], *names: str) -> Any:
    return next((told[name] for name in names if told.get(name) is not None), None)


def test_all_examples_are_here() -> None:
    assert len(SEGMENT) == 74
    assert len(NO_CALLS) == 1


def test_every_call_is_stored_and_the_rest_is_told_why_not(shop: Shop) -> None:
    calls = shop.post({"batch": [{**told, "messageId": None} for told in CALLS]})
    rest = shop.post({"batch": NO_CALLS})

    assert calls.outcomes == ["stored"] * len(CALLS)
    assert [result["reason"] for result in rest.results] == ["type_missing"]


@pytest.mark.parametrize(
    "told", CALLS, ids=lambda told: str(told.get("event") or told.get("type"))
)
def test_an_example_means_its_event(shop: Shop, told: dict[str, Any]) -> None:
    event = shop.event({**told, "messageId": None})

    assert event.type == first(told, "type", "action")
    assert event.name == (first(told, "event", "name") or "")
    if event.type != "group":
        assert event.traits.items() >= told.get("traits", {}).items()
        assert event.properties.items() >= told.get("properties", {}).items()
    held = dict(event.identifiers)
    assert held.get("user_id") == first(told, "userId", "user_id")
    assert event.told_at == first(told, "originalTimestamp", "timestamp")


def test_every_event_of_the_documents_is_in_the_vocabulary() -> None:
    invented = {
        "User Registered",
        "Course Clicked",
        "Button Clicked",
        "Report Submitted",
    }
    names = {told["event"] for told in CALLS if "event" in told}

    assert {name for name in names if lookup(name) is None} == invented


def test_money_of_an_order_arrives_as_it_was_told(shop: Shop) -> None:
    [told] = [one for one in CALLS if one.get("event") == "Order Completed"]

    event: Event = shop.event({**told, "messageId": None})

    assert event.properties["total"] == 27.5
    assert event.properties["currency"] == "USD"
    assert [line["price"] for line in event.properties["products"]] == [19, 3]


@pytest.mark.parametrize(
    "source",
    ["shopify-python-api-fixtures", "woocommerce-rest-v3", "apache-unomi-itests"],
)
def test_payloads_in_other_dialects_are_told_that_they_are_none_of_ours(
    shop: Shop, source: str
) -> None:
    payloads = [row["payload"] for row in examples(source)]

    reply = shop.post({"batch": [*payloads]})

    assert len(reply.results) == len(payloads)
    assert set(reply.outcomes) <= {"stored", "quarantined"}
