"""The audit tampered with in the log's file: whatever is done to it is found out."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec
import pytest

from habitue.access.audit import Audit
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.errors import HabitueError
from habitue.base.ids import counted_ids
from habitue.log.chain import chain, digest
from habitue.log.port import Entry
from habitue.model.outcome import Outcome
from habitue.model.record import RecordKind

pytestmark = pytest.mark.proof("T35")

TAMPERS = 1_000 if os.environ.get("HABITUE_TORTURE") else 100
ENTRIES = 120
ACTIONS = ("people:reveal", "export", "segments:export", "operators:write")


class Who(NamedTuple):
    """Somebody who did something."""

    name: str
    role: str = "administrator"


class Writing:
    """Appends to a log, with an event between any two entries."""

    def __init__(self, truth: SqliteTruth) -> None:
        self._truth = truth
        self._count = 0

    async def append(self, entries: Sequence[Entry]) -> list[Outcome]:
        self._count += 1
        told = Entry(source="till", message_id=f"m{self._count}", body=b"{}")
        return self._truth.commit([*entries, told], 1_000_000 + self._count)[:1]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log that people did things in, and that verifies."""
    path = tmp_path_factory.mktemp("audit") / "truth.db"
    truth = SqliteTruth(path)
    audit = Audit(Writing(truth), counted_ids("a"))

    async def work() -> None:
        for number in range(ENTRIES):
            who = Who(("anna", "piotr", "olga")[number % 3])
            action = ACTIONS[number % len(ACTIONS)]
            await audit.write(who, action, f"person {number}", f"reason {number}")

    asyncio.run(work())
    assert truth.verify() == 2 * ENTRIES
    truth.close()
    return path


def offsets(db: sqlite3.Connection) -> list[int]:
    told = 'SELECT "offset" FROM record WHERE kind = ? ORDER BY "offset"'
    return [one for (one,) in db.execute(told, (RecordKind.AUDIT,))]


def edit_entry(db: sqlite3.Connection, chance: Random) -> str:
    """Have another one have done it, or something else, for another reason."""
    at, field = (
        chance.choice(offsets(db)),
        chance.choice(("operator", "role", "reason")),
    )
    _rewrite(db, at, field)
    return f"{field} of {at}"


def edit_with_digest(db: sqlite3.Connection, chance: Random) -> str:
    """Do the same, and reckon the record's digest anew."""
    at = chance.choice(offsets(db))
    _redigest(db, at, _rewrite(db, at, chance.choice(("object", "action", "reason"))))
    return f"{at} with its digest"


def edit_with_chain(db: sqlite3.Connection, chance: Random) -> str:
    """Do the same, and tie it to what stands before it."""
    at = chance.choice(offsets(db))
    of = _redigest(db, at, _rewrite(db, at, "reason"))
    read = 'SELECT chain FROM record WHERE "offset" = ?'
    (before,) = db.execute(read, (at - 1,)).fetchone() or (bytes(32),)
    (received_us,) = db.execute(
        'SELECT received_us FROM record WHERE "offset" = ?', (at,)
    ).fetchone()
    tied = chain(before, at, received_us, RecordKind.AUDIT, of)
    db.execute('UPDATE record SET chain = ? WHERE "offset" = ?', (tied, at))
    return f"{at} with its chain"


def empty_entry(db: sqlite3.Connection, chance: Random) -> str:
    """Take its text away as an erasure does, with no record that says so."""
    at = chance.choice(offsets(db))
    told = "UPDATE record SET body = NULL, message_id = NULL, salt = NULL"
    db.execute(f'{told} WHERE "offset" = ?', (at,))
    return f"{at} emptied"


def call_it_otherwise(db: sqlite3.Connection, chance: Random) -> str:
    """Have it be no entry of the audit any more."""
    at = chance.choice(offsets(db))
    told = 'UPDATE record SET kind = ? WHERE "offset" = ?'
    db.execute(told, (chance.choice(("event", "tick")), at))
    return f"{at} called otherwise"


def move_in_time(db: sqlite3.Connection, chance: Random) -> str:
    at = chance.choice(offsets(db))
    told = 'UPDATE record SET received_us = received_us + ? WHERE "offset" = ?'
    db.execute(told, (chance.choice((-1, 1, 3_600_000_000)), at))
    return f"{at} moved in time"


def delete_entry(db: sqlite3.Connection, chance: Random) -> str:
    at = chance.choice(offsets(db))
    db.execute('DELETE FROM record WHERE "offset" = ?', (at,))
    return f"{at} deleted"


