"""The rows that profiles are kept in: one a strand, one an object, one a day.

Every row is a pure function of the set of items folded into it, whatever their
order: counts and sums are exact integers, of rival values the greatest version
stands. All dict keys are text and all lists are sorted, and what is empty is None,
so that a row has one canonical encoding. An empty dict takes 64 bytes and a list is
watched by the collector of cycles, so a row holds neither where it can do without.
"""

from typing import Any

from msgspec import Struct

from habitue.identity.rows import BY_STRAND
from habitue.state.port import TableSpec

# What is told of nobody: it has no strand, yet receipts of it count in the totals.
NOBODY = 0

SEP = "\x1f"

# Values of traits, one for each source that tells it.
TRAITS_MAX = 400
CLAIMED_TRAITS_MAX = 200
TRAIT_BYTES_MAX = 1024
NAMES_MAX = 300
NAME_MAX = 128
CHANNELS_MAX = 50
DAYS_MAX = 4000
CONSENTS_MAX = 500
CLAIMED_CONSENTS_MAX = 100
BOUNCES_MAX = 50
VISITED_MAX = 500
CLAIMED_OBJECTS_MAX = 200
LINES_MAX = 5000
BEATEN_MAX = 1000

# product and name as one key of sums, category, brand, thousandths of a piece, minor
# units of the line
LineRow = tuple[str, str, str, int, int | None]


class ToldRow(Struct, array_like=True, gc=False):
    """A value of a trait as one source last told it."""

    at_us: int
    message_id: str
    offset: int
    value: Any


class TouchRow(Struct, array_like=True, gc=False):
    """A campaign that brought the person here."""

    at_us: int
    source: str
    message_id: str
    offset: int
    value: dict[str, str]


class ConsentRow(Struct, array_like=True, gc=False):
    """The latest entry of one state for one contact, purpose and channel."""

    at_us: int
    source: str
    message_id: str
    offset: int
    event: str
    # text, text_version, legal_basis, by, place
    told: tuple[str, str, str, str, str]


class BounceRow(Struct, array_like=True, gc=False):
    """The latest time that a contact point could not be reached for good."""

    at_us: int
    source: str
    message_id: str
    reason: str


class Head(Struct, array_like=True, gc=False):
    """What an object brings to the strand it counts for."""

    kind: str
    at_us: int
    channel: str
    currency: str
    amount: int
    # Of an order wholly refunded by its status: what no return object covers.
    returned: int
    store: str
    flags: int


COUNTED = 1
CLAIMED = 2
CONFLICT = 4
OVER_RETURNED = 8
VOID = 16
COVERED = 32
SIMULATED = 64
KNOWN = 128


class SpanRow(Struct, array_like=True, gc=False):
    """Events through one channel, the first and the last."""

    events: int
    first_us: int
    last_us: int


class SeenRow(Struct, array_like=True, gc=False):
    """Events of one source, the last, and when the last was received."""

    events: int
    last_us: int
    received_us: int


class SumRow(Struct, array_like=True, gc=False):
    """What was bought and what came back, in thousandths and minor units."""

    times: int
    milli: int
    amount: int
    back_milli: int = 0
    back_amount: int = 0


SumRows = dict[str, SumRow]


class SumsRow(Struct, array_like=True, gc=False):
    """Sums in one currency by product, category and brand."""

    products: SumRows | None = None
    categories: SumRows | None = None
    brands: SumRows | None = None


class StrandState(Struct, array_like=True, gc=False):
    """All that was folded into one strand."""

    events: int = 0
    first_us: int = 0
    last_us: int = 0
    # 1: a verified item named an anchor or a contact; 2: a claim did.
    known: int = 0
    names: dict[str, int] = {}
    channels: dict[str, SpanRow] = {}
    sources: dict[str, SeenRow] = {}
    days: dict[str, int] = {}
    # trait and source -> what it last told
    verified: dict[str, ToldRow] | None = None
    claimed: dict[str, ToldRow] | None = None
    # state, contact, purpose, channel -> its latest entry
    consents: dict[str, ConsentRow] | None = None
    claimed_consents: dict[str, ConsentRow] | None = None
    bounces: dict[str, BounceRow] | None = None
    first_touch: TouchRow | None = None
    last_touch: TouchRow | None = None
    # Every object told of here; None where it counts for another strand.
    objects: dict[str, Head | None] | None = None
    claims: tuple[str, ...] = ()
    # by currency
    sums: dict[str, SumsRow] | None = None
    warned: dict[str, int] | None = None
    # store -> when somebody was last in it, bought or not
    visited: dict[str, int] | None = None


class Report(Struct, array_like=True, gc=False):
    """One report of an object, normalised; None where it says nothing."""

    updated_us: int
    at_us: int
    message_id: str
    offset: int
    status: str | None = None
    currency: str | None = None
    total: int | None = None
    lines: tuple[LineRow, ...] | None = None
    channel: str | None = None
    store: str | None = None
    till: str | None = None
    cashier: str | None = None
    tender: str | None = None
    link: str | None = None
    # A refund of all there is.
    whole: bool = False


class Part(Struct, array_like=True, gc=False):
    """What one source told of an object in one strand."""

    strand: int
    source: str
    verified: bool
    known: bool
    # When the purchase was made: the first report that states it, else any.
    stated: bool
    born_us: int
    reports: tuple[Report, ...] = ()
    # Of what names nobody, the offsets of reports that say nothing any more: with
    # no strand to fold anew, these are, should the one that beat them be withdrawn.
    beaten: tuple[int, ...] = ()


class ObjectRow(Struct, array_like=True, gc=False):
    """An order, a receipt or a return: what all strands and sources told of it."""

    parts: tuple[Part, ...] = ()
    # The objects whose reports point to this one.
    back: tuple[str, ...] = ()
    # More point here than can belong to one purchase: all links here are void.
    overlinked: bool = False


STRANDS = TableSpec(
    name="profile",
    key=int,
    value=StrandState,
    strand_keyed=True,
    near=BY_STRAND,
)
OBJECTS = TableSpec(name="object", key=str, value=ObjectRow)
# How many parts of objects a source told.
TOLD_BY = TableSpec(name="object_source", key=str, value=int)
# kind, currency, channel, buyer, simulated -> objects, minor units
TOTALS = TableSpec(name="total", key=int, value=dict[str, list[int]])


def warn(state: StrandState, word: str) -> None:
    """Note in a state that something was left out."""
    if state.warned is None:
        state.warned = {}
    state.warned[word] = 1


def warn_again(state: StrandState, word: str) -> None:
    """Note in a state that something was left out, and how often."""
    if state.warned is None:
        state.warned = {}
    state.warned[word] = state.warned.get(word, 0) + 1


def admit(held: dict[str, Any], key: str, limit: int) -> bool:
    """Say whether a key may enter a bounded dict, making room for it if so.

    The least keys stay. That is exact in any order: a key that is among the least
    at the end was so all the time, so nothing told of it was ever dropped.

    >>> held = {"b": 1, "c": 2}
    >>> admit(held, "d", 2), admit(held, "a", 2), held
    (False, True, {'b': 1})
    """
    if key in held or len(held) < limit:
        return True
    greatest = max(held)
    if key > greatest:
        return False
    del held[greatest]
    return True
