"""The doctor's findings: each fault is seen, told in a sentence with the way out."""

import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from habitue.app.doctor import clock, disk, files
from habitue.app.doctor.backups import backups
from habitue.app.doctor.finding import Finding, Grade
from habitue.app.doctor.reach import reach
from habitue.app.doctor.requests import requests
from habitue.app.doctor.sources import last_us, sources
from habitue.app.doctor.working import working
from habitue.base.clock import DAY_US, HOUR_US, ManualClock, SystemClock, to_iso
from habitue.base.sections import Server
from tests.proof.small_disk import NEEDED, REASON, fill, small_disk

NOW_US = 1_772_366_400_000_000
MIB = 1024 * 1024
WELL = {"ready": True, "disk_full": False, "lag_records": 0, "faults": 0}
SOURCE: dict[str, Any] = {
    "name": "till",
    "kind": "server",
    "origins": [],
    "keys": [{"holds": True}],
    "last_at": to_iso(NOW_US),
    "silent_after_s": 86_400,
    "outcomes": {"received": 200, "stored": 200, "quarantined": 0, "refused": 0},
}


def grades(*found: Finding) -> set[Grade]:
    for one in found:
        assert one.text.endswith(".")
    return {one.grade for one in found}


@pytest.mark.skipif(not NEEDED, reason=REASON)
def test_a_full_disk_is_wrong(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8) as folder:
        fill(folder)

        assert disk.room(folder, 64 * MIB).grade is Grade.WRONG


@pytest.mark.skipif(not NEEDED, reason=REASON)
def test_memory_that_plays_a_disk_is_seen_by_its_flushes(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8) as folder:
        found = disk.flush(folder)

        assert found.grade is Grade.LOOK
        assert "memory" in found.text
        assert list(folder.iterdir()) == []


def test_a_reserve_that_is_not_there_is_seen(tmp_path: Path) -> None:
    assert disk.reserve(tmp_path, 64 * MIB).grade is Grade.LOOK
    assert disk.reserve(tmp_path, 0).grade is Grade.LOOK
    (tmp_path / "reserve").write_bytes(bytes(MIB))
    assert disk.reserve(tmp_path, MIB).grade is Grade.GOOD


def test_a_clock_that_jumps_while_it_is_looked_at_is_wrong() -> None:
    told = ManualClock(NOW_US)

    found = clock.goes_evenly(told, lambda _: told.move(HOUR_US))

    assert found.grade is Grade.WRONG
    assert clock.goes_evenly(SystemClock()).grade is Grade.GOOD


def test_a_clock_behind_the_log_is_wrong() -> None:
    assert clock.is_past(NOW_US + HOUR_US, NOW_US).grade is Grade.WRONG
    assert clock.is_past(NOW_US, NOW_US).grade is Grade.GOOD


@pytest.mark.parametrize("name", ["operator.token", "secrets/kid"])
def test_a_secret_that_others_can_read_is_wrong(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "data"
    (folder / "secrets").mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    (folder / name).write_text("s")
    (folder / name).chmod(0o600)
    assert files.readable_by_others(folder).grade is Grade.GOOD

    (folder / name).chmod(0o644)

    found = files.readable_by_others(folder)
    assert found.grade is Grade.WRONG
    assert "chmod -R go=" in found.text


@pytest.mark.parametrize(
    ("server", "grade"),
    [
        (Server(), Grade.GOOD),
        (Server(trusted_proxies=("*",)), Grade.WRONG),
        (Server(host="0.0.0.0"), Grade.LOOK),
        (Server(public_url="https://cdp.shop.example"), Grade.LOOK),
        (
            Server(public_url="https://a", trusted_proxies=("10.0.0.1",)),
            Grade.GOOD,
        ),
        (Server(public_url="http://a", trusted_proxies=("10.0.0.1",)), Grade.LOOK),
    ],
)
def test_how_it_is_reached_is_graded(server: Server, grade: Grade) -> None:
    found = list(reach(server))

    assert grade in grades(*found)


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"keys": [{"holds": False}]}, "revoked"),
        ({"last_at": None}, "never sent"),
        ({"last_at": to_iso(NOW_US - 2 * DAY_US)}, "48 hours"),
        (
            {"last_at": to_iso(NOW_US - HOUR_US), "silent_after_s": 900},
            "nothing for 60 minutes",
        ),
        ({"kind": "public"}, "Any page"),
        (
            {
                "outcomes": {
                    "received": 200,
                    "stored": 180,
                    "quarantined": 20,
                    "refused": 0,
                }
            },
            "10 of 100",
        ),
    ],
)
def test_what_ails_a_source_is_said(changed: dict[str, Any], word: str) -> None:
    assert grades(*sources([SOURCE], NOW_US)) == {Grade.GOOD}

    found = list(sources([{**SOURCE, **changed}], NOW_US))

    assert grades(*found) == {Grade.LOOK}
    assert any(word in one.text for one in found)


def test_what_was_received_last_is_of_all_sources() -> None:
    told = [SOURCE, {**SOURCE, "last_at": None}]

    assert last_us(told) == NOW_US
    assert last_us([]) == 0


@pytest.mark.parametrize(
    ("changed", "grade"),
    [
        ({}, Grade.GOOD),
        ({"ready": False}, Grade.WRONG),
        ({"disk_full": True}, Grade.WRONG),
        ({"faults": 3}, Grade.WRONG),
        ({"lag_records": 10**6}, Grade.LOOK),
    ],
)
def test_what_readiness_says_is_graded(changed: dict[str, Any], grade: Grade) -> None:
    assert grade in grades(*working({**WELL, **changed}))


@pytest.mark.parametrize(
    ("age_us", "grade"),
    [(HOUR_US, Grade.GOOD), (2 * DAY_US, Grade.LOOK), (9 * DAY_US, Grade.WRONG)],
)
@pytest.mark.parametrize("form", ["folder", "tar"])
def test_the_newest_backup_counts(
    tmp_path: Path, form: str, age_us: int, grade: Grade
) -> None:
    manifest(tmp_path / "old", NOW_US - 30 * DAY_US)
    manifest(tmp_path / "new", NOW_US - age_us)
    if form == "tar":
        with tarfile.open(tmp_path / "new.tar", "w") as archive:
            archive.add(tmp_path / "new" / "manifest.json", "manifest.json")
        (tmp_path / "new" / "manifest.json").unlink()

    assert backups(tmp_path, NOW_US).grade is grade


def test_no_backup_at_all_is_wrong_and_unsaid_is_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("{}")

    assert backups(tmp_path, NOW_US).grade is Grade.WRONG
    assert backups(None, NOW_US).grade is Grade.SKIPPED


def test_a_folder_that_cannot_be_written_is_wrong(tmp_path: Path) -> None:
    found = disk.flush(tmp_path / "nowhere")

    assert found.grade is Grade.WRONG
    assert os.strerror(2) in found.text


def manifest(folder: Path, made_us: int) -> None:
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"made_at": to_iso(made_us)}))


@pytest.mark.parametrize(
    ("days", "grade"), [(None, "good"), (0, "look"), (30, "look"), (31, "wrong")]
)
def test_who_waits_for_an_answer_is_told_and_late_is_wrong(
    days: int | None, grade: str
) -> None:
    received_us = NOW_US - (days or 0) * DAY_US
    one = {
        "received_at": to_iso(received_us),
        "answer_by": to_iso(received_us + 30 * DAY_US),
    }
    waiting = [] if days is None else [one]

    found = requests({"requests": waiting, "next_cursor": None}, NOW_US)

    assert grades(found) == {Grade(grade)}
