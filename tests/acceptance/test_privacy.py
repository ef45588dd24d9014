"""A person asks: everything that is kept, and to be forgotten. K2."""

import json
import os
import sqlite3
import time
import zipfile
from pathlib import Path

import msgspec
import psycopg
import pytest

from habitue.backends.sqlite.truth import SqliteTruth
from habitue.model.certificate import ERASURE, Certificate
from habitue.model.record import RecordKind
from tests.acceptance.shop import Shop, identify, track

pytestmark = [pytest.mark.feature("K2"), pytest.mark.proof("T32")]

SUBJECTS = 1_000 if os.environ.get("HABITUE_TORTURE") else 20
# Stands in all that is told of who is to be erased, and nowhere else.
CANARY = "zqcanary"
SCRUB = "/api/v1/privacy/scrub"


def email(n: int) -> str:
    return f"{CANARY}{n}@person.example"


def in_traits(n: int) -> dict:
    return {"traits": {"email": email(n)}}


def live_through(shop: Shop, n: int) -> list[dict]:
    """One person through all doors; gives the outcomes."""
    device = f"{CANARY}-device-{n}"
    web = shop.send(
        "web",
        # Before anybody knows them: no index of identity has it.
        track("Page Crawled", context={"marked": "bot"}, anonymousId=device),
        track("Product Viewed", {"name": f"{CANARY} socks"}, anonymousId=device),
        identify(
            {"email": email(n), "firstName": CANARY},
            userId=f"{CANARY}-{n}",
            anonymousId=device,
            messageId=f"{CANARY}-m{n}",
        ),
        {"type": "track", "properties": {"email": email(n)}},
        wait=False,
    )
    crm = shop.send(
        "crm",
        identify(
            {"email": email(n), "phone": f"+44 7700 90{n:04}"}, userId=f"{CANARY}-{n}"
        ),
        track(
            "Order Completed",
            {"order_id": f"{CANARY}-o{n}", "total": 20, "currency": "EUR"},
            userId=f"{CANARY}-{n}",
        ),
        # Marked, and kept under somebody else who is known better.
        track(
            "Till Tried",
            {"canary": CANARY},
            userId="k0",
            context={"marked": "staff", **in_traits(n)},
        ),
        # On the shop's tablet, as others.
        track("Store Visited", userId=f"{CANARY}-{n}", anonymousId=f"tablet{n // 20}"),
        wait=False,
    )
    return [*web, *crm]


def others(shop: Shop) -> None:
    for n in range(3):
        shop.send(
            "crm",
            identify({"email": f"keeper{n}@shop.example"}, userId=f"k{n}"),
            track("Store Visited", userId=f"k{n}", anonymousId="tablet0"),
            track(
                "Order Completed",
                {"order_id": f"k{n}", "total": 10, "currency": "EUR"},
                userId=f"k{n}",
            ),
        )


def contacts(folder: Path, count: int, told: str = "") -> Path:
    file = folder / f"contacts{told}.csv"
    rows = [f"{email(n)},{CANARY} {n}{told}" for n in range(count)]
    file.write_text("\n".join(["email,first name", *rows, "nonsense,x", ""]))
    return file


def files_with(folder: Path, text: str) -> list[str]:
    """Name the files that hold a text in any byte of theirs."""
    return [
        path.name
        for path in sorted(folder.rglob("*"))
        if path.is_file() and text.encode() in path.read_bytes()
    ]


def opened(shop: Shop) -> Shop:
    shop.source("web", "public", mode="trusted")
    shop.source("crm")
    others(shop)
    return shop


def sealed_in_copy(shop: Shop) -> None:
    """Wait until the lake's file holds what was told."""
    deadline = time.monotonic() + 60
    while True:
        told = shop.api("GET", "/api/v1/lake")
        if told["ready"] and told["sealed_offset"] == told["offset"]:
            return
        assert time.monotonic() < deadline, told
        time.sleep(0.1)


