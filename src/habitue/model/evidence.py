"""What shows identifiers together, and verdicts about them."""

from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from habitue.model.identifier import Identifier


class Key(NamedTuple):
    """What an item is called: its source and the message id that source gave it."""

    source: str
    message_id: str


class Evidence(Struct, frozen=True, kw_only=True, gc=False):
    """An item that shows identifiers together at a moment."""

    key: Key
    offset: int
    at_us: int
    verified: bool
    # Normalised and unblocked; may be empty, then the item is nobody's.
    identifiers: tuple[Identifier, ...]
    ends: bool = False
    shared_device: bool = False
    # Set for a verified alias: this former identifier and the item's highest are one.
    formerly: Identifier | None = None


class Verb(StrEnum):
    """What a judgement says."""

    SAME = "same"
    NOT_SAME = "not_same"
    RETRACT = "retract"
    RESTORE = "restore"


class Judgement(Struct, frozen=True, kw_only=True):
    """A verdict: two identifiers are one person or are not, or an item is void."""

    key: Key
    offset: int
    at_us: int
    verb: Verb
    left: Identifier | None = None
    right: Identifier | None = None
    # What retract and restore speak of: an item, a same or a not_same.
    target: Key | None = None


class Verdict(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of a judgement record: what was judged, by whom and why."""

    verb: Verb
    left: Identifier | None = None
    right: Identifier | None = None
    target: Key | None = None
    at_us: int
    operator: str
    reason: str = ""
    # Judgements given in one command share it, and are undone together.
    command: str = ""
