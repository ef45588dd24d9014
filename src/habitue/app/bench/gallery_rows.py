"""A shop of a year in the copy, of all that the gallery's segments ask for.

Rows are laid out as columns: what the product writes of the same events, which a test
compares. Left out are computed traits, of which no segment of the gallery asks.
"""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from habitue.app.bench.columns import joined, packed, picked
from habitue.app.bench.gallery_goods import (
    CURRENCY,
    DEEDS,
    GOODS,
    HOME,
    NAMES,
    OBJECTS,
    ORDER,
    RECEIPT,
    RETURN,
    TOLD,
    Lines,
)
from habitue.app.bench.gallery_people import (
    IDENTIFY,
    STRANDS,
    YEAR_US,
    of_events,
    signed_up,
)
from habitue.base.clock import SECOND_US
from habitue.lake.port import Bought, Lake, Seal, Tail
from habitue.lake.rows import (
    BoughtRow,
    LineRow,
    PurchaseRow,
)
from habitue.profile.rows import SEP

SEED = 23
# As DESIGN's million people of twenty million.
EVENTS_A_PERSON = 20
CHUNK = 200_000
STORES = 20


def people_of(events: int) -> int:
    """Say how many people so many events are of."""
    return max(1, events // EVENTS_A_PERSON)


def fill(lake: Lake, now_us: int, events: int) -> None:
    """Seal so many events of the two years before now, and all that follows of them."""
    chance, people = np.random.default_rng(SEED), people_of(events)
    offset = signed_up(lake, now_us - 2 * YEAR_US, people)
    shop = _Shop(chance, people, now_us - YEAR_US, events - offset)
    for first in range(0, shop.events, CHUNK):
        part = shop.part(first, min(CHUNK, shop.events - first), offset)
        lake.seal(Seal(part.tail(lake)))
    lake.seal(Seal(Tail(events), whole=True))


# -- what they do ------------------------------------------------------------------


class _Shop:
    """What people do in a year, in parts, as time goes."""

    def __init__(
        self, chance: np.random.Generator, people: int, since_us: int, events: int
    ) -> None:
        self.events = events
        self._chance = chance
        self._people = people
        self._since_us = since_us
        self._shares = np.array([one.share for one in DEEDS]) / 1000

    def part(self, first: int, count: int, offset: int) -> "_Part":
        """Give so many events behind the first ones; offset: what lies before all."""
        chance = self._chance
        deeds = chance.choice(len(DEEDS), count, p=self._shares)
        # A few do much: more than half of all is done by a third of the people.
        who = (chance.random(count) ** 1.5 * self._people).astype(np.int64) + 1
        # What is done with an account is told of it, half of the rest of a browser.
        browses = (who % 2 == 0) & (deeds < _ACCOUNTED) & (chance.random(count) < 0.5)
        length_us = YEAR_US * count // self.events
        start_us = self._since_us + YEAR_US * first // self.events
        # None lies a moment before now, and no two at one moment.
        steps = np.sort(chance.choice(length_us // SECOND_US - 1, count, replace=True))
        times = start_us + steps * SECOND_US + np.arange(count)
        return _Part(
            offsets=offset + first + 1 + np.arange(count),
            times=times,
            strands=who * STRANDS + browses,
            deeds=deeds,
            drawn=chance.integers(0, 1_000_000, count),
            goods=self._goods(who, count),
        )

    def _goods(self, who: Any, count: int) -> Any:
        """Give products: half are one of three that people come back to."""
        chance = self._chance
        anybodys = (chance.random(count) ** 2 * GOODS).astype(np.int64)
        own = (who * 7919 + chance.integers(0, 3, count)) % GOODS
        return np.where(chance.random(count) < 0.5, own, anybodys)


# What comes before it in DEEDS a browser does.
_ACCOUNTED = NAMES.index("Email Opened")


class _Part(NamedTuple):
    """Some events as columns."""

    offsets: Any
    times: Any
    strands: Any
    deeds: Any
    # A number by chance, of which whatever else is told is made.
    drawn: Any
    # The product that it is about, if it is about any.
    goods: Any

    def tail(self, lake: Lake) -> Tail:
        """Lay them out as the copy keeps them, with their lines and purchases."""
        lines = self._lines()
        bought = np.isin(self.deeds[lines.of], tuple(OBJECTS))
        total = np.bincount(lines.of, lines.amount, len(self.deeds)).astype(np.int64)
        tells = {"log_offset": self.offsets[lines.of], **lines.columns()}
        kept = {name: _at(column, bought) for name, column in tells.items()}
        kept["purchase_id"] = kept.pop("log_offset")
        goods = packed(lake, "bought", _BOUGHT, int(bought.sum()), kept)
        return Tail(
            int(self.offsets[-1]),
            (packed(lake, "event", _EVENT, len(self.deeds), self._events(total)),),
            (packed(lake, "line", _LINE, len(lines.of), tells),),
            bought=Bought(purchases=self._purchases(lake, total), lines=(goods,)),
        )

    def _events(self, total: Any) -> dict[str, Any]:
        channels = ["web", "app", *(one.channel for one in DEEDS)]
        is_elsewhere = np.array([bool(one.channel) for one in DEEDS])[self.deeds]
        is_object = np.isin(self.deeds, tuple(OBJECTS))
        has_money = np.array([one.lines[1] > 0 for one in DEEDS])[self.deeds]
        return {
            **of_events(self.offsets, self.times, self.strands),
            "type": picked([one.type for one in DEEDS], self.deeds),
            "name": picked(NAMES, self.deeds),
            "source": picked(("shop", "till"), self._at_till().astype(int)),
            "store": self._store(),
            "channel": picked(
                channels, np.where(is_elsewhere, self.deeds + 2, self.drawn % 2)
            ),
            "object": _either(is_object, joined(*self._key("/"))),
            "status": picked([_STATUS.get(at) for at in range(len(DEEDS))], self.deeds),
            "currency": picked((None, CURRENCY), has_money.astype(int)),
            "amount_minor": pa.array(total, mask=~is_object),
            "properties": self._properties(total),
            "came": picked((None, "{}"), (self.deeds == HOME).astype(int)),
        }

    def _at_till(self) -> Any:
        return np.isin(self.deeds, (RECEIPT, RETURN))

    def _store(self) -> pa.Array:
        stores = [None, *(f"s{at}" for at in range(STORES))]
        return picked(stores, np.where(self._at_till(), self.drawn % STORES + 1, 0))

    def _key(self, parted: str) -> tuple[Any, ...]:
        """Give the parts of the key of an object, of whatever is none as well."""
        letters = [_LETTER.get(at, "") for at in range(len(DEEDS))]
        sources = [_SOURCE.get(at, "") for at in range(len(DEEDS))]
        letter, source = (picked(one, self.deeds) for one in (letters, sources))
        return letter, parted, source, parted, "n", self.offsets

    def _properties(self, total: Any) -> pa.Array:
        goods = picked(TOLD, self.goods)
        said = picked(
            [f'{{"rating":{at}}}' for at in range(1, 6)], self.drawn % 5
        )  # fmt: skip
        coupons = picked(
            [f'{{"coupon_id":"k{at}"}}' for at in range(50)], self.drawn % 50
        )
        told = picked(("{}",), np.zeros(len(self.deeds), np.int64))
        one_line = np.array([one.lines == (1, 1) for one in DEEDS])[self.deeds]
        told = _where(one_line, goods, told)
        told = _where(self.deeds == NAMES.index("Product Reviewed"), said, told)
        told = _where(self.deeds == NAMES.index("Coupon Applied"), coupons, told)
        for deed in OBJECTS:
            told = _where(self.deeds == deed, self._report(deed, total), told)
        return told

    def _report(self, deed: int, total: Any) -> pa.Array:
        """Write what an order, a receipt or a return tells, but for its lines."""
        word = {ORDER: "order", RECEIPT: "receipt", RETURN: "return"}[deed]
        store = () if deed == ORDER else ('","store_id":"s', self.drawn % STORES)
        money = ('","currency":"', CURRENCY, '","total":', total // 100, "}")
        return joined(f'{{"{word}_id":"n', self.offsets, *store, *money)

    def _purchases(self, lake: Lake, total: Any) -> tuple[Any, ...]:
        of = np.isin(self.deeds, tuple(OBJECTS))
        deeds, offsets = self.deeds[of], self.offsets[of]
        kinds = [OBJECTS[at][1] if at in OBJECTS else "" for at in range(len(DEEDS))]
        told = self._events(total)
        same = ("happened_at", "strand", "source", "store", "channel", "status")
        properties = joined('{"number":"n', offsets, '","status":"',
            picked([_STATUS.get(at) for at in range(len(DEEDS))], deeds),
            '","tender":"","till":"","cashier":"…"}')  # fmt: skip
        columns = {
            **{name: _at(told[name], of) for name in same},
            "purchase_id": offsets,
            "key": _at(joined(*self._key(SEP)), of),
            "kind": picked(kinds, deeds),
            "amount_minor": total[of],
            "properties": properties,
        }
        return (packed(lake, "purchase", _PURCHASE, len(deeds), columns),)

    def _lines(self) -> "Lines":
        least, most = np.array([one.lines for one in DEEDS]).T
        spread = most - least + 1
        numbers = least[self.deeds] + self.drawn % spread[self.deeds]
        of = np.repeat(np.arange(len(self.deeds)), numbers)
        line = np.arange(len(of)) - np.repeat(np.cumsum(numbers) - numbers, numbers)
        product = (self.goods[of] + line * (GOODS // 3)) % GOODS
        pieces = 1 + (self.drawn[of] // 7 + line) % 2
        pieces[~np.isin(self.deeds[of], tuple(OBJECTS))] = 1
        return Lines(of, line, product, pieces)


_LETTER = {at: one[0] for at, one in OBJECTS.items()}
_SOURCE = {at: one[2] for at, one in OBJECTS.items()}
_STATUS: dict[int, str | None] = {at: one[3] for at, one in OBJECTS.items()}


def _at(column: Any, of: Any) -> Any:
    """Give a column's values at the places that are so."""
    return column.filter(pa.array(of)) if isinstance(column, pa.Array) else column[of]


def _where(of: Any, column: pa.Array, other: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(of), column, other)


def _either(of: Any, column: pa.Array) -> pa.Array:
    return _where(of, column, pa.scalar(None, pa.string()))


_EVENT = IDENTIFY._replace(type="track")
_LINE = LineRow(1, 0, "", "", "", "", 0, 0, 0, CURRENCY)
_BOUGHT = BoughtRow(*_LINE)
_PURCHASE = PurchaseRow(
    *(1, "", 0, 1, "", "", None, "", "", CURRENCY, 0, 0, True, False, False, "{}"),
)
