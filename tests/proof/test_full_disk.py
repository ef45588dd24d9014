"""A full disk: items wait, nothing acknowledged is lost, people are read and erased."""

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import ManualClock
from habitue.base.errors import DiskFullError
from habitue.log.commit import Committer
from habitue.log.port import Entry
from habitue.model.outcome import Fate
from habitue.state.port import Snapshot, TableSpec
from tests.acceptance.forgotten import files_with, sealed_in_copy
from tests.acceptance.shop import Shop, identify, track
from tests.proof.ledger import check_journal
from tests.proof.small_disk import NEEDED, REASON, fill, small_disk

ROUNDS = 20 if os.environ.get("HABITUE_TORTURE") else 2
RESUMES_S = 10
RESERVE_MB = 4
DISK_MIB = 48
CLOCK = ManualClock(1_772_366_400_000_000)

pytestmark = [
    pytest.mark.proof("T05"),
    pytest.mark.skipif(not NEEDED, reason=REASON),
]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", DISK_MIB) as folder:
        yield folder


def entry(name: str, size: int = 100) -> Entry:
    body = {"type": "track", "name": "X", "at_us": 1, "properties": {"n": "n" * size}}
    return Entry(source="till", message_id=name, body=json.dumps(body).encode())


def commit_until_full(truth: SqliteTruth, stored: dict[str, int]) -> None:
    while True:
        name = f"m{len(stored)}"
        outcome = truth.commit([entry(name, 20_000)], CLOCK.now_us())[0]
        assert outcome.fate is Fate.STORED
        assert outcome.offset is not None
        stored[name] = outcome.offset


def test_a_commit_without_room_writes_nothing_and_the_next_goes_on(disk: Path) -> None:
    truth = SqliteTruth(disk / "truth.db")
    stored: dict[str, int] = {}
    filler = fill(disk)

    with pytest.raises(DiskFullError):
        commit_until_full(truth, stored)
    head = truth.head()
    filler.unlink()
    after = truth.commit([entry("after")], CLOCK.now_us())[0]

    assert after.offset == head + 1
    assert truth.verify() == len(stored) + 1
    truth.close()
    again = SqliteTruth(disk / "truth.db")
    check_journal(again, {("till", name): at for name, at in stored.items()})
    assert again.head() == head + 1
    again.close()


def test_people_are_erased_in_the_room_that_the_reserve_leaves(disk: Path) -> None:
    truth = SqliteTruth(disk / "truth.db")
    stored: dict[str, int] = {}
    reserve = disk / "reserve"
    reserve.write_bytes(bytes(RESERVE_MB * 1024 * 1024))
    fill(disk)
    with pytest.raises(DiskFullError):
        commit_until_full(truth, stored)
    reserve.unlink()

    truth.commit([entry("canary-4711")], CLOCK.now_us())
    truth.erase([truth.head()], "asked", CLOCK.now_us())

    assert truth.verify() == truth.head()
    found = [p for p in disk.iterdir() if b"canary-4711" in p.read_bytes()]
    assert found == []
    truth.close()


def test_a_caller_without_room_is_told_and_the_log_goes_on(disk: Path) -> None:
    truth = SqliteTruth(disk / "truth.db")
    filler = fill(disk)

    async def send() -> int:
        committer = Committer(truth, CLOCK)
        told: list[str] = []
        committer.on_full(lambda: told.append("full"))
        sent = 0
        while await was_taken(committer, entry(f"m{sent}", 20_000)):
            sent += 1
        assert committer.failure is None
        assert told == ["full"]
        assert committer.queued == 0
        filler.unlink()
        outcome = (await committer.append([entry("after")]))[0]
        await committer.close()
        assert outcome.offset == sent + 1
        return sent

    sent = asyncio.run(send())

    assert truth.verify() == sent + 1
    truth.close()


async def was_taken(committer: Committer, one: Entry) -> bool:
    try:
        await committer.append([one])
    except DiskFullError:
        return False
    return True


def test_a_snapshot_without_room_leaves_the_one_before(disk: Path) -> None:
    state = SqliteState(disk / "state.db")
    state.open("1", [TableSpec(name="rows", key=int, value=bytes)], [])
    state.commit(Snapshot(offset=1, rows={"rows": {1: b"old"}}, entries={}))
    filler = fill(disk)
    large: dict[Any, bytes | None] = {at: bytes(50_000) for at in range(1, 1_000)}

    with pytest.raises(DiskFullError):
        state.commit(Snapshot(offset=2, rows={"rows": large}, entries={}))
    assert state.load("rows", 1) == b"old"
    filler.unlink()
    state.commit(Snapshot(offset=2, rows={"rows": {1: b"new"}}, entries={}))

    assert state.load("rows", 1) == b"new"
    state.close()


