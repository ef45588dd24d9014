"""What a segment is worth, who of it is reached, and its trend: C12, C3."""

import json
import time
from datetime import UTC, datetime
from fractions import Fraction

import pandas as pd
import pytest

from tests.acceptance.copying import copied
from tests.acceptance.shop import Shop, identify, track

SEGMENTS = "/api/v1/segments"
BOUGHT = {"type": "did", "event": "$purchase"}
CITY = {"type": "trait", "name": "city", "op": "is", "value": "Łódź"}

# Who, their city, and whether an address and a yes of theirs are known.
PEOPLE = pd.DataFrame(
    [
        ("anna", "Łódź", "anna@x.example", "+48600100201", "granted"),
        ("jan", "Łódź", "jan@x.example", "", "withdrawn"),
        ("ewa", "Łódź", "", "+48600100203", "granted"),
        ("ola", "Kraków", "ola@x.example", "", "granted"),
    ],
    columns=["who", "city", "email", "phone", "said"],
)
ORDERS = pd.DataFrame(
    [
        ("1", "anna", "PLN", 120_05),
        ("2", "anna", "PLN", 80_00),
        ("3", "anna", "EUR", 10_00),
        ("4", "jan", "PLN", 33_33),
        ("5", "ola", "PLN", 500_00),
    ],
    columns=["order", "who", "currency", "minor"],
)
RETURNS = pd.DataFrame(
    [("1", "anna", "PLN", 20_05), ("5", "ola", "PLN", 1_00)],
    columns=["order", "who", "currency", "minor"],
)


def lived(shop: Shop) -> None:
    shop.source("crm")
    for row in PEOPLE.itertuples():
        traits = {"city": row.city, "email": row.email, "phone": row.phone}
        event = "Consent Granted" if row.said == "granted" else "Consent Withdrawn"
        shop.send(
            "crm",
            identify({k: v for k, v in traits.items() if v}, userId=row.who),
            track(event, {"channel": "email"}, userId=row.who),
        )
    for row in ORDERS.itertuples():
        money = {"total": row.minor / 100, "currency": row.currency}
        # Told twice: it is bought once.
        for name in ("Order Completed", "Order Updated"):
            told = {"order_id": row.order, **money}
            shop.send("crm", track(name, told, userId=row.who))
    # What was cancelled does not count.
    told = {"order_id": "6", "total": 77, "currency": "PLN"}
    shop.send("crm", track("Order Completed", told, userId="anna"))
    shop.send("crm", track("Order Cancelled", {"order_id": "6"}, userId="anna"))
    for row in RETURNS.itertuples():
        told = {"return_id": f"r{row.order}", "order_id": row.order}
        told |= {"total": row.minor / 100, "currency": row.currency}
        shop.send("crm", track("Return Received", told, userId=row.who))
    shop.settle()
    copied(shop)


def define(shop: Shop, name: str, condition: dict) -> None:
    shop.api("PUT", f"{SEGMENTS}/{name}", {"condition": condition})


def expected_money(members: set[str]) -> list[dict]:
    bought = ORDERS[ORDERS.who.isin(members)]
    back = RETURNS[RETURNS.who.isin(members)]
    found = []
    for currency, table in bought.groupby("currency"):
        gross = int(table.minor.sum())
        returns = int(back[back.currency == currency].minor.sum())
        found.append(
            {
                "currency": currency,
                "purchases": len(table),
                "buyers": table.who.nunique(),
                "gross_minor": gross,
                "returns_minor": returns,
                "net_minor": gross - returns,
                "net_minor_per_member": round(Fraction(gross - returns, len(members))),
            }
        )
    return found


@pytest.mark.feature("C12")
def test_money_of_a_segment_is_that_of_pandas_each_order_once(shop: Shop) -> None:
    lived(shop)
    define(shop, "lodz", CITY)
    members = set(PEOPLE[PEOPLE.city == "Łódź"].who)
    before = shop.api("GET", "/healthz")["applied"]

    told = shop.api("GET", f"{SEGMENTS}/lodz/figures")

    assert told["known"]
    assert told["money"] == expected_money(members)
    assert (told["members"], told["people"]) == (3, 4)
    assert (told["purchases"], told["buyers"]) == (4, 2)
    # Ticks come in between.
    assert before <= told["offset"] <= shop.api("GET", "/healthz")["applied"]


@pytest.mark.feature("C12")
def test_who_is_reached_has_an_address_and_said_yes(shop: Shop) -> None:
    lived(shop)
    define(shop, "lodz", CITY)
    lodz = PEOPLE[PEOPLE.city == "Łódź"]
    yes = lodz.said == "granted"

    told = shop.api("GET", f"{SEGMENTS}/lodz/figures")

    reach = {one["channel"]: one for one in told["channels"]}
    assert reach["email"]["known"] == (lodz.email != "").sum()
    assert reach["email"]["granted"] == yes.sum()
    assert reach["email"]["reachable"] == (yes & (lodz.email != "")).sum()
    assert reach["sms"]["known"] == (lodz.phone != "").sum()
    assert reach["sms"]["granted"] == reach["sms"]["reachable"] == 0
    other = shop.api("GET", f"{SEGMENTS}/lodz/figures?purpose=service")
    assert {one["granted"] for one in other["channels"]} == {0}


