"""Consents that were withdrawn by a file that is undone: they are not granted again.

Whoever had agreed before the file came, and had withdrawn by it, would be written to
again once it is undone. So the withdrawal is told anew, as an event of its own, unless
whoever undoes it says that it never was one.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

from habitue.app.desks.slices import Slices
from habitue.app.projection.evidence import event_of, evidence_in
from habitue.base.clock import to_iso
from habitue.log.port import Entry
from habitue.model.consent import Consent, ConsentEntry
from habitue.model.event import Event
from habitue.model.evidence import Key
from habitue.model.identifier import Identifier
from habitue.model.import_run import ImportRun
from habitue.model.record import Record
from habitue.profile.ledger import ANY, CONSENT_EVENTS
from habitue.profile.point import Item, fold_items

if TYPE_CHECKING:
    from habitue.app.serving.leader import Leader

_encode = msgspec.json.Encoder().encode
WITHDRAWN = "Consent Withdrawn"


class Withdrawals:
    """Finds what a part of an import withdrew and its undoing would grant again."""

    def __init__(self, leader: "Leader", run: ImportRun) -> None:
        self._leader = leader
        self._run = run

    async def of(self, offset: int) -> list[Entry]:
        """Give what is to be told anew of what a record withdrew."""
        record = self._leader.engine.truth.get(offset)
        event = None if record is None else event_of(record)
        if record is None or event is None or event.marked or not _tells(event):
            return []
        no = [one for one in self._ledger([_item(record, event)]) if _is_no(one)]
        if not no:
            return []
        items, held = await self._others(record, event)
        granted = [one for one in self._ledger(items) if one.state is Consent.GRANTED]
        if held is None:
            # Nobody is left whom it could be about.
            return []
        return [
            self._anew(record, one, held, number)
            for number, one in enumerate(no)
            if any(_lifts(one, other) for other in granted)
        ]

    def _ledger(self, items: Sequence[Item]) -> tuple[ConsentEntry, ...]:
        fold = self._leader.fold
        profiles = fold_items(items, fold.source, fold.identity.devices)
        now_us = self._leader.engine.clock.now_us()
        return profiles.read([1], now_us, purchases_max=0).ledger

    async def _others(
        self, record: Record, event: Event
    ) -> tuple[list[Item], Identifier | None]:
        """Give what else tells of consents of whom a record names, and who that is.

        Of no part of the import: an identifier of the record that others name, too.
        """
        found: list[Item] = []
        held: Identifier | None = None
        slices = Slices(self._leader.fold)
        for one in self._records(record, event):
            # Some have very long histories, and others want the loop.
            await slices.turn()
            told = event_of(one)
            if told is None or told.imported == self._run.import_id:
                continue
            if held is None:
                both = (name for name in event.identifiers if name in told.identifiers)
                held = next(both, None)
            if _tells(told):
                found.append(_item(one, told))
        return found, held

    def _records(self, record: Record, event: Event) -> Iterator[Record]:
        identity = self._leader.fold.identity
        key = Key(record.source, record.message_id or "")
        strand = identity.strand_of(evidence_in(record, event, key))
        whose = None if strand is None else identity.person_of(strand)
        person = None if whose is None else identity.person(whose, 0)
        return iter(()) if person is None else self._leader.people.records(person)

    def _anew(
        self, record: Record, one: ConsentEntry, held: Identifier, number: int
    ) -> Entry:
        told = {
            "purpose": one.purpose,
            "channel": one.channel,
            "contact": one.contact,
            "at": to_iso(one.at_us),
            "text": one.text,
            "text_version": one.text_version,
            "by": one.by,
            "where": one.place,
            "import": self._run.import_id,
        }
        event = Event(
            type="track",
            name=WITHDRAWN,
            at_us=one.at_us,
            identifiers=(held,),
            historical=True,
            operator=self._run.undone_by,
            properties={name: text for name, text in told.items() if text is not None},
        )
        return Entry(
            source=record.source,
            message_id=f"undo/{self._run.import_id}/{record.offset}/{number}",
            body=_encode(event),
        )


def _item(record: Record, event: Event) -> Item:
    # As it was told, whatever became of its import since.
    event = structs.replace(event, marked="")
    return Item(
        event, record.source, record.message_id or "", record.offset, record.received_us
    )


def _tells(event: Event) -> bool:
    return event.name in CONSENT_EVENTS or "consents" in event.context


def _is_no(one: ConsentEntry) -> bool:
    return one.state is Consent.WITHDRAWN and not one.claimed


def _lifts(no: ConsentEntry, yes: ConsentEntry) -> bool:
    """Say whether a grant would hold again, were the withdrawal not there."""
    covers = yes.purpose == no.purpose or yes.purpose.startswith(f"{no.purpose}/")
    return covers and no.channel in (ANY, yes.channel) and yes.at_us <= no.at_us
