"""CloudEvents: structured, binary, in a batch; and the question before the first."""

import base64
import json
from typing import Any

import pytest

from habitue.model.event import Event
from tests.collect.dialects.recorded import recorded
from tests.collect.dialects.replayed import resend
from tests.collect.driver import Reply
from tests.collect.shop import Shop

PATH = "/events"


def told(**fields: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "evt-1",
        "source": "//stores/WAW01",
        "type": "Store Visit Started",
        **fields,
    }


def send(shop: Shop, value: Any) -> Reply:
    return shop.post(value, path=PATH)


def event(shop: Shop, **fields: Any) -> Event:
    assert send(shop, told(**fields)).outcomes == ["stored"]
    [found] = shop.events()
    return found


def ids(found: Event) -> set[tuple[str, str]]:
    return {(one.kind, one.value) for one in found.identifiers}


def test_the_three_forms_of_the_recorded_client_are_one_event(shop: Shop) -> None:
    key = {"Authorization": f"Bearer {shop.keys['server']}"}

    outcomes = [
        resend(shop, request, **key).outcomes
        for request in recorded("cloudevents-python")
    ]

    assert outcomes == [["stored"], ["duplicate"], ["duplicate"]]
    [found] = shop.events()
    assert found.name == "com.example.store.visit"
    assert found.properties == {"visitor": "anon-1", "count": 3}
    assert found.context["cloudevent"] == {
        "source": "//stores/WAW01/door-sensor",
        "subject": "beacon/5",
        "extensions": {"partnerext": "x"},
    }


def test_a_batch_has_an_outcome_for_each(shop: Shop) -> None:
    reply = send(shop, [told(), told(id="evt-2"), told(id=None), 7])

    assert reply.outcomes == ["stored", "stored", "quarantined", "quarantined"]


def test_ids_name_an_event_only_with_their_source(shop: Shop) -> None:
    reply = send(shop, [told(), told(source="//stores/KRK01"), told()])

    assert reply.outcomes == ["stored", "stored", "duplicate"]


def test_long_ids_name_events_as_well(shop: Shop) -> None:
    reply = send(shop, [told(id="x" * 300), told(id="x" * 299 + "y")])

    assert reply.outcomes == ["stored", "stored"]


def test_data_say_who_it_was_in_our_own_names(shop: Shop) -> None:
    data = {
        "userId": "anna",
        "anonymousId": "device-1",
        "identifiers": {"email": "anna@example.com"},
        "traits": {"plan": "gold"},
        "store_id": "WAW01",
    }

    found = event(shop, data=data)

    assert ids(found) == {
        ("user_id", "anna"),
        ("anonymous_id", "device-1"),
        ("email", "anna@example.com"),
    }
    assert (found.traits, found.properties) == (
        {"plan": "gold"},
        {"store_id": "WAW01"},
    )


def test_extensions_may_say_who_it_was(shop: Shop) -> None:
    found = event(shop, userid="anna", anonymousid="device-1")

    assert ids(found) == {("user_id", "anna"), ("anonymous_id", "device-1")}


@pytest.mark.parametrize(
    ("subject", "who"),
    [
        ("loyalty_card:7700123", {("loyalty_card", "7700123")}),
        ("order:12", set()),
        ("beacon/5", set()),
    ],
)
def test_a_subject_in_the_form_of_an_identifier_is_one(
    shop: Shop, subject: str, who: set[tuple[str, str]]
) -> None:
    found = event(shop, subject=subject)

    assert ids(found) == who
    assert found.context["cloudevent"]["subject"] == subject


def test_the_time_is_that_of_the_event(shop: Shop) -> None:
    found = event(shop, time="2026-02-01T10:00:00Z")

    assert found.told_at == "2026-02-01T10:00:00Z"
    assert found.time_rule == "told"


def test_packed_data_are_unpacked(shop: Shop) -> None:
    packed = base64.b64encode(b'{"count":3}').decode()

    assert event(shop, data_base64=packed).properties == {"count": 3}


@pytest.mark.parametrize(
    ("body", "properties"),
    [
        (b'{"count":3}', {"count": 3}),
        (b"", {}),
        ("zażółć".encode(), {"data": "zażółć"}),
        (b"\xff\x00", {"data_base64": "/wA="}),
    ],
    ids=["JSON", "nothing", "text", "bytes"],
)
def test_attributes_may_be_headers_and_the_body_anything(
    shop: Shop, body: bytes, properties: dict[str, Any]
) -> None:
    headers = {
        "ce-specversion": "1.0",
        "ce-id": "evt-1",
        "ce-source": "//stores/WAW01",
        "ce-type": "Store%20Visit%20Started",
        "ce-subject": "user_id:Ma%C5%82gosia",
    }

    reply = shop.send(body, path=PATH, headers=headers)

    assert reply.outcomes == ["stored"]
    [found] = shop.events()
    assert (found.name, found.properties) == ("Store Visit Started", properties)
    assert ids(found) == {("user_id", "Małgosia")}


def test_an_event_too_large_is_kept_aside(shop: Shop) -> None:
    headers = {"ce-id": "1", "ce-source": "s", "ce-type": "t"}

    reply = shop.send(json.dumps("x" * 40_000).encode(), path=PATH, headers=headers)

    assert reply.results[0]["reason"] == "event_too_big"


def test_a_sender_that_asks_first_is_allowed_and_needs_a_key_all_the_same(
    shop: Shop,
) -> None:
    asked = {"WebHook-Request-Origin": "eventgrid.example", "WebHook-Request-Rate": "9"}

    reply = shop.send(key="", method="OPTIONS", path=PATH, headers=asked)

    assert reply.status == 200
    assert reply.headers["webhook-allowed-origin"] == "eventgrid.example"
    assert reply.headers["webhook-allowed-rate"] == "9"
    assert shop.send(json.dumps(told()).encode(), key="", path=PATH).status == 401


def test_a_browser_is_preflighted_as_everywhere(shop: Shop) -> None:
    origin = {"Origin": "https://shop.example"}

    reply = shop.send(key="", method="OPTIONS", path=PATH, headers=origin)

    assert reply.status == 204
    assert reply.headers["access-control-allow-origin"] == origin["Origin"]
