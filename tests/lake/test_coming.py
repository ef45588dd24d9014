"""How somebody came and on what is kept without what names them."""

import json

import pytest

from habitue.app.lake.coming import came_of, device_of
from habitue.model.event import Event

PHONE = "Mozilla/5.0 (Linux; Android 15; Pixel 9) Mobile"
TABLET = "Mozilla/5.0 (Linux; Android 15; SM-X910)"


def page(url: str, **context) -> Event:
    return Event(
        type="page", name="", at_us=0, context={"page": {"url": url}, **context}
    )


def test_a_way_is_kept_without_values_of_parameters_or_contact_points() -> None:
    address = (
        "https://shop.example/tea?utm_source=Letter&utm_campaign=a@b.example&gclid=x1"
    )

    told = came_of(page(f"{address}&anna@b.example=1"))

    assert told is not None
    assert json.loads(told) == {
        "source": "letter",
        "campaign": "…",
        "path": "/tea",
        "params": ["utm_source", "utm_campaign", "gclid"],
    }
    assert came_of(Event(type="track", name="Order Completed", at_us=0)) is None


def test_a_way_is_its_own_wherever_the_address_was_opened_before() -> None:
    url = "https://shop.example/tea"
    known = {"url": url, "referrer": "https://search.example/"}
    plain = Event(type="page", name="", at_us=0, properties=known)
    told = Event(type="page", name="", at_us=0, context={"page": known})
    news = page(url, campaign={"source": "news"})

    ways = [came_of(one) for one in (plain, told, news, page(url), plain)]

    searched = '{"referrer":"search.example","path":"/tea"}'
    assert ways == [
        searched,
        searched,
        '{"source":"news","path":"/tea"}',
        '{"path":"/tea"}',
        searched,
    ]


@pytest.mark.parametrize(
    ("context", "device"),
    [
        ({"userAgent": PHONE}, "mobile"),
        ({"userAgent": TABLET}, "tablet"),
        ({"userAgent": "Mozilla/5.0 (Windows NT 10.0)"}, "desktop"),
        ({"device": {"type": "ios"}}, "mobile"),
        ({"device": {"type": ["odd"]}, "userAgent": 7}, None),
        ({}, None),
    ],
)
def test_a_device_is_of_one_of_four_sorts(context: dict, device: str | None) -> None:
    assert device_of(page("https://shop.example/", **context)) == device
