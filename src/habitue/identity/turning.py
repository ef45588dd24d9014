"""Whose a device is: its stretches, item by item, in a row (rules 11 and 12)."""

from itertools import pairwise
from typing import NamedTuple

from habitue.base.steps import FEW, MANY, Steps, parts
from habitue.identity.book import Book, Item
from habitue.identity.past import begins
from habitue.identity.people import Who
from habitue.identity.rows import Device, Moment, Stretch
from habitue.model.strand import strand


class Turn(NamedTuple):
    """An item of a device: when, by which strand if it is a login, and if it ends."""

    moment: Moment
    offset: int
    login: int | None
    ends: bool


class Rule(NamedTuple):
    """How long a device is held without an item, and how far back a login reaches."""

    hold_us: int | None
    adopt_us: int


class Turning:
    """Takes a device's items, in order, into its stretches."""

    def __init__(self, book: Book) -> None:
        self.book = book
        policy = book.policy
        self.own = Rule(policy.hold_us, policy.adopt_us)
        self.everybodys = Rule(policy.shared_hold_us, 0)

    def rule(self, device: Device) -> Rule:
        return self.everybodys if device.marks else self.own

    def turn(self, number: int, item: Item) -> Turn | None:
        """Say what an item is to a device; None if it does not count for it."""
        by = self.book.decider(item.numbers)
        if by in self.book.row(number).apart:
            return None
        login = None if self.book.is_device(by) else self.book.place(by, item.moment)
        return Turn(item.moment, item.offset, login, item.evidence.ends)

    def refold(self, number: int) -> Steps[tuple[Device, list[Stretch]]]:
        """Fold a device's stretches anew from all its items in force."""
        items = yield from self.book.carried(number)
        marks = sum(item.evidence.shared_device for item in items)
        device = Device(Stretch(), marks=marks)
        stretches = [device.stretch]
        turns: list[Turn] = []
        for some in parts(items, FEW):
            found = (self.turn(number, item) for item in some)
            turns += (turn for turn in found if turn is not None)
            yield
        for these in parts(turns, MANY):
            for turn in these:
                take(device, turn, self.rule(device), stretches)
            yield
        end(stretches, None)
        yield from self._see(stretches, turns)
        yield from self._bear(number, stretches)
        return device, stretches

    def _see(self, stretches: list[Stretch], turns: list[Turn]) -> Steps[None]:
        at, last = 0, len(stretches) - 1
        for some in parts(turns, MANY):
            for turn in some:
                while at < last and begins(stretches[at + 1]) <= turn.moment:
                    at += 1
                stretches[at].seen = True
            yield

    def _bear(self, number: int, stretches: list[Stretch]) -> Steps[None]:
        births, since = [number], list[Moment]()
        for some in parts(stretches[1:], MANY):
            since += map(begins, some)
            yield
        if since:
            births = yield from self.book.births.of_spans(number, since)
        for stretch, birth in zip(stretches, births, strict=True):
            stretch.birth = birth

    def relist(self, old: list[Stretch], new: list[Stretch]) -> Steps[None]:
        """List the stretches of a device as they are now, not as they were."""
        before = {(one.birth, one.holder): one for one in old if one.seen}
        now = {(one.birth, one.holder): one for one in new if one.seen}
        for some in parts(before.items(), FEW):
            for own, one in some:
                if own not in now:
                    self.delist(one)
            yield
        for some in parts(now.items(), FEW):
            for own, one in some:
                if own not in before:
                    self.enlist(one)
            yield

    def enlist(self, stretch: Stretch) -> None:
        """List a stretch with its holder or among the people."""
        if not stretch.seen:
            return
        own = strand(stretch.birth, 0)
        if stretch.holder is None:
            self.book.people.enlist(stretch.birth, own, Who.STRANGER)
        else:
            self.book.handed.put(stretch.holder, stretch.birth, 0, own)

    def delist(self, stretch: Stretch) -> None:
        """Take a stretch off the lists again."""
        if not stretch.seen:
            return
        if stretch.holder is None:
            self.book.people.delist(stretch.birth, Who.STRANGER)
        else:
            self.book.handed.remove(stretch.holder, stretch.birth, 0)


def take(device: Device, turn: Turn, rule: Rule, stretches: list[Stretch]) -> None:
    """Take the device's next item; new stretches are added to the list."""
    _lapse(device, turn, rule, stretches)
    if turn.login is not None:
        _login(device, turn, rule, stretches)
    if turn.ends:
        _release(device, (*turn.moment[:3], 1), stretches)
    device.earliest = device.earliest or turn.moment
    device.latest = turn.moment


def lapses(device: Device, at_us: int, rule: Rule) -> Moment | None:
    """Say when the hold of a device had run out before a moment; None: it had not."""
    if rule.hold_us is None or device.latest is None:
        return None
    if at_us - device.latest[0] <= rule.hold_us:
        return None
    return (device.latest[0] + rule.hold_us + 1, "", "", 0)


def adopts(device: Device, moment: Moment, rule: Rule) -> Moment | None:
    """Say since when a first login takes over the items; None: all there are."""
    young: Moment = (moment[0] - rule.adopt_us + 1, "", "", 0)
    since = min(moment, max(young, device.reach or young))
    if device.earliest is not None and device.earliest < since:
        return since
    return None


def _lapse(device: Device, turn: Turn, rule: Rule, stretches: list[Stretch]) -> None:
    lapsed = lapses(device, turn.moment[0], rule)
    if lapsed is not None:
        _release(device, lapsed, stretches)


def _release(device: Device, moment: Moment, stretches: list[Stretch]) -> None:
    device.reach = moment
    if device.stretch.holder is not None:
        _open(device, Stretch(since=moment), stretches)


def _login(device: Device, turn: Turn, rule: Rule, stretches: list[Stretch]) -> None:
    held = device.stretch
    if device.login is None:
        device.login = turn.moment
        since = adopts(device, turn.moment, rule)
        if since is None:
            held.holder, held.login = turn.login, turn.offset
        else:
            _open(device, Stretch(since, turn.login, turn.offset), stretches)
    elif held.holder != turn.login:
        _open(device, Stretch(turn.moment, turn.login, turn.offset), stretches)


def _open(device: Device, stretch: Stretch, stretches: list[Stretch]) -> None:
    device.stretch = stretch
    stretches.append(stretch)


def end(stretches: list[Stretch], until: Moment | None) -> None:
    """Let stretches end as the next one begins, the last at a moment."""
    for one, behind in pairwise(stretches):
        one.until = behind.since
    stretches[-1].until = until
