"""Requests that were sent with a key of their own: what each came to, for a day.

What is kept is a note a key, under a hash of the key. A note is there, whole and on the
disk, before anything is done; so after a crash it is known that something was begun.
The answer is sealed with the key itself, which is kept nowhere: only who sends the key
once more can have it read, and it may hold a secret that is shown once, or a person's
data. When somebody is erased all answers go, since no one can tell whom they name, and
of what is being done meanwhile none is kept; the notes stay, so nothing is done twice.
"""

import hashlib
import os
import threading
from pathlib import Path
from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct, structs

from habitue.base.clock import DAY_US, HOUR_US, Clock
from habitue.base.errors import ConflictError, HabitueError

KEPT_US = DAY_US
KEYS_MAX = 10_000
# What stands for an answer that was forgotten; and in its place while a request is done
# that began before somebody was erased: its answer may name them.
FORGOTTEN, OUTLIVED = b"", b"\0"
_NONCE_BYTES = 12


class TooManyKeysError(HabitueError):
    """A caller may use 10,000 idempotency keys within 24 hours; send without one."""


class Answer(Struct, frozen=True):
    """What a request came to: its status, the type of its body, and that.

    names_nobody: it may be kept though somebody was erased since the request began.
    """

    status: int
    media: str
    body: bytes
    names_nobody: bool = False


class Begun(Struct, frozen=True):
    """A request that was begun: when (in us), what it was, and its sealed answer.

    Without an answer it is being done still, or its end is not known. What it was is
    told by a hash under the key that was sent, so nobody can try what it may have been.
    """

    at_us: int
    request: str
    sealed: bytes | None = None

    @property
    def is_answered(self) -> bool:
        """Say whether its end is known, though the answer may be forgotten."""
        return self.sealed not in {None, OUTLIVED}


class Whose(Struct, frozen=True):
    """Whose key: what the caller is called, and the key they sent."""

    caller: str
    key: str


class Repeats(Protocol):
    """Remembers what was sent with a key, and what it came to."""

    def begin(self, whose: Whose, request: str) -> Begun | None:
        """Note that a request begins; give what was begun with this key before.

        request: a hash of all that it asks for.
        """
        ...

    def end(self, whose: Whose, request: str, answer: Answer) -> None:
        """Keep what it came to; where somebody was erased meanwhile, that it did."""
        ...

    def take_back(self, whose: Whose) -> None:
        """Forget that it began, since it did nothing."""
        ...

    def forget_answers(self) -> None:
        """Keep of all that began so far that it was done, and no answer."""
        ...


def sealed(whose: Whose, request: str, answer: Answer) -> bytes:
    """Seal an answer so that nothing but the key opens it."""
    nonce = os.urandom(_NONCE_BYTES)
    told = msgspec.msgpack.encode(answer)
    return nonce + _cipher(whose).encrypt(nonce, told, request.encode())


def opened(whose: Whose, begun: Begun) -> Answer | None:
    """Read what it came to; None where that is not known.

    Raises ConflictError where it is kept no more, or was changed.
    """
    if begun.sealed is None or begun.sealed == OUTLIVED:
        return None
    if begun.sealed == FORGOTTEN:
        raise ConflictError(
            "The request of this Idempotency-Key was done; its answer was forgotten"
            " when somebody was erased. Ask for what it changed."
        )
    nonce, held = begun.sealed[:_NONCE_BYTES], begun.sealed[_NONCE_BYTES:]
    try:
        told = _cipher(whose).decrypt(nonce, held, begun.request.encode())
    except InvalidTag as error:
        raise ConflictError(
            "What is kept of this Idempotency-Key was changed by somebody else;"
            " look whether the request was done."
        ) from error
    return msgspec.msgpack.decode(told, type=Answer)


def hashed(*parts: str) -> str:
    """Give what is kept under names that are not kept: of a caller, a key, a deed."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class FileRepeats:
    """Keeps them in a folder, a file a key; for one process and its threads."""

    def __init__(self, folder: Path, clock: Clock, *, keys_max: int = KEYS_MAX) -> None:
        self._folder = folder
        self._clock = clock
        self._keys_max = keys_max
        self._swept: dict[str, int] = {}
        # A note is read and written anew by one thread at a time.
        self._turn = threading.Lock()

    def begin(self, whose: Whose, request: str) -> Begun | None:
        path = self._path(whose)
        self._sweep(path.parent)
        with self._turn:
            return self._begin(path, request)

    def _begin(self, path: Path, request: str) -> Begun | None:
        now_us = self._clock.now_us()
        held = _read(path)
        if held is not None and held.at_us <= now_us - KEPT_US:
            path.unlink(missing_ok=True)
        draft = self._write(path, Begun(now_us, request))
        try:
            # It is there whole or not at all, and of two at once one is first.
            os.link(draft, path)
        except FileExistsError:
            return _read(path)
        finally:
            draft.unlink()
        _flush(path.parent)
        return None

    def end(self, whose: Whose, request: str, answer: Answer) -> None:
        path, told = self._path(whose), sealed(whose, request, answer)
        with self._turn:
            held = _read(path)
            if held is not None and held.sealed == OUTLIVED and not answer.names_nobody:
                told = FORGOTTEN
            self._put(path, Begun(self._clock.now_us(), request, told))

    def take_back(self, whose: Whose) -> None:
        path = self._path(whose)
        with self._turn:
            path.unlink(missing_ok=True)
            _flush(path.parent)

    def forget_answers(self) -> None:
        for path in self._folder.glob("*/*"):
            with self._turn:
                if path.suffix:
                    # Of a process that was killed as it wrote.
                    path.unlink(missing_ok=True)
                elif (held := _read(path)) is not None:
                    kept = FORGOTTEN if held.is_answered else OUTLIVED
                    self._put(path, structs.replace(held, sealed=kept))

    def _path(self, whose: Whose) -> Path:
        return self._folder / hashed(whose.caller) / hashed(whose.caller, whose.key)

    def _put(self, path: Path, begun: Begun) -> None:
        self._write(path, begun).replace(path)
        _flush(path.parent)

    def _write(self, path: Path, begun: Begun) -> Path:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.urandom(8).hex()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.msgpack.encode(begun))
            file.flush()
            os.fsync(file.fileno())
        seconds = begun.at_us // 1_000_000
        os.utime(draft, (seconds, seconds))
        return draft

    def _sweep(self, folder: Path) -> None:
        """Forget what is older than a day, once an hour; refuse one key too many."""
        if not folder.is_dir():
            return
        hour = self._clock.now_us() // HOUR_US
        if self._swept.get(folder.name) != hour:
            since_s = (self._clock.now_us() - KEPT_US) / 1_000_000
            for path in folder.iterdir():
                if _is_older(path, since_s):
                    path.unlink(missing_ok=True)
            self._swept[folder.name] = hour
        if sum(1 for _ in folder.iterdir()) >= self._keys_max:
            raise TooManyKeysError


def _is_older(path: Path, moment_s: float) -> bool:
    try:
        return path.stat().st_mtime <= moment_s
    except FileNotFoundError:
        # A draft of another thread, which has taken its place meanwhile.
        return False


def _read(path: Path) -> Begun | None:
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=Begun)
    except FileNotFoundError:
        return None


def _cipher(whose: Whose) -> AESGCM:
    """Make the key that seals: of what was sent, which is kept nowhere."""
    salt = whose.caller.encode()
    derived = HKDF(SHA256(), 32, salt, b"habitue idempotency")
    return AESGCM(derived.derive(whose.key.encode()))


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
