"""How somebody came, and the channel that rules make of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from habitue.base.errors import InvalidError
from habitue.measure.channels import channel_of_touch, check_rules, default_rules
from habitue.measure.touch import read_touch, touch_of
from habitue.model.event import Event

VISITS = Path(__file__).parent.parent / "data" / "channels.jsonl"
GOLDEN = [json.loads(line) for line in VISITS.read_text("utf-8").splitlines()]


def channel(url: str, referrer: str = "", rules: Any = None) -> str:
    touch = read_touch(url, referrer, {})
    return channel_of_touch(rules or default_rules(), touch)[0]


def test_there_are_a_hundred_golden_visits_of_every_channel_there_is() -> None:
    named = {rule.channel for rule in default_rules().rules}

    assert len(GOLDEN) >= 100
    assert {one["channel"] for one in GOLDEN} == {*named, "direct", "other"}


@pytest.mark.parametrize("visit", GOLDEN, ids=lambda one: one["url"][21:60])
def test_a_golden_visit_gets_its_channel(visit: dict[str, str]) -> None:
    assert channel(visit["url"], visit["referrer"]) == visit["channel"]


def test_a_shops_own_rules_are_asked_in_order() -> None:
    rules = check_rules(
        [
            {"channel": "brand", "medium": ["cpc"], "campaign": ["*brand*"]},
            {"channel": "ads", "medium": ["cpc"]},
            {"channel": "stand", "path": ["/s/"]},
        ]
    )
    shop = "https://shop.example"

    assert channel(f"{shop}/?utm_medium=cpc&utm_campaign=my-brand-1", "", rules) == (
        "brand"
    )
    assert channel(f"{shop}/?utm_medium=cpc", "", rules) == "ads"
    assert channel(f"{shop}/S/7", "", rules) == "stand"
    assert channel(f"{shop}/", "https://news.example/", rules) == "other"
    assert channel(f"{shop}/", "", rules) == "direct"


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"channel": "Paid Search", "medium": ["cpc"]}, "Rule 2, 'channel'"),
        ({"medium": ["cpc"]}, "Rule 2, 'channel'"),
        ({"channel": "x"}, "Rule 2 (x) names no condition"),
        ({"channel": "x", "referer": ["a"]}, "Rule 2: 'referer' is no condition"),
        ({"channel": "x", "medium": "cpc"}, "Rule 2, 'medium': a list"),
        ({"channel": "x", "medium": [5]}, "Rule 2, 'medium': each value"),
        ({"channel": "x", "medium": [""]}, "Rule 2, 'medium': each value"),
        ({"channel": "x", "source": ["a*b"]}, "stands in the middle"),
        ({"channel": "x", "path": ["qr"]}, "a path begins with /"),
        ({"channel": "x", "medium": ["m"] * 301}, "at most 300"),
    ],
)
def test_a_rule_that_can_not_be_is_refused_with_place_and_reason(
    rule: dict[str, Any], says: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        check_rules([{"channel": "ok", "medium": ["cpc"]}, rule])

    assert says in str(refused.value)


@pytest.mark.parametrize("rules", [[], [{"channel": "x", "medium": ["m"]}] * 301])
def test_there_are_1_to_300_rules(rules: list[Any]) -> None:
    with pytest.raises(InvalidError, match="1 to 300"):
        check_rules(rules)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://[",
        "x" * 100_000,
        "https://a/?" + "a=1&" * 5000,
        "https://a:b/",
        "?=",
    ],
)
def test_no_address_stops_it(url: str) -> None:
    assert channel(url, url) == "direct"


def page(properties: dict[str, Any], context: dict[str, Any]) -> Event:
    return Event(type="page", name="", at_us=0, properties=properties, context=context)


def test_what_the_client_took_out_of_the_address_counts_as_the_address() -> None:
    found = touch_of(page({}, {"campaign": {"source": "Ceneo", "name": "May"}}))

    assert found is not None
    assert (found.source, found.campaign) == ("ceneo", "may")


@pytest.mark.parametrize("told", [5, None, [], {"a": 1}, "http://["])
def test_what_is_no_address_says_nothing(told: Any) -> None:
    found = touch_of(page({"url": told, "referrer": told}, {"page": told}))

    assert found is not None
    assert not found.says_something()


def test_an_event_that_tells_of_no_page_is_no_touch() -> None:
    order = Event(type="track", name="Order Completed", at_us=0)

    assert touch_of(order) is None
