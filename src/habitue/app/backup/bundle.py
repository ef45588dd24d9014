"""A backup as a folder, or as one .tar file: packed whole, unpacked only as known."""

import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from habitue.app.backup.manifest import (
    NAME,
    DamagedBackupError,
    Manifest,
    check_file,
    read_manifest,
)
from habitue.base.errors import NotFoundError

TAR = ".tar"
MANIFEST_BYTES_MAX = 4 << 20


def publish(draft: Path, target: Path) -> None:
    """Put a finished draft, a folder, in its place: whole, or not at all."""
    if target.suffix == TAR:
        packed = draft.with_name(draft.name + TAR)
        _pack(draft, packed)
        shutil.rmtree(draft)
        packed.rename(target)
    else:
        for path in sorted(draft.rglob("*")):
            _flush(path)
        _flush(draft)
        draft.rename(target)
    _flush(target.parent)


def clear(draft: Path) -> None:
    """Remove what a backup that was broken off has left."""
    shutil.rmtree(draft, ignore_errors=True)
    draft.with_name(draft.name + TAR).unlink(missing_ok=True)


@contextmanager
def scratch_folder(folder: Path) -> Iterator[Path]:
    """Give a folder for the while, empty; what a killed process left in it goes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def unpacked(backup: Path, scratch: Path) -> Iterator[tuple[Path, Manifest]]:
    """Give a checked copy of a backup in a scratch folder, and its manifest.

    The scratch folder is of a name that is always the same for what is done, so that
    what a killed process left there is cleared by the next.
    Raises DamagedBackupError before anything of a damaged backup is used.
    """
    if not backup.exists():
        raise NotFoundError(f"There is no backup {backup}.")
    with scratch_folder(scratch) as folder:
        try:
            unpack = _copy if backup.is_dir() else _unpack
            manifest = unpack(backup, folder)
        except (tarfile.TarError, EOFError, KeyError) as error:
            raise DamagedBackupError(
                f"The backup {backup} can't be unpacked: {error}. Use another backup."
            ) from error
        for name, kept in manifest.files.items():
            check_file(folder / name, name, kept)
        yield folder, manifest


def _pack(draft: Path, packed: Path) -> None:
    handle = os.open(packed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    names = sorted(
        path.relative_to(draft).as_posix()
        for path in draft.rglob("*")
        if path.is_file() and path.name != NAME
    )
    with os.fdopen(handle, "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            for name in (NAME, *names):
                tar.add(draft / name, name)
        file.flush()
        os.fsync(file.fileno())


def _unpack(backup: Path, folder: Path) -> Manifest:
    with tarfile.open(backup, "r:") as tar:
        told = tar.extractfile(NAME)
        if told is None:
            raise KeyError(f"{NAME} is no file")
        manifest = read_manifest(told.read(MANIFEST_BYTES_MAX), backup)
        for name in manifest.files:
            member = tar.extractfile(name)
            if member is None:
                raise KeyError(f"{name} is no file")
            with member, _new(folder / name) as file:
                shutil.copyfileobj(member, file)
    return manifest


def _copy(backup: Path, folder: Path) -> Manifest:
    told = backup / NAME
    if not told.is_file():
        raise NotFoundError(f"{backup} is no backup: it has no {NAME}.")
    manifest = read_manifest(told.read_bytes(), backup)
    for name in manifest.files:
        path = backup / name
        # What is missing or led elsewhere is told by the check that follows.
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as held, _new(folder / name) as file:
                shutil.copyfileobj(held, file)
    return manifest


@contextmanager
def _new(path: Path) -> Iterator[IO[bytes]]:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        yield file


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
