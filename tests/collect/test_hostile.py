"""Nothing in a payload ends anything: no error, one outcome for each item."""

import json
import os
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.base.clock import SECOND_US
from habitue.collect.arrive import make_arrival
from habitue.collect.body import Envelope
from habitue.collect.pipeline import take
from habitue.collect.port import Credential
from habitue.model.event import Event
from habitue.model.source import Mode, Source, Writer
from tests.collect.hostile import payload
from tests.collect.shop import NOW_US, Shop, track

pytestmark = pytest.mark.proof("T12")

KEYS = ("server", "web", "signed")
PAYLOADS = 10_000 if os.environ.get("HABITUE_TORTURE") else 300
ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["track", "identify", "alias", "group", "u1"]),
    lambda parts: (
        st.lists(parts, max_size=3)
        | st.dictionaries(
            st.text(max_size=5)
            | st.sampled_from(
                ["type", "event", "userId", "traits", "context", "identifiers"]
            ),
            parts,
            max_size=5,
        )
    ),
    max_leaves=15,
)


def test_hostile_payloads_get_one_outcome_each_and_no_error(
    shop: Shop, seed: int, figure: Callable[[str, Any], None]
) -> None:
    shop.add(Source(name="signed", kind=Writer.PUBLIC, mode=Mode.SIGNED))
    random = Random(seed)
    answered: Counter[str] = Counter()
    statuses: Counter[int] = Counter()

    for _ in range(PAYLOADS):
        # A second each, so that no rate is in the way of what is looked at.
        shop.clock.move(SECOND_US)
        key = random.choice(KEYS)
        reply = shop.send(payload(random), key)
        statuses[reply.status] += 1
        if reply.status == 200:
            answered.update(reply.outcomes)

    assert statuses.keys() <= {200, 400}
    assert statuses[200] > PAYLOADS / 2
    counted = Counter[str]()
    for count in shop.truth.counts(0):
        if count.source in KEYS:
            counted[count.fate] += count.items
    assert counted == answered
    assert min(answered["stored"], answered["quarantined"]) > PAYLOADS / 10
    shop.truth.verify()
    figure("payloads", PAYLOADS)
    figure("items answered with an outcome", answered.total())


def test_a_good_event_between_hostile_ones_is_stored(shop: Shop, seed: int) -> None:
    random = Random(seed)

    for number in range(20):
        shop.send(payload(random))
        assert shop.post(track(messageId=f"good-{number}")).outcomes == ["stored"]


@pytest.mark.parametrize("writer", list(Writer))
def test_no_json_makes_the_steps_raise(shop: Shop, writer: Writer) -> None:
    source = Source(name="any", kind=writer, mode=Mode.SIGNED)
    credential = Credential(source=source, writer=writer, operator="anna")

    @given(told=ANY_JSON, sent_at=ANY_JSON, context=ANY_JSON)
    def check(told: Any, sent_at: Any, context: Any) -> None:
        envelope = Envelope(items=(), sent_at=sent_at, context=context)
        arrival = make_arrival(shop.rules, credential, envelope, NOW_US)
        entry = take(json.dumps(told).encode(), arrival).entry
        assert (entry.reason is None) == (entry.detail is None)
        if entry.reason is None:
            json.loads(entry.body)

    check()


def test_an_unsigned_browser_never_names_anybody(shop: Shop, seed: int) -> None:
    # Whatever it sends: at a signed source only devices come through.
    shop.add(Source(name="signed", kind=Writer.PUBLIC, mode=Mode.SIGNED))
    random = Random(seed)

    for _ in range(100):
        shop.send(payload(random), "signed")

    events: list[Event] = shop.events()
    assert len(events) > 20
    assert {one.kind for event in events for one in event.identifiers} <= {
        "device_id",
        "anonymous_id",
    }
    assert not any(
        event.verified or event.formerly or event.operator for event in events
    )
