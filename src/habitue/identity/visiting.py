"""The devices of an item whose other identifiers are new or stay as they are.

A device is new, goes on as it went, or is handed to whoever signs in on it. Each is
looked at before anything is written, so that an item can still go another way.
"""

from msgspec import Struct

from habitue.identity.book import Book, moment_of
from habitue.identity.devices import Devices
from habitue.identity.parts import flags_of
from habitue.identity.people import Who
from habitue.identity.rows import Device, Row, Stretch
from habitue.identity.seen import Seen
from habitue.model.evidence import Evidence
from habitue.model.identifier import IDENTIFIERS_MAX
from habitue.model.strand import STRANDS_MAX


class Visited(Struct, gc=False):
    """A device of an item as it was found; no row: it is new."""

    number: int
    row: Row | None = None
    # Its latest stretch goes on, and nothing else changes.
    goes_on: bool = False


class Visiting:
    """Takes the devices of an item in, behind the anchors and contacts it names."""

    def __init__(self, book: Book, devices: Devices) -> None:
        self._book = book
        self._devices = devices
        # Where the hold of a device may run out, each item has to be looked at.
        self._holds = book.policy.hold_us is None
        # What these lines call for each device.
        self._edit = book.rows.edit
        self._put = book.items.put

    def look(
        self, evidence: Evidence, numbers: list[int | None], login: int | None
    ) -> list[Visited] | None:
        """Find an item's devices; nothing at all if one is to be looked at closer.

        numbers: theirs; login: the strand that decides the item, None if a device
        does.
        """
        found: list[Visited] = []
        at = len(evidence.identifiers) - len(numbers)
        for position, number in enumerate(numbers, at):
            kind, _ = evidence.identifiers[position]
            if self._book.other[kind]:
                # An address, though a device: contacts count it.
                return None
            if number is None:
                born = evidence.offset * IDENTIFIERS_MAX + position
                found.append(Visited(born))
                continue
            one = self._known(evidence, number, login)
            if one is None:
                return None
            found.append(one)
        return found

    def _known(
        self, evidence: Evidence, number: int, login: int | None
    ) -> Visited | None:
        row = self._edit(number)
        if row is None or row.apart or not row.items or evidence.at_us <= row.last_at:
            return None
        device = row.device
        if device is None:
            return None
        if (
            device.stretch.seen
            and self._holds
            and not (device.marks or evidence.shared_device)
            and (
                login is None
                or (login == device.stretch.holder and device.login is not None)
            )
        ):
            return Visited(number, row, True)
        seen = Seen(number, row, 0, False, True)
        if not self._devices.may(evidence, seen, login, counts=True):
            return None
        return Visited(number, row)

    def take(self, evidence: Evidence, found: list[Visited], login: int | None) -> int:
        """Take in the devices found, and give the strand of the first of them."""
        own = 0
        for one in found:
            decides = login is None and not own
            at_us, offset, flags = evidence.at_us, evidence.offset, flags_of(evidence)
            self._put(one.number * 2 + decides, at_us, offset, flags)
            placed = self._place(evidence, one, login)
            own = own or placed
        return own

    def _place(self, evidence: Evidence, one: Visited, login: int | None) -> int:
        row = one.row
        if row is None or row.device is None:
            return self._bear(evidence, one.number, login)
        row.items += 1
        row.last_at, row.last_offset = evidence.at_us, evidence.offset
        if one.goes_on:
            row.device.latest = moment_of(evidence)
            return row.device.stretch.birth * STRANDS_MAX
        seen = Seen(one.number, row, 0, False, True)
        return self._devices.take(evidence, seen, login, counts=True)

    def _bear(self, evidence: Evidence, number: int, login: int | None) -> int:
        """Make the row of a new device: one stretch, somebody's or a stranger's."""
        book, moment = self._book, moment_of(evidence)
        own = number * STRANDS_MAX
        stretch = Stretch(birth=number, seen=True)
        device = Device(
            stretch,
            marks=int(evidence.shared_device),
            earliest=moment,
            latest=moment,
        )
        if login is None:
            book.people.enlist(number, own, Who.STRANGER, new=True)
        else:
            stretch.holder, stretch.login = login, evidence.offset
            device.login = moment
            book.handed.put(login, number, 0, own)
        kind, value = evidence.identifiers[number % IDENTIFIERS_MAX]
        row = Row(kind, value, 1, evidence.at_us, evidence.offset, device=device)
        book.numbers.put(f"{kind}:{value}", number)
        book.rows.put(number, row)
        return own
