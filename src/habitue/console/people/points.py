"""What a conversation may begin with: a sentence each, with the event it rests on.

Only what is listed here is ever said. What somebody wrote, told a call centre or is
thought to be is nobody's opening: words of calls, health, age, reviews stay on the
timeline, for who looks for them. So do goods of categories that the shop names as
delicate.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from habitue.base.clock import DAY_US, to_us
from habitue.console.language import later
from habitue.console.live.summary import summary_of
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.text import parsed, visible

POINTS_MAX = 5
# Of several goods so many are named.
GOODS_MAX = 3
# What happened longer ago is no opening any more.
OPEN_US = 30 * DAY_US
CART_US = 7 * DAY_US
LOOKED_US = 2 * DAY_US

BOUGHT = frozenset({"Order Completed", "Receipt Issued"})
PEACE = "do_not_disturb"
WAITS = {
    "Case Opened": later("A case was opened %(ago)s: ask whether it is settled."),
    "Claim Filed": later("A complaint was made %(ago)s: ask whether it is settled."),
    "Return Requested": later("Wanted to give something back %(ago)s."),
    "Callback Requested": later("Asked to be called back %(ago)s."),
    "Order Ready for Pickup": later(
        "An order waits to be fetched; it was ready %(ago)s."
    ),
    "Delivery Failed": later("A delivery failed %(ago)s."),
}
LOOKED = {
    "Product Viewed": later("Looked at %(what)s %(ago)s."),
    "Product Compared": later("Compared %(what)s %(ago)s."),
    "Products Searched": later("Searched for %(what)s %(ago)s."),
    "Stock Checked": later("Asked where %(what)s is in stock, %(ago)s."),
}
# What ends it, by what began it.
ENDS = {
    "Case Opened": frozenset({"Case Closed"}),
    "Claim Filed": frozenset({"Claim Resolved"}),
    "Return Requested": frozenset({"Return Received"}),
    "Callback Requested": frozenset({"Call Started", "Call Answered"}),
    "Order Ready for Pickup": frozenset({"Order Picked Up", "Receipt Issued"}),
    "Delivery Failed": frozenset({"Order Delivered", "Order Picked Up"}),
}

Point = dict[str, Any]


def points(view: View, events: list[View], look: Look) -> list[Point]:
    """Give what to begin with, what waits first; each: text, offset (None: a figure).

    events: the newest of the timeline, newest first.
    """
    told = [event for event in events if not event.get("marked")]
    found = [
        *_peace(view, look),
        *_waiting(told, look),
        *_cart(told, look),
        *_looked(told, look),
    ]
    return found[:POINTS_MAX]


def _peace(view: View, look: Look) -> Iterator[Point]:
    if view.get("computed", {}).get("need_class") == PEACE:
        text = look.say("Wants to be left in peace: answer, and offer nothing.")
        yield {"text": text, "offset": None}


def _waiting(events: list[View], look: Look) -> Iterator[Point]:
    """What was begun and not ended; of each kind the newest."""
    seen: set[str] = set()
    for event in events:
        name = event["name"]
        if name in WAITS and name not in seen and not seen & ENDS[name]:
            yield from _point(event, WAITS[name], OPEN_US, look)
        seen.add(name)


def _cart(events: list[View], look: Look) -> Iterator[Point]:
    """What lies in the cart since the last purchase; the newest."""
    for event in events:
        if event["name"] in BOUGHT:
            return
        if event["name"] == "Product Added" and not event.get("delicate"):
            text = later("Left %(what)s in the cart %(ago)s.")
            yield from _point(event, text, CART_US, look)
            return


def _looked(events: Iterable[View], look: Look) -> Iterator[Point]:
    """What was looked at last, each thing once."""
    seen: set[str] = set()
    for event in events:
        is_opening = event["name"] in LOOKED and not event.get("delicate")
        what = _what(event, look) if is_opening else ""
        if what and what not in seen:
            seen.add(what)
            yield from _point(event, LOOKED[event["name"]], LOOKED_US, look)


def _what(event: View, look: Look) -> str:
    """Name what an event is of: goods by their names, else as it is summed up."""
    goods = event.get("properties", {}).get("products")
    told = [one for one in goods if isinstance(one, dict)] if goods else []
    names = [visible(one["name"]) for one in told if one.get("name")]
    return ", ".join(names[:GOODS_MAX]) or summary_of(event, look)


def _point(event: View, text: str, within_us: int, look: Look) -> Iterator[Point]:
    at = parsed(event["at"])
    if at is None or look.now_us - to_us(at) > within_us:
        return
    told = {"what": _what(event, look), "ago": look.ago(event["at"])}
    yield {"text": look.say(text, **told), "offset": int(event["offset"])}
