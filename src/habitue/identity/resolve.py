"""Identity as it stands after each record: the incremental form of the definition.

What it keeps is a function of the log. After every record it equals
habitue.identity.meaning.resolve of all records so far.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from habitue.identity.book import Book, FindKey
from habitue.identity.forgetting import Forgetting
from habitue.identity.moved import Moved
from habitue.identity.observing import Observing
from habitue.identity.parts import Parts
from habitue.identity.placement import Placement, Placing, placed
from habitue.identity.portraying import Portraying
from habitue.identity.quick import Quick
from habitue.identity.reading import Outline, Reading
from habitue.identity.recent import EvidenceAt, EvidenceOf, Told
from habitue.model.evidence import Evidence, Judgement, Key
from habitue.model.identifier import Identifier, birth
from habitue.model.kind import Kind, KindPolicy
from habitue.model.person import Person, Refusal
from habitue.state.store import Store

__all__ = ["Placement", "Resolver"]

_ALL = 2**62


class Resolver:
    """Takes evidence and judgements in the order of the log; answers who is who."""

    def __init__(
        self,
        store: Store,
        policy: KindPolicy,
        evidence_at: EvidenceAt,
        find: FindKey,
        evidence_of: EvidenceOf | None = None,
    ) -> None:
        """Make the tables in a store that is not open yet.

        evidence_at(offset) reads a record of the log again, evidence_of(offsets) some
        at once; find(key) tells where one lies (habitue.log.port.Truth.find).
        """
        self._book = Book(store, policy, evidence_at, find)
        self._book.recent.evidence_of = evidence_of
        self._parts = Parts(self._book)
        self._reading = Reading(self._parts)
        self.moved = Moved(self._reading)
        self._portraying = Portraying(self._parts, self._reading, store.making)
        self._quick = Quick(self._parts)
        self._observing = Observing(self._parts, self._quick)
        self.forgetting = Forgetting(self._book)

    @property
    def policy(self) -> KindPolicy:
        """Give the kinds known so far, with their policy."""
        return self._book.policy

    @property
    def devices(self) -> Collection[str]:
        """Give the kinds that are devices; those added later come into it."""
        return self._book.devices

    def add_kind(self, kind: Kind) -> None:
        """Know one more kind from here on; known ones stay what they are."""
        if kind.name not in self._book.role:
            self._book.add_kind(kind)

    # What is told.

    def go_on(self, told: Told, key: Key, offset: int) -> int | None:
        """Take an item in that only goes on with a visit, as most do; give its strand.

        None, and nothing done, for any other: it is to be observed. Here and there
        each gets the same answer; this way needs no evidence to be made.
        """
        if told.formerly is not None or self._book.people.pending():
            return None
        strand = self._quick.everyday.take(told, key, offset)
        if strand is not None:
            self._book.recent.remember_told(told, key, offset)
        return strand

    def observe(self, evidence: Evidence) -> Placement:
        """Take an item of the log; offsets count upwards."""
        return placed(self.take(evidence))

    def judge(self, judgement: Judgement) -> Placement:
        """Take a judgement of the log; the strand of the answer is None."""
        return placed(self.rule(judgement))

    def take(self, evidence: Evidence) -> Placing:
        """Take an item as observe does, or give the steps that do it.

        Until the last of them nothing else may be told, and what is asked may be
        answered by half of the change.
        """
        return self._observing.observe(evidence)

    def rule(self, judgement: Judgement) -> Placing:
        """Take a judgement as judge does, or give the steps that do it."""
        return self._observing.judge(judgement)

    # What is asked.

    def number(self, identifier: Identifier) -> int | None:
        """Give the number of an identifier; None if nothing ever named it."""
        return self._book.number(identifier)

    def identifier(self, number: int) -> Identifier | None:
        """Give the identifier of a number; None if there is none."""
        row = self._book.rows.get(number)
        return None if row is None else Identifier(row.kind, row.value)

    def numbers(self, after: int, until: int, limit: int) -> list[int]:
        """Give numbers of identifiers behind one that a record until one named first.

        In that order; fewer than asked for are the last there are.
        """
        page = self._book.rows.page(after, limit)
        return [number for number, _ in page if number < birth(until + 1, 0)]

    def number_at(self, strand: int) -> int:
        """Give the number of the identifier that a strand belongs to."""
        return self._book.number_at(strand)

    def mentions(self, number: int) -> Iterator[tuple[int, int]]:
        """Give (at_us, offset) of all records that name an identifier, in no order.

        Those that are retracted and judgements, too.
        """
        return ((at, offset) for at, offset, _ in self._book.entries(number))

    def is_shared_device(self, number: int) -> bool:
        """Say whether a source that shoppers share told of a device."""
        device = self._book.row(number).device
        return device is not None and device.marks > 0

    def evidence(self, offset: int) -> Evidence | Judgement | None:
        """Read what a record says about who is who; None if nothing, or erased."""
        return self._book.record(offset)

    def items(
        self,
        number: int,
        *,
        low: tuple[int, int] = (0, 0),
        high: tuple[int, int] = (2**62, 0),
        limit: int = 1_000,
        newest_first: bool = False,
    ) -> list[tuple[int, int]]:
        """Give (at_us, offset) of the items in force that an identifier decides."""
        held = self._book.items.span(
            number * 2 + 1, low=low, high=high, limit=limit, newest_first=newest_first
        )
        return [(at_us, offset) for at_us, offset, _ in held]

    def bring_items(self, strands: Iterable[int]) -> None:
        """Load the items of strands that are asked for next, all at once."""
        numbers = {self._book.number_at(strand) for strand in strands}
        self._book.items.prefetch(number * 2 + 1 for number in numbers)

    def strand_at(self, number: int, at_us: int, offset: int) -> int:
        """Give the strand that an item of an identifier belongs to now."""
        return self._book.place_at(number, at_us, offset)

    def items_in(self, strand: int) -> Iterator[tuple[int, int]]:
        """Give (at_us, offset) of the items in force of a device's stretch, in order.

        Those that the device decides: no others lie in a strand of it.
        """
        number = self._book.number_at(strand)
        since, until = self._reading.bounds(strand)
        found = self._book.order.within(number, since, until, number * 2 + 1)
        return ((one.at_us, one.offset) for one in found)

    def strand_of(self, evidence: Evidence) -> int | None:
        """Say which strand an item belongs to now; None if it is nobody's or void."""
        if not evidence.identifiers or self.is_retracted(evidence.key):
            return None
        if not self.knows(evidence):
            return None
        item = self._book.item(evidence)
        return self._book.place(self._book.decider(item.numbers), item.moment)

    def knows(self, evidence: Evidence) -> bool:
        """Say whether state holds all that an item names: what it forgot it doesn't."""
        return all(self._book.number(one) is not None for one in evidence.identifiers)

    def is_retracted(self, key: Key) -> bool:
        """Say whether the item of a key is out of force."""
        return self._observing.is_retracted(key)

    def is_ruled(self, key: Key) -> bool:
        """Say whether an item was ever put out of force, or in again."""
        return self._observing.is_ruled(key)

    def bounds_us(self, strand: int) -> tuple[int | None, int | None]:
        """Say since when and until when a strand is, None: without an end.

        What lies at that very moment is for strand_at to tell.
        """
        since, until = self._reading.bounds(strand)
        return since[0] if since else None, until[0] if until else None

    def strands(self, number: int) -> list[int]:
        """Give all strands of an identifier now."""
        return self._reading.strands(number)

    def each_strand(self, number: int) -> Iterator[int]:
        """Give all strands of an identifier as they are asked for, in no order."""
        return self._reading.each_strand(number)

    def find(self, identifier: Identifier) -> int | None:
        """Say who holds an identifier now; None if no item in force carries it."""
        return self._reading.find(identifier)

    def current(self, person_id: int) -> int | None:
        """Say who an old person_id is now."""
        return self._reading.current(person_id)

    def birth(self, strand: int) -> int:
        """Give the id that a person has whose oldest strand this is."""
        return self._reading.birth(strand)

    def oldest(self, person_id: int) -> int | None:
        """Give the strand that a person has its id from; None if there is no such."""
        return self._book.people.oldest_of(person_id)

    def person_of(self, strand: int) -> int | None:
        """Say whose a strand is; None if nothing in force lies in it."""
        return self._reading.person_of(strand)

    def person(self, person_id: int, refusals_max: int = _ALL) -> Person | None:
        """Give a person with all that makes it; None if there is none of this id.

        refusals_max: of what was refused so many are told, of the others the number.
        """
        return self._portraying.person(person_id, refusals_max)

    def refusals(
        self, person: Person, after: tuple[int, int] | None, limit: int
    ) -> tuple[list[Refusal], tuple[int, int] | None]:
        """Give what was not joined to a person, behind a pair of strands, in order.

        Of so many pairs; with the pair behind which the rest is, None at the end.
        """
        return self._portraying.refusals(person, after, limit)

    def outline(self, person_id: int, strands_max: int) -> Outline:
        """Say whether an anchor or an own contact is theirs, and give some strands.

        Those of anchors and contacts come first. However large the person is, no
        more of it is read than that.
        """
        return self._reading.outline(person_id, strands_max)

    def parted(self, left: Person, right: Person) -> list[Key]:
        """Give the keys of the judgements not_same in force between two persons."""
        return self._portraying.parted(left, right)

    def apart(self, person: Person) -> set[int]:
        """Give the numbers of identifiers judged not the same as one of a person's."""
        return self._portraying.apart(person)

    @property
    def nobody(self) -> int:
        """Count the items in force that have no identifier."""
        return self._book.people.nobody()

    @property
    def known_people(self) -> int:
        """Count the people who hold an anchor or a contact."""
        return self._book.people.known()

    @property
    def vast_changes(self) -> int:
        """Count the changes since the start that reached more than 5,000 nodes."""
        return self._parts.uniting.vast

    @property
    def strangers(self) -> int:
        """Count the visitors of whom there is nothing but a device."""
        return self._book.people.strangers()

    def people(self, after: int = 0, limit: int = 100) -> list[int]:
        """Give the ids of people above one, ascending."""
        return self._reading.people(after, limit)

    def bring(self, people: Sequence[int]) -> None:
        """Load what people are made of whose ids are asked for next, all at once."""
        self._reading.bring(people)

    def identifiers(self, person_id: int) -> list[Identifier]:
        """Give what a person is named by but for devices, by rank and value."""
        return self._reading.identifiers(person_id)
