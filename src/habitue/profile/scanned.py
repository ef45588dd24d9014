"""Which clicks on the links of a mail were a scanner's: too many in too little time.

Scanners of mail follow all links before anybody has read it. One click says nothing of
that; several do.
"""

from collections.abc import Sequence

from msgspec import Struct

from habitue.base.clock import SECOND_US
from habitue.model.event import Event
from habitue.model.source import Writer

CLICKED = "Email Link Clicked"
# What following a link may bring, the click besides.
FOLLOWED = frozenset({CLICKED, "Unsubscribed", "Consent Withdrawn"})
# Nobody follows so many different links of one mail within so much time.
LINKS_MIN = 3
WITHIN_US = 5 * SECOND_US

_MAIL = ("email_id", "message_id", "campaign_id")
_LINK = ("link_url", "url", "link_id")
_OWN = frozenset({Writer.SERVER, Writer.OPERATOR})


class Followed(Struct, frozen=True, order=True):
    """What following a link of one mail brought; link is empty for what is no click."""

    at_us: int
    offset: int
    link: str


def is_followed(event: Event) -> bool:
    """Say whether following a link of a mail may have brought an event.

    What a browser tells is not asked: anybody could take others' clicks away.

    >>> told = {"email_id": "m", "link_url": "https://shop.example/"}
    >>> is_followed(Event(type="track", name=CLICKED, at_us=0, properties=told))
    True
    """
    return event.name in FOLLOWED and event.writer in _OWN


def mail_of(event: Event) -> str:
    """Name the mail a link of which was followed; empty if the event does not say.

    A `POST` is the button of a mail program, which no scanner presses: it is no link.
    """
    method = event.properties.get("method")
    if isinstance(method, str) and method.upper() == "POST":
        return ""
    return _first(event, _MAIL)


def followed(event: Event, offset: int) -> Followed:
    """Say when which link was followed."""
    link = _first(event, _LINK) if event.name == CLICKED else ""
    return Followed(event.at_us, offset, link)


def scanned(told: Sequence[Followed]) -> list[Followed]:
    """Give those of one mail and recipient that a scanner brought.

    All that lie within five seconds in which three different links were followed.

    >>> one, two, three, later = (Followed(at * SECOND_US, at, str(at)) for at in
    ...                           (0, 2, 4, 60))
    >>> scanned([one, two, later])
    []
    >>> scanned([one, two, three, later]) == [one, two, three]
    True
    """
    found: set[Followed] = set()
    for first in told:
        near = [one for one in told if 0 <= one.at_us - first.at_us <= WITHIN_US]
        if len({one.link for one in near if one.link}) >= LINKS_MIN:
            found.update(near)
    return sorted(found)


def _first(event: Event, names: tuple[str, ...]) -> str:
    for name in names:
        value = event.properties.get(name)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and value:
            return f"{name}:{value}"
    return ""
