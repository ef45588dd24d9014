"""The catalogue: what is told of goods and stores in, what holds at a moment out."""

from collections.abc import Callable
from typing import Any

from habitue.catalog.alerts import EFFECTS, FRESH_US, Alerts
from habitue.catalog.history import add_point, remove_point
from habitue.catalog.items import Items
from habitue.catalog.parse import (
    FACTS,
    ITEM,
    ITEM_FIELD,
    PRODUCT,
    STORE,
    Fact,
    Level,
    Where,
    fact_of,
    text,
)
from habitue.catalog.port import Rows, Tables
from habitue.catalog.read import Reading
from habitue.catalog.rows import (
    LISTS_MAX,
    PRICES,
    PRODUCTS,
    SEP,
    SOURCES_MAX,
    STOCK,
    STORES,
    TOLD_BY,
    FactsRow,
    HistoryRow,
    Point,
    ThingRow,
    key_of,
    with_name,
)
from habitue.catalog.versions import add_report, fields_of, offsets_of
from habitue.model.event import Event
from habitue.model.source import Source

_PRICE, _STOCK = "price", "stock"
# The fields that conditions ask for (habitue.segment.reading.GOODS_WORDS).
_WORDS = ("category", "brand", "region")
# A point of a history without its level.
Place = tuple[int, int, str, int]
# What an alert says of its product beside what changed.
_ABOUT = (
    *("name", "category", "brand", "sku", "gtin", "url", "image_url"),
    *("parent_id", "variant"),
)


