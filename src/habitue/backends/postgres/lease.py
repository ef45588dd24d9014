"""Who leads: a lease with an epoch that grows whenever it passes on.

A leader renews its lease before it runs out, or later if nobody took it meanwhile. One
that was held up for longer than others waited finds its epoch gone in its next state
transaction, and writes nothing.
"""

from typing import Any

import psycopg

from habitue.backends.postgres.control import make_table
from habitue.backends.postgres.state import Fence
from habitue.base.errors import StorageError

_MAKE = """
CREATE TABLE IF NOT EXISTS control.lease (
    name text PRIMARY KEY,
    holder text NOT NULL,
    epoch bigint NOT NULL,
    until_us bigint NOT NULL
);
"""

# Taking up a lease that has run out begins a new epoch, and nothing else does: so while
# the epoch is a leader's own, nobody has led since.
_ACQUIRE = """
INSERT INTO control.lease AS held VALUES (%(name)s, %(holder)s, 1, %(until_us)s)
ON CONFLICT (name) DO UPDATE
SET holder = excluded.holder, epoch = held.epoch + 1, until_us = excluded.until_us
WHERE held.until_us <= %(now_us)s
RETURNING epoch
"""
_RENEW = """
UPDATE control.lease SET until_us = %(until_us)s
WHERE name = %(name)s AND epoch = %(epoch)s AND until_us > 0
"""
_RELEASE = "UPDATE control.lease SET until_us = 0 WHERE name = %s AND epoch = %s"
# FOR SHARE: who takes the lease over waits until this transaction is done.
_CHECK = "SELECT epoch FROM control.lease WHERE name = %s FOR SHARE"


class Leases:
    """Leases in one database; time is handed in, from clocks that roughly agree."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        try:
            with self._connection.transaction():
                make_table(self._connection, "lease", _MAKE)
        except BaseException:
            self._connection.close()
            raise

    def acquire(self, name: str, holder: str, now_us: int, for_us: int) -> int | None:
        """Take a lease that is free or has run out; give its epoch, None if held."""
        asked = {"name": name, "holder": holder, "now_us": now_us}
        row = self._connection.execute(
            _ACQUIRE, asked | {"until_us": now_us + for_us}
        ).fetchone()
        return None if row is None else row[0]

    def renew(self, name: str, epoch: int, now_us: int, for_us: int) -> bool:
        """Prolong a lease that may have run out; False if passed on or given up."""
        asked = {"name": name, "epoch": epoch, "until_us": now_us + for_us}
        return bool(self._connection.execute(_RENEW, asked).rowcount)

    def release(self, name: str, epoch: int) -> None:
        """Give a lease up, if it is still held."""
        self._connection.execute(_RELEASE, (name, epoch))

    def holder(self, name: str, now_us: int) -> str | None:
        """Say who holds a lease; None if nobody does."""
        row = self._connection.execute(
            "SELECT holder FROM control.lease WHERE name = %s AND until_us > %s",
            (name, now_us),
        ).fetchone()
        return None if row is None else row[0]

    def close(self) -> None:
        self._connection.close()


def fence(name: str, epoch: int) -> Fence:
    """Make the check that a transaction is still the leader's of this epoch."""

    def check(cursor: psycopg.Cursor[Any]) -> None:
        row = cursor.execute(_CHECK, (name,)).fetchone()
        if row is None or row[0] != epoch:
            raise StorageError(
                f"The lease '{name}' has passed on: epoch {epoch} may no longer write. "
                "Restart this process; it follows the new leader."
            )

    return check
