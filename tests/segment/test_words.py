"""Conditions in words."""

import pytest

from habitue.segment.check import read
from habitue.segment.condition import Window
from habitue.segment.gallery import templates
from habitue.segment.words import sentence, span_words
from tests.segment.generated import cases

BUY = {"type": "did", "event": "$purchase"}
SAID = [
    (BUY, "People with at least one purchase."),
    (
        {**BUY, "within": {"days": 30}, "which": "first"},
        "People with a purchase, the first of all, in the last 30 days.",
    ),
    (
        {**BUY, "sum": {"of": "$total", "op": ">=", "value": 5, "currency": "JPY"}},
        "People with purchase: total adding up to at least 5 JPY.",
    ),
    (
        {
            **BUY,
            "where": [
                {"property": "$category", "op": "one_of", "value": ["Tea", "Coffee"]}
            ],
            "count": {"op": "<", "value": 3},
            "within": {"since": "2026-03-01"},
        },
        "People with purchase (where category is one of 'Tea', 'Coffee'): fewer than 3"
        " times since 2026-03-01.",
    ),
    (
        {
            "type": "all",
            "of": [
                {"type": "did_not", "event": ["*", "$return"]},
                {
                    "type": "any",
                    "of": [
                        {"type": "identifier", "kind": "phone", "known": False},
                        {"type": "in_segment", "segment": "vip"},
                    ],
                },
            ],
        },
        "People with not one event or return and (no known phone or membership of the"
        " segment 'vip').",
    ),
    (
        {
            "type": "sequence",
            "steps": [
                {"event": "Product Viewed"},
                {
                    "event": "$purchase",
                    "after": {"least": {"hours": 1}, "most": {"days": 14}},
                    "without": [{"event": "Product Removed"}],
                },
            ],
            "then_not": {"event": "$return", "lasting": {"weeks": 1}},
        },
        "People with 'Product Viewed', then purchase at least 1 hour later less than 14"
        " days later without 'Product Removed' between, and not one return since for 1"
        " week already.",
    ),
    (
        {
            "type": "sequence",
            "steps": [
                {"event": "Product Viewed"},
                {
                    "event": "Product Added",
                    "where": [{"property": "$brand", "op": "is", "value": "Acme"}],
                    "alike": [{"property": "$product"}],
                },
            ],
            "then_not": {
                "event": "$purchase",
                "alike": [
                    {"property": "$product", "step": 1},
                    {"property": "$store", "op": "other"},
                    {"property": "number", "of": "order_id"},
                ],
            },
        },
        "People with 'Product Viewed', then 'Product Added' (where brand is 'Acme', the"
        " same product as in the step before), and not one purchase (the same product"
        " as in step 1, another store than in the step before, number the same as"
        " order_id in the step before) since.",
    ),
]


@pytest.mark.parametrize(("told", "said"), SAID)
def test_a_condition_is_said_in_one_sentence(told, said):
    assert sentence(read(told)) == said


def test_whatever_is_told_is_said():
    for case in cases(500, seed=51):
        assert sentence(case.condition).endswith(".")


def test_what_somebody_wrote_is_said_as_it_is():
    told = {"type": "did", "event": "{0} {who}"}

    assert sentence(read(told)) == "People with at least one '{0} {who}'."


def test_a_span_is_said_in_its_units():
    window = Window(years=1, days=2, seconds=1)

    assert span_words(window, "within") == "1 year 2 days 1 second"


@pytest.mark.parametrize("name", templates("PLN"))
def test_a_template_has_a_written_definition(name):
    template = templates("PLN")[name]

    assert template.description.endswith(".")
    assert template.name != name
    assert template.tags


def test_a_templates_money_is_in_the_shops_currency():
    assert "JPY" in sentence(templates("JPY")["vip"].condition)