def test_who_is_erased_leaves_no_byte_in_any_file_and_never_comes_back(
    shop: Shop, tmp_path: Path, figure
):
    opened(shop)
    told = [live_through(shop, n) for n in range(SUBJECTS)]
    file = contacts(tmp_path, SUBJECTS)
    shop.command("import", str(file), "--what", "contacts", "--source", "crm")
    shop.settle()
    keepers = [shop.person(f"user_id:k{n}")["traits"] for n in range(3)]
    sealed_in_copy(shop)
    copied = {"lake.duckdb", "lake.duckdb.wal"}
    assert copied.intersection(files_with(shop.folder, CANARY))
    assert {one["outcome"] for one in told[0]} == {"stored", "quarantined"}
    assert len(shop.timeline("user_id:" + f"{CANARY}-0")) == 6

    certificates = [
        shop.api(
            "POST",
            "/api/v1/privacy/erase",
            {"identifier": f"email:{email(n)}", "reason": f"request {n}"},
        )
        for n in range(SUBJECTS)
    ]

    assert {one["status"] for one in certificates} == {"done"}
    assert {one["records"] for one in certificates} == {8}
    assert {one["quarantined"] for one in certificates} == {1}
    assert {one["purchases"] for one in certificates} == {1}
    assert certificates[0]["spent_minor"] == {"EUR": 2000}
    assert files_with(shop.folder, CANARY) == []
    assert CANARY not in shop.log.read_text()
    assert shop.person(f"email:{email(0)}") is None
    assert [shop.person(f"user_id:k{n}")["traits"] for n in range(3)] == keepers
    assert shop.api("GET", "/api/v1/log/verify")["records"]

    again = [one for n in range(SUBJECTS) for one in live_through(shop, n)]
    for told in (file, contacts(tmp_path, SUBJECTS, " anew")):
        shop.command("import", str(told), "--what", "contacts", "--source", "crm")
    shop.settle()
    came = [one for one in again if one["outcome"] == "stored"]
    assert came == []
    assert {one["reason"] for one in again if one["outcome"] == "refused"} == {
        "suppressed"
    }
    assert shop.person(f"email:{email(0)}") is None
    assert shop.person(f"anonymous_id:{CANARY}-device-0") is None

    assert shop.stop() == 0
    verified = json.loads(shop.command("rebuild", "--verify", "--json"))
    assert verified["equal"] is True
    figure("people erased", SUBJECTS)
    figure("files with a byte of theirs", 0)


def test_everything_about_a_person_is_every_record_and_item_that_names_them(
    shop: Shop, tmp_path: Path
):
    opened(shop)
    for n in range(2):
        live_through(shop, n)
    shop.settle()
    file = tmp_path / "everything.zip"

    shop.command("privacy", "export", f"email:{email(0)}", str(file))

    with zipfile.ZipFile(file) as packed:
        records = [json.loads(line) for line in packed.open("records.jsonl")]
        kept = [json.loads(line) for line in packed.open("quarantine.jsonl")]
        person = json.loads(packed.read("person.json"))
        summary = packed.read("summary.html").decode()
    with sqlite3.connect(f"file:{shop.folder / 'truth.db'}?mode=ro", uri=True) as raw:
        wanted = raw.execute(
            "SELECT offset FROM record WHERE CAST(body AS TEXT) LIKE ?"
            " OR CAST(body AS TEXT) LIKE ? OR CAST(body AS TEXT) LIKE ?",
            (f"%{email(0)}%", f'%"{CANARY}-0"%', f"%{CANARY}-device-0%"),
        ).fetchall()
        broken = raw.execute(
            "SELECT quarantine_id FROM quarantine WHERE CAST(original AS TEXT) LIKE ?",
            (f"%{email(0)}%",),
        ).fetchall()
    assert [one["offset"] for one in records] == [at for (at,) in wanted]
    assert [one["quarantine_id"] for one in kept] == [at for (at,) in broken]
    assert len(records) == 7
    assert person["traits"]["email"]["value"] == email(0)
    assert email(0) in summary
    assert "keeper" not in summary
    assert f"{CANARY}1" not in summary


def test_an_erasure_that_was_begun_is_gone_on_with_at_the_next_start(shop: Shop):
    opened(shop)
    live_through(shop, 0)
    shop.settle()
    shop.stop()
    truth = SqliteTruth(shop.folder / "truth.db")
    offsets = tuple(
        record.offset
        for record in truth.read(0, 1_000)
        if record.kind is RecordKind.EVENT and CANARY.encode() in record.body
    )
    begun = Certificate(
        erasure_id="e1",
        by="anna",
        reason="request 1",
        asked_us=1,
        offsets=offsets,
        quarantine=(1,),
    )
    now_us = truth.read(truth.head() - 1, 1)[0].received_us
    truth.define(ERASURE, "e1", msgspec.json.encode(begun), now_us)
    truth.close()
    assert files_with(shop.folder, CANARY)

    shop.start()

    assert wait_for(lambda: erasures(shop)[0]["status"] == "done")
    assert files_with(shop.folder, CANARY) == []
    assert shop.person(f"email:{email(0)}") is None
    assert shop.api("GET", "/api/v1/log/verify")["records"]