def test_a_server_on_a_full_disk_answers_503_reads_on_and_resumes_by_itself(
    disk: Path,
    seed: int,
    figure: Callable[[str, Any], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance, journal = Random(seed), {}
    waited_s: list[float] = []
    shop = Shop(disk / "data")
    monkeypatch.setenv("HABITUE_DATA__RESERVE_MB", str(RESERVE_MB))
    monkeypatch.setenv("HABITUE_LAKE__SEAL_SECONDS", "1")
    shop.log = disk.parent / "server.log"
    try:
        shop.start()
        shop.source("till")
        for at in range(ROUNDS):
            comes(shop, at)
            send_until(shop, journal, seconds=chance.uniform(0.1, 0.6))
            filler = fill(disk)
            send_until_full(shop, journal)
            reads_and_defines(shop, at)
            erases(shop, at)
            filler.unlink()
            waited_s.append(resumes(shop, journal))
        assert shop.stop() == 0
    finally:
        if shop.process is not None and shop.process.poll() is None:
            shop.kill()
    figure("rounds", ROUNDS)
    figure("acknowledged", len(journal))
    figure("erased while it was full", ROUNDS)
    given_up = shop.log.read_text().count("copy is given up")
    figure("copies for analysis given up for it", given_up)
    figure("longest until it took items again, s", round(max(waited_s), 1))
    truth = SqliteTruth(shop.folder / "truth.db")
    check_journal(truth, {("till", name): at for name, at in journal.items()})
    truth.verify()
    truth.close()


def test_a_server_ends_in_order_on_a_full_disk_and_starts_on_it(disk: Path) -> None:
    shop, journal = Shop(disk / "data"), {}
    shop.log = disk.parent / "server.log"
    shop.start()
    shop.source("till")
    send_until(shop, journal, seconds=0.5)
    filler = fill(disk)
    send_until_full(shop, journal)

    assert shop.stop() == 0
    fill(disk, "more")
    (disk / "data" / "reserve").unlink(missing_ok=True)
    filler.unlink()
    shop.start()
    assert shop.person("user_id:u1") is not None
    assert shop.stop() == 0


def send(shop: Shop, journal: dict[str, int]) -> tuple[int, dict[str, str]]:
    name = f"m{len(journal)}-{time.monotonic_ns()}"
    item = {**track("Checked In", {"note": "n" * 5_000}), "messageId": name}
    body = json.dumps({**item, "userId": "u1"}).encode()
    headers = {"authorization": f"Bearer {shop.keys['till']}"}
    status, told, raw = shop.request("POST", "/api/v1/events", body, headers)
    if status == 200:
        journal[name] = json.loads(raw)["results"][0]["offset"]
    return status, told


def send_until(shop: Shop, journal: dict[str, int], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        status, _ = send(shop, journal)
        assert status in {200, 429}


def send_until_full(shop: Shop, journal: dict[str, int]) -> None:
    status, told = send(shop, journal)
    while status in {200, 429}:
        status, told = send(shop, journal)
    assert status == 503
    assert int(told["retry-after"]) > 0


def reads_and_defines(shop: Shop, at: int) -> None:
    """People are read and the shop is set up as before; only items wait."""
    assert shop.person("user_id:u1")["person_id"]
    shop.source(f"other{at}")
    status, _, raw = shop.request("GET", "/readyz")
    assert (status, json.loads(raw)["disk_full"]) == (503, True)
    assert shop.request("GET", "/healthz")[0] == 200


def canary(at: int) -> str:
    return f"zqcanary{at}@person.example"


def comes(shop: Shop, at: int) -> None:
    """Somebody comes: into the log, and the first one into the analytic copy."""
    who = {"userId": canary(at)}
    seen = track("Product Viewed", {"name": canary(at)}, **who)
    shop.send("till", identify({"email": canary(at)}, **who), seen)
    assert files_with(shop.folder, canary(at))
    if at == 0:
        sealed_in_copy(shop)


def erases(shop: Shop, at: int) -> None:
    """Who asks to be forgotten is, though nothing fits on the disk but the reserve."""
    asked = {"identifier": f"email:{canary(at)}", "reason": "asked"}
    told = shop.api("POST", "/api/v1/privacy/erase", asked)
    assert (told["status"], told["records"]) == ("done", 2)
    assert shop.request("GET", "/readyz")[0] == 503
    assert files_with(shop.folder, canary(at)) == []


def resumes(shop: Shop, journal: dict[str, int]) -> float:
    began = time.monotonic()
    while send(shop, journal)[0] != 200:
        assert time.monotonic() - began < RESUMES_S
        time.sleep(0.05)
    return time.monotonic() - began
