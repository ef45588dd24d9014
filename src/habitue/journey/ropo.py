"""Researched online and bought in a store, and the other way round.

ROPO: what is bought in a store was looked at online before. Showrooming: what is
bought online was tried in a store before. Of a purchase whose buyer nobody knows it
can't be told; that is unknown, never no. This is what the words mean; SQL is held to
it.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from habitue.base.clock import DAY_US

# Contacts of a shop's rooms: whatever is done there is not done online.
OFFLINE = ("pos", "store")
# What somebody does online who looks closer at a product. Being shown it is not yet it.
LOOKED = (
    *("Product Viewed", "Product Clicked", "Product Added", "Product Compared"),
    *("Product Shared", "Product Added to Wishlist", "Stock Checked"),
    *("Wishlist Product Added to Cart", "Product Reviewed"),
    *("Price Alert Requested", "Back in Stock Requested"),
)
# What somebody does in a store before they buy, whatever tells of it.
TRIED = (
    *("Product Scanned", "Fitting Room Used", "Staff Assisted", "Zone Entered"),
    *("Store Visit Started", "Beacon Detected", "Card Scanned"),
)


class Side(StrEnum):
    """Where something was done."""

    ONLINE = "online"
    STORE = "store"


class Answer(StrEnum):
    """By what a purchase is tied to something done on the other side, or why not."""

    PRODUCT = "product"
    CATEGORY = "category"
    BRAND = "brand"
    # Tried in a store: somebody was there, and nothing is known of what they saw.
    VISIT = "visit"
    NO = "no"
    UNKNOWN = "unknown"


# From the closest on.
FOUND = (Answer.PRODUCT, Answer.CATEGORY, Answer.BRAND, Answer.VISIT)


class RopoRules(Struct, frozen=True):
    """How long before a purchase counts, and what has to be the same."""

    window_us: int = 30 * DAY_US
    by: frozenset[Answer] = frozenset(FOUND)


class Looked(NamedTuple):
    """That a person looked at a product on a side; texts may be empty.

    store: where it was tried, if that is told.
    """

    person: int
    at_us: int
    side: Side
    product: str = ""
    category: str = ""
    brand: str = ""
    store: str = ""


class Sold(NamedTuple):
    """A line of a purchase; person: None where nobody knows the buyer."""

    object: str
    line: int
    person: int | None
    at_us: int
    # Where it was bought.
    side: Side
    product: str = ""
    category: str = ""
    brand: str = ""


def other(side: Side) -> Side:
    """Give the other side."""
    return Side.STORE if side is Side.ONLINE else Side.ONLINE


def answer_of(sold: Sold, looked: Iterable[Looked], rules: RopoRules) -> Answer:
    """Say by what a line bought is tied to the other side; looked: of anybody."""
    if sold.person is None:
        return Answer.UNKNOWN
    before = _before(sold, looked, rules)
    for answer in FOUND:
        if answer in rules.by and any(_fits(answer, sold, one) for one in before):
            return answer
    return Answer.NO


def _before(sold: Sold, looked: Iterable[Looked], rules: RopoRules) -> list[Looked]:
    return [
        one
        for one in looked
        if one.person == sold.person
        and one.side is other(sold.side)
        and sold.at_us - rules.window_us <= one.at_us < sold.at_us
    ]


def tried_in(lines: Iterable[Sold], looked: Sequence[Looked], rules: RopoRules) -> str:
    """Say in which store what was bought online was tried; empty where none is told.

    By the closest tie of its lines, the latest time that tells of a store; looked: of
    anybody, in the order in which it was told.
    """
    answers = [(answer_of(one, looked, rules), one) for one in lines]
    best = closest(answer for answer, _ in answers)
    found = [
        (bool(one.store), one.at_us, looked.index(one), one.store)
        for answer, sold in answers
        if answer is best and best in FOUND
        for one in _before(sold, looked, rules)
        if _fits(best, sold, one)
    ]
    return max(found)[-1] if found else ""


def _fits(answer: Answer, sold: Sold, seen: Looked) -> bool:
    match answer:
        case Answer.PRODUCT:
            return bool(sold.product) and sold.product == seen.product
        case Answer.CATEGORY:
            return bool(sold.category) and sold.category == seen.category
        case Answer.BRAND:
            return bool(sold.brand) and sold.brand == seen.brand
        case _:
            # Whoever is in a store sees what is there; a page shows what it shows.
            return sold.side is Side.ONLINE


def closest(answers: Iterable[Answer]) -> Answer:
    """Give the answer for a purchase of several lines."""
    found = set(answers)
    for one in (*FOUND, Answer.NO):
        if one in found:
            return one
    return Answer.UNKNOWN


class Shares(Struct, frozen=True):
    """How many purchases, or how much of their money, is tied to the other side.

    unlinked: of the no, those of buyers never seen on the other side, of whom
    something may have been missed, as of the unknown.
    """

    yes: int = 0
    no: int = 0
    unlinked: int = 0
    unknown: int = 0

    @property
    def all(self) -> int:
        return self.yes + self.no + self.unknown

    @property
    def known(self) -> int:
        return self.yes + self.no

    @property
    def share_known(self) -> float | None:
        """Of the purchases whose buyers are known; None if there are none."""
        return self.yes / self.known if self.known else None

    @property
    def low(self) -> float | None:
        """The least that the share of all can be: nobody unknown did so."""
        return self.yes / self.all if self.all else None

    @property
    def high(self) -> float | None:
        """The most it can be: all unknown, and all who were missed, did so."""
        if not self.all:
            return None
        return (self.yes + self.unlinked + self.unknown) / self.all

    def added(self, answer: Answer, how_much: int, *, linked: bool) -> "Shares":
        """Add a purchase, or its money."""
        if answer is Answer.UNKNOWN:
            return Shares(self.yes, self.no, self.unlinked, self.unknown + how_much)
        if answer is not Answer.NO:
            return Shares(self.yes + how_much, self.no, self.unlinked, self.unknown)
        missed = 0 if linked else how_much
        return Shares(
            self.yes, self.no + how_much, self.unlinked + missed, self.unknown
        )
