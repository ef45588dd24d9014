"""A raw item becomes a log entry: a list of named steps, and one outcome for each."""

import re
from collections.abc import Callable, Iterable

import msgspec
from msgspec import Struct

from habitue.collect import steps
from habitue.collect.identify import (
    class_writer,
    set_aside_impersonated,
    take_identifiers,
)
from habitue.collect.item import Arrival, Item
from habitue.collect.reason import Quarantined, Warned, sentence
from habitue.log.port import Entry

Step = Callable[[Item], Item | Quarantined]

STEPS: tuple[Step, ...] = (
    steps.measure,
    steps.read,
    steps.survey,
    steps.shape,
    steps.name_type,
    steps.name_message,
    steps.name_event,
    steps.place,
    take_identifiers,
    set_aside_impersonated,
    class_writer,
    steps.fit_type,
    steps.formerly,
    steps.make_event,
)

_ENCODER = msgspec.json.Encoder()
# Signed tokens (three parts, the first beginning with an encoded brace), and keys.
_SECRETS = re.compile(
    rb'("writeKey"\s*:\s*")[^"]*|()eyJ[\w-]*\.[\w-]*\.[\w-]*', re.ASCII
)


class Taken(Struct, frozen=True, gc=False):
    """What came out of one item: its entry for the log, and what was not used of it."""

    entry: Entry
    warnings: tuple[Warned, ...] = ()


def process(item: Item, through: Iterable[Step] = STEPS) -> Item | Quarantined:
    """Take an item through the steps, stopping where one quarantines it."""
    for step in through:
        result = step(item)
        if result is not item:
            return result
    return item


def take(raw: bytes, arrival: Arrival) -> Taken:
    """Turn the raw bytes of one item into its entry; nothing in them raises."""
    item = Item(raw, arrival)
    result = process(item)
    if isinstance(result, Quarantined):
        return set_aside(raw, arrival, result, item.message_id)
    entry = Entry(
        source=arrival.credential.source.name,
        message_id=item.message_id,
        body=_ENCODER.encode(item.event),
        original=keepsake(raw, arrival),
    )
    return Taken(entry, item.warnings)


def set_aside(
    raw: bytes, arrival: Arrival, why: Quarantined, message_id: str = ""
) -> Taken:
    """Make the entry of an item that goes into quarantine."""
    entry = Entry(
        source=arrival.credential.source.name,
        message_id=message_id or arrival.rules.new_id(),
        body=keepsake(raw, arrival),
        reason=why.reason,
        detail=why.detail,
    )
    return Taken(entry)


def keepsake(raw: bytes, arrival: Arrival) -> bytes:
    """Give the bytes to keep in quarantine: the item, within what its batch said.

    The item stands in it as it came, but for keys and tokens, which are never
    kept. What the batch said of all its items is put around it, so that a replay
    reads the same.
    """
    limits = arrival.rules.limits
    kept = raw[: limits.quarantine_bytes_max]
    # A quick look spares nearly every item the search.
    if b"eyJ" in kept or b"writeKey" in kept:
        kept = _SECRETS.sub(rb"\1[removed]", kept)
    if not 0 < len(arrival.around) <= limits.event_bytes_max:
        return kept
    return arrival.around + kept + b"]}"


def around(sent_at: object, context: object) -> bytes:
    """Write what a batch said of all its items, up to where its one item follows.

    >>> around("2026-03-01", None)
    b'{"sentAt":"2026-03-01","batch":['
    """
    told = {"sentAt": sent_at, "context": context}
    said = {name: value for name, value in told.items() if value is not None}
    if not said:
        return b""
    return _ENCODER.encode(said)[:-1] + b',"batch":['


def refuse(arrival: Arrival) -> Taken:
    """Make the entry of an item that is over the batch's limit: only counted."""
    detail = sentence("batch_too_long", limit=arrival.rules.limits.batch_items_max)
    return Taken(
        Entry(
            source=arrival.credential.source.name,
            message_id="",
            body=b"",
            reason="batch_too_long",
            detail=detail,
            refused=True,
        )
    )
