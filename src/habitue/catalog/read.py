"""What is known of goods and stores, as it holds at a moment."""

from collections.abc import Callable, Sequence
from typing import Any

from habitue.catalog.history import changes, fall, in_force, lowest, since
from habitue.catalog.items import Items
from habitue.catalog.parse import ITEM_FIELD, PRODUCT, STORE, text
from habitue.catalog.port import Rows
from habitue.catalog.rows import DELETED, SEP, HistoryRow, Point, ThingRow, key_of
from habitue.catalog.versions import fields_of
from habitue.model.product import Price, PriceFall, PriceNow, Product, Stock
from habitue.model.source import Source
from habitue.model.store import Store

Sources = Callable[[str], Source]
# More stores than this are not listed with one product: ask for one of them.
LISTED_MAX = 50


class Reading:
    """Reads the catalogue; changes nothing."""

    def __init__(  # noqa: PLR0913 - the tables of the catalogue
        self,
        *,
        products: Rows[str, ThingRow],
        stores: Rows[str, ThingRow],
        prices: Rows[str, HistoryRow],
        stock: Rows[str, HistoryRow],
        told_by: Rows[str, tuple[str, ...]],
        items: Items,
        source: Sources,
    ) -> None:
        self._products = products
        self._stores = stores
        self._prices = prices
        self._stock = stock
        self._told_by = told_by
        self._items = items
        self._source = source

    def product(
        self, product_id: str, at_us: int, source: str | None = None
    ) -> Product | None:
        """Give a product with its prices and stock at a moment; None if unknown.

        Without a source, of those that tell of it the one that goes before.
        """
        found = self._whose(PRODUCT, product_id, source)
        row = None if found is None else self._products.get(key_of(found, product_id))
        if found is None or row is None:
            return None
        return self._product(found, product_id, row, at_us)

    def fields(self, product_id: str, source: str) -> dict[str, Any]:
        """Give a product's fields alone; source, who sold or showed it, goes first."""
        for found in self._candidates(PRODUCT, product_id, source):
            row = self._products.get(key_of(found, product_id))
            if row is not None:
                return fields_of(row)
        return {}

    def listed(self, product_id: str, source: str) -> dict[str, int]:
        """Give what a product costs as last told, in minor units by currency.

        Prices of single stores are none of it. Of those who tell a price, source, who
        sold or showed it, goes first.
        """
        for found in self._candidates(PRODUCT, product_id, source):
            row = self._products.get(key_of(found, product_id))
            names = () if row is None else row.prices
            prices = {
                name.removeprefix(SEP): history.points[-1][4]
                for name in names
                if name.startswith(SEP)
                and (history := self._prices.get(key_of(found, product_id, name)))
                and history.points
            }
            if prices:
                return prices
        return {}

    def products(
        self, after: tuple[str, str] | None, limit: int, at_us: int
    ) -> list[Product]:
        """Give products in order of source and id, behind (source, id)."""
        place = None if after is None else key_of(*after)
        page = self._products.page(place, limit)
        return [self._product(*_named(key), row, at_us) for key, row in page]

    def store(self, store_id: str, source: str | None = None) -> Store | None:
        """Give a store; a receipt's source is asked first, then the others in turn."""
        for found in self._candidates(STORE, store_id, source):
            row = self._stores.get(key_of(found, store_id))
            if row is not None:
                return self._store(found, store_id, row)
        return None

    def stores(self, after: tuple[str, str] | None, limit: int) -> list[Store]:
        """Give stores in order of source and id, behind (source, id)."""
        place = None if after is None else key_of(*after)
        page = self._stores.page(place, limit)
        return [self._store(*_named(key), row) for key, row in page]

    def price_lists(self, product: Product) -> list[tuple[str, str]]:
        """Give store and currency of each list of prices that a product has."""
        row = self._products.get(key_of(product.source, product.product_id))
        names = () if row is None else row.prices
        return [(name.split(SEP)[0], name.split(SEP)[1]) for name in names]

    def price_changes(
        self, product: Product, lists: Sequence[tuple[str, str]]
    ) -> list[Price]:
        """Give all changes of some lists of prices that are kept, in order of time."""
        found = []
        for store, currency in lists:
            name = key_of(store, currency)
            history = self._history(self._prices, product, name)
            found += [
                Price(
                    store=store,
                    currency=currency,
                    amount_minor=point[4],
                    since_us=point[0],
                )
                for point in changes(history)
            ]
        return sorted(found, key=lambda one: (one.since_us, one.store, one.currency))

    def price_point(
        self, source: str, product_id: str, of: Sequence[str], at_us: int
    ) -> Point | None:
        """Give the point of one list of prices that holds at a moment."""
        row = self._prices.get(key_of(source, product_id, *of))
        return None if row is None else in_force(row, at_us)

    def stock_point(
        self, source: str, product_id: str, of: Sequence[str], at_us: int
    ) -> Point | None:
        """Give the point of one stock that holds at a moment."""
        row = self._stock.get(key_of(source, product_id, *of))
        return None if row is None else in_force(row, at_us)

    def thing(self, kind: str, source: str, name: str) -> ThingRow | None:
        """Give the row of a product or store, to read."""
        rows = self._products if kind == PRODUCT else self._stores
        return rows.get(key_of(source, name))

    def kept_from(self, product: Product) -> int:
        """Give the moment from which all of a product's prices are kept; 0: ever."""
        row = self._products.get(key_of(product.source, product.product_id))
        names = () if row is None else row.prices
        return max(
            (self._history(self._prices, product, name).cut_us for name in names),
            default=0,
        )

    def _history(
        self, rows: Rows[str, HistoryRow], product: Product, name: str
    ) -> HistoryRow:
        key = key_of(product.source, product.product_id, name)
        return rows.get(key) or HistoryRow()

    def _whose(self, kind: str, name: str, source: str | None) -> str | None:
        if source is not None:
            return source
        return next(iter(self._candidates(kind, name, None)), None)

    def _candidates(self, kind: str, name: str, source: str | None) -> list[str]:
        """Give the sources to ask for a thing: its own, then by priority."""
        told = self._told_by.get(key_of(kind, name)) or ()
        ranked = sorted(told, key=lambda one: (self._source(one).priority, one))
        if source is None:
            return ranked
        return [source, *(one for one in ranked if one != source)]

    def _product(
        self, source: str, product_id: str, row: ThingRow, at_us: int
    ) -> Product:
        fields = fields_of(row)
        deleted = fields.pop(DELETED, False)
        key = key_of(source, product_id)
        return Product(
            source=source,
            product_id=product_id,
            fields=fields,
            deleted=bool(deleted),
            updated_us=_updated(row),
            prices=tuple(
                found
                for name in row.prices[:LISTED_MAX]
                if (found := self._price_now(key, name, at_us)) is not None
            ),
            stock=tuple(
                there
                for store, history in self._stocks(source, product_id, row, fields)
                if (there := _stock_now(store, history, at_us)) is not None
            ),
            reports=tuple(report.offset for report in row.reports),
        )

    def _price_now(self, key: str, name: str, at_us: int) -> PriceNow | None:
        row = self._prices.get(key_of(key, name)) or HistoryRow()
        point, since_us = in_force(row, at_us), since(row, at_us)
        if point is None or since_us is None:
            return None
        store, currency = name.split(SEP)
        least, fell = lowest(row, at_us), fall(row, at_us)
        return PriceNow(
            price=Price(
                store=store,
                currency=currency,
                amount_minor=point[4],
                since_us=since_us,
            ),
            lowest_minor=point[4] if least is None else least.amount,
            whole=least is not None and least.whole,
            fall=None if fell is None else _fall(row, *fell),
        )

    def _stocks(
        self, source: str, product_id: str, row: ThingRow, fields: dict[str, Any]
    ) -> list[tuple[str, HistoryRow]]:
        """Give a product's stocks by store: its own, then those of its item."""
        found = {
            store: self._stock.get(key_of(source, product_id, store)) or HistoryRow()
            for store in row.stock[:LISTED_MAX]
        }
        item = text(fields.get(ITEM_FIELD))
        for store, history in self._items.stocks(source, item) if item else ():
            if len(found) < LISTED_MAX:
                found.setdefault(store, history)
        return list(found.items())

    def _store(self, source: str, store_id: str, row: ThingRow) -> Store:
        fields = fields_of(row)
        closed = fields.pop(DELETED, False)
        told = {
            name: fields.pop(name)
            for name in ("name", "region", "country", "time_zone")
            if isinstance(fields.get(name), str)
        }
        told.setdefault("time_zone", self._source(source).time_zone)
        return Store(
            source=source,
            store_id=store_id,
            fields=fields,
            closed=bool(closed),
            updated_us=_updated(row),
            reports=tuple(report.offset for report in row.reports),
            **told,
        )


def _named(key: str) -> tuple[str, str]:
    """Give the source and the id of a key."""
    source, name = key.split(SEP)
    return source, name


def _fall(row: HistoryRow, at_us: int, before: int) -> PriceFall:
    least = lowest(row, at_us)
    return PriceFall(
        at_us=at_us,
        before_minor=before,
        lowest_minor=before if least is None else least.amount,
        whole=least is not None and least.whole,
    )


def _stock_now(store: str, row: HistoryRow, at_us: int) -> Stock | None:
    point, since_us = in_force(row, at_us), since(row, at_us)
    if point is None or since_us is None:
        return None
    return Stock(store=store, quantity_milli=point[4], since_us=since_us)


def _updated(row: ThingRow) -> int:
    return max((report.updated_us for report in row.reports), default=0)
