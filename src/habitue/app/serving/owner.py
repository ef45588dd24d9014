"""One process owns the data folder: the lock, and where its owner listens."""

import fcntl
import json
import time
from pathlib import Path
from typing import IO

from msgspec import Struct

from habitue.access.secrets import FileSecrets
from habitue.base.errors import ConflictError
from habitue.base.ids import new_secret

TOKEN_FILE = "operator.token"  # noqa: S105 - the name of a file
TOKEN_CHARS_MIN = 24
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
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    secrets = FileSecrets(folder)
    held = secrets.get(TOKEN_FILE)
    if held is None:
        token = new_secret()
        secrets.put(TOKEN_FILE, token.encode() + b"\n")
        return token
    token = held.decode("ascii", "replace").strip()
    if len(token) < TOKEN_CHARS_MIN:
        raise ConflictError(
            f"The operator's token in {folder / TOKEN_FILE} is too short to be one."
            " Delete the file, and start again for a new one."
        )
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
