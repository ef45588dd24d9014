"""Rebuilds state from the log, and compares it with the one that was kept."""

import hashlib
import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from habitue.app.projection.defined import policy_in_force, state_stamp
from habitue.app.projection.fold import STAMP, Fold
from habitue.app.projection.reckoned import reckoning_in_force
from habitue.app.projection.storage import lake_file, open_storage
from habitue.backends.sqlite.state import SqliteState
from habitue.base.sections import Shop
from habitue.base.settings import Settings
from habitue.identity.defining import policy_of_state
from habitue.log.port import Truth
from habitue.model.kind import KindPolicy
from habitue.state.port import StateBackend
from habitue.state.store import Store

# So many records are folded between two snapshots of a rebuild.
BATCH_RECORDS = 20_000


def open_fold(
    truth: Truth, backend: StateBackend, rows_max: int, zone: str = "UTC"
) -> Fold:
    """Open the projections over a backend, standing where its state stands.

    They go by the kinds and the shop's time zone as the log defines them now; state
    that went by others in what it depends on is thrown away. zone: of a log that
    says nothing of it yet, as before its first start.
    """
    policy = policy_of_state(policy_in_force(truth))
    zone = reckoning_in_force(truth, Shop(time_zone=zone)).time_zone
    return fold_over(truth, backend, rows_max, basis_of(truth, policy, zone))


class Basis(NamedTuple):
    """What of the log's definitions state begins with; stamp: all of it, in short."""

    policy: KindPolicy
    # The shop's time zone.
    zone: str
    stamp: str


def basis_of(truth: Truth, policy: KindPolicy, zone: str) -> Basis:
    """Say what state goes by: the kinds, and the shop's time zone."""
    return Basis(policy, zone, f"{STAMP} {zone} {state_stamp(truth, policy)}")


def fold_over(truth: Truth, backend: StateBackend, rows_max: int, basis: Basis) -> Fold:
    """Open the projections over a backend."""
    store = Store(backend, rows_max=rows_max, stamp=basis.stamp)
    fold = Fold(store, basis.policy, truth, basis.zone)
    fold.open()
    return fold


def _open(truth: Truth, backend: StateBackend, settings: Settings) -> Fold:
    return open_fold(truth, backend, settings.state.rows_max, settings.shop.time_zone)


def replay(
    fold: Fold,
    truth: Truth,
    backend: StateBackend,
    until: int,
    batch_records: int = BATCH_RECORDS,
) -> None:
    """Fold the log into state up to an offset, with a snapshot a batch."""
    while fold.offset < until:
        room = min(batch_records, until - fold.offset)
        for record in truth.read(fold.offset, room):
            fold.apply(record)
        save(fold, backend)


def save(fold: Fold, backend: StateBackend) -> None:
    """Write what is dirty as one snapshot."""
    if fold.store.begin(fold.offset):
        backend.commit(fold.store.take())
        fold.store.settle()


def rebuild(settings: Settings) -> dict[str, Any]:
    """Throw state away and compute it again; nobody else may own the data."""
    storage = open_storage(settings)
    try:
        # State goes ahead of the analytic copy untold, so that one is made anew, too.
        lake_file(settings).unlink(missing_ok=True)
        # Another stamp is what makes a backend throw its rows away.
        Store(storage.state, rows_max=1000, stamp="thrown-away").open()
        fold = _open(storage.truth, storage.state, settings)
        replay(fold, storage.truth, storage.state, storage.truth.head())
        return {"records": fold.offset, "sha256": digest(fold)}
    finally:
        storage.close()


def verify(settings: Settings) -> dict[str, Any]:
    """Rebuild beside the kept state and compare both, byte for byte."""
    storage = open_storage(settings)
    try:
        kept = _open(storage.truth, storage.state, settings)
        replay(kept, storage.truth, storage.state, storage.truth.head())
        with tempfile.TemporaryDirectory(prefix="habitue-rebuild-") as folder:
            backend = SqliteState(Path(folder) / "state.db")
            fresh = _open(storage.truth, backend, settings)
            replay(fresh, storage.truth, backend, kept.offset)
            first = difference(kept, fresh)
            result = {
                "records": kept.offset,
                "kept_sha256": digest(kept),
                "rebuilt_sha256": digest(fresh),
                "equal": first is None,
            }
            if first is not None:
                result["first_difference"] = first
            backend.close()
        return result
    finally:
        storage.close()


def digest(fold: Fold) -> str:
    """Give SHA-256 over the canonical dump of state."""
    found = hashlib.sha256()
    for row in fold.store.dump():
        found.update(len(row).to_bytes(8, "big"))
        found.update(row)
    return found.hexdigest()


def difference(left: Fold, right: Fold) -> str | None:
    """Name the first row in which two states differ; None if they are equal."""
    pairs: Iterator[tuple[bytes | None, bytes | None]] = itertools.zip_longest(
        left.store.dump(), right.store.dump()
    )
    for one, other in pairs:
        if one != other:
            return f"{_row(one)} against {_row(other)}"
    return None


def _row(row: bytes | None) -> str:
    return "nothing" if row is None else repr(msgspec.msgpack.decode(row))[:2000]
