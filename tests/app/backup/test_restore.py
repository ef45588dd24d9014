"""Restoring: the same log again, or as it stood, and never what was erased since."""

from pathlib import Path

import msgspec
import pytest

from habitue.access.secrets import FileSecrets
from habitue.app.backup.make import back_up
from habitue.app.backup.restore import restore
from habitue.backends.postgres.truth import PostgresTruth
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import MINUTE_US
from habitue.base.errors import ConflictError, InvalidError
from habitue.log.carried import carried_entry
from habitue.log.cut import AnotherLogError
from habitue.log.port import Entry, Erasure
from habitue.model.certificate import ERASURE, Certificate
from habitue.model.event import Event
from habitue.model.outcome import Fate
from tests.app.backup.kept import (
    ANNA,
    CANARY,
    CLOCK,
    LAST,
    NOW_US,
    at,
    backed_up,
    bytes_of,
    contents,
    erase_anna,
    event,
    make,
    state_of,
)


def test_a_restored_log_is_the_one_that_was_copied(tmp_path: Path) -> None:
    backup = backed_up(tmp_path)

    found = restore(at(tmp_path / "new"), backup, CLOCK)

    one, other = contents(tmp_path / "data"), contents(tmp_path / "new")
    assert (found.records, found.head, found.erased) == (LAST, LAST, 0)
    for part in ("records", "quarantined", "counts"):
        assert list(getattr(other, part)()) == list(getattr(one, part)())
    assert other.definitions() == one.definitions()
    assert found.state_sha256 == state_of(at(tmp_path / "data"))
    one.close()
    other.close()


def test_secrets_token_and_webhook_files_come_back_for_their_owner_alone(
    tmp_path: Path,
) -> None:
    new, data = tmp_path / "new", tmp_path / "data"

    restore(at(new), backed_up(tmp_path, "copy.tar"), CLOCK)

    assert FileSecrets(new / "secrets").get("signing-web") == b"\x00\xff"
    for name in ("operator.token", "webhooks/own.toml"):
        assert (new / name).read_bytes() == (data / name).read_bytes()
    assert new.stat().st_mode & 0o777 == 0o700
    for name in ("operator.token", "secrets/signing-web", "truth.db"):
        assert (new / name).stat().st_mode & 0o077 == 0


def test_a_folder_that_is_not_empty_is_left_as_it_is(tmp_path: Path) -> None:
    backup = backed_up(tmp_path)
    before = bytes_of(tmp_path / "data")

    with pytest.raises(ConflictError, match="is not empty"):
        restore(at(tmp_path / "data"), backup, CLOCK)

    assert bytes_of(tmp_path / "data") == before


