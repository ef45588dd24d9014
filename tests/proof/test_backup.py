"""Backups under load and kills: each whole one restores to the log as it was."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from habitue.app.backup.make import back_up
from habitue.app.backup.restore import restore
from habitue.app.bench.prepared import Cache
from habitue.app.bench.visits import LOG, make_log
from habitue.app.projection.rebuild import rebuild
from habitue.backends.postgres.truth import PostgresTruth
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import SystemClock
from habitue.base.settings import load
from habitue.log.port import Truth
from habitue.model.record import Record
from tests.acceptance.shop import Shop
from tests.proof.conftest import end
from tests.proof.ledger import records
from tests.proof.listening import listen, reprice, standing
from tests.proof.pouring import Pourer, enough, pour, poured

pytestmark = pytest.mark.proof("T15")

LONG = bool(os.environ.get("HABITUE_TORTURE"))
ROUNDS = 24 if LONG else 4
KILL_S = (0.3, 1.5)
# Of a thousand bytes each.
BIG_RECORDS = 1_000_000 if LONG else 8_000
RESTORES_S = 300
Figure = Callable[[str, Any], None]


def start(shop: Shop) -> None:
    shop.start()
    shop.source("till")
    shop.source("web", "public", mode="trusted", trustOrders=True)
    listen(shop)


def begin(shop: Shop, target: Path, *words: str) -> subprocess.Popen[bytes]:
    """Start a backup by its command, in a process of its own."""
    command = [sys.executable, "-m", "habitue", "backup", str(target), "--json"]
    return subprocess.Popen(
        [*command, "--data", str(shop.folder), *words],
        stdout=subprocess.DEVNULL,
    )


def acknowledged(pourers: list[Pourer]) -> dict[tuple[str, str], int]:
    return {(p.source, n): at for p in pourers for n, at in p.journal.copy().items()}


def verified(target: Path) -> dict[str, Any]:
    words = [sys.executable, "-m", "habitue", "backup", "verify", str(target), "--json"]
    done = subprocess.run(
        words, capture_output=True, text=True, check=True, timeout=300
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def held(truth: Truth) -> list[Record]:
    """Give all records, and close the truth."""
    assert truth.verify() == truth.head()
    found = list(records(truth))
    truth.close()
    return found


def test_a_backup_under_load_and_kills_is_whole_or_not_there(
    new_shop: Shop, tmp_path: Path, seed: int, figure: Figure
) -> None:
    random, shop = Random(seed), new_shop
    start(shop)
    pourers = pour(shop, seed)
    whole: dict[Path, dict[tuple[str, str], int]] = {}
    killed = 0
    for number in range(ROUNDS):
        target = tmp_path / ("copy.tar" if number % 2 else "copy")
        target = target.with_stem(f"copy{number}")
        before = acknowledged(pourers)
        backup = begin(shop, target)
        time.sleep(random.uniform(*KILL_S))
        if number % 3 == 1:
            shop.kill()
            shop.start()
        if number % 3 == 2:
            backup.kill()
        backup.wait(120)
        killed += backup.returncode < 0 or number % 3 == 1
        if backup.returncode == 0:
            whole[target] = before
        # Killed at its very end it may be there, and is whole then, too.
        assert target.exists() or backup.returncode
    for one in pourers:
        one.finish()
    assert shop.stop() == 0
    log = held(SqliteTruth(shop.folder / "truth.db"))
    assert log

    for target, before in whole.items():
        into = tmp_path / f"restored-{target.stem}"
        found = restore(load({"data.folder": into}), target, SystemClock()).records
        copied = held(SqliteTruth(into / "truth.db"))
        assert copied == log[:found]
        assert all(offset <= found for offset in before.values())
    assert len(whole) >= ROUNDS // 2
    figure("backups under load", len(whole))
    figure("kills of the server or of the backup", killed)
    figure("records restored equal", len(log))


def test_a_restore_that_is_killed_leaves_nothing_that_passes_for_one(
    new_shop: Shop, tmp_path: Path, seed: int, figure: Figure
) -> None:
    random, shop = Random(seed), new_shop
    start(shop)
    poured(shop, seed)
    assert shop.stop() == 0
    back_up(load({"data.folder": shop.folder}), tmp_path / "copy", SystemClock())
    new, killed = tmp_path / "new", 0
    words = [sys.executable, "-m", "habitue", "restore", str(tmp_path / "copy")]
    for _ in range(ROUNDS):
        done = subprocess.Popen([*words, "--data", str(new)], stdout=subprocess.DEVNULL)
        time.sleep(random.uniform(0.3, 1.2))
        done.kill()
        done.wait()
        killed += done.returncode < 0
        if new.exists():
            break

    if not new.exists():
        subprocess.run([*words, "--data", str(new)], check=True, timeout=120)
        # What those that were killed had unpacked is cleared by this one.
        assert not list(tmp_path.glob(".*"))

    assert held(SqliteTruth(new / "truth.db")) == held(
        SqliteTruth(shop.folder / "truth.db")
    )
    figure("restores killed", killed)


def test_the_restored_state_equals_the_live_one_by_checksum(
    new_shop: Shop, tmp_path: Path, seed: int, figure: Figure
) -> None:
    shop = new_shop
    start(shop)
    poured(shop, seed)
    held = standing(shop)
    target = tmp_path / "copy.tar"
    assert begin(shop, target, "--digest").wait(120) == 0
    shop.kill()

    told = json.loads(shop.command("rebuild", "--verify", "--json"))
    shop.folder.rename(tmp_path / "lost")
    shop.command("restore", str(target), "--json")
    again = json.loads(shop.command("rebuild", "--verify", "--json"))

    # The server's canaries may have gone on for a moment after the copy.
    assert again["equal"] is True
    assert verified(target)["state_sha256"] == again["kept_sha256"]
    if told["records"] == again["records"]:
        assert told["kept_sha256"] == again["kept_sha256"]
    shop.start()
    # Who is in what, what was told on, once each, and what the copy counts.
    assert standing(shop) == held
    reprice(shop, 10)
    shop.until(lambda: standing(shop)[1]["Price Dropped"] == 2)
    figure(
        "members and events, restored",
        [sum(map(len, held[0].values())), sum(held[1].values())],
    )


@pytest.mark.postgres
def test_a_backup_goes_to_postgresql_and_back_with_the_same_state(
    new_shop: Shop, tmp_path: Path, postgres_url: str, seed: int
) -> None:
    shop = new_shop
    start(shop)
    poured(shop, seed)
    assert shop.stop() == 0
    home = load({"data.folder": shop.folder})
    state = rebuild(home)["sha256"]
    with_database = load(
        {"data.folder": tmp_path / "scaled", "database.url": postgres_url}
    )

    back_up(home, tmp_path / "one.tar", SystemClock())
    scaled = restore(with_database, tmp_path / "one.tar", SystemClock())
    back_up(with_database, tmp_path / "two.tar", SystemClock())
    back = restore(
        load({"data.folder": tmp_path / "back"}), tmp_path / "two.tar", SystemClock()
    )

    log = held(SqliteTruth(shop.folder / "truth.db"))
    assert held(PostgresTruth(postgres_url)) == log
    assert held(SqliteTruth(tmp_path / "back" / "truth.db")) == log
    assert (scaled.state_sha256, back.state_sha256) == (state, state)


@pytest.mark.postgres
def test_a_backup_of_a_database_under_load_stands_at_one_moment(
    tmp_path: Path, postgres_url: str, seed: int
) -> None:
    shop = Shop(tmp_path / "data", "--database", postgres_url)
    try:
        start(shop)
        pourers = pour(shop, seed)
        enough(pourers)
        before = acknowledged(pourers)
        target = tmp_path / "copy.tar"
        assert begin(shop, target, "--database", postgres_url).wait(120) == 0
        for one in pourers:
            one.finish()
        assert shop.stop() == 0
        into = load({"data.folder": tmp_path / "restored"})

        found = restore(into, target, SystemClock())

        log = held(PostgresTruth(postgres_url))
        copied = held(SqliteTruth(tmp_path / "restored" / "truth.db"))
        assert copied == log[: found.head]
        assert len(log) > found.head >= max(before.values())
    finally:
        end(shop)


def test_a_big_log_is_copied_and_restored_in_time(
    tmp_path: Path, figure: Figure
) -> None:
    home = load({"data.folder": tmp_path / "data"})
    # In the torture one of habitue bench prepare, made there if it is not there yet.
    cache = Cache() if LONG else Cache(tmp_path / "cache")
    made = cache.prepare(LOG, BIG_RECORDS, SystemClock().now_us(), make_log)
    cache.lend(made, tmp_path / "data")
    size = (tmp_path / "data" / "truth.db").stat().st_size

    started = time.monotonic()
    back_up(home, tmp_path / "copy.tar", SystemClock())
    copied = time.monotonic()
    found = restore(
        load({"data.folder": tmp_path / "new"}), tmp_path / "copy.tar", SystemClock()
    )
    restored = time.monotonic()

    assert found.head == BIG_RECORDS
    assert size > BIG_RECORDS * 1_000
    assert ended(tmp_path / "new") == ended(tmp_path / "data")
    assert restored - copied <= RESTORES_S or not LONG
    figure("log in MB", round(size / 1e6))
    figure("records", found.head)
    figure("seconds to copy", round(copied - started, 1))
    figure("seconds to restore and compute", round(restored - copied, 1))


def ended(folder: Path) -> tuple[int, bytes]:
    """Verify a log from end to end; give its length and the end of its chain."""
    truth = SqliteTruth(folder / "truth.db")
    length = truth.verify()
    (last,) = truth.read(length - 1, 1)
    truth.close()
    return length, last.chain
