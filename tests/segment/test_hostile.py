"""Whatever stands in a name or a value: it is refused, or it is text and no more."""

import itertools
import random

import pytest

from habitue.model.event import Event
from habitue.segment.change import next_change
from habitue.segment.check import BrokenConditionError, read
from habitue.segment.condition import HasTrait, Window
from habitue.segment.facts import Facts
from habitue.segment.meaning import matches
from habitue.segment.telling import NoGoods, done_of
from habitue.segment.why import explain
from habitue.segment.words import sentence

NOW_US = 1_774_746_000_000_000
TEXTS = (
    "'; DROP TABLE people; --", '" OR 1=1 --', "x') UNION SELECT * FROM secrets--",
    "${jndi:ldap://x}", "{{7*7}}", "{0.__class__}", "%s%n", "..", "a.b.c.d.e.f.g.h",
    "$$", "$total", "products.", "*", "\u202e", "\x00", "\ud800", "é" * 200, "x" * 600,
    "__proto__", "null", "1" * 400, "-0", "١٢", "9999-12-31", "0001-01-01", "NaN",
    "../../etc/passwd", "read_csv('x')", "e'\\'; --", "[[1]]", "🏴" * 50,
)  # fmt: skip
VALUES = (
    *TEXTS, *(0, -1, 2**63, 10**30, -(2**63), 1e308, -1e308, 1e-308, 0.1, True, False),
    *(None, [], {}, [None], [[1]], {"days": 1}, {"days": 2**62}, {"since": "x"}),
    *({"days": -(10**30)}, {"years": 1e9}, ["a"] * 600),
)  # fmt: skip


def conditions(text, value):
    """Give a condition for each place where a text or a value may stand."""
    test = {"property": text, "op": "is", "value": value}
    yield {"type": "trait", "name": text, "op": "is", "value": value}
    yield {"type": "computed", "name": text, "op": ">", "value": value}
    yield {"type": "trait", "name": "until", "op": "within", "value": value}
    yield {"type": "trait", "name": "until", "op": "before", "value": value}
    yield {"type": "trait", "name": "until", "op": "anniversary", "value": value}
    yield {"type": "trait", "name": "until", "op": "one_of", "value": value}
    yield {"type": "did", "event": text, "where": [test], "within": value}
    yield {"type": "did", "event": "*", "where": [{**test, "property": "plan"}]}
    yield {"type": "did", "event": "*", "count": {"op": ">=", "value": value}}
    yield {
        "type": "did",
        "event": "*",
        "sum": {"of": text, "op": ">=", "value": value, "currency": text},
    }
    yield {
        "type": "did",
        "event": "*",
        "distinct": {"of": text, "op": ">", "value": value},
    }
    yield {"type": "did_not", "event": value}
    yield {"type": "consent", "purpose": text, "channel": text, "state": value}
    yield {"type": "identifier", "kind": text, "known": value}
    yield {"type": "in_segment", "segment": text}
    yield {"type": text, "of": [value]}
    yield {
        "type": "sequence",
        "steps": [{"event": text}, {"event": text, "after": {"least": value}}],
        "then_not": value,
    }
    yield {text: value, "type": "all", "of": []}


def read_or_none(told):
    """Read a condition; None where it is refused, with a reason for each place."""
    try:
        return read(told)
    except BrokenConditionError as refused:
        places = refused.places
    assert places
    assert all(reason.endswith(".") for _, reason in places)
    return None


def hostile_facts() -> Facts:
    """Give a person of whom nothing sensible was told."""
    told = {f"p{at}": value for at, value in enumerate(VALUES)}
    event = Event(
        type="track",
        name="*",
        at_us=NOW_US,
        properties={**told, "plan": "x", "products": list(VALUES), "currency": "'; --"},
    )
    return Facts(
        done=(done_of(event, "web", 1, NoGoods()),),
        traits={"until": [one for one in VALUES if one != []], **told},
        time_zone="../../etc/passwd",
        shop_zone="Europe/Warsaw",
    )


def test_every_text_and_value_in_every_place_is_refused_or_judged():
    facts = hostile_facts()
    taken = refused = 0
    for text, value in itertools.product(TEXTS[::3], VALUES):
        for told in conditions(text, value):
            condition = read_or_none(told)
            if condition is None:
                refused += 1
                continue
            taken += 1
            assert matches(condition, facts, NOW_US) in (True, False)
            explain(condition, facts, NOW_US)
            sentence(condition)
    assert taken + refused > 2_000
    assert min(taken, refused) > 500


@pytest.mark.parametrize(
    ("op", "value"),
    [("within", Window(days=1)), ("older", Window(years=100)),
     ("ahead", Window(weeks=1)), ("anniversary", 366)],
)  # fmt: skip
def test_moments_that_are_none_never_change_anything(op, value):
    facts = hostile_facts()

    told = next_change(HasTrait(name="until", op=op, value=value), facts, NOW_US)

    assert told is None or told > NOW_US


def test_what_is_told_at_random_is_never_an_error_of_ours():
    chance = random.Random(81)

    def anything(depth):
        sort = chance.randrange(6 if depth else 4)
        if sort < 4:
            return chance.choice(VALUES)
        if sort == 4:
            return [anything(depth - 1) for _ in range(chance.randrange(3))]
        names = ("type", "of", "event", "where", "steps", "within", "op", "value")
        return {
            chance.choice(names): anything(depth - 1)
            for _ in range(chance.randrange(5))
        }

    for _ in range(3_000):
        sort = chance.choice(("all", "any", "not", "did", "sequence", "trait"))
        told = {"type": sort, chance.choice(("of", "event", "steps")): anything(4)}
        read_or_none(told)
