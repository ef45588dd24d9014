"""A late item in a device's line: turned anew only until the line goes on as before."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import structs

from habitue.base.steps import FEW, MANY, Steps, parts
from habitue.identity import rows
from habitue.identity.book import Item
from habitue.identity.order import Mention
from habitue.identity.past import begins
from habitue.identity.rows import Device, Moment, Stretch
from habitue.identity.turning import Turning, end, take
from habitue.model.evidence import Evidence

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

    def insert(self, number: int, item: Item) -> Steps[Turned | None]:
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
        until = yield from self._run(number, item, line, device)
        end(line.stretches, until)
        yield from self._look(number, line.stretches)
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
    ) -> Steps[Moment | None]:
        """Turn the line on until it goes on as before; say where that begins.

        By then the device is held by the same in either line, since the same item.
        """
        rule = self.turning.rule(line.device)
        login = device.login or _END
        held = line.old
        for at, one in enumerate(self._from(number, line.after)):
            if at % FEW == FEW - 1:
                yield
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

    def _look(self, number: int, stretches: list[Stretch]) -> Steps[None]:
        """Find the births of stretches in a row, and in which an item lies."""
        both = number * 2, number * 2 + 1
        for one in stretches:
            least = 0
            within = self.book.order.within(number, one.since, one.until, *both)
            for some in parts(within, MANY):
                for _, offset, flags in some:
                    least = min(offset, least or offset)
                    if not flags & rows.OUT_OF_FORCE:
                        one.seen = True
                yield
            if least:
                one.birth = self.book.births.at(number, least)

    # Items by (t, key), from a moment on or backwards.

    def _before(self, number: int, moment: Moment) -> Moment | None:
        found = self._items(self.book.order.backwards(number, moment))
        return next((one.moment for one in found), None)

    def _from(self, number: int, after: Moment | None) -> Iterator[Item]:
        return self._items(self.book.order.onwards(number, after))

    def _items(self, mentions: Iterator[Mention]) -> Iterator[Item]:
        for _, offset, flags in mentions:
            one = None if flags & rows.OUT_OF_FORCE else self.book.record(offset)
            if isinstance(one, Evidence):
                yield self.book.item(one)


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
