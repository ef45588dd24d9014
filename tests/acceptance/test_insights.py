"""Journeys, ROPO, attribution, influence and experiments, on a real server."""

import json
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.parse import urlencode

import pytest

import habitue
from tests.acceptance.shop import Shop

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAYS = {"from": "2026-03-01", "to": "2026-05-31"}
BASE = "/api/v1/insights"
ON_PAGE = {"context": {"page": {"url": "https://shop.example/tea"}}}
TEA = {"product_id": "p1", "price": 5.77, "quantity": 1}


def at(days: float) -> str:
    return (BEGAN + timedelta(days=days)).isoformat()


def page(device: str, days: float, url: str, referrer: str = "") -> dict:
    told = {"url": f"https://shop.example{url}", "referrer": referrer}
    return {
        "type": "page",
        "anonymousId": device,
        "timestamp": at(days),
        "context": {"page": told, "userAgent": "Mozilla/5.0 (iPhone) Mobile"},
    }


def track(who: dict, days: float, event: str, **told) -> dict:
    return {
        "type": "track",
        "event": event,
        "timestamp": at(days),
        "properties": told,
        **who,
    }


def receipt(days: float, number: int, total: float, **who) -> dict:
    told = {"receipt_id": f"R{number}", "store_id": "s1", "currency": "EUR"}
    goods = [{**TEA, "price": total}]
    return track(who, days, "Receipt Issued", **told, total=total, products=goods)


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory):
    made = Shop(tmp_path_factory.mktemp("insights") / "data").start()
    sell(made)
    ask(made, "journeys")
    yield made
    made.kill()


def sell(shop: Shop) -> None:
    """Sell to ten people who look first, order and then buy in the store, and others.

    All look at tea as strangers, from a newsletter and then an advertisement; they log
    in and order 1.00; within ten days they buy for 5.77 in the store. Five receipts
    are nobody's.
    """
    shop.source("site", "public", mode="trusted")
    shop.source("tills")
    shop.api(
        "POST",
        "/api/v1/catalog/products?source=tills",
        {"items": [{"product_id": "p1", "name": "Assam", "category": "tea"}]},
    )
    shop.api(
        "POST",
        "/api/v1/catalog/stores?source=tills",
        {"items": [{"store_id": "s1", "name": "Old Market", "region": "north"}]},
    )
    letter = "/?utm_source=newsletter&utm_medium=email&utm_campaign=spring"
    for number in range(10):
        device, user = f"d{number}", {"userId": f"u{number}"}
        stranger = {"anonymousId": device}
        shop.send(
            "site",
            page(device, 0, letter),
            track({**stranger, **ON_PAGE}, 0.01, "Product Viewed", **TEA),
            page(device, 2, "/?gclid=x", "https://www.google.pl/"),
            {"type": "identify", **stranger, **user, "timestamp": at(2.005)},
        )
        order = {"order_id": f"O{number}", "total": 1, "currency": "EUR"}
        variation = "led" if number % 2 else "control"
        assigned = {"experiment_id": "mail", "variation": variation}
        shop.send(
            "tills",
            track(user, -0.1, "Experiment Viewed", **assigned),
            track(user, 2.01, "Order Completed", **order),
            receipt(6, number, 5.77, **user),
        )
    shop.send("tills", *(receipt(7, 100 + number, 3.0) for number in range(5)))


@pytest.mark.feature("F6")
def test_each_receipt_is_researched_online_or_not_or_not_known(sold: Shop) -> None:
    found = ask(sold, "ropo")

    told = found["ropo"]["purchases"]
    assert (told["yes"], told["no"], told["unknown"]) == (10, 0, 5)
    assert (told["share_known"], told["low"], told["high"]) == (1.0, 0.6667, 1.0)
    assert found["ropo"]["by_answer"]["product"] == 10
    (money,) = found["ropo"]["money"]
    assert (money["yes"], money["unknown"]) == ("57.70", "15.00")
    # The catalogue says of what; the receipt does not.
    (tea,) = found["ropo"]["by_category"]
    assert (tea["category"], tea["yes"]) == ("tea", 10)
    (north,) = found["ropo"]["by_region"]
    assert (north["region"], north["yes"], north["unknown"]) == ("north", 10, 5)
    assert north["money"][0]["yes"] == "57.70"
    assert found["ropo"]["by_store"][0]["money"][0]["unknown"] == "15.00"
    # Nobody had been in the store before.
    assert found["showrooming"]["purchases"]["yes"] == 0
    assert found["showrooming"]["purchases"]["unlinked"] == 10