def test_an_empty_folder_may_be_there(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()

    assert restore(at(tmp_path / "new"), backed_up(tmp_path), CLOCK).head == LAST


# -- as it stood -----------------------------------------------------------------------


@pytest.mark.parametrize("until", range(1, LAST + 1))
def test_the_log_as_it_stood_verifies_and_folds_as_it_did_then(
    until: int, tmp_path: Path
) -> None:
    backup = backed_up(tmp_path)

    found = restore(at(tmp_path / "new"), backup, CLOCK, until=until)

    whole, cut = contents(tmp_path / "data"), contents(tmp_path / "new")
    records = [one for page in whole.records() for one in page][:until]
    assert [one for page in cut.records() for one in page] == records
    assert (found.records, found.head) == (until, until)
    whole.close()
    cut.close()


def test_what_came_behind_the_offset_can_be_stored_anew(tmp_path: Path) -> None:
    restore(at(tmp_path / "new"), backed_up(tmp_path), CLOCK, until=5)
    truth = SqliteTruth(tmp_path / "new" / "truth.db")

    before, behind = truth.commit([event("m2", "u2", n=2), event("m4", "u4")], NOW_US)

    assert (before.fate, before.offset) == (Fate.DUPLICATE, 5)
    assert (behind.fate, behind.offset) == (Fate.STORED, 6)
    assert truth.verify() == 6
    truth.close()


def test_a_definition_is_the_version_of_then(tmp_path: Path) -> None:
    backup = backed_up(tmp_path)
    restore(at(tmp_path / "first"), backup, CLOCK, until=1)
    restore(at(tmp_path / "second"), backup, CLOCK, until=7)
    found = []
    for name in ("first", "second", "data"):
        read = contents(tmp_path / name)
        found.append([(d.version, d.offset) for d in read.definitions()])
        read.close()

    assert found == [[(1, 1)], [(2, 2)], [(3, 8)]]


def test_counts_add_up_to_the_records_of_then(tmp_path: Path) -> None:
    restore(at(tmp_path / "new"), backed_up(tmp_path), CLOCK, until=ANNA)
    read = contents(tmp_path / "new")
    counts = {
        (c.minute_us, c.fate): c.items
        for p in read.counts()
        for c in p
        if c.source == "web"
    }
    read.close()

    minute = NOW_US // MINUTE_US * MINUTE_US
    # The duplicate of the last record's own minute is left out: nobody knows when.
    assert counts == {
        (minute, "stored"): 3,
        (minute, "duplicate"): 1,
        (minute, "quarantined"): 1,
        (minute + MINUTE_US, "stored"): 1,
    }


def test_a_quarantined_item_that_was_replayed_later_waits_again(tmp_path: Path) -> None:
    restore(at(tmp_path / "new"), backed_up(tmp_path), CLOCK, until=ANNA)
    truth = SqliteTruth(tmp_path / "new" / "truth.db")

    assert [one.replayed_offset for one in truth.quarantined(0, 9)] == [None]
    truth.close()


def test_an_item_quarantined_later_is_left_out(tmp_path: Path) -> None:
    restore(at(tmp_path / "new"), backed_up(tmp_path), CLOCK, until=4)
    truth = SqliteTruth(tmp_path / "new" / "truth.db")

    assert truth.quarantined(0, 9) == []
    assert (
        truth.commit([Entry(source="a", message_id="", body=b"")], NOW_US)[
            0
        ].quarantine_id
        == 1
    )
    truth.close()


@pytest.mark.parametrize("until", [0, -1, LAST + 1])
def test_an_offset_that_the_log_has_not_is_told(until: int, tmp_path: Path) -> None:
    backup = backed_up(tmp_path)

    with pytest.raises(InvalidError, match="has the records 1 to 8"):
        restore(at(tmp_path / "new"), backup, CLOCK, until=until)

    assert not (tmp_path / "new").exists()


# -- what was erased since -------------------------------------------------------------


@pytest.mark.proof("T15")
def test_what_was_erased_since_is_in_no_file_of_what_is_restored(
    tmp_path: Path,
) -> None:
    backup = backed_up(tmp_path)
    erase_anna(tmp_path / "data")
    assert CANARY in bytes_of(backup)

    found = restore(at(tmp_path / "new"), backup, CLOCK, newer=str(tmp_path / "data"))

    assert (found.records, found.erased, found.head) == (LAST, 1, LAST + 1)
    assert CANARY not in bytes_of(tmp_path / "new")
    assert not list(tmp_path.glob(".*"))


def test_what_was_erased_since_is_named_and_the_chain_still_verifies(
    tmp_path: Path,
) -> None:
    backup = backed_up(tmp_path)
    erase_anna(tmp_path / "data")
    restore(at(tmp_path / "new"), backup, CLOCK, newer=str(tmp_path / "data"))
    truth = SqliteTruth(tmp_path / "new" / "truth.db")

    told = truth.get(LAST + 1)

    assert told is not None
    assert told.body is not None
    assert msgspec.json.decode(told.body, type=Erasure).offsets == (ANNA,)
    assert truth.verify() == LAST + 1
    truth.close()


def test_what_was_erased_since_stays_known_and_does_not_come_back(
    tmp_path: Path,
) -> None:
    backup = backed_up(tmp_path)
    erase_anna(tmp_path / "data")
    restore(at(tmp_path / "new"), backup, CLOCK, newer=str(tmp_path / "data"))
    truth = SqliteTruth(tmp_path / "new" / "truth.db")

    [again] = truth.commit([event("m3", "anna", name="anna")], NOW_US)

    assert (again.fate, again.offset) == (Fate.DUPLICATE, ANNA)
    truth.close()


def test_a_newer_backup_tells_what_was_erased_as_well(tmp_path: Path) -> None:
    backup = backed_up(tmp_path)
    erase_anna(tmp_path / "data")
    back_up(at(tmp_path / "data"), tmp_path / "newer.tar", CLOCK)

    restore(at(tmp_path / "new"), backup, CLOCK, newer=str(tmp_path / "newer.tar"))

    assert CANARY not in bytes_of(tmp_path / "new")


def test_an_earlier_point_of_a_log_lacks_what_was_erased_behind_it(
    tmp_path: Path,
) -> None:
    settings = make(tmp_path / "data")
    erase_anna(tmp_path / "data")
    back_up(settings, tmp_path / "copy", CLOCK)

    found = restore(at(tmp_path / "new"), tmp_path / "copy", CLOCK, until=7)

    assert (found.records, found.erased, found.head) == (7, 1, 8)


def test_an_erasure_of_records_behind_the_offset_names_none_of_the_new_ones(
    tmp_path: Path,
) -> None:
    settings = make(tmp_path / "data")
    erase_anna(tmp_path / "data")
    back_up(settings, tmp_path / "copy", CLOCK)

    found = restore(at(tmp_path / "new"), tmp_path / "copy", CLOCK, until=ANNA - 1)

    assert (found.erased, found.head) == (0, ANNA - 1)


def test_an_item_that_is_in_quarantine_no_more_is_left_out(tmp_path: Path) -> None:
    import sqlite3

    backup = backed_up(tmp_path)
    db = sqlite3.connect(tmp_path / "data" / "truth.db")
    db.execute("UPDATE quarantine SET original = x''")
    db.commit()
    db.close()

    restore(at(tmp_path / "new"), backup, CLOCK, newer=str(tmp_path / "data"))

    truth = SqliteTruth(tmp_path / "new" / "truth.db")
    assert [one.original for one in truth.quarantined(0, 9)] == [b""]
    truth.close()


def test_what_expired_since_is_whole_where_what_is_carried_is_cut_off(
    tmp_path: Path,
) -> None:
    backup = backed_up(tmp_path)
    truth = SqliteTruth(tmp_path / "data" / "truth.db")
    whole = truth.get(1)
    assert whole is not None
    stands = carried_entry(whole, Event(type="track", name="Looked", at_us=1))
    truth.erase([1], "retention", NOW_US, carried=[stands])
    truth.close()

    restore(at(tmp_path / "new"), backup, CLOCK, newer=str(tmp_path / "data"))

    truth = SqliteTruth(tmp_path / "new" / "truth.db")
    kept = truth.get(1)
    assert kept == whole
    truth.close()


def test_erasures_of_another_log_are_refused(tmp_path: Path) -> None:
    backup = backed_up(tmp_path)
    make(tmp_path / "other")

    with pytest.raises(AnotherLogError):
        restore(at(tmp_path / "new"), backup, CLOCK, newer=str(tmp_path / "other"))

    assert not (tmp_path / "new").exists()


def test_a_log_restored_twice_takes_each_erasure_once(tmp_path: Path) -> None:
    backup = backed_up(tmp_path)
    erase_anna(tmp_path / "data")
    live = str(tmp_path / "data")
    restore(at(tmp_path / "one"), backup, CLOCK, newer=live)
    back_up(at(tmp_path / "one"), tmp_path / "copy-of-one", CLOCK)

    found = restore(at(tmp_path / "two"), tmp_path / "copy-of-one", CLOCK)

    assert (found.erased, found.head) == (1, LAST + 1)


def suppress(folder: Path) -> None:
    """Do what an erasure does beside the erasing: say whom nothing is taken of."""
    FileSecrets(folder / "secrets").put("suppression", b"key of the hashes")
    truth = SqliteTruth(folder / "truth.db")
    truth.define("suppression", "e1", b'{"hashes":["ab"]}', NOW_US + 6 * MINUTE_US)
    truth.define("source", "later", b"{}", NOW_US + 6 * MINUTE_US)
    truth.close()


def test_whom_nothing_is_taken_of_since_is_known_in_what_is_restored(
    tmp_path: Path,
) -> None:
    backup = backed_up(tmp_path)
    suppress(tmp_path / "data")

    restore(at(tmp_path / "new"), backup, CLOCK, newer=str(tmp_path / "data"))

    read = contents(tmp_path / "new")
    told = {(one.kind, one.name): one.body for one in read.definitions()}
    read.close()
    assert told["suppression", "e1"] == b'{"hashes":["ab"]}'
    assert ("source", "later") not in told
    secrets = FileSecrets(tmp_path / "new" / "secrets")
    assert secrets.get("suppression") == b"key of the hashes"
    assert secrets.get("signing-web") == b"\x00\xff"


def test_whom_nothing_is_taken_of_holds_at_an_earlier_point_too(tmp_path: Path) -> None:
    settings = make(tmp_path / "data")
    suppress(tmp_path / "data")
    back_up(settings, tmp_path / "copy", CLOCK)

    found = restore(at(tmp_path / "new"), tmp_path / "copy", CLOCK, until=5)

    read = contents(tmp_path / "new")
    assert (found.head, [one.kind for one in read.definitions()]) == (
        6,
        ["source", "suppression"],
    )
    read.close()


def test_an_erasure_under_way_names_what_is_restored_alone(tmp_path: Path) -> None:
    backup = backed_up(tmp_path)
    truth = SqliteTruth(tmp_path / "data" / "truth.db")
    truth.commit([event("m8", "u8")], NOW_US + 5 * MINUTE_US)
    asked = Certificate(
        erasure_id="e1",
        by="ola",
        reason="r",
        asked_us=NOW_US,
        offsets=(ANNA, LAST + 1),
        quarantine=(1, 9),
    )
    body = msgspec.json.encode(asked)
    truth.define(ERASURE, "e1", body, NOW_US + 6 * MINUTE_US)
    truth.close()

    restore(at(tmp_path / "new"), backup, CLOCK, newer=str(tmp_path / "data"))

    read = contents(tmp_path / "new")
    [held] = [one for one in read.definitions() if one.kind == ERASURE]
    read.close()
    left = msgspec.json.decode(held.body, type=Certificate)
    assert (left.offsets, left.quarantine) == ((ANNA,), (1,))


@pytest.mark.postgres
def test_a_database_tells_what_was_erased_as_well(
    tmp_path: Path, postgres_url: str
) -> None:
    backup = backed_up(tmp_path)
    scaled = at(tmp_path / "scaled", **{"database.url": postgres_url})
    restore(scaled, backup, CLOCK)
    truth = PostgresTruth(postgres_url)
    truth.erase([ANNA], "asked for", NOW_US + 5 * MINUTE_US)
    truth.close()

    found = restore(at(tmp_path / "new"), backup, CLOCK, newer=postgres_url)

    assert (found.erased, found.head) == (1, LAST + 1)
    assert CANARY not in bytes_of(tmp_path / "new")
