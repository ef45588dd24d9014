"""The rows in which the resolver keeps what it knows; each is bounded or partial."""

from msgspec import Struct

from habitue.model.identifier import IDENTIFIERS_MAX
from habitue.model.strand import STRANDS_MAX
from habitue.state.port import IndexSpec, Near, TableSpec

# (at_us, source, message_id, after): a place in the order of (t, key).
Moment = tuple[int, str, str, int]


# Something that lies at a moment: its number, an offset or a birth, behind that.
Tied = tuple[int, str, str, int, int]


# Before all (t, key).
NEVER = (0, "", "")


class Tenure(Struct, array_like=True, gc=False):
    """A span in which a contact belongs to one set of anchors."""

    # None: from the beginning.
    since: Moment | None = None
    anchors: list[int] = []
    birth: int = 0
    # Verified items in force that carry the contact in this tenure.
    verified: int = 0
    # The raw component the node is in; 0 while it is alone.
    component: int = 0


class Anchor(Struct, array_like=True, gc=False):
    """What only an anchor has."""

    # The account it is booked to, and the item that told so first; 0: itself.
    head: int = 0
    head_at: int = 0
    head_offset: int = 0
    verified: int = 0
    component: int = 0


class Turned(Struct, array_like=True, gc=False):
    """An item that a contact refused: its highest anchor, and why."""

    anchor: int
    at_us: int
    source: str
    message_id: str
    offset: int
    reason: str


class Contact(Struct, array_like=True, gc=False):
    """What only a contact has."""

    tenures: list[Tenure]
    # Why it is shared, "" if it is not, and the first item behind which it is.
    shared: str = ""
    shared_at: Moment | None = None
    # Of each highest anchor of a refused item the first such item, as they came.
    refused: list[Turned] = []
    # E-mails and phones named with it without an anchor, while it matters.
    others: list[int] = []


class Stretch(Struct, array_like=True, gc=False):
    """A span in which a device is one strand's or a stranger's."""

    since: Moment | None = None
    # Strand it is handed to; None: a stranger's.
    holder: int | None = None
    # Offset of the login that handed it over.
    login: int = 0
    # 0 while no record mentions the device in it.
    birth: int = 0
    # An item of the device in force lies in it.
    seen: bool = False
    # None: it is the latest.
    until: Moment | None = None


class Device(Struct, array_like=True, gc=False):
    """What only a device has."""

    # The latest stretch; the earlier ones are rows of their own.
    stretch: Stretch
    # Items in force from shared-device sources.
    marks: int = 0
    # Moments of the first and last item that counts; of the first login.
    earliest: Moment | None = None
    latest: Moment | None = None
    login: Moment | None = None
    # What lies before this is not adopted.
    reach: Moment | None = None


class Row(Struct, array_like=True, gc=False):
    """An identifier by its number: what it is, and what is known of it."""

    kind: str
    value: str
    # Items in force that carry it.
    items: int = 0
    # The latest mention of it, by (t, key).
    last_at: int = -1
    last_offset: int = 0
    # Who was judged not the same, and the same; pairs in force only.
    apart: list[int] = []
    same: list[int] = []
    # What its name counts as, where names were judged same; 0: itself.
    counts_as: int = 0
    anchor: Anchor | None = None
    contact: Contact | None = None
    device: Device | None = None


class Told(Struct, array_like=True, gc=False):
    """A judgement on a pair."""

    at_us: int
    source: str
    message_id: str
    offset: int
    same: bool
    in_force: bool = True


class Leaves(Struct, array_like=True, gc=False):
    """What shares a time, in order: where each leaf of it begins, and its name."""

    firsts: list[Tied]
    names: list[int]
    # How many leaves were made so far: the name of the next one.
    made: int


class Pair(Struct, array_like=True, gc=False):
    """All judgements on two identifiers, by (t, key)."""

    told: list[Told]


class Ruling(Struct, array_like=True, gc=False):
    """The latest retract or restore of a key."""

    at_us: int
    source: str
    message_id: str
    retracted: bool
    # The key has not come in yet.
    pending: bool
    # The records of all that were told of the key, as they came.
    told: list[int] = []


