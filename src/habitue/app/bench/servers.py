"""The servers under measurement, each in a process of its own."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any, Self

from habitue.app.bench.conditions import conditions
from habitue.app.bench.folding import SEGMENTS, under_segments
from habitue.app.bench.sessions import KINDS
from habitue.app.calling.gateway import Client, RemoteGateway
from habitue.app.serving.owner import Owner, operator_token
from habitue.base.clock import SystemClock
from habitue.base.errors import HabitueError
from habitue.base.settings import Settings

_START_S, _STOP_S = 60.0, 60.0
_LAG_S_MAX = 120.0
_RATE_MAX = 1_000_000


class NotStartedError(HabitueError):
    """The server did not start."""


class Running:
    """A server from its start to its clean stop."""

    def __init__(self, settings: Settings, module: str, *arguments: str) -> None:
        self.settings = settings
        self.port = _free_port()
        self._log = settings.data.folder.with_suffix(".log")
        self._command = [sys.executable, "-m", module, *arguments]
        self._process: subprocess.Popen[bytes]

    def __enter__(self) -> Self:
        command = [one.replace("PORT", str(self.port)) for one in self._command]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
                command, stdout=log, stderr=log
            )
        try:
            self._await_answer()
        except BaseException:
            # Whatever broke this off, the server must not outlive it.
            self._process.kill()
            self._process.wait()
            raise
        return self

    def _await_answer(self) -> None:
        deadline = time.perf_counter() + _START_S
        while time.perf_counter() < deadline and self._process.poll() is None:
            if self._answers():
                return
            time.sleep(0.01)
        said = self._log.read_text(errors="replace")[-2000:]
        raise NotStartedError(f"The server did not start: {said}")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def rss_mb(self) -> float:
        """Say how much memory the process holds; 0 where there is no /proc."""
        status = Path(f"/proc/{self._process.pid}/status")
        if not status.exists():
            return 0.0
        lines = status.read_text().splitlines()
        told = next(line for line in lines if line.startswith("VmRSS"))
        return int(told.split()[1]) / 1024

    def cpu_s(self) -> float:
        """Say how much computing the process has done; 0 where there is no /proc."""
        stat = Path(f"/proc/{self._process.pid}/stat")
        if not stat.exists():
            return 0.0
        # The name, in brackets, may hold blanks; user and system time come after it.
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


class Product(Running):
    """Habitué itself, as `habitue serve` runs it, under so many segments."""

    def __init__(
        self, settings: Settings, segments: int = SEGMENTS, *, more: str = ""
    ) -> None:
        """more: what the file of settings says besides."""
        self._gateways: list[RemoteGateway] = []
        wanted = list(islice(conditions(), segments))
        under_segments(settings, wanted, SystemClock().now_us())
        folder, url = str(settings.data.folder), settings.database.url
        database = ("--database", url) if url else ()
        # All visitors of a measurement come from one address, which a shop's don't.
        config = settings.data.folder.with_suffix(".toml")
        config.write_text(
            f"[collect]\npublic_items_per_s_per_address_max={_RATE_MAX}\n{more}"
        )
        super().__init__(
            settings,
            *("habitue", "serve", "--data", folder, "--port", "PORT"),
            *("--config", str(config)),
            *database,
        )

    @property
    def token(self) -> str:
        return operator_token(self.settings.data.folder)

    def __exit__(self, *gone: object) -> None:
        for one in self._gateways:
            one.close()
        super().__exit__(*gone)

    def client(self) -> Client:
        """Give a client with a connection of its own, which ends with the server."""
        owner = Owner("127.0.0.1", self.port, self.token)
        self._gateways.append(RemoteGateway(owner))
        return Client(self._gateways[-1], owner.token)

    def keys(self) -> dict[str, str]:
        """Set up the sources of the sessions; give their keys."""
        client = self.client()
        made: dict[str, str] = {}
        for name, kind in KINDS.items():
            # What is measured is the server, not the rate of a public source.
            wanted = {"name": name, "kind": kind, "eventsPerSMax": _RATE_MAX}
            source: Any = client.post("/api/v1/sources", wanted)
            made[name] = source["key"]
        return made

    def settle(self) -> float:
        """Wait until everything stored is applied; give the moment it was."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        deadline = time.perf_counter() + _LAG_S_MAX
        while time.perf_counter() < deadline:
            connection.request("GET", "/healthz")
            if not json.loads(connection.getresponse().read())["lag_records"]:
                connection.close()
                return time.perf_counter()
            time.sleep(0.005)
        raise HabitueError(f"The projector is behind after {_LAG_S_MAX:.0f} s.")


class FloorServer(Running):
    """The same server without the product: see habitue.app.bench.floor."""

    def __init__(self, settings: Settings) -> None:
        folder, url = str(settings.data.folder), settings.database.url
        super().__init__(settings, "habitue.app.bench.floor", folder, "PORT", url)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
