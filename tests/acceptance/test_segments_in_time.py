"""Who is in a segment on a running server, by what is told and by time alone: C2."""

import time

import pytest

from tests.acceptance.shop import Shop, identify
from tests.acceptance.test_segments import BOUGHT, inside, order, put

WINDOW_S = 4
# A tick comes within 100 ms; the rest is a busy machine's.
SLACK_S = 2


def kept(shop: Shop, who: str) -> dict[str, dict]:
    path = f"/api/v1/people/{shop.id(who)}/segments"
    return {one["id"]: one for one in shop.api("GET", path)["segments"]}


def filled_in(shop: Shop, who: str) -> None:
    """Wait until memberships are kept, and not only judged when asked for."""
    deadline = time.monotonic() + 20
    while not all(one["since"] for one in kept(shop, who).values()):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.feature("C2")
def test_who_bought_is_in_at_once_and_out_by_time_alone(shop: Shop):
    within = {"within": {"seconds": WINDOW_S}}
    shop.source("crm")
    shop.send("crm", identify({"name": "Anna"}, userId="anna"))
    put(shop, "fresh", {**BOUGHT, **within})
    put(shop, "silent", {"type": "did_not", "event": "$purchase", **within})
    filled_in(shop, "user_id:anna")
    assert inside(shop, "silent") == ["Anna"]

    began = time.monotonic()
    shop.send("crm", order("1", 10, userId="anna"))
    told = kept(shop, "user_id:anna")
    assert time.monotonic() - began < SLACK_S
    assert (told.keys(), told["fresh"]["cause"]) == ({"fresh"}, "event")
    assert inside(shop, "fresh") == ["Anna"]

    # From here on nothing is told of her.
    time.sleep(max(0, began + WINDOW_S + SLACK_S - time.monotonic()))
    told = kept(shop, "user_id:anna")
    assert (told.keys(), told["silent"]["cause"]) == ({"silent"}, "time")
    assert inside(shop, "fresh") == []
    assert inside(shop, "silent") == ["Anna"]


@pytest.mark.feature("C6")
@pytest.mark.feature("C2")
def test_scores_are_asked_for_in_conditions_and_kept(shop: Shop):
    shop.source("crm")
    put(
        shop,
        "new_customers",
        {"type": "computed", "name": "stage", "op": "is", "value": "new"},
    )
    shop.send(
        "crm",
        identify({"name": "Anna"}, userId="anna"),
        identify({"name": "Jan"}, userId="jan"),
        order("1", 10, userId="anna"),
    )
    filled_in(shop, "user_id:anna")

    assert kept(shop, "user_id:anna").keys() == {"new_customers"}
    assert inside(shop, "new_customers") == ["Anna"]
    # Who is scored by other rules is judged by them.
    shop.api("PUT", "/api/v1/scores/rules", {"stage": {"returns_undo": False}})
    refund = {"order_id": "1", "total": 10, "currency": "PLN"}
    shop.send(
        "crm",
        {
            "type": "track",
            "event": "Order Refunded",
            "properties": refund,
            "userId": "anna",
        },
    )
    assert inside(shop, "new_customers") == ["Anna"]
