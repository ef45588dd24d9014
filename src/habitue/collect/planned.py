"""Step: what an event has to hold by its source's plan, and what a breach leads to."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import msgspec
from msgspec.structs import replace

from habitue.base.errors import InvalidError
from habitue.collect.reason import Quarantined, quarantine, shown
from habitue.model.event import Event
from habitue.model.plan import TrackingPlan

if TYPE_CHECKING:
    from habitue.collect.item import Item

EVENTS_MAX = 500
SCHEMA_BYTES_MAX = 64 * 1024
# Of one event so many breaches are told.
_TOLD_MAX = 3
_CHARS_MAX = 200
MORE = "and more"
# What the sentence of an item kept aside tells: of which event, and what it breaks.
_KEPT = re.compile(
    r"The event '(?P<event>.*?)' is not as this source's plan says: (?P<breaches>.*)\."
    r" Mend the event or the plan, then replay it\.",
    re.DOTALL,
)
_LACKS = re.compile(r'"(?P<name>[^"]*)" is a required property')
_PLACE = re.compile(r"(?P<place>[^\s:]+): ")
_NAMELESS = frozenset({"identify", "group", "alias"})


class Plan:
    """A plan made ready to be asked.

    Schemas are the shop's own and values are anybody's: patterns are matched in
    linear time, and nothing is fetched.
    """

    def __init__(self, told: TrackingPlan) -> None:
        """Make a plan ready; raise InvalidError, naming the event, if it is none."""
        self.told = told
        if len(told.events) > EVENTS_MAX:
            raise InvalidError(
                f"The plan names {len(told.events)} events; {EVENTS_MAX} is the most."
            )
        self._schemas = {
            name: _schema(name, schema) for name, schema in told.events.items()
        }

    def breaches(self, event: Event) -> tuple[str, ...]:
        """Say what of the plan an event breaks, each in a few words; mostly nothing."""
        schema = self._schemas.get(key_of(event))
        if schema is None:
            return ("the plan does not name it",) if self._minds(event) else ()
        values = event.traits if event.type == "identify" else event.properties
        if schema.is_valid(values):
            return ()
        return tuple(_told(schema.iter_errors(values)))

    def sets_aside(self, event: Event) -> bool:
        """Say whether an event that breaks the plan is kept aside, not let through."""
        if key_of(event) not in self._schemas:
            return self.told.unplanned == "quarantine"
        return self.told.breach == "quarantine"

    def _minds(self, _event: Event) -> bool:
        return self.told.unplanned != "take"


def key_of(event: Event) -> str:
    """Give the name by which a plan knows an event."""
    if event.type in _NAMELESS or not event.name:
        return event.type
    return event.name if event.type == "track" else event.type


def judged(event: Event, plan: Plan | None) -> Event | Quarantined:
    """Give the event as the plan lets it through, or why it is kept aside."""
    breaches = () if plan is None else plan.breaches(event)
    if not breaches or plan is None:
        return event
    if plan.sets_aside(event):
        return quarantine(
            "plan_broken", shown=shown(key_of(event)), breaches="; ".join(breaches)
        )
    return replace(event, breaches=breaches)


def broken(detail: str) -> tuple[str, tuple[str, ...]] | None:
    """Give the event and the breaches that the sentence of a kept item tells of."""
    found = _KEPT.fullmatch(detail)
    return (found["event"], tuple(found["breaches"].split("; "))) if found else None


def place_of(breach: str) -> str:
    """Give the property that a breach is about; empty where it is the whole event.

    >>> place_of('total: "x" is not of type "number"')
    'total'
    >>> place_of('"order_id" is a required property')
    'order_id'
    """
    lacks = _LACKS.fullmatch(breach)
    if lacks:
        return lacks["name"]
    place = _PLACE.match(breach)
    return place["place"] if place else ""


def keep_plan(item: "Item") -> "Item | Quarantined":
    """Step: hold the event to its source's plan."""
    arrival = item.arrival
    plan = arrival.rules.plans.get(arrival.terms.source)
    if plan is None or item.event is None:
        return item
    found = judged(item.event, plan)
    if isinstance(found, Quarantined):
        return found
    item.event = found
    return item


def _schema(name: str, schema: Any) -> jsonschema_rs.Validator:
    place = f"events.{name[:80]}"
    if len(msgspec.json.encode(schema)) > SCHEMA_BYTES_MAX:
        raise InvalidError(f"The schema at {place} is over {SCHEMA_BYTES_MAX} bytes.")
    try:
        return jsonschema_rs.validator_for(
            schema,
            offline=True,
            validate_formats=True,
            pattern_options=jsonschema_rs.RegexOptions(),
        )
    except (jsonschema_rs.ValidationError, ValueError, RecursionError) as error:
        first = str(error).partition("\n")[0][:_CHARS_MAX]
        raise InvalidError(f"{place} is no JSON Schema: {first}.") from error


def _told(errors: Iterator[jsonschema_rs.ValidationError]) -> Iterator[str]:
    for count, error in enumerate(errors):
        if count == _TOLD_MAX:
            yield MORE
            return
        where = ".".join(str(part) for part in error.instance_path)
        said = error.message[:_CHARS_MAX]
        yield f"{where[:_CHARS_MAX]}: {said}" if where else said
