"""Has the clicks of scanners retracted, which are known by those that come after.

By the third link the first has counted already. So the verdict is a record of its own:
each is retracted as an operator would, and taken back the same way. What is due stands
in state until its record has been folded, as all that is told on.
"""

from collections.abc import Callable, Iterator

import msgspec

from habitue.app.projection.evidence import event_of
from habitue.app.projection.marked import Marked
from habitue.identity.resolve import Resolver
from habitue.model.event import Event
from habitue.model.evidence import Judgement, Key, Verb, Verdict
from habitue.model.record import Record
from habitue.profile.scanned import (
    LINKS_MIN,
    WITHIN_US,
    Followed,
    followed,
    is_followed,
    mail_of,
    scanned,
)
from habitue.state.outbox import Outbox
from habitue.state.port import IndexSpec, TableSpec
from habitue.state.store import Store

# By the number of the recipient; 1 where the event is retracted.
CLICKS = IndexSpec(name="mail_click")
DUE = TableSpec(name="mail_click_due", key=str, value=bytes)
# More than the links of a mail; who sends more is judged by the latest.
LOOKED_AT_MAX = 64
BY = "habitue"
REASON = "A scanner: three links of one mail and more were followed within 5 seconds."

_encode = msgspec.json.Encoder(order="deterministic").encode


class Scans:
    """The clicks on the links of mails, by who got them, and verdicts that are due."""

    def __init__(
        self,
        store: Store,
        identity: Resolver,
        record_at: Callable[[int], Record | None],
    ) -> None:
        """record_at: reads a record; None where state has forgotten it."""
        self.clicks = Marked(store, identity, CLICKS)
        self.outbox = Outbox(store.table(DUE))
        self._identity = identity
        self._record_at = record_at

    def take(self, event: Event, record: Record) -> None:
        """Take in what following a link brought; where it is one too many, say so."""
        number = self._keep(event, record)
        mail = mail_of(event)
        if number is None or not mail:
            return
        span = ((event.at_us - WITHIN_US, 0), (event.at_us + WITHIN_US + 1, 0))
        near = self.clicks.newest(number, span, LOOKED_AT_MAX)
        if len(near) < LINKS_MIN:
            return
        records = {offset: found for _, offset in near if (found := self._read(offset))}
        of_mail = list(_of_mail(records, mail))
        for one in scanned(of_mail):
            self._retract(records[one.offset], record.received_us)

    def rule(self, judgement: Judgement, offset: int | None) -> None:
        """Take in that an event was retracted or restored; offset: the event's."""
        if offset is not None:
            self.keep(offset)
        self.outbox.told(judgement.key.message_id)

    def keep(self, offset: int) -> None:
        """Keep the place of a record, if following a link of a mail brought it."""
        record = self._read(offset)
        event = None if record is None else event_of(record)
        if record is not None and event is not None and is_followed(event):
            self._keep(event, record)

    def forget(self, event: Event, offset: int) -> None:
        """Keep nothing of an event any more."""
        if is_followed(event):
            self.clicks.forget(event, offset)
            self.outbox.told(_message_id(offset))

    def _keep(self, event: Event, record: Record) -> int | None:
        retracted = self._identity.is_retracted(_key(record))
        # The event may be the first that names its recipient.
        return self.clicks.keep(
            event, record.offset, known_by=record.offset + 1, flag=int(retracted)
        )

    def _read(self, offset: int) -> Record | None:
        record = self._record_at(offset)
        return None if record is None or record.message_id is None else record

    def _retract(self, record: Record, at_us: int) -> None:
        # Who took a verdict back is not contradicted by the next click.
        if self._identity.is_ruled(_key(record)):
            return
        verdict = Verdict(
            verb=Verb.RETRACT,
            target=_key(record),
            at_us=at_us,
            operator=BY,
            reason=REASON,
            command=command_of(record.offset),
        )
        self.outbox.put(_message_id(record.offset), _encode(verdict))


def command_of(offset: int) -> str:
    """Name the command that retracts an event, by which it is taken back."""
    return f"scan-{offset}"


def _of_mail(records: dict[int, Record], mail: str) -> Iterator[Followed]:
    for offset, record in records.items():
        event = event_of(record)
        if event is not None and mail_of(event) == mail:
            yield followed(event, offset)


def _key(record: Record) -> Key:
    return Key(record.source, record.message_id or "")


def _message_id(offset: int) -> str:
    # As judgements of a command are named: see desks.writing.
    return f"{command_of(offset)}/0"
