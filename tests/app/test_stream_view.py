"""The live stream looks at each event and each person once, however many look on."""

import msgspec
import pytest
from msgspec import structs

from habitue.app.desks.stream_view import (
    NAME_S,
    NAME_STRANDS_MAX,
    RECENT_MAX,
    StreamView,
)
from habitue.log.port import Entry
from habitue.model.evidence import Key, Verdict
from habitue.model.identifier import Identifier
from habitue.model.record import RecordKind
from tests.app.folded import NOW_US, Folded, event

DEVICES = 2_000


@pytest.fixture
def folded(tmp_path):
    opened = Folded(tmp_path)
    yield opened
    opened.close()


class Stopwatch:
    """Time that passes when it is told to."""

    def __init__(self):
        self.now_s = 0.0

    def __call__(self):
        return self.now_s


def hear(view, folded, *events):
    for told in folded.tell(*events):
        view.heard(*told)


def named(name, *who, **fields):
    return event(*who, type="identify", name="", traits={"name": name}, **fields)


def test_an_event_is_shown_with_what_its_person_is_called(folded):
    view = StreamView(folded.fold)
    hear(view, folded, named("Anna", "user_id:u1", verified=True))
    hear(view, folded, event("user_id:u1", "anonymous_id:d1"))

    newest, _ = view.recent(10, 0)

    assert (newest["person"], newest["known"]) == ("Anna", True)


def test_a_device_that_nobody_holds_is_a_strangers(folded):
    view = StreamView(folded.fold)
    hear(view, folded, event("anonymous_id:d1"))

    (shown,) = view.recent(10, 0)

    assert shown["person_id"] is not None
    assert (shown["person"], shown["known"]) == (None, False)


def test_a_new_name_is_shown_with_the_very_event_that_tells_it(folded):
    view = StreamView(folded.fold, Stopwatch())
    hear(view, folded, named("Anna", "user_id:u1", verified=True))
    assert view.recent(1, 0)[0]["person"] == "Anna"

    hear(view, folded, named("Hanna", "user_id:u1", verified=True, at=1))

    assert view.recent(1, 0)[0]["person"] == "Hanna"


def test_what_a_person_is_called_is_looked_up_anew_after_a_moment(folded):
    clock = Stopwatch()
    view = StreamView(folded.fold, clock)
    hear(view, folded, event("user_id:u1"))
    assert view.recent(1, 0)[0]["person"] is None
    # Applied without being heard: nothing says that the name has changed.
    folded.tell(named("Anna", "user_id:u1", verified=True, at=1))

    clock.now_s += NAME_S

    assert view.recent(1, 0)[0]["person"] == "Anna"


def test_the_stream_of_a_person_of_thousands_of_devices_costs_little(folded):
    view = StreamView(folded.fold, Stopwatch())
    hear(view, folded, named("Anna", "user_id:u1", verified=True))
    devices = [event("user_id:u1", f"anonymous_id:d{n}") for n in range(DEVICES)]
    hear(view, folded, *devices)
    folded.tell(*(event(f"anonymous_id:d{n}", at=1) for n in range(DEVICES)))
    profiles, read = folded.fold.profiles, []
    whole = profiles.traits
    profiles.traits = lambda strands: read.append(len(strands)) or whole(strands)

    looks = [view.recent(20, 0) for _ in range(50)]

    (person_id,) = {shown["person_id"] for look in looks for shown in look}
    assert len(folded.fold.identity.person(person_id).strands) > DEVICES
    assert {shown["person"] for look in looks for shown in look} == {"Anna"}
    assert read == [NAME_STRANDS_MAX]


def test_an_event_is_put_into_words_once_for_all_pages(folded):
    view = StreamView(folded.fold)
    hear(view, folded, event("user_id:u1"))

    first, second = (view.recent(1, 0)[0] for _ in range(2))

    assert first["properties"] is second["properties"]
    assert first["identifiers"] is second["identifiers"]


