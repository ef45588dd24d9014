"""A wire to PostgreSQL that can be parted: what is sent stays under way, unsaid."""

import contextlib
import socket
import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


class Relay:
    """Carries bytes between a port of this machine and a cluster's socket.

    While it is parted nothing passes and nothing is closed, as where a cable is out:
    neither side is told. What was under way arrives once it is mended.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = Path(parse_qs(parts.query)["host"][0]) / ".s.PGSQL.5432"
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = f"postgresql://postgres@127.0.0.1:{port}{parts.path}?sslmode=disable"
        self._passes = threading.Event()
        self._passes.set()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def part(self) -> None:
        self._passes.clear()

    def mend(self) -> None:
        self._passes.set()

    def close(self) -> None:
        """End, once who used it has ended."""
        self.mend()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._threads:
            one.join(10)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                one = threading.Thread(target=self._join, args=(near,), daemon=True)
                self._threads.append(one)
                one.start()

    def _join(self, near: socket.socket) -> None:
        """Carry both ways until either end closes."""
        with near, socket.socket(socket.AF_UNIX) as far:
            far.connect(str(self._socket))
            back = threading.Thread(target=self._carry, args=(far, near), daemon=True)
            back.start()
            self._carry(near, far)
            back.join()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while block := one.recv(65_536):
                self._passes.wait()
                other.sendall(block)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
