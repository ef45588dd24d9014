"""People counted out of the copy are those that the meaning finds one by one."""

import pytest

from tests.acceptance.shop import Shop

CONDITIONS = {
    "viewed twice": {
        "type": "did",
        "event": "Product Viewed",
        "count": {"op": ">=", "value": 2},
    },
    "never bought": {"type": "did_not", "event": "Order Completed"},
    # The catalogue says what was viewed; the event does not.
    "viewed tea": {
        "type": "did",
        "event": "Product Viewed",
        "where": [{"property": "$category", "op": "is", "value": "tea"}],
    },
    "viewed and then bought": {
        "type": "sequence",
        "steps": [{"event": "Product Viewed"}, {"event": "Order Completed"}],
    },
    # The copy can't say so: the meaning does.
    "with an address": {"type": "identifier", "kind": "email"},
}


def sell(shop: Shop) -> None:
    shop.source("till")
    shop.api(
        "POST",
        "/api/v1/catalog/products?source=till",
        {"items": [{"product_id": "p1", "name": "Assam", "category": "tea"}]},
    )
    for number in range(12):
        who = {"userId": f"u{number}", "timestamp": "2026-03-01T10:00:00Z"}
        views = [
            {
                "type": "track",
                "event": "Product Viewed",
                "properties": {"product_id": f"p{1 + number % 2}"},
                **who,
            }
        ] * (1 + number % 4)
        bought = {
            "type": "track",
            "event": "Order Completed",
            "properties": {"order_id": f"A{number}", "total": 5, "currency": "EUR"},
            **who,
            "timestamp": "2026-03-01T11:00:00Z",
        }
        shop.send("till", *views, *([bought] if number % 3 else []))


def counts(shop: Shop) -> dict[str, tuple]:
    found = {}
    for name, condition in CONDITIONS.items():
        told = shop.api("POST", "/api/v1/segments/preview", {"condition": condition})
        sample = [one["person_id"] for one in told["sample"]]
        found[name] = (told["count"], told["people"], sample)
    return found


def test_the_copy_counts_as_the_meaning_does(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell(shop)
    counts(shop)
    by_copy = counts(shop)
    assert shop.api("GET", "/api/v1/lake")["ready"]
    assert shop.stop() == 0

    monkeypatch.setenv("HABITUE_LAKE__ENABLED", "false")
    shop.start()
    by_meaning = counts(shop)

    assert by_copy == by_meaning
    assert by_copy["viewed tea"][0] > 0
