"""Proves a backup: every byte of it, the chain of its log, and state computed anew."""

from pathlib import Path
from tempfile import TemporaryDirectory

from habitue import __version__
from habitue.app.backup.bundle import unpacked
from habitue.app.backup.manifest import DamagedBackupError, Manifest
from habitue.app.backup.rebuilt import Rebuilt, rebuilt
from habitue.base.settings import Settings


def check(settings: Settings, backup: Path) -> tuple[Manifest, Rebuilt]:
    """Restore a backup into a scratch folder; DamagedBackupError if it is not whole."""
    with (
        TemporaryDirectory(prefix="habitue-verify-") as scratch,
        unpacked(backup, Path(scratch) / "copy") as (folder, manifest),
    ):
        found = rebuilt(folder, settings)
    check_end(manifest, found.records, found.chain)
    # Another version may compute another state, rightly.
    told = manifest.state_sha256 if manifest.version == __version__ else None
    if told not in {None, found.state_sha256}:
        raise DamagedBackupError(
            f"State computed from the backup has the SHA-256 {found.state_sha256}, its"
            f" manifest says {told}. Were other settings of identity in force when it"
            " was made? Otherwise use another backup."
        )
    return manifest, found


def check_end(manifest: Manifest, records: int, chain: str) -> None:
    """Raise unless a log ends where the manifest says it does."""
    if (records, chain) != (manifest.head, manifest.chain):
        raise DamagedBackupError(
            f"The log of the backup ends at record {records} with the chain"
            f" {chain[:16]}.., its manifest says {manifest.head} and"
            f" {manifest.chain[:16]}... Use another backup."
        )
