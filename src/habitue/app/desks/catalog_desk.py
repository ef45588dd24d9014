"""The catalogue as the API asks for it: goods, their prices and stock, the stores."""

import asyncio
from typing import Any

import msgspec

from habitue.app.desks.home import ReadFold
from habitue.base.clock import Clock, to_iso
from habitue.base.errors import InvalidError
from habitue.base.money import to_text
from habitue.catalog.read import Reading
from habitue.model.product import (
    UNCOUNTED,
    Price,
    PriceFall,
    PriceNow,
    Product,
    Stock,
    pieces,
)
from habitue.model.store import Store

View = dict[str, Any]
Views = list[View]

# So many are made between two turns of the others.
STEP = 20
# More lists of prices than this are not told in one answer.
LISTS_MAX = 10


class CatalogDesk:
    """Reads the catalogue as it holds now, or held at a moment."""

    def __init__(self, fold: ReadFold, clock: Clock) -> None:
        self._fold = fold
        self._clock = clock

    @property
    def _read(self) -> Reading:
        # Asked for anew each time: a follower reads one snapshot after another.
        return self._fold.catalog.read

    async def products(self, cursor: str | None, limit: int) -> View:
        """Give a page of products, and the cursor that goes on."""
        now_us, found = self._clock.now_us(), list[Product]()
        after = place_of(cursor)
        while len(found) < limit:
            asked = min(STEP, limit - len(found))
            page = self._read.products(after, asked, now_us)
            found += page
            if len(page) < asked:
                return {"products": list(map(product_view, found)), "next_cursor": None}
            after = (page[-1].source, page[-1].product_id)
            await asyncio.sleep(0)
        return {
            "products": list(map(product_view, found)),
            "next_cursor": "/".join(after or ()),
        }

    def product(
        self, product_id: str, source: str | None, at_us: int | None
    ) -> View | None:
        """Give a product at a moment; None if there is none of this id."""
        at_us = self._clock.now_us() if at_us is None else at_us
        found = self._read.product(product_id, at_us, source)
        return None if found is None else {**product_view(found), "at": to_iso(at_us)}

    def prices(
        self, product_id: str, source: str | None, store: str | None
    ) -> View | None:
        """Give all changes of a product's prices that are kept, the newest first."""
        product = self._read.product(product_id, self._clock.now_us(), source)
        if product is None:
            return None
        lists = [
            one
            for one in self._read.price_lists(product)
            if store is None or one[0] == store
        ]
        if len(lists) > LISTS_MAX:
            raise InvalidError(
                f"This product has prices of its own in {len(lists)} stores; name one"
                " with ?store=."
            )
        changes = self._read.price_changes(product, lists)
        kept_us = self._read.kept_from(product)
        return {
            "source": product.source,
            "product_id": product_id,
            "prices": [price_view(one) for one in reversed(changes)],
            "kept_from": to_iso(kept_us) if kept_us else None,
        }

    async def stores(self, cursor: str | None, limit: int) -> View:
        """Give a page of stores, and the cursor that goes on."""
        found = self._read.stores(place_of(cursor), limit)
        more = len(found) == limit
        return {
            "stores": list(map(store_view, found)),
            "next_cursor": f"{found[-1].source}/{found[-1].store_id}" if more else None,
        }

    def store(self, store_id: str, source: str | None) -> View | None:
        """Give a store; of a receipt's source first, then of the others."""
        found = self._read.store(store_id, source)
        return None if found is None else store_view(found)


def place_of(cursor: str | None) -> tuple[str, str] | None:
    """Read a cursor: a source and an id.

    >>> place_of("erp/A/1")
    ('erp', 'A/1')
    """
    if cursor is None:
        return None
    source, slash, name = cursor.partition("/")
    if not slash:
        raise InvalidError("That is no cursor; take the next_cursor of the last page.")
    return source, name


def product_view(product: Product) -> View:
    """Give a product with its prices and stock."""
    return {
        "source": product.source,
        "product_id": product.product_id,
        **_named(product.fields),
        "deleted": product.deleted,
        "updated_at": to_iso(product.updated_us),
        "prices": list(map(_price_now, product.prices)),
        "stock": list(map(stock_view, product.stock)),
        "reports": product.reports,
    }


def _named(fields: View) -> View:
    """Give the fields apart from what we say ourselves."""
    return {"name": fields.get("name"), "fields": fields}


def price_view(price: Price) -> View:
    """Give a price in units of its currency."""
    return {
        "store_id": price.store or None,
        "currency": price.currency,
        "price": to_text(price.amount_minor, price.currency),
        "since": to_iso(price.since_us),
    }


def _price_now(now: PriceNow) -> View:
    currency = now.price.currency
    return {
        **price_view(now.price),
        "lowest_30_days": to_text(now.lowest_minor, currency),
        "all_30_days_known": now.whole,
        "fell": None if now.fall is None else _fall_view(now.fall, currency),
    }


def _fall_view(fall: PriceFall, currency: str) -> View:
    return {
        "at": to_iso(fall.at_us),
        "price_before": to_text(fall.before_minor, currency),
        "lowest_30_days_before": to_text(fall.lowest_minor, currency),
        "all_30_days_known": fall.whole,
    }


def stock_view(stock: Stock) -> View:
    """Give a stock in pieces or the unit of its product; None if it isn't counted."""
    milli = stock.quantity_milli
    return {
        "store_id": stock.store or None,
        "in_stock": milli > 0,
        "quantity": None if milli == UNCOUNTED else pieces(milli),
        "since": to_iso(stock.since_us),
    }


def store_view(store: Store) -> View:
    """Give a store with its region and zone."""
    view: View = msgspec.to_builtins(store)
    view.pop("updated_us")
    return {
        "name": "",
        "region": "",
        "country": "",
        "fields": {},
        "closed": False,
        "time_zone": store.time_zone,
        **view,
        "updated_at": to_iso(store.updated_us),
    }
