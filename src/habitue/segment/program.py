"""The conditions in force, ready to judge people: leaves, questions, one predicate."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from habitue.segment.compare import Moment
from habitue.segment.condition import (
    Condition,
    Did,
    DidNot,
    HasComputed,
    HasConsent,
    HasIdentifier,
    HasTrait,
    Sequence,
)
from habitue.segment.facts import OBJECTS, Facts
from habitue.segment.leaf import Leaf, key_of, leaves_under
from habitue.segment.leaves import Entries, combine, noted
from habitue.segment.predicate import compiled
from habitue.segment.questions import Question, of_profile, question_of
from habitue.segment.walk import leaves

_NOTHING: list[Any] = []
_START = Moment(0)
_NEVER = 2**62


# Whether each question holds, by its place.
Answers: TypeAlias = bytearray


class Judged(NamedTuple):
    """The bits of what holds, and until when that surely stays so; None: for ever."""

    bits: int
    next_us: int | None
    answers: Answers


class Wants(NamedTuple):
    """What of a person's profile conditions ask for, beside things done."""

    traits: bool = False
    computed: frozenset[str] = frozenset()
    consents: bool = False
    identifiers: bool = False
    # Orders and receipts, returns, as they stand.
    objects: bool = False

    @property
    def profile(self) -> bool:
        return self.traits or bool(self.computed) or self.consents