class Edge(Struct, array_like=True, gc=False):
    """What joins two nodes: its weight, and the record that weighs least."""

    grade: int
    rank: int
    at_us: int
    source: str
    message_id: str
    offset: int


class Group(Struct, array_like=True, gc=False):
    """A person's share of a raw component."""

    birth: int
    # The node of that birth.
    oldest: int
    verified: bool
    # Rank of kind -> its names, at most as many as the kind's limit.
    names: dict[int, list[int]]


class Component(Struct, array_like=True, gc=False):
    """Nodes that edges connect, refused ones or not, and the persons among them.

    An edge between two persons is one that was refused. It is called by one of its
    nodes. A wide one stays one even where what connected it is gone.
    """

    # Node -> its person's key in groups.
    nodes: dict[int, int]
    groups: dict[int, Group]
    # Lower node -> higher node -> the edge between them.
    edges: dict[int, dict[int, Edge]]
    # No edge weighs more: (grade, rank, at_us, source, message_id).
    heaviest: tuple[int, int, int, str, str] = (0, 0, 0, "", "")
    # Node -> how many of its edges are claims.
    claims: dict[int, int] = {}
    # No claim was told later, by (t, key).
    latest: tuple[int, str, str] = NEVER
    # Some identifier was judged not another's.
    judged: bool = False


class Tally(Struct, array_like=True, gc=False):
    """What the resolver counts over all."""

    # Keys retracted before they came in.
    pending: int = 0
    # Items in force without an identifier.
    nobody: int = 0
    # The last part of the list of people.
    people_part: int = 0
    # People listed who hold an anchor or a contact, and who are a device alone.
    known: int = 0
    strangers: int = 0


NUMBERS = TableSpec(name="identity_numbers", key=str, value=int, block=IDENTIFIERS_MAX)
# What is asked for next where a number was: it lies near.
BY_NUMBER = Near(of=NUMBERS.name)
BY_STRAND = Near(of=NUMBERS.name, width=STRANDS_MAX)
ROWS = TableSpec(name="identity_rows", key=int, value=Row, near=BY_NUMBER)
# By birth, but the latest of each device.
STRETCHES = TableSpec(name="identity_stretches", key=int, value=Stretch)
# Birth of a stretch that is not its device's number -> that number.
BORN = TableSpec(name="identity_born", key=int, value=int)
PAIRS = TableSpec(name="identity_pairs", key=str, value=Pair)
RULINGS = TableSpec(name="identity_rulings", key=str, value=Ruling)
# By the name of a tie, and of a leaf of it: see habitue.identity.ties.
TIES = TableSpec(name="identity_ties", key=str, value=Leaves)
TIED = TableSpec(name="identity_tied", key=str, value=list[Tied])
COMPONENTS = TableSpec(
    name="identity_components", key=int, value=Component, noted=True, near=BY_STRAND
)
CLASSES = TableSpec(name="identity_classes", key=int, value=list[int])
TALLY = TableSpec(name="identity_tally", key=int, value=Tally)

# Items and mentions: part = number * 2, + 1 for the items it decides.
ITEMS = IndexSpec(name="identity_items")
# number * 2 -> contacts that an item showed with the anchor (SEEN);
# number * 2 + 1 -> anchors that have it as head (FOLLOWERS).
LINKS = IndexSpec(name="identity_links", near=Near(of=NUMBERS.name, width=2))
# Number of a device -> since when each of its stretches is (0: ever), with its birth.
OPENS = IndexSpec(name="identity_opens")
# Strand of a holder -> births of device stretches handed to it, with their strands.
HANDED = IndexSpec(name="identity_handed", noted=True, near=BY_STRAND)
# Part of ids -> person_id, with the strand of its oldest node, stretch, contact.
PEOPLE = IndexSpec(name="identity_people", noted=True)

VERIFIED = 1
ENDS = 2
MARKED = 4
REFUSED = 8
VOID = 16
JUDGED = 32
OUT_OF_FORCE = VOID | JUDGED
