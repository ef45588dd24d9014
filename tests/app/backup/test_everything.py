"""Everything out as JSON lines, and in again: an equal log, an equal state."""

import json
from pathlib import Path

import pytest

from habitue.app.backup.everything import import_all
from habitue.app.backup.lines import write_lines
from habitue.backends.postgres.truth_contents import PostgresContents
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.errors import ConflictError, HabitueError, NotFoundError
from habitue.base.settings import load
from habitue.log.contents import Contents
from habitue.log.port import Entry
from habitue.model.outcome import Fate
from tests.app.backup.kept import (
    CANARY,
    NOW_US,
    at,
    contents,
    erase_anna,
    event,
    make,
    state_of,
)
from tools.releases import checksum


def exported(tmp_path: Path) -> Path:
    make(tmp_path / "data")
    truth = SqliteTruth(tmp_path / "data" / "truth.db")
    odd = (b"{}\n", b" 1", b"null", b"\xff\x00", b'{"a":\n1}')
    entries = [
        Entry(source="odd", message_id=f"o{n}", body=body) for n, body in enumerate(odd)
    ]
    truth.commit(entries, NOW_US)
    truth.close()
    erase_anna(tmp_path / "data")
    folder = tmp_path / "out"
    folder.mkdir()
    told = contents(tmp_path / "data")
    assert write_lines(told, folder) == told.head().offset
    told.close()
    return folder


def sum_of(told: Contents) -> str:
    found = checksum(told)
    told.close()
    return found


def test_what_is_imported_equals_what_was_exported(tmp_path: Path) -> None:
    found = import_all(at(tmp_path / "new"), exported(tmp_path))

    assert sum_of(contents(tmp_path / "new")) == sum_of(contents(tmp_path / "data"))
    assert found["sha256"] == state_of(at(tmp_path / "data"))


@pytest.mark.postgres
def test_a_database_takes_it_in_as_well(tmp_path: Path, postgres_url: str) -> None:
    into = load({"data.folder": tmp_path / "new", "database.url": postgres_url})

    found = import_all(into, exported(tmp_path))

    assert sum_of(PostgresContents(postgres_url)) == sum_of(contents(tmp_path / "data"))
    assert found["sha256"] == state_of(at(tmp_path / "data"))


def test_what_was_erased_is_in_no_file_and_does_not_come_back(tmp_path: Path) -> None:
    folder = exported(tmp_path)
    import_all(at(tmp_path / "new"), folder)
    truth = SqliteTruth(tmp_path / "new" / "truth.db")

    [again] = truth.commit([event("m3", "anna", name="anna")], NOW_US)

    assert all(CANARY not in path.read_bytes() for path in folder.iterdir())
    assert again.fate is Fate.DUPLICATE
    truth.close()


def test_a_line_is_readable_json_with_the_body_in_it(tmp_path: Path) -> None:
    lines = (exported(tmp_path) / "log.jsonl").read_text().splitlines()

    told = json.loads(lines[2])
    assert (told["offset"], told["kind"], told["source"]) == (3, "event", "web")
    assert told["body"]["traits"] == {"n": 0}


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("log.jsonl", b'{"n":1}', b'{"n":7}', "content of record 4 was altered"),
        ("log.jsonl", b'{"offset":2,', b'{"offset":2,,', "log.jsonl, line 2"),
        ("counts.jsonl", b"{", b"[", "counts.jsonl, line 1"),
        ("store.json", b"secret", b"secrets", "store.json can't be read"),
    ],
)
def test_what_was_altered_is_refused_and_nothing_is_taken_in(
    name: str, old: bytes, new: bytes, told: str, tmp_path: Path
) -> None:
    folder = exported(tmp_path)
    raw = (folder / name).read_bytes()
    assert old in raw
    (folder / name).write_bytes(raw.replace(old, new, 1))

    with pytest.raises(HabitueError, match=told):
        import_all(at(tmp_path / "new"), folder)

    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.glob(".*"))


def test_a_folder_in_use_takes_nothing_in(tmp_path: Path) -> None:
    folder = exported(tmp_path)

    with pytest.raises(ConflictError, match="is not empty"):
        import_all(at(tmp_path / "data"), folder)


def test_a_folder_that_is_no_full_export_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="it has no log"):
        import_all(at(tmp_path / "new"), tmp_path)
