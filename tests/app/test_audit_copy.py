"""A copy of the audit elsewhere: whole, in order, over a receiver that goes away."""

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from habitue.app.operation import audit_copy
from habitue.app.operation.audit_copy import AuditCopy
from habitue.app.serving.local import LocalServer
from habitue.base.sections_taking import Audit
from habitue.base.settings import Settings, load

# The API's routes name the body as Litestar 2 takes it.
pytestmark = pytest.mark.filterwarnings("ignore:.*Reserved kwarg")
HEAD = re.compile(r"<(\d+)>1 (\S+) \S+ habitue - (\S+) - (\{.*\})")
PATIENCE_S = 60


class Receiver:
    """What another machine has received, over as many connections as there were."""

    def __init__(self) -> None:
        self.entries: dict[int, dict[str, Any]] = {}
        self.urgency: dict[str, int] = {}

    def take(self, raw: bytes) -> bytes:
        """Take whole lines; give what is left of one that is not."""
        while b" " in raw:
            length, _, rest = raw.partition(b" ")
            if len(rest) < int(length):
                break
            self._line(rest[: int(length)].decode("ascii"))
            raw = rest[int(length) :]
        return raw

    def _line(self, line: str) -> None:
        told = HEAD.fullmatch(line)
        assert told is not None, line
        entry = json.loads(told[4])
        assert told[2] == entry["at"]
        assert told[3] == entry["action"][:32]
        self.urgency[entry["action"]] = int(told[1])
        self.entries[entry["offset"]] = entry

    def until(self, server: LocalServer, wanted: int) -> None:
        """Wait for an entry; the server works only while it is asked something."""
        deadline = time.monotonic() + PATIENCE_S
        while wanted not in self.entries:
            assert time.monotonic() < deadline, (wanted, [*self.entries])
            server.request("GET", "/healthz", b"", {})
            time.sleep(0.01)


@contextmanager
def receiving(receiver: Receiver, port: int = 0) -> Iterator[int]:
    """Listen on a port; give which one it is."""
    with socket.create_server(("127.0.0.1", port)) as listening:
        ends: list[socket.socket] = []

        def listen() -> None:
            while True:
                try:
                    end, _ = listening.accept()
                except OSError:
                    return
                ends.append(end)
                raw = b""
                while told := _read(end):
                    raw = receiver.take(raw + told)

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        for end in ends:
            end.close()


def _read(end: socket.socket) -> bytes:
    try:
        return end.recv(65_536)
    except OSError:
        return b""


def settings(folder: Path, port: int) -> Settings:
    told = load(environ={})
    data = structs.replace(told.data, folder=folder)
    copy = Audit(copy_url=f"syslog+tcp://127.0.0.1:{port}")
    return structs.replace(told, data=data, audit=copy)


def api(server: LocalServer, method: str, path: str, body: object = None) -> Any:
    headers = {"authorization": f"Bearer {server.token}"}
    headers["content-type"] = "application/json"
    raw = b"" if body is None else json.dumps(body).encode()
    status, _, told = server.request(method, path, raw, headers)
    assert status < 300, told
    return json.loads(told)


def audit(server: LocalServer) -> list[dict[str, Any]]:
    """Give the audit, oldest first."""
    entries: list[dict[str, Any]] = api(server, "GET", "/api/v1/audit?limit=500")[
        "entries"
    ]
    return entries[::-1]


def add(server: LocalServer, name: str) -> int:
    """Do what is written down; give the entry's offset."""
    api(server, "POST", "/api/v1/sources", {"name": name, "kind": "server"})
    return int(audit(server)[-1]["offset"])


def test_each_entry_is_there_as_it_stands_in_the_log_over_all_that_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_copy, "RETRY_S", 0.05)
    monkeypatch.setattr(audit_copy, "LOOK_S", 0.02)
    folder, receiver = tmp_path / "data", Receiver()
    with receiving(receiver) as port, LocalServer(settings(folder, port)) as server:
        first = add(server, "till")
        receiver.until(server, first)
    # Nobody receives, and this process ends before anybody does.
    with LocalServer(settings(folder, port)) as server:
        add(server, "shop")
        add(server, "web")
    with receiving(receiver, port), LocalServer(settings(folder, port)) as server:
        last = add(server, "crm")
        receiver.until(server, last)
        held = audit(server)

    assert [receiver.entries[at] for at in sorted(receiver.entries)] == held
    assert len(held) == 4
    assert set(receiver.urgency.values()) == {audit_copy.NOTICE}


class Breaking:
    """A line that ends as soon as something was sent by it."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        # Where nothing is sent it ends, too.
        self._looks = 10

    @property
    def stands(self) -> bool:
        self._looks -= 1
        return self._looks > 0 and not self.sent

    async def send(self, told: bytes) -> None:
        self.sent.append(told)


def test_what_went_out_as_the_connection_ended_is_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_copy, "LOOK_S", 0.0)
    with LocalServer(settings(tmp_path / "data", 1)) as server:
        add(server, "till")
        copy, lines = AuditCopy(server._engine.leader), [Breaking(), Breaking()]
        for line in lines:
            asyncio.run(copy._send_on(line))

    assert lines[0].sent == lines[1].sent
    assert b"sources:write" in lines[0].sent[0]


def test_an_alarm_of_bait_is_something_to_act_on_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_copy, "LOOK_S", 0.02)
    receiver = Receiver()
    with (
        receiving(receiver) as port,
        LocalServer(settings(tmp_path / "data", port)) as server,
    ):
        add(server, "till")
        told = {"name": "Wanda Zych", "email": "wanda@shop.example", "source": "till"}
        made = api(server, "POST", "/api/v1/baits", {**told, "reason": "sold lists"})
        api(server, "GET", f"/api/v1/people/{made['person_id']}")
        receiver.until(server, int(audit(server)[-1]["offset"]))

    assert receiver.urgency["baits:alarm"] == audit_copy.ALERT
    assert receiver.urgency["baits:write"] == audit_copy.NOTICE


def test_what_was_before_the_copy_began_is_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_copy, "LOOK_S", 0.02)
    folder, receiver = tmp_path / "data", Receiver()
    told = settings(folder, 1)
    with LocalServer(structs.replace(told, audit=Audit())) as server:
        before = add(server, "till")
    with receiving(receiver) as port, LocalServer(settings(folder, port)) as server:
        receiver.until(server, add(server, "crm"))

    assert before not in receiver.entries


@pytest.mark.parametrize(
    "url",
    [
        "udp://logs.example",
        "syslog+tcp://",
        "syslog+tcp://a:b",
        "syslog+tcp://u@a",
        "syslog+tcp://a/x",
    ],
)
def test_a_receiver_that_can_not_be_one_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(Exception, match=r"audit\.copy_url|COPY_URL"):
        load(environ={"HABITUE_AUDIT__COPY_URL": url})
