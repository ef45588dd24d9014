"""What is carried of an event that expires is all that state is made of."""

import itertools
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.app.projection.evidence import event_of
from habitue.app.projection.rebuild import open_fold, replay
from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.log.carried import carried_entry
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.privacy.retain import LASTING
from habitue.privacy.thin import asked_for, thin
from habitue.profile.rows import StrandState
from habitue.profile.strand import fold_event
from habitue.segment.condition import Did, Where
from habitue.segment.definition import SEGMENT, Segment, encode
from tests.app.folded import NOW_US, Folded
from tests.app.folded import event as viewed
from tests.identity.histories import policies
from tests.identity.live import MemoryState
from tests.profile.shop import LATER_US
from tests.proof.logbook import dump, goods_logs, stand, write

_folders = itertools.count()
WHERE = {"url": "https://shop.example/?q=rash", "referrer": "https://clinic.example"}


@given(lines=goods_logs(), policy=policies(), chance=st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_state_is_the_same_from_what_is_carried(
    tmp_path_factory, lines, policy, chance
):
    folder = tmp_path_factory.mktemp("thin") / str(next(_folders))
    # What is drawn may run out amid it.
    with closing(SqliteTruth(folder / "truth.db")) as truth:
        write(truth, lines)
        live = stand(truth, MemoryState(), policy)
        replay(live, truth, MemoryState(), truth.head())

        told = [(one, event_of(one)) for one in truth.read(0, 10_000)]
        may = [
            (one, event)
            for one, event in told
            if event is not None and event.name not in LASTING and chance.random() < 0.7
        ]
        carried = [carried_entry(one, thin(event, ())) for one, event in may]
        truth.erase([one.offset for one, _ in may], "r", LATER_US, carried=carried)
        for record in truth.read(live.offset, 10_000):
            live.apply(record)

        rebuilt = stand(truth, MemoryState(), policy)
        replay(rebuilt, truth, MemoryState(), truth.head())
        assert dump(rebuilt) == dump(live)
        assert truth.verify() == truth.head()


@pytest.mark.parametrize(
    "context",
    [
        {"campaign": {"source": "news", "name": "spring"}},
        {"locale": "pl", "timezone": "Europe/Warsaw"},
        {"consents": [{"purpose": "m", "channel": "email", "granted": True}]},
        {
            "consents": [{"purpose": "m", "channel": "email", "granted": False}],
            "traits": {"email": "z@shop.example"},
        },
        {"channel": "kiosk"},
        *({place: {"id": "1"}} for place in ("page", "app", "device")),
    ],
)
def test_a_strand_is_the_same_whatever_stood_around_it(context):
    told = Event(type="track", name="Viewed", at_us=1, context=context)
    whole, carried = StrandState(), StrandState()

    fold_event(whole, told, ("web", "m1", 1), 2)
    fold_event(carried, thin(told, ()), ("web", "m1", 1), 2)

    assert carried == whole
    assert whole != StrandState()


def test_who_was_in_a_segment_by_what_expired_is_still_in_it_when_rebuilt(tmp_path):
    folded = Folded(tmp_path)
    asked = Did(event="Viewed", where=(Where(property="plan", op="is", value="gold"),))
    segment = Segment(segment_id="gold", name="gold", condition=asked)
    folded.truth.define(SEGMENT, "gold", encode(segment), NOW_US)
    for record in folded.truth.read(0, 10):
        folded.fold.apply(record)
    told = folded.tell(
        viewed("user_id:zoe", verified=True, properties={"plan": "gold", "url": "/"})
    )

    asked_now = asked_for(folded.truth)
    carried = [carried_entry(one, thin(it.event, asked_now)) for one, it in told]
    offsets = [one.offset for one, _ in told]
    folded.truth.erase(offsets, "r", NOW_US, carried=carried)
    for record in folded.truth.read(folded.fold.offset, 10):
        folded.fold.apply(record)

    state = SqliteState(tmp_path / "anew.db")
    anew = open_fold(folded.truth, state, 1_000)
    replay(anew, folded.truth, state, folded.truth.head())
    assert asked_now == {"plan"}
    assert list(anew.store.dump()) == list(folded.fold.store.dump())
    state.close()
    folded.close()


def event(**told) -> Event:
    return Event(type="page", name="Start", at_us=1, **told)


def test_where_somebody_was_and_what_they_typed_is_not_carried():
    told = event(
        properties={**WHERE, "search": "pregnancy test", "title": "Rash"},
        context={"page": WHERE, "userAgent": "Mozilla", "ip": "192.0.2.7"},
    )

    left = thin(told, ())

    assert left.properties == {}
    assert left.context == {"page": {}}


def test_who_it_names_and_what_they_told_of_themselves_is_carried():
    zoe = (Identifier("email", "z@shop.example"),)
    told = event(identifiers=zoe, traits={"city": "Leeds"}, context={"locale": "en"})

    assert thin(told, ()) == told


def test_what_a_segment_asks_for_is_carried():
    told = event(properties={"plan": "gold", "note": "private"})

    assert thin(told, {"plan"}).properties == {"plan": "gold"}


def test_of_a_product_its_name_is_carried_and_of_a_page_none():
    product = event(properties={"product_id": "p1", "name": "Tea", "url": "/tea"})
    page = event(properties={"name": "Rash"})

    assert thin(product, ()).properties == {"product_id": "p1", "name": "Tea"}
    assert thin(page, ()).properties == {}


def test_what_a_segment_asks_of_a_line_is_carried_of_the_one_product_it_is_about():
    colour = {"product_id": "p1", "colour": "red", "note": "private"}
    about, listed = event(properties=colour), event(properties={"products": [colour]})
    none = event(properties={"colour": "red"})

    kept = {"product_id": "p1", "colour": "red"}
    assert thin(about, {"products.colour"}).properties == kept
    assert thin(listed, {"products.colour"}).properties == listed.properties
    assert thin(none, {"products.colour"}).properties == {}
