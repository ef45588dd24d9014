"""The form of a tracking plan, and of an event to try it on."""

from typing import Any

import msgspec

from habitue.base.errors import InvalidError
from habitue.console.language import later
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


def plan_of(told: dict[str, str]) -> TrackingPlan:
    """Read a plan out of a form; InvalidError says what can't be used."""
    events = _object(told.get("events", ""), "The plan")
    fields = {name: told.get(name, "") for name in ("breach", "unplanned")}
    try:
        return msgspec.convert({"events": events, **fields}, TrackingPlan)
    except msgspec.ValidationError as error:
        raise InvalidError(f"The plan can't be used: {error}.") from error


def event_of(told: dict[str, str]) -> dict[str, Any]:
    """Read the event to be tried; without a name it is an identify."""
    name = told.get("event", "").strip()
    properties = _object(told.get("properties", "") or "{}", "The event's properties")
    if name == "identify":
        return {"type": name, "event": "", "properties": {}, "traits": properties}
    return {"type": "track", "event": name, "properties": properties, "traits": {}}


def _object(text: str, what: str) -> dict[str, Any]:
    if len(text) > TEXT_MAX:
        raise InvalidError(
            f"{what} is of {len(text)} letters; {TEXT_MAX} are the most."
        )
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise InvalidError(f"{what} is no JSON: {error}.") from error
    if not isinstance(found, dict):
        raise InvalidError(f"{what} is a JSON object: {{ .. }}.")
    return found


def written(plan: TrackingPlan | None) -> dict[str, str]:
    """Write a plan into the fields of the form; none: an example to begin with."""
    events = EXAMPLE if plan is None else plan.events
    held = plan or TrackingPlan()
    told = msgspec.json.format(msgspec.json.encode(events), indent=2).decode()
    return {"events": told, "breach": held.breach, "unplanned": held.unplanned}
