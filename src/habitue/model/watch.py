"""A folder that is watched for files, and what became of each file."""

from msgspec import Struct

WEEK = (0, 1, 2, 3, 4, 5, 6)


class Watch(Struct, frozen=True, kw_only=True):
    """A folder whose files are imported under a source, with the hour one is due."""

    name: str
    source: str
    # As it was told: below the folder that watched folders have to lie in.
    folder: str
    pattern: str = "*"
    # HH:MM in the shop's zone, on these days of the week (0 is Monday); a file that
    # came at most so long before counts for it.
    expect: str | None = None
    days: tuple[int, ...] = WEEK
    early_hours: int = 12
    # What the lines tell, the kept mapping they go by, and what holds for all lines.
    what: str | None = None
    mapping: str | None = None
    constants: dict[str, str] = {}
    # Events act as if they had just happened; otherwise they are history.
    live: bool = False
    made_us: int = 0
    # Taken back: kept as a definition, and not looked at any more.
    stopped: bool = False


class WatchedFile(Struct, frozen=True, kw_only=True):
    """A file that a watch took, by the hash of its content, and what became of it."""

    watch: str
    digest: str
    name: str
    size_bytes: int
    at_us: int
    landed: bool
    lines: dict[str, int] = {}
    events: int = 0
    # Why it could not be imported.
    reason: str | None = None
    # It named somebody who was erased: no copy of it is kept any more.
    cleared: bool = False
