"""What came after purchases, and by what people came first, as pages show them."""

from typing import Any

from habitue.console.channel_names import channel_titled
from habitue.console.journeys.numbers import percent
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.port import View

_PLACES = {"online": later("online"), "store": later("in a store")}


def after(view: View, look: Look) -> dict[str, Any]:
    """Show the next purchases, and first contacts."""
    return {
        "after_days": view["after_days"],
        "after": [_side(one, look) for one in view["after"]],
        "first": [_first(one, look) for one in view["first_contact"]],
        "new_people": look.number(sum(one["people"] for one in view["first_contact"])),
    }


def _side(one: View, look: Look) -> dict[str, Any]:
    by_place = {told["place"]: told for told in one["next"]}
    name = _PLACES[one["place"]]
    return {
        "place": look.say(name),
        "over": look.number(one["over"]),
        "is_over": one["over"] > 0,
        "online": _next(by_place.get("online"), look),
        "store": _next(by_place.get("store"), look),
        "none": look.number(one["none"]),
        "none_share": percent(one["none_share"], look),
        "open": look.number(one["open"]),
    }


def _next(told: View | None, look: Look) -> dict[str, str]:
    if told is None:
        return {"purchases": look.number(0), "share": percent(0, look), "days": "–"}
    return {
        "purchases": look.number(told["purchases"]),
        "share": percent(told["share"], look),
        "days": look.number(told["median_days"]),
    }


def _first(one: View, look: Look) -> dict[str, str]:
    days = one["median_days"]
    return {
        "channel": channel_titled(one["channel"], look) if one["channel"] else "",
        "people": look.number(one["people"]),
        "days": "–" if days is None else look.number(days),
    }
