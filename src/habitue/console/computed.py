"""What is computed of a person, as people read it: money, dates, shares in words."""

from collections.abc import Callable
from typing import Any

from habitue.base.clock import to_iso
from habitue.base.money import to_text
from habitue.console.port import View
from habitue.console.text import ago, day_month, flat, number, visible, words

SHOWN_MAX = 8
# Told by tiles, lists or the timeline already, or of no use to a reader.
ELSEWHERE = frozenset(
    {"identified", "purchases", "revenue", "last_purchase_us", "average_basket"}
    | {"favourite_store", "products", "categories", "brands", "events"}
)
Shown = tuple[str, str]


def tiles(computed: View, zone: str, now_us: int) -> list[View]:
    """Make the few figures that a shop assistant wants first."""
    found: list[View] = []
    bought = computed.get("purchases") or 0
    if bought:
        since = _when(computed.get("first_purchase_us"), zone)
        found.append(_tile("Purchases", number(bought), since and f"since {since}"))
    for currency, sums in _items(computed.get("revenue")):
        back = sums.get("returns") if isinstance(sums, dict) else 0
        note = f"after {money(back, currency)} of returns" if back else ""
        found.append(_tile("Spent", money(_net(sums), currency), note))
    for currency, amount in _items(computed.get("average_basket")):
        found.append(_tile("Average basket", money(amount, currency)))
    last = computed.get("last_purchase_us")
    if isinstance(last, int):
        store = computed.get("favourite_store")
        note = f"most often at {visible(store)}" if store else ""
        found.append(_tile("Last purchase", ago(to_iso(last), now_us), note))
    return found[:SHOWN_MAX]


def rows(computed: View, units: View, zone: str) -> list[Shown]:
    """Give the rest as (name, text), by the unit that each is declared with."""
    return [
        (words(name.removesuffix("_us")), text)
        for name, value in computed.items()
        if name not in ELSEWHERE and value not in (None, 0, {}, [])
        for text in [_text(value, str(units.get(name, "")), zone)]
    ]


def likes(computed: View) -> list[View]:
    """Give what is bought most often: products, categories, brands."""
    found = []
    for title, key, name in (
        ("Products", "products", "product"),
        ("Categories", "categories", "category"),
        ("Brands", "brands", "brand"),
    ):
        told = [item for item in computed.get(key) or () if isinstance(item, dict)]
        lines = [
            {
                "name": visible(item.get("name") or item.get(name)),
                "times": f"{number(item.get('times'))}×",
                "amount": money(item.get("amount"), str(item.get("currency", ""))),
            }
            for item in told[:SHOWN_MAX]
        ]
        if lines:
            found.append({"title": title, "lines": lines})
    return found


def money(minor: object, currency: str) -> str:
    """Write minor units with their currency, thousands apart.

    >>> money(218731, "GBP")
    '2,187.31 GBP'
    """
    if not isinstance(minor, int):
        return visible(minor)
    whole, dot, rest = to_text(abs(minor), currency).partition(".")
    sign = "-" if minor < 0 else ""
    return f"{sign}{int(whole):,}{dot}{rest} {visible(currency)}".strip()


def _text(value: Any, unit: str, zone: str) -> str:
    if unit == "us since 1970":
        return _when(value, zone)
    if unit == "minor units":
        return _money(value)
    if unit == "hundredths of a day" and isinstance(value, int):
        return f"{value / 100:.1f} days"
    if unit == "hundredths of a percent":
        pairs = (f"{key} {share / 100:.1f} %" for key, share in _items(value))
        return ", ".join(pairs)
    if unit == "count and us since 1970":
        return _each(value, lambda told: _counted(told, zone))
    if isinstance(value, list):
        return ", ".join(_pair(item) for item in value[:SHOWN_MAX])
    if isinstance(value, dict):
        return _each(value, flat)
    return number(value) if not isinstance(value, bool) else flat(value)


def _money(value: Any) -> str:
    """Write {currency: amount or sums}, or one such for each channel."""
    parts = []
    for key, told in _items(value):
        nested = isinstance(told, dict) and "net" not in told
        parts.append(
            f"{visible(key)} {_money(told)}" if nested else money(_net(told), key)
        )
    return ", ".join(parts)


def _net(sums: Any) -> Any:
    return sums.get("net") if isinstance(sums, dict) else sums


def _counted(told: Any, zone: str) -> str:
    if not isinstance(told, dict):
        return flat(told)
    counts = [v for k, v in told.items() if not k.endswith("_us")]
    last = _when(told.get("last_us"), zone)
    return f"{number(counts[0] if counts else 0)}, last {last}"


def _each(value: Any, text: Callable[[Any], str]) -> str:
    pairs = [f"{visible(key)} ({text(told)})" for key, told in _items(value)]
    more = len(pairs) - SHOWN_MAX
    return ", ".join(pairs[:SHOWN_MAX]) + (f" and {more} more" if more > 0 else "")


def _pair(item: Any) -> str:
    if isinstance(item, dict) and len(item) == 2:
        name, told = item.values()
        return f"{visible(name)} ({flat(told)})"
    return flat(item)


def _items(value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        return []
    return [(str(key), told) for key, told in value.items()]


def _when(at_us: Any, zone: str) -> str:
    return day_month(to_iso(at_us), zone) if isinstance(at_us, int) else ""


def _tile(label: str, value: str, note: str = "") -> View:
    return {"label": label, "value": value, "note": note}