@pytest.mark.feature("C3")
def test_the_trend_says_who_came_and_left_and_what_is_not_known(shop: Shop) -> None:
    lived(shop)
    define(shop, "buyers", BOUGHT)
    shop.settle()
    # Ewa comes to be in it, and Jan is no more: his order is cancelled.
    shop.send(
        "crm", track("Order Completed", {"order_id": "9", "total": 1}, userId="ewa")
    )
    shop.send("crm", track("Order Cancelled", {"order_id": "4"}, userId="jan"))
    shop.settle()

    trend = shop.api("GET", f"{SEGMENTS}/buyers/figures?days=3")["trend"]

    *before, today = trend["days"]
    assert trend["known"]
    assert [one["members"] for one in before] == [None, None]
    assert today["day"] == datetime.now(UTC).date().isoformat()
    # Three were in it when it began, and count as having come then.
    assert (today["members"], today["entered"], today["left"]) == (3, 4, 1)


# Beside what the copy holds, each asks for something that it does not.
NAMED = {"type": "trait", "name": "email", "op": "contains", "value": "a@x"}
OUTSIDE = {
    "of one address": (NAMED, {"anna", "ola"}),
    "of none like it": ({"type": "not", "of": NAMED}, {"jan", "ewa"}),
    "of the city too": ({"type": "all", "of": [CITY, NAMED]}, {"anna"}),
    "of the city or so": ({"type": "any", "of": [CITY, NAMED]}, {*PEOPLE.who}),
    "engaged": (
        {"type": "computed", "name": "engagement", "op": ">=", "value": 0},
        {*PEOPLE.who},
    ),
}


@pytest.mark.feature("C12")
@pytest.mark.feature("C3")
def test_what_the_copy_does_not_hold_is_counted_and_worth_as_much(shop: Shop) -> None:
    lived(shop)
    for number, (condition, members) in enumerate(OUTSIDE.values()):
        body = {"condition": condition}
        told = shop.api("POST", f"{SEGMENTS}/preview", body)
        # Those in between ask for what the first keeps as a segment by then.
        by = "meaning" if number in (0, len(OUTSIDE) - 1) else "copy"
        assert (told["count"], told["by"]) == (len(members), by)

        define(shop, f"s{number}", condition)
        kept(shop, f"s{number}", len(members))
        # Saved, it is counted by who is kept as its members.
        told = shop.api("POST", f"{SEGMENTS}/preview", body)
        assert (told["count"], told["by"]) == (len(members), "copy")
        told = shop.api("GET", f"{SEGMENTS}/s{number}/figures")
        assert told["known"]
        assert told["members"] == len(members)
        assert told["money"] == expected_money(members)
        reach = {one["channel"]: one["reachable"] for one in told["channels"]}
        wanted = PEOPLE[PEOPLE.who.isin(members) & (PEOPLE.said == "granted")]
        assert reach["email"] == (wanted.email != "").sum()

    told = shop.api("POST", f"{SEGMENTS}/overlap", {"segments": ["s0", "s2", "s4"]})
    parts = {tuple(one["in"]): one["count"] for one in told["parts"] if one["count"]}
    assert told["by"] == "copy"
    assert parts == {("s0", "s2", "s4"): 1, ("s0", "s4"): 1, ("s4",): 2}


def kept(shop: Shop, segment: str, size: int) -> None:
    """Wait until a segment's members are kept."""
    until = time.monotonic() + 20
    path = f"{SEGMENTS}/{segment}/figures?days=1"
    while shop.api("GET", path)["trend"]["days"] is None:
        assert time.monotonic() < until
        time.sleep(0.05)
    (today,) = shop.api("GET", path)["trend"]["days"]
    assert today["members"] == size


@pytest.mark.feature("C12")
def test_without_a_copy_figures_are_not_known_and_never_none(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shop.stop() == 0
    monkeypatch.setenv("HABITUE_LAKE__ENABLED", "false")
    shop.start()
    define(shop, "buyers", BOUGHT)

    told = shop.api("GET", f"{SEGMENTS}/buyers/figures")

    assert not told["known"]
    assert "keeps no copy for analysis" in told["why_not"]
    assert told["members"] is told["money"] is told["channels"] is None


@pytest.mark.feature("C12")
def test_the_command_tells_the_same_figures(shop: Shop) -> None:
    lived(shop)
    define(shop, "lodz", CITY)
    asked = f"{SEGMENTS}/lodz/figures?days=2"
    # Its days are known once it answers, a moment later.
    shop.until(lambda: shop.api("GET", asked)["trend"]["known"])
    by_api = shop.api("GET", asked)

    text = shop.command("segment", "figures", "lodz", "--days", "2")
    told = json.loads(
        shop.command("segment", "figures", "lodz", "--days", "2", "--json")
    )

    moving = {"as_of", "offset"}
    assert {k: v for k, v in told.items() if k not in moving} == {
        k: v for k, v in by_api.items() if k not in moving
    }
    assert "3 of 4 people, 2 of them bought, 4 times" in text
    assert "not known" in text
