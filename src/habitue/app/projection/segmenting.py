"""Segments within the fold: what each record changes is told to them, and judged."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from habitue.app.projection.evidence import evidence_of
from habitue.app.projection.movement import Movement
from habitue.app.projection.segment_sight import FoldSight
from habitue.base.steps import Steps, begin
from habitue.catalog.parse import PRODUCT
from habitue.log.port import DefinitionText
from habitue.model.event import Event
from habitue.model.evidence import Judgement, Verb
from habitue.model.identifier import Identifier
from habitue.model.record import Record, RecordKind
from habitue.model.score import ScoreRules
from habitue.model.source import Source
from habitue.profile.report import PURCHASE_EVENTS
from habitue.profile.scanned import WITHIN_US, mail_of
from habitue.profile.scores.declared import DAILY
from habitue.segment.asking import WORD
from habitue.segment.definition import decode
from habitue.segment.filling import Ports
from habitue.segment.holding import WORD as HELD
from habitue.segment.live import Live
from habitue.segment.live_rows import Cause
from habitue.segment.members import Change
from habitue.segment.personas import SCORES, Personas, is_ours, segments
from habitue.segment.port_live import Told
from habitue.segment.subscription import CHANGES, Subscriptions
from habitue.timers.timer import Timer

if TYPE_CHECKING:
    from habitue.app.projection.fold import Fold


class Segmenting:
    """Live segments over a fold; nothing is noted while none is defined."""

    def __init__(self, fold: "Fold", zone: str) -> None:
        """zone: the shop's."""
        self._fold = fold
        sight = FoldSight(fold, zone)
        self._seen = sight.seen
        ports = Ports(sight, sight)
        self.live = Live(fold.store, fold.dues.timers, ports, zone, DAILY)
        fold.dues.answer(WORD, self._fire)
        self.subscriptions = Subscriptions(fold.store, fold.dues.timers)
        held = self.subscriptions.held
        fold.dues.answer(HELD, lambda _, now_us: held.fire(now_us))
        self.personas = Personas(fold.store, self._naming)
        self.live.on_change = self._changed
        # Who hears of every change while they read who is in what.
        self.watches: list[Callable[[Change], None]] = []
        # The record that is under way, and the strand of what it tells was just done.
        self._offset = 0
        self._own: tuple[int, int] | None = None
        self._movement = Movement(fold)
        self.on = False

    def open(self) -> None:
        """Take in what the store holds, once it is open."""
        self.live.open()
        self.subscriptions.open()
        if self.live.on:
            self._begin()

    def _begin(self) -> None:
        self.on = True
        self._movement.begin()
        self._fold.catalog.on_words = self._reworded
        self._fold.catalog.on_price = self._repriced

    # -- records --------------------------------------------------------------

    def define(self, text: DefinitionText, record: Record) -> None:
        """Take in a definition of a segment, or that it was deleted."""
        segment = decode(bytes(text.body))
        if not self.on:
            self._begin()
        place = (text.version, record.offset, record.received_us)
        condition = None if segment is None else segment.condition
        self.live.define(text.name, condition, place)

    def subscribe(self, text: DefinitionText) -> None:
        """Take in that somebody listens to a segment, or does so no longer."""
        self.subscriptions.define(text.name, bytes(text.body))

    def _reworded(self, kind: str, name: str, now_us: int) -> None:
        """Note anew what rests on a product or store that is told of otherwise."""
        self.live.reword()
        if self._seen.has(kind, name):
            self.live.renew_goods(now_us)

    def _repriced(self, product: str, now_us: int) -> None:
        """Note anew what rests on the price of a product that costs something else."""
        self.live.reword(prices=True)
        if self._seen.has(PRODUCT, product):
            self.live.renew_goods(now_us, prices=True)

    def _changed(self, change: Change) -> None:
        for heard in self.watches:
            heard(change)
        slot = self.live.library.slots[change.slot]
        # One that does not answer yet has no members to tell of.
        if not slot.since_us:
            return
        if change.cause is Cause.DEFINED and self.live.goes_on(change):
            return
        if is_ours(slot.segment):
            self.personas.hear(change, slot.segment, self._offset, self._whose)
        elif self.subscriptions.some:
            self.subscriptions.hear(change, slot.segment, slot.version, self._offset)

    def _whose(self) -> int | None:
        """Say whose the record under way is; None: nobody's, or it is of history."""
        if self._own is None or self._own[0] != self._offset:
            return None
        return self._fold.identity.person_of(self._own[1])

    def _naming(self, person_id: int, at_us: int) -> Identifier | None:
        """Give what a person is known by at a moment, and no device if they can be."""
        identity = self._fold.identity
        found = []
        for strand in self.live.strands(person_id):
            number = identity.number_at(strand)
            if identity.strand_at(number, at_us, self._offset + 1) == strand:
                found.append(identity.identifier(number))
        named = [one for one in found if one is not None]
        named.sort(key=lambda one: one.kind in identity.devices)
        return named[0] if named else None

    def redefined(self, old: Source, record: Record) -> None:
        """Judge everybody anew where a source's definition decides otherwise."""
        new = self._fold.source(old.name)
        if (old.priority, old.trust_orders, old.simulated) != (
            new.priority,
            new.trust_orders,
            new.simulated,
        ):
            self.live.redecide(record.offset, record.received_us)
        if old.priority != new.priority:
            self.live.renew_goods(record.received_us)

    def weighed(self) -> None:
        """Look no more at what was weighed anew: everybody is judged for it by a job.

        A process that starts here has not seen it, and judges nobody for it with the
        next record.
        """
        self._movement.end()

    def rescored(self, rules: ScoreRules, version: int, record: Record) -> None:
        """Judge everybody anew, for they are scored by other rules.

        Whether changed personas are told on is one of these.
        """
        own = self.live.library.segments.items()
        held = any(row.condition and is_ours(name) for name, row in own)
        if rules.rfm.tell is not held:
            if not self.on:
                self._begin()
            place = (version, record.offset, record.received_us)
            for segment, condition in segments():
                self.live.define(segment, condition if rules.rfm.tell else None, place)
        if self.on:
            self.live.redecide(record.offset, record.received_us)

    def take(self, record: Record, event: Event, strand: int, now_us: int) -> None:
        """Note an event in its strand; now_us: the time of the record under way."""
        if record.source == SCORES:
            self.personas.outbox.told(record.message_id or "")
        if not event.historical:
            self._own = (record.offset, strand)
        self.live.take(Told(event, record.source, record.offset), strand, now_us)

    def take_nobodys(self, record: Record, event: Event) -> None:
        """Look at what an event that names nobody may change: somebody's purchases."""
        if record.source == SCORES:
            self.personas.outbox.told(record.message_id or "")
        if record.source == CHANGES:
            self.subscriptions.outbox.told(record.message_id or "")
        if event.name in PURCHASE_EVENTS:
            self.live.widen(Told(event, record.source, record.offset))

    def hold(self, record: Record, event: Event, strand: int | None) -> None:
        """Hold back what changes for whoever followed a link, if anybody did.

        Until no other link can make it known any more that it was a scanner.
        """
        if not self.subscriptions.some or event.historical or not mail_of(event):
            return
        person_id = None if strand is None else self._fold.identity.person_of(strand)
        if person_id is not None:
            until_us = record.received_us + WITHIN_US
            self.subscriptions.held.hold(person_id, until_us)

    def forget(self, person_id: int) -> None:
        """Keep nothing of somebody who is nobody any more."""
        self.subscriptions.held.forget(person_id)
        self.live.forget(person_id)

    def dropped(self, strand: int) -> None:
        """Judge whose a strand was: it is gone, or folded anew."""
        self.live.dropped(strand)

    def settle(self, record: Record) -> Steps[None] | None:
        """Judge whom a record concerns, once it is folded.

        Gives what is left to be done where these are many; until then no other record
        may be told of.
        """
        judges = record.kind is RecordKind.JUDGEMENT
        if judges:
            # It may take back what nobody told, which changes somebody's purchases.
            self.live.widen()
        self.subscriptions.undoing = judges and _retracts(record)
        self._offset = record.offset
        if any(self._movement.moving) or self.live.dirty.widely:
            return begin(self._settle_widely(record))
        self.live.settle(record.received_us)
        self._movement.end()
        return None

    def _settle_widely(self, record: Record) -> Steps[None]:
        moved = yield from self._movement.moved(record)
        if moved.people or self.live.dirty.widely:
            yield from self.live.settle_widely(moved, record.received_us)
        else:
            self.live.settle(record.received_us)
        self._movement.end()

    def _fire(self, timer: Timer, now_us: int) -> None:
        self.subscriptions.undoing = False
        self._offset = self._fold.offset
        place = (self._offset, now_us)
        self.live.fire(timer.due_us, timer.strand, timer.what, place)


def _retracts(record: Record) -> bool:
    told = evidence_of(record)
    return isinstance(told, Judgement) and told.verb is Verb.RETRACT
