"""The one server that may be attacked: that of a folder of ours, over loopback."""

import ipaddress
from pathlib import Path

from habitue.app.calling.gateway import HUNG_UP, Answer, Client, RemoteGateway
from habitue.app.serving.owner import Owner, find_owner
from habitue.base.errors import HabitueError

# An answer takes milliseconds; what takes longer than this has hung the server.
PATIENCE_S = 15
# What stands for a status where there is no answer: the server closed, or said nothing.
CLOSED, HUNG = 0, -1


class NotOursError(HabitueError):
    """Only a server of one's own folder is attacked, over loopback."""


class Target:
    """Sends whatever an attacker would, each on a connection of its own."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Give the answer; its status is CLOSED or HUNG where there is none."""
        gateway = RemoteGateway(self._owner, timeout_s=PATIENCE_S)
        try:
            return gateway.send(method, path, body, headers or {})
        except TimeoutError:
            return Answer(HUNG, {}, b"")
        except HUNG_UP:
            return Answer(CLOSED, {}, b"")
        finally:
            gateway.close()

    def is_well(self) -> bool:
        return self.ask("GET", "/healthz").status == 200

    def operator(self) -> Client:
        """Give the API as who works at this machine sees it."""
        return Client(RemoteGateway(self._owner), self._owner.token)

    @property
    def token(self) -> str:
        """The operator's token, which no answer may hold."""
        return self._owner.token


def target_of(folder: Path) -> Target:
    """Find the server that owns a folder; one that is reached otherwise is refused."""
    owner = find_owner(folder) if folder.is_dir() else None
    if owner is None:
        raise NotOursError(
            f"No server runs on the folder {folder}. Start it with habitue serve, or"
            " name its folder with --data: nothing else is attacked."
        )
    return Target(Owner(_loopback(owner.host, folder), owner.port, owner.token))


def _loopback(host: str, folder: Path) -> str:
    """Give the address of this machine at which a server listens.

    >>> _loopback("0.0.0.0", Path("data"))
    '127.0.0.1'
    """
    address = _address(host)
    if address is not None and address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "::1"
    if address is None or not address.is_loopback:
        raise NotOursError(
            f"The server of {folder} listens on {host} alone, and attacks go over"
            " loopback alone. Let it listen on 127.0.0.1 or 0.0.0.0 as well."
        )
    return host


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        return None
