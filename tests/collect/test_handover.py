"""The projector is handed what reading the record would give, or nothing."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from habitue.collect.arrive import make_arrival
from habitue.collect.body import read_loosely, read_strictly
from habitue.collect.door import Collector, Ports
from habitue.collect.handover import Handover
from habitue.collect.pipeline import Taken, take, take_by_steps
from habitue.model.event import Event
from tests.collect.shop import NOW_US, Shop, open_shop, track
from tests.collect.test_ordinary import (
    ARRIVALS,
    ITEMS,
    RAW_FIELDS,
    RAW_VALUES,
    TAME,
    anew,
    arrival,
    dumped,
    valued,
)

decode = msgspec.json.Decoder(Event).decode


def told_by(taken: Taken) -> str:
    """Write out the event that is handed: int and float, list and tuple, order."""
    return repr(taken.event)


def said_by(taken: Taken) -> str:
    return repr(decode(taken.entry.body))


def is_event(taken: Taken) -> bool:
    return taken.entry.reason is None


@given(st.one_of(TAME, ITEMS), st.sampled_from(ARRIVALS), st.booleans())
def test_what_is_handed_is_what_the_record_says(
    item: Any, told: Any, plain: bool
) -> None:
    raw = dumped(item, plain)

    for taken in (take(raw, anew(told)), take_by_steps(raw, anew(told))):
        if is_event(taken):
            assert told_by(taken) == said_by(taken)
        else:
            assert taken.event is None


@pytest.mark.parametrize("value", RAW_VALUES)
@pytest.mark.parametrize("field", RAW_FIELDS)
def test_so_it_is_however_a_value_is_written(field: str, value: str) -> None:
    raw = valued(field, value)

    for taken in (take(raw, arrival()), take_by_steps(raw, arrival())):
        if is_event(taken):
            assert told_by(taken) == said_by(taken)


@pytest.mark.parametrize("value", RAW_VALUES)
def test_so_it_is_with_what_a_batch_says_of_all_its_items(value: str) -> None:
    one = b'{"type":"page","name":"Home","anonymousId":"d1"}'
    body = b'{"context":{"page":{"a":%s}},"batch":[%s,%s]}' % (value.encode(), one, one)
    envelope = read_strictly(body) or read_loosely(body)
    assert envelope is not None
    told = arrival()
    shared = make_arrival(told.rules, told.credential, envelope, NOW_US)

    for raw in envelope.items:
        for taken in (take(raw, shared), take_by_steps(raw, shared)):
            assert is_event(taken)
            assert told_by(taken) == said_by(taken)


def taken(name: str = "m1") -> Taken:
    return take(json.dumps(track(messageId=name)).encode(), arrival())


def opened(items_max: int = 10) -> Handover:
    handover = Handover(items_max)
    handover.open()
    return handover


def test_an_event_is_given_once() -> None:
    handover, one = opened(), taken()
    handover.give([one])

    assert handover.take(one.entry.body) is one.event
    assert handover.take(one.entry.body) is None


def test_an_equal_body_that_is_another_is_given_nothing() -> None:
    handover, one = opened(), taken()
    handover.give([one])

    assert handover.take(bytes(bytearray(one.entry.body))) is None


def test_what_no_record_came_of_is_let_go() -> None:
    handover, one = opened(), taken()
    handover.give([one])
    handover.drop([one])

    assert (len(handover), handover.take(one.entry.body)) == (0, None)


def test_no_more_is_held_than_the_limit() -> None:
    handover, many = opened(items_max=2), [taken(f"m{n}") for n in range(5)]
    handover.give(many)

    assert len(handover) == 2
    assert handover.take(many[4].entry.body) is None


def test_where_nobody_projects_nothing_is_held() -> None:
    handover = Handover()
    handover.give([taken()])

    assert len(handover) == 0


@pytest.fixture
def shop(tmp_path: Path):
    with open_shop(tmp_path) as opened_shop:
        yield opened_shop


def handing(shop: Shop) -> Handover:
    """Let the shop's door hand its events over."""
    handover = opened(1_000)
    ports: Ports = structs.replace(shop.collector._ports, handover=handover)
    shop.collector = Collector(shop.rules, ports)
    return handover


def test_each_new_record_finds_its_event_and_nothing_is_left(shop: Shop) -> None:
    handover, found = handing(shop), []
    shop.committer.on_durable(
        lambda records: found.extend((one, handover.take(one.body)) for one in records)
    )
    items = [track(f"Tea {n}", messageId=f"m{n % 7}") for n in range(10)]

    reply = shop.post({"batch": [*items, {"type": "odd"}]})

    assert set(reply.outcomes) == {"stored", "quarantined"}
    assert [event.name for _, event in found] == [f"Tea {n}" for n in range(7)]
    assert all(repr(event) == repr(decode(one.body)) for one, event in found)
    assert len(handover) == 0


def test_what_is_told_again_leaves_nothing_behind(shop: Shop) -> None:
    handover = handing(shop)
    shop.post(track(messageId="m1"))
    shop.post(track(messageId="m1"))

    assert len(handover) == 0