class Program:
    """Judges people by what their strands have noted and what is known of them."""

    def __init__(
        self,
        conditions: Mapping[int, Condition],
        numbers: Mapping[bytes, int],
        daily: Collection[str] = (),
    ) -> None:
        """conditions: by bit; numbers: of leaves, by key_of.

        daily: the computed traits that change by time alone, at midnight UTC.
        """
        self._daily = daily
        self.leaves: dict[int, Leaf] = {}
        self._questions: list[tuple[int, Question]] = []
        self._of_profile: list[tuple[int, Condition]] = []
        places: dict[bytes, int] = {}
        for condition in conditions.values():
            for single in leaves(condition):
                key = key_of(single)
                if key not in places:
                    places[key] = len(places)
                    self._enter(places[key], single, numbers)
        self.predicate = compiled(conditions, places)
        self._answers = bytes(self._by_default(len(places)))
        self._asked_of = self._index()
        self.objects = [
            number for number, leaf in self.leaves.items() if OBJECTS & {*leaf.names}
        ]
        self.wants = self._wanted()

    def _enter(
        self, place: int, single: Condition, numbers: Mapping[bytes, int]
    ) -> None:
        if not isinstance(single, Did | DidNot | Sequence):
            self._of_profile.append((place, single))
            return
        under = leaves_under(single)
        own = tuple(numbers[key_of(leaf)] for leaf in under)
        self.leaves.update(zip(own, under, strict=True))
        self._questions.append((place, question_of(single, own)))

    def _by_default(self, size: int) -> list[bool]:
        """Give the answers for somebody who did nothing, which time never changes."""
        found = [False] * size
        for place, question in self._questions:
            nothing = [_NOTHING for _ in question.leaves]
            found[place] = question.answer(nothing, _START).holds
        return found

    def _index(self) -> dict[int, tuple[tuple[int, Question, int], ...]]:
        """Give for each leaf the places of what is asked of it, and of how many."""
        found: dict[int, list[tuple[int, Question, int]]] = {}
        for place, question in self._questions:
            for leaf in set(question.leaves):
                asked = (place, question, len(question.leaves))
                found.setdefault(leaf, []).append(asked)
        return {leaf: tuple(asked) for leaf, asked in found.items()}

    def answers(self) -> Answers:
        """Give the answers for somebody of whom nothing is known."""
        return bytearray(self._answers)

    def _wanted(self) -> Wants:
        asked = [condition for _, condition in self._of_profile]
        return Wants(
            traits=any(isinstance(one, HasTrait) for one in asked),
            computed=frozenset(
                one.name.partition(".")[0]
                for one in asked
                if isinstance(one, HasComputed)
            ),
            consents=any(isinstance(one, HasConsent) for one in asked),
            identifiers=any(isinstance(one, HasIdentifier) for one in asked),
            objects=bool(self.objects),
        )

    def joined(
        self,
        held: Collection[Mapping[int, Entries]],
        facts: Facts,
        whole: Callable[[Leaf], Entries],
    ) -> dict[int, list[Any]]:
        """Put the entries of a person's strands together, with those of purchases.

        facts.done: the purchases alone. whole: reads a leaf's from the timeline, for
        those that have more than are kept.
        """
        joined = self.together(held, self.leaves, whole)
        for number in self.objects if facts.done else ():
            leaf = self.leaves[number]
            more = entries_of(leaf, facts)
            both = combine(leaf.keep, joined.get(number, _NOTHING), more)
            joined[number] = both or []
        return joined

    def together(
        self,
        held: Collection[Mapping[int, Entries]],
        leaves_of: Collection[int],
        whole: Callable[[Leaf], Entries],
    ) -> dict[int, list[Any]]:
        """Put the entries of some leaves of several strands together."""
        found: dict[int, Entries] = {}
        for strand in held:
            for number, entries in strand.items():
                if number in leaves_of:
                    if number in found:
                        keep = self.leaves[number].keep
                        entries = combine(keep, found[number], entries)  # noqa: PLW2901
                    found[number] = entries
        return {
            number: whole(self.leaves[number]) or [] if entries is None else entries
            for number, entries in found.items()
        }

    def asked_with(self, touched: Iterable[int]) -> set[int] | None:
        """Give the leaves that questions on some leaves rest on.

        None where purchases belong to them: then all has to be looked at.
        """
        found = {
            leaf
            for one in touched
            for _, question, _ in self._asked_of.get(one, ())
            for leaf in question.leaves
        }
        return None if found.intersection(self.objects) else found

    def judge(self, held: Mapping[int, list[Any]], facts: Facts, now_us: int) -> Judged:
        """Judge a person by the entries of leaves and the facts of the profile."""
        at = Moment(now_us, facts.shop_zone, facts.time_zone)
        answers = self.answers()
        judged = self.judge_again(answers, held, held, at)
        next_us = judged.next_us
        for place, condition in self._of_profile:
            holds, changes_us = of_profile(condition, facts, at, self._daily)
            answers[place] = holds
            if changes_us is not None and (next_us is None or changes_us < next_us):
                next_us = changes_us
        return Judged(self.predicate(answers), next_us, answers)

    def judge_again(
        self,
        answers: Answers,
        touched: Iterable[int],
        held: Mapping[int, list[Any]],
        at: Moment,
    ) -> Judged:
        """Answer anew what is asked of some leaves, in the answers that are given.

        next_us is theirs alone.
        """
        next_us, given = _NEVER, set[int]()
        for leaf in touched:
            first = held.get(leaf, _NOTHING)
            for place, question, number in self._asked_of.get(leaf, ()):
                if number == 1:
                    holds, changes_us = question.answer([first], at)
                elif place in given:
                    continue
                else:
                    given.add(place)
                    entries = [held.get(one, _NOTHING) for one in question.leaves]
                    holds, changes_us = question.answer(entries, at)
                answers[place] = holds
                if changes_us is not None and changes_us < next_us:
                    next_us = changes_us
        bits = self.predicate(answers)
        return Judged(bits, None if next_us == _NEVER else next_us, answers)


def entries_of(leaf: Leaf, facts: Facts) -> Entries:
    """Give all the entries of a leaf, of whatever facts tell was done."""
    found: Entries = []
    for done in facts.done:
        more = noted(leaf, done, facts.shop_zone)
        if more:
            found = combine(leaf.keep, found, sorted_of(leaf, more))
    return found


def sorted_of(leaf: Leaf, more: list[Any]) -> Entries:
    """Give what was noted of one thing in the form that entries have."""
    return combine(leaf.keep, more[:1], more[1:]) if len(more) > 1 else more


def leaf_keys(conditions: Mapping[int, Condition]) -> dict[bytes, Leaf]:
    """Give the leaves of conditions by their keys, in order."""
    return {
        key_of(leaf): leaf
        for condition in conditions.values()
        for single in leaves(condition)
        for leaf in leaves_under(single)
    }
