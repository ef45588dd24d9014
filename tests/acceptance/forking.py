"""Processes of the product that need not import it again: forked from one that did.

To import it takes a second of a core, and the tests start it a thousand times. What is
forked is a process of its own with the files, folder and environment it is given, and
runs `habitue` with its words; only its modules are there already. A server, the same
started again, and the commands beside it come in turn from two that imported, so what
one wrote is read under other hashes, as it is between any two processes. So do the
children that these start for some of their work: to them Python is another program
(standin.py), which calls for a child at the other of the two. Started in full, as ever:
what tests start by `python -m habitue` themselves, what brings a plugin or another path
for Python, and everything in the torture.
"""

import atexit
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path

PROGRAM = Path(__file__).with_name("forker.py")
STANDIN = PROGRAM.with_name("standin.py")
CALL_S, COMMAND_S = 60, 300


def _pythons(env: Mapping[str, str]) -> dict[str, str]:
    return {name: told for name, told in env.items() if name.startswith("PYTHON")}


# As Python itself was told when it started the tests.
PYTHONS = _pythons(os.environ)


class Forked:
    """A running process, as subprocess.Popen has it."""

    def __init__(self, pid: int, told: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._told = told
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("habitue", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def _ended(self, timeout: float | None) -> int | None:
        with self._lock:
            if self.returncode is None and _is_ready(self._told, timeout):
                # Nothing at all, if the one that forked it is gone itself.
                self.returncode = int(os.read(self._told, 16) or -signal.SIGKILL)
                os.close(self._told)
            return self.returncode


class Nursery:
    """One process that imported the product, and what it forked."""

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        folder.mkdir()
        # What the product takes for Python, once it was forked.
        self.python = folder / "python"
        self.python.write_text(f"#!{sys.executable} -IS\n{STANDIN.read_text()}")
        self.python.chmod(0o700)
        self._calls, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            words = [sys.executable, PROGRAM, str(theirs.fileno()), folder]
            self._process = subprocess.Popen(
                words,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        self._calls.settimeout(CALL_S)
        # How it hashes a text, and so does what it forks.
        self.hashes = int(self._calls.recv(32))
        atexit.register(self.close)

    def fork(self, words: list[str], env: dict[str, str], out: int, err: int) -> Forked:
        """Run habitue with words; out and err are open files."""
        call = {"argv": words, "env": env, "cwd": str(Path.cwd())}
        told, tells = os.pipe()
        nothing = os.open(os.devnull, os.O_RDONLY)
        try:
            with self._lock:
                raw, files = json.dumps(call).encode(), [nothing, out, err, tells]
                socket.send_fds(self._calls, [raw], files)
                pid = int(self._calls.recv(16))
        finally:
            os.close(nothing)
            os.close(tells)
        return Forked(pid, told)

    def close(self) -> None:
        """Let it end; what it forked goes on."""
        self._calls.close()
        self._process.wait(CALL_S)


def nursery(turn: int) -> Nursery:
    """Give the one whose turn it is."""
    return _nursery(turn % 2)


@cache
def _nursery(turn: int) -> Nursery:
    return Nursery(_base() / str(turn))


@cache
def _base() -> Path:
    """Give the folder of both, by a short path: a socket has no long one."""
    base = Path(tempfile.mkdtemp(prefix="forks-", dir="/tmp"))
    atexit.register(shutil.rmtree, base, ignore_errors=True)
    return base


def is_alike(env: dict[str, str]) -> bool:
    """Say whether a process of this environment may be forked."""
    return _pythons(env) == PYTHONS and not env.get("HABITUE_TORTURE")


def run(
    words: list[str], turn: int = 0, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a habitue command to its end, as subprocess.run does.

    environment: what its environment has beside that of the tests.
    """
    env = {**os.environ, **environment}
    if not is_alike(env):
        return subprocess.run(
            [sys.executable, "-m", "habitue", *words],
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
            check=False,
            env=env,
        )
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = nursery(turn).fork(words, env, out.fileno(), err.fileno())
        try:
            code = process.wait(COMMAND_S)
        finally:
            process.kill()
        told = []
        for file in (out, err):
            file.seek(0)
            told.append(file.read().decode())
    return subprocess.CompletedProcess(words, code, *told)


def _is_ready(file: int, timeout: float | None) -> bool:
    return bool(select.select([file], [], [], timeout)[0])
