"""Judging people by what their strands noted; of those who came lately, only anew."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from msgspec import structs

from habitue.segment.compare import Moment
from habitue.segment.facts import Facts
from habitue.segment.leaf import Leaf
from habitue.segment.leaves import Entries
from habitue.segment.library import Library
from habitue.segment.noting import Notes, looks_at_lines
from habitue.segment.port_live import Sight
from habitue.segment.program import Answers, Judged, Program, entries_of

# Of so many people the answers are kept in memory.
KNOWN_MAX = 20_000


class _Known(NamedTuple):
    """What was found of somebody lately: strands, answers, and what they are in."""

    strands: Sequence[int]
    answers: Answers
    bits: int


class Found(NamedTuple):
    """What a person is in, and where they are woken when; None: time changes nothing.

    changed: whether it may be another than was found before.
    """

    bits: int
    changed: bool
    oldest: int
    next_us: int | None


class Judging:
    """Judges people by the program of a library.

    The answers to all questions about people who came lately are kept in memory: where
    nothing but leaves took something, only what is asked of these is answered anew. So
    the same is found, whoever is kept.
    """

    def __init__(self, library: Library, notes: Notes, sight: Sight, zone: str) -> None:
        """zone: the shop's."""
        self._library = library
        self._notes = notes
        self._sight = sight
        self._zone = zone
        # How often a leaf had to be read from the timeline.
        self.read_whole = 0
        self._known: dict[int, _Known] = {}
        self._known_by: Program | None = None

    def find(
        self, person_id: int, now_us: int, touched: Collection[int] | None
    ) -> Found:
        """Judge a person.

        touched: the leaves that took something, where nothing else has changed; None:
        anything may have.
        """
        known = None if touched is None else self._known_of(person_id)
        if known is not None and touched is not None:
            asked = self._library.program.asked_with(touched)
            if asked is not None:
                judged = self._answered(known, touched, asked, now_us)
                if judged.bits != known.bits:
                    self._known[person_id] = known._replace(bits=judged.bits)
                changed = judged.bits != known.bits
                return Found(judged.bits, changed, known.strands[0], judged.next_us)
        strands = self._sight.strands(person_id)
        if not strands:
            self._known.pop(person_id, None)
            return Found(0, True, 0, None)
        judged = self.judged(strands, now_us)
        self._keep(person_id, _Known(strands, judged.answers, judged.bits))
        return Found(judged.bits, True, strands[0], judged.next_us)

    def forget(self, person_id: int) -> None:
        """Keep no answers about a person in memory."""
        self._known.pop(person_id, None)

    def judged(self, strands: Sequence[int], now_us: int) -> Judged:
        """Judge who has these strands, as of a moment; changes nothing."""
        program = self._library.program
        facts = self._sight.facts(strands, program.wants, now_us)
        joined = program.joined(
            list(self._notes.of(strands)),
            facts,
            lambda leaf: self._whole(leaf, strands, facts),
        )
        return program.judge(joined, facts, now_us)

    def _known_of(self, person_id: int) -> _Known | None:
        if self._known_by is not self._library.program:
            return None
        return self._known.get(person_id)

    def _keep(self, person_id: int, known: _Known) -> None:
        program = self._library.program
        if self._known_by is not program or len(self._known) >= KNOWN_MAX:
            self._known, self._known_by = {}, program
        self._known[person_id] = known

    def _answered(
        self,
        known: _Known,
        touched: Collection[int],
        asked: Collection[int],
        now_us: int,
    ) -> Judged:
        """Answer anew only what is asked of the leaves that took something."""
        strands, zone = known.strands, self._zone
        facts = Facts(time_zone=zone, shop_zone=zone)
        program = self._library.program
        held = program.together(
            list(self._notes.of(strands)),
            asked,
            lambda leaf: self._whole(leaf, strands, facts),
        )
        at = Moment(now_us, zone, zone)
        return program.judge_again(known.answers, touched, held, at)

    def _whole(self, leaf: Leaf, strands: Sequence[int], facts: Facts) -> Entries:
        """Read all that a leaf would note from the timeline: exact, and slower."""
        self.read_whole += 1
        lines = looks_at_lines(leaf)
        told = self._sight.timeline(strands, leaf.names)
        done = tuple(self._sight.done(one, lines=lines) for _, one in told)
        return entries_of(leaf, structs.replace(facts, done=done))
