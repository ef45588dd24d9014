"""A tracking plan on a running server: A4."""

import json

import pytest

from tests.acceptance.shop import Shop, track

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
