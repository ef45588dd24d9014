"""Identity as it stands after each record: the incremental form of the definition.

What it keeps is a function of the log. After every record it equals
habitue.identity.meaning.resolve of all records so far.
"""

from collections.abc import Iterator
from typing import NamedTuple

from habitue.identity import rows
from habitue.identity.book import (
    Book,
    EvidenceAt,
    FindKey,
    Item,
    moment_of,
)
from habitue.identity.history import ranked
from habitue.identity.judging import Ruled
from habitue.identity.mentions import Mentions
from habitue.identity.parts import Parts
from habitue.identity.quick import Quick
from habitue.identity.reading import Outline, Reading
from habitue.identity.rows import Told
from habitue.identity.settling import Outcome, Settling
from habitue.model.evidence import Evidence, Judgement, Key, Verb
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy
from habitue.model.person import Person
from habitue.model.strand import identifier_no
from habitue.state.store import Store

_PAGE = 1_000


class Placement(NamedTuple):
    """Where an event belongs, and what must be folded anew because of it.

    strand: the event's; None if it is nobody's or was retracted. Then, in this
    order. gone: strands to be dropped. moved: strands that have another number now,
    old and new, all at once. refold: numbers of identifiers whose strands are to be
    dropped and folded again from items(no), each at strand_at(no, ..). anew: strands
    to be folded from items_in(strand), dropped already. What was just observed is
    among the items of the last two if it is theirs.
    """

    strand: int | None
    refold: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    moved: tuple[tuple[int, int], ...] = ()
    anew: tuple[int, ...] = ()

    @property
    def takes_in(self) -> bool:
        """Say whether folding anew takes in what was just observed."""
        return self.strand is not None and (
            identifier_no(self.strand) in self.refold or self.strand in self.anew
        )


