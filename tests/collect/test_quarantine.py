"""What is not taken is kept with a reason, and its neighbours are unharmed."""

import json
from typing import Any

import pytest

from habitue.collect.arrive import replay
from habitue.collect.limits import Limits
from habitue.collect.port import Credential
from habitue.collect.reason import QUARANTINE_REASONS
from habitue.model.event import Event
from habitue.model.source import Mode, Source, Writer
from tests.collect.shop import NOW_US, Shop, track

LIMITS = Limits()


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


def raw(item: Any) -> bytes:
    return item if isinstance(item, bytes) else json.dumps(item).encode()


PRICE = {"product_id": "A1", "price": 10, "currency": "PLN"}
BROKEN: dict[str, list[Any]] = {
    "event_too_big": [track(properties={"text": "x" * LIMITS.event_bytes_max})],
    "not_an_object": [1, "text", None, True, [], [track()], 1.5],
    "not_utf8": [b'{"type":"track","event":"Zakup \xb3"}'],
    "too_deep": [
        b'{"type":"track","event":"x","properties":{"a":' + nested(32).encode() + b"}}",
        b'{"type":"track","event":"x","context":' + nested(5_000).encode() + b"}",
    ],
    "number_out_of_range": [
        track(properties={"a": 2**63}),
        track(properties={"a": [-(2**63) - 1]}),
        track(traits={"a": 10**30}),
        b'{"type":"track","event":"x","properties":{"a":1' + b"0" * 9_000 + b"}}",
        b'{"type":"track","event":"x","properties":{"a":NaN}}',
        b'{"type":"track","event":"x","context":{"a":-Infinity}}',
        b'{"type":"track","event":"x","properties":{"a":1e999}}',
    ],
    "type_missing": [{}, {"event": "x"}, {"All": True, "Salesforce": False}],
    "type_unknown": [{"type": "teapot"}, {"type": 1}, {"type": []}, {"type": ""}],
    "event_without_name": [
        {"type": "track"},
        track(""),
        track("  "),
        {"type": "track", "event": {"a": 1}},
        {"type": "track", "event": None},
    ],
    "name_too_long": [track("x" * 201), {"type": "page", "name": "x" * 201}],
    "message_id_unusable": [track(messageId="x" * 201), track(messageId={"a": 1})],
    "field_not_an_object": [
        track(properties=[1]),
        track(traits="x"),
        track(context=7),
        track(identifiers=["u1"]),
        track(properties=""),
    ],
    "too_many_fields": [
        track(properties={f"p{n}": n for n in range(501)}),
        track(traits={f"t{n}": n for n in range(201)}),
    ],
    "field_name_too_long": [
        track(properties={"p" * 201: 1}),
        track(traits={"t" * 201: 1}),
    ],
    "alias_without_user": [{"type": "alias"}, {"type": "alias", "previousId": "a"}],
    "group_without_id": [{"type": "group"}, {"type": "group", "groupId": {}}],
    "names_somebody": [
        track("Price Changed", properties=PRICE, userId="u1"),
        track("Store Opened", properties={"store_id": 1}, anonymousId="a"),
    ],
    "not_yet": [
        track("Price Changed", properties=PRICE, timestamp="2026-03-09T00:00:00Z")
    ],
    "property_missing": [
        track("Product Updated"),
        track("Price Changed", properties={**PRICE, "currency": ""}),
        track("Stock Changed", properties={"product_id": "A1", "quantity": None}),
    ],
    "property_unusable": [
        track("Price Changed", properties={**PRICE, "price": price})
        for price in ("free", -1, True, [1], "9e9999999")
    ]
    + [
        track("Price Changed", properties={**PRICE, "currency": "zł"}),
        track("Product Updated", properties={**PRICE, "currency": "zł"}),
        track("Product Updated", properties={"product_id": {"a": 1}}),
        track("Store Closed", properties={"store_id": "x" * 129}),
        track("Stock Changed", properties={"product_id": "A1", "quantity": "many"}),
        track("Stock Changed", properties={"product_id": "A1", "quantity": 1e15}),
    ],
}
CASES = [
    pytest.param(reason, item, id=f"{reason} {number}")
    for reason, items in BROKEN.items()
    for number, item in enumerate(items)
]


