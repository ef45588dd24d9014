"""A changed RFM persona is told on: once, of the person, and not of history."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from habitue.app.projection.rebuild import open_fold, replay, save
from habitue.backends.sqlite.state import SqliteState
from habitue.base.clock import DAY_US, HOUR_US
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.evidence import Verb
from habitue.model.identifier import Identifier
from habitue.model.score import RfmRules, ScoreRules
from habitue.profile.computed import Facts as Combined
from habitue.profile.scores.defining import KIND, SHOP
from habitue.profile.scores.rfm import rfm
from habitue.segment.condition import Did, Where
from habitue.segment.personas import RFM_CHANGED, SCORES
from tests.app.test_segments_in_time import NOW_US, Desk, erase, settled

# The first midnight, UTC, at which a purchase of NOW_US is 91 whole days old.
SOON_US = NOW_US - NOW_US % DAY_US + 92 * DAY_US


class Scoring(Desk):
    """A shop that has changed personas told, or not."""

    def rule(self, *, tell: bool = True, **more: Any) -> None:
        rules = ScoreRules(rfm=RfmRules(tell=tell, **more))
        self.truth.define(KIND, SHOP, msgspec.json.encode(rules), self.now)
        self.apply()
        while self.fold.segments.live.library.jobs:
            self.tick(200_000)

    def buy(self, who: str, number: str, **more: Any) -> None:
        told = {"order_id": number, "total": 10, "currency": "PLN"}
        self.tell(who, properties=told, **more)

    def due(self) -> list[dict[str, Any]]:
        """Give what is to be told on; `from` and `to` among it."""
        return [_event(body).properties for _, body in self._due()]

    def _due(self) -> list[tuple[str, bytes]]:
        return self.fold.segments.personas.outbox.due(100)

    def tell_on(self) -> list[Event]:
        """Append what is due, as whoever leads does."""
        due = self._due()
        for message_id, body in due:
            self.put(Entry(source=SCORES, message_id=message_id, body=body))
        return [_event(body) for _, body in due]

    def persona(self, who: str) -> str:
        strands = self.fold.segments.live.strands(self.person(who))
        facts = Combined(self.fold.profiles.state(strands))
        found = rfm(facts, self.now, self.fold.profiles.rules.rfm, "")
        return "" if found is None else found.persona


def _event(body: bytes) -> Event:
    return msgspec.json.decode(body, type=Event)


@pytest.fixture
def shop(tmp_path: Path):
    made = Scoring(tmp_path)
    yield made
    made.close()


def test_who_turns_into_another_persona_by_time_alone_is_told_once_at_midnight(shop):
    shop.rule()
    shop.buy("user_id:anna", "o1")
    shop.tell_on()
    shop.tick(SOON_US - 1 - shop.now)
    assert shop.due() == []

    shop.tick(1)

    (told,) = shop.tell_on()
    assert (told.name, told.at_us) == (RFM_CHANGED, SOON_US)
    assert told.identifiers == (Identifier("user_id", "anna"),)
    assert told.properties == {
        "from": "newcomer", "to": "passing_by", "cause": "time",
        "person_id": shop.person("user_id:anna"), "channel": "system",
    }  # fmt: skip
    shop.tick(HOUR_US)
    assert shop.due() == []
    assert shop.persona("user_id:anna") == "passing_by"


def test_a_purchase_that_makes_another_persona_is_told_with_from_and_to(shop):
    shop.rule()
    shop.buy("user_id:anna", "o1")
    assert shop.due() == [
        {"to": "newcomer", "cause": "event", "channel": "system",
         "person_id": shop.person("user_id:anna")},
    ]  # fmt: skip
    shop.tell_on()

    shop.buy("user_id:anna", "o2")

    (told,) = shop.tell_on()
    assert (told.properties["from"], told.properties["to"]) == ("newcomer", "promising")
    assert shop.tell_on() == []


def test_what_was_told_on_is_something_that_happened_to_the_person(shop):
    moved = Where(property="to", op="is", value="promising")
    settled(shop, "moved", Did(event=RFM_CHANGED, where=(moved,)))
    shop.rule()
    shop.buy("user_id:anna", "o1")
    shop.buy("user_id:anna", "o2")
    days = shop.fold.profiles.state([shop.strand("user_id:anna")]).days

    shop.tell_on()

    assert shop.of("user_id:anna") == {"moved"}
    # It is no visit of theirs.
    assert shop.fold.profiles.state([shop.strand("user_id:anna")]).days == days


def test_state_that_is_computed_anew_tells_nothing_again(shop, tmp_path):
    shop.rule()
    shop.buy("user_id:anna", "o1")
    shop.tick(SOON_US - shop.now)
    assert len(shop.tell_on()) == 2

    state = SqliteState(tmp_path / "again.db")
    fold = open_fold(shop.truth, state, 1_000)
    replay(fold, shop.truth, state, shop.truth.head())

    outbox = fold.segments.personas.outbox
    outbox.recall(None, 100)
    assert outbox.due(100) == []
    assert list(fold.store.dump()) == list(shop.fold.store.dump())
    state.close()


def test_what_was_due_when_the_process_ended_is_told_by_the_next(shop):
    shop.rule()
    shop.buy("user_id:anna", "o1")
    (due,) = shop.due()
    save(shop.fold, shop.state)

    shop.fold = open_fold(shop.truth, shop.state, 1_000)

    assert shop.due() == []
    shop.fold.segments.personas.outbox.recall(None, 100)
    assert shop.due() == [due]
    shop.tell_on()
    assert shop.due() == []


def test_history_tells_nothing(shop):
    shop.rule()
    shop.buy("user_id:anna", "o1", historical=True, ago_us=3 * DAY_US)

    assert shop.persona("user_id:anna") == "newcomer"
    assert shop.due() == []


def test_a_receipt_that_comes_a_day_late_is_told_of_whose_it_is(shop):
    shop.rule()
    shop.buy("user_id:anna", "o1", ago_us=DAY_US)

    assert [one["to"] for one in shop.due()] == ["newcomer"]


def test_who_was_there_before_it_was_asked_for_is_told_of_from_then_on(shop):
    shop.buy("user_id:anna", "o1")
    shop.rule()
    assert shop.due() == []

    shop.buy("user_id:anna", "o2")

    assert [one["to"] for one in shop.due()] == ["promising"]


def test_other_rules_and_people_who_become_one_tell_nothing(shop):
    shop.rule()
    shop.buy("user_id:anna", "o1")
    shop.buy("user_id:ewa", "o2")
    shop.tell_on()

    shop.judge(
        Verb.SAME,
        left=Identifier("user_id", "anna"),
        right=Identifier("user_id", "ewa"),
    )
    assert shop.persona("user_id:anna") == "promising"
    shop.rule(purchases=(3, 4, 5, 10))
    assert shop.persona("user_id:anna") == "newcomer"

    assert shop.due() == []


def test_nothing_is_told_where_the_rules_do_not_say_so(shop):
    shop.rule()
    shop.buy("user_id:anna", "o1")
    shop.tell_on()
    shop.rule(tell=False)

    shop.buy("user_id:anna", "o2")

    assert shop.due() == []
    assert shop.of("user_id:anna") == set()


def test_who_is_erased_is_told_of_no_more(shop):
    shop.rule()
    shop.buy("user_id:anna", "o1")
    assert shop.due()

    erase(shop, shop.truth.head())

    assert shop.due() == []


def test_nobody_sees_the_segments_it_is_kept_by(shop):
    shop.rule()
    shop.buy("user_id:anna", "o1")

    assert shop.of("user_id:anna") == set()
