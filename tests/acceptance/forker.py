"""A process that has imported the product, and forks one of it for each call.

Run as a program, by tests.acceptance.forking: each message on the socket it is given
is JSON with argv, env and cwd, and brings four open files: the new process' standard
input, output and error, and one that is told how it ended.
"""

import atexit
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
import time
import traceback
from typing import Any

MESSAGE_BYTES = 1 << 20
FILES_MAX = 4096
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


class Forker:
    """Takes calls, and tells each caller how its process ended."""

    def __init__(self, calls: int) -> None:
        self._calls = socket.socket(fileno=calls)
        self._running: dict[int, int] = {}
        self._woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake)
        self._calls.send(str(hash("habitue")).encode())

    def next_process(self) -> dict[str, Any] | None:
        """Fork for each call; give it, in the new process; None once nobody calls."""
        while True:
            ready, _, _ = select.select([self._calls, self._woken], [], [])
            if self._woken in ready:
                os.read(self._woken, 4096)
                self._reap()
            if self._calls not in ready:
                continue
            raw, files, _, _ = socket.recv_fds(self._calls, MESSAGE_BYTES, 4)
            if not raw:
                return None
            pid = os.fork()
            if not pid:
                self._let_go()
                return {**json.loads(raw), "files": files}
            *standard, self._running[pid] = files
            for file in standard:
                os.close(file)
            self._calls.send(str(pid).encode())

    def _reap(self) -> None:
        for pid in tuple(self._running):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                told = self._running.pop(pid)
                os.write(told, str(os.waitstatus_to_exitcode(status)).encode())
                os.close(told)

    def _let_go(self) -> None:
        """Forget, in the new process, what is the old one's."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._calls.detach()


def become(call: dict[str, Any]) -> None:
    """Be a process as if started anew: its files, folder, environment and words."""
    for at, file in enumerate(call["files"][:3]):
        os.dup2(file, at)
    os.closerange(3, FILES_MAX)
    os.chdir(call["cwd"])
    sys.path[0] = call["cwd"]
    os.environ.clear()
    os.environ.update(call["env"])
    time.tzset()
    sys.argv = ["habitue", *call["argv"]]


def load() -> None:
    """Import what any process of the product may come to import."""
    from habitue.cli.main import COMMANDS

    for _, module, _ in COMMANDS:
        importlib.import_module(f"habitue.cli.{module}")
    for module in LATER:
        importlib.import_module(module)
    from habitue.console.render import warm

    warm(lambda: None)


def finish() -> int:
    """Run habitue, and do what Python does at an end; give the exit code.

    But for taking down every module: that would copy all that is shared, only to
    throw it away.
    """
    from habitue.cli import main

    code: object = None
    try:
        main()
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


if __name__ == "__main__":
    load()
    gc.collect()
    # What is shared stays shared: no collection of a child writes to it.
    gc.freeze()
    call = Forker(int(sys.argv[1])).next_process()
    if call is not None:
        become(call)
        os._exit(finish())
