"""What is planted in a shop, so that reports have to say it: each in its own month."""

from typing import Any

from tests.acceptance.shop import Shop
from tests.acceptance.test_insights import ON_PAGE, TEA, at, page, receipt, track

Item = dict[str, Any]
BATCH = 100
# -- March: chance led some people online ---------------------------------------------
MARCH = {"from": "2026-03-01", "to": "2026-03-31"}
# Of an arm so many who spent so much before order, or do not. Who spent more before
# orders more often, and buys more in stores anyhow.
ARMS = (
    *(("led", 50, True, 40), ("led", 10, True, 20)),
    *(("led", 50, False, 10), ("led", 10, False, 30)),
    *(("control", 50, True, 16), ("control", 10, True, 4)),
    *(("control", 50, False, 34), ("control", 10, False, 46)),
)
ORDER, EFFECT = 20, 1.5


def opened(shop: Shop) -> Shop:
    """Give a shop sources, a product and a store."""
    shop.source("site", "public", mode="trusted")
    shop.source("tills")
    catalogue = "/api/v1/catalog"
    tea = {"product_id": "p1", "name": "Assam", "category": "tea", "brand": "Bolero"}
    shop.api("POST", f"{catalogue}/products?source=tills", {"items": [tea]})
    market = {"store_id": "s1", "name": "Old Market", "region": "north"}
    shop.api("POST", f"{catalogue}/stores?source=tills", {"items": [market]})
    return shop


def send(shop: Shop, source: str, items: list[Item]) -> None:
    for first in range(0, len(items), BATCH):
        shop.send(source, *items[first : first + BATCH], wait=False)
    shop.settle()


def lead_online(shop: Shop) -> None:
    """Assign two hundred people; each order of 20 brings 30 more in the store."""
    cells = [cell for *cell, count in ARMS for _ in range(count)]
    told = [_assigned(number, *cell) for number, cell in enumerate(cells)]
    send(shop, "tills", [item for items in told for item in items])


def _assigned(number: int, arm: str, before: int, orders: bool) -> list[Item]:
    """Tell of one of them; one of each two buys a little less, one more."""
    user, sign = {"userId": f"m{number}"}, 1 if number % 2 else -1
    assigned = {"experiment_id": "mail", "variation": arm}
    usual = before * 0.3 + 1
    items = [
        track(user, 0, "Experiment Viewed", **assigned),
        receipt(-10, 1_000 + number, before, **user),
        receipt(6, 2_000 + number, usual + sign, **user),
    ]
    if orders:
        order = {"order_id": f"M{number}", "total": ORDER, "currency": "EUR"}
        more = EFFECT * ORDER + 5 * sign
        items.append(track(user, 3, "Order Completed", **order))
        items.append(receipt(5, 3_000 + number, more, **user))
    return items


# -- June: tried in the store, and ordered ---------------------------------------------
JUNE = {"from": "2026-06-01", "to": "2026-06-30"}
TRIED = ("t0", "t1")


def try_in_store(shop: Shop) -> None:
    """Two people scan tea in the store and order it; a third orders it untried."""
    items = []
    for number, name in enumerate(TRIED):
        user = {"userId": name}
        items.append(track(user, 95, "Product Scanned", store_id="s1", **TEA))
        items.append(_order(user, 96, f"T{number}"))
    stranger = {"userId": "t2"}
    items.append(track(stranger, 20, "Store Visit Started", store_id="s1"))
    items.append(_order(stranger, 97, "T2"))
    send(shop, "tills", items)


def _order(user: Item, days: float, name: str) -> Item:
    order = {"order_id": name, "total": 5.77, "currency": "EUR", "products": [TEA]}
    return track(user, days, "Order Completed", **order)


# -- July: brought by a letter, by an advertisement, and by themselves -----------------
JULY = {"from": "2026-07-01", "to": "2026-07-31"}
STEPS = ("Product Viewed", "Product Added", "$purchase")
_LETTER = ("/?utm_source=newsletter&utm_medium=email", "")
_PAID = ("/?gclid=x", "https://www.google.pl/")
# How each came, and how many of the steps they took.
CAME = {
    "w0": (_LETTER, 3),
    "w1": (_LETTER, 2),
    "w2": (_LETTER, 1),
    "w3": (_PAID, 2),
    "w4": (_PAID, 1),
    "w5": (("/", ""), 2),
}
# By the channel that led there: people at each step.
TOLD = {"email": [3, 2, 1], "paid_search": [2, 1, 0], "direct": [1, 1, 0]}


def come_by_ways(shop: Shop) -> None:
    """Six people look on the web, whom three channels brought."""
    for name, (way, taken) in CAME.items():
        device, user = {"anonymousId": f"d{name}"}, {"userId": name}
        here = {**device, **ON_PAGE}
        items = [
            page(f"d{name}", 130, *way),
            {"type": "identify", **device, **user, "timestamp": at(130.001)},
            track(here, 130.005, STEPS[0], **TEA),
        ]
        if taken > 1:
            items.append(track(here, 130.01, STEPS[1], **TEA))
        send(shop, "site", items)
        if taken > 2:
            send(shop, "tills", [_order(user, 130.1, f"W{name}")])
