"""Every address that this program sends to by itself, as the settings have it.

Nothing else opens a connection: a house rule (tools/rules) names the modules that may.
"""

from urllib.parse import urlsplit

from msgspec import Struct

from habitue.base.receiver import place_of
from habitue.base.settings import Settings

POSTGRES_PORT = 5432
# Settings that name an address of our own: nothing is sent there.
OURS = frozenset(
    {"console.host", "server.host", "server.public_url", "server.trusted_proxies"}
)
# Settings that make an outgoing address; a test holds all others to naming none.
OUTGOING = frozenset({"audit.copy_url", "database.url"})


class Address(Struct, frozen=True):
    """An address that is connected to: which, by which setting, and what for."""

    host: str
    port: int
    setting: str
    purpose: str


def outgoing(settings: Settings) -> tuple[Address, ...]:
    """List the addresses; none unless a database, or a copy of the audit, is named.

    A socket of this machine is none: nothing leaves.
    """
    return (*_database(settings), *_audit(settings))


def _audit(settings: Settings) -> tuple[Address, ...]:
    place = place_of(settings.audit.copy_url)
    if place is None:
        return ()
    purpose = "What team members did is copied there."
    return (Address(*place, "audit.copy_url", purpose),)


def _database(settings: Settings) -> tuple[Address, ...]:
    if not settings.database.url:
        return ()
    purpose = "PostgreSQL keeps truth and state there."
    return tuple(
        Address(host, port, "database.url", purpose)
        for host, port in _hosts(settings.database.url)
    )


def _hosts(url: str) -> list[tuple[str, int]]:
    """Give host and port of each server that a database's address names.

    >>> _hosts("postgresql://u:secret@a:6000,[::1]/shop")
    [('a', 6000), ('::1', 5432)]
    """
    found = []
    for one in urlsplit(url).netloc.rpartition("@")[2].split(","):
        host, port = _parts(one)
        if host and not host.startswith(("/", "%2F", "%2f")):
            found.append((host, port))
    return found


def _parts(one: str) -> tuple[str, int]:
    if one.startswith("["):
        host, _, rest = one[1:].partition("]")
        port = rest.removeprefix(":")
    else:
        host, _, port = one.partition(":")
    return host, int(port) if port.isdecimal() else POSTGRES_PORT
