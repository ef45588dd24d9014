"""Hostile texts sent through every door of a real shop: no screen runs any of them."""

import csv
import io
import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.acceptance.console.conftest import Desk
from tests.acceptance.console.reaching import (
    ACTED,
    LISTS,
    PARTS,
    SCHEMAS,
    TEXTS,
    known_event,
    read_of_contexts,
    wired,
)
from tests.acceptance.console.test_accessible import SCREENS
from tests.acceptance.shop import Shop, identify, track
from tests.acceptance.test_insights import ask
from tests.console.hostile import PAYLOADS
from tests.console.test_browser import Watch

pytestmark = pytest.mark.proof("T22")

LONG = bool(os.environ.get("HABITUE_TORTURE"))
BATCH = 50
# Of so many one is asked for by name.
EVERY = 5
# Of a file that is taken in: what it is called, and how many columns it has.
FILE_NAME, HEADERS = "<img src=x onerror=own()>'\"><b>.csv", 60
PATIENCE_MS = 60_000
# Of all so many have their card or page looked at; all are in lists and in the stream.
CARDS, SEGMENTS = (40, 50) if LONG else (4, 10)
# Whether the policy is left out; where it is, escaping alone has to do.
POLICIES = (False, True) if LONG else (True,)


def events(at: int, text: str) -> list[dict[str, Any]]:
    """Put a text into every field of an event that comes out on some screen."""
    who = {"user_id": f"h{at}", "loyalty_card": text}
    product = dict.fromkeys(("product_id", "name", "category", "brand", "sku"), text)
    order: dict[str, Any] = {"total": "3.00", "currency": "GBP"}
    order |= {"store_id": text, "channel": text}
    order["products"] = [{**product, "price": "3.00", "quantity": 1}]
    campaign = dict.fromkeys(("source", "medium", "name", "campaign"), text)
    seen = {"url": f"https://shop.example/?utm_source={text}", "referrer": text}
    context = {"page": {**seen, "path": text, "title": text}, "campaign": campaign}
    consent = {"purpose": text, "channel": text, "text": text, "text_version": text}
    names = ("name", "email", "phone", "city", "address", "note", text[:40])
    return [
        identify(dict.fromkeys(names, text), identifiers=who),
        track(text, dict.fromkeys(("title", text[:40]), text), identifiers=who),
        {"type": "page", "properties": seen, "identifiers": who, "context": context},
        track("Product Viewed", product, identifiers=who, context=context),
        track("Order Completed", {"order_id": text, **order}, identifiers=who),
        track("Receipt Issued", {"receipt_id": text, **order}, identifiers=who),
        track("Consent Granted", consent, identifiers=who),
        track("Case Opened", {"case_id": text, "subject": text}, identifiers=who),
        {"type": text, "messageId": text, "event": text, "traits": {text[:40]: text}},
    ]


def sent() -> list[dict[str, Any]]:
    """Give what is sent: each text in all that is shown, and in all that can come.

    Each event that the vocabulary knows is the last of somebody whose card is looked
    at, with some text; in the torture each comes with all of them before.
    """
    texts = list(enumerate(PAYLOADS))
    told = [one for at, text in texts for one in events(at, text)]
    told += [one for at, text in texts for one in wired(text, userId=f"h{at}")]
    for at, text in texts if LONG else ():
        told += [known_event(one, text, userId=f"h{at}") for one in SCHEMAS]
    for at, one in enumerate(SCHEMAS):
        text, number = PAYLOADS[at % len(PAYLOADS)], at % CARDS * EVERY
        told.append(known_event(one, text, userId=f"h{number}"))
    return told


