"""Backups: how old the newest one is."""

import json
import tarfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from habitue.app.doctor.finding import Finding, good, look, skipped, wrong
from habitue.base.clock import DAY_US, HOUR_US, to_us

MANIFEST = "manifest.json"
OLD_US = 26 * HOUR_US
TOO_OLD_US = 8 * DAY_US
_MANIFEST_BYTES_MAX = 10_000_000


def backups(folder: Path | None, now_us: int) -> Finding:
    """Say how old the newest backup is of those that lie in a folder."""
    if folder is None:
        return skipped(
            "backups",
            "Not looked at: say where they lie with --backups FOLDER.",
        )
    made = list(_made_us(folder))
    if not made:
        return wrong("backups", f"There is no backup in {folder}. Make one.")
    age_us = now_us - max(made)
    told = f"The newest of {len(made)} backups is {age_us // HOUR_US} hours old"
    if age_us > TOO_OLD_US:
        return wrong("backups", f"{told}. Make one now, and one each day.")
    if age_us > OLD_US:
        return look("backups", f"{told}. One each day loses a day at most.")
    return good("backups", f"{told}.")


def _made_us(folder: Path) -> Iterator[int]:
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
