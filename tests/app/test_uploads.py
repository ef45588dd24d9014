"""Files of the page lie in the data folder for a day, bounded, and for nobody else."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from habitue.app.imports.uploads import FILES_MAX, KEPT_US, Uploads
from habitue.base.clock import ManualClock
from habitue.base.errors import InvalidError, NotFoundError
from habitue.base.ids import counted_ids

BYTES_MAX = 3_000_000


@pytest.fixture
def clock():
    return ManualClock(1_772_366_400_000_000)


@pytest.fixture
def uploads(tmp_path, clock):
    return Uploads(tmp_path, clock, counted_ids("u"), BYTES_MAX)


async def blocks(*told: bytes) -> AsyncIterator[bytes]:
    for one in told:
        yield one


def receive(uploads: Uploads, *told: bytes, name: str = "a.csv"):
    return asyncio.run(uploads.receive(name, "anna", blocks(*told)))


def test_a_file_is_kept_as_it_came_for_its_owner_alone(uploads):
    kept = receive(uploads, b"email\n", b"a@shop.example\n")

    path = uploads.file(uploads.get(kept.upload_id))
    assert path.read_bytes() == b"email\na@shop.example\n"
    assert path.stat().st_mode & 0o077 == 0
    assert kept.size_bytes == 21


def test_one_that_is_too_large_is_refused_as_it_comes_and_leaves_nothing(uploads):
    with pytest.raises(InvalidError, match="larger than"):
        receive(uploads, *[b"x" * 1_000_000] * 4)

    assert uploads.all() == []


def test_an_empty_file_is_refused(uploads):
    with pytest.raises(InvalidError, match="empty"):
        receive(uploads)


def test_a_file_is_gone_after_a_day(uploads, clock):
    kept = receive(uploads, b"email\n")
    clock.move(KEPT_US + 1)

    with pytest.raises(NotFoundError):
        uploads.get(kept.upload_id)
    uploads.tidy()
    assert uploads.all() == []


def test_no_more_than_so_many_lie_there(uploads):
    for _ in range(FILES_MAX + 2):
        last = receive(uploads, b"email\n")

    assert len(uploads.all()) == FILES_MAX
    assert uploads.get(last.upload_id) == last


@pytest.mark.parametrize("told", ["..", "../secrets", "u1/../..", "", "ü1", "/etc"])
def test_an_address_reaches_no_other_folder(uploads, told):
    receive(uploads, b"email\n")

    with pytest.raises(NotFoundError):
        uploads.get(told)


def test_all_of_them_go_at_once(uploads, tmp_path):
    kept = receive(uploads, b"email\n")
    uploads.rejects(kept).write_text("email,_line,_reason\n")

    assert uploads.clear() == 1
    assert not (tmp_path / "uploads").exists()
