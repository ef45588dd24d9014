"""Judging people by what their strands noted; of those who came lately, only anew."""

from collections.abc import Sequence
from typing import Any, TypeAlias, cast

from msgspec import Struct, structs

from habitue.segment.compare import Moment
from habitue.segment.facts import Facts
from habitue.segment.following import ByLeaf
from habitue.segment.leaf import Leaf
from habitue.segment.leaves import Entries
from habitue.segment.library import Library
from habitue.segment.notes import Notes
from habitue.segment.noting import look_of
from habitue.segment.port_live import Sight
from habitue.segment.program import (
    UNCHANGED,
    Answers,
    Judged,
    Program,
    entries_of,
)
from habitue.segment.together import Together, last_of

# Entries by leaf, of which none are too many to be kept.
Alone: TypeAlias = dict[int, list[Any]]
# Of so many people the answers are kept in memory.
KNOWN_MAX = 20_000


class Touched(Struct, frozen=True):
    """What took something: leaves, and between which moments that lies.

    rising: no amount in it is below 0.
    """

    leaves: Sequence[int]
    first_us: int
    last_us: int
    rising: bool

    def and_also(self, other: "Touched") -> "Touched":
        """Give what took something of either."""
        return Touched(
            list({*self.leaves, *other.leaves}),
            min(self.first_us, other.first_us),
            max(self.last_us, other.last_us),
            self.rising and other.rising,
        )


class _Known(Struct, gc=False):
    """What was found of somebody lately: strands, answers, and what they are in.

    strands: none once it no longer holds. last_us: nothing that counts is later.
    """

    person_id: int
    strands: Sequence[int]
    answers: Answers
    bits: int
    last_us: int


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
        # How often a leaf had to be read from the timeline.
        self.read_whole = 0
        # By person, and by each of their strands.
        self._known: dict[int, _Known] = {}
        self._known_at: dict[int, _Known] = {}
        self._known_by: Program | None = None

    def again(self, strand: int, touched: Touched, now_us: int) -> Found | None:
        """Judge whose strand took something, where nothing else has changed.

        None: the person has to be judged as a whole (find).
        """
        known = self._known_at.get(strand)
        if known is None or strand not in known.strands:
            return None
        if self._known_by is not self._library.program:
            return None
        return self._again(known, touched, now_us)

    def find(self, person_id: int, now_us: int) -> Found:
        """Judge a person of whom anything may have changed."""
        self.forget(person_id)
        strands = self._sight.strands(person_id)
        if not strands:
            return Found(person_id, 0, True, 0, None)
        judged, last_us = self._whole_of(strands, now_us)
        self._keep(_Known(person_id, strands, judged.answers, judged.bits, last_us))
        return Found(person_id, judged.bits, True, strands[0], judged.next_us)

    def forget(self, person_id: int) -> None:
        """Keep no answers about a person in memory."""
        known = self._known.pop(person_id, None)
        if known is not None:
            known.strands = ()

    def judged(self, strands: Sequence[int], now_us: int) -> Judged:
        """Judge who has these strands, as of a moment; changes nothing."""
        return self._whole_of(strands, now_us)[0]

    def _whole_of(self, strands: Sequence[int], now_us: int) -> tuple[Judged, int]:
        """Judge all of it; give the last moment of what counts, too."""
        program = self._library.program
        if len(strands) == 1 and not program.looks:
            # Most are visitors of whom nothing but what they did is asked.
            alone = self._notes.read(strands[0])
            if None not in alone.values():
                judged = program.judge(cast("Alone", alone), self._bare, now_us)
                return judged, last_of(cast("Alone", alone).values())
        facts = self._sight.facts(strands, program.wants, now_us)
        joined = program.joined(
            list(self._notes.of(strands)),
            facts,
            lambda leaf: self._read(leaf, strands, facts),
        )
        return program.judge(joined, facts, now_us), last_of(joined.values())

    def _keep(self, known: _Known) -> None:
        program = self._library.program
        if self._known_by is not program or len(self._known) >= KNOWN_MAX:
            self._known, self._known_at, self._known_by = {}, {}, program
        self._known[known.person_id] = known
        for strand in known.strands:
            self._known_at[strand] = known

    def _again(self, known: _Known, touched: Touched, now_us: int) -> Found | None:
        """Answer anew what may have another answer; None: all has to be looked at."""
        program, answers = self._library.program, known.answers
        held, at = self._held(known.strands), Moment(now_us, self._zone, self._zone)
        in_order = known.last_us <= touched.first_us and touched.last_us <= now_us
        known.last_us = max(known.last_us, touched.last_us)
        if in_order and touched.rising:
            again = program.again(touched.leaves, answers, held, at)
        else:
            asked = program.asked_of(touched.leaves)
            if asked is None:
                return None
            again = program.answer(asked, answers, held, at)
        if again is None:
            return None
        if again is UNCHANGED:
            return AS_BEFORE
        before, oldest = known.bits, known.strands[0]
        if again.changed:
            known.bits = program.bits.again(before, again.changed, answers)
        changed = known.bits != before
        return Found(known.person_id, known.bits, changed, oldest, again.next_us)

    def _held(self, strands: Sequence[int]) -> ByLeaf:
        """Give the entries of a person, by leaf."""
        if len(strands) == 1:
            held = self._notes.read(strands[0])
            if None not in held.values():
                return cast("ByLeaf", held)
        return Together(
            self._library.program.leaves,
            list(self._notes.of(strands)),
            lambda leaf: self._read(leaf, strands, self._bare),
        )

    def _read(self, leaf: Leaf, strands: Sequence[int], facts: Facts) -> Entries:
        """Read all that a leaf would note from the timeline: exact, and slower."""
        self.read_whole += 1
        look = look_of([leaf])
        told = self._sight.timeline(strands, leaf.names)
        done = tuple(self._sight.done(one, look) for _, one in told)
        return entries_of(leaf, structs.replace(facts, done=done))