def test_whom_nothing_that_counts_has_named_is_found_by_what_names_them(shop: Shop):
    opened(shop)
    who = {"identifier": f"email:{email(0)}", "reason": "request 1"}
    shop.api("POST", "/api/v1/privacy/erase", who, status=404)
    shop.send(
        "crm",
        {"type": "track", "properties": {"email": email(0)}},
        track("Tried", userId="k0", context={"marked": "staff", **in_traits(0)}),
    )
    assert files_with(shop.folder, CANARY)

    told = shop.api("POST", "/api/v1/privacy/erase", who)

    assert (told["records"], told["quarantined"]) == (1, 1)
    assert files_with(shop.folder, CANARY) == []
    assert shop.send("crm", identify({"email": email(0)}))[0]["outcome"] == "refused"


def test_who_asks_to_may_come_back(shop: Shop):
    opened(shop)
    live_through(shop, 0)
    shop.settle()

    told = json.loads(
        shop.command(
            *("erase", f"email:{email(0)}", "--reason", "request 1"),
            *("--no-suppress", "--json"),
        )
    )
    live_through(shop, 0)
    shop.settle()

    assert told["suppressed"] == 0
    # What was told before stays known by its id: that one is a duplicate.
    assert "Order Completed" in shop.names(f"email:{email(0)}")
    assert shop.api("GET", "/api/v1/privacy/suppressions")["suppressions"] == []


def test_a_suppression_is_found_by_the_identifier_and_lifted(shop: Shop):
    opened(shop)
    live_through(shop, 0)
    shop.settle()
    shop.command("erase", f"email:{email(0)}", "--reason", "request 1")
    refused = shop.send("crm", identify({"email": email(0)}))[0]

    held = json.loads(
        shop.command("privacy", "suppressions", f"email:{email(0)}", "--json")
    )["suppressions"]
    shop.command("privacy", "lift", held[0]["erasure_id"])
    taken = shop.send("crm", identify({"email": email(0)}))[0]

    assert (refused["outcome"], refused["reason"]) == ("refused", "suppressed")
    assert "administrator may lift" in refused["detail"]
    assert shop.outcomes("crm")["refused"] == 1
    assert held[0]["identifiers"] == 4
    assert taken["outcome"] == "stored"
    assert shop.person(f"email:{email(0)}") is not None


def test_a_phone_that_was_passed_on_stays_with_who_has_it_now(shop: Shop):
    opened(shop)
    phone = "+447700900999"
    shop.send("crm", identify({"phone": phone}, userId="zoe", timestamp="2026-01-01"))
    shop.send("crm", identify({"phone": phone}, userId="max", timestamp="2026-02-01"))

    told = shop.api(
        "POST",
        "/api/v1/privacy/erase",
        {"identifier": "user_id:zoe", "reason": "request 1"},
    )
    late = shop.send("crm", identify({"phone": phone}, userId="max"))

    assert told["records"] == 1
    assert shop.person("user_id:zoe") is None
    assert shop.id(f"phone:{phone}") == shop.id("user_id:max") is not None
    # Whose it is now is not kept out.
    assert late[0]["outcome"] == "stored"


def test_a_reason_that_names_the_person_is_refused(shop: Shop):
    opened(shop)
    asked = {"identifier": "user_id:k0", "reason": "keeper0@shop.example wrote"}

    told = shop.api("POST", "/api/v1/privacy/erase", asked, status=422)

    assert "names the person" in told["detail"]
    assert shop.person("user_id:k0") is not None
    assert erasures(shop) == []


@pytest.mark.parametrize("role", ["agent", "analyst"])
def test_only_who_may_erases_and_exports(shop: Shop, role: str):
    opened(shop)
    made = shop.api(
        "POST", "/api/v1/operators", {"name": "eva", "role": role}, status=201
    )
    who = {"identifier": "user_id:k0"}

    for path, body in (
        ("/api/v1/privacy/erase", {**who, "reason": "no"}),
        ("/api/v1/privacy/export", who),
    ):
        shop.api("POST", path, body, key=made["token"], status=403)
    assert shop.person("user_id:k0") is not None


