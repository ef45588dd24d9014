"""What an item on the wire means as an event."""

import json
from typing import Any

import pytest

from habitue.model.source import Source, Writer
from tests.collect.shop import NOW_US, Shop, track

# One item with everything a Segment client sends, and the event it means.
GOLDEN = {
    "type": "track",
    "event": "Completed Order",
    "userId": 97980,
    "anonymousId": "507f191e810c19729de860ea",
    "messageId": "022bb90c-bbac-11e4",
    "originalTimestamp": "2026-03-01T10:59:00.000Z",
    "sentAt": "2026-03-01T11:00:00.000Z",
    "timestamp": "2026-03-01T00:00:00Z",
    "receivedAt": "2026-03-01T11:00:01Z",
    "channel": "browser",
    "integrations": {"All": True},
    "properties": {"order_id": "A1", "total": "29.35", "products": [{"sku": "T-1"}]},
    "traits": {"firstName": "Anna", "plan": "gold"},
    "context": {
        "userAgent": "Mozilla/5.0",
        "device": {"id": "B5372DB0", "type": "ios"},
        "traits": {"email": "Anna@Example.com", "phone": None},
        "externalIds": [
            {"id": "C-7", "type": "customer_id", "collection": "users"},
            {"id": "acme", "type": "external_id", "collection": "accounts"},
        ],
    },
    "identifiers": {"loyalty_card": ["L1", "L2"], "card_token": 4711},
}


def test_a_whole_segment_item_gives_the_event_it_means(shop: Shop) -> None:
    event = shop.event(GOLDEN)

    assert event.type == "track"
    assert event.name == "Order Completed"
    assert event.at_us == NOW_US - 60_000_000
    assert event.time_rule == "sent"
    assert event.told_at == "2026-03-01T10:59:00.000Z"
    assert event.writer is Writer.SERVER
    assert event.verified
    assert event.identifiers == (
        ("user_id", "97980"),
        ("customer_id", "C-7"),
        ("loyalty_card", "L1"),
        ("loyalty_card", "L2"),
        ("email", "anna@example.com"),
        ("card_token", "4711"),
        ("device_id", "B5372DB0"),
        ("anonymous_id", "507f191e810c19729de860ea"),
    )
    assert event.unused == ()
    assert event.properties == GOLDEN["properties"]
    assert event.traits == {"first_name": "Anna", "plan": "gold"}
    assert event.context["userAgent"] == "Mozilla/5.0"
    assert event.context["told_event"] == "Completed Order"


def test_the_log_holds_the_sources_message_id(shop: Shop) -> None:
    offset = shop.post(GOLDEN).results[0]["offset"]

    record = shop.truth.get(offset)
    assert record is not None
    assert (record.source, record.message_id) == ("server", "022bb90c-bbac-11e4")


def test_a_number_is_a_message_id(shop: Shop) -> None:
    reply = shop.post({"batch": [track(messageId=7), track(messageId="7")]})

    assert reply.outcomes == ["stored", "duplicate"]


def test_items_without_a_message_id_are_each_an_event(shop: Shop) -> None:
    reply = shop.post({"batch": [track(), track(messageId=None), track(messageId="")]})

    assert reply.outcomes == ["stored"] * 3


def test_one_source_can_not_take_the_message_id_of_another(shop: Shop) -> None:
    first = shop.post(track(messageId="order-1"), "web")
    second = shop.post(track(messageId="order-1"), "server")

    assert first.outcomes + second.outcomes == ["stored", "stored"]


def test_the_same_id_with_other_content_is_quarantined_with_its_bytes(
    shop: Shop,
) -> None:
    shop.post(track(messageId="m1", userId="u1"))
    other = track(messageId="m1", userId="u2")

    reply = shop.post(other)

    assert reply.outcomes == ["quarantined"]
    [kept] = shop.truth.quarantined(0, 10)
    assert json.loads(kept.original) == other


