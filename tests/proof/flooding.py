"""Clients that send more than a server can take, and one at a till among them."""

import json
import multiprocessing
import multiprocessing.synchronize
import socket
import threading
import time
from collections import Counter
from typing import Any, NamedTuple, Protocol

from tests.acceptance.shop import Shop

EVENTS = "/api/v1/events"
APPLIED = f"{EVENTS}?wait=applied"
# How long who sends one after the other rests when turned away.
_REST_S = 0.05


class Address(Protocol):
    """Where a server is called: a Shop, or what of one a process of its own knows."""

    port: int


class Port(NamedTuple):
    """The address of a server on this machine."""

    port: int


class Answer(NamedTuple):
    """When an answer came, what it was, how long it took, how many items it took in."""

    at: float
    status: int
    wait_ms: float
    items: int
    # Since it was sent, which may be later than it was due.
    took_ms: float


class Line:
    """A connection on which HTTP is spoken plainly.

    The load shares its machine with what it loads, and a client of the library costs
    it several times what a refusal costs the server.
    """

    def __init__(self, shop: Address, path: str, key: str) -> None:
        self._port = shop.port
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {key}\r\nContent-Length: "
        ).encode()
        self._socket = self._open()

    def post(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send a body; give the answer's status, headers and body."""
        self._socket.sendall(self._head + b"%d\r\n\r\n" % len(body) + body)
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _, told = got.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        while len(told) < int(headers["content-length"]):
            told += self._more()
        if headers.get("connection") == "close":
            self.close()
            self._socket = self._open()
        return int(first.split(" ", 2)[1]), headers, told

    def close(self) -> None:
        self._socket.close()

    def _open(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self._port), timeout=60)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def _more(self) -> bytes:
        if got := self._socket.recv(1 << 18):
            return got
        raise ConnectionError("The server hung up in the middle of an answer.")


class Caller(threading.Thread):
    """Sends bodies over one connection, at a pace that does not wait for answers."""

    def __init__(self, shop: Address, key: str, name: str, every_s: float) -> None:
        """every_s: from one request to the next; 0: one after the other."""
        super().__init__(name=name, daemon=True)
        self.shop = shop
        self.key = key
        self.every_s = every_s
        self.path = EVENTS
        self.answers: list[Answer] = []
        self.unsaid: list[Any] = []
        self.fault: BaseException | None = None
        self._number = 0
        self._enough = threading.Event()

    def body(self, number: int) -> tuple[bytes, int]:
        """Make a request's body; give it with the number of its items."""
        raise NotImplementedError

    def run(self) -> None:
        try:
            self._run()
        except BaseException as fault:  # noqa: BLE001 - raised by finish()
            self.fault = fault

    def finish(self) -> list[Answer]:
        self._enough.set()
        self.join(90)
        assert not self.is_alive()
        if self.fault is not None:
            raise self.fault
        return self.answers

    def _run(self) -> None:
        line = Line(self.shop, self.path, self.key)
        due = time.monotonic()
        while not self._enough.is_set():
            self._number += 1
            body, items = self.body(self._number)
            # What had to wait for the one before waited because of the server.
            began = due if self.every_s else time.monotonic()
            sent = time.monotonic()
            status = self._take(line.post(body), (began, sent), items)
            if status != 200 and not self.every_s:
                time.sleep(_REST_S)
            due = max(due + self.every_s, time.monotonic() - 1)
            time.sleep(max(0.0, due - time.monotonic()))
        line.close()

    def _take(
        self,
        answer: tuple[int, dict[str, str], bytes],
        since: tuple[float, float],
        items: int,
    ) -> int:
        """Note an answer; give its status."""
        status, headers, raw = answer
        now = time.monotonic()
        stored = 0
        if status == 200:
            results = json.loads(raw)["results"]
            stored = Counter(one["outcome"] for one in results)["stored"]
            assert stored == items, raw[:500]
        elif "retry-after" not in headers:
            self.unsaid.append((status, raw[:200]))
        waited, took = ((now - at) * 1000 for at in since)
        self.answers.append(Answer(now, status, waited, stored, took))
        return status


