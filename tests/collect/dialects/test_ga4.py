"""Google Analytics 4: the Measurement Protocol and its validation."""

import json
from typing import Any

import pytest

from habitue.model.event import Event
from tests.collect.dialects.replayed import one, resend
from tests.collect.driver import Reply
from tests.collect.shop import Shop

KEY = "measurement_id=G-ABC123&api_secret=APISECRET"
ITEM = {"item_id": "tea", "item_name": "Green tea", "price": 9.95, "quantity": 2}


@pytest.fixture
def taken(shop: Shop) -> Shop:
    """A shop whose server goes on with its measurement id and secret."""
    shop.runner.run(shop.sources.adopt("server", "G-ABC123:APISECRET"))
    return shop


def send(shop: Shop, *events: Any, query: str = KEY, **outer: Any) -> Reply:
    body = {"client_id": "12.34", "events": list(events), **outer}
    raw = json.dumps(body).encode()
    return shop.send(raw, key="", path="/mp/collect", query=query)


def event(shop: Shop, name: str, params: Any = None, **outer: Any) -> Event:
    reply = send(shop, {"name": name, "params": params or {}}, **outer)
    assert (reply.status, reply.body) == (204, b"")
    [found] = shop.events()
    return found


def test_the_recorded_client_brings_an_order_and_a_trait(taken: Shop) -> None:
    assert resend(taken, one("ga4-measurement-protocol", "ga4mp-01")).status == 204

    [found] = taken.events()
    assert found.name == "Order Completed"
    assert found.properties["order_id"] == "T_12345"
    assert found.properties["products"] == [
        {"product_id": "SKU_12345", "name": "Sneakers"}
    ]
    assert found.traits == {"tier": "gold"}
    [device] = found.identifiers
    assert tuple(device) == ("anonymous_id", "1234567890.1234567890")


def test_the_recorded_validation_finds_nothing_and_keeps_nothing(taken: Shop) -> None:
    reply = resend(taken, one("ga4-measurement-protocol", "ga4mp-02"))

    assert (reply.status, reply.data) == (200, {"validationMessages": []})
    assert taken.events() == []


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("view_item", "Product Viewed"),
        ("add_to_cart", "Product Added"),
        ("begin_checkout", "Checkout Started"),
        ("refund", "Order Refunded"),
        ("sign_up", "Signed Up"),
        ("tea_poured", "tea_poured"),
    ],
)
def test_its_names_are_other_names_of_our_events(
    taken: Shop, name: str, ours: str
) -> None:
    assert event(taken, name).name == ours


def test_an_event_about_one_product_says_which(taken: Shop) -> None:
    found = event(taken, "add_to_cart", {"currency": "PLN", "items": [ITEM]})

    product = {"product_id": "tea", "name": "Green tea", "price": 9.95, "quantity": 2}
    assert found.properties == {**product, "currency": "PLN", "products": [product]}


def test_a_page_view_is_a_page(taken: Shop) -> None:
    url = "https://shop.example/?utm_source=mail"
    found = event(taken, "page_view", {"page_location": url, "page_title": "Tea"})

    assert (found.type, found.name) == ("page", "Tea")
    assert found.properties == {"url": url, "title": "Tea"}
    assert found.context["campaign"] == {"source": "mail"}


def test_a_search_tells_its_words(taken: Shop) -> None:
    found = event(taken, "search", {"search_term": "green tea"})

    assert (found.name, found.properties) == (
        "Products Searched",
        {"query": "green tea"},
    )


def test_who_is_told_once_for_all_events(taken: Shop) -> None:
    send(taken, {"name": "a"}, {"name": "b"}, user_id="anna")

    for found in taken.events():
        assert {tuple(one) for one in found.identifiers} == {
            ("user_id", "anna"),
            ("anonymous_id", "12.34"),
        }


def test_with_its_time_an_event_sent_again_counts_once(taken: Shop) -> None:
    for _ in range(2):
        send(
            taken, {"name": "a"}, {"name": "b"}, timestamp_micros=1_700_000_000_000_000
        )

    assert [found.name for found in taken.events()] == ["a", "b"]
    assert taken.events()[0].at_us == 1_700_000_000_000_000


