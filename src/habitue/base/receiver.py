"""An address that lines of syslog are sent to, as a setting names it."""

from urllib.parse import urlsplit

SYSLOG = "syslog+tcp"
# What IANA gave to syslog over connections.
SYSLOG_PORT = 601


def place_of(url: str) -> tuple[str, int] | None:
    """Give host and port of a receiver of syslog over TCP; None if it is no such.

    >>> place_of("syslog+tcp://logs.shop.example"), place_of("https://shop.example")
    (('logs.shop.example', 601), None)
    """
    try:
        told = urlsplit(url)
        host, port = told.hostname, told.port
    except ValueError:
        return None
    bare = not (told.path or told.query or told.fragment or told.username)
    if told.scheme != SYSLOG or not host or not bare:
        return None
    return host, SYSLOG_PORT if port is None else port
