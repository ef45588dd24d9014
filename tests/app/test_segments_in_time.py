"""Memberships that change by time alone, or by what is told, at their own instant."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from habitue.app.projection.fold import Fold
from habitue.app.projection.rebuild import open_fold, save
from habitue.app.segments.kept_memberships import KeptMemberships
from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import DAY_US
from habitue.log.port import Entry
from habitue.model.certificate import ERASURE, Certificate
from habitue.model.event import Event
from habitue.model.evidence import Key, Verb, Verdict
from habitue.model.identifier import Identifier
from habitue.model.record import RecordKind
from habitue.segment import filling, pages
from habitue.segment.condition import (
    Condition,
    Count,
    Did,
    DidNot,
    Distinct,
    HasIdentifier,
    Sum,
    Window,
)
from habitue.segment.definition import SEGMENT, Segment, encode
from habitue.segment.live_rows import Cause
from habitue.segment.subscription import SUBSCRIPTION, Subscription
from habitue.state.rows import Table
from tests.proof.logbook import verdict_entry

NOW_US = 1_772_366_400_000_000
BOUGHT = "Order Completed"
LAPSED = DidNot(event=BOUGHT, within=Window(days=90))


class Desk:
    """A log and its fold, by a clock that is handed in."""

    def __init__(self, folder: Path) -> None:
        self.truth = SqliteTruth(folder / "truth.db")
        self.state = SqliteState(folder / "state.db")
        self.fold: Fold = open_fold(self.truth, self.state, 1_000)
        self.now = NOW_US
        self.number = 0
        self.kept = KeptMemberships(self.fold, self)

    def now_us(self) -> int:
        return self.now

    def define(self, name: str, condition: Condition | None) -> None:
        body = b"null"
        if condition is not None:
            body = encode(Segment(segment_id=name, name=name, condition=condition))
        self.truth.define(SEGMENT, name, body, self.now)
        self.apply()

    def tell(
        self, who: str, name: str = BOUGHT, ago_us: int = 0, **more: object
    ) -> Key:
        self.number += 1
        event = Event(
            type="track",
            name=name,
            at_us=self.now - ago_us,
            identifiers=tuple(Identifier(*one.split(":")) for one in who.split()),
            **more,
        )
        key = Key("shop", f"m{self.number}")
        self.put(
            Entry(source=key[0], message_id=key[1], body=msgspec.json.encode(event))
        )
        return key

    def judge(self, verb: Verb, **of: object) -> None:
        self.number += 1
        verdict = Verdict(verb=verb, at_us=self.now, operator="anna", **of)
        self.put(verdict_entry("operator", f"j{self.number}", verdict))

    def tick(self, after_us: int) -> None:
        self.now += after_us
        name = str(self.truth.head())
        self.put(
            Entry(kind=RecordKind.TICK, source="tick", message_id=name, body=b"{}")
        )

    def put(self, entry: Entry) -> None:
        self.truth.commit([entry], self.now)
        self.apply()

    def apply(self) -> None:
        for record in self.truth.read(self.fold.offset, 1_000):
            self.fold.apply(record)
        assert not list(self.fold.faults.items())

    def person(self, who: str) -> int:
        found = self.fold.identity.find(Identifier(*who.split(":")))
        assert found is not None
        return found

    def strand(self, who: str) -> int:
        return self.fold.segments.live.strands(self.person(who))[0]

    def of(self, who: str) -> set[str]:
        return {one.segment for one in self.kept.of_person(self.person(who)) or ()}

    def spans(self, who: str) -> list[tuple[int, int, int, int, int]]:
        return self.fold.segments.live.members.spans(self.person(who))

    def close(self) -> None:
        self.state.close()
        self.truth.close()


@pytest.fixture
def desk(tmp_path: Path):
    made = Desk(tmp_path)
    yield made
    made.close()


def settled(desk: Desk, name: str, condition: Condition) -> None:
    """Define a segment and let it answer."""
    desk.define(name, condition)
    for _ in range(3):
        desk.tick(100_000)
    assert name in desk.kept.answering()


def test_whoever_bought_last_90_days_ago_lapses_at_that_instant_without_an_event(desk):
    settled(desk, "lapsed", LAPSED)
    desk.tell("user_id:u1")
    bought_us = desk.now
    assert desk.of("user_id:u1") == set()

    desk.now = bought_us + 90 * DAY_US - 1
    assert desk.of("user_id:u1") == set()
    desk.now += 1
    assert desk.of("user_id:u1") == {"lapsed"}

    desk.tick(5_000_000)
    (span,) = desk.spans("user_id:u1")
    assert span[1] == bought_us + 90 * DAY_US
    assert span[3] == Cause.TIME
    assert desk.kept.members("lapsed", 0, 10) == ([desk.person("user_id:u1")], None)


def test_reading_changes_nothing_that_is_kept(desk):
    settled(desk, "lapsed", LAPSED)
    desk.tell("user_id:u1")
    before = list(desk.fold.store.dump())

    desk.now += 100 * DAY_US
    assert desk.of("user_id:u1") == {"lapsed"}
    assert list(desk.fold.store.dump()) == before


def test_what_was_told_before_a_definition_is_filled_in(desk):
    for _ in range(3):
        desk.tell("user_id:u1")
    desk.tell("user_id:u2")

    settled(desk, "often", Did(event=BOUGHT, count=Count(op=">=", value=3)))

    assert desk.of("user_id:u1") == {"often"}
    assert desk.of("user_id:u2") == set()
    assert desk.spans("user_id:u1")[0][3] == Cause.BACKFILL


def test_what_comes_while_a_definition_is_filled_in_counts_once(desk):
    for at in range(30):
        desk.tell(f"user_id:u{at}")

    desk.define("twice", Did(event=BOUGHT, count=Count(op="=", value=2)))
    assert "twice" not in desk.kept.answering()
    for at in range(30):
        desk.tell(f"user_id:u{at}")
    for _ in range(5):
        desk.tick(100_000)

    assert all(desk.of(f"user_id:u{at}") == {"twice"} for at in range(30))
    assert desk.kept.size("twice") == 30


def test_who_enters_before_a_segment_answers_was_filled_in(desk, monkeypatch):
    monkeypatch.setattr(filling, "STEP_ITEMS", 1)
    monkeypatch.setattr(filling, "STEPS_A_TURN", 1)
    for at in range(3):
        desk.tell(f"user_id:u{at}", "Signed Up")
    desk.define("bought", Did(event=BOUGHT))
    _, job = desk.fold.segments.live.library.job()
    while not job.person_id:
        desk.tick(100_000)

    desk.tell("user_id:u0")
    while "bought" not in desk.kept.answering():
        desk.tick(100_000)
    desk.tell("user_id:u1")

    causes = [desk.spans(f"user_id:u{at}")[0][3] for at in (0, 1)]
    assert causes == [Cause.BACKFILL, Cause.EVENT]


def test_a_strand_folded_anew_while_it_is_filled_in_counts_once(desk, monkeypatch):
    monkeypatch.setattr(filling, "STEP_ITEMS", 1)
    monkeypatch.setattr(filling, "STEPS_A_TURN", 1)
    desk.tell("phone:+48601000001")
    between = desk.now + DAY_US
    desk.now += 2 * DAY_US
    desk.tell("phone:+48601000001")
    desk.tell("user_id:u1 phone:+48601000001", "Signed Up", ago_us=3 * DAY_US)
    desk.define("twice", Did(event=BOUGHT, count=Count(op=">=", value=2)))

    # The phone is another's from between on: both its tenures are folded anew.
    desk.tell("user_id:u2 phone:+48601000001", "Signed Up", ago_us=desk.now - between)
    for _ in range(30):
        desk.tick(100_000)

    assert desk.of("user_id:u1") == desk.of("user_id:u2") == set()


def test_a_job_whose_segment_is_deleted_does_the_same_after_a_restart(
    desk, monkeypatch, tmp_path
):
    monkeypatch.setattr(filling, "STEP_ITEMS", 1)
    monkeypatch.setattr(filling, "STEPS_A_TURN", 1)
    for at in range(3):
        desk.tell(f"user_id:u{at}")
    desk.define("first", Did(event=BOUGHT))
    desk.tick(100_000)
    desk.define("second", Did(event="Signed Up"))
    for at in range(3, 9):
        desk.tell(f"user_id:u{at}")
    desk.define("third", Did(event="Signed In"))
    library = desk.fold.segments.live.library
    while library.job()[0] == 1 or not library.job()[1].number:
        desk.tick(100_000)

    desk.define("third", None)
    save(desk.fold, desk.state)
    again = open_fold(desk.truth, desk.state, 1_000)
    for _ in range(40):
        desk.tick(100_000)

    for record in desk.truth.read(again.offset, 1_000):
        again.apply(record)
    assert list(again.store.dump()) == list(desk.fold.store.dump())


def test_while_a_segment_does_not_answer_nothing_kept_is_told(desk):
    desk.tell("user_id:u1")
    desk.define("bought", Did(event=BOUGHT))

    assert desk.kept.of_person(desk.person("user_id:u1")) is None
    assert desk.kept.members("bought", 0, 10) is None


def test_the_version_before_answers_until_the_new_one_does(desk):
    settled(desk, "often", Did(event=BOUGHT))
    desk.tell("user_id:u1")
    desk.define("often", Did(event=BOUGHT, count=Count(op=">=", value=2)))

    # What is kept is of the version before: whoever asks has people judged.
    person_id = desk.person("user_id:u1")
    assert desk.kept.of_person(person_id) is None
    assert desk.kept.members("often", 0, 10) is None
    (held,) = desk.fold.segments.live.asking.of_person(person_id, desk.now_us)
    assert held.version == 1

    for _ in range(3):
        desk.tick(100_000)
    assert desk.of("user_id:u1") == set()
    desk.tell("user_id:u1")
    (held,) = desk.kept.of_person(desk.person("user_id:u1"))
    assert (held.version, held.cause) == (2, "event")
    old, new = desk.spans("user_id:u1")
    assert old[2] > old[1]
    assert old[4] == Cause.DEFINED
    assert new[2] == 0


def test_a_deleted_segment_has_no_members_at_once(desk):
    settled(desk, "often", Did(event=BOUGHT))
    desk.tell("user_id:u1")
    assert desk.of("user_id:u1") == {"often"}

    desk.define("often", None)

    assert desk.of("user_id:u1") == set()
    assert desk.kept.members("often", 0, 10) is None


def test_a_merge_and_an_un_merge_give_each_their_own_memberships_back(desk):
    settled(desk, "twice", Did(event=BOUGHT, count=Count(op=">=", value=2)))
    desk.tell("user_id:u1")
    desk.tell("email:e1@x.org")
    assert desk.of("user_id:u1") == desk.of("email:e1@x.org") == set()

    both = desk.tell("user_id:u1 email:e1@x.org", "Signed In")
    assert desk.of("user_id:u1") == {"twice"}
    assert desk.spans("user_id:u1")[0][3] == Cause.MERGE

    desk.judge(Verb.RETRACT, target=both)
    assert desk.of("user_id:u1") == desk.of("email:e1@x.org") == set()
    assert desk.spans("user_id:u1")[0][4] == Cause.UNMERGE


def test_the_analytic_copy_and_segments_each_note_who_changes(desk):
    settled(desk, "twice", Did(event=BOUGHT, count=Count(op=">=", value=2)))
    moved = desk.fold.identity.moved
    moved.note()
    desk.tell("user_id:u1")
    assert moved.take(10) == [(desk.person("user_id:u1"), (desk.strand("user_id:u1"),))]

    moved.rest()
    desk.tell("email:e1@x.org")
    desk.tell("user_id:u1 email:e1@x.org", "Signed In")
    assert desk.of("user_id:u1") == {"twice"}


def test_what_is_told_late_is_marked(desk):
    settled(desk, "bought", Did(event=BOUGHT))
    desk.tell("user_id:u1", ago_us=30 * DAY_US)
    desk.tell("user_id:u2", historical=True)
    desk.tell("user_id:u3")

    causes = [desk.spans(f"user_id:u{at}")[0][3] for at in (1, 2, 3)]
    assert causes == [Cause.LATE, Cause.LATE, Cause.EVENT]


def test_a_new_identifier_is_enough_to_enter(desk):
    settled(desk, "reachable", HasIdentifier(kind="email"))
    desk.tell("user_id:u1")
    assert desk.of("user_id:u1") == set()

    desk.tell("user_id:u1 email:e1@x.org", "Signed Up")

    assert desk.of("user_id:u1") == {"reachable"}


def test_who_comes_and_goes_is_counted_by_day(desk):
    settled(desk, "lapsed", LAPSED)
    for at in range(3):
        desk.tell(f"user_id:u{at}")
    bought_us = desk.now
    desk.tick(90 * DAY_US)
    desk.tell("user_id:u1")

    live = desk.fold.segments.live
    slot = live.library.segments["lapsed"].answers
    assert live.members.flow(slot, (bought_us + 90 * DAY_US) // DAY_US) == (3, 1)
    assert live.asking.size("lapsed") == 2


def test_what_nobody_told_of_an_order_may_let_its_buyer_enter(desk):
    settled(desk, "bought", Did(event="$purchase"))
    order = {"order_id": "o1", "currency": "PLN"}
    desk.tell("user_id:u1", properties=order)
    assert desk.of("user_id:u1") == set()

    desk.tell("", properties={**order, "total": 50})

    assert desk.of("user_id:u1") == {"bought"}


def subscribed(desk: Desk, **asked: bool) -> None:
    body = msgspec.json.encode(Subscription(segment="bought", **asked))
    desk.truth.define(SUBSCRIPTION, "mailer", body, desk.now)
    desk.apply()


def due(desk: Desk) -> list[Event]:
    found = desk.fold.segments.subscriptions.outbox.due(100)
    return [msgspec.json.decode(body, type=Event) for _, body in found]


def test_a_change_that_somebody_listens_to_is_told_on(desk):
    settled(desk, "bought", Did(event=BOUGHT, within=Window(days=1)))
    desk.tell("user_id:u1")
    assert due(desk) == []

    subscribed(desk)
    desk.tell("user_id:u2")
    desk.tick(DAY_US)

    told = [(one.name, one.properties["person_id"]) for one in due(desk)]
    u1, u2 = desk.person("user_id:u1"), desk.person("user_id:u2")
    assert told == [("Segment Entered", u2), ("Segment Left", u1), ("Segment Left", u2)]


def test_what_is_marked_is_told_only_to_who_asks_for_it(desk):
    settled(desk, "bought", Did(event=BOUGHT))
    subscribed(desk)
    desk.tell("user_id:u1", historical=True)
    assert due(desk) == []

    subscribed(desk, marked=True)
    desk.tell("user_id:u2", historical=True)
    (told,) = due(desk)
    assert told.properties["cause"] == "late"


def test_a_restart_finds_what_is_still_to_be_told(desk, tmp_path):
    settled(desk, "bought", Did(event=BOUGHT))
    subscribed(desk)
    desk.tell("user_id:u1")
    (before,) = desk.fold.segments.subscriptions.outbox.due(10)
    save(desk.fold, desk.state)

    again = open_fold(desk.truth, desk.state, 1_000)
    outbox = again.segments.subscriptions.outbox
    outbox.recall(None, 10)
    assert outbox.due(10) == [before]


def erase(desk: Desk, *offsets: int) -> None:
    asked = Certificate(
        erasure_id="e1", by="anna", reason="r", asked_us=desk.now, offsets=offsets
    )
    desk.truth.define(ERASURE, "e1", msgspec.json.encode(asked), desk.now)
    desk.apply()
    desk.tick(100_000)


def test_an_erasure_judges_nobody_else_as_of_a_time_gone_by(desk):
    settled(desk, "lately", Did(event=BOUGHT, within=Window(days=30)))
    desk.tell("user_id:gone phone:+48600100200")
    offset = desk.truth.head()
    desk.now += 10 * DAY_US
    # The phone was passed on, so what was told with it since is folded again.
    desk.tell("user_id:stays phone:+48600100200")
    desk.now += 60 * DAY_US
    desk.tick(100_000)
    before = desk.spans("user_id:stays")
    assert desk.of("user_id:stays") == set()
    heard: list[object] = []
    desk.fold.segments.live.on_change = heard.append

    erase(desk, offset)

    assert desk.fold.identity.find(Identifier("user_id", "gone")) is None
    assert desk.spans("user_id:stays") == before
    assert heard == []


@pytest.fixture
def _short_rows(monkeypatch):
    monkeypatch.setattr(pages, "ENTRIES_MAX", 2)


@pytest.mark.usefixtures("_short_rows")
def test_what_was_done_far_more_often_than_a_row_holds_merges_and_falls_apart(desk):
    often = Did(event=BOUGHT, count=Count(op=">=", value=40), within=Window(days=1))
    settled(desk, "often", often)
    for _ in range(20):
        desk.tell("user_id:u1", ago_us=5)
        desk.tell("email:e1@x.org")
        desk.now += 10
    assert desk.of("user_id:u1") == desk.of("email:e1@x.org") == set()

    both = desk.tell("user_id:u1 email:e1@x.org", "Signed In")
    assert desk.of("user_id:u1") == {"often"}
    desk.judge(Verb.RETRACT, target=both)
    assert desk.of("user_id:u1") == desk.of("email:e1@x.org") == set()

    desk.judge(Verb.RESTORE, target=both)
    assert desk.of("user_id:u1") == {"often"}
    desk.tick(DAY_US)
    assert desk.of("user_id:u1") == set()


@pytest.mark.usefixtures("_short_rows")
def test_whoever_does_it_in_two_strands_enters_with_the_last_that_is_needed(desk):
    day = Window(days=1)
    wanted = {
        "often": Did(event=BOUGHT, count=Count(op=">=", value=40), within=day),
        "much": Did(event=BOUGHT, sum=Sum(of="n", op=">=", value=80), within=day),
        "many": Did(event=BOUGHT, distinct=Distinct(of="v", op=">=", value=40)),
    }
    for name, condition in wanted.items():
        settled(desk, name, condition)
    desk.tell("user_id:u1 email:e1@x.org", "Signed In")
    for number in range(40):
        assert desk.of("user_id:u1") == set()
        who = ("user_id:u1", "email:e1@x.org")[number % 2]
        late_us = 7 if number % 5 == 4 else 0
        desk.tell(who, ago_us=late_us, properties={"n": 2, "v": f"v{number}"})
        desk.now += 2

    assert desk.of("user_id:u1") == wanted.keys()
    causes = [span[3] for span in desk.spans("user_id:u1")]
    assert causes == [Cause.EVENT] * 3
    desk.tick(DAY_US)
    assert desk.of("user_id:u1") == {"many"}


@pytest.mark.usefixtures("_short_rows")
def test_the_pages_of_who_is_erased_are_gone(desk):
    settled(desk, "often", Did(event=BOUGHT, count=Count(op=">=", value=20)))
    sealed = desk.fold.store.tables[pages.PAGES.name]
    offsets = []
    for _ in range(20):
        desk.tell("user_id:gone")
        offsets.append(desk.truth.head())
        desk.tell("user_id:stays")
    both = len(list(sealed.items()))
    assert desk.of("user_id:stays") == {"often"}

    erase(desk, *offsets)

    assert 0 < len(list(sealed.items())) <= both / 2
    assert desk.of("user_id:stays") == {"often"}


@pytest.mark.usefixtures("_short_rows")
def test_no_table_of_strands_keeps_a_row_of_who_is_erased(desk):
    settled(desk, "often", Did(event=BOUGHT, count=Count(op=">=", value=20)))
    settled(desk, "lapsed", LAPSED)
    store, offsets = desk.fold.store, []
    for number in range(20):
        desk.tell("user_id:gone phone:+48600100200", **order(number))
        offsets.append(desk.truth.head())
    gone = {*desk.fold.segments.live.strands(desk.person("user_id:gone"))}
    tables = {name: store.tables[name] for name in store.strands.tables}
    # A new table of strands is one that this has to fill.
    assert [name for name, table in tables.items() if not of(table, gone)] == []

    erase(desk, *offsets)

    assert {name: of(table, gone) for name, table in tables.items()} == {
        name: [] for name in tables
    }
    assert [entry for entry in store.indexes["due"].entries() if entry[2]] == []


def order(number: int) -> dict[str, object]:
    told = {"order_id": f"o{number}", "total": "5.00", "currency": "EUR"}
    return {"properties": told}


def of(table: Table[Any, Any], strands: set[int]) -> list[Any]:
    """Give the keys of a table that are of some strands."""
    keys = (key for key, _ in table.items())
    return [key for key in keys if int(str(key).partition(".")[0]) in strands]