def test_every_reason_has_a_case() -> None:
    # A batch that is no list is no item, what is ours needs no translation, what only
    # a server may tell is no fault of the item, nothing breaks a plan where there is
    # none, and proof is asked of files; these have tests of their own.
    others = {"batch_not_a_list", "untranslatable", "dialect_missing", "server_only"}
    others |= {"plan_broken", "consent_unproved"}
    assert BROKEN.keys() == QUARANTINE_REASONS.keys() - others


@pytest.mark.parametrize(("reason", "item"), CASES)
def test_a_broken_item_is_quarantined_between_unharmed_neighbours(
    shop: Shop, reason: str, item: Any
) -> None:
    good = json.dumps(track(userId="u1")).encode()

    reply = shop.send(b'{"batch":[' + good + b"," + raw(item) + b"," + good + b"]}")

    assert reply.outcomes == ["stored", "quarantined", "stored"]
    assert reply.results[1]["reason"] == reason
    [kept] = shop.truth.quarantined(0, 10)
    assert kept.reason == reason
    assert kept.original == raw(item)[: LIMITS.quarantine_bytes_max]
    assert [event.identifiers for event in shop.events()] == [(("user_id", "u1"),)] * 2


@pytest.mark.parametrize("mode", list(Mode))
def test_what_only_the_shop_may_tell_is_taken_from_no_browser(
    shop: Shop, mode: Mode
) -> None:
    item = track("Price Changed", properties=PRICE)
    shop.add(Source(name="page", kind=Writer.PUBLIC, mode=mode))

    [result] = shop.post(item, "page").results
    assert (result["outcome"], result["reason"]) == ("quarantined", "server_only")
    assert shop.post(item).outcomes == ["stored"]


@pytest.mark.parametrize(("reason", "item"), CASES)
def test_a_broken_single_item_is_quarantined(
    shop: Shop, reason: str, item: Any
) -> None:
    reply = shop.send(raw([item]) if isinstance(item, list) else raw(item))

    assert (reply.status, reply.outcomes) == (200, ["quarantined"])
    assert reply.results[0]["reason"] == reason


def test_goods_told_with_a_price_of_no_currency_are_taken_and_the_price_is_not(
    shop: Shop,
) -> None:
    told = {"product_id": "A1", "name": "Pan", "price": "12.50"}
    reply = shop.send(raw(track("Product Updated", properties=told)))

    assert reply.outcomes == ["stored"]
    assert [one["reason"] for one in reply.results[0]["warnings"]] == ["no_currency"]


@pytest.mark.parametrize("batch", [1, "x", {}, None, True])
def test_a_batch_that_is_no_list_is_quarantined_as_one(shop: Shop, batch: Any) -> None:
    reply = shop.post({"batch": batch})

    assert reply.outcomes == ["quarantined"]
    assert reply.results[0]["reason"] == "batch_not_a_list"


def test_a_sentence_tells_what_to_do(shop: Shop) -> None:
    reply = shop.post({"type": "track"})

    assert reply.results[0]["detail"] == (
        "A track event needs a name in the field 'event', such as 'Order Completed'."
    )


def test_a_sentence_shows_no_control_codes(shop: Shop) -> None:
    reply = shop.post({"type": "\x1b[2J\u202e" + "x" * 500})

    detail = reply.results[0]["detail"]
    assert detail.isprintable()
    assert len(detail) < 200


@pytest.mark.parametrize("text", ["a\x00b", "a\x1b\x07b", "a\x0bb", "a\x1fb", "a\x08b"])
def test_control_codes_are_taken_out(shop: Shop, text: str) -> None:
    event = shop.event(
        track(text, userId=text, properties={text: [text]}, context={"a": {text: 1}})
    )

    assert event.name == "ab"
    assert event.identifiers == (("user_id", "ab"),)
    assert event.properties == {"ab": ["ab"]}
    assert event.context["a"] == {"ab": 1}


