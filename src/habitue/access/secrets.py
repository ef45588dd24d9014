"""Secrets as files of the data folder, readable by their owner alone."""

import os
import re
from pathlib import Path

from habitue.base.errors import HabitueError, InvalidError

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")
_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_OTHERS = 0o077


class ExposedSecretError(HabitueError):
    """A secret can be read by others; make it readable by its owner alone."""


class FileSecrets:
    """Keeps each secret in a file with mode 0600, written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> bytes | None:
        """Read a secret; None if there is none of that name."""
        path = self._path(name)
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            return None
        if mode & _OTHERS:
            raise ExposedSecretError(
                f"The secret '{name}' can be read by other users of this machine."
                f" Run: chmod 600 {path}, and make a new secret."
            )
        return path.read_bytes()

    def put(self, name: str, secret: bytes) -> None:
        """Write a secret so that it is there after a crash, or the former one is."""
        path = self._path(name)
        self._folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".new")
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
        with os.fdopen(handle, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _flush_folder(self._folder)

    def names(self) -> list[str]:
        """Name all secrets, for a backup of them; drafts of a crash are none."""
        if not self._folder.is_dir():
            return []
        found = (path.name for path in self._folder.iterdir() if path.is_file())
        return sorted(name for name in found if not name.endswith(".new"))

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise InvalidError(
                f"'{name}' can't name a secret; use small letters, digits, - _ and ."
            )
        return self._folder / name


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
