"""Rewriting what was erased or expired, where a store keeps former bytes in its files.

SQLite overwrites as it erases. PostgreSQL empties rows; what they held lies in free
space of pages, in statistics of the planner and in its write-ahead log until that room
is used again.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from habitue.model.certificate import Certificate
from habitue.model.retention import RetentionRun

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
    since_us = _since_us(last)
    return [
        one.erasure_id
        for one in erased
        if one.done_us is None or one.done_us >= since_us
    ]


def unscrubbed_classes(
    runs: Mapping[str, RetentionRun], last: Scrub | None
) -> list[str]:
    """Name the classes of retention of which as much may be said.

    runs: the last run of each class by its name, of classes that were dropped, too.
    """
    since_us = _since_us(last)
    return sorted(name for name, run in runs.items() if run.took_us >= since_us)


def _since_us(last: Scrub | None) -> int:
    # Whatever was done at all; a run that never took anything says 0.
    return 1 if last is None else last.began_us
