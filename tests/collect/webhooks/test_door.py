"""The door for webhooks: handshakes, bounds, outcomes, and what it never does."""

import asyncio
import gzip
import json
import time
from typing import Any

import pytest

from habitue.base.clock import MINUTE_US
from tests.collect.driver import Reply, ask
from tests.collect.webhooks.hooked import HookShop, recorded, signed

SECRET = "woo-secret"
ORDER = {"id": 9, "total": "5.00", "currency": "PLN", "status": "processing"}


@pytest.fixture
def woo(shop: HookShop) -> HookShop:
    shop.take("woocommerce", SECRET)
    return shop


def send(
    shop: HookShop, body: Any = ORDER, topic: str = "order.created", at: str = "d1"
) -> Reply:
    return shop.deliver(signed("woocommerce", body, SECRET, topic, at))


def call(shop: HookShop, **fields: Any) -> Reply:
    return shop.runner.run(ask(shop.door, **fields))


# -- handshakes -------------------------------------------------------------------


def test_the_challenge_of_who_knows_the_word_is_answered(shop: HookShop) -> None:
    told = recorded("meta/verify")
    shop.take_recorded(told)

    reply = shop.deliver(told)

    assert (reply.status, reply.body) == (200, b"1158201444")
    assert reply.headers["content-type"].startswith("text/plain")


def test_another_word_gets_no_challenge_back(shop: HookShop) -> None:
    told = recorded("meta/verify")
    shop.take_recorded(told)
    target = told["target"].replace("verify-token-1", "another")

    reply = shop.deliver(told, target=target)

    assert reply.status == 401
    assert b"1158201444" not in reply.body


def test_where_no_word_is_set_none_is_right(shop: HookShop) -> None:
    told = recorded("meta/verify")
    shop.take("meta", "meta-app-secret")

    for word in ("verify-token-1", ""):
        target = told["target"].replace("verify-token-1", word)
        assert shop.deliver(told, target=target).status == 401


@pytest.mark.parametrize("echo", ["<script>alert(1)</script>", "a%0d%0ab", "x" * 999])
def test_a_challenge_that_is_no_plain_word_is_not_sent_back(
    shop: HookShop, echo: str
) -> None:
    told = recorded("meta/verify")
    shop.take_recorded(told)

    reply = shop.deliver(told, target=told["target"].replace("1158201444", echo))

    assert (reply.status, reply.body) == (200, b"")


def test_the_unsigned_ping_of_woocommerce_is_answered_and_not_stored(
    shop: HookShop,
) -> None:
    told = recorded("woocommerce/ping")
    shop.take("woocommerce", SECRET)

    reply = shop.deliver(told)

    assert (reply.status, reply.body) == (200, b"")
    assert shop.events() == []


@pytest.mark.parametrize("body", ["webhook_id=14&id=7", "id=14", '{"webhook_id": 14}'])
def test_what_is_more_than_a_ping_needs_its_signature(woo: HookShop, body: str) -> None:
    assert woo.deliver(recorded("woocommerce/ping"), body_text=body).status == 401


def test_intercoms_question_is_answered_without_a_body(shop: HookShop) -> None:
    shop.take("intercom", "intercom-client-secret")

    reply = call(shop, method="HEAD", path="/hooks/intercom")

    assert (reply.status, reply.body) == (200, b"")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_no_delivery(woo: HookShop, method: str) -> None:
    assert call(woo, method=method, path="/hooks/woocommerce").status == 405


def test_the_address_that_confirms_is_kept_for_the_operator(shop: HookShop) -> None:
    told = recorded("ses-sns/subscription-confirmation")
    shop.take_recorded(told)

    reply = shop.deliver(told)

    assert reply.status == 200
    url = json.loads(told["body_text"])["SubscribeURL"]
    assert shop.door.to_confirm == {"ses-sns": url}
    assert shop.events() == []


@pytest.mark.parametrize(
    "url",
    [
        "https://sns.eu-central-1.amazonaws.com.evil.example/?x",
        "https://evil.example/sns.eu-central-1.amazonaws.com",
        "https://sns.eu-central-1.amazonaws.com@evil.example/",
        "http://sns.eu-central-1.amazonaws.com/",
        "https://sns.a.b.amazonaws.com/",
        "https://sns.eu.amazonaws.com:99999/",
        "javascript:alert(1)",
        "https://sns.eu.amazonaws.com/\n",
    ],
)
def test_an_address_of_others_is_not_shown(shop: HookShop, url: str) -> None:
    told = recorded("ses-sns/subscription-confirmation")
    shop.take_recorded(told)
    body = {**json.loads(told["body_text"]), "SubscribeURL": url}

    shop.deliver(told, body_text=json.dumps(body))

    assert shop.door.to_confirm == {}


# -- bounds -------------------------------------------------------------------------


def test_an_unknown_source_takes_nothing(shop: HookShop) -> None:
    for path in ("/hooks/nobody", "/hooks/", "/hooks/server", "/hooks/a/b"):
        assert call(shop, path=path).status == 404


