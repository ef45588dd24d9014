"""Segments right to the second: people are judged where something changed, or is due.

An event is noted in its strand, and whoever it belongs to is judged once the record is
folded; so is everybody whose strands moved. Each judgement names the moment before
which time alone changes nothing; a timer at the person's oldest strand holds the
earliest. It is put off lazily: where it fires too early, nothing has changed.
"""

from collections.abc import Callable, Collection, Sequence

from habitue.base.steps import MANY, Steps, parts
from habitue.profile.report import PURCHASE_EVENTS
from habitue.segment.answered import Judged
from habitue.segment.asking import WORD, Asking
from habitue.segment.concern import Concern, Moved, concern_of
from habitue.segment.condition import Condition
from habitue.segment.filling import Filling, Ports
from habitue.segment.judging import AS_BEFORE, Found, Judging
from habitue.segment.leaves import Held
from habitue.segment.library import Library
from habitue.segment.live_rows import Cause
from habitue.segment.members import Change, Members
from habitue.segment.notes import UNTOUCHED, Notes
from habitue.segment.noting import Plan
from habitue.segment.port_live import Sight, Tables, Timers, Told
from habitue.segment.telling import done_at_once
from habitue.segment.touched import Dirty, Touched, also_of_profile

_FILL, _NO_STRAND = "segment:fill", 0
# What was done so long before it was received came late.
LATE_US = 3_600_000_000
# What asks the catalogue is noted anew so long after it changed: a feed tells of many
# goods, one behind the other.
FEED_US = 1_000_000
# So many people are judged in one step.
_JUDGED = 4


