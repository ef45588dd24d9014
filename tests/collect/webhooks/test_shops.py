"""What the two great web shops push, by payloads of their own documents and tests."""

import gzip
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from habitue.model.event import Event
from tests.collect.webhooks.hooked import HookShop, signed

PAYLOADS = Path(__file__).parents[2] / "data" / "event-payloads" / "payloads.jsonl.gz"
SECRET = "woo-secret"


def payloads(source: str, file: str) -> Iterator[Any]:
    """The payloads of a vendor's own document or test."""
    with gzip.open(PAYLOADS, "rt", encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            name = told["file"].rpartition("/")[2]
            if told["source"].startswith(source) and name == file:
                yield told["payload"]


def woo(file: str) -> list[dict[str, Any]]:
    """The single objects that WooCommerce's documentation shows."""
    return [
        one
        for one in payloads("woocommerce", file)
        if isinstance(one, dict) and "id" in one
    ]


def shopify(file: str, name: str) -> dict[str, Any]:
    (found,) = payloads("shopify", f"{file}.json")
    told = found[name]
    return told[0] if isinstance(told, list) else told  # type: ignore[no-any-return]


def events(
    shop: HookShop, provider: str, topic: str, *bodies: dict[str, Any]
) -> list[Event]:
    shop.take(provider, SECRET)
    for at, body in enumerate(bodies):
        reply = shop.deliver(signed(provider, body, SECRET, topic, f"{topic}-{at}"))
        assert reply.status == 200
        assert set(reply.outcomes) == {"stored"}, reply.data
    return shop.events()


def named(event: Event) -> set[str]:
    return {str(one) for one in event.identifiers}


# -- WooCommerce ------------------------------------------------------------------


def test_orders_of_woocommerce_keep_number_money_and_lines(shop: HookShop) -> None:
    orders = woo("orders")

    made = events(shop, "woocommerce", "order.created", *orders)

    assert len(made) == len(orders) >= 4
    for event, order in zip(made, orders, strict=True):
        told = event.properties
        assert event.name == "Order Completed"
        assert told["order_id"] == order["id"]
        assert (told["total"], told["currency"]) == (order["total"], order["currency"])
        assert told["updated_at"] == order["date_modified_gmt"]
        lines = [Decimal(one["line_total"]) for one in told["products"]]
        assert sum(lines) == sum(Decimal(one["total"]) for one in order["line_items"])
        assert f"email:{order['billing']['email']}" in named(event)


def test_a_guest_has_no_customer_number(shop: HookShop) -> None:
    guest, *_ = [one for one in woo("orders") if one["customer_id"] == 0]

    (event,) = events(shop, "woocommerce", "order.created", guest)

    assert not any(kind == "customer_id" for kind, _ in event.identifiers)


@pytest.mark.parametrize(
    ("status", "event", "told"),
    [
        ("pending", "Order Updated", "draft"),
        ("on-hold", "Order Updated", "on-hold"),
        ("completed", "Order Updated", "completed"),
        ("refunded", "Order Updated", "refunded"),
        ("cancelled", "Order Cancelled", "cancelled"),
        ("failed", "Order Cancelled", "failed"),
        ("trash", "Order Cancelled", "trash"),
    ],
)
def test_the_state_of_an_order_decides_its_event(
    shop: HookShop, status: str, event: str, told: str
) -> None:
    order = {**woo("orders")[0], "status": status, "refunds": []}

    (made,) = events(shop, "woocommerce", "order.updated", order)

    assert (made.name, made.properties["status"]) == (event, told)


def test_a_refund_that_an_order_tells_again_is_one(shop: HookShop) -> None:
    refund = {"id": 726, "reason": "", "total": "-10.00"}
    first = {**woo("orders")[0], "refunds": [refund]}
    then = {**first, "date_modified_gmt": "2026-01-01T00:00:00"}

    shop.take("woocommerce", SECRET)
    told = [
        shop.deliver(signed("woocommerce", one, SECRET, "order.updated", f"d{at}"))
        for at, one in enumerate((first, then))
    ]

    assert told[0].outcomes == ["stored", "stored"]
    assert told[1].outcomes == ["stored", "duplicate"]
    refunds = [one for one in shop.events() if one.name == "Order Refunded"]
    assert [one.properties["total"] for one in refunds] == ["10.00"]


def test_customers_of_woocommerce_become_people(shop: HookShop) -> None:
    customers = woo("customers")

    made = events(shop, "woocommerce", "customer.updated", *customers)

    for event, customer in zip(made, customers, strict=True):
        assert event.type == "identify"
        assert f"customer_id:{customer['id']}" in named(event)
        assert event.traits["first_name"] == customer["first_name"]


def test_a_new_customer_signs_up(shop: HookShop) -> None:
    made = events(shop, "woocommerce", "customer.created", woo("customers")[0])

    assert [one.name for one in made] == ["", "Signed Up"]


def test_products_of_woocommerce_are_told_whole(shop: HookShop) -> None:
    products = woo("products")

    made = events(shop, "woocommerce", "product.updated", *products)

    for event, product in zip(made, products, strict=True):
        told = event.properties
        assert (event.name, told["product_id"]) == ("Product Updated", product["id"])
        assert told["name"] == product["name"]
        assert told["categories"] == [one["name"] for one in product["categories"]]
        assert told["in_stock"] is True
        assert told.get("quantity") == product["stock_quantity"]
        assert event.identifiers == ()


@pytest.mark.parametrize(
    ("topic", "event"),
    [
        ("product.deleted", "Product Deleted"),
        ("customer.deleted", "Customer Deleted"),
        ("order.deleted", "Order Cancelled"),
    ],
)
def test_what_is_deleted_is_told_by_its_number_alone(
    shop: HookShop, topic: str, event: str
) -> None:
    (made,) = events(shop, "woocommerce", topic, {"id": 7})

    assert made.name == event


# -- Shopify ------------------------------------------------------------------------


def test_an_order_of_shopify_keeps_number_money_and_lines(shop: HookShop) -> None:
    order = shopify("order", "order")

    (event,) = events(shop, "shopify", "orders/paid", order)

    told = event.properties
    assert event.name == "Order Completed"
    assert (told["order_id"], told["total"]) == (order["id"], order["total_price"])
    lines = [Decimal(one["price"]) * one["quantity"] for one in told["products"]]
    discounts = sum(Decimal(one["discount"]) for one in told["coupons"])
    assert sum(lines) == Decimal("597.00")
    assert discounts == Decimal("10.00")
    assert told["cart_id"] == order["cart_token"]
    assert "customer_id:207119551" in named(event)


@pytest.mark.parametrize(
    ("topic", "cancelled", "event"),
    [
        ("orders/create", None, "Order Updated"),
        ("orders/updated", None, "Order Updated"),
        ("orders/updated", "2026-11-23T10:00:00Z", "Order Cancelled"),
        ("orders/cancelled", "2026-11-23T10:00:00Z", "Order Cancelled"),
        ("orders/fulfilled", None, "Order Updated"),
    ],
)
def test_the_topic_of_an_order_decides_its_event(
    shop: HookShop, topic: str, cancelled: str | None, event: str
) -> None:
    order = {**shopify("order", "order"), "cancelled_at": cancelled}

    (made,) = events(shop, "shopify", topic, order)

    assert made.name == event
    assert made.properties["updated_at"] == order["updated_at"]


def test_a_refund_of_shopify_is_what_was_paid_back(shop: HookShop) -> None:
    refund = shopify("refund", "refund")

    (event,) = events(shop, "shopify", "refunds/create", refund)

    assert event.name == "Order Refunded"
    paid = sum(Decimal(one["amount"]) for one in refund["transactions"])
    assert Decimal(event.properties["total"]) == paid == Decimal("209.00")
    assert event.properties["order_id"] == refund["order_id"]
    assert len(event.properties["products"]) == len(refund["refund_line_items"])


def test_a_cart_and_its_checkout_share_a_number(shop: HookShop) -> None:
    checkout = shopify("checkouts", "checkouts")
    events(shop, "shopify", "carts/update", shopify("carts", "carts"))

    cart, made = events(shop, "shopify", "checkouts/create", checkout)

    assert (cart.name, made.name) == ("Cart Updated", "Checkout Started")
    assert cart.properties["cart_id"]
    assert made.properties["cart_id"] == checkout["cart_token"]
    assert made.properties["value"] == checkout["total_price"]
    assert cart.identifiers == ()
    assert "email:bob.norman@hostmail.com" in named(made)


def test_a_customer_of_shopify_becomes_a_person(shop: HookShop) -> None:
    customer = shopify("customer", "customer")

    (event,) = events(shop, "shopify", "customers/update", customer)

    assert event.type == "identify"
    assert f"customer_id:{customer['id']}" in named(event)
    assert event.traits["address"]["city"] == "Louisville"


@pytest.mark.parametrize(
    ("state", "granted"),
    [("subscribed", True), ("unsubscribed", False), ("not_subscribed", None)],
)
def test_consent_is_taken_where_somebody_said_yes_or_no(
    shop: HookShop, state: str, granted: bool | None
) -> None:
    consent = {"state": state, "consent_updated_at": "2026-01-02T03:04:05+01:00"}
    customer = {**shopify("customer", "customer"), "email_marketing_consent": consent}

    (event,) = events(shop, "shopify", "customers/update", customer)

    told = [one["granted"] for one in event.context.get("consents", ())]
    assert told == ([] if granted is None else [granted])


def test_a_product_of_shopify_is_told_with_its_variants(shop: HookShop) -> None:
    product = shopify("product", "product")
    product["variants"][1]["price"] = "99.00"

    event, *variants = events(shop, "shopify", "products/update", product)

    told = event.properties
    assert (event.name, told["name"]) == ("Product Updated", product["title"])
    assert [one["sku"] for one in told["variants"]] == [
        one["sku"] for one in product["variants"]
    ]
    # It begins at the lowest price, and there are as many as of all variants.
    assert (told["price"], told["quantity"]) == ("99.00", "100")
    assert [one.name for one in variants] == ["Product Updated"] * 4
    for one, variant in zip(variants, product["variants"], strict=True):
        of_it = one.properties
        assert (of_it["product_id"], of_it["parent_id"]) == (variant["id"], 632910392)
        assert of_it["name"] == f"IPod Nano - 8GB - {variant['title']}"
        assert of_it["price"] == variant["price"]
        assert of_it["quantity"] == variant["inventory_quantity"]


def test_a_product_of_shopify_without_variants_is_one(shop: HookShop) -> None:
    product = shopify("product", "product")
    only = {**product["variants"][0], "title": "Default Title", "inventory_item_id": 7}

    (event,) = events(
        shop, "shopify", "products/create", {**product, "variants": [only]}
    )

    told = event.properties
    assert (told["price"], told["quantity"]) == ("199.00", "10")
    assert told["inventory_item_id"] == 7


def test_a_level_that_counts_nothing_tells_nothing(shop: HookShop) -> None:
    level = shopify("inventory_level", "inventory_level")
    shop.take("shopify", SECRET)
    topic = "inventory_levels/update"

    told = [
        shop.deliver(signed("shopify", {**level, **more}, SECRET, topic, f"d{at}"))
        for at, more in enumerate([{}, {"available": 0}, {"available": None}])
    ]

    assert [one.outcomes for one in told] == [["stored"], ["stored"], ["refused"]]
    first, none = shop.events()
    assert (first.name, first.properties["quantity"]) == ("Stock Changed", 6)
    assert first.properties["inventory_item_id"] == 808950810
    assert none.properties["quantity"] == 0


@pytest.mark.parametrize(
    ("of_shop", "of_hook", "told"),
    [("PLN", "", "PLN"), ("PLN", "EUR", "EUR"), ("", "", None)],
)
def test_a_bare_price_is_in_the_currency_that_is_set(
    shop: HookShop, of_shop: str, of_hook: str, told: str | None
) -> None:
    shop.door.go_by(structs.replace(shop.rules, currency=of_shop))
    shop.take("woocommerce", SECRET, currency=of_hook)
    body = {**woo("products")[0], "stock_quantity": 4}

    shop.deliver(signed("woocommerce", body, SECRET, "product.updated"))

    (event,) = shop.events()
    assert event.properties.get("currency") == told
    assert (event.properties["price"], event.properties["quantity"]) == ("21.99", 4)
    # Without one the price counts for nothing, and the source's page says so.
    warned = shop.collector.unused["woocommerce", "no_currency"]
    assert warned == (told is None)


def test_the_redaction_of_a_shop_names_nobody(shop: HookShop) -> None:
    body = {"shop_id": 954889, "shop_domain": "acme.myshopify.com"}

    (event,) = events(shop, "shopify", "shop/redact", body)

    assert event.name == "Erasure Requested"
    assert event.properties["scope"] == "shop"
    assert event.identifiers == ()