class Resolver:
    """Takes evidence and judgements in the order of the log; answers who is who."""

    def __init__(
        self,
        store: Store,
        policy: KindPolicy,
        evidence_at: EvidenceAt,
        find: FindKey,
    ) -> None:
        """Make the tables in a store that is not open yet.

        evidence_at(offset) reads a record of the log again; find(key) tells where
        one lies (habitue.log.port.Truth.find).
        """
        self._book = Book(store, policy, evidence_at, find)
        self._parts = Parts(self._book)
        self._reading = Reading(self._parts)
        self._quick = Quick(self._parts)
        self._mentions = Mentions(self._book)

    # What is told.

    def observe(self, evidence: Evidence) -> Placement:
        """Take an item of the log; offsets count upwards."""
        self._book.remember(evidence)
        void = self._is_void(evidence.key)
        if not evidence.identifiers:
            self._mentions.enter(evidence)
            if not void:
                self._book.people.tally().nobody += 1
            return Placement(None)
        if not void and evidence.formerly is None:
            placed = self._quick.take(evidence)
            if placed is not None:
                return Placement(placed)
        self._mentions.enter(evidence)
        item = self._book.item(evidence)
        ruled = self._alias(evidence, in_force=not void)
        if void:
            self._mentions.void(item)
            return self._settle(None, ruled) if ruled else Placement(None)
        return self._settle(item, ruled)

    def judge(self, judgement: Judgement) -> Placement:
        """Take a judgement of the log; the strand of the answer is None."""
        self._book.remember(judgement)
        void = self._is_void(judgement.key)
        if judgement.verb in (Verb.SAME, Verb.NOT_SAME):
            self._mentions.enter(judgement)
            ruled = self._pair(judgement, in_force=not void)
            return self._settle(None, ruled) if ruled else Placement(None)
        return self._rule(judgement)

    def _settle(
        self, item: Item | None, ruled: list[Ruled], *, adds: bool = True
    ) -> Placement:
        return _placement(Settling(self._parts, item, adds).settle(ruled))

    # Judgements.

    def _alias(self, evidence: Evidence, *, in_force: bool) -> list[Ruled]:
        former = evidence.formerly
        if former is None or not evidence.verified or not evidence.identifiers:
            return []
        highest = ranked(evidence.identifiers, self._book.policy)[0]
        return self._told(evidence, (former, highest), True, in_force)

    def _pair(self, judgement: Judgement, *, in_force: bool) -> list[Ruled]:
        left, right = judgement.left, judgement.right
        if left is None or right is None:
            return []
        same = judgement.verb is Verb.SAME
        return self._told(judgement, (left, right), same, in_force)

    def _told(
        self,
        record: Evidence | Judgement,
        pair: tuple[Identifier, Identifier],
        same: bool,
        in_force: bool,
    ) -> list[Ruled]:
        left, right = (self._book.number_of(one) for one in pair)
        if left == right:
            return []
        at_us, source, message_id, _ = moment_of(record)
        told = Told(at_us, source, message_id, record.offset, same, in_force)
        return [Ruled(left, right, told)]

    def _rule(self, judgement: Judgement) -> Placement:
        """Take a retract or restore: on one key the later wins, by (t, key)."""
        if judgement.target is None:
            return Placement(None)
        key = _key(judgement.target)
        held = self._book.rulings.get(key)
        moment = moment_of(judgement)
        if held is not None and moment < (held.at_us, held.source, held.message_id, 0):
            return Placement(None)
        offset = self._book.find_key(judgement.target)
        known = offset is not None and offset < judgement.offset
        retracted = judgement.verb is Verb.RETRACT
        if not known and held is None:
            self._book.people.tally().pending += 1
        self._book.rulings.put(key, rows.Ruling(*moment[:3], retracted, not known))
        before = held is not None and held.retracted
        if offset is None or not known or before == retracted:
            return Placement(None)
        return self._toggle(self._book.record(offset), in_force=not retracted)

    def _toggle(
        self, record: Evidence | Judgement | None, *, in_force: bool
    ) -> Placement:
        """Put a record in or out of force."""
        if isinstance(record, Judgement):
            if record.verb not in (Verb.SAME, Verb.NOT_SAME):
                return Placement(None)
            ruled = self._pair(record, in_force=in_force)
            return self._settle(None, ruled) if ruled else Placement(None)
        if record is None:
            return Placement(None)
        if not record.identifiers:
            self._book.people.tally().nobody += 1 if in_force else -1
            return Placement(None)
        item = self._book.item(record)
        ruled = self._alias(record, in_force=in_force)
        outcome = Settling(self._parts, item, in_force).settle(ruled)
        if outcome.strand is not None:
            outcome.refold[self._book.decider(item.numbers)] = None
            outcome.strand = None
        return _placement(outcome)

    def _is_void(self, key: Key) -> bool:
        """Say whether a key that comes in was retracted before it came."""
        if not self._book.people.pending():
            return False
        ruling = self._book.rulings.edit(_key(key))
        if ruling is None or not ruling.pending:
            return False
        ruling.pending = False
        self._book.people.tally().pending -= 1
        return ruling.retracted

    # What is asked.

    def number(self, identifier: Identifier) -> int | None:
        """Give the number of an identifier; None if nothing ever named it."""
        return self._book.number(identifier)

    def identifier(self, number: int) -> Identifier | None:
        """Give the identifier of a number; None if there is none."""
        row = self._book.rows.get(number)
        return None if row is None else Identifier(row.kind, row.value)

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

    def strand_at(self, number: int, at_us: int, offset: int) -> int:
        """Give the strand that an item of an identifier belongs to now."""
        return self._book.place(number, self._book.moment(at_us, offset))

    def items_in(self, strand: int) -> Iterator[tuple[int, int]]:
        """Give (at_us, offset) of the items in force of a strand, in order."""
        number = identifier_no(strand)
        since, until = self._reading.bounds(strand)
        low, high = (since[0] if since else 0, 0), (2**62, 0)
        if until is not None:
            high = (until[0] + 1, 0)
        edges = {moment[0] for moment in (since, until) if moment is not None}
        while True:
            page = self.items(number, low=low, high=high)
            for at_us, offset in page:
                if at_us not in edges or strand == self.strand_at(
                    number, at_us, offset
                ):
                    yield at_us, offset
            if len(page) < _PAGE:
                return
            low = (page[-1][0], page[-1][1] + 1)

    def strand_of(self, evidence: Evidence) -> int | None:
        """Say which strand an item belongs to now; None if it is nobody's or void."""
        if not evidence.identifiers or self._is_void(evidence.key):
            return None
        item = self._book.item(evidence)
        return self._book.place(self._book.decider(item.numbers), item.moment)

    def strands(self, number: int) -> list[int]:
        """Give all strands of an identifier now."""
        return self._reading.strands(number)

    def find(self, identifier: Identifier) -> int | None:
        """Say who holds an identifier now; None if no item in force carries it."""
        return self._reading.find(identifier)

    def current(self, person_id: int) -> int | None:
        """Say who an old person_id is now."""
        return self._reading.current(person_id)

    def person_of(self, strand: int) -> int | None:
        """Say whose a strand is; None if nothing in force lies in it."""
        return self._reading.person_of(strand)

    def person(self, person_id: int) -> Person | None:
        """Give a person with all that makes it; None if there is none of this id."""
        return self._reading.person(person_id)

    def outline(self, person_id: int, strands_max: int) -> Outline:
        """Say whether an anchor or an own contact is theirs, and give some strands.

        Those of anchors and contacts come first. However large the person is, no
        more of it is read than that.
        """
        return self._reading.outline(person_id, strands_max)

    def parted(self, left: Person, right: Person) -> list[Key]:
        """Give the keys of the judgements not_same in force between two persons."""
        return self._reading.parted(left, right)

    @property
    def nobody(self) -> int:
        """Count the items in force that have no identifier."""
        return self._book.people.nobody()

    def people(self, after: int = 0, limit: int = 100) -> list[int]:
        """Give the ids of people above one, ascending."""
        return self._reading.people(after, limit)


def _key(key: Key) -> str:
    return f"{key[0]}\x00{key[1]}"


def _placement(outcome: Outcome) -> Placement:
    """Say what is to be done; what is folded anew as a whole is not moved first."""
    whole = outcome.refold
    moved = [one for one in outcome.moved.items() if identifier_no(one[0]) not in whole]
    dropped = [old for old in outcome.moved if identifier_no(old) in whole]
    return Placement(
        outcome.strand,
        tuple(whole),
        (*outcome.gone, *dropped),
        tuple(moved),
        tuple(one for one in outcome.anew if identifier_no(one) not in whole),
    )
