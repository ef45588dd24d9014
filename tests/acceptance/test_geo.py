"""Tests by region on a real server: planned, and read to what was planted."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

import habitue
from tests.acceptance.copying import copied
from tests.acceptance.golden.shops import taken_in
from tests.acceptance.shop import Shop
from tests.measure.geo_world import market, names

BASE = "/api/v1/insights/geo"
BEFORE, ACTION = 100, 28
LIFTED = ("r03", "r07", "r12")
INSIDE = [names().index(name) for name in LIFTED]
LAST = datetime.now(UTC).date() - timedelta(days=2)
FIRST = LAST - timedelta(days=BEFORE + ACTION - 1)
START = LAST - timedelta(days=ACTION - 1)


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Twenty stores, each in a region of its own, one receipt a day of all it sold."""
    folder = tmp_path_factory.mktemp("geo")
    shop = Shop(folder / "data").start()
    shop.source("till")
    stores = [
        {"store_id": f"s{name}", "name": name, "region": name} for name in names()
    ]
    shop.api("POST", "/api/v1/catalog/stores?source=till", {"items": stores})
    _receipts(folder / "receipts.csv")
    taken_in(shop, folder / "receipts.csv", "--source", "till")
    shop.send("till", *_orders(), wait=False)
    shop.settle()
    copied(shop)
    yield shop
    shop.kill()


def _receipts(path: Path) -> None:
    money = market(
        5,
        BEFORE + ACTION,
        lifted=frozenset(LIFTED),
        lift=0.15,
        last=ACTION,
        noise=0.03,
    )
    lines = ["receipt_id,date,store_id,product,quantity,price,currency"]
    for day in range(BEFORE + ACTION):
        moment = FIRST + timedelta(days=day)
        for at, name in enumerate(names()):
            about = f"R{day}-{name},{moment}T12:00:00Z,s{name},tea,1"
            lines.append(f"{about},{money[day, at] / 100:.2f},EUR")
    path.write_text("\n".join(lines) + "\n")


def _orders() -> list[dict[str, Any]]:
    """Tell an order a day and region, in which some spend 40 % more online."""
    online = market(7, BEFORE + ACTION, noise=0.03) / 10
    online[-ACTION:, INSIDE] *= 1.4
    return [
        {
            "type": "track",
            "event": "Order Completed",
            "userId": f"u{name}",
            "timestamp": f"{FIRST + timedelta(days=day)}T13:00:00Z",
            "properties": {
                "order_id": f"O{day}-{name}",
                "total": round(online[day, at] / 100, 2),
                "currency": "EUR",
                "region": name,
            },
        }
        for day in range(BEFORE + ACTION)
        for at, name in enumerate(names())
    ]


def planted() -> float:
    """Give what is more in stores there over what is more online."""
    store = market(5, BEFORE + ACTION, noise=0.03)[-ACTION:, INSIDE].sum() * 0.15
    online = market(7, BEFORE + ACTION, noise=0.03)[-ACTION:, INSIDE].sum() * 0.04
    return float(store / online)


def days(first: date, last: date) -> list[tuple[str, str]]:
    return [("from", first.isoformat()), ("to", last.isoformat())]


@pytest.mark.feature("I5")
def test_a_test_is_planned_on_what_the_stores_of_regions_sold(sold: Shop) -> None:
    told = [*days(FIRST, START - timedelta(days=1)), ("count", 3), ("days", 28)]
    path = f"{BASE}/design?{urlencode([*told, ('lift', 0.1), ('seed', 'x')])}"

    found = sold.api("GET", path)

    assert found["all_regions"] == names()
    assert found["unknown_purchases"] == 0
    best = found["options"][0]
    assert len(best["regions"]) == 3
    assert best["power"] >= 0.8
    assert found["chosen"]["days"] == 28
    assert sold.api("GET", path)["chosen"] == found["chosen"]
    designs = habitue.open(sold.folder).geo_designs(
        FIRST.isoformat(),
        (START - timedelta(days=1)).isoformat(),
        count=3,
        days=28,
        lift=0.1,
        seed="x",
    )
    designs = designs.df()
    assert designs.regions[0] == ", ".join(best["regions"])
    assert designs.is_chosen.sum() == 1


