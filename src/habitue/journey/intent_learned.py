"""Intentions learned of sessions that the rules are sure of: naive Bayes, beside them.

It hears every event, those of no rule too, and so has an opinion of sessions that the
rules know nothing of. Sessions are parted into folds by person; whoever is judged was
not learned from. Counting alone: the same rows give the same answer.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import exp, log
from typing import NamedTuple

from msgspec import Struct

from habitue.journey.intent import INTENTS, Intent

FOLDS = 5
# Less sure than this it says nothing.
SAYS_FROM = 0.6
# Sessions that each intention has to be learned from.
LEARNS_FROM = 20


class Bag(NamedTuple):
    """Sessions in which the same was done, what the rules say of them, how many."""

    names: tuple[str, ...]
    contact: str
    intent: Intent | None
    is_sure: bool
    fold: int
    sessions: int = 1


class Agreement(Struct, frozen=True):
    """How the rules and what is learned of them agree.

    pairs: sessions by what the rules and the learned say; None of those of which one
    says nothing. trained: sessions learned from, of each intention.
    """

    trained: dict[Intent, int]
    pairs: dict[tuple[Intent | None, Intent | None], int]

    @property
    def share(self) -> float | None:
        """Of the sessions that both say something of, those they agree on."""
        both = {pair: n for pair, n in self.pairs.items() if None not in pair}
        same = sum(n for (left, right), n in both.items() if left is right)
        return same / sum(both.values()) if both else None


class Bayes:
    """Counts what is done in sessions of each intention."""

    def __init__(self, bags: Iterable[Bag]) -> None:
        self.sessions: Counter[Intent] = Counter()
        self._tokens: dict[Intent, Counter[str]] = defaultdict(Counter)
        for bag in bags:
            if bag.intent is not None and bag.is_sure:
                self.sessions[bag.intent] += bag.sessions
                for token in _tokens(bag):
                    self._tokens[bag.intent][token] += bag.sessions
        self._known = {one for told in self._tokens.values() for one in told}
        self._sums = {one: told.total() for one, told in self._tokens.items()}

    def says(self, bag: Bag) -> Intent | None:
        """Say what sessions were for; None where that is not clear."""
        heard = [one for one in _tokens(bag) if one in self._known]
        learned = [one for one in INTENTS if self.sessions[one] >= LEARNS_FROM]
        if not heard or not learned:
            return None
        weights = {one: self._weight(one, heard) for one in learned}
        best = max(learned, key=lambda one: weights[one])
        whole = sum(exp(weights[one] - weights[best]) for one in learned)
        return best if 1 / whole >= SAYS_FROM else None

    def _weight(self, intent: Intent, heard: list[str]) -> float:
        told, size = self._tokens[intent], len(self._known)
        below = self._sums[intent] + size
        return log(self.sessions[intent]) + sum(
            log((told[token] + 1) / below) for token in heard
        )


def _tokens(bag: Bag) -> list[str]:
    # No event's name holds a control character.
    return [*bag.names, f"\x1f{bag.contact}"]


def agreement_of(bags: Iterable[Bag]) -> Agreement:
    """Judge each session by what the other folds taught, and count who agrees."""
    held = list(bags)
    pairs: Counter[tuple[Intent | None, Intent | None]] = Counter()
    for fold in range(FOLDS):
        taught = Bayes(one for one in held if one.fold != fold)
        for bag in held:
            if bag.fold == fold:
                pairs[bag.intent, taught.says(bag)] += bag.sessions
    return Agreement(dict(Bayes(held).sessions), dict(pairs))