class Live:
    """All segments of a fold, kept up to date record by record."""

    def __init__(
        self,
        store: Tables,
        timers: Timers,
        ports: Ports,
        zone: str = "UTC",
        daily: Collection[str] = (),
    ) -> None:
        """zone: the shop's; daily: computed traits that change at midnight, UTC."""
        self.members = Members(store)
        self.library = Library(store, self.members.size, daily)
        self._notes = Notes(store, zone)
        self._sight: Sight = ports.sight
        self._judging = Judging(self.library, self._notes, self._sight, zone)
        self._timers = timers
        self._filling = Filling(
            self.library, self._notes, ports, self._judge_again, self.members.page
        )
        self.asking = Asking(
            self.library, self.members, self._sight, timers, self.judged
        )
        self.on_change: Callable[[Change], None] = lambda _: None
        # Nothing is defined: nothing is noted, and nobody judged.
        self.on = False
        # What the record under way touched.
        self.dirty = Dirty()

    def open(self) -> None:
        """Take in what the store holds, once it is open."""
        self.library.load()
        self.on = bool(self.library.segments)

    # -- records --------------------------------------------------------------

    def define(
        self, segment: str, condition: Condition | None, place: tuple[int, int, int]
    ) -> None:
        """Take in a definition: its version, its record's offset and time."""
        self.library.define(segment, condition, place)
        self.on = True
        if self.library.jobs or self.library.over():
            self._arm(place[2])

    def redecide(self, offset: int, now_us: int) -> None:
        """Judge everybody anew, bit by bit: a source is defined otherwise."""
        self.library.plan_again(offset)
        self._judging.forget_all()
        self._arm(now_us)

    def renew_goods(self, now_us: int, *, prices: bool = False) -> None:
        """Note anew, bit by bit, what asks the catalogue: it says something else.

        prices: of what it asks for a product, and of nothing else.
        """
        if self.library.plan_goods(prices=prices):
            self._judging.forget_all()
            self._arm(now_us + FEED_US)

    def reword(self, *, prices: bool = False) -> None:
        """Take note that the catalogue says something else of what it tells of."""
        self._judging.bought.reword(prices=prices)

    def _arm(self, now_us: int) -> None:
        armed_us = self._timers.when(_NO_STRAND, _FILL)
        if armed_us is None or armed_us > now_us:
            self._timers.set(_NO_STRAND, now_us, _FILL)

    def take(self, told: Told, strand: int, now_us: int) -> None:
        """Note an event in its strand, at its record's time or where it is folded anew.

        now_us: the time of the record under way.
        """
        event, library = told.event, self.library
        if now_us - event.at_us > LATE_US or event.historical:
            self.dirty.cause = Cause.LATE
        plan = library.index.of(event.name or event.type)
        took = self._note(told, plan, strand, now_us) if plan.asked else UNTOUCHED
        if library.program.looks or event.name in PURCHASE_EVENTS:
            self._look(told, strand, took)
        elif took.leaves:
            self.dirty.touch(strand, took)

    def _note(self, told: Told, plan: Plan, strand: int, now_us: int) -> Touched:
        """Have what is asked of an event be noted."""
        library = self.library
        if library.jobs:
            plan = self._passed(told, strand)
        done = done_at_once(told.event, told.source, plan)
        if done is None:
            done = self._sight.done(told, plan.look)
        return self._notes.note(done, strand, plan, now_us, library.index.wanted)

    def _look(self, told: Told, strand: int, took: Touched) -> None:
        """Look at what an event may change beside what was noted of it."""
        event, library = told.event, self.library
        sees = library.index.sees
        if event.name in PURCHASE_EVENTS and sees is not None:
            self._sight.see_told(told, sees)
        concern = concern_of(event, library.program.wants)
        if concern is Concern.PURCHASES:
            self.dirty.touch_all(strand)
        elif concern is Concern.OWN:
            self.dirty.touch(strand, also_of_profile(took, event.at_us))
        elif took.leaves:
            self.dirty.touch(strand, took)

    def _passed(self, told: Told, strand: int) -> Plan:
        """Leave out the leaves for which a job will note this."""
        passed, event = self._filling.passed, told.event
        return self.library.index.of_some(
            event.name or event.type,
            lambda one: passed(one, strand, event.at_us, told.offset),
        )

    def widen(self, told: Told | None = None) -> None:
        """Look at all strands that the record under way changed.

        told: a report of a purchase that names nobody, but may be of somebody's.
        """
        self.dirty.widely = True
        if told is not None and (sees := self.library.index.sees):
            self._sight.see_told(told, sees)

    def dropped(self, strand: int) -> None:
        """Have whose a strand was be judged: it is gone, or folded anew."""
        self._judging.drop(strand)
        self.dirty.touch_all(strand)

    def settle(self, now_us: int) -> None:
        """Judge whom the record under way concerns, once it is folded."""
        dirty = self.dirty
        if dirty.strands:
            self._judging.bought.restate()
            for strand, touched in dirty.strands.items():
                self._settle_one(strand, touched, now_us)
        if dirty.strands or dirty.cause:
            dirty.clear()

    def _settle_one(self, strand: int, touched: Touched | None, now_us: int) -> None:
        """Judge whose a strand is. touched: where only that took something."""
        if touched is not None:
            found = self._judging.again(strand, touched, now_us)
            if found is not None:
                if found is not AS_BEFORE:
                    self._keep(found, now_us, self.dirty.cause)
                return
        person_id = self._sight.person_of(strand)
        if person_id is not None:
            self._judge(person_id, now_us, self.dirty.cause)

    def settle_widely(self, moved: Moved, now_us: int) -> Steps[None]:
        """Judge everybody whose strands changed, or who is made of others now.

        Where they are few, that is no step but its end.
        """
        self._judging.bought.restate()
        people, own = set(moved.people), self.dirty.cause
        for strands in parts((*self.dirty.strands, *moved.strands), MANY):
            found = map(self._sight.person_of, strands)
            people.update(one for one in found if one is not None)
            if len(strands) == MANY:
                yield
        for some in parts(sorted(people), _JUDGED):
            for person_id in some:
                is_moving = person_id in moved.people and moved.cause is not None
                cause = moved.cause if is_moving else None
                self._judge(person_id, now_us, own if cause is None else cause)
            if len(some) == _JUDGED:
                yield
        self.dirty.clear()

    # -- time -----------------------------------------------------------------

    def fire(self, due_us: int, strand: int, what: str, place: tuple[int, int]) -> None:
        """Do what was due for a strand.

        place: the offset of the last record, and the time of the one that comes.
        """
        if what == _FILL:
            offset, now_us = place
            next_us = self._filling.step(offset, now_us)
            if next_us is not None:
                self._timers.set(_NO_STRAND, next_us, _FILL)
            return
        person_id = self._sight.person_of(strand)
        if person_id is not None:
            self._keep(self._judging.wake(person_id, due_us), due_us, Cause.TIME)

    # -- judging --------------------------------------------------------------

    def _judge_again(self, person_id: int, now_us: int) -> None:
        if sees := self.library.index.sees:
            self._sight.see(self._sight.strands(person_id), sees)
        self._judge(person_id, now_us, Cause.BACKFILL)

    def _judge(self, person_id: int, now_us: int, cause: Cause) -> None:
        """Judge a person, and keep what comes of it."""
        self._keep(self._judging.find(person_id, now_us), now_us, cause)

    def _keep(self, found: Found, now_us: int, cause: Cause) -> None:
        """Keep what was found of somebody: what they are in, when they are woken."""
        if found.next_us is not None:
            self._wake(found.oldest, found.next_us)
        if not found.changed:
            return
        library = self.library
        changes = self.members.change(
            found.person_id,
            found.bits,
            now_us,
            lambda slot: cause if library.slots[slot].since_us else Cause.BACKFILL,
            library,
        )
        for one in changes:
            self.on_change(one)

    def _wake(self, oldest: int, next_us: int) -> None:
        """Have a person be judged again by a moment, at their oldest strand."""
        armed_us = self._timers.when(oldest, WORD)
        if armed_us is None or armed_us > next_us:
            self._timers.set(oldest, next_us, WORD)

    def goes_on(self, change: Change) -> bool:
        """Say whether who left a slot that is over was in the one that answers now."""
        segment = self.library.slots[change.slot].segment
        answers = self.library.segments[segment].answers
        return any(
            slot == answers
            and since_us <= change.at_us
            and (not until_us or until_us > change.at_us)
            for slot, since_us, until_us, _, _ in self.members.spans(change.person_id)
        )

    # -- asking ---------------------------------------------------------------

    def strands(self, person_id: int) -> Sequence[int]:
        """Give a person's strands, the oldest first; none if there is no such."""
        return self._sight.strands(person_id)

    def noted(self, strands: Sequence[int]) -> list[Held]:
        """Give what strands noted, by leaf."""
        return list(self._notes.of(strands))

    def judged(self, strands: Sequence[int], now_us: int) -> Judged:
        """Judge who has these strands, as of a moment; changes nothing."""
        return self._judging.judged(strands, now_us)

    def forget(self, person_id: int) -> None:
        """Keep nothing of a person who is erased, but in counts of days gone by.

        What their strands noted went as these were dropped (habitue.state.registry).
        """
        self.members.forget(person_id, self.library)
        self._judging.forget(person_id)
        self._judging.bought.forget()
        self._notes.forget()
