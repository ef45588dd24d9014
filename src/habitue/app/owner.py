"""One process owns the data folder: the lock, and where its owner listens."""

import fcntl
import json
import os
import time
from pathlib import Path
from typing import IO

from msgspec import Struct

from habitue.base.errors import ConflictError
from habitue.base.ids import new_secret

LOCK_TRIES = 10
LOCK_WAIT_S = 0.05


class Owner(Struct, frozen=True):
    """The process that owns a data folder: where it listens, and its token."""

    host: str
    port: int
    token: str


class FolderLock:
    """Holds a data folder for this process; released when the process ends."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._file = (folder / "owner.lock").open("a+")
        if not _lock(self._file):
            self._file.close()
            raise ConflictError(
                f"The folder {folder} is in use by a running Habitué. Stop it first,"
                " or choose another folder with --data."
            )

    def announce(self, host: str, port: int) -> None:
        """Tell other commands where this process listens."""
        self._file.seek(0)
        self._file.truncate()
        json.dump({"host": host, "port": port}, self._file)
        self._file.flush()

    def release(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._file.close()


def _lock(file: IO[str]) -> bool:
    # A command that looks whether the folder is free holds it for a moment.
    for _ in range(LOCK_TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            time.sleep(LOCK_WAIT_S)
        else:
            return True
    return False


def operator_token(folder: Path) -> str:
    """Give the folder's operator token, made at first use and kept with mode 0600."""
    path = folder / "operator.token"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        token = new_secret()
        file.write(token + "\n")
    return token


def find_owner(folder: Path) -> Owner | None:
    """Find the process that owns a folder and listens; None if the folder is free."""
    path = folder / "owner.lock"
    if not path.exists():
        return None
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            told = file.read()
        else:
            return None
    if not told:
        raise ConflictError(
            f"The folder {folder} is in use by a command that does not listen."
            " Wait until it has ended."
        )
    where = json.loads(told)
    return Owner(where["host"], where["port"], operator_token(folder))