def fill(shop: Shop) -> list[int]:
    """Send all texts, have colleagues write them, and give whose cards to look at."""
    told = sent()
    for at in range(0, len(told), BATCH):
        shop.send("crm", *told[at : at + BATCH])
    everybody = {"type": "all", "of": []}
    for at, text in enumerate(PAYLOADS):
        named = {"type": "did", "event": text or "x"}
        body = {"name": text, "description": text, "condition": named}
        if at < SEGMENTS:
            shop.api("PUT", f"/api/v1/segments/s{at}", body)
    shop.api("PUT", "/api/v1/segments/vip", {"name": "x", "condition": everybody})
    shop.api("PUT", "/api/v1/segments/all", {"name": "x", "condition": everybody})
    rules = [{"channel": "own", "source": [text]} for text in PAYLOADS[:20] if text]
    shop.api("PUT", "/api/v1/channels", {"rules": rules})
    people = [shop.id(f"user_id:h{at}") for at in range(0, len(PAYLOADS), EVERY)]
    for at, person in enumerate(people):
        text = PAYLOADS[at] or "x"
        reason = {"reason": f"because {text}"}
        shop.api("POST", f"/api/v1/people/{person}/reveal", reason)
        note = {"text": f"say {text}"}
        shop.api("POST", f"/api/v1/people/{person}/notes", note, status=201)
    hook = {"provider": "secret", "secrets": ["a-secret"]}
    shop.source("hooked", webhook=hook)
    headers = {"authorization": "Bearer a-secret", "content-type": "application/json"}
    for text in PAYLOADS[:10]:
        body = json.dumps({"type": text, text: text}).encode()
        shop.request("POST", "/hooks/hooked", body, headers)
    ask(shop, "journeys")
    return people[:CARDS]


def import_hostile(desk: Desk) -> str:
    """Take a file in by the page whose name, headings and cells are hostile."""
    page, made = desk.page, io.StringIO(newline="")
    headers = [text for text in PAYLOADS if text.strip()][:HEADERS]
    rows = csv.writer(made)
    rows.writerows([["email", *headers], ["h@shop.example", *headers], ["", *headers]])
    desk.open("/console/imports")
    body = made.getvalue().encode("utf-8", "replace")
    file = {"name": FILE_NAME, "mimeType": "text/csv", "buffer": body}
    page.set_input_files("#file", files=[file])
    page.click("main .btn-primary")
    page.wait_for_selector("#columns-title", timeout=PATIENCE_MS)
    assert page.locator("td select").count() == len(headers) + 1
    page.click("button[value=try]")
    page.wait_for_selector("#tried-title", timeout=PATIENCE_MS)
    page.click("button[value=start]")
    page.wait_for_selector("#outcome .tag", timeout=PATIENCE_MS)
    assert "onerror" in page.locator("h1").inner_text()
    return page.url.removeprefix(desk.address)


def test_whatever_is_read_of_a_context_has_hostile_texts_put_into_it() -> None:
    assert read_of_contexts() <= {*TEXTS, *PARTS, *LISTS, ACTED}


def test_no_screen_of_a_shop_runs_what_it_was_sent(
    browser: Browser, shop: Shop, figure: Callable[[str, object], None]
) -> None:
    people = fill(shop)
    paths = [path for path in SCREENS if "PERSON" not in path]
    paths += [f"/console/segments/s{at}" for at in range(0, SEGMENTS, 5)]
    paths += ["/console/today/sold", "/console/today/places", "/console/kpis"]
    for person in people:
        paths += [f"/console/people/{person}", f"/console/people/{person}/segments"]
    paths += ["/console/people?q=h1&segment=vip", "/console/search?q=h1"]

    for bypass in POLICIES:
        desk = Desk(browser, shop, bypass_csp=bypass)
        watch = Watch(desk.page)
        desk.by_link()
        for path in (import_hostile(desk), "/console/imports", *paths):
            desk.open(path)
            # What comes after its page was sent by somebody, too.
            waits = "#figures[aria-busy=true]"
            desk.page.wait_for_selector(waits, state="detached", timeout=PATIENCE_MS)
            desk.page.evaluate(
                "document.querySelectorAll('details').forEach(d => d.open = 1)"
            )
            desk.page.wait_for_timeout(40)
        bad = [one for one in watch.seen if "status of 4" not in one]
        assert bad == [], (bypass, bad)
        desk.close()
    figure("texts", len(PAYLOADS))
    figure("screens", len(POLICIES) * len(paths))
