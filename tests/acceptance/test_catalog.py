"""Goods, prices and stock on a running server: told, asked for, told on once."""

import json
import time
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import SystemClock, to_us
from habitue.log.port import Entry
from habitue.model.event import Event
from tests.acceptance.shop import Shop, track
from tests.collect.files.sheets import of_rows

NOW = datetime.now(UTC).replace(microsecond=0)
FALL = {"product_id": "A1", "price": "79.90", "currency": "PLN"}


def ago(**span: float) -> str:
    return (NOW - timedelta(**span)).isoformat()


def feed(shop: Shop, kind: str, *items: dict, source: str = "erp", **more) -> list[str]:
    """Send items of a feed as an operator; give what became of each."""
    path = f"/api/v1/catalog/{kind}?source={source}"
    told = shop.api("POST", path, {"items": list(items), **more})
    return [one["outcome"] for one in told["results"]]


def effects(shop: Shop) -> list[dict]:
    """Give the events that were told on, once all is appended and folded."""
    shop.settle()
    found, cursor = [], "0"
    while cursor:
        status, headers, body = shop.request(
            "GET",
            f"/api/v1/export/events?limit=1000&cursor={cursor}",
            headers={"authorization": f"Bearer {shop.token()}"},
        )
        assert status == 200
        found += [json.loads(line) for line in body.splitlines()]
        cursor = headers.get("x-next-cursor")
    return [one for one in found if one["source"] == "catalog"]


