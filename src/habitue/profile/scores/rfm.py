"""Recency, frequency, money: three scores of 1 to 5 by cut points that stand still.

A score is 1 and one more for each cut that the value reaches, so equal values have
equal scores, always, and nobody's score moves because others bought. The cuts are
rules of the shop's: chosen, or computed once from its people by cuts_of. (NTILE, which
deals equal values out over neighbouring scores, moved 41.9 % of CDNOW's customers
between two identical runs.)
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from msgspec import Struct

from habitue.model.score import Cuts, RfmRules
from habitue.profile.rows import Head
from habitue.profile.scores.days import age_days

PARTS = 5


class Bought(Protocol):
    """What somebody bought, in order of time, and what came back."""

    @property
    def purchases(self) -> Sequence[Head]: ...

    def money(self) -> Iterator[tuple[Head, int, int]]:
        """Give each object with what it adds to gross and to returns."""
        ...


class Rfm(Struct, frozen=True):
    """What a person's purchases measure, and the score of each measure."""

    recency_days: int
    purchases: int
    # Minor units, net of returns.
    money: int
    recency: int
    frequency: int
    monetary: int
    persona: str

    @property
    def cell(self) -> str:
        """The three scores as one text, as in 543."""
        return f"{self.recency}{self.frequency}{self.monetary}"


def rfm(facts: Bought, now_us: int, rules: RfmRules, currency: str) -> Rfm | None:
    """Score a person at a moment; None for one who has not bought by then.

    currency: whose money counts; without one, the one in which the person bought most.
    """
    measured = measure(facts, now_us, currency)
    if measured is None:
        return None
    days, purchases, money = measured
    recency = score(-days, tuple(-cut for cut in reversed(rules.recency_days)))
    frequency = score(purchases, rules.purchases)
    monetary = score(money, rules.money)
    return Rfm(
        recency_days=days,
        purchases=purchases,
        money=money,
        recency=recency,
        frequency=frequency,
        monetary=monetary,
        persona=persona(recency, frequency, monetary),
    )


def measure(facts: Bought, now_us: int, currency: str) -> tuple[int, int, int] | None:
    """Give days since the last purchase, purchases and money by a moment."""
    bought = [head for head in facts.purchases if head.at_us <= now_us]
    if not bought:
        return None
    sums: Counter[str] = Counter()
    for head, gross, back in facts.money():
        if head.at_us <= now_us:
            sums[head.currency] += gross - back
    main = currency or min(sums, key=lambda each: (-sums[each], each))
    return age_days(bought[-1].at_us, now_us), len(bought), sums[main]


def score(value: int, cuts: Cuts) -> int:
    """Give 1, and one more for each of the rising cuts that a value reaches.

    >>> score(1, (2, 3, 5, 10)), score(2, (2, 3, 5, 10)), score(99, (2, 3, 5, 10))
    (1, 2, 5)
    """
    return bisect_right(cuts, value) + 1


def cuts_of(values: Iterable[int], parts: int = PARTS) -> Cuts:
    """Give the cuts that part values evenly, equal values staying together.

    A value's place is its average rank over all; the first value whose place lies in
    the k-th part is the k-th cut. Where so many are equal that a part stays empty,
    its cut is the next part's, and nobody has that score.

    >>> cuts_of([1, 1, 1, 1, 1, 1, 2, 3, 4, 9])
    (1, 2, 2, 4)
    """
    held = Counter(values)
    whole, before = held.total(), 0
    first: dict[int, int] = {}
    for value in sorted(held):
        # Average rank, as a share of all: (before + held / 2) / whole.
        part = (2 * before + held[value]) * parts // (2 * whole)
        first.setdefault(part, value)
        before += held[value]
    top = max(held, default=0) + 1
    cuts = []
    for part in range(parts - 1, 0, -1):
        top = first.get(part, top)
        cuts.append(top)
    return tuple(reversed(cuts))


def fifths_of(measured: Iterable[tuple[int, int, int]]) -> RfmRules:
    """Give the rules whose cuts part what people measure into fifths.

    measured: of each buyer what measure gives; there is one at least.
    """
    days, purchases, money = zip(*measured, strict=True)
    return RfmRules(
        recency_days=tuple(-cut for cut in reversed(cuts_of(-each for each in days))),
        purchases=cuts_of(purchases),
        money=cuts_of(money),
    )


# In this order, the first that fits; docs/scores.md says what each is good for.
_PERSONAS = (
    ("champion", (4, 5), (4, 5), (4, 5)),
    ("loyal", (3, 5), (4, 5), (1, 5)),
    ("big_spender", (3, 5), (1, 3), (4, 5)),
    ("promising", (4, 5), (2, 3), (1, 3)),
    ("newcomer", (4, 5), (1, 1), (1, 3)),
    ("steady", (3, 3), (2, 3), (1, 3)),
    ("passing_by", (3, 3), (1, 1), (1, 3)),
    ("must_not_lose", (1, 2), (4, 5), (4, 5)),
    ("at_risk", (2, 2), (2, 5), (1, 5)),
    ("big_once", (1, 2), (1, 3), (4, 5)),
    ("drifting", (2, 2), (1, 1), (1, 3)),
    ("asleep", (1, 1), (2, 5), (1, 5)),
    ("gone", (1, 1), (1, 1), (1, 3)),
)
PERSONAS = tuple(name for name, *_ in _PERSONAS)


def persona(recency: int, frequency: int, monetary: int) -> str:
    """Name what kind of customer three scores describe.

    >>> persona(5, 5, 5), persona(5, 1, 1), persona(1, 5, 5)
    ('champion', 'newcomer', 'must_not_lose')
    """
    scores = (recency, frequency, monetary)
    for name, *spans in _PERSONAS:
        if all(
            low <= each <= high for each, (low, high) in zip(scores, spans, strict=True)
        ):
            return name
    raise ValueError(f"no persona for {scores}")