def test_a_retry_with_another_sent_at_is_a_duplicate(shop: Shop) -> None:
    told = {"messageId": "m1", "timestamp": "2026-03-01T11:00:00Z"}
    batch = {"batch": [track(**told)]}
    shop.post({**batch, "sentAt": "2026-03-01T11:00:01Z"})
    shop.clock.move(60_000_000)

    reply = shop.post({**batch, "sentAt": "2026-03-01T11:01:01Z"})

    assert reply.outcomes == ["duplicate"]


def test_ids_that_are_null_are_not_told(shop: Shop) -> None:
    event = shop.event(track(userId=None, anonymousId=None, context={"traits": None}))

    assert event.identifiers == event.unused == ()


def test_a_blocked_value_is_kept_aside_and_the_client_is_warned(shop: Shop) -> None:
    reply = shop.post(track(userId="guest", anonymousId="a1"))

    [result] = reply.results
    event = shop.at(result["offset"])
    assert event.identifiers == (("anonymous_id", "a1"),)
    assert [(one.kind, one.reason) for one in event.unused] == [("user_id", "blocked")]
    assert result["warnings"][0]["reason"] == "blocked"
    assert "user_id" in result["warnings"][0]["detail"]


@pytest.mark.parametrize("value", [True, {"id": 1}, ["u1"], 1.5])
def test_an_identifier_that_is_no_text_is_kept_aside(shop: Shop, value: Any) -> None:
    event = shop.event(track(userId=value, anonymousId="a1"))

    assert event.identifiers == (("anonymous_id", "a1"),)
    assert [one.reason for one in event.unused] == ["not_text"]


def test_an_unknown_kind_of_identifier_is_kept_aside(shop: Shop) -> None:
    event = shop.event(track(identifiers={"shoe_size": "42", "email": "a@example.com"}))

    assert event.identifiers == (("email", "a@example.com"),)
    assert [(one.kind, one.reason) for one in event.unused] == [
        ("shoe_size", "unknown_kind")
    ]


@pytest.mark.parametrize(
    "told",
    [
        {"device_id": "d", "user_id": "u"},
        {"email": "b@example.com", "customer_id": "c"},
        {"loyalty_card": ["L2", "L1"]},
        {"anonymous_id": "a", "phone": "+442071234567", "email": "a@example.com"},
    ],
)
def test_identifiers_stand_by_rank_and_value(shop: Shop, told: dict[str, Any]) -> None:
    event = shop.event(track(identifiers=told))

    ranks = shop.rules.ranks
    order = [(ranks[one.kind], one.value) for one in event.identifiers]
    assert len(order) > 1
    assert order == sorted(order)


def test_thousands_of_identifiers_in_one_item_are_not_all_looked_at(
    shop: Shop,
) -> None:
    event = shop.event(track(identifiers={"phone": [str(n) for n in range(3_000)]}))

    assert len(event.unused) + len(event.identifiers) <= 64


def test_an_event_names_at_most_32_identifiers(shop: Shop) -> None:
    cards = [f"L{number:02}" for number in range(40)]

    event = shop.event(track(userId="u1", identifiers={"loyalty_card": cards}))

    assert len(event.identifiers) == 32
    assert event.identifiers[0] == ("user_id", "u1")
    assert [one.reason for one in event.unused] == ["too_many_identifiers"] * 9


def test_email_and_phone_among_the_traits_are_identifiers(shop: Shop) -> None:
    event = shop.event(
        {
            "type": "identify",
            "userId": "u1",
            "traits": {"email": "a@example.com", "phone": "+48 22 555 01 23"},
        }
    )

    assert [one.kind for one in event.identifiers] == ["user_id", "email", "phone"]
    assert event.traits["email"] == "a@example.com"


