"""Fills a shop with something of each sort that screens show."""

import json
from datetime import UTC, datetime, timedelta

from tests.acceptance.console.conftest import anna
from tests.acceptance.shop import Shop, identify, track
from tests.acceptance.test_insights import ask

# A condition that has every field the builder can show.
EVERY_FIELD = {
    "type": "any",
    "of": [
        {"type": "did", "event": ["Product Viewed", "page"], "within": {"days": 7},
         "count": {"op": ">=", "value": 2},
         "where": [{"property": "$total", "op": ">", "value": 5, "currency": "GBP"},
                   {"property": "$brand", "op": "one_of", "value": ["a", "b"]}]},
        {"type": "not", "of": {"type": "all", "of": [
            {"type": "did_not", "event": "$purchase", "within": {"since":
                "2026-03-01"}},
            {"type": "trait", "name": "birthday", "op": "anniversary", "value": 7}]}},
        {"type": "sequence", "then_not": {"event": "$return", "lasting": {"days": 1},
                                          "alike": [{"property": "$product"}]},
         "steps": [{"event": "page"},
                   {"event": "$purchase", "after": {"least": {"hours": 1}},
                    "alike": [{"property": "number", "of": "order_id", "step": 1}],
                    "without": [{"event": "Product Added"}]}]},
        {"type": "consent", "purpose": "marketing", "channel": "email",
         "state": "granted"},
        {"type": "identifier", "kind": "email", "known": False},
        {"type": "in_segment", "segment": "vip"},
        {"type": "trait", "name": "note", "op": "is", "value": " as it is "},
    ],
}  # fmt: skip


def fill(shop: Shop) -> int:
    """Let all sorts of things happen in a shop, and give somebody to look at."""
    shop.send("till", {"type": "trak", "messageId": "bad"})
    bought = {"type": "did", "event": "$purchase"}
    first = {"name": "Best", "condition": {"type": "all", "of": []}}
    shop.api("PUT", "/api/v1/segments/vip", first)
    shop.api("PUT", "/api/v1/segments/vip", {"name": "VIP", "condition": bought})
    shop.api("PUT", "/api/v1/segments/all", {"condition": EVERY_FIELD})
    shop.api("PUT", "/api/v1/segments/all/subscriptions/crm", {})
    shop.source("hooked", webhook={"provider": "secret", "secrets": ["a-secret"]})
    call = {"type": "up", "caller": "+48600100200", "lines": [{"sku": "a"}]}
    headers = {"authorization": "Bearer a-secret", "content-type": "application/json"}
    shop.request("POST", "/hooks/hooked", json.dumps(call).encode(), headers)
    asked = track("Erasure Requested", {"request_id": "r1"}, userId="asks")
    shop.send("crm", asked)
    shop.api("POST", "/api/v1/operators", {"name": "x", "role": "agent"}, status=201)
    invented = {"name": "Wanda Zych", "email": "wanda@shop.example", "source": "crm"}
    bait = shop.api("POST", "/api/v1/baits", {**invented, "reason": "x y"}, status=201)
    # So that there is an alarm to be seen.
    shop.api("GET", f"/api/v1/people/{bait['person_id']}")
    shop.send("crm", identify({"name": "Gone"}, userId="gone"))
    told = {"identifier": "user_id:gone", "reason": "asked"}
    shop.api("POST", "/api/v1/privacy/erase", told)
    shop.api("PUT", "/api/v1/privacy/retention/pages", {"days": 30, "types": ["page"]})
    regions_sold(shop)
    # Until the copy for analysis answers, the screens of journeys would say so alone.
    ask(shop, "journeys")
    read = shop.api("GET", "/api/v1/insights/geo/tests/boards/result")
    assert len(read["neighbours"]) == 1
    return anna(shop)


def regions_sold(shop: Shop) -> None:
    """Let stores of six regions sell for seven weeks, and keep a test of one."""
    names = [f"Region {at}" for at in range(6)]
    stores = [{"store_id": f"s{at}", "region": one} for at, one in enumerate(names)]
    shop.api("POST", "/api/v1/catalog/stores?source=till", {"items": stores})
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=at) for at in range(49, 0, -1)]
    sold = [
        track(
            "Receipt Issued",
            {
                "receipt_id": f"{day}-{at}",
                "store_id": f"s{at}",
                "total": f"{90 + 7 * at + day.day * (at + 3) % 11}.00",
                "currency": "GBP",
            },
            timestamp=f"{day}T12:00:00Z",
        )
        for day in days
        for at in range(len(names))
    ]
    shop.send("till", *sold)
    spans = {"since": days[0], "start": days[35], "until": days[-1]}
    told = {name: day.isoformat() for name, day in spans.items()}
    told |= {"note": "on the ring road"}
    lists = {"regions": names[:1], "neighbours": names[1:2]}
    shop.api("PUT", "/api/v1/insights/geo/tests/boards", {**told, **lists})
