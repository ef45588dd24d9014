"""Whatever stands in the fields of a dialect's item, it has one outcome."""

import json
from random import Random
from typing import Any

import pytest

from habitue.collect.arrive import make_arrival
from habitue.collect.body import Envelope
from habitue.collect.pipeline import take_translated
from habitue.collect.port import Credential
from habitue.collect.reason import QUARANTINE_REASONS
from habitue.model.source import Source
from tests.collect.dialects.recorded import recorded
from tests.collect.hostile import value
from tests.collect.shop import NOW_US, Shop

# The recorded clients, and where in a request of theirs the items stand.
ITEMS = {
    "posthog": ("posthog-js", "batch"),
    "snowplow": ("snowplow-browser-tracker", "data"),
    "ga4": ("ga4-measurement-protocol", "events"),
    "cloudevents": ("cloudevents-python", ""),
}
ROUNDS = 400


def items_of(dialect: str) -> list[dict[str, Any]]:
    client, place = ITEMS[dialect]
    found: list[dict[str, Any]] = []
    for request in recorded(client):
        told = json.loads(request.body) if request.body else []
        inside = told if isinstance(told, list) else told.get(place, [])
        found += [one for one in inside if isinstance(one, dict)]
    return found


def spoil(random: Random, item: dict[str, Any]) -> dict[str, Any]:
    """Put something else into a field or two, on the outside or within."""
    told = json.loads(json.dumps(item))
    inside = [one for one in told.values() if isinstance(one, dict) and one]
    for _ in range(random.randrange(1, 3)):
        place = random.choice([told, *inside])
        place[random.choice([*place, "extra"])] = value(random)
    return told


@pytest.mark.parametrize("name", ITEMS)
def test_an_item_with_anything_in_its_fields_has_one_outcome(
    shop: Shop, name: str
) -> None:
    random, dialect = Random(name), shop.rules.dialect(name)
    assert dialect is not None
    items = items_of(name)
    server = Credential(source=Source(name="server"), writer=Source(name="s").kind)
    arrival = make_arrival(shop.rules, server, Envelope(items=()), NOW_US)
    told = {"clientId": "12.34", "nuid": "0" * 32, "userAgent": "Mozilla/5.0"}
    stored = 0

    for _ in range(ROUNDS):
        raw = json.dumps(spoil(random, random.choice(items))).encode()
        taken = take_translated(raw, arrival, dialect, told)
        reason = taken.entry.reason
        assert reason is None or reason in QUARANTINE_REASONS
        stored += reason is None

    assert stored > ROUNDS / 4
