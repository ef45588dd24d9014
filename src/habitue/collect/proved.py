"""Step: what a file says was granted counts only with its proof.

Files are typed, joined and bought. So a consent out of one needs to say when it was
given, and where or to which words, or whoever may import could allow anything.
"""

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from habitue.collect.moment import read_time
from habitue.collect.reason import Quarantined, quarantine, shown, warn
from habitue.model.consent import GRANTS, is_granted
from habitue.model.event import Event

if TYPE_CHECKING:
    from habitue.collect.item import Item

UNPROVED = "consent_unproved"
LEFT_OUT = warn("grant_unproved")
_WHAT = ("text", "text_version", "where", "place")


def proved(event: Event) -> Event | Quarantined:
    """Give an imported event with those grants alone that bring their proof.

    One that is nothing but such a grant is kept aside. What only claims is left as it
    is: its grants are pending whatever they bring.
    """
    if not event.verified:
        return event
    if event.name in GRANTS and not _is_proved(event.properties, event):
        return quarantine(UNPROVED, shown=shown(event.name))
    listed = event.context.get("consents")
    if not listed or not isinstance(listed, (list, tuple)):
        return event
    kept = [one for one in listed if not _lacks_proof(one, event)]
    if len(kept) == len(listed):
        return event
    return replace(event, context={**event.context, "consents": kept})


def keep_proved(item: "Item") -> "Item | Quarantined":
    """Step: of a file, take no grant without its proof."""
    if not item.arrival.credential.bulk or item.event is None:
        return item
    found = proved(item.event)
    if isinstance(found, Quarantined):
        return found
    if found is not item.event:
        item.event, item.warnings = found, (*item.warnings, LEFT_OUT)
    return item


def _lacks_proof(told: Any, event: Event) -> bool:
    if not isinstance(told, dict) or not is_granted(told.get("granted")):
        return False
    return not _is_proved(told, event)


def _is_proved(told: dict[str, Any], event: Event) -> bool:
    # Without a time of its own an event is as old as its import.
    dated = event.time_rule != "received" or read_time(told.get("at")) is not None
    return dated and any(_is_said(told.get(name)) for name in _WHAT)


def _is_said(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return isinstance(value, int) and not isinstance(value, bool)