@pytest.mark.postgres
def test_on_postgresql_no_row_holds_it_and_the_other_process_knows(
    tmp_path: Path, postgres_url: str
):
    one = opened(Shop(tmp_path / "one", "--database", postgres_url).start())
    two = Shop(tmp_path / "two", "--database", postgres_url).start()
    two.keys = one.keys
    live_through(one, 0)
    one.settle()
    assert rows_with(postgres_url, CANARY)
    asked = {"identifier": f"email:{email(0)}", "reason": "request 1"}
    assert keyed(two)[0] == 201
    assert keyed(two)[0] == 201

    elsewhere = two.api("POST", "/api/v1/privacy/erase", asked, status=503)
    told = one.api("POST", "/api/v1/privacy/erase", asked)

    assert "Ask that one" in elsewhere["detail"]
    assert told["status"] == "done"
    assert rows_with(postgres_url, CANARY) == []
    # What was answered may be theirs; that it was done is known still.
    status, raw = keyed(two)
    assert (status, b"answer was forgotten" in raw) == (409, True)
    # The rows are empty; what they held lies in the files until these are rewritten.
    assert one.api("GET", SCRUB)["waiting"] == [told["erasure_id"]]
    assert files_with_it(postgres_url, CANARY)
    scrubbed = json.loads(
        one.command("privacy", "scrub", "--json", "--database", postgres_url)
    )
    assert (scrubbed["waiting"], scrubbed["last"]["left"]) == ([], [])
    assert files_with_it(postgres_url, CANARY) == []
    late = identify({"email": email(0)})
    assert wait_for(
        lambda: two.send("crm", late, wait=False)[0].get("reason") == "suppressed"
    )
    two.stop()
    one.stop()
    verified = json.loads(
        one.command("rebuild", "--verify", "--json", "--database", postgres_url)
    )
    assert verified["equal"] is True


def keyed(shop: Shop) -> tuple[int, bytes]:
    """Define a source under an idempotency key; give status and body."""
    headers = {
        "authorization": f"Bearer {shop.token()}",
        "content-type": "application/json",
        "idempotency-key": "0192f3c4-5d6e-7f80-9a1b-000000000001",
    }
    body = json.dumps({"name": "keyed", "kind": "server"}).encode()
    status, _, raw = shop.request("POST", "/api/v1/sources", body, headers)
    return status, raw


def files_with_it(url: str, text: str) -> list[str]:
    """Name the files of the database that hold a text, once all is written to them."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("CHECKPOINT")
        row = db.execute(
            "SELECT current_setting('data_directory'), oid FROM pg_database"
            " WHERE datname = current_database()"
        ).fetchone()
    files = Path(row[0], "base", str(row[1])).iterdir()
    return sorted(one.name for one in files if text.encode() in one.read_bytes())


def rows_with(url: str, text: str) -> list[str]:
    """Name the tables of the database with a row that holds a text."""
    found = []
    with psycopg.connect(url) as db:
        tables = db.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname IN ('truth', 'state')"
        ).fetchall()
        for schema, table in tables:
            rows = db.execute(f'SELECT t::text FROM {schema}."{table}" t').fetchall()
            told = "".join(row for (row,) in rows)
            if text in told or text.encode().hex() in told:
                found.append(f"{schema}.{table}")
    return found


def erasures(shop: Shop) -> list[dict]:
    return shop.api("GET", "/api/v1/privacy/erasures")["erasures"]


def wait_for(holds, seconds=30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_who_is_erased_is_in_no_segment_any_more(shop: Shop) -> None:
    shop.source("crm")
    bought = {"type": "did", "event": "$purchase", "within": {"days": 30}}
    shop.api("PUT", "/api/v1/segments/buyers", {"name": "B", "condition": bought})
    for n in range(3):
        order = {"order_id": f"o{n}", "total": 20, "currency": "EUR"}
        shop.send("crm", track("Order Completed", order, userId=f"u{n}"))
    people = {n: shop.id(f"user_id:u{n}") for n in range(3)}
    assert members(shop) == sorted(people.values())

    shop.api(
        "POST",
        "/api/v1/privacy/erase",
        {"identifier": "user_id:u1", "reason": "asked for it"},
    )

    assert members(shop) == sorted((people[0], people[2]))
    preview = shop.api("POST", "/api/v1/segments/preview", {"condition": bought})
    assert preview["count"] == 2


def members(shop: Shop) -> list[int]:
    told = shop.api("GET", "/api/v1/segments/buyers/members")["members"]
    return sorted(one["person_id"] for one in told)
