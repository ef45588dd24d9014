"""Judging people by what their strands noted; of those who came lately, only anew."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from habitue.segment.answered import UNCHANGED, Again, Answers, Judged
from habitue.segment.bought import Bought
from habitue.segment.compare import Moment
from habitue.segment.facts import Facts
from habitue.segment.leaves import Held
from habitue.segment.library import Library
from habitue.segment.notes import Notes
from habitue.segment.port_live import Sight
from habitue.segment.program import Program
from habitue.segment.together import Joined, last_of
from habitue.segment.touched import Touched

# Of so many people the answers are kept in memory, and so many entries of those that
# have several strands or very many entries; of one person as many as there are.
KNOWN_MAX = 20_000
JOINED_MAX = 500_000


class _Known(Struct, gc=False):
    """What was found of somebody lately: strands, answers, and what they are in.

    strands: none once it no longer holds. last_us: nothing that counts is later.
    joined: None where a strand's row has it all.
    """

    person_id: int
    strands: Sequence[int]
    answers: Answers
    bits: int
    last_us: int
    joined: Joined | None


class Found(Struct, frozen=True, gc=False):
    """What a person is in, and where they are woken when; None: time changes nothing.

    changed: whether it may be another than was found before.
    """

    person_id: int
    bits: int
    changed: bool
    oldest: int
    next_us: int | None


# Nothing has changed, and nobody is to be woken any earlier.
AS_BEFORE = Found(0, 0, False, 0, None)


class Judging:
    """Judges people by the program of a library.

    The answers to all questions about people who came lately are kept in memory: where
    nothing but leaves took something, only what is asked of these is answered anew, and
    of that only what may have become another answer. So the same is found, whoever is
    kept.
    """

    def __init__(self, library: Library, notes: Notes, sight: Sight, zone: str) -> None:
        """zone: the shop's."""
        self._library = library
        self._notes = notes
        self._sight = sight
        self._zone = zone
        self._bare = Facts(time_zone=zone, shop_zone=zone)
        self.bought = Bought(sight, zone)
        # By person, and by each of their strands.
        self._known: dict[int, _Known] = {}
        self._known_at: dict[int, _Known] = {}
        self._known_by: Program | None = None
        # How many entries are joined, and how many may be.
        self._joined, self._joined_max = 0, JOINED_MAX

    def again(self, strand: int, touched: Touched, now_us: int) -> Found | None:
        """Judge whose strand took something, where nothing else has changed.

        None: the person has to be judged as a whole (find).
        """
        known = self._known_at.get(strand)
        if known is None or not self._holds(known):
            return None
        in_order = known.last_us <= touched.first_us and touched.last_us <= now_us
        known.last_us = max(known.last_us, touched.last_us)
        held, joined = touched.held, known.joined
        if joined is not None:
            held = self._take(joined, touched, now_us)
        elif held is None:
            held = self._notes.alone(strand)
        if held is None:
            return None
        again = self._answer(known, touched, held, (now_us, in_order))
        if again is None:
            return None if joined is None else self._as_joined(known, joined, now_us)
        return AS_BEFORE if again is UNCHANGED else self._found(known, again)

    def wake(self, person_id: int, now_us: int) -> Found:
        """Judge a person of whom nothing has changed but the time."""
        known = self._known.get(person_id)
        if known is None or known.joined is None or not self._holds(known):
            return self.find(person_id, now_us)
        return self._as_joined(known, known.joined, now_us)

    def find(self, person_id: int, now_us: int) -> Found:
        """Judge a person of whom anything may have changed."""
        self.forget(person_id)
        strands = self._sight.strands(person_id)
        if not strands:
            return Found(person_id, 0, True, 0, None)
        held, joined = self._held(strands, now_us)
        judged = self._judge(strands, held, now_us)
        known = _Known(
            person_id,
            strands,
            judged.answers,
            judged.bits,
            last_of(held.values()),
            joined,
        )
        self._keep(known)
        return Found(person_id, judged.bits, True, strands[0], judged.next_us)

    def forget(self, person_id: int) -> None:
        """Keep no answers about a person in memory."""
        known = self._known.pop(person_id, None)
        if known is not None:
            self._leave(known)

    def drop(self, strand: int) -> None:
        """Keep no answers about who has a strand: it is gone, or folded anew."""
        known = self._known_at.pop(strand, None)
        if known is not None:
            self._leave(known)

    def judged(self, strands: Sequence[int], now_us: int) -> Judged:
        """Judge who has these strands, as of a moment; changes nothing."""
        return self._judge(strands, self._held(strands, now_us)[0], now_us)

    # -- judging all of it ----------------------------------------------------

    def _held(self, strands: Sequence[int], now_us: int) -> tuple[Held, Joined | None]:
        """Give a person's entries by leaf, joined where they lie in several places."""
        # Most are visitors of one strand.
        alone = self._notes.alone(strands[0]) if len(strands) == 1 else None
        if alone is not None:
            return alone, None
        leaves = self._library.program.leaves
        joined = Joined(leaves, self._notes.of(strands), now_us)
        return joined.entries, joined

    def _judge(self, strands: Sequence[int], held: Held, now_us: int) -> Judged:
        program, facts = self._library.program, self._bare
        every: Mapping[int, list[Any]] = held
        if program.knows:
            facts = self._sight.facts(strands, program.knows_of, now_us)
        if program.objects:
            every = self.bought.beside(held, strands, program)
        return program.judge(every, facts, now_us)

    def _as_joined(self, known: _Known, joined: Joined, now_us: int) -> Found:
        """Judge all of somebody whose entries are joined."""
        judged = self._judge(known.strands, joined.entries, now_us)
        known.answers, known.bits = judged.answers, judged.bits
        oldest = known.strands[0]
        return Found(known.person_id, judged.bits, True, oldest, judged.next_us)

    # -- judging some of it anew ----------------------------------------------

    def _answer(
        self, known: _Known, touched: Touched, held: Held, when: tuple[int, bool]
    ) -> Again | None:
        """Answer anew what may have another answer; None: all has to be looked at."""
        if touched.of_profile:
            return None
        (now_us, in_order), program = when, self._library.program
        at = Moment(now_us, self._zone, self._zone)
        if in_order and touched.rising:
            return program.again(touched.leaves, known.answers, held, at)
        asked = program.asked_of(touched.leaves, held)
        if asked is None:
            return None
        return program.answer(asked, known.answers, held, at)

    def _found(self, known: _Known, again: Again) -> Found:
        """Give what somebody is in, now that some answers were given anew."""
        before, oldest = known.bits, known.strands[0]
        if again.changed:
            bits = self._library.program.bits
            known.bits = bits.again(before, again.changed, known.answers)
        changed = known.bits != before
        return Found(known.person_id, known.bits, changed, oldest, again.next_us)

    def _take(self, joined: Joined, touched: Touched, now_us: int) -> Held:
        before = joined.size
        for noted in touched.noted:
            joined.take(noted, now_us)
        self._joined += joined.size - before
        if self._joined > self._joined_max:
            self._forget_known()
        return joined.entries

    # -- who is kept ----------------------------------------------------------

    def _holds(self, known: _Known) -> bool:
        return bool(known.strands) and self._known_by is self._library.program

    def _leave(self, known: _Known) -> None:
        known.strands = ()
        if known.joined is not None:
            self._joined -= known.joined.size
            known.joined = None

    def _keep(self, known: _Known) -> None:
        program = self._library.program
        size = 0 if known.joined is None else known.joined.size
        if (
            self._known_by is not program
            or len(self._known) >= KNOWN_MAX
            or self._joined + size > self._joined_max
        ):
            self._forget_known()
            self._known_by = program
            self._joined_max = max(JOINED_MAX, 2 * size)
        self._joined += size
        self._known[known.person_id] = known
        for strand in known.strands:
            self._known_at[strand] = known

    def forget_all(self) -> None:
        """Keep nothing in memory: what people are judged by has changed."""
        self.bought.forget()
        self._forget_known()

    def _forget_known(self) -> None:
        self._known, self._known_at = {}, {}
        self._joined = 0