class Flood(Caller):
    """A shop's system that sends batches, whoever they are about."""

    items = 100

    def body(self, number: int) -> tuple[bytes, int]:
        # Written by hand: the load shares its machine with what it loads.
        batch = ",".join(
            f'{{"type":"track","event":"Product Viewed","messageId":"{self.name}'
            f'-{number}-{at}",{self.who(number * 100 + at)},'
            f'"properties":{{"product_id":"p{at}"}}}}'
            for at in range(self.items)
        )
        return f'{{"batch":[{batch}]}}'.encode(), self.items

    def who(self, number: int) -> str:
        """Say whom an item is about, as a field of JSON."""
        return f'"anonymousId":"device-{number % 5_000}"'


class Noise(Flood):
    """A system gone wild that tells of one person alone."""

    def who(self, number: int) -> str:
        return '"userId":"one"'


class Till(Caller):
    """A till: a receipt at a time, whose customer waits."""

    def body(self, number: int) -> tuple[bytes, int]:
        receipt = {
            "type": "track",
            "event": "Receipt Issued",
            "messageId": f"{self.name}-{number}",
            "identifiers": {"loyalty_card": f"T{number % 50}"},
            "properties": {
                "receipt_id": f"{self.name}-{number}",
                "total": 5,
                "currency": "EUR",
            },
        }
        return json.dumps({"batch": [receipt]}).encode(), 1


class Call(NamedTuple):
    """How a client calls: which it is, where, and from call to call (s)."""

    caller: type[Caller]
    path: str
    every_s: float


class Apart:
    """Clients in a process of their own, whose waits are the server's alone."""

    def __init__(self, shop: Shop, key: str, calls: dict[str, Call]) -> None:
        """calls: of each client by its name, how it calls."""
        spawn = multiprocessing.get_context("spawn")
        self._enough, self._told = spawn.Event(), spawn.SimpleQueue()
        told = (shop.port, key, calls, self._enough, self._told)
        self._process = spawn.Process(target=_call, args=told, daemon=True)

    def start(self) -> None:
        """Begin to call; return when the clients do."""
        self._process.start()
        assert self._told.get() == "begun"

    def finish(self) -> dict[str, list[Answer]]:
        """Stop; give each client's answers. Raise what went wrong there."""
        self._enough.set()
        told: dict[str, list[Answer]] | str = self._told.get()
        self._process.join(60)
        assert isinstance(told, dict), told
        return told


def _call(
    port: int,
    key: str,
    calls: dict[str, Call],
    enough: multiprocessing.synchronize.Event,
    told: "multiprocessing.SimpleQueue[Any]",
) -> None:
    callers = {}
    for name, call in calls.items():
        callers[name] = call.caller(Port(port), key, name, call.every_s)
        callers[name].path = call.path
        callers[name].start()
    told.put("begun")
    enough.wait()
    try:
        answers = {name: one.finish() for name, one in callers.items()}
        unsaid = [said for one in callers.values() for said in one.unsaid]
        told.put(answers if not unsaid else f"no Retry-After: {unsaid}")
    except BaseException as fault:  # noqa: BLE001 - raised by finish()
        told.put(repr(fault))


class Slow(threading.Thread):
    """Connections on which a request is told a letter at a time."""

    def __init__(self, shop: Shop, connections: int, told: bytes) -> None:
        """told: how each begins; what follows is a letter a second."""
        super().__init__(daemon=True)
        self.shop = shop
        self.told = told
        self.sockets: list[socket.socket] = []
        self.ended = 0
        self._enough = threading.Event()
        for _ in range(connections):
            one = socket.create_connection(("127.0.0.1", shop.port), timeout=30)
            one.sendall(told)
            self.sockets.append(one)

    def run(self) -> None:
        while not self._enough.wait(1):
            self.sockets = [one for one in self.sockets if self._go_on(one)]

    def finish(self) -> int:
        """Stop; give how many the server has ended."""
        self._enough.set()
        self.join(60)
        for one in self.sockets:
            one.close()
        return self.ended

    def _go_on(self, one: socket.socket) -> bool:
        """Tell one letter more; False where the server has had enough of it."""
        try:
            one.setblocking(False)
            try:
                if one.recv(1_000) == b"":
                    raise ConnectionError
            except BlockingIOError:
                pass
            one.setblocking(True)
            one.sendall(b"x")
        except OSError:
            self.ended += 1
            one.close()
            return False
        return True