@pytest.mark.feature("I5")
def test_a_test_is_read_to_what_was_planted_in_its_regions(sold: Shop) -> None:
    more = [("start", START.isoformat()), *(("region", one) for one in LIFTED)]

    found = sold.api("GET", f"{BASE}/read?{urlencode([*days(FIRST, LAST), *more])}")

    assert found["is_found"]
    assert found["lift"] == pytest.approx(0.15, abs=0.04)
    assert found["lift_low"] <= 0.15 <= found["lift_high"]
    assert found["in_all"]["minor"] > 0
    assert len(found["placebos"]) == 17
    assert not set(LIFTED) & found["weights"].keys()
    told = habitue.open(sold.folder).geo_read(
        FIRST.isoformat(), START.isoformat(), LAST.isoformat(), LIFTED
    )
    assert told["lift"] == found["lift"]
    words = ("geo", "read", FIRST.isoformat(), START.isoformat(), LAST.isoformat())
    regions = [word for one in LIFTED for word in ("--region", one)]
    command = sold.command("insights", *words, *regions, "--json")
    assert json.loads(command)["lift"] == found["lift"]
    planned = (FIRST.isoformat(), (START - timedelta(days=1)).isoformat())
    shown = sold.command("insights", "geo", "design", *planned, "--days", "28")
    assert "smallest lift seen" in shown


@pytest.mark.feature("I5")
def test_neighbours_are_compared_with_nobody_and_read_by_themselves(
    sold: Shop,
) -> None:
    more = [("start", START.isoformat()), *(("region", one) for one in LIFTED)]
    more += [("neighbour", "r04"), ("neighbour", "r08")]

    found = sold.api("GET", f"{BASE}/read?{urlencode([*days(FIRST, LAST), *more])}")

    assert [one["region"] for one in found["neighbours"]] == ["r04", "r08"]
    assert not {"r04", "r08"} & found["weights"].keys()
    assert len(found["placebos"]) == 15
    assert found["lift"] == pytest.approx(0.15, abs=0.04)
    told = habitue.open(sold.folder).geo_read(
        FIRST.isoformat(), START.isoformat(), LAST.isoformat(), LIFTED, ("r04", "r08")
    )
    assert told["neighbours"] == found["neighbours"]
    asked = (FIRST.isoformat(), START.isoformat(), LAST.isoformat())
    opened = habitue.open(sold.folder)
    by_region = opened.geo_regions(*asked, LIFTED, ("r04", "r08")).df()
    by_region = by_region.set_index("region")
    assert set(by_region.index[by_region.role == "tested"]) == set(LIFTED)
    assert list(by_region.index[by_region.role == "neighbour"]) == ["r04", "r08"]
    assert by_region.weight.dropna().to_dict() == found["weights"]
    assert by_region.lift.notna().sum() == 15 + 2
    by_day = opened.geo_days(*asked, LIFTED, ("r04", "r08")).df()
    assert len(by_day) == len(found["days_told"]) == (LAST - FIRST).days + 1
    assert by_day.observed.tolist() == [one["observed"] for one in found["days_told"]]
    assert set(by_day.currency) == {found["currency"]}
    words = ("geo", "read", FIRST.isoformat(), START.isoformat(), LAST.isoformat())
    regions = [word for one in LIFTED for word in ("--region", one)]
    shown = sold.command("insights", *words, *regions, "--neighbour", "r04")
    assert "Neighbour r04" in shown


@pytest.mark.feature("I1")
@pytest.mark.feature("I3")
def test_a_test_by_region_tells_the_cause_and_stands_beside_the_credit(
    sold: Shop,
) -> None:
    more = [("start", START.isoformat()), *(("region", one) for one in LIFTED)]
    wanted = urlencode([*days(FIRST, LAST), *more])

    found = sold.api("GET", f"/api/v1/insights/influence?{wanted}")["causal"]
    credit = sold.api("GET", f"/api/v1/insights/attribution?{wanted}")

    assert (found["way"], found["because"]) == ("regions", None)
    assert found["ratio"]["low"] <= planted() <= found["ratio"]["high"]
    assert found["ratio"]["estimate"] == pytest.approx(planted(), rel=0.3)
    assert found["online_a_day_and_region"]["minor"] > 0
    assert credit["region_test"]["is_found"]
    assert credit["region_test"]["regions"] == sorted(LIFTED)
    words = ("influence", FIRST.isoformat(), LAST.isoformat())
    regions = [word for one in LIFTED for word in ("--region", one)]
    told = sold.command(
        "insights", *words, "--start", START.isoformat(), *regions, "--json"
    )
    assert json.loads(told)["causal"]["ratio"] == found["ratio"]
    opened = habitue.open(sold.folder)
    asked = {"region": LIFTED, "start": START.isoformat()}
    view = opened.attribution(FIRST.isoformat(), LAST.isoformat(), **asked)
    assert view["region_test"]["lift"] == credit["region_test"]["lift"]
    # Without its first day nothing can be read.
    wanted = urlencode([*days(FIRST, LAST), ("region", "r03")])
    refused = sold.api("GET", f"/api/v1/insights/influence?{wanted}", status=422)
    assert "start" in refused["detail"]


