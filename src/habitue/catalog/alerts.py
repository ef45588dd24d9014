"""What a change has to be told on as: an event of its own, once.

A price that falls and a product that is in stock again are facts with effects. The fold
decides that one is to be told, and keeps it as due until the record that tells it has
been folded. Whoever leads appends it under an id that follows from the change: so a
feed told twice, a restart or another leader tells it no second time, and a rebuild,
which finds the record, tells nothing.
"""

from hashlib import blake2b
from typing import Any

import msgspec

from habitue.base.clock import DAY_US, to_iso
from habitue.base.money import to_text
from habitue.catalog.history import before, lowest
from habitue.catalog.port import Rows, Tables
from habitue.catalog.rows import ALERTED, DUE, SEP, HistoryRow, Point
from habitue.model.event import Event
from habitue.model.product import UNCOUNTED, pieces
from habitue.state.outbox import Outbox

# Under this source they stand in the log: a name that is kept from sources of the shop.
EFFECTS = "catalog"
PRICE_DROPPED = "Price Dropped"
BACK_IN_STOCK = "Back in Stock"
# A change that is told later than this is past: it is kept and not told on.
FRESH_US = 2 * DAY_US

_encode = msgspec.json.Encoder(order="deterministic").encode


class Alerts:
    """Changes that are to be told on, and those that were."""

    def __init__(self, store: Tables) -> None:
        self._alerted: Rows[str, int] = store.table(ALERTED)
        self.outbox = Outbox(store.table(DUE))

    def price(
        self, key: str, row: HistoryRow, point: Point, about: dict[str, Any]
    ) -> None:
        """Look at a price that was just told; about: what to say of the product."""
        held = before(row, point[0])
        if held is None or point[4] >= held[4] or not self._is_news(key, row, point):
            return
        currency = key.rpartition(SEP)[2]
        least = lowest(row, point[0])
        self._tell(
            PRICE_DROPPED,
            key,
            point,
            {
                **about,
                "currency": currency,
                "price": to_text(point[4], currency),
                "price_before": to_text(held[4], currency),
                "lowest_30_days": to_text(least.amount if least else held[4], currency),
                "all_30_days_known": least is not None and least.whole,
            },
        )

    def stock(
        self, key: str, row: HistoryRow, point: Point, about: dict[str, Any]
    ) -> None:
        """Look at a stock that was just told."""
        held = before(row, point[0])
        if held is None or held[4] > 0 or point[4] <= 0:
            return
        if self._is_news(key, row, point):
            counted = {} if point[4] == UNCOUNTED else {"quantity": pieces(point[4])}
            self._tell(
                BACK_IN_STOCK, key, point, {**about, "in_stock": True, **counted}
            )

    def _is_news(self, key: str, row: HistoryRow, point: Point) -> bool:
        """Say whether a change is the latest there is, and later than what was told."""
        return row.points[-1] == point and point[0] > (self._alerted.get(key) or -1)

    def _tell(self, name: str, key: str, point: Point, told: dict[str, Any]) -> None:
        self._alerted.put(key, point[0])
        event = Event(
            type="track",
            name=name,
            at_us=point[0],
            time_rule="told",
            told_at=to_iso(point[0]),
            properties={**told, "changed_at": to_iso(point[0])},
        )
        message_id = effect_id(name, key, point[0])
        self.outbox.put(message_id, _encode(event))


def effect_id(name: str, key: str, at_us: int) -> str:
    """Name the event of a change: by what changed, and when.

    >>> effect_id("Price Dropped", SEP.join(("erp", "1", "", "PLN")), 0)
    'price-dropped/1/1970-01-01T00:00:00Z/8200546a8ab0e7a8'
    """
    digest = blake2b(key.encode(), digest_size=8).hexdigest()
    product = key.split(SEP)[1][:60]
    return f"{name.lower().replace(' ', '-')}/{product}/{to_iso(at_us)}/{digest}"
