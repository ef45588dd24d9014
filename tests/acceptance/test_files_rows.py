"""Files of shops as they are, by the command line, and folders that are watched."""

import csv
import json
import re
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance import forking
from tests.acceptance.shop import Shop

FILES = Path(__file__).parent.parent / "data" / "files"
PATIENCE_S = 60
ROWS = 6_000
# Every so many rows of the contacts is bad: three of a hundred.
BAD = 33


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A shop in Warsaw that looks at its folders every second."""
    monkeypatch.setenv("HABITUE_SHOP__TIME_ZONE", "Europe/Warsaw")
    monkeypatch.setenv("HABITUE_WATCH__LOOK_S", "1")
    monkeypatch.setenv("HABITUE_WATCH__SETTLE_S", "2")
    running = Shop(tmp_path / "data").start()
    yield running
    if running.process.poll() is None:
        running.stop()


def imported(shop, file, *words):
    """Import a file; give what the command says of it."""
    rejects = ("--rejects", str(shop.folder.parent / "rejects.csv"))
    told = json.loads(shop.command("import", str(file), *rejects, *words, "--json"))
    shop.settle()
    return told


def rejected(shop):
    with (shop.folder.parent / "rejects.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def wait_for(true, what):
    deadline = time.monotonic() + PATIENCE_S
    while not (found := true()):
        assert time.monotonic() < deadline, what
        time.sleep(0.1)
    return found


# -- files as they are ----------------------------------------------------------------


@pytest.mark.feature("A8")
def test_one_days_receipts_are_the_same_however_the_file_is_written(shop):
    pos = ("--source", "pos", "--country", "pl")

    first = imported(shop, FILES / "receipts-cp1250-semicolon-comma-decimal.csv", *pos)
    unicode = imported(shop, FILES / "receipts-utf8-bom-semicolon.csv", *pos)
    plain = imported(shop, FILES / "receipts-utf8-comma-iso.csv", *pos)

    assert first["lines"] == {"stored": 4}
    assert unicode["lines"] == plain["lines"] == {"duplicate": 4}
    anna = shop.person("loyalty_card:LOY-123")
    assert anna["computed"]["revenue"]["PLN"]["net"] == 10_990
    assert shop.id("phone:+48600100200") == anna["person_id"]
    [receipt] = [
        e for e in shop.timeline("loyalty_card:LOY-123") if "Issued" in e["name"]
    ]
    assert receipt["properties"]["products"][0]["name"] == 'Trampki "Łódź" 42'


@pytest.mark.feature("A8")
def test_each_line_of_a_broken_file_is_taken_or_named_with_its_reason(shop):
    told = imported(shop, FILES / "receipts-broken.csv", "--constant", "currency=PLN")

    assert told["lines"] == {"stored": 2, "rejected": 4}
    reasons = {int(row["_line"]): row["_reason"] for row in rejected(shop)}
    assert reasons == {
        3: "total: 'abc' is no amount; write it like 1234.56.",
        4: "The line has 2 cells, the header 4.",
        5: "The line is empty.",
        7: "The line has 5 cells, the header 4.",
    }


@pytest.mark.feature("A6")
@pytest.mark.feature("A8")
def test_orders_and_invoices_come_home_to_one_customer_and_count_once(shop):
    erp = ("--source", "erp", "--country", "pl")

    assert imported(shop, FILES / "orders.xlsx", *erp)["lines"] == {"stored": 2}
    for name in ("invoice-2.1.xml", "fa3-b2b-invoice.xml", "orders-d96a.edi"):
        assert imported(shop, FILES / name, *erp)["lines"] == {"stored": 1}
    report = imported(
        shop, FILES / "slsrpt-d96a.edi", *erp, "--constant", "currency=PLN"
    )
    assert report["lines"] == {"stored": 1}

    names = shop.names("email:anna.nowak@example.com")
    assert sorted(names) == ["Invoice Issued", "Invoice Issued", "Order Completed"]
    # Invoices of an order are paper: its money is the order's alone.
    anna = shop.person("email:anna.nowak@example.com")
    assert anna["computed"]["revenue"]["PLN"]["net"] == 23_980
    rows = shop.api("GET", "/api/v1/totals")["rows"]
    assert {(row["kind"], row["amount_minor"]) for row in rows} == {
        ("order", 23_980 + 2_997 + 19_496)
    }

    # As Meta exports them: known by its columns, with 'p:' before the phone.
    leads = imported(shop, FILES / "meta-lead-ads-export.csv", "--source", "leads")
    assert leads["lines"] == {"stored": 1}
    anna = shop.person("email:anna.nowak@example.com")
    assert anna["person_id"] == shop.id("phone:+48600100200")
    traits = {name: told["value"] for name, told in anna["traits"].items()}
    assert (traits["name"], traits["city"]) == ("Anna Nowak", "Warszawa")
    assert traits["phone"] == "+48600100200"


def test_every_file_of_the_shops_goes_through_a_test_of_these():
    told = Path(__file__).read_text("utf-8")
    files = {path.name for path in FILES.iterdir()} - {"MANIFEST.md"}

    assert len(files) == 10
    assert [name for name in files if name not in told] == []


# By encoding: the header, a city, and the word for yes.
CONTACTS = {
    "cp1250": (
        "E-mail;Imię;Nazwisko;Miasto;Zgoda e-mail;Data zgody;Źródło zgody",
        *("Łódź", "tak"),
    ),
    "cp1251": (
        "Почта;Имя;Фамилия;Город;Согласие e-mail;Дата согласия;Источник согласия",
        *("Алматы", "да"),
    ),
}


@pytest.mark.feature("A6")
@pytest.mark.parametrize("encoding", CONTACTS)
def test_contacts_in_old_letters_come_in_but_for_the_bad_ones(shop, tmp_path, encoding):
    path = tmp_path / "contacts.csv"
    header, city, yes = CONTACTS[encoding]
    with path.open("w", encoding=encoding, newline="") as file:
        file.write(header + "\r\n")
        for at in range(ROWS):
            when = "31.02.2026" if at % BAD == 0 else "3.02.2026"
            file.write(f"c{at}@post.example;A;B;{city};{yes};{when};{city}\r\n")
    bad = len(range(0, ROWS, BAD))

    told = imported(shop, path, "--source", "crm")

    assert told["lines"] == {"stored": ROWS - bad, "rejected": bad}
    assert shop.person("email:c1@post.example")["traits"]["city"]["value"] == city
    rows = rejected(shop)
    assert [int(row["_line"]) for row in rows] == list(range(2, ROWS + 2, BAD))
    assert "'31.02.2026' is no date" in rows[0]["_reason"]

    mended = tmp_path / "mended.csv"
    text = (tmp_path / "rejects.csv").read_text("utf-8")
    mended.write_text(text.replace("31.02.2026", "28.02.2026"), "utf-8")
    again = imported(shop, mended, "--source", "crm")

    assert again["lines"] == {"stored": bad}
    assert shop.person("email:c0@post.example")["traits"]["city"]["value"] == city


@pytest.mark.feature("A6")
def test_a_dry_run_shows_columns_events_and_problems_and_sends_nothing(shop):
    told = json.loads(
        shop.command(
            *("import", str(FILES / "receipts-broken.csv"), "--dry-run", "--json"),
            *("--constant", "currency=PLN"),
        )
    )

    assert told["columns"]["receipt_no"] == {"field": "receipt_id", "certainty": 95}
    assert told["events"] == 1
    assert told["first"][0]["event"] == "Receipt Issued"
    assert [one["line"] for one in told["problems"]] == [3, 4, 5, 7]
    assert told["encoding"] == "utf-8"
    assert "decimal point" in " ".join(told["assumptions"])
    sources = shop.api("GET", "/api/v1/sources")["sources"]
    # What has no key is ours, as what the log says of the shop.
    assert [one["name"] for one in sources if one["keys"]] == []


def leads(path, *rows):
    header = "Kto;Skąd;Kiedy\n"
    path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="cp1250")


@pytest.mark.feature("A6")
def test_a_kept_mapping_reads_the_next_file_without_asking(shop, tmp_path):
    path, rules = tmp_path / "leads.csv", tmp_path / "leads.toml"
    rules.write_text(
        'kind = "contacts"\ndate_order = "dmy"\nencoding = "windows-1250"\n'
        '[columns]\n"Kto" = "email"\n"Skąd" = "city"\n"Kiedy" = "date"\n'
    )
    leads(path, "a@post.example;Łódź;1/2/2026")
    words = ("--source", "fair")
    imported(shop, path, *words, "--mapping", str(rules), "--save-mapping", "leads")

    # Neither its letters, nor its columns, nor its dates could be told by this alone.
    leads(path, "b@post.example;Chełm;3/2/2026")
    told = imported(shop, path, *words)

    assert told["lines"] == {"stored": 1}
    assert shop.person("email:b@post.example")["traits"]["city"]["value"] == "Chełm"
    [event] = shop.timeline("email:b@post.example")
    assert event["at"].startswith("2026-02-02T23:00")
    [kept] = shop.api("GET", "/api/v1/sources/fair/mappings")["mappings"]
    assert (kept["name"], kept["headers"]) == ("leads", ["Kto", "Skąd", "Kiedy"])

    shop.api("DELETE", "/api/v1/sources/fair/mappings/leads")
    assert "don't tell" in shop_says(shop, "import", str(path), *words)


def shop_says(shop, *words):
    """Run a command that fails; give what it says of it."""
    done = forking.run([*words, "--data", str(shop.folder)], shop.starts + 1)
    assert done.returncode == 1
    return done.stderr


# -- watched folders ------------------------------------------------------------------


def watch(shop, *words):
    return json.loads(shop.command("watch", "add", "pos", "pos", *words, "--json"))


def incoming(shop):
    return wait_for(
        lambda: (found := shop.folder / "incoming" / "pos").is_dir() and found,
        "the folder was not made",
    )


def watched(shop):
    [one] = shop.api("GET", "/api/v1/watches")["watches"]
    return one


def landed(shop, name):
    """Wait until a file has landed and lies in done/."""
    path = shop.folder / "incoming" / "pos" / "done" / name
    wait_for(path.exists, f"{name} did not land: {watched(shop)}")
    return watched(shop)["last"]


RECEIPTS = FILES / "receipts-utf8-comma-iso.csv"


@pytest.mark.feature("A16")
def test_the_nights_file_lands_once_whatever_happens(shop):
    watch(shop, "--pattern", "*.csv")
    folder = incoming(shop)
    shutil.copy(RECEIPTS, folder / "night.csv")

    last = landed(shop, "night.csv")
    assert (last["lines"], last["events"]) == ({"stored": 4}, 4)

    # The same content again, by another name, and after a restart and a kill.
    for name, end in (("again.csv", shop.stop), ("restarted.csv", shop.kill)):
        shutil.copy(RECEIPTS, folder / name)
        landed(shop, name)
        end()
        shop.start()
    shutil.copy(RECEIPTS, folder / "killed.csv")
    landed(shop, "killed.csv")

    assert shop.outcomes("pos") == {
        "received": 4,
        "stored": 4,
        "duplicate": 0,
        "quarantined": 0,
        "refused": 0,
    }
    assert watched(shop)["files"] == 1
    assert shop.stop() == 0


@pytest.mark.feature("A16")
def test_a_half_written_file_is_not_read(shop):
    watch(shop)
    folder = incoming(shop)
    text = RECEIPTS.read_bytes()
    under_way = folder / "other.csv.part"
    under_way.write_bytes(text)

    with (folder / "slow.csv").open("wb") as file:
        for at in range(0, len(text), 120):
            file.write(text[at : at + 120])
            file.flush()
            time.sleep(1)
            assert not (folder / "done").exists()
            assert watched(shop)["files"] == 0

    assert landed(shop, "slow.csv")["lines"] == {"stored": 4}
    assert under_way.exists()
    under_way.rename(folder / "other.csv")
    landed(shop, "other.csv")
    assert shop.outcomes("pos")["received"] == 4


@pytest.mark.feature("A16")
def test_a_file_that_did_not_come_by_its_hour_alarms_until_it_comes(shop):
    due = datetime.now(UTC) + timedelta(seconds=8)
    local = due.astimezone().astimezone(tz=zone())
    made = watch(shop, "--expect", local.strftime("%H:%M:%S"))
    assert made["missing"] is False

    wait_for(lambda: watched(shop)["missing"], "no alarm")

    assert datetime.now(UTC) > due - timedelta(seconds=1)
    since = datetime.fromisoformat(watched(shop)["missing_since"])
    assert abs(since - due) < timedelta(seconds=2)
    assert 'habitue_watch_missing{watch="pos"} 1.0' in metrics(shop)
    listed = " ".join(shop.command("watch", "list").split())
    assert "MISSING" in listed
    page = live_page(shop)
    assert "Files that did not come" in page
    # The hour itself, as the shop reads it.
    assert re.search(f"no file came by [^<]*{local:%H:%M}", page)
    assert re.search(f"due [^<]*{local:%H:%M}", page)
    wait_for(lambda: "no file came to 'pos' by" in shop.log.read_text(), "no log line")

    shutil.copy(RECEIPTS, incoming(shop) / "late.csv")
    landed(shop, "late.csv")

    assert watched(shop)["missing"] is False
    page = live_page(shop)
    assert "Files that did not come" not in page
    assert "no file came by" not in page
    assert 'habitue_watch_missing{watch="pos"} 0.0' in metrics(shop)
    wait_for(lambda: "the missing file has come" in shop.log.read_text(), "not cleared")


def zone():
    from zoneinfo import ZoneInfo

    return ZoneInfo("Europe/Warsaw")


def live_page(shop):
    link = shop.api("POST", "/api/v1/sessions/start-link", {}, status=201)["link"]
    _, headers, _ = shop.request("GET", link.partition(str(shop.port))[2])
    cookie = headers["set-cookie"].partition(";")[0]
    return shop.request("GET", "/console", headers={"cookie": cookie})[2].decode()


def metrics(shop):
    return shop.request("GET", "/metrics")[2].decode()


@pytest.mark.feature("A16")
def test_a_file_that_can_not_be_used_is_put_aside_with_the_reason(shop):
    watch(shop, "--expect", "23:59", "--constant", "currency=PLN")
    folder = incoming(shop)
    (folder / "nonsense.csv").write_text("a;b\n1;2\n")
    shutil.copy(FILES / "receipts-broken.csv", folder / "broken.csv")

    last = landed(shop, "broken.csv")
    assert last["lines"] == {"stored": 2, "rejected": 4}
    with (folder / "done" / "broken.csv.rejects.csv").open(newline="") as file:
        assert [row["_line"] for row in csv.DictReader(file)] == ["3", "5", "4", "7"]

    wait_for((folder / "failed" / "nonsense.csv").exists, "not put aside")
    why = (folder / "failed" / "nonsense.csv.reason.txt").read_text()
    assert "don't tell what this file holds" in why
    assert watched(shop)["last_failed"]["reason"] == why.strip()


@pytest.mark.feature("A16")
def test_a_kill_amid_a_file_loses_no_line_and_counts_none_twice(shop, tmp_path):
    lines = 12_000
    watch(shop)
    folder = incoming(shop)
    path = tmp_path / "big.csv"
    with path.open("w") as file:
        file.write("receipt_id,date,total,currency\n")
        for at in range(lines):
            file.write(f"R{at},2026-11-23T10:00:00Z,1.00,PLN\n")
    shutil.move(path, folder / "big.csv")

    def under_way():
        sources = shop.api("GET", "/api/v1/sources")["sources"]
        return any(one["outcomes"]["stored"] > 1000 for one in sources)

    wait_for(under_way, "it did not begin")
    shop.kill()
    assert (folder / "big.csv").exists()
    shop.start()
    last = landed(shop, "big.csv")

    assert sum(last["lines"].values()) == lines
    shop.settle()
    [row] = shop.api("GET", "/api/v1/totals")["rows"]
    assert (row["objects"], row["amount_minor"]) == (lines, lines * 100)
    assert shop.outcomes("pos")["stored"] == lines


def test_no_watch_leads_out_of_the_folder_for_watches(shop, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "a.csv").write_text("email\nanna@post.example\n")
    told = {"source": "pos", "folder": "../../secret"}
    shop.api("PUT", "/api/v1/watches/pos", told, status=422)
    shop.api("PUT", "/api/v1/watches/pos", {**told, "folder": str(secret)}, status=422)

    # Nor by a link that is put there later.
    watch(shop)
    folder = incoming(shop)
    folder.rmdir()
    folder.symlink_to(secret)
    wait_for(lambda: watched(shop)["problem"], "no problem told")

    assert "does not" in watched(shop)["problem"]
    assert (secret / "a.csv").exists()


def test_a_watch_is_removed_and_its_files_stay(shop):
    watch(shop)
    folder = incoming(shop)
    shop.command("watch", "remove", "pos")
    shutil.copy(RECEIPTS, folder / "night.csv")
    time.sleep(5)

    assert (folder / "night.csv").exists()
    assert shop.api("GET", "/api/v1/watches")["watches"] == []
    shop.api("DELETE", "/api/v1/watches/pos", status=404)
