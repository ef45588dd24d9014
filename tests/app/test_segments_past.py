"""What somebody was in: from when until when, by what, by which version."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from habitue.base.clock import DAY_US, SECOND_US
from habitue.model.evidence import Verb
from habitue.segment import filling
from habitue.segment.condition import Count, Did, Window
from habitue.segment.members import SPANS_MAX
from habitue.segment.past import PAST_MAX
from habitue.segment.port import Past
from tests.app.test_segments_in_time import BOUGHT, Desk, erase, settled

LATELY = Did(event=BOUGHT, within=Window(days=30))
TWICE = Did(event=BOUGHT, count=Count(op=">=", value=2))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def past(desk: Desk, who: str) -> list[Past]:
    return list(desk.kept.past(desk.person(who)) or ())


def finish(desk: Desk) -> None:
    for _ in range(50):
        desk.tick(SECOND_US)
        if not desk.fold.segments.live.library.jobs:
            return
    raise AssertionError("The job never ends.")


def test_who_leaves_by_time_was_in_from_one_instant_to_the_other(desk: Desk) -> None:
    settled(desk, "lately", LATELY)
    desk.tell("user_id:u1")
    bought_us = desk.now
    assert past(desk, "user_id:u1") == []

    desk.tick(31 * DAY_US)

    assert past(desk, "user_id:u1") == [
        Past(
            segment="lately",
            version=1,
            person_id=desk.person("user_id:u1"),
            since_us=bought_us,
            until_us=bought_us + 30 * DAY_US,
            cause="event",
            ended_by="time",
        )
    ]


def test_who_has_just_left_by_time_is_told_so_before_any_record_says_it(desk) -> None:
    settled(desk, "lately", LATELY)
    desk.tell("user_id:u1")

    desk.now += 30 * DAY_US

    assert desk.of("user_id:u1") == set()
    (left,) = past(desk, "user_id:u1")
    assert (left.until_us, left.ended_by) == (None, "time")


def test_by_an_edit_one_goes_on_and_another_does_not(desk: Desk) -> None:
    settled(desk, "buyers", Did(event=BOUGHT))
    for who in ("user_id:often", "user_id:often", "user_id:once"):
        desk.tell(who)
    began_us = desk.now

    desk.define("buyers", TWICE)
    finish(desk)

    often, once = (past(desk, f"user_id:{who}")[0] for who in ("often", "once"))
    for one, goes_on in ((often, True), (once, False)):
        assert (one.version, one.ended_by) == (1, "defined")
        assert one.goes_on is goes_on
        assert one.since_us == began_us < one.until_us
    assert desk.of("user_id:often") == {"buyers"}


def test_nobody_was_in_what_was_edited_again_before_it_answered(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(desk, "buyers", TWICE)
    for at in range(40):
        desk.tell(f"user_id:u{at}")
    desk.define("buyers", Did(event=BOUGHT))
    # Filled in so slowly that people are judged by it, and it does not answer yet.
    monkeypatch.setattr(filling, "STEPS_A_TURN", 1)
    library = desk.fold.segments.live.library
    (coming,) = (row.comes for row in library.segments.values())
    while not desk.fold.segments.live.members.size(coming):
        desk.tick(SECOND_US)
        assert library.jobs

    desk.define("buyers", TWICE)
    finish(desk)

    assert not library.slots[coming].since_us
    assert desk.spans("user_id:u1") != []
    assert past(desk, "user_id:u1") == []


def test_who_was_in_a_segment_as_it_was_deleted_left_it_at_once(desk: Desk) -> None:
    settled(desk, "buyers", Did(event=BOUGHT))
    desk.tell("user_id:u1")
    desk.now += DAY_US

    desk.define("buyers", None)

    (left,) = past(desk, "user_id:u1")
    assert (left.until_us, left.ended_by, left.goes_on) == (desk.now, "defined", False)
    finish(desk)
    assert past(desk, "user_id:u1") == [left]


def test_a_merge_brings_what_each_was_in_and_an_un_merge_takes_it_back(
    desk: Desk,
) -> None:
    settled(desk, "buyers", Did(event=BOUGHT))
    desk.tell("user_id:u1")
    desk.tell("email:e1@x.org")
    other = desk.person("email:e1@x.org")

    both = desk.tell("user_id:u1 email:e1@x.org", "Signed In")

    assert desk.person("email:e1@x.org") != other
    (was,) = past(desk, "user_id:u1")
    assert (was.person_id, was.ended_by, was.goes_on) == (other, "merge", True)
    desk.now += DAY_US
    desk.judge(Verb.RETRACT, target=both)
    assert past(desk, "user_id:u1") == []
    (own,) = past(desk, "email:e1@x.org")
    assert (own.person_id, own.goes_on) == (other, False)


def test_an_erasure_takes_what_they_were_in_as_whoever_they_were(desk: Desk) -> None:
    settled(desk, "lately", LATELY)
    first = desk.truth.head() + 1
    # A visitor, a customer, and an address: by and by they are found to be one.
    desk.tell("anonymous_id:d1")
    desk.tell("user_id:u1")
    desk.tell("email:e1@x.org")
    ids = {desk.person(one) for one in ("anonymous_id:d1", "user_id:u1")}
    desk.tell("user_id:u1 email:e1@x.org anonymous_id:d1", "Signed In")
    last = desk.truth.head()
    desk.tick(31 * DAY_US)
    desk.tell("user_id:stays")
    kept = {row for row, _ in desk.fold.store.tables["membership"].items()}
    assert ids < kept
    assert len(past(desk, "user_id:u1")) == 3

    erase(desk, *range(first, last + 1))

    rows = dict(desk.fold.store.tables["membership"].items())
    assert list(rows) == [desk.person("user_id:stays")]


def test_of_all_they_were_in_the_latest_are_told(desk: Desk) -> None:
    settled(desk, "lately", Did(event=BOUGHT, within=Window(seconds=1)))
    for at in range(SPANS_MAX + 2):
        desk.tell("user_id:u1")
        if not at:
            began_us = desk.now
        desk.tick(2 * SECOND_US)

    found = past(desk, "user_id:u1")

    assert len(found) == PAST_MAX
    assert found == sorted(found, key=lambda one: -one.since_us)
    assert began_us not in [one.since_us for one in found]
