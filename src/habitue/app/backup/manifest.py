"""What a backup says of itself: its files, and where its log ends."""

import hashlib
import re
from pathlib import Path

import msgspec
from msgspec import Struct

from habitue.base.errors import HabitueError

NAME = "manifest.json"
TRUTH = "truth.db"
SECRETS = "secrets"
FORMAT = 1
# What may lie in a backup; anything else is not touched, whatever a manifest says.
_FILE = re.compile(
    r"truth\.db|operator\.token|(?:secrets|webhooks)/[A-Za-z0-9][A-Za-z0-9_.-]{0,99}"
)
_READ_BYTES = 1 << 20


class DamagedBackupError(HabitueError):
    """The backup is damaged."""


class Kept(Struct, frozen=True, kw_only=True):
    """One file of a backup: its size in bytes and its SHA-256 in hexadecimal."""

    size_bytes: int
    sha256: str


class Manifest(Struct, frozen=True, kw_only=True):
    """What a backup holds, by whom and when it was made, and where its log ends."""

    format: int
    version: str
    made_at: str
    kept_in: str
    head: int
    chain: str
    files: dict[str, Kept]
    # SHA-256 of the state computed from the log, where it was asked for.
    state_sha256: str | None = None


def describe(path: Path) -> Kept:
    """Read a file and give its size and its SHA-256."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_READ_BYTES):
            found.update(part)
    return Kept(size_bytes=path.stat().st_size, sha256=found.hexdigest())


def write_manifest(folder: Path, manifest: Manifest) -> None:
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    (folder / NAME).write_bytes(text + b"\n")


def read_manifest(raw: bytes, where: Path) -> Manifest:
    """Read a manifest; one that names other files than a backup holds is refused."""
    try:
        manifest = msgspec.json.decode(raw, type=Manifest)
    except msgspec.DecodeError as error:
        raise DamagedBackupError(
            f"The manifest of {where} can't be read: {error}. Use another backup."
        ) from error
    if manifest.format != FORMAT:
        raise DamagedBackupError(
            f"The backup {where} has the format {manifest.format}, this program reads"
            f" {FORMAT}. Use the version that made it: {manifest.version}."
        )
    strange = [name for name in manifest.files if not _FILE.fullmatch(name)]
    if strange or TRUTH not in manifest.files:
        raise DamagedBackupError(
            f"The manifest of {where} names {strange or 'no truth.db'}: that is no"
            " backup of ours. Use another one."
        )
    return manifest


def check_file(path: Path, name: str, kept: Kept) -> None:
    """Raise DamagedBackupError unless a file is what the manifest says."""
    if not path.is_file() or path.is_symlink():
        raise DamagedBackupError(
            f"The file {name} is missing from the backup. Use another backup."
        )
    found = describe(path)
    if found != kept:
        raise DamagedBackupError(
            f"The file {name} of the backup is damaged: it has {found.size_bytes:,}"
            f" bytes and the SHA-256 {found.sha256[:16]}.., not {kept.size_bytes:,} and"
            f" {kept.sha256[:16]}... Use another backup."
        )
