"""What is RudderStack's own: merges, traits in the context, devices in a header."""

import base64
import json

import pytest

from tests.collect.shop import Shop

MERGE = {
    "type": "merge",
    "messageId": "m1",
    "mergeProperties": [
        {"type": "email", "value": "Anna@Example.com"},
        {"type": "userId", "value": "97"},
    ],
}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/merge", {k: v for k, v in MERGE.items() if k != "type"}),
        ("/v1/batch", {"batch": [MERGE]}),
    ],
)
def test_a_merge_shows_its_identifiers_together(
    shop: Shop, path: str, body: object
) -> None:
    reply = shop.post(body, path=path)

    assert (reply.status, reply.body) == (200, b"OK")
    [event] = shop.events()
    assert event.type == "identify"
    assert set(event.identifiers) == {("email", "anna@example.com"), ("user_id", "97")}


def test_a_merge_of_nothing_is_kept_for_mending(shop: Shop) -> None:
    shop.post({"mergeProperties": "both"}, path="/v1/merge")

    [kept] = shop.truth.quarantined(0, 10)
    assert kept.reason == "untranslatable"
    assert kept.original == (
        b'{"dialect":"rudderstack","told":{"type":"merge"},"batch":['
        b'{"mergeProperties": "both"}]}'
    )


def test_traits_that_stand_in_the_context_of_an_identify_are_the_persons(
    shop: Shop,
) -> None:
    context = {"traits": {"firstName": "Anna", "city": "Lodz"}}
    item = {"type": "identify", "userId": "u1", "channel": "web", "context": context}

    shop.post({"batch": [item]}, path="/v1/batch")
    shop.post({**item, "traits": {"city": "Opole"}}, path="/v1/identify")

    assert [event.traits for event in shop.events()] == [
        {"first_name": "Anna", "city": "Lodz"},
        {"city": "Opole"},
    ]


def test_a_device_told_in_a_header_alone_is_taken(shop: Shop) -> None:
    told = base64.b64encode(b"device-1").decode()
    shop.post({"event": "Tea Poured"}, path="/v1/track", headers={"AnonymousId": told})
    shop.post(
        {"event": "Tea Poured", "anonymousId": "device-2"},
        path="/v1/track",
        headers={"AnonymousId": told},
    )

    assert [event.identifiers for event in shop.events()] == [
        (("anonymous_id", "device-1"),),
        (("anonymous_id", "device-2"),),
    ]


def test_what_a_closing_page_sends_has_its_key_in_the_address(shop: Shop) -> None:
    body = {"batch": [{"type": "page", "anonymousId": "d"}]}

    reply = shop.post(
        body,
        key="",
        path="/beacon/v1/batch",
        query=f"writeKey={shop.keys['web']}",
        headers={"Content-Type": "text/plain", "Origin": "https://shop.example"},
    )

    assert (reply.status, reply.body) == (200, b"OK")
    assert len(shop.events()) == 1


def test_an_image_tells_its_event_by_the_fields_of_its_address(shop: Shop) -> None:
    reply = shop.send(
        key="",
        method="GET",
        path="/pixel/v1/track",
        query=f"writeKey={shop.keys['web']}&anonymousId=d&event=Mail+Opened"
        "&properties.subject=Tea&context.page.url=https%3A%2F%2Fshop.example%2F",
    )

    assert reply.headers["content-type"] == "image/gif"
    [event] = shop.events()
    assert (event.name, event.properties) == ("Mail Opened", {"subject": "Tea"})
    assert event.context["page"] == {"url": "https://shop.example/"}


def test_a_browser_asks_for_its_settings_with_the_key_in_the_address(
    shop: Shop,
) -> None:
    key = shop.keys["web"]
    known = shop.send(
        key="", method="GET", path="/sourceConfig/", query=f"p=npm&writeKey={key}"
    )
    unknown = shop.send(
        key="", method="GET", path="/sourceConfig/", query="p=npm&writeKey=x"
    )

    assert json.loads(known.body)["source"]["writeKey"] == key
    assert json.loads(known.body)["source"]["enabled"] is True
    assert unknown.status == 404
