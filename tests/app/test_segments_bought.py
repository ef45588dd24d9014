"""What is kept of purchases in memory is what they are, whatever they hang on."""

import msgspec
import pytest

from habitue.app.projection.rebuild import open_fold, replay
from habitue.backends.sqlite.state import SqliteState
from habitue.log.port import Entry
from habitue.model.source import Source
from habitue.segment.condition import Did, Where
from tests.app.test_segments_in_time import Desk, settled

PAID = Did(event="$purchase", where=(Where(property="status", op="is", value="paid"),))
DEAR = Where(property="$amount", op=">=", value=900, currency="EUR")
ANNA = "user_id:anna"


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def order(desk: Desk, number: str, status: str = "paid", price: float = 5) -> None:
    told = {"order_id": number, "status": status, "total": 20, "currency": "EUR"}
    lines = [{"product_id": "p1", "quantity": 1, "price": price}]
    desk.tell(ANNA, properties={**told, "products": lines}, verified=True)


def are(desk: Desk, tmp_path, *wanted: str) -> None:
    """See who anna is, as she is of a state that keeps nothing in memory."""
    assert desk.of(ANNA) == set(wanted)
    again = SqliteState(tmp_path / f"again{desk.fold.offset}.db")
    fold = open_fold(desk.truth, again, 1_000)
    replay(fold, desk.truth, again, desk.truth.head(), 1)
    assert list(fold.store.dump()) == list(desk.fold.store.dump())
    again.close()


def test_an_order_that_brings_the_same_under_another_status_is_looked_at(
    desk, tmp_path
):
    settled(desk, "paid", PAID)
    order(desk, "o1", "pending")
    are(desk, tmp_path)

    desk.now += 1
    order(desk, "o1", "paid")
    are(desk, tmp_path, "paid")

    desk.now += 1
    order(desk, "o1", "pending")
    order(desk, "o2", "pending")
    are(desk, tmp_path)


def test_a_return_follows_the_price_of_what_was_bought(desk, tmp_path):
    """Its own amount stays: the refund was told of, and no price of its lines."""
    settled(desk, "dear", Did(event="$return", where=(DEAR,)))
    order(desk, "o1", price=5)
    lines = [{"product_id": "p1", "quantity": 1}]
    told = {"order_id": "o1", "return_id": "r1", "total": 4, "currency": "EUR"}
    properties = {**told, "products": lines}
    desk.tell(ANNA, name="Order Refunded", properties=properties, verified=True)
    are(desk, tmp_path)

    desk.now += 1
    order(desk, "o1", price=9)
    are(desk, tmp_path, "dear")


def test_a_source_of_another_rank_has_its_word_of_orders_stand(desk, tmp_path):
    settled(desk, "paid", PAID)
    order(desk, "o1", "paid")
    _, record = desk.truth.read(desk.truth.head() - 2, 2)
    assert record.body is not None
    body = record.body.replace(b'"paid"', b'"sent"')
    desk.put(Entry(source="erp", message_id="m1", body=body))
    rank(desk, "erp", 200)
    are(desk, tmp_path, "paid")

    rank(desk, "erp", 1)
    order(desk, "o2", "sent")
    are(desk, tmp_path)


def rank(desk: Desk, source: str, priority: int) -> None:
    """Define a source of a rank; the least goes first."""
    body = msgspec.json.encode(Source(name=source, priority=priority))
    desk.truth.define("source", source, body, desk.now)
    desk.apply()
