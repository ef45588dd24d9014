"""Faults of real systems, each shown not to be ours, on a running server."""

import io
import json
import os
import random
import threading
import time
import zipfile
from collections.abc import Callable
from statistics import median, quantiles
from typing import Any

import pytest

from tests.acceptance.shop import Shop, card, identify, track
from tests.proof.flooding import EVENTS as DOOR
from tests.proof.flooding import Answer, Apart, Call, Noise, Till

LONG = bool(os.environ.get("HABITUE_TORTURE"))
# Of a person of 2,000 identifiers.
EVENTS = 98_000 if LONG else 10_000
# Ten thousand events a second about one person, and tills beside it; by so many
# connections that as many are sent where answers are slow.
NOISES, NOISE_EVERY_S = 16, 0.16
TILLS, TILL_EVERY_S = 5, 0.1
QUIET_S, LOUD_S = 2, 4
BESET = {
    "looks": {
        "type": "did",
        "event": "Product Viewed",
        "count": {"op": ">=", "value": 5},
    },
    "looks-all-day": {
        "type": "did",
        "event": "Product Viewed",
        "count": {"op": ">=", "value": EVENTS},
        "within": {"days": 1},
    },
    "looks-at-all": {
        "type": "did",
        "event": "Product Viewed",
        "distinct": {"of": "product_id", "op": "=", "value": EVENTS},
    },
    "never-bought": {"type": "did_not", "event": "$purchase"},
}


def customer(who, **more):
    return {"identifiers": {"customer_id": who, **more}}


def test_an_opt_out_outlives_a_merge_and_unmerge_restores_both(shop: Shop):
    shop.source("crm")
    for who, event in (("c1", "Consent Granted"), ("c2", "Consent Withdrawn")):
        mail = {"customer_id": who, "email": f"{who}@shop.example"}
        told = {"purpose": "marketing", "channel": "email", "text_version": "1"}
        shop.send("crm", track(event, told, identifiers=mail))
    before = [card(shop.person(f"customer_id:{who}")) for who in ("c1", "c2")]
    assert [one["consents"][0]["state"] for one in before] == ["granted", "withdrawn"]

    for pair in ((0, 1), (1, 0)):
        left, right = (before[at]["person_id"] for at in pair)
        body = {"left": left, "right": right}
        merged = shop.api("POST", "/api/v1/people/merge", body)
        states = {one["state"] for one in merged["people"][0]["consents"]}
        assert states == {"withdrawn"}
        shop.api("POST", f"/api/v1/commands/{merged['command']}/undo", {})
        after = [card(shop.person(f"customer_id:{who}")) for who in ("c1", "c2")]
        assert after == before


def test_two_people_one_browser_one_phone_and_staff_stay_three(shop: Shop):
    shop.source("web", "public")
    shop.source("crm")
    phone = "+442079460862"
    for who in ("u1", "u2", "u1"):
        shop.send("crm", identify(identifiers={"user_id": who, "phone": phone}))
    for who in ("u3", "u1", "u3"):
        shop.send("web", identify(userId=who, anonymousId="browser"))
        shop.send(
            "web", track("Product Viewed", {"product_id": who}, anonymousId="browser")
        )

    # A member of staff is signed in as u1, on the desk's own browser.
    acting = {"operator": "Ola", "identifiers": {"user_id": "staff-7"}}
    desk = {"anonymousId": "desk", "context": {"impersonated": acting}}
    shop.send(
        "crm",
        identify({"name": "Ola"}, userId="u1", **desk),
        track("Product Viewed", {"product_id": "staff"}, userId="u1", **desk),
    )

    ids = {shop.id(f"user_id:{who}") for who in ("u1", "u2", "u3", "staff-7")}

    assert len(ids) == 4
    assert shop.id("anonymous_id:desk") == shop.id("user_id:staff-7")
    assert shop.names("user_id:staff-7") == ["identify", "Product Viewed"]
    assert "name" not in shop.person("user_id:u1")["traits"]
    assert "staff" not in {
        one["properties"].get("product_id") for one in shop.timeline("user_id:u1")
    }
    assert shop.person(f"phone:{phone}")["shared"] is True
    viewed = [
        one["properties"]["product_id"]
        for one in shop.timeline("user_id:u3")
        if one["name"] == "Product Viewed"
    ]
    assert viewed == ["u3", "u3"]


