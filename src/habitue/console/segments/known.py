"""The lists that a builder's fields are chosen from, each with what it is called."""

from collections.abc import Iterable
from typing import TypeAlias

from habitue.collect.vocabulary import CATALOGUE
from habitue.console.channel_names import channel_titled
from habitue.console.look import Look
from habitue.console.page import Page
from habitue.console.segments import choices
from habitue.console.traits import computed_named, trait_named

Lists: TypeAlias = dict[str, dict[str, str]]
# Of which values a property may be, while it is not known of which.
VALUES = ("categories", "brands", "stores", "channels")
CHANNELS = ("email", "sms", "push", "call")
# So long a page waits for what there is to choose from; its lists may come after it.
WAIT_S = 0.1


def lists_of(known: dict[str, list[str]], page: Page, look: Look) -> Lists:
    """Give, by the name of a list, what may be chosen and what it is called.

    known: what this installation has seen; names of events are the vocabulary's, too.
    """
    words = {word: look.say(name) for word, name in choices.WORDS.items()}
    events = {word: look.say(name) for word, name in choices.EVENT_WORDS.items()}
    segments = {one["id"]: one["name"] for one in page.ports.segments.list()}
    return {
        **{name: _plain(told) for name, told in known.items()},
        "events": events | _plain([*known["events"], *_vocabulary()]),
        "properties": words | _plain([*known["properties"], *_properties()]),
        "computed": {name: computed_named(name, look) for name in known["computed"]},
        "kinds": _plain(page.ports.mapping.kinds()),
        "purposes": _plain([*known["purposes"], "marketing"]),
        "traits": {name: trait_named(name, look) for name in known["traits"] if name},
        "channels": _channels(known["channels"], look),
        "consent_channels": _channels([*known["consent_channels"], *CHANNELS], look),
        "currencies": _plain([look.currency, *known["currencies"]]),
        "segments": segments,
        "values": _plain(one for name in VALUES for one in known[name]),
    }


def _plain(names: Iterable[str]) -> dict[str, str]:
    """Give names that are called what they are, each once."""
    return {name: "" for name in names if name}


def _channels(names: Iterable[str], look: Look) -> dict[str, str]:
    return {name: channel_titled(name, look) for name in names if name}


def _vocabulary() -> list[str]:
    return [event.name for event in CATALOGUE]


def _properties() -> list[str]:
    found = (name for event in CATALOGUE for group in event.required for name in group)
    return sorted(set(found))
