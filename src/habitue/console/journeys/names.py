"""How channels, sides and intentions are called on screens of journeys."""

from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.text import visible, words

_INTENTS = {
    "search": later("Search"),
    "compare": later("Compare"),
    "recommend": later("Recommend"),
    "buy": later("Buy"),
    "use": later("Use"),
}
_SIDES = {
    "online": later("online"),
    "web": later("in the web shop"),
    "app": later("in the app"),
    "store": later("in a store"),
    "call": later("by telephone"),
    "chat": later("in a chat"),
    "purchase": later("a purchase, anywhere"),
}


def intent_name(intent: object, look: Look) -> str:
    """Name an intention."""
    return look.say(_INTENTS[str(intent)])


def side_name(side: object, look: Look) -> str:
    """Name where somebody is; a contact that has no name of ours as it is told."""
    told = _SIDES.get(str(side))
    return visible(side) if told is None else look.say(told)


def channel_name(channel: object, look: Look) -> str:
    """Name a channel as the label of a chart."""
    told = _SIDES.get(str(channel))
    name = words(channel) if told is None else look.say(told)
    return name[:1].upper() + name[1:]


def sides(look: Look, *more: str) -> list[tuple[str, str]]:
    """Give the sides that can be chosen, by value and name."""
    names = [name for name in _SIDES if name != "purchase" or name in more]
    return [(name, side_name(name, look)) for name in names]


def intents(look: Look) -> list[tuple[str, str]]:
    """Give the intentions that can be chosen, by value and name."""
    return [(name, intent_name(name, look)) for name in _INTENTS]
