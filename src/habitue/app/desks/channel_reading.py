"""Reads out of the log what a report by channel rests on.

Only the log still has how each visit began, so only from it can a report be by other
rules than those of the time. It is read a page at a time in a thread, and looked at in
slices of the loop, for who somebody is can be asked here alone (docs/why/channels.md).
"""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from habitue.app.desks.slices import Slices
from habitue.app.projection.evidence import event_of
from habitue.base.clock import DAY_US, MINUTE_US
from habitue.base.errors import InvalidError
from habitue.measure.channel_report import ChannelReport, Sold
from habitue.measure.channels import channel_of_touch
from habitue.measure.touch import Touch, touch_of
from habitue.measure.visits import Seen, Visit, channel_at, visits_of
from habitue.model.channel import ChannelRules
from habitue.model.event import Event
from habitue.model.evidence import Evidence
from habitue.model.order import PurchaseKind
from habitue.model.record import Record, RecordKind
from habitue.profile.report import PURCHASE_EVENTS

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

PAGE_RECORDS = 1000
# So many ways to a page are remembered with their channel: most visits share a few.
TOUCHES_MAX = 10_000
_PAGES = frozenset({"page", "screen"})


class _Glance(Struct, gc=False):
    """What says whether an event is looked at any closer."""

    type: str
    name: str
    at_us: int


_glance = msgspec.json.Decoder(_Glance).decode


class _Facts:
    """What was found: by strand who was there when, and which strands bought."""

    def __init__(self, rules: ChannelRules) -> None:
        self._rules = rules
        self._channels: dict[Touch, str] = {}
        self.seen: dict[int, list[Seen]] = {}
        self.bought: set[int] = set()
        self.count = 0

    def add(self, record: Record, event: Event, strand: int) -> None:
        self.count += 1
        if event.name in PURCHASE_EVENTS:
            self.bought.add(strand)
        touch = touch_of(event)
        if touch is not None or event.type in _PAGES:
            channel = None if touch is None else self._channel(touch)
            one = Seen(event.at_us, record.offset, channel)
            self.seen.setdefault(strand, []).append(one)

    def _channel(self, touch: Touch) -> str:
        channel = self._channels.get(touch)
        if channel is None:
            if len(self._channels) >= TOUCHES_MAX:
                self._channels.clear()
            channel, _ = channel_of_touch(self._rules, touch)
            self._channels[touch] = channel
        return channel


class ChannelReading:
    """Makes reports of what a home has folded."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        limits = home.engine.settings.channels
        self._idle_us = limits.visit_idle_minutes * MINUTE_US
        self._facts_max = limits.report_facts_max

    async def report(self, rules: ChannelRules, first: int, last: int) -> ChannelReport:
        """Report on what happened from a day through one, by some rules."""
        days = self._home.fold.profiles.days
        report = ChannelReport(days, first, last)
        since_us, end_us = days.begins_us(first), days.begins_us(last + 1)
        # Visits under way when the span begins began before it.
        facts = await self._read(rules, since_us - DAY_US, end_us)
        slices = Slices(self._home.fold)
        for person_id, strands in (await self._people(facts)).items():
            seen = (one for strand in strands for one in facts.seen.get(strand, ()))
            visits = visits_of(seen, self._idle_us)
            for visit in visits:
                report.visit(person_id, visit)
            if not facts.bought.isdisjoint(strands):
                self._add_orders(report, person_id, visits)
            await slices.turn()
        for day in range(first, last + 1):
            report.rest(day, self._sold(day))
            await slices.turn()
        return report

    async def _read(self, rules: ChannelRules, since_us: int, end_us: int) -> _Facts:
        truth, facts, slices = (
            self._home.engine.truth,
            _Facts(rules),
            Slices(self._home.fold),
        )
        after, head = 0, self._home.fold.offset
        while after < head:
            page = await asyncio.to_thread(truth.read, after, PAGE_RECORDS)
            if not page:
                break
            for record in page:
                if record.offset <= head:
                    self._take(facts, record, (since_us, end_us))
                await slices.turn()
            after = page[-1].offset
        return facts

    def _take(self, facts: _Facts, record: Record, span: tuple[int, int]) -> None:
        if record.kind is not RecordKind.EVENT or record.body is None:
            return
        try:
            glance = _glance(record.body)
            if not span[0] <= glance.at_us < span[1] or not _tells(glance, record):
                return
            event = event_of(record)
        except msgspec.MsgspecError:
            # Nobody can read it; it is counted among the faults.
            return
        if event is None or self._is_played(record):
            return
        # What is marked is no evidence, and so no visit.
        evidence = self._home.fold.undone.evidence(record)
        if not isinstance(evidence, Evidence):
            return
        strand = self._home.fold.identity.strand_of(evidence)
        if strand is None:
            return
        facts.add(record, event, strand)
        if facts.count > self._facts_max:
            raise InvalidError(
                f"More than {self._facts_max:,} page views and orders lie in these"
                " days; ask for fewer, or set channels.report_facts_max."
            )

    def _is_played(self, record: Record) -> bool:
        return self._home.fold.source(record.source).simulated

    async def _people(self, facts: _Facts) -> dict[int, list[int]]:
        """Give the strands of each person, as who is who stands now."""
        slices, found = Slices(self._home.fold), dict[int, list[int]]()
        for strand in sorted(facts.seen.keys() | facts.bought):
            person_id = self._home.fold.identity.person_of(strand)
            if person_id is not None:
                found.setdefault(person_id, []).append(strand)
            await slices.turn()
        return found

    def _add_orders(
        self, report: ChannelReport, person_id: int, visits: list[Visit]
    ) -> None:
        for at_us, currency, minor in self._orders(person_id):
            if report.covers(at_us):
                channel = channel_at(visits, at_us, self._idle_us)
                report.orders(at_us, channel, currency, (1, minor))

    def _orders(self, person_id: int) -> Iterator[tuple[int, str, int]]:
        """Give (at_us, currency, minor units) of a person's orders that count."""
        fold = self._home.fold
        person = fold.identity.person(person_id, 0)
        if person is None:
            return
        for one in fold.profiles.purchases(person.strands):
            if one.kind is PurchaseKind.ORDER and one.counted and not one.simulated:
                yield one.at_us, one.currency, one.amount_minor

    def _sold(self, day: int) -> dict[str, Sold]:
        """Give all of the shop's orders of a day, by currency."""
        totals = self._home.fold.profiles.totals(day, day)
        found: dict[str, Sold] = {}
        for row in totals.rows:
            if row.kind is PurchaseKind.ORDER and not row.simulated:
                objects, minor = found.get(row.currency, (0, 0))
                found[row.currency] = (objects + row.objects, minor + row.amount_minor)
        return found


def _tells(glance: _Glance, record: Record) -> bool:
    """Say whether an event may tell of a visit or an order."""
    return (
        glance.type in _PAGES
        or glance.name in PURCHASE_EVENTS
        or b'"page":' in (record.body or b"")
    )
