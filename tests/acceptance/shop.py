"""A driver that speaks HTTP to a real server in a process of its own."""

import http.client
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.acceptance import forking

START_S = 30


class Shop:
    """A running Habitué, as its clients see it."""

    def __init__(self, folder: Path, *extra: str) -> None:
        self.folder = folder
        self.extra = extra
        self.keys: dict[str, str] = {}
        self.count = itertools.count(1)
        self.starts = 0
        # How long an answer is waited for.
        self.patience_s = 30
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: subprocess.Popen | forking.Forked | None = None
        self.log = folder.parent / f"{folder.name}.log"

    def start(self) -> "Shop":
        with self.log.open("ab") as log:
            self.process = self._begin(log.fileno())
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                if self.request("GET", "/healthz")[0] == 200 and self.token():
                    return self
            except OSError:
                time.sleep(0.02)
        raise AssertionError(self.log.read_text(errors="replace")[-3000:])

    def _begin(self, log: int) -> "subprocess.Popen | forking.Forked":
        words = ["serve", "--data", str(self.folder), "--port", str(self.port)]
        words += self.extra
        env = _environment()
        self.starts += 1
        if forking.is_alike(env):
            return forking.nursery(self.starts).fork(words, env, log, log)
        whole = [sys.executable, "-m", "habitue", *words]
        return subprocess.Popen(whole, stdout=log, stderr=log, env=env)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            raise AssertionError(self.stood()) from None

    def stood(self) -> str:
        """End a server that does not answer, and give where its threads stood."""
        self.process.send_signal(signal.SIGABRT)
        self.process.wait(30)
        return self.log.read_text(errors="replace")[-20_000:]

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def token(self) -> str:
        path = self.folder / "operator.token"
        return path.read_text().strip() if path.exists() else ""

    # -- HTTP -----------------------------------------------------------------

    def request(self, method, path, body=None, headers=None):
        """Send one request; give (status, headers, body bytes)."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=self.patience_s
        )
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read()
        finally:
            connection.close()

    def api(self, method, path, body=None, key=None, status=200):
        headers = {"authorization": f"Bearer {key or self.token()}"}
        if body is not None:
            headers["content-type"] = "application/json"
            body = json.dumps(body).encode()
        got, _, raw = self.request(method, path, body, headers)
        assert got == status, (got, raw[:2000])
        return json.loads(raw) if raw else None

    def source(self, name, kind="server", **more):
        made = self.api(
            "POST", "/api/v1/sources", {"name": name, "kind": kind, **more}, status=201
        )
        self.keys[name] = made["key"]
        return made

    def send(self, source, *items, wait=True, status=200):
        """Send items as one batch; give their results."""
        batch = [{"messageId": f"t{next(self.count)}", **item} for item in items]
        path = "/api/v1/events" + ("?wait=applied" if wait else "")
        body = json.dumps({"batch": batch}).encode()
        headers = {"authorization": f"Bearer {self.keys[source]}"}
        got, _, raw = self.request("POST", path, body, headers)
        while got == 429 and status != 429:  # as every client does
            time.sleep(0.05)
            got, _, raw = self.request("POST", path, body, headers)
        assert got == status, (got, raw[:2000])
        told = json.loads(raw)
        if status == 200 and wait and not told["applied"]:
            # It is stored; beside a crowd it takes longer than a call may wait.
            self.settle()
        return told["results"] if status == 200 else told

    def person(self, identifier, at=None):
        """Read who holds an identifier now; None if nobody does."""
        people = self.api("GET", f"/api/v1/people?identifier={_quote(identifier)}")[
            "people"
        ]
        if at is None or not people:
            return people[0] if people else None
        return self.api("GET", f"/api/v1/people/{people[0]['person_id']}?at={at}")

    def id(self, identifier):
        person = self.person(identifier)
        return None if person is None else person["person_id"]

    def timeline(self, identifier, limit=500):
        person_id = self.id(identifier)
        path = f"/api/v1/people/{person_id}/timeline?limit={limit}"
        return self.api("GET", path)["events"]

    def names(self, identifier):
        """Name a person's events, oldest first."""
        return [event["name"] for event in reversed(self.timeline(identifier))]

    def outcomes(self, name):
        sources = self.api("GET", "/api/v1/sources")["sources"]
        return next(one["outcomes"] for one in sources if one["name"] == name)

    def settle(self):
        """Wait until everything durable has been applied."""
        while self.api("GET", "/healthz")["lag_records"]:
            time.sleep(0.02)

    def until(self, true, seconds=30):
        """Wait until a fact holds that this shop comes to by itself."""
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, "It never came to be."
            time.sleep(0.05)

    def command(self, *words, status=0):
        """Run a habitue command against this shop's folder; give its output."""
        done = forking.run([*words, "--data", str(self.folder)], self.starts + 1)
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        return done.stdout


def _environment():
    """Hold little back on the disk: folders of many tests lie on it."""
    return {"HABITUE_DATA__RESERVE_MB": "1", **os.environ}


def _quote(text):
    from urllib.parse import quote

    return quote(text, safe="")


def track(name, /, properties=None, **item):
    return {"type": "track", "event": name, "properties": properties or {}, **item}


def identify(traits=None, **item):
    return {"type": "identify", "traits": traits or {}, **item}


def card(person):
    """A person's card without the moment it was read."""
    return {name: value for name, value in person.items() if name != "as_of"}
