"""What somebody did, as reported."""

from typing import Any, Literal

from msgspec import Struct

from habitue.model.identifier import Identifier
from habitue.model.source import Writer

EventType = Literal["track", "identify", "page", "screen", "alias", "group"]
# Who did it, where it was no customer: a robot, a scanner of mail, the shop's own.
# Undone: it came with an import that was taken back; no door tells that.
Mark = Literal["", "bot", "scanner", "staff", "undone"]


class Unused(Struct, frozen=True, gc=False):
    """An identifier that was told but not taken, with the reason."""

    kind: str
    value: str
    reason: str


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Something somebody did, as a source reported it; the body of an event record."""

    type: EventType
    name: str
    at_us: int
    # How at_us was found: sent (skew corrected), told, received, or bounded.
    time_rule: Literal["sent", "told", "received", "bounded"] = "received"
    # originalTimestamp as it was told; part of what makes two reports the same.
    told_at: str | None = None
    writer: Writer = Writer.SERVER
    verified: bool = True
    # Normalised, unblocked, deduplicated, by rank of kind and then value.
    identifiers: tuple[Identifier, ...] = ()
    unused: tuple[Unused, ...] = ()
    # Segment's alias: the former user id that is now the item's user_id.
    formerly: Identifier | None = None
    ends: bool = False
    shared_device: bool = False
    historical: bool = False
    impersonated: bool = False
    # Who did it, where an operator acted.
    operator: str | None = None
    # The import it came with, by its id; set at the door.
    imported: str = ""
    # Set at the door. What is marked is stored and shown, and counts for nothing.
    marked: Mark = ""
    # What of the source's plan it breaks, where the plan lets such through.
    breaches: tuple[str, ...] = ()
    properties: dict[str, Any] = {}
    traits: dict[str, Any] = {}
    context: dict[str, Any] = {}


def names_of(event: Event) -> tuple[Identifier, ...]:
    """Give all identifiers that an event tells: also those told but not taken."""
    if not event.unused and event.formerly is None:
        return event.identifiers
    unused = (Identifier(one.kind, one.value) for one in event.unused)
    former = () if event.formerly is None else (event.formerly,)
    return (*event.identifiers, *unused, *former)


def same_content(left: Event, right: Event) -> bool:
    """Say whether two reports under one message id tell the same.

    sentAt, receivedAt, context and the corrected time change with every retry
    and are left out; so is the mark, for the list of staff may change meanwhile.
    """
    return (
        left.type == right.type
        and left.name == right.name
        and left.told_at == right.told_at
        and left.identifiers == right.identifiers
        and left.properties == right.properties
        and left.traits == right.traits
        and left.formerly == right.formerly
    )
