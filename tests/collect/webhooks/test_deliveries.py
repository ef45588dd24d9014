"""Every recorded delivery is taken, or refused, as it was signed."""

import json
from pathlib import Path
from typing import Any

import pytest

from habitue.base.clock import DAY_US
from tests.collect.webhooks.hooked import HookShop, deliveries

# Answered without being proved: they tell of nothing.
HANDSHAKES = {"verify", "ping", "subscription-confirmation"}
# Its token is Google's own, which nobody can make here.
UNPROVABLE = {"gbp-new-review"}
# What is signed along with a time, or a time that is told in what is signed.
TIMED = {
    *("stripe", "chatwoot", "mailgun", "sendgrid", "ses-sns"),
    *("standard-webhooks", "zendesk"),
}
# The password comes along in a header, and nothing is signed.
UNSIGNED_BODY = {"postmark"}
# Where only a part of the body is covered, this is in it: a secret, a token.
COVERED = {"livechat": "livechat-secret", "mailgun": "aaaa"}


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


ALL = deliveries()
PROVED = [one for one in ALL if one.stem not in HANDSHAKES | UNPROVABLE]


def read(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return told


def test_all_deliveries_are_here() -> None:
    assert len(ALL) == 38
    assert len(PROVED) == 34


@pytest.mark.parametrize("path", PROVED, ids=name)
def test_a_delivery_that_is_signed_is_stored(shop: HookShop, path: Path) -> None:
    told = read(path)
    shop.take_recorded(told)

    reply = shop.deliver(told)

    assert reply.status == 200, reply.body
    assert shop.events()
    assert shop.fates(told["provider"]) == {"stored": len(shop.events())}


@pytest.mark.parametrize("path", PROVED, ids=name)
def test_sent_twice_it_is_a_duplicate(shop: HookShop, path: Path) -> None:
    told = read(path)
    shop.take_recorded(told)
    shop.deliver(told)
    shop.clock.move(60_000_000)

    again = shop.deliver(told)

    assert again.status == 200
    events = len(shop.events())
    assert shop.fates(told["provider"]) == {"stored": events, "duplicate": events}


@pytest.mark.parametrize("path", PROVED, ids=name)
def test_under_another_secret_it_is_refused(shop: HookShop, path: Path) -> None:
    told = read(path)
    shop.take_recorded(told)
    shop.hooks.set_secrets(told["provider"], ["another-secret"])

    reply = shop.deliver(told)

    assert (reply.status, reply.data["reason"]) == (401, "signature_wrong")
    assert shop.events() == []
    assert shop.refused(told["provider"]) == {"signature_wrong": 1}


@pytest.mark.parametrize("path", PROVED, ids=name)
def test_without_a_secret_nothing_is_taken(shop: HookShop, path: Path) -> None:
    told = read(path)
    shop.take_recorded(told)
    shop.hooks.set_secrets(told["provider"], [])

    assert shop.deliver(told).status == 401
    assert shop.events() == []


@pytest.mark.parametrize(
    "path", [one for one in PROVED if one.parent.name not in UNSIGNED_BODY], ids=name
)
def test_with_a_byte_changed_it_is_refused(shop: HookShop, path: Path) -> None:
    told = read(path)
    shop.take_recorded(told)
    body = told["body_text"]
    covered = COVERED.get(told["provider"])
    at = body.index(covered) if covered else len(body) // 2
    changed = body[:at] + ("x" if body[at] != "x" else "y") + body[at + 1 :]

    reply = shop.deliver(told, body_text=changed)

    assert reply.status == 401
    assert shop.events() == []


@pytest.mark.parametrize("path", PROVED, ids=name)
def test_without_its_headers_it_is_refused(shop: HookShop, path: Path) -> None:
    told = read(path)
    shop.take_recorded(told)
    kept = {"content-type": told["headers"].get("Content-Type", "")}
    if told["provider"] in {"mailgun", "livechat", "ses-sns"}:
        body = json.loads(told["body_text"])
        for field in ("signature", "secret_key", "Signature"):
            body.pop(field, None)
        told["body_text"] = json.dumps(body)

    reply = shop.deliver(told, headers=kept)

    assert (reply.status, reply.data["reason"]) == (401, "signature_missing")
    assert shop.events() == []


@pytest.mark.parametrize(
    "path", [one for one in PROVED if one.parent.name in TIMED], ids=name
)
@pytest.mark.parametrize("by_us", [DAY_US, -DAY_US])
def test_a_stale_one_is_refused(shop: HookShop, path: Path, by_us: int) -> None:
    told = read(path)
    shop.take_recorded(told)
    shop.clock.move(by_us)

    reply = shop.deliver(told)

    assert (reply.status, reply.data["reason"]) == (401, "signature_stale")
    assert shop.events() == []


def test_what_has_a_time_is_a_provider_that_asks_for_it(shop: HookShop) -> None:
    timed = {
        one.name
        for one in shop.library.all()
        if any(each.timestamp for each in one.signatures)
    }

    assert timed == TIMED


@pytest.mark.parametrize(
    "path", [one for one in ALL if one.stem in UNPROVABLE], ids=name
)
def test_what_only_google_can_prove_is_refused(shop: HookShop, path: Path) -> None:
    told = read(path)
    shop.take_recorded(told)
    shop.hooks.set_secrets(told["provider"], ["our-own-secret"])

    assert shop.deliver(told).status == 401
    assert shop.events() == []
