"""What a conversation may begin with, and what it never does."""

from typing import Any

import pytest

from habitue.app.desks.delicate import Delicate
from habitue.base.clock import to_iso
from habitue.console.look import Look
from habitue.console.people.points import LOOKED, points
from tests.console.fake import LAST_US, event

LOOK = Look(now_us=LAST_US)
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


def at(ago_us: int, name: str, offset: int = 7, **told: Any) -> dict[str, Any]:
    return event(offset, name, at=to_iso(LAST_US - ago_us), **told)


def said(*events: dict[str, Any], **computed: Any) -> list[str]:
    return [one["text"] for one in points({"computed": computed}, [*events], LOOK)]


def test_what_was_looked_at_an_hour_ago_is_told_with_its_event() -> None:
    told = points({}, [at(HOUR_US, "Product Viewed", 41)], LOOK)

    assert told == [{"text": "Looked at Regency cake stand 1 h ago.", "offset": 41}]


def test_goods_are_named() -> None:
    goods = {"products": [{"name": "Lamp"}, {"name": "Lamp XL"}, {"sku": "1"}]}

    assert said(at(HOUR_US, "Product Compared", properties=goods)) == [
        "Compared Lamp, Lamp XL 1 h ago."
    ]


def test_what_is_open_comes_before_what_was_looked_at() -> None:
    texts = said(at(HOUR_US, "Product Viewed"), at(DAY_US, "Claim Filed"))

    assert texts[0] == "A complaint was made 1 day ago: ask whether it is settled."


def test_what_was_settled_since_is_no_opening() -> None:
    assert said(at(HOUR_US, "Claim Resolved"), at(DAY_US, "Claim Filed")) == []
    assert said(at(HOUR_US, "Case Opened"), at(DAY_US, "Case Closed"))


def test_a_cart_is_open_until_something_is_bought() -> None:
    added = at(DAY_US, "Product Added")

    assert said(added) == ["Left Regency cake stand in the cart 1 day ago."]
    assert said(at(HOUR_US, "Receipt Issued"), added) == []


def test_who_wants_peace_is_offered_nothing() -> None:
    texts = said(need_class="do_not_disturb")

    assert texts == ["Wants to be left in peace: answer, and offer nothing."]


@pytest.mark.parametrize("name", ["Call Ended", "Product Reviewed", "Email Received"])
def test_what_somebody_told_is_never_said_to_them(name: str) -> None:
    assert said(at(HOUR_US, name, summary="She is pregnant.")) == []


def test_what_is_long_past_or_a_robots_is_no_opening() -> None:
    assert said(at(3 * DAY_US, "Product Viewed")) == []
    assert said(at(HOUR_US, "Product Viewed", marked="bot")) == []


class Shelf:
    """A catalogue of one product."""

    def fields(self, product_id: str, source: str) -> dict[str, Any]:
        return {"category": "Health > Intimate"} if product_id == "p1" else {}


@pytest.mark.parametrize(
    "told",
    [
        {"category": "Health / Intimate care"},
        {"category": ["Gifts", "intimate"]},
        {"product_id": "p1"},
        {"products": [{"name": "Lamp"}, {"sku": "p1", "name": "Test"}]},
        {"query": "best PREGNANCY test"},
    ],
)
@pytest.mark.parametrize("name", [*LOOKED, "Product Added"])
def test_delicate_goods_are_never_said(name: str, told: dict[str, Any]) -> None:
    named = ["Intimate", "intimate care", "pregnancy"]
    desk = Delicate(named, Shelf)
    one = at(HOUR_US, name, properties=told)
    other = at(2 * HOUR_US, name, properties={"name": "Lamp", "category": "Light"})

    assert not desk.is_delicate(other)
    assert not Delicate([], Shelf).is_delicate(one)
    assert desk.is_delicate(one)
    events = [{**each, "delicate": desk.is_delicate(each)} for each in (one, other)]
    points_told = points({}, events, LOOK)
    assert len(points_told) == 1
    assert points_told[0]["text"].endswith("2 h ago.")
    # A purchase of them closes the cart as any other does.
    bought = at(0, "Receipt Issued", properties=told)
    assert (
        points({}, [{**bought, "delicate": True}, at(1, "Product Added")], LOOK) == []
    )
