"""Channels on a running server, their rules, costs and reports: A15."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.shop import Shop, identify, track

VISITS = Path(__file__).parent.parent / "data" / "channels.jsonl"
DAY = "2026-11-20"
SHOP = "https://shop.example"


def at(clock: str) -> dict:
    return {"timestamp": f"{DAY}T{clock}Z"}


def page(who: str, clock: str, url: str = "/", referrer: str = "", **more) -> dict:
    told = {"url": SHOP + url if url.startswith("/") else url, "referrer": referrer}
    return {
        "type": "page", "anonymousId": who, "properties": told, **at(clock), **more
    }  # fmt: skip


def order(number: str, clock: str, total: float, **who) -> dict:
    told = {"order_id": number, "total": total, "currency": "PLN"}
    return track("Order Completed", told, **at(clock), **who)


def lived(shop: Shop) -> None:
    """Anna comes by a comparison, buys; Jan by a campaign, and later; one unknown."""
    shop.source("web", "public")
    shop.source("crm")
    shop.send(
        "web",
        page("d1", "10:00:00", referrer="https://www.ceneo.pl/1"),
        page("d1", "10:05:00", "/tea", SHOP),
        page("d2", "11:00:00", "/?utm_source=google&utm_medium=cpc"),
        page("d2", "18:00:00"),
        page("robot", "12:00:00", "/?gclid=1", context={"userAgent": "Googlebot/2"}),
    )
    shop.send(
        "crm",
        identify(userId="anna", anonymousId="d1", **at("10:06:00")),
        identify(userId="jan", anonymousId="d2", **at("11:00:30")),
        # Told by the shop's own system, which knows nothing of a visit.
        order("1", "10:20:00", 300, userId="anna"),
        order("1", "10:20:00", 300, userId="anna", messageId="again"),
        order("2", "11:10:00", 50, userId="jan"),
        order("3", "15:00:00", 20, userId="jan"),
        order("4", "15:00:00", 7),
    )
    shop.settle()


def report(shop: Shop, since=DAY, until=DAY) -> dict[str, dict]:
    path = f"/api/v1/channels/report?from={since}&to={until}"
    return {one["channel"]: one for one in shop.api("GET", path)["channels"]}


def brought(line: dict) -> tuple:
    money = line["money"][0]["revenue"] if line["money"] else None
    return line["visits"], line["people"], line["orders"], money


@pytest.mark.feature("A15")
def test_an_order_is_booked_to_the_channel_of_the_visit_it_was_made_in(shop: Shop):
    lived(shop)

    told = report(shop)

    assert {name: brought(line) for name, line in told.items()} == {
        "comparison": (1, 1, 1, "300.00"),
        "paid_search": (1, 1, 1, "50.00"),
        "direct": (1, 1, 0, None),
        "no_visit": (0, 0, 2, "27.00"),
    }
    totals = shop.api("GET", "/api/v1/totals")["rows"]
    assert sum(one["objects"] for one in totals if one["kind"] == "order") == 4


@pytest.mark.feature("A15")
def test_other_rules_change_reports_of_the_past_and_no_event(shop: Shop, tmp_path):
    lived(shop)
    key = {"authorization": f"Bearer {shop.token()}"}
    before = shop.request("GET", "/api/v1/export/events", headers=key)[2]
    rules = json.loads(shop.command("channels", "show"))["rules"]
    mine = [{"channel": "price_engines", "referrer": ["ceneo.pl"]}, *rules]
    path = tmp_path / "rules.json"
    path.write_text(json.dumps({"rules": mine}))

    shop.command("channels", "set", str(path))

    told = report(shop)
    assert brought(told["price_engines"]) == (1, 1, 1, "300.00")
    assert "comparison" not in told
    assert shop.request("GET", "/api/v1/export/events", headers=key)[2] == before
    assert shop.person("user_id:anna")["computed"]["orders"] == 1


@pytest.mark.feature("A15")
def test_costs_of_a_file_meet_revenue_and_a_file_sent_again_counts_once(
    shop: Shop, tmp_path
):
    lived(shop)
    path = tmp_path / "costs.csv"
    path.write_text(
        "Date;Channel;Cost;Currency\n"
        f"{DAY};comparison;100,00;PLN\n"
        f"{DAY};comparison;50;PLN\n"
        f"{DAY};display;10;PLN\n"
        "2026-11-21;comparison;999;PLN\n"
    )

    first, again = (
        json.loads(shop.command("channels", "costs", str(path), "--json"))
        for _ in range(2)
    )

    assert (first["changed"], again["changed"]) == (3, 0)
    told = report(shop)
    assert told["comparison"]["money"] == [
        {"currency": "PLN", "revenue": "300.00", "cost": "150.00", "roi": "1.0000"}
    ]
    assert told["display"]["money"][0]["roi"] == "-1.0000"
    assert told["display"]["visits"] == 0
    path.write_text(f"date,channel,cost,currency\n{DAY},comparison,200,PLN\n")
    shop.command("channels", "costs", str(path))
    assert report(shop)["comparison"]["money"][0]["cost"] == "200.00"


@pytest.mark.feature("A15")
def test_a_hundred_golden_visits_get_their_channel(shop: Shop):
    golden = [json.loads(line) for line in VISITS.read_text().splitlines()]
    shop.source("web", "public")
    shop.send(
        "web",
        *(
            page(f"g{n}", "09:00:00", one["url"], one["referrer"])
            for n, one in enumerate(golden)
        ),
    )
    wanted: dict[str, int] = {}
    for one in golden:
        wanted[one["channel"]] = wanted.get(one["channel"], 0) + 1

    told = report(shop)

    assert len(golden) >= 100
    assert {name: line["visits"] for name, line in told.items()} == wanted


def test_a_merge_brings_an_order_to_its_visit_and_the_undoing_takes_it_back(
    shop: Shop,
):
    lived(shop)
    shop.send("crm", order("9", "10:07:00", 11, userId="till-account"))
    before = report(shop)
    assert before["comparison"]["orders"] == 1

    merged = shop.api(
        "POST",
        "/api/v1/people/merge",
        {
            "left": shop.id("user_id:till-account"),
            "right": shop.id("anonymous_id:d1"),
            "reason": "one person",
        },
    )

    assert brought(report(shop)["comparison"]) == (1, 1, 2, "311.00")
    shop.api("POST", f"/api/v1/commands/{merged['command']}/undo", {})
    assert report(shop) == before


def test_the_report_is_the_same_after_a_restart(shop: Shop):
    lived(shop)
    before = report(shop, "2026-11-01", "2026-11-30")

    assert shop.stop() == 0
    shop.start()

    assert report(shop, "2026-11-01", "2026-11-30") == before


def test_a_command_says_by_which_rule_an_address_has_its_channel(shop: Shop):
    url = f"{SHOP}/?utm_source=x"

    assert shop.command("channels", "try", url).startswith("campaign (rule ")
    told = json.loads(
        shop.command(
            "channels", "try", SHOP, "--referrer", "https://kaspi.kz/", "--json"
        )
    )
    assert told["channel"] == "comparison"
    assert "kaspi.kz" in told["because"]["referrer"]


def test_the_last_day_there_is_can_be_asked_for(shop: Shop):
    for day in ("9999-12-31", "0001-01-01"):
        path = f"/api/v1/channels/report?from={day}&to={day}"
        told = shop.api("GET", path)
        assert (told["from"], told["to"], told["days"]) == (day, day, [])


WRONG = {
    "from=2026-11-20&to=2026-11-19": 422,
    "from=2020-01-01&to=2026-11-19": 422,
    "from=2026-02-30&to=2026-11-19": 422,
    "from=yesterday&to=2026-11-19": 400,
}


def test_what_can_not_be_reported_or_set_is_refused_with_the_way_out(shop: Shop):
    for query, status in WRONG.items():
        shop.api("GET", f"/api/v1/channels/report?{query}", status=status)
    rules = {"rules": [{"channel": "x", "source": ["a*b"]}]}
    told = shop.api("PUT", "/api/v1/channels", rules, status=422)
    assert "Rule 1, 'source'" in told["detail"]
    row = {"day": DAY, "channel": "x", "cost": "-1", "currency": "PLN"}
    told = shop.api("PUT", "/api/v1/channels/costs", {"costs": [row]}, status=422)
    assert "Row 1" in told["detail"]


@pytest.fixture
def warsaw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop whose days are those of Warsaw."""
    monkeypatch.setenv("HABITUE_SHOP__TIME_ZONE", "Europe/Warsaw")
    running = Shop(tmp_path / "warsaw").start()
    yield running
    assert running.stop() == 0


