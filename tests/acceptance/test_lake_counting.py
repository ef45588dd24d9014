"""People counted out of the copy are those that the meaning finds one by one."""

import pytest

from tests.acceptance.copying import copied
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
    "viewed tea in the north": {
        "type": "did",
        "event": "Product Viewed",
        "where": [
            {"property": "$category", "op": "is", "value": "tea"},
            {"property": "$region", "op": "is", "value": "north"},
        ],
    },
    "viewed what is cheap": {
        "type": "did",
        "event": "Product Viewed",
        "where": [
            {"property": "$list_price", "op": "<", "value": 2000, "currency": "EUR"}
        ],
    },
    "viewed and then bought": {
        "type": "sequence",
        "steps": [{"event": "Product Viewed"}, {"event": "Order Completed"}],
    },
    "with an address": {"type": "identifier", "kind": "email"},
    "of Lodz": {"type": "trait", "name": "city", "op": "is", "value": "Łódź"},
    "not of Lodz": {"type": "trait", "name": "city", "op": "is_not", "value": "Łódź"},
    "with a birthday soon": {
        "type": "trait",
        "name": "birthday",
        "op": "anniversary",
        "value": 366,
    },
    "who said yes": {
        "type": "consent",
        "purpose": "marketing",
        "channel": "email",
        "state": "granted",
    },
    "bought for 5": {
        "type": "did",
        "event": "$purchase",
        "where": [{"property": "$total", "op": ">=", "value": 500, "currency": "EUR"}],
    },
    "bought tea": {
        "type": "did",
        "event": "$purchase",
        "where": [{"property": "$category", "op": "is", "value": "tea"}],
    },
    "of value": {
        "type": "computed",
        "name": "revenue.EUR.net",
        "op": ">",
        "value": 400,
    },
    "without a purchase": {
        "type": "computed",
        "name": "purchases",
        "op": "is",
        "value": 0,
    },
    # What is masked in the copy the meaning judges.
    "called so": {"type": "trait", "name": "name", "op": "is", "value": "Anna 3"},
    "engaged": {"type": "computed", "name": "engagement", "op": ">=", "value": 0},
}


BY_MEANING = {"called so", "engaged"}
BY_CATALOGUE = {
    "viewed tea",
    "viewed tea in the north",
    "viewed what is cheap",
    "bought tea",
}
EVIL_TEST = {"property": "$product", "op": "is"}


def sell(shop: Shop) -> None:
    shop.source("till")
    tell_of(shop, product_id="p1", category="tea", price=25, currency="EUR")
    north = {"items": [{"store_id": "s1", "name": "Market", "region": "north"}]}
    shop.api("POST", "/api/v1/catalog/stores?source=till", north)
    for number in range(12):
        who = {"userId": f"u{number}", "timestamp": "2026-03-01T10:00:00Z"}
        views = [
            {
                "type": "track",
                "event": "Product Viewed",
                "properties": {
                    "product_id": f"p{1 + number % 2}",
                    "store_id": f"s{1 + number % 3}",
                },
                **who,
            }
        ] * (1 + number % 4)
        known = {
            "type": "identify",
            "traits": {
                "email": f"u{number}@x.example",
                "name": f"Anna {number}",
                "city": ("Łódź", "Kraków", "")[number % 3],
                "birthday": "1990-02-28",
            },
            **who,
        }
        said = {
            "type": "track",
            "event": ("Consent Granted", "Consent Withdrawn")[number % 2],
            "properties": {"channel": "email"},
            **who,
        }
        bought = {
            "type": "track",
            "event": "Order Completed",
            "properties": {
                "order_id": f"A{number}",
                "total": 5,
                "currency": "EUR",
                "products": [{"product_id": f"p{1 + number % 2}", "price": 5}],
            },
            **who,
            "timestamp": "2026-03-01T11:00:00Z",
        }
        shop.send("till", known, said, *views, *([bought] if number % 3 else []))


def tell_of(shop: Shop, **product: object) -> None:
    items = {"items": [{"name": "Assam", **product}]}
    shop.api("POST", "/api/v1/catalog/products?source=till", items)
    shop.settle()


def counts(shop: Shop, *, by_copy: bool = False) -> dict[str, tuple]:
    found = {}
    for name, condition in CONDITIONS.items():
        told = shop.api("POST", "/api/v1/segments/preview", {"condition": condition})
        sample = [one["person_id"] for one in told["sample"]]
        found[name] = (told["count"], told["people"], sample)
        if by_copy:
            assert told["by"] == ("meaning" if name in BY_MEANING else "copy"), name
    return found


def test_the_copy_counts_as_the_meaning_does(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell(shop)
    copied(shop)
    before = counts(shop, by_copy=True)
    # The copy holds nothing else by that: what is asked of goods is asked anew.
    tell_of(shop, product_id="p2", category="tea", price=5, currency="EUR")
    tell_of(shop, product_id="p1", category="coffee", price=25, currency="EUR")
    by_copy = counts(shop, by_copy=True)
    assert shop.api("GET", "/api/v1/lake")["ready"]
    assert shop.stop() == 0

    monkeypatch.setenv("HABITUE_LAKE__ENABLED", "false")
    shop.start()
    by_meaning = counts(shop)

    assert by_copy == by_meaning
    assert all(found for found, _, _ in by_copy.values())
    assert {
        name for name in CONDITIONS if before[name] != by_copy[name]
    } == BY_CATALOGUE


def test_a_value_is_bound_and_never_pasted(shop: Shop) -> None:
    sell(shop)
    evil = "x' OR 1=1; DROP TABLE kept_event; --"
    for condition in (
        {"type": "trait", "name": f"city{evil}", "op": "is", "value": evil},
        {"type": "trait", "name": "city", "op": "contains", "value": evil},
        {"type": "identifier", "kind": evil[:60]},
        {"type": "consent", "purpose": evil, "channel": "email", "state": "granted"},
        {"type": "did", "event": evil, "where": [EVIL_TEST | {"value": evil}]},
    ):
        body = {"condition": condition}
        told = shop.api("POST", "/api/v1/segments/preview", body)
        assert (told["count"], told["people"]) == (0, 12)


def test_an_overlap_is_one_answer_of_the_copy(shop: Shop) -> None:
    sell(shop)
    copied(shop)
    names = ["viewed-twice", "never-bought", "of-lodz"]
    for name in names:
        body = {"condition": CONDITIONS[name.replace("-", " ").replace("lodz", "Lodz")]}
        shop.api("PUT", f"/api/v1/segments/{name}", body)

    told = shop.api("POST", "/api/v1/segments/overlap", {"segments": names})

    assert told["by"] == "copy"
    assert sum(part["count"] for part in told["parts"]) == told["people"] == 12
    for name in names:
        body = {"condition": {"type": "in_segment", "segment": name}}
        alone = shop.api("POST", "/api/v1/segments/preview", body)["count"]
        parts = [part["count"] for part in told["parts"] if name in part["in"]]
        assert sum(parts) == alone
