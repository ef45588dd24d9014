"""Imports are listed and taken back: by command and API, and in what they leave."""

import csv
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from habitue.app.bulk.format import PATH as BULK
from tests.acceptance import forking
from tests.acceptance.beside import Readers, Tills
from tests.acceptance.shop import Shop, identify, track
from tests.acceptance.wizard import Wizard
from tests.collect.files import test_bombs as bombs

LONG = bool(os.environ.get("HABITUE_TORTURE"))
ROWS = 100_000 if LONG else 3_000
# Every so many rows is bad: three of a hundred.
BAD = 33
# How long others are looked at alone, and what nobody feels in any case.
ALONE_S = 20 if LONG else 1
FELT_MS = 60
HEADERS = {
    "windows-1250": "Imię;Nazwisko;E-mail;Telefon;Miasto;Data urodzenia",
    "windows-1251": "Имя;Фамилия;Электронная почта;Телефон;Город;Дата рождения",
}
NAMES = {
    "windows-1250": ("Świętosława", "Żółć", "Łódź"),
    "windows-1251": ("Светлана", "Щукина", "Ярославль"),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Iterator[Shop]:
    running = Shop(tmp_path_factory.mktemp("imports") / "data").start()
    running.source("crm")
    yield running
    if running.process.poll() is None:
        running.stop()


def write(shop: Shop, name: str, *lines: str) -> Path:
    path = shop.folder.parent / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def take_in(shop: Shop, file: Path, *words: str) -> dict:
    rejects = ("--rejects", str(file) + ".rejects.csv")
    told = json.loads(shop.command("import", str(file), *rejects, *words, "--json"))
    shop.settle()
    return told


def turn(shop: Shop, verb: str, told: dict, *words: str) -> dict:
    why = ("--reason", "the columns were swapped")
    found = shop.command("imports", verb, told["import_id"], *why, *words, "--json")
    shop.settle()
    return json.loads(found)


def card(shop: Shop, identifier: str) -> dict:
    """Give all that is known of a person, without what the clock alone changes."""
    found = shop.person(identifier, at="2030-01-01T00:00:00Z")
    now = shop.person(identifier)
    return {"then": found, "now": {**now, "computed": None}}


def consent(granted: bool, at: str, channel: str = "email") -> dict:
    told = {"purpose": "marketing", "channel": channel, "at": at, "where": "form"}
    return {"consents": [{**told, "granted": granted}]}


def answer(shop: Shop, identifier: str) -> dict:
    found = shop.api("GET", f"/api/v1/people/{shop.id(identifier)}")["consents"]
    return {(one["purpose"], one["channel"]): one["state"] for one in found}


@pytest.mark.feature("A6")
def test_an_undo_brings_back_every_value_as_it_was_before_the_file(shop):
    shop.send(
        "crm",
        identify({"name": "Anna Nowak", "city": "Gdynia"}, userId="anna"),
        identify({"name": "Jan Nowak", "email": "jan@shop.example"}, userId="jan"),
        track(
            "Order Completed",
            {"order_id": "A1", "total": "20.00", "currency": "PLN"},
            userId="anna",
        ),
    )
    before = [card(shop, "user_id:anna"), card(shop, "user_id:jan")]
    file = write(
        shop,
        "swapped.csv",
        "user_id,email,name,city,loyalty_card,consent_email,consent_at,consent_where",
        "anna,jan@shop.example,Kowalska Anna,Sopot,L1,yes,2026-01-05,fair",
        "ewa,ewa@shop.example,Ewa Zych,Hel,L2,yes,2026-01-05,fair",
    )

    told = take_in(shop, file, "--what", "contacts", "--tag", "fair")
    shop.send("crm", track("Viewed", userId="anna"))
    assert shop.person("user_id:anna")["name"] == "Kowalska Anna"
    assert shop.id("user_id:anna") == shop.id("loyalty_card:L1")
    assert shop.id("email:ewa@shop.example") is not None

    undone = turn(shop, "undo", told)

    assert (undone["status"], undone["tags"]) == ("undone", ["fair"])
    assert [shop.id("email:ewa@shop.example"), shop.id("loyalty_card:L1")] == [None] * 2
    assert shop.api("GET", "/api/v1/people/search?text=Zych")["people"] == []
    after = [card(shop, "user_id:anna"), card(shop, "user_id:jan")]
    for was, now in zip(before, after, strict=True):
        for moment in ("then", "now"):
            for part in ("person_id", "traits", "consents", "identifiers", "orders"):
                assert now[moment].get(part) == was[moment].get(part), part


@pytest.mark.feature("A6")
def test_what_is_undone_is_shown_as_undone_and_whoever_asks_finds_who_did_it(shop):
    shop.send("crm", identify({"name": "Ola"}, userId="ola"))
    file = write(shop, "ola.csv", "user_id,name", "ola,Aleksandra")
    told = take_in(shop, file, "--what", "contacts")

    turn(shop, "undo", told)

    shown = {one["import_id"]: one["marked"] for one in shop.timeline("user_id:ola")}
    assert shown == {None: None, told["import_id"]: "undone"}
    listed = shop.api("GET", "/api/v1/imports")["imports"]
    found = next(one for one in listed if one["import_id"] == told["import_id"])
    assert found["file"] == "ola.csv"
    assert found["undone"]["reason"] == "the columns were swapped"
    audit = shop.api("GET", "/api/v1/audit")["entries"]
    assert "imports:undo" in {one["action"] for one in audit}


@pytest.mark.feature("A6")
def test_the_same_file_is_taken_in_anew_after_an_undo_and_redone_it_counts(shop):
    file = write(shop, "again.csv", "user_id,name", "iga,Iga", "ida,Ida")
    first = take_in(shop, file, "--what", "contacts")
    assert take_in(shop, file, "--what", "contacts")["lines"] == {"duplicate": 2}
    turn(shop, "undo", first)
    assert shop.id("user_id:iga") is None

    second = take_in(shop, file, "--what", "contacts")

    assert second["lines"] == {"stored": 2}
    assert take_in(shop, file, "--what", "contacts")["lines"] == {"duplicate": 2}
    turn(shop, "undo", second)
    assert shop.id("user_id:iga") is None
    assert turn(shop, "redo", first)["status"] == "done"
    assert shop.person("user_id:iga")["name"] == "Iga"


@pytest.mark.feature("A6")
def test_a_consent_withdrawn_elsewhere_stays_withdrawn_after_an_undo(shop):
    head = "user_id,email,consent_email,consent_at,consent_where"
    file = write(shop, "yes.csv", head, "zoe,zoe@shop.example,yes,2026-01-05,fair")
    told = take_in(shop, file, "--what", "contacts")
    mine = consent(False, "2026-02-01T00:00:00Z")
    shop.send("crm", {**identify({}, userId="zoe"), "context": mine})
    assert answer(shop, "user_id:zoe")["marketing", "email"] == "withdrawn"

    turn(shop, "undo", told)

    assert answer(shop, "user_id:zoe")["marketing", "email"] == "withdrawn"


@pytest.mark.feature("A6")
def test_an_undo_grants_nothing_that_the_file_withdrew_unless_it_is_told_to(shop):
    head, people = "user_id,email,consent_email,consent_at", ("kaja", "lena")
    for one in people:
        yes = consent(True, "2026-01-01T00:00:00Z")
        told = identify({"email": f"{one}@shop.example"}, userId=one)
        shop.send("crm", {**told, "context": yes})
    lines = [f"{one},{one}@shop.example,no,2026-02-01" for one in people]
    kept = take_in(shop, write(shop, "n1.csv", head, lines[0]), "--what", "contacts")
    wrong = take_in(shop, write(shop, "n2.csv", head, lines[1]), "--what", "contacts")
    states = [answer(shop, f"user_id:{one}")["marketing", "email"] for one in people]
    assert states == ["withdrawn", "withdrawn"]

    undone = turn(shop, "undo", kept)
    turn(shop, "undo", wrong, "--restore-withdrawals")

    states = [answer(shop, f"user_id:{one}")["marketing", "email"] for one in people]
    assert states == ["withdrawn", "granted"]
    assert undone["undone"]["kept_withdrawals"] == 1


@pytest.mark.feature("A6", partly="100,000 rows in the torture alone")
@pytest.mark.proof("I01")
@pytest.mark.parametrize("encoding", HEADERS)
@pytest.mark.parametrize("way", ["command", "page"])
def test_of_a_broken_list_97_of_100_lines_are_in_and_the_rest_is_put_right(
    shop, figure, way, encoding
):
    name = f"{way}-{encoding}"
    file = broken(shop, name, encoding, ROWS)
    take = by_command if way == "command" else by_page
    alone = beside(shop, lambda: time.sleep(ALONE_S))

    meanwhile = beside(shop, lambda: take(shop, file, encoding))

    told = meanwhile.told
    bad = ROWS // BAD
    assert told["lines"] == {"stored": ROWS - bad, "rejected": bad}
    with Path(told["rejects"]).open(newline="", encoding="utf-8") as lines:
        rejected = list(csv.DictReader(lines))
    assert len(rejected) == bad
    assert all(one["_reason"] and one["_line"].isdigit() for one in rejected)
    again = take(shop, mend(Path(told["rejects"]), name), encoding)
    assert again["lines"] == {"stored": bad}
    assert shop.person(f"email:p{BAD}.{name}@shop.example") is not None
    for one in (again, told):
        turn(shop, "undo", one)
    assert shop.person(f"email:p1.{name}@shop.example") is None
    others_felt(meanwhile, alone)
    for who in ("till", "card"):
        figure(f"{name}, {who} beside: p50, p99 ms", getattr(meanwhile, who).told())
        figure(f"{name}, {who} alone: p50, p99 ms", getattr(alone, who).told())
    figure(f"{name}: rows, seconds", f"{ROWS:,}, {meanwhile.seconds:.0f}")


class Beside(NamedTuple):
    """What came of it, and how a till and who reads cards fared meanwhile."""

    told: dict
    till: Tills
    card: Readers
    seconds: float


def beside(shop: Shop, do: Callable[[], Any]) -> Beside:
    """Do something while a till waits for its points and somebody reads cards."""
    known = regulars(shop)
    till, card = Tills(shop, waits=True), Readers(shop, known)
    with ExitStack() as both:
        both.enter_context(till)
        both.enter_context(card)
        began = time.monotonic()
        told = do()
        seconds = time.monotonic() - began
    return Beside(told, till, card, seconds)


def regulars(shop: Shop) -> list[int]:
    """Have some regular customers who bought, and give who they are."""
    names = [f"regular-{number}" for number in range(20)]
    if shop.id("user_id:regular-0") is None:
        bought = {"order_id": "A", "total": "9.00", "currency": "PLN"}
        shop.send(
            "crm",
            *(identify({"name": f"Ola {name}"}, userId=name) for name in names),
            *(
                track("Order Completed", {**bought, "order_id": name}, userId=name)
                for name in names
            ),
        )
    return [shop.id(f"user_id:{name}") for name in names]


def others_felt(meanwhile: Beside, alone: Beside) -> None:
    """Hold what others felt to nothing: all answered, and where it is long in time."""
    till, card = meanwhile.till, meanwhile.card
    assert (till.failed, card.failed) == (0, 0)
    assert sorted(till.outcomes) == ["stored"] * len(till.outcomes)
    if LONG:
        # On a machine that does nothing else.
        assert (till.waited, till.late) == (0, 0)
        for now, before in ((till, alone.till), (card, alone.card)):
            assert now.ms(99) < max(FELT_MS, 3 * before.ms(99)), now.told()


def by_command(shop: Shop, file: Path, source: str) -> dict:
    return take_in(shop, file, "--country", "pl", "--source", source)


def by_page(shop: Shop, file: Path, source: str) -> dict:
    wizard = Wizard(shop)
    import_id = wizard.take_in(file, source)
    shop.settle()
    told = shop.api("GET", f"/api/v1/imports/{import_id}")
    lines = {fate: count for fate, count in told["lines"].items() if count}
    if "rejected" not in lines:
        return {"import_id": import_id, "lines": lines}
    rejects = wizard.rejects(import_id, file.with_name(file.name + ".rejects.csv"))
    return {"import_id": import_id, "lines": lines, "rejects": rejects}


def broken(shop: Shop, name: str, encoding: str, rows: int) -> Path:
    """Write a list of contacts of which each so manyth names nobody."""
    first, last, city = NAMES[encoding]
    lines = [HEADERS[encoding]]
    for at in range(1, rows + 1):
        mail = "" if at % BAD == 0 else f"p{at}.{name}@shop.example"
        lines.append(f"{first};{last} {at};{mail};;{city};1980-01-{at % 28 + 1:02}")
    path = shop.folder.parent / f"broken-{name}.csv"
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path


def mend(rejects: Path, name: str) -> Path:
    """Put the lines of a reject file right, as somebody does in a spreadsheet."""
    with rejects.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    mail, line = 2, rows[0].index("_line")
    for row in rows[1:]:
        row[mail] = f"p{int(row[line]) - 1}.{name}@shop.example"
    path = rejects.with_name("mended-" + rejects.name)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def test_files_that_wait_on_the_page_go_with_the_first_erasure(shop):
    waiting = shop.folder / "uploads" / "a1"
    waiting.mkdir(parents=True)
    told = {"upload_id": "a1", "name": "a.csv", "digest": "", "size_bytes": 1}
    at_us = time.time_ns() // 1_000
    (waiting / "upload.json").write_text(
        json.dumps({**told, "by": "x", "at_us": at_us})
    )
    (waiting / "file").write_text("email\ngone@shop.example\n")
    shop.send("crm", identify({"email": "gone@shop.example"}, userId="gone"))

    body = {"identifier": "user_id:gone", "reason": "request 17"}
    shop.api("POST", "/api/v1/privacy/erase", body)

    assert not waiting.exists()


def test_an_import_ends_with_whoever_began_it_and_says_no_more_for_them(shop):
    tokens = [
        shop.api("POST", "/api/v1/operators", body, status=201)["token"]
        for name in ("ewa", "jan")
        for body in [{"name": name, "role": "administrator"}]
    ]
    wanted = {"source": "crm", "file": "old.jsonl"}
    begun = shop.api("POST", "/api/v1/imports", wanted, key=tokens[0], status=201)
    key = {"authorization": f"Bearer {begun['key']}"}
    told = json.dumps({**identify({"name": "Iza"}, userId="iza"), "messageId": "iza-1"})
    packet = msgspec.msgpack.encode([(None, told.encode())])

    assert shop.request("POST", BULK, packet, key)[0] == 200
    shop.api("PATCH", "/api/v1/operators/ewa", {"disabled": True})

    assert shop.request("POST", BULK, packet, key)[0] == 401
    shop.settle()
    (event,) = shop.timeline("user_id:iza")
    assert event.get("operator") is None
    run = shop.api("GET", f"/api/v1/imports/{begun['import_id']}")
    assert (run["by"], run["status"]) == ("ewa", "running")
    shop.api("POST", f"/api/v1/imports/{begun['import_id']}/end", {"broken": True})


HARM = (
    bombs.many_rows_in_few_bytes, bombs.sheet_that_lies_of_its_size,
    bombs.sheet_with_laughs, bombs.packed_lines, bombs.deep_xml,
)[: 5 if LONG else 3]  # fmt: skip


@pytest.mark.proof("T26")
def test_bombs_beside_a_till_harm_neither_it_nor_the_server(shop, figure):
    shop.source("bombs")
    page = Wizard(shop)
    files = [shop.folder.parent / f"{bomb.__name__}.bomb" for bomb in HARM]
    for bomb, file in zip(HARM, files, strict=True):
        file.write_bytes(bomb(shop.folder.parent / "made.parquet"))
    calm = Tills(shop)
    with calm:
        time.sleep(2)
    before = memory_mb(shop, "VmRSS")
    worst = Tills(shop)

    with worst:
        for file in files:
            done = forking.run(
                ["import", str(file), "--source", "bombs", "--data", str(shop.folder)],
                shop.starts + 1,
            )
            assert "Traceback" not in done.stderr
            assert page.look(file) in {200, 422}

    figure("till beside bombs: p99, slowest", f"{worst.ms(99)}, {worst.most_ms()} ms")
    figure("till alone: p99, slowest", f"{calm.ms(99)}, {calm.most_ms()} ms")
    grown = memory_mb(shop, "VmHWM") - before
    figure("the server grew by", f"{grown} MB")
    assert (worst.failed, worst.waited) == (0, 0)
    assert sorted(worst.outcomes) == ["stored"] * len(worst.outcomes)
    assert grown < 200
    assert shop.outcomes("bombs")["stored"] == 0


def memory_mb(shop: Shop, what: str) -> int:
    status = Path("/proc", str(shop.process.pid), "status").read_text()
    return int(re.search(rf"{what}:\s+(\d+)", status)[1]) // 1024


@pytest.mark.feature("A6")
def test_a_rebuild_finds_all_of_it_the_same(shop):
    assert shop.stop() == 0

    told = json.loads(shop.command("rebuild", "--verify", "--json"))

    assert told["equal"] is True
