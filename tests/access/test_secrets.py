"""Secrets in files: whole, and for their owner alone."""

from pathlib import Path

import pytest

from habitue.access.secrets import ExposedSecretError, FileSecrets
from habitue.base.errors import InvalidError

pytestmark = pytest.mark.proof("T30")


def test_a_secret_is_read_back(tmp_path: Path) -> None:
    FileSecrets(tmp_path / "secrets").put("signing-web", b"\x00\xff")

    assert FileSecrets(tmp_path / "secrets").get("signing-web") == b"\x00\xff"


def test_a_secret_that_was_never_put_is_none(tmp_path: Path) -> None:
    assert FileSecrets(tmp_path / "secrets").get("signing-web") is None


def test_only_the_owner_may_read_a_secret(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    FileSecrets(folder).put("a", b"x")

    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "a").stat().st_mode & 0o777 == 0o600


def test_a_secret_is_replaced_whole_and_no_draft_stays(tmp_path: Path) -> None:
    secrets = FileSecrets(tmp_path)
    secrets.put("a", b"a long first one")
    (tmp_path / "a.new").write_bytes(b"left by a crash")

    secrets.put("a", b"short")

    assert secrets.get("a") == b"short"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    secrets = FileSecrets(tmp_path)
    secrets.put("a", b"x")
    (tmp_path / "a").chmod(0o644)

    with pytest.raises(ExposedSecretError, match="chmod 600"):
        secrets.get("a")


@pytest.mark.parametrize("name", ["", "../a", "a/b", "/etc/passwd", ".a", "A", "a\x00"])
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidError):
        FileSecrets(tmp_path).put(name, b"x")
