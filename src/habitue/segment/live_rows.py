"""The rows of live segments: definitions by version, leaves, jobs, memberships."""

from enum import IntEnum

from msgspec import Struct

from habitue.segment.leaf import Leaf, asks_prices, asks_words
from habitue.state.port import IndexSpec, TableSpec


class Cause(IntEnum):
    """What made somebody a member, or ended it."""

    EVENT = 0
    TIME = 1
    MERGE = 2
    UNMERGE = 3
    BACKFILL = 4
    LATE = 5
    # The segment was changed or deleted.
    DEFINED = 6


# What was born so is marked, and tells nobody unless they ask for that, too.
QUIET = frozenset(
    {Cause.MERGE, Cause.UNMERGE, Cause.BACKFILL, Cause.LATE, Cause.DEFINED}
)


class SegmentRow(Struct, array_like=True, gc=False):
    """A segment: how it is defined now, and which slots of it are in force."""

    # As JSON; b"" where it was deleted.
    condition: bytes
    version: int
    # The slot that answers, and the one that is to take its place; 0: none.
    answers: int = 0
    comes: int = 0

    @property
    def slots(self) -> tuple[int, ...]:
        """The slots in force."""
        return tuple(slot for slot in (self.answers, self.comes) if slot)


class SlotRow(Struct, array_like=True, gc=False):
    """What a segment means, with the conditions of other segments in their place.

    version: the newest that means this.

    Where another segment is defined anew, those that ask for it get new slots.
    """

    segment: str
    version: int
    condition: bytes
    defined_us: int
    # Whether people are judged by it yet; since when it answers, and until when.
    judges: bool = False
    since_us: int = 0
    until_us: int = 0
    # Its place among the bits of who is in it; 0: its own number.
    bit: int = 0


class LeafRow(Struct, array_like=True, gc=False):
    """A leaf: noted from behind a record on; what lies before it, by a job, 0: done."""

    leaf: bytes
    since: int
    job: int
    gone: bool = False


class JobRow(Struct, array_like=True, gc=False):
    """How far filling in has come: through what was done, then through people."""

    slots: tuple[int, ...] = ()
    begun: bool = False
    # Up to this identifier all is noted, and of it up to this place.
    number: int = 0
    at_us: int = 0
    offset: int = 0
    # All is noted: people are judged, up to this one.
    judging: bool = False
    person_id: int = 0
    # Steps taken in this turn.
    steps: int = 0
    # What asks the catalogue is noted anew: by these leaves, once the job has begun.
    goods: bool = False
    renews: tuple[int, ...] = ()
    # What asks for prices of the catalogue is, too.
    prices: bool = False
    # Whoever is in a slot that is over is judged, and nothing else is done.
    clears: bool = False

    def renews_leaf(self, leaf: Leaf) -> bool:
        """Say whether what a leaf notes is noted anew."""
        return (self.goods and asks_words(leaf)) or (self.prices and asks_prices(leaf))


# slot, since_us, until_us (0: still), what made it so and what ended it
Span = tuple[int, int, int, int, int]


class MemberRow(Struct, array_like=True, gc=False):
    """The slots that a person is in, by their bits, and since when and until when.

    spans: so many, msgpack of each behind that of the one before.
    """

    bits: bytes
    spans: bytes
    count: int


class FlowRow(Struct, array_like=True, gc=False):
    """How many came to a slot and went on a day."""

    came: int = 0
    went: int = 0


SEGMENTS = TableSpec(name="segment", key=str, value=SegmentRow)
SLOTS = TableSpec(name="segment_slot", key=int, value=SlotRow)
LEAVES = TableSpec(name="segment_leaf", key=int, value=LeafRow)
JOBS = TableSpec(name="segment_job", key=int, value=JobRow)
MEMBERS = TableSpec(name="membership", key=int, value=MemberRow)
# How many are in a slot.
SIZES = TableSpec(name="segment_size", key=int, value=int)
# By slot and day.
FLOWS = TableSpec(name="segment_flow", key=str, value=FlowRow)
# Slot -> person_id of who is in it.
MEMBERS_OF = IndexSpec(name="segment_member")
