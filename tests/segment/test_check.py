"""A broken condition is refused, with the place and the reason."""

import pytest

from habitue.base.errors import InvalidError
from habitue.model.order import Purchase, PurchaseKind
from habitue.segment.check import (
    BrokenConditionError,
    CircleError,
    check_library,
    missing_segments,
    read,
)
from habitue.segment.condition import AllOf, HasTrait, InSegment, Not
from habitue.segment.definition import segment_of
from habitue.segment.limits import DEPTH_MAX, INLINED_NODES_MAX, NODES_MAX
from habitue.segment.reading import PURCHASE_FIELDS
from habitue.segment.telling import NoGoods, done_of_purchase

BOUGHT = {"type": "did", "event": "$purchase"}
CITY = {"type": "trait", "name": "city", "op": "exists"}


def where(**test):
    event = {"type": "did", "event": "Order Completed"}
    return {**event, "where": [{"property": "plan", "op": "exists", **test}]}


def of_purchases(name):
    return {**BOUGHT, "where": [{"property": name, "op": "exists"}]}


def nested(depth):
    told = CITY
    for _ in range(depth - 1):
        told = {"type": "not", "of": told}
    return told


def viewed_then(second, first=(), **more):
    steps = [{"event": "a", "alike": list(first)}, second]
    return {"type": "sequence", "steps": steps, **more}


BROKEN = [
    ("a text for a condition", "", "vip"),
    ("no type", "", {"event": "x"}),
    ("another type", "/type", {"type": "script", "code": "1"}),
    ("a field too many", "", {**BOUGHT, "sql": "1=1"}),
    ("a field missing", "", {"type": "did"}),
    ("another operator", "/op", {**CITY, "op": "like"}),
    ("no event", "/event", {**BOUGHT, "event": []}),
    ("an event without a name", "/event", {**BOUGHT, "event": ""}),
    ("a name with a control character", "/event", {**BOUGHT, "event": "a\x00b"}),
    ("half a letter", "/event", {**BOUGHT, "event": "\ud800"}),
    ("a path with a gap", "/name", {**CITY, "name": "a..b"}),
    ("a very long name", "/name", {**CITY, "name": "a" * 201}),
    ("what no purchase has", "/where/0/property", of_purchases("coupon")),
    ("what no line of a purchase has", "/where/0/property",
     of_purchases("products.colour")),
    ("a sum of what no purchase has", "/sum/of",
     {**BOUGHT, "sum": {"of": "shipping", "op": ">", "value": 1}}),
    ("values of what no return has", "/distinct/of",
     {**BOUGHT, "event": "$return", "distinct": {"of": "plan", "op": ">", "value": 1}}),
    ("a word that is none", "/where/0/property", where(property="$colour")),
    ("money without a currency", "/where/0/property",
     where(property="$total", op=">", value=1)),
    ("a currency of no money", "/where/0/property",
     where(property="$store", op="is", value="a", currency="PLN")),
    ("a currency that is none", "/where/0/property",
     where(op=">", value=1, currency="zloty")),
    ("a text for a number", "/where/0/value", where(op="<", value="many")),
    ("true for a number", "/where/0/value", where(op="<", value=True)),
    ("a number for a text", "/where/0/value", where(op="contains", value=1)),
    ("nothing to compare with", "/where/0/value", where(op="is")),
    ("a value where none is", "/where/0/value", where(value="x")),
    ("a list of nothing", "/where/0/value", where(op="one_of", value=[])),
    ("a clock in a where", "/where/0/op", where(op="within", value={"days": 1})),
    ("a day that is none", "/value", {**CITY, "op": "before", "value": "2026-02-30"}),
    ("a moment without offset", "/value",
     {**CITY, "op": "after", "value": "2026-02-03T10:00:00"}),
    ("no days", "/value", {**CITY, "op": "anniversary", "value": 0}),
    ("a span of dates", "/value",
     {**CITY, "op": "within", "value": {"since": "2026-01-01"}}),
    ("a window of nothing", "/within", {**BOUGHT, "within": {}}),
    ("a window backwards", "/within", {**BOUGHT, "within": {"days": -1, "hours": 72}}),
    ("a window of a century and more", "/within", {**BOUGHT, "within": {"years": 101}}),
    ("how long and since when", "/within",
     {**BOUGHT, "within": {"days": 1, "since": "2026-01-01"}}),
    ("until before since", "/within",
     {**BOUGHT, "within": {"since": "2026-02-01", "until": "2026-01-01"}}),
    ("a date that is none", "/within/since", {**BOUGHT, "within": {"since": "May"}}),
    ("two measures", "", {**BOUGHT, "count": {"op": ">", "value": 1},
                          "distinct": {"of": "plan", "op": ">", "value": 1}}),
    ("a count of the first", "/which",
     {**BOUGHT, "which": "first", "count": {"op": ">", "value": 1}}),
    ("a count below nothing", "/count/value",
     {**BOUGHT, "count": {"op": ">", "value": -1}}),
    ("half a penny", "/sum/value",
     {**BOUGHT, "sum": {"of": "$total", "op": ">", "value": 1.5, "currency": "PLN"}}),
    ("a sum of money without currency", "/sum/of",
     {**BOUGHT, "sum": {"of": "$total", "op": ">", "value": 1}}),
    ("a sequence of one", "/steps", {"type": "sequence", "steps": [{"event": "a"}]}),
    ("a gap before the first", "/steps/0",
     {"type": "sequence", "steps": [{"event": "a", "after": {"least": {"days": 1}}},
                                    {"event": "b"}]}),
    ("a gap that can't be", "/steps/1/after",
     {"type": "sequence", "steps": [{"event": "a"}, {"event": "b", "after": {
         "least": {"days": 2}, "most": {"days": 1}}}]}),
    ("a first step that is compared", "/steps/0/alike/0", viewed_then(
        {"event": "b"}, first=[{"property": "$product"}])),
    ("a step that comes later", "/steps/1/alike/0/step",
     viewed_then({"event": "b", "alike": [{"property": "$product", "step": 2}]})),
    ("a step that is none", "/then_not/alike/0/step",
     viewed_then({"event": "b"}, then_not={
         "event": "c", "alike": [{"property": "$product", "step": 3}]})),
    ("a likeness that is none", "/steps/1/alike/0/op",
     viewed_then({"event": "b", "alike": [{"property": "a", "op": "almost"}]})),
    ("a word that no step has", "/steps/1/alike/0/of",
     viewed_then({"event": "b", "alike": [{"property": "a", "of": "$colour"}]})),
    ("an amount compared with a step", "/steps/1/alike/0/property",
     viewed_then({"event": "b", "alike": [{"property": "$price"}]})),
    ("a comparison of a single thing", "",
     {**BOUGHT, "alike": [{"property": "$product"}]}),
    ("too many steps remembered", "/steps",
     {"type": "sequence", "steps": [{"event": "a"}, {"event": "b"}, {"event": "c"},
         {"event": "d", "alike": [
             {"property": "a", "step": one} for one in (1, 2, 3)]}]}),
    ("too deep", "", nested(DEPTH_MAX + 1)),
    ("far too deep", "", nested(500)),
    ("too much", "", {"type": "all", "of": [CITY] * NODES_MAX}),
    ("deep within", "/of/1/of/0/value",
     {"type": "any", "of": [CITY, {"type": "all", "of": [
         {**CITY, "op": ">", "value": "x"}]}]}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "told"),
    [(place, told) for _, place, told in BROKEN],
    ids=[name for name, _, _ in BROKEN],
)
def test_what_is_broken_is_refused_with_its_place(place, told):
    with pytest.raises(BrokenConditionError) as refused:
        read(told)

    assert refused.value.places[0][0] == place
    reason = refused.value.places[0][1]
    assert reason.endswith(".")
    assert str(refused.value).startswith("The condition can't be used.")


