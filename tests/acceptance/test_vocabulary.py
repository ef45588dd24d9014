"""Each event of the vocabulary is taken, told and asked for: A3."""

import pytest

from habitue.collect.vocabulary import CATALOGUE, RESERVED
from tests.acceptance.shop import Shop
from tests.collect.test_schema import told

# What the shop's own systems alone may tell names nobody, so it is on no timeline.
KNOWN = [one for one in CATALOGUE if one.name not in RESERVED]


@pytest.mark.feature("A3", partly="pickers of scenarios: there are none yet")
def test_each_known_event_is_stored_on_the_timeline_and_asked_for(shop: Shop):
    shop.source("shop")
    items = [{**told(one), "userId": "u1"} for one in KNOWN]

    results = shop.send("shop", *items)

    assert {one["outcome"] for one in results} == {"stored"}
    assert set(shop.names("user_id:u1")) == {one.name for one in KNOWN}
    for start in range(0, len(KNOWN), 100):
        did = [{"type": "did", "event": one.name} for one in KNOWN[start : start + 100]]
        body = {"condition": {"type": "all", "of": did}}
        found = shop.api("POST", "/api/v1/segments/preview", body)
        assert found["count"] == 1