def wait_for(shop: Shop, number: int) -> list[dict]:
    deadline = time.monotonic() + 5
    while len(found := effects(shop)) < number and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def lead(shop: Shop) -> None:
    """Wait until the lease of the one that was killed has run out."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if json.loads(shop.request("GET", "/healthz")[2]).get("leads") is not False:
            return
        time.sleep(0.1)


def check_rebuild(shop: Shop) -> None:
    assert shop.stop() == 0
    told = json.loads(shop.command("rebuild", "--verify", "--json"))
    assert told["equal"] is True, told
    shop.start()


@pytest.mark.feature("A8")
def test_a_fall_and_goods_back_are_told_on_once_whatever_is_told_again(shop: Shop):
    shop.source("erp")
    before = [
        {"product_id": "A1", "price": 100, "currency": "PLN", "at": ago(days=40)},
        {"product_id": "A1", "price": "89.90", "currency": "PLN", "at": ago(days=20)},
        {"product_id": "A1", "price": 99, "currency": "PLN", "at": ago(days=10)},
    ]
    assert feed(shop, "products", {"product_id": "A1", "name": "Kettle"}) == ["stored"]
    assert feed(shop, "prices", *before) == ["stored"] * 3
    assert feed(shop, "stock", {"product_id": "A1", "quantity": 0}) == ["stored"]
    assert effects(shop) == []

    assert feed(shop, "prices", {**FALL, "at": ago(minutes=2)}) == ["stored"]
    assert feed(shop, "stock", {"product_id": "A1", "quantity": 4}) == ["stored"]

    told = wait_for(shop, 2)
    assert sorted(one["name"] for one in told) == ["Back in Stock", "Price Dropped"]
    fell = next(one for one in told if one["name"] == "Price Dropped")
    assert fell["properties"]["name"] == "Kettle"
    assert fell["properties"]["price"] == "79.90"
    assert fell["properties"]["price_before"] == "99.00"
    assert fell["properties"]["lowest_30_days"] == "89.90"
    assert fell["properties"]["all_30_days_known"] is True

    # Fed twice, killed in between, rebuilt: still once.
    assert feed(shop, "prices", {**FALL, "at": ago(minutes=2)}) == ["duplicate"]
    assert feed(shop, "prices", FALL, FALL) == ["duplicate"] * 2
    shop.kill()
    shop.start()
    assert feed(shop, "prices", FALL) == ["duplicate"]
    assert feed(shop, "stock", {"product_id": "A1", "quantity": 4}) == ["duplicate"]
    assert len(effects(shop)) == 2
    check_rebuild(shop)
    assert len(effects(shop)) == 2


@pytest.mark.feature("A8")
def test_what_a_product_cost_at_any_moment_is_known(shop: Shop):
    shop.source("erp")
    for days, price in ((50, "20.00"), (40, "10.00"), (5, "15.00"), (1, "12.00")):
        item = {"product_id": "A1", "price": price, "currency": "EUR"}
        feed(shop, "prices", {**item, "at": ago(days=days)}, historical=True)

    def at(**span):
        path = f"/api/v1/catalog/products/A1?at={ago(**span).replace('+', '%2B')}"
        return shop.api("GET", path)["prices"]

    assert [one["price"] for one in at(days=45)] == ["20.00"]
    assert [one["price"] for one in at(days=40)] == ["10.00"]
    assert at(days=60) == []
    (now,) = shop.api("GET", "/api/v1/catalog/products/A1")["prices"]
    assert now["price"] == "12.00"
    assert now["fell"]["price_before"] == "15.00"
    assert now["fell"]["lowest_30_days_before"] == "10.00"
    told = shop.api("GET", "/api/v1/catalog/products/A1/prices")["prices"]
    assert [one["price"] for one in told] == ["12.00", "15.00", "10.00", "20.00"]
    assert effects(shop) == []


@pytest.mark.feature("A8")
def test_every_item_of_a_feed_has_an_outcome_and_says_why(shop: Shop):
    shop.source("erp")
    path = "/api/v1/catalog/prices?source=erp"
    items = [
        {"product_id": "A1", "price": 10, "currency": "PLN"},
        {"product_id": "A2", "price": "free", "currency": "PLN"},
        {"price": 10, "currency": "PLN"},
        {"product_id": "A3", "price": 10},
        {**FALL, "at": ago(days=-2)},
    ]

    told = shop.api("POST", path, {"items": items})["results"]

    assert [one["outcome"] for one in told] == ["stored", *["quarantined"] * 4]
    assert "price can't be read: 'free'" in told[1]["detail"]
    assert told[2]["detail"] == "This event needs the property product_id."
    assert [one["reason"] for one in told[3:]] == ["property_missing", "not_yet"]
    sums = shop.outcomes("erp")
    assert (sums["received"], sums["stored"], sums["quarantined"]) == (5, 1, 4)


def test_what_the_same_feed_tells_again_is_counted_and_adds_nothing(shop: Shop):
    shop.source("erp")
    items = [{"product_id": f"A{n}", "name": f"Pan {n}", "price": n + 1,
              "currency": "PLN", "quantity": n} for n in range(400)]  # fmt: skip
    assert set(feed(shop, "products", *items)) == {"stored"}

    changed = [{**one, "price": 999} if one["quantity"] == 7 else one for one in items]
    outcomes = feed(shop, "products", *changed)

    assert outcomes.count("stored") == 1
    assert outcomes[7] == "stored"
    sums = shop.outcomes("erp")
    assert (sums["stored"], sums["duplicate"]) == (401, 399)


def test_a_price_that_goes_back_is_told_though_it_was_told_before(shop: Shop):
    shop.source("erp")
    item = {"product_id": "A1", "currency": "PLN"}

    for price in (100, 80, 100, 80):
        assert feed(shop, "prices", {**item, "price": price}) == ["stored"]
    assert len(wait_for(shop, 2)) == 2


def test_within_one_request_the_last_price_stands(shop: Shop):
    shop.source("erp")
    item = {"product_id": "A1", "currency": "PLN"}
    feed(shop, "prices", {**item, "price": 100})

    told = feed(shop, "prices", {**item, "price": 80}, {**item, "price": 100})

    assert told == ["stored", "stored"]


def test_a_browser_tells_no_price(shop: Shop):
    shop.source("web", "public")
    shop.source("pages", "public", mode="trusted")

    for source in ("web", "pages"):
        (told,) = shop.send(source, track("Price Changed", FALL))
        assert (told["outcome"], told["reason"]) == ("quarantined", "server_only")
    path = "/api/v1/catalog/prices"
    shop.api("POST", path, {"items": [FALL]}, key=shop.keys["web"], status=403)
    refused = shop.api("POST", f"{path}?source=web", {"items": [FALL]}, status=422)
    assert "public source" in refused["detail"]


def test_an_event_of_goods_that_names_somebody_is_kept_aside(shop: Shop):
    shop.source("erp")

    (told,) = shop.send("erp", track("Price Changed", FALL, anonymousId="library"))

    assert (told["outcome"], told["reason"]) == ("quarantined", "names_somebody")
    shop.api("GET", "/api/v1/catalog/products/A1", status=404)


def test_a_servers_events_tell_prices_too(shop: Shop):
    shop.source("erp")
    shop.send("erp", track("Price Changed", FALL), track("Store Opened", {
        "store_id": 7, "name": "Gdańsk", "region": "North",
        "time_zone": "Europe/Warsaw",
    }))  # fmt: skip

    (price,) = shop.api("GET", "/api/v1/catalog/products/A1")["prices"]
    assert price["price"] == "79.90"
    store = shop.api("GET", "/api/v1/catalog/stores/7")
    assert (store["region"], store["time_zone"]) == ("North", "Europe/Warsaw")


def test_a_key_made_to_feed_the_catalogue_feeds_its_own_source_only(shop: Shop):
    shop.source("erp")
    shop.source("till")
    scopes = {"scopes": ["catalog:write"]}
    made = shop.api("POST", "/api/v1/sources/erp/keys", scopes, status=201)

    def post(path, status=200):
        return shop.api("POST", path, {"items": [FALL]}, made["key"], status)

    post("/api/v1/catalog/prices")
    post("/api/v1/catalog/prices?source=till", 422)
    shop.api("GET", "/api/v1/catalog/products", key=made["key"], status=403)
    assert shop.api("GET", "/api/v1/catalog/products/A1")["source"] == "erp"


def test_goods_and_stores_are_listed_page_by_page(shop: Shop):
    shop.source("erp")
    items = [{"product_id": f"A/{n:02}", "name": f"Pan {n}"} for n in range(45)]
    feed(shop, "products", *items)
    feed(shop, "stores", *({"store_id": n} for n in range(3)))

    found, cursor = [], ""
    while cursor is not None:
        page = shop.api("GET", f"/api/v1/catalog/products?limit=20{cursor}")
        found += [one["product_id"] for one in page["products"]]
        more = page["next_cursor"]
        cursor = None if more is None else f"&cursor={more}"
    assert found == [one["product_id"] for one in items]
    stores = shop.api("GET", "/api/v1/catalog/stores?limit=2")
    assert [one["store_id"] for one in stores["stores"]] == ["0", "1"]
    assert stores["next_cursor"] == "erp/1"


@pytest.mark.feature("A8")
def test_what_was_due_when_a_server_died_is_told_at_the_next_start(shop: Shop):
    shop.source("erp")
    feed(shop, "prices", {**FALL, "price": 100, "at": ago(hours=1)})
    assert shop.stop() == 0
    # On disk and answered, and then the process is gone: nobody has told it on.
    truth = SqliteTruth(shop.folder / "truth.db")
    event = Event(
        type="track",
        name="Price Changed",
        at_us=to_us(NOW - timedelta(minutes=1)),
        properties=FALL,
    )
    entry = Entry(source="erp", message_id="fall", body=msgspec.json.encode(event))
    truth.commit([entry], SystemClock().now_us())
    truth.close()

    for _ in range(2):
        shop.start()
        (told,) = wait_for(shop, 1)
        assert told["properties"]["price"] == "79.90"
        shop.kill()
    shop.start()
    assert len(effects(shop)) == 1


@pytest.mark.postgres
@pytest.mark.feature("A8")
def test_a_fall_is_told_on_once_on_postgresql_too(postgres_url: str, tmp_path):
    shop = Shop(tmp_path / "data", "--database", postgres_url).start()
    try:
        shop.source("erp")
        feed(shop, "prices", {**FALL, "price": 100, "at": ago(hours=1)})
        assert feed(shop, "prices", FALL) == ["stored"]
        assert len(wait_for(shop, 1)) == 1
        shop.kill()
        shop.start()
        lead(shop)
        assert feed(shop, "prices", FALL) == ["duplicate"]
        assert len(effects(shop)) == 1
        items = [{"product_id": f"A{n}", "name": "Pan"} for n in range(9, 0, -1)]
        feed(shop, "products", *items)
        page = shop.api("GET", "/api/v1/catalog/products?limit=3&cursor=erp/A3")
        assert [one["product_id"] for one in page["products"]] == ["A4", "A5", "A6"]
    finally:
        shop.stop()


@pytest.mark.feature("A8")
def test_a_nights_file_stores_what_changed_and_shows_it(shop: Shop):
    file = shop.folder.parent / "night.csv"
    lines = [f"A{n};Pan {n};{n},50;PLN;{n}" for n in range(1, 301)]
    head = "Product ID;Name;Price;Currency;Stock"

    def night(lines):
        file.write_text("\n".join([head, *lines]) + "\n", "utf-8")
        return fed(file)

    def fed(file):
        words = ("catalog", "import", str(file), "--source", "erp", "--json")
        return json.loads(shop.command(*words))["lines"]

    assert night(lines) == {"stored": 300}
    assert night(lines) == {"duplicate": 300}
    lines[6] = lines[6].replace("7,50", "6,99")
    assert night(lines) == {"duplicate": 299, "stored": 1}
    (told,) = wait_for(shop, 1)
    assert told["properties"]["product_id"] == "A7"

    words = ("catalog", "prices", "A7", "--json")
    prices = json.loads(shop.command(*words))["prices"]
    assert [one["price"] for one in prices] == ["6.99", "7.50"]
    shown = shop.command("catalog", "show", "A7")
    assert "lowest of the 30 days before 7.50" in " ".join(shown.split())
    assert "Pan 10" in shop.command("catalog", "list", "--limit", "200")

    # The same goods as a spreadsheet, one of them dearer.
    rows = [[f"A{n}", f"Pan {n}", n + 0.5, "PLN", n] for n in range(1, 301)]
    rows[6][2], rows[8][2] = 6.99, 9.75
    sheet = file.with_suffix(".xlsx")
    sheet.write_bytes(of_rows(head.split(";"), *rows))
    assert fed(sheet) == {"duplicate": 299, "stored": 1}


def test_a_feed_by_the_import_command_is_history(shop: Shop):
    file = shop.folder.parent / "prices.csv"
    text = "sku,price,currency,date\nA1,10,EUR,{}\nA1,9,EUR,{}\n,9,EUR,{}\n"
    file.write_text(text.format(ago(days=9), ago(minutes=9), ago(days=9)))

    told = json.loads(shop.command("import", str(file), "--source", "erp", "--json"))

    assert told["kind"] == "prices"
    assert told["lines"] == {"stored": 2, "rejected": 1}
    assert "The line has no product id." in told["reasons"]
    assert effects(shop) == []
    assert len(shop.api("GET", "/api/v1/catalog/products/A1/prices")["prices"]) == 2
