"""What is kept of requests with a key: for a day, sealed, and begun once."""

from concurrent.futures import ThreadPoolExecutor, wait

import psycopg
import pytest

from habitue.access.repeats import (
    Answer,
    FileRepeats,
    TooManyKeysError,
    Whose,
    opened,
)
from habitue.backends.postgres.repeats import PostgresRepeats
from habitue.base.clock import DAY_US, HOUR_US, ManualClock
from habitue.base.errors import ConflictError

ANNA = Whose("anna", "a-key-of-sixteen-or-more")
DONE = Answer(201, "application/json", b'{"key":"shown once"}')


@pytest.fixture
def clock():
    return ManualClock(1_772_366_400_000_000)


@pytest.fixture(params=["files", pytest.param("postgres", marks=pytest.mark.postgres)])
def opens(request, tmp_path, clock):
    """Opens what is kept, as one process after the other does."""
    if request.param == "files":
        return lambda: FileRepeats(tmp_path / "repeats", clock, keys_max=12)
    url = request.getfixturevalue("postgres_url")
    return lambda: PostgresRepeats(url, clock, keys_max=12)


@pytest.fixture
def repeats(opens):
    return opens()


def test_what_was_done_is_answered_by_another_process(opens, repeats):
    assert repeats.begin(ANNA, "r1") is None
    repeats.end(ANNA, "r1", DONE)

    begun = opens().begin(ANNA, "r1")

    assert begun.request == "r1"
    assert opened(ANNA, begun) == DONE


def test_of_two_processes_at_once_one_begins(opens):
    with ThreadPoolExecutor(8) as crowd:
        told = [crowd.submit(opens().begin, ANNA, f"r{n}") for n in range(8)]
        begun = [one.result() for one in told]

    assert begun.count(None) == 1
    assert len({one.request for one in begun if one is not None}) == 1


def test_of_who_was_erased_no_answer_tells_and_nothing_is_done_twice(repeats):
    repeats.begin(ANNA, "r1")
    repeats.end(ANNA, "r1", DONE)
    bert = Whose("bert", ANNA.key)
    repeats.begin(bert, "r2")

    repeats.forget_answers()

    begun = repeats.begin(ANNA, "r1")
    assert begun.request == "r1"
    with pytest.raises(ConflictError, match="was forgotten when"):
        opened(ANNA, begun)
    # What is being done still may name them, too.
    assert opened(bert, repeats.begin(bert, "r2")) is None
    repeats.end(bert, "r2", DONE)
    with pytest.raises(ConflictError, match="was forgotten when"):
        opened(bert, repeats.begin(bert, "r2"))


def test_what_began_after_somebody_was_erased_is_answered(repeats):
    repeats.begin(ANNA, "r1")
    repeats.forget_answers()
    bert = Whose("bert", ANNA.key)
    repeats.begin(bert, "r2")

    repeats.end(bert, "r2", DONE)

    assert opened(bert, repeats.begin(bert, "r2")) == DONE


def test_what_names_nobody_is_kept_though_it_began_before(repeats):
    repeats.begin(ANNA, "r1")
    repeats.forget_answers()
    repeats.forget_answers()

    certificate = Answer(200, "application/json", b"{}", names_nobody=True)
    repeats.end(ANNA, "r1", certificate)

    assert opened(ANNA, repeats.begin(ANNA, "r1")) == certificate


@pytest.mark.postgres
def test_who_ends_while_somebody_is_erased_is_waited_for(postgres_url, clock):
    repeats = PostgresRepeats(postgres_url, clock)
    repeats.begin(ANNA, "r1")
    with ThreadPoolExecutor(1) as beside, psycopg.connect(postgres_url) as other:
        other.execute("UPDATE control.repeat SET sealed = 'of Anna'")
        forgetting = beside.submit(repeats.forget_answers)
        assert not wait([forgetting], 0.2).done
        other.commit()
        forgetting.result(30)

    with pytest.raises(ConflictError, match="was forgotten when"):
        opened(ANNA, repeats.begin(ANNA, "r1"))


def test_what_broke_off_is_known_to_have_begun(repeats):
    repeats.begin(ANNA, "r1")

    begun = repeats.begin(ANNA, "r1")

    assert begun is not None
    assert opened(ANNA, begun) is None


def test_what_did_nothing_may_begin_again(repeats):
    repeats.begin(ANNA, "r1")

    repeats.take_back(ANNA)

    assert repeats.begin(ANNA, "r2") is None


def test_after_a_day_it_is_forgotten(clock, repeats):
    repeats.begin(ANNA, "r1")
    repeats.end(ANNA, "r1", DONE)
    clock.move(DAY_US - 1)
    assert repeats.begin(ANNA, "r1") is not None

    clock.move(1)

    assert repeats.begin(ANNA, "r2") is None


def test_one_key_too_many_is_refused_until_a_day_has_gone_by(clock, repeats):
    for number in range(12):
        repeats.begin(Whose("anna", f"key {number}"), "r")
    with pytest.raises(TooManyKeysError, match="10,000"):
        repeats.begin(ANNA, "r")
    assert repeats.begin(Whose("bert", ANNA.key), "r") is None

    clock.move(DAY_US + HOUR_US)

    assert repeats.begin(ANNA, "r") is None


def test_nothing_but_the_key_opens_an_answer(repeats):
    repeats.begin(ANNA, "r1")
    repeats.end(ANNA, "r1", DONE)
    begun = repeats.begin(ANNA, "r1")

    with pytest.raises(ConflictError, match="changed by somebody else"):
        opened(Whose("anna", "another key of hers"), begun)
    assert b"shown once" not in begun.sealed


def test_a_file_is_its_owners_alone_and_tells_nothing(tmp_path, clock):
    repeats = FileRepeats(tmp_path / "repeats", clock)
    repeats.begin(ANNA, "r1")
    repeats.end(ANNA, "r1", DONE)

    held = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert len(held) == 1
    assert b"shown once" not in held[0].read_bytes()
    assert held[0].stat().st_mode & 0o777 == 0o600
