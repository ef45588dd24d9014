"""Funnels by what a first step tells, on real data, beside pandas and the manifests.

A CRM's leads and deals come by a webhook and a mapping; a grocer's coupon campaigns as
a file of events. Neither data set may be copied.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import pytest

import habitue
from tests.acceptance.copying import copied
from tests.acceptance.golden.running import members
from tests.acceptance.golden.shops import taken_in
from tests.acceptance.shop import Shop

ROOT = Path(__file__).parent.parent.parent
DATA = Path(os.environ.get("HABITUE_SHARED", ROOT.parent / "shared")) / "data"
OLIST, GROCER = DATA / "olist-2017-10k", DATA / "complete-journey"
pytestmark = pytest.mark.skipif(
    not (OLIST.is_dir() and GROCER.is_dir()),
    reason="olist-2017-10k or complete-journey is not there: set HABITUE_SHARED",
)
BASE = "/api/v1/insights/kpis"
SECRET = "a-secret-that-we-agreed-on"
ROWS = 2_000
MAPPING = """
topic = "what"
id = "page"

[[events]]
topics = ["leads"]
event = "Lead Submitted"
each = "rows[]"
time = "first_contact_date"
identifiers.customer_id = "mql_id"
[events.properties]
lead_id = "mql_id"
origin = "origin"

