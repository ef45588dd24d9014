"""Realistic sessions of a made-up shop, from a seed: the same seed, the same shop.

About ten events a visit; a third of the visitors are known to the shop and sign in,
one in twenty of these also buys at a till with the loyalty card. Visits overlap, as
they do in a shop, so that neighbours in the stream are different people.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import msgspec
import numpy as np

from habitue.base.clock import to_iso

WEB, SHOP, TILL = "bench-web", "bench-shop", "bench-till"
# What a source is; the browser's word is a claim, the others are believed.
KINDS = {WEB: "public", SHOP: "server", TILL: "server"}

_KNOWN_SHARE = 1 / 3
_TILL_SHARE = 1 / 20
# Visits under way at one time, and the customers a shop has for each of them.
_AT_ONCE = 200
_BROWSING = (
    "Product Viewed",
    "Product Viewed",
    "Product List Viewed",
    "Products Searched",
    "Product Added",
    "Product Compared",
)
_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/142.0.0.0 Safari/537.36"
)
CATEGORIES = ("Kitchen", "Garden", "Toys", "Stationery", "Lighting", "Bags", "Gifts")
_BRANDS = ("Marigold", "Regency", "Lyra", "Oakfield", "Nordlys")

Wire = dict[str, Any]
T = TypeVar("T")


class Told(NamedTuple):
    """An item on its way to the door: the source it comes from, and its JSON."""

    source: str
    raw: bytes


class Shop:
    """A shop whose visitors come by chance, all of it from one seed."""

    def __init__(self, seed: int, *, customers: int, now_us: int) -> None:
        """customers: how many the shop knows; now_us: when the stream ends."""
        self._chance = np.random.default_rng(seed)
        self._customers = customers
        self._now_us = now_us
        self._floats: Iterator[float] = iter(())
        self._names: Iterator[str] = iter(())

    def stream(self, items: int) -> Iterator[Told]:
        """Give so many items of overlapping visits, in the order of their time."""
        encode = msgspec.json.Encoder().encode
        under_way = [self._visit() for _ in range(_AT_ONCE)]
        at_us = self._now_us - items * 50
        for _ in range(items):
            place = self._below(_AT_ONCE)
            told = next(under_way[place], None)
            while told is None:
                under_way[place] = self._visit()
                told = next(under_way[place], None)
            source, item = told
            at_us += 50
            item["messageId"] = self._uuid()
            item["timestamp"] = to_iso(at_us)
            yield Told(source, encode(item))

    # -- one visit ------------------------------------------------------------

    def _visit(self) -> Iterator[tuple[str, Wire]]:
        customer = self._below(self._customers)
        known = self._chance_is(_KNOWN_SHARE)
        if known and self._chance_is(_TILL_SHARE):
            yield TILL, self._receipt(customer)
            return
        device = self._device_of(customer) if known else self._uuid()
        who: Wire = {"anonymousId": device}
        yield WEB, self._page(who)
        if known:
            yield SHOP, identify(customer, device)
            who["userId"] = user(customer)
        basket: list[Wire] = []
        for _ in range(6 + self._below(5)):
            name = _BROWSING[self._below(len(_BROWSING))]
            product = self.product()
            if name == "Product Added":
                basket.append(product)
            yield WEB, self._track(who, name, _told_of(name, product))
        if known and basket:
            yield SHOP, self._order(customer, device, basket)

    def _device_of(self, customer: int) -> str:
        # A customer comes back on the phone or on the computer at home.
        place = self._below(2)
        return f"{customer:08x}-{place:04x}-4000-8000-{customer * 7919:012x}"

    def _page(self, who: Wire) -> Wire:
        context = _context("/", "Marigold & Daughters")
        return {"type": "page", "name": "Home", **who, "context": context}

    def _track(self, who: Wire, name: str, properties: Wire) -> Wire:
        context = _context("/p", properties.get("name", name))
        told = {"type": "track", "event": name, "properties": properties}
        return {**told, **who, "context": context}

    def _order(self, customer: int, device: str, basket: list[Wire]) -> Wire:
        order: Wire = {
            "order_id": self._uuid()[:13],
            "currency": "GBP",
            "total": round(sum(one["price"] for one in basket), 2),
            "products": [{**one, "quantity": 1} for one in basket],
        }
        return {
            "type": "track",
            "event": "Order Completed",
            "userId": user(customer),
            "anonymousId": device,
            "properties": order,
        }

    def _receipt(self, customer: int) -> Wire:
        lines = [{**self.product(), "quantity": 1} for _ in range(4)]
        receipt: Wire = {
            "receipt_id": self._uuid()[:13],
            "store_id": f"store-{self._below(20)}",
            "till_id": f"{self._below(4)}",
            "currency": "GBP",
            "total": round(sum(one["price"] for one in lines), 2),
            "products": lines,
        }
        return {
            "type": "track",
            "event": "Receipt Issued",
            "identifiers": {"loyalty_card": card(customer)},
            "properties": receipt,
        }

    def product(self) -> Wire:
        """Give a product that somebody looks at."""
        # Few things sell much: the square of chance prefers the small numbers.
        number = int(self._float() ** 2 * 5_000)
        return {
            "product_id": str(20_000 + number),
            "name": f"Article {number}",
            "category": CATEGORIES[number % len(CATEGORIES)],
            "brand": _BRANDS[number % len(_BRANDS)],
            "price": round(0.5 + number % 97 * 0.35, 2),
        }

    # -- chance ---------------------------------------------------------------

    def _float(self) -> float:
        found = next(self._floats, None)
        if found is None:
            # Drawn in thousands: one draw at a time costs more than the rest.
            self._floats = iter(self._chance.random(10_000).tolist())
            found = next(self._floats)
        return found

    def _below(self, limit: int) -> int:
        return int(self._float() * limit)

    def _chance_is(self, share: float) -> bool:
        return self._float() < share

    def _uuid(self) -> str:
        found = next(self._names, None)
        if found is None:
            self._names = iter(uuids(self._chance, 10_000))
            found = next(self._names)
        return found


def uuids(chance: np.random.Generator, count: int) -> list[str]:
    """Make random names in the form of a UUID of version 4."""
    text = chance.bytes(16 * count).hex()
    return [
        f"{text[at : at + 8]}-{text[at + 8 : at + 12]}-4{text[at + 13 : at + 16]}"
        f"-a{text[at + 17 : at + 20]}-{text[at + 20 : at + 32]}"
        for at in range(0, 32 * count, 32)
    ]


def user(customer: int) -> str:
    return f"u{customer}"


def email(customer: int) -> str:
    return f"customer.{customer}@mail.example"


def card(customer: int) -> str:
    return f"MG{customer:09d}"


def identify(customer: int, device: str | None = None) -> Wire:
    """Give what the shop's own server tells of a customer who signs in."""
    told: Wire = {
        "type": "identify",
        "userId": user(customer),
        "identifiers": {
            "customer_id": str(700_000 + customer),
            "loyalty_card": card(customer),
        },
        "traits": {"email": email(customer), "firstName": f"Name{customer % 997}"},
    }
    return told if device is None else {**told, "anonymousId": device}


def _context(path: str, title: str) -> Wire:
    return {
        "library": {"name": "analytics.js", "version": "2.11.1"},
        "locale": "en-GB",
        "page": {
            "path": path,
            "title": title,
            "url": f"https://shop.example{path}",
            "referrer": "https://search.example/",
        },
        "userAgent": _AGENT,
    }


def _told_of(name: str, product: Wire) -> Wire:
    match name:
        case "Products Searched":
            return {"query": product["category"].lower()}
        case "Product List Viewed":
            return {"list_id": product["category"], "category": product["category"]}
        case "Product Compared":
            return {"products": [product]}
        case _:
            return product


def in_batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Give the items so many at a time, the last ones fewer.

    >>> list(in_batches("abc", 2))
    [['a', 'b'], ['c']]
    """
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
