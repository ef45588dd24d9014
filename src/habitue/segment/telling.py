"""From events and purchases to what was done, as conditions read it.

The one way to make a Done, so that whoever keeps its own notes of a person and whoever
reads the log judge the same.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

from habitue.model.event import Event
from habitue.model.order import Line as BoughtLine
from habitue.model.order import Purchase, PurchaseKind
from habitue.profile.channel import channel_of
from habitue.profile.line import lines_of, total_of, words_of
from habitue.profile.parse import first_name, minor, name_of, text
from habitue.profile.rows import LINES_MAX, SEP
from habitue.segment.facts import EVERYTHING, PURCHASE, RETURN, Done, Line, Look
from habitue.segment.noting import Plan
from habitue.segment.reading import currency_told

# What tells the words of a line; texts longer than so are not kept in memory.
_WORDS = ("product_id", "sku", "name", "category", "brand")
_WORD_MAX, _UNTOLD = 128, ("",) * len(_WORDS)


class Goods(Protocol):
    """What the catalogue says of products and stores."""

    def product(self, product: str, source: str) -> Mapping[str, Any]:
        """Give a product's fields; none if it is unknown. source: who told of it."""
        ...

    def prices(self, product: str, source: str) -> Mapping[str, int]:
        """Give what a product costs now, by currency; none if that is unknown."""
        ...

    def region(self, store: str, source: str) -> str:
        """Give a store's region; empty if it is unknown."""
        ...


class NoGoods:
    """A catalogue of nothing."""

    def product(self, _product: str, _source: str) -> Mapping[str, Any]:
        return {}

    def prices(self, _product: str, _source: str) -> Mapping[str, int]:
        return {}

    def region(self, _store: str, _source: str) -> str:
        return ""


def done_of(
    event: Event, source: str, offset: int, goods: Goods, look: Look = EVERYTHING
) -> Done:
    """Give what an event says was done, as far as it is looked at."""
    told = event.properties
    currency = currency_told(told) if look.money else ""
    store = text(told["store_id"]) if look.store and "store_id" in told else ""
    total = None
    if look.total:
        total = total_of(told, currency, lines_of(told.get("products"), currency))
    return Done(
        at_us=event.at_us,
        name=event.name or event.type,
        type=event.type,
        source=source,
        channel=channel_of(event) if look.channel else "",
        store=store,
        region=goods.region(store, source) if store else "",
        currency=currency,
        total_minor=total,
        properties=told,
        lines=_lines(told, currency, source, goods, look) if look.lines else (),
        offsets=(offset,),
    )


def done_at_once(event: Event, source: str, plan: Plan) -> Done | None:
    """Give what an event says was done, where a plan looks at little of it.

    Namely at plain properties, or at what one product is called. None: done_of has to
    be asked.
    """
    told = event.properties
    if plan.plain:
        name = event.name or event.type
        return Done(at_us=event.at_us, name=name, properties=told)
    if not plan.words or "products" in told:
        return None
    line = None
    if "product_id" in told or "sku" in told:
        line = _kinds_alone(told) if plan.kinds else None
        line = _words_alone(told) if line is None else line
        if line is None:
            return None
    return Done(
        at_us=event.at_us,
        name=event.name or event.type,
        type=event.type,
        source=source,
        properties=told,
        lines=() if line is None else (line,),
    )


def _lines(
    told: dict[str, Any], currency: str, source: str, goods: Goods, look: Look
) -> tuple[Line, ...]:
    """Give the lines of an event, or the one product that it is about."""
    products = told.get("products")
    if isinstance(products, (list, tuple)):
        found = [
            _line(one, currency, source, goods, look) for one in products[:LINES_MAX]
        ]
        return tuple([line for line in found if line is not None])
    line = None if look.amounts or look.prices else _words_alone(told)
    if line is not None:
        return (line,)
    if first_name(told, "product_id", "sku"):
        line = _line(told, currency, source, goods, look)
        return () if line is None else (line,)
    return ()


def _words_alone(told: Any) -> Line | None:
    """Give a line of which words alone are looked at, where all are told as texts.

    None: it has to be looked at closely.
    """
    if not isinstance(told, dict) or "counts" in told or "product" in told:
        return None
    words = tuple(map(told.get, _WORDS, _UNTOLD))
    try:
        return _line_of(*words) if max(map(len, words)) <= _WORD_MAX else None
    except TypeError:
        # A number has no length, and a list can't be looked up.
        return None