[[events]]
topics = ["deals"]
event = "Deal Won"
each = "rows[]"
time = "won_date"
identifiers.customer_id = "mql_id"
[events.properties]
lead_id = "mql_id"
sales_rep = "sr_id"
"""
LEADS = {
    "from": "2017-06-01",
    "to": "2018-12-31",
    "steps": "Lead Submitted,Deal Won",
    "steps_by": "origin",
}
COUPONS = {
    "from": "2016-11-01",
    "to": "2018-03-31",
    "steps": "Campaign Received,Coupon Redeemed",
    "steps_by": "campaign_type",
    "same": "campaign_id",
}
# Leads and deals by where the lead came from, as the manifest has them.
TOLD = {
    "Organic Search": (2_296, 271),
    "Paid Search": (1_586, 195),
    "Social": (1_350, 75),
    "Unknown": (1_099, 179),
    "Direct Traffic": (559, 70),
    "Email": (493, 15),
    "Referral": (284, 24),
    "Other": (150, 4),
    "Display": (118, 6),
    "Other Publicities": (65, 3),
}


def told_of(name: str) -> pd.DataFrame:
    path = OLIST / f"olist_marketing_{name}_dataset.csv.gz"
    found = pd.read_csv(
        path, sep=";", encoding="utf-8-sig", dtype=str, keep_default_na=False
    )
    for column in ("first_contact_date", "won_date"):
        if column in found:
            days = pd.to_datetime(found[column], format="mixed", yearfirst=True)
            found[column] = days.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    return found


def deliver(shop: Shop, what: str, table: pd.DataFrame) -> None:
    """Deliver a table as a CRM does, some rows at a time."""
    headers = {"authorization": f"Bearer {SECRET}", "content-type": "application/json"}
    for start in range(0, len(table), ROWS):
        rows = table.iloc[start : start + ROWS].to_dict("records")
        body = {"what": what, "page": f"{what}-{start}", "rows": rows}
        raw = json.dumps(body).encode()
        status, _, told = shop.request("POST", "/hooks/crm", raw, headers)
        while status == 429:  # as every client does
            time.sleep(0.1)
            status, _, told = shop.request("POST", "/hooks/crm", raw, headers)
        assert status == 200, told
        assert "quarantined" not in told.decode()
    shop.settle()


def write_campaigns(path: Path) -> None:
    """Write who was sent which campaign, and what was redeemed, an event a line."""
    about = pd.read_parquet(GROCER / "campaign_descriptions.parquet")
    sent = pd.read_parquet(GROCER / "campaigns.parquet").merge(about, on="campaign_id")
    used = pd.read_parquet(GROCER / "coupon_redemptions.parquet")
    lines = [
        _line(f"s{at}", "Campaign Received", one.household_id, f"{one.start_date}T06", {
            "campaign_id": one.campaign_id,
            "campaign_type": one.campaign_type,
        })
        for at, one in enumerate(sent.itertuples())
    ]  # fmt: skip
    lines += [
        _line(f"u{at}", "Coupon Redeemed", one.household_id, _noon(one), {
            "campaign_id": one.campaign_id,
            "coupon_id": one.coupon_upc,
        })
        for at, one in enumerate(used.itertuples())
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, lines)) + "\n")


def _noon(one: Any) -> str:
    return f"{one.redemption_date}T12"


def _line(
    name: str, event: str, household: str, hour: str, told: dict[str, str]
) -> dict[str, Any]:
    return {
        "type": "track",
        "messageId": name,
        "event": event,
        "userId": household,
        "timestamp": f"{hour}:00:00Z",
        "properties": told,
    }


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("funnels")
    made = Shop(folder / "data").start()
    hook = {"provider": "secret", "secrets": [SECRET], "mapping": MAPPING}
    made.source("crm", webhook=hook)
    deliver(made, "leads", told_of("qualified_leads"))
    deliver(made, "deals", told_of("closed_deals"))
    write_campaigns(folder / "campaigns.jsonl")
    taken_in(made, folder / "campaigns.jsonl", "--source", "grocer")
    copied(made)
    yield made
    assert made.stop() == 0


def ask(shop: Shop, told: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = shop.api("GET", f"{BASE}?{urlencode(told)}")
    return found


def by_part(view: dict[str, Any], what: str = "people") -> dict[str, tuple[int, ...]]:
    return {
        one["part"]: tuple(step[what] for step in one["steps"])
        for one in view["steps"]["parts"]
    }


@pytest.mark.feature("I6")
def test_leads_become_deals_by_channel_as_pandas_and_the_manifest_say(
    shop: Shop,
) -> None:
    leads, deals = told_of("qualified_leads"), told_of("closed_deals")
    both = leads.merge(deals, on="mql_id")
    later = both[both.won_date > both.first_contact_date]

    view = ask(shop, LEADS)

    oracle = {
        origin: (count, int((later.origin == origin).sum()))
        for origin, count in leads.origin.value_counts().items()
    }
    assert by_part(view) == oracle
    # The manifest counts one more: a deal that was won two days before its lead came.
    oracle["Organic Search"] = (2_296, 271)
    assert oracle == TOLD
    whole = view["steps"]["all"]
    assert [one["people"] for one in whole] == [8_000, 841]
    assert whole[1]["of_first"] == 0.1051


@pytest.mark.feature("I6")
def test_coupons_are_redeemed_by_campaign_type_as_the_manifest_says(
    shop: Shop,
) -> None:
    view = ask(shop, COUPONS)

    # A household is sent several campaigns: each is a way of its own.
    assert by_part(view, "ways") == {
        "Type A": (3_647, 604),
        "Type B": (2_368, 154),
        "Type C": (574, 34),
    }
    shares = [one["steps"][1]["of_first"] for one in view["steps"]["parts"]]
    assert shares == [0.1656, 0.065, 0.0592]
    whole = view["steps"]["all"]
    assert [one["people"] for one in whole] == [1_559, 410]
    sql = (
        "SELECT json_extract_string(s.properties, '$.campaign_type') AS sort,"
        " count(*) AS redeemed FROM (SELECT DISTINCT properties FROM events"
        " WHERE name = 'Campaign Received') AS s JOIN events AS u"
        " ON u.name = 'Coupon Redeemed' AND json_extract_string(u.properties,"
        " '$.campaign_id') = json_extract_string(s.properties, '$.campaign_id')"
        " GROUP BY sort"
    )
    rows = habitue.open(shop.folder).sql(sql).arrow().to_pylist()
    assert {row["sort"]: row["redeemed"] for row in rows} == {
        "Type A": 1_718,
        "Type B": 323,
        "Type C": 61,
    }


def people(shop: Shop, cell: dict[str, Any]) -> set[int]:
    found, after = set(), "0"
    while after is not None:
        query = urlencode({"cell": json.dumps(cell), "after": after, "limit": 1000})
        told = shop.api("GET", f"{BASE}/people?{query}")
        found |= {one["person_id"] for one in told["people"]}
        after = told["next_cursor"]
    return found


def segment(shop: Shop, name: str, cell: dict[str, Any]) -> set[int]:
    shop.api("POST", f"{BASE}/segments", {"id": name, "cell": cell}, status=201)
    return set(members(shop, name))


@pytest.mark.feature("I6")
def test_a_step_of_a_part_leads_to_its_people_and_to_a_segment(shop: Shop) -> None:
    email = next(
        one for one in ask(shop, LEADS)["steps"]["parts"] if one["part"] == "Email"
    )
    cell = email["steps"][1]["cell"]
    assert len(people(shop, cell)) == email["steps"][1]["people"] == 15
    assert segment(shop, "won-by-mail", cell) == people(shop, cell)

    # No condition says that two events are of one campaign: it is a list.
    of_c = next(
        one for one in ask(shop, COUPONS)["steps"]["parts"] if one["part"] == "Type C"
    )
    cell = of_c["steps"][1]["cell"]
    query = urlencode({"cell": json.dumps(cell)})
    assert shop.api("GET", f"{BASE}/cell?{query}")["condition"] is None
    assert len(people(shop, cell)) == of_c["steps"][1]["people"]
    assert segment(shop, "redeemed-c", cell) == people(shop, cell)


@pytest.mark.feature("I6")
def test_ways_of_a_segment_and_of_no_part_lead_to_their_people(shop: Shop) -> None:
    """Of who redeemed a coupon of one type; and by what no campaign tells."""
    redeemed = {"type": "did", "event": "Coupon Redeemed"}
    shop.api("PUT", "/api/v1/segments/redeemed", {"condition": redeemed})

    view = ask(shop, {**COUPONS, "segment": "redeemed"})
    untold = ask(shop, {**COUPONS, "steps_by": "colour"})

    for one in (*view["steps"]["parts"], *untold["steps"]["parts"]):
        for step in one["steps"]:
            assert len(people(shop, step["cell"])) == step["people"] > 0
    of_c = by_part(view)["Type C"]
    # Whoever of them was sent type C is fewer than all who were.
    assert of_c[0] < by_part(ask(shop, COUPONS))["Type C"][0]
    assert by_part(untold).keys() == {""}
    cell = view["steps"]["parts"][0]["steps"][1]["cell"]
    assert segment(shop, "again-of-them", cell) == people(shop, cell)
    # Another property that is told of none: a condition of one step finds them, too.
    told = ask(shop, {**LEADS, "steps_by": "colour"})["steps"]["parts"]
    assert len(people(shop, told[0]["steps"][1]["cell"])) == 841


@pytest.mark.feature("I6")
def test_conversion_by_step_and_channel_is_told_of_a_segment(shop: Shop) -> None:
    """Of who works with one sales representative, by where they came from."""
    deals = told_of("closed_deals").merge(told_of("qualified_leads"), on="mql_id")
    rep = deals.sr_id.value_counts().index[0]
    theirs = deals[(deals.sr_id == rep) & (deals.won_date > deals.first_contact_date)]
    won = {
        "type": "did",
        "event": "Deal Won",
        "where": [{"property": "sales_rep", "op": "is", "value": rep}],
    }
    shop.api("PUT", "/api/v1/segments/one-rep", {"condition": won})

    view = ask(shop, {**LEADS, "segment": "one-rep"})

    found = {part: steps[1] for part, steps in by_part(view).items() if steps[1]}
    assert found == theirs.origin.value_counts().to_dict()


def test_a_notebook_and_a_command_tell_the_same(shop: Shop) -> None:
    told = {name: text for name, text in LEADS.items() if name not in {"from", "to"}}
    days = LEADS["from"], LEADS["to"]

    found = habitue.open(shop.folder).kpis(*days, **told)

    assert found["steps"] == ask(shop, LEADS)["steps"]
    words = ("--steps", LEADS["steps"], "--steps-by", "origin")
    assert "Paid Search" in shop.command("insights", "kpis", *days, *words)
    days = COUPONS["from"], COUPONS["to"]
    words = ("--steps", COUPONS["steps"], "--steps-by", "campaign_type")
    shown = shop.command("insights", "kpis", *days, *words, "--same", "campaign_id")
    assert "604 ways" in " ".join(shown.split())


@pytest.mark.parametrize(
    "told",
    [
        {"steps_by": "a b"},
        {"same": "$.x"},
        {"steps": "Product Viewed,$purchase", "same": "product_id"},
    ],
)
def test_what_ways_cannot_be_told_apart_by_is_said(
    shop: Shop, told: dict[str, str]
) -> None:
    path = f"{BASE}?{urlencode({**LEADS, **told})}"

    assert shop.api("GET", path, status=422)["detail"]