def test_one_persons_card_with_anothers_address_is_refused_with_a_reason(shop: Shop):
    shop.source("crm")
    shop.send("crm", identify(identifiers={"user_id": "u1", "loyalty_card": "1"}))
    shop.send("crm", identify(identifiers={"user_id": "u2", "email": "b@shop.example"}))

    shop.send(
        "crm",
        identify(
            {"x": 1}, identifiers={"loyalty_card": "1", "email": "b@shop.example"}
        ),
    )

    assert shop.id("user_id:u1") != shop.id("user_id:u2")
    refused = (
        shop.person("user_id:u1")["refused"] + shop.person("user_id:u2")["refused"]
    )
    assert {one["reason"] for one in refused} == {"limit user_id"}
    assert shop.person("user_id:u1")["traits"]["x"]["value"] == 1


def test_merged_twice_at_once_with_events_arriving_counts_as_one_person(shop: Shop):
    shop.source("till")
    first = {who: [sold(f"first-{who}", 10)] for who in ("a", "b", "c")}
    later = {who: [sold(f"{who}{n}", 1, n) for n in range(40)] for who in first}
    for who, told in first.items():
        shop.send("till", *({**item, **customer(who)} for item in told))
    ids = [shop.id(f"customer_id:{who}") for who in first]

    def pour(who):
        for item in later[who]:
            shop.send("till", {**item, **customer(who)}, wait=False)

    def merge(left, right):
        shop.api("POST", "/api/v1/people/merge", {"left": left, "right": right})

    threads = [threading.Thread(target=pour, args=(who,)) for who in ("a", "b", "c")]
    threads += [
        threading.Thread(target=merge, args=pair) for pair in (ids[:2], ids[1:])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shop.settle()

    person = shop.person("customer_id:a")
    assert {shop.id(f"customer_id:{who}") for who in ("b", "c")} == {
        person["person_id"]
    }
    assert person["computed"]["receipts"] == 123
    shop.source("till-of-one")
    told = [*first.values(), *later.values()]
    whole = customer("whole")
    shop.send("till-of-one", *({**one, **whole} for some in told for one in some))
    assert person["computed"] == shop.person("customer_id:whole")["computed"]


def sold(number, total, minute=0):
    """Make a receipt of a fixed moment."""
    at = f"2026-11-20T10:{minute:02d}:00Z"
    return {**receipt(number, total), "messageId": number, "timestamp": at}


def receipt(number, total, **more):
    told = {"receipt_id": number, "total": total, "currency": "EUR", **more}
    return track("Receipt Issued", told)


def test_a_till_file_thrice_a_return_and_a_webhook_again_count_once(
    shop: Shop, tmp_path
):
    shop.source("shop")
    file = tmp_path / "till.csv"
    file.write_text(
        "receipt_id,date,customer_id,sku,quantity,price,currency\n"
        "1,2026-01-05T10:00:00,c1,a,3,10.00,GBP\n"
    )
    for _ in range(3):
        shop.command("import", str(file), "--what", "receipts", "--source", "till")
    back = {"return_id": "b1", "receipt_id": "1", "total": "10.00", "currency": "GBP"}
    shop.send("shop", track("Return Received", back, **customer("c1")))
    for n, status in enumerate(("paid", "shipped", "shipped")):
        order = {
            "order_id": "o1",
            "total": "50.00",
            "currency": "GBP",
            "status": status,
        }
        stamp = f"2026-02-0{n + 1}T00:00:00Z"
        name = "Order Updated" if n else "Order Completed"
        shop.send(
            "shop",
            track(
                name, {**order, "updated_at": stamp}, timestamp=stamp, **customer("c1")
            ),
        )

    sums = {}
    for row in shop.api("GET", "/api/v1/totals")["rows"]:
        sums[row["kind"]] = (row["objects"], row["amount_minor"])

    assert sums == {"receipt": (1, 3000), "return": (1, 1000), "order": (1, 5000)}


def test_late_skewed_and_shuffled_events_give_the_profile_of_order(shop: Shop):
    shop.source("web")
    told = []
    for n in range(60):
        # The night of 25 October 2026, when Warsaw's clocks go back at 01:00 UTC.
        at = (
            f"2026-10-25T00:{n:02d}:00Z"
            if n < 30
            else f"2026-10-25T01:{n - 30:02d}:00Z"
        )
        told.append(("a", identify({"n": n}, messageId=f"i{n}", timestamp=at)))
        told.append(
            ("a", {**receipt(f"r{n}", 1), "messageId": f"r{n}", "timestamp": at})
        )
        if n % 20 == 0:
            word = "Withdrawn" if n == 20 else "Granted"
            asked = {"purpose": "marketing", "channel": "sms", "text_version": "1"}
            consent = track(f"Consent {word}", asked, messageId=f"c{n}", timestamp=at)
            told.append(("a", consent))
    in_order = [{**item, **customer("in-order")} for _, item in told]
    shuffled = [
        {**item, **customer("shuffled"), "messageId": "s" + item["messageId"]}
        for _, item in told
    ]
    for item in shuffled:
        if "receipt_id" in item.get("properties", {}):
            item["properties"] = {
                **item["properties"],
                "receipt_id": "s" + item["properties"]["receipt_id"],
            }
    random.Random(7).shuffle(shuffled)
    shop.send("web", *in_order)
    for at in range(0, len(shuffled), 7):
        shop.send("web", *shuffled[at : at + 7])

    one, two = (shop.person(f"customer_id:{who}") for who in ("in-order", "shuffled"))

    assert one["traits"]["n"]["value"] == 59
    assert [told["state"] for told in one["consents"]] == ["granted"]
    for part in ("traits", "computed", "consents", "ledger"):
        assert nameless(one[part]) == nameless(two[part]), part
    lines = [
        [(event["at"], event["name"]) for event in shop.timeline(f"customer_id:{who}")]
        for who in ("in-order", "shuffled")
    ]
    # What happened at one moment stands in the order in which it came.
    assert sorted(lines[0]) == sorted(lines[1])
    for line in lines:
        assert len(line) == len(told)
        assert [at for at, _ in line] == sorted((at for at, _ in line), reverse=True)


def nameless(told):
    """Give what is told without whose it is, and which records told it."""
    if isinstance(told, list):
        return [nameless(one) for one in told]
    if isinstance(told, str):
        return told.replace("shuffled", "in-order")
    if not isinstance(told, dict):
        return told
    names = told.keys() - {"message_id", "offset"}
    return {name: nameless(told[name]) for name in names}


def test_a_skewed_clock_is_corrected_by_when_it_sent(shop: Shop):
    key = shop.source("web")["key"]
    now = time.time()
    iso = lambda s: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(s))  # noqa: E731
    ahead = now + 7200  # the phone's clock is two hours ahead
    body = {
        "sentAt": iso(ahead),
        "batch": [track("X", userId="u", originalTimestamp=iso(ahead - 600))],
    }
    shop.api("POST", "/api/v1/events?wait=applied", body, key)

    event = shop.timeline("user_id:u")[0]

    told = (
        time.mktime(time.strptime(event["at"][:19], "%Y-%m-%dT%H:%M:%S"))
        - time.timezone
    )
    assert abs(told - (now - 600)) < 5
    assert event["time_rule"] == "sent"


