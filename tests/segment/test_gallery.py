"""Each template means what its definition says: one who is in, and one who is not."""

from typing import Any

import pytest

from habitue.base.clock import DAY_US, HOUR_US
from habitue.model.consent import Consent, ConsentEntry
from habitue.segment.facts import Done, Facts, Line
from habitue.segment.gallery import templates
from habitue.segment.meaning import matches

# Noon of 1 June 2026.
NOW_US = 1_780_315_200_000_000
TEMPLATES = templates("PLN")


def ago(
    days: float, name: str = "$purchase", channel: str = "web", **more: Any
) -> Done:
    """Give something that was done so many days ago."""
    told = {"currency": "PLN", "total_minor": 10_000, **more}
    at_us = NOW_US - int(days * DAY_US)
    return Done(at_us=at_us, name=name, channel=channel, **told)


def facts(*done: Done, **more: Any) -> Facts:
    return Facts(done=done, **more)


def of(*categories: str) -> dict[str, Any]:
    return {"lines": tuple(Line(product=one, category=one) for one in categories)}


ALLOWED = (
    ConsentEntry(
        contact="email:a@example.com", purpose="marketing", channel="email",
        state=Consent.GRANTED, at_us=1, source="crm", message_id="m", offset=1,
    ),
)  # fmt: skip
VIEWED, ADDED, WISH = "Product Viewed", "Product Added", "Product Added to Wishlist"
HOUR = 1 / 24

# By template: who is in, and who is not.
PEOPLE: dict[str, tuple[Facts, Facts]] = {
    "new": (facts(ago(29)), facts(ago(1), ago(31))),
    "active": (facts(ago(89.9)), facts(ago(90))),
    "fading": (facts(ago(179)), facts(ago(179), ago(89))),
    "lapsed": (facts(ago(181)), facts(ago(179))),
    "vip": (
        facts(*(ago(at, total_minor=25_000) for at in (1, 100, 200, 300))),
        facts(*(ago(at, total_minor=24_999) for at in (1, 100, 200, 300))),
    ),
    "cart-left": (
        facts(ago(HOUR, ADDED), ago(2)),
        facts(ago(2 * HOUR, ADDED), ago(HOUR, channel="pos")),
    ),
    "viewed-not-bought": (
        facts(ago(1, VIEWED), ago(5)),
        facts(ago(2, VIEWED), ago(1, channel="pos")),
    ),
    "online-to-store-pickup": (
        facts(ago(3), ago(1, "Order Picked Up", "store")),
        facts(ago(3, channel="pos"), ago(1, "Order Picked Up", "store")),
    ),
    "researched-online": (
        facts(ago(13, VIEWED), ago(1, channel="pos")),
        facts(ago(15, VIEWED), ago(1, channel="pos")),
    ),
    "birthday-7-days": (
        facts(traits={"birthday": "1990-06-07"}),
        facts(traits={"birthday": "1990-06-08"}),
    ),
    "bought-once": (facts(ago(900)), facts(ago(900), ago(1))),
    "second-purchase-due": (facts(ago(14)), facts(ago(13))),
    "frequent": (
        facts(*map(ago, (1, 2, 3, 4, 364))),
        facts(*map(ago, (1, 2, 3, 4, 365))),
    ),
    "big-spenders": (
        facts(ago(1, total_minor=150_000), ago(300, total_minor=50_000)),
        facts(ago(1, total_minor=150_000), ago(300, total_minor=49_999)),
    ),
    "big-basket": (
        facts(ago(1, total_minor=30_000)),
        facts(ago(1, total_minor=15_000), ago(2, total_minor=15_000)),
    ),
    "broad": (
        facts(ago(1, **of("a", "b", "c")), ago(300, **of("d", "e"))),
        facts(ago(1, **of("a", "b", "c", "d", "d"))),
    ),
    "bring-back-often": (
        facts(ago(1, "$return"), ago(179, "$return")),
        facts(ago(1, "$return"), ago(180, "$return")),
    ),
    "never-bring-back": (
        facts(ago(1), ago(2), ago(3)),
        facts(ago(1), ago(2), ago(3), ago(900, "$return")),
    ),
    "coupon-users": (
        facts(*(ago(at, "Coupon Applied") for at in (1, 2, 3))),
        facts(*(ago(at, "Coupon Applied") for at in (1, 2, 2 + HOUR))),
    ),
    "both-channels": (
        facts(ago(1), ago(300, channel="pos")),
        facts(ago(1), ago(366, channel="pos")),
    ),
    "store-only": (
        facts(ago(900, channel="pos")),
        facts(ago(1, channel="pos"), ago(900, channel="app")),
    ),
    "subscribed-not-bought": (
        facts(consents=ALLOWED),
        facts(ago(900), consents=ALLOWED),
    ),
    "reachable-by-email": (
        facts(consents=ALLOWED, identifiers=frozenset({"email"})),
        facts(consents=ALLOWED, identifiers=frozenset({"phone"})),
    ),
    "win-back": (
        facts(ago(180), consents=ALLOWED),
        facts(ago(180)),
    ),
    "searching": (
        facts(*(ago(at, "Products Searched") for at in (1, 2, 3))),
        facts(*(ago(at, "Products Searched") for at in (1, 2, 3)), ago(6)),
    ),
    "looking-again": (
        facts(*(ago(at, VIEWED) for at in (1, 5, 13))),
        facts(*(ago(at, VIEWED) for at in (1, 5, 13)), ago(9, ADDED)),
    ),
    "wishlist-waiting": (
        facts(ago(7, WISH, **of("a")), ago(1, **of("b"))),
        facts(ago(8, WISH, **of("a")), ago(1, channel="pos", **of("a", "b"))),
    ),
    "viewed-twice-not-bought": (
        facts(ago(3, VIEWED, **of("a")), ago(2, VIEWED, **of("a")), ago(1, **of("b"))),
        facts(ago(3, VIEWED, **of("a")), ago(2, VIEWED, **of("b"))),
    ),
    "cart-to-store": (
        facts(ago(3, ADDED, **of("a")), ago(1, channel="pos", **of("b", "a"))),
        facts(ago(3, ADDED, **of("a")), ago(1, channel="pos", **of("b"))),
    ),
    "unhappy": (
        facts(ago(29, "Product Reviewed", properties={"rating": 2})),
        facts(ago(29, "Product Reviewed", properties={"rating": 3})),
    ),
    "asked-not-bought": (
        facts(ago(1, "Call Started", "call")),
        facts(ago(2, "Call Started", "call"), ago(1)),
    ),
    "silent": (facts(ago(180, VIEWED)), facts(ago(900, VIEWED), ago(179))),
}


def test_the_gallery_is_the_ten_that_marketers_start_from_and_more():
    assert len(TEMPLATES) == 32
    assert PEOPLE.keys() == TEMPLATES.keys()


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_means_what_its_definition_says(name):
    inside, outside = PEOPLE[name]

    assert matches(TEMPLATES[name].condition, inside, NOW_US)
    assert not matches(TEMPLATES[name].condition, outside, NOW_US)
    assert not matches(TEMPLATES[name].condition, Facts(), NOW_US)


def test_a_cart_is_left_an_hour_after_it_was_filled_and_for_three_days():
    left = TEMPLATES["cart-left"].condition
    filled = facts(Done(at_us=NOW_US, name=ADDED))

    assert not matches(left, filled, NOW_US + HOUR_US - 1)
    assert matches(left, filled, NOW_US + HOUR_US)
    assert matches(left, filled, NOW_US + 3 * DAY_US - 1)
    assert not matches(left, filled, NOW_US + 3 * DAY_US)
