"""What is limited is counted on after a restart, and by all processes as one."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from habitue.access.often import FileOften
from habitue.backends.postgres.often import PostgresOften
from habitue.base.clock import HOUR_US, ManualClock

NOW_US = 1_772_366_400_000_000


@pytest.fixture
def clock():
    return ManualClock(NOW_US)


@pytest.fixture(params=["files", pytest.param("postgres", marks=pytest.mark.postgres)])
def opens(request, tmp_path, clock):
    """Opens what counts, as one process after the other does."""
    if request.param == "files":
        return lambda: FileOften(tmp_path / "often", clock)
    url = request.getfixturevalue("postgres_url")
    return lambda: PostgresOften(url, clock)


def test_another_process_counts_on(opens):
    one, other = opens(), opens()

    told = [each.add("search", "anna", NOW_US, 9) for each in (one, other, one)]

    assert told == [1, 2, 3]
    assert opens().add("search", "anna", NOW_US, 9) == 4


def test_each_deed_of_each_is_counted_by_itself(opens):
    often = opens()
    often.add("search", "anna", NOW_US, 9)

    assert often.add("search", "ben", NOW_US, 9) == 1
    assert often.add("reveal", "anna", NOW_US, 9) == 1


def test_what_lies_before_counts_no_more(opens, clock):
    often = opens()
    often.add("search", "anna", NOW_US, 9)
    clock.move(HOUR_US)

    assert often.add("search", "anna", NOW_US, 9) == 2
    assert often.add("search", "anna", NOW_US + 1, 9) == 2
    assert often.add("search", "anna", NOW_US + HOUR_US + 1, 9) == 1


def test_who_tries_on_and_on_does_not_wait_longer(opens, clock):
    often = opens()
    told = [often.add("reveal", "anna", NOW_US, 2) for _ in range(5)]
    clock.move(HOUR_US)

    assert told == [1, 2, 3, 3, 3]
    assert often.add("reveal", "anna", NOW_US + 1, 2) == 1


def test_of_many_at_once_no_more_are_let_through(opens):
    often = opens() if isinstance(opens(), FileOften) else None
    with ThreadPoolExecutor(8) as crowd:
        told = [
            crowd.submit((often or opens()).add, "reveal", "anna", NOW_US, 3)
            for _ in range(8)
        ]
        counted = sorted(one.result() for one in told)

    assert counted == [1, 2, 3, 4, 4, 4, 4, 4]


def test_a_file_is_its_owners_alone_and_names_nobody(tmp_path, clock):
    FileOften(tmp_path / "often", clock).add("search", "anna", NOW_US, 9)

    held = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert len(held) == 1
    assert "anna" not in held[0].name
    assert held[0].stat().st_mode & 0o777 == 0o600