def test_message_ids_of_one_source_do_not_suppress_anothers(shop: Shop):
    shop.source("web", "public")
    shop.source("till")
    shop.send("web", track("X", messageId="receipt-1", anonymousId="thief"))

    result = shop.send(
        "till", {**receipt("1", 5), "messageId": "receipt-1", **customer("c")}
    )[0]

    assert result["outcome"] == "stored"
    assert shop.person("customer_id:c")["computed"]["receipts"] == 1


def test_a_public_key_joins_no_known_people_overwrites_nothing_and_reads_nothing(
    shop: Shop,
):
    key = shop.source("web", "public")["key"]
    shop.source("crm")
    for who in ("c1", "c2"):
        mail = f"{who}@shop.example"
        shop.send("crm", identify({"email": mail}, **customer(who, email=mail)))
    before = [card(shop.person(f"customer_id:{who}")) for who in ("c1", "c2")]

    shop.send(
        "web",
        identify(
            {"email": "c2@shop.example"},
            identifiers={"customer_id": "c1", "email": "c2@shop.example"},
            anonymousId="evil",
        ),
        {"type": "alias", "userId": "c1", "previousId": "c2"},
    )

    assert shop.id("customer_id:c1") != shop.id("customer_id:c2")
    after = shop.person("customer_id:c1")
    assert after["traits"]["email"]["value"] == "c1@shop.example"
    assert {one["reason"] for one in after["refused"]} == {"claim"}
    assert card(shop.person("customer_id:c2"))["traits"] == before[1]["traits"]
    for path in (
        "people?identifier=customer_id:c1",
        f"people/{before[0]['person_id']}",
        "sources",
    ):
        shop.api("GET", f"/api/v1/{path}", key=key, status=403)
    shop.api("GET", "/api/v1/sources", key="wrong", status=401)