def test_all_that_is_broken_is_named_at_once():
    bad = {**CITY, "op": ">", "value": "x"}

    with pytest.raises(BrokenConditionError, match="2 such places") as refused:
        read({"type": "all", "of": [bad, CITY, bad]})

    assert [place for place, _ in refused.value.places] == [
        "/of/0/value",
        "/of/2/value",
    ]


def test_what_is_as_deep_and_as_much_as_it_may_be_is_taken():
    read(nested(DEPTH_MAX))
    read({"type": "all", "of": [CITY] * (NODES_MAX - 1)})


def test_segments_that_ask_for_one_another_in_a_circle_are_refused():
    library = {
        "a": InSegment(segment="b"),
        "b": Not(of=AllOf(of=(InSegment(segment="c"),))),
        "c": InSegment(segment="a"),
    }

    with pytest.raises(CircleError, match="'a' asks for 'b' asks for 'c' asks for 'a'"):
        check_library(library)


def test_a_segment_that_asks_for_itself_is_refused():
    with pytest.raises(CircleError):
        check_library({"a": Not(of=InSegment(segment="a"))})


def test_segments_that_double_with_each_step_are_refused_before_they_are_joined():
    twice = [AllOf(of=(InSegment(segment=f"s{at + 1}"),) * 2) for at in range(60)]
    library = {f"s{at}": condition for at, condition in enumerate(twice)}
    library["s60"] = HasTrait(name="city", op="exists")

    with pytest.raises(Exception, match=f"{INLINED_NODES_MAX} are the most"):
        check_library(library)


def test_a_segment_that_is_not_there_is_named_with_its_place():
    told = AllOf(of=(InSegment(segment="vip"), InSegment(segment="gone")))

    faults = missing_segments(told, {"vip": HasTrait(name="x", op="exists")})

    assert faults == [("/of/1/segment", "There is no segment 'gone'.")]


@pytest.mark.parametrize(
    "told",
    [
        {"name": "a\x00b"},
        {"name": 5},
        {"name": "a" * 201},
        {"description": "\ud800"},
        {"tags": ["a\x07b"]},
        {"tags": [None]},
    ],
)
def test_what_is_said_of_a_segment_is_plain_text(told):
    with pytest.raises(InvalidError, match="A segment's"):
        segment_of("vip", {"condition": CITY, **told})


def test_a_segment_without_a_condition_is_refused():
    with pytest.raises(InvalidError, match="needs a condition"):
        segment_of("vip", {"name": "VIP"})


def test_a_segment_without_a_name_is_called_by_its_id():
    assert segment_of("vip", {"condition": CITY}).name == "vip"


@pytest.mark.parametrize("name", PURCHASE_FIELDS)
def test_what_a_purchase_has_can_be_asked_of_it(name):
    bare = Purchase(key="order\x1fshop\x1f1", kind=PurchaseKind.ORDER, at_us=0,
                    channel="web", currency="EUR", amount_minor=0)  # fmt: skip

    read(of_purchases(name))

    assert name in done_of_purchase(bare, NoGoods()).properties


def test_what_only_the_reports_have_can_be_asked_of_both():
    read({**of_purchases("coupon"), "event": ["$purchase", "Order Completed"]})
