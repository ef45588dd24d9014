"""What a scanner may have made is told on once it is known that none did."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from habitue.app.desks.writing import OPERATOR
from habitue.app.projection.rebuild import open_fold, save
from habitue.base.clock import SECOND_US
from habitue.log.port import Entry
from habitue.model.evidence import Key, Verb
from habitue.model.record import RecordKind
from habitue.profile.scanned import CLICKED, WITHIN_US
from habitue.segment.condition import AllOf, Did, DidNot
from habitue.segment.holding import HELD
from tests.app.test_forgetting import dump_anew
from tests.app.test_segments_in_time import Desk, due, erase, settled, subscribed

ANNA = "email:anna@b.example"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A shop whose segment of whoever clicked is listened to."""
    made = Desk(tmp_path)
    made.tell(ANNA, "Signed Up")
    settled(made, "bought", Did(event=CLICKED))
    subscribed(made)
    yield made
    made.close()


def click(desk: Desk, link: str = "a", **told: object) -> None:
    properties = {"email_id": "m", "link_url": link, **told}
    desk.tell(ANNA, CLICKED, properties=properties)


def scanned(desk: Desk) -> None:
    """Let three links be followed, and the verdicts on it come in."""
    for link in "abc":
        click(desk, link)
        desk.now += SECOND_US
    judged(desk)


def judged(desk: Desk) -> None:
    for name, body in desk.fold.scans.outbox.due(10):
        desk.put(Entry(kind=RecordKind.JUDGEMENT, source=OPERATOR, message_id=name,
                       body=body))  # fmt: skip
    assert desk.fold.scans.outbox.due(10) == []


def heard(desk: Desk) -> list[tuple[str, str]]:
    return [(one.name, one.properties["cause"]) for one in due(desk)]


def test_a_click_is_told_on_when_no_other_can_make_it_a_scanners(desk):
    click(desk)
    clicked_us = desk.now
    assert desk.of(ANNA) == {"bought"}

    desk.tick(WITHIN_US - 1)
    assert due(desk) == []
    desk.tick(1)

    (told,) = due(desk)
    assert (told.name, told.at_us) == ("Segment Entered", clicked_us)
    assert list(desk.fold.store.tables[HELD.name].items()) == []


def test_of_what_a_scanner_followed_nothing_is_told(desk):
    scanned(desk)

    desk.tick(10 * WITHIN_US)

    assert desk.of(ANNA) == set()
    assert due(desk) == []


def test_nor_is_what_others_changes_rest_on_it(desk):
    settled(desk, "bought", AllOf(of=(Did(event=CLICKED), Did(event="Viewed"))))
    click(desk)
    desk.tell(ANNA, "Viewed")
    assert desk.of(ANNA) == {"bought"}

    scanned(desk)
    desk.tick(10 * WITHIN_US)

    assert due(desk) == []


def test_who_left_by_it_has_not_left(desk):
    settled(desk, "bought", DidNot(event=CLICKED))
    before = heard(desk)

    scanned(desk)
    desk.tick(10 * WITHIN_US)

    assert desk.of(ANNA) == {"bought"}
    assert heard(desk) == before


def test_a_verdict_may_take_a_while_after_the_last_click(desk):
    for link in "abc":
        click(desk, link)
        desk.now += WITHIN_US * 2 // 5

    desk.tick(WITHIN_US // 2)
    assert due(desk) == []
    judged(desk)
    desk.tick(WITHIN_US)

    assert due(desk) == []


STRAIGHT = {
    "by the button of a mail program": {"method": "POST"},
    "of no mail that is named": {"email_id": ""},
}


@pytest.mark.parametrize("told", STRAIGHT.values(), ids=STRAIGHT)
def test_what_no_scanner_can_have_done_is_told_on_at_once(desk, told):
    click(desk, **told)

    assert heard(desk) == [("Segment Entered", "event")]


def test_others_are_told_on_meanwhile(desk):
    click(desk)
    desk.tell("user_id:jan", CLICKED)

    (told,) = due(desk)
    assert told.properties["person_id"] == desk.person("user_id:jan")


def test_it_is_held_back_through_a_restart_and_a_rebuild(desk, tmp_path):
    click(desk)
    save(desk.fold, desk.state)
    desk.fold = open_fold(desk.truth, desk.state, 1_000)
    assert due(desk) == []
    assert list(desk.fold.store.dump()) == dump_anew(desk, tmp_path)

    desk.tick(WITHIN_US)

    assert heard(desk) == [("Segment Entered", "event")]
    (tmp_path / "anew.db").unlink()
    assert list(desk.fold.store.dump()) == dump_anew(desk, tmp_path)


def test_of_whoever_is_erased_meanwhile_nothing_is_told(desk):
    click(desk)

    erase(desk, *range(1, desk.truth.head() + 1))
    desk.tick(WITHIN_US)

    assert due(desk) == []
    assert list(desk.fold.store.tables[HELD.name].items()) == []


def test_of_a_verdict_that_was_taken_back_it_is_told_who_is_in_after_all(desk):
    scanned(desk)
    desk.tick(10 * WITHIN_US)
    assert due(desk) == []

    desk.judge(Verb.RESTORE, target=Key("shop", "m2"))

    assert heard(desk) == [("Segment Entered", "event")]
