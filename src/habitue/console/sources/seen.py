"""What a source's events tell, as they came: a page, and a first plan drawn from it."""

from typing import Any

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.permission import Permission
from habitue.console.following import Figured, figured
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, inside
from habitue.console.port import View
from habitue.console.text import visible

# The types of JSON, as people call them.
TYPES = {
    "string": later("text"),
    "integer": later("whole number"),
    "number": later("number"),
    "boolean": later("yes or no"),
    "array": later("list"),
    "object": later("group of fields"),
    "null": later("empty"),
}


def seen_route(page: Page) -> HTTPRouteHandler:
    """Make the route of what a source's events tell."""

    @get(
        "/console/sources/{name:str}/events",
        **inside(Permission.SOURCES_READ, sync=False),
    )
    async def events(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        look = page.look(request)
        wanted = Figured(
            template="sources/seen.html",
            told={"name": name},
            ask=lambda: page.ports.seen.seen(name),
            show=lambda told: {
                "events": [shown(one, look) for one in told["events"]],
                "more": told["more"],
                "plan": drafted(told["events"]),
            },
        )
        return await figured(page, request, look, wanted)

    return events


def shown(told: View, look: Look) -> dict[str, Any]:
    """Show an event: its properties with what they are, and what breaks the plan."""
    return {
        "name": visible(told["event"]),
        "events": told["events"],
        "ago": look.ago(told["last_at"]) if told["last_at"] else "",
        "looked_at": told["looked_at"],
        "properties": [
            {
                "name": visible(one["name"]),
                "types": ", ".join(_typed(one, look)),
                "mixed": len({*one["types"]} - {"null"}) > 1,
                "events": one["events"],
                "last": look.moment(one["last_at"]),
            }
            for one in told["properties"]
        ],
        "breaches": [
            {
                "property": visible(one["property"]) or look.say("the event itself"),
                "marked": one["marked"],
                "quarantined": one["quarantined"],
            }
            for one in told["breaches"]
        ],
    }


def _typed(told: View, look: Look) -> list[str]:
    types = sorted(told["types"].items(), key=lambda one: (-one[1], one[0]))
    if len(types) == 1:
        return [look.say(TYPES[types[0][0]])]
    return [f"{look.say(TYPES[name])} ({look.number(n)})" for name, n in types]


def drafted(events: list[View]) -> str:
    """Draw a plan from what was seen: types as they came, required what all had.

    Empty where nothing was seen. It is a beginning: who puts it in force mends it.
    """
    found = {one["event"]: _schema(one) for one in events if one["looked_at"]}
    return msgspec.json.encode(found).decode() if found else ""


def _schema(told: View) -> View:
    # Parts of what is nested are not told apart from names with a dot: left out.
    own = [one for one in told["properties"] if "." not in one["name"]]
    return {
        "required": [one["name"] for one in own if one["events"] == told["looked_at"]],
        "properties": {one["name"]: {"type": _types(one)} for one in own},
    }


def _types(told: View) -> list[str] | str:
    # A price of 12 is a number as one of 12.50 is.
    names = {"number" if name == "integer" else name for name in told["types"]}
    only, *others = sorted(names)
    return [only, *others] if others else only