def test_one_source_flooding_for_one_person_leaves_the_others_quick(
    shop: Shop, figure: Callable[[str, Any], None]
):
    shop.source("noisy")
    shop.source("till", priority=0)

    quiet = at_the_till(shop, "quiet", QUIET_S)
    flood = Apart(
        shop,
        shop.keys["noisy"],
        {f"noise{at}": Call(Noise, DOOR, NOISE_EVERY_S) for at in range(NOISES)},
    )
    flood.start()
    loud = at_the_till(shop, "loud", LOUD_S)
    noise = [answer for answers in flood.finish().values() for answer in answers]
    taken = [one for one in noise if one.status == 200]
    shop.settle()

    offered = len(noise) * Noise.items / (noise[-1].at - noise[0].at)
    for name, value in (
        ("offered for one person, events/s", round(offered)),
        ("of that turned away", f"{turned_away(noise):.0%}"),
        ("of the till's turned away", f"{turned_away(loud):.1%}"),
        ("the till alone, p50 and p99 ms", (p50(quiet), p99(quiet))),
        ("the till beside it, p50 and p99 ms", (p50(loud), p99(loud))),
        ("what was taken of the flood, p50 and p99 ms", (p50(taken), p99(taken))),
    ):
        figure(name, value)
        print(f"{name}: {value}")
    assert offered > 8_000
    # Whoever turned all of it away would leave the till quick, too.
    assert sum(one.items for one in taken) > 1_000
    assert turned_away(quiet) == 0
    # A machine that stalls for seconds has everybody wait; a quiet one nobody.
    assert turned_away(loud) <= (0 if LONG else turned_away(noise) / 2)
    # They share a loop: beside what it takes alone, a till waits for one call of the
    # flood at most, of the sixteen that are always there (tests/collect/test_turns.py).
    assert p50(loud) <= p50(quiet) + p50(taken)
    told = sum(one.items for one in (*quiet, *loud))
    assert shop.outcomes("till")["stored"] == told
    rows = shop.api("GET", "/api/v1/totals")["rows"]
    assert sum(one["objects"] for one in rows) == told