@pytest.mark.feature("A15")
def test_days_are_those_of_the_shops_own_zone_on_the_night_of_changed_clocks(
    warsaw: Shop,
):
    shop = warsaw
    shop.source("web", "public")
    shop.source("crm")
    # 25 October 2026 has 25 hours in Warsaw: from 22:00 to 23:00 UTC of the next day.
    edges = ["24T21:59:59", "24T22:00:00", "25T22:59:59", "25T23:00:00"]
    for n, edge in enumerate(edges):
        when = {"timestamp": f"2026-10-{edge}Z"}
        shop.send("web", {**page(f"d{n}", "00:00:00", "/?utm_medium=cpc"), **when})
        told = {"order_id": f"o{n}", "total": 10, "currency": "PLN"}
        named = {"anonymousId": f"d{n}", "userId": f"u{n}", **when}
        shop.send("crm", track("Order Completed", told, **named))
        # One of nobody, which only the totals of a day know.
        told = {"order_id": f"n{n}", "total": 1, "currency": "PLN"}
        shop.send("crm", track("Order Completed", told, **when))
    shop.settle()

    path = "/api/v1/channels/report?from=2026-10-24&to=2026-10-26"
    told = shop.api("GET", path)

    assert told["time_zone"] == "Europe/Warsaw"
    assert [
        (one["day"], one["channel"], one["visits"], one["money"][0]["revenue"])
        for one in told["days"]
    ] == [
        ("2026-10-24", "no_visit", 0, "1.00"),
        ("2026-10-24", "paid_search", 1, "10.00"),
        ("2026-10-25", "no_visit", 0, "2.00"),
        ("2026-10-25", "paid_search", 2, "20.00"),
        ("2026-10-26", "no_visit", 0, "1.00"),
        ("2026-10-26", "paid_search", 1, "10.00"),
    ]
