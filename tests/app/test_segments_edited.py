"""A segment that is called otherwise is the same; one that means another goes on."""

import msgspec
import pytest

from habitue.app.projection.rebuild import open_fold, save
from habitue.base.clock import DAY_US, SECOND_US
from habitue.segment import filling
from habitue.segment.condition import Count, Did, InSegment, Not, Window
from habitue.segment.definition import SEGMENT, Segment, encode
from habitue.segment.subscription import SUBSCRIPTION, Subscription
from tests.app.test_segments_in_time import BOUGHT, Desk

BUYERS = Did(event=BOUGHT)
TWICE = Did(event=BOUGHT, count=Count(op=">=", value=2))
NEVER = Did(event="Nothing")


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    desk.define("buyers", BUYERS)
    settle(desk)
    desk.tell("user_id:anna")
    desk.tick(2 * DAY_US)
    yield desk
    desk.truth.close()
    desk.state.close()


def settle(desk: Desk) -> None:
    for _ in range(50):
        desk.tick(SECOND_US)
        if not desk.fold.segments.live.library.jobs:
            return
    raise AssertionError("The job never ends.")


def define(desk: Desk, segment: str, condition, **more) -> None:
    body = encode(Segment(segment_id=segment, condition=condition, **more))
    desk.truth.define(SEGMENT, segment, body, desk.now)
    desk.apply()


def listen(desk: Desk, segment: str) -> None:
    body = msgspec.json.encode(Subscription(segment=segment, marked=True))
    desk.truth.define(SUBSCRIPTION, "mailer", body, desk.now)
    desk.apply()


def told(desk: Desk) -> list[tuple[str, int]]:
    due = desk.fold.segments.subscriptions.outbox
    events = [msgspec.json.decode(body) for _, body in due.due(100)]
    return [(one["name"], one["properties"]["person_id"]) for one in events]


def test_a_segment_of_another_name_goes_on_as_it_was(desk):
    listen(desk, "buyers")
    anna = desk.person("user_id:anna")
    before, trend = desk.kept.of_person(anna), desk.kept.trend("buyers", 4)
    assert before[0].since_us is not None

    define(desk, "buyers", BUYERS, name="Who bought", description="At all.")

    assert not desk.fold.segments.live.library.jobs
    (after,) = desk.kept.of_person(anna)
    assert (after.since_us, after.cause) == (before[0].since_us, before[0].cause)
    assert (before[0].version, after.version) == (1, 2)
    assert desk.kept.trend("buyers", 4) == trend
    desk.tell("user_id:anna", name="Viewed")
    assert told(desk) == []


def test_who_asks_for_a_segment_of_another_name_goes_on_too(desk):
    define(desk, "others", Not(of=InSegment(segment="buyers")), name="others")
    settle(desk)
    slots = desk.fold.segments.live.library.in_force()

    define(desk, "buyers", BUYERS, name="Who bought")

    assert desk.fold.segments.live.library.in_force() == slots
    desk.tell("user_id:bob", name="Viewed")
    assert desk.of("user_id:bob") == {"others"}


def test_an_edit_that_is_taken_back_leaves_what_answers(desk, monkeypatch):
    # So slow that it is still filled in when it is taken back.
    monkeypatch.setattr(filling, "STEPS_A_TURN", 1)
    before = desk.kept.of_person(desk.person("user_id:anna"))
    slots = desk.fold.segments.live.library.in_force()

    define(desk, "buyers", NEVER, name="buyers")
    define(desk, "buyers", BUYERS, name="buyers")
    settle(desk)

    assert desk.fold.segments.live.library.in_force() == slots
    (after,) = desk.kept.of_person(desk.person("user_id:anna"))
    assert after.since_us == before[0].since_us


def test_who_is_in_both_of_an_edit_is_in_since_they_were(desk):
    desk.tell("user_id:anna")
    desk.tell("user_id:bob")
    desk.tick(0)
    anna, bob = desk.person("user_id:anna"), desk.person("user_id:bob")
    (before,) = desk.kept.of_person(anna)
    listen(desk, "buyers")

    define(desk, "buyers", TWICE, name="buyers")
    settle(desk)

    (after,) = desk.kept.of_person(anna)
    assert (after.since_us, after.cause) == (before.since_us, before.cause)
    assert after.version == before.version + 1
    assert desk.kept.of_person(bob) == []
    # Judged again, each leaves the version that is over; only bob had left the segment.
    desk.tick(SECOND_US)
    desk.tell("user_id:anna")
    desk.tell("user_id:bob")
    assert told(desk) == [("Segment Left", bob), ("Segment Entered", bob)]


def bits(desk: Desk, who: str) -> int:
    return desk.fold.segments.live.members.bits(desk.person(who))


def test_an_edit_again_and_again_takes_no_more_room(desk):
    """Nobody does anything meanwhile, so nobody is judged for that."""
    for number in range(9, 36):
        within = Window(days=number)
        define(desk, "buyers", Did(event=BOUGHT, within=within), name="buyers")
        settle(desk)
        desk.tick(SECOND_US)

        assert desk.of("user_id:anna") == {"buyers"}
        assert bits(desk, "user_id:anna") in {2, 4}
    assert desk.kept.size("buyers") == 1


def test_what_takes_the_place_of_a_deleted_segment_has_its_own_members(desk, tmp_path):
    listen(desk, "buyers")
    anna, before = desk.person("user_id:anna"), bits(desk, "user_id:anna")
    desk.define("buyers", None)
    desk.tick(0)
    settle(desk)
    assert (bits(desk, "user_id:anna"), told(desk)) == (0, [("Segment Left", anna)])

    define(desk, "viewers", Did(event="Viewed"), name="viewers")
    settle(desk)
    assert desk.of("user_id:anna") == set()
    assert desk.kept.size("viewers") == 0
    desk.tell("user_id:anna", name="Viewed")

    assert desk.of("user_id:anna") == {"viewers"}
    assert bits(desk, "user_id:anna") == before
    old, new = desk.spans("user_id:anna")
    assert (old[0], new[0], bool(old[2])) == (1, 2, True)
    save(desk.fold, desk.state)
    again = open_fold(desk.truth, desk.state, 1_000)
    assert again.segments.live.library.slot_at(before.bit_length() - 1) == new[0]


def test_a_bit_is_given_to_nobody_else_while_somebody_holds_it(desk, monkeypatch):
    """Bob is in what was deleted until he is judged, and Anna was."""
    monkeypatch.setattr(filling, "STEP_ITEMS", 1)
    monkeypatch.setattr(filling, "STEPS_A_TURN", 1)
    desk.tell("user_id:bob")
    before = bits(desk, "user_id:bob")
    desk.define("buyers", None)
    define(desk, "viewers", Did(event="Viewed"), name="viewers")

    assert (bits(desk, "user_id:anna"), bits(desk, "user_id:bob")) == (0, before)
    library = desk.fold.segments.live.library
    (comes,) = library.in_force()
    assert library.bit_of(comes) != before.bit_length() - 1
