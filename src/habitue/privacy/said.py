"""What holds of each store once somebody is erased, and what a rewriting left undone.

In English, as all that the core says by itself; certificates keep it, and whoever shows
one in another language finds a sentence by its words. So none is ever changed: a new
one takes its place, and the former goes among FORMER.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

Stores: TypeAlias = Mapping[str, str]

# By store, of an installation that keeps all in a folder.
EMBEDDED: Stores = MappingProxyType(
    {
        "log": "rows emptied, files overwritten; the chain of digests still verifies",
        "quarantine": "items emptied, files overwritten",
        "state": "as if it had never been told; files overwritten",
        "lake": "rows dropped, the file and the days written anew",
        "definitions": (
            "staff and watched files without them; others are named if they do"
        ),
        "watched folders": "files in done and failed that named them are deleted",
        "answers": "what was answered under an Idempotency-Key is forgotten",
        "exports": (
            "files written before by 'habitue export' are their owner's to delete"
        ),
        "backups": "erased when restored with --erasures; until then copies hold it",
    }
)
# Of one on a database server.
SERVER: Stores = MappingProxyType(
    {
        **EMBEDDED,
        "log": "rows emptied and vacuumed; pages go with privacy scrub, WAL as reused",
        "quarantine": "items emptied and vacuumed, as the log",
        "state": "as if it had never been told; vacuumed, as the log",
    }
)
# Of one whose tables another role owns than the one that servers run as.
OWNED: Stores = MappingProxyType(
    {
        **SERVER,
        "log": "rows emptied; pages go with a scrub by their owner, WAL as reused",
        "quarantine": "items emptied, as the log",
        "state": "as if it had never been told; its pages go as the log's",
    }
)
NO_LAKE = "turned off; days written before are their owner's to delete"
FORMER = ("rows emptied and vacuumed; old pages and WAL go as the server reuses them",)
# Of rewriting a database's tables.
NO_CHECKPOINT = "no CHECKPOINT: the role lacks pg_checkpoint; the next one does it"

# All of it.
HOLDS = frozenset(
    {
        *EMBEDDED.values(),
        *SERVER.values(),
        *OWNED.values(),
        NO_LAKE,
        *FORMER,
        NO_CHECKPOINT,
    }
)


def stores(*, on_server: bool, sweeps: bool, has_lake: bool) -> dict[str, str]:
    """Say what holds of each store of an installation, once an erasure is done.

    sweeps: what erases may vacuum tables, too.
    """
    of_server = SERVER if sweeps else OWNED
    told = dict(of_server if on_server else EMBEDDED)
    return told if has_lake else {**told, "lake": NO_LAKE}
