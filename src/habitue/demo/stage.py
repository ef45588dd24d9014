"""The stage of the demo: a real server in its own process, and who speaks to it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from habitue.app.calling.gateway import Client, RemoteGateway
from habitue.app.serving.owner import find_owner
from habitue.base.clock import Clock
from habitue.base.errors import HabitueError
from habitue.base.ids import NewId
from habitue.demo.narrator import Narrator

START_S = 30.0


class WrongNumberError(HabitueError):
    """The demo got another number than the one it promises."""


class NotStartedError(HabitueError):
    """The demo's server did not start; its last words are above."""


class Stage:
    """Starts, kills and asks the server, and tells the visitor what happens."""

    def __init__(
        self, folder: Path, narrator: Narrator, clock: Clock, new_id: NewId
    ) -> None:
        self.folder = folder
        self.narrator = narrator
        self.clock = clock
        self.new_id = new_id
        self.keys: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "server.log"
        self.port = 0

    # -- the server -----------------------------------------------------------

    def start(self) -> None:
        """Start the server and wait until it answers and has printed its link."""
        self.port = self.port or _free_port()
        links = len(self._links())
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [
                    *(sys.executable, "-m", "habitue", "serve"),
                    *("--data", str(self.folder), "--port", str(self.port)),
                ],
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self._process.poll() is None:
            # It answers a moment before it says who may come in.
            if self._healthy() and len(self._links()) > links:
                return
            time.sleep(0.05)
        self.narrator.show(self._log.read_text(errors="replace")[-2000:])
        raise NotStartedError

    def _healthy(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """Kill the server as a power cut would: no warning, no clean-up."""
        assert self._process is not None  # noqa: S101 - only a started server is killed
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Stop the server cleanly."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)

    def wait(self) -> None:
        """Leave the server running until the visitor has enough."""
        if self._process is not None:
            self._process.wait()

    def link(self) -> str:
        """Give the newest start link that the server printed."""
        return self._links()[-1]

    def _links(self) -> list[str]:
        if not self._log.exists():
            return []
        lines = self._log.read_text(errors="replace").splitlines(keepends=True)
        return [
            line.split()[-1]
            for line in lines
            if "/console/start?token=" in line and line.endswith("\n")
        ]

    # -- asking and telling ---------------------------------------------------

    def client(self) -> Client:
        """Speak to the server as the operator."""
        owner = find_owner(self.folder)
        if owner is None:
            raise NotStartedError
        return Client(RemoteGateway(owner), owner.token)

    def source(self, name: str, kind: str, **wanted: Any) -> None:
        """Set up a simulated source and keep its key."""
        made = self.client().post(
            "/api/v1/sources", {"name": name, "kind": kind, "simulated": True, **wanted}
        )
        self.keys[name] = made["key"]

    def send(self, source: str, *items: dict[str, Any]) -> tuple[list[Any], float]:
        """Send items and wait until the profiles reflect them; give results and ms."""
        batch = [{"messageId": self.new_id(), **item} for item in items]
        body = json.dumps({"batch": batch}).encode()
        client = self.client()
        began = time.perf_counter()
        answer = client.raw(
            "POST", "/api/v1/events?wait=applied", body, self.keys[source]
        )
        took_ms = (time.perf_counter() - began) * 1000
        told = answer.json()
        self.check("the door's answer", answer.status, 200)
        self.check("applied", told["applied"], True)
        fates = [result["outcome"] for result in told["results"]]
        self.check("outcomes", fates, ["stored"] * len(items))
        return told["results"], took_ms

    def person(self, identifier: str) -> dict[str, Any]:
        """Read the person who holds an identifier now."""
        people = self.client().get("/api/v1/people", identifier=identifier)["people"]
        self.check(f"people known by {identifier}", len(people), 1)
        found: dict[str, Any] = people[0]
        return found

    def timeline(self, person_id: int, limit: int = 100) -> list[dict[str, Any]]:
        """Read a person's latest events."""
        path = f"/api/v1/people/{person_id}/timeline"
        found: list[dict[str, Any]] = self.client().get(path, limit=limit)["events"]
        return found

    def say(self, text: str, /, **values: Any) -> None:
        """Tell the visitor something."""
        self.narrator.say(text, **values)

    def check(self, what: str, got: Any, expected: Any) -> None:
        """Go on only if a number is the promised one."""
        if got != expected:
            raise WrongNumberError(f"{what}: got {got!r}, promised {expected!r}.")

    def moment(self, title: str, play: Callable[["Stage"], None]) -> None:
        """Play one moment, then let the visitor look at it."""
        self.narrator.title(title)
        play(self)
        self.narrator.pause()


def _free_port() -> int:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", 8460)) != 0:
            return 8460
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
