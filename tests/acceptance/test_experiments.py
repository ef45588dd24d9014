"""Experiments beside credit and costs, on a running server: I3, I4."""

import json
from collections.abc import Iterator
from statistics import stdev
from typing import Any
from urllib.parse import urlencode

import pytest

import habitue
from tests.acceptance.shop import Shop
from tests.acceptance.test_insights import BASE, DAYS, ask, page, track

SPAN = tuple(DAYS.values())
PEOPLE = 80
LETTER = "/?utm_source=newsletter&utm_medium=email"


def order(who: dict, days: float, number: str) -> dict:
    told = {"order_id": number, "total": 10, "currency": "EUR"}
    return track(who, days, "Order Completed", **told)


def visit(who: dict, days: float) -> dict:
    at_store = {**who, "context": {"channel": "store"}}
    return track(at_store, days, "Store Visit Started", store_id="s1")


def lead(shop: Shop) -> None:
    """Lead half of eighty people by a letter and a call; all were in a store before.

    Of those led all buy, every second one again, and every fourth a third time; of the
    others every fourth buys once.
    """
    shop.source("site", "public", mode="trusted")
    shop.source("crm")
    pages, items = [], []
    for number in range(PEOPLE):
        who = {"userId": f"u{number}"}
        is_led = number % 2 == 1
        told = {
            "experiment_id": "letters",
            "variation": "led" if is_led else "control",
            "channel": "email",
        }
        items += [track(who, 0, "Experiment Viewed", **told), visit(who, 0.1)]
        times = 1 if number % 8 == 0 else 0
        if is_led:
            pages.append({**page(f"d{number}", 0.2, LETTER), **who})
            calling = {**who, "context": {"channel": "call"}}
            items.append(track(calling, 0.3, "Call Started", call_id=f"c{number}"))
            times = 1 + (number % 4 == 1) + (number % 8 == 1)
        items += [order(who, 1 + at, f"O{number}-{at}") for at in range(times)]
    shop.send("site", *pages)
    shop.send("crm", *items)


def bought_of() -> list[int]:
    """Give how often each of them buys."""
    return [
        1 + (number % 4 == 1) + (number % 8 == 1)
        if number % 2
        else int(number % 8 == 0)
        for number in range(PEOPLE)
    ]


@pytest.fixture(scope="module")
def led(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("experiments") / "data").start()
    lead(shop)
    ask(shop, "journeys")
    yield shop
    shop.kill()


@pytest.mark.feature("I4")
def test_each_arm_is_told_by_conversion_order_value_repeat_and_loyalty(
    led: Shop,
) -> None:
    (seen,) = ask(led, "experiments")["experiments"]
    assert (seen["experiment"], seen["people"]) == ("letters", PEOPLE)
    assert (seen["arms"], seen["has_control"]) == (["control", "led"], True)

    found = ask(led, "experiments/letters", outcome="Call Started")

    control, arm = found["arms"]
    names = ("people", "buyers", "again", "loyal", "did", "money")
    assert [control[name] for name in names] == [40, 10, 0, 0, 0, "100.00"]
    assert [arm[name] for name in names] == [40, 40, 20, 10, 40, "700.00"]
    (against,) = found["against_control"]
    lifts = {one["outcome"]: one["difference"] for one in against["outcomes"]}
    assert {name: one["estimate"] for name, one in lifts.items()} == {
        "bought": 0.75,
        "again": 0.5,
        "loyal": 0.25,
        "did": 1.0,
        "order_value": 0.0,
    }
    assert against["money"]["estimate"] == 15.0
    assert against["money_in_all"]["estimate"] == 600.0
    assert all(one["low"] > 0 for name, one in lifts.items() if name != "order_value")


@pytest.mark.feature("I4")
def test_an_experiment_is_planned_by_what_people_did_without_it(led: Shop) -> None:
    """All eighty came; fifty bought within two weeks, for 10 to 30 each."""
    spent = [10.0 * times for times in bought_of()]
    assert sum(one > 0 for one in spent) == 50

    told = ask(led, "plan", lift=0.05, baseline="rate")
    money = ask(led, "plan", lift=2.5, baseline="money", arms=3)

    assert told["baseline"]["people"] == PEOPLE
    assert (told["rate"], told["baseline"]["variance_removed"]) == (0.625, 0.0)
    asked = f"{BASE}/plan?lift=0.05&rate=0.625"
    assert told["people_per_arm"] == led.api("GET", asked)["people_per_arm"]
    assert money["deviation"] == pytest.approx(stdev(spent), abs=1e-4)
    assert money["baseline"]["money_per_person"] == sum(spent) / PEOPLE
    asked = f"{BASE}/plan?lift=2.5&arms=3&deviation={stdev(spent)}"
    assert money["people"] == led.api("GET", asked)["people"]
    opened, days = habitue.open(led.folder), {"since": SPAN[0], "until": SPAN[1]}
    assert opened.plan(0.05, baseline="rate", **days)["rate"] == 0.625
    words = ("--since", SPAN[0], "--until", SPAN[1], "--baseline", "money")
    shown = led.command("insights", "plan", "2.5", *words)
    assert "Of 80 people who came, within 14 days each spent 10.00 EUR" in shown


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"baseline": "rate", "rate": 0.1}, "not both"),
        ({"baseline": "rate", "from": "", "to": ""}, "Tell of which days"),
        ({"baseline": "money", "to": "2026-03-05"}, "0 people came"),
        ({"rate": 0.1, "deviation": 3}, "not both"),
    ],
)
def test_what_can_t_be_planned_by_is_said(
    led: Shop, more: dict[str, Any], says: str
) -> None:
    path = f"{BASE}/plan?{urlencode({'lift': 0.05, **DAYS, **more})}"

    assert says in led.api("GET", path, status=422)["detail"]


