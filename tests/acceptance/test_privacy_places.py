"""Every place that may name a person beside the log: K2."""

import gzip
import json
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.acceptance.shop import Shop, identify, track

pytestmark = [pytest.mark.feature("K2"), pytest.mark.proof("T32")]

CANARY = "zqcanary"
EMAIL = f"{CANARY}@person.example"
WHO = {"identifier": f"email:{EMAIL}", "reason": "request 1"}
ROWS = "email,first name\nkeeper@shop.example,Keeper\n{},{}\n"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A shop that looks at its folders every second."""
    monkeypatch.setenv("HABITUE_WATCH__LOOK_S", "1")
    monkeypatch.setenv("HABITUE_WATCH__SETTLE_S", "1")
    running = Shop(tmp_path / "data").start()
    running.source("crm")
    running.send("crm", identify({"email": EMAIL}, userId=CANARY))
    yield running
    if running.process.poll() is None:
        running.stop()


def erase(shop: Shop) -> dict:
    told = shop.api("POST", "/api/v1/privacy/erase", WHO)
    assert told["status"] == "done"
    return told


def files_with(folder: Path, text: str) -> list[str]:
    return [
        path.name
        for path in sorted(folder.rglob("*"))
        if text in path.name or (path.is_file() and text.encode() in path.read_bytes())
    ]


def wait_for(holds, seconds=120):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := holds():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come about")


def test_who_is_listed_as_staff_is_taken_off_in_every_version_of_the_list(shop: Shop):
    shop.api("PUT", "/api/v1/staff", {"what": f"email:{EMAIL}", "note": "at the till"})
    shop.api("PUT", "/api/v1/staff", {"what": "device_id:till-4", "note": EMAIL})
    marked = shop.send("crm", track("Till Tried", userId=CANARY, email=EMAIL))
    assert marked[0]["outcome"] == "stored"

    erase(shop)

    held = shop.api("GET", "/api/v1/staff")["staff"]
    assert [(one["what"], one["note"]) for one in held] == [("device_id:till-4", "")]
    assert files_with(shop.folder, CANARY) == []
    assert shop.api("GET", "/api/v1/log/verify")["records"]


def test_what_was_told_of_them_but_not_taken_is_erased_and_refused_from_then_on(
    shop: Shop,
):
    shop.source("web", "public", mode="signed")
    claim = identify({"email": EMAIL}, anonymousId="somebody-elses")
    assert shop.send("web", claim)[0]["outcome"] == "stored"
    assert files_with(shop.folder, EMAIL)

    told = erase(shop)

    assert told["records"] == 2
    assert files_with(shop.folder, CANARY) == []
    assert shop.send("web", claim)[0]["reason"] == "suppressed"
    assert files_with(shop.folder, CANARY) == []


def test_a_definition_that_names_them_is_told_for_somebody_to_change(shop: Shop):
    shop.command("watch", "add", "crm", "night", "--constant", f"email={EMAIL}")

    told = erase(shop)

    assert told["definitions_left"] == ["watch/crm"]


def packed(name: str, text: str) -> bytes:
    """Write a file's rows in the form that its name says."""
    if name.endswith(".gz"):
        return gzip.compress(text.encode())
    if name.endswith(".parquet"):
        rows = [line.split(",") for line in text.splitlines()]
        columns = {
            head: [row[at] for row in rows[1:]] for at, head in enumerate(rows[0])
        }
        sink = pa.BufferOutputStream()
        pq.write_table(pa.table(columns), sink, compression="zstd")
        return sink.getvalue().to_pybytes()
    return text.encode("utf-16" if "16" in name else "utf-8")


def test_files_that_came_in_and_name_them_are_gone_and_no_later_one_stays(shop: Shop):
    shop.command("watch", "add", "crm", "night")
    folder = wait_for(
        lambda: (found := shop.folder / "incoming" / "night").is_dir() and found
    )
    names = ("a.csv", "b.csv.gz", "c.parquet", "d-utf16.csv", f"{CANARY}.csv")
    for name in names:
        (folder / name).write_bytes(packed(name, ROWS.format(EMAIL, f"n{name[0]}")))
    others = ROWS.format("other@shop.example", "Other")
    (folder / "others.csv").write_text(others)
    (folder / "failed.csv").write_text(f"a;b\n{EMAIL};2\n")
    done, failed = folder / "done", folder / "failed"
    for name in (*names, "others.csv"):
        wait_for((done / name).exists)
    wait_for((failed / "failed.csv").exists)

    told = erase(shop)

    assert told["files"] == len(names) + 1
    assert sorted(path.name for path in done.iterdir()) == ["others.csv"]
    assert files_with(shop.folder, CANARY) == []
    # The same content again, and another that names them among others.
    (folder / "again.csv").write_text(ROWS.format(EMAIL, "na"))
    (folder / "late.csv").write_text(ROWS.format(EMAIL, "late") + "broken,x,y\n")
    rejects = done / "late.csv.rejects.csv"
    wait_for(rejects.exists)
    wait_for(lambda: not (folder / "again.csv").exists())
    assert "broken" in rejects.read_text()
    assert files_with(shop.folder, CANARY) == []
    assert shop.person(f"email:{EMAIL}") is None


def test_a_backup_from_before_holds_nothing_of_them_once_it_is_restored(
    shop: Shop, tmp_path: Path
):
    shop.api("PUT", "/api/v1/staff", {"what": "device_id:till-4", "note": EMAIL})
    shop.command("backup", str(tmp_path / "before.tar"))
    erase(shop)

    restored = Shop(tmp_path / "restored")
    restored.command(
        "restore", str(tmp_path / "before.tar"), "--erasures", str(shop.folder)
    )
    assert files_with(restored.folder, CANARY) == []

    restored.start()
    restored.keys = shop.keys
    assert restored.person(f"email:{EMAIL}") is None
    late = restored.send("crm", identify({"email": EMAIL}), wait=False)[0]
    assert late["reason"] == "suppressed"
    erasures = restored.api("GET", "/api/v1/privacy/erasures")["erasures"]
    assert [one["status"] for one in erasures] == ["done"]
    staff = restored.api("GET", "/api/v1/staff")["staff"]
    assert [(one["what"], one["note"]) for one in staff] == [("device_id:till-4", "")]
    assert restored.api("GET", "/api/v1/log/verify")["records"]
    restored.stop()


def test_an_import_by_command_writes_nothing_of_them_to_its_reject_file(
    shop: Shop, tmp_path: Path
):
    erase(shop)
    file, rejects = tmp_path / "contacts.csv", tmp_path / "rejects.csv"
    file.write_text(ROWS.format(EMAIL, "n") + "broken,x,y\n")

    told = json.loads(
        shop.command(
            *("import", str(file), "--what", "contacts", "--source", "crm"),
            *("--rejects", str(rejects), "--json"),
        )
    )

    assert told["lines"] == {"stored": 1, "refused": 1, "rejected": 1}
    assert CANARY not in rejects.read_text()
    assert "broken" in rejects.read_text()
