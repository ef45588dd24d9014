"""The catalogue of known events, read once from its data files."""

from enum import StrEnum
from importlib.resources import files
from types import MappingProxyType

import msgspec
from msgspec import Struct

from habitue.model.source import Writer

# Only names of these come as the name of a track event; the others are the names
# that a vendor's webhook uses, which a door of its own translates.
SPOKEN = frozenset({"v1", "ga4", "schema", "journey"})


class Stage(StrEnum):
    """Where on the way to a purchase an event stands."""

    SEARCH = "search"
    COMPARE = "compare"
    RECOMMEND = "recommend"
    BUY = "buy"
    USE = "use"
    ANY = "any"


class VocabularyEvent(Struct, frozen=True, kw_only=True):
    """An event that has a meaning here."""

    name: str
    # What rules and reports ask for: message.opened is e-mail, push and WhatsApp.
    kind: str
    says: str
    stage: Stage
    channels: tuple[str, ...]
    # Of each group of properties at least one is expected.
    required: tuple[tuple[str, ...], ...] = ()
    origin: str
    # The least of those who may tell it.
    claim: Writer = Writer.PUBLIC
    # Other names, each with where it comes from: ga4:purchase.
    aliases: tuple[str, ...] = ()


def _read() -> tuple[VocabularyEvent, ...]:
    # What people do, and what the shop tells of its goods.
    folder = files("habitue.collect.vocabulary")
    found: tuple[VocabularyEvent, ...] = ()
    for name in ("events.json", "catalog.json"):
        data = folder.joinpath(name).read_bytes()
        found += msgspec.json.decode(data, type=tuple[VocabularyEvent, ...])
    return found


CATALOGUE = _read()
_BY_NAME = MappingProxyType({event.name: event for event in CATALOGUE})
# Events that not everybody may tell.
RESERVED = MappingProxyType(
    {event.name: event for event in CATALOGUE if event.claim is not Writer.PUBLIC}
)


def _aliases() -> dict[str, str]:
    found = {}
    for event in CATALOGUE:
        for alias in event.aliases:
            found[alias] = event.name
            origin, _, name = alias.partition(":")
            if origin in SPOKEN and name not in _BY_NAME:
                found[name] = event.name
    return found


_ALIASES = MappingProxyType(_aliases())


def canonical(name: str) -> str:
    """Give the name under which an event has a meaning; an unknown name is itself.

    >>> canonical("ga4:purchase"), canonical("Completed Order"), canonical("Tea Poured")
    ('Order Completed', 'Order Completed', 'Tea Poured')
    """
    return _ALIASES.get(name, name)


def lookup(name: str) -> VocabularyEvent | None:
    """Find a known event by any of its names; None for an unknown one.

    >>> lookup("Journey Entered").name
    'Scenario Entered'
    """
    return _BY_NAME.get(canonical(name))
