"""What people had in mind, and who got lost between channels, on a real server."""

import json
from collections.abc import Iterator

import pytest

import habitue
from tests.acceptance.shop import Shop
from tests.acceptance.test_insights import (
    BASE,
    DAYS,
    ON_PAGE,
    ask,
    page,
    receipt,
    track,
)

SPAN = tuple(DAYS.values())
# Who compares online and never comes; comes in time; comes too late.
LOST, KEPT, LATE = range(8), range(8, 13), range(13, 15)
TEA = {"product_id": "p1", "category": "tea", "price": 3, "quantity": 1}


def compare(number: int, day: float) -> tuple[dict, ...]:
    """Let somebody compare on the web: a session of its own."""
    who = {"userId": f"u{number}", **ON_PAGE}
    return (
        {**page(f"d{number}", day, "/tea"), "userId": f"u{number}"},
        track(who, day + 0.001, "Product Compared", **TEA),
        track(who, day + 0.002, "Stock Checked", product_id="p1"),
    )


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = Shop(tmp_path_factory.mktemp("intent") / "data").start()
    made.source("site", "public", mode="trusted")
    made.source("tills")
    for number in (*LOST, *LATE):
        made.send("site", *compare(number, 0))
    for number in KEPT:
        # Nine touchpoints alone, and at the tenth somebody is called.
        for day in range(9):
            made.send("site", *compare(number, day))
        who = {"userId": f"u{number}"}
        made.send(
            "tills",
            track({**who, "context": {"channel": "call"}}, 9, "Call Started"),
            {**receipt(9.5, number, 3.0, **who), "properties": sold_tea(number)},
        )
    for number in LATE:
        made.send("tills", receipt(20, number, 3.0, userId=f"u{number}"))
    for number in range(20, 24):
        tried = track({"userId": f"u{number}"}, 3, "Fitting Room Used", store_id="s1")
        made.send("tills", tried)
    ask(made, "journeys")
    yield made
    made.kill()


def sold_tea(number: int) -> dict:
    told = {"receipt_id": f"R{number}", "store_id": "s1", "currency": "EUR"}
    return {**told, "total": 3.0, "products": [TEA]}


@pytest.mark.feature("C10")
def test_sessions_have_intentions_and_people_go_from_one_to_the_next(
    seen: Shop,
) -> None:
    found = ask(seen, "intent")

    intents = {one["intent"]: one for one in found["intents"]}
    called, tried = len(KEPT), 4
    online = len(LOST) + len(LATE) + 9 * len(KEPT)
    assert intents["compare"]["sessions"] == online + called + tried
    told = {"online": online, "call": called, "store": tried}
    assert intents["compare"]["channels"] == told
    moves = {(one["from"], one["to"]): one for one in found["transitions"]}
    # Loops are edges, too; a telephone call is one more comparison.
    assert moves["compare", "compare"]["count"] == 9 * len(KEPT)
    assert moves["compare", "buy"]["count"] == len(KEPT) + len(LATE)
    assert moves["compare", "buy"]["changed_channel"] == len(KEPT) + len(LATE)
    assert intents["compare"]["ended"] == len(LOST) + 4
    bought = found["reached"][-1]
    told = bought["intent"], bought["people"], bought["share"]
    assert told == ("buy", 7, 0.3684)
    assert all(sign["because"] for sign in found["signs"])


@pytest.mark.feature("C10")
def test_an_intention_leads_to_its_people_and_to_a_segment_of_them(seen: Shop) -> None:
    found, opened = ask(seen, "intent"), habitue.open(seen.folder)

    for one in (*found["intents"], *found["reached"]):
        assert len(opened.people(one["cell"])) == one["people"]
    bought = {seen.id(f"user_id:u{number}") for number in (*KEPT, *LATE)}
    cell = found["reached"][-1]["cell"]
    assert set(opened.people(cell)) == bought
    opened.make_segment(cell, "bought", "Came as far as buying")
    assert members(seen, "bought") == bought


