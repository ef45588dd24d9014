"""A person: identifiers in their tenures, what joins them, and what was refused."""

from enum import IntEnum, StrEnum
from typing import NamedTuple

from msgspec import Struct

from habitue.model.evidence import Key
from habitue.model.identifier import Identifier


class Moment(NamedTuple):
    """A place in the order of (t, key); after = 1 is the place just behind an item."""

    at_us: int
    key: Key
    after: int = 0


class Place(NamedTuple):
    """An identifier during one tenure or stretch, counted in time from 0."""

    identifier: Identifier
    ordinal: int


class Grade(IntEnum):
    """How strong an edge is: judged, told by the shop, or claimed; lighter first."""

    SAME = 0
    VERIFIED = 1
    CLAIM = 2


class RefusedBy(StrEnum):
    """Who refused: a contact that stays with its holder, or the union of persons."""

    TENURE = "tenure"
    UNION = "union"


class Node(Struct, frozen=True, kw_only=True):
    """An anchor, or a contact during one tenure: what a person is made of."""

    identifier: Identifier
    ordinal: int
    strand: int
    birth: int
    # Carried by a verified item or a judgement `same`.
    verified: bool
    # The tenure's bounds, since <= (t, key) < until; None is without end.
    since: Moment | None
    until: Moment | None


class Stretch(Struct, frozen=True, kw_only=True):
    """A span of a device's time in which it is one strand's, or a stranger's."""

    identifier: Identifier
    strand: int
    birth: int
    since: Moment | None
    until: Moment | None
    # The strand it is handed to and the login that did so; None: a stranger's.
    holder: int | None
    login: Key | None


class Edge(Struct, frozen=True, kw_only=True):
    """What joins two nodes (named by strand), with the item that weighs least."""

    left: int
    right: int
    grade: Grade
    key: Key


class Refusal(Struct, frozen=True, kw_only=True):
    """What would have joined two nodes, and why it did not.

    reason: `claim`, `limit KIND`, `not_same`, `flood`; key: the (first) item.
    """

    left: int
    right: int
    grade: Grade
    key: Key
    by: RefusedBy
    reason: str


class Person(Struct, frozen=True, kw_only=True):
    """Who: nodes and device stretches, the edges in force and the refused ones.

    A stranger has no node and one stretch nobody holds; a shared contact has
    neither, only its strand, and `shared` says so.
    """

    person_id: int
    strands: tuple[int, ...]
    nodes: tuple[Node, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    edges: tuple[Edge, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    # How many more there are, where not all were asked for.
    refusals_more: int = 0
    # The contact that nobody owns, where the person is one.
    shared: Identifier | None = None
