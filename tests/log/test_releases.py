"""Logs of each release, opened by this program: all is there, and means what it did."""

import gzip
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from habitue import __version__
from habitue.app.backup.logs import upgrade
from habitue.app.backup.make import back_up
from habitue.app.backup.restore import restore
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.backends.sqlite.truth_contents import SqliteContents
from habitue.base.clock import SystemClock
from habitue.base.settings import load
from habitue.model.record import RecordKind
from tests.acceptance.shop import Shop
from tools.releases import FOLDER, checksum, known

pytestmark = pytest.mark.proof("T14")

RELEASES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
# Kinds of records that the first kept release did not know.
LATER = frozenset({RecordKind.AUDIT, RecordKind.CARRIED})


@pytest.fixture(params=RELEASES)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """Give a data folder as a release left it, and what is known of it."""
    release = FOLDER / request.param
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    (folder / "truth.db").write_bytes(
        gzip.decompress((release / "truth.db.gz").read_bytes())
    )
    return folder, json.loads((release / "holds.json").read_text("utf-8"))


def test_there_is_a_log_of_this_release() -> None:
    assert __version__ in RELEASES


def test_upgraded_it_holds_what_it_held(kept: tuple[Path, dict[str, Any]]) -> None:
    folder, told = kept

    upgrade(folder / "truth.db")

    with closing(SqliteContents(folder / "truth.db")) as contents:
        head = contents.head()
        assert (head.offset, head.chain.hex()) == (told["head"], told["chain"])
        assert checksum(contents) == told["contents_sha256"]


def test_upgraded_it_verifies_to_its_end(kept: tuple[Path, dict[str, Any]]) -> None:
    folder, told = kept

    with closing(SqliteTruth(folder / "truth.db")) as truth:
        assert truth.verify() == told["head"]


def test_its_people_are_who_they_were(kept: tuple[Path, dict[str, Any]]) -> None:
    folder, told = kept
    shop = Shop(folder).start()

    found = known(shop.person)

    assert shop.stop() == 0
    assert found == told["people"]


def test_it_is_backed_up_and_restored_by_this_program(
    kept: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, told = kept
    upgrade(folder / "truth.db")
    back_up(load({"data.folder": folder}), tmp_path / "copy", SystemClock())

    restore(load({"data.folder": tmp_path / "new"}), tmp_path / "copy", SystemClock())

    with closing(SqliteContents(tmp_path / "new" / "truth.db")) as contents:
        assert checksum(contents) == told["contents_sha256"]


def test_it_has_a_record_of_every_kind(kept: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = kept

    with closing(SqliteContents(folder / "truth.db")) as contents:
        for kind in set(RecordKind) - LATER:
            assert contents.records_of(kind)
        assert [one for page in contents.quarantined() for one in page]