def delete_and_close_up(db: sqlite3.Connection, chance: Random) -> str:
    """Delete one, and number those behind it anew."""
    at = chance.choice(offsets(db))
    db.execute('DELETE FROM record WHERE "offset" = ?', (at,))
    for behind in range(at + 1, 2 * ENTRIES + 1):
        told = 'UPDATE record SET "offset" = ? WHERE "offset" = ?'
        db.execute(told, (behind - 1, behind))
    return f"{at} deleted, closed up"


def delete_the_last(db: sqlite3.Connection, chance: Random) -> str:
    """Let the log end before what was done."""
    at = 2 * ENTRIES - chance.randrange(6)
    db.execute('DELETE FROM record WHERE "offset" >= ?', (at,))
    return f"all from {at} on deleted"


def swap_entries(db: sqlite3.Connection, chance: Random) -> str:
    """Swap all that two entries tell, with their digests, each in its place."""
    one, other = chance.sample(offsets(db), 2)
    for old, new in ((one, -1), (other, one), (-1, other)):
        db.execute('UPDATE record SET "offset" = ? WHERE "offset" = ?', (new, old))
    return f"{one} and {other} swapped"


def swap_texts(db: sqlite3.Connection, chance: Random) -> str:
    """Swap what two entries say, and leave the rest."""
    one, other = chance.sample(offsets(db), 2)
    read = 'SELECT body FROM record WHERE "offset" = ?'
    bodies = [db.execute(read, (at,)).fetchone()[0] for at in (other, one)]
    for at, body in zip((one, other), bodies, strict=True):
        db.execute('UPDATE record SET body = ? WHERE "offset" = ?', (body, at))
    return f"texts of {one} and {other} swapped"


def put_one_more(db: sqlite3.Connection, chance: Random) -> str:
    """Put an entry at the end that nobody wrote: a copy of another one."""
    at, columns = chance.choice(offsets(db)), _columns(db)
    told = ", ".join(f'"{name}"' for name in columns)
    taken = ", ".join(
        {"offset": str(2 * ENTRIES + 1), "message_id": "'forged'"}.get(
            name, f'"{name}"'
        )
        for name in columns
    )
    db.execute(
        f'INSERT INTO record ({told}) SELECT {taken} FROM record WHERE "offset" = ?',
        (at,),
    )
    return f"a copy of {at} at the end"


TAMPER: tuple[Callable[[sqlite3.Connection, Random], str], ...] = (
    *(
        edit_entry,
        edit_with_digest,
        edit_with_chain,
        empty_entry,
        call_it_otherwise,
        move_in_time,
    ),
    *(delete_entry, delete_and_close_up, delete_the_last),
    *(swap_entries, swap_texts, put_one_more),
)


def test_whatever_is_done_to_the_audit_is_found_out(
    log: Path, tmp_path: Path, seed: int, figure: Callable[[str, object], None]
) -> None:
    chance, unseen = Random(seed), []
    for number in range(TAMPERS):
        copy = tmp_path / "copy" / "truth.db"
        shutil.rmtree(copy.parent, ignore_errors=True)
        copy.parent.mkdir()
        shutil.copy(log, copy)
        with sqlite3.connect(copy) as db:
            told = TAMPER[number % len(TAMPER)](db, chance)
        db.close()
        if verifies(copy):
            unseen.append(told)

    figure("tampered", TAMPERS)
    figure("found out", TAMPERS - len(unseen))
    assert unseen == []
    assert verifies(log)


def verifies(path: Path) -> bool:
    """Say whether a log opens and is as it was written."""
    try:
        truth = SqliteTruth(path)
    except HabitueError:
        return False
    try:
        truth.verify()
    except HabitueError:
        return False
    finally:
        truth.close()
    return True


def _rewrite(db: sqlite3.Connection, at: int, field: str) -> bytes:
    read = 'SELECT body FROM record WHERE "offset" = ?'
    told = msgspec.json.decode(db.execute(read, (at,)).fetchone()[0])
    told[field] = f"{told[field]}x"
    body = msgspec.json.encode(told)
    db.execute('UPDATE record SET body = ? WHERE "offset" = ?', (body, at))
    return body


def _redigest(db: sqlite3.Connection, at: int, body: bytes) -> bytes:
    salt, source, message_id = db.execute(
        'SELECT salt, source, message_id FROM record WHERE "offset" = ?', (at,)
    ).fetchone()
    made = digest(salt, source, message_id, body)
    db.execute('UPDATE record SET digest = ? WHERE "offset" = ?', (made, at))
    return made


def _columns(db: sqlite3.Connection) -> list[str]:
    return [row[1] for row in db.execute("PRAGMA table_info(record)")]
