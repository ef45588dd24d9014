"""Events as addresses of images."""

import base64
import json
from typing import Any

import pytest

from tests.collect.driver import Reply
from tests.collect.shop import Shop, track

HEADERS = {
    "User-Agent": "Mozilla/5.0",
    "Accept-Language": "pl-PL,pl;q=0.9",
    "Referer": "https://shop.example/tea",
    "Sec-Fetch-Site": "cross-site",
}


def look(shop: Shop, path: str, item: Any, **more: Any) -> Reply:
    data = base64.b64encode(json.dumps(item).encode()).decode()
    return shop.send(
        key="", method="GET", path=path, query=f"data={data}", headers=HEADERS, **more
    )


def test_an_image_brings_an_event_and_what_its_request_shows(shop: Shop) -> None:
    item = {"writeKey": shop.keys["web"], "event": "Mail Opened", "userId": "u>>1?"}

    reply = look(shop, "/v1/pixel/track", item)

    assert (reply.status, reply.headers["content-type"]) == (200, "image/gif")
    assert reply.body.startswith(b"GIF89a")
    [event] = shop.events()
    assert event.name == "Mail Opened"
    assert event.context == {
        "ip": "192.0.2.7",
        "userAgent": "Mozilla/5.0",
        "locale": "pl-PL",
        "page": {"url": "https://shop.example/tea"},
    }


def test_what_the_item_tells_of_its_context_goes_before(shop: Shop) -> None:
    item = track(writeKey=shop.keys["web"], context={"userAgent": "told"})

    look(shop, "/v1/pixel/page", item)

    [event] = shop.events()
    assert (event.type, event.context["userAgent"]) == ("track", "told")


def test_who_only_looks_at_an_image_stores_nothing(shop: Shop) -> None:
    item = track(writeKey=shop.keys["web"])
    data = base64.b64encode(json.dumps(item).encode()).decode()

    reply = shop.send(
        key="", method="HEAD", path="/v1/pixel/track", query=f"data={data}"
    )

    assert (reply.status, reply.body) == (200, b"")
    assert shop.events() == []


@pytest.mark.parametrize("query", ["data=", "data=%25", "data=bm8"])
def test_an_image_without_data_is_400(shop: Shop, query: str) -> None:
    reply = shop.send(method="GET", path="/v1/pixel/track", query=query)

    assert reply.status == 400
