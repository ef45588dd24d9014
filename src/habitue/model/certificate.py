"""What was erased of a person, and what became of it; it names nobody."""

from enum import StrEnum

from msgspec import Struct

# Certificates are definitions of this kind, each under the id of its erasure.
ERASURE = "erasure"
# Definitions of this kind say whom nothing is taken of since, as hashes.
SUPPRESSION = "suppression"


class Status(StrEnum):
    """How far an erasure is: what is begun is gone on with until it is done."""

    BEGUN = "begun"
    DONE = "done"


class Certificate(Struct, frozen=True, kw_only=True):
    """An erasure: by whom, when and why, which records, and the stores it reached.

    offsets: of all records that were erased; quarantine: ids of the items there.
    purchases and spent_minor tell what left the shop's totals: a number, and by
    currency the sum in minor units. shared: how many of the records named others, too.
    """

    erasure_id: str
    status: Status = Status.BEGUN
    by: str
    reason: str
    asked_us: int
    done_us: int | None = None
    offsets: tuple[int, ...] = ()
    quarantine: tuple[int, ...] = ()
    shared: int = 0
    purchases: int = 0
    spent_minor: dict[str, int] = {}
    # Definitions that name them still, for an administrator to change.
    definitions: tuple[str, ...] = ()
    # Files of watched folders that named them and are gone, and that nobody could read.
    files: int = 0
    files_unread: int = 0
    # How many identifiers are suppressed from here on; 0 where nobody asked for it.
    suppressed: int = 0
    # Store -> what holds there now.
    stores: dict[str, str] = {}