def test_a_quiet_source_keeps_its_events_through_a_flood_of_others(folded):
    view = StreamView(folded.fold)
    (quiet,) = folded.tell(event("user_id:u1", name="Weighed"))
    view.heard(structs.replace(quiet[0], source="scales"), quiet[1])
    others = [event("user_id:u2") for _ in range(RECENT_MAX + 1)]
    hear(view, folded, *others)

    assert [one["name"] for one in view.recent(9, 0, source="scales")] == ["Weighed"]
    assert "Weighed" not in {one["name"] for one in view.recent(RECENT_MAX, 0)}
    newest, before = view.recent(2, 0)
    assert view.recent(1, 0, before=newest["offset"]) == [before]
    view.forget({quiet[0].offset})
    assert view.recent(9, 0, source="scales") == []


def test_a_flood_of_others_hides_no_event_of_whose_card_is_open(folded):
    view = StreamView(folded.fold)
    hear(view, folded, event("user_id:u1"))
    (anna,) = {one["person_id"] for one in view.recent(1, 0)}

    with view.follow(anna) as newest:
        first = newest()
        hear(view, folded, *(event("user_id:u2") for _ in range(RECENT_MAX + 1)))
        assert newest() == first
        (hers, *others) = folded.tell(event("user_id:u1"), *[event("user_id:u2")] * 600)
        for told in (hers, *others):
            view.heard(*told)
        assert newest() == hers[0].offset


def test_a_source_says_how_long_what_was_done_is_on_its_way(folded):
    view = StreamView(folded.fold)
    hear(view, folded, *(event("user_id:u1", at=-n) for n in range(10)))
    hear(view, folded, event("user_id:u1", at=-900, historical=True))

    # Half of ten took 4 minutes or less, nearly all of them 9; the past took no way.
    assert view.arrival("web") == {"events": 10, "p50_ms": 240_000, "p95_ms": 540_000}
    assert view.arrival("till") is None


def test_a_card_that_was_away_for_longer_than_is_kept_is_read_anew(folded):
    view = StreamView(folded.fold)
    hear(view, folded, event("user_id:u1"))
    (anna,) = {one["person_id"] for one in view.recent(1, 0)}
    away = folded.fold.offset
    hear(view, folded, *(event("user_id:u2") for _ in range(RECENT_MAX + 1)))

    with view.follow(anna) as newest:
        assert newest() > away


def test_a_card_follows_its_person_into_whom_they_are_joined_with(folded):
    view = StreamView(folded.fold)
    hear(view, folded, event("user_id:u1"), event("anonymous_id:d1"))
    device, known = (one["person_id"] for one in view.recent(2, 0))

    with view.follow(device) as newest:
        before = newest()
        hear(view, folded, event("user_id:u1", "anonymous_id:d1", verified=True))
        joined = newest()
        hear(view, folded, event("user_id:u1"))
        assert view.recent(1, 0)[0]["person_id"] == known
        assert before < joined < newest() == folded.fold.offset
    # Nothing is heard for a card that was closed.
    assert view._followed._cards == {}


def test_a_card_is_read_anew_when_something_is_parted_and_keeps_the_number(folded):
    view = StreamView(folded.fold)
    hear(view, folded, event("user_id:u1"), event("user_id:u2"))
    hear(view, folded, event("email:a@example.com"))
    told = folded.tell(event("user_id:u1", "email:a@example.com", verified=True))
    anna = folded.fold.identity.find(Identifier("user_id", "u1"))
    key = Key("web", told[0][0].message_id)
    verdict = Verdict(verb="retract", target=key, at_us=NOW_US, operator="ola")
    entry = Entry(
        kind=RecordKind.JUDGEMENT,
        source="operator",
        message_id="c/0",
        body=msgspec.json.encode(verdict),
    )

    with view.follow(anna) as newest:
        before = newest()
        assert newest() == before
        folded.truth.commit([entry], NOW_US)
        (record,) = folded.truth.read(folded.fold.offset, 1)
        folded.fold.apply(record)
        assert folded.fold.identity.find(Identifier("user_id", "u1")) == anna
        assert before < newest() == record.offset
        assert newest() == record.offset
