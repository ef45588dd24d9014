"""Computes state from a copied log, in a scratch folder, and gives its checksum."""

from contextlib import closing
from pathlib import Path

from msgspec import Struct

from habitue.app.backup.bundle import scratch_folder
from habitue.app.backup.manifest import TRUTH
from habitue.app.projection.rebuild import digest, open_fold, replay
from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.backends.sqlite.truth_fill import copy_file
from habitue.base.settings import Settings
from habitue.log.chain import GENESIS


class Rebuilt(Struct, frozen=True, kw_only=True):
    """What a log came to: records whose chain was checked, its end, and its state."""

    records: int
    chain: str
    state_sha256: str


def rebuilt_beside(path: Path, settings: Settings, scratch: Path) -> str:
    """Give the checksum of state by a truth.db, which stays as it is."""
    with scratch_folder(scratch) as folder:
        copy_file(path, folder / TRUTH)
        return rebuilt(folder, settings).state_sha256


def rebuilt(folder: Path, settings: Settings) -> Rebuilt:
    """Check the chain of a folder's log and compute its state in the same folder."""
    with (
        closing(SqliteTruth(folder / TRUTH)) as truth,
        closing(SqliteState(folder / "state.db")) as state,
    ):
        records = truth.verify()
        fold = open_fold(truth, state, settings.state.rows_max, settings.shop.time_zone)
        replay(fold, truth, state, records)
        last = truth.get(records)
        return Rebuilt(
            records=records,
            chain=(GENESIS if last is None else last.chain).hex(),
            state_sha256=digest(fold),
        )
