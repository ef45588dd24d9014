"""What is received expires with its class; what follows from it stays."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import DAY_US, SystemClock
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from tests.acceptance.shop import Shop, card, track
from tests.proof.conftest import end
from tests.proof.ledger import check_rebuild

CANARY = "rash-zq7-ointment"
CUSTOMERS = 20
PAGES_EACH = 10
BROWSING = ("privacy", "retention", "set", "browsing", "--days", "90", "--type", "page")
pytestmark = [pytest.mark.feature("K2"), pytest.mark.proof("T34")]


def visit(number: int, **told: Any) -> Entry:
    """Make a visit of a page, as it stands in a log."""
    customer = number % CUSTOMERS
    names = (
        Identifier("user_id", f"u{customer}"),
        Identifier("anonymous_id", f"a{customer}"),
    )
    event = Event(
        type="page",
        name="Article",
        at_us=told.pop("at_us"),
        identifiers=names,
        properties={"url": f"https://shop.example/{CANARY}", "plan": "gold"},
        context={
            "page": {"referrer": f"https://clinic.example/{CANARY}"},
            "userAgent": f"Mozilla {CANARY}",
            "campaign": {"name": "spring"},
        },
        **told,
    )
    return Entry(source="web", message_id=f"v{number}", body=msgspec.json.encode(event))


@pytest.fixture
def old_shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop with visits of 200 days ago, from before it was started."""
    made = Shop(tmp_path / "data")
    then_us = SystemClock().now_us() - 200 * DAY_US
    truth = SqliteTruth(made.folder / "truth.db")
    entries = [visit(n, at_us=then_us - n) for n in range(CUSTOMERS * PAGES_EACH)]
    truth.commit(entries, then_us)
    truth.close()
    made.start()
    made.source("erp")
    yield made
    end(made)


def run(shop: Shop) -> dict[str, int]:
    told = shop.command("privacy", "retention", "run", "--json")
    return json.loads(told)["expired"]


def files_with(shop: Shop, text: str) -> list[str]:
    """Name the files of the data folder that hold some bytes."""
    found = [one for one in sorted(shop.folder.rglob("*")) if one.is_file()]
    return [one.name for one in found if text.encode() in one.read_bytes()]


def properties(shop: Shop) -> str:
    """Give what the copy for analysis holds of all pages."""
    return shop.command(
        "sql", "--json", "SELECT properties FROM events WHERE type = 'page'"
    )


def cards(shop: Shop) -> list[dict[str, Any]]:
    return [card(shop.person(f"user_id:u{n}")) for n in range(CUSTOMERS)]


def test_what_expires_is_in_no_file_and_every_person_is_as_before(old_shop: Shop):
    order = {"order_id": "o1", "total": "5.00", "currency": "EUR"}
    old_shop.send("erp", track("Order Completed", order, userId="u1"))
    before, totals = cards(old_shop), old_shop.api("GET", "/api/v1/totals")["rows"]
    # The copy for analysis holds them by then.
    assert properties(old_shop).count(CANARY) == CUSTOMERS * PAGES_EACH
    old_shop.command(*BROWSING)

    expired = run(old_shop)

    assert expired == {"browsing": CUSTOMERS * PAGES_EACH}
    assert cards(old_shop) == before
    assert old_shop.api("GET", "/api/v1/totals")["rows"] == totals
    left = properties(old_shop)
    assert (left.count(CANARY), left.count("gold")) == (0, 0)
    assert old_shop.stop() == 0
    assert files_with(old_shop, CANARY) == []
    check_rebuild(old_shop)


def test_what_expired_is_still_on_the_timeline_without_its_text(old_shop: Shop):
    old_shop.command(*BROWSING)
    run(old_shop)

    told = old_shop.timeline("user_id:u3")

    assert len(told) == PAGES_EACH
    assert {event["name"] for event in told} == {"Article"}
    assert CANARY not in json.dumps(told)


def test_what_is_younger_than_its_class_stays_whole(old_shop: Shop):
    old_shop.source("web", "public")
    page = {"type": "page", "name": "Start", "properties": {"url": "/tea"}}
    old_shop.send("web", {**page, "anonymousId": "a1"})
    old_shop.command(*BROWSING)
    run(old_shop)

    newest = old_shop.timeline("anonymous_id:a1", limit=1)[0]

    assert newest["properties"] == {"url": "/tea"}
    assert run(old_shop) == {"browsing": 0}


def test_a_preview_says_how_much_would_expire_and_takes_nothing(old_shop: Shop):
    old_shop.command(*BROWSING)

    told = json.loads(old_shop.command("privacy", "retention", "preview", "--json"))

    assert told == {"expires": {"browsing": CUSTOMERS * PAGES_EACH}}
    assert CANARY in json.dumps(old_shop.timeline("user_id:u3"))


def test_what_totals_are_made_of_does_not_expire(old_shop: Shop):
    path = "/api/v1/privacy/retention/orders"
    wanted = {"days": 30, "events": ["Order Completed"]}

    told = old_shop.api("PUT", path, wanted, status=422)

    assert "does not expire" in told["detail"]
    assert old_shop.api("GET", "/api/v1/privacy/retention")["classes"] == []


def test_an_event_told_again_after_it_expired_is_a_duplicate(old_shop: Shop):
    old_shop.source("web", "public")
    old_shop.command(*BROWSING)
    run(old_shop)

    page = {"type": "page", "name": "Other", "anonymousId": "a1", "messageId": "v1"}
    told = old_shop.send("web", page)

    assert told[0]["outcome"] == "duplicate"


def test_who_is_erased_is_in_no_record_that_is_carried_either(old_shop: Shop):
    old_shop.command(*BROWSING)
    run(old_shop)

    old_shop.command("erase", "user_id:u7", "--reason", "request 9")

    assert old_shop.person("user_id:u7") is None
    assert old_shop.stop() == 0
    assert files_with(old_shop, '"user_id","u7"') == []
    check_rebuild(old_shop)


def test_a_dropped_class_expires_no_more(old_shop: Shop):
    old_shop.command(*BROWSING)
    old_shop.command("privacy", "retention", "drop", "browsing")

    assert run(old_shop) == {}
    assert CANARY in json.dumps(old_shop.timeline("user_id:u3"))


def test_every_run_that_somebody_asks_for_is_in_the_audit(old_shop: Shop):
    old_shop.command(*BROWSING)
    run(old_shop)

    told = json.loads(old_shop.command("audit", "list", "--json"))

    done = {entry["object"] for entry in told}
    assert "what has expired is taken away now" in done
