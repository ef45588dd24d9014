"""How somebody came: what a page that was opened says of the way to it."""

from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

from habitue.model.event import Event

# Of one address so much is looked at.
_URL_CHARS_MAX = 2000
_WORD_CHARS_MAX = 100
_PARAMS_MAX = 40


class Touch(Struct, frozen=True):
    """The way to a page; texts in small letters, empty where nothing is said."""

    # The page before, if it was another's.
    referrer: str = ""
    source: str = ""
    medium: str = ""
    campaign: str = ""
    path: str = ""
    # The names of the address's parameters, in order.
    params: tuple[str, ...] = ()

    def says_something(self) -> bool:
        """Say whether more is known than that somebody came."""
        return bool(self.referrer or self.source or self.medium or self.campaign)


def touch_of(event: Event) -> Touch | None:
    """Give the way to the page that an event tells of; None if it tells of none."""
    way = way_of(event)
    return None if way is None else read_touch(*way)


def way_of(event: Event) -> tuple[str, str, dict[str, Any]] | None:
    """Give what an event tells of the way to its page: all that read_touch reads.

    None if it tells of no page.
    """
    context = event.context
    page = context.get("page")
    surroundings: dict[str, Any] = page if isinstance(page, dict) else {}
    url, referrer = surroundings.get("url"), surroundings.get("referrer")
    if event.type == "page":
        told = event.properties
        url, referrer = told.get("url") or url, told.get("referrer") or referrer
    elif not surroundings:
        return None
    campaign = context.get("campaign")
    known = campaign if isinstance(campaign, dict) else {}
    return _text(url), _text(referrer), known


def read_touch(url: str, referrer: str, campaign: dict[str, Any]) -> Touch:
    """Read an address, the one before it, and what a client took out of these.

    >>> read_touch("https://shop.example/?utm_source=x", "https://g.example/", {})
    Touch(referrer='g.example', source='x', medium='', campaign='', path='/', ...
    """
    host, path, query = _split(url[:_URL_CHARS_MAX])
    before, _, _ = _split(referrer[:_URL_CHARS_MAX])
    params = parse_query(query) if query else {}

    def word(name: str) -> str:
        told = params.get(f"utm_{name}") or _text(campaign.get(name))
        return told.strip().lower()[:_WORD_CHARS_MAX]

    return Touch(
        referrer="" if _is_same_shop(before, host) else before,
        source=word("source"),
        medium=word("medium"),
        campaign=word("campaign") or word("name"),
        path=path.lower(),
        params=tuple(params),
    )


def parse_query(query: str) -> dict[str, str]:
    """Give the parameters of an address that have a value; of two the first."""
    try:
        pairs = parse_qsl(query, max_num_fields=_PARAMS_MAX)
    except ValueError:
        return {}
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name.lower(), value)
    return found


# Most pages of a shop are opened again and again.
@lru_cache(maxsize=8192)
def _split(url: str) -> tuple[str, str, str]:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "", "", ""
    return host.removeprefix("www."), parts.path, parts.query


def _is_same_shop(before: str, host: str) -> bool:
    # A shop of several subdomains links to itself.
    return before == host or before.endswith(f".{host}") or host.endswith(f".{before}")


def _text(told: object) -> str:
    return told if isinstance(told, str) else ""