def test_line_breaks_and_tabs_stay(shop: Shop) -> None:
    event = shop.event(track(properties={"text": "a\n\t\r\nb"}))

    assert event.properties == {"text": "a\n\t\r\nb"}


def test_half_a_letter_is_replaced(shop: Shop) -> None:
    body = (
        b'{"type":"track","event":"x","userId":"u\\ud800","properties":{"\\udfff":1}}'
    )

    reply = shop.send(body)

    event = shop.at(reply.results[0]["offset"])
    assert event.identifiers == (("user_id", "u\ufffd"),)
    assert event.properties == {"\ufffd": 1}


def test_both_halves_of_a_letter_are_a_letter(shop: Shop) -> None:
    event = shop.event(track(properties={"a": "\U0001f600\x00"}))

    assert event.properties == {"a": "\U0001f600"}


def test_an_item_of_32_levels_is_taken(shop: Shop) -> None:
    body = (
        b'{"type":"track","event":"x","properties":{"a":' + nested(30).encode() + b"}}"
    )

    assert shop.send(body).outcomes == ["stored"]


def test_the_greatest_number_is_taken(shop: Shop) -> None:
    told = {"a": 2**63 - 1, "b": -(2**63), "c": "9" * 40}

    assert shop.event(track(properties=told)).properties == told


def test_a_huge_item_is_kept_up_to_a_limit(shop: Shop) -> None:
    shop.post({"batch": [track(properties={"a": "x" * 2**20})]})

    [kept] = shop.truth.quarantined(0, 10)
    assert len(kept.original) == LIMITS.quarantine_bytes_max


def test_what_a_batch_says_counts_with_each_of_its_items(shop: Shop) -> None:
    shared = {"a": "x" * 20_000}
    item = track(properties={"b": "x" * 20_000})

    reply = shop.post({"context": shared, "batch": [item, track()]})

    assert reply.outcomes == ["quarantined", "stored"]
    assert reply.results[0]["reason"] == "event_too_big"


def test_a_huge_batch_context_is_not_multiplied(shop: Shop) -> None:
    reply = shop.post({"context": {"a": "x" * 2**20}, "batch": [track()] * 50})

    assert reply.outcomes == ["quarantined"] * 50
    kept = shop.truth.quarantined(0, 100)
    assert sum(len(one.original) for one in kept) < 50 * 200


def replayed(shop: Shop, original: bytes, message_id: str = "m1") -> Any:
    credential = Credential(
        source=shop.sources.get("server") or Source(name="server"), writer=Writer.SERVER
    )
    return replay(
        original,
        shop.rules,
        credential,
        received_us=NOW_US,
        message_id=message_id,
    )


def test_a_mended_item_replays_to_the_event_it_would_have_been(shop: Shop) -> None:
    shop.post(
        {
            "sentAt": "2026-03-01T11:30:00Z",
            "context": {"locale": "pl"},
            "batch": [
                {"type": "trak", "event": "x", "timestamp": "2026-03-01T11:00:00Z"}
            ],
        }
    )
    [kept] = shop.truth.quarantined(0, 10)

    taken = replayed(shop, kept.original.replace(b"trak", b"track"), kept.message_id)

    event = json.loads(taken.entry.body)
    assert taken.entry.reason is None
    assert taken.entry.message_id == kept.message_id
    assert event["at_us"] == NOW_US - 30 * 60_000_000
    assert event["context"] == {"locale": "pl"}


def test_a_replay_of_what_is_still_broken_is_quarantined_again(shop: Shop) -> None:
    for original in (
        b'{"type":"x"}',
        b"{",
        b'{"batch":[1,2]}',
        b'{"batch":[]}',
        b"\xff",
    ):
        taken = replayed(shop, original)
        assert taken.entry.reason in {*QUARANTINE_REASONS, "not_json"}
        assert taken.entry.message_id == "m1"


def test_replaying_twice_gives_the_same_entry(shop: Shop) -> None:
    original = json.dumps(track(userId="u1")).encode()

    assert replayed(shop, original).entry == replayed(shop, original).entry


def test_an_event_read_back_is_the_event(shop: Shop) -> None:
    assert isinstance(shop.event(track()), Event)
