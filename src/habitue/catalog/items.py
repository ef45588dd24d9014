"""Stock that a source counts by a number of its own: an item, of whichever product.

Shopify tells how many of an inventory item lie at a location, and with a product which
item it is. Either may come first, so nothing is moved: a stock is kept by its item, and
read with the product that names it.
"""

from collections.abc import Iterator

from habitue.catalog.history import add_point, remove_point
from habitue.catalog.parse import Level
from habitue.catalog.port import Rows, Tables
from habitue.catalog.rows import (
    ITEM_STOCK,
    ITEMS,
    LISTS_MAX,
    PRODUCTS_MAX,
    HistoryRow,
    ItemRow,
    Point,
    key_of,
    with_name,
)


class Items:
    """All such items: who names them, and how many there are in each store."""

    def __init__(self, store: Tables) -> None:
        self._rows: Rows[str, ItemRow] = store.table(ITEMS)
        self._levels: Rows[str, HistoryRow] = store.table(ITEM_STOCK)

    def name(self, source: str, item: str, product: str) -> None:
        """Note that a product was told with this item."""
        row = self._row(key_of(source, item))
        row.products = with_name(row.products, product, PRODUCTS_MAX)

    def unname(self, source: str, item: str, product: str) -> None:
        """Take a product out again; who tells the item all the same names it anew."""
        key = key_of(source, item)
        row = self._rows.edit(key)
        if row is not None:
            row.products = tuple(one for one in row.products if one != product)
            self._drop_empty(key, row)

    def products(self, source: str, item: str) -> tuple[str, ...]:
        """Give the products that were ever told with an item."""
        row = self._rows.get(key_of(source, item))
        return () if row is None else row.products

    def add(
        self, source: str, item: str, level: Level, point: Point
    ) -> HistoryRow | None:
        """Put a stock into its history; give that, or None if it says nothing new."""
        key, (store,) = key_of(source, item), level.of
        row = self._row(key)
        names = with_name(row.stock, store, LISTS_MAX)
        for gone in set(row.stock) - set(names):
            self._levels.delete(key_of(key, gone))
        row.stock = names
        if store not in names:
            return None
        history = self._levels.edit(key_of(key, store))
        if history is None:
            history = HistoryRow()
            self._levels.put(key_of(key, store), history)
        return history if add_point(history, point) else None

    def remove(self, source: str, item: str, level: Level, offset: int) -> None:
        """Take out what one record told."""
        key, (store,) = key_of(source, item), level.of
        row, history = self._rows.edit(key), self._levels.edit(key_of(key, store))
        if row is None or history is None:
            return
        if remove_point(history, offset) and not history.points:
            self._levels.delete(key_of(key, store))
            row.stock = tuple(one for one in row.stock if one != store)
            self._drop_empty(key, row)

    def stocks(self, source: str, item: str) -> Iterator[tuple[str, HistoryRow]]:
        """Give each store that has a stock of an item, with its history."""
        key = key_of(source, item)
        row = self._rows.get(key)
        for store in () if row is None else row.stock:
            history = self._levels.get(key_of(key, store))
            if history is not None:
                yield store, history

    def _row(self, key: str) -> ItemRow:
        row = self._rows.edit(key)
        if row is None:
            row = ItemRow()
            self._rows.put(key, row)
        return row

    def _drop_empty(self, key: str, row: ItemRow) -> None:
        if not (row.products or row.stock):
            self._rows.delete(key)