@pytest.mark.feature("F6")
def test_whoever_researched_and_whoever_did_not_is_listed(sold: Shop) -> None:
    """Behind each share stand the people whose purchases it counts, also by group."""
    everybody = {sold.id(f"user_id:u{number}") for number in range(10)}
    opened, found = habitue.open(sold.folder), ask(sold, "ropo")

    store = found["ropo"]
    cells = [store["purchases"]["cells"][name] for name in ("yes", "product")]
    groups = [f"by_{name}" for name in ("month", "store", "region", "category")]
    cells += [store[group][0]["cells"]["yes"] for group in groups]
    for cell in cells:
        assert set(opened.people(cell)) == everybody
    assert opened.people(store["purchases"]["cells"]["no"]) == []
    # Nobody had been in the store before they ordered.
    online = found["showrooming"]["purchases"]["cells"]
    assert set(opened.people(online["no"])) == everybody
    assert set(opened.people(online["unlinked"])) == everybody
    assert opened.people(online["yes"]) == []
    # No brand is told of it, and no region of a store that is not in the catalogue.
    (brandless,) = store["by_brand"]
    assert brandless["brand"] == ""
    assert set(opened.people(brandless["cells"]["yes"])) == everybody
    nowhere = store["by_region"][0]["cells"]["yes"] | {"part": ""}
    assert opened.people(nowhere) == []
    untried = {**online["no"], "by": "region"}
    assert set(opened.people(untried)) == everybody
    # The catalogue says that it is tea, and no other product was bought.
    other = store["by_product"][0]["cells"]["yes"] | {"part": "p2"}
    assert opened.people(other) == []
    told = sold.command("insights", "people", json.dumps(cells[0]), "--json")
    assert json.loads(told)["count"] == 10


@pytest.mark.feature("I2")
def test_ways_lead_over_devices_and_channels_though_known_late(sold: Shop) -> None:
    found = ask(sold, "journeys")

    online, store = found["places"]
    assert (online["place"], online["purchases"], online["alone_share"]) == (
        "online",
        10,
        1.0,
    )
    assert store["with_touches"] == 0
    paths = {" > ".join(one["channels"]): one["purchases"] for one in found["paths"]}
    assert paths == {"email > paid_search": 10, "": 10}
    # Each order was followed by a receipt in four days, and that by none.
    opened = habitue.open(sold.folder)
    everybody = {sold.id(f"user_id:u{number}") for number in range(10)}
    for one in found["paths"]:
        assert set(opened.people(one["cell"])) == everybody
    assert opened.people(found["paths"][0]["cell"] | {"path": ["paid_search"]}) == []
    after = {one["place"]: one for one in found["after"]}
    (then,) = after["online"]["next"]
    assert (then["place"], then["purchases"], then["median_days"]) == ("store", 10, 4.0)
    assert (after["store"]["none"], after["store"]["open"]) == (10, 0)
    (first,) = found["first_contact"]
    assert (first["channel"], first["people"], first["median_days"]) == ("email", 10, 2)
    near = ask(sold, "journeys", window_days=1, paths=1)
    assert near["rules"]["window_days"] == 1
    assert len(near["paths"]) == 1


@pytest.mark.feature("I3")
def test_credits_of_each_model_add_up_to_the_revenue(sold: Shop) -> None:
    sold.api("PUT", "/api/v1/channels/costs", {"costs": [cost("email", "2.00")]})

    found = ask(sold, "attribution", place="online")

    assert found["revenue"] == "10.00"
    channels = {one["channel"]: one for one in found["channels"]}
    assert channels.keys() == {"email", "paid_search"}
    for model in channels["email"]["models"]:
        shares = [one["models"][model]["revenue_minor"] for one in channels.values()]
        assert sum(shares) == 1_000
    told = {name: one["models"] for name, one in channels.items()}
    assert told["email"]["first"]["revenue"] == told["paid_search"]["last"]["revenue"]
    assert told["email"]["linear"]["revenue"] == "5.00"
    # Three units came of two.
    assert told["email"]["linear"]["roi"] == "1.5000"


