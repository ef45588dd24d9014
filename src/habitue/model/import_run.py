"""An import: a file that was taken in, what became of it, and whether it holds."""

from enum import StrEnum

from msgspec import Struct

# Imports are definitions of this kind, each under its id.
IMPORT = "import"
# Behind every record there will ever be.
ENDLESS = 2**62


class ImportStatus(StrEnum):
    """How far an import is; one that is being undone or redone is gone on with."""

    RUNNING = "running"
    DONE = "done"
    # It ended before its file did: what was taken in by then counts.
    BROKEN = "broken"
    UNDOING = "undoing"
    UNDONE = "undone"
    REDOING = "redoing"


class ImportRun(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that came in under a source: who brought it, and each line's outcome.

    lines and items count by outcome, reasons the lines that were not taken by why.
    """

    import_id: str
    source: str
    # As it was called, and the hash of its content; a page or a folder brings both.
    file: str
    digest: str = ""
    size_bytes: int = 0
    # What its lines tell of: contacts, orders and so on.
    kind: str = ""
    by: str
    begun_us: int
    ended_us: int | None = None
    status: ImportStatus = ImportStatus.RUNNING
    lines: dict[str, int] = {}
    items: dict[str, int] = {}
    reasons: dict[str, int] = {}
    # For whoever looks for it; of people it says nothing.
    tags: tuple[str, ...] = ()
    # Its events lie behind the one record of the log and not behind the other.
    after: int = 0
    until: int = 0
    # The last record that is undone; 0: all of it counts.
    undone_until: int = 0
    undone_by: str = ""
    undone_us: int | None = None
    undone_why: str = ""
    # Whether what it withdrew and nobody granted since stays withdrawn.
    keeps_withdrawals: bool = True
    # Withdrawn consents that came with it, and were told anew as it was undone.
    kept_withdrawals: int = 0
