"""The moments of the demo: each says what happens, does it, and checks the numbers."""

import hashlib
import json
import time
from decimal import Decimal
from typing import Any

import duckdb
from rich.progress import Progress

from habitue.app.calling.export_files import write_exports
from habitue.app.calling.importing import Importer
from habitue.collect.files import ImportPlan
from habitue.demo.history import ANNA, SOURCE, history_plan
from habitue.demo.saying import FATES, money, track, wait_applied
from habitue.demo.stage import Stage

LINES = 541_909
SALES, UNKNOWN = 1_065_562_248, 174_421_458
ANNA_NET, ANNA_ORDERS, ANNA_RETURNS = 218_731, 8, 2
BROWSER, APP, TABLET = "demo-browser-7f", "demo-app-7f", "demo-tablet"


def install(stage: Stage) -> None:
    """0:00: the whole history of the shop comes in."""
    stage.client().post(
        "/api/v1/sources",
        {
            "name": SOURCE,
            "kind": "server",
            "historical": True,
            "timeZone": "Europe/London",
        },
    )
    plan = history_plan(stage.clock.now_us())
    summary = _import(stage, plan)
    fates = summary.lines
    stage.say(
        "%(total)s lines: %(lines)s = %(stored)s stored + %(duplicate)s duplicate +"
        " %(quarantined)s quarantined + %(refused)s refused   (%(seconds)s s,"
        " %(events)s events)",
        total=summary.lines_total,
        lines=LINES,
        **{fate: fates[fate] for fate in FATES},
        seconds=round(summary.seconds, 1),
        events=summary.items["stored"],
    )
    stage.check("lines with an outcome", summary.lines_total, LINES)
    stage.check("lines stored", fates["stored"], LINES)
    wait_applied(stage)


def _import(stage: Stage, plan: ImportPlan) -> Any:
    told = stage.narrator.language
    label = told.say("%(lines)s lines of real purchases", lines=told.number(LINES))
    with Progress(console=stage.narrator.console, transient=True) as bar:
        task = bar.add_task(label, total=LINES)
        return Importer(stage.client(), SOURCE).run(
            plan, None, lambda done, _: bar.update(task, completed=done)
        )


def unknown_share(stage: Stage) -> None:
    """0:40: what the shop did not know."""
    rows = stage.client().get("/api/v1/totals")["rows"]
    sales = [row for row in rows if row["kind"] == "receipt" and not row["simulated"]]
    total = sum(row["amount_minor"] for row in sales)
    unknown = sum(row["amount_minor"] for row in sales if not row["known_buyer"])
    stage.check("sales in pence", total, SALES)
    stage.check("sales without a known buyer", unknown, UNKNOWN)
    known = Decimal(total - unknown) * 100 / total
    stage.say(
        "sales %(sales)s on %(invoices)s invoices",
        sales=money(stage, total),
        invoices=sum(row["objects"] for row in sales),
    )
    stage.say(
        "known buyer: %(share)s of sales; %(unknown)s came from nobody knows whom",
        share=f"{stage.narrator.language.number(round(float(known), 1))} %",
        unknown=money(stage, unknown),
    )
    stage.check("identified share", f"{known:.1f}", "83.6")


def stranger(stage: Stage) -> None:
    """1:10: somebody looks for a cake stand; nobody knows who."""
    stage.source("marigold-web", "public")
    stage.source("marigold-app", "public")
    stand = {"product_id": "22423", "name": "REGENCY CAKESTAND 3 TIER"}
    items = [
        track("Products Searched", {"query": "cake stand"}),
        track("Product Compared", {"products": [stand, {"product_id": "22624"}]}),
        *(track("Review Read", {**stand, "review_id": f"r{n}"}) for n in (1, 2, 3)),
        track("Stock Checked", {**stand, "store_id": "old-market"}),
    ]
    for item in items:
        _, took_ms = stage.send("marigold-web", {**item, "anonymousId": BROWSER})
        query = item["properties"].get("query", "")
        stage.narrator.show(f"  {item['event']:<20} {query:<12} {took_ms:.0f} ms")
    person = stage.person(f"anonymous_id:{BROWSER}")
    stage.check("traits of a stranger", person["traits"], {})
    stage.check("signs of the stranger", len(stage.timeline(person["person_id"])), 6)
    stage.say(
        "an unknown visitor, person %(person)s, interested in a cake stand",
        person=str(person["person_id"]),
    )