def cost(channel: str, amount: str) -> dict:
    return {"day": "2026-03-05", "channel": channel, "cost": amount, "currency": "EUR"}


@pytest.mark.feature("I1")
def test_5_77_follow_a_unit_online_and_its_cause_is_not_known(sold: Shop) -> None:
    found = ask(sold, "influence")

    assert found["observed"]["ratio"] == "5.77"
    assert found["observed"]["unknown"] == "15.00"
    assert found["adjusted"]["ratio"] is None
    assert found["causal"]["ratio"] is None
    # There is an experiment with a control group, of too few people.
    assert found["causal"]["experiment"] == "mail"
    assert "fewer than" in found["causal"]["because"]
    assert "not effect" in found["warning"]


@pytest.mark.feature("I4")
def test_an_experiment_is_read_out_of_its_assignments(sold: Shop) -> None:
    found = ask(sold, "experiments/mail")

    assert [(one["arm"], one["people"], one["buyers"]) for one in found["arms"]] == [
        ("control", 5, 5),
        ("led", 5, 5),
    ]
    assert found["alarm"] is None
    led = {sold.id(f"user_id:u{number}") for number in range(1, 10, 2)}
    opened, cells = habitue.open(sold.folder), found["arms"][1]["cells"]
    # Each ordered, and bought in the store within the fourteen days.
    for name in ("people", "buyers", "again"):
        assert set(opened.people(cells[name])) == led
    assert opened.people(cells["loyal"]) == []
    made = opened.make_segment(cells["again"], "led-again")
    assert made["condition"]["event"] == "Segment Listed"
    told = ask(sold, "experiments/mail", outcome="Product Viewed")["arms"][1]
    assert len(opened.people(told["cells"]["did"])) == told["did"] > 0
    # So few say nothing.
    assert found["against_control"][0]["money"] is None
    planned = sold.api("GET", f"{BASE}/plan?rate=0.1&lift=0.02")
    assert planned["people_per_arm"] == 3839


def test_a_notebook_asks_the_same(sold: Shop) -> None:
    opened = habitue.open(sold.folder)

    ways = opened.journeys(DAYS["from"], DAYS["to"])
    touched = opened.touchpoints(DAYS["from"], DAYS["to"])

    assert len(ways) == 20
    assert ways.arrow()["path"].to_pylist()[0] == ["email", "paid_search"]
    assert set(touched.arrow()["device"].to_pylist()) == {"mobile"}
    assert set(touched.arrow()["campaign"].to_pylist()) == {"spring", ""}
    assert ways.arrow()["number"].to_pylist() == [1] * 10 + [2] * 10
    assert ways.arrow()["next_place"].to_pylist() == ["store"] * 10 + [None] * 10
    near = opened.journeys(*DAYS.values(), window_days=1)
    assert near.arrow()["path"].to_pylist()[0] == ["paid_search"]
    assert opened.ways(*DAYS.values(), paths=1)["paths"][0]["purchases"] == 10
    assert opened.plan(0.02, rate=0.1, arms=3)["people"] == 3 * 4648
    assert opened.ropo(*DAYS.values())["ropo"]["purchases"]["yes"] == 10
    assert opened.attribution(*DAYS.values(), place="store")["revenue"] == "72.70"
    assert opened.influence(*DAYS.values())["observed"]["ratio"] == "5.77"
    assert opened.experiment("mail", *DAYS.values())["strays"] == 0