# The same things are looked at again and again: so a line of texts is made once.
@lru_cache(maxsize=16_384)
def _line_of(*words: str) -> Line | None:
    told = dict(zip(_WORDS, words, strict=True))
    read = words_of(told)
    if read is None or not first_name(told, "product_id", "sku"):
        return None
    product, name, category, brand = read
    if product and not (category and brand):
        # The catalogue may know more of it, now or later.
        return None
    return Line(product=product, name=name, category=category, brand=brand)


def _kinds_alone(told: dict[str, Any]) -> Line | None:
    """Give a line of which category and brand alone are looked at, both told as texts.

    None: it has to be looked at closely.
    """
    category, brand = told.get("category"), told.get("brand")
    if not isinstance(category, str) or not isinstance(brand, str):
        return None
    if "counts" in told or "product" in told or not name_of(told.get("product_id")):
        return None
    return _kind_of(category, brand) if len(category + brand) <= _WORD_MAX else None


# These are few, where products are many: so they are quickly found.
@lru_cache(maxsize=4096)
def _kind_of(category: str, brand: str) -> Line | None:
    line = Line(category=text(category), brand=text(brand))
    # The catalogue may know more of it.
    return line if line.category and line.brand else None


def _line(
    told: Any, currency: str, source: str, goods: Goods, look: Look
) -> Line | None:
    line = None if look.amounts or look.prices else _words_alone(told)
    words = words_of(told) if line is None else None
    if words is None:
        return line
    product, name, category, brand = words
    known = _known(product, source, category, brand, goods)
    category, brand = category or known[0], brand or known[1]
    listed = _listed(product, source, goods, look)
    if not look.amounts:
        return Line(
            product=product,
            name=name,
            category=category,
            brand=brand,
            listed=listed,
            told=told,
        )
    _, _, _, milli, amount = lines_of((told,), currency)[0]
    return Line(
        product=product,
        name=name,
        category=category,
        brand=brand,
        price_minor=minor(told.get("price"), currency),
        listed=listed,
        quantity_milli=milli,
        amount_minor=amount,
        told=told,
    )


def _known(
    product: str, source: str, category: str, brand: str, goods: Goods
) -> tuple[str, str]:
    """Give category and brand by the catalogue, where one of them was not told."""
    if not product or (category and brand):
        return "", ""
    fields = goods.product(product, source)
    return text(fields.get("category")), text(fields.get("brand"))


def _listed(product: str, source: str, goods: Goods, look: Look) -> Mapping[str, int]:
    return goods.prices(product, source) if product and look.prices else {}


def object_name(purchase: Purchase) -> str:
    """Say what a condition calls an order, a receipt or a return."""
    return RETURN if purchase.kind is PurchaseKind.RETURN else PURCHASE


def done_of_purchase(purchase: Purchase, goods: Goods, look: Look = EVERYTHING) -> Done:
    """Give what an order, receipt or return says was done, as it stands.

    look: whether at its lines, and at prices of the catalogue; the rest is at hand.
    """
    source = purchase.reports[0][0] if purchase.reports else ""
    return Done(
        at_us=purchase.at_us,
        name=object_name(purchase),
        type=purchase.kind.value,
        source=source,
        channel=purchase.channel,
        store=purchase.store,
        region=goods.region(purchase.store, source) if purchase.store else "",
        currency=purchase.currency,
        total_minor=purchase.amount_minor,
        properties=_properties(purchase),
        lines=tuple(_bought(one, source, goods, look) for one in purchase.lines)
        if look.lines
        else (),
        offsets=tuple(sorted(offset for _, offset in purchase.reports)),
    )


def _properties(purchase: Purchase) -> dict[str, Any]:
    """Give what conditions may ask of it: habitue.segment.reading.PURCHASE_FIELDS."""
    return {
        "number": purchase.key.rpartition(SEP)[2],
        "status": purchase.status,
        "tender": purchase.tender,
        "till": purchase.till,
        "cashier": purchase.cashier,
    }


def _bought(line: BoughtLine, source: str, goods: Goods, look: Look) -> Line:
    known = _known(line.product, source, line.category, line.brand, goods)
    return Line(
        product=line.product,
        name=line.name,
        category=line.category or known[0],
        brand=line.brand or known[1],
        price_minor=_price(line),
        listed=_listed(line.product, source, goods, look),
        quantity_milli=line.quantity_milli,
        amount_minor=line.amount_minor,
    )


def _price(line: BoughtLine) -> int | None:
    """Give what a piece cost, rounded half to even; None where that is not known."""
    if line.amount_minor is None or line.quantity_milli <= 0:
        return None
    whole, rest = divmod(line.amount_minor * 1000, line.quantity_milli)
    more = rest * 2 > line.quantity_milli
    half = rest * 2 == line.quantity_milli and whole % 2
    return whole + 1 if more or half else whole