def test_a_delivery_over_the_limit_is_refused(woo: HookShop) -> None:
    limit = woo.rules.limits.webhook_bytes_max

    reply = send(woo, " " * limit + "{}")

    assert (reply.status, reply.data["reason"]) == (413, "body_too_big")
    assert woo.events() == []


def test_a_bomb_is_refused(woo: HookShop) -> None:
    packed = gzip.compress(b" " * (woo.rules.limits.webhook_bytes_max + 1))

    reply = woo.deliver(recorded("woocommerce/ping"), body_text=packed)

    assert (reply.status, reply.data["reason"]) == (413, "inflated_too_big")


def test_to_be_asked_to_wait_is_no_failed_try(woo: HookShop) -> None:
    woo.pressure = 3.0
    for at in range(100):
        send(woo, at=f"d{at}")
    woo.pressure = 0.0

    assert send(woo).status == 200


def test_who_is_refused_again_and_again_has_to_wait(woo: HookShop) -> None:
    told = {**signed("woocommerce", ORDER, "another", "order.created")}

    statuses = [woo.deliver(told).status for _ in range(70)]

    assert statuses[:60] == [401] * 60
    assert statuses[60:] == [429] * 10
    elsewhere = signed("woocommerce", ORDER, SECRET, "order.created")
    assert woo.deliver(elsewhere, client="198.51.100.7").status == 200


def test_who_proves_his_deliveries_never_waits(woo: HookShop) -> None:
    statuses = {send(woo, at=f"d{n}").status for n in range(150)}

    assert statuses == {200}


def test_a_source_has_one_rate_by_whichever_door(woo: HookShop) -> None:
    woo.runner.run(woo.sources.change("woocommerce", events_per_s_max=2))

    assert [send(woo, at=f"d{n}").status for n in range(3)] == [200, 200, 429]


def test_under_pressure_it_says_come_again(woo: HookShop) -> None:
    woo.pressure = 3.0

    reply = send(woo)

    assert (reply.status, reply.data["reason"]) == (429, "overloaded")
    assert woo.events() == []


def test_an_order_may_be_larger_than_an_event_of_a_browser(woo: HookShop) -> None:
    lines = [
        {"product_id": n, "name": f"Tea of sort {n}", "quantity": 1, "total": "1.00"}
        for n in range(600)
    ]

    reply = send(woo, {**ORDER, "line_items": lines})

    assert reply.outcomes == ["stored"]
    assert len(woo.events()[0].properties["products"]) == 600


def test_a_large_delivery_is_as_a_small_one(woo: HookShop) -> None:
    note = "x" * 100_000

    told = send(woo, {**ORDER, "customer_note": note})
    again = send(woo, {**ORDER, "customer_note": note})
    wrong = woo.deliver(signed("woocommerce", {"a": note}, "another", "order.created"))

    assert (told.outcomes, again.outcomes) == (["stored"], ["duplicate"])
    assert (wrong.status, wrong.data["reason"]) == (401, "signature_wrong")


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":[' + b'{"b":1},' * 100_000 + b"1]}",
        b"[" * 900_000,
        b"webhook_id=" + b"%41" * 300_000,
        b"&".join(b"a%d=%%41" % at for at in range(80_000)),
        b'{"signature":{"timestamp":"1","token":"' + b"\\u0041" * 100_000 + b'"}}',
    ],
    ids=["objects", "deep", "percent", "fields", "escapes"],
)
@pytest.mark.parametrize("provider", ["mailgun", "woocommerce", "twilio", "ses-sns"])
def test_what_is_large_and_not_proved_takes_no_time(
    shop: HookShop, provider: str, body: bytes
) -> None:
    shop.take(provider, "some-secret", url="https://cdp.example.com/hooks")
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": "AAAA",
    }
    told = {"provider": provider, "method": "POST", "target": "/", "headers": headers}
    begun = time.process_time()

    reply = shop.deliver({**told, "body_text": body})

    assert reply.status == 401
    assert time.process_time() - begun < 1


# -- outcomes -----------------------------------------------------------------------


def test_a_topic_without_a_rule_is_kept_to_be_mended(woo: HookShop) -> None:
    reply = send(woo, {"id": 1}, "wishlist.created")

    assert (reply.status, reply.outcomes) == (200, ["quarantined"])
    assert reply.results[0]["reason"] == "topic_unmapped"
    (kept,) = woo.truth.quarantined(0, 10)
    assert json.loads(kept.original)["event"] == "wishlist.created"
    assert json.loads(kept.original)["properties"] == {"id": 1}


