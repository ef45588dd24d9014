"""When backups were made that lie in a folder."""

import json
import tarfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from habitue.base.clock import to_us

MANIFEST = "manifest.json"
_MANIFEST_BYTES_MAX = 10_000_000


def newest_us(folder: Path) -> int | None:
    """Say when the newest backup in a folder was made; None if there is none."""
    return max(made_us(folder), default=None)


def made_us(folder: Path) -> Iterator[int]:
    """Give when each backup in a folder, or that is the folder, was made."""
    for path in [folder, *(sorted(folder.iterdir()) if folder.is_dir() else ())]:
        text = _manifest(path)
        if text is not None and (made := _moment(text)) is not None:
            yield made


def _manifest(path: Path) -> bytes | None:
    """Read the manifest of a backup, a folder or a .tar; None where it is none."""
    if path.is_dir():
        told = path / MANIFEST
        return told.read_bytes() if told.is_file() else None
    if path.suffix != ".tar" or not tarfile.is_tarfile(path):
        return None
    with tarfile.open(path) as archive:
        for member in archive:
            if Path(member.name).name == MANIFEST:
                file = archive.extractfile(member)
                return None if file is None else file.read(_MANIFEST_BYTES_MAX)
    return None


def _moment(text: bytes) -> int | None:
    """Read when a backup was made; None where its manifest says nothing of that."""
    try:
        return to_us(datetime.fromisoformat(json.loads(text)["made_at"]))
    except (ValueError, KeyError, TypeError):
        return None
