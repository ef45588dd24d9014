"""A damaged backup is refused, whatever of it is damaged; nothing is restored of it."""

import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from habitue.app.backup.check import check
from habitue.app.backup.manifest import DamagedBackupError, describe
from habitue.app.backup.restore import restore
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.errors import HabitueError, NotFoundError
from tests.app.backup.kept import CLOCK, NOW_US, at, backed_up, event, state_of

Damage = Callable[[Path], None]


def manifest_of(backup: Path) -> Any:
    return json.loads((backup / "manifest.json").read_text())


def tell(backup: Path, **other: Any) -> None:
    """Change what the manifest says."""
    told = {**manifest_of(backup), **other}
    (backup / "manifest.json").write_text(json.dumps(told))


def sign(backup: Path) -> None:
    """Let the manifest say what the log's file is now."""
    kept = describe(backup / "truth.db")
    files = manifest_of(backup)["files"]
    files["truth.db"] = {"size_bytes": kept.size_bytes, "sha256": kept.sha256}
    tell(backup, files=files)


def flip(backup: Path) -> None:
    raw = bytearray((backup / "truth.db").read_bytes())
    raw[len(raw) // 2] ^= 1
    (backup / "truth.db").write_bytes(raw)


def shorten(backup: Path) -> None:
    raw = (backup / "truth.db").read_bytes()
    (backup / "truth.db").write_bytes(raw[:-1])


def go_on(backup: Path) -> None:
    truth = SqliteTruth(backup / "truth.db")
    truth.commit([event("more", "u9")], NOW_US)
    truth.close()
    sign(backup)


def alter(backup: Path) -> None:
    import sqlite3

    db = sqlite3.connect(backup / "truth.db")
    db.execute("UPDATE record SET body = x'7b7d' WHERE \"offset\" = 4")
    db.commit()
    db.close()
    sign(backup)


def lead_out(backup: Path) -> None:
    files = manifest_of(backup)["files"]
    tell(backup, files={**files, "secrets/../../out": files["truth.db"]})


def link(backup: Path) -> None:
    (backup / "operator.token").rename(backup.parent / "elsewhere")
    (backup / "operator.token").symlink_to(backup.parent / "elsewhere")


def without(name: str) -> Damage:
    def damage(backup: Path) -> None:
        (backup / name).unlink()

    damage.__name__ = f"without_{name}"
    return damage


DAMAGES: list[tuple[Damage, str]] = [
    (flip, "The file truth.db of the backup is damaged"),
    (shorten, "The file truth.db of the backup is damaged"),
    (go_on, "ends at record 9"),
    (alter, "content of record 4 was altered"),
    (lead_out, "is no backup of ours"),
    (link, "operator.token is missing"),
    (without("truth.db"), "truth.db is missing"),
    (without("secrets/signing-web"), "secrets/signing-web is missing"),
    (without("manifest.json"), "is no backup"),
    (lambda b: tell(b, format=2), "has the format 2"),
    (lambda b: tell(b, files={}), "is no backup of ours"),
    (lambda b: (b / "manifest.json").write_text("{"), "can't be read"),  # type: ignore[list-item,return-value]
]


@pytest.mark.parametrize(("damage", "told"), DAMAGES)
def test_a_damaged_backup_is_refused_and_nothing_is_restored_of_it(
    damage: Damage, told: str, tmp_path: Path
) -> None:
    backup = backed_up(tmp_path)
    damage(backup)

    with pytest.raises(HabitueError, match=told):
        check(at(tmp_path / "data"), backup)
    with pytest.raises(HabitueError, match=told):
        restore(at(tmp_path / "new"), backup, CLOCK)

    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("size", [0, 700, 5_000])
def test_a_tar_that_was_cut_off_is_refused(size: int, tmp_path: Path) -> None:
    backup = backed_up(tmp_path, "copy.tar")
    backup.write_bytes(backup.read_bytes()[:size])

    with pytest.raises(DamagedBackupError):
        check(at(tmp_path / "data"), backup)


def test_of_a_tar_only_what_its_manifest_names_is_unpacked(tmp_path: Path) -> None:
    folder = backed_up(tmp_path)
    with tarfile.open(tmp_path / "copy.tar", "w") as tar:
        tar.add(folder, "")
        tar.add(folder / "truth.db", "../out.db")

    restore(at(tmp_path / "new"), tmp_path / "copy.tar", CLOCK)

    assert not (tmp_path / "out.db").exists()
    assert not list(tmp_path.rglob("out.db"))


def test_a_whole_backup_is_proved_by_the_state_computed_from_it(tmp_path: Path) -> None:
    backup = backed_up(tmp_path, "copy.tar", digest=True)

    manifest, found = check(at(tmp_path / "data"), backup)

    assert (
        found.state_sha256 == manifest.state_sha256 == state_of(at(tmp_path / "data"))
    )


def test_another_state_than_the_manifest_says_is_told(tmp_path: Path) -> None:
    backup = backed_up(tmp_path)
    tell(backup, state_sha256="0" * 64)

    with pytest.raises(DamagedBackupError, match="its manifest says 0000"):
        check(at(tmp_path / "data"), backup)


def test_a_backup_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="There is no backup"):
        check(at(tmp_path / "data"), tmp_path / "none.tar")
