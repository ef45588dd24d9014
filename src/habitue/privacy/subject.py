"""Whom a request is about: their identifiers, and all records that are theirs.

An anchor and a contact in its tenure are a person's own: every record that names one
is theirs, whoever else it names, for it can't be parted. A device is theirs as a whole
where nobody else ever signed in on it, and else for as long as it was handed to them;
there a record that names somebody else is that one's.
"""

from collections.abc import Generator, Iterator, Sequence

from msgspec import Struct

from habitue.identity.history import mentioned
from habitue.identity.resolve import Resolver
from habitue.model.evidence import Evidence, Judgement
from habitue.model.identifier import Identifier
from habitue.model.person import Node, Person


class Former(Struct, frozen=True):
    """A contact that was theirs between two times and is somebody else's since."""

    identifier: Identifier
    since_us: int
    until_us: int


class Subject(Struct, frozen=True, kw_only=True):
    """A person whom a request is about, as identity knows them now.

    own: the identifiers that are theirs alone; former: those that were theirs;
    records: offsets of all that is theirs, ascending; shared: how many of these name
    others, too.
    """

    person_id: int
    strands: tuple[int, ...]
    own: tuple[Identifier, ...]
    former: tuple[Former, ...] = ()
    records: tuple[int, ...]
    shared: int = 0


# Yields after each bit of work, and gives what it found at its end.
Finding = Generator[None, None, Subject]
_Work = Generator[None, None, None]


def subject_of(identity: Resolver, person: Person) -> Finding:
    """Find all that is a person's, a record at a time."""
    return _Finding(identity, person).subject()


class _Finding:
    def __init__(self, identity: Resolver, person: Person) -> None:
        self._identity = identity
        self._person = person
        self._devices = identity.devices
        self._own = dict.fromkeys(node.identifier for node in person.nodes)
        self._found: set[int] = set()
        self._shared = 0

    def subject(self) -> Finding:
        person = self._person
        for node in person.nodes:
            whole = node.since is None and node.until is None
            yield from self._take(node.identifier, None if whole else {node.strand})
        for device in dict.fromkeys(one.identifier for one in person.stretches):
            yield from self._take_device(device)
        if person.shared is not None:
            yield from self._take_shared(person.shared)
        for offset in list(self._found):
            self._take_rulings(offset)
            yield
        former = _former(person.nodes)
        return Subject(
            person_id=person.person_id,
            strands=person.strands,
            own=tuple(one for one in self._own if one not in _names(former)),
            former=former,
            records=tuple(sorted(self._found)),
            shared=self._shared,
        )

    def _take(self, one: Identifier, strands: set[int] | None) -> _Work:
        """Take what names an identifier, within strands of it or at any time."""
        for offset in self._named(one, strands):
            if offset not in self._found:
                self._found.add(offset)
                self._shared += bool(self._others(offset))
            yield

    def _named(self, one: Identifier, strands: set[int] | None) -> Iterator[int]:
        identity = self._identity
        number = identity.number(one)
        if number is None:
            return
        for at_us, offset in identity.mentions(number):
            if strands is None or identity.strand_at(number, at_us, offset) in strands:
                yield offset

    def _take_device(self, device: Identifier) -> _Work:
        """Take what a device told of this person, and of nobody else."""
        strands: set[int] | None = set(self._person.strands)
        if self._is_alone_on(device):
            self._own[device] = None
            strands = None
        for offset in self._named(device, strands):
            if not self._others(offset):
                self._found.add(offset)
            yield

    def _is_alone_on(self, device: Identifier) -> bool:
        """Say whether whatever else was told on a device is a stranger's."""
        identity = self._identity
        number = identity.number(device)
        if number is None or identity.is_shared_device(number):
            return False
        for strand in identity.strands(number):
            person_id = identity.person_of(strand)
            if person_id in (None, self._person.person_id):
                continue
            if identity.outline(person_id or 0, 1).known:
                return False
        return True

    def _take_shared(self, contact: Identifier) -> _Work:
        """Take what a contact decides that is nobody's own."""
        self._own[contact] = None
        number = self._identity.number(contact)
        for _, offset in () if number is None else self._identity.mentions(number):
            if not self._others(offset):
                self._found.add(offset)
            yield

    def _others(self, offset: int) -> list[Identifier]:
        """Give whom else than this person a record names."""
        record = self._identity.evidence(offset)
        named = () if record is None else mentioned(record, self._identity.policy)
        return [
            one
            for one in named
            if one not in self._own and one.kind not in self._devices
        ]

    def _take_rulings(self, offset: int) -> None:
        """Take what retracted or restored a record: it calls it by its id."""
        record: Evidence | Judgement | None = self._identity.evidence(offset)
        if record is None:
            return
        for ruling in self._identity.forgetting.rulings(record.key):
            if ruling not in self._found:
                self._found.add(ruling)
                self._take_rulings(ruling)


def _former(nodes: Sequence[Node]) -> tuple[Former, ...]:
    """Give the contacts that are theirs no more; what came back to them is."""
    theirs = {node.identifier for node in nodes if node.until is None}
    return tuple(
        Former(
            node.identifier,
            0 if node.since is None else node.since.at_us,
            node.until.at_us,
        )
        for node in nodes
        if node.until is not None and node.identifier not in theirs
    )


def _names(former: Sequence[Former]) -> frozenset[Identifier]:
    return frozenset(one.identifier for one in former)
