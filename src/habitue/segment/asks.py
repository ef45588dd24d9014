"""What is asked of each leaf, and what of it may have another answer.

What needs most stands last, so that of few entries little is asked. The answers to what
is at home with one leaf lie side by side: so what is open is found once for all people
of whom the same holds.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from habitue.segment.answered import NEVER_US, Answers
from habitue.segment.beside import Totals
from habitue.segment.compare import Moment
from habitue.segment.following import NOTHING, ByLeaf, Settled
from habitue.segment.leaf import Amounts, Leaf
from habitue.segment.question import Question

# Of so many sets of answers it is known what is open.
KNOWN_MAX = 256

# Where an answer stands, and what is asked.
Asked: TypeAlias = tuple[int, Question]
# With how much it needs of the leaf, and of which other leaf it needs something; 0: of
# none.
_Open: TypeAlias = tuple[int, Question, int, int]


class Asks:
    """All that is asked of one leaf, by its number."""

    def __init__(
        self, number: int, leaf: Leaf, asked: Iterable[Asked], totals: Totals
    ) -> None:
        """asked: of what is at home with the leaf the places are in a row."""
        self._number = number
        self._totals = totals
        self._adds = isinstance(leaf.keep, Amounts)
        asked = sorted(asked, key=lambda one: one[1].needs)
        home = [one for one in asked if one[1].home == number]
        self._home: tuple[_Open, ...] = tuple(
            (place, question, question.needs, question.other)
            for place, question in home
        )
        self._settled = [int(question.settled(number)) for _, question in home]
        self._first = min((place for place, _ in home), default=0)
        # Where the answers to that stand; and what is open by them.
        self.places = slice(self._first, self._first + len(home))
        self._known: dict[bytes, tuple[_Open, ...]] = {}
        # By these answers, too: the leaves of which one has to have something noted for
        # anything to have another answer. Where no other is needed, it is not in here.
        self.needs_of: dict[bytes, frozenset[int]] = {}
        # What is at home elsewhere; and of that what may change with this leaf, too.
        self._away = [one for one in asked if one[1].home != number]
        settled = ((*one, int(one[1].settled(number))) for one in self._away)
        self._guests = [one for one in settled if one[2] != Settled.BOTH]

    def again(
        self,
        own: bytes,
        answers: Answers,
        held: ByLeaf,
        at: Moment,
        changed: list[int],
    ) -> int:
        """Answer anew what may have another answer, now that the leaf took something.

        own: the answers to what is at home with it (places). Places of answers that are
        others now are put to changed. Gives the moment before which time alone changes
        none of them, or NEVER_US.
        """
        next_us = NEVER_US
        opened = self._open(own, answers)
        if not opened:
            return next_us
        entries = held.get(self._number, NOTHING)
        # How much of what is needed there is.
        size = self._totals.most(entries) if self._adds else len(entries)
        for place, question, needs, other in opened:
            # What comes behind needs as much at least.
            if needs > size:
                break
            if other and not held.get(other, NOTHING):
                continue
            found = question.again(held, at)
            holds, changes_us = found or (answers[place], None)
            if answers[place] != holds:
                answers[place] = holds
                changed.append(place)
            if changes_us is not None and changes_us < next_us:
                next_us = changes_us
        return next_us

    def asked(self, held: ByLeaf) -> Iterator[Asked]:
        """Give what rests on the leaf and may hold otherwise than of nothing done."""
        yield from self.at_home(held)
        for place, question in self._away:
            home, other = question.home, question.other
            if held.get(home, NOTHING) and (not other or held.get(other, NOTHING)):
                yield place, question

    def at_home(self, held: ByLeaf) -> Iterator[Asked]:
        """Give what is at home here and may hold otherwise than of nothing done."""
        entries = held.get(self._number, NOTHING)
        if not entries:
            return
        size = self._totals.most(entries) if self._adds else len(entries)
        for place, question, needs, other in self._home:
            if needs > size:
                break
            if not other or held.get(other, NOTHING):
                yield place, question

    def _open(self, own: bytes, answers: Answers) -> Sequence[_Open]:
        """Give what isn't settled by the answers so far, what needs least first."""
        found = self._known.get(own)
        if found is None:
            found = self._find(own)
        return (*self._visiting(answers), *found) if self._guests else found

    def _find(self, own: bytes) -> tuple[_Open, ...]:
        if len(self._known) >= KNOWN_MAX:
            self._known.clear()
            self.needs_of.clear()
        found = self._known[own] = tuple(
            one
            for one, settled in zip(self._home, self._settled, strict=True)
            if not settled >> own[one[0] - self._first] & 1
        )
        others = frozenset(other for _, _, _, other in found)
        if 0 not in others and not self._guests:
            self.needs_of[own] = others
        return found

    def _visiting(self, answers: Answers) -> list[_Open]:
        return [
            (place, question, 0, question.home)
            for place, question, settled in self._guests
            if not settled >> answers[place] & 1
        ]
