"""Rewriting what erasing emptied, where a store keeps former bytes in its files.

SQLite overwrites as it erases. PostgreSQL empties rows; what they held lies in free
space of pages, in statistics of the planner and in its write-ahead log until that room
is used again.
"""

from collections.abc import Sequence

from msgspec import Struct

from habitue.model.certificate import Certificate

# The last rewriting is a definition of this kind, under this name.
SCRUB, WHOLE = "scrub", "database"


class Scrubbed(Struct, frozen=True, kw_only=True):
    """What was rewritten: tables, their size before, and what could not be done.

    locked_s: the longest that one table was held.
    """

    tables: int
    bytes: int
    locked_s: float
    left: tuple[str, ...] = ()


class Scrub(Struct, frozen=True, kw_only=True):
    """A rewriting that has ended: by whom, since when, and what came of it."""

    by: str
    began_us: int
    came: Scrubbed


def unscrubbed(erased: Sequence[Certificate], last: Scrub | None) -> list[str]:
    """Name the erasures whose former bytes may lie in files of the database still.

    One that was done while the tables were being rewritten counts as such.
    """
    since_us = -1 if last is None else last.began_us
    return [
        one.erasure_id
        for one in erased
        if one.done_us is None or one.done_us >= since_us
    ]
