"""A tracking plan on a running server: A4."""

import json
import time

import pytest

from tests.acceptance.shop import Shop, identify, track

PLAN = {
    "events": {
        "Order Completed": {
            "required": ["order_id", "total"],
            "properties": {"total": {"type": "number"}},
        }
    }
}


def order(total, **more):
    told = {"order_id": "o1", "total": total, "currency": "EUR"}
    return track("Order Completed", told, userId="u1", messageId="m1", **more)


def answered(shop, path):
    """Ask what the copy for analysis tells, until it is made."""
    headers = {"authorization": f"Bearer {shop.token()}"}
    deadline, status = time.monotonic() + 60, 503
    while status == 503 and time.monotonic() < deadline:
        status, _, raw = shop.request("GET", path, None, headers)
    assert status == 200, raw
    return json.loads(raw)


def kept_aside(shop):
    """Give the path of the one item that is kept aside, and its text."""
    (kept,) = shop.api("GET", "/api/v1/quarantine")["items"]
    path = f"/api/v1/quarantine/{kept['quarantine_id']}"
    return path, shop.api("GET", path)["original"]


@pytest.mark.feature("A4")
def test_a_breach_is_kept_aside_mended_and_lands_once_at_its_own_time(shop: Shop):
    shop.source("web")
    shop.api("PUT", "/api/v1/sources/web/plan", PLAN)
    early, late = "2026-11-20T10:00:00Z", "2026-11-20T12:00:00Z"
    told = shop.send("web", order("12,5", timestamp=early))
    shop.send("web", track("Product Viewed", {}, userId="u1", timestamp=late))
    assert told[0]["outcome"] == "quarantined"
    assert told[0]["reason"] == "plan_broken"
    assert shop.names("user_id:u1") == ["Product Viewed"]

    path, original = kept_aside(shop)
    mended = original.replace('"12,5"', "12.5")
    assert mended != original
    for _ in range(2):
        shop.api("POST", f"{path}/replay", {"original": mended})

    assert shop.names("user_id:u1") == ["Order Completed", "Product Viewed"]
    assert shop.person("user_id:u1")["computed"]["revenue"]["EUR"]["net"] == 1250


@pytest.mark.feature("A4")
def test_a_mended_plan_lets_what_was_kept_aside_through(shop: Shop):
    shop.source("web")
    shop.api("PUT", "/api/v1/sources/web/plan", PLAN)
    shop.send("web", order("12.50"))
    path, _ = kept_aside(shop)

    again = shop.api("POST", f"{path}/replay", {})
    assert again["outcome"] == "quarantined"
    looser = json.loads(json.dumps(PLAN))
    del looser["events"]["Order Completed"]["properties"]
    shop.api("PUT", "/api/v1/sources/web/plan", looser)
    landed = shop.api("POST", f"{path}/replay", {})

    assert landed["outcome"] == "stored"
    assert shop.names("user_id:u1") == ["Order Completed"]


@pytest.mark.feature("A4")
def test_a_breach_that_is_let_through_bears_its_mark(shop: Shop):
    shop.source("web")
    shop.api("PUT", "/api/v1/sources/web/plan", {**PLAN, "breach": "mark"})

    told = shop.send("web", order("x"))

    assert told[0]["outcome"] == "stored"
    (event,) = shop.timeline("user_id:u1")
    assert event["breaches"][0].startswith("total: ")


@pytest.mark.feature("A4")
def test_a_plan_is_tried_set_and_taken_away_by_command(shop: Shop, tmp_path):
    shop.source("web")
    plan, event = tmp_path / "plan.json", tmp_path / "event.json"
    plan.write_text(json.dumps(PLAN))
    event.write_text(json.dumps({"event": "Order Completed", "properties": {}}))

    tried = json.loads(shop.command("plan", "try", str(plan), str(event), "--json"))
    shop.command("plan", "set", "web", str(plan))
    shown = json.loads(shop.command("plan", "show", "web"))
    shop.command("plan", "remove", "web")

    assert tried["outcome"] == "quarantined"
    assert any("order_id" in one for one in tried["breaches"])
    assert shown["events"] == PLAN["events"]
    assert shop.send("web", order("x"))[0]["outcome"] == "stored"


@pytest.mark.feature("A4")
def test_what_a_sources_events_tell_is_said_with_types_and_what_they_break(shop: Shop):
    shop.source("web")
    plan = {"events": PLAN["events"], "breach": "mark"}
    one, other, last = ({"messageId": name} for name in "abc")
    shop.send("web", {**order(3), **one}, {**order(4.5), **other})
    shop.api("PUT", "/api/v1/sources/web/plan", plan)
    shop.send(
        "web",
        track("Order Completed", {"total": "x", "lines": []}, userId="u1", **last),
    )
    shop.send("web", identify({"age": 7}, userId="u2"))
    shop.api("PUT", "/api/v1/sources/web/plan", PLAN)
    shop.send("web", {**order(None), "messageId": "d"}, order("5"))

    bought, named = answered(shop, "/api/v1/sources/web/events")["events"]

    assert (bought["event"], bought["events"], bought["looked_at"]) == (
        *("Order Completed", 3),
        3,
    )
    assert {
        one["name"]: (one["types"], one["events"]) for one in bought["properties"]
    } == {
        "currency": ({"string": 2}, 2),
        "lines": ({"array": 1}, 1),
        "order_id": ({"string": 2}, 2),
        "total": ({"integer": 1, "number": 1, "string": 1}, 3),
    }
    assert bought["breaches"] == [
        {"property": "order_id", "marked": 1, "quarantined": 0},
        {"property": "total", "marked": 1, "quarantined": 2},
    ]
    assert (named["event"], named["properties"][0]["name"]) == ("identify", "age")
    told = json.loads(shop.command("plan", "seen", "web", "--json"))
    assert told["events"] == [bought, named]
    assert "marked 1," in shop.command("plan", "seen", "web")
    (web,) = (
        one
        for one in shop.api("GET", "/api/v1/sources")["sources"]
        if one["name"] == "web"
    )
    assert web["arrival"]["events"] == 4
    assert 0 <= web["arrival"]["p50_ms"] <= web["arrival"]["p95_ms"]
    shop.api("GET", "/api/v1/sources/nowhere/events", status=404)


@pytest.mark.feature("A4")
def test_an_imported_line_is_held_to_the_plan_of_its_source(shop: Shop, tmp_path):
    shop.source("erp")
    plan = {"events": {"Order Completed": {"properties": {"total": {"maximum": 10}}}}}
    shop.api("PUT", "/api/v1/sources/erp/plan", plan)
    file = tmp_path / "orders.csv"
    file.write_text(
        "order_id,date,customer_id,total,currency\n"
        "a,2026-03-01,1,5,EUR\nb,2026-03-02,2,50,EUR\n"
    )

    told = json.loads(
        shop.command(
            "import",
            str(file),
            "--source",
            "erp",
            "--json",
            "--rejects",
            str(tmp_path / "rejects.csv"),
        )
    )

    assert told["lines"]["stored"] == 1
    assert told["lines"]["quarantined"] == 1
    (reason,) = told["reasons"]
    assert "total: 50 is greater than the maximum of 10" in reason
