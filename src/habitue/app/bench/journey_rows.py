"""The copy that journeys are measured on: people by chance, of a year, as columns.

They look around on the site and in stores, order online and buy at tills, some without
a card; one of five has a browser beside the account. Of some goods the catalogue alone
tells category and brand. Each part has a chance of its own, so a copy that broke off is
gone on with from where it stands, and becomes what it would have been.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from habitue.app.bench.columns import packed, picked
from habitue.app.bench.gallery_goods import brand_of, category_of, price_of
from habitue.backends.duckdb.lake import DuckLake, Limits
from habitue.base.clock import DAY_US, MINUTE_US
from habitue.lake.port import Lake, Seal, Tail
from habitue.lake.rows import EventRow, HoldingRow, LineRow

SEED = 17
EVENTS_A_PERSON, EVENTS_A_SESSION = 20, 5
YEAR_US = 365 * DAY_US
CHUNK = 200_000
GOODS, STORES = 997, 20
# So many of a hundred sessions are visits of a store; the others are of the site.
IN_STORE = 15
# What ends a session in a hundred: of the site an order, or a receipt on the day after;
# of a store a receipt. A third of receipts are of nobody.
ORDERS, RECEIPTS, SOLD_IN_STORE = 4, 6, 30
# Whose id can be divided by it has a browser, too, for half of the visits to the site.
BROWSERS = 5
NAMES = (
    *("Product Viewed", "Products Searched", "Product Compared", "Product Added"),
    *("Store Visit Started", "Product Scanned", "Order Completed", "Receipt Issued"),
)
SEARCH, ADDED, VISIT, SCAN, ORDER, RECEIPT = 1, 3, 4, 5, 6, 7
# What tells of no goods, and what reports an object: its key begins so.
BARE, OBJECTS = (SEARCH, VISIT), {ORDER: "o/shop/", RECEIPT: "r/tills/"}
CAME = (None, '{"source":"newsletter","medium":"email"}', '{"referrer":"google.pl"}')
# What the engine may take: megabytes of memory and seconds; megabytes of disk beside.
LIMITS = Limits(1_024, 120, 4_096)


def make_copy(folder: Path, events: int, now_us: int) -> None:
    """Fill a copy with so many events of the year before now, twenty a person.

    What is in the folder already is gone on with.
    """
    lake = open_copy(folder)
    try:
        _fill(lake, now_us - YEAR_US, events)
        lake.settle()
    finally:
        lake.close()


def open_copy(folder: Path) -> DuckLake:
    """Open the copy that lies in a folder; a new one where there is none."""
    lake = DuckLake(folder / "lake.duckdb", folder / "days", LIMITS)
    lake.open()
    return lake


def _fill(lake: Lake, since_us: int, events: int) -> None:
    """Seal sessions of people by chance, as columns, from where the copy stands."""
    people = max(1, events // EVENTS_A_PERSON)
    for first in range(lake.offset, events, CHUNK):
        count, chance = min(CHUNK, events - first), np.random.default_rng([SEED, first])
        done = _done(chance, since_us, (first, count, people))
        told, lines = _packed(lake, done)
        lake.seal(Seal(Tail(first + count, (told,), (lines,))))
    who = np.arange(1, people + 1)
    browsing = who[who % BROWSERS == 0]
    held = {
        "strand": np.concatenate((who, people + browsing)),
        "person_id": np.concatenate((who, browsing)),
    }
    row, count = HoldingRow(1, None, None, 1), people + len(browsing)
    rows = packed(lake, "holding", row, count, held)
    lake.seal(Seal(Tail(events, holding=(rows,)), anew=True, whole=True))


# -- what they do ------------------------------------------------------------------


class _Done(NamedTuple):
    """Some events as columns: who did what, when, where, and with what goods."""

    offsets: Any
    times: Any
    strands: Any
    names: Any
    # 0 elsewhere than in a store.
    stores: Any
    # The product that it is about, if it is about any.
    goods: Any
    came: Any


def _done(
    chance: np.random.Generator, since_us: int, size: tuple[int, int, int]
) -> _Done:
    """Give some events; size: behind how many they come, how many, of how many."""
    first, count, people = size
    at = np.arange(count)
    session, step = at // EVENTS_A_SESSION, at % EVENTS_A_SESSION

    def drawn(low: int, high: int) -> Any:
        """Draw a number for each session."""
        return chance.integers(low, high, int(session[-1]) + 1)[session]

    who, began = drawn(1, people + 1), drawn(0, YEAR_US - 2 * DAY_US)
    visits, luck = drawn(0, 100) < IN_STORE, drawn(0, 100)
    tries = np.where(step == 0, VISIT, SCAN)
    names = np.where(visits, tries, chance.integers(0, ADDED + 1, count))
    ends = step == EVENTS_A_SESSION - 1
    names[ends & ~visits & (luck < ORDERS + RECEIPTS)] = RECEIPT
    names[ends & ~visits & (luck < ORDERS)] = ORDER
    names[ends & visits & (luck < SOLD_IN_STORE)] = RECEIPT
    sold = names == RECEIPT
    is_online = ~visits & ~sold
    browses = is_online & (who % BROWSERS == 0) & (drawn(0, 2) == 0)
    nobody = sold & (chance.integers(0, 3, count) == 0)
    # Half are one of three that somebody comes back to.
    own = (who * 7919 + chance.integers(0, 3, count)) % GOODS
    anybodys = chance.integers(0, GOODS, count)
    return _Done(
        offsets=first + at + 1,
        times=since_us + began + step * 3 * MINUTE_US + (sold & ~visits) * DAY_US,
        strands=np.where(nobody, 0, who + browses * people),
        names=names,
        stores=np.where(is_online, 0, drawn(1, STORES + 1)),
        goods=np.where(chance.integers(0, 2, count) == 0, own, anybodys),
        came=np.where((step == 0) & is_online, drawn(0, len(CAME)), 0),
    )


# -- as rows -----------------------------------------------------------------------


def _packed(lake: Lake, done: _Done) -> tuple[Any, Any]:
    """Lay out events and their lines as the copy keeps them."""
    of, lines = _lines(done)
    count = len(done.names)
    total = np.bincount(of, lines["amount_minor"], count).astype(np.int64)
    told = {"log_offset": done.offsets[of], **lines}
    return (
        packed(lake, "event", _EVENT, count, _events(done, total)),
        packed(lake, "line", _LINE, len(of), told),
    )


def _events(done: _Done, total: Any) -> dict[str, Any]:
    sold, is_online = done.names == RECEIPT, done.stores == 0
    return {
        "log_offset": done.offsets,
        "happened_at": done.times,
        "received_at": done.times,
        "strand": done.strands,
        "name": picked(NAMES, done.names),
        "channel": picked(("store", "web", "pos"), is_online + 2 * sold),
        "store": picked([None, *(f"s{one}" for one in range(STORES))], done.stores),
        "object": pa.array(
            [
                f"{OBJECTS[name]}{offset}" if name in OBJECTS else None
                for name, offset in zip(
                    done.names.tolist(), done.offsets.tolist(), strict=True
                )
            ],
            pa.string(),
        ),
        "amount_minor": total,
        "came": picked(CAME, done.came),
        "device": picked((None, "mobile"), is_online.astype(int)),
    }


def _lines(done: _Done) -> tuple[Any, dict[str, Any]]:
    """Give lines, and of which event each is: two are of an order or a receipt."""
    numbers = np.where(np.isin(done.names, BARE), 0, 1)
    numbers += np.isin(done.names, tuple(OBJECTS))
    of = np.repeat(np.arange(len(numbers)), numbers)
    line = np.arange(len(of)) - np.repeat(np.cumsum(numbers) - numbers, numbers)
    product = (done.goods[of] + line * (GOODS // 3)) % GOODS
    return of, {
        "line": line,
        "product": picked([f"p{one}" for one in range(GOODS)], product),
        "category": picked([category_of(one) for one in range(GOODS)], product),
        "brand": picked([brand_of(one) for one in range(GOODS)], product),
        "price_minor": price_of(product),
        "amount_minor": price_of(product),
    }


_EVENT = EventRow(
    *(1, 0, 0, 1, "track", "", "web", None, "web", False, None, True, None, None),
    *("EUR", 0, "{}"),
)
_LINE = LineRow(1, 0, "", "", "", "", 0, 1_000, 0, "EUR")
