"""The conditions in force, ready to judge people: leaves, questions, one predicate."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from habitue.segment.answered import NEVER_US, UNCHANGED, Again, Answers, Judged
from habitue.segment.asks import Asked, Asks
from habitue.segment.beside import Totals
from habitue.segment.compare import Moment
from habitue.segment.condition import Condition, Did, DidNot
from habitue.segment.condition import Sequence as Following
from habitue.segment.facts import OBJECTS, Done, Facts
from habitue.segment.finding import entries_in, found_of
from habitue.segment.following import NOTHING, ByLeaf
from habitue.segment.leaf import (
    Leaf,
    asks_goods,
    asks_prices,
    key_of,
    leaves_under,
)
from habitue.segment.leaves import Entries, combine, put_together
from habitue.segment.noting import Plan, Wanted, plan_of
from habitue.segment.predicate import Bits
from habitue.segment.question import Question
from habitue.segment.questions import of_profile, question_of
from habitue.segment.walk import leaves
from habitue.segment.wants import wanted_of

_START = Moment(0)


class Program:
    """Judges people by what their strands have noted and what is known of them."""

    def __init__(
        self,
        conditions: Mapping[int, Condition],
        numbers: Mapping[bytes, int],
        kept: Mapping[int, Leaf],
        daily: Collection[str] = (),
    ) -> None:
        """conditions: by bit; numbers: of leaves, by key_of; kept: leaves by number.

        More may be kept than is asked for, as it is kept for others, too.
        daily: the computed traits that change by time alone, at midnight UTC.
        """
        self._daily = daily
        self._kept = kept
        self.leaves: dict[int, Leaf] = {}
        self._totals = Totals()
        self._questions: list[tuple[int, Question]] = []
        self._of_profile: list[tuple[int, Condition]] = []
        places = self._enter(conditions, numbers)
        self._answers = bytes(self._by_default(len(places)))
        self.bits = Bits(conditions, places, self._answers)
        self._asks = self._index()
        self.objects = frozenset(
            number for number, leaf in self.leaves.items() if OBJECTS & {*leaf.names}
        )
        # The leaves that questions rest on which look at purchases, too.
        self._with_objects = frozenset(
            leaf
            for _, question in self._questions
            if not self.objects.isdisjoint(question.leaves)
            for leaf in question.leaves
        )
        asked = [condition for _, condition in self._of_profile]
        self.wants = wanted_of(asked, objects=bool(self.objects))
        # What is asked beside things done, if anything is.
        self.knows, self.knows_of = bool(asked), wanted_of(asked, objects=False)
        # Something is asked beside what events tell was done.
        self.looks = self.knows or self.wants.objects
        # What is asked of purchases, by their names; whether of the catalogue, too.
        self._plans = {name: self._plan_of(name) for name in OBJECTS}
        self.asks_goods = any(asks_goods(self.leaves[one]) for one in self.objects)
        self.asks_prices = any(asks_prices(self.leaves[one]) for one in self.objects)

    def _enter(
        self, conditions: Mapping[int, Condition], numbers: Mapping[bytes, int]
    ) -> dict[bytes, int]:
        """Make all that is asked; give the place of each answer, by what is asked."""
        found = {
            key_of(single): single
            for condition in conditions.values()
            for single in leaves(condition)
        }
        made = {key: self._question(one, numbers) for key, one in found.items()}
        # What is at home with one leaf has its answers side by side.
        order = sorted(made, key=lambda key: getattr(made[key], "home", 0))
        places = {key: place for place, key in enumerate(order)}
        for key, question in made.items():
            if question is None:
                self._of_profile.append((places[key], found[key]))
            else:
                self._questions.append((places[key], question))
        return places

    def _question(
        self, single: Condition, numbers: Mapping[bytes, int]
    ) -> Question | None:
        if not isinstance(single, Did | DidNot | Following):
            return None
        under = leaves_under(single)
        own = tuple(numbers[key_of(leaf)] for leaf in under)
        self.leaves.update((number, self._kept[number]) for number in own)
        return question_of(single, own, self._totals)

    def _plan_of(self, name: str) -> Plan:
        return plan_of(
            Wanted(number, self.leaves[number])
            for number in sorted(self.objects)
            if name in self.leaves[number].names
        )

    def _by_default(self, size: int) -> list[bool]:
        """Give the answers for somebody who did nothing, which time never changes."""
        found = [False] * size
        for place, question in self._questions:
            nothing = [NOTHING for _ in question.leaves]
            found[place] = question.answer(nothing, _START).holds
        return found

    def _index(self) -> dict[int, Asks]:
        found: dict[int, list[Asked]] = {}
        for place, question in self._questions:
            for leaf in set(question.leaves):
                found.setdefault(leaf, []).append((place, question))
        return {
            leaf: Asks(leaf, self.leaves[leaf], asked, self._totals)
            for leaf, asked in found.items()
        }

    def answers(self) -> Answers:
        """Give the answers for somebody of whom nothing is known."""
        return bytearray(self._answers)

    def with_purchases(
        self, joined: Mapping[int, list[Any]], facts: Facts
    ) -> Mapping[int, list[Any]]:
        """Put purchases, as the facts tell them, beside a person's entries by leaf."""
        noted = (self.noted(done, facts.shop_zone) for done in facts.done)
        return self.beside(joined, self.together(noted))

    def together(self, noted: Iterable[Mapping[int, Entries]]) -> dict[int, Entries]:
        """Put together what was noted of several purchases."""
        parts: dict[int, list[Entries]] = {}
        for of_one in noted:
            for number, entries in of_one.items():
                parts.setdefault(number, []).append(entries)
        return {
            number: put_together(self.leaves[number].keep, several)
            for number, several in parts.items()
        }

    def noted(self, done: Done, zone: str) -> dict[int, Entries]:
        """Give what leaves note of a purchase; those that note nothing are left out.

        zone: the shop's.
        """
        noted: dict[int, list[Any]] = {}
        for number, entry in entries_in(found_of(done, self._plans[done.name], zone)):
            noted.setdefault(number, []).append(entry)
        return noted

    def beside(
        self, joined: Mapping[int, list[Any]], noted: Mapping[int, Entries]
    ) -> Mapping[int, list[Any]]:
        """Put what was noted of purchases beside a person's entries by leaf."""
        found = dict(joined)
        for number, entries in noted.items():
            own = found.get(number, NOTHING)
            found[number] = combine(self.leaves[number].keep, own, entries)
        return found

    def again(
        self,
        touched: Iterable[int],
        answers: Answers,
        held: Mapping[int, list[Any]],
        at: Moment,
    ) -> Again | None:
        """Answer anew what may have another answer, now that leaves took something.

        That is the last that was done, and not to come (see questions.settled); held
        has it. None: purchases belong to it, so all has to be looked at.
        """
        if not self._with_objects.isdisjoint(touched):
            return None
        next_us, there = NEVER_US, held.keys()
        changed: list[int] = []
        for leaf in touched:
            asks = self._asks.get(leaf)
            if asks is None:
                continue
            own = bytes(answers[asks.places])
            others = asks.needs_of.get(own)
            # Nearly always nothing is open, or it waits for what was never done.
            if others is None or (others and not there.isdisjoint(others)):
                found_us = asks.again(own, answers, held, at, changed)
                next_us = min(next_us, found_us)
        if next_us == NEVER_US and not changed:
            return UNCHANGED
        return Again(changed, None if next_us == NEVER_US else next_us)

    def asked_of(
        self, touched: Iterable[int], held: ByLeaf
    ) -> dict[int, Question] | None:
        """Give what is asked of some leaves, by its place; of nothing done it is not.

        None: purchases belong to it, so all has to be looked at.
        """
        if not self._with_objects.isdisjoint(touched):
            return None
        return {
            place: question
            for leaf in touched
            if (asks := self._asks.get(leaf)) is not None
            for place, question in asks.asked(held)
        }

    def _asked(self, held: Mapping[int, list[Any]]) -> dict[int, Question]:
        """Give what may have another answer than of somebody who did nothing."""
        return {
            place: question
            for leaf in held
            if (asks := self._asks.get(leaf)) is not None
            for place, question in asks.at_home(held)
        }

    def judge(self, held: Mapping[int, list[Any]], facts: Facts, now_us: int) -> Judged:
        """Judge a person by the entries of leaves and the facts of the profile."""
        at = Moment(now_us, facts.shop_zone, facts.time_zone)
        answers = self.answers()
        found = self.answer(self._asked(held), answers, held, at)
        next_us, changed = found.next_us, [*found.changed]
        for place, condition in self._of_profile:
            holds, changes_us = of_profile(condition, facts, at, self._daily)
            if holds:
                answers[place] = holds
                changed.append(place)
            if changes_us is not None and (next_us is None or changes_us < next_us):
                next_us = changes_us
        bits = self.bits.again(self.bits.default, changed, answers)
        return Judged(bits, next_us, answers)

    def answer(
        self,
        asked: Mapping[int, Question],
        answers: Answers,
        held: ByLeaf,
        at: Moment,
    ) -> Again:
        """Answer questions, by their places, in the answers that are given."""
        next_us = NEVER_US
        changed: list[int] = []
        for place, question in asked.items():
            entries = [held.get(one, NOTHING) for one in question.leaves]
            holds, changes_us = question.answer(entries, at)
            if answers[place] != holds:
                answers[place] = holds
                changed.append(place)
            if changes_us is not None and changes_us < next_us:
                next_us = changes_us
        return Again(changed, None if next_us == NEVER_US else next_us)


def leaf_keys(conditions: Mapping[int, Condition]) -> dict[bytes, Leaf]:
    """Give the leaves of conditions by their keys, in order."""
    return {
        key_of(leaf): leaf
        for condition in conditions.values()
        for single in leaves(condition)
        for leaf in leaves_under(single)
    }
