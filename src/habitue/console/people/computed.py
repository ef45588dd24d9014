"""What is computed of a person, as people read it: money, dates, shares in words."""

from collections.abc import Callable
from typing import Any

from habitue.base.clock import to_iso
from habitue.console.channel_names import channel_named
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.said import event_named
from habitue.console.scores.words import NEEDS, PERSONAS, STAGES
from habitue.console.text import visible, words
from habitue.console.traits import computed_named

SHOWN_MAX = 8
# Told by tiles, lists or the timeline already, or of no use to a reader.
ELSEWHERE = frozenset(
    {"identified", "purchases", "revenue", "last_purchase_us", "average_basket"}
    | {"favourite_store", "products", "categories", "brands", "events"}
    | {"engagement_because", "engagement_band", "rfm_measures", "need_because"}
)
Shown = tuple[str, str]
# How the keys of a computed trait are called, and its values.
_KEYS: dict[str, Callable[[str, Look], str]] = {
    "events_by_name": event_named,
    "channels": channel_named,
    "revenue_by_channel": channel_named,
    "purchases_by_channel": channel_named,
}
_VALUES = {"rfm_persona": PERSONAS, "stage": STAGES, "need_class": NEEDS}


def tiles(computed: View, look: Look) -> list[View]:
    """Make the few figures that a shop assistant wants first."""
    found: list[View] = []
    bought = computed.get("purchases") or 0
    if bought:
        since = look.date_of(computed.get("first_purchase_us"))
        note = look.say("since %(date)s", date=since) if since else ""
        found.append(_tile(look.say("Purchases"), look.number(bought), note))
    for currency, sums in _items(computed.get("revenue")):
        back = sums.get("returns") if isinstance(sums, dict) else 0
        returned = look.money(back, currency)
        note = look.say("after %(money)s of returns", money=returned) if back else ""
        found.append(_tile(look.say("Spent"), look.money(_net(sums), currency), note))
    for currency, amount in _items(computed.get("average_basket")):
        found.append(_tile(look.say("Average basket"), look.money(amount, currency)))
    last = computed.get("last_purchase_us")
    if isinstance(last, int):
        store = computed.get("favourite_store")
        note = look.say("most often at %(store)s", store=store) if store else ""
        found.append(_tile(look.say("Last purchase"), look.ago(to_iso(last)), note))
    return found[:SHOWN_MAX]


def rows(computed: View, units: View, look: Look) -> list[Shown]:
    """Give the rest as (name, text), by the unit that each is declared with."""
    return [
        (
            _name(name, look),
            _text(_called(name, value, look), str(units.get(name, "")), look),
        )
        for name, value in computed.items()
        if name not in ELSEWHERE and value not in (None, 0, {}, [])
    ]


def likes(computed: View, look: Look) -> list[View]:
    """Give what is bought most often: products, categories, brands."""
    found = []
    for title, key, name in (
        (look.say("Products bought most often"), "products", "product"),
        (look.say("Categories bought most often"), "categories", "category"),
        (look.say("Brands bought most often"), "brands", "brand"),
    ):
        told = [item for item in computed.get(key) or () if isinstance(item, dict)]
        lines = [
            {
                "name": visible(item.get("name") or item.get(name)),
                "times": f"{look.number(item.get('times'))}×",
                "amount": look.money(item.get("amount"), str(item.get("currency", ""))),
            }
            for item in told[:SHOWN_MAX]
        ]
        if lines:
            found.append({"title": title, "lines": lines})
    return found


def _called(name: str, value: Any, look: Look) -> Any:
    """Call events, channels and kinds of customers as the reader does."""
    if isinstance(value, str):
        known = _VALUES.get(name, {}).get(value)
        return value if known is None else look.say(known)
    call = _KEYS.get(name)
    if call is None or not isinstance(value, dict):
        return value
    return {call(one, look): told for one, told in value.items()}


def _name(name: str, look: Look) -> str:
    return computed_named(name, look) or words(name.removesuffix("_us"))


def _text(value: Any, unit: str, look: Look) -> str:
    if unit == "us since 1970":
        return look.date_of(value)
    if unit == "minor units":
        return _money(value, look)
    if unit == "hundredths of a day" and isinstance(value, int):
        return look.say("%(days)s days", days=look.number(round(value / 100, 1)))
    if unit == "hundredths of a percent":
        return _shares(value, look)
    if unit == "count and us since 1970":
        return _each(value, lambda told: _counted(told, look), look)
    if isinstance(value, list):
        return ", ".join(_pair(item, look) for item in value[:SHOWN_MAX])
    if isinstance(value, dict):
        return _each(value, look.flat, look)
    return look.flat(value) if isinstance(value, bool) else look.number(value)


def _shares(value: Any, look: Look) -> str:
    """Write {currency: share}; of a shop's only currency the share alone."""
    told = {
        key: f"{look.number(round(part / 100, 1))}\u00a0%"
        for key, part in _items(value)
    }
    if len(told) == 1:
        return next(iter(told.values()))
    return ", ".join(f"{share} ({key})" for key, share in told.items())


def _money(value: Any, look: Look) -> str:
    """Write {currency: amount or sums}, or one such for each channel."""
    parts = []
    for key, told in _items(value):
        nested = isinstance(told, dict) and "net" not in told
        parts.append(
            f"{visible(key)} {_money(told, look)}"
            if nested
            else look.money(_net(told), key)
        )
    return ", ".join(parts)


def _net(sums: Any) -> Any:
    return sums.get("net") if isinstance(sums, dict) else sums


def _counted(told: Any, look: Look) -> str:
    if not isinstance(told, dict):
        return look.flat(told)
    counts = [value for key, value in told.items() if not key.endswith("_us")]
    count = look.number(counts[0] if counts else 0)
    last = look.date_of(told.get("last_us"))
    return look.say("%(count)s, last %(date)s", count=count, date=last)


def _each(value: Any, text: Callable[[Any], str], look: Look) -> str:
    pairs = [f"{visible(key)} ({text(told)})" for key, told in _items(value)]
    shown, more = ", ".join(pairs[:SHOWN_MAX]), len(pairs) - SHOWN_MAX
    if more <= 0:
        return shown
    return f"{shown} {look.say('and %(more)s more', more=more)}"


def _pair(item: Any, look: Look) -> str:
    if isinstance(item, dict) and len(item) == 2:
        name, told = item.values()
        return f"{visible(name)} ({look.flat(told)})"
    return look.flat(item)


def _items(value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        return []
    return [(str(key), told) for key, told in value.items()]


def _tile(label: str, value: str, note: str = "") -> View:
    return {"label": label, "value": value, "note": note}
