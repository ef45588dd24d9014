"""A proved delivery becomes entries for the log: each item through the usual steps."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from habitue.collect.arrive import make_arrival
from habitue.collect.body import Envelope
from habitue.collect.item import Arrival, Rules
from habitue.collect.pipeline import Taken, refuse, set_aside, take
from habitue.collect.reason import quarantine
from habitue.collect.webhooks.delivery import Delivery
from habitue.collect.webhooks.port import Hook
from habitue.collect.webhooks.reason import UNUSED_REASONS, unmapped
from habitue.collect.webhooks.translate import Made, Translation, translate
from habitue.log.port import Entry

_encode = msgspec.json.Encoder().encode


class Arrived(Struct, frozen=True, kw_only=True):
    """A delivery on its way: what all its items share, and what it says."""

    arrival: Arrival
    delivery: Delivery
    # Why nothing can be made of the body; None if it can be read.
    fault: str | None
    translation: Translation | None = None


def arrive(delivery: Delivery, hook: Hook, rules: Rules, received_us: int) -> Arrived:
    """Read a delivery; nothing in it raises."""
    arrival = make_arrival(rules, hook.credential, Envelope(items=()), received_us)
    fault = delivery.fault(rules.limits.depth_max)
    translation = None
    if fault is None:
        translation = translate(
            delivery,
            hook.provider,
            hook.credential.source.time_zone,
            rules.limits.batch_items_max,
            hook.currency or rules.currency,
        )
    return Arrived(
        arrival=arrival, delivery=delivery, fault=fault, translation=translation
    )


def entries(arrived: Arrived) -> Iterator[Taken]:
    """Make the entries of a delivery, one at a time: each is some work."""
    arrival, told = arrived.arrival, arrived.translation
    if told is None:
        limit = arrival.rules.limits.depth_max
        why = quarantine(arrived.fault or "not_json", limit=limit)
        yield set_aside(arrived.delivery.body, arrival, why)
    elif told.ignored:
        yield counted(arrival, "topic_ignored")
    elif not told.known:
        yield _unmapped(arrived, told)
    elif not told.made:
        yield counted(arrival, "nothing_told")
    else:
        limit = arrival.rules.limits.batch_items_max
        for at, made in enumerate(told.made):
            yield take(raw_of(made), arrival) if at < limit else refuse(arrival)


def raw_of(made: Made) -> bytes:
    """Write an item as it would have come over the wire."""
    return _encode(made.item)


def counted(arrival: Arrival, reason: str) -> Taken:
    """Make the entry of a delivery that is taken and brings no event: only counted."""
    return Taken(
        Entry(
            source=arrival.terms.source,
            message_id="",
            body=b"",
            reason=reason,
            detail=UNUSED_REASONS[reason],
            refused=True,
        )
    )


def _unmapped(arrived: Arrived, told: Translation) -> Taken:
    """Keep a delivery that no rule is for, as an item that a person can mend."""
    item = {
        "type": "webhook",
        "event": told.topic,
        "messageId": told.id,
        "properties": arrived.delivery.tidy(),
    }
    return set_aside(_encode(item), arrived.arrival, unmapped(told.topic), told.id)
