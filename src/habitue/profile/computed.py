"""Computed traits, declared: a name, what it means, its unit, and its reading.

All read the combined state, which is exact and independent of order, so each is
equal to a recomputation over all events. Sums are integers; a mean is rounded once,
on reading.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from habitue.base.clock import DAY_US
from habitue.model.trait import Computed
from habitue.profile.affinity import TOP_MAX, brands, categories, products
from habitue.profile.parse import share
from habitue.profile.rows import CLAIMED, COUNTED, Head, StrandState


class Facts:
    """The combined state of a person, with its objects in order of time."""

    def __init__(self, state: StrandState) -> None:
        self.state = state
        told = sorted(
            (head.at_us, key, head)
            for key, head in (state.objects or {}).items()
            if head is not None
        )
        self.heads = [(key, head) for _, key, head in told]
        counted = [head for _, head in self.heads if head.flags & COUNTED]
        self.purchases = [head for head in counted if head.kind != "t"]
        self.returns = [head for head in counted if head.kind == "t"]
        # These two are read more than once.
        self.revenue = self._revenue() if counted else {}
        self.stores = self._stores() if counted else []

    def _revenue(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for head, gross, back in self.money():
            _add_money(found, head.currency, gross, back)
        return found

    def _stores(self) -> list[tuple[str, int]]:
        visits = Counter([head.store for head in self.purchases if head.store])
        return sorted(visits.items(), key=lambda each: (-each[1], each[0]))

    def money(self) -> Iterator[tuple[Head, int, int]]:
        """Give each object with what it adds to gross and to returns."""
        for head in self.purchases:
            yield head, head.amount, head.returned
        for head in self.returns:
            yield head, 0, head.amount


class Declared(NamedTuple):
    """A computed trait: how it is called, what it means, and how it is read."""

    name: str
    description: str
    unit: str
    read: Callable[[Facts], Any]


def compute(facts: Facts) -> dict[str, Computed]:
    """Read all declared traits that have something to say, by name."""
    found = {}
    for name, description, unit, read in DECLARED:
        value = read(facts)
        # None, {} and [] say nothing; 0 and False do.
        if value or value == 0:
            found[name] = Computed(
                name=name, value=value, unit=unit, description=description
            )
    return found


def _count(kind: str) -> Callable[[Facts], int]:
    return lambda facts: [head.kind for head in facts.purchases].count(kind)


def _add_money(
    sums: dict[str, dict[str, int]], currency: str, gross: int, back: int
) -> None:
    held = sums.setdefault(currency, {"gross": 0, "returns": 0, "net": 0})
    held["gross"] += gross
    held["returns"] += back
    held["net"] += gross - back


def _revenue_by_channel(facts: Facts) -> dict[str, dict[str, dict[str, int]]]:
    found: dict[str, dict[str, dict[str, int]]] = {}
    for head, gross, back in facts.money():
        _add_money(found.setdefault(head.channel, {}), head.currency, gross, back)
    return found


def _purchases_by_channel(facts: Facts) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for head in facts.purchases:
        held = found.setdefault(
            head.channel, {"purchases": 0, "first_us": head.at_us, "last_us": 0}
        )
        held["purchases"] += 1
        held["last_us"] = head.at_us
    return found


def _events_by_channel(facts: Facts) -> dict[str, dict[str, int]]:
    return {
        channel: {
            "events": span.events,
            "first_us": span.first_us,
            "last_us": span.last_us,
        }
        for channel, span in sorted(facts.state.channels.items())
    }


def _stores(facts: Facts) -> list[dict[str, Any]]:
    return [
        {"store": store, "purchases": number}
        for store, number in facts.stores[:TOP_MAX]
    ]


def _favourite_store(facts: Facts) -> str | None:
    return facts.stores[0][0] if facts.stores else None


def _average_basket(facts: Facts) -> dict[str, int]:
    sums: dict[str, list[int]] = {}
    for head in facts.purchases:
        held = sums.setdefault(head.currency, [0, 0])
        held[0] += 1
        held[1] += head.amount
    return {
        currency: share(total, 1, times) for currency, (times, total) in sums.items()
    }


def _days_between(facts: Facts) -> int | None:
    times = len(facts.purchases)
    if times < 2:
        return None
    span = facts.purchases[-1].at_us - facts.purchases[0].at_us
    return share(span, 100, DAY_US * (times - 1))


def _returned_share(facts: Facts) -> dict[str, int]:
    return {
        currency: share(sums["returns"], 10_000, sums["gross"])
        for currency, sums in facts.revenue.items()
        if sums["gross"] > 0
    }


def _touch(first: bool) -> Callable[[Facts], dict[str, Any] | None]:
    def read(facts: Facts) -> dict[str, Any] | None:
        state = facts.state
        touched = state.first_touch if first else state.last_touch
        if touched is None:
            return None
        return {"at_us": touched.at_us, **touched.value}

    return read


def _edge(which: int) -> Callable[[Facts], int | None]:
    return lambda facts: facts.purchases[which].at_us if facts.purchases else None


DECLARED: tuple[Declared, ...] = (
    Declared(
        "identified", "Whether the shop's own systems have said who this is.",
        "yes or no", lambda facts: bool(facts.state.known & 1),
    ),
    Declared(
        "events", "Everything this person was seen to do.",
        "count", lambda facts: facts.state.events,
    ),
    Declared(
        "events_by_name", "How often each thing was done.",
        "count", lambda facts: dict(sorted(facts.state.names.items())),
    ),
    Declared(
        "days_active", "Days (UTC) on which they did anything themselves.",
        "days", lambda facts: len(facts.state.days),
    ),
    Declared(
        "first_event_us", "When this person was first seen.",
        "us since 1970", lambda facts: facts.state.first_us or None,
    ),
    Declared(
        "last_event_us", "When this person was last seen.",
        "us since 1970", lambda facts: facts.state.last_us or None,
    ),
    Declared(
        "channels", "Events with the first and the last, by channel.",
        "count and us since 1970", _events_by_channel,
    ),
    Declared("orders", "Orders that count.", "count", _count("o")),
    Declared("receipts", "Till receipts that count.", "count", _count("r")),
    Declared(
        "purchases", "Orders and receipts that count.",
        "count", lambda facts: len(facts.purchases),
    ),
    Declared(
        "returns", "Returns that count.", "count", lambda facts: len(facts.returns)
    ),
    Declared(
        "claimed_purchases", "Purchases told only by a browser; not in any sum.",
        "count",
        lambda facts: sum(1 for _, head in facts.heads if head.flags & CLAIMED),
    ),
    Declared(
        "revenue", "Money by currency: bought, brought back, and what remains.",
        "minor units", lambda facts: facts.revenue,
    ),
    Declared(
        "revenue_by_channel", "Money by channel and currency.",
        "minor units", _revenue_by_channel,
    ),
    Declared(
        "purchases_by_channel", "Purchases with the first and the last, by channel.",
        "count and us since 1970", _purchases_by_channel,
    ),
    Declared(
        "first_purchase_us", "When this person first bought.",
        "us since 1970", _edge(0),
    ),
    Declared(
        "last_purchase_us", "When this person last bought.",
        "us since 1970", _edge(-1),
    ),
    Declared(
        "average_basket", "Money a purchase, by currency, before returns.",
        "minor units", _average_basket,
    ),
    Declared(
        "days_between_orders", "Mean time from one purchase to the next.",
        "hundredths of a day", _days_between,
    ),
    Declared(
        "returned_share", "What came back, of what was bought, by currency.",
        "hundredths of a percent", _returned_share,
    ),
    Declared(
        "favourite_store", "The store with the most purchases.",
        "store", _favourite_store,
    ),
    Declared("stores", "Purchases by store, most first.", "count", _stores),
    Declared(
        "products", "Products bought, most often first; thousandths and minor units.",
        "count", lambda facts: products(facts.state),
    ),
    Declared(
        "categories", "Categories bought from, most often first.",
        "count", lambda facts: categories(facts.state),
    ),
    Declared(
        "brands", "Brands bought, most often first.",
        "count", lambda facts: brands(facts.state),
    ),
    Declared(
        "first_campaign", "The campaign of the first visit that had one.",
        "campaign", _touch(first=True),
    ),
    Declared(
        "last_campaign", "The campaign of the last visit that had one.",
        "campaign", _touch(first=False),
    ),
)  # fmt: skip