def at_the_till(shop: Shop, name: str, seconds: float) -> list[Answer]:
    """Sell at tills in a process of their own; give what they were answered."""
    calls = {f"{name}{at}": Call(Till, DOOR, TILL_EVERY_S) for at in range(TILLS)}
    tills = Apart(shop, shop.keys["till"], calls)
    tills.start()
    time.sleep(seconds)
    return [answer for answers in tills.finish().values() for answer in answers]


def turned_away(answers: list[Answer]) -> float:
    """Give the share of the calls that were asked to come again."""
    return sum(one.status != 200 for one in answers) / len(answers)


def p50(answers: list[Answer]) -> float:
    return round(median(one.took_ms for one in answers), 1)


def p99(answers: list[Answer]) -> float:
    return round(quantiles((one.took_ms for one in answers), n=100)[98], 1)


@pytest.mark.feature("B9", partly="10,000 events; 98,000 with HABITUE_TORTURE=1")
def test_a_person_of_2000_identifiers_and_many_events_still_reads(shop: Shop):
    shop.source("crm")
    shop.source("web", "public")
    for start in range(0, 2000, 500):
        shop.send(
            "crm",
            *(
                identify(userId="u", identifiers={"user_id": "u", "device_id": f"d{n}"})
                for n in range(start, start + 500)
            ),
        )
    for name, condition in BESET.items():
        shop.api("PUT", f"/api/v1/segments/{name}", {"condition": condition})
    for start in range(0, EVENTS, 2_000):
        shop.send(
            "web",
            *(
                track(
                    "Product Viewed",
                    {"product_id": str(n)},
                    identifiers={"device_id": f"d{n % 2000}"},
                )
                for n in range(start, start + 2000)
            ),
            wait=False,
        )
    shop.settle()

    person = shop.person("user_id:u")

    assert len(person["identifiers"]) == 2001
    assert person["computed"]["events"] == 2_000 + EVENTS
    assert len(shop.timeline("user_id:u", limit=500)) == 500
    assert shop.id("device_id:d1999") == person["person_id"]
    assert warned(person) == ["many_identifiers"]
    assert within(shop, person) == BESET.keys()
    bought = {"order_id": "1", "total": 5, "currency": "EUR"}
    shop.send("crm", track("Order Completed", bought, userId="u"))
    assert within(shop, person) == BESET.keys() - {"never-bought"}
    assert records_of(shop, person) == 2_000 + EVENTS + 1


def within(shop: Shop, person: dict) -> set[str]:
    found = shop.api("GET", f"/api/v1/people/{person['person_id']}/segments")
    return {one["id"] for one in found["segments"]}


def records_of(shop: Shop, person: dict) -> int:
    """Count the records in all that is kept of somebody, as they are given it."""
    status, _, raw = shop.request(
        "POST",
        "/api/v1/privacy/export",
        json.dumps({"person_id": person["person_id"]}).encode(),
        {
            "authorization": f"Bearer {shop.token()}",
            "content-type": "application/json",
        },
    )
    assert status == 200, raw[:500]
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        return packed.read("records.jsonl").count(b"\n")


@pytest.mark.feature("B9")
def test_a_person_beset_by_a_browsers_claims_stays_who_they_are_and_is_warned_of(
    shop: Shop,
):
    shop.source("crm")
    shop.source("web", "public")
    anna = {"email": "anna@example.com"}
    shop.send("crm", identify(anna, userId="anna"))
    quiet = shop.person("user_id:anna")
    for start in range(0, 400, 200):
        shop.send(
            "web",
            *(identify(anna, userId=f"x{n}") for n in range(start, start + 200)),
        )

    person = shop.person("user_id:anna")

    assert warned(quiet) == []
    assert warned(person) == ["many_refusals"]
    assert person["refused_total"] == 400
    assert len(person["refused"]) == 200
    assert person["identifiers"] == quiet["identifiers"]


def warned(person):
    """Give the codes of a person's warnings."""
    return [warning.partition(":")[0] for warning in person["warnings"]]
