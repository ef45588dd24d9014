"""A person who is nobody's customer, so that whoever reads them has no reason to."""

from msgspec import Struct

# Under this kind a bait stands in the log, named by the person; null once it is none.
BAIT = "bait"


class Bait(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person whose reading raises an alarm: who marked them, why, who read them."""

    reason: str
    by: str
    at_us: int
    # How often it was found read, when last, and by whom.
    reads: int = 0
    read_us: int = 0
    reader: str = ""