@pytest.mark.feature("I5")
def test_a_test_is_written_down_read_by_its_name_and_ended(sold: Shop) -> None:
    told = {
        "regions": list(LIFTED),
        "since": FIRST.isoformat(),
        "start": START.isoformat(),
        "until": (LAST + timedelta(days=30)).isoformat(),
        "note": "billboards",
    }
    path = f"{BASE}/tests/billboards"
    kept = sold.api("PUT", path, told)
    assert (kept["state"], kept["regions"]) == ("running", sorted(LIFTED))
    # Kept once more it is the same; others can't be put in its place.
    assert sold.api("PUT", path, told) == kept
    others = {**told, "regions": ["r01"]}
    assert "does not change" in sold.api("PUT", path, others, status=409)["detail"]
    assert sold.api("GET", f"{BASE}/tests")["tests"] == [kept]

    # Before it is over it is read till yesterday.
    found = sold.api("GET", f"{path}/result")
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    assert found["days_told"][-1]["day"] <= yesterday.isoformat()
    words = ("billboards", "--day", LAST.isoformat())
    assert LAST.isoformat() in sold.command("insights", "geo", "end", *words)

    found = sold.api("GET", f"{path}/result")
    more = [("start", START.isoformat()), *(("region", one) for one in LIFTED)]
    read = sold.api("GET", f"{BASE}/read?{urlencode([*days(FIRST, LAST), *more])}")
    assert {name: found[name] for name in read} == read
    assert (found["test"]["state"], found["test"]["until"]) == (
        "ended",
        LAST.isoformat(),
    )
    assert sold.api("POST", f"{path}/end", {}, status=409)["detail"]
    opened = habitue.open(sold.folder)
    assert [one["name"] for one in opened.geo_tests()] == ["billboards"]
    assert opened.geo_test("billboards")["lift"] == read["lift"]
    shown = sold.command("insights", "geo", "show", "billboards")
    assert "more than the other regions let expect" in shown
    assert "billboards" in sold.command("insights", "geo", "tests")


@pytest.mark.feature("I5")
def test_a_test_that_has_not_begun_is_not_read_and_can_be_withdrawn(
    sold: Shop,
) -> None:
    begins = datetime.now(UTC).date() + timedelta(days=3)
    days_of_it = begins.isoformat(), (begins + timedelta(days=20)).isoformat()
    words = ("keep", "tram", FIRST.isoformat(), *days_of_it, "--region", "r02")
    assert "tram" in sold.command("insights", "geo", *words, "--neighbour", "r01")
    path = f"{BASE}/tests/tram"

    assert "begins on" in sold.api("GET", f"{path}/result", status=422)["detail"]
    assert sold.api("POST", f"{path}/end", {})["state"] == "withdrawn"
    assert "withdrawn" in sold.api("GET", f"{path}/result", status=422)["detail"]
    assert sold.api("GET", f"{BASE}/tests/none", status=404)["detail"]
    wrong = {"regions": ["a"], "neighbours": ["a"], "since": FIRST.isoformat()}
    wrong |= {"start": days_of_it[0], "until": days_of_it[1]}
    assert "one of them" in sold.api("PUT", f"{path}2", wrong, status=422)["detail"]


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("read", {"start": "2000-01-01", "region": "r01"}),
        ("read", {"start": START.isoformat(), "region": "nowhere"}),
        ("read", {"start": START.isoformat(), "region": "r01", "neighbour": "r01"}),
        ("read", {"start": START.isoformat(), "region": "r01", "neighbour": "x"}),
        ("design", {"count": 19}),
        ("design", {"days": 1000}),
    ],
)
def test_what_cannot_be_tested_is_told_so(
    sold: Shop, name: str, more: dict[str, str]
) -> None:
    path = f"{BASE}/{name}?{urlencode([*days(FIRST, LAST), *more.items()])}"

    assert sold.api("GET", path, status=422)["detail"]