def test_a_topic_that_is_left_out_is_counted_and_not_stored(woo: HookShop) -> None:
    reply = send(woo, {"id": 1}, "coupon.created")

    assert (reply.status, reply.outcomes) == (200, ["refused"])
    assert woo.refused("woocommerce") == {"topic_ignored": 1}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("not json", "not_json"),
        ('"text"', "not_json"),
        ("", "not_json"),
        ("[" * 40 + "]" * 40, "too_deep"),
        ('{"id": 1e999}', "not_json"),
        ('{"id": 99999999999999999999}', "number_out_of_range"),
    ],
)
def test_what_is_signed_but_unreadable_is_quarantined(
    woo: HookShop, body: str, reason: str
) -> None:
    reply = send(woo, body)

    assert (reply.status, reply.outcomes) == (200, ["quarantined"])
    assert reply.results[0]["reason"] == reason
    assert len(woo.truth.quarantined(0, 10)) == 1


def test_sent_many_times_at_once_it_is_stored_once(woo: HookShop) -> None:
    told = signed("woocommerce", ORDER, SECRET, "order.created")

    async def all_at_once() -> list[Reply]:
        sent = (
            ask(
                woo.door,
                told["body_text"].encode(),
                path="/hooks/woocommerce",
                headers=told["headers"],
            )
            for _ in range(20)
        )
        return list(await asyncio.gather(*sent))

    replies = woo.runner.run(all_at_once())

    outcomes = sorted(reply.outcomes[0] for reply in replies)
    assert outcomes == ["duplicate"] * 19 + ["stored"]


def test_one_id_with_other_content_is_quarantined(woo: HookShop) -> None:
    send(woo)

    reply = send(woo, {**ORDER, "total": "6.00"})

    assert (reply.outcomes, reply.results[0]["reason"]) == (["quarantined"], "conflict")


def test_outcomes_add_up(woo: HookShop) -> None:
    send(woo)
    send(woo)
    send(woo, topic="wishlist.created", at="d2")
    send(woo, topic="coupon.created", at="d3")
    woo.deliver(signed("woocommerce", ORDER, "another", "order.created"))

    told = {"stored": 1, "duplicate": 1, "quarantined": 1, "refused": 2}
    assert woo.fates("woocommerce") == told


def test_who_acts_by_the_answer_hears_what_its_file_says(shop: HookShop) -> None:
    told = recorded("twilio/sms-incoming")
    shop.take_recorded(told)

    reply = shop.deliver(told)

    assert (reply.status, reply.body) == (200, b"<Response/>")
    assert reply.headers["content-type"] == "text/xml"


def test_it_is_answered_only_after_it_is_on_disk(woo: HookShop) -> None:
    reply = send(woo)

    offset = reply.results[0]["offset"]
    assert woo.truth.head() == offset
    assert woo.at(offset).name == "Order Completed"


def test_nothing_of_secrets_stands_in_the_log(woo: HookShop) -> None:
    send(woo)

    records = woo.truth.read(0, 1_000)
    assert all(SECRET.encode() not in (one.body or b"") for one in records)


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "'; DROP TABLE events; --",
    "{{7*7}}${7*7}#{7*7}",
    "\u202eevil\u0000\x1b[31m",
    "=cmd|' /C calc'!A0",
    "../../../../etc/passwd",
    "a" * 5_000,
    "\ud83d",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_data_and_no_more(woo: HookShop, text: str) -> None:
    billing = {"first_name": text, "last_name": text, "email": text, "phone": text}
    order = {**ORDER, "billing": billing, "line_items": [{"name": text}]}
    body = json.dumps(order).replace("\\ud83d", "?")

    reply = send(woo, body)

    assert reply.status == 200
    assert reply.outcomes == ["stored"]
    event = woo.events()[0]
    assert "\x00" not in json.dumps(event.traits)
    assert "\x1b" not in event.traits["first_name"]


def test_a_hostile_topic_reaches_no_sentence_whole(woo: HookShop) -> None:
    topic = "x\x1b[31m<script>" + "y" * 300

    reply = send(woo, {"id": 1}, topic.replace("\x1b", ""))

    assert len(reply.results[0]["detail"]) < 300


def test_nested_lists_make_no_more_items_than_a_batch_may_hold(
    shop: HookShop,
) -> None:
    told = recorded("meta/messenger-message")
    shop.take_recorded(told)
    shop.take("secret", "long-secret", mapping=MANY)
    body = json.dumps({"a": [{"b": [{"id": n} for n in range(100)]}] * 60})
    headers = {"Authorization": "Bearer long-secret"}

    reply = shop.deliver(
        {**told, "source": "secret", "headers": headers, "body_text": body}
    )

    limit = shop.rules.limits.batch_items_max
    assert reply.status == 200
    assert len(reply.results) == limit + 1
    assert reply.results[-1]["reason"] == "batch_too_long"


MANY = """
[[events]]
event = "Many"
each = "a[].b[]"
[events.properties]
n = "id"
"""


def test_a_minute_later_a_refused_address_may_try_again(woo: HookShop) -> None:
    wrong = signed("woocommerce", ORDER, "another", "order.created")
    for _ in range(61):
        woo.deliver(wrong)
    woo.clock.move(2 * MINUTE_US)

    assert woo.deliver(wrong).status == 401