@pytest.mark.feature("C10")
def test_nine_of_ten_touchpoints_walked_alone_are_told_by_category(seen: Shop) -> None:
    alone = ask(seen, "intent")["alone"]

    (tea,) = alone["by_category"]
    tenth = {"from": 0.9, "ways": len(KEPT)}
    told = {"category": "tea", "ways": len(KEPT), "share": 0.9}
    assert tea == {**told, "by_tenth": [tenth]}
    assert tenth in alone["by_tenth"]


@pytest.mark.feature("I2")
def test_who_got_lost_between_two_channels_is_a_list_and_a_segment(seen: Shop) -> None:
    wanted = {"shown_in": "online", "missing_in": "store", "intent": "compare"}
    found = ask(seen, "handovers", **wanted)

    assert found["people"] == {
        "people": 15,
        "kept": len(KEPT),
        "open": 0,
        "lost": len(LOST) + len(LATE),
        "missing": len(LOST),
    }
    opened = habitue.open(seen.folder)
    rows = opened.lost(*SPAN, **wanted).arrow().to_pylist()
    missing = {row["person_id"] for row in rows if row["came_at"] is None}
    assert missing == {seen.id(f"user_id:u{number}") for number in LOST}

    words = ("handovers", *SPAN, "--intent", "compare")
    assert "8 of them did not come later" in seen.command("insights", *words)
    seen.command("insights", *words, "--segment", "lost-to-stores")

    assert members(seen, "lost-to-stores") == missing
    # Whoever comes leaves it by that.
    seen.send("tills", receipt(200, 500, 3.0, userId="u0"))
    assert members(seen, "lost-to-stores") == missing - {seen.id("user_id:u0")}


def members(shop: Shop, segment: str) -> set[int]:
    found = shop.api("GET", f"/api/v1/segments/{segment}/members?limit=1000")
    return {one["person_id"] for one in found["members"]}


@pytest.mark.feature("F6")
def test_interest_in_a_store_and_bought_nowhere_becomes_a_segment(seen: Shop) -> None:
    wanted = {"shown_in": "store", "missing_in": "purchase", "intent": "compare"}
    found = ask(seen, "handovers", **wanted, days=7)

    assert found["people"]["missing"] == 4
    body = {"condition": found["condition"], "name": "Tried, and bought nowhere"}
    seen.api("PUT", "/api/v1/segments/tried-only", body)
    tried = {seen.id(f"user_id:u{number}") for number in range(20, 24)}
    assert members(seen, "tried-only") == tried


def test_a_notebook_and_commands_tell_the_same(seen: Shop) -> None:
    opened = habitue.open(seen.folder)

    sessions = opened.intents(*SPAN).arrow().to_pylist()
    assert {row["intent"] for row in sessions} == {"compare"}
    assert opened.intent(*SPAN)["sessions"] == len(sessions)
    assert opened.handovers(*SPAN, days=7)["days"] == 7
    assert "compare 70.3%" in seen.command("insights", "intent", *SPAN)
    people = seen.command("insights", "handovers", *SPAN, "--people", "--json")
    assert len(json.loads(people)) == len(LOST) + len(LATE)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ("shown_in=moon", 422),
        ("shown_in=web&missing_in=online", 422),
        ("intent=dream", 422),
        ("days=0", 400),
    ],
)
def test_what_cannot_be_asked_is_told_so(seen: Shop, more: str, status: int) -> None:
    days = f"from={SPAN[0]}&to={SPAN[1]}"
    path = f"{BASE}/handovers?{days}&{more}"
    assert seen.api("GET", path, status=status)["detail"]


def test_sums_are_for_who_may_see_them_and_people_for_who_sees_people(
    seen: Shop,
) -> None:
    days = f"from={SPAN[0]}&to={SPAN[1]}"
    for role, sums, people in (("marketer", 200, 200), ("agent", 403, 200)):
        made = seen.api(
            "POST", "/api/v1/operators", {"name": role, "role": role}, status=201
        )
        headers = {"authorization": f"Bearer {made['token']}"}
        for path, status in (("", sums), ("/people", people)):
            told = f"{BASE}/handovers{path}?{days}"
            assert seen.request("GET", told, None, headers)[0] == status
