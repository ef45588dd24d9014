"""A source's plan: what breaks it, and what becomes of that, by either reading."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from habitue.base.errors import InvalidError
from habitue.collect.pipeline import take, take_by_steps
from habitue.collect.planned import Plan, broken, judged, place_of
from habitue.model.event import Event
from habitue.model.plan import TrackingPlan
from tests.collect.test_ordinary import arrival

ORDER = {
    "type": "object",
    "required": ["order_id", "total"],
    "properties": {
        "total": {"type": "number", "minimum": 0},
        "products": {"items": {"properties": {"price": {"type": "number"}}}},
        "coupon": {"pattern": "^[A-Z]{3}$"},
    },
}


def plan(**more):
    return TrackingPlan(events={"Order Completed": ORDER}, **more)


def order(**properties):
    return Event(type="track", name="Order Completed", at_us=0, properties=properties)


def test_what_the_plan_asks_for_is_no_breach():
    assert Plan(plan()).breaches(order(order_id="a", total=3)) == ()


def test_each_breach_says_where_and_what():
    told = order(total="3", products=[{"price": 1}, {"price": "x"}])

    found = Plan(plan()).breaches(told)

    assert '"order_id" is a required property' in found
    assert any(one.startswith("total: ") for one in found)
    assert any(one.startswith("products.1.price: ") for one in found)


def test_very_many_breaches_are_cut_short():
    told = order(order_id="a", total=1, products=[{"price": "x" * 10_000}] * 50)

    found = Plan(plan()).breaches(told)

    assert len(found) == 4
    assert sum(map(len, found)) < 1500


@pytest.mark.parametrize("name", ["Order Completed", "It's; x: 'y' says", "Zakup\n☕"])
def test_the_sentence_of_what_is_kept_aside_tells_the_event_and_its_breaches(name):
    held = TrackingPlan(events={name: ORDER})
    event = structs.replace(order(total="3"), name=name)

    kept = judged(event, Plan(held))
    told = broken(kept.detail)

    assert told is not None
    assert told[0] == name.replace("\n", "?")
    assert {place_of(one) for one in told[1]} == {"order_id", "total"}
    assert broken("This event needs the property sku.") is None


def test_an_event_that_is_not_named_goes_by_what_the_plan_says_of_such():
    event = Event(type="track", name="Something", at_us=0)

    assert Plan(plan()).breaches(event) == ()
    assert Plan(plan(unplanned="mark")).breaches(event)
    assert Plan(plan(unplanned="quarantine")).sets_aside(event)


@pytest.mark.parametrize(
    "schema",
    [
        5,
        {"type": "nonsense"},
        {"pattern": "("},
        {"$ref": "http://example.com/schema"},
        {"$ref": "file:///etc/passwd"},
        {"description": "x" * 70_000},
    ],
)
def test_what_is_no_schema_or_lies_elsewhere_is_refused_by_its_place(schema):
    with pytest.raises(InvalidError, match=r"events\.Order"):
        Plan(TrackingPlan(events={"Order": schema}))


def test_no_value_makes_a_pattern_slow():
    slow = Plan(
        TrackingPlan(
            events={"Order Completed": {"properties": {"note": {"pattern": "^(a+)+$"}}}}
        )
    )

    assert slow.breaches(order(note="a" * 30_000 + "b"))


# -- at the door ----------------------------------------------------------------------


def with_plan(told):
    of = arrival()
    rules = structs.replace(of.rules, plans={of.terms.source: Plan(told)})
    return structs.replace(of, rules=rules)


def raw(properties, name="Order Completed"):
    return msgspec.json.encode(
        {
            "type": "track",
            "messageId": "m1",
            "userId": "u1",
            "event": name,
            "properties": properties,
        }
    )


def test_a_breach_is_kept_aside_with_the_reason():
    entry = take(raw({"order_id": "a", "total": "x"}), with_plan(plan())).entry

    assert entry.reason == "plan_broken"
    assert "total" in entry.detail


def test_a_breach_is_let_through_marked_where_the_plan_says_so():
    taken = take(raw({"order_id": "a", "total": "x"}), with_plan(plan(breach="mark")))

    assert taken.entry.reason is None
    assert taken.event.breaches[0].startswith("total: ")


VALUES = st.one_of(st.none(), st.integers(-5, 5), st.text(max_size=4), st.booleans())


@given(
    st.dictionaries(st.sampled_from(["order_id", "total", "coupon"]), VALUES),
    st.sampled_from(["Order Completed", "Product Viewed"]),
    st.sampled_from(["quarantine", "mark"]),
    st.sampled_from(["take", "mark", "quarantine"]),
)
def test_the_quick_reading_says_what_the_steps_say(properties, name, breach, other):
    of = with_plan(plan(breach=breach, unplanned=other))
    told = raw(properties, name)

    quick, slow = take(told, of), take_by_steps(told, of)

    assert quick.event == slow.event
    assert quick.entry.reason == slow.entry.reason
    assert quick.entry.detail == slow.entry.detail