@pytest.mark.feature("I3")
def test_beside_credit_stands_what_a_control_group_says(led: Shop) -> None:
    found = ask(led, "attribution")

    # A call comes last on the way to all that the led bought first.
    models = {one["channel"]: one["models"] for one in found["channels"]}
    assert models["call"]["last"]["revenue"] == "400.00"
    (said,) = found["control_groups"]
    assert (said["experiment"], said["channel"]) == ("letters", "email")
    (arm,) = said["arms"]
    assert arm["money_in_all"]["estimate"] == 600.0
    assert found["control_because"] is None
    # Without a control group it is not known, and how to find out is said.
    found = ask(led, "attribution", control="nothing")
    assert found["control_groups"] == []
    assert "keep a control group" in found["control_because"]


@pytest.mark.feature("I3")
def test_touches_in_stores_and_by_telephone_cost_and_are_in_the_return(
    led: Shop,
) -> None:
    def cost(channel: str, day: str, amount: str, **more: str) -> dict[str, str]:
        told = {"day": day, "channel": channel, "cost": amount, "currency": "EUR"}
        return told | more

    told = [
        cost("email", "2026-03-02", "8.00"),
        cost("call", "2026-03-01", "1.50", per="touch"),
        cost("store", "2026-02-01", "9.00", per="touch"),
        # From then on it costs less.
        cost("store", "2026-03-01", "0.25", per="touch"),
        # Told and of no touch: it brought nothing.
        cost("radio", "2026-03-03", "5.00"),
    ]
    assert led.api("PUT", f"{CHANNELS}/costs", {"costs": told})["changed"] == 5
    assert led.api("PUT", f"{CHANNELS}/costs", {"costs": told})["changed"] == 0

    found = ask(led, "attribution")

    channels = {one["channel"]: one for one in found["channels"]}
    spent = {name: one["cost"] for name, one in channels.items()}
    assert (spent["email"], spent["call"], spent["store"], spent["radio"]) == (
        "8.00",
        "60.00",
        "20.00",
        "5.00",
    )
    # 400.00 of 60.00, and nothing of 5.00.
    assert channels["call"]["models"]["last"]["roi"] == "5.6667"
    assert channels["radio"]["models"]["last"]["roi"] == "-1.0000"
    kpis = led.api("GET", f"{BASE}/kpis?from={SPAN[0]}&to={SPAN[1]}")
    costs = {one["channel"]: one for one in kpis["costs"]}
    assert costs["call"]["cost_per_reached"]["amount"] == "1.50"
    assert costs["call"]["cost_per_purchase"]["amount"] == "1.50"
    assert costs["store"]["cost_per_reached"]["amount"] == "0.25"
    # What is told of a day as such stands, and no touch of it costs more.
    whole = [cost("call", "2026-03-02", "44.00")]
    led.api("PUT", f"{CHANNELS}/costs", {"costs": whole})
    channels = {one["channel"]: one for one in ask(led, "attribution")["channels"]}
    assert channels["call"]["cost"] == "44.00"


CHANNELS = "/api/v1/channels"


def test_a_notebook_and_commands_tell_the_same(led: Shop, tmp_path: Any) -> None:
    opened = habitue.open(led.folder)

    assert opened.experiments(*SPAN)["experiments"][0]["experiment"] == "letters"
    seen = opened.assigned(*SPAN).df()
    assert "letters" in set(seen.experiment)
    assert seen.people.is_monotonic_decreasing
    view = opened.experiment("letters", *SPAN, outcome="Call Started")
    assert view["arms"][1]["did"] == 40
    assert "letters" in led.command("insights", "experiments", *SPAN)
    shown = led.command("insights", "experiment", "letters", *SPAN)
    assert "bought twice or more" in shown
    words = ("insights", "experiment", "letters", *SPAN, "--outcome", "Call Started")
    assert json.loads(led.command(*words, "--json"))["outcome"] == "Call Started"
    assert "letters" in led.command("insights", "attribution", *SPAN)
    file = tmp_path / "costs.csv"
    file.write_text("date,channel,cost,currency,per\n2026-05-01,chat,0.10,EUR,touch\n")
    assert led.command("channels", "costs", str(file)).startswith("1 costs")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("experiments?from=2026-03-01&to=2026-02-01", 422),
        ("experiments/x?from=2026-03-01&to=2026-03-02&loyal=1", 400),
        ("experiments/x?from=2026-03-01&to=2026-03-02&outcome=" + "x" * 201, 400),
    ],
)
def test_what_cannot_be_asked_is_told_so(led: Shop, path: str, status: int) -> None:
    assert led.api("GET", f"{BASE}/{path}", status=status)["detail"]


def test_a_cost_is_of_a_day_or_per_touch(led: Shop) -> None:
    row = {"day": "2026-03-01", "channel": "call", "cost": "1", "currency": "EUR"}

    body = {"costs": [{**row, "per": "person"}]}
    assert led.api("PUT", f"{CHANNELS}/costs", body, status=400)["detail"]
    body = {"costs": [{**row, "per": "touch", "cost": "-1"}]}
    assert led.api("PUT", f"{CHANNELS}/costs", body, status=422)["detail"]
