"""A process that has imported the product, and forks one of it for each call.

Run as a program, by tests.acceptance.forking: each message on the socket it is given
is JSON with argv, env and cwd, and brings four open files: the new process' standard
input, output and error, and one that is told how it ended. A child that the product
starts by itself is called for at a socket in the folder it is given, by what stands
there for Python (tests/acceptance/standin.py): with three files, and for as long as
whoever called is there.
"""

import atexit
import ctypes
import gc
import importlib
import json
import marshal
import os
import runpy
import select
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, NamedTuple

MESSAGE_BYTES = 1 << 20
FILES_MAX = 4096
# A child is called for at once, or whoever would have has been killed.
CALL_S = 10.0
# What commands and the server import by themselves only once they need it.
LATER = (
    "habitue.app.lake.arrow",
    "habitue.app.serving.console_ports",
    "habitue.app.serving.local",
    "habitue.app.serving.server",
    "habitue.backends.duckdb.lake",
    "habitue.backends.postgres.state",
    "habitue.console.routes",
    "uvicorn.lifespan.on",
    "uvicorn.loops.uvloop",
    "uvloop",
)
HABITUE = "habitue"
# What an allocator is told by its environment, it is told when a process starts.
_ARENAS_MAX = -8


class Call(NamedTuple):
    """What a new process is to be: habitue with its words, or a child's module."""

    argv: list[str]
    env: dict[str, str]
    cwd: str
    files: list[int]
    module: str = HABITUE
    # Whether it leads a group of its own.
    leads: bool = False

    @property
    def is_habitue(self) -> bool:
        return self.module == HABITUE


class Forker:
    """Takes calls, and tells each caller how its process ended."""

    def __init__(self, calls: int, folder: Path) -> None:
        self._calls = socket.socket(fileno=calls)
        self._door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._door.bind(str(folder / "calls"))
        self._door.listen(64)
        # How each process tells that it ended; and of the children, who waits for it.
        self._running: dict[int, int] = {}
        self._waiting: dict[int, tuple[socket.socket, Call]] = {}
        self._woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake)
        self._calls.send(str(hash("habitue")).encode())

    def next_process(self) -> Call | None:
        """Fork for each call; give it, in the new process; None once nobody calls."""
        while True:
            waiting = [who for who, _ in self._waiting.values()]
            heard = [self._calls, self._door, self._woken, *waiting]
            ready, _, _ = select.select(heard, [], [])
            if self._woken in ready:
                os.read(self._woken, 4096)
                self._reap()
            self._hear(ready)
            if self._door in ready and (call := self._child()):
                return call
            if self._calls not in ready:
                continue
            raw, files, _, _ = socket.recv_fds(self._calls, MESSAGE_BYTES, 4)
            if not raw:
                return None
            pid = os.fork()
            if not pid:
                self._let_go()
                return Call(**json.loads(raw), files=files)
            *standard, self._running[pid] = files
            _close(standard)
            self._calls.send(str(pid).encode())

    def _child(self) -> Call | None:
        """Fork a child for who stands at the door; give it, in the child."""
        who, _ = self._door.accept()
        who.settimeout(CALL_S)
        raw, files, _, _ = socket.recv_fds(who, MESSAGE_BYTES, 3)
        if not raw:
            # It was killed before it could say what it wants.
            who.close()
            return None
        (module, *argv), env, cwd, leads = marshal.loads(raw)
        call = Call(argv, env, cwd, files, module, leads)
        if not call.is_habitue:
            prepare(module)
        pid = os.fork()
        if not pid:
            self._let_go()
            who.detach()
            return call
        _close(files)
        self._waiting[pid] = who, call
        return None

    def _hear(self, ready: list[Any]) -> None:
        """Pass on what asks a child to end, and end one whose caller is gone."""
        for pid, (who, call) in tuple(self._waiting.items()):
            if who not in ready:
                continue
            if told := who.recv(1):
                os.kill(pid, told[0])
                continue
            _kill(pid, call.leads)
            self._waiting.pop(pid)[0].close()
            self._running[pid] = os.open(os.devnull, os.O_WRONLY)

    def _reap(self) -> None:
        for pid in (*self._running, *self._waiting):
            found, status = os.waitpid(pid, os.WNOHANG)
            if not found:
                continue
            code = str(os.waitstatus_to_exitcode(status)).encode()
            if pid in self._waiting:
                who, _ = self._waiting.pop(pid)
                told = who.detach()
            else:
                told = self._running.pop(pid)
            _tell(told, code)

    def _let_go(self) -> None:
        """Forget, in the new process, what is the old one's."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for one in (
            self._calls,
            self._door,
            *(who for who, _ in self._waiting.values()),
        ):
            one.detach()


def _kill(pid: int, leads: bool) -> None:
    os.kill(pid, signal.SIGKILL)
    if leads:
        # Of one that was only just forked there is no group yet.
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _tell(told: int, code: bytes) -> None:
    # Who waits for it may have been killed meanwhile.
    with suppress(BrokenPipeError, ConnectionResetError):
        os.write(told, code)
    os.close(told)


def _close(files: list[int]) -> None:
    for file in files:
        os.close(file)


@cache
def prepare(module: str) -> None:
    """Import what a child of the product may come to import, when one is called for."""
    found = importlib.import_module(module)
    for maker in getattr(found, "MAKERS", {}).values():
        resolve_name(maker)
    settle()


def become(call: Call) -> None:
    """Be a process as if started anew: its files, folder, environment and words."""
    for at, file in enumerate(call.files[:3]):
        os.dup2(file, at)
    os.closerange(3, FILES_MAX)
    if call.leads:
        os.setsid()
    os.chdir(call.cwd)
    sys.path[0] = call.cwd
    os.environ.clear()
    os.environ.update(call.env)
    time.tzset()
    sys.argv = [call.module, *call.argv]


def load() -> None:
    """Import what any process of the product may come to import."""
    from habitue.cli.main import COMMANDS

    for _, module, _ in COMMANDS:
        importlib.import_module(f"habitue.cli.{module}")
    for module in LATER:
        importlib.import_module(module)
    from habitue.console.render import warm

    warm(lambda: None)


def settle() -> None:
    """Have what is shared stay so: no collection of a child writes to it."""
    gc.collect()
    gc.freeze()


def run_child(module: str) -> None:
    """Run a module of the product as Python runs a program."""
    if os.environ.get("MALLOC_ARENA_MAX") == "1":
        ctypes.CDLL(None).mallopt(_ARENAS_MAX, 1)
    if os.environ.get("ARROW_DEFAULT_MEMORY_POOL") == "system":
        pa = importlib.import_module("pyarrow")
        pa.set_memory_pool(pa.system_memory_pool())
    # It is run anew, under another name.
    sys.modules.pop(module)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def finish(run: Callable[[], object]) -> int:
    """Run a program, and do what Python does at an end; give the exit code.

    But for taking down every module: that would copy all that is shared, only to
    throw it away.
    """
    code: object = None
    try:
        run()
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - told as Python tells it
        traceback.print_exc()
        code = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    sys.stderr.flush()
    return code or 0


def main(calls: int, folder: Path) -> None:
    # What the product takes for Python, in all that is forked.
    sys.executable = str(folder / "python")
    load()
    settle()
    call = Forker(calls, folder).next_process()
    if call is None:
        return
    become(call)
    if call.is_habitue:
        from habitue.cli import main as habitue

        os._exit(finish(habitue))
    os._exit(finish(lambda: run_child(call.module)))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
