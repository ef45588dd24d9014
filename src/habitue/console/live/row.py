"""From an event's view to a line of the stream or of a timeline."""

from itertools import groupby
from typing import Any

from habitue.console.kind_names import identifier_named
from habitue.console.language import later
from habitue.console.live.summary import summary_of
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.said import event_named
from habitue.console.text import visible
from habitue.model.note import NOTE, TEXT

IDENTIFIERS_MAX = 8
# Who did what no customer did, in words.
MARKS = {
    "bot": later("robot, not counted"),
    "scanner": later("mail scanner, not counted"),
    "staff": later("staff, not counted"),
}


def row(event: View, look: Look) -> dict[str, Any]:
    """Make what a line shows of an event."""
    mark = MARKS.get(event.get("marked") or "", "")
    identifiers = event.get("identifiers", ())[:IDENTIFIERS_MAX]
    return {
        "offset": int(event["offset"]),
        "day": look.day(event["at"]),
        "date": look.date_unless_today(event["at"]),
        "time": look.clock(event["at"]),
        "at": look.moment(event["at"]),
        "name": event_named(event["name"], look),
        "source": visible(event["source"]),
        "summary": summary_of(event, look) or _noted(event),
        "simulated": bool(event.get("simulated")),
        "historical": bool(event.get("historical")),
        "marked": look.say(mark) if mark else "",
        # By which it is taken back that a machine did it, where that was judged.
        "command": event.get("command"),
        "identifiers": [identifier_named(one, look) for one in identifiers],
        "person_id": event.get("person_id"),
        "person": visible(event.get("person") or nameless(event, look)),
    }


def _noted(event: View) -> str:
    """Give what the staff noted; hidden where the reader's role hides it."""
    if event["name"] != NOTE:
        return ""
    return visible(event.get("properties", {}).get(TEXT))


def nameless(view: View, look: Look) -> str:
    """Say what somebody is called whom nobody named."""
    if view.get("known"):
        return look.say("Known, but not by name")
    return look.say("Stranger")


def days(events: list[View], look: Look) -> list[dict[str, Any]]:
    """Group a page of events by the shop's days."""
    rows = [row(event, look) for event in events]
    return [
        {"day": name, "events": list(group)}
        for name, group in groupby(rows, key=lambda item: item["day"])
    ]
