"""What a condition is made of: frozen nouns, as they stand in JSON.

A node says its sort under `type`. What each means is habitue.segment.meaning; which of
them make sense together is habitue.segment.check. Nothing here is code or an expression
in text: a condition is data, however it was written.
"""

from typing import Literal, TypeAlias, Union

from msgspec import Struct

# How values are compared: whole numbers first, then texts, then moments.
Order = Literal["<", "<=", "=", ">=", ">"]
Op = Literal[
    "is",
    "is_not",
    "one_of",
    "none_of",
    "contains",
    "starts_with",
    "ends_with",
    "<",
    "<=",
    ">=",
    ">",
    "exists",
    "missing",
    "before",
    "after",
    "within",
    "older",
    "ahead",
    "anniversary",
]
Scalar: TypeAlias = str | int | float | bool
Which = Literal["any", "first", "last"]
Likeness = Literal["same", "other"]
ConsentState = Literal["granted", "withdrawn", "pending", "unknown"]


class Window(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A span of time: so long until now, or from one date through another.

    A day is 24 hours, a month 30 days and a year 365, so that whoever leaves a window
    leaves it at an exact instant. since and until are dates of the shop's zone, of
    which until is the last day, or moments (RFC 3339), of which until is left out.
    """

    seconds: int = 0
    minutes: int = 0
    hours: int = 0
    days: int = 0
    weeks: int = 0
    months: int = 0
    years: int = 0
    since: str | None = None
    until: str | None = None


Value: TypeAlias = Scalar | tuple[Scalar, ...] | Window | None


class Where(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A comparison with one property of what was done, or of one of its lines.

    property: a path into the properties ("shipping.method"), into its lines
    ("products.colour"), or a word of habitue.segment.reading ("$category"). currency:
    of amounts of money, which are compared in minor units.
    """

    property: str
    op: Op
    value: Value = None
    currency: str | None = None


class Count(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """How often it was done."""

    op: Order
    value: int


class Sum(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What a property adds up to; money in minor units of the currency."""

    of: str
    op: Order
    value: int | float
    currency: str | None = None


class Distinct(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """How many different values of a property there are."""

    of: str
    op: Order
    value: int


class Alike(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A comparison with a step of a sequence: the same value of a property, or another.

    step: which one, counted from 1; without it the one before, of then_not the last.
    of: what the property is called there, where that is something else.
    """

    property: str
    op: Likeness = "same"
    step: int | None = None
    of: str | None = None


class Deed(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Something that may be done: an event by its name or names, and what it tells.

    "*" is any event; "$purchase" and "$return" are orders, receipts and returns as
    they stand, each once, however often it was told of. alike: it is compared with
    the step before it, or with another one.
    """

    event: str | tuple[str, ...]
    where: tuple[Where, ...] = ()
    alike: tuple[Alike, ...] = ()


class Gap(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """How long after the step before: from least on (included), below most."""

    least: Window | None = None
    most: Window | None = None


class Step(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A step of a sequence: done after the one before, and none of without between."""

    event: str | tuple[str, ...]
    where: tuple[Where, ...] = ()
    alike: tuple[Alike, ...] = ()
    after: Gap | None = None
    without: tuple[Deed, ...] = ()


class Absence(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Something not done since the last step, which is at least so long ago."""

    event: str | tuple[str, ...]
    where: tuple[Where, ...] = ()
    alike: tuple[Alike, ...] = ()
    lasting: Window | None = None


class _Node(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What all nodes share: their sort stands under `type`."""


class AllOf(_Node, frozen=True, kw_only=True, tag="all"):
    """Every one of these holds; of none, that is so."""

    of: tuple["Condition", ...]


class AnyOf(_Node, frozen=True, kw_only=True, tag="any"):
    """At least one of these holds; of none, that is not so."""

    of: tuple["Condition", ...]


class Not(_Node, frozen=True, kw_only=True, tag="not"):
    """The condition in it does not hold."""

    of: "Condition"


class HasTrait(_Node, frozen=True, kw_only=True, tag="trait"):
    """A comparison with a trait that sources tell, by its name or a path into it."""

    name: str
    op: Op
    value: Value = None


class HasComputed(_Node, frozen=True, kw_only=True, tag="computed"):
    """A comparison with a trait that is counted from events: "revenue.PLN.net"."""

    name: str
    op: Op
    value: Value = None


class Did(_Node, frozen=True, kw_only=True, tag="did"):
    """Something was done: once, or as count, sum or distinct says.

    which: the first or the last of these events ever has to be such a one.
    """

    event: str | tuple[str, ...]
    where: tuple[Where, ...] = ()
    count: Count | None = None
    sum: Sum | None = None
    distinct: Distinct | None = None
    within: Window | None = None
    which: Which = "any"


class DidNot(_Node, frozen=True, kw_only=True, tag="did_not"):
    """Something was not done, not once; who never did it is meant, too."""

    event: str | tuple[str, ...]
    where: tuple[Where, ...] = ()
    within: Window | None = None


class Sequence(_Node, frozen=True, kw_only=True, tag="sequence"):
    """One thing after another, each strictly later than the one before."""

    steps: tuple[Step, ...]
    within: Window | None = None
    then_not: Absence | None = None


class HasConsent(_Node, frozen=True, kw_only=True, tag="consent"):
    """The answer to whether somebody may be written to for a purpose by a channel."""

    purpose: str
    channel: str
    state: ConsentState


class HasIdentifier(_Node, frozen=True, kw_only=True, tag="identifier"):
    """Whether an identifier of a kind is known."""

    kind: str
    known: bool = True


class InSegment(_Node, frozen=True, kw_only=True, tag="in_segment"):
    """Being in another segment, by its id, at the same moment."""

    segment: str


Condition: TypeAlias = Union[  # noqa: UP007 - a text in it can't be joined with |
    AllOf,
    AnyOf,
    Not,
    HasTrait,
    HasComputed,
    Did,
    DidNot,
    Sequence,
    HasConsent,
    HasIdentifier,
    InSegment,
]
# What names events and says what they have to tell.
Doing: TypeAlias = Did | DidNot | Step | Absence | Deed
# What of it may be compared with a step of a sequence.
Following: TypeAlias = Step | Absence | Deed


def names_of(doing: Doing) -> tuple[str, ...]:
    """Give the names of events that are meant, one or several."""
    return (doing.event,) if isinstance(doing.event, str) else doing.event
