"""Logs of each release, opened by this program: all is there, and means what it did."""

import gzip
import json
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from habitue import __version__
from habitue.app.backup.logs import open_database, open_file
from habitue.app.backup.make import back_up
from habitue.app.backup.restore import restore
from habitue.backends.postgres.truth import PostgresTruth
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import SystemClock
from habitue.base.settings import Settings, load
from habitue.log.contents import Contents
from habitue.log.port import Truth
from habitue.model.record import RecordKind
from tests.acceptance.shop import Shop
from tests.proof.conftest import end
from tools import release_tables
from tools.releases import FOLDER, HOLDS, TABLES, checksum, known

pytestmark = pytest.mark.proof("T14")

RELEASES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
# Kinds of records that the first file that was kept did not know.
LATER = frozenset({RecordKind.AUDIT, RecordKind.CARRIED})


class Kept(NamedTuple):
    """What a release left, in a data folder or in a database beside it."""

    folder: Path
    url: str
    # What was known of it then.
    told: dict[str, Any]

    def truth(self) -> Truth:
        return (
            PostgresTruth(self.url)
            if self.url
            else SqliteTruth(self.folder / "truth.db")
        )

    def upgrade(self) -> None:
        """Bring it to the version of this program."""
        self.truth().close()

    def contents(self) -> Contents:
        return (
            open_database(self.url) if self.url else open_file(self.folder / "truth.db")
        )

    def settings(self) -> Settings:
        named = {"database.url": self.url} if self.url else {}
        return load({"data.folder": self.folder, **named})

    def shop(self) -> Shop:
        return Shop(self.folder, *(("--database", self.url) if self.url else ()))


STORES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=RELEASES)
def kept(request: pytest.FixtureRequest, store: str, tmp_path: Path) -> Kept:
    """Give a log as a release left it."""
    release, folder, url = FOLDER / request.param, tmp_path / "data", ""
    folder.mkdir(mode=0o700)
    if store == "postgres":
        release, url = release / TABLES, request.getfixturevalue("postgres_url")
        release_tables.load(release, url)
    else:
        packed = (release / "truth.db.gz").read_bytes()
        (folder / "truth.db").write_bytes(gzip.decompress(packed))
    return Kept(folder, url, json.loads((release / HOLDS).read_text("utf-8")))


def test_there_are_logs_of_this_release() -> None:
    assert __version__ in RELEASES
    assert (FOLDER / __version__ / TABLES / HOLDS).exists()


def test_upgraded_it_holds_what_it_held(kept: Kept) -> None:
    kept.upgrade()

    with closing(kept.contents()) as contents:
        head = contents.head()
        assert (head.offset, head.chain.hex()) == (
            kept.told["head"],
            kept.told["chain"],
        )
        assert checksum(contents) == kept.told["contents_sha256"]


def test_upgraded_it_verifies_to_its_end(kept: Kept) -> None:
    with closing(kept.truth()) as truth:
        assert truth.verify() == kept.told["head"]


def test_its_people_are_who_they_were(kept: Kept) -> None:
    shop = kept.shop()
    try:
        shop.start()
        shop.settle()

        found = known(shop.person)

        assert shop.stop() == 0
    finally:
        end(shop)
    assert found == kept.told["people"]


def test_it_is_backed_up_and_restored_by_this_program(
    kept: Kept, tmp_path: Path
) -> None:
    kept.upgrade()
    back_up(kept.settings(), tmp_path / "copy", SystemClock())

    restore(load({"data.folder": tmp_path / "new"}), tmp_path / "copy", SystemClock())

    with closing(open_file(tmp_path / "new" / "truth.db")) as contents:
        assert checksum(contents) == kept.told["contents_sha256"]


def test_it_has_a_record_of_every_kind(kept: Kept) -> None:
    lacking = frozenset() if kept.url else LATER

    with closing(kept.contents()) as contents:
        for kind in set(RecordKind) - lacking:
            assert contents.records_of(kind)
        assert [one for page in contents.quarantined() for one in page]
