"""The chain: whatever is altered, missing or moved in the log is found."""

import sqlite3
import struct
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path

import msgspec
import pytest

from habitue.backends.sqlite.truth import SqliteTruth
from habitue.log.chain import (
    GENESIS,
    BrokenLogError,
    Verifier,
    chain,
    digest,
    link,
)
from habitue.log.port import Entry

SALT = b"s" * 16

Edit = Callable[[str], sqlite3.Cursor]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log of twelve records, the fourth erased by the eleventh."""
    path = tmp_path / "truth.db"
    truth = SqliteTruth(path)
    for n in range(10):
        truth.commit([Entry(source="web", message_id=f"m{n}", body=b"{}")], n)
    truth.erase([4], "asked for", 10)
    truth.commit([Entry(source="web", message_id="last", body=b"{}")], 11)
    truth.close()
    return path


@pytest.fixture
def edit(path: Path) -> Iterator[Edit]:
    """Edits the file behind the product's back."""
    db = sqlite3.connect(path, isolation_level=None)
    yield db.executescript
    db.close()


def verify(path: Path) -> int:
    truth = SqliteTruth(path)
    try:
        return truth.verify()
    finally:
        truth.close()


def test_digest_and_chain_are_what_the_log_has_always_held() -> None:
    content = b"".join(
        (
            struct.pack("<IIII", len(SALT), 3, 2, 4),
            SALT,
            b"web",
            b"m1",
            b"body",
        )
    )
    place = struct.pack("<qq", 7, 5) + b"event"
    entry = Entry(source="web", message_id="m1", body=b"body")

    [record] = link([entry], (6, GENESIS), 5, SALT)

    told = blake2b(content, digest_size=32).digest()
    assert record.digest == told
    assert record.chain == blake2b(GENESIS + place + told, digest_size=32).digest()


def test_an_untouched_log_verifies(path: Path) -> None:
    assert verify(path) == 12


@pytest.mark.parametrize(
    "change",
    [
        "received_us = received_us + 1",
        "kind = 'tick'",
        "source = 'till'",
        "message_id = 'other'",
        "body = x'7B7D20'",
        "salt = zeroblob(16)",
        "digest = zeroblob(32)",
        "chain = zeroblob(32)",
        "salt = NULL",
        "body = NULL",
        "message_id = NULL, body = NULL, salt = NULL",
    ],
)
@pytest.mark.parametrize("offset", [1, 7, 12])
def test_an_altered_record_is_found(
    path: Path, edit: Edit, change: str, offset: int
) -> None:
    edit(f'UPDATE record SET {change} WHERE "offset" = {offset}')

    with pytest.raises(BrokenLogError, match="Restore"):
        verify(path)


@pytest.mark.parametrize("offset", [1, 5, 12])
def test_a_missing_record_is_found(path: Path, edit: Edit, offset: int) -> None:
    edit(f'DELETE FROM record WHERE "offset" = {offset}')

    with pytest.raises(BrokenLogError):
        verify(path)


def test_records_that_changed_places_are_found(path: Path, edit: Edit) -> None:
    edit(
        'UPDATE record SET "offset" = 99 WHERE "offset" = 6;'
        'UPDATE record SET "offset" = 6 WHERE "offset" = 7;'
        'UPDATE record SET "offset" = 7 WHERE "offset" = 99;'
    )

    with pytest.raises(BrokenLogError, match="6"):
        verify(path)


def test_a_record_slipped_in_is_found(path: Path, edit: Edit) -> None:
    edit(
        "INSERT INTO record SELECT 13, received_us, kind, source, 'new', body, salt, "
        'digest, chain FROM record WHERE "offset" = 12'
    )

    with pytest.raises(BrokenLogError, match="13"):
        verify(path)


def test_a_record_rewritten_with_its_own_digest_and_chain_is_found(
    path: Path,
) -> None:
    truth = SqliteTruth(path)
    before, record = truth.get(5), truth.get(6)
    assert before is not None
    assert record is not None
    forged = digest(SALT, "web", "forged", b"{}")
    place = (record.offset, record.received_us, record.kind)
    values = ("forged", SALT, forged, chain(before.chain, *place, forged))
    truth._db.execute(
        "UPDATE record SET message_id = ?, salt = ?, digest = ?, chain = ? "
        'WHERE "offset" = 6',
        values,
    )
    truth.close()

    with pytest.raises(BrokenLogError, match="7 does not follow from record 6"):
        verify(path)


def test_an_erased_record_that_nothing_names_is_found(path: Path, edit: Edit) -> None:
    edit(
        "UPDATE record SET message_id = NULL, body = NULL, salt = NULL "
        'WHERE "offset" = 2'
    )

    with pytest.raises(BrokenLogError, match="Record 2 lacks its content"):
        verify(path)


def test_a_hash_that_the_index_lost_is_found(path: Path) -> None:
    truth = SqliteTruth(path)
    truth._dedup._index._recent.clear()

    with pytest.raises(BrokenLogError, match="dedup index"):
        truth.verify()
    truth.close()


def test_parts_do_not_run_into_one_another() -> None:
    parts = [("ab", "c", b"d"), ("a", "bc", b"d"), ("a", "b", b"cd"), ("abc", "", b"d")]

    assert len({digest(SALT, *part) for part in parts}) == 4


def test_the_digest_hides_its_content_behind_the_salt() -> None:
    assert digest(SALT, "web", "a", b"1") != digest(b"t" * 16, "web", "a", b"1")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("body", "{}"),
        ("salt", "s" * 16),
        ("message_id", b"m"),
        ("source", None),
        ("received_us", "7"),
        ("digest", None),
        ("chain", "x"),
    ],
)
def test_a_value_of_another_sort_is_found(field: str, value: object) -> None:
    entry = Entry(source="web", message_id="m1", body=b"{}")
    (record,) = link([entry], (0, GENESIS), 7, SALT)

    with pytest.raises(BrokenLogError, match="another sort"):
        Verifier().take([msgspec.structs.replace(record, **{field: value})])
