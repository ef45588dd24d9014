"""What is kept of requests with a key: for a day, sealed, and begun once."""

import pytest

from habitue.access.repeats import Answer, FileRepeats, TooManyKeysError, Whose
from habitue.base.clock import DAY_US, HOUR_US, ManualClock
from habitue.base.errors import ConflictError

ANNA = Whose("anna", "a-key-of-sixteen-or-more")
DONE = Answer(201, "application/json", b'{"key":"shown once"}')


@pytest.fixture
def clock():
    return ManualClock(1_772_366_400_000_000)


@pytest.fixture
def repeats(tmp_path, clock):
    return FileRepeats(tmp_path / "repeats", clock, keys_max=3)


def test_what_was_done_is_answered_by_another_process(tmp_path, clock, repeats):
    assert repeats.begin(ANNA, "r1") is None
    repeats.end(ANNA, "r1", DONE)

    other = FileRepeats(tmp_path / "repeats", clock)
    begun = other.begin(ANNA, "r1")

    assert begun.request == "r1"
    assert other.answer(ANNA, begun) == DONE


def test_what_broke_off_is_known_to_have_begun(repeats):
    repeats.begin(ANNA, "r1")

    begun = repeats.begin(ANNA, "r1")

    assert begun is not None
    assert repeats.answer(ANNA, begun) is None


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
    for number in range(3):
        repeats.begin(Whose("anna", f"key {number}"), "r")
    with pytest.raises(TooManyKeysError, match="10,000"):
        repeats.begin(ANNA, "r")
    assert repeats.begin(Whose("bert", ANNA.key), "r") is None

    clock.move(DAY_US + HOUR_US)

    assert repeats.begin(ANNA, "r") is None


def test_nothing_but_the_key_opens_an_answer(tmp_path, repeats):
    repeats.begin(ANNA, "r1")
    repeats.end(ANNA, "r1", DONE)
    begun = repeats.begin(ANNA, "r1")

    with pytest.raises(ConflictError, match="changed by somebody else"):
        repeats.answer(Whose("anna", "another key of hers"), begun)
    held = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(held) == 1
    assert b"shown once" not in held[0].read_bytes()
    assert held[0].stat().st_mode & 0o777 == 0o600