def test_what_a_batch_says_of_all_items_holds_for_each(shop: Shop) -> None:
    shop.post(
        {
            "sentAt": "2026-03-01T11:30:00Z",
            "context": {"locale": "pl-PL", "ip": "192.0.2.1"},
            "batch": [
                track("First", timestamp="2026-03-01T11:29:00Z"),
                track("Second", context={"locale": "ru-RU"}),
            ],
        }
    )

    first, second = shop.events()
    assert first.at_us == NOW_US - 60_000_000
    assert first.context == {"locale": "pl-PL", "ip": "192.0.2.1"}
    assert second.context == {"locale": "ru-RU", "ip": "192.0.2.1"}


@pytest.mark.parametrize("kind", ["page", "screen"])
def test_a_page_keeps_its_name_and_category(shop: Shop, kind: str) -> None:
    event = shop.event(
        {"type": kind, "name": "Home", "category": "Shop", "properties": {"url": "/"}}
    )

    assert (event.type, event.name) == (kind, "Home")
    assert event.properties == {"category": "Shop", "url": "/"}


def test_a_page_called_like_an_event_is_still_a_page(shop: Shop) -> None:
    event = shop.event({"type": "page", "name": "Completed Order"})

    assert (event.type, event.name) == ("page", "Completed Order")


def test_a_groups_traits_are_not_the_persons(shop: Shop) -> None:
    event = shop.event(
        {
            "type": "group",
            "userId": "u1",
            "groupId": 42,
            "traits": {"name": "Initech", "email": "office@initech.example"},
        }
    )

    assert event.identifiers == (("user_id", "u1"),)
    assert event.traits == {}
    assert event.properties["group_id"] == "42"
    assert event.properties["group_traits"]["name"] == "Initech"


def test_a_verified_alias_says_two_user_ids_are_one(shop: Shop) -> None:
    event = shop.event({"type": "alias", "previousId": "old", "userId": "new"})

    assert event.identifiers == (("user_id", "new"), ("anonymous_id", "old"))
    assert event.formerly == ("user_id", "old")


def test_an_alias_of_itself_says_nothing(shop: Shop) -> None:
    event = shop.event({"type": "alias", "previousId": "u1", "userId": "u1"})

    assert event.formerly is None


@pytest.mark.parametrize(
    "told", [track("Signed Out"), {"type": "page", "context": {"reset": True}}]
)
def test_signing_out_ends_the_devices_stretch(shop: Shop, told: dict[str, Any]) -> None:
    assert shop.event(told).ends
    assert not shop.event(track("Signed In")).ends


def test_a_shared_device_is_marked_by_source_or_by_item(shop: Shop) -> None:
    shop.add(Source(name="kiosk", kind=Writer.PUBLIC, shared_device=True))

    assert shop.event(track(), "kiosk").shared_device
    assert shop.event(track(context={"sharedDevice": True})).shared_device
    assert not shop.event(track()).shared_device


def test_snake_case_and_action_are_understood(shop: Shop) -> None:
    event = shop.event(
        {
            "action": "track",
            "event": "Email Opened",
            "user_id": "u1",
            "anonymous_id": "a1",
            "message_id": "m1",
        }
    )

    assert event.identifiers == (("user_id", "u1"), ("anonymous_id", "a1"))


def test_a_type_in_capitals_is_understood(shop: Shop) -> None:
    assert shop.event({**track(), "type": "Track"}).type == "track"


def test_unknown_names_are_taken_as_they_are(shop: Shop) -> None:
    event = shop.event(track("  Чай налит ☕ "))

    assert event.name == "Чай налит ☕"
    assert "told_event" not in event.context


def test_unknown_properties_are_kept(shop: Shop) -> None:
    told = {"$weird": {"a": [1, 2.5, None, True, "x"]}, "": 1}

    assert shop.event(track(properties=told)).properties == told


def test_numbers_given_as_text_stay_text(shop: Shop) -> None:
    assert shop.event(track(properties={"price": "29.35"})).properties == {
        "price": "29.35"
    }
