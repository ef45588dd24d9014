"""Why in and why out: the clauses that decide, and the facts behind them."""

import pytest
from msgspec import structs

from habitue.base.clock import DAY_US
from habitue.model.consent import Consent, ConsentEntry
from habitue.segment.condition import (
    AllOf,
    AnyOf,
    Count,
    Did,
    DidNot,
    Distinct,
    HasConsent,
    HasTrait,
    InSegment,
    Not,
    Sum,
    Window,
)
from habitue.segment.facts import Done, Facts
from habitue.segment.meaning import matches
from habitue.segment.why import Reason, decisive, explain
from tests.segment.generated import cases

NOW_US = 100 * DAY_US
BOUGHT = Did(event="$purchase", within=Window(days=30))
IN_LODZ = HasTrait(name="city", op="is", value="Łódź")
ANNA = Facts(
    done=(
        Done(at_us=80 * DAY_US, name="$purchase", currency="PLN", total_minor=1050,
             channel="web", offsets=(3, 9)),
        Done(at_us=40 * DAY_US, name="$purchase", currency="PLN", total_minor=100,
             channel="pos", offsets=(2,)),
    ),
    traits={"city": "Kraków"},
    trait_offsets={"city": 5},
)  # fmt: skip


def test_why_out_names_the_clause_that_fails_and_what_was_found():
    reason = explain(AllOf(of=(BOUGHT, IN_LODZ)), ANNA, NOW_US)

    (failing,) = decisive(reason)
    assert not reason.holds
    assert failing.place == "/of/1"
    assert failing.found == "Kraków"
    assert failing.offsets == (5,)
    assert failing.clause == "a profile where city is 'Łódź'"


def test_why_in_names_the_facts_it_rests_on():
    reason = explain(AnyOf(of=(BOUGHT, IN_LODZ)), ANNA, NOW_US)

    (holding,) = decisive(reason)
    assert holding.place == "/of/0"
    assert holding.offsets == (9, 3)
    assert holding.found == "found 1 time"


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (Did(event="$purchase", count=Count(op=">=", value=3)), "found 2 times"),
        (
            Did(
                event="$purchase",
                sum=Sum(of="$total", op=">=", value=5000, currency="PLN"),
            ),
            "found a sum of 11.50 PLN",
        ),
        (
            Did(event="$purchase", distinct=Distinct(of="$channel", op=">", value=2)),
            "found 2 different values",
        ),
        (DidNot(event="$purchase"), "found 2 times"),
        (HasTrait(name="name", op="exists"), "not known"),
    ],
)
def test_what_was_found_is_said_in_words(condition, found):
    reason = explain(condition, ANNA, NOW_US)

    assert not reason.holds
    assert reason.found == found


def test_a_consent_names_its_entry():
    entry = ConsentEntry(
        contact="email:a@example.com", purpose="marketing", channel="email",
        state=Consent.WITHDRAWN, at_us=1, source="crm", message_id="m", offset=7,
    )  # fmt: skip
    allowed = HasConsent(purpose="marketing", channel="email", state="granted")

    reason = explain(allowed, Facts(consents=(entry,)), NOW_US)

    assert reason.offsets == (7,)
    assert reason.found.startswith("withdrawn: Withdrawn for email:a@example.com")


def test_another_segment_is_named_as_it_is_asked_for():
    inside = structs.replace(ANNA, memberships=frozenset({"vip"}))

    told = [explain(InSegment(segment="vip"), one, NOW_US) for one in (ANNA, inside)]

    assert [(one.holds, one.found) for one in told] == [
        (False, "is not in it"),
        (True, "is in it"),
    ]


def test_what_is_turned_around_is_looked_into():
    reason = explain(Not(of=AllOf(of=(BOUGHT, IN_LODZ))), ANNA, NOW_US)

    assert reason.holds
    assert [one.place for one in decisive(reason)] == ["/of/of/1"]


def leaves_of(reason: Reason) -> list[Reason]:
    return [reason] if not reason.reasons else [
        leaf for one in reason.reasons for leaf in leaves_of(one)
    ]  # fmt: skip


def test_a_reason_says_what_the_meaning_says_of_every_part():
    for case in cases(500, seed=41):
        reason = explain(case.condition, case.facts, case.now_us)

        assert reason.holds is matches(case.condition, case.facts, case.now_us)
        clauses = list(decisive(reason))
        assert set(clauses) <= set(leaves_of(reason))
