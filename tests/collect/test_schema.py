"""Every known event has a published schema; its like fits it and others do not."""

import json
import subprocess
import sys

import jsonschema_rs
import pytest

from habitue.collect.vocabulary import CATALOGUE, RESERVED, VocabularyEvent
from habitue.collect.vocabulary.schema import schema_of, schemas
from tests.acceptance.shop import Shop

ORDER = {"order_id": "1", "total": 9.5, "currency": "EUR", "products": [{"sku": "A"}]}


def told(event: VocabularyEvent) -> dict:
    """Make an event that tells what is expected, and no more."""
    samples = {"products": [], "currency": "EUR", "filters": [], "sorts": []}
    names = [group[-1] for group in event.required]
    properties = {name: samples.get(name, "1") for name in names}
    if "answers" in properties:
        properties["answers"] = []
    return {"type": "track", "event": event.name, "properties": properties}


@pytest.mark.parametrize("event", CATALOGUE, ids=lambda event: event.kind)
def test_a_schema_is_one_and_takes_what_it_expects(event: VocabularyEvent) -> None:
    schema = schema_of(event)

    jsonschema_rs.meta.validate(schema)
    jsonschema_rs.validate(schema, told(event))


def test_what_an_event_lacks_its_schema_misses() -> None:
    schema = next(one for one in schemas() if one["title"] == "Order Completed")
    order = {"type": "track", "event": "Order Completed", "properties": ORDER}
    jsonschema_rs.validate(schema, order)
    jsonschema_rs.validate(schema, {**order, "event": "purchase"})

    for name in ORDER:
        less = {key: value for key, value in ORDER.items() if key != name}
        with pytest.raises(jsonschema_rs.ValidationError, match=name):
            jsonschema_rs.validate(schema, {**order, "properties": less})
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validate(schema, {**order, "event": "Order Refunded"})


def test_who_may_tell_an_event_is_said() -> None:
    by_name = {one["title"]: one["x-told-by"] for one in schemas()}

    assert by_name["Product Viewed"] == "public"
    assert {by_name[name] for name in RESERVED} == {"server"}


@pytest.mark.feature("A3", partly="pickers of scenarios: there are none yet")
def test_the_schemas_are_published_without_a_key(tmp_path) -> None:
    shop = Shop(tmp_path / "data").start()
    try:
        status, _, body = shop.request("GET", "/api/v1/schema/events")
        assert status == 200
        assert json.loads(body)["events"] == schemas()
        path = "/api/v1/schema/events?name=ga4:purchase"
        (one,) = json.loads(shop.request("GET", path)[2])["events"]
        assert one["title"] == "Order Completed"
        assert shop.request("GET", "/api/v1/schema/events?name=Tea")[0] == 404
    finally:
        shop.stop()


def test_the_command_prints_a_schema_without_a_server() -> None:
    words = (sys.executable, "-m", "habitue", "schema", "Receipt Issued")
    done = subprocess.run(words, capture_output=True, text=True, check=True)

    assert json.loads(done.stdout)["title"] == "Receipt Issued"
