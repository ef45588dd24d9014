"""What people had in mind: the network, how far they came, and how it is told."""

from typing import Any

from habitue.console.cells import link
from habitue.console.journeys.charts import network_chart, reached_chart
from habitue.console.journeys.names import intent_name, side_name
from habitue.console.journeys.numbers import percent
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.said import event_named
from habitue.console.text import visible

# Where people went on to from one intention: so many are named.
ON_MAX = 3


def intent(view: View, look: Look) -> dict[str, Any]:
    """Show the report of intentions."""
    known = view["sessions"] - view["unknown"]
    most = max(view["intents"], key=lambda one: one["sessions"])
    alone = view["alone"]
    return {
        "sessions": look.number(view["sessions"]),
        "known": look.number(known),
        "most": intent_name(most["intent"], look) if known else "",
        "most_share": percent(most["sessions"] / known if known else None, look),
        "network": network_chart(view, look),
        "intents": [_intent(one, view, look) for one in view["intents"]],
        "between": [_between(one, look) for one in view["between"]],
        "reached": reached_chart(view, look),
        "stages": [_stage(one, look) for one in view["reached"]],
        "bought": _stage(view["reached"][-1], look),
        "ways": look.number(alone["ways"]),
        "alone": percent(alone["share"], look),
        "tenths": [_tenth(one, look) for one in alone["by_tenth"]],
        "categories": [_category(one, look) for one in alone["by_category"]],
        "agreement": percent(view["learned"]["agreement"], look),
        "signs": [sign(one, look) for one in view["signs"]],
    }


def _intent(one: View, view: View, look: Look) -> dict[str, Any]:
    edges = [edge for edge in view["transitions"] if edge["from"] == one["intent"]]
    edges.sort(key=lambda edge: -edge["count"])
    return {
        "name": intent_name(one["intent"], look),
        "sessions": look.number(one["sessions"]),
        "people": look.number(one["people"]),
        "link": link(one["cell"]) if one["people"] else "",
        "on": [
            f"{intent_name(edge['to'], look)} {percent(edge['share'], look)}"
            for edge in edges[:ON_MAX]
        ],
        "ended": percent(one["ended_share"], look),
    }


def _between(one: View, look: Look) -> dict[str, Any]:
    return {
        "name": intent_name(one["intent"], look),
        "side": side_name(one["channel"], look),
        "steps": look.number(one["steps"]),
        "on": [
            f"{side_name(side, look)} {look.number(count)}"
            for side, count in one["went_on"].items()
        ],
        "ended": percent(one["ended_share"], look),
    }


def _stage(one: View, look: Look) -> dict[str, Any]:
    return {
        "name": intent_name(one["intent"], look),
        "people": look.number(one["people"]),
        "link": link(one["cell"]) if one["people"] else "",
        "share": percent(one["share"], look),
    }


def _tenth(one: View, look: Look) -> dict[str, str]:
    low = round(one["from"] * 100)
    span = "100\u00a0%" if low == 100 else f"{low} – {low + 10}\u00a0%"
    return {"span": span, "ways": look.number(one["ways"])}


def _category(one: View, look: Look) -> dict[str, Any]:
    return {
        "name": visible(one["category"]),
        "ways": look.number(one["ways"]),
        "share": percent(one["share"], look),
        "parts": [look.number(count) for count in _parts(one["by_tenth"])],
    }


def _parts(tenths: list[View]) -> tuple[int, int, int]:
    """Count ways walked alone to less than half, to half and more, and to the end."""
    less = sum(one["ways"] for one in tenths if one["from"] < 0.5)
    whole = sum(one["ways"] for one in tenths if one["from"] >= 1)
    return less, sum(one["ways"] for one in tenths) - less - whole, whole


def sign(one: View, look: Look) -> dict[str, Any]:
    """Show what tells of an intention, by how much and why."""
    because = one["because"]
    return {
        "name": intent_name(one["intent"], look),
        "events": ", ".join(event_named(name, look) for name in one["events"]),
        "points": look.number(one["points"]),
        "because": look.say(because),
    }
