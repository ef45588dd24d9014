"""The form of a tracking plan, and of an event to try it on."""

from typing import Any

import msgspec

from habitue.base.errors import InvalidError
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.refused import refused
from habitue.model.plan import TrackingPlan

TEXT_MAX = 256_000
BREACH = {
    "quarantine": later("keep it aside, to be mended and replayed"),
    "mark": later("take it, and say on it what it breaks"),
}
UNPLANNED = {
    "take": later("take it"),
    "mark": later("take it, and say on it that nobody planned it"),
    "quarantine": later("keep it aside"),
}
# What a plan looks like, for who writes a first one.
EXAMPLE = {
    "Order Completed": {
        "required": ["order_id", "total"],
        "properties": {"total": {"type": "number", "minimum": 0}},
    }
}


def plan_of(told: dict[str, str], look: Look) -> TrackingPlan:
    """Read a plan out of a form; InvalidError says what can't be used."""
    events = _object(told.get("events", ""), look.say("The plan"), look)
    fields = {name: told.get(name, "") for name in ("breach", "unplanned")}
    try:
        return msgspec.convert({"events": events, **fields}, TrackingPlan)
    except msgspec.ValidationError as error:
        raise InvalidError(
            look.say("The plan can't be used: %(why)s.", why=refused(error, look))
        ) from error


def event_of(told: dict[str, str], look: Look) -> dict[str, Any]:
    """Read the event to be tried; without a name it is an identify."""
    name = told.get("event", "").strip()
    text = told.get("properties", "") or "{}"
    properties = _object(text, look.say("The event's properties"), look)
    if name == "identify":
        return {"type": name, "event": "", "properties": {}, "traits": properties}
    return {"type": "track", "event": name, "properties": properties, "traits": {}}


def _object(text: str, what: str, look: Look) -> dict[str, Any]:
    """Read an object of JSON; what: what it is called, as in "The plan"."""
    if len(text) > TEXT_MAX:
        raise InvalidError(
            look.say(
                "%(what)s: too long, %(count)s letters; %(limit)s are the most.",
                what=what,
                count=look.number(len(text)),
                limit=look.number(TEXT_MAX),
            )
        )
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise InvalidError(
            look.say("%(what)s: this is no JSON (%(why)s).", what=what, why=str(error))
        ) from error
    if not isinstance(found, dict):
        raise InvalidError(
            look.say("%(what)s: write a JSON object, as { .. }.", what=what)
        )
    return found


def written(plan: TrackingPlan | None) -> dict[str, str]:
    """Write a plan into the fields of the form; none: an example to begin with."""
    events = EXAMPLE if plan is None else plan.events
    held = plan or TrackingPlan()
    told = msgspec.json.format(msgspec.json.encode(events), indent=2).decode()
    return {"events": told, "breach": held.breach, "unplanned": held.unplanned}