def sign_in(stage: Stage) -> None:
    """2:00: she signs in, and eight real orders appear beneath today's clicks."""
    stage.source("marigold-crm", "server")
    stage.send(
        "marigold-crm",
        {
            "type": "identify",
            "identifiers": {
                "customer_id": ANNA,
                "email": "anna@marigold.example",
                "phone": "+442079460862",
                "loyalty_card": "MG-4711",
            },
            "traits": {"firstName": "Anna", "lastName": "Nowak", "tier": "gold"},
        },
    )
    told = {"type": "identify", "identifiers": {"customer_id": ANNA}}
    _, took_ms = stage.send("marigold-web", {**told, "anonymousId": BROWSER})
    stage.send("marigold-app", {**told, "anonymousId": APP})
    anna = stage.person(f"anonymous_id:{BROWSER}")
    stage.say(
        "joined in %(took_ms)s ms: device %(device)s is %(name)s, who signed in",
        took_ms=round(took_ms),
        device=BROWSER,
        name=anna["name"],
    )
    for edge in anna["joined"][:3]:
        stage.say("why joined: %(sentence)s", sentence=edge["sentence"])
    orders = [
        one for one in anna["orders"] if one["kind"] == "receipt" and one["counted"]
    ]
    returns = [one for one in anna["orders"] if one["kind"] == "return"]
    net = sum(o["amount_minor"] for o in orders) - sum(
        o["amount_minor"] for o in returns
    )
    stage.check("Anna's orders", len(orders), ANNA_ORDERS)
    stage.check("Anna's returns", len(returns), ANNA_RETURNS)
    stage.check("Anna's net revenue in pence", net, ANNA_NET)
    stage.check(
        "Anna by phone",
        stage.person("phone:+442079460862")["person_id"],
        anna["person_id"],
    )
    names = [event["name"] for event in stage.timeline(anna["person_id"])]
    stage.check("her search is on her card", "Products Searched" in names, True)
    stage.say(
        "her card: %(orders)s orders, %(returns)s returns, %(net)s net",
        orders=len(orders),
        returns=len(returns),
        net=money(stage, net),
    )


def cash_man(stage: Stage) -> None:
    """5:20: three receipts without a name, then a loyalty card: they come home."""
    stage.source("till-station", "server", timeZone="Europe/London")
    token = {"identifiers": {"card_token": "tok-cash-man"}}
    for number, total in (("0869", "4.50"), ("0870", "12.00"), ("0871", "7.95")):
        receipt = {
            "receipt_id": f"412-{number}",
            "store_id": "station",
            "total": total,
            "currency": "GBP",
            "products": [{"product_id": "m1", "quantity": 1, "price": total}],
        }
        stage.send("till-station", {**track("Receipt Issued", receipt), **token})
    nobody = stage.person("card_token:tok-cash-man")
    stage.say(
        "three receipts of somebody, person %(person)s",
        person=str(nobody["person_id"]),
    )
    enrol = track("Loyalty Enrolled", {"program_id": "marigold", "card_id": "MG-9001"})
    both = {"card_token": "tok-cash-man", "loyalty_card": "MG-9001"}
    _, took_ms = stage.send("till-station", {**enrol, "identifiers": both})
    member = stage.person("loyalty_card:MG9001")
    receipts = [one for one in member["orders"] if one["kind"] == "receipt"]
    stage.check("receipts that came home", len(receipts), 3)
    paid = sum(one["amount_minor"] for one in receipts)
    stage.check("their sum in pence", paid, 2_445)
    stage.say(
        "enrolled in %(took_ms)s ms: three receipts come home, %(paid)s",
        took_ms=round(took_ms),
        paid=money(stage, paid),
    )


def piotr(stage: Stage) -> None:
    """6:40: two people on one tablet, merged by hand, un-merged exactly."""
    stage.source("tablet", "public")
    customer = {"customer_id": "piotr-2", "email": "piotr@marigold.example"}
    stage.send(
        "marigold-crm",
        {"type": "identify", "identifiers": customer, "traits": {"firstName": "Piotr"}},
    )
    for who in (ANNA, "piotr-2"):
        told = {"type": "identify", "identifiers": {"customer_id": who}}
        stage.send("tablet", {**told, "anonymousId": TABLET})
        look = track("Product Viewed", {"product_id": "22423"})
        stage.send("tablet", {**look, "anonymousId": TABLET})
    before = _cards(stage)
    stage.check(
        "two people on one tablet", len({card["person_id"] for card in before}), 2
    )
    merged = stage.client().post(
        "/api/v1/people/merge",
        {
            "left": before[0]["person_id"],
            "right": before[1]["person_id"],
            "reason": "a colleague tidies up",
        },
    )
    stage.check("one card", len({card["person_id"] for card in _cards(stage)}), 1)
    stage.say("merged: one card")
    stage.client().post(
        f"/api/v1/commands/{merged['command']}/undo", {"reason": "wrong"}
    )
    after = _cards(stage)
    stage.check("un-merged: identical to before", _hash(after), _hash(before))
    stage.say(
        "un-merged: two cards, identical to before, hash %(hash)s",
        hash=_hash(after)[:16],
    )


def _cards(stage: Stage) -> list[dict[str, Any]]:
    cards = [stage.person(f"customer_id:{who}") for who in (ANNA, "piotr-2")]
    # When it was read is the one thing about a card that may differ.
    return [{k: v for k, v in card.items() if k != "as_of"} for card in cards]


def _hash(cards: list[dict[str, Any]]) -> str:
    return hashlib.sha256(json.dumps(cards, sort_keys=True).encode()).hexdigest()


def leave(stage: Stage) -> None:
    """9:40: everything out, in files that others read."""
    folder = stage.folder / "export"
    began = time.perf_counter()
    sizes = write_exports(stage.client(), folder, "parquet")
    took_s = time.perf_counter() - began
    path = str(folder / "events.parquet")
    count = duckdb.execute("SELECT count(*) FROM read_parquet($1)", [path]).fetchone()
    events = sizes["events"]
    stage.check("events read by somebody else's tool", count, (events,))
    size = sum(file.stat().st_size for file in folder.iterdir())
    stage.say(
        "%(events)s events, %(people)s people: %(size)s bytes, %(seconds)s s",
        events=events,
        people=sizes["people"],
        size=size,
        seconds=round(took_s, 1),
    )
    stage.say("duckdb reads it; now it is yours")