def test_a_notebook_gets_reports_as_tables(sold: Shop) -> None:
    opened, days = habitue.open(sold.folder), tuple(DAYS.values())

    bought = opened.purchases(*days).df()
    store = bought[bought.side == "store"]
    assert store.answer.value_counts().to_dict() == {"product": 10, "unknown": 5}
    assert store.amount_minor.sum() == 7_270
    assert store.person_id.notna().sum() == 10
    near = opened.purchases(*days, window_days=1, by="brand").df()
    assert set(near.answer) == {"no", "unknown"}
    credit = opened.credit(*days, place="online").df()
    assert credit.groupby("model").revenue_minor.sum().tolist() == [1_000] * 7
    figures = opened.figures(*days).df()
    whole = figures[figures.part == "whole"].iloc[0]
    assert (whole.buyers, whole.unknown, whole.amount_minor) == (10, 5, 8_270)
    assert "s1" in figures[figures.part == "store"]["name"].tolist()
    arms = opened.arms("mail", *days)
    assert arms.df().people.tolist() == [5, 5]
    assert arms.df().is_control.tolist() == [True, False]
    assert arms.offset > 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("journeys",), "First came by email: 10 new buyers, 2 days before"),
        (("ropo",), "66.7%"),
        (("attribution",), "Each model hands out 82.70 EUR"),
        (("influence",), "5.77"),
        (("experiment", "mail"), "control"),
    ],
)
def test_a_command_tells_it(sold: Shop, words: tuple[str, ...], says: str) -> None:
    assert says in sold.command("insights", *words, *DAYS.values())
    told = json.loads(sold.command("insights", *words, *DAYS.values(), "--json"))
    assert told["rules"]["window_days"] == 30


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("ropo?from=2026-03-01&to=2026-02-01", 422),
        ("ropo?from=2026-03-01&to=2029-02-01", 422),
        ("ropo?from=2026-13-01&to=2026-13-01", 422),
        ("ropo?from=2026-03-01&to=2026-03-02&by=smell", 422),
        ("ropo?from=x&to=y", 400),
        ("attribution?from=2026-03-01&to=2026-03-02&order=9", 400),
        ("plan?rate=0.99&lift=0.5", 422),
        ("plan?lift=0.5", 422),
        ("plan?lift=0.5&deviation=2&arms=99", 400),
        ("journeys?from=2026-03-01&to=2026-03-02&paths=101", 400),
        ("influence?from=2026-03-01&to=2026-03-02&shares=x", 422),
        ("rows/secrets?from=2026-03-01&to=2026-03-02", 400),
    ],
)
def test_what_cannot_be_asked_is_told_so(sold: Shop, path: str, status: int) -> None:
    assert sold.api("GET", f"{BASE}/{path}", status=status)["detail"]


def test_sums_are_for_who_may_see_them_and_rows_for_analysts(sold: Shop) -> None:
    days = "&".join(f"{name}={day}" for name, day in DAYS.items())
    for role, sums, rows in (
        ("director", 200, 403),
        ("analyst", 200, 200),
        ("agent", 403, 403),
    ):
        made = sold.api(
            "POST", "/api/v1/operators", {"name": role, "role": role}, status=201
        )
        key = made["token"]
        sold.api("GET", f"{BASE}/influence?{days}", key=key, status=sums)
        wanted = f"{BASE}/rows/touchpoints?{days}"
        headers = {"authorization": f"Bearer {key}"}
        assert sold.request("GET", wanted, None, headers)[0] == rows


def test_an_order_told_by_a_browser_is_no_purchase(shop: Shop) -> None:
    shop.source("web", "public")
    told = {"order_id": "O1", "total": 900, "currency": "EUR"}
    shop.send("web", track({"anonymousId": "d"}, 0, "Order Completed", **told))

    assert ask(shop, "attribution")["revenue_minor"] == 0


def ask(shop: Shop, name: str, **more) -> dict:
    """Ask for a report; a copy that is still being made is waited for."""
    path = f"{BASE}/{name}?{urlencode({**DAYS, **more})}"
    headers = {"authorization": f"Bearer {shop.token()}"}
    deadline = time.monotonic() + 60
    status, _, body = shop.request("GET", path, None, headers)
    while status == 503 and time.monotonic() < deadline:
        time.sleep(0.2)
        status, _, body = shop.request("GET", path, None, headers)
    assert status == 200, body
    return json.loads(body)


def test_days_follow_one_another_in_the_shops_zone() -> None:
    from habitue.app.insights.framing import span

    zone = "Europe/Warsaw"
    days = [span(f"2026-03-{day}", f"2026-03-{day}", zone) for day in (28, 29, 30)]
    assert all(left[1] == right[0] for left, right in pairwise(days))
    # One of them is an hour short.
    assert days[1][1] - days[1][0] == 23 * 3_600_000_000
