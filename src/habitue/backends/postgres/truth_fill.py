"""Makes the truth of an empty database of what another truth holds."""

from collections.abc import Sequence
from uuid import UUID

import psycopg

from habitue.backends.postgres.truth_open import (
    LOCK,
    SQL,
    Connection,
    connect,
    migrate,
    migrations,
)
from habitue.backends.postgres.truth_rows import copy_records
from habitue.base.errors import ConflictError, StorageError
from habitue.log.contents import Told
from habitue.log.dedup import FINGERPRINT_BYTES, KeyHash
from habitue.log.port import Quarantined
from habitue.log.rows import from_count, from_quarantined
from habitue.model.record import Record


def fill(url: str, contents: Told) -> None:
    """Write all or nothing, in one transaction; ConflictError if there is a log."""
    db = connect(url)
    try:
        migrate(db, migrations())
        with db.transaction():
            db.execute(SQL["lock"], (LOCK,))
            _check_empty(db)
            _write(db, contents)
    except psycopg.Error as error:
        raise StorageError(f"The database can't be filled: {error}.") from error
    finally:
        db.close()


def _check_empty(db: Connection) -> None:
    row = db.execute(SQL["is_used"]).fetchone()
    if row is None or row[0]:
        raise ConflictError(
            "The database holds a log already. Restore into an empty one, or drop its"
            " schemas truth, state and control first."
        )


def _write(db: Connection, contents: Told) -> None:
    secret = contents.secret()
    db.execute(SQL["drop_secret"])
    db.execute(SQL["put_secret"], (secret,))
    erased = {key.offset: key for page in contents.erased_keys() for key in page}
    kept = {offset: key.fingerprint for offset, key in erased.items()}
    names = KeyHash(secret, FINGERPRINT_BYTES)
    for records in contents.records():
        copy_records(db, records)
        _copy_keys(db, records, names, kept)
    with db.cursor() as cursor:
        for items in contents.quarantined():
            _keep(cursor, items)
        for counts in contents.counts():
            cursor.executemany(SQL["count"], [from_count(one) for one in counts])
        rows = [
            (one.kind, one.name, one.version, one.offset, one.body)
            for one in contents.definitions()
        ]
        cursor.executemany(SQL["put_definition"], rows)


def _copy_keys(
    db: Connection, records: Sequence[Record], names: KeyHash, kept: dict[int, bytes]
) -> None:
    """Write what records are called; of erased ones what was kept of it."""
    told = [(r.source, r.message_id) for r in records if r.message_id is not None]
    fresh = iter(names.many(told))
    with db.cursor() as cursor, cursor.copy(SQL["copy_keys"]) as copy:
        copy.set_types(("uuid", "int8"))
        for record in records:
            erased = record.message_id is None
            key = kept.get(record.offset) if erased else next(fresh)
            if key is not None:
                copy.write_row((UUID(bytes=key), record.offset))


def _keep(
    cursor: psycopg.Cursor[tuple[object, ...]], items: Sequence[Quarantined]
) -> None:
    cursor.executemany(SQL["keep"], [from_quarantined(item) for item in items])
    replayed = [
        (item.replayed_offset, item.quarantine_id)
        for item in items
        if item.replayed_offset is not None
    ]
    if replayed:
        cursor.executemany(SQL["mark_replayed"], replayed)