def test_without_its_time_each_event_counts(taken: Shop) -> None:
    for _ in range(2):
        send(taken, {"name": "a"})

    assert len(taken.events()) == 2


@pytest.mark.parametrize("query", ["", "api_secret=x", KEY.replace("G-ABC", "G-ABD")])
def test_another_name_or_secret_opens_nothing(taken: Shop, query: str) -> None:
    assert send(taken, {"name": "a"}, query=query).status == 401
    assert taken.events() == []


def test_a_key_of_ours_may_stand_as_the_secret(shop: Shop) -> None:
    query = f"measurement_id=G-1&api_secret={shop.keys['server']}"

    assert send(shop, {"name": "a"}, query=query).status == 204


def test_an_event_that_can_not_be_read_waits_beside_its_neighbours(taken: Shop) -> None:
    reply = send(taken, {"name": "a"}, {"name": "b", "params": []}, {"params": {}})

    assert reply.status == 204
    assert [found.name for found in taken.events()] == ["a"]
    kept = {one.reason for one in taken.truth.quarantined(0, 10)}
    assert kept == {"field_not_an_object", "event_without_name"}


def test_a_broken_number_costs_its_own_event_alone(taken: Shop) -> None:
    broken = {"name": "b", "params": {"value": float("nan")}}

    assert send(taken, {"name": "a"}, broken, {"name": "c"}).status == 204

    found = taken.events()
    assert [one.name for one in found] == ["a", "c"]
    assert all(one.identifiers[0].value == "12.34" for one in found)
    [kept] = taken.truth.quarantined(0, 10)
    assert kept.reason == "number_out_of_range"


@pytest.mark.parametrize(
    "raw", [b'{"client_id":"1"}', b'{"client_id":"1","events":7}', b'{"x":"%b"}']
)
def test_what_holds_no_events_is_kept_as_it_came(taken: Shop, raw: bytes) -> None:
    raw = raw.replace(b"%b", b"x" * 600_000)

    reply = taken.send(raw, key="", path="/mp/collect", query=KEY)

    assert reply.status == 204
    [kept] = taken.truth.quarantined(0, 10)
    assert kept.reason == "untranslatable"
    assert raw[:14] in kept.original


# -- validation -----------------------------------------------------------------------


def codes(shop: Shop, body: Any) -> list[tuple[str, str]]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    reply = shop.send(raw, key="", path="/debug/mp/collect", query=KEY)
    assert reply.status == 200
    messages = reply.data["validationMessages"]
    return [(one["fieldPath"], one["validationCode"]) for one in messages]


@pytest.mark.parametrize(
    ("event", "path", "code"),
    [
        ({"name": "9lives"}, "events[0].name", "NAME_INVALID"),
        ({"name": "ga_x"}, "events[0].name", "NAME_RESERVED"),
        ({}, "events[0].name", "VALUE_REQUIRED"),
        (7, "events[0]", "VALUE_INVALID"),
        ({"name": "a", "params": []}, "events[0].params", "VALUE_INVALID"),
        (
            {"name": "a", "params": {"value": 1}},
            "events[0].params.currency",
            "VALUE_REQUIRED",
        ),
        ({"name": "refund"}, "events[0].params.transaction_id", "VALUE_REQUIRED"),
        (
            {"name": "a", "params": {f"p{n}": n for n in range(26)}},
            "events[0].params",
            "EXCEEDED_MAX_ENTITIES",
        ),
    ],
)
def test_validation_says_what_is_wrong_and_where(
    taken: Shop, event: Any, path: str, code: str
) -> None:
    assert codes(taken, {"client_id": "1", "events": [event]}) == [(path, code)]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"{", [("", "VALUE_INVALID")]),
        ([], [("", "VALUE_INVALID")]),
        ({"events": [{"name": "a"}]}, [("client_id", "VALUE_REQUIRED")]),
        ({"client_id": "1"}, [("events", "VALUE_REQUIRED")]),
        (
            {"client_id": "1", "events": [{"name": "a"}] * 26},
            [("events", "EXCEEDED_MAX_ENTITIES")],
        ),
    ],
)
def test_validation_reads_any_body(taken: Shop, body: Any, found: Any) -> None:
    assert codes(taken, body) == found
