"""How far an order is, in the reader's words: whatever the product itself may say."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from habitue.console.people.card import card
from habitue.console.statuses import STATUSES, status_named
from habitue.model.event import Event
from habitue.model.source import Source
from habitue.profile.report import PURCHASE_EVENTS, Where, report_of
from habitue.profile.settle import VOID
from tests.console.fake import person
from tests.console.test_said import ENGLISH, OTHERS, look
from tests.console.test_words import CYRILLIC, foreign

PROVIDERS = files("habitue.collect.webhooks").joinpath("providers")
# What the systems of shops call it, by their own documents; as webhooks bring it.
SYSTEMS = {
    "shopify": (
        *("pending", "authorized", "partially_paid", "paid", "partially_refunded"),
        *("refunded", "voided", "expired"),
    ),
    "woocommerce": (
        *("pending", "processing", "on-hold", "completed", "cancelled", "refunded"),
        *("failed", "trash", "checkout-draft", "draft"),
    ),
    "adobe-commerce": (
        *("pending", "pending_payment", "processing", "complete", "closed", "canceled"),
        *("holded", "payment_review", "fraud", "new"),
    ),
    "stripe": ("paid", "unpaid", "no_payment_required"),
}


def reported() -> Iterator[str]:
    """Give what a report says of itself where its event tells no status."""
    where = Where(Source(name="till"), "m", 1, 1)
    for name in sorted(PURCHASE_EVENTS):
        event = Event(type="track", name=name, at_us=1, properties={"order_id": "1"})
        told = report_of(event, where)
        assert told is not None
        if told.report.status:
            yield told.report.status


def mapped() -> Iterator[str]:
    """Give what our own providers make a status of."""
    for file in PROVIDERS.iterdir():
        if file.name.endswith(".toml"):
            yield from _statuses(tomllib.loads(file.read_text("utf-8")))


def _statuses(told: Any) -> Iterator[str]:
    parts = told.values() if isinstance(told, dict) else told
    for one in parts:
        if isinstance(one, (dict, list)):
            yield from _statuses(one)
    status = told.get("status") if isinstance(told, dict) else None
    if isinstance(status, dict):
        yield from status.get("map", {}).values()
        yield from [status["const"]] if "const" in status else []


def told() -> set[str]:
    systems = {one for of in SYSTEMS.values() for one in of}
    return {*reported(), *mapped(), *VOID, *systems}


def test_there_are_reports_and_providers_that_name_a_status() -> None:
    assert {"completed", "cancelled", "issued", "refunded"} <= set(reported())
    assert {"draft", "deleted"} <= set(mapped())


@pytest.mark.parametrize("code", OTHERS)
def test_every_status_that_is_known_is_said_in_the_readers_language(code: str) -> None:
    for one in sorted(told()):
        said = status_named(one, look(code))

        assert said != status_named(one, ENGLISH), one
        assert code not in CYRILLIC or not foreign(said)


@pytest.mark.parametrize("code", OTHERS)
def test_two_that_are_not_one_are_not_called_the_same(code: str) -> None:
    named = {text: look(code).say(text) for text in STATUSES.values()}

    assert len(set(named.values())) == len(named)


@pytest.mark.parametrize(
    "written", ["partially_paid", "Partially Paid", "PARTIALLY-PAID", "partially paid"]
)
def test_however_it_is_written_it_is_the_same(written: str) -> None:
    assert status_named(written, ENGLISH) == "paid in part"


@pytest.mark.parametrize(
    "one", ["w magazynie 3", "", None, "<b>paid</b>", "p\u202eaid"]
)
def test_what_is_not_known_is_shown_as_it_came(one: str | None) -> None:
    assert status_named(one, look("pl")) == (one or "").replace("\u202e", "[U+202E]")


def test_the_card_tells_the_status_in_the_readers_words() -> None:
    orders = [*person()["orders"]]
    orders[0] = {**orders[0], "status": "shipped"}

    shown = card(person(orders=orders), [], look("pl"))

    assert shown["orders"][0]["status"] == "wysłano"
