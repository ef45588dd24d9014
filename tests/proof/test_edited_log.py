"""The log's file edited behind our back: found out, or without effect."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.errors import HabitueError
from habitue.log.port import Entry
from habitue.model.record import Record

pytestmark = pytest.mark.proof("T06")

EDITS = 200 if os.environ.get("HABITUE_TORTURE") else 40
RECORDS = 300
_COLUMNS = ("received_us", "kind", "source", "message_id", "body", "salt", "digest")


def make_log(folder: Path) -> Path:
    path = folder / "truth.db"
    truth = SqliteTruth(path)
    for at in range(0, RECORDS, 10):
        entries = [
            Entry(source="till", message_id=f"m{n}", body=b'{"n":%d}' % n)
            for n in range(at, at + 10)
        ]
        truth.commit(entries, 1_000_000 + at)
    truth.close()
    return path


def read(path: Path) -> list[Record]:
    """Read all of a log that verifies; HabitueError or sqlite3.Error if it does not."""
    truth = SqliteTruth(path)
    try:
        truth.verify()
        return list(truth.read(0, RECORDS * 2))
    finally:
        truth.close()


def edit_cell(path: Path, chance: Random) -> str:
    column, at = chance.choice(_COLUMNS), chance.randrange(1, RECORDS + 1)
    with sqlite3.connect(path) as db:
        (old,) = db.execute(
            f'SELECT {column} FROM record WHERE "offset" = ?', (at,)
        ).fetchone()
        new = _other(old, chance)
        db.execute(f'UPDATE record SET {column} = ? WHERE "offset" = ?', (new, at))
    return f"{column} of {at}"


def swap_rows(path: Path, chance: Random) -> str:
    one, other = chance.sample(range(1, RECORDS + 1), 2)
    with sqlite3.connect(path) as db:
        for old, new in ((one, -1), (other, one), (-1, other)):
            db.execute('UPDATE record SET "offset" = ? WHERE "offset" = ?', (new, old))
    return f"{one} and {other} swapped"


def drop_row(path: Path, chance: Random) -> str:
    # The last one as well: where the log ends is told elsewhere.
    at = chance.randrange(1, RECORDS + 1)
    with sqlite3.connect(path) as db:
        db.execute('DELETE FROM record WHERE "offset" = ?', (at,))
    return f"{at} dropped"


def flip_bit(path: Path, chance: Random) -> str:
    raw = bytearray(path.read_bytes())
    at = chance.randrange(len(raw))
    raw[at] ^= 1 << chance.randrange(8)
    path.write_bytes(raw)
    return f"a bit of byte {at}"


def cut_end(path: Path, chance: Random) -> str:
    size = path.stat().st_size
    left = chance.randrange(size // 2, size)
    os.truncate(path, left)
    return f"cut to {left}"


EDIT: tuple[Callable[[Path, Random], str], ...] = (
    edit_cell,
    edit_cell,
    swap_rows,
    drop_row,
    flip_bit,
    cut_end,
)


def test_an_edited_log_is_found_out_or_says_what_it_said(
    tmp_path: Path, seed: int, figure: Callable[[str, object], None]
) -> None:
    whole = make_log(tmp_path)
    before = read(whole)
    chance, found, silent = Random(seed), 0, []
    for at in range(EDITS):
        copy = tmp_path / "copy" / "truth.db"
        shutil.rmtree(copy.parent, ignore_errors=True)
        copy.parent.mkdir()
        shutil.copy(whole, copy)
        told = EDIT[at % len(EDIT)](copy, chance)
        try:
            after = read(copy)
        except (HabitueError, sqlite3.Error):
            found += 1
        else:
            if after != before:
                silent.append(told)

    figure("edits", EDITS)
    figure("found out", found)
    assert silent == []
    assert found > EDITS * 0.6


def _other(old: object, chance: Random) -> object:
    if isinstance(old, bytes):
        at = chance.randrange(len(old))
        return old[:at] + bytes([old[at] ^ 1]) + old[at + 1 :]
    return f"{old}x" if isinstance(old, str) else int(str(old)) + 1
