"""The fast path of a device: an item that leaves its earlier stretches as they are."""

from itertools import pairwise

from habitue.identity.book import Book, moment_of
from habitue.identity.rows import Device, Moment, Stretch
from habitue.identity.seen import Seen
from habitue.identity.turning import Rule, Turn, Turning, adopts, lapses, take
from habitue.model.evidence import Evidence
from habitue.model.strand import STRANDS_MAX


class Devices:
    """Takes an item into a device's stretches if no other item's place moves."""

    def __init__(self, book: Book, turning: Turning) -> None:
        self.book = book
        self.turning = turning

    def may(
        self, evidence: Evidence, one: Seen, login: int | None, *, counts: bool
    ) -> bool:
        """Say whether the item leaves all others of the device where they are.

        login: the strand that decides the item, None if a device does; counts: the
        device was not judged another's.
        """
        device = one.row.device
        if device is None or (
            evidence.shared_device and not device.marks and not one.fresh
        ):
            return False
        if not counts:
            return one.in_order
        rule = self._rule(evidence, device)
        if not one.in_order:
            turn = Turn(moment_of(evidence), evidence.offset, login, evidence.ends)
            return self._may_late(turn, one.number, device, rule)
        lapsed = lapses(device, evidence.at_us, rule)
        if lapsed is not None and lapsed[0] <= one.row.last_at:
            return False
        if login is not None and device.login is None:
            return lapsed is None and self._may_adopt(evidence, one, device, rule)
        return True

    def _rule(self, evidence: Evidence, device: Device) -> Rule:
        shared = device.marks or evidence.shared_device
        return self.turning.everybodys if shared else self.turning.own

    def _may_adopt(
        self, evidence: Evidence, one: Seen, device: Device, rule: Rule
    ) -> bool:
        since = adopts(device, moment_of(evidence), rule)
        return since is None or since[0] > one.row.last_at

    def _may_late(self, turn: Turn, number: int, device: Device, rule: Rule) -> bool:
        """Look at an item between others: it may lie in a stretch, but turn nothing."""
        if turn.ends or rule.hold_us is not None:
            return False
        stretch = self.book.past.at(number, device, turn.moment)
        if not stretch.seen or turn.login not in (None, stretch.holder):
            return False
        if device.login is None or turn.moment > device.login:
            return True
        return _leads(device, turn, rule)

    def take(
        self, evidence: Evidence, one: Seen, login: int | None, *, counts: bool
    ) -> int:
        """Take the item in; give the device's strand at it."""
        device = one.row.device
        if device is None:
            raise KeyError(one.number)
        device.marks += evidence.shared_device
        moment = moment_of(evidence)
        if self._goes_on(evidence, one, device, login):
            device.latest = moment
            return device.stretch.birth * STRANDS_MAX
        if not one.in_order:
            if counts:
                _lie_between(device, evidence, login)
            return self.book.past.at(one.number, device, moment).birth * STRANDS_MAX
        if counts:
            turn = Turn(moment, evidence.offset, login, evidence.ends)
            return self._turn(evidence, one, device, turn) * STRANDS_MAX
        self._lie_in(evidence, one, device.stretch, counts=False)
        return device.stretch.birth * STRANDS_MAX

    def _turn(self, evidence: Evidence, one: Seen, device: Device, turn: Turn) -> int:
        """Take the device's next item; give the birth of the stretch it lies in."""
        latest = device.stretch
        stretches = [latest]
        first_login = turn.login is not None and device.login is None
        if first_login:
            self.turning.delist(latest)
        take(device, turn, self.turning.rule(device), stretches)
        own = _at(stretches, turn.moment)
        self._lie_in(evidence, one, own, counts=True)
        for stretch, behind in pairwise(stretches):
            self.book.past.pass_by(one.number, stretch, behind.since)
        if first_login:
            self.turning.enlist(latest)
        return own.birth

    def _goes_on(
        self, evidence: Evidence, one: Seen, device: Device, login: int | None
    ) -> bool:
        """Say whether the latest stretch simply goes on, as it mostly does."""
        if not one.in_order or evidence.ends or one.row.apart:
            return False
        stretch = device.stretch
        if not stretch.seen or self.turning.rule(device).hold_us is not None:
            return False
        return login is None or (stretch.holder == login and device.login is not None)

    def _lie_in(
        self, evidence: Evidence, one: Seen, stretch: Stretch, *, counts: bool
    ) -> None:
        """Let the item lie in a stretch: it may be the first there."""
        if not stretch.birth:
            born = self.book.births.at(one.number, evidence.offset)
            self.book.past.bear(one.number, stretch, born)
        if counts and not stretch.seen:
            stretch.seen = True
            self.turning.enlist(stretch)


def _at(stretches: list[Stretch], moment: Moment) -> Stretch:
    """Find the stretch of these, in order, in which a moment at their end lies."""
    for stretch in reversed(stretches[1:]):
        if stretch.since is not None and stretch.since <= moment:
            return stretch
    return stretches[0]


def _leads(device: Device, turn: Turn, rule: Rule) -> bool:
    """Say whether an item before the first login leaves the adoption as it is.

    Only where the whole beginning was adopted, and still is.
    """
    if device.login is None or device.stretch.since or device.reach:
        return False
    login = device.login if turn.login is None else turn.moment
    earliest = min(device.earliest or turn.moment, turn.moment)
    return earliest[0] > login[0] - rule.adopt_us


def _lie_between(device: Device, evidence: Evidence, login: int | None) -> None:
    """Note an item that lies between others, or before them."""
    moment = moment_of(evidence)
    device.earliest = min(device.earliest or moment, moment)
    device.latest = max(device.latest or moment, moment)
    if login is not None and device.login and moment < device.login:
        device.login = moment
        device.stretch.login = evidence.offset
