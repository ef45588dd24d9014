"""Who is in which live segment, since when, and how many; as of any moment."""

from collections.abc import Callable, Iterator, Sequence

from habitue.base.clock import DAY_US
from habitue.segment.answered import Judged
from habitue.segment.library import Library
from habitue.segment.live_rows import Cause
from habitue.segment.members import Members
from habitue.segment.past import past_of, stays_of
from habitue.segment.personas import is_ours
from habitue.segment.port import Day, Membership, Past
from habitue.segment.port_live import Sight, Timers

# The word of all timers of segments; that of jobs is kept at no strand.
WORD = "segment"
# Of so many strands it is looked who was known by them alone.
FORMER_MAX = 500


class Asking:
    """Answers what is asked of live segments; changes nothing."""

    def __init__(
        self,
        library: Library,
        members: Members,
        sight: Sight,
        timers: Timers,
        judged: Callable[[Sequence[int], int], Judged],
    ) -> None:
        """judged: judges who has some strands, as of a moment."""
        self._library = library
        self._members = members
        self._sight = sight
        self._timers = timers
        self._judged = judged

    def of_person(self, person_id: int, now_us: int) -> list[Membership]:
        """Give the segments that a person is in at a moment not yet folded.

        Where time alone may have changed that since, it is judged at once.
        """
        since = {
            slot: (since_us, Cause(came).name.lower())
            for slot, since_us, until_us, came, _ in self._members.spans(person_id)
            if not until_us
        }
        found = []
        for slot, segment in self._inside(person_id, now_us):
            # Where it came about just now, by time, no record has said so yet.
            since_us, cause = since.get(slot, (None, Cause.TIME.name.lower()))
            found.append(
                Membership(
                    segment=segment,
                    since_us=since_us,
                    version=self._library.slots[slot].version,
                    cause=cause,
                )
            )
        return found

    def _inside(self, person_id: int, now_us: int) -> Iterator[tuple[int, str]]:
        """Give the slots that a person is in, with their segments, in order."""
        strands = self._sight.strands(person_id)
        bits = self._members.bits(person_id)
        if strands:
            armed_us = self._timers.when(strands[0], WORD)
            if armed_us is not None and armed_us <= now_us:
                bits = self._judged(strands, now_us).bits
        for slot, segment in sorted(self._library.answering().items()):
            if bits >> self._library.bit_of(slot) & 1 and not is_ours(segment):
                yield slot, segment

    def past(self, person_id: int, now_us: int) -> list[Past]:
        """Give what a person was in and is no more, the latest first.

        What those were in who became this person is theirs, too.
        """
        inside = {segment for _, segment in self._inside(person_id, now_us)}
        people = [person_id, *self._former(person_id)]
        self._members.bring(people)
        stays = [
            stay
            for one in people
            for stay in stays_of(one, self._members.spans(one), self._library)
        ]
        return past_of(stays, inside)

    def _former(self, person_id: int) -> list[int]:
        """Give the ids of those who became a person, ascending."""
        strands = self._sight.strands(person_id)[:FORMER_MAX]
        return sorted(set(map(self._sight.birth, strands)) - {person_id})

    def page(
        self, segment: str, after: int, limit: int
    ) -> tuple[list[int], int | None] | None:
        """Give a page of a segment's people; None where it does not answer yet."""
        slot = self._slot(segment)
        if not slot:
            return None
        found = self._members.page(slot, after, limit)
        return found, (found[-1] if len(found) == limit else None)

    def trend(self, segment: str, days: int, now_us: int) -> list[Day] | None:
        """Give so many days up to now; None where the segment does not answer yet."""
        slot = self._slot(segment)
        if not slot:
            return None
        since_us = self._library.slots[slot].since_us
        span = (since_us // DAY_US, now_us // DAY_US)
        return self._members.trend(slot, span, days)

    def size(self, segment: str) -> int | None:
        """Count a segment's people; None where it does not answer yet."""
        slot = self._slot(segment)
        return self._members.size(slot) if slot else None

    def _slot(self, segment: str) -> int:
        row = self._library.segments.get(segment)
        return 0 if row is None else row.answers
