"""The catalogue of events that have a meaning."""

import json
import os
from pathlib import Path

import pytest

from habitue.collect.vocabulary import CATALOGUE, canonical, lookup

SHARED = Path(os.environ.get("HABITUE_SHARED", "../shared"))


def test_the_catalogue_knows_154_events_each_by_one_name() -> None:
    people = [event for event in CATALOGUE if event.origin != "catalog"]

    assert len(people) == 154
    assert len({event.name for event in CATALOGUE}) == len(CATALOGUE)


def test_every_event_is_described_in_a_sentence_of_its_own() -> None:
    says = [event.says for event in CATALOGUE]

    assert len(set(says)) == len(says)
    assert all(text.endswith(".") and len(text) > 15 for text in says)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("Order Completed", "Order Completed"),
        ("Completed Order", "Order Completed"),
        ("v1:Completed Order", "Order Completed"),
        ("ga4:purchase", "Order Completed"),
        ("purchase", "Order Completed"),
        ("Journey Entered", "Scenario Entered"),
        ("Journey Step Taken", "Scenario Step Taken"),
        ("Journey Exited", "Scenario Exited"),
        ("shopify:orders/paid", "Order Completed"),
        ("Tea Poured", "Tea Poured"),
        ("order completed", "order completed"),
        ("", ""),
    ],
)
def test_a_name_resolves_to_the_one_that_has_a_meaning(told: str, name: str) -> None:
    assert canonical(told) == name


def test_resolving_twice_is_resolving_once() -> None:
    for event in CATALOGUE:
        for name in (event.name, *event.aliases):
            assert canonical(canonical(name)) == canonical(name) == event.name


def test_a_webhooks_word_is_no_name_of_a_track_event() -> None:
    # "sent", "open" and "messages" are everyday words; only their door knows them.
    assert canonical("sent") == "sent"
    assert canonical("delivered") == "delivered"


def test_an_unknown_event_is_not_in_the_catalogue() -> None:
    assert lookup("Tea Poured") is None


def test_the_catalogue_agrees_with_the_shared_vocabulary() -> None:
    path = SHARED / "fixtures" / "vocab" / "events.json"
    if not path.exists():
        pytest.skip("The shared fixtures are not here; set HABITUE_SHARED.")
    told = {event["name"]: event for event in json.loads(path.read_text())["events"]}

    # The shop's goods are a vocabulary of our own.
    people = [event for event in CATALOGUE if event.origin != "catalog"]
    assert told.keys() == {event.name for event in people}
    for event in people:
        assert event.kind == told[event.name]["kind"]
        assert event.stage == told[event.name]["stage"]