class Catalog:
    """All products, prices, stocks and stores, kept in a store's tables."""

    def __init__(self, store: Tables, source: Callable[[str], Source]) -> None:
        self._things: dict[str, Rows[str, ThingRow]] = {
            PRODUCT: store.table(PRODUCTS),
            STORE: store.table(STORES),
        }
        self._levels: dict[str, Rows[str, HistoryRow]] = {
            _PRICE: store.table(PRICES),
            _STOCK: store.table(STOCK),
        }
        self._told_by: Rows[str, tuple[str, ...]] = store.table(TOLD_BY)
        self._items = Items(store)
        self.alerts = Alerts(store)
        # Hears that other words may stand for a product or store now, if anybody does:
        # whose, under which name, and when that was received.
        self.on_words: Callable[[str, str, int], None] | None = None
        # Hears that a product costs something else than it did: which, and when.
        self.on_price: Callable[[str, int], None] | None = None
        self.read = Reading(
            products=self._things[PRODUCT],
            stores=self._things[STORE],
            prices=self._levels[_PRICE],
            stock=self._levels[_STOCK],
            told_by=self._told_by,
            items=self._items,
            source=source,
        )

    def fold(self, event: Event, where: Where, *, again: bool = False) -> None:
        """Take in what an event tells of the catalogue, if anything.

        again: it was folded before, so that nothing it tells is news.
        """
        if where.source == EFFECTS:
            self.alerts.outbox.told(where.message_id)
        fact = fact_of(event, where) if event.name in FACTS else None
        if fact is None:
            return
        late = where.received_us - event.at_us > FRESH_US
        news = not (again or event.historical or late)
        place = (event.at_us, fact.updated_us, where.message_id, where.offset)
        if fact.kind == ITEM:
            self._count(where.source, fact, place, news=news)
            return
        key = key_of(where.source, fact.name)
        words = self._words(fact.kind, key)
        row = self._thing(fact.kind, key)
        if fact.item:
            self._items.name(where.source, fact.item, fact.name)
        if fact.fields is not None:
            report = FactsRow(
                fact.updated_us,
                event.at_us,
                where.message_id,
                where.offset,
                fact.fields,
            )
            add_report(row, report)
        if self._words(fact.kind, key) != words:
            self._reword(fact, where)
        listed = self._listed(key, fact)
        self._take_levels(key, fact, place, news=news)
        if self._listed(key, fact) != listed:
            self._reprice(fact, where)

    def _take_levels(self, key: str, fact: Fact, place: Place, *, news: bool) -> None:
        if fact.price:
            self._add(key, _PRICE, fact.price, place, news=news)
        if fact.stock:
            self._add(key, _STOCK, fact.stock, place, news=news)

    def _words(self, kind: str, key: str) -> list[Any] | None:
        """Give what stands for a thing in conditions; None if none, or nobody hears."""
        row = None if self.on_words is None else self._things[kind].get(key)
        fields = None if row is None else fields_of(row)
        return None if fields is None else [fields.get(name) for name in _WORDS]

    def _reword(self, fact: Fact, where: Where) -> None:
        if self.on_words is not None:
            self.on_words(fact.kind, fact.name, where.received_us)

    def _listed(self, key: str, fact: Fact) -> int | None:
        """Give what a product costs everywhere; None if unknown, or nobody hears."""
        if self.on_price is None or fact.price is None or fact.price.of[0]:
            return None
        row = self._levels[_PRICE].get(key_of(key, *fact.price.of))
        return row.points[-1][4] if row is not None and row.points else None

    def _reprice(self, fact: Fact, where: Where) -> None:
        if self.on_price is not None:
            self.on_price(fact.name, where.received_us)

    def withdraw(self, event: Event, where: Where) -> list[int]:
        """Take what an event told out again.

        Gives the offsets of other events that told of the same product or store:
        they are out too, as far as its fields go, and to be folded anew.
        """
        fact = fact_of(event, where)
        if fact is None:
            return []
        if fact.kind == ITEM:
            if fact.stock:
                self._items.remove(where.source, fact.name, fact.stock, where.offset)
            return []
        return self._withdraw(fact, where)

    def _withdraw(self, fact: Fact, where: Where) -> list[int]:
        key = key_of(where.source, fact.name)
        row = self._things[fact.kind].edit(key)
        if row is None:
            return []
        if fact.item:
            self._items.unname(where.source, fact.item, fact.name)
        if fact.price:
            self._remove(key, row, _PRICE, fact.price, where.offset)
            self._reprice(fact, where)
        if fact.stock:
            self._remove(key, row, _STOCK, fact.stock, where.offset)
        others: set[int] = set()
        if fact.fields is not None:
            others = offsets_of(row) - {where.offset}
            row.reports, row.beaten = (), ()
        if not (others or row.reports or row.prices or row.stock):
            self._forget(fact.kind, key)
        self._reword(fact, where)
        return sorted(others)

    def _thing(self, kind: str, key: str) -> ThingRow:
        row = self._things[kind].edit(key)
        if row is None:
            row = ThingRow()
            self._things[kind].put(key, row)
            source, name = key.split(SEP)
            self._name(key_of(kind, name), source)
        return row

    def _name(self, key: str, source: str) -> None:
        """Note who tells of a product or store of this id."""
        held = self._told_by.get(key) or ()
        if source not in held:
            self._told_by.put(key, with_name(held, source, SOURCES_MAX))

    def _forget(self, kind: str, key: str) -> None:
        self._things[kind].delete(key)
        source, name = key.split(SEP)
        named = key_of(kind, name)
        others = tuple(one for one in self._told_by.get(named) or () if one != source)
        if others:
            self._told_by.put(named, others)
        else:
            self._told_by.delete(named)

    def _add(
        self,
        thing: str,
        what: str,
        level: Level,
        place: Place,
        *,
        news: bool,
    ) -> None:
        """Put a level into its history, and look whether it is to be told on."""
        if not self._admit(thing, what, SEP.join(level.of)):
            return
        rows, key = self._levels[what], key_of(thing, *level.of)
        row = rows.edit(key)
        if row is None:
            row = HistoryRow()
            rows.put(key, row)
        point = (*place, level.amount)
        if not add_point(row, point) or not news:
            return
        look = self.alerts.price if what == _PRICE else self.alerts.stock
        look(key, row, point, self._about(thing, level.of[0]))

    def _admit(self, thing: str, what: str, name: str) -> bool:
        """Say whether a product may have this list; the first in the alphabet may."""
        product = self._things[PRODUCT].edit(thing)
        if product is None:
            return False
        held = lists_of(product, what)
        if name in held:
            return True
        names = with_name(held, name, LISTS_MAX)
        for gone in set(held) - set(names):
            self._levels[what].delete(key_of(thing, gone))
        set_lists(product, what, names)
        return name in names

    def _count(self, source: str, fact: Fact, place: Place, *, news: bool) -> None:
        """Take in how many there are of an item; told on of the product it is."""
        if fact.stock is None:
            return
        point: Point = (*place, fact.stock.amount)
        row = self._items.add(source, fact.name, fact.stock, point)
        if row is None or not news:
            return
        for product in self._items.products(source, fact.name):
            thing, store = key_of(source, product), fact.stock.of[0]
            if self._is_counted_by(thing, fact.name):
                about = self._about(thing, store)
                self.alerts.stock(key_of(thing, store), row, point, about)

    def _is_counted_by(self, thing: str, item: str) -> bool:
        row = self._things[PRODUCT].get(thing)
        return row is not None and text(fields_of(row).get(ITEM_FIELD)) == item

    def _remove(
        self, thing: str, product: ThingRow, what: str, level: Level, offset: int
    ) -> None:
        rows, name = self._levels[what], SEP.join(level.of)
        key = key_of(thing, name)
        row = rows.edit(key)
        # What was left out of a long history doesn't come back for it.
        if row is None or not remove_point(row, offset) or row.points:
            return
        rows.delete(key)
        left = tuple(one for one in lists_of(product, what) if one != name)
        set_lists(product, what, left)

    def _about(self, thing: str, store: str) -> dict[str, Any]:
        source, product = thing.split(SEP)
        row = self._things[PRODUCT].get(thing)
        fields = {} if row is None else fields_of(row)
        told = {name: fields[name] for name in _ABOUT if name in fields}
        at = {"store_id": store} if store else {}
        return {"product_id": product, "catalog": source, **at, **told}


def lists_of(product: ThingRow, what: str) -> tuple[str, ...]:
    """Give the stores (of prices with the currency) that have a list of their own."""
    return product.prices if what == _PRICE else product.stock


def set_lists(product: ThingRow, what: str, names: tuple[str, ...]) -> None:
    if what == _PRICE:
        product.prices = names
    else:
        product.stock = names
