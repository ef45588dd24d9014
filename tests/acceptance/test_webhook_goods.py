"""What two web shops push of their goods: in the catalogue, and told on once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.acceptance.shop import Shop
from tests.acceptance.test_catalog import check_rebuild, effects, wait_for
from tests.acceptance.test_webhooks import hook, shopify, woo
from tests.collect.webhooks.test_shops import shopify as shopify_has
from tests.collect.webhooks.test_shops import woo as woo_has

NOW = datetime.now(UTC).replace(microsecond=0)


def minutes_ago(minutes: int) -> str:
    return (NOW - timedelta(minutes=minutes)).isoformat()


def levels(
    shop: Shop, product: object
) -> tuple[list[str], dict[str | None, int | None]]:
    """Give a product's prices as they are shown, and its stock by store."""
    found = shop.api("GET", f"/api/v1/catalog/products/{product}")
    prices = [f"{one['price']} {one['currency']}" for one in found["prices"]]
    return prices, {one["store_id"]: one["quantity"] for one in found["stock"]}


def told_on(found: list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    """Give what was told on, of which product and store."""
    told = [(one["name"], one["properties"]) for one in found]
    of = [(name, about["product_id"], about.get("store_id")) for name, about in told]
    return sorted(of, key=str)


@pytest.mark.feature("A8")
def test_price_and_stock_that_woocommerce_pushes_are_the_catalogues(shop: Shop):
    hook(shop, "shop", "woocommerce")
    simple, variable, *_ = woo_has("products")
    sold_out = {**simple, "manage_stock": True, "stock_quantity": 0}
    cheap = {**sold_out, "price": "19.99", "stock_quantity": 3}
    uncounted = {**variable, "date_modified_gmt": minutes_ago(8)}
    assert uncounted["manage_stock"] is False
    variation = {**cheap, "id": 733, "type": "variation", "parent_id": variable["id"]}
    told = [
        ({**sold_out, "date_modified_gmt": minutes_ago(9)}, "d1"),
        ({**variation, "date_modified_gmt": minutes_ago(9)}, "d2"),
        ({**variable, "date_modified_gmt": minutes_ago(9)}, "d3"),
        # Not counted: sold out, and there again.
        ({**uncounted, "stock_status": "outofstock"}, "d7"),
        ({**uncounted, "date_modified_gmt": minutes_ago(7)}, "d8"),
        ({**cheap, "date_modified_gmt": minutes_ago(5)}, "d4"),
        # Sent again; told again with nothing new; and one sold.
        ({**cheap, "date_modified_gmt": minutes_ago(5)}, "d4"),
        ({**cheap, "date_modified_gmt": minutes_ago(4)}, "d5"),
        ({**cheap, "stock_quantity": 2, "date_modified_gmt": minutes_ago(3)}, "d6"),
    ]

    for body, delivery in told:
        status, answer = woo(shop, "product.updated", body, delivery)
        assert (status, answer["results"][0].get("reason")) == (200, None)

    assert told_on(wait_for(shop, 3)) == [
        ("Back in Stock", "794", None),
        ("Back in Stock", str(variable["id"]), None),
        ("Price Dropped", "794", None),
    ]
    assert levels(shop, 794) == (["19.99 GBP"], {None: 2})
    assert levels(shop, 733) == (["19.99 GBP"], {None: 3})
    assert levels(shop, variable["id"]) == ([], {None: None})
    prices = shop.api("GET", "/api/v1/catalog/products/794/prices")["prices"]
    assert [one["price"] for one in prices] == ["19.99", "21.99"]
    parent = shop.api("GET", "/api/v1/catalog/products/733")["fields"]["parent_id"]
    assert parent == 799


@pytest.mark.feature("A8")
def test_price_and_stock_that_shopify_pushes_are_the_catalogues(shop: Shop):
    hook(shop, "shopify", "shopify", currency="USD")
    product = shopify_has("product", "product")
    pink, red, *others = (
        {**one, "inventory_quantity": 0, "inventory_item_id": 10_000 + at}
        for at, one in enumerate(product["variants"])
    )
    cheap = {**pink, "price": "149.00", "inventory_quantity": 3}
    level = shopify_has("inventory_level", "inventory_level")
    place = str(level["location_id"])

    def product_at(minutes: int, *variants: dict[str, Any]) -> dict[str, Any]:
        return {**product, "variants": variants, "updated_at": minutes_ago(minutes)}

    def level_at(minutes: int, one: dict[str, Any], available: int) -> dict[str, Any]:
        item = {"inventory_item_id": one["inventory_item_id"], "available": available}
        return {**level, **item, "updated_at": minutes_ago(minutes)}

    told = [
        # The level of what is not known yet.
        ("inventory_levels/update", level_at(9, red, 4)),
        ("products/create", product_at(8, pink, red, *others)),
        ("inventory_levels/update", level_at(7, pink, 0)),
        ("products/update", product_at(6, cheap, red, *others)),
        ("products/update", product_at(5, cheap, red, *others)),
        ("inventory_levels/update", level_at(4, pink, 2)),
        ("inventory_levels/update", level_at(3, pink, 1)),
    ]
    for at, (topic, body) in enumerate(told):
        status, answer = shopify(shop, topic, body, f"w{at}")
        assert {one["outcome"] for one in answer["results"]} == {"stored"}, answer
        assert status == 200

    once = [
        ("Back in Stock", "632910392", None),
        ("Back in Stock", str(pink["id"]), None),
        ("Back in Stock", str(pink["id"]), place),
        ("Price Dropped", "632910392", None),
        ("Price Dropped", str(pink["id"]), None),
    ]
    found = wait_for(shop, len(once))
    assert told_on(found) == sorted(once, key=str)
    about = next(one["properties"] for one in found if one["name"] == "Price Dropped")
    assert about["price"] == "149.00"
    assert about["price_before"] == "199.00"
    assert about["currency"] == "USD"
    assert levels(shop, 632910392) == (["149.00 USD"], {None: 3})
    assert levels(shop, pink["id"]) == (["149.00 USD"], {None: 3, place: 1})
    assert levels(shop, red["id"]) == (["199.00 USD"], {None: 0, place: 4})

    check_rebuild(shop)
    assert len(effects(shop)) == len(once)
    assert levels(shop, red["id"])[1] == {None: 0, place: 4}
