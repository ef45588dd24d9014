"""Key figures of a real shop, equal to pandas; each number leads to its people."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import pytest

import habitue
from tests.acceptance.golden.retail import Retail
from tests.acceptance.golden.running import customers_of, members
from tests.acceptance.golden.shops import retail_year
from tests.acceptance.shop import Shop, identify

BASE = "/api/v1/insights/kpis"
View = dict[str, Any]


class Running:
    """A server with a shop in it, what pandas has of it, and who is who."""

    def __init__(self, shop: Shop, of: Retail) -> None:
        self.shop, self.of = shop, of
        bought = of.bought
        first = bought.groupby("who")["at"].transform("min")
        self.bought = bought.assign(
            month=bought["at"].dt.strftime("%Y-%m"),
            cohort=first.dt.strftime("%Y-%m"),
            is_first=bought["at"] == first,
        )
        days = bought["at"].min().date(), bought["at"].max().date()
        self.days = {"from": days[0].isoformat(), "to": days[1].isoformat()}
        self.customers: dict[int, str] = {}
        self.view = self.ask()

    def ask(self, path: str = BASE, **more: Any) -> View:
        """Ask; a copy that is still being made is waited for."""
        told = f"{path}?{urlencode({**self.days, **more})}"
        headers = {"authorization": f"Bearer {self.shop.token()}"}
        deadline = time.monotonic() + 60
        status, _, body = self.shop.request("GET", told, None, headers)
        while status == 503 and time.monotonic() < deadline:
            time.sleep(0.2)
            status, _, body = self.shop.request("GET", told, None, headers)
        assert status == 200, body
        found: View = json.loads(body)
        return found

    def people(self, cell: View) -> set[int]:
        """Give everybody behind a cell, page by page."""
        found: list[int] = []
        after = "0"
        while after is not None:
            query = urlencode({"cell": json.dumps(cell), "after": after, "limit": 1000})
            told = self.shop.api("GET", f"{BASE}/people?{query}")
            found += [one["person_id"] for one in told["people"]]
            after = told["next_cursor"]
        assert len(found) == len(set(found))
        return set(found)

    def named(self, cell: View) -> set[str]:
        return {self.customers[one] for one in self.people(cell)}

    def segment(self, name: str, cell: View) -> set[int]:
        """Make a segment of a cell, and give who is in it."""
        self.shop.api(
            "POST", f"{BASE}/segments", {"id": name, "cell": cell}, status=201
        )
        return set(members(self.shop, name))


@pytest.fixture(scope="module")
def retail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    shop, of = retail_year(tmp_path_factory, "kpis")
    running = Running(shop, of)
    running.customers = customers_of(shop)
    yield running
    assert shop.stop() == 0


@pytest.mark.feature("I6")
def test_every_key_figure_of_a_real_shop_is_that_of_pandas(retail: Running) -> None:
    bought, view = retail.bought, retail.view
    often = bought.groupby("who").size()

    whole = view["all"]
    assert whole["buyers"] == bought.who.nunique() == whole["new"]
    assert whole["repeat"] == (often >= 2).sum()
    assert whole["loyal"] == (often >= 3).sum()
    (money,) = whole["money"]
    known = money["amount_minor"] - money["unknown_minor"]
    assert known == bought.pence.sum()
    # Who nobody knows is in the money, and in no number of people.
    assert whole["unknown"] > 0
    assert whole["purchases"] - whole["unknown"] == len(bought)
    assert {one["month"]: one["buyers"] for one in view["months"] if one["buyers"]} == (
        bought.groupby("month").who.nunique().to_dict()
    )
    found = {
        (row["month"], cell["month"]): cell["people"]
        for row in view["cohorts"]
        for cell in row["months"]
        if cell["people"]
    }
    assert found == bought.groupby(["cohort", "month"]).who.nunique().to_dict()
    tenths = {one["decile"]: one["people"] for one in view["deciles"]["tenths"]}
    assert tenths == _tenth(bought).value_counts().to_dict()


def _tenth(bought: pd.DataFrame) -> "pd.Series[int]":
    spent = bought.groupby("who").pence.sum()
    return ((spent.rank(method="average") - 0.5) * 10 // len(spent)).astype(int) + 1


def _counts(told: Any) -> Any:
    """Leave out the cells: they name the segment that they are of."""
    if isinstance(told, list):
        return [_counts(one) for one in told]
    if not isinstance(told, dict):
        return told
    return {
        name: _counts(one)
        for name, one in told.items()
        if name not in ("cell", "cells")
    }


@pytest.mark.feature("I6")
def test_a_number_leads_to_the_people_whom_pandas_names(retail: Running) -> None:
    bought, view = retail.bought, retail.view

    top = view["deciles"]["tenths"][-1]
    tenth = _tenth(bought)
    assert retail.named(top["cell"]) == set(tenth.index[tenth == 10])
    cohort = view["cohorts"][0]
    again = cohort["months"][2]
    theirs = bought[
        (bought.cohort == cohort["month"]) & (bought.month == again["month"])
    ]
    assert retail.named(again["cell"]) == set(theirs.who)
    month = view["months"][5]
    inside = bought[bought.month == month["month"]]
    assert retail.named(month["cells"]["new"]) == set(inside[inside.is_first].who)


@pytest.mark.feature("I6")
def test_a_segment_made_of_a_cell_holds_the_same_people(retail: Running) -> None:
    view = retail.view
    cells = {
        "day": view["days"][40]["cells"]["buyers"],
        "tenth": view["deciles"]["tenths"][4]["cell"],
        "cohort": view["cohorts"][1]["months"][3]["cell"],
        "back": view["months"][6]["cells"]["returning"],
        "loyal": view["all"]["cells"]["loyal"],
    }
    for name, cell in cells.items():
        people = retail.people(cell)
        assert people
        assert retail.segment(f"cell-{name}", cell) == people

    assert len(retail.people(cells["day"])) == view["days"][40]["buyers"]
    # And the key figures of a segment are of its people alone.
    told = retail.ask(segment="cell-loyal")
    assert told["all"]["buyers"] == view["all"]["loyal"]
    assert told["all"]["unknown"] == 0
    assert told["costs"] is None
    # So they are where the copy can't judge the condition: goods are no trait in it.
    condition = {
        "type": "all",
        "of": [
            {"type": "in_segment", "segment": "cell-loyal"},
            {"type": "computed", "name": "products", "op": "exists"},
        ],
    }
    body = {"name": "Loyal to goods", "condition": condition}
    retail.shop.api("PUT", "/api/v1/segments/goods", body)
    outside = retail.ask(segment="goods")
    for name in ("all", "months", "deciles"):
        assert _counts(outside[name]) == _counts(told[name]), name


@pytest.mark.feature("I6")
def test_whom_a_channel_reached_becomes_a_list_that_follows_people(
    retail: Running,
) -> None:
    shop = retail.shop
    shop.source("site", "public", mode="trusted")
    day = datetime.now(UTC).date().isoformat()
    for number in range(8):
        url = "https://shop.example/?utm_medium=email&utm_source=letter"
        page = {"url": url, "referrer": ""}
        shop.send(
            "site",
            {"type": "page", "anonymousId": f"d{number}", "context": {"page": page}},
        )
    cost = {"day": day, "channel": "email", "cost": "6.00", "currency": "GBP"}
    shop.api("PUT", "/api/v1/channels/costs", {"costs": [cost]})

    told = retail.ask(**{"from": day, "to": day}, currency="GBP")
    (email,) = [one for one in told["costs"] if one["channel"] == "email"]
    assert (email["cost"], email["reached"]) == ("6.00", 8)
    assert email["cost_per_reached"] == {"amount": "0.75", "minor": 75}
    assert email["cost_per_purchase"] is None
    cell = email["cells"]["reached"]
    query = urlencode({"cell": json.dumps(cell)})
    assert shop.api("GET", f"{BASE}/cell?{query}")["condition"] is None

    people = retail.people(cell)
    assert len(people) == 8
    assert retail.segment("reached", cell) == people
    # Somebody else who comes by it later is on no list made before.
    shop.send("site", {"type": "page", "anonymousId": "d9", "context": {"page": page}})
    assert set(members(shop, "reached")) == people
    # Two of them turn out to be one.
    for number in range(2):
        shop.send("site", identify(userId="one", anonymousId=f"d{number}"))
    assert len(set(members(shop, "reached"))) == 7
    assert shop.id("user_id:one") in members(shop, "reached")


def test_a_notebook_and_a_command_tell_the_same(retail: Running) -> None:
    days = tuple(retail.days.values())
    cell = retail.view["all"]["cells"]["loyal"]

    found = habitue.open(retail.shop.folder).kpis(*days)
    assert found["all"] == retail.view["all"]
    words = ("insights", "kpis", *days)
    assert f"{retail.view['all']['buyers']:,} buyers" in retail.shop.command(*words)
    told = retail.shop.command("insights", "people", json.dumps(cell), "--json")
    assert json.loads(told)["count"] == retail.view["all"]["loyal"]
    made = retail.shop.command("insights", "segment", "by-word", json.dumps(cell))
    assert made.startswith("by-word:")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("?from=2026-03-01&to=2026-02-01", 422),
        ("?from=2020-03-01&to=2026-02-01", 422),
        ("?from=2026-03-01&to=2026-03-01&segment=nowhere", 404),
        ("?from=2026-03-01&to=2026-03-01&loyal=1", 400),
        ("/cell?cell=x", 422),
        ('/cell?cell={"what":"step","since":"2026-03-01","until":"2026-03-01"}', 422),
        ('/cell?cell={"what":"new","since":"yesterday","until":"2026-03-01"}', 422),
    ],
)
def test_what_cannot_be_asked_is_told_so(
    retail: Running, path: str, status: int
) -> None:
    path = path.replace('"', "%22").replace("{", "%7B").replace("}", "%7D")
    assert retail.shop.api("GET", f"{BASE}{path}", status=status)["detail"]


def test_who_may_not_see_sums_sees_no_key_figures(retail: Running) -> None:
    made = retail.shop.api(
        "POST", "/api/v1/operators", {"name": "ann", "role": "agent"}, status=201
    )
    query = urlencode({"cell": json.dumps(retail.view["all"]["cells"]["new"])})

    for path in ("?from=2026-03-01&to=2026-03-01", f"/cell?{query}"):
        retail.shop.api("GET", f"{BASE}{path}", key=made["token"], status=403)
