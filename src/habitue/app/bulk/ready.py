"""The child's side of an import: items become entries in the form the log keeps.

What the door's steps make of an item is the meaning (`collect.pipeline.take`); here
the items that an import builds itself are made into the same entry without being
written and read as JSON first. What is not plain goes through the steps, and what they
set aside or warn of goes to the server as it is, for its steps to take.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import structs
from msgspec.structs import force_setattr

from habitue.app.bulk.check import Checker, allows_ready
from habitue.app.bulk.format import ImportTerms, Sent
from habitue.app.bulk.known import Known
from habitue.collect.arrive import make_arrival
from habitue.collect.body import Envelope
from habitue.collect.files.events import event_id
from habitue.collect.identify import ranked
from habitue.collect.item import Rules
from habitue.collect.marking import marked
from habitue.collect.moment import read_time
from habitue.collect.ordinary import read_ordinary
from habitue.collect.pipeline import take
from habitue.collect.port import Credential, Normalise, Subject, TokenFault
from habitue.collect.proved import proved
from habitue.collect.steps import SIGNED_OUT, TOLD_AT_CHARS_MAX
from habitue.collect.survey import may_hold_control_codes
from habitue.collect.vocabulary import RESERVED, canonical
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.model.source import Writer

# An item is larger than its entry by less than this.
_ROOM_BYTES = 4096
# What a file says of its sending does not count: then it is not as plain as it looks.
_SENDING = (b'"sentAt"', b'"originalTimestamp"')
_CONTACT_TRAITS = ("email", "phone")
_NO_ITEMS = Envelope(items=())
_encode = msgspec.json.Encoder().encode


class _Nobody:
    """Knows no key and no token: an import shows its own to the server alone."""

    def credential(self, _key: str) -> Credential | None:
        return None

    def subject(self, _token: str, _source: str, _now_us: int) -> Subject | TokenFault:
        return TokenFault("token_unknown")


class Readying:
    """Makes entries of items, under the terms of one import."""

    def __init__(
        self, terms: ImportTerms, normalise: Normalise, now_us: Callable[[], int]
    ) -> None:
        self._now_us = now_us
        self._rules = Rules(
            policy=terms.policy,
            normalise=normalise,
            credentials=_Nobody(),
            # Asked only for an event that brings no id of its own.
            new_id=lambda: event_id(self._raw),
            limits=terms.limits,
        )
        self._credential = Credential(
            source=terms.source,
            writer=terms.writer,
            operator=terms.operator,
            key_id=terms.imported,
            bulk=True,
        )
        self._known = Known(self._rules, terms.source.country)
        self._allowed = terms.writer is Writer.SERVER and allows_ready(terms.limits)
        self._names: dict[str, str] = {}
        self._raw = b""
        self._history = structs.replace(
            self._credential, source=structs.replace(terms.source, historical=True)
        )
        self.begin()

    def begin(self) -> None:
        """Begin a packet: what brings no time of its own gets that of now."""
        now_us = self._now_us()
        self._arrival = make_arrival(self._rules, self._credential, _NO_ITEMS, now_us)
        self._past = make_arrival(self._rules, self._history, _NO_ITEMS, now_us)
        self._checker = Checker(self._arrival, self._known)

    def of_item(self, item: dict[str, Any]) -> Sent:
        """Make the entry of an item that an import built."""
        event = self._event(item) if self._allowed else None
        sent = None if event is None else self._fitting(item["messageId"], event)
        return sent or self.of_raw(_encode(item))

    def of_raw(self, raw: bytes) -> Sent:
        """Make the entry of an item by the steps, or give the item as it is."""
        if self._allowed:
            taken = take(raw, self._arrival)
            entry = taken.entry
            good = entry.reason is None and not taken.warnings
            if good and self._checker.take(entry.message_id, entry.body):
                return entry.message_id, entry.body
        return None, raw

    def of_line(self, raw: bytes, *, historical: bool) -> Sent | None:
        """Make the entry of a line of a file of events; None if it is not plain.

        It is what comes of its item (`collect.files.events.item_of`), without the
        item: the source is taken for one of history, which says the same.
        """
        if not self._allowed or any(map(raw.__contains__, _SENDING)):
            return None
        self._raw = raw
        found = read_ordinary(raw, self._past if historical else self._arrival)
        if found is None:
            return None
        message_id, event = found
        if not self._known.may_tell(event.identifiers):
            return None
        if historical:
            if "told_event" in event.context:
                return None
            # Nobody else holds the event yet.
            force_setattr(event, "context", {**event.context, "historical": True})
        return self._fitting(message_id, event)

    def _fitting(self, message_id: str, event: Event) -> Sent | None:
        """Give an entry that certainly lies within the door's limits."""
        body = _encode(event)
        limits = self._rules.limits
        if (
            len(body) + _ROOM_BYTES > self._arrival.bytes_max
            or len(message_id) > limits.message_id_chars_max
            or not message_id.isprintable()
            or may_hold_control_codes(body)
        ):
            return None
        return message_id, body

    def _event(self, item: dict[str, Any]) -> Event | None:
        """Make the event of an item; None where the steps have to look at it."""
        source, context = self._credential.source, item["context"]
        history = source.historical or context.get("historical") is True
        moment = self._moment(item.get("timestamp"), history)
        identifiers = self._identifiers(item)
        name = self._name(item)
        if moment is None or identifiers is None or name is None:
            return None
        at_us, told_at = moment
        event = Event(
            type=item["type"],
            name=name,
            at_us=at_us,
            time_rule="received" if told_at is None else "told",
            told_at=told_at,
            writer=Writer.SERVER,
            verified=True,
            identifiers=identifiers,
            shared_device=source.shared_device,
            historical=history,
            operator=self._credential.operator,
            imported=self._credential.imported,
            properties=item.get("properties", {}),
            traits=item.get("traits", {}),
            context=context,
        )
        if proved(event) is not event:
            return None
        return marked(event, self._rules.marking)

    def _moment(self, told: str | None, history: bool) -> tuple[int, str | None] | None:
        arrival = self._arrival
        if told is None:
            return arrival.received_us, None
        at_us = read_time(told)
        earliest_us = 0 if history else arrival.earliest_us
        if at_us is None or not earliest_us <= at_us <= arrival.latest_us:
            return None
        return at_us, told[:TOLD_AT_CHARS_MAX]

    def _identifiers(self, item: dict[str, Any]) -> tuple[Identifier, ...] | None:
        normal = self._known.normal
        traits: dict[str, Any] = item.get("traits", {})
        listed: dict[str, Any] = item["identifiers"]
        taken: list[Identifier] = []
        for kind in _CONTACT_TRAITS:
            # Told twice as a rule, and the same.
            if kind in traits and traits[kind] != listed.get(kind):
                found = normal(kind, traits[kind])
                if found is None:
                    return None
                taken.append(found)
        for kind, value in listed.items():
            found = normal(kind, value)
            if found is None:
                return None
            if found not in taken:
                taken.append(found)
        return tuple(ranked(self._rules.ranks, taken))

    def _name(self, item: dict[str, Any]) -> str | None:
        """Give the name of a track event that is kept as it is told, or no name."""
        told = item.get("event")
        if told is None:
            return ""
        found = self._names.get(told)
        if found is None:
            plain = told and told == told.strip() and told != SIGNED_OUT
            known = plain and canonical(told) == told
            found = told if known and told not in RESERVED else ""
            self._names[told] = found
        return found or None
