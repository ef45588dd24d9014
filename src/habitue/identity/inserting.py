"""A late item in a device's line: turned anew only until the line goes on as before."""

import heapq
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from msgspec import structs

from habitue.identity import rows
from habitue.identity.book import Item
from habitue.identity.past import begins
from habitue.identity.rows import Device, Moment, Stretch
from habitue.identity.turning import Turning, end, take
from habitue.model.evidence import Evidence

# Entries read at once: first few, as the line mostly goes on as before soon.
_PAGE_MIN = 8
_PAGE_MAX = 1_000
_END: Moment = (2**62, "", "", 0)


class Line(NamedTuple):
    """A device as it stood before the first item that is turned anew.

    old: the stretch it was in by then; stretches: that one, to be turned on; after:
    the last item that stays as it is; None: all are turned anew.
    """

    device: Device
    old: Stretch
    stretches: list[Stretch]
    after: Moment | None


class Turned(NamedTuple):
    """A device turned anew: its stretches in a span of time, as they were and are."""

    device: Device
    old: list[Stretch]
    new: list[Stretch]


class Inserting:
    """Takes an item that came late into the stretches of its device."""

    def __init__(self, turning: Turning) -> None:
        self.turning = turning
        self.book = turning.book

    def insert(self, number: int, item: Item) -> Turned | None:
        """Give a device and its stretches with one more item in force.

        None if it may change more than the line from there on: what the first login
        adopts, by which rule the device is held, or which items count at all.
        """
        row = self.book.row(number)
        device = row.device
        if device is None or device.login is None or row.apart:
            return None
        if item.evidence.shared_device and not device.marks:
            return None
        line = self._start(number, item, device)
        until = self._run(number, item, line, device)
        end(line.stretches, until)
        self._look(number, line.stretches)
        old = self.book.past.run(number, device, line.old, until)
        latest = line.device.stretch if until is None else device.stretch
        joined = _joined(device, line.device, latest, item.moment)
        return Turned(joined, old, line.stretches)

    def _start(self, number: int, item: Item, device: Device) -> Line:
        """Find how the device stood just before the item."""
        marks = device.marks + item.evidence.shared_device
        before = self._before(number, item.moment)
        if before is None or device.login is None or before < device.login:
            # It may be the first login, or change what that adopts.
            first = Stretch()
            old = self.book.past.at(number, device, begins(first))
            return Line(Device(first, marks=marks), old, [first], None)
        old = self.book.past.at(number, device, _behind(before))
        held = structs.replace(old, birth=0, seen=False)
        own = structs.replace(device, stretch=held, marks=marks, latest=before)
        return Line(own, old, [held], before)

    def _run(
        self, number: int, item: Item, line: Line, device: Device
    ) -> Moment | None:
        """Turn the line on until it goes on as before; say where that begins.

        By then the device is held by the same in either line, since the same item.
        """
        rule = self.turning.rule(line.device)
        login = device.login or _END
        held = line.old
        for one in self._from(number, line.after):
            turn = self.turning.turn(number, one)
            if turn is None:
                continue
            take(line.device, turn, rule, line.stretches)
            if turn.moment > item.moment and turn.moment >= login:
                behind = _behind(turn.moment)
                if held.until is not None and held.until <= behind:
                    held = self.book.past.at(number, device, behind)
                if held.holder == line.device.stretch.holder:
                    return held.until
        return None

    def _look(self, number: int, stretches: list[Stretch]) -> None:
        """Find the births of stretches in a row, and in which an item lies."""
        until = stretches[-1].until or _END
        since = [*(begins(one) for one in stretches), until]
        least: dict[int, int] = {}
        for at_us, offset, flags in self.book.entries(
            number, max(0, since[0][0]), until[0]
        ):
            at = self.book.span(since, at_us, offset) - 1
            if 0 <= at < len(stretches):
                least[at] = min(offset, least.get(at, offset))
                if not flags & rows.OUT_OF_FORCE:
                    stretches[at].seen = True
        for at, offset in least.items():
            stretches[at].birth = self.book.birth(number, offset)

    # Items by (t, key), from a moment on or backwards.

    def _before(self, number: int, moment: Moment) -> Moment | None:
        found = self._walk(number, moment[0], newest_first=True)
        return next((one.moment for one in found if one.moment < moment), None)

    def _from(self, number: int, after: Moment | None) -> Iterator[Item]:
        found = self._walk(number, after[0] if after else 0, newest_first=False)
        return (one for one in found if after is None or one.moment > after)

    def _walk(self, number: int, at_us: int, *, newest_first: bool) -> Iterator[Item]:
        parts = (
            self._entries(part, at_us, newest_first)
            for part in (number * 2, number * 2 + 1)
        )
        merged = heapq.merge(*parts, reverse=newest_first)
        for _, tied in groupby(merged, key=itemgetter(0)):
            items = [self.book.record(offset) for _, offset, _ in tied]
            yield from sorted(
                (self.book.item(one) for one in items if isinstance(one, Evidence)),
                key=_moment,
                reverse=newest_first,
            )

    def _entries(
        self, part: int, at_us: int, newest_first: bool
    ) -> Iterator[tuple[int, int, int]]:
        low, high = (at_us, 0), (2**62, 0)
        if newest_first:
            low, high = (0, 0), (at_us + 1, 0)
        limit = _PAGE_MIN
        while True:
            page = self.book.items.span(
                part, low, high, limit=limit, newest_first=newest_first
            )
            yield from (one for one in page if not one[2] & rows.OUT_OF_FORCE)
            if len(page) < limit:
                return
            if newest_first:
                high = page[-1][:2]
            else:
                low = (page[-1][0], page[-1][1] + 1)
            limit = min(limit * 4, _PAGE_MAX)


def _joined(old: Device, line: Device, latest: Stretch, moment: Moment) -> Device:
    """Give the device whose line was turned anew up to where it goes on as before."""
    return structs.replace(
        line,
        stretch=latest,
        earliest=min(old.earliest or moment, moment),
        latest=max(old.latest or moment, moment),
        reach=max(filter(None, (old.reach, line.reach)), default=None),
    )


def _behind(moment: Moment) -> Moment:
    return (*moment[:3], 1)


def _moment(item: Item) -> Moment:
    return item.moment
