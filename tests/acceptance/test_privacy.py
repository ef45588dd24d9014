"""A person asks: everything that is kept, and to be forgotten. K2."""

import json
import os
import sqlite3
import zipfile
from pathlib import Path

import msgspec
import pytest

from habitue.backends.postgres.truth import PostgresTruth
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import DAY_US, SystemClock
from habitue.log.port import Entry
from habitue.model.certificate import ERASURE, Certificate
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.model.record import RecordKind
from tests.acceptance.database import files_with_it, rows_with
from tests.acceptance.forgotten import (
    CANARY,
    contacts,
    email,
    erasures,
    files_with,
    in_traits,
    live_through,
    opened,
    sealed_in_copy,
    wait_for,
)
from tests.acceptance.shop import Shop, identify, track

pytestmark = [pytest.mark.feature("K2"), pytest.mark.proof("T32")]

SUBJECTS = 1_000 if os.environ.get("HABITUE_TORTURE") else 20
SCRUB, ERASE = "/api/v1/privacy/scrub", "/api/v1/privacy/erase"
MADE = "/api/v1/sources", {"name": "keyed", "kind": "server"}
# Stands in a visit of long ago.
VISITED = "zqvisited"


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


@pytest.mark.postgres
def test_on_postgresql_no_row_holds_it_and_the_other_process_knows(
    tmp_path: Path, postgres_url: str
):
    visit_of_old(postgres_url)
    one = opened(Shop(tmp_path / "one", "--database", postgres_url).start())
    two = Shop(tmp_path / "two", "--database", postgres_url).start()
    two.keys = one.keys
    live_through(one, 0)
    one.settle()
    assert rows_with(postgres_url, CANARY)
    asked = {"identifier": f"email:{email(0)}", "reason": "request 1"}
    assert keyed(two, *MADE)[0] == 201
    assert keyed(two, *MADE)[0] == 201

    elsewhere = two.api("POST", "/api/v1/privacy/erase", asked, status=503)
    told, again = (json.loads(keyed(one, ERASE, asked)[1]) for _ in range(2))

    assert "Ask that one" in elsewhere["detail"]
    # A certificate names nobody, so it is kept.
    assert told == again
    assert told["status"] == "done"
    assert rows_with(postgres_url, CANARY) == []
    # What was answered may be theirs; that it was done is known still.
    status, raw = keyed(two, *MADE)
    assert (status, b"answer was forgotten" in raw) == (409, True)
    # The rows are empty; what they held lies in the files until these are rewritten.
    expire(one)
    waits = one.api("GET", SCRUB)
    assert (waits["waiting"], waits["expired"]) == ([told["erasure_id"]], ["visits"])
    assert files_with_it(postgres_url, CANARY)
    assert files_with_it(postgres_url, VISITED)
    scrubbed = json.loads(
        one.command("privacy", "scrub", "--json", "--database", postgres_url)
    )
    assert (scrubbed["waiting"], scrubbed["last"]["left"]) == ([], [])
    assert scrubbed["expired"] == []
    assert files_with_it(postgres_url, CANARY) == []
    assert files_with_it(postgres_url, VISITED) == []
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


def visit_of_old(postgres_url: str) -> None:
    """Put a visit of long ago into a log that nobody has opened yet."""
    event = Event(
        type="page",
        name="Article",
        at_us=0,
        identifiers=(Identifier("user_id", "old"),),
        properties={"url": f"https://shop.example/{VISITED}"},
    )
    entry = Entry(source="web", message_id="old", body=msgspec.json.encode(event))
    truth = PostgresTruth(postgres_url)
    truth.commit([entry], SystemClock().now_us() - 200 * DAY_US)
    truth.close()


def expire(shop: Shop) -> None:
    """Have it expire."""
    path = "/api/v1/privacy/retention"
    shop.api("PUT", f"{path}/visits", {"days": 90, "types": ["page"]})
    assert shop.api("POST", f"{path}/run", {}) == {"expired": {"visits": 1}}


def keyed(shop: Shop, path: str, body: dict) -> tuple[int, bytes]:
    """Send something under an idempotency key; give status and body."""
    headers = {
        "authorization": f"Bearer {shop.token()}",
        "content-type": "application/json",
        "idempotency-key": f"0192f3c4-5d6e-7f80-9a1b-{len(path):012}",
    }
    status, _, raw = shop.request("POST", path, json.dumps(body).encode(), headers)
    return status, raw
