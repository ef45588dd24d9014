"""Making a backup: whole or not at all, and for its owner alone."""

import tarfile
from pathlib import Path

import pytest

from habitue.app.backup.check import check
from habitue.app.backup.make import back_up
from habitue.app.backup.manifest import describe
from habitue.base.errors import ConflictError, NotFoundError
from tests.app.backup.kept import CLOCK, LAST, at, backed_up, make, state_of

FILES = {
    "truth.db",
    "operator.token",
    "secrets/signing-web",
    "webhooks/own.toml",
    "manifest.json",
}


def listed(folder: Path) -> set[str]:
    found = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix() for p in found}


def test_a_backup_holds_the_log_the_secrets_and_the_webhook_files(
    tmp_path: Path,
) -> None:
    assert listed(backed_up(tmp_path)) == FILES


def test_a_backup_can_be_one_file(tmp_path: Path) -> None:
    target = backed_up(tmp_path, "copy.tar")

    with tarfile.open(target) as tar:
        assert set(tar.getnames()) == FILES
    assert target.stat().st_mode & 0o777 == 0o600


def test_what_is_in_a_backup_is_its_owners_alone(tmp_path: Path) -> None:
    target = backed_up(tmp_path)

    assert target.stat().st_mode & 0o777 == 0o700
    for path in target.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)


def test_a_manifest_tells_where_the_log_ends_and_of_each_file(tmp_path: Path) -> None:
    settings = make(tmp_path / "data")

    manifest = back_up(settings, tmp_path / "copy", CLOCK, digest=True)

    assert (manifest.head, manifest.made_at) == (LAST, "2023-11-14T23:13:20Z")
    assert manifest.files.keys() == FILES - {"manifest.json"}
    for name, kept in manifest.files.items():
        assert describe(tmp_path / "copy" / name) == kept
    assert manifest.state_sha256 == state_of(settings)


def test_nothing_is_left_beside_a_backup(tmp_path: Path) -> None:
    backed_up(tmp_path, "copy.tar", digest=True)

    assert {path.name for path in tmp_path.iterdir()} == {"data", "copy.tar"}


def test_a_backup_is_never_written_over(tmp_path: Path) -> None:
    target = backed_up(tmp_path)

    with pytest.raises(ConflictError, match="is there already"):
        back_up(at(tmp_path / "data"), target, CLOCK)


def test_where_there_is_no_log_no_backup_appears(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="There is no log to copy"):
        back_up(at(tmp_path / "none"), tmp_path / "copy", CLOCK)

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_backup_has_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    left = tmp_path / ".copy.unfinished"
    left.mkdir()
    (left / "truth.db").write_bytes(b"half")

    target = backed_up(tmp_path)

    assert not left.exists()
    assert check(at(tmp_path), target)[1].records == LAST
