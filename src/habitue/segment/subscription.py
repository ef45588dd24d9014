"""Changes of membership that somebody listens to: each becomes a record, once.

A change that nobody listens to is no record. One that a scanner of mail may have made
is told on a little later: see holding.py. One that was born of filling in, of a
merge or its undoing, or of what came late or from history is marked, and told only to
who asks for those, too.
"""

from typing import Any, Protocol

import msgspec
from msgspec import Struct

from habitue.base.clock import to_iso
from habitue.model.event import Event
from habitue.segment.holding import Held
from habitue.segment.live_rows import QUIET
from habitue.segment.members import Change
from habitue.segment.port_live import Tables, Timers
from habitue.state.outbox import Outbox
from habitue.state.port import TableSpec

# Under this kind a subscription is defined; null where it was taken back.
SUBSCRIPTION = "segment_subscription"
# Under this source changes stand in the log: a name kept from sources of the shop.
CHANGES = "segment"
ENTERED, LEFT = "Segment Entered", "Segment Left"

_encode = msgspec.json.Encoder(order="deterministic").encode


class Subscription(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody listens to who enters and leaves a segment.

    marked: also to changes born of a definition, a merge, or what came late.
    """

    segment: str
    entered: bool = True
    left: bool = True
    marked: bool = False


SUBSCRIPTIONS = TableSpec(name="segment_subscription", key=str, value=Subscription)
DUE = TableSpec(name="segment_due", key=str, value=bytes)


class Rows(Protocol):
    """Subscriptions by name; a table of state."""

    def put(self, key: str, value: Subscription, /) -> None: ...

    def delete(self, key: str, /) -> None: ...

    def items(self) -> Any: ...


class Subscriptions:
    """Who listens to which segment, and what is still to be told on."""

    def __init__(self, store: Tables, timers: Timers) -> None:
        self._rows: Rows = store.table(SUBSCRIPTIONS)
        self.outbox = Outbox(store.table(DUE))
        self.held = Held(store, timers, self.outbox)
        self._of: dict[str, list[Subscription]] = {}
        # What changes now changes because something told before was taken back.
        self.undoing = False
        # Somebody listens to some segment.
        self.some = False

    def open(self) -> None:
        """Take in what the store holds, once it is open."""
        self._of = {}
        for one in dict(self._rows.items()).values():
            self._of.setdefault(one.segment, []).append(one)
        self.some = bool(self._of)

    def define(self, name: str, body: bytes) -> None:
        """Take in the definition of a subscription, or that it was taken back."""
        told = msgspec.json.decode(body, type=Subscription | None)
        if told is None:
            self._rows.delete(name)
        else:
            self._rows.put(name, told)
        self.open()

    def hear(self, change: Change, segment: str, version: int, offset: int) -> None:
        """Have a change be told on, if anybody listens.

        offset: of the record under way, which makes its id one of its own.
        """
        listening = self._of.get(segment)
        if not listening or self._takes_back(change, segment):
            return
        if not any(_is_meant(one, change) for one in listening):
            return
        name = ENTERED if change.entered else LEFT
        event = Event(
            type="track",
            name=name,
            at_us=change.at_us,
            time_rule="told",
            told_at=to_iso(change.at_us),
            properties={
                "segment": segment,
                "version": version,
                "person_id": change.person_id,
                "cause": change.cause.name.lower(),
                "changed_at": to_iso(change.at_us),
            },
        )
        head = _head(segment, change.person_id, entered=change.entered)
        message_id = f"{head}{change.at_us}/{offset}"
        self.held.put(change.person_id, message_id, _encode(event))

    def _takes_back(self, change: Change, segment: str) -> bool:
        """Say whether a change undoes one of which nothing has been told yet."""
        if not self.undoing:
            return False
        person_id = change.person_id
        head = _head(segment, person_id, entered=not change.entered)
        return self.held.take_back(person_id, lambda name: name.startswith(head))


def _head(segment: str, person_id: int, *, entered: bool) -> str:
    """Give what the id of a record of such a change begins with."""
    return f"{segment}/{'entered' if entered else 'left'}/{person_id}/"


def _is_meant(one: Subscription, change: Change) -> bool:
    if change.cause in QUIET and not one.marked:
        return False
    return one.entered if change.entered else one.left
