"""Nothing that is sent in any dialect is an error of ours."""

import base64
import json
import os
from random import Random
from urllib.parse import quote

import pytest

from habitue.base.clock import SECOND_US
from habitue.collect.dialect import Page, Route
from habitue.collect.dialects import DIALECTS
from tests.collect.hostile import payload
from tests.collect.shop import Shop

ROUNDS = 2_000 if os.environ.get("HABITUE_TORTURE") else 12
ROUTES = [route for dialect in DIALECTS for route in dialect.routes]
PAGES = [page for dialect in DIALECTS for page in dialect.pages]
TURNED_AWAY = {400, 401, 403, 404, 413}


def at(stop: Route | Page, key: str) -> str:
    return "/".join(
        key if part.startswith("{") else part for part in stop.path.split("/")
    )


def as_sent(random: Random) -> bytes:
    body = payload(random)
    wrapped = (
        body,
        b"data=" + quote(base64.b64encode(body)).encode(),
        b"data=" + quote(body).encode(),
        b"data=" + body,
    )
    return random.choice(wrapped)


@pytest.mark.parametrize("route", ROUTES, ids=lambda one: f"{one.method} {one.path}")
def test_no_body_is_an_error_of_ours(shop: Shop, route: Route) -> None:
    random = Random(route.path)
    for _ in range(ROUNDS):
        # A second each, so that no rate is in the way of what is looked at.
        shop.clock.move(SECOND_US)
        body = as_sent(random)
        sent = (
            {"query": body[:5_000].decode("latin-1")} if route.method == "GET" else {}
        )
        reply = shop.send(body, path=at(route, "x"), method=route.method, **sent)
        assert reply.status < 300 or reply.status in TURNED_AWAY, body


@pytest.mark.parametrize("page", PAGES, ids=lambda one: f"{one.method} {one.path}")
def test_no_question_is_an_error_of_ours(shop: Shop, page: Page) -> None:
    random = Random(page.path)
    for _ in range(10):
        shop.clock.move(60 * SECOND_US)
        body = as_sent(random)[:5_000]
        path = at(page, random.choice([shop.keys["web"], "x", "\x00", "é" * 300]))
        reply = shop.send(
            body, path=path, method=page.method, query=body.decode("latin-1")
        )
        assert reply.status < 400 or reply.status in TURNED_AWAY, (path, body)


@pytest.mark.parametrize(
    "route",
    [one for one in ROUTES if one.method == "POST"],
    ids=lambda one: one.path,
)
def test_a_batch_counts_every_item_whatever_it_is(shop: Shop, route: Route) -> None:
    items = [{"type": "track", "event": "A"}, 7, None, "x", [], {}, {"type": "merge"}]
    body = json.dumps({"batch": items}).encode()

    reply = shop.send(body, path=at(route, "x"))

    assert reply.status < 300
    counted = sum(one.items for one in shop.truth.counts(0) if one.source == "server")
    assert counted >= 1
    if route.path.startswith(("/v1/", "/api/v1/", "/beacon/")):
        assert counted == len(items)
